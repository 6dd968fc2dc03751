//! The average contribution index (平均缴费工资指数): the mean of base over average wage, four decimals half up (R6).
//!
//! The sum of many fractions does not fit in 64 bits, so it is settled by its digits: as exact, only not held as one fraction.

use super::{INDEX_DECIMALS, IndexWords};
use crate::parameter::InForce;
use crate::working::{Cited, Decimal, Label, Step, Working};
use crate::{FormulaError, Policy};
use kernel::{Fen, Month, Rate};
use std::borrow::Cow;
use std::fmt;

/// No life has more months.
pub const MONTHS_MAX: usize = 1200;

/// A paid month and its base.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct MonthBase {
    /// The fee month.
    pub month: Month,
    /// The base on which it was paid.
    pub base: Fen,
}

/// Deemed months with an index of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DeemedMonths {
    /// How many.
    pub months: i64,
    /// Their index.
    pub index: Rate,
}

/// The index and how it was computed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// With four decimals.
    pub index: Decimal,
    /// Over how many months, deemed ones included.
    pub months: i64,
    /// How it was computed.
    pub steps: Vec<Step>,
}

const BASES: Label = Label::new("index.bases", "同一平均工资各月缴费基数合计", "bases under one average wage");
const INDEX: Label = Label::new("index", "平均缴费工资指数", "average contribution index");
const INDEX_DEEMED: Label =
    Label::new("index.with_deemed", "平均缴费工资指数（含视同缴费）", "average contribution index with deemed months");

/// 国发〔2005〕38号: the mean over the paid months of base ÷ (average wage of the year ÷ 12). Deemed months count with their
/// own index where it is given; where it follows the average they change nothing.
///
/// # Errors
/// No month; a month twice; a base below nothing; a month for which no average wage is known.
pub fn assess(policy: &Policy, bases: &[MonthBase], deemed: Option<DeemedMonths>) -> Result<Assessment, FormulaError> {
    assess_on(policy, bases, deemed, Working::default())
}

/// The same on a sheet that may keep nothing.
pub(crate) fn assess_on(
    policy: &Policy,
    bases: &[MonthBase],
    deemed: Option<DeemedMonths>,
    mut working: Working,
) -> Result<Assessment, FormulaError> {
    let bases = &*in_order(bases);
    let groups = grouped(policy, bases)?;
    let mut fractions = Vec::with_capacity(groups.len() + 1);
    let mut parts = working.branch();
    for group in &groups {
        parts.exact(BASES, Runs(group.bases), group.sum, []);
        fractions
            .push(Fraction { above: i128::from(group.sum.fen()) * 12, below: i128::from(group.average.value.fen()) });
    }
    let mut months = i64::try_from(bases.len()).map_err(|_| FormulaError::TooLarge)?;
    if let Some(deemed) = deemed {
        super::index_in_range(policy, last(bases)?, deemed.index, "deemed_index")?;
        if deemed.months < 0 {
            return Err(FormulaError::OutOfRange { fact: "deemed_months", allowed: "0 or more".to_owned() });
        }
        let above = i128::from(deemed.index.numerator()) * i128::from(deemed.months);
        fractions.push(Fraction { above, below: i128::from(deemed.index.denominator()) });
        months = months.checked_add(deemed.months).ok_or(FormulaError::TooLarge)?;
    }
    let index = mean(&mut fractions, months)?;
    let label = if deemed.is_some() { INDEX_DEEMED } else { INDEX };
    let sources = groups.iter().map(|group| Cited::from(group.average));
    working.made_of(parts).settled(label, Quotients { groups: &groups, deemed, months }, index, sources);
    Ok(Assessment { index, months, steps: working.into_steps() })
}

fn last(bases: &[MonthBase]) -> Result<Month, FormulaError> {
    bases.iter().map(|paid| paid.month).max().ok_or_else(no_month)
}

fn no_month() -> FormulaError {
    FormulaError::OutOfRange { fact: "bases", allowed: "at least one month".to_owned() }
}

