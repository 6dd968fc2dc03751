//! Signatures both ways: RSASSA-PKCS1-v1_5 with SHA-256. Ours over a request, the platform's over an answer or notice.

use crate::gateway::GatewayError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kernel::Timestamp;
use reqwest::header::HeaderMap;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};
use std::collections::HashMap;
use std::fmt;
use std::sync::{PoisonError, RwLock};
use zeroize::Zeroizing;

/// How far the platform's clock may be from ours, in either direction.
pub const SKEW_SECONDS_MAX: u64 = 300;

/// A public key of the platform and the serial under which it signs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlatformKey {
    /// `PUB_KEY_ID_…`.
    pub serial: String,
    /// PEM SubjectPublicKeyInfo.
    pub public_key_pem: String,
}

/// Why a key is not usable.
#[derive(Debug, thiserror::Error)]
pub enum KeyProblem {
    /// Not PEM of the expected kind.
    #[error("the key is not PEM with {0:?}")]
    NotPem(&'static str),
    /// Not an RSA key of at least 2048 bits.
    #[error("the key is not an RSA key of at least 2048 bits")]
    NotRsa,
    /// The APIv3 key has another form.
    #[error("the APIv3 key is 32 ASCII characters")]
    NotApiv3,
}

/// Why an answer or a notice is not believed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum VerifyError {
    /// A header is missing or unreadable.
    #[error("the header {0} is missing")]
    NoHeader(&'static str),
    /// The platform tests whether we check at all.
    #[error("a probe of the platform, which must fail")]
    Probe,
    /// Signed too long ago, or in the future: it may be an old one sent again.
    #[error("signed {0} seconds away from now")]
    Stale(u64),
    /// We were not told of this serial; a stranger's key is never asked for.
    #[error("the serial {0:?} is unknown")]
    UnknownSerial(String),
    /// The signature is not the key's.
    #[error("the signature does not verify")]
    Forged,
}

/// The merchant's side: who signs, with which key.
pub(crate) struct Merchant {
    pub(crate) mchid: String,
    serial: String,
    key: RsaKeyPair,
}

impl Merchant {
    pub(crate) fn new(mchid: String, serial: String, pem: &str) -> Result<Merchant, KeyProblem> {
        let der = Zeroizing::new(pem_body(pem, "PRIVATE KEY")?);
        let key = RsaKeyPair::from_pkcs8(&der).map_err(|_| KeyProblem::NotRsa)?;
        Ok(Merchant { mchid, serial, key })
    }

    /// The `Authorization` header of a request.
    pub(crate) fn authorization(
        &self,
        method: &str,
        path: &str,
        timestamp: i64,
        nonce: &str,
        body: &str,
    ) -> Result<String, GatewayError> {
        let text = format!("{method}\n{path}\n{timestamp}\n{nonce}\n{body}\n");
        let mut signature = vec![0; self.key.public().modulus_len()];
        let random = SystemRandom::new();
        let signed = self.key.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature);
        signed.map_err(|_| GatewayError::Signing)?;
        Ok(format!(
            "WECHATPAY2-SHA256-RSA2048 mchid=\"{}\",nonce_str=\"{nonce}\",timestamp=\"{timestamp}\",\
             serial_no=\"{}\",signature=\"{}\"",
            self.mchid,
            self.serial,
            STANDARD.encode(&signature)
        ))
    }
}

/// The platform's side: the keys that we were told, by serial. The last one told is the one that we name in requests.
pub(crate) struct PlatformKeys(RwLock<Known>);

#[derive(Default)]
struct Known {
    by_serial: HashMap<String, Vec<u8>>,
    newest: Option<String>,
}

impl fmt::Debug for PlatformKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlatformKeys")
    }
}

impl PlatformKeys {
    pub(crate) fn new(keys: &[PlatformKey]) -> Result<PlatformKeys, KeyProblem> {
        let known = PlatformKeys(RwLock::default());
        keys.iter().try_for_each(|key| known.trust(key))?;
        Ok(known)
    }

    pub(crate) fn trust(&self, key: &PlatformKey) -> Result<(), KeyProblem> {
        let der = pem_body(&key.public_key_pem, "PUBLIC KEY")?;
        let pkcs1 = rsa_part(&der).ok_or(KeyProblem::NotRsa)?.to_vec();
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.by_serial.insert(key.serial.clone(), pkcs1);
        known.newest = Some(key.serial.clone());
        Ok(())
    }

