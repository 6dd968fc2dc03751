//! The supplement (补差): once the year's limits are published, the difference of every prepaid month is settled without
//! surcharge. Where limits rose it is a bill; where they fell the money is the person's and is held to be given back.

use crate::store::{self, settle, supplement::Prepaid};
use crate::{
    Bill, BillKind, BilledMonth, Line, LineKind, PaidBy, PensionPart, RefundReason, RefundState, Refundable, State,
    Tier, policy_mark,
};
use control::{Act, Action, Fault, FaultKind, NewWorkItem, Op, Subject, View};
use kernel::{BillId, Date, Fen, Fund, Insurance, Month, PersonId, SubAccountId};
use ledger::{Journal, account};
use payment::ReceiptId;
use policy::contribution::flexible::{self, Choice};
use policy::{Collector, FormulaError, NoPolicy, NotInForce, Payer, Policy, base};
use sea_orm::DbErr;
use std::collections::BTreeSet;

/// The kind of work item that money owed back after limits fell opens.
pub const LIMITS_FELL: &str = "limits_fell";
/// The kind of the journals that take such money out of the income, as the books know it.
const JOURNAL_OF_CREDIT: &str = "contribution_credit";

/// Settles the prepaid months of a person and a year on the limits that have been published since.
#[derive(Clone, Copy, Debug)]
pub struct AssessSupplement {
    /// Whose.
    pub person: PersonId,
    /// Which year.
    pub year: i32,
}

/// What a supplement led to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Supplemented {
    /// The bill, where more is owed.
    pub bill: Option<Bill>,
    /// The months whose limits fell.
    pub credited: Vec<Month>,
    /// What is held to be given back for them.
    pub credit: Fen,
}

/// A person whose prepaid months are not settled, and what they owe; below nothing where it is owed back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SupplementDue {
    /// Who.
    pub person: PersonId,
    /// The difference of all months.
    pub difference: Fen,
}

/// Why a supplement was not assessed, in order of precedence.
#[derive(Debug, thiserror::Error)]
pub enum SupplementError {
    /// There are no parameters for this area.
    #[error("no parameters for this area")]
    NoPolicy(#[from] NoPolicy),
    /// The limits of the year are not published.
    #[error("the limits of {year} are published on {on}")]
    LimitsNotPublished {
        /// The year.
        year: i32,
        /// When they will be.
        on: Date,
    },
    /// One waits to be paid.
    #[error("a supplement of this year waits to be paid")]
    Waiting(BillId),
    /// There is no prepaid month whose difference is not settled.
    #[error("no prepaid month of {0} is to be settled")]
    NothingPrepaid(i32),
    /// A parameter is not in force, or the amounts are too large.
    #[error("the difference cannot be computed")]
    Formula(#[from] FormulaError),
    /// The database failed.
    #[error("the supplement could not be written")]
    Database(#[from] DbErr),
}

impl From<NotInForce> for SupplementError {
    fn from(error: NotInForce) -> SupplementError {
        SupplementError::Formula(error.into())
    }
}

impl Fault for SupplementError {
    fn code(&self) -> &'static str {
        match self {
            SupplementError::NoPolicy(_) => "no_policy",
            SupplementError::LimitsNotPublished { .. } => "limits_not_published",
            SupplementError::Waiting(_) => "supplement_waiting",
            SupplementError::NothingPrepaid(_) => "nothing_prepaid",
            SupplementError::Formula(_) => "parameter_not_in_force",
            SupplementError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            SupplementError::LimitsNotPublished { .. }
            | SupplementError::Waiting(_)
            | SupplementError::NothingPrepaid(_) => FaultKind::Conflict,
            SupplementError::NoPolicy(_) | SupplementError::Formula(_) | SupplementError::Database(_) => {
                FaultKind::Internal
            }
        }
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            SupplementError::Database(error) => Some(error),
            SupplementError::NoPolicy(_)
            | SupplementError::LimitsNotPublished { .. }
            | SupplementError::Waiting(_)
            | SupplementError::NothingPrepaid(_)
            | SupplementError::Formula(_) => None,
        }
    }
}

impl Act for AssessSupplement {
    const ACTION: Action = Action::AssessSupplement;
    type Answer = Supplemented;
    type Error = SupplementError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, SupplementError> {
        Ok(Subject::Person(self.person))
    }

