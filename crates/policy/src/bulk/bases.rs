//! Bases of many wages: settled to the unit of the month, at least the floor, at most the ceiling.

use super::share::Share;
use crate::parameters::BaseUnit;
use crate::{FormulaError, Policy, base};
use kernel::{Fen, Month, Rate};

const YUAN: u32 = 100;

/// The limits and the unit of a month.
#[derive(Clone, Debug)]
pub(super) struct Bases {
    unit: BaseUnit,
    floor: u32,
    ceiling: u32,
}

impl Bases {
    pub(super) fn of(policy: &Policy, month: Month) -> Result<Bases, FormulaError> {
        let limits = base::limits(policy, month)?;
        let unit = *policy.base.unit.on(month.first_day())?.value;
        let narrow = |limit: Fen| u32::try_from(limit.fen()).map_err(|_| FormulaError::TooLarge);
        let (floor, ceiling) = (narrow(*limits.floor.value)?, narrow(*limits.ceiling.value)?);
        // Room for a wage that is settled up to the next yuan.
        ceiling.checked_add(2 * YUAN).ok_or(FormulaError::TooLarge)?;
        Ok(Bases { unit, floor, ceiling })
    }

    /// The highest base that there can be.
    pub(super) const fn highest(&self) -> u32 {
        self.ceiling
    }

    /// The share of a rate, exact for every base.
    pub(super) fn share(&self, rate: Rate) -> Result<Share, FormulaError> {
        Share::exact(rate, self.ceiling).ok_or(FormulaError::TooLarge)
    }

    /// The bases of wages; the wages put together by `|` are given back, below nothing if one of them is.
    pub(super) fn of_wages(&self, wages: &[Fen], bases: &mut [u32]) -> i64 {
        match self.unit {
            BaseUnit::Fen => {
                let (floor, ceiling) = (i64::from(self.floor), i64::from(self.ceiling));
                each(wages, bases, |wage| narrowed(wage.max(floor).min(ceiling)))
            }
            BaseUnit::Yuan => {
                // Whatever lies a yuan or more above the ceiling is settled above it too.
                let enough = i64::from(self.ceiling) + i64::from(YUAN);
                each(wages, bases, |wage| {
                    let halved_up = narrowed(wage.max(0).min(enough)).wrapping_add(YUAN / 2);
                    (halved_up / YUAN).wrapping_mul(YUAN).max(self.floor).min(self.ceiling)
                })
            }
        }
    }
}

#[inline(always)]
fn each(wages: &[Fen], bases: &mut [u32], of: impl Fn(i64) -> u32) -> i64 {
    let mut seen = 0;
    for (base, wage) in bases.iter_mut().zip(wages) {
        let wage = wage.fen();
        seen |= wage;
        *base = of(wage);
    }
    seen
}

/// An amount that is known to fit.
#[inline(always)]
fn narrowed(amount: i64) -> u32 {
    u32::try_from(amount & i64::from(u32::MAX)).unwrap_or_default()
}
