//! A file of stored palms, written once and never changed: header, blocks, occupied places, entries, sealed records.
//!
//! It is mapped into memory and used as it lies. Opening checks the header and the length; `verify` reads everything.

use super::{Entry, GalleryError};
use crate::search::{Block, ENTRIES, Slice};
use sm3::{Digest, Sm3};
use std::fs::File;
use std::path::PathBuf;

/// Bytes of a sealed record.
pub const SEALED_BYTES: usize = 12 + crate::Code::BYTES + 16;
const MAGIC: [u8; 8] = *b"ZJPALM01";
/// The blocks begin on a page of their own.
pub(super) const BLOCKS_AT: usize = 4096;
/// Magic, key, blocks, digest of the body, digest of all this.
const HEADER_BYTES: usize = 8 + 4 + 4 + 32 + 32;

#[cfg(target_endian = "big")]
compile_error!("a gallery is mapped as it lies, in little-endian words");

/// Where the parts of a file lie, by its number of blocks.
#[derive(Clone, Copy)]
pub(super) struct Parts {
    pub(super) blocks: usize,
}

impl Parts {
    pub(super) const fn slots(self) -> usize {
        self.blocks * ENTRIES
    }
    pub(super) const fn occupied_at(self) -> usize {
        BLOCKS_AT + self.blocks * Block::BYTES
    }
    pub(super) const fn entries_at(self) -> usize {
        self.occupied_at() + self.blocks * 64
    }
    pub(super) const fn sealed_at(self) -> usize {
        self.entries_at() + self.slots() * Entry::BYTES
    }
    /// One byte a block at the end: whether it is whole.
    pub(super) const fn whole_at(self) -> usize {
        self.sealed_at() + self.slots() * SEALED_BYTES
    }
    pub(super) const fn bytes(self) -> usize {
        self.whole_at() + self.blocks
    }
}

/// The first bytes of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) key: u32,
    pub(super) blocks: u32,
    pub(super) body: [u8; 32],
}

impl Header {
    pub(super) fn to_bytes(self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&self.key.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.blocks.to_le_bytes());
        bytes[16..48].copy_from_slice(&self.body);
        let digest = Sm3::digest(&bytes[..48]);
        bytes[48..].copy_from_slice(&digest);
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let number = |at: usize| Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk::<4>()?));
        let header = Self { key: number(8)?, blocks: number(12)?, body: *bytes.get(16..)?.first_chunk::<32>()? };
        (bytes.get(..HEADER_BYTES)? == header.to_bytes()).then_some(header)
    }
}

/// An opened file of stored palms.
pub(super) struct Shard {
    pub(super) path: PathBuf,
    pub(super) header: Header,
    pub(super) parts: Parts,
    map: map::Map,
    pub(super) whole: Vec<bool>,
}

impl Shard {
    pub(super) fn open(path: PathBuf) -> Result<Self, GalleryError> {
        let file = File::open(&path).map_err(GalleryError::file(&path))?;
        let map = map::Map::of(&file).map_err(GalleryError::file(&path))?;
        let bytes = map.bytes();
        let damaged = |what| GalleryError::damaged(&path, what);
        if bytes.len() < BLOCKS_AT {
            return Err(damaged("it is cut off"));
        }
        let header = Header::from_bytes(bytes).ok_or_else(|| damaged("its header is not ours"))?;
        let parts = Parts { blocks: usize::try_from(header.blocks).map_err(|_| damaged("it is too large"))? };
        if bytes.len() != parts.bytes() {
            return Err(damaged("its length is not what its header says"));
        }
        let whole = bytes[parts.whole_at()..].iter().map(|byte| *byte == 1).collect();
        Ok(Self { path, header, parts, map, whole })
    }

    pub(super) fn blocks(&self) -> &[Block] {
        self.map.blocks(BLOCKS_AT, self.parts.blocks)
    }

    pub(super) fn occupied(&self) -> Vec<Slice> {
        let bytes = &self.map.bytes()[self.parts.occupied_at()..self.parts.entries_at()];
        bytes.as_chunks::<64>().0.iter().map(slice).collect()
    }

    pub(super) fn entry(&self, slot: usize) -> Option<Entry> {
        let at = self.parts.entries_at() + slot * Entry::BYTES;
        Entry::from_bytes(self.map.bytes().get(at..)?.first_chunk()?)
    }

    pub(super) fn sealed(&self, slot: usize) -> Option<&[u8; SEALED_BYTES]> {
        let at = self.parts.sealed_at() + slot * SEALED_BYTES;
        self.map.bytes().get(at..)?.first_chunk()
    }

    /// Reads everything and compares it with the digest in the header.
    pub(super) fn verify(&self) -> Result<(), GalleryError> {
        let found: [u8; 32] = Sm3::digest(&self.map.bytes()[BLOCKS_AT..]).into();
        let same = found == self.header.body;
        if same { Ok(()) } else { Err(GalleryError::damaged(&self.path, "its content is not what was written")) }
    }
}

/// A slice from the bytes of a file.
pub(super) fn slice(bytes: &[u8; 64]) -> Slice {
    let mut slice = Slice::NONE;
    for (word, bytes) in slice.0.iter_mut().zip(bytes.as_chunks::<8>().0) {
        *word = u64::from_le_bytes(*bytes);
    }
    slice
}

mod map {
    //! A file in memory.
    #![expect(unsafe_code, reason = "a file mapped into memory and its blocks used as they lie")]

    use crate::search::Block;
    use std::fs::File;

    pub(super) struct Map(memmap2::Mmap);

    impl Map {
        pub(super) fn of(file: &File) -> std::io::Result<Self> {
            // SAFETY: a shard's name is used once and its file never changed after it was published; it is removed by
            // unlinking, which leaves what is mapped. Who may write into the gallery's folder is trusted not to cut files.
            Ok(Self(unsafe { memmap2::Mmap::map(file)? }))
        }

        pub(super) fn bytes(&self) -> &[u8] {
            &self.0
        }

        /// # Panics
        /// When the blocks do not lie within the file; its length was checked when it was opened.
        pub(super) fn blocks(&self, at: usize, count: usize) -> &[Block] {
            let bytes = &self.0[at..at + count * Block::BYTES];
            assert!(bytes.as_ptr().addr().is_multiple_of(align_of::<Block>()), "a map begins on a page");
            // SAFETY: the range was checked just above, a block is plain words of any value, `size_of::<Block>()` is
            // `Block::BYTES`, and the alignment was asserted.
            unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast::<Block>(), count) }
        }
    }

    const _: () = assert!(size_of::<Block>() == Block::BYTES, "a block has no padding");
}