    async fn act(&self, op: &mut Op) -> Result<Supplemented, SupplementError> {
        let policy = Policy::of(op.area())?;
        refuse_before_publication(policy, self.year, op.today())?;
        store::supplement::hold(op, self.person, self.year).await?;
        if let Some(bill) = store::supplement::waiting(op, self.person, self.year).await? {
            return Err(SupplementError::Waiting(bill));
        }
        let prepaid = store::supplement::prepaid(op, self.person, self.year).await?;
        let differences = differences(policy, prepaid)?;
        if differences.iter().all(Difference::is_nothing) {
            return Err(SupplementError::NothingPrepaid(self.year));
        }
        let bill = charge(op, policy, *self, &differences).await?;
        let (credited, credit) = credit(op, policy, *self, &differences).await?;
        Ok(Supplemented { bill, credited, credit })
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "year": self.year }))
    }
}

/// Persons after one, in the order of ids, whose prepaid months of a year are to be settled; at most so many are looked at.
/// Whoever owes nothing and is owed nothing is left out.
///
/// # Errors
/// As [`AssessSupplement`], but for what is particular to one person.
pub async fn supplements_due(
    view: &View,
    year: i32,
    after: Option<PersonId>,
    limit: u64,
) -> Result<Vec<SupplementDue>, SupplementError> {
    let policy = Policy::of(view.area())?;
    refuse_before_publication(policy, year, view.today())?;
    let mut due = Vec::new();
    for person in store::supplement::persons(view, year, after, limit).await? {
        let differences = differences(policy, store::supplement::prepaid(view, person, year).await?)?;
        if !differences.iter().all(Difference::is_nothing) {
            due.push(SupplementDue { person, difference: differences.iter().map(|d| d.total).sum() });
        }
    }
    Ok(due)
}

fn refuse_before_publication(policy: &Policy, year: i32, today: Date) -> Result<(), SupplementError> {
    let out_of_range = || FormulaError::OutOfRange { fact: "year", allowed: "from 1900 to 2199".to_owned() };
    let on = base::published_on(policy, Month::new(year, 12).map_err(|_| out_of_range())?)?;
    if today < on { Err(SupplementError::LimitsNotPublished { year, on }) } else { Ok(()) }
}

/// What a month costs on its own limits, less what was paid.
struct Difference {
    prepaid: Prepaid,
    base: Fen,
    total: Fen,
    account: Fen,
}

impl Difference {
    const fn is_nothing(&self) -> bool {
        self.base.is_zero() && self.total.is_zero() && self.account.is_zero()
    }
}

fn differences(policy: &Policy, prepaid: Vec<Prepaid>) -> Result<Vec<Difference>, SupplementError> {
    let difference = |prepaid: Prepaid| {
        let month = prepaid.month;
        let choice = choice(policy, month, prepaid.tier, prepaid.paid.base)?;
        let owed = flexible::assess(policy, flexible::Facts::new(month, choice))?;
        let (base, total, account) =
            (owed.base - prepaid.paid.base, owed.total - prepaid.paid.personal, owed.account - prepaid.paid.account);
        Ok(Difference { prepaid, base, total, account })
    };
    prepaid.into_iter().map(difference).collect()
}

/// The tier that was chosen, on the new limits. Where only the base is known (old systems), that base within the new limits.
fn choice(policy: &Policy, month: Month, tier: Option<Tier>, paid: Fen) -> Result<Choice, SupplementError> {
    if let Some(tier) = tier {
        return Ok(Choice::Percent(tier.rate()));
    }
    let limits = base::limits(policy, month)?;
    Ok(Choice::Base(paid.max(*limits.floor.value).min(*limits.ceiling.value)))
}

async fn charge(
    op: &mut Op,
    policy: &Policy,
    of: AssessSupplement,
    differences: &[Difference],
) -> Result<Option<Bill>, SupplementError> {
    let owed = differences.iter().filter(|difference| difference.total > Fen::ZERO);
    let months: Vec<BilledMonth> = owed
        .map(|difference| BilledMonth {
            month: difference.prepaid.month,
            line: op.new_id(),
            relation: difference.prepaid.relation,
            base: difference.base,
            total: difference.total,
            account: difference.account,
        })
        .collect();
    if months.is_empty() {
        return Ok(None);
    }
    let collector = match policy.collection.of(Payer::FlexibleWorker, Insurance::Pension) {
        Some(dated) => *dated.on(op.today())?.value,
        None => Collector::Agency,
    };
    let bill = Bill {
        id: op.new_id(),
        person: of.person,
        kind: BillKind::Supplement,
        year: of.year,
        tier: differences.iter().find_map(|difference| difference.prepaid.tier),
        total: months.iter().map(|month| month.total).sum(),
        account: months.iter().map(|month| month.account).sum(),
        collector,
        policy_hash: policy.hash().to_owned(),
        issued_at: op.at(),
        state: State::Issued,
        months,
    };
    store::bill::insert(op, &bill).await?;
    Ok(Some(bill))
}

