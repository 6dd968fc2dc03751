//! A share of an amount, half up (R2), for every amount up to a bound: by a multiplier and a shift, which whole vectors
//! compute, where such a pair is proven exact; otherwise by a division a row. Refuses a rate whose shares do not fit.

use kernel::Rate;

/// `round_half_up(amount × rate)` for amounts up to the bound that it was made for. An amount above the bound gives a
/// wrong figure, but no panic.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Share {
    /// The product, shifted.
    Scaled { multiplier: u32, shift: u32 },
    /// The product, divided: several times slower.
    Divided { numerator: u64, denominator: u64 },
}

/// The shift that takes the upper half of a product.
const HALF: u32 = u64::BITS / 2;
/// Above the largest multiplier.
const MULTIPLIER_LIMIT: u32 = 1 << 31;

impl Share {
    /// Nothing of anything.
    pub(super) const NOTHING: Share = Share::Scaled { multiplier: 0, shift: HALF };

    /// The share that is exact for amounts up to the bound.
    pub(super) fn exact(rate: Rate, most: u32) -> Option<Share> {
        if let Some(Multipliers { of, shift }) = Multipliers::exact(&[rate], most) {
            return Some(Share::Scaled { multiplier: *of.first()?, shift });
        }
        let (numerator, denominator) = (u64::try_from(rate.numerator()).ok()?, u64::try_from(rate.denominator()).ok()?);
        let (doubled, divisor) = (numerator.checked_mul(2)?, denominator.checked_mul(2)?);
        let largest = u64::from(most).checked_mul(doubled)?.checked_add(denominator)? / divisor;
        u32::try_from(largest).is_ok().then_some(Share::Divided { numerator, denominator })
    }

    /// The share of an amount.
    pub(super) fn of(self, amount: u32) -> u32 {
        let mut share = [0];
        self.of_each(&[amount], &mut share);
        let [share] = share;
        share
    }

    /// The share of each amount.
    pub(super) fn of_each(self, amounts: &[u32], into: &mut [u32]) {
        match self {
            // A shift that is known beforehand costs nothing: the upper half of each product is the share.
            Share::Scaled { multiplier, shift: HALF } => each(amounts, into, |amount| scaled(amount, multiplier, HALF)),
            Share::Scaled { multiplier, shift } => each(amounts, into, |amount| scaled(amount, multiplier, shift)),
            Share::Divided { numerator, denominator } => each(amounts, into, |amount| {
                let product = u64::from(amount).wrapping_mul(numerator).wrapping_mul(2).wrapping_add(denominator);
                u32::try_from(product.checked_div(denominator.wrapping_mul(2)).unwrap_or_default()).unwrap_or_default()
            }),
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
    use crate::{Policy, Value};
    use kernel::{AreaCode, Fen, Rounding};
    use proptest::prelude::*;

    fn agrees(rate: Rate, most: u32, amount: u32) -> bool {
        let settled = Fen::new(i64::from(amount)).portion(rate, Rounding::HalfUpToFen).unwrap();
        Share::exact(rate, most).is_some_and(|share| settled == Fen::new(i64::from(share.of(amount))))
    }

    /// Every rate that the book holds for contributions, and every rate of work injury with a factor and a cut.
    fn rates_of_the_book() -> Vec<Rate> {
        let policy = Policy::of(AreaCode::HANDAN).unwrap();
        let mut rates: Vec<Rate> = Vec::new();
        for leaf in policy.leaves() {
            for row in &leaf.rows {
                match &row.value {
                    Value::Ratio(rate) => rates.push(*rate),
                    Value::Ratios(of_classes) => {
                        let points =
                            [50, 80, 100, 120, 150].into_iter().flat_map(|f| [100, 80, 50].map(|cut| (f, cut)));
                        rates.extend(points.flat_map(|(factor, cut)| {
                            let point = Rate::new(factor * cut, 10_000).unwrap();
                            of_classes.iter().map(move |rate| rate.times(point).unwrap()).collect::<Vec<_>>()
                        }));
                    }
                    Value::Money(_) | Value::Count(_) | Value::Counts(_) | Value::MonthDay(_) | Value::Word(_) => {}
                }
            }
        }
        rates.sort_unstable();
        rates.dedup();
        rates.retain(|rate| *rate <= Rate::ONE);
        rates
    }

    #[test]
    fn every_amount_up_to_the_latest_ceiling_agrees_for_every_rate_of_the_book() {
        let policy = Policy::of(AreaCode::HANDAN).unwrap();
        let ceiling = policy.base.ceiling.rows().iter().map(|row| row.value.fen()).max().unwrap();
        let most = u32::try_from(ceiling).unwrap();
        let rates = rates_of_the_book();
        assert!(rates.len() > 60 && ceiling > 2_000_000, "{} rates to {ceiling}", rates.len());
        for rate in rates {
            let share = Share::exact(rate, most).unwrap();
            let (numerator, denominator) =
                (u64::try_from(rate.numerator()).unwrap(), u64::try_from(rate.denominator()).unwrap());
            // The exact quotient and rest of each amount follow from those of the amount before.
            let (mut whole, mut rest) = (0u64, denominator / 2);
            for amount in 0..=most {
                assert_eq!(u64::from(share.of(amount)), whole, "{amount} × {rate}");
                rest += numerator;
                whole += rest / denominator;
                rest %= denominator;
            }
        }
    }

    #[test]
    fn what_is_not_proven_is_divided_and_what_does_not_fit_is_refused() {
        let exact = |rate: Rate, most: u32| Share::exact(rate, most);
        let rate = |text: &str| text.parse::<Rate>().unwrap();
        assert_eq!(exact(Rate::percent(-8), 1_000), None);
        assert_eq!(exact(rate("3000000000"), 2), None);
        assert_eq!(exact(rate("0.08"), 1 << 24), Some(Share::Scaled { multiplier: 343_597_384, shift: HALF }));
        assert_eq!(exact(rate("0.0831"), 2_038_200), Some(Share::Divided { numerator: 831, denominator: 10_000 }));
    }

    proptest! {
        #[test]
        fn a_proven_share_is_the_exact_one(n in 0i64..100_000, d in 1i64..1_000_000, most in 0u32..1 << 26, part in 0u32..=100) {
            let rate = Rate::new(n, d).unwrap();
            let amount = u32::try_from(u64::from(most) * u64::from(part) / 100).unwrap();
            prop_assert!(Share::exact(rate, most).is_none() || agrees(rate, most, amount));
            let scaled = matches!(Share::exact(rate, most), Some(Share::Scaled { .. }));
            prop_assert!(rate.numerator() > 20 || most > 1 << 24 || scaled);
        }
    }
}
