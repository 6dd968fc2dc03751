//! The numbered secrets of a gallery and what is derived from each: a layout for searching and a key for sealing.

use crate::Code;
use crate::gallery::{Entry, GalleryError, NewEntry, SEALED_BYTES};
use crate::search::{BITS, Layout, PLACES, Plan, row};
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use hmac::Mac;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sm3::Sm3;
use std::io::Write;
use std::path::Path;
use zeroize::Zeroizing;

type Sm4Gcm = aes_gcm::AesGcm<sm4::Sm4, U12>;
type HmacSm3 = hmac::Hmac<Sm3>;

/// Why a key file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("the palm key file {path} cannot be used")]
    File {
        /// Where it should be.
        path: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file is not a key file.
    #[error("the palm key file {path} is damaged at line {line}")]
    Damaged {
        /// Where it is.
        path: String,
        /// The line, from one.
        line: usize,
    },
    /// Others than its owner may read it.
    #[error("the palm key file {0} can be read by others; give it mode 0600")]
    Exposed(String),
    /// The system gives no randomness.
    #[error("the system gives no randomness")]
    NoRandomness,
}

/// The secrets of a gallery by number: the newest seals, the others open until the gallery was put under the newest.
pub struct Keys(Vec<(u32, Zeroizing<[u8; 32]>)>);

impl Keys {
    /// A first secret that is in no file yet.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn generate() -> Result<Self, KeyError> {
        Ok(Self(vec![(1, random()?)]))
    }

    /// Reads the file, or makes it with mode 0600 where there is none.
    ///
    /// # Errors
    /// [`KeyError`], naming the file.
    pub fn open_or_create(path: &Path) -> Result<Self, KeyError> {
        if !path.exists() {
            let keys = Self::generate()?;
            keys.write_new(path)?;
            return Ok(keys);
        }
        let file_error = |source| KeyError::File { path: path.display().to_string(), source };
        refuse_exposed(path)?;
        let text = Zeroizing::new(std::fs::read_to_string(path).map_err(file_error)?);
        Self::parse(&text).map_err(|line| KeyError::Damaged { path: path.display().to_string(), line })
    }

    /// These and a fresh one, which seals from now on.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn rotated(&self) -> Result<Self, KeyError> {
        let mut keys = self.0.clone();
        keys.push((self.newest_number() + 1, random()?));
        Ok(Self(keys))
    }

    /// Only the newest: what the others sealed can never be opened again.
    #[must_use]
    pub fn newest_alone(&self) -> Self {
        let newest = self.newest_number();
        Self(self.0.iter().filter(|(number, _)| *number == newest).cloned().collect())
    }

    /// Replaces the file by one with these secrets: written beside it, brought to the disk, renamed over it.
    ///
    /// # Errors
    /// [`KeyError::File`].
    pub fn replace(&self, path: &Path) -> Result<(), KeyError> {
        let beside = path.with_extension("new");
        let file_error = |source| KeyError::File { path: path.display().to_string(), source };
        if beside.exists() {
            std::fs::remove_file(&beside).map_err(file_error)?;
        }
        self.write_new(&beside)?;
        std::fs::rename(&beside, path).map_err(file_error)
    }

    /// The newest key.
    pub fn newest(&self) -> Key {
        self.of(self.newest_number()).unwrap_or_else(|| Key::new(0, &[0; 32]))
    }

    /// The key of a number, if the secret is here.
    pub fn of(&self, number: u32) -> Option<Key> {
        let (number, secret) = self.0.iter().find(|(known, _)| *known == number)?;
        Some(Key::new(*number, secret))
    }

    fn newest_number(&self) -> u32 {
        self.0.iter().map(|(number, _)| *number).max().unwrap_or_default()
    }

    fn parse(text: &str) -> Result<Self, usize> {
        let mut keys = Vec::new();
        for (line, text) in (1usize..).zip(text.lines()).filter(|(_, text)| !text.starts_with('#') && !text.is_empty())
        {
            let (number, value) = text.strip_prefix("palm.").and_then(|rest| rest.split_once(" = ")).ok_or(line)?;
            let mut secret = Zeroizing::new([0; 32]);
            hex::decode_to_slice(value.trim(), secret.as_mut()).map_err(|_| line)?;
            keys.push((number.parse().map_err(|_| line)?, secret));
        }
        if keys.is_empty() { Err(text.lines().count()) } else { Ok(Self(keys)) }
    }

    fn write_new(&self, path: &Path) -> Result<(), KeyError> {
        let mut text = Zeroizing::new(String::from(
            "# Zhijian: the secrets that scramble and seal palms. Whoever has this file and the gallery has the palms; whoever\n\
             # loses this file has none. Keep a copy in another place, mode 0600, never with the gallery.\n",
        ));
        for (number, secret) in &self.0 {
            let digits = Zeroizing::new(hex::encode(secret.as_ref()));
            text.push_str(&format!("palm.{number} = {}\n", digits.as_str()));
        }
        let write = || {
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(path)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        write().map_err(|source| KeyError::File { path: path.display().to_string(), source })
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys(newest {})", self.newest_number())
    }
}

