//! The one small file that says which others are the gallery. It is written beside the old one, brought to the disk and
//! renamed over it: whoever is killed at whatever moment leaves either the old generation or the new one.

use super::GalleryError;
use sm3::{Digest, Sm3};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

const TITLE: &str = "zhijian palm gallery 1";

/// A generation of a gallery.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Manifest {
    pub(super) generation: u64,
    pub(super) key: u32,
    pub(super) shards: Vec<Member>,
    pub(super) revoked: Member,
}

/// A file of the gallery: its number, and the digest of its header or of all of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Member {
    pub(super) number: u64,
    pub(super) digest: String,
}

pub(super) fn path(folder: &Path) -> PathBuf {
    folder.join("manifest")
}

pub(super) fn shard_path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("shard-{number:016x}"))
}

pub(super) fn revoked_path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("revoked-{number:016x}"))
}

/// The SM3 digest in hexadecimal digits.
pub(super) fn digest(bytes: &[u8]) -> String {
    hex::encode(Sm3::digest(bytes))
}

impl Manifest {
    fn to_text(&self) -> String {
        let mut text = format!("{TITLE}\ngeneration {}\nkey {}\n", self.generation, self.key);
        for Member { number, digest } in &self.shards {
            text.push_str(&format!("shard {number:016x} {digest}\n"));
        }
        text.push_str(&format!("revoked {:016x} {}\n", self.revoked.number, self.revoked.digest));
        let sum = digest(text.as_bytes());
        text.push_str(&format!("sum {sum}\n"));
        text
    }

    /// Reads a manifest; nothing when a single byte is not as it was written.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        (lines.next()? == TITLE).then_some(())?;
        let generation = lines.next()?.strip_prefix("generation ")?.parse().ok()?;
        let key = lines.next()?.strip_prefix("key ")?.parse().ok()?;
        let member = |rest: &str| {
            let (number, digest) = rest.split_once(' ')?;
            Some(Member { number: u64::from_str_radix(number, 16).ok()?, digest: digest.to_owned() })
        };
        let mut shards = Vec::new();
        let revoked = loop {
            let line = lines.next()?;
            match line.strip_prefix("shard ") {
                Some(rest) => shards.push(member(rest)?),
                None => break member(line.strip_prefix("revoked ")?)?,
            }
        };
        let manifest = Self { generation, key, shards, revoked };
        (manifest.to_text() == text).then_some(manifest)
    }

    /// The manifest of a folder; nothing where no gallery was published.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, GalleryError> {
        let path = path(folder);
        match std::fs::read(&path) {
            Ok(bytes) => {
                let manifest = std::str::from_utf8(&bytes).ok().and_then(Self::parse);
                manifest.map(Some).ok_or_else(|| GalleryError::damaged(&path, "it is not what was written"))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(GalleryError::file(&path)(error)),
        }
    }

    /// Makes this the gallery.
    pub(super) fn publish(&self, folder: &Path) -> Result<(), GalleryError> {
        let (path, beside) = (path(folder), folder.join("manifest.new"));
        write_whole(&beside, self.to_text().as_bytes())?;
        sync_folder(folder)?;
        std::fs::rename(&beside, &path).map_err(GalleryError::file(&path))?;
        sync_folder(folder)
    }
}

/// Writes a small file and brings it to the disk.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), GalleryError> {
    let write = || {
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(GalleryError::file(path))
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<(), GalleryError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(GalleryError::file(folder))
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> Result<(), GalleryError> {
    Ok(())
}
