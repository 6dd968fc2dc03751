//! Keys: identity numbers, phones, bank accounts and issued papers are sealed with SM4-GCM; what must be found again has a
//! keyed HMAC-SM3 index.
//!
//! The key file is made on the first start with mode 0600 and lies beside the database, never inside it. It holds numbered
//! keys, of which the newest seals and all open, and one index key. Its loss is the loss of what it sealed: keep a copy in
//! another place (docs/keys.md). A column's own keys are derived from it, so that no two columns share one.

use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use hmac::Mac;
use sm3::{Digest, Sm3};
use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use zeroize::Zeroizing;

type Sm4Gcm = aes_gcm::AesGcm<sm4::Sm4, U12>;
type HmacSm3 = hmac::Hmac<Sm3>;

/// A sealed column, named by its table and column: each has keys of its own.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Column(pub &'static str, pub &'static str);

/// Why a key file could not be used or a sealed value not opened.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("the key file {path} cannot be used")]
    File {
        /// Where it should be.
        path: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file is not a key file.
    #[error("the key file {path} is damaged at line {line}")]
    Damaged {
        /// Where it is.
        path: String,
        /// The line, from one.
        line: usize,
    },
    /// Others than its owner may read the file.
    #[error("the key file {0} can be read by others; give it mode 0600")]
    Exposed(String),
    /// The system gives no randomness.
    #[error("the system gives no randomness")]
    NoRandomness,
    /// The value was sealed by a key that the file does not hold.
    #[error("the value was sealed with key {0}, which the key file does not hold")]
    UnknownKey(u8),
    /// The value was changed, moved to another row, or sealed elsewhere.
    #[error("the sealed value does not open")]
    NotOurs,
}

impl From<KeyError> for sea_orm::DbErr {
    fn from(error: KeyError) -> Self {
        sea_orm::DbErr::Custom(error.to_string())
    }
}

/// The numbered sealing keys and the index key of one area.
pub struct Keys {
    sealing: Vec<(u8, Zeroizing<[u8; 32]>)>,
    index: Zeroizing<[u8; 32]>,
    /// Ciphers ready for use; deriving one costs more than sealing.
    ciphers: Mutex<HashMap<(u8, Column), Sm4Gcm>>,
}

impl Keys {
    /// Reads the key file, or makes it with mode 0600 where there is none.
    ///
    /// # Errors
    /// [`KeyError`], naming the file and the way out.
    pub fn open_or_create(path: &Path) -> Result<Keys, KeyError> {
        let shown = path.display().to_string();
        let file_error = |source: std::io::Error| KeyError::File { path: shown.clone(), source };
        if !path.exists() {
            let keys = Keys::generate()?;
            keys.write_new(path).map_err(file_error)?;
            return Ok(keys);
        }
        refuse_exposed(path, &shown)?;
        let text = Zeroizing::new(std::fs::read_to_string(path).map_err(file_error)?);
        Keys::parse(&text).map_err(|line| KeyError::Damaged { path: shown, line })
    }

