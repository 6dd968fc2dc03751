//! The counting itself, written once over [`Lanes`]: 512 entries against 49 displacements.
//!
//! Numbers lie on their side too: a number of 512 entries is a run of slices, the lowest bit first. For each displacement
//! the sieve answers which entries may be near enough and, for those alone, the exact counts; what it lets through too much
//! is thrown out by the exact distance afterwards.
#![expect(clippy::needless_range_loop, reason = "several arrays run in step")]

use super::block::{Block, CELLS_AT, CELLS_WIDTH, SLICES, SUM_AT, SUM_WIDTH};
use super::lanes::{ENTRIES, Lanes, Slice};
use super::plan::{AT_ONCE, CLASSES, Classes, Group, Loose, Plan, TOGETHER};
use crate::{Distance, Overlap};

/// Slices of the number of a class.
const LEAF_WIDTH: usize = 6;
/// Slices of the number of a loose list.
const LOOSE_WIDTH: usize = 10;
/// Slices of every number of bits; sums are right modulo 4096, and the true one is below.
const WIDTH: usize = SUM_WIDTH;
/// Slices of the comparison in eighths.
const TEST_WIDTH: usize = 17;

/// Slices of the next block that are brought near with each class, so that all are there when it begins.
const AHEAD: usize = SLICES.div_ceil(CLASSES * TOGETHER);

/// What was found in a block: the nearest distance of an entry and at which displacement, where it is near enough.
pub(super) struct Nearest {
    pub(super) distance: [u32; ENTRIES],
    pub(super) shift: [u8; ENTRIES],
}

impl Nearest {
    pub(super) fn far() -> Box<Self> {
        Box::new(Self { distance: [u32::MAX; ENTRIES], shift: [0; ENTRIES] })
    }
}

/// A block and who of it is asked for.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) block: &'a Block,
    pub(super) whole: bool,
    pub(super) live: &'a Slice,
    /// Only distances up to this one are of interest.
    pub(super) limit: Distance,
    /// The block that comes next, if it should be brought near.
    pub(super) ahead: Option<&'a Block>,
}

/// Lays a palm on every entry of a block at every displacement.
#[inline(always)]
pub(super) fn sieve<L: Lanes>(asked: Asked<'_>, plan: &Plan, found: &mut Nearest) {
    let mut tree = Tree::<L>::new(asked.ahead.map_or(&[], |block| &block.slices()[..]));
    let mut counts = Counts::<L>::new();
    for (number, group) in plan.groups.iter().enumerate() {
        counts.count(&asked, group, &mut tree);
        for place in 0..TOGETHER {
            let near = counts.near(&asked, group, place).and(asked.live);
            for entry in near.entries() {
                let Some(distance) = counts.overlap(entry, &asked, group, place).distance() else { continue };
                if distance.0 < found.distance[entry] {
                    found.distance[entry] = distance.0;
                    found.shift[entry] = u8::try_from(number * TOGETHER + place).unwrap_or_default();
                }
            }
        }
    }
}

/// Nothing but the adders, for measuring them; the parity of the counts shows that they were not skipped.
#[inline(always)]
pub(super) fn add_up<L: Lanes>(block: &Block, list: &[u16]) -> Slice {
    let mut parity = zero::<L>();
    for slice in tally::<L, LEAF_WIDTH>(block.slices(), list) {
        parity = L::half(parity, slice).0;
    }
    parity.store()
}

/// The counts of a block at seven displacements.
struct Counts<L> {
    differing: [[L; WIDTH]; TOGETHER],
    outside: [[L; WIDTH]; TOGETHER],
    /// Common cells; of no meaning for a whole block, where they are the asking palm's.
    cells: [[L; CELLS_WIDTH]; TOGETHER],
}

impl<L: Lanes> Counts<L> {
    #[inline(always)]
    fn new() -> Self {
        let bits = [[zero::<L>(); WIDTH]; TOGETHER];
        Self { differing: bits, outside: bits, cells: [[zero::<L>(); CELLS_WIDTH]; TOGETHER] }
    }

