//! Pay a demand note: an employer opens an order for all that it owes today, or for a part, and takes it to a gateway or to its bank.
//!
//! 社会保险费征缴暂行条例 art. 12. What is owed is computed anew, with the surcharge of the day; a form is never believed. Refused: a
//! note that is paid or gave way to another, an amount of nothing or above what is owed.

use chrono::TimeDelta;
use contribution::{Demand, DemandState};
use control::idempotency::{self, First};
use control::{Act, Action, Fault, FaultKind, IdempotencyKey, Op, Subject};
use kernel::{DemandId, Fen, Fund, OrderId};
use payment::{NewOrder, Order, Payer, Purpose};
use policy::{FormulaError, Policy};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};

/// Opens an order for a demand note. The same key with the same inputs finds the same order.
#[derive(Clone, Debug)]
pub struct PayDemand {
    /// Chosen by whoever asks, for this one request.
    pub key: IdempotencyKey,
    /// Which note.
    pub demand: DemandId,
    /// How much; all that is owed today where nothing is said.
    pub amount: Option<Fen>,
}

/// Why a demand note cannot be paid, in order of precedence.
#[derive(Debug, thiserror::Error)]
pub enum PayDemandError {
    /// There is none with this id, or it is another employer's.
    #[error("no such demand note")]
    NotFound,
    /// The key came before, with other inputs.
    #[error("this key was used for another payment")]
    KeyReused,
    /// Nothing of it is owed any more.
    #[error("the demand note is paid")]
    Paid,
    /// Another note took its place.
    #[error("another demand note took the place of this one")]
    Void,
    /// Nothing, or more than is owed.
    #[error("the amount must be above 0.00 and at most {0}")]
    Amount(Fen),
    /// A rule gives no figure.
    #[error("what is owed cannot be computed")]
    Rule(#[from] FormulaError),
    /// The database failed.
    #[error("the order could not be written")]
    Database(#[from] DbErr),
}

impl Fault for PayDemandError {
    fn code(&self) -> &'static str {
        match self {
            PayDemandError::NotFound => "demand_not_found",
            PayDemandError::KeyReused => "key_reused",
            PayDemandError::Paid => "demand_paid",
            PayDemandError::Void => "demand_void",
            PayDemandError::Amount(_) => "demand_amount",
            PayDemandError::Rule(_) => "demand_no_rule",
            PayDemandError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            PayDemandError::NotFound => FaultKind::NotFound,
            PayDemandError::KeyReused => FaultKind::KeyReused,
            PayDemandError::Paid | PayDemandError::Void | PayDemandError::Rule(_) => FaultKind::Conflict,
            PayDemandError::Amount(_) => FaultKind::Invalid("amount"),
            PayDemandError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            PayDemandError::Database(error) => Some(error),
            PayDemandError::NotFound
            | PayDemandError::KeyReused
            | PayDemandError::Paid
            | PayDemandError::Void
            | PayDemandError::Amount(_)
            | PayDemandError::Rule(_) => None,
        }
    }
}

/// What the key remembers.
#[derive(Serialize, Deserialize)]
struct Remembered {
    order: OrderId,
}

impl Act for PayDemand {
    const ACTION: Action = Action::PayDemand;
    type Answer = Order;
    type Error = PayDemandError;

    async fn subject(&self, op: &mut Op) -> Result<Subject, PayDemandError> {
        let demand = contribution::demand(op, self.demand).await?.ok_or(PayDemandError::NotFound)?;
        Ok(Subject::Employer(demand.employer))
    }

    async fn act(&self, op: &mut Op) -> Result<Order, PayDemandError> {
        let scope = format!("{}:{}", Action::PayDemand, self.demand);
        match idempotency::first(op, &scope, &self.key, &self.amount).await? {
            First::Done(Remembered { order }) => {
                let order = payment::order(op, order).await?;
                return order.ok_or_else(|| DbErr::RecordNotFound("an order that was just there".to_owned()).into());
            }
            First::Reused => return Err(PayDemandError::KeyReused),
            First::Time => {}
        }
        let demand = contribution::demand(op, self.demand).await?.ok_or(PayDemandError::NotFound)?;
        match demand.state {
            DemandState::Paid => return Err(PayDemandError::Paid),
            DemandState::Void => return Err(PayDemandError::Void),
            DemandState::Issued | DemandState::PartPaid => {}
        }
        let policy = Policy::of(op.area()).map_err(|e| DbErr::Custom(e.to_string()))?;
        let owing = demand.owing(policy, op.today())?.total;
        let amount = self.amount.unwrap_or(owing);
        if amount <= Fen::ZERO || amount > owing {
            return Err(PayDemandError::Amount(owing));
        }
        let order = order_for(op, &demand, amount).await?;
        idempotency::remember(op, &scope, &self.key, &Remembered { order: order.id }).await?;
        Ok(order)
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "demand": self.demand, "amount": self.amount }))
    }
}

/// Surcharge is owed by the day, so an order holds until the day is over; a transfer that comes later is allocated by its own day.
pub(crate) async fn order_for(op: &mut Op, demand: &Demand, amount: Fen) -> Result<Order, DbErr> {
    let end_of_day = op.today().succ_opt().and_then(|next| next.and_hms_opt(0, 0, 0)).map(|next| next.and_utc());
    let left = end_of_day.map_or(TimeDelta::hours(1), |end| end - TimeDelta::hours(8) - op.at());
    let new = NewOrder {
        purpose: Purpose::Demand(demand.id),
        payer: Payer::Employer(demand.employer),
        fund: Fund::EnterprisePension,
        amount,
        description: format!("社会保险费（{}，{}）", demand.month, demand.number),
        valid_minutes: left.num_minutes().max(1),
    };
    payment::open(op, new).await
}
