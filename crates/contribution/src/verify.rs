//! Everything derived is recomputed and compared: summaries with their lines, bills with their months, employers' claims with
//! their dues and receipts, demand notes with their claims, the accounts' principal, the pooled parts, surcharge and what is held
//! with the books, interest with its own recomputation.
//!
//! It stops at the first difference and names both sides. It goes through the persons in stretches, so that memory stays flat.

use crate::account::{spread, year_interest};
use crate::store::account::Persons;
use crate::store::verify::{self as ask, CreditedYear, Sums};
use crate::{AccountEntry, ClaimKind, EntryKind, IncomePart, store};
use control::View;
use kernel::{Fen, Fund, PersonId};
use ledger::account;
use policy::Policy;
use sea_orm::DbErr;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What was checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Verified {
    /// Lines.
    pub lines: u64,
    /// Months, whose summaries are the sums of their lines.
    pub months: u64,
    /// Persons with an account.
    pub accounts: u64,
    /// The principal of all accounts, which the books agree with.
    pub principal: Fen,
    /// What went to pooled funds, which the books agree with.
    pub pooled: Fen,
    /// The interest of all accounts, as recomputed.
    pub interest: Fen,
    /// Years of interest that were recomputed.
    pub interest_years: u64,
    /// What is held to be given back, which the books agree with.
    pub held: Fen,
    /// Dues of employers' staff.
    pub dues: u64,
    /// Claims on employers, which are the sums of their dues.
    pub claims: u64,
    /// Demand notes.
    pub demands: u64,
    /// Steps of payment, which the claims are the sums of.
    pub received: u64,
    /// Surcharge that came, which the books agree with.
    pub surcharge: Fen,
}

/// The first difference.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, Serialize)]
#[error("{what}: {} says {}, {} says {}", one.name, one.says, other.name, other.says)]
pub struct Difference {
    /// What differs, and whose it is.
    pub what: String,
    /// What is kept.
    pub one: Side,
    /// What it should be.
    pub other: Side,
}

/// One side of a difference.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Side {
    /// Who says it.
    pub name: &'static str,
    /// What it says.
    pub says: String,
}

impl Difference {
    fn new(what: String, one: (&'static str, String), other: (&'static str, String)) -> Difference {
        let side = |(name, says)| Side { name, says };
        Difference { what, one: side(one), other: side(other) }
    }
}

/// Checks everything.
///
/// # Errors
/// The database's; differences are an answer, not an error.
pub async fn verify(view: &View) -> Result<Result<Verified, Difference>, DbErr> {
    let policy = Policy::of(view.area()).map_err(|e| DbErr::Custom(e.to_string()))?;
    let (income, surcharge, carried_over) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let mut check = Check { policy, found: Verified::default(), income, surcharge, carried_over };
    let done = check.everything(view).await;
    match done {
        Ok(()) => Ok(Ok(check.found)),
        Err(Stop::Difference(difference)) => Ok(Err(difference)),
        Err(Stop::Database(error)) => Err(error),
    }
}

/// Why the checking stopped.
enum Stop {
    Difference(Difference),
    Database(DbErr),
}

impl From<DbErr> for Stop {
    fn from(error: DbErr) -> Stop {
        Stop::Database(error)
    }
}

impl From<Difference> for Stop {
    fn from(difference: Difference) -> Stop {
        Stop::Difference(difference)
    }
}

struct Check {
    policy: &'static Policy,
    found: Verified,
    income: BTreeMap<(Fund, IncomePart), Fen>,
    surcharge: BTreeMap<Fund, Fen>,
    carried_over: BTreeMap<Fund, Fen>,
}

/// Lines a stretch of persons.
const LINES_A_STRETCH: i64 = 200_000;

impl Check {
    async fn everything(&mut self, view: &View) -> Result<(), Stop> {
        let mut after: Option<PersonId> = None;
        loop {
            let range = store::account::persons_of_lines(view, after, LINES_A_STRETCH).await?;
            self.summaries(view, &range).await?;
            self.interest(view, &range).await?;
            after = range.last;
            if after.is_none() {
                break;
            }
        }
        self.months(view).await?;
        bills(view).await?;
        self.employers(view).await?;
        self.books(view).await
    }

    async fn summaries(&mut self, view: &View, range: &Persons) -> Result<(), Stop> {
        if let Some(wrong) = ask::wrong_month(view, range).await? {
            let what = format!("{} of person {}", wrong.month, wrong.person);
            return Err(
                Difference::new(what, ("its summary", wrong.kept), ("the sum of its lines", wrong.summed)).into()
            );
        }
        let [employers, oneself] = ask::sums(view, range).await?;
        self.add(&employers, IncomePart::Unit, IncomePart::Worker);
        self.add(&oneself, IncomePart::FlexiblePooled, IncomePart::FlexibleAccount);
        Ok(())
    }

