//! The checks of WebAuthn, sections 7.1 (a key is made) and 7.2 (a key signs), without a database and without a clock.

use super::{Algorithm, Asserted, Attested, Credential, PasskeyError, RelyingParty};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::signature::{ECDSA_P256_SHA256_ASN1, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;

/// No part of an answer is longer.
const BYTES_MAX: usize = 8192;
/// The user was there (section 6.1, bit 0).
const PRESENT: u8 = 0x01;
/// A credential's data follow (bit 6).
const ATTESTED: u8 = 0x40;
/// Where the credential's data begin: name's hash, flags, counter.
const HEAD: usize = 37;

#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    cross_origin: bool,
}

fn bytes(text: &str, what: &'static str) -> Result<Vec<u8>, PasskeyError> {
    if text.len() > BYTES_MAX {
        return Err(PasskeyError::Malformed(what));
    }
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| PasskeyError::Malformed(what))
}

/// The client's data: made for this ceremony, by a page of this origin, not within another's frame.
fn client_data(json: &[u8], kind: &str, challenge: &str, party: &RelyingParty) -> Result<(), PasskeyError> {
    let data: ClientData = serde_json::from_slice(json).map_err(|_| PasskeyError::Malformed("client data"))?;
    if data.kind != kind {
        return Err(PasskeyError::Foreign("kind"));
    }
    if data.challenge.trim_end_matches('=') != challenge {
        return Err(PasskeyError::Foreign("challenge"));
    }
    if data.origin != party.origin || data.cross_origin {
        return Err(PasskeyError::Foreign("origin"));
    }
    Ok(())
}

/// The head of the authenticator's data: made for this name, with the user there. Answers flags and counter.
fn head(data: &[u8], party: &RelyingParty) -> Result<(u8, i64), PasskeyError> {
    let malformed = PasskeyError::Malformed("authenticator data");
    let (Some(name), Some(flags), Some(counter)) = (data.get(..32), data.get(32), data.get(33..HEAD)) else {
        return Err(malformed);
    };
    if name != digest(&SHA256, party.id.as_bytes()).as_ref() {
        return Err(PasskeyError::Foreign("name"));
    }
    if flags & PRESENT == 0 {
        return Err(PasskeyError::Wrong);
    }
    let counter = <[u8; 4]>::try_from(counter).map_err(|_| malformed)?;
    Ok((*flags, i64::from(u32::from_be_bytes(counter))))
}

/// A passkey that was made: its id and public half.
pub(super) fn attested(party: &RelyingParty, challenge: &str, answer: &Attested) -> Result<Credential, PasskeyError> {
    client_data(&bytes(&answer.client_data_json, "client data")?, "webauthn.create", challenge, party)?;
    let data = bytes(&answer.authenticator_data, "authenticator data")?;
    let (flags, counter) = head(&data, party)?;
    let malformed = || PasskeyError::Malformed("credential");
    if flags & ATTESTED == 0 {
        return Err(malformed());
    }
    // 16 bytes of the device's kind, two of the id's length, the id, the key.
    let length = data.get(HEAD + 16..HEAD + 18).ok_or_else(malformed)?;
    let length = usize::from(u16::from_be_bytes(<[u8; 2]>::try_from(length).map_err(|_| malformed())?));
    let id = data.get(HEAD + 18..HEAD + 18 + length).filter(|id| (16..=1023).contains(&id.len()));
    let id = URL_SAFE_NO_PAD.encode(id.ok_or_else(malformed)?);
    let (algorithm, public_key) = cose_key(data.get(HEAD + 18 + length..).unwrap_or_default())?;
    Ok(Credential { id, algorithm, public_key, counter })
}

/// A COSE key (RFC 9053). CTAP2 writes it in one canonical form, so its bytes are compared and nothing is parsed.
fn cose_key(key: &[u8]) -> Result<(Algorithm, Vec<u8>), PasskeyError> {
    // {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: 32 bytes, -3: 32 bytes}
    const EC_X: &[u8] = &[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
    const EC_Y: &[u8] = &[0x22, 0x58, 0x20];
    // {1: 3 (RSA), 3: -257 (RS256), -1: 256 bytes, -2: 3 bytes}
    const RSA_N: &[u8] = &[0xa4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20, 0x59, 0x01, 0x00];
    const RSA_E: &[u8] = &[0x21, 0x43, 0x01, 0x00, 0x01];
    if let Some(rest) = key.strip_prefix(EC_X)
        && let Some((x, rest)) = rest.split_at_checked(32)
        && let Some(y) = rest.strip_prefix(EC_Y).and_then(|rest| rest.get(..32))
    {
        return Ok((Algorithm::Es256, [&[0x04], x, y].concat()));
    }
    if let Some(rest) = key.strip_prefix(RSA_N)
        && let Some((n, rest)) = rest.split_at_checked(256)
        && rest.starts_with(RSA_E)
    {
        return Ok((Algorithm::Rs256, n.to_vec()));
    }
    Err(PasskeyError::Unsupported)
}

/// An answer at sign-in: its counter where everything fits.
pub(super) fn asserted(
    party: &RelyingParty,
    challenge: &str,
    known: &Credential,
    answer: &Asserted,
) -> Result<i64, PasskeyError> {
    let client = bytes(&answer.client_data_json, "client data")?;
    client_data(&client, "webauthn.get", challenge, party)?;
    let data = bytes(&answer.authenticator_data, "authenticator data")?;
    let (_, counter) = head(&data, party)?;
    let signature = bytes(&answer.signature, "signature")?;
    let signed = [data.as_slice(), digest(&SHA256, &client).as_ref()].concat();
    let fits = match known.algorithm {
        Algorithm::Es256 => {
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &known.public_key).verify(&signed, &signature)
        }
        Algorithm::Rs256 => RsaPublicKeyComponents { n: known.public_key.as_slice(), e: &[1u8, 0, 1][..] }.verify(
            &RSA_PKCS1_2048_8192_SHA256,
            &signed,
            &signature,
        ),
    };
    fits.map_err(|_| PasskeyError::Wrong)?;
    Ok(counter)
}
