//! Crediting a year's interest to the accounts, in chunks short enough that nobody waits behind them.

use crate::account::{sums, year_interest, years};
use crate::{AccountEntry, EntryKind, policy_mark, store};
use control::{Act, Action, Fault, FaultKind, Op, Subject};
use kernel::{Fen, Month, PersonId};
use policy::{FormulaError, NoPolicy, Policy, account::interest};
use sea_orm::DbErr;
use std::collections::{BTreeMap, BTreeSet};

/// Credits the interest of a year to the accounts of the next persons in the order of their ids. A year that is credited
/// already is left alone, so it may be done again and goes on where it ended.
#[derive(Clone, Copy, Debug)]
pub struct CreditInterest {
    /// The year, which must be over.
    pub year: i32,
    /// The last person of the chunk before; nobody at the beginning.
    pub after: Option<PersonId>,
}

/// What a chunk credited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Credited {
    /// How many accounts got interest now.
    pub accounts: u64,
    /// All of it.
    pub amount: Fen,
    /// Where the next chunk goes on; nowhere once all are done.
    pub next: Option<PersonId>,
}

/// Why interest was not credited, in order of precedence.
#[derive(Debug, thiserror::Error)]
pub enum CreditInterestError {
    /// The year is not over.
    #[error("{0} is not over")]
    YearNotOver(i32),
    /// There are no parameters for this area.
    #[error("no parameters for this area")]
    NoPolicy(#[from] NoPolicy),
    /// The rate of the year is not published; the last known one is for previews only.
    #[error("the crediting rate of {0} is not published")]
    RateNotPublished(i32),
    /// The year before is not credited: interest bears interest, so years go in their order.
    #[error("the interest of {0} is not credited")]
    YearBeforeMissing(i32),
    /// The amounts cannot be computed.
    #[error("the interest cannot be computed")]
    Formula(#[from] FormulaError),
    /// The database failed.
    #[error("the interest could not be written")]
    Database(#[from] DbErr),
}

impl Fault for CreditInterestError {
    fn code(&self) -> &'static str {
        match self {
            CreditInterestError::YearNotOver(_) => "year_not_over",
            CreditInterestError::NoPolicy(_) => "no_policy",
            CreditInterestError::RateNotPublished(_) => "rate_not_published",
            CreditInterestError::YearBeforeMissing(_) => "year_before_missing",
            CreditInterestError::Formula(_) => "parameter_not_in_force",
            CreditInterestError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            CreditInterestError::YearNotOver(_) => FaultKind::Invalid("year"),
            CreditInterestError::RateNotPublished(_) | CreditInterestError::YearBeforeMissing(_) => FaultKind::Conflict,
            CreditInterestError::NoPolicy(_) | CreditInterestError::Formula(_) | CreditInterestError::Database(_) => {
                FaultKind::Internal
            }
        }
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            CreditInterestError::Database(error) => Some(error),
            CreditInterestError::YearNotOver(_)
            | CreditInterestError::NoPolicy(_)
            | CreditInterestError::RateNotPublished(_)
            | CreditInterestError::YearBeforeMissing(_)
            | CreditInterestError::Formula(_) => None,
        }
    }
}

/// Lines a chunk: some hundred persons, well under 50 ms.
const LINES_A_CHUNK: i64 = 20_000;

impl Act for CreditInterest {
    const ACTION: Action = Action::CreditInterest;
    type Answer = Credited;
    type Error = CreditInterestError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, CreditInterestError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<Credited, CreditInterestError> {
        let year = self.year;
        if Month::of(op.today()).map_or(true, |today| today.year() <= year) {
            return Err(CreditInterestError::YearNotOver(year));
        }
        let policy = Policy::of(op.area())?;
        if interest::rate_of(policy, year)?.provisional {
            return Err(CreditInterestError::RateNotPublished(year));
        }
        let range = store::account::persons_of_lines(op, self.after, LINES_A_CHUNK).await?;
        let mut credits: BTreeMap<PersonId, Vec<(Month, Fen)>> = BTreeMap::new();
        for (person, month, amount) in store::account::credits_between(op, &range, year).await? {
            credits.entry(person).or_default().push((month, amount));
        }
        let mut entries: BTreeMap<PersonId, Vec<AccountEntry>> = BTreeMap::new();
        for entry in store::account::entries_between(op, &range).await? {
            entries.entry(entry.person).or_default().push(entry);
        }
        let persons: BTreeSet<PersonId> = credits.keys().chain(entries.keys()).copied().collect();
        let mut due = Vec::new();
        for person in persons {
            let credits = credits.remove(&person).unwrap_or_default();
            let known = entries.remove(&person).unwrap_or_default();
            due.extend(interest_due(policy, Account { person, credits, known }, year)?);
        }
        let accounts = store::account::insert(op, &due).await?;
        Ok(Credited { accounts, amount: due.iter().map(|entry| entry.amount).sum(), next: range.last })
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "year": self.year, "after": self.after }))
    }
}

struct Account {
    person: PersonId,
    credits: Vec<(Month, Fen)>,
    known: Vec<AccountEntry>,
}

/// The interest entry of a person for a year; nothing where it is credited already or there is nothing to bear any.
fn interest_due(policy: &Policy, account: Account, year: i32) -> Result<Option<AccountEntry>, CreditInterestError> {
    let Account { person, credits, known } = account;
    let mut sums = sums(credits, &known);
    for year in sums.keys().next().copied().unwrap_or(year)..=year {
        sums.entry(year).or_default();
    }
    let years = years(&sums);
    let Some(this) = years.iter().find(|known| known.year == year) else { return Ok(None) };
    if this.interest.is_some() || !this.bears_interest() {
        return Ok(None);
    }
    let before = years.iter().find(|known| known.year == year - 1);
    if before.is_some_and(|before| before.interest.is_none() && before.bears_interest()) {
        return Err(CreditInterestError::YearBeforeMissing(year - 1));
    }
    let interest = year_interest(policy, year, this.opening, &this.credits)?;
    let (kind, method, amount) = (EntryKind::Interest, Some(interest.method), interest.amount);
    Ok(Some(AccountEntry { person, year, kind, number: 0, amount, method, policy: policy_mark(policy.hash()) }))
}