/// Takes back what was paid too much: a line below nothing, its journal, and the amount held for two officers.
async fn credit(
    op: &mut Op,
    policy: &Policy,
    of: AssessSupplement,
    differences: &[Difference],
) -> Result<(Vec<Month>, Fen), SupplementError> {
    let fallen: Vec<&Difference> = differences.iter().filter(|difference| difference.total < Fen::ZERO).collect();
    let Some(first) = fallen.first() else { return Ok((Vec::new(), Fen::ZERO)) };
    for difference in &fallen {
        settle::insert_credit(op, &credit_line(op, policy, of.person, difference)?).await?;
    }
    let (amount, to_account) = fallen.iter().fold((Fen::ZERO, Fen::ZERO), |(total, account), difference| {
        (total - difference.total, account - difference.account)
    });
    post(op, of.person, first, Owed { amount, to_account }).await?;
    hold(op, of.person, &fallen).await?;
    Ok((fallen.iter().map(|difference| difference.prepaid.month).collect(), amount))
}

fn credit_line(op: &Op, policy: &Policy, person: PersonId, difference: &Difference) -> Result<Line, SupplementError> {
    let month = Month::of(op.today()).map_err(|e| DbErr::Custom(e.to_string()))?;
    let Prepaid { month: fee_month, relation, receipt, bill, .. } = &difference.prepaid;
    let (base, personal, account) = (difference.base, difference.total, difference.account);
    Ok(Line {
        id: op.new_id(),
        person,
        month: *fee_month,
        relation: *relation,
        payer: PaidBy::Oneself,
        kind: LineKind::Supplement,
        settlement: month,
        credited: month,
        bill: *bill,
        receipt: *receipt,
        policy: policy_mark(policy.hash()),
        pension: Some(PensionPart { base, employer: None, personal, account }),
        medical: None,
        unemployment: None,
        injury: None,
        maternity: None,
    })
}

struct Owed {
    amount: Fen,
    to_account: Fen,
}

async fn post(op: &mut Op, person: PersonId, first: &Difference, owed: Owed) -> Result<(), SupplementError> {
    let sub = SubAccountId(person.uuid());
    let debits = [
        ledger::Line::debit(account::CONTRIBUTION_FLEXIBLE_ACCOUNT, owed.to_account).of(sub),
        ledger::Line::debit(account::CONTRIBUTION_FLEXIBLE_POOLED, owed.amount - owed.to_account),
    ];
    let mut lines: Vec<ledger::Line> = debits.into_iter().filter(|line| !line.amount().is_zero()).collect();
    lines.push(ledger::Line::credit(account::DUPLICATE_RECEIPTS, owed.amount).of(sub));
    let source = ledger::Source { kind: JOURNAL_OF_CREDIT, id: first.prepaid.line.uuid() };
    let journal = Journal::balanced(Fund::EnterprisePension, op.today(), source, lines);
    ledger::post(op, journal.map_err(|e| DbErr::Custom(format!("a credit: {e}")))?).await?;
    Ok(())
}

/// Keeps the amounts to be given back, and asks two officers for each receipt that they go back to.
async fn hold(op: &mut Op, person: PersonId, fallen: &[&Difference]) -> Result<(), SupplementError> {
    let held = fallen.iter().filter_map(|difference| {
        Some(Refundable {
            id: op.new_id(),
            person,
            bill: difference.prepaid.bill?,
            month: difference.prepaid.month,
            receipt: difference.prepaid.receipt,
            reason: RefundReason::LimitsFell,
            amount: -difference.total,
            held_at: op.at(),
            state: RefundState::Held,
            journal: None,
        })
    });
    store::refundable::insert(op, held.collect()).await?;
    let receipts: BTreeSet<ReceiptId> = fallen.iter().filter_map(|difference| difference.prepaid.receipt).collect();
    for receipt in receipts {
        let of_receipt = fallen.iter().filter(|difference| difference.prepaid.receipt == Some(receipt));
        let months: Vec<Month> = of_receipt.clone().map(|difference| difference.prepaid.month).collect();
        let amount: Fen = of_receipt.map(|difference| -difference.total).sum();
        let detail = serde_json::json!({ "receipt": receipt, "months": months, "amount": amount });
        let key = format!("{LIMITS_FELL}:{receipt}");
        NewWorkItem { key: &key, kind: LIMITS_FELL, person: Some(person), detail }.open(op).await?;
    }
    Ok(())
}
