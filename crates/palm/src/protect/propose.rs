//! Whose palm it might be: the gallery's search, then the sealed codes of those few that are near.
//!
//! The search looks at three planes. The nearest are opened and laid on the palm with all six at all displacements, and the
//! nearest of those are compared as in one to one. It proposes; only a comparison with a claimed person decides.

use super::Key;
use crate::gallery::{Entry, Filter, Gallery, GalleryError};
use crate::search::{Hit, Kernel, Way};
use crate::{Code, Distance, Enrolled, Probe, Shift};

/// Entries that are compared as in one to one.
const COMPARED: usize = 24;

/// A person whose palm it might be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Proposal {
    /// The nearest entry of the person's hand.
    pub entry: Entry,
    /// How near it is, as one to one.
    pub distance: Distance,
}

/// The persons whose palm it might be, nearest first, each hand once. The margin between the first two says how clear it is.
///
/// # Errors
/// [`GalleryError::OtherKey`] when the gallery is under another key, [`GalleryError::Sealed`] naming an entry that does not
/// open.
pub fn propose(
    gallery: &Gallery,
    key: &Key,
    probe: &Probe,
    filter: &Filter,
    way: Way,
) -> Result<Vec<Proposal>, GalleryError> {
    if gallery.key() != key.number() {
        return Err(GalleryError::OtherKey { sealed: gallery.key(), asked: key.number() });
    }
    let hits = gallery.search(&[key.plan(probe.code())], filter, way);
    let displaced: Vec<Code> = Shift::all().map(|shift| probe.code().shifted(shift)).collect();
    let mut near = Vec::new();
    for Hit { entry: number, .. } in hits.into_iter().flatten() {
        let (entry, code) = open(gallery, key, number)?;
        near.extend(nearest(&code, &displaced, way.kernel).map(|distance| (distance, number, entry, code)));
    }
    near.sort_unstable_by_key(|(distance, number, _, _)| (*distance, *number));
    near.truncate(COMPARED);
    let scored = near
        .into_iter()
        .filter_map(|(_, _, entry, code)| Some(Proposal { entry, distance: probe.distance(&Enrolled::new(&code))? }));
    Ok(each_once(scored.collect()))
}

fn open(gallery: &Gallery, key: &Key, number: usize) -> Result<(Entry, Code), GalleryError> {
    let found = gallery.entry(number).zip(gallery.sealed(number));
    let opened = found.and_then(|(entry, sealed)| Some((entry, key.open(entry, sealed)?)));
    opened.ok_or(GalleryError::Sealed { entry: number })
}

/// The smallest distance over all displacements, with six planes.
fn nearest(stored: &Code, displaced: &[Code], kernel: Kernel) -> Option<Distance> {
    displaced.iter().filter_map(|asking| kernel.parts(stored, asking).overlap().distance()).min()
}

fn each_once(mut proposals: Vec<Proposal>) -> Vec<Proposal> {
    proposals.sort_by_key(|proposal| proposal.distance);
    let mut kept: Vec<Proposal> = Vec::new();
    for proposal in proposals {
        let same =
            |other: &Proposal| (other.entry.person, other.entry.hand) == (proposal.entry.person, proposal.entry.hand);
        if !kept.iter().any(same) {
            kept.push(proposal);
        }
    }
    kept
}
