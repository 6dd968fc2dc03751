//! A palm as bits: six planes of 32 by 32 cells, a plane of ridges, and the cells that count.
//!
//! What is here is plain and slow on purpose: it says what a comparison *is*. The kernels of `search` must give the same
//! integers. It refuses bytes of another version or length, and never compares veins with prints.

/// Cells along a side of the region.
pub const SIDE: usize = 32;
/// Cells in a region.
pub const CELLS: usize = SIDE * SIDE;
/// Words of 64 cells in a plane.
pub const WORDS: usize = CELLS / 64;
/// Orientations, 30 degrees apart.
pub const PLANES: usize = 6;
/// How far a code is shifted either way when two are compared, in cells.
pub const SHIFT_MAX: i8 = 3;

/// One bit a cell, row after row: cell (x, y) is bit `y * 32 + x`, counted from the lowest bit of the first word.
/// So a word holds an even row in its low half and the odd row after it in its high half.
pub type Plane = [u64; WORDS];

/// What kind of light a palm was seen in. They show different things under the skin and are never compared.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Modality {
    /// Veins, in near infrared, as the terminals see them.
    Vein,
    /// The visible print of the skin, as a telephone sees it.
    Print,
}

impl Modality {
    const fn byte(self) -> u8 {
        match self {
            Self::Vein => 1,
            Self::Print => 2,
        }
    }

    const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Vein),
            2 => Some(Self::Print),
            _ => None,
        }
    }
}

/// A displacement in cells: cell (x, y) of the one is laid on cell (x + dx, y + dy) of the other.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Shift {
    /// Along a row; rows run from the little finger's side to the index finger's.
    pub dx: i8,
    /// From row to row; rows count from the fingers to the wrist.
    pub dy: i8,
}

impl Shift {
    /// The 49 displacements of a comparison in their order: row by row from (-3, -3). Ties go to the first.
    pub fn all() -> impl Iterator<Item = Self> {
        (-SHIFT_MAX..=SHIFT_MAX).flat_map(|dy| (-SHIFT_MAX..=SHIFT_MAX).map(move |dx| Self { dx, dy }))
    }

    /// The way back.
    #[must_use]
    pub const fn back(self) -> Self {
        Self { dx: -self.dx, dy: -self.dy }
    }
}

/// How two codes lie on each other: exact counts of bits over all six planes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Overlap {
    /// Bits that differ, among those valid in both.
    pub differing: u32,
    /// Bits that are valid in both: six times the common cells.
    pub valid: u32,
}

impl Overlap {
    /// The least common part on which a distance means anything: 40 % of the cells.
    pub const VALID_MIN: u32 = 6 * 410;

    /// The share that differs; nothing when too little lies on each other.
    pub fn distance(self) -> Option<Distance> {
        if self.valid < Self::VALID_MIN {
            return None;
        }
        (self.differing << 16).checked_div(self.valid).map(Distance)
    }
}

/// A distance between two palms in 1/65536, rounded down: 0 is the same picture, about 29,000 is two strangers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Distance(pub u32);

/// A palm as bits. Cells that do not count are zero in every plane, so that equal palms are equal values.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Code {
    modality: Modality,
    planes: [Plane; PLANES],
    ridge: Plane,
    mask: Plane,
}

/// Why bytes are not a code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CodeError {
    /// Cut off or too long.
    #[error("a code has {} bytes, not {found}", Code::BYTES)]
    Length {
        /// How many there were.
        found: usize,
    },
    /// Written by an encoder whose codes do not compare with ours.
    #[error("version {found} of the code is not known")]
    Version {
        /// The version that was named.
        found: u8,
    },
    /// Neither vein nor print, or a header that is not ours.
    #[error("the header of the code is damaged")]
    Header,
    /// A cell that does not count has a bit.
    #[error("a cell outside the mask has a bit")]
    OutsideMask,
}

impl Code {
    /// The version of the encoder. Codes of two versions never compare, so it counts up with every change of the encoding.
    pub const VERSION: u8 = 1;
    const HEADER: usize = 8;
    /// Bytes of a stored code.
    pub const BYTES: usize = Self::HEADER + (PLANES + 2) * WORDS * 8;

    /// Puts a code together. A plane's bit is 1 where the filter answers negatively, which is along a dark line; a bit of
    /// the ridge plane where the valley of grey is among the deepest. Bits outside the mask are dropped.
    pub fn new(modality: Modality, planes: [Plane; PLANES], ridge: Plane, mask: Plane) -> Self {
        let within = |plane: Plane| each(|word| at(&plane, word) & at(&mask, word));
        Self { modality, planes: planes.map(within), ridge: within(ridge), mask }
    }

