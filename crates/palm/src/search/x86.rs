//! Slices in the registers of x86-64: one of AVX-512, two of AVX2.
#![expect(unsafe_code, reason = "the processor's own instructions; every call stands behind `Kernel::present`")]

use super::lanes::{Lanes, Slice};
use std::arch::x86_64::*;

/// A register of AVX-512, whose ternary logic adds three bits in two instructions.
#[derive(Clone, Copy)]
pub(super) struct Wide(__m512i);

// SAFETY (all blocks below): a value of `Wide` or `Pair` is only made inside the functions of `kernel` that are marked with
// the target feature and called after the processor was asked for it; a `Slice` is 64 bytes, aligned to 64.
impl Lanes for Wide {
    #[inline(always)]
    fn load(from: &Slice) -> Self {
        // SAFETY: see above; the reference covers the 64 bytes read.
        Self(unsafe { _mm512_load_si512(std::ptr::from_ref(from).cast()) })
    }

    #[inline(always)]
    fn store(self) -> Slice {
        let mut to = Slice::NONE;
        // SAFETY: see above; the reference covers the 64 bytes written.
        unsafe { _mm512_store_si512(std::ptr::from_mut(&mut to).cast(), self.0) };
        to
    }

    #[inline(always)]
    fn bring(slice: &Slice) {
        // SAFETY: asking for memory in advance reads nothing; every x86-64 has the instruction.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(std::ptr::from_ref(slice).cast()) };
    }

    #[inline(always)]
    fn full(a: Self, b: Self, c: Self) -> (Self, Self) {
        // SAFETY: see above. 0x96 is a ^ b ^ c, 0xe8 the majority of the three.
        unsafe {
            let sum = _mm512_ternarylogic_epi64::<0x96>(a.0, b.0, c.0);
            (Self(sum), Self(_mm512_ternarylogic_epi64::<0xe8>(a.0, b.0, c.0)))
        }
    }

    #[inline(always)]
    fn half(a: Self, b: Self) -> (Self, Self) {
        // SAFETY: see above.
        unsafe { (Self(_mm512_xor_si512(a.0, b.0)), Self(_mm512_and_si512(a.0, b.0))) }
    }

    #[inline(always)]
    fn not(self) -> Self {
        // SAFETY: see above. 0x0f is the complement of the first operand.
        Self(unsafe { _mm512_ternarylogic_epi64::<0x0f>(self.0, self.0, self.0) })
    }

    #[inline(always)]
    fn not_and(a: Self, b: Self) -> Self {
        // SAFETY: see above.
        Self(unsafe { _mm512_andnot_si512(a.0, b.0) })
    }

    #[inline(always)]
    fn not_or(a: Self, b: Self) -> Self {
        // SAFETY: see above. 0xcf is !a | b.
        Self(unsafe { _mm512_ternarylogic_epi64::<0xcf>(a.0, b.0, b.0) })
    }
}

/// Two registers of AVX2.
#[derive(Clone, Copy)]
pub(super) struct Pair(__m256i, __m256i);

impl Lanes for Pair {
    #[inline(always)]
    fn load(from: &Slice) -> Self {
        let at = std::ptr::from_ref(from).cast::<__m256i>();
        // SAFETY: see above; the reference covers both halves.
        unsafe { Self(_mm256_load_si256(at), _mm256_load_si256(at.add(1))) }
    }

    #[inline(always)]
    fn store(self) -> Slice {
        let mut to = Slice::NONE;
        let at = std::ptr::from_mut(&mut to).cast::<__m256i>();
        // SAFETY: see above; the reference covers both halves.
        unsafe {
            _mm256_store_si256(at, self.0);
            _mm256_store_si256(at.add(1), self.1);
        }
        to
    }

    #[inline(always)]
    fn bring(slice: &Slice) {
        // SAFETY: asking for memory in advance reads nothing; every x86-64 has the instruction.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(std::ptr::from_ref(slice).cast()) };
    }

    #[inline(always)]
    fn full(a: Self, b: Self, c: Self) -> (Self, Self) {
        // SAFETY: see above.
        unsafe {
            let (x, y) = (_mm256_xor_si256(a.0, b.0), _mm256_xor_si256(a.1, b.1));
            let sum = Self(_mm256_xor_si256(x, c.0), _mm256_xor_si256(y, c.1));
            let both = (_mm256_and_si256(a.0, b.0), _mm256_and_si256(a.1, b.1));
            let with = (_mm256_and_si256(x, c.0), _mm256_and_si256(y, c.1));
            (sum, Self(_mm256_or_si256(both.0, with.0), _mm256_or_si256(both.1, with.1)))
        }
    }

    #[inline(always)]
    fn half(a: Self, b: Self) -> (Self, Self) {
        // SAFETY: see above.
        unsafe {
            (
                Self(_mm256_xor_si256(a.0, b.0), _mm256_xor_si256(a.1, b.1)),
                Self(_mm256_and_si256(a.0, b.0), _mm256_and_si256(a.1, b.1)),
            )
        }
    }

    #[inline(always)]
    fn not(self) -> Self {
        // SAFETY: see above.
        unsafe {
            let ones = _mm256_set1_epi64x(-1);
            Self(_mm256_xor_si256(self.0, ones), _mm256_xor_si256(self.1, ones))
        }
    }

    #[inline(always)]
    fn not_and(a: Self, b: Self) -> Self {
        // SAFETY: see above.
        unsafe { Self(_mm256_andnot_si256(a.0, b.0), _mm256_andnot_si256(a.1, b.1)) }
    }

    #[inline(always)]
    fn not_or(a: Self, b: Self) -> Self {
        let a = a.not();
        // SAFETY: see above.
        unsafe { Self(_mm256_or_si256(a.0, b.0), _mm256_or_si256(a.1, b.1)) }
    }
}
