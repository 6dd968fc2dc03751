//! The signature beside a paper: SM2 with SM3 (GB/T 32918, GM/T 0009), checkable offline with nothing but the certificate.
//!
//! `FILE.sig` is a JSON object: `format` (`zhijian-signature-1`), `algorithm` (`SM2-with-SM3`), `user_id`
//! (`1234567812345678`), `sm3` (the file's, in hex), `signed_at` (RFC 3339), `signature` (DER, base64) and `certificate`
//! (PEM). What is signed are three lines of text, each ended by a line feed, so that the moment is covered too:
//!
//! ```text
//! zhijian-signature-1
//! sm3: <the file's SM3 in 64 hex digits>
//! signed-at: <signed_at as it stands in the JSON>
//! ```
//!
//! Refused: another format or algorithm, a file that was changed, a certificate that the trusted one did not issue, and one
//! of either that was not valid at the moment of signing.

use crate::certificate::{self, CertificateError, Made};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use sm2::dsa::signature::{Signer as _, Verifier as _};
use sm2::dsa::{Signature as Sm2Signature, SigningKey};
use sm3::{Digest, Sm3};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The distinguishing identifier that signers use where nothing else was agreed (GM/T 0009).
pub const USER_ID: &str = "1234567812345678";
const FORMAT: &str = "zhijian-signature-1";
const ALGORITHM: &str = "SM2-with-SM3";
/// Where the three files lie in the folder of keys.
const KEY: &str = "record-signing.key";
const CERTIFICATE: &str = "record-signing.crt";
/// In that folder, the authority's certificate: what people trust. The agency publishes it.
pub const AUTHORITY_FILE: &str = "record-authority.crt";

/// The agency's signing key and certificate.
pub struct Signer {
    key: SigningKey,
    certificate: String,
    authority: String,
}

/// What stands in `FILE.sig`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Signature {
    format: String,
    algorithm: String,
    user_id: String,
    sm3: String,
    signed_at: String,
    signature: String,
    certificate: String,
}

/// Who signed a file, and when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verified {
    /// The agency named in the certificate.
    pub signer: String,
    /// The name in the certificate that is trusted.
    pub authority: String,
    /// The moment that the signature covers.
    pub signed_at: Timestamp,
}

/// Why there is no signer.
#[derive(Debug, thiserror::Error)]
pub enum SignerError {
    /// A file of the key folder cannot be read or written.
    #[error("{path} cannot be used")]
    File {
        /// Which.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The key file can be read by others than its owner.
    #[error("{0} must be readable by its owner alone (mode 0600)")]
    Exposed(String),
    /// The key or its certificate is damaged, or one does not fit the other.
    #[error("the signing key and its certificate are damaged or do not fit each other")]
    Damaged,
    /// Key or certificate could not be made.
    #[error("a signing key could not be made")]
    Making(#[from] CertificateError),
}

/// Why a signature proves nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum VerifyError {
    /// Not a signature file of this format and algorithm.
    #[error("this is no signature file of the known format")]
    Format,
    /// The trusted certificate cannot be read.
    #[error("the trusted certificate cannot be read")]
    Authority,
    /// The file is not the one that was signed.
    #[error("the file was changed after it was signed")]
    Changed,
    /// The trusted certificate did not issue the signer's.
    #[error("the signer's certificate was not issued by the trusted one")]
    Untrusted,
    /// The signer's certificate or the trusted one was not valid when the file was signed.
    #[error("a certificate was not valid at the time of signing")]
    Expired,
    /// The signature does not fit.
    #[error("the signature is wrong")]
    Wrong,
}

impl Signer {
    /// The signer whose key and certificate lie in the folder. On the first start they are made: a key, and a certificate
    /// issued by a throw-away authority whose own key is kept nowhere. An agency puts its real ones in their place.
    ///
    /// # Errors
    /// As [`SignerError`].
    pub fn open_or_create(folder: &Path, agency: &str, at: Timestamp) -> Result<Signer, SignerError> {
        let path = |name| folder.join(name);
        if !path(KEY).exists() {
            let made = certificate::make(agency, at)?;
            write(&path(AUTHORITY_FILE), made.authority.as_bytes())?;
            write(&path(CERTIFICATE), made.certificate.as_bytes())?;
            // The key comes last: its presence says that the others are there.
            write(&path(KEY), made.key.as_bytes())?;
        }
        refuse_exposed(&path(KEY))?;
        Signer::of(Made {
            key: read(&path(KEY))?,
            certificate: read(&path(CERTIFICATE))?,
            authority: read(&path(AUTHORITY_FILE))?,
        })
    }

