//! One bit of 512 entries at a time, and what a processor must do with it: add three such bits, and little else.
//!
//! A kernel is an implementation of [`Lanes`]; the counting above it is written once. So all kernels give the same
//! integers, whatever width the processor works in.

/// Entries in a block: the bits of a slice.
pub const ENTRIES: usize = 512;

/// One bit of each entry of a block; entry 0 is the lowest bit of the first word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C, align(64))]
pub struct Slice(pub [u64; ENTRIES / 64]);

impl Slice {
    /// No entry.
    pub const NONE: Self = Self([0; 8]);
    /// Every entry.
    pub const ALL: Self = Self([u64::MAX; 8]);

    /// Whether an entry's bit is set.
    pub fn has(&self, entry: usize) -> bool {
        self.0[entry / 64] >> (entry % 64) & 1 == 1
    }

    /// Sets an entry's bit.
    pub fn set(&mut self, entry: usize) {
        self.0[entry / 64] |= 1 << (entry % 64);
    }

    /// Clears an entry's bit.
    pub fn clear(&mut self, entry: usize) {
        self.0[entry / 64] &= !(1 << (entry % 64));
    }

    /// The bits that both have.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] & other.0[word]))
    }

    /// How many entries have the bit.
    pub fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// The entries that have the bit, ascending.
    pub fn entries(&self) -> impl Iterator<Item = usize> {
        (0..8).flat_map(|word| {
            let mut rest = self.0[word];
            std::iter::from_fn(move || {
                let lowest = usize::try_from(rest.trailing_zeros()).unwrap_or(64);
                rest &= rest.wrapping_sub(1);
                (lowest < 64).then_some(64 * word + lowest)
            })
        })
    }
}

/// A slice in the registers of a processor.
pub(super) trait Lanes: Copy {
    fn load(from: &Slice) -> Self;
    fn store(self) -> Slice;
    /// Asks for a slice to be brought into the cache.
    fn bring(_slice: &Slice) {}
    /// Three bits added: the sum's low bit and its carry.
    fn full(a: Self, b: Self, c: Self) -> (Self, Self);
    /// Two bits added.
    fn half(a: Self, b: Self) -> (Self, Self);
    fn not(self) -> Self;
    /// `!a & b`.
    fn not_and(a: Self, b: Self) -> Self;
    /// `!a | b`.
    fn not_or(a: Self, b: Self) -> Self;
}

/// Eight words: what every processor can do.
impl Lanes for [u64; 8] {
    #[inline(always)]
    fn load(from: &Slice) -> Self {
        from.0
    }

    #[inline(always)]
    fn store(self) -> Slice {
        Slice(self)
    }

    #[inline(always)]
    fn full(a: Self, b: Self, c: Self) -> (Self, Self) {
        let (mut sum, mut carry) = ([0; 8], [0; 8]);
        for word in 0..8 {
            let either = a[word] ^ b[word];
            sum[word] = either ^ c[word];
            carry[word] = (a[word] & b[word]) | (either & c[word]);
        }
        (sum, carry)
    }

    #[inline(always)]
    fn half(a: Self, b: Self) -> (Self, Self) {
        let (mut sum, mut carry) = ([0; 8], [0; 8]);
        for word in 0..8 {
            sum[word] = a[word] ^ b[word];
            carry[word] = a[word] & b[word];
        }
        (sum, carry)
    }

    #[inline(always)]
    fn not(mut self) -> Self {
        for word in &mut self {
            *word = !*word;
        }
        self
    }

    #[inline(always)]
    fn not_and(a: Self, mut b: Self) -> Self {
        for word in 0..8 {
            b[word] &= !a[word];
        }
        b
    }

    #[inline(always)]
    fn not_or(a: Self, mut b: Self) -> Self {
        for word in 0..8 {
            b[word] |= !a[word];
        }
        b
    }
}
