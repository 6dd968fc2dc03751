//! Renewal: every palm of a gallery opened with its old key, scrambled and sealed with a new one, published as one
//! generation. Until then the old generation stands, and the old secret with it.

use super::Key;
use crate::gallery::{Gallery, GalleryError, Writer};
use std::path::Path;

/// Puts a gallery under a new key and answers its new generation. `each` is called once a palm, for a bar.
///
/// # Errors
/// [`GalleryError::OtherKey`] when the gallery is not under the old key, [`GalleryError::Sealed`] naming the first entry
/// that does not open, or the file that cannot be written. In all cases the old generation stands.
pub fn rekey(folder: &Path, old: &Key, new: &Key, mut each: impl FnMut()) -> Result<u64, GalleryError> {
    let mut writer = Writer::open(folder)?;
    let gallery = Gallery::open(folder)?;
    if gallery.key() != old.number() {
        return Err(GalleryError::OtherKey { sealed: gallery.key(), asked: old.number() });
    }
    let entries = gallery.entries().map(|(number, entry)| {
        let code = gallery.sealed(number).and_then(|sealed| old.open(entry, sealed));
        each();
        new.enter(entry, &code.ok_or(GalleryError::Sealed { entry: number })?)
    });
    writer.replace(gallery.count(), entries, new.under())
}