    /// A signer of this process alone, for tests and benchmarks.
    ///
    /// # Errors
    /// As [`SignerError`].
    pub fn passing(agency: &str, at: Timestamp) -> Result<Signer, SignerError> {
        Signer::of(certificate::make(agency, at)?)
    }

    fn of(made: Made) -> Result<Signer, SignerError> {
        let key = certificate::signing_key(&made.key).ok_or(SignerError::Damaged)?;
        let known = certificate::read(&made.certificate).ok_or(SignerError::Damaged)?;
        if known.key.to_sec1_bytes() != key.verifying_key().to_sec1_bytes()
            || certificate::read(&made.authority).is_none()
        {
            return Err(SignerError::Damaged);
        }
        Ok(Signer { key, certificate: made.certificate, authority: made.authority })
    }

    /// Signs a file at a moment.
    pub fn sign(&self, file: &[u8], at: Timestamp) -> Signature {
        let sm3 = sm3_hex(file);
        let signed_at = at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let signature: Sm2Signature = self.key.sign(statement(&sm3, &signed_at).as_bytes());
        Signature {
            format: FORMAT.to_owned(),
            algorithm: ALGORITHM.to_owned(),
            user_id: USER_ID.to_owned(),
            signature: BASE64.encode(signature.to_der().as_bytes()),
            certificate: self.certificate.clone(),
            sm3,
            signed_at,
        }
    }

    /// The certificate (PEM) of the authority, which people fetch once and trust.
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

impl Signature {
    /// The bytes of `FILE.sig`.
    pub fn to_file(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The file's SM3 in hex.
    pub fn sm3(&self) -> &str {
        &self.sm3
    }
}

/// Checks a file against its `FILE.sig` and a trusted certificate (PEM): the authority's, or the signer's own.
///
/// # Errors
/// The first of [`VerifyError`] that applies.
pub fn verify(file: &[u8], signature: &[u8], trusted: &str) -> Result<Verified, VerifyError> {
    let sig: Signature = serde_json::from_slice(signature).map_err(|_| VerifyError::Format)?;
    if sig.format != FORMAT || sig.algorithm != ALGORITHM || sig.user_id != USER_ID {
        return Err(VerifyError::Format);
    }
    let signed_at = chrono::DateTime::parse_from_rfc3339(&sig.signed_at).map_err(|_| VerifyError::Format)?.to_utc();
    let proof = BASE64.decode(&sig.signature).ok().and_then(|der| Sm2Signature::from_der(&der).ok());
    let proof = proof.ok_or(VerifyError::Format)?;
    let signer = certificate::read(&sig.certificate).ok_or(VerifyError::Format)?;
    let trusted = certificate::read(trusted).ok_or(VerifyError::Authority)?;
    if sig.sm3 != sm3_hex(file) {
        return Err(VerifyError::Changed);
    }
    if signer.der != trusted.der && !signer.issued_by(&trusted) {
        return Err(VerifyError::Untrusted);
    }
    if !signer.valid_at(signed_at) || !trusted.valid_at(signed_at) {
        return Err(VerifyError::Expired);
    }
    let statement = statement(&sig.sm3, &sig.signed_at);
    signer.key.verify(statement.as_bytes(), &proof).map_err(|_| VerifyError::Wrong)?;
    Ok(Verified { signer: signer.name, authority: trusted.name, signed_at })
}

fn statement(sm3: &str, signed_at: &str) -> String {
    format!("{FORMAT}\nsm3: {sm3}\nsigned-at: {signed_at}\n")
}

/// SM3 of a file, in hex.
pub(crate) fn sm3_hex(file: &[u8]) -> String {
    hex::encode(Sm3::digest(file))
}

fn read(path: &PathBuf) -> Result<String, SignerError> {
    std::fs::read_to_string(path).map_err(|source| SignerError::File { path: path.display().to_string(), source })
}

fn write(path: &PathBuf, content: &[u8]) -> Result<(), SignerError> {
    let failed = |source| SignerError::File { path: path.display().to_string(), source };
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(failed)?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(failed)
}

#[cfg(unix)]
fn refuse_exposed(path: &Path) -> Result<(), SignerError> {
    use std::os::unix::fs::PermissionsExt;
    let shown = path.display().to_string();
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.permissions().mode() & 0o077 != 0 => Err(SignerError::Exposed(shown)),
        Ok(_) => Ok(()),
        Err(source) => Err(SignerError::File { path: shown, source }),
    }
}

#[cfg(not(unix))]
fn refuse_exposed(_: &Path) -> Result<(), SignerError> {
    Ok(())
}
