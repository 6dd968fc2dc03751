//! One palm among many: the exact nearest of a gallery at 49 displacements, with masks, on all cores.
//!
//! It only proposes. Candidates are scored again with everything that their codes hold, and a proposal becomes a certainty
//! only by a comparison with the claimed person. It refuses nothing and guesses nothing: what it answers is what the plain
//! comparison of every pair would answer, whatever the processor.

mod block;
mod kernel;
mod lanes;
#[cfg(target_arch = "aarch64")]
mod neon;
mod pair;
mod plan;
mod sieve;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use block::{BITS, Block, Layout, PLACES, Row, SEARCHED, SLICES, row};
pub use kernel::Kernel;
pub use lanes::{ENTRIES, Slice};
pub use pair::Parts;
pub use plan::Plan;

use crate::{Distance, Shift};
use sieve::{Asked, Nearest};
use std::collections::BinaryHeap;
use std::num::NonZero;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

/// Blocks that lie together, and who of them is asked for.
#[derive(Clone, Copy)]
pub struct Segment<'a> {
    /// The number of the first entry.
    pub first: usize,
    /// The blocks.
    pub blocks: &'a [Block],
    /// For each block whether all cells of all its entries count.
    pub whole: &'a [bool],
    /// For each block the entries that are asked for.
    pub live: &'a [Slice],
}

/// A stored palm that is near.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Hit {
    /// How near, over the three searched planes.
    pub distance: Distance,
    /// Which entry.
    pub entry: usize,
    /// The place of the displacement in the order of [`Shift::all`].
    place: u8,
}

impl Hit {
    /// How the asking palm is displaced, so that `stored.overlap(&asking.shifted(shift))` is the distance.
    pub fn shift(&self) -> Shift {
        plan::shift_at(usize::from(self.place))
    }
}

/// How a search is done.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// With which instructions.
    pub kernel: Kernel,
    /// On how many cores.
    pub threads: NonZero<usize>,
    /// How many hits are wanted at most.
    pub most: NonZero<usize>,
}

impl Way {
    /// The nearest so many, by the best instructions, on all cores.
    pub fn best(most: NonZero<usize>) -> Self {
        let threads = std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        Self { kernel: Kernel::best(), threads, most }
    }
}

/// The nearest entries to each of several palms, nearest first and by number among equals. All palms share one pass over the
/// memory.
pub fn search(segments: &[Segment<'_>], plans: &[Plan], way: Way) -> Vec<Vec<Hit>> {
    let work = Work {
        segments,
        plans,
        way,
        next: AtomicUsize::new(0),
        limits: plans.iter().map(|_| AtomicU32::new(FARTHEST)).collect(),
    };
    let parts: Vec<Vec<BinaryHeap<Hit>>> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..way.threads.get()).map(|_| scope.spawn(|| work.run())).collect();
        let ours = work.run();
        let joined = others.into_iter().map(|other| match other.join() {
            Ok(found) => found,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        std::iter::once(ours).chain(joined).collect()
    });
    let together = |plan: usize| {
        let mut hits: Vec<Hit> = parts.iter().flat_map(|part| part[plan].iter().copied()).collect();
        hits.sort_unstable();
        hits.truncate(way.most.get());
        hits
    };
    (0..plans.len()).map(together).collect()
}

/// A distance that everything is within.
const FARTHEST: u32 = 1 << 16;

struct Work<'a> {
    segments: &'a [Segment<'a>],
    plans: &'a [Plan],
    way: Way,
    /// The next block that nobody has begun.
    next: AtomicUsize,
    /// For each palm a distance within which enough were found: what is farther need not be looked at.
    limits: Vec<AtomicU32>,
}

impl Work<'_> {
    fn run(&self) -> Vec<BinaryHeap<Hit>> {
        let mut heaps: Vec<BinaryHeap<Hit>> = self.plans.iter().map(|_| BinaryHeap::new()).collect();
        let mut coming = self.claim();
        while let Some((segment, number)) = coming {
            coming = self.claim();
            let ahead = coming.map(|(segment, number)| &segment.blocks[number]);
            let live = &segment.live[number];
            if *live == Slice::NONE {
                continue;
            }
            for (place, plan) in self.plans.iter().enumerate() {
                let (limit, heap) = (&self.limits[place], &mut heaps[place]);
                let ahead = ahead.filter(|_| place + 1 == self.plans.len());
                let within = limit.load(Ordering::Relaxed);
                let mut found = Nearest::far();
                let (block, whole) = (&segment.blocks[number], segment.whole[number]);
                self.way.kernel.sieve(Asked { block, whole, live, limit: Distance(within), ahead }, plan, &mut found);
                let first = segment.first + number * ENTRIES;
                for entry in (0..ENTRIES).filter(|entry| found.distance[*entry] <= within) {
                    let distance = Distance(found.distance[entry]);
                    heap.push(Hit { distance, entry: first + entry, place: found.shift[entry] });
                    if heap.len() > self.way.most.get() {
                        heap.pop();
                    }
                }
                if let Some(farthest) = heap.peek().filter(|_| heap.len() == self.way.most.get()) {
                    limit.fetch_min(farthest.distance.0, Ordering::Relaxed);
                }
            }
        }
        heaps
    }

    fn claim(&self) -> Option<(&Segment<'_>, usize)> {
        let mut number = self.next.fetch_add(1, Ordering::Relaxed);
        for segment in self.segments {
            if number < segment.blocks.len() {
                return Some((segment, number));
            }
            number -= segment.blocks.len();
        }
        None
    }
}

#[cfg(test)]
mod tests;
