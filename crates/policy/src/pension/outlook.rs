//! A pension still to come (养老金测算): what stands on the last account statement, so much paid each month from then on, and
//! a month of retirement. Everything is in the money of today: the average wage, the limits and the rates of a month that
//! is known hold for all months to come, and the last known crediting rate and calculation base stand in until their own
//! are published.
//!
//! Refuses what the formulas refuse, and a retirement before the year after the statement.

use super::index::MONTHS_MAX;
use super::{Age, Facts as PensionFacts, INDEX_DECIMALS, IndexWords, index_in_range};
use crate::account::life::{self as account, YearCredits};
use crate::contribution::flexible;
use crate::working::{Decimal, Label, Step, Working};
use crate::{FormulaError, Policy};
use kernel::{Fen, Month, Rate, Scheme};

/// What is known and what is supposed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts {
    /// Whose rules hold.
    pub scheme: Scheme,
    /// The year of the last account statement; months to come begin with the January after it.
    pub statement_year: i32,
    /// The average index to the end of that year.
    pub index: Rate,
    /// All months that count to the end of that year, deemed ones included.
    pub months: i64,
    /// Of which before accounts began.
    pub deemed_months: i64,
    /// The balance of the account at the end of that year.
    pub balance: Fen,
    /// What a month to come is paid on: the month whose rates and limits stand for it, and the chosen base.
    pub paying: flexible::Facts,
    /// The last month that is paid; nothing more is paid where it lies before the first month to come.
    pub through: Month,
    /// The month of retirement.
    pub retires: Month,
    /// The age then.
    pub age: Age,
}

/// What it would come to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// What a month to come costs, and how much of it goes to the account.
    pub monthly: flexible::Assessment,
    /// How many months are still paid.
    pub months_to_come: i64,
    /// All months that count at retirement.
    pub months: i64,
    /// The average index then.
    pub index: Decimal,
    /// The balance of the account then.
    pub balance: Fen,
    /// The pension.
    pub pension: super::Assessment,
    /// How all of it was computed.
    pub steps: Vec<Step>,
}

const INDEX: Label =
    Label::new("outlook.index", "退休时的平均缴费工资指数", "average contribution index at retirement");
const INDEX_KEPT: Label = Label::new(
    "outlook.index_kept",
    "平均缴费工资指数（不再缴费）",
    "average contribution index, nothing more being paid",
);

/// 国发〔2005〕38号 for months to come: each credits the account share of its base, the index becomes the mean over past and
/// coming months, and the month of retirement turns index, months and balance into a pension.
///
/// # Errors
/// What [`flexible::assess`], [`account::assess`] and [`super::assess`] refuse; a month of retirement before the first
/// month to come.
pub fn assess(policy: &Policy, facts: Facts) -> Result<Assessment, FormulaError> {
    assess_on(policy, facts, Working::default())
}

/// The same on a sheet that may keep nothing.
pub(crate) fn assess_on(policy: &Policy, facts: Facts, mut working: Working) -> Result<Assessment, FormulaError> {
    let first = first_to_come(facts)?;
    let coming = i64::from(facts.through.min(facts.retires).since(first) + 1).max(0);
    let monthly = flexible::assess_on(policy, facts.paying, working.branch())?;
    let index = index(policy, facts, Coming { months: coming, base: monthly.base }, &mut working)?;
    let years = credits(first, coming, monthly.account);
    let of_account =
        account::Facts { opening: facts.balance, years: &years, first: first.year(), through: facts.retires };
    let account = account::assess_on(policy, of_account, &mut working)?;
    let months = facts.months.checked_add(coming).ok_or(FormulaError::TooLarge)?;
    let of_pension = PensionFacts {
        scheme: facts.scheme,
        retires: facts.retires,
        index: index.rate()?,
        months,
        deemed_months: facts.deemed_months,
        deemed_index: None,
        balance: account.balance,
        age: facts.age,
        calc_base: None,
        divisor: None,
    };
    let pension = super::assess_on(policy, of_pension, working.branch())?;
    let paid = if coming > 0 { monthly.steps.clone() } else { Vec::new() };
    let steps = paid.into_iter().chain(working.into_steps()).chain(pension.steps.iter().cloned()).collect();
    Ok(Assessment { monthly, months_to_come: coming, months, index, balance: account.balance, pension, steps })
}

/// The January after the statement.
fn first_to_come(facts: Facts) -> Result<Month, FormulaError> {
    let years = || FormulaError::OutOfRange { fact: "statement_year", allowed: "a year from 1900 to 2198".to_owned() };
    let first = facts.statement_year.checked_add(1).and_then(|year| Month::new(year, 1).ok()).ok_or_else(years)?;
    if facts.retires < first {
        let allowed = format!("from {first} to {}", Month::LAST);
        return Err(FormulaError::OutOfRange { fact: "retire_month", allowed });
    }
    Ok(first)
}

/// Months to come and what each is paid on.
#[derive(Clone, Copy)]
struct Coming {
    months: i64,
    base: Fen,
}

/// The mean over past and coming months, as the index of all months would be (R6); deemed months follow it.
fn index(policy: &Policy, facts: Facts, coming: Coming, working: &mut Working) -> Result<Decimal, FormulaError> {
    let most = i64::try_from(MONTHS_MAX).unwrap_or(i64::MAX);
    if !(0..=most).contains(&facts.months) {
        return Err(FormulaError::OutOfRange { fact: "months", allowed: format!("from 0 to {most}") });
    }
    if !(0..=facts.months).contains(&facts.deemed_months) {
        let allowed = "from 0 to months, of which they are a part".to_owned();
        return Err(FormulaError::OutOfRange { fact: "deemed_months", allowed });
    }
    index_in_range(policy, facts.retires, facts.index, "index")?;
    let past = facts.months - facts.deemed_months;
    if coming.months == 0 {
        return Ok(working.number(INDEX_KEPT, IndexWords(facts.index), facts.index, INDEX_DECIMALS, [])?);
    }
    let average = policy.base.average_annual.on(facts.paying.limits_of.first_day())?;
    let all = past + coming.months;
    let a_month = Rate::new(coming.base.times(12)?.fen(), average.value.fen())?;
    let sum = facts.index.times(Rate::new(past, 1)?)?.plus(a_month.times(Rate::new(coming.months, 1)?)?)?;
    let formula = format_args!(
        "({} × {past} + {} ÷ ({} ÷ 12) × {}) ÷ {all}",
        IndexWords(facts.index),
        coming.base,
        average.value,
        coming.months
    );
    Ok(working.number(INDEX, formula, sum.times(Rate::new(1, all)?)?, INDEX_DECIMALS, [average.into()])?)
}

/// So many months from January on, each with the same credit, by year.
fn credits(first: Month, months: i64, credit: Fen) -> Vec<YearCredits> {
    let mut years = Vec::new();
    let (mut left, mut year) = (months, first.year());
    while left > 0 {
        let mut credits = [Fen::ZERO; 12];
        let paid = usize::try_from(left.min(12)).unwrap_or_default();
        credits.iter_mut().take(paid).for_each(|slot| *slot = credit);
        years.push(YearCredits { year, credits });
        (left, year) = (left - 12, year + 1);
    }
    years
}