    fn add(&mut self, sums: &Sums, pooled: IncomePart, to_account: IncomePart) {
        self.found.lines += sums.lines;
        self.found.principal += sums.pension_account;
        self.found.pooled += sums.pension_pooled;
        let parts = [
            (Fund::EnterprisePension, pooled, sums.pension_pooled),
            (Fund::EnterprisePension, to_account, sums.pension_account),
            (Fund::Medical, IncomePart::Unit, sums.medical[0]),
            (Fund::Medical, IncomePart::Worker, sums.medical[1]),
            (Fund::Unemployment, IncomePart::Unit, sums.unemployment[0]),
            (Fund::Unemployment, IncomePart::Worker, sums.unemployment[1]),
            (Fund::Injury, IncomePart::Unit, sums.injury),
            (Fund::Maternity, IncomePart::Unit, sums.maternity),
        ];
        for (fund, part, amount) in parts {
            *self.income.entry((fund, part)).or_default() += amount;
        }
    }

    async fn months(&mut self, view: &View) -> Result<(), Stop> {
        let (months, sources) = ask::months(view).await?;
        self.found.months = months;
        if sources == self.found.lines {
            return Ok(());
        }
        let what = match ask::month_without_lines(view).await? {
            Some((person, month)) => format!("{month} of person {person}, which has no line"),
            None => "lines that summaries sum".to_owned(),
        };
        let lines = self.found.lines.to_string();
        Err(Difference::new(what, ("the summaries", sources.to_string()), ("the lines", lines)).into())
    }

    /// Dues, claims, demand notes and receipts; what came and stands in no line yet is income as well.
    async fn employers(&mut self, view: &View) -> Result<(), Stop> {
        let [dues, claims, demands, received] = ask::counts_of_employers(view).await?;
        let found = &mut self.found;
        (found.dues, found.claims, found.demands, found.received) = (dues, claims, demands, received);
        if let Some(wrong) = ask::wrong_claim(view).await? {
            return Err(Difference::new(wrong.what, ("the claim", wrong.kept), ("its dues", wrong.found)).into());
        }
        if let Some(wrong) = ask::wrong_payment(view).await? {
            let (kept, found) = (("the claim", wrong.kept), ("its receipts", wrong.found));
            return Err(Difference::new(wrong.what, kept, found).into());
        }
        if let Some(what) = ask::due_without_claim(view).await? {
            let (dues, claims) = (("the dues", "owed".to_owned()), ("the claims", "none".to_owned()));
            return Err(Difference::new(what, dues, claims).into());
        }
        if let Some((number, total, listed)) = ask::wrong_demand(view).await? {
            let (total, listed) = (("the note", total.to_string()), ("its claims", listed.to_string()));
            return Err(Difference::new(format!("demand note {number}"), total, listed).into());
        }
        for of in ask::of_claims(view).await? {
            let fund = of.insurance.fund();
            if of.kind == ClaimKind::Provisional {
                *self.carried_over.entry(fund).or_default() += of.worker + of.unit;
            } else {
                *self.income.entry((fund, IncomePart::Unit)).or_default() += of.unit;
                *self.income.entry((fund, IncomePart::Worker)).or_default() += of.worker;
            }
        }
        for (insurance, amount) in ask::surcharges(view).await? {
            self.found.surcharge += amount;
            *self.surcharge.entry(insurance.fund()).or_default() += amount;
        }
        Ok(())
    }

    async fn books(&mut self, view: &View) -> Result<(), Stop> {
        let totals = ledger::totals(view, view.today()).await?;
        let booked = |fund: Fund, code: ledger::Code| -> Fen {
            let of = totals.iter().filter(|total| total.fund == fund && total.account == code);
            of.map(|total| total.credit - total.debit).sum()
        };
        for ((fund, part), amount) in &self.income {
            let booked = booked(*fund, code(*part));
            if booked != *amount {
                let what = format!("{part} of the fund {fund} (account {})", code(*part));
                let (lines, books) = (amount.to_string(), booked.to_string());
                return Err(Difference::new(what, ("the contribution lines", lines), ("the books", books)).into());
            }
        }
        let apart = [
            ("the surcharge", account::SURCHARGE, &self.surcharge),
            ("what is carried over", account::CONTRIBUTION_CARRIED_OVER, &self.carried_over),
        ];
        for (what, code, of_funds) in apart {
            for (fund, amount) in of_funds {
                let booked = booked(*fund, code);
                if booked != *amount {
                    let what = format!("{what} of the fund {fund} (account {code})");
                    let (claims, books) = (amount.to_string(), booked.to_string());
                    return Err(Difference::new(what, ("the claims", claims), ("the books", books)).into());
                }
            }
        }
        let (held, booked) = (ask::held(view).await?, booked(Fund::EnterprisePension, account::DUPLICATE_RECEIPTS));
        self.found.held = held;
        if held != booked {
            let what = format!("money to be given back (account {})", account::DUPLICATE_RECEIPTS);
            let (here, books) = (held.to_string(), booked.to_string());
            return Err(Difference::new(what, ("the contributions", here), ("the books", books)).into());
        }
        Ok(())
    }

