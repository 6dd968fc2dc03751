//! What is asked of each block, worked out once for a palm: which slices are added together for which of 49 displacements.
//!
//! Laid on a stored palm at displacement s, a palm differs in
//!
//! ```text
//! D(s) = all - outside(s) - 2 both(s) + asked(s)
//! ```
//!
//! bits, where `all` counts the stored bits (kept in the block), `outside` those where the asking palm does not count,
//! `both` the bits that both have, and `asked` the asking palm's bits on cells that count in the stored one. Each is a sum of
//! slices. The seven displacements of a row are worked out together: a place belongs to one of 128 classes, by the
//! displacements at which the asking palm has a bit there, so that every slice is added once for seven sums instead of once
//! for each. This is the method of the four Russians; it is exact, and it needs no counting of bits in words at all.
#![expect(clippy::needless_range_loop, reason = "several arrays run in step")]

use super::block::{BITS, Layout, NOTHING_AT, Row, row};
use crate::{CELLS, Code, SHIFT_MAX, Shift};

/// Displacements worked out together: those of a row.
pub(super) const TOGETHER: usize = 7;
/// Classes of places.
pub(super) const CLASSES: usize = 1 << TOGETHER;
/// Slices that are added in one go; lists are filled up to a multiple.
pub(super) const AT_ONCE: usize = 8;
/// Members of a class at most, so that six slices hold their number; more go to the heavy lists.
const LEAF_MAX: usize = 63;
/// Members of a loose list at most, so that ten slices hold their number.
const LOOSE_MAX: usize = 1023;

/// Slices added up and counted towards each displacement of a pattern.
pub(super) struct Loose {
    /// Bit j stands for the displacement j of the row.
    pub(super) pattern: usize,
    pub(super) places: Vec<u16>,
}

/// Lists of slices, one a class, one after the other.
pub(super) struct Classes {
    places: Vec<u16>,
    starts: Vec<usize>,
    /// What was too many for a class.
    pub(super) heavy: Vec<Loose>,
}

impl Classes {
    pub(super) fn class(&self, class: usize) -> &[u16] {
        &self.places[self.starts[class]..self.starts[class + 1]]
    }

    /// Sorts places into classes. Class 0 asks nothing and is dropped.
    fn of(members: Vec<Vec<u16>>) -> Self {
        let (mut places, mut starts, mut heavy) = (Vec::new(), vec![0], Vec::new());
        for (pattern, list) in members.into_iter().enumerate() {
            let (light, rest) = list.split_at(list.len().min(LEAF_MAX));
            if pattern != 0 {
                places.extend(filled(light));
                heavy.extend(loose(pattern, rest));
            }
            starts.push(places.len());
        }
        Self { places, starts, heavy }
    }
}

/// What seven displacements ask.
pub(super) struct Group {
    /// Places of bits by the displacements that have them.
    pub(super) both: Classes,
    /// The same, with the slice of the mask in place of the bit's: for blocks that are not whole.
    pub(super) both_cells: Classes,
    /// Places where the asking palm does not count, for the bits.
    pub(super) outside: Vec<Loose>,
    /// The same for the mask.
    pub(super) outside_cells: Vec<Loose>,
    /// Bits of the asking palm at each displacement.
    pub(super) bits: [u32; TOGETHER],
    /// Cells of the asking palm that count at each displacement.
    pub(super) cells: [u32; TOGETHER],
}

/// What a palm asks of a block.
pub struct Plan {
    pub(super) groups: Vec<Group>,
}

impl Plan {
    /// Works out a palm's questions to a gallery of this layout.
    pub fn new(code: &Code, layout: &Layout) -> Self {
        let rows: Vec<Row> = Shift::all().map(|shift| row(&code.shifted(shift))).collect();
        Self { groups: rows.chunks(TOGETHER).map(|rows| group(rows, layout)).collect() }
    }

    /// How many slices are read of a whole block, and of one that is not: the arithmetic that the search cannot avoid.
    pub fn reads(&self) -> (usize, usize) {
        let sum = |lists: &[Loose]| lists.iter().map(|list| list.places.len()).sum::<usize>();
        let classes = |classes: &Classes| classes.places.len() + sum(&classes.heavy);
        let whole: usize = self.groups.iter().map(|group| classes(&group.both) + sum(&group.outside)).sum();
        let masks = self.groups.iter().map(|group| classes(&group.both_cells) + sum(&group.outside_cells));
        (whole, whole + masks.sum::<usize>())
    }
}

/// The displacement at a place in their order.
pub(super) fn shift_at(place: usize) -> Shift {
    let along = |place: usize| i8::try_from(place).unwrap_or_default() - SHIFT_MAX;
    Shift { dx: along(place % TOGETHER), dy: along(place / TOGETHER) }
}

fn group(rows: &[Row], layout: &Layout) -> Group {
    let (mut both, mut both_cells) = (vec![Vec::new(); CLASSES], vec![Vec::new(); CLASSES]);
    let (mut outside, mut outside_cells) = (vec![Vec::new(); CLASSES], vec![Vec::new(); CLASSES]);
    let (mut bits, mut cells) = ([0; TOGETHER], [0; TOGETHER]);
    for bit in 0..BITS {
        let cell = BITS + bit % CELLS;
        let valid = pattern(rows, cell);
        let turned = layout.flips(bit / 64) >> (bit % 64) & 1 == 1;
        let asked = if turned { pattern(rows, bit) ^ valid } else { pattern(rows, bit) };
        let lacking = !valid & (CLASSES - 1);
        both[asked].push(layout.place(bit));
        both_cells[asked].push(layout.place(cell));
        outside[lacking].push(layout.place(bit));
        for place in 0..TOGETHER {
            bits[place] += u32::from(asked >> place & 1 == 1);
        }
        if bit < CELLS {
            outside_cells[lacking].push(layout.place(cell));
            for place in 0..TOGETHER {
                cells[place] += u32::from(valid >> place & 1 == 1);
            }
        }
    }
    let loose_lists = |lists: Vec<Vec<u16>>| -> Vec<Loose> {
        let lacking = lists.iter().enumerate().filter(|(pattern, _)| *pattern != 0);
        lacking.flat_map(|(pattern, list)| loose(pattern, list)).collect()
    };
    Group {
        both: Classes::of(both),
        both_cells: Classes::of(both_cells),
        outside: loose_lists(outside),
        outside_cells: loose_lists(outside_cells),
        bits,
        cells,
    }
}

/// The displacements of a row at which a bit is set.
fn pattern(rows: &[Row], bit: usize) -> usize {
    let set = |row: &Row| usize::from(row[bit / 64] >> (bit % 64) & 1 == 1);
    rows.iter().enumerate().map(|(place, row)| set(row) << place).sum()
}

fn loose(pattern: usize, list: &[u16]) -> Vec<Loose> {
    list.chunks(LOOSE_MAX).map(|places| Loose { pattern, places: filled(places).collect() }).collect()
}

/// A list filled up with the slice that is empty.
fn filled(list: &[u16]) -> impl Iterator<Item = u16> {
    let nothing = u16::try_from(NOTHING_AT).unwrap_or_default();
    let short = list.len().next_multiple_of(AT_ONCE) - list.len();
    list.iter().copied().chain(std::iter::repeat_n(nothing, short))
}
