//! Slices in the registers of a 64-bit ARM: four of NEON.
#![expect(unsafe_code, reason = "the processor's own instructions; NEON is part of every 64-bit ARM")]

use super::lanes::{Lanes, Slice};
use std::arch::aarch64::*;

/// Four registers of NEON.
#[derive(Clone, Copy)]
pub(super) struct Four([uint64x2_t; 4]);

#[inline(always)]
fn each(a: Four, b: Four, with: impl Fn(uint64x2_t, uint64x2_t) -> uint64x2_t) -> Four {
    Four([with(a.0[0], b.0[0]), with(a.0[1], b.0[1]), with(a.0[2], b.0[2]), with(a.0[3], b.0[3])])
}

// SAFETY (all blocks below): NEON is always there on aarch64, and a `Slice` is 64 bytes.
impl Lanes for Four {
    #[inline(always)]
    fn load(from: &Slice) -> Self {
        let at = from.0.as_ptr();
        // SAFETY: see above; the reference covers eight words.
        unsafe { Self([vld1q_u64(at), vld1q_u64(at.add(2)), vld1q_u64(at.add(4)), vld1q_u64(at.add(6))]) }
    }

    #[inline(always)]
    fn store(self) -> Slice {
        let mut to = Slice::NONE;
        let at = to.0.as_mut_ptr();
        // SAFETY: see above; the reference covers eight words.
        unsafe {
            vst1q_u64(at, self.0[0]);
            vst1q_u64(at.add(2), self.0[1]);
            vst1q_u64(at.add(4), self.0[2]);
            vst1q_u64(at.add(6), self.0[3]);
        }
        to
    }

    #[inline(always)]
    fn full(a: Self, b: Self, c: Self) -> (Self, Self) {
        // SAFETY: see above.
        let either = each(a, b, |a, b| unsafe { veorq_u64(a, b) });
        // SAFETY: see above.
        let sum = each(either, c, |a, b| unsafe { veorq_u64(a, b) });
        // Where a and b differ the carry is c, else it is either of them.
        // SAFETY: see above.
        let carry = Four(std::array::from_fn(|i| unsafe { vbslq_u64(either.0[i], c.0[i], a.0[i]) }));
        (sum, carry)
    }

    #[inline(always)]
    fn half(a: Self, b: Self) -> (Self, Self) {
        // SAFETY: see above.
        (each(a, b, |a, b| unsafe { veorq_u64(a, b) }), each(a, b, |a, b| unsafe { vandq_u64(a, b) }))
    }

    #[inline(always)]
    fn not(self) -> Self {
        // SAFETY: see above.
        each(self, self, |a, _| unsafe { veorq_u64(a, vdupq_n_u64(u64::MAX)) })
    }

    #[inline(always)]
    fn not_and(a: Self, b: Self) -> Self {
        // SAFETY: see above.
        each(a, b, |a, b| unsafe { vbicq_u64(b, a) })
    }

    #[inline(always)]
    fn not_or(a: Self, b: Self) -> Self {
        // SAFETY: see above.
        each(a.not(), b, |a, b| unsafe { vorrq_u64(a, b) })
    }
}