    async fn interest(&mut self, view: &View, range: &Persons) -> Result<(), Stop> {
        let mut entries: BTreeMap<PersonId, Vec<AccountEntry>> = BTreeMap::new();
        for entry in store::account::entries_between(view, range).await? {
            entries.entry(entry.person).or_default().push(entry);
        }
        let mut credited: BTreeMap<PersonId, Vec<CreditedYear>> = BTreeMap::new();
        for year in ask::credited_years(view, range).await? {
            credited.entry(year.person).or_default().push(year);
        }
        let persons: BTreeSet<PersonId> = entries.keys().chain(credited.keys()).copied().collect();
        for person in persons {
            let known = entries.remove(&person).unwrap_or_default();
            let years = credited.remove(&person).unwrap_or_default();
            self.interest_of(person, &years, &known)?;
        }
        Ok(())
    }

    /// Goes through the years of an account; each year's interest must be what the balance before and the credits give.
    fn interest_of(&mut self, person: PersonId, credited: &[CreditedYear], known: &[AccountEntry]) -> Result<(), Stop> {
        self.found.accounts += 1;
        let years = credited.iter().map(|year| year.year).chain(known.iter().map(|entry| entry.year));
        let (Some(first), Some(last)) = (years.clone().min(), years.max()) else { return Ok(()) };
        let mut balance = Fen::ZERO;
        let mut ended = None;
        for year in first..=last {
            let sums = Year::of(year, credited, known);
            let opening = balance + sums.brought;
            balance = opening + sums.principal + sums.interest.unwrap_or_default() + sums.moved;
            let Some(kept) = sums.interest else {
                ended = ended.or((!opening.is_zero() || !sums.principal.is_zero()).then_some(year));
                continue;
            };
            let what = || format!("interest {year} of person {person}");
            if let Some(missing) = ended {
                let none = format!("none for {missing}");
                return Err(
                    Difference::new(what(), ("the account", kept.to_string()), ("the year before", none)).into()
                );
            }
            let due = year_interest(self.policy, year, opening, &spread(sums.principal, sums.product));
            let due = due.map_err(|e| DbErr::Custom(e.to_string()))?.amount;
            if due != kept {
                return Err(Difference::new(
                    what(),
                    ("the account", kept.to_string()),
                    ("recomputed", due.to_string()),
                )
                .into());
            }
            self.found.interest += kept;
            self.found.interest_years += 1;
        }
        Ok(())
    }
}

/// What a year of an account is made of.
#[derive(Default)]
struct Year {
    principal: Fen,
    product: Fen,
    brought: Fen,
    moved: Fen,
    interest: Option<Fen>,
}

impl Year {
    fn of(year: i32, credited: &[CreditedYear], known: &[AccountEntry]) -> Year {
        let mut sums = Year::default();
        if let Some(credited) = credited.iter().find(|credited| credited.year == year) {
            (sums.principal, sums.product) = (credited.principal, credited.product);
        }
        for entry in known.iter().filter(|entry| entry.year == year) {
            match entry.kind {
                EntryKind::OpeningBalance => sums.brought += entry.amount,
                EntryKind::Interest => sums.interest = Some(sums.interest.unwrap_or_default() + entry.amount),
                EntryKind::TransferIn
                | EntryKind::TransferOut
                | EntryKind::Drawn
                | EntryKind::Inherited
                | EntryKind::Adjustment => sums.moved += entry.amount,
            }
        }
        sums
    }
}

async fn bills(view: &View) -> Result<(), Stop> {
    if let Some((bill, total, months)) = ask::wrong_bill(view).await? {
        let (total, months) = (total.to_string(), months.to_string());
        return Err(Difference::new(format!("bill {bill}"), ("the bill", total), ("its months", months)).into());
    }
    if let Some((bill, month)) = ask::lost_month(view).await? {
        let (one, other) = (("the bill", "paid".to_owned()), ("the lines", "neither counted nor held".to_owned()));
        return Err(Difference::new(format!("{month} of bill {bill}"), one, other).into());
    }
    Ok(())
}

const fn code(part: IncomePart) -> ledger::Code {
    match part {
        IncomePart::Unit => account::CONTRIBUTION_UNIT,
        IncomePart::Worker => account::CONTRIBUTION_WORKER,
        IncomePart::FlexiblePooled => account::CONTRIBUTION_FLEXIBLE_POOLED,
        IncomePart::FlexibleAccount => account::CONTRIBUTION_FLEXIBLE_ACCOUNT,
    }
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Verified { lines, months, accounts, interest_years, .. } = self;
        writeln!(f, "contributions  {lines} lines, {months} months summed again")?;
        writeln!(
            f,
            "               principal {} and pooled {} as in the books",
            self.principal.grouped(),
            self.pooled.grouped()
        )?;
        writeln!(
            f,
            "               {accounts} accounts, {interest_years} years of interest, {} recomputed",
            self.interest.grouped()
        )?;
        writeln!(f, "               {} held to be given back, as in the books", self.held.grouped())?;
        writeln!(
            f,
            "employers      {} dues, {} claims, {} demand notes, {} steps of payment, surcharge {} as in the books",
            self.dues,
            self.claims,
            self.demands,
            self.received,
            self.surcharge.grouped()
        )
    }
}
