//! The platform's key pairs, and a key pair such as a merchant makes for itself.

use super::faults::SealFault;
use crate::StartError;
use crate::seal;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kernel::Timestamp;
use rsa::PrivateKey;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey, LineEnding};
use rsa::signature::{SignatureEncoding, Signer};
use sha2::Sha256;
use std::fs;
use std::path::PathBuf;

const BITS: usize = 2048;

/// What a merchant makes with openssl before it registers: the private part goes to our client, the public part to [`super::Merchant`].
pub struct MerchantKeyPair {
    /// PKCS#8 PEM (`BEGIN PRIVATE KEY`).
    pub private_pem: String,
    /// SubjectPublicKeyInfo PEM (`BEGIN PUBLIC KEY`).
    pub public_pem: String,
}

impl MerchantKeyPair {
    /// Makes an RSA-2048 pair.
    ///
    /// # Errors
    /// [`StartError::Key`] where the random source fails.
    pub fn generate() -> Result<MerchantKeyPair, StartError> {
        let key = generate()?;
        Ok(MerchantKeyPair { private_pem: private_pem(&key)?, public_pem: public_pem(&key)? })
    }
}

fn generate() -> Result<PrivateKey, StartError> {
    PrivateKey::new(&mut rand::rng(), BITS).map_err(|error| StartError::Key(error.to_string()))
}

fn private_pem(key: &PrivateKey) -> Result<String, StartError> {
    let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(|error| StartError::Key(error.to_string()))?;
    Ok(pem.to_string())
}

fn public_pem(key: &PrivateKey) -> Result<String, StartError> {
    key.to_public_key().to_public_key_pem(LineEnding::LF).map_err(|error| StartError::Key(error.to_string()))
}

/// One pair of the platform's.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) serial: String,
    pub(super) public_pem: String,
    key: SigningKey<Sha256>,
}

impl Pair {
    fn new(key: PrivateKey) -> Result<Pair, StartError> {
        let public_pem = public_pem(&key)?;
        let mark = seal::sha256(public_pem.as_bytes()).to_uppercase();
        let serial = format!("PUB_KEY_ID_{}", mark.get(..32).unwrap_or(&mark));
        Ok(Pair { serial, public_pem, key: SigningKey::new(key) })
    }

    fn sign(&self, message: &[u8]) -> String {
        match self.key.try_sign(message) {
            Ok(signature) => STANDARD.encode(signature.to_bytes()),
            Err(error) => {
                tracing::error!(%error, "the platform cannot sign");
                String::new()
            }
        }
    }
}

/// All pairs, oldest first. The newest signs.
#[derive(Debug)]
pub(super) struct KeyRing {
    folder: Option<PathBuf>,
    pairs: Vec<Pair>,
}

impl KeyRing {
    /// Reads the pairs from the folder, or makes the first one.
    pub(super) fn open(folder: Option<PathBuf>) -> Result<KeyRing, StartError> {
        let mut ring = KeyRing { folder, pairs: Vec::new() };
        while let Some(path) = ring.next_path().filter(|path| path.exists()) {
            let failed = |source| StartError::Folder { path: path.display().to_string(), source };
            let pem = fs::read_to_string(&path).map_err(failed)?;
            let key = PrivateKey::from_pkcs8_pem(&pem).map_err(|error| StartError::Key(error.to_string()))?;
            ring.pairs.push(Pair::new(key)?);
        }
        if ring.pairs.is_empty() {
            ring.rotate()?;
        }
        Ok(ring)
    }

    fn next_path(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(format!("wechat-pay-key-{:03}.pem", self.pairs.len() + 1)))
    }

    /// Adds a pair, which signs from now on.
    pub(super) fn rotate(&mut self) -> Result<String, StartError> {
        let key = generate()?;
        if let (Some(folder), Some(path)) = (&self.folder, self.next_path()) {
            let failed = |source| StartError::Folder { path: path.display().to_string(), source };
            fs::create_dir_all(folder).map_err(failed)?;
            fs::write(&path, private_pem(&key)?).map_err(failed)?;
        }
        let pair = Pair::new(key)?;
        let serial = pair.serial.clone();
        self.pairs.push(pair);
        Ok(serial)
    }

    /// All pairs, oldest first.
    pub(super) fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// The headers that seal a body at an instant, or what the fault makes of them.
    pub(super) fn seal(&self, at: Timestamp, body: &[u8], fault: SealFault) -> Vec<(&'static str, String)> {
        let Some(pair) = self.pairs.last() else { return Vec::new() };
        let (timestamp, nonce) = (at.timestamp().to_string(), seal::token());
        let message = [timestamp.as_bytes(), b"\n", nonce.as_bytes(), b"\n", body, b"\n"].concat();
        let (serial, signature) = match fault {
            SealFault::Missing => return Vec::new(),
            SealFault::Good => (pair.serial.clone(), pair.sign(&message)),
            SealFault::Forged => (pair.serial.clone(), forge(&message)),
            SealFault::Probe => (pair.serial.clone(), format!("WECHATPAY/SIGNTEST/{}", pair.sign(&message))),
            SealFault::UnknownSerial => ("PUB_KEY_ID_00000000000000000000000000000000".to_owned(), pair.sign(&message)),
        };
        vec![
            ("wechatpay-timestamp", timestamp),
            ("wechatpay-nonce", nonce),
            ("wechatpay-serial", serial),
            ("wechatpay-signature", signature),
            ("wechatpay-signature-type", "WECHATPAY2-SHA256-RSA2048".to_owned()),
        ]
    }
}

/// A well formed signature by a key that is nobody's.
fn forge(message: &[u8]) -> String {
    generate().and_then(Pair::new).map(|stranger| stranger.sign(message)).unwrap_or_default()
}
