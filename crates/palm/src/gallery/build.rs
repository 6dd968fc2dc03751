//! Writing a file of stored palms, entry by entry, with little in memory.
//!
//! Palms whose cells all count go into blocks of their own, because those are searched without their masks and so in half
//! of the time. The header is written last, so that a file that was cut off does not open.

use super::shard::{BLOCKS_AT, Header, Parts, SEALED_BYTES};
use super::{Entry, GalleryError};
use crate::search::{Block, ENTRIES, Layout, Row, Slice};
use sm3::{Digest, Sm3};
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A palm on its way into the gallery.
#[derive(Clone)]
pub struct NewEntry {
    /// Whose it is.
    pub entry: Entry,
    /// What is searched of it, before the layout.
    pub row: Row,
    /// The whole code, sealed.
    pub sealed: [u8; SEALED_BYTES],
}

/// A file that is being written.
pub(super) struct Build<'a> {
    path: PathBuf,
    file: File,
    layout: &'a Layout,
    parts: Parts,
    /// Entries that wait for a full block: the whole ones, then the others.
    waiting: [Vec<NewEntry>; 2],
    used: usize,
    occupied: Vec<Slice>,
    whole: Vec<u8>,
}

impl<'a> Build<'a> {
    /// Begins a file for so many entries; it may not take more.
    pub(super) fn begin(path: &Path, entries: usize, layout: &'a Layout) -> Result<Self, GalleryError> {
        let parts = Parts { blocks: entries.div_ceil(ENTRIES) + 1 };
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(true).open(path);
        let file = file.map_err(GalleryError::file(path))?;
        file.set_len(u64::try_from(parts.bytes()).unwrap_or(u64::MAX)).map_err(GalleryError::file(path))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            layout,
            parts,
            waiting: [Vec::new(), Vec::new()],
            used: 0,
            occupied: vec![Slice::NONE; parts.blocks],
            whole: vec![0; parts.blocks],
        })
    }

    pub(super) fn push(&mut self, new: NewEntry) -> Result<(), GalleryError> {
        let (_, mask) = new.row.split_at(crate::search::BITS / 64);
        let kind = usize::from(mask.iter().any(|word| *word != u64::MAX));
        self.waiting[kind].push(new);
        if self.waiting[kind].len() == ENTRIES { self.flush(kind) } else { Ok(()) }
    }

    fn flush(&mut self, kind: usize) -> Result<(), GalleryError> {
        let entries = std::mem::take(&mut self.waiting[kind]);
        if entries.is_empty() {
            return Ok(());
        }
        let (number, parts) = (self.used, self.parts);
        self.used += 1;
        let rows: Vec<Row> = entries.iter().map(|new| new.row).collect();
        let mut blocks = Vec::with_capacity(Block::BYTES);
        let (mut records, mut sealed) = (Vec::new(), Vec::new());
        let written = Block::of(&rows, self.layout).write(&mut blocks);
        written.map_err(GalleryError::file(&self.path))?;
        for (slot, new) in entries.iter().enumerate() {
            self.occupied[number].set(slot);
            records.extend_from_slice(&new.entry.to_bytes());
            sealed.extend_from_slice(&new.sealed);
        }
        self.whole[number] = u8::from(kind == 0);
        self.write(BLOCKS_AT + number * Block::BYTES, &blocks)?;
        self.write(parts.entries_at() + number * ENTRIES * Entry::BYTES, &records)?;
        self.write(parts.sealed_at() + number * ENTRIES * SEALED_BYTES, &sealed)
    }

    fn write(&mut self, at: usize, bytes: &[u8]) -> Result<(), GalleryError> {
        let at = u64::try_from(at).unwrap_or(u64::MAX);
        let done = self.file.seek(SeekFrom::Start(at)).and_then(|_| self.file.write_all(bytes));
        done.map_err(GalleryError::file(&self.path))
    }

    /// Writes what waits, then the header, and brings it all to the disk. Answers the header for the manifest, and
    /// how many blocks the file has.
    pub(super) fn finish(mut self, key: u32) -> Result<(Vec<u8>, usize), GalleryError> {
        self.flush(0)?;
        self.flush(1)?;
        let occupied: Vec<u8> =
            self.occupied.iter().flat_map(|slice| slice.0.iter().flat_map(|word| word.to_le_bytes())).collect();
        self.write(self.parts.occupied_at(), &occupied)?;
        let whole = std::mem::take(&mut self.whole);
        self.write(self.parts.whole_at(), &whole)?;
        let path = self.path.clone();
        let body = digest(&mut self.file).map_err(GalleryError::file(&path))?;
        let blocks = u32::try_from(self.parts.blocks).map_err(|_| GalleryError::damaged(&path, "it is too large"))?;
        let header = Header { key, blocks, body }.to_bytes();
        self.write(0, &header)?;
        self.file.sync_all().map_err(GalleryError::file(&path))?;
        Ok((header.to_vec(), self.parts.blocks))
    }
}

/// The digest of everything behind the header.
fn digest(file: &mut File) -> std::io::Result<[u8; 32]> {
    file.seek(SeekFrom::Start(u64::try_from(BLOCKS_AT).unwrap_or_default()))?;
    let (mut hash, mut bytes) = (Sm3::new(), vec![0; 1 << 20]);
    loop {
        let read = file.read(&mut bytes)?;
        if read == 0 {
            return Ok(hash.finalize().into());
        }
        hash.update(&bytes[..read]);
    }
}
