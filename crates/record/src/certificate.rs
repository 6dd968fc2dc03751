//! X.509 certificates with SM2 keys: made for a first start, read for a verification.

use crate::sign::USER_ID;
use kernel::Timestamp;
use sm2::dsa::signature::{Signer as _, Verifier as _};
use sm2::dsa::{Signature, SigningKey, VerifyingKey};
use sm2::elliptic_curve::sec1::ToSec1Point;
use sm2::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, LineEnding};
use sm2::{PublicKey, SecretKey};
use std::str::FromStr;
use std::time::Duration;
use x509_cert::Certificate;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder, CertificateBuilder};
use x509_cert::certificate::TbsCertificate;
use x509_cert::der::asn1::{BitString, GeneralizedTime};
use x509_cert::der::{DecodePem, Encode, EncodePem};
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage, KeyUsages};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{SubjectPublicKeyInfo, SubjectPublicKeyInfoRef};
use x509_cert::time::{Time, Validity};

/// Why a key or certificate could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The system gives no randomness.
    #[error("the system gives no randomness")]
    NoRandomness,
    /// The key is refused.
    #[error("the key is refused")]
    Key,
    /// The certificate is refused.
    #[error("the certificate is refused")]
    Builder(#[from] x509_cert::builder::Error),
    /// A name or day cannot be written.
    #[error("a name or day cannot be written into a certificate")]
    Encoding(#[from] x509_cert::der::Error),
}

/// A key with its certificate and the authority's, each as PEM.
pub(crate) struct Made {
    pub(crate) key: String,
    pub(crate) certificate: String,
    pub(crate) authority: String,
}

/// What a verification needs of a certificate.
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) key: VerifyingKey,
    from: Timestamp,
    till: Timestamp,
    pub(crate) der: Vec<u8>,
    signed: Vec<u8>,
    proof: Option<Signature>,
    issuer: Name,
    subject: Name,
    authority: bool,
}

impl Known {
    /// Whether the other is an authority and signed this.
    pub(crate) fn issued_by(&self, other: &Known) -> bool {
        let proof = self.proof.as_ref();
        other.authority
            && self.issuer == other.subject
            && proof.is_some_and(|proof| other.key.verify(&self.signed, proof).is_ok())
    }

    pub(crate) fn valid_at(&self, at: Timestamp) -> bool {
        self.from <= at && at <= self.till
    }
}

const TEN_YEARS: Duration = Duration::from_secs(3653 * 86_400);

/// A new key for the agency and its certificate, issued by an authority whose key is forgotten at once: nobody can issue
/// another certificate in its name.
pub(crate) fn make(agency: &str, at: Timestamp) -> Result<Made, CertificateError> {
    let (authority_key, key) = (new_key()?, new_key()?);
    let authority_name = name(&format!("{agency}（演示根证书）"), agency)?;
    let authority = Profile { subject: authority_name.clone(), issuer: authority_name.clone(), authority: true };
    let signer = Profile { subject: name(agency, agency)?, issuer: authority_name, authority: false };
    Ok(Made {
        authority: issue(authority, 1, at, &authority_key, &authority_key)?,
        certificate: issue(signer, 2, at, &key, &authority_key)?,
        key: pem_of(&key)?,
    })
}

fn new_key() -> Result<SecretKey, CertificateError> {
    // A random number beyond the order of the curve is refused; that happens once in 2^32.
    for _ in 0..8 {
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes).map_err(|_| CertificateError::NoRandomness)?;
        if let Ok(key) = SecretKey::from_slice(&bytes) {
            return Ok(key);
        }
    }
    Err(CertificateError::Key)
}

fn pem_of(key: &SecretKey) -> Result<String, CertificateError> {
    key.to_pkcs8_pem(LineEnding::LF).map(|pem| pem.to_string()).map_err(|_| CertificateError::Key)
}