    #[inline(always)]
    fn count(&mut self, asked: &Asked<'_>, group: &Group, tree: &mut Tree<'_, L>) {
        let slices = asked.block.slices();
        clear(&mut self.outside);
        loose(slices, &group.outside, &mut self.outside);
        tree.add_up(slices, &group.both);
        for (place, number) in self.differing.iter_mut().enumerate() {
            for (bit, slice) in number.iter_mut().enumerate() {
                *slice = L::load(&slices[SUM_AT + bit]);
            }
            subtract(number, &self.outside[place], 0);
            subtract(number, &tree.sums[place], 1);
            if asked.whole {
                add_constant(number, group.bits[place]);
            }
        }
        if !asked.whole {
            tree.add_up(slices, &group.both_cells);
            for (number, bits) in self.differing.iter_mut().zip(&tree.sums) {
                add(number, bits);
            }
            self.count_cells(slices, group);
        }
    }

    /// The cells that count in both.
    #[inline(always)]
    fn count_cells(&mut self, slices: &[Slice; SLICES], group: &Group) {
        clear(&mut self.outside);
        loose(slices, &group.outside_cells, &mut self.outside);
        for (number, outside) in self.cells.iter_mut().zip(&self.outside) {
            let mut carry = L::load(&Slice::ALL);
            for (bit, slice) in number.iter_mut().enumerate() {
                (*slice, carry) = L::full(L::load(&slices[CELLS_AT + bit]), L::not(outside[bit]), carry);
            }
        }
    }

    /// The entries that may be near enough at a displacement: all that are, and few others.
    #[inline(always)]
    fn near(&self, asked: &Asked<'_>, group: &Group, place: usize) -> Slice {
        // differing * 65536 < (limit + 1) * 3 * cells, in eighths of a bit and rounded towards letting through.
        let share = u64::from(asked.limit.0.min(1 << 16)) + 1;
        let most = u64::from(group.cells[place]);
        if asked.whole {
            return at_most(&self.differing[place], (share * 3 * most) >> 16);
        }
        // 8 D + w (most - cells) <= 8 share 3 most, with w the largest whole number up to 24 shares.
        let weight = (share * 24) >> 16;
        let mut eighths = [zero::<L>(); TEST_WIDTH];
        eighths[3..3 + WIDTH].copy_from_slice(&self.differing[place]);
        let mut lacking = [zero::<L>(); TEST_WIDTH];
        for bit in 0..CELLS_WIDTH {
            lacking[bit] = L::not(self.cells[place][bit]);
        }
        for bit in 0..5 {
            if weight >> bit & 1 == 1 {
                add_at(&mut eighths, &lacking, bit);
            }
        }
        let above = u64::from((1u32 << CELLS_WIDTH) - 1) - most;
        at_most(&eighths, ((share * 24 * most) >> 16) + 8 + weight * above)
    }

    /// The exact counts of an entry.
    #[inline(always)]
    fn overlap(&self, entry: usize, asked: &Asked<'_>, group: &Group, place: usize) -> Overlap {
        let cells = if asked.whole { group.cells[place] } else { read(&self.cells[place], entry) };
        // The distance is a share, so three planes of six are counted double.
        Overlap { differing: 2 * read(&self.differing[place], entry), valid: 6 * cells }
    }
}

#[inline(always)]
fn clear<L: Lanes>(numbers: &mut [[L; WIDTH]; TOGETHER]) {
    numbers.iter_mut().flatten().for_each(|slice| *slice = zero());
}

#[inline(always)]
fn zero<L: Lanes>() -> L {
    L::load(&Slice::NONE)
}

#[inline(always)]
fn read<L: Lanes, const N: usize>(number: &[L; N], entry: usize) -> u32 {
    number.iter().rev().fold(0, |sum, slice| sum << 1 | u32::from(slice.store().has(entry)))
}

