//! The divisor of the account pension (计发月数): 国发〔2005〕38号 annex, from 40 to 70 years.

use super::Age;
use crate::working::{Cited, Decimal, Figure, Label, Measure, Working};
use crate::{FormulaError, Policy};
use kernel::{Month, Rate};
use std::fmt;

kernel::words! {
    /// What holds for an age between two ages of the table.
    pub enum Between {
        /// 周岁: the divisor of the whole years.
        Whole = "whole",
        /// 插值: on the line between both, settled to one decimal.
        Interpolated = "interpolated",
    }
}

/// Months by which the account is divided: whole, or with one decimal between two ages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Divisor(Decimal);

impl Divisor {
    /// One part in so many.
    pub(crate) fn share(self) -> Result<Rate, FormulaError> {
        Ok(Rate::new(10i64.pow(self.0.decimals), self.0.scaled)?)
    }
}

/// `139`, or `138.4` between two ages.
impl fmt::Display for Divisor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.to_string())
    }
}

impl Figure for Divisor {
    const MEASURE: Measure = Measure::Number;
}

const DIVISOR: Label = Label::new("pension.divisor", "计发月数", "divisor months");
const BETWEEN: Label = Label::new("pension.divisor_between", "计发月数（两岁之间）", "divisor months between two ages");

/// 国发〔2005〕38号 annex: the number of the age; above the last age that of the last; between two ages as the switch says.
pub(crate) fn of_age(
    policy: &Policy,
    retires: Month,
    age: Age,
    between: Option<Between>,
    working: &mut Working,
) -> Result<Divisor, FormulaError> {
    let on = retires.first_day();
    let table = policy.pension.divisors.on(on)?;
    let first = policy.pension.divisor_first_age.on(on)?;
    let switch = policy.pension.divisor_between_ages.on(on)?;
    let position = usize::try_from((age.months - first.value).div_euclid(12)).map_err(|_| {
        FormulaError::OutOfRange { fact: "age", allowed: format!("{} years or more", first.value / 12) }
    })?;
    let last = table.value.last().ok_or(FormulaError::TooLarge)?;
    let (whole, next) = (*table.value.get(position).unwrap_or(last), *table.value.get(position + 1).unwrap_or(last));
    let sources: [Cited<'_>; 2] = [table.into(), switch.into()];
    let odd = age.odd_months();
    if odd == 0 || between.unwrap_or(*switch.value) == Between::Whole {
        let divisor = Divisor(Decimal { scaled: whole, decimals: 0 });
        // The switch has a part in it only where the age has months.
        working.exact(DIVISOR, whole, divisor, sources.into_iter().take(if odd == 0 { 1 } else { 2 }));
        return Ok(divisor);
    }
    let exact = Rate::new(whole * 12 - (whole - next) * odd, 12)?;
    let formula = format_args!("{whole} - ({whole} - {next}) × {odd} ÷ 12");
    Ok(Divisor(working.number(BETWEEN, formula, exact, 1, sources)?))
}