    /// Fresh keys that are in no file yet.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn generate() -> Result<Keys, KeyError> {
        Ok(Keys { sealing: vec![(1, random_key()?)], index: random_key()?, ciphers: Mutex::default() })
    }

    /// The same keys with one more, which seals from now on. The caller writes the file and reseals the columns.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`], or [`KeyError::UnknownKey`] after 255 rotations.
    pub fn rotated(&self) -> Result<Keys, KeyError> {
        let number = self.newest().checked_add(1).ok_or(KeyError::UnknownKey(u8::MAX))?;
        let mut sealing = self.sealing.clone();
        sealing.push((number, random_key()?));
        Ok(Keys { sealing, index: self.index.clone(), ciphers: Mutex::default() })
    }

    /// Replaces the file by one with these keys: written beside it, flushed, then renamed over it.
    ///
    /// # Errors
    /// [`KeyError::File`].
    pub fn replace(&self, path: &Path) -> Result<(), KeyError> {
        let beside = path.with_extension("new");
        let file_error = |source| KeyError::File { path: path.display().to_string(), source };
        self.write_new(&beside).map_err(file_error)?;
        std::fs::rename(&beside, path).map_err(file_error)
    }

    /// The number of the key that seals now.
    pub fn newest(&self) -> u8 {
        self.sealing.iter().map(|(number, _)| *number).max().unwrap_or(1)
    }

    /// Seals a text for a column and row, as [`Keys::seal_bytes`] does.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn seal(&self, column: Column, row: uuid::Uuid, text: &str) -> Result<Vec<u8>, KeyError> {
        self.seal_bytes(column, row, text.as_bytes())
    }

    /// Opens what [`Keys::seal`] sealed for the same column and row.
    ///
    /// # Errors
    /// [`KeyError::UnknownKey`] or [`KeyError::NotOurs`].
    pub fn open(&self, column: Column, row: uuid::Uuid, sealed: &[u8]) -> Result<String, KeyError> {
        String::from_utf8(self.open_bytes(column, row, sealed)?).map_err(|_| KeyError::NotOurs)
    }

    /// Seals bytes, as those of a file, for a column and row: one byte key number, twelve bytes nonce, ciphertext with tag.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn seal_bytes(&self, column: Column, row: uuid::Uuid, bytes: &[u8]) -> Result<Vec<u8>, KeyError> {
        let number = self.newest();
        let mut nonce = [0u8; 12];
        getrandom::fill(&mut nonce).map_err(|_| KeyError::NoRandomness)?;
        let bound = bound_to(column, row);
        let payload = Payload { msg: bytes, aad: &bound };
        let body = self.cipher(number, column)?.encrypt((&nonce).into(), payload).map_err(|_| KeyError::NotOurs)?;
        Ok([&[number][..], &nonce, &body].concat())
    }

    /// Opens what [`Keys::seal_bytes`] sealed for the same column and row.
    ///
    /// # Errors
    /// [`KeyError::UnknownKey`] or [`KeyError::NotOurs`].
    pub fn open_bytes(&self, column: Column, row: uuid::Uuid, sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        let (number, rest) = sealed.split_first().ok_or(KeyError::NotOurs)?;
        let (nonce, body) = rest.split_first_chunk::<12>().ok_or(KeyError::NotOurs)?;
        let bound = bound_to(column, row);
        let payload = Payload { msg: body, aad: &bound };
        self.cipher(*number, column)?.decrypt(nonce.into(), payload).map_err(|_| KeyError::NotOurs)
    }

    /// The blind index of a value: sixteen bytes that only these keys can compute, for equality search.
    pub fn index(&self, column: Column, value: &str) -> Vec<u8> {
        let mut mac = keyed(&self.index);
        mac.update(column.0.as_bytes());
        mac.update(b".");
        mac.update(column.1.as_bytes());
        mac.update(b"=");
        mac.update(value.as_bytes());
        mac.finalize().into_bytes().iter().take(16).copied().collect()
    }

    fn cipher(&self, number: u8, column: Column) -> Result<Sm4Gcm, KeyError> {
        let mut ciphers = self.ciphers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(ready) = ciphers.get(&(number, column)) {
            return Ok(ready.clone());
        }
        let master = self.sealing.iter().find(|(known, _)| *known == number).ok_or(KeyError::UnknownKey(number))?;
        let mut mac = keyed(&master.1);
        mac.update(format!("seal {}.{}", column.0, column.1).as_bytes());
        let derived = Zeroizing::new(<[u8; 32]>::from(mac.finalize().into_bytes()));
        let (key, _) = derived.split_at(16);
        let cipher = Sm4Gcm::new_from_slice(key).map_err(|_| KeyError::NotOurs)?;
        ciphers.insert((number, column), cipher.clone());
        Ok(cipher)
    }

    fn parse(text: &str) -> Result<Keys, usize> {
        let (mut sealing, mut index) = (Vec::new(), None);
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.is_empty()) {
            let damaged = number + 1;
            let (name, value) = line.split_once('=').ok_or(damaged)?;
            let mut key = Zeroizing::new([0u8; 32]);
            hex::decode_to_slice(value.trim(), key.as_mut()).map_err(|_| damaged)?;
            match name.trim().strip_prefix("seal.") {
                Some(version) => sealing.push((version.parse().map_err(|_| damaged)?, key)),
                None if name.trim() == "index" => index = Some(key),
                None => return Err(damaged),
            }
        }
        match index {
            Some(index) if !sealing.is_empty() => Ok(Keys { sealing, index, ciphers: Mutex::default() }),
            Some(_) | None => Err(text.lines().count()),
        }
    }

    fn write_new(&self, path: &Path) -> std::io::Result<()> {
        let mut text = Zeroizing::new(String::from(
            "# Zhijian: the keys that seal personal data. Whoever has this file and the database can read it; whoever loses\n\
             # this file cannot. Keep a copy in another place, mode 0600, out of the database's backups.\n",
        ));
        for (number, key) in &self.sealing {
            text.push_str(&format!("seal.{number} = {}\n", hex::encode(key.as_ref())));
        }
        text.push_str(&format!("index = {}\n", hex::encode(self.index.as_ref())));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys(newest {})", self.newest())
    }
}

fn random_key() -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let mut key = Zeroizing::new([0u8; 32]);
    getrandom::fill(key.as_mut()).map_err(|_| KeyError::NoRandomness)?;
    Ok(key)
}

fn keyed(key: &[u8; 32]) -> HmacSm3 {
    // A key shorter than the block of 64 bytes is padded, never refused.
    let mut block = hmac::digest::Key::<HmacSm3>::default();
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    HmacSm3::new(&block)
}