    /// Vein or print.
    pub const fn modality(&self) -> Modality {
        self.modality
    }

    /// The six planes; plane k is the orientation of k times 30 degrees.
    pub const fn planes(&self) -> &[Plane; PLANES] {
        &self.planes
    }

    /// The deepest valleys of grey.
    pub const fn ridge(&self) -> &Plane {
        &self.ridge
    }

    /// The cells that count.
    pub const fn mask(&self) -> &Plane {
        &self.mask
    }

    /// How many cells count.
    pub fn cells(&self) -> u32 {
        self.mask.iter().map(|word| word.count_ones()).sum()
    }

    /// The code as seen from a displaced place: its cell (x, y) is ours at (x + dx, y + dy). What comes from outside does
    /// not count.
    #[must_use]
    pub fn shifted(&self, shift: Shift) -> Self {
        Self {
            modality: self.modality,
            planes: self.planes.map(|plane| shifted(&plane, shift)),
            ridge: shifted(&self.ridge, shift),
            mask: shifted(&self.mask, shift),
        }
    }

    /// Counts where two codes differ, laid cell on cell.
    pub fn overlap(&self, other: &Self) -> Overlap {
        let valid: Plane = each(|word| at(&self.mask, word) & at(&other.mask, word));
        let differing = |ours: &Plane, theirs: &Plane| -> u32 {
            let words = ours.iter().zip(theirs).zip(&valid);
            words.map(|((ours, theirs), valid)| ((ours ^ theirs) & valid).count_ones()).sum()
        };
        Overlap {
            differing: self.planes.iter().zip(&other.planes).map(|(ours, theirs)| differing(ours, theirs)).sum(),
            valid: 6 * valid.iter().map(|word| word.count_ones()).sum::<u32>(),
        }
    }

    /// Counts where two codes differ with the other displaced. Swapped, the displacement turns round:
    /// `a.overlap_at(&b, s) == b.overlap_at(&a, s.back())`.
    pub fn overlap_at(&self, other: &Self, shift: Shift) -> Overlap {
        self.overlap(&other.shifted(shift))
    }

    /// The smallest distance over the 49 displacements and where it is; the first of equals. Nothing when the two are of
    /// different modalities or nowhere have enough in common.
    pub fn nearest(&self, other: &Self) -> Option<(Distance, Shift)> {
        if self.modality != other.modality {
            return None;
        }
        let found = Shift::all().filter_map(|shift| Some((self.overlap_at(other, shift).distance()?, shift)));
        found.min_by_key(|(distance, _)| *distance)
    }

    /// The code as bytes: version, modality, six zeros, then planes, ridge and mask in little-endian words.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let (header, body) = bytes.split_at_mut(Self::HEADER);
        header[0] = Self::VERSION;
        header[1] = self.modality.byte();
        let words = self.planes.iter().chain([&self.ridge, &self.mask]).flatten();
        for (place, word) in body.chunks_exact_mut(8).zip(words) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    /// Reads a code back. It refuses what it could not have written.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CodeError> {
        let whole: &[u8; Self::BYTES] = bytes.try_into().map_err(|_| CodeError::Length { found: bytes.len() })?;
        let (header, body) = whole.split_at(Self::HEADER);
        let [version, modality, rest @ ..] = header else { return Err(CodeError::Header) };
        if *version != Self::VERSION {
            return Err(CodeError::Version { found: *version });
        }
        let modality = Modality::from_byte(*modality).ok_or(CodeError::Header)?;
        if rest.iter().any(|byte| *byte != 0) {
            return Err(CodeError::Header);
        }
        let mut words = body.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word));
        let mut plane = || -> Plane { std::array::from_fn(|_| words.next().unwrap_or_default()) };
        let planes = std::array::from_fn(|_| plane());
        let (ridge, mask) = (plane(), plane());
        let code = Self::new(modality, planes, ridge, mask);
        let kept = code.planes == planes && code.ridge == ridge;
        if kept { Ok(code) } else { Err(CodeError::OutsideMask) }
    }
}

fn each(word: impl FnMut(usize) -> u64) -> Plane {
    std::array::from_fn(word)
}

fn at(plane: &Plane, word: usize) -> u64 {
    plane.get(word).copied().unwrap_or_default()
}

