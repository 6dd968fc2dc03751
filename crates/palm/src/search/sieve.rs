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
}

/// Lays a palm on every entry of a block at every displacement.
#[inline(always)]
pub(super) fn sieve<L: Lanes>(asked: Asked<'_>, plan: &Plan, found: &mut Nearest) {
    let mut tree = Tree::<L>::new();
    for (number, group) in plan.groups.iter().enumerate() {
        let counts = count::<L>(&asked, group, &mut tree);
        for place in 0..TOGETHER {
            let near = counts.near(&asked, group, place).and(asked.live);
            for entry in near.entries() {
                let Some(distance) = counts.overlap(entry, group, place).distance() else { continue };
                if distance.0 < found.distance[entry] {
                    found.distance[entry] = distance.0;
                    found.shift[entry] = u8::try_from(number * TOGETHER + place).unwrap_or_default();
                }
            }
        }
    }
}

/// The counts of a block at seven displacements.
struct Counts<L> {
    differing: [[L; WIDTH]; TOGETHER],
    /// Common cells; nothing for a whole block, where they are the asking palm's.
    cells: Option<[[L; CELLS_WIDTH]; TOGETHER]>,
}

#[inline(always)]
fn count<L: Lanes>(asked: &Asked<'_>, group: &Group, tree: &mut Tree<L>) -> Counts<L> {
    let slices = asked.block.slices();
    let both = tree.sums(slices, &group.both);
    let mut outside = [[zero::<L>(); WIDTH]; TOGETHER];
    loose(slices, &group.outside, &mut outside);
    let mut differing = [[zero::<L>(); WIDTH]; TOGETHER];
    for place in 0..TOGETHER {
        let mut number = [zero::<L>(); WIDTH];
        for bit in 0..WIDTH {
            number[bit] = L::load(&slices[SUM_AT + bit]);
        }
        subtract(&mut number, &outside[place], 0);
        subtract(&mut number, &both[place], 1);
        if asked.whole {
            add_constant(&mut number, group.bits[place]);
        }
        differing[place] = number;
    }
    if asked.whole {
        return Counts { differing, cells: None };
    }
    let bits = tree.sums(slices, &group.both_cells);
    for place in 0..TOGETHER {
        add(&mut differing[place], &bits[place]);
    }
    Counts { differing, cells: Some(common_cells(slices, group)) }
}

/// The cells that count in both, at each displacement.
#[inline(always)]
fn common_cells<L: Lanes>(slices: &[Slice; SLICES], group: &Group) -> [[L; CELLS_WIDTH]; TOGETHER] {
    let mut outside = [[zero::<L>(); CELLS_WIDTH]; TOGETHER];
    loose(slices, &group.outside_cells, &mut outside);
    let mut cells = [[zero::<L>(); CELLS_WIDTH]; TOGETHER];
    for place in 0..TOGETHER {
        for bit in 0..CELLS_WIDTH {
            cells[place][bit] = L::load(&slices[CELLS_AT + bit]);
        }
        subtract(&mut cells[place], &outside[place], 0);
    }
    cells
}

impl<L: Lanes> Counts<L> {
    /// The entries that may be near enough at a displacement: all that are, and few others.
    #[inline(always)]
    fn near(&self, asked: &Asked<'_>, group: &Group, place: usize) -> Slice {
        // differing * 65536 < (limit + 1) * 3 * cells, in eighths of a bit and rounded towards letting through.
        let share = u64::from(asked.limit.0.min(1 << 16)) + 1;
        let most = u64::from(group.cells[place]);
        let Some(cells) = &self.cells else {
            let bound = (share * 3 * most) >> 16;
            return at_most(&self.differing[place], bound);
        };
        // 8 D + w (most - cells) <= 8 share 3 most, with w the largest whole number up to 24 shares.
        let weight = (share * 24) >> 16;
        let mut eighths = [zero::<L>(); TEST_WIDTH];
        eighths[3..3 + WIDTH].copy_from_slice(&self.differing[place]);
        let mut lacking = [zero::<L>(); TEST_WIDTH];
        for bit in 0..CELLS_WIDTH {
            lacking[bit] = L::not(cells[place][bit]);
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
    fn overlap(&self, entry: usize, group: &Group, place: usize) -> Overlap {
        let cells = match &self.cells {
            Some(cells) => read(&cells[place], entry),
            None => group.cells[place],
        };
        // The distance is a share, so three planes of six are counted double.
        Overlap { differing: 2 * read(&self.differing[place], entry), valid: 6 * cells }
    }
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
struct Tree<L> {
    waiting: [Node<L>; TOGETHER],
    node: Node<L>,
}

impl<L: Lanes> Tree<L> {
    #[inline(always)]
    fn new() -> Self {
        let empty = Node { numbers: [[zero::<L>(); WIDTH + 1]; TOGETHER + 1] };
        Self { waiting: [empty; TOGETHER], node: empty }
    }

    /// The sum over the classes of each displacement.
    #[inline(always)]
    fn sums(&mut self, slices: &[Slice; SLICES], classes: &Classes) -> [[L; WIDTH]; TOGETHER] {
        for class in 0..CLASSES {
            let leaf = tally::<L, LEAF_WIDTH>(slices, classes.class(class));
            self.node.numbers[0][..LEAF_WIDTH].copy_from_slice(&leaf);
            let mut height = 0;
            while class >> height & 1 == 1 {
                join(&self.waiting[height], &mut self.node, height);
                height += 1;
            }
            if height < TOGETHER {
                keep(&self.node, &mut self.waiting[height], height);
            }
        }
        let mut sums = [[zero::<L>(); WIDTH]; TOGETHER];
        for place in 0..TOGETHER {
            sums[place].copy_from_slice(&self.node.numbers[place + 1][..WIDTH]);
        }
        loose(slices, &classes.heavy, &mut sums);
        sums
    }
}

#[inline(always)]
fn keep<L: Lanes>(node: &Node<L>, to: &mut Node<L>, height: usize) {
    let width = LEAF_WIDTH + height;
    for number in 0..=height {
        for bit in 0..width {
            to.numbers[number][bit] = node.numbers[number][bit];
        }
    }
}

/// Adds the neighbour below to a part; the part's own sum becomes the sum of the bit that tells the two apart.
#[inline(always)]
fn join<L: Lanes>(below: &Node<L>, node: &mut Node<L>, height: usize) {
    let width = LEAF_WIDTH + height;
    for bit in 0..width {
        node.numbers[height + 1][bit] = node.numbers[0][bit];
    }
    node.numbers[height + 1][width] = zero();
    for number in 0..=height {
        let mut carry = zero::<L>();
        for bit in 0..width {
            let here = &mut node.numbers[number][bit];
            (*here, carry) = L::full(*here, below.numbers[number][bit], carry);
        }
        node.numbers[number][width] = carry;
    }
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
