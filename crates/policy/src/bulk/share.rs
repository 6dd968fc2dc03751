//! A share of an amount without a division: a multiplier and a shift that give the exact half-up result (R2) for every
//! amount up to a bound. Refuses a rate for which no pair of the two is proven exact.

use kernel::Rate;

/// `round_half_up(amount × rate)` for amounts up to the bound that it was made for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Share {
    multiplier: u32,
    shift: u32,
}

/// The shift that takes the upper half of a product.
const HALF: u32 = u64::BITS / 2;
/// Above the largest multiplier.
const MULTIPLIER_LIMIT: u32 = 1 << 31;

impl Share {
    /// The share that is exact for amounts up to the bound.
    pub(super) fn exact(rate: Rate, most: u32) -> Option<Share> {
        let multipliers = Multipliers::exact(&[rate], most)?;
        Some(Share { multiplier: *multipliers.of.first()?, shift: multipliers.shift })
    }

    /// The share of an amount. An amount above the bound gives a wrong figure, but no panic.
    pub(super) fn of(self, amount: u32) -> u32 {
        scaled(amount, self.multiplier, self.shift)
    }

    /// The share of each amount.
    pub(super) fn of_each(self, amounts: &[u32], into: &mut [u32]) {
        let Share { multiplier, shift } = self;
        // A shift that is known beforehand costs nothing: the upper half of each product is the share.
        if shift == HALF {
            each(amounts, into, |amount| scaled(amount, multiplier, HALF));
        } else {
            each(amounts, into, |amount| scaled(amount, multiplier, shift));
        }
    }
}

/// Multipliers of several rates that go with one shift, so that each amount may have its own rate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Multipliers {
    /// One a rate, in the order of the rates.
    pub(super) of: Vec<u32>,
    /// The shift of all.
    pub(super) shift: u32,
}

impl Multipliers {
    /// By half of 64 bits where that is exact for amounts up to the bound, or by the smallest shift at which all are.
    pub(super) fn exact(rates: &[Rate], most: u32) -> Option<Multipliers> {
        [HALF].into_iter().chain(1..u64::BITS - 1).find_map(|shift| {
            let of = rates.iter().map(|rate| multiplier(*rate, most, shift)).collect::<Option<_>>()?;
            Some(Multipliers { of, shift })
        })
    }
}

/// What stands in a table of multipliers where there is no rate.
pub(super) const REFUSED: u32 = u32::MAX;

/// Whether anything in which multipliers were put together by `|` was [`REFUSED`].
pub(super) const fn refused(seen: u32) -> bool {
    seen >= MULTIPLIER_LIMIT
}

#[inline(always)]
fn each(amounts: &[u32], into: &mut [u32], of: impl Fn(u32) -> u32) {
    for (share, amount) in into.iter_mut().zip(amounts) {
        *share = of(*amount);
    }
}

#[inline(always)]
pub(super) fn scaled(amount: u32, multiplier: u32, shift: u32) -> u32 {
    let product = u64::from(amount).wrapping_mul(u64::from(multiplier)).wrapping_add(half(shift));
    // The mask shows that it fits, which `multiplier` has proven.
    u32::try_from(product.unbounded_shr(shift) & u64::from(u32::MAX)).unwrap_or_default()
}

#[inline(always)]
const fn half(shift: u32) -> u64 {
    1u64.unbounded_shl(shift) >> 1
}

/// The multiplier `m` = ⌈`n`·2^`shift` / `d`⌉ of the rate `n`/`d`, if it is exact for all amounts `x` up to `most`.
///
/// Wanted is ⌊`x`·`n`/`d` + 1/2⌋; computed is ⌊(`x`·`m` + 2^(`shift`-1)) / 2^`shift`⌋, which is the floor of the same plus
/// `x`·(`m`·`d` - `n`·2^`shift`) / (`d`·2^`shift`). Before the floor the wanted value is a multiple of 1/(2`d`), so that it
/// lies at least that far below the next whole number: an excess below 1/(2`d`) never reaches it. That, and that nothing
/// overflows on the way, is what is checked here, in 128 bits.
fn multiplier(rate: Rate, most: u32, shift: u32) -> Option<u32> {
    let (numerator, denominator) = (u128::try_from(rate.numerator()).ok()?, u128::try_from(rate.denominator()).ok()?);
    let scaled = numerator.checked_mul(1u128 << shift)?;
    let multiplier = scaled.div_ceil(denominator);
    let excess = multiplier.checked_mul(denominator)?.checked_sub(scaled)?;
    let most = u128::from(most);
    let exact = excess.checked_mul(2)?.checked_mul(most)? < 1u128 << shift;
    let largest = most.checked_mul(multiplier)?.checked_add(u128::from(half(shift)))?;
    let fits = largest <= u128::from(u64::MAX) && largest >> shift <= u128::from(u32::MAX);
    let multiplier = u32::try_from(multiplier).ok().filter(|multiplier| *multiplier < MULTIPLIER_LIMIT)?;
    (exact && fits).then_some(multiplier)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Fen, Rounding};
    use proptest::prelude::*;

    fn agrees(rate: Rate, most: u32, amount: u32) -> bool {
        let settled = Fen::new(i64::from(amount)).portion(rate, Rounding::HalfUpToFen).unwrap();
        Share::exact(rate, most).is_some_and(|share| settled == Fen::new(i64::from(share.of(amount))))
    }

    #[test]
    fn every_amount_up_to_today_s_ceiling_agrees_for_rates_of_the_book() {
        for rate in ["0.2", "0.16", "0.08", "0.007", "0.005", "0.003", "0.0285", "0.00096", "1", "0"] {
            let rate: Rate = rate.parse().unwrap();
            let share = Share::exact(rate, 2_038_200).unwrap();
            let (numerator, denominator) = (rate.numerator(), rate.denominator());
            for amount in 0..=2_038_200u32 {
                let wanted = (2 * i64::from(amount) * numerator + denominator) / (2 * denominator);
                assert_eq!(i64::from(share.of(amount)), wanted, "{amount} × {rate}");
            }
        }
    }

    #[test]
    fn what_is_not_proven_is_refused() {
        for (rate, most) in [("-0.08", 1_000), ("0.08", u32::MAX), ("1/999999999989", u32::MAX), ("3000000000", 2)] {
            assert_eq!(Share::exact(rate.parse::<Rate>().unwrap_or(Rate::percent(-8)), most), None, "{rate}");
        }
    }

    proptest! {
        #[test]
        fn a_proven_share_is_the_exact_one(n in 0i64..100_000, d in 1i64..1_000_000, most in 0u32..1 << 26, part in 0u32..=100) {
            let rate = Rate::new(n, d).unwrap();
            let amount = u32::try_from(u64::from(most) * u64::from(part) / 100).unwrap();
            prop_assert!(Share::exact(rate, most).is_none() || agrees(rate, most, amount));
            prop_assert!(rate.numerator() > 20 || most > 1 << 24 || Share::exact(rate, most).is_some());
        }
    }
}
