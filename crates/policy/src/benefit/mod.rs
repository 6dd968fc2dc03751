//! What the funds pay to people, other than pensions: one module a branch of law.

pub mod injury;
pub mod injury_death;
pub mod survivor;
pub mod unemployment;

use crate::FormulaError;

/// The most months that a life may hold: a hundred years. Keeps a mistyped figure from being computed with.
const MONTHS_MAX: i64 = 1200;

/// A number of months that can be.
pub(crate) fn months(fact: &'static str, months: i64) -> Result<i64, FormulaError> {
    if (0..=MONTHS_MAX).contains(&months) {
        Ok(months)
    } else {
        Err(FormulaError::OutOfRange { fact, allowed: format!("from 0 to {MONTHS_MAX}") })
    }
}

/// The last band whose first month is reached, counted from the front; nothing below the first band.
fn band(from_months: &[i64], months: i64) -> Option<usize> {
    from_months.iter().rposition(|from| *from <= months)
}