    pub(crate) fn newest(&self) -> Option<String> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).newest.clone()
    }

    /// Checks the signature over a raw body. Nothing of the body has been read before.
    pub(crate) fn verify(&self, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<(), VerifyError> {
        let header = |name: &'static str| {
            headers.get(name).and_then(|value| value.to_str().ok()).ok_or(VerifyError::NoHeader(name))
        };
        let signature = header("Wechatpay-Signature")?;
        let (nonce, serial) = (header("Wechatpay-Nonce")?, header("Wechatpay-Serial")?);
        let timestamp = header("Wechatpay-Timestamp")?;
        if signature.starts_with("WECHATPAY/SIGNTEST/") {
            return Err(VerifyError::Probe);
        }
        let seconds: i64 = timestamp.parse().map_err(|_| VerifyError::NoHeader("Wechatpay-Timestamp"))?;
        let skew = now.timestamp().abs_diff(seconds);
        if skew > SKEW_SECONDS_MAX {
            return Err(VerifyError::Stale(skew));
        }
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let key = known.by_serial.get(serial).ok_or_else(|| VerifyError::UnknownSerial(serial.to_owned()))?;
        let text = [timestamp.as_bytes(), b"\n", nonce.as_bytes(), b"\n", body, b"\n"].concat();
        let signature = STANDARD.decode(signature).map_err(|_| VerifyError::Forged)?;
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key);
        key.verify(&text, &signature).map_err(|_| VerifyError::Forged)
    }
}

/// The bytes inside a PEM block of the named kind.
fn pem_body(pem: &str, kind: &'static str) -> Result<Vec<u8>, KeyProblem> {
    let inside = pem
        .split_once(&format!("-----BEGIN {kind}-----"))
        .and_then(|(_, rest)| rest.split_once(&format!("-----END {kind}-----")))
        .ok_or(KeyProblem::NotPem(kind))?;
    let body: Zeroizing<String> = Zeroizing::new(inside.0.split_whitespace().collect());
    STANDARD.decode(body.as_bytes()).map_err(|_| KeyProblem::NotPem(kind))
}

/// The RSAPublicKey inside a SubjectPublicKeyInfo: SEQUENCE { SEQUENCE { rsaEncryption, NULL }, BIT STRING { 00, key } }.
fn rsa_part(spki: &[u8]) -> Option<&[u8]> {
    const RSA: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
    let (outer, []) = der(spki, 0x30)? else { return None };
    let (algorithm, rest) = der(outer, 0x30)?;
    let (bits, []) = der(rest, 0x03)? else { return None };
    let (&unused, key) = bits.split_first()?;
    (algorithm == RSA && unused == 0).then_some(key)
}

/// The content of the first DER value, which must have this tag, and what follows it.
fn der(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81 => (usize::from(*rest.first()?), rest.get(1..)?),
        0x82 => (usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?])), rest.get(2..)?),
        _ => return None,
    };
    (found == tag).then(|| rest.split_at_checked(length)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_signed_as_another_program_signs_it() {
        let vector: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/payment/vectors/request.json")).unwrap();
        let text = |name: &str| vector[name].as_str().unwrap();
        let pem = include_str!("../../../tests/payment/vectors/merchant.pem");
        let merchant = Merchant::new("1900000001".to_owned(), "5A".to_owned(), pem).unwrap();
        let header = merchant.authorization(text("method"), text("path"), 1_772_415_000, text("nonce"), text("body"));
        let expected = format!(
            "WECHATPAY2-SHA256-RSA2048 mchid=\"1900000001\",nonce_str=\"{}\",timestamp=\"1772415000\",serial_no=\"5A\",\
             signature=\"{}\"",
            text("nonce"),
            text("signature")
        );
        assert_eq!(header.unwrap(), expected);
    }

    #[test]
    fn what_is_no_rsa_key_is_refused() {
        let key = |pem: &str| PlatformKey { serial: "S".to_owned(), public_key_pem: pem.to_owned() };
        let made = |pem: &str| PlatformKeys::new(&[key(pem)]).map(|_| ());
        assert!(made(include_str!("../../../tests/payment/vectors/platform.pub.pem")).is_ok());
        assert!(matches!(
            made(include_str!("../../../tests/payment/vectors/platform.pem")),
            Err(KeyProblem::NotPem(_))
        ));
        for body in ["", "AAAA", "MAA=", "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"] {
            let pem = format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----");
            assert!(matches!(made(&pem), Err(KeyProblem::NotRsa)), "{body:?}");
        }
    }
}
