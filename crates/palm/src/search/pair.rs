//! Two whole codes laid cell on cell: what the few candidates of a search are scored with again.
#![expect(clippy::needless_range_loop, reason = "several arrays run in step")]

use crate::{Code, Overlap, WORDS};

/// What two codes have in common and where they differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Parts {
    /// Differing bits of the six planes.
    pub planes: u32,
    /// Differing bits of the ridges.
    pub ridge: u32,
    /// Cells that count in both.
    pub cells: u32,
}

impl Parts {
    /// The counts over the six planes alone.
    pub fn overlap(self) -> Overlap {
        Overlap { differing: self.planes, valid: 6 * self.cells }
    }
}

#[inline(always)]
pub(super) fn parts(ours: &Code, theirs: &Code) -> Parts {
    let mut parts = Parts::default();
    let mut valid = [0; WORDS];
    for word in 0..WORDS {
        valid[word] = ours.mask()[word] & theirs.mask()[word];
        parts.cells += valid[word].count_ones();
    }
    for (ours, theirs) in ours.planes().iter().zip(theirs.planes()) {
        for word in 0..WORDS {
            parts.planes += ((ours[word] ^ theirs[word]) & valid[word]).count_ones();
        }
    }
    for word in 0..WORDS {
        parts.ridge += ((ours.ridge()[word] ^ theirs.ridge()[word]) & valid[word]).count_ones();
    }
    parts
}
