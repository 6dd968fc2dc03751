//! Stored palms on the disk: mapped into memory, only ever added to, in generations.
//!
//! A gallery is a folder. Its palms lie in shards, files that are written once; a manifest names the shards of the present
//! generation and the list of the revoked. A new generation is published by renaming the manifest, after everything it names
//! has reached the disk. Readers keep what they have open. Veins and prints have galleries of their own. It refuses damaged files by name, and holds no key: what is
//! searched is scrambled and what is scored again is sealed (`protect`).

mod build;
mod entry;
mod error;
mod manifest;
mod publish;
mod shard;

pub use build::NewEntry;
pub use entry::{Entry, Filter, Hand, Sex};
pub use error::GalleryError;
pub use publish::Writer;
pub use shard::SEALED_BYTES;

use crate::search::{self, ENTRIES, Hit, Plan, Segment, Slice, Way};
use manifest::Manifest;
use shard::Shard;
use std::path::Path;

/// How often a reader tries again when the generation that it was opening was replaced meanwhile.
const TRIES: usize = 5;

/// A generation of a gallery, opened to be searched.
pub struct Gallery {
    manifest: Manifest,
    shards: Vec<Held>,
}

/// A shard and who of it is neither revoked nor missing.
struct Held {
    first: usize,
    shard: Shard,
    live: Vec<Slice>,
}

impl Gallery {
    /// Opens the present generation.
    ///
    /// # Errors
    /// [`GalleryError`], naming the file that is missing or damaged.
    pub fn open(folder: &Path) -> Result<Self, GalleryError> {
        let mut tries = 0;
        loop {
            let path = manifest::path(folder);
            let missing = || GalleryError::file(&path)(std::io::Error::from(std::io::ErrorKind::NotFound));
            let manifest = Manifest::read(folder)?.ok_or_else(missing)?;
            match Self::open_generation(folder, manifest) {
                Err(GalleryError::File { source, .. })
                    if source.kind() == std::io::ErrorKind::NotFound && tries < TRIES =>
                {
                    tries += 1;
                }
                result => return result,
            }
        }
    }

    fn open_generation(folder: &Path, manifest: Manifest) -> Result<Self, GalleryError> {
        let path = manifest::revoked_path(folder, manifest.revoked.number);
        let revoked = std::fs::read(&path).map_err(GalleryError::file(&path))?;
        if manifest::digest(&revoked) != manifest.revoked.digest {
            return Err(GalleryError::damaged(&path, "it is not what was written"));
        }
        let mut revoked = revoked.as_chunks::<64>().0.iter().map(shard::slice);
        let (mut shards, mut first) = (Vec::new(), 0);
        for member in &manifest.shards {
            let shard = Shard::open(manifest::shard_path(folder, member.number))?;
            if manifest::digest(&shard.header.to_bytes()) != member.digest || shard.header.key != manifest.key {
                return Err(GalleryError::damaged(&shard.path, "it is not the file that the manifest names"));
            }
            let gone = |slice: Slice| Slice(slice.0.map(|word| !word));
            let mut live = shard.occupied();
            for slice in &mut live {
                let revoked = revoked.next().ok_or_else(|| GalleryError::damaged(&path, "it is too short"))?;
                *slice = slice.and(&gone(revoked));
            }
            let slots = shard.parts.slots();
            shards.push(Held { first, shard, live });
            first += slots;
        }
        Ok(Self { manifest, shards })
    }

    /// Counts up with every change.
    pub fn generation(&self) -> u64 {
        self.manifest.generation
    }

    /// The number of the key that it is sealed with.
    pub fn key(&self) -> u32 {
        self.manifest.key
    }

    /// How many palms may be found.
    pub fn count(&self) -> usize {
        let counts = self.shards.iter().flat_map(|held| &held.live).map(|slice| slice.count());
        counts.map(|count| usize::try_from(count).unwrap_or_default()).sum()
    }

    /// Whose an entry is; nothing when it was revoked or never was.
    pub fn entry(&self, entry: usize) -> Option<Entry> {
        let (held, slot) = self.find(entry)?;
        held.live[slot / ENTRIES].has(slot % ENTRIES).then(|| held.shard.entry(slot)).flatten()
    }

    /// The sealed record of an entry.
    pub fn sealed(&self, entry: usize) -> Option<&[u8; SEALED_BYTES]> {
        let (held, slot) = self.find(entry)?;
        held.shard.sealed(slot)
    }

    /// All entries that may be found, with their numbers in this generation.
    pub fn entries(&self) -> impl Iterator<Item = (usize, Entry)> {
        self.shards.iter().flat_map(|held| {
            let blocks = held.live.iter().enumerate();
            let slots = blocks.flat_map(|(block, live)| live.entries().map(move |entry| block * ENTRIES + entry));
            slots.filter_map(|slot| Some((held.first + slot, held.shard.entry(slot)?)))
        })
    }

    /// The entries nearest to each of several palms, of those that the filter asks for.
    pub fn search(&self, plans: &[Plan], filter: &Filter, way: Way) -> Vec<Vec<Hit>> {
        let narrowed: Option<Vec<Vec<Slice>>> =
            (*filter != Filter::default()).then(|| self.shards.iter().map(|held| held.narrowed(filter)).collect());
        let live = |at: usize| narrowed.as_ref().map_or(&self.shards[at].live, |narrowed| &narrowed[at]);
        let segments: Vec<Segment<'_>> = self
            .shards
            .iter()
            .enumerate()
            .map(|(at, held)| Segment {
                first: held.first,
                blocks: held.shard.blocks(),
                whole: &held.shard.whole,
                live: live(at),
            })
            .collect();
        search::search(&segments, plans, way)
    }

    /// Reads every file whole and compares it with its digest.
    ///
    /// # Errors
    /// [`GalleryError::Damaged`], naming the first file that is.
    pub fn verify(&self) -> Result<(), GalleryError> {
        self.shards.iter().try_for_each(|held| held.shard.verify())
    }

    fn find(&self, entry: usize) -> Option<(&Held, usize)> {
        let held = self.shards.iter().rev().find(|held| held.first <= entry)?;
        let slot = entry - held.first;
        (slot < held.shard.parts.slots()).then_some((held, slot))
    }
}

impl Held {
    fn narrowed(&self, filter: &Filter) -> Vec<Slice> {
        let mut live = self.live.clone();
        for (block, slice) in live.iter_mut().enumerate() {
            let asked = *slice;
            for entry in asked.entries() {
                let keep = self.shard.entry(block * ENTRIES + entry).is_some_and(|entry| filter.asks_for(&entry));
                if !keep {
                    slice.clear(entry);
                }
            }
        }
        live
    }
}

#[cfg(test)]
mod tests;
