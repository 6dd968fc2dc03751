//! How far two palms are from each other: one to one, with all the care that one to many cannot afford.
//!
//! A hand is never held twice alike. The shown palm is encoded in several poses, turned and at several sizes; each is laid on
//! the enrolled code at 49 displacements; and since skin stretches and a hand cups, each of 16 blocks may then move by one
//! more cell, at a price. Six orientations and the ridges are moved together and counted together. All of it is integers.
//! It refuses nothing and decides nothing: it gives a distance or, for what cannot be compared, none.

use crate::code::{Code, Distance, Plane, SHIFT_MAX, SIDE, Shift, WORDS};
use crate::parameters as set;

/// Blocks along a side of the code: eight cells each, so that a block's row is a byte.
const BLOCKS: usize = SIDE / 8;
/// Displacements along one direction.
const REACH: usize = 7;
/// What a cell can differ by: six orientations, and the ridge by its weight.
const CELL_WEIGHT: u32 = 6 + set::RIDGE_WEIGHT;

/// A palm that is shown: the same skin encoded in several poses. It is prepared once and compared with any number.
#[derive(Clone, Debug)]
pub struct Probe {
    straight: Code,
    poses: Vec<Code>,
}

impl Probe {
    /// Takes the code as it was seen and its other poses.
    pub(crate) const fn new(straight: Code, poses: Vec<Code>) -> Self {
        Self { straight, poses }
    }

    /// A palm of which only the code is at hand, as a terminal sends it: one pose, hence less tolerant.
    pub const fn of_code(straight: Code) -> Self {
        Self { straight, poses: Vec::new() }
    }

    /// The palm as it was seen: what a gallery is searched with, and what is enrolled.
    pub const fn code(&self) -> &Code {
        &self.straight
    }

    /// The distance to an enrolled code: the smallest over all poses. Nothing between veins and prints, or where too little
    /// skin is common.
    pub fn distance(&self, enrolled: &Enrolled) -> Option<Distance> {
        if self.straight.modality() != enrolled.code().modality() {
            return None;
        }
        let poses = std::iter::once(&self.straight).chain(&self.poses);
        poses.filter_map(|pose| elastic(pose, &enrolled.displaced)).min()
    }

    /// The same, but content with the first pose that comes as near as asked: most people's first does.
    pub fn within(&self, enrolled: &Enrolled, enough: Distance) -> Option<Distance> {
        if self.straight.modality() != enrolled.code().modality() {
            return None;
        }
        let mut best = None;
        for pose in std::iter::once(&self.straight).chain(&self.poses) {
            let found = elastic(pose, &enrolled.displaced);
            best = [best, found].into_iter().flatten().min();
            if best.is_some_and(|distance| distance <= enough) {
                break;
            }
        }
        best
    }
}

/// An enrolled code, displaced beforehand.
#[derive(Clone, Debug)]
pub struct Enrolled {
    displaced: Vec<Code>,
}

impl Enrolled {
    /// Displaces a code in all 49 ways.
    pub fn new(code: &Code) -> Self {
        Self { displaced: Shift::all().map(|shift| code.shifted(shift)).collect() }
    }

    fn code(&self) -> &Code {
        // The displacement by nothing stands in the middle.
        &self.displaced[self.displaced.len() / 2]
    }
}

/// What a block differs by, and what it could.
#[derive(Clone, Copy, Default)]
struct Count {
    differing: u32,
    possible: u32,
}

impl Count {
    fn plus(self, other: Self) -> Self {
        Self { differing: self.differing + other.differing, possible: self.possible + other.possible }
    }

    /// Whether it is nearer: by cross-multiplication, so that nothing is rounded.
    const fn nearer(self, other: Self) -> bool {
        self.differing * other.possible < other.differing * self.possible
    }
}

type Blocks = [Count; BLOCKS * BLOCKS];

/// The smallest distance over all displacements with each block free to move by one more cell.
fn elastic(pose: &Code, displaced: &[Code]) -> Option<Distance> {
    let counted: Vec<Blocks> = displaced.iter().map(|code| blocks(pose, code)).collect();
    let mut best: Option<Distance> = None;
    for (place, plain) in counted.iter().enumerate() {
        let whole = plain.iter().fold(Count::default(), |sum, count| sum.plus(*count));
        if whole.possible < CELL_WEIGHT * set::COMMON_CELLS_MIN {
            continue;
        }
        let moved = (0..plain.len()).map(|block| best_of_block(&counted, place, block));
        let sum = moved.fold(Count::default(), Count::plus);
        let distance = (sum.differing << 16).checked_div(sum.possible).map(Distance);
        best = [best, distance].into_iter().flatten().min();
    }
    best
}

/// The best of a block's displacements around the common one; a diagonal step costs twice as much as a straight one.
fn best_of_block(counted: &[Blocks], place: usize, block: usize) -> Count {
    let (x, y) = (place % REACH, place / REACH);
    let around = |middle: usize| middle.saturating_sub(1)..=(middle + 1).min(REACH - 1);
    let mut best = counted[place][block];
    for (row, column) in around(y).flat_map(|row| around(x).map(move |column| (row, column))) {
        let steps = u32::from(row != y) + u32::from(column != x);
        let mut count = counted[row * REACH + column][block];
        count.differing += steps * set::STEP_PRICE;
        if count.possible > 0 && (best.possible == 0 || count.nearer(best)) {
            best = count;
        }
    }
    best
}

