//! The published vectors of SM2 and SM3, and a signature file that is checked offline.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use kernel::Timestamp;
use record::{Signer, SignerError, USER_ID, VerifyError, verify};
use sm2::dsa::signature::Verifier;
use sm2::dsa::{Signature, SigningKey};
use sm3::{Digest, Sm3};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_timestamp(seconds, 0).unwrap()
}

const NOW: i64 = 1_795_500_000;
const AGENCY: &str = "邯郸市社会保险事业管理中心";

#[test]
fn the_published_vectors_hold() {
    // GB/T 32905-2016, A.1.
    let abc = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
    assert_eq!(hex::encode(Sm3::digest(b"abc")), abc);
    // GB/T 32918.5-2017, A.2: private key, public key, and the signature of "message digest".
    let secret = hex::decode("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8").unwrap();
    let key = SigningKey::from_slice(USER_ID, &secret).unwrap();
    let public = "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
    assert_eq!(hex::encode(key.verifying_key().to_sec1_bytes()), public);
    let r = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3";
    let s = "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";
    let signature = Signature::from_slice(&hex::decode(format!("{r}{s}")).unwrap()).unwrap();
    assert!(key.verifying_key().verify(b"message digest", &signature).is_ok());
    assert!(key.verifying_key().verify(b"message digest.", &signature).is_err());
}

#[test]
fn a_signed_file_names_who_and_when() {
    let signer = Signer::passing(AGENCY, at(NOW)).unwrap();
    let sig = signer.sign(b"the file", at(NOW + 5)).to_file();
    let verified = verify(b"the file", sig.as_bytes(), signer.authority()).unwrap();
    assert_eq!((verified.signer.as_str(), verified.signed_at), (AGENCY, at(NOW + 5)));
    // The signer's own certificate may be the trusted one.
    let own: serde_json::Value = serde_json::from_str(&sig).unwrap();
    assert!(verify(b"the file", sig.as_bytes(), own["certificate"].as_str().unwrap()).is_ok());
}

#[test]
fn what_proves_nothing_is_refused_in_order() {
    let signer = Signer::passing(AGENCY, at(NOW)).unwrap();
    let sig = signer.sign(b"the file", at(NOW)).to_file();
    let check =
        |file: &[u8], sig: &str, error| assert_eq!(verify(file, sig.as_bytes(), signer.authority()), Err(error));
    let altered = |field: &str, value: &str| {
        let mut object: serde_json::Value = serde_json::from_str(&sig).unwrap();
        assert_ne!(object[field], value);
        object[field] = value.into();
        object.to_string()
    };
    check(b"the file", "", VerifyError::Format);
    check(b"the file", &altered("algorithm", "none"), VerifyError::Format);
    check(b"the file", &altered("signature", "AAAA"), VerifyError::Format);
    check(b"the file.", &sig, VerifyError::Changed);
    // The moment is signed too: another one, also outside the certificate's time, gives a file away.
    check(b"the file", &altered("signed_at", "2026-11-25T00:00:00Z"), VerifyError::Wrong);
    check(b"the file", &altered("signed_at", "2025-01-01T00:00:00Z"), VerifyError::Expired);
    check(b"the file", &altered("signed_at", "2045-01-01T00:00:00Z"), VerifyError::Expired);
    check(b"other", &altered("sm3", &hex::encode(Sm3::digest(b"other"))), VerifyError::Wrong);
    // Somebody else of the same name with a certificate and an authority of their own.
    let forger = Signer::passing(AGENCY, at(NOW)).unwrap();
    check(b"the file", &forger.sign(b"the file", at(NOW)).to_file(), VerifyError::Untrusted);
    assert_eq!(verify(b"the file", sig.as_bytes(), "no certificate"), Err(VerifyError::Authority));
}

#[test]
fn the_key_is_made_once_and_kept_private() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let first = Signer::open_or_create(folder.path(), AGENCY, at(NOW)).unwrap();
    let second = Signer::open_or_create(folder.path(), AGENCY, at(NOW + 60)).unwrap();
    let sig = second.sign(b"the file", at(NOW + 60)).to_file();
    assert!(verify(b"the file", sig.as_bytes(), first.authority()).is_ok());
    let key = folder.path().join("record-signing.key");
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).unwrap();
    let exposed = Signer::open_or_create(folder.path(), AGENCY, at(NOW));
    assert!(matches!(exposed, Err(SignerError::Exposed(_))));
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    // A certificate of another key does not pass as this one's.
    let other = tempfile::tempdir().unwrap();
    Signer::open_or_create(other.path(), AGENCY, at(NOW)).unwrap();
    std::fs::copy(other.path().join("record-signing.crt"), folder.path().join("record-signing.crt")).unwrap();
    assert!(matches!(Signer::open_or_create(folder.path(), AGENCY, at(NOW)), Err(SignerError::Damaged)));
}