/// The months under one average wage.
struct Group<'a> {
    average: InForce<'a, Fen>,
    bases: &'a [MonthBase],
    sum: Fen,
}

fn in_order(bases: &[MonthBase]) -> Cow<'_, [MonthBase]> {
    if bases.is_sorted() {
        return Cow::Borrowed(bases);
    }
    let mut sorted = bases.to_vec();
    sorted.sort_unstable();
    Cow::Owned(sorted)
}

/// The months, given in order, by average wage.
fn grouped<'a>(policy: &'a Policy, bases: &'a [MonthBase]) -> Result<Vec<Group<'a>>, FormulaError> {
    if bases.is_empty() {
        return Err(no_month());
    }
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut before: Option<Month> = None;
    let mut known: Option<(InForce<'a, Fen>, Month)> = None;
    let mut begun = 0;
    for (at, MonthBase { month, base }) in bases.iter().copied().enumerate() {
        if base.is_negative() {
            return Err(FormulaError::OutOfRange { fact: "base", allowed: "0.00 or more".to_owned() });
        }
        if before == Some(month) {
            let allowed = format!("months that occur once, {month} occurs twice");
            return Err(FormulaError::OutOfRange { fact: "bases", allowed });
        }
        let (average, _) = match known {
            Some(known @ (_, through)) if month <= through => known,
            Some(_) | None => *known.insert(policy.base.average_annual.on_month(month)?),
        };
        if average.value.fen() <= 0 {
            return Err(FormulaError::TooLarge);
        }
        match groups.last_mut() {
            Some(group) if group.average.from == average.from => {
                group.sum = group.sum.checked_add(base)?;
                group.bases = &bases[begun..=at];
            }
            Some(_) | None => {
                begun = at;
                groups.push(Group { average, bases: &bases[at..=at], sum: base });
            }
        }
        before = Some(month);
    }
    Ok(groups)
}

/// `2849.35 × 12`, or a sum of such runs.
struct Runs<'a>(&'a [MonthBase]);

impl fmt::Display for Runs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut plus = "";
        for run in self.0.chunk_by(|one, next| one.base == next.base) {
            let (base, count) = (run.first().map_or(Fen::ZERO, |paid| paid.base), run.len());
            if count == 1 {
                write!(f, "{plus}{base}")?
            } else {
                write!(f, "{plus}{base} × {count}")?
            }
            plus = " + ";
        }
        Ok(())
    }
}

/// `(34192.20 ÷ (56987.00 ÷ 12) + 1.05 × 96) ÷ 108`.
struct Quotients<'a> {
    groups: &'a [Group<'a>],
    deemed: Option<DeemedMonths>,
    months: i64,
}

impl fmt::Display for Quotients<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, group) in self.groups.iter().enumerate() {
            let plus = if at == 0 { "(" } else { " + " };
            write!(f, "{plus}{} ÷ ({} ÷ 12)", group.sum, group.average.value)?;
        }
        if let Some(DeemedMonths { months, index }) = self.deemed {
            write!(f, " + {} × {months}", IndexWords(index))?;
        }
        write!(f, ") ÷ {}", self.months)
    }
}

/// A fraction at least nothing.
struct Fraction {
    above: i128,
    below: i128,
}

/// What one digit step shifts by.
const SHIFT: i128 = 1_000_000_000_000_000_000;

