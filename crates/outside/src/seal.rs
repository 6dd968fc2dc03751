//! Keyed digests and random tokens, from crates that our clients do not use.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// Lower-case hex of HMAC-SHA256.
pub(crate) fn hmac_sha256(key: &str, message: &[u8]) -> String {
    // An HMAC takes a key of any length, so the error cannot come up; an empty seal would match nothing.
    Hmac::<Sha256>::new_from_slice(key.as_bytes())
        .map(|mac| hex::encode(mac.chain_update(message).finalize().into_bytes()))
        .unwrap_or_default()
}

/// Base64 of HMAC-SHA1.
pub(crate) fn hmac_sha1(key: &str, message: &[u8]) -> String {
    Hmac::<Sha1>::new_from_slice(key.as_bytes())
        .map(|mac| STANDARD.encode(mac.chain_update(message).finalize().into_bytes()))
        .unwrap_or_default()
}

/// Lower-case hex of SHA-256.
pub(crate) fn sha256(message: &[u8]) -> String {
    hex::encode(Sha256::digest(message))
}

/// Lower-case hex of SHA-1.
pub(crate) fn sha1(message: &[u8]) -> String {
    hex::encode(Sha1::digest(message))
}

/// 32 random hex digits.
pub(crate) fn token() -> String {
    hex::encode(rand::random::<[u8; 16]>())
}

/// So many random decimal digits.
pub(crate) fn digits(count: usize) -> String {
    (0..count).map(|_| char::from(b'0' + rand::random_range(0..10u8))).collect()
}
