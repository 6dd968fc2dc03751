//! `zhijian palm rekey`.

use crate::cli::home::one_line;
use crate::cli::progress;
use clap::Args;
use palm::gallery::Gallery;
use palm::protect::{Key, KeyError, Keys, rekey};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Puts every stored palm under a fresh key and forgets the old one. A gallery that was copied before can no longer be linked
/// to this one. Broken off, it goes on where the key file says.
#[derive(Debug, Args)]
pub(in crate::cli) struct Rekey {
    /// The folder of the gallery.
    #[arg(long, value_name = "DIR", default_value = "zhijian-data/palms")]
    gallery: PathBuf,
    /// The file of its keys.
    #[arg(long, value_name = "FILE", default_value = "zhijian-data/palm-keys")]
    keys: PathBuf,
}

impl Rekey {
    pub(super) fn run(self) -> Result<ExitCode, String> {
        let gallery = Gallery::open(&self.gallery).map_err(|error| one_line(&error))?;
        let (count, under) = (gallery.count(), gallery.key());
        drop(gallery);
        if !self.keys.exists() {
            return Err(format!("the palm key file {} is not there; without it nothing opens", self.keys.display()));
        }
        let keys = fresh(&self.keys, under).map_err(|error| one_line(&error))?;
        let old = known(&keys, under, &self.keys)?;
        let bar = progress::bar(u64::try_from(count).unwrap_or(u64::MAX), "sealing again");
        let generation = rekey(&self.gallery, &old, &keys.newest(), || bar.inc(1));
        bar.finish_and_clear();
        let generation = generation.map_err(|error| one_line(&error))?;
        // Only now: until the new generation stood, the old secret had to open the old one.
        keys.newest_alone().replace(&self.keys).map_err(|error| one_line(&error))?;
        println!(
            "{count} palms under key {}, generation {generation}; copy {} to its other place now",
            keys.newest().number(),
            self.keys.display()
        );
        Ok(ExitCode::SUCCESS)
    }
}

/// The keys with one newer than the gallery's. It is in the file before anything is sealed with it; one that a broken-off
/// renewal left there is used.
fn fresh(path: &Path, under: u32) -> Result<Keys, KeyError> {
    let keys = Keys::open_or_create(path)?;
    if keys.newest().number() > under {
        return Ok(keys);
    }
    let keys = keys.rotated()?;
    keys.replace(path)?;
    Ok(keys)
}

fn known(keys: &Keys, number: u32, path: &Path) -> Result<Key, String> {
    keys.of(number).ok_or_else(|| format!("the gallery is under key {number}, which {} does not hold", path.display()))
}
