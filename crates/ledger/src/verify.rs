//! The check of the whole books: every journal balances, the chain is whole, every balance is the sum of its lines. It stops at
//! the first difference and names both sides.

use crate::seal::{Sums, Window, covered};
use crate::store::{self, From, journal, line};
use crate::{Code, SEAL_JOURNALS, Side};
use control::View;
use control::chain::{Broken, Covered, Seal};
use kernel::{Date, Fen, Fund, JournalId};
use sea_orm::DbErr;
use std::collections::{BTreeMap, HashSet};

/// What a check of the whole books counted.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Verified {
    /// Journals in the books.
    pub journals: u64,
    /// Their lines.
    pub lines: u64,
    /// Journals under a seal.
    pub sealed: u64,
    /// Seals in the chain.
    pub seals: u64,
    /// Stored balances that were recomputed.
    pub balances: u64,
    /// All debits, which equal all credits.
    pub turnover: Fen,
}

/// The first difference in the books, with both sides.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Difference {
    /// The chain is broken, or something under it was changed or removed.
    #[error("the chain of journals is broken: {0}")]
    Chain(Broken),
    /// A journal has no lines, or its lines do not balance.
    #[error("journal {journal} of {fund}: debits of {debit} do not balance credits of {credit}")]
    Unbalanced {
        /// Which.
        journal: JournalId,
        /// Of which fund.
        fund: Fund,
        /// Its debits.
        debit: Fen,
        /// Its credits.
        credit: Fen,
    },
    /// A line's account is not in the chart of its fund.
    #[error("journal {journal} of {fund} posts to account {account}, which the fund's chart does not have")]
    Account {
        /// Which journal.
        journal: JournalId,
        /// Of which fund.
        fund: Fund,
        /// The account.
        account: String,
    },
    /// A journal lies behind the seals and none covers it: it was put there afterwards.
    #[error("journal {journal} lies behind the seals and none covers it")]
    Uncovered {
        /// Which.
        journal: JournalId,
    },
    /// A stored balance is not the sum of its lines.
    #[error(
        "{fund} account {account} on {on}: the lines say debit {line_debit} and credit {line_credit}, \
         the stored balance says {stored_debit} and {stored_credit}"
    )]
    Balance {
        /// The fund.
        fund: Fund,
        /// The account.
        account: String,
        /// The day.
        on: Date,
        /// Debits by the lines.
        line_debit: Fen,
        /// Credits by the lines.
        line_credit: Fen,
        /// Debits as stored.
        stored_debit: Fen,
        /// Credits as stored.
        stored_credit: Fen,
    },
}

/// Checks every journal, every seal and every balance.
///
/// # Errors
/// The first [`Difference`], or the database's error.
pub async fn verify(view: &View) -> Result<Result<Verified, Difference>, DbErr> {
    let mut check = Check::default();
    match check.run(view).await {
        Ok(()) => Ok(Ok(check.found)),
        Err(Stop::Difference(difference)) => Ok(Err(difference)),
        Err(Stop::Database(error)) => Err(error),
    }
}

/// Why a check ended early.
enum Stop {
    Difference(Difference),
    Database(DbErr),
}

impl std::convert::From<DbErr> for Stop {
    fn from(error: DbErr) -> Stop {
        Stop::Database(error)
    }
}

impl std::convert::From<Difference> for Stop {
    fn from(difference: Difference) -> Stop {
        Stop::Difference(difference)
    }
}

impl std::convert::From<Broken> for Stop {
    fn from(broken: Broken) -> Stop {
        Stop::Difference(Difference::Chain(broken))
    }
}

/// Debits and credits.
type Sides = (Fen, Fen);

#[derive(Default)]
struct Check {
    found: Verified,
    covered: HashSet<JournalId>,
    previous: Option<Seal>,
    sums: Sums,
}

impl Check {
    async fn run(&mut self, view: &View) -> Result<(), Stop> {
        loop {
            self.walk_seals(view).await?;
            let stored = store::all_balances(view).await?;
            // Sealed meanwhile: the new seals are walked too, before the balances are compared.
            let last = self.previous.as_ref().map_or(0, |seal| seal.number);
            if store::last_seal_number(view).await? == last {
                self.compare(stored)?;
                break;
            }
            if store::seal(view, last + 1).await?.is_none() {
                return Err(Broken::Gap { expected: last + 1, found: store::last_seal_number(view).await? }.into());
            }
        }
        self.walk_unsealed(view).await
    }