/// The row of a plane; rows outside are empty.
fn row(plane: &Plane, y: i32) -> u32 {
    let Ok(y) = usize::try_from(y) else { return 0 };
    let half = if y.is_multiple_of(2) { 0 } else { 32 };
    let low = (at(plane, y / 2) >> half) & u64::from(u32::MAX);
    u32::try_from(low).unwrap_or_default()
}

/// The plane with cell (x, y) taken from (x + dx, y + dy).
fn shifted(plane: &Plane, shift: Shift) -> Plane {
    let moved = |y: usize| -> u64 {
        let from = i32::try_from(y).unwrap_or(i32::MAX - 128) + i32::from(shift.dy);
        let cells = row(plane, from);
        let by = u32::from(shift.dx.unsigned_abs());
        let cells = if shift.dx >= 0 { cells.checked_shr(by) } else { cells.checked_shl(by) };
        u64::from(cells.unwrap_or_default())
    };
    each(|word| moved(2 * word) | moved(2 * word + 1) << 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A code of bits that look random, from a seed.
    fn some(seed: u64) -> Code {
        let mut state = seed;
        let mut word = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state ^ (state >> 29) ^ (state << 31)
        };
        let planes = std::array::from_fn(|_| std::array::from_fn(|_| word()));
        let ridge = std::array::from_fn(|_| word());
        let mask = std::array::from_fn(|_| word() | word() | word());
        Code::new(Modality::Vein, planes, ridge, mask)
    }

    #[test]
    fn a_code_is_at_no_distance_from_itself() {
        let code = some(1);
        assert_eq!(code.nearest(&code), Some((Distance(0), Shift::default())));
    }

    #[test]
    fn swapping_two_codes_turns_the_displacement_round() {
        for seed in 0..40 {
            let (a, b) = (some(seed), some(seed + 1000));
            for shift in Shift::all() {
                assert_eq!(a.overlap_at(&b, shift), b.overlap_at(&a, shift.back()), "{shift:?}");
            }
        }
    }

    #[test]
    fn a_displaced_code_is_found_where_it_went() {
        let code = some(3);
        for shift in Shift::all() {
            assert_eq!(code.shifted(shift).nearest(&code), Some((Distance(0), shift)));
        }
    }

    #[test]
    fn a_shift_moves_each_cell_by_itself() {
        let code = some(4);
        let cell = |plane: &Plane, x: i32, y: i32| -> bool {
            let side = 0..32;
            side.contains(&x) && side.contains(&y) && row(plane, y) >> x & 1 == 1
        };
        for shift in Shift::all() {
            let moved = code.shifted(shift);
            for (y, x) in (0..32).flat_map(|y| (0..32).map(move |x| (y, x))) {
                let (from_x, from_y) = (x + i32::from(shift.dx), y + i32::from(shift.dy));
                assert_eq!(cell(moved.mask(), x, y), cell(code.mask(), from_x, from_y));
            }
        }
    }

    #[test]
    fn bytes_come_back_as_they_went() {
        let code = some(5);
        assert_eq!(Code::from_bytes(&code.to_bytes()), Ok(code));
    }

    #[test]
    fn damaged_bytes_are_refused_by_name() {
        let good = some(6).to_bytes();
        let with = |place: usize, byte: u8| {
            let mut bytes = good;
            bytes[place] = byte;
            Code::from_bytes(&bytes).err()
        };
        assert_eq!(Code::from_bytes(&good[1..]).err(), Some(CodeError::Length { found: Code::BYTES - 1 }));
        assert_eq!(with(0, 9), Some(CodeError::Version { found: 9 }));
        assert_eq!(with(1, 0), Some(CodeError::Header));
        assert_eq!(with(5, 1), Some(CodeError::Header));
        let mut bytes = good;
        bytes[Code::HEADER..].fill(0);
        bytes[Code::HEADER] = 1;
        assert_eq!(Code::from_bytes(&bytes).err(), Some(CodeError::OutsideMask));
    }

    #[test]
    fn veins_are_never_compared_with_prints() {
        let vein = some(7);
        let print = Code::new(Modality::Print, *vein.planes(), *vein.ridge(), *vein.mask());
        assert_eq!(vein.nearest(&print), None);
    }

    #[test]
    fn too_little_in_common_is_no_distance() {
        let whole = Overlap { differing: 10, valid: Overlap::VALID_MIN };
        assert!(whole.distance().is_some());
        assert_eq!(Overlap { valid: whole.valid - 1, ..whole }.distance(), None);
    }
}
