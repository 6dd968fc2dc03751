//! The personal account over many years: each year's closing balance is the next one's opening, rounded each year.

use super::year::{self, Through};
use crate::working::{Label, Step, Working};
use crate::{FormulaError, Policy};
use kernel::{Fen, Month};

/// What was credited in a year.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct YearCredits {
    /// The year.
    pub year: i32,
    /// The principal credited in January to December.
    pub credits: [Fen; 12],
}

/// What is known of the account.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The balance at the beginning of the first year.
    pub opening: Fen,
    /// The years in which something was credited, in order; years between them bear interest all the same.
    pub years: &'a [YearCredits],
    /// The first year, where interest begins before the first credit.
    pub first: i32,
    /// The last month: December for whole years, or the month of retirement.
    pub through: Month,
}

/// A year that was worked out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Year {
    /// The year.
    pub year: i32,
    /// All its interest.
    pub interest: Fen,
    /// The balance at its end, or at the month of retirement.
    pub closing: Fen,
    /// Whether its rate is not published yet.
    pub provisional: bool,
}

/// The account at the end and how it was computed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// The balance.
    pub balance: Fen,
    /// Each year.
    pub years: Vec<Year>,
    /// How it was computed; each year holds its own steps.
    pub steps: Vec<Step>,
}

const BALANCE: Label = Label::new("account.balance", "个人账户储存额", "balance of the personal account");

/// 劳办发〔1997〕116号, year after year: the balance bears interest with the interest of the years before (compounding).
///
/// # Errors
/// Years out of order or outside the range; amounts below nothing; a year for which no rate is known.
pub fn assess(policy: &Policy, facts: Facts<'_>) -> Result<Assessment, FormulaError> {
    let mut working = Working::default();
    let assessed = assess_on(policy, facts, &mut working)?;
    Ok(Assessment { steps: working.into_steps(), ..assessed })
}

/// The same on a sheet of the caller's; the steps stay there.
pub(crate) fn assess_on(policy: &Policy, facts: Facts<'_>, working: &mut Working) -> Result<Assessment, FormulaError> {
    let Facts { opening, years: known, first, through } = facts;
    let in_order = known.windows(2).all(|pair| matches!(pair, [one, next] if one.year < next.year));
    let within = known.iter().all(|year| first <= year.year && year.year <= through.year());
    if !in_order || !within || first > through.year() {
        let allowed = format!("in order, from {first} to {}", through.year());
        return Err(FormulaError::OutOfRange { fact: "years", allowed });
    }
    let (mut balance, mut years, mut rest) = (opening, Vec::new(), known.iter().peekable());
    let mut parts = working.branch();
    for year in first..=through.year() {
        let credits = rest.next_if(|next| next.year == year).map_or([Fen::ZERO; 12], |next| next.credits);
        let mut facts = year::Facts::of(year, balance, credits);
        if year == through.year() && through.month() < 12 {
            facts.through = Through::Month(through.month());
        }
        let assessed = year::assess_on(policy, facts, &mut parts)?;
        let interest = assessed.interest_on_opening.checked_add(assessed.interest_on_credits)?;
        balance = assessed.closing;
        years.push(Year { year, interest, closing: balance, provisional: assessed.provisional });
    }
    working.made_of(parts).exact(BALANCE, balance, balance, []);
    Ok(Assessment { balance, years, steps: Vec::new() })
}