/// Counts block by block. A word is two rows of four blocks, so that its bytes are summed side by side.
fn blocks(ours: &Code, theirs: &Code) -> Blocks {
    let mut blocks = Blocks::default();
    for band in 0..BLOCKS {
        let words = band * WORDS / BLOCKS..(band + 1) * WORDS / BLOCKS;
        for word in words {
            let common = ours.mask()[word] & theirs.mask()[word];
            let differing = |ours: &Plane, theirs: &Plane| counts_of_bytes((ours[word] ^ theirs[word]) & common);
            let planes = ours.planes().iter().zip(theirs.planes());
            let oriented: u64 = planes.map(|(ours, theirs)| differing(ours, theirs)).sum();
            // No byte passes 8 bits times a cell's weight, which is under 256.
            let all = oriented + u64::from(set::RIDGE_WEIGHT) * differing(ours.ridge(), theirs.ridge());
            let bytes = all.to_le_bytes().into_iter().zip(counts_of_bytes(common).to_le_bytes());
            for (place, (differing, cells)) in bytes.enumerate() {
                let count = &mut blocks[band * BLOCKS + place % BLOCKS];
                count.differing += u32::from(differing);
                count.possible += CELL_WEIGHT * u32::from(cells);
            }
        }
    }
    blocks
}

/// In each byte the number of its bits.
const fn counts_of_bytes(word: u64) -> u64 {
    let pairs = word - (word >> 1 & 0x5555_5555_5555_5555);
    let fours = (pairs & 0x3333_3333_3333_3333) + (pairs >> 2 & 0x3333_3333_3333_3333);
    (fours + (fours >> 4)) & 0x0f0f_0f0f_0f0f_0f0f
}

const _: () = assert!(8 * CELL_WEIGHT < 256, "the counts of a block's row fit a byte");
const _: () = assert!(SHIFT_MAX == 3, "displacements stand in rows of seven");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::{Modality, PLANES};

    fn some(seed: u64) -> Code {
        let mut state = seed;
        let mut word = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state ^ (state >> 29) ^ (state << 31)
        };
        let planes: [Plane; PLANES] = std::array::from_fn(|_| std::array::from_fn(|_| word()));
        Code::new(Modality::Vein, planes, std::array::from_fn(|_| word()), [u64::MAX; WORDS])
    }

    fn distance(shown: &Code, enrolled: &Code) -> Option<u32> {
        Probe::of_code(*shown).distance(&Enrolled::new(enrolled)).map(|distance| distance.0)
    }

    #[test]
    fn the_same_code_is_at_no_distance_wherever_it_lies() {
        let code = some(1);
        for shift in Shift::all() {
            assert_eq!(distance(&code.shifted(shift), &code), Some(0), "{shift:?}");
        }
    }

    #[test]
    fn strangers_are_far_and_a_disturbed_code_is_near() {
        let code = some(2);
        let strange = distance(&some(3), &code).unwrap();
        let mut planes = *code.planes();
        planes[0] = [0; WORDS];
        let disturbed = distance(&Code::new(Modality::Vein, planes, *code.ridge(), *code.mask()), &code).unwrap();
        assert!(strange > 25_000, "{strange}");
        assert!(disturbed < 5_000, "{disturbed}");
    }

    #[test]
    fn a_block_may_go_its_own_way() {
        let code = some(4);
        // The lower half was pulled a cell to the side.
        let pulled = code.shifted(Shift { dx: 1, dy: 0 });
        let half = |word: usize, upper: &Plane, lower: &Plane| if word < WORDS / 2 { upper[word] } else { lower[word] };
        let mixed = |upper: &Plane, lower: &Plane| -> Plane { std::array::from_fn(|word| half(word, upper, lower)) };
        let planes = std::array::from_fn(|plane| mixed(&code.planes()[plane], &pulled.planes()[plane]));
        let bent =
            Code::new(Modality::Vein, planes, mixed(code.ridge(), pulled.ridge()), mixed(code.mask(), pulled.mask()));
        assert!(distance(&bent, &code).unwrap() < 2_000);
        assert!(bent.nearest(&code).unwrap().0.0 > 12_000);
    }

    #[test]
    fn enough_is_enough_and_more_is_no_less() {
        let (code, probe) = (some(5), Probe::new(some(6), vec![some(5)]));
        let enrolled = Enrolled::new(&code);
        assert_eq!(probe.distance(&enrolled), Some(Distance(0)));
        assert_eq!(probe.within(&enrolled, Distance(0)), Some(Distance(0)));
        assert!(probe.within(&enrolled, Distance(1 << 16)) > Some(Distance(20_000)));
    }

    #[test]
    fn what_cannot_be_compared_has_no_distance() {
        let code = some(7);
        let print = Code::new(Modality::Print, *code.planes(), *code.ridge(), *code.mask());
        assert_eq!(distance(&code, &print), None);
        let narrow =
            Code::new(Modality::Vein, *code.planes(), *code.ridge(), std::array::from_fn(|word| u64::from(word < 2)));
        assert_eq!(distance(&code, &narrow), None);
    }
}