    async fn walk_seals(&mut self, view: &View) -> Result<(), Stop> {
        loop {
            let number = self.previous.as_ref().map_or(1, |seal| seal.number + 1);
            let Some(row) = store::seal(view, number).await? else { return Ok(()) };
            let seal = Seal::from(row);
            seal.check(self.previous.as_ref())?;
            self.check_covered(view, &seal).await?;
            self.found.seals += 1;
            self.previous = Some(seal);
        }
    }

    async fn check_covered(&mut self, view: &View, seal: &Seal) -> Result<(), Stop> {
        let wanted: Vec<Covered> = seal.lines().collect();
        let ids = || wanted.iter().map(|covered| JournalId(covered.id));
        let journals = store::journals_by_id(view, ids()).await?;
        let lines = store::lines_by_journal(view, ids()).await?;
        for wanted in &wanted {
            let id = JournalId(wanted.id);
            if !self.covered.insert(id) {
                return Err(Broken::Twice(wanted.id).into());
            }
            let missing = Broken::Missing { id: wanted.id, seal: seal.number };
            let journal = journals.get(&id).ok_or(Stop::Difference(Difference::Chain(missing)))?;
            let of_journal = lines.get(&id);
            if covered(journal, of_journal).hash != wanted.hash {
                return Err(Broken::Line { id: wanted.id, seal: seal.number }.into());
            }
            let of_journal = of_journal.map_or(&[][..], Vec::as_slice);
            self.count(journal, of_journal)?;
            self.sums.add(journal, of_journal);
            self.found.sealed += 1;
        }
        Ok(())
    }

    fn count(&mut self, journal: &journal::Model, lines: &[line::Model]) -> Result<(), Stop> {
        let sum = |side| lines.iter().filter(|line| line.side == side).map(|line| line.amount).sum::<Fen>();
        let (debit, credit) = (sum(Side::Debit), sum(Side::Credit));
        if debit != credit || lines.is_empty() {
            return Err(Difference::Unbalanced { journal: journal.id, fund: journal.fund, debit, credit }.into());
        }
        for line in lines {
            let account = Code::find(&line.account).and_then(|code| crate::chart().find(code.as_str()));
            if !account.is_some_and(|account| account.is_in(journal.fund)) {
                let account = line.account.clone();
                return Err(Difference::Account { journal: journal.id, fund: journal.fund, account }.into());
            }
        }
        self.found.journals += 1;
        self.found.lines += u64::try_from(lines.len()).unwrap_or(u64::MAX);
        self.found.turnover += debit;
        Ok(())
    }

    fn compare(&mut self, stored: Vec<store::balance::Model>) -> Result<(), Stop> {
        self.found.balances = u64::try_from(stored.len()).unwrap_or(u64::MAX);
        let mut both: BTreeMap<_, (Sides, Sides)> = BTreeMap::new();
        for (key, sum) in &self.sums.0 {
            both.entry(key.clone()).or_default().0 = *sum;
        }
        for row in stored {
            both.entry((row.fund, row.account, row.on_day)).or_default().1 = (row.debit, row.credit);
        }
        match both.into_iter().find(|(_, (lines, stored))| lines != stored) {
            None => Ok(()),
            Some(((fund, account, on), (lines, stored))) => Err(Difference::Balance {
                fund,
                account,
                on,
                line_debit: lines.0,
                line_credit: lines.1,
                stored_debit: stored.0,
                stored_credit: stored.1,
            }
            .into()),
        }
    }

    /// Every journal that no seal covers: it balances too, and lies where the next seals will find it.
    async fn walk_unsealed(&mut self, view: &View) -> Result<(), Stop> {
        let last = store::last_seal(view).await?;
        let window = Window::after(view, last.as_ref()).await?;
        let mut from = From::TheFirst;
        loop {
            let mut page = store::journals_from(view, from, SEAL_JOURNALS).await?;
            let Some(end) = page.last().map(|journal| journal.id) else { return Ok(()) };
            page.retain(|journal| !self.covered.contains(&journal.id));
            let lines = store::lines_by_journal(view, page.iter().map(|journal| journal.id)).await?;
            for journal in &page {
                if window.is_past(journal.id) {
                    return Err(Difference::Uncovered { journal: journal.id }.into());
                }
                self.count(journal, lines.get(&journal.id).map_or(&[], Vec::as_slice))?;
            }
            from = From::After(end);
        }
    }
}
