//! The pension of a person (养老待遇): average index, divisor, amount. The scheme is a dimension of the rule: each scheme's
//! formula stands beside the others and [`assess`] chooses by it.

pub mod allowance;
mod divisor;
mod enterprise;
pub mod index;
pub mod life;
pub mod outlook;

pub use divisor::{Between, Divisor};
pub use enterprise::{Deemed, TotalUnit};

use crate::working::{Decimal, Label, Step, Working};
use crate::{FormulaError, Policy};
use kernel::{Fen, Month, Rate, Scheme};

/// An age in whole months, written as years and months.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Age {
    /// All of it in months.
    pub months: i64,
}

impl Age {
    /// So many years and months.
    ///
    /// # Errors
    /// Months outside 0 to 11, years outside 0 to 150.
    pub fn new(years: i64, months: i64) -> Result<Age, FormulaError> {
        if (0..=150).contains(&years) && (0..12).contains(&months) {
            Ok(Age { months: years * 12 + months })
        } else {
            Err(FormulaError::OutOfRange { fact: "age", allowed: "years with 0 to 11 months".to_owned() })
        }
    }

    /// The whole years.
    pub const fn years(self) -> i64 {
        self.months.div_euclid(12)
    }

    /// The months beyond them.
    pub const fn odd_months(self) -> i64 {
        self.months.rem_euclid(12)
    }
}

/// What is known of a person at retirement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts {
    /// Whose rules hold.
    pub scheme: Scheme,
    /// The month of retirement; it selects the parameters.
    pub retires: Month,
    /// The average contribution index, from [`index::assess`].
    pub index: Rate,
    /// All months that count, deemed ones included.
    pub months: i64,
    /// Of which before accounts began.
    pub deemed_months: i64,
    /// The index of these; as the parameter says where it is not given.
    pub deemed_index: Option<Rate>,
    /// The balance of the personal account.
    pub balance: Fen,
    /// The age at retirement.
    pub age: Age,
    /// Another calculation base than the one of the year, as in a what-if.
    pub calc_base: Option<Fen>,
    /// Another way with ages between the table's than the parameter says.
    pub divisor: Option<Between>,
}

/// The pension of a month and how it was computed. `total = basic + account + transitional`, unless it is settled up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// Months by which the account is divided.
    pub divisor: Divisor,
    /// 基础养老金.
    pub basic: Fen,
    /// 个人账户养老金.
    pub account: Fen,
    /// 过渡性养老金.
    pub transitional: Fen,
    /// All of it.
    pub total: Fen,
    /// Whether the calculation base of the year is not published, so that the last known one stands in: to be settled again.
    pub provisional: bool,
    /// How it was computed.
    pub steps: Vec<Step>,
}

/// The pension by the formula of the scheme.
///
/// # Errors
/// Facts that cannot be; a scheme whose formula is not here yet; a parameter that is not in force.
pub fn assess(policy: &Policy, facts: Facts) -> Result<Assessment, FormulaError> {
    assess_on(policy, facts, Working::default())
}

/// The same on a sheet that may keep nothing.
pub(crate) fn assess_on(policy: &Policy, facts: Facts, working: Working) -> Result<Assessment, FormulaError> {
    match facts.scheme {
        Scheme::Enterprise => enterprise::assess_on(policy, facts, working),
        // 国发〔2015〕2号 and 国发〔2014〕8号 have formulas of their own: they come with those schemes' benefits.
        Scheme::PublicInstitution | Scheme::Resident => {
            Err(FormulaError::OutOfRange { fact: "scheme", allowed: Scheme::Enterprise.to_string() })
        }
    }
}

const WINTER_HEATING: Label = Label::new("pension.winter_heating", "冬季取暖补贴", "winter heating allowance");

/// 冀人社发〔2012〕3号: what is paid each November beside the pension, and how it was found.
///
/// # Errors
/// A year for which it is not known in the area.
pub fn winter_heating(policy: &Policy, november: Month) -> Result<(Fen, Vec<Step>), FormulaError> {
    let mut working = Working::default();
    let heating = policy.pension.winter_heating.on(november.first_day())?;
    working.exact(WINTER_HEATING, heating.value, *heating.value, [heating.into()]);
    Ok((*heating.value, working.into_steps()))
}

/// Refuses an index that cannot be: below nothing or above the highest.
pub(crate) fn index_in_range(
    policy: &Policy,
    retires: Month,
    index: Rate,
    fact: &'static str,
) -> Result<(), FormulaError> {
    let highest = *policy.pension.index_highest.on(retires.first_day())?.value;
    if index.numerator() < 0 || index > highest {
        return Err(FormulaError::OutOfRange { fact, allowed: format!("from 0 to {highest}") });
    }
    Ok(())
}

/// An index as a number with its four decimals (R6).
pub(crate) const INDEX_DECIMALS: u32 = 4;

/// An index as a formula shows it: with its four decimals where that is exact.
pub(crate) struct IndexWords(pub(crate) Rate);

impl std::fmt::Display for IndexWords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match Decimal::of(self.0, INDEX_DECIMALS) {
            Ok(decimal) if decimal.rate() == Ok(self.0) => decimal.fmt(f),
            Ok(_) | Err(_) => self.0.fmt(f),
        }
    }
}
