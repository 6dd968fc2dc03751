//! By which method and at which rate an account bears interest: 劳办发〔1997〕116号, 人社部发〔2017〕31号. The method used is
//! stored with the year; [`super::year`] computes it.

use crate::parameter::InForce;
use crate::{FormulaError, Policy};
use kernel::{Month, Rate};

kernel::words! {
    /// How the credits of the year bear interest.
    pub enum Method {
        /// 年度计算法: the year's credits times 1.083 and a half.
        Annual = "annual",
        /// 月积数法: each credit for the months left, its own included.
        MonthProduct = "monthly",
        /// Hebei 2006 to 2015: the credits of the year bear half the rate.
        HalfRate = "half_rate",
    }
}

/// The rate of a year and whether it is only the last one known.
#[derive(Clone, Copy, Debug)]
pub struct YearRate<'a> {
    /// The rate.
    pub rate: InForce<'a, Rate>,
    /// Whether the year's own rate is not published yet: to be settled again once it is.
    pub provisional: bool,
}

/// The crediting rate of a year; of the latest year before it where its own is not published.
///
/// # Errors
/// A year before the first rate.
pub fn rate_of(policy: &Policy, year: i32) -> Result<YearRate<'_>, FormulaError> {
    let allowed = || "a year from 1900 to 2199".to_owned();
    let january = Month::new(year, 1).map_err(|_| FormulaError::OutOfRange { fact: "year", allowed: allowed() })?;
    let (rate, provisional) = policy.account.crediting_rate.on_or_last(january.first_day())?;
    Ok(YearRate { rate, provisional })
}
