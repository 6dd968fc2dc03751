//! The personal account (个人账户), a sub-ledger: its principal is the account column of the lines, and beside it stand the
//! opening balance of old systems, the interest of each year, and what was moved, drawn, inherited or adjusted.
//!
//! Law: 社会保险法 art. 14; 国发〔2005〕38号 (8 % of the base since 2006); 劳办发〔1997〕116号 (methods); 人社部发〔2017〕31号
//! (national crediting rates since 2016); 冀政〔2006〕67号 (half the rate on the year's credits, 2006 to 2015).
//! Interest runs from the month of crediting, not from the fee month. It has no journal: the funds' books are on a cash basis.

use crate::{entries, store};
use control::View;
use kernel::{Fen, Month, PersonId};
use policy::account::{interest, year};
use policy::{FormulaError, Policy, Step};
use sea_orm::DbErr;
use serde::Serialize;
use std::collections::BTreeMap;

kernel::words! {
    /// What an entry of the account is, beside the principal.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum EntryKind {
        /// What old systems said at the beginning of the year.
        OpeningBalance = "opening_balance",
        /// 记账利息 of the year.
        Interest = "interest",
        /// 转入.
        TransferIn = "transfer_in",
        /// 转出.
        TransferOut = "transfer_out",
        /// Paid out as pension.
        Drawn = "drawn",
        /// 继承.
        Inherited = "inherited",
        /// Put right by two officers.
        Adjustment = "adjustment",
    }
}

kernel::words! {
    /// How a year's interest was computed; stored with the year.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum Method {
        /// 年度计算法, elsewhere before 2016.
        Annual = "annual",
        /// 月积数法, nationally since 2016.
        MonthProduct = "monthly",
        /// Hebei before 2016: the year's credits bear half the rate.
        HalfRate = "half_rate",
    }
}

impl From<interest::Method> for Method {
    fn from(method: interest::Method) -> Method {
        match method {
            interest::Method::Annual => Method::Annual,
            interest::Method::MonthProduct => Method::MonthProduct,
            interest::Method::HalfRate => Method::HalfRate,
        }
    }
}

/// An entry of the account.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AccountEntry {
    /// Whose account.
    pub person: PersonId,
    /// The year it belongs to.
    pub year: i32,
    /// What it is.
    pub kind: EntryKind,
    /// 0 for what occurs once a year; else the next number of its kind in the year.
    pub number: i32,
    /// The amount; below nothing where it takes away.
    pub amount: Fen,
    /// How the interest was computed; with interest only.
    pub method: Option<Method>,
    /// The parameters in force when it was written, as [`crate::policy_mark`].
    pub policy: i64,
}

/// A year of the account. `closing = opening + principal + interest + moved`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AccountYear {
    /// The year.
    pub year: i32,
    /// The balance at its beginning.
    pub opening: Fen,
    /// The principal credited in January to December.
    pub credits: [Fen; 12],
    /// All of it.
    pub principal: Fen,
    /// The interest; absent until the year is credited.
    pub interest: Option<Fen>,
    /// How it was computed.
    pub method: Option<Method>,
    /// What was moved in and out, drawn and adjusted.
    pub moved: Fen,
    /// The balance at its end.
    pub closing: Fen,
}

impl AccountYear {
    /// Whether there was anything in the year that bears interest.
    pub fn bears_interest(&self) -> bool {
        !self.opening.is_zero() || self.credits.iter().any(|credit| !credit.is_zero())
    }
}

/// The interest of one year and how it was computed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct YearInterest {
    /// On the opening balance and on the year's credits together.
    pub amount: Fen,
    /// The method.
    pub method: Method,
    /// Whether the year's own rate is not published, so that the last known one stands in.
    pub provisional: bool,
    /// How it was computed.
    pub steps: Vec<Step>,
}

/// The sums of one year, before balances and interest are made of them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct YearSums {
    pub(crate) credits: [Fen; 12],
    pub(crate) brought: Fen,
    pub(crate) moved: Fen,
    pub(crate) interest: Option<(Fen, Option<Method>)>,
}

/// The account of a person, year by year, to the current one.
///
/// # Errors
/// The database's.
pub async fn statement(view: &View, person: PersonId) -> Result<Vec<AccountYear>, DbErr> {
    let (mut credits, mut booked) = (Vec::new(), Vec::new());
    for entry in entries(view, person).await? {
        credits.append(&mut store::account::credits(view, entry).await?);
        booked.append(&mut store::account::entries(view, entry).await?);
    }
    let mut sums = sums(credits, &booked);
    if let Some(first) = sums.keys().next().copied() {
        for year in first..=Month::of(view.today()).map_or(first, Month::year) {
            sums.entry(year).or_default();
        }
    }
    Ok(years(&sums))
}

/// Why this interest: the steps for a year of a statement, by the rate in force.
///
/// # Errors
/// A rate that is not in force; amounts that are too large.
pub fn interest_of(policy: &Policy, year: &AccountYear) -> Result<YearInterest, FormulaError> {
    of_assessed(year::assess(policy, year::Facts::of(year.year, year.opening, without_negatives(&year.credits)))?)
}

