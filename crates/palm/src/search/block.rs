//! 512 stored palms turned on their side: one slice for each bit, so that a place of the code is one run of 64 bytes.
//!
//! The layout says which bit lies in which slice and which bits are turned over; under a key it is secret (`protect`).
//! Two sums stand in the block beside the bits, because they do not depend on who asks: how many bits an entry has, and
//! how many of its cells count.
#![expect(clippy::needless_range_loop, reason = "several arrays run in step")]

use super::lanes::{ENTRIES, Slice};
use crate::{CELLS, Code, WORDS};
use zeroize::Zeroize;

/// Planes that are searched: those of 0, 60 and 120 degrees.
pub const SEARCHED: [usize; 3] = [0, 2, 4];
/// Bits of the searched planes.
pub const BITS: usize = SEARCHED.len() * CELLS;
/// Bits of an entry: those of the planes, then those of the mask.
pub const PLACES: usize = BITS + CELLS;
/// Slices of an entry's number of bits, at most 3072.
pub(super) const SUM_WIDTH: usize = 12;
/// Slices of an entry's number of cells, at most 1024.
pub(super) const CELLS_WIDTH: usize = 11;
pub(super) const SUM_AT: usize = PLACES;
pub(super) const CELLS_AT: usize = SUM_AT + SUM_WIDTH;
/// A slice without a bit, which fills up lists.
pub(super) const NOTHING_AT: usize = CELLS_AT + CELLS_WIDTH;
/// Slices of a block.
pub const SLICES: usize = NOTHING_AT + 1;

/// What is searched of a code: its three planes, then its mask.
pub type Row = [u64; PLACES / 64];

/// What is searched of a code.
pub fn row(code: &Code) -> Row {
    let mut row = [0; PLACES / 64];
    let planes = SEARCHED.iter().map(|plane| &code.planes()[*plane]).chain([code.mask()]);
    for (to, from) in row.chunks_exact_mut(WORDS).zip(planes) {
        to.copy_from_slice(from);
    }
    row
}

/// Where a bit lies in a block, and whether it is turned over.
#[derive(Clone)]
pub struct Layout {
    places: Box<[u16; PLACES]>,
    flips: Box<[u64; BITS / 64]>,
}

impl Layout {
    /// As it comes, nothing hidden.
    pub fn plain() -> Self {
        let places = std::array::from_fn(|place| u16::try_from(place).unwrap_or_default());
        Self { places: Box::new(places), flips: Box::new([0; BITS / 64]) }
    }

    /// A permutation of the places and the bits of the planes that are turned over. The caller answers for its being a
    /// permutation; `protect` draws it.
    pub(crate) fn new(places: Box<[u16; PLACES]>, flips: Box<[u64; BITS / 64]>) -> Self {
        Self { places, flips }
    }

    pub(super) fn place(&self, bit: usize) -> u16 {
        self.places[bit]
    }

    pub(super) fn flips(&self, word: usize) -> u64 {
        self.flips[word]
    }

    /// Turns bits over where the cell counts; doing it twice undoes it.
    #[must_use]
    pub fn turned(&self, row: &Row) -> Row {
        let mut turned = *row;
        for word in 0..BITS / 64 {
            turned[word] ^= self.flips[word] & row[BITS / 64 + word % WORDS];
        }
        turned
    }
}

impl Drop for Layout {
    fn drop(&mut self) {
        self.places.zeroize();
        self.flips.zeroize();
    }
}

/// 512 stored palms, bit by bit.
#[repr(C, align(64))]
pub struct Block {
    slices: [Slice; SLICES],
}

impl Block {
    /// Bytes of a block in a file.
    pub const BYTES: usize = SLICES * 64;