fn bound_to(column: Column, row: uuid::Uuid) -> Vec<u8> {
    [column.0.as_bytes(), b".", column.1.as_bytes(), b"#", row.as_bytes()].concat()
}

#[cfg(unix)]
fn refuse_exposed(path: &Path, shown: &str) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = std::fs::metadata(path).map_err(|source| KeyError::File { path: shown.to_owned(), source })?;
    if metadata.permissions().mode() & 0o077 != 0 { Err(KeyError::Exposed(shown.to_owned())) } else { Ok(()) }
}

#[cfg(not(unix))]
fn refuse_exposed(_: &Path, _: &str) -> Result<(), KeyError> {
    Ok(())
}

/// SM3 of the parts, one after the other.
pub(crate) fn sm3(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sm3::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    const NUMBER: Column = Column("registry_document", "number");

    #[test]
    fn the_published_vector_of_sm4_gcm_holds() {
        // RFC 8998, A.1: the crate calls this use of AES-GCM's type unintended, so this guards it.
        let key = hex::decode("0123456789abcdeffedcba9876543210").unwrap();
        let nonce: [u8; 12] = hex::decode("00001234567800000000abcd").unwrap().try_into().unwrap();
        let aad = hex::decode("feedfacedeadbeeffeedfacedeadbeefabaddad2").unwrap();
        let plain = hex::decode(
            "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
        )
        .unwrap();
        let expected = "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec";
        let sealed =
            Sm4Gcm::new_from_slice(&key).unwrap().encrypt((&nonce).into(), Payload { msg: &plain, aad: &aad }).unwrap();
        assert_eq!(hex::encode(sealed), expected);
    }

    #[test]
    fn a_value_opens_only_in_its_own_row_and_column() {
        let keys = Keys::generate().unwrap();
        let (row, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = keys.seal(NUMBER, row, "130499195708150019").unwrap();
        assert_eq!(keys.open(NUMBER, row, &sealed).unwrap(), "130499195708150019");
        assert!(matches!(keys.open(NUMBER, other, &sealed), Err(KeyError::NotOurs)));
        assert!(matches!(keys.open(Column("registry_document", "phone"), row, &sealed), Err(KeyError::NotOurs)));
        // Bytes that are no text open as bytes alone.
        let file = keys.seal_bytes(NUMBER, row, &[0xff, 0x00]).unwrap();
        assert_eq!(keys.open_bytes(NUMBER, row, &file).unwrap(), [0xff, 0x00]);
        assert!(matches!(keys.open(NUMBER, row, &file), Err(KeyError::NotOurs)));
    }

    #[test]
    fn after_a_rotation_old_values_open_and_new_ones_carry_the_new_number() {
        let old = Keys::generate().unwrap();
        let sealed = old.seal(NUMBER, Uuid::nil(), "x").unwrap();
        let new = old.rotated().unwrap();
        assert_eq!(new.open(NUMBER, Uuid::nil(), &sealed).unwrap(), "x");
        let again = new.seal(NUMBER, Uuid::nil(), "x").unwrap();
        assert_eq!(again.first(), Some(&2));
        assert!(matches!(old.open(NUMBER, Uuid::nil(), &again), Err(KeyError::UnknownKey(2))));
        assert_eq!(old.index(NUMBER, "x"), new.index(NUMBER, "x"));
    }

    #[test]
    fn the_file_is_made_private_and_read_again() {
        let folder = std::env::temp_dir().join(format!("zhijian-keys-{}", Uuid::from_bytes(rand_bytes())));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("keys");
        let made = Keys::open_or_create(&path).unwrap();
        let sealed = made.seal(NUMBER, Uuid::nil(), "x").unwrap();
        let read = Keys::open_or_create(&path).unwrap();
        assert_eq!(read.open(NUMBER, Uuid::nil(), &sealed).unwrap(), "x");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
            assert!(matches!(Keys::open_or_create(&path), Err(KeyError::Exposed(_))));
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        std::fs::write(&path, "seal.1 = zz\n").unwrap();
        assert!(matches!(Keys::open_or_create(&path), Err(KeyError::Damaged { line: 1, .. })));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    fn rand_bytes() -> [u8; 16] {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).unwrap();
        bytes
    }

    proptest! {
        #[test]
        fn no_changed_byte_opens(place in 0usize..60, change in 1u8..=255, text in "[ -~]{31}") {
            let keys = Keys::generate().unwrap();
            let mut sealed = keys.seal(NUMBER, Uuid::nil(), &text).unwrap();
            prop_assert_eq!(sealed.len(), 60);
            sealed[place] ^= change;
            prop_assert!(keys.open(NUMBER, Uuid::nil(), &sealed).is_err());
        }
    }
}