/// One secret, ready for use.
pub struct Key {
    number: u32,
    layout: Layout,
    cipher: Sm4Gcm,
}

impl Key {
    fn new(number: u32, secret: &[u8; 32]) -> Self {
        let seal = derive(secret, b"palm seal");
        let (seal, _) = seal.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
        let layout = drawn(&derive(secret, b"palm layout"));
        Self { number, layout, cipher: Sm4Gcm::new(seal.into()) }
    }

    /// Its number.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Where the bits of a stored palm lie.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// What a writer of the gallery is given.
    pub fn under(&self) -> (u32, &Layout) {
        (self.number, &self.layout)
    }

    /// A palm's questions to a gallery under this key.
    pub fn plan(&self, code: &Code) -> Plan {
        Plan::new(code, &self.layout)
    }

    /// A palm ready for the gallery.
    ///
    /// # Errors
    /// [`GalleryError::NoRandomness`].
    pub fn enter(&self, entry: Entry, code: &Code) -> Result<NewEntry, GalleryError> {
        let mut nonce = [0; 12];
        getrandom::fill(&mut nonce).map_err(|_| GalleryError::NoRandomness)?;
        let bytes = Zeroizing::new(code.to_bytes());
        let bound = self.bound_to(entry);
        let payload = Payload { msg: bytes.as_ref(), aad: &bound };
        let body = self.cipher.encrypt((&nonce).into(), payload).map_err(|_| GalleryError::NoRandomness)?;
        let mut sealed = [0; SEALED_BYTES];
        sealed[..12].copy_from_slice(&nonce);
        sealed[12..].copy_from_slice(&body);
        Ok(NewEntry { entry, row: row(code), sealed })
    }

    /// The whole code of an entry; nothing when it was changed, moved to another entry, or sealed elsewhere.
    pub fn open(&self, entry: Entry, sealed: &[u8; SEALED_BYTES]) -> Option<Code> {
        let (nonce, body) = sealed.split_first_chunk::<12>()?;
        let bound = self.bound_to(entry);
        let bytes = self.cipher.decrypt(nonce.into(), Payload { msg: body, aad: &bound }).ok()?;
        Code::from_bytes(&Zeroizing::new(bytes)).ok()
    }

    fn bound_to(&self, entry: Entry) -> Vec<u8> {
        [&self.number.to_le_bytes()[..], &entry.to_bytes()].concat()
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({})", self.number)
    }
}

fn derive(secret: &[u8; 32], purpose: &[u8]) -> Zeroizing<[u8; 32]> {
    // A key shorter than the block of 64 bytes is padded, never refused.
    let mut block = Zeroizing::new([0; 64]);
    block[..32].copy_from_slice(secret);
    let mut mac = HmacSm3::new((&*block).into());
    mac.update(purpose);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// A layout drawn from a seed: every permutation of the places is as likely, and every bit as likely to be turned over.
fn drawn(seed: &[u8; 32]) -> Layout {
    let mut random = ChaCha20Rng::from_seed(*seed);
    let mut places: Box<[u16; PLACES]> =
        Box::new(std::array::from_fn(|place| u16::try_from(place).unwrap_or_default()));
    for last in (1..PLACES).rev() {
        places.swap(last, below(&mut random, last + 1));
    }
    let flips: Box<[u64; BITS / 64]> = Box::new(std::array::from_fn(|_| random.next_u64()));
    Layout::new(places, flips)
}

/// A number below a bound, each as likely: what would favour some is drawn again.
fn below(random: &mut ChaCha20Rng, bound: usize) -> usize {
    let bound = u32::try_from(bound).unwrap_or(u32::MAX);
    let fair = u32::MAX - u32::MAX % bound;
    loop {
        let drawn = random.next_u32();
        if drawn < fair {
            return usize::try_from(drawn % bound).unwrap_or_default();
        }
    }
}

fn random() -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let mut secret = Zeroizing::new([0; 32]);
    getrandom::fill(secret.as_mut()).map_err(|_| KeyError::NoRandomness)?;
    Ok(secret)
}

#[cfg(unix)]
fn refuse_exposed(path: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    let shown = path.display().to_string();
    let metadata = std::fs::metadata(path).map_err(|source| KeyError::File { path: shown.clone(), source })?;
    if metadata.permissions().mode() & 0o077 != 0 { Err(KeyError::Exposed(shown)) } else { Ok(()) }
}

#[cfg(not(unix))]
fn refuse_exposed(_: &Path) -> Result<(), KeyError> {
    Ok(())
}
