//! Balances: what stands on the accounts, sealed or not.

use crate::seal::{Sums, Window};
use crate::store::{self, From};
use crate::{Code, SEAL_JOURNALS};
use chrono::Datelike;
use control::View;
use kernel::{Date, Fen, Fund};
use sea_orm::DbErr;
use std::collections::BTreeMap;

/// A row of the trial balance (科目余额表) of a fund. Opening and closing are debits less credits.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Balance {
    /// The fund.
    pub fund: Fund,
    /// The account.
    pub account: Code,
    /// What stood at the end of the year before.
    pub opening: Fen,
    /// Debits since the year began.
    pub debit: Fen,
    /// Credits since the year began.
    pub credit: Fen,
    /// What stands at the end of the day.
    pub closing: Fen,
}

/// All that was ever posted to an account of a fund, up to a day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Total {
    /// The fund.
    pub fund: Fund,
    /// The account.
    pub account: Code,
    /// All debits.
    pub debit: Fen,
    /// All credits.
    pub credit: Fen,
}

/// The trial balance at the end of a day, by fund and account. Per fund, openings, closings, and debits less credits are nothing.
///
/// # Errors
/// The database's.
pub async fn balances(view: &View, on: Date) -> Result<Vec<Balance>, DbErr> {
    let year_before = Date::from_ymd_opt(on.year() - 1, 12, 31).unwrap_or(Date::MIN);
    let opening: BTreeMap<(Fund, Code), (Fen, Fen)> = by_account(totals(view, year_before).await?);
    let until = by_account(totals(view, on).await?);
    let rows = until.into_iter().map(|((fund, account), (debit, credit))| {
        let (debit_before, credit_before) = opening.get(&(fund, account)).copied().unwrap_or_default();
        Balance {
            fund,
            account,
            opening: debit_before - credit_before,
            debit: debit - debit_before,
            credit: credit - credit_before,
            closing: debit - credit,
        }
    });
    Ok(rows.collect())
}

fn by_account(totals: Vec<Total>) -> BTreeMap<(Fund, Code), (Fen, Fen)> {
    totals.into_iter().map(|total| ((total.fund, total.account), (total.debit, total.credit))).collect()
}

/// Debits and credits of every fund and account up to the end of a day.
///
/// # Errors
/// The database's.
pub async fn totals(view: &View, until: Date) -> Result<Vec<Total>, DbErr> {
    // A sealing act between two of these questions moves journals from one to the other: then they are asked again.
    loop {
        let last = store::last_seal(view).await?;
        let mut sums: BTreeMap<(Fund, String), (Fen, Fen)> = BTreeMap::new();
        for (fund, account, debit, credit) in store::sealed_totals(view, until).await? {
            sums.insert((fund, account), (debit, credit));
        }
        for ((fund, account, day), (debit, credit)) in unsealed(view, last.as_ref()).await?.0 {
            if day <= until {
                let sum = sums.entry((fund, account)).or_default();
                *sum = (sum.0 + debit, sum.1 + credit);
            }
        }
        if store::last_seal_number(view).await? == last.map_or(0, |last| last.number) {
            let named = sums.into_iter().map(|((fund, account), (debit, credit))| {
                Ok(Total { fund, account: store::known_account(&account)?, debit, credit })
            });
            return named.collect();
        }
    }
}

/// Debits less credits of one account of a fund up to the end of a day.
///
/// # Errors
/// The database's.
pub async fn net(view: &View, fund: Fund, account: Code, until: Date) -> Result<Fen, DbErr> {
    let totals = totals(view, until).await?;
    let of_account = totals.iter().filter(|total| total.fund == fund && total.account == account);
    Ok(of_account.map(|total| total.debit - total.credit).sum())
}

/// The sums of all journals that no seal covers yet.
async fn unsealed(view: &View, last: Option<&store::seal::Model>) -> Result<Sums, DbErr> {
    let window = Window::after(view, last).await?;
    let mut sums = Sums::default();
    let mut from = window.start();
    loop {
        let page = store::journals_from(view, from, SEAL_JOURNALS).await?;
        let Some(end) = page.last().map(|journal| journal.id) else { return Ok(sums) };
        let lines = store::lines_by_journal(view, page.iter().map(|journal| journal.id)).await?;
        for journal in page.iter().filter(|journal| !window.covered.contains(&journal.id)) {
            sums.add(journal, lines.get(&journal.id).map_or(&[], Vec::as_slice));
        }
        from = From::After(end);
    }
}
