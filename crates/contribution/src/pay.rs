//! Paying: chosen months become a bill and an order. The quote is made again; a form is never believed.

use crate::{Bill, BillKind, BilledMonth, Event, Quote, QuoteError, State, Tier, calendar, quote, store};
use control::idempotency::{self, First};
use control::{Act, Action, Fault, FaultKind, IdempotencyKey, Op, Subject};
use kernel::{BillId, Fund, Month, OrderId, PersonId};
use payment::{NewOrder, Order, Purpose};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};

/// Pays chosen months at a tier. The same key with the same inputs finds the same bill and order.
#[derive(Clone, Debug)]
pub struct Pay {
    /// Chosen by whoever asks, for this one request.
    pub key: IdempotencyKey,
    /// For whom.
    pub person: PersonId,
    /// Which months of the current year.
    pub months: Vec<Month>,
    /// At which tier.
    pub tier: Tier,
}

/// Pays a bill that stands: a supplement that the agency issued, or a bill whose order ran out. While its order is open that
/// one is found again.
#[derive(Clone, Copy, Debug)]
pub struct PayBill {
    /// Which.
    pub bill: BillId,
}

/// A bill and the order by which it can be paid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Payable {
    /// The bill.
    pub bill: Bill,
    /// Its order.
    pub order: Order,
}

/// Why it cannot be paid, in order of precedence.
#[derive(Debug, thiserror::Error)]
pub enum PayError {
    /// The key came before, with other inputs.
    #[error("this key was used for another payment")]
    KeyReused,
    /// There is no quote for this.
    #[error(transparent)]
    Quote(#[from] QuoteError),
    /// The database failed.
    #[error("the bill could not be written")]
    Database(#[from] DbErr),
}

impl Fault for PayError {
    fn code(&self) -> &'static str {
        match self {
            PayError::KeyReused => "key_reused",
            PayError::Quote(error) => error.code(),
            PayError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            PayError::KeyReused => FaultKind::KeyReused,
            PayError::Quote(error) => error.kind(),
            PayError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            PayError::KeyReused => None,
            PayError::Quote(error) => error.database(),
            PayError::Database(error) => Some(error),
        }
    }
}

/// What the key remembers.
#[derive(Serialize, Deserialize)]
struct Remembered {
    bill: BillId,
    order: OrderId,
}

impl Act for Pay {
    const ACTION: Action = Action::PayContribution;
    type Answer = Payable;
    type Error = PayError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, PayError> {
        Ok(Subject::Person(self.person))
    }

    async fn act(&self, op: &mut Op) -> Result<Payable, PayError> {
        let scope = format!("{}:{}", Action::PayContribution, self.person);
        match idempotency::first(op, &scope, &self.key, &(&self.months, self.tier)).await? {
            First::Done(Remembered { bill, order }) => return Ok(found(op, bill, order).await?),
            First::Reused => return Err(PayError::KeyReused),
            First::Time => {}
        }
        let quote = quote(op, self.person, &self.months, self.tier).await?;
        let mut bill = issued(op, quote);
        let order = order_for(op, &bill).await?;
        bill.state = State::Paying { order: order.id };
        store::bill::insert(op, &bill).await?;
        idempotency::remember(op, &scope, &self.key, &Remembered { bill: bill.id, order: order.id }).await?;
        Ok(Payable { bill, order })
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "months": self.months, "tier": self.tier }))
    }
}

async fn found(op: &Op, bill: BillId, order: OrderId) -> Result<Payable, DbErr> {
    let lost = || DbErr::RecordNotFound(format!("bill {bill} or its order"));
    let order = payment::order(op, order).await?.ok_or_else(lost)?;
    Ok(Payable { bill: store::bill::of_id(op, bill).await?.ok_or_else(lost)?, order })
}

/// The bill of a quote, its lines' ids given.
fn issued(op: &Op, quote: Quote) -> Bill {
    let month = |month: &crate::QuotedMonth| BilledMonth {
        month: month.month,
        line: op.new_id(),
        relation: month.relation,
        base: month.base,
        total: month.total,
        account: month.account,
    };
    Bill {
        id: op.new_id(),
        person: quote.person,
        kind: quote.kind,
        year: quote.year,
        tier: Some(quote.tier),
        total: quote.total,
        account: quote.account,
        collector: quote.collector,
        policy_hash: quote.policy_hash,
        issued_at: op.at(),
        state: State::Issued,
        months: quote.months.iter().map(month).collect(),
    }
}

