//! Adding palms, revoking them, and putting a gallery under another key: each makes a new generation.

use super::build::{Build, NewEntry};
use super::manifest::{self, Manifest, Member};
use super::{Gallery, GalleryError};
use crate::search::{Block, ENTRIES, Layout, Slice};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Entries of a shard at most.
const SHARD_MAX: usize = 1 << 20;

/// The one process that may change a gallery.
pub struct Writer {
    folder: PathBuf,
    present: Option<Gallery>,
    /// Held as long as the writer lives; the system lets it go with the process.
    _lock: File,
}

impl Writer {
    /// Takes a gallery for writing; the folder is made if it is not there.
    ///
    /// # Errors
    /// [`GalleryError::Busy`] while another process has it, or what [`Gallery::open`] says.
    pub fn open(folder: &Path) -> Result<Self, GalleryError> {
        std::fs::create_dir_all(folder).map_err(GalleryError::file(folder))?;
        let path = folder.join("lock");
        let lock = File::create(&path).map_err(GalleryError::file(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => return Err(GalleryError::Busy(folder.to_owned())),
            Err(std::fs::TryLockError::Error(error)) => return Err(GalleryError::file(&path)(error)),
        }
        let present = if manifest::path(folder).exists() { Some(Gallery::open(folder)?) } else { None };
        Ok(Self { folder: folder.to_owned(), present, _lock: lock })
    }

    /// The present generation; nothing before the first.
    pub fn present(&self) -> Option<&Gallery> {
        self.present.as_ref()
    }

    /// Publishes a generation with these palms added and those entries revoked. Small shards at the end are written into
    /// the new one, without what was revoked in them, so that their number stays small.
    ///
    /// # Errors
    /// [`GalleryError::OtherKey`] when the gallery is under another key; otherwise the file that cannot be written.
    pub fn publish(
        &mut self,
        new: Vec<NewEntry>,
        revoked: &[usize],
        (key, layout): (u32, &Layout),
    ) -> Result<u64, GalleryError> {
        let mut shards = Vec::new();
        let mut gone = Vec::new();
        let mut again = Vec::new();
        if let Some(present) = &self.present {
            if present.key() != key {
                return Err(GalleryError::OtherKey { sealed: present.key(), asked: key });
            }
            let kept = present.kept(new.len());
            for (at, (held, member)) in present.shards.iter().zip(&present.manifest.shards).enumerate() {
                let live = held.without(revoked);
                if at < kept {
                    shards.push(member.clone());
                    let occupied = held.shard.occupied();
                    gone.extend(
                        occupied.iter().zip(&live).map(|(was, is)| Slice(std::array::from_fn(|w| was.0[w] & !is.0[w]))),
                    );
                } else {
                    again.extend(held.read_again(&live, layout));
                }
            }
        }
        again.extend(new);
        let number = self.generation() + 1;
        if !again.is_empty() {
            let count = again.len();
            let (member, blocks) = self.write_shard(number, count, again.into_iter().map(Ok), (key, layout))?;
            shards.push(member);
            gone.extend(std::iter::repeat_n(Slice::NONE, blocks));
        }
        self.become_present(number, key, shards, &gone)
    }

    /// Publishes a generation that holds exactly these palms, under another key perhaps. They come one by one, so that a
    /// gallery need not lie in memory.
    ///
    /// # Errors
    /// What the entries say, or the file that cannot be written.
    pub fn replace(
        &mut self,
        count: usize,
        entries: impl Iterator<Item = Result<NewEntry, GalleryError>>,
        under: (u32, &Layout),
    ) -> Result<u64, GalleryError> {
        let number = self.generation() + 1;
        let (mut shards, mut gone, mut entries) = (Vec::new(), Vec::new(), entries);
        let mut left = count;
        while left > 0 {
            let part = left.min(SHARD_MAX);
            let at = number + u64::try_from(shards.len()).unwrap_or_default();
            let (member, blocks) = self.write_shard(at, part, entries.by_ref().take(part), under)?;
            shards.push(member);
            gone.extend(std::iter::repeat_n(Slice::NONE, blocks));
            left -= part;
        }
        // The number of the generation is that of its last file, so that no name is used twice.
        let last = number + u64::try_from(shards.len().saturating_sub(1)).unwrap_or_default();
        self.become_present(last, under.0, shards, &gone)
    }

    fn generation(&self) -> u64 {
        self.present.as_ref().map_or(0, Gallery::generation)
    }

    fn write_shard(
        &self,
        number: u64,
        count: usize,
        entries: impl Iterator<Item = Result<NewEntry, GalleryError>>,
        (key, layout): (u32, &Layout),
    ) -> Result<(Member, usize), GalleryError> {
        let mut build = Build::begin(&manifest::shard_path(&self.folder, number), count, layout)?;
        for entry in entries {
            build.push(entry?)?;
        }
        let (header, blocks) = build.finish(key)?;
        Ok((Member { number, digest: manifest::digest(&header) }, blocks))
    }

    fn become_present(
        &mut self,
        generation: u64,
        key: u32,
        shards: Vec<Member>,
        gone: &[Slice],
    ) -> Result<u64, GalleryError> {
        let bytes: Vec<u8> = gone.iter().flat_map(|slice| slice.0).flat_map(u64::to_le_bytes).collect();
        manifest::write_whole(&manifest::revoked_path(&self.folder, generation), &bytes)?;
        let revoked = Member { number: generation, digest: manifest::digest(&bytes) };
        let manifest = Manifest { generation, key, shards, revoked };
        manifest.publish(&self.folder)?;
        self.present = Some(Gallery::open_generation(&self.folder, manifest.clone())?);
        self.sweep(&manifest);
        Ok(generation)
    }

    /// Removes files that the present generation does not name: older ones, and what a killed writer left. What cannot be
    /// removed waits for the next time.
    fn sweep(&self, manifest: &Manifest) {
        let mut named: Vec<PathBuf> =
            manifest.shards.iter().map(|shard| manifest::shard_path(&self.folder, shard.number)).collect();
        named.push(manifest::revoked_path(&self.folder, manifest.revoked.number));
        let Ok(files) = std::fs::read_dir(&self.folder) else { return };
        for file in files.flatten() {
            let name = file.file_name();
            let ours = name.to_str().is_some_and(|name| name.starts_with("shard-") || name.starts_with("revoked-"));
            if ours && !named.contains(&file.path()) {
                let _ = std::fs::remove_file(file.path());
            }
        }
    }
}

impl Gallery {
    /// How many shards stay as they are when so many entries are added: the last ones are written again while they are no
    /// larger than twice what is written anyway.
    fn kept(&self, new: usize) -> usize {
        let (mut kept, mut written) = (self.shards.len(), new);
        while let Some(held) = kept.checked_sub(1).map(|last| &self.shards[last]) {
            let slots = held.shard.parts.slots();
            if new == 0 || slots > 2 * written.max(ENTRIES) || written + slots > SHARD_MAX {
                break;
            }
            (kept, written) = (kept - 1, written + slots);
        }
        kept
    }
}

impl super::Held {
    fn without(&self, revoked: &[usize]) -> Vec<Slice> {
        let mut live = self.live.clone();
        for slot in revoked.iter().filter_map(|entry| entry.checked_sub(self.first)) {
            if slot < self.shard.parts.slots() {
                live[slot / ENTRIES].clear(slot % ENTRIES);
            }
        }
        live
    }

    /// The entries that live, as if they were new.
    fn read_again(&self, live: &[Slice], layout: &Layout) -> Vec<NewEntry> {
        let mut read = Vec::new();
        for (block, live) in live.iter().enumerate().filter(|(_, live)| **live != Slice::NONE) {
            let rows = Block::rows(&self.shard.blocks()[block], layout);
            for at in live.entries() {
                let slot = block * ENTRIES + at;
                let (Some(entry), Some(sealed)) = (self.shard.entry(slot), self.shard.sealed(slot)) else { continue };
                read.push(NewEntry { entry, row: rows[at], sealed: *sealed });
            }
        }
        read
    }
}