/// How many of the listed slices have an entry's bit: a tree of adders, eight slices at a time.
#[inline(always)]
fn tally<L: Lanes, const N: usize>(slices: &[Slice; SLICES], list: &[u16]) -> [L; N] {
    let mut number = [zero::<L>(); N];
    for eight in list.as_chunks::<AT_ONCE>().0 {
        let [a, b, c, d, e, f, g, h] = *eight;
        let (ones, first) = L::full(number[0], at(slices, a), at(slices, b));
        let (ones, second) = L::full(ones, at(slices, c), at(slices, d));
        let (ones, third) = L::full(ones, at(slices, e), at(slices, f));
        let (ones, fourth) = L::full(ones, at(slices, g), at(slices, h));
        let (twos, left) = L::full(number[1], first, second);
        let (twos, right) = L::full(twos, third, fourth);
        let (fours, mut carry) = L::full(number[2], left, right);
        number[0] = ones;
        number[1] = twos;
        number[2] = fours;
        for place in &mut number[3..] {
            (*place, carry) = L::half(*place, carry);
        }
    }
    number
}

#[inline(always)]
fn at<L: Lanes>(slices: &[Slice; SLICES], place: u16) -> L {
    L::load(&slices[usize::from(place)])
}

/// Adds loose lists to the sums of their displacements.
#[inline(always)]
fn loose<L: Lanes, const N: usize>(slices: &[Slice; SLICES], lists: &[Loose], sums: &mut [[L; N]; TOGETHER]) {
    for list in lists {
        let number = tally::<L, LOOSE_WIDTH>(slices, &list.places);
        for (place, sum) in sums.iter_mut().enumerate() {
            if list.pattern >> place & 1 == 1 {
                add(sum, &number);
            }
        }
    }
}

/// A part of the classes added up: all of it, then the sums by each bit of the class.
#[derive(Clone, Copy)]
struct Node<L> {
    numbers: [[L; WIDTH + 1]; TOGETHER + 1],
}

/// Where classes are added up two by two, as in a tournament: narrow numbers are added often and wide ones seldom.
struct Tree<'a, L> {
    /// The parts that wait for their neighbour, by their height.
    waiting: [Node<L>; TOGETHER + 1],
    /// Where a part lies on its way up.
    passing: [Node<L>; 2],
    /// What came out last: the sum over the classes of each displacement.
    sums: [[L; WIDTH]; TOGETHER],
    /// The next block, brought near while this one is counted.
    ahead: std::slice::Iter<'a, Slice>,
}

impl<'a, L: Lanes> Tree<'a, L> {
    #[inline(always)]
    fn new(ahead: &'a [Slice]) -> Self {
        let empty = Node { numbers: [[zero::<L>(); WIDTH + 1]; TOGETHER + 1] };
        Self {
            waiting: [empty; TOGETHER + 1],
            passing: [empty; 2],
            sums: [[zero(); WIDTH]; TOGETHER],
            ahead: ahead.iter(),
        }
    }

    /// Adds up the classes.
    #[inline(always)]
    fn add_up(&mut self, slices: &[Slice; SLICES], classes: &Classes) {
        for class in 0..CLASSES {
            for slice in self.ahead.by_ref().take(AHEAD) {
                L::bring(slice);
            }
            let leaf = tally::<L, LEAF_WIDTH>(slices, classes.class(class));
            let low = if class & 1 == 0 { &mut self.waiting[0] } else { &mut self.passing[0] };
            low.numbers[0][..LEAF_WIDTH].copy_from_slice(&leaf);
            let mut height = 0;
            while class >> height & 1 == 1 {
                let (below, above) = self.waiting.split_at_mut(height + 1);
                let [even, odd] = &mut self.passing;
                let (part, next) = if height.is_multiple_of(2) { (even, odd) } else { (odd, even) };
                let last = class >> (height + 1) & 1 == 0;
                let to = if last { &mut above[0] } else { next };
                join(&below[height], part, to, height);
                height += 1;
            }
        }
        for (sum, number) in self.sums.iter_mut().zip(&self.waiting[TOGETHER].numbers[1..]) {
            sum.copy_from_slice(&number[..WIDTH]);
        }
        loose(slices, &classes.heavy, &mut self.sums);
    }
}