    /// Turns up to 512 rows on their side. Rows that are missing count as whole and empty; nobody asks for them.
    ///
    /// # Panics
    /// When there are more than 512 rows: the caller cuts them.
    pub fn of(rows: &[Row], layout: &Layout) -> Box<Self> {
        assert!(rows.len() <= ENTRIES, "a block holds 512 rows");
        let mut block = Box::new(Self { slices: [Slice::NONE; SLICES] });
        let rows: Vec<Row> = rows.iter().map(|row| layout.turned(row)).collect();
        for word in 0..PLACES / 64 {
            let missing = if word < BITS / 64 { 0 } else { u64::MAX };
            for part in 0..ENTRIES / 64 {
                let of = |entry: usize| rows.get(64 * part + entry).map_or(missing, |row| row[word]);
                let mut square: [u64; 64] = std::array::from_fn(of);
                turn(&mut square);
                for (bit, slice) in square.iter().enumerate() {
                    block.slices[usize::from(layout.place(64 * word + bit))].0[part] = *slice;
                }
            }
        }
        block.add_up(&rows);
        block
    }

    fn add_up(&mut self, rows: &[Row]) {
        for entry in 0..ENTRIES {
            let (planes, mask) = rows.get(entry).map_or((0, u32::try_from(CELLS).unwrap_or(0)), |row| {
                let (planes, mask) = row.split_at(BITS / 64);
                (ones(planes), ones(mask))
            });
            let numbers = [(SUM_AT, SUM_WIDTH, planes), (CELLS_AT, CELLS_WIDTH, mask)];
            for (at, width, number) in numbers {
                for bit in (0..width).filter(|bit| number >> bit & 1 == 1) {
                    self.slices[at + bit].set(entry);
                }
            }
        }
    }

    /// The slices of the block.
    pub(super) fn slices(&self) -> &[Slice; SLICES] {
        &self.slices
    }

    /// Whether every cell of every entry counts: such a block is searched without its masks.
    pub fn is_whole(&self, layout: &Layout) -> bool {
        (BITS..PLACES).all(|bit| self.slices[usize::from(layout.place(bit))] == Slice::ALL)
    }

    /// Reads every word once, for measuring how long that takes.
    pub(crate) fn sum_of_words(&self) -> u64 {
        self.slices.iter().flat_map(|slice| slice.0).fold(0, u64::wrapping_add)
    }

    /// The rows back, in their order.
    pub fn rows(&self, layout: &Layout) -> Vec<Row> {
        let mut rows = vec![[0; PLACES / 64]; ENTRIES];
        for word in 0..PLACES / 64 {
            for part in 0..ENTRIES / 64 {
                let of = |bit: usize| self.slices[usize::from(layout.place(64 * word + bit))].0[part];
                let mut square: [u64; 64] = std::array::from_fn(of);
                turn(&mut square);
                for (entry, bits) in square.iter().enumerate() {
                    rows[64 * part + entry][word] = *bits;
                }
            }
        }
        rows.iter().map(|row| layout.turned(row)).collect()
    }

    /// The block as bytes for a file, little-endian.
    pub fn write(&self, to: &mut impl std::io::Write) -> std::io::Result<()> {
        let mut bytes = Vec::with_capacity(Self::BYTES);
        for slice in &self.slices {
            slice.0.iter().for_each(|word| bytes.extend_from_slice(&word.to_le_bytes()));
        }
        to.write_all(&bytes)
    }
}

fn ones(words: &[u64]) -> u32 {
    words.iter().map(|word| word.count_ones()).sum()
}

/// Turns a square of 64 by 64 bits: bit j of word i becomes bit i of word j. By halves, as one folds a sheet.
fn turn(square: &mut [u64; 64]) {
    let mut width = 32;
    let mut low = u64::MAX >> 32;
    while width > 0 {
        let mut row = 0;
        while row < 64 {
            let swap = ((square[row] >> width) ^ square[row + width]) & low;
            square[row] ^= swap << width;
            square[row + width] ^= swap;
            row = (row + width + 1) & !width;
        }
        width /= 2;
        low ^= low << width;
    }
}