/// As [`interest_of`], without the steps.
///
/// # Errors
/// As [`interest_of`].
pub fn interest_amount(policy: &Policy, year: &AccountYear) -> Result<YearInterest, FormulaError> {
    year_interest(policy, year.year, year.opening, &year.credits)
}

/// Credits by month and entries, gathered by year.
pub(crate) fn sums(
    credits: impl IntoIterator<Item = (Month, Fen)>,
    entries: &[AccountEntry],
) -> BTreeMap<i32, YearSums> {
    let mut sums: BTreeMap<i32, YearSums> = BTreeMap::new();
    for (month, amount) in credits {
        let year = sums.entry(month.year()).or_default();
        let index = usize::try_from(month.month() - 1).unwrap_or_default();
        if let Some(credit) = year.credits.get_mut(index) {
            *credit += amount;
        }
    }
    for entry in entries {
        let year = sums.entry(entry.year).or_default();
        match entry.kind {
            EntryKind::OpeningBalance => year.brought += entry.amount,
            EntryKind::Interest => {
                let (amount, _) = year.interest.unwrap_or_default();
                year.interest = Some((amount + entry.amount, entry.method));
            }
            EntryKind::TransferIn
            | EntryKind::TransferOut
            | EntryKind::Drawn
            | EntryKind::Inherited
            | EntryKind::Adjustment => year.moved += entry.amount,
        }
    }
    sums
}

/// Balances from sums. An opening balance stands at the year's beginning and bears its interest.
pub(crate) fn years(sums: &BTreeMap<i32, YearSums>) -> Vec<AccountYear> {
    let mut balance = Fen::ZERO;
    let year = |(year, sums): (&i32, &YearSums)| {
        let opening = balance + sums.brought;
        let principal: Fen = sums.credits.iter().sum();
        let interest = sums.interest.map(|(amount, _)| amount);
        balance = opening + principal + interest.unwrap_or_default() + sums.moved;
        let (method, moved, credits) = (sums.interest.and_then(|(_, method)| method), sums.moved, sums.credits);
        AccountYear { year: *year, opening, credits, principal, interest, method, moved, closing: balance }
    };
    sums.iter().map(year).collect()
}

/// The interest of a year by the method of the year and the rate in force, without its steps: for whole cities.
pub(crate) fn year_interest(
    policy: &Policy,
    year: i32,
    opening: Fen,
    credits: &[Fen; 12],
) -> Result<YearInterest, FormulaError> {
    of_assessed(year::figures(policy, year::Facts::of(year, opening, without_negatives(credits)))?)
}

/// A line put right may take more out of a month than came in; the year as a whole still bears interest.
fn without_negatives(credits: &[Fen; 12]) -> [Fen; 12] {
    if credits.iter().all(|credit| !credit.is_negative()) {
        return *credits;
    }
    let principal: i64 = credits.iter().map(|credit| credit.fen()).sum();
    let product: i64 = credits.iter().zip((1..=12).rev()).map(|(credit, months)| credit.fen() * months).sum();
    spread(Fen::new(principal), Fen::new(product))
}

/// Credits in two months beside each other with a given sum and month product, none of them negative. The methods ask for
/// nothing else, so that twelve sums a year need not be read.
pub(crate) fn spread(principal: Fen, product: Fen) -> [Fen; 12] {
    let mut credits = [Fen::ZERO; 12];
    // January bears twelve months' interest, December one: the whole sum bears `months`, a part of it one more.
    let months = product.fen().checked_div(principal.fen()).unwrap_or(1).clamp(1, 11);
    let more = product.fen() - principal.fen() * months;
    let earlier = usize::try_from(11 - months).unwrap_or(0);
    credits[earlier] = Fen::new(more);
    credits[earlier + 1] = Fen::new(principal.fen() - more);
    credits
}

fn of_assessed(assessed: year::Assessment) -> Result<YearInterest, FormulaError> {
    let amount = assessed.interest_on_opening.checked_add(assessed.interest_on_credits)?;
    let (method, provisional) = (Method::from(assessed.method), assessed.provisional);
    Ok(YearInterest { amount, method, provisional, steps: assessed.steps })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn two_months_stand_for_a_year(fens in prop::array::uniform12(0i64..1_000_000)) {
            let product = |credits: &[Fen; 12]| credits.iter().zip((1..=12).rev()).map(|(c, m)| c.fen() * m).sum::<i64>();
            let credits = fens.map(Fen::new);
            let principal: Fen = credits.iter().sum();
            let spread = spread(principal, Fen::new(product(&credits)));
            prop_assert_eq!(spread.iter().sum::<Fen>(), principal);
            prop_assert_eq!(product(&spread), product(&credits));
            prop_assert!(spread.iter().all(|credit| !credit.is_negative()));
        }
    }
}