/// Adds two neighbours; the sum of the right one becomes the sum of the bit that tells the two apart.
#[inline(always)]
fn join<L: Lanes>(left: &Node<L>, right: &Node<L>, to: &mut Node<L>, height: usize) {
    match height {
        0 => join_at::<L, 0, 6>(left, right, to),
        1 => join_at::<L, 1, 7>(left, right, to),
        2 => join_at::<L, 2, 8>(left, right, to),
        3 => join_at::<L, 3, 9>(left, right, to),
        4 => join_at::<L, 4, 10>(left, right, to),
        5 => join_at::<L, 5, 11>(left, right, to),
        _ => join_at::<L, 6, 12>(left, right, to),
    }
}

/// At a height the sums have `LEAF_WIDTH + height` bits.
#[inline(always)]
fn join_at<L: Lanes, const HEIGHT: usize, const BITS: usize>(left: &Node<L>, right: &Node<L>, to: &mut Node<L>) {
    const { assert!(BITS == LEAF_WIDTH + HEIGHT, "the width follows from the height") };
    for number in 0..=HEIGHT {
        let mut carry = zero::<L>();
        for bit in 0..BITS {
            let (sum, next) = L::full(left.numbers[number][bit], right.numbers[number][bit], carry);
            to.numbers[number][bit] = sum;
            carry = next;
        }
        to.numbers[number][BITS] = carry;
    }
    to.numbers[HEIGHT + 1][..BITS].copy_from_slice(&right.numbers[0][..BITS]);
    to.numbers[HEIGHT + 1][BITS] = zero();
}

/// Adds a number that may be narrower; what overflows is lost.
#[inline(always)]
fn add<L: Lanes, const N: usize, const M: usize>(sum: &mut [L; N], number: &[L; M]) {
    let mut carry = zero::<L>();
    for bit in 0..N {
        (sum[bit], carry) = if bit < M { L::full(sum[bit], number[bit], carry) } else { L::half(sum[bit], carry) };
    }
}

/// Adds a number times a power of two.
#[inline(always)]
fn add_at<L: Lanes, const N: usize>(sum: &mut [L; N], number: &[L; N], by: usize) {
    let mut carry = zero::<L>();
    for bit in by..N {
        (sum[bit], carry) = L::full(sum[bit], number[bit - by], carry);
    }
}

/// Takes a number times a power of two away: its complement is added, and one.
#[inline(always)]
fn subtract<L: Lanes, const N: usize>(sum: &mut [L; N], number: &[L; N], by: usize) {
    let mut carry = L::load(&Slice::ALL);
    for bit in by..N {
        (sum[bit], carry) = L::full(sum[bit], L::not(number[bit - by]), carry);
    }
}

#[inline(always)]
fn add_constant<L: Lanes, const N: usize>(sum: &mut [L; N], constant: u32) {
    let mut carry = zero::<L>();
    let one = L::load(&Slice::ALL);
    for (bit, place) in sum.iter_mut().enumerate() {
        (*place, carry) = if constant >> bit & 1 == 1 { L::full(*place, one, carry) } else { L::half(*place, carry) };
    }
}

/// Where a number is at most a bound, from the lowest bit up: the highest bit that differs decides.
#[inline(always)]
fn at_most<L: Lanes, const N: usize>(number: &[L; N], bound: u64) -> Slice {
    if bound >> N != 0 {
        return Slice::ALL;
    }
    let mut so_far = L::load(&Slice::ALL);
    for (bit, place) in number.iter().enumerate() {
        so_far = if bound >> bit & 1 == 1 { L::not_or(*place, so_far) } else { L::not_and(*place, so_far) };
    }
    so_far.store()
}