/// The sum of the fractions over the months, four decimals half up, exactly.
///
/// Each fraction is cut to eighteen decimals, so that the sum is known to less than one such unit a fraction. That nearly
/// always decides; where a half lies in between, further digits do.
fn mean(fractions: &mut [Fraction], months: i64) -> Result<Decimal, FormulaError> {
    if let Some(scaled) = first_digits(fractions, months) {
        return Ok(Decimal { scaled, decimals: INDEX_DECIMALS });
    }
    let unit = 10i128.pow(INDEX_DECIMALS);
    let months = i128::from(months);
    let mut sum: i128 = 0;
    for fraction in fractions.iter_mut() {
        let shifted = fraction.above.checked_mul(SHIFT).ok_or(FormulaError::TooLarge)?;
        sum = sum.checked_add(shifted / fraction.below).ok_or(FormulaError::TooLarge)?;
        fraction.above = shifted % fraction.below;
    }
    // The smallest number of ten-thousandths that is not above the sum and a half: floor(sum × unit ÷ months + 1/2).
    let settled = |sum: i128| {
        let doubled = sum.checked_mul(2 * unit)?.checked_add(months * SHIFT)?;
        Some(doubled.div_euclid(2 * months * SHIFT))
    };
    let count = i128::try_from(fractions.len()).map_err(|_| FormulaError::TooLarge)?;
    let least = settled(sum).ok_or(FormulaError::TooLarge)?;
    let most = settled(sum + count).ok_or(FormulaError::TooLarge)?;
    let scaled = if least == most {
        least
    } else {
        // The half at which it turns, in units of the digits taken so far; SHIFT is divisible by twice the unit.
        let half = (2 * most - 1) * months * (SHIFT / (2 * unit));
        if reaches(fractions, half - sum) { most } else { least }
    };
    Ok(Decimal { scaled: i64::try_from(scaled).map_err(|_| FormulaError::TooLarge)?, decimals: INDEX_DECIMALS })
}

/// The same by nine decimals of each fraction, in 64 bits; nothing where these do not decide, or do not fit.
fn first_digits(fractions: &[Fraction], months: i64) -> Option<i64> {
    const SHIFT: u64 = 1_000_000_000;
    let (unit, months) = (10u64.pow(INDEX_DECIMALS), u64::try_from(months).ok()?);
    let mut sum: u64 = 0;
    for Fraction { above, below } in fractions {
        let (above, below) = (u64::try_from(*above).ok()?, u64::try_from(*below).ok()?);
        sum = sum.checked_add(above.checked_mul(SHIFT)? / below)?;
    }
    let whole = months.checked_mul(2 * SHIFT)?;
    let settled = |sum: u64| Some(sum.checked_mul(2 * unit)?.checked_add(whole / 2)? / whole);
    let (least, most) = (settled(sum)?, settled(sum.checked_add(u64::try_from(fractions.len()).ok()?)?)?);
    if least == most { i64::try_from(least).ok() } else { None }
}

/// Whether the rests, each below one, add up to the missing whole; digit by digit. After as many steps as there are
/// fractions the digits would differ if the sums did, because no denominator is longer than a step.
fn reaches(rests: &mut [Fraction], mut missing: i128) -> bool {
    let count = i128::try_from(rests.len()).unwrap_or(i128::MAX);
    for _ in 0..=rests.len() + 1 {
        if missing <= 0 || missing >= count {
            return missing <= 0;
        }
        missing *= SHIFT;
        for rest in rests.iter_mut() {
            let shifted = rest.above * SHIFT;
            missing -= shifted / rest.below;
            rest.above = shifted % rest.below;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settle(fractions: &[(i128, i128)], months: i64) -> String {
        let mut fractions: Vec<Fraction> =
            fractions.iter().map(|(above, below)| Fraction { above: *above, below: *below }).collect();
        mean(&mut fractions, months).unwrap().to_string()
    }

    #[test]
    fn a_half_that_only_the_exact_sum_reaches_is_rounded_up_and_anything_below_it_is_not() {
        // 1/3 + 2/3 over 20000 is 0.00005: no digit of either third ever ends.
        assert_eq!(settle(&[(1, 3), (2, 3)], 20_000), "0.0001");
        assert_eq!(settle(&[(1, 3), (2, 3), (0, 7)], 20_000), "0.0001");
        // A hair less than the half, far behind the first eighteen digits.
        let large = 999_999_999_999_999_989;
        assert_eq!(settle(&[(1, 3), (2, 3), (large - 1, large), (large - 1, large)], 60_000), "0.0000");
        assert_eq!(settle(&[(1, 3), (2, 3), (large - 1, large), (1, large), (1, 1)], 60_000), "0.0001");
        assert_eq!(settle(&[(3, 1)], 1), "3.0000");
    }
}