/// So long one may stand at the cashier.
const VALID_MINUTES: i64 = 30;

async fn order_for(op: &mut Op, bill: &Bill) -> Result<Order, DbErr> {
    let name = match bill.kind {
        BillKind::Normal => "基本养老保险费",
        BillKind::Prepayment => "基本养老保险费预缴",
        BillKind::Supplement => "基本养老保险费补差",
    };
    let new = NewOrder {
        purpose: Purpose::Contribution(bill.id),
        payer: payment::Payer::Person(bill.person),
        fund: Fund::EnterprisePension,
        amount: bill.total,
        description: format!("{name}（{}年，{}个月）", bill.year, bill.months.len()),
        valid_minutes: VALID_MINUTES,
    };
    payment::open(op, new).await
}

/// Why a standing bill cannot be paid, in order of precedence.
#[derive(Debug, thiserror::Error)]
pub enum PayBillError {
    /// There is none with this id.
    #[error("no such bill")]
    NotFound,
    /// It is paid.
    #[error("the bill is paid")]
    Paid,
    /// It was given up.
    #[error("the bill was given up")]
    Void,
    /// Its months can no longer be paid.
    #[error(transparent)]
    Quote(#[from] QuoteError),
    /// The database failed.
    #[error("the order could not be written")]
    Database(#[from] DbErr),
}

impl Fault for PayBillError {
    fn code(&self) -> &'static str {
        match self {
            PayBillError::NotFound => "bill_not_found",
            PayBillError::Paid => "bill_already_paid",
            PayBillError::Void => "bill_void",
            PayBillError::Quote(error) => error.code(),
            PayBillError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            PayBillError::NotFound => FaultKind::NotFound,
            PayBillError::Paid | PayBillError::Void => FaultKind::Conflict,
            PayBillError::Quote(error) => error.kind(),
            PayBillError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            PayBillError::NotFound | PayBillError::Paid | PayBillError::Void => None,
            PayBillError::Quote(error) => error.database(),
            PayBillError::Database(error) => Some(error),
        }
    }
}

impl Act for PayBill {
    const ACTION: Action = Action::PayContribution;
    type Answer = Payable;
    type Error = PayBillError;

    async fn subject(&self, op: &mut Op) -> Result<Subject, PayBillError> {
        let bill = store::bill::of_id(op, self.bill).await?.ok_or(PayBillError::NotFound)?;
        Ok(Subject::Person(bill.person))
    }

    async fn act(&self, op: &mut Op) -> Result<Payable, PayBillError> {
        let mut bill = store::bill::locked(op, self.bill).await?.ok_or(PayBillError::NotFound)?;
        match bill.state {
            State::Paid { .. } => return Err(PayBillError::Paid),
            State::Void => return Err(PayBillError::Void),
            State::Issued => {}
            State::Paying { order } => {
                let standing = payment::order(op, order).await?;
                if let Some(order) = standing.filter(|order| is_open(op, order)) {
                    return Ok(Payable { bill, order });
                }
            }
        }
        still_payable(op, &bill).await?;
        let order = order_for(op, &bill).await?;
        let from = bill.state;
        if let Ok(paying) = from.after(Event::Ordered(order.id)) {
            store::bill::change_state(op, bill.id, from, paying).await?;
            bill.state = paying;
        }
        Ok(Payable { bill, order })
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "bill": self.bill }))
    }
}

fn is_open(op: &Op, order: &Order) -> bool {
    order.state == payment::State::Open && op.at() < order.expires_at
}

/// Months that were paid otherwise meanwhile, or in which an employer insured the person, are refused before money is taken.
async fn still_payable(op: &Op, bill: &Bill) -> Result<(), PayBillError> {
    if bill.kind == BillKind::Supplement {
        return Ok(());
    }
    let facts = calendar::facts(op, bill.person, bill.year).await?;
    let months: Vec<Month> = bill.months.iter().map(|month| month.month).collect();
    Ok(quote::refuse_by_standing(&facts, &months)?)
}
