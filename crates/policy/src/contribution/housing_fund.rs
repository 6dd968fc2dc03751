//! The housing provident fund (住房公积金): not one of the insurances, 住房公积金管理条例.

use crate::working::{Label, Percent, Product, Step, Working};
use crate::{FormulaError, Policy};
use kernel::{Fen, Month, Rate};

/// What each side pays, which is the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// Of each side.
    pub each: Fen,
    /// How it was computed.
    pub steps: Vec<Step>,
}

const EACH: Label =
    Label { key: "housing_fund.each", zh: "住房公积金每方缴存", en: "housing fund, each side" };

/// 建金管〔2005〕5号: each side pays the rate that the employer chose, from 5 % to 12 % of the base.
///
/// # Errors
/// A rate outside that range; a month before the first row.
pub fn assess(policy: &Policy, month: Month, base: Fen, rate: Rate) -> Result<Assessment, FormulaError> {
    let lowest = policy.housing_fund.lowest.on(month.first_day())?;
    let highest = policy.housing_fund.highest.on(month.first_day())?;
    if rate < *lowest.value || rate > *highest.value {
        let allowed = format!("from {} to {}", lowest.value.in_percent(), highest.value.in_percent());
        return Err(FormulaError::OutOfRange { fact: "rate", allowed });
    }
    let mut working = Working::default();
    let formula = format_args!("{base} × {}", Percent(rate));
    let each = working.portion(EACH, formula, Product::half_up(base, rate), [lowest.into(), highest.into()])?;
    Ok(Assessment { each, steps: working.into_steps() })
}