/// The key of a PEM file (PKCS #8).
pub(crate) fn signing_key(pem: &str) -> Option<SigningKey> {
    SigningKey::new(USER_ID, &SecretKey::from_pkcs8_pem(pem).ok()?).ok()
}

/// `CN=...,O=...,C=CN`, what RFC 4514 reserves escaped.
fn name(common: &str, organisation: &str) -> Result<Name, CertificateError> {
    let escaped = |text: &str| {
        text.chars().fold(String::new(), |mut all, c| {
            if matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=' | '#' | ' ') {
                all.push('\\');
            }
            all.push(c);
            all
        })
    };
    Ok(Name::from_str(&format!("CN={},O={},C=CN", escaped(common), escaped(organisation)))?)
}

struct Profile {
    subject: Name,
    issuer: Name,
    authority: bool,
}

impl BuilderProfile for Profile {
    fn get_issuer(&self, _subject: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        _key: SubjectPublicKeyInfoRef<'_>,
        _issuer_key: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        let usage = if self.authority {
            KeyUsage(KeyUsages::KeyCertSign.into())
        } else {
            KeyUsage(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation)
        };
        let basic = BasicConstraints { ca: self.authority, path_len_constraint: None };
        Ok(vec![(&basic).to_extension(tbs.subject(), &[])?, (&usage).to_extension(tbs.subject(), &[])?])
    }
}

fn issue(
    profile: Profile,
    serial: u32,
    at: Timestamp,
    subject: &SecretKey,
    issuer: &SecretKey,
) -> Result<String, CertificateError> {
    let signing = |key: &SecretKey| SigningKey::new(USER_ID, key).map_err(|_| CertificateError::Key);
    let (subject, issuer) = (signing(subject)?, signing(issuer)?);
    let start = Duration::from_secs(u64::try_from(at.timestamp()).map_err(|_| CertificateError::Key)?);
    let time = |moment| GeneralizedTime::from_unix_duration(moment).map(Time::GeneralTime);
    let validity = Validity::new(time(start)?, time(start + TEN_YEARS)?);
    let key = SubjectPublicKeyInfo::from_key(subject.verifying_key()).map_err(|_| CertificateError::Key)?;
    let mut builder = CertificateBuilder::new(profile, SerialNumber::from(serial), validity, key)?;
    let signed = builder.finalize(&issuer)?;
    // The builder's own signing would write r and s bare; X.509 asks for them as a DER sequence.
    let proof: Signature = issuer.sign(&signed);
    let certificate = builder.assemble(BitString::from_bytes(proof.to_der().as_bytes())?, &issuer)?;
    Ok(certificate.to_pem(LineEnding::LF)?)
}

/// Reads a certificate with an SM2 key from PEM.
pub(crate) fn read(pem: &str) -> Option<Known> {
    let certificate = Certificate::from_pem(pem).ok()?;
    let tbs = certificate.tbs_certificate();
    let public = PublicKey::from_public_key_der(&tbs.subject_public_key_info().to_der().ok()?).ok()?;
    let point = public.to_sec1_point(false);
    let moment = |time: Time| {
        i64::try_from(time.to_unix_duration().as_secs()).ok().and_then(|seconds| Timestamp::from_timestamp(seconds, 0))
    };
    let basic = tbs.get_extension::<BasicConstraints>().ok()?;
    Some(Known {
        name: tbs.subject().common_name().ok()??.value().into_owned(),
        key: VerifyingKey::from_sec1_bytes(USER_ID, point.as_bytes()).ok()?,
        from: moment(tbs.validity().not_before)?,
        till: moment(tbs.validity().not_after)?,
        der: certificate.to_der().ok()?,
        signed: tbs.to_der().ok()?,
        proof: certificate.signature().as_bytes().and_then(|der| Signature::from_der(der).ok()),
        issuer: tbs.issuer().clone(),
        subject: tbs.subject().clone(),
        authority: basic.is_some_and(|(_, basic)| basic.ca),
    })
}
