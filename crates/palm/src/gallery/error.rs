//! Why a gallery cannot be read or written.

use std::path::{Path, PathBuf};

/// Why a gallery cannot be read or written. It names the file.
#[derive(Debug, thiserror::Error)]
pub enum GalleryError {
    /// The system refuses.
    #[error("the gallery's file {} cannot be used", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file is not what was written.
    #[error("the gallery's file {} is damaged: {what}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// In which way.
        what: &'static str,
    },
    /// Somebody else is writing.
    #[error("the gallery {} is being written by another process", .0.display())]
    Busy(PathBuf),
    /// The gallery is sealed with another key.
    #[error("the gallery is sealed with key {sealed}, not with key {asked}")]
    OtherKey {
        /// Its key.
        sealed: u32,
        /// The key at hand.
        asked: u32,
    },
    /// An entry does not open: it was changed, moved, or sealed elsewhere.
    #[error("entry {entry} of the gallery does not open")]
    Sealed {
        /// Its number.
        entry: usize,
    },
    /// The system gives no randomness.
    #[error("the system gives no randomness")]
    NoRandomness,
}

impl GalleryError {
    pub(super) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }

    pub(super) fn damaged(path: &Path, what: &'static str) -> Self {
        Self::Damaged { path: path.to_owned(), what }
    }
}
