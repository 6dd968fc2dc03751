//! Refunds: money goes back by the way it came, never more of it than came.

use crate::{Receipt, ReceiptId, store};
use control::{Act, Action, Fault, FaultKind, NewWorkItem, Op, Subject, View};
use kernel::{Fen, Timestamp};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};

kernel::sql_id! {
    /// A refund.
    RefundId,
}

/// The kind of the job that carries a refund to its gateway; its payload is [`RefundJob`].
pub const REFUND_JOB: &str = "payment.refund";

/// The kind of the work item that a refund opens which a gateway could not make.
pub const REFUND_FAILED: &str = "refund_failed";

/// What the job [`REFUND_JOB`] is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RefundJob {
    /// Which refund.
    pub refund: RefundId,
}

kernel::words! {
    /// Where a refund stands.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum RefundState {
        /// It is asked for; the gateway has it or will have it.
        Asked = "asked",
        /// The payer has the money.
        Done = "done",
        /// The gateway could not give it back; the money is still here.
        Failed = "failed",
    }
}

/// A refund, with what a gateway must know of the receipt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refund {
    /// Its id.
    pub id: RefundId,
    /// The receipt that it gives back.
    pub receipt: Receipt,
    /// Its number at the gateway (`out_refund_no`, the number of the payout).
    pub number: String,
    /// How much of it.
    pub amount: Fen,
    /// Why, for the payer to read; no personal data.
    pub reason: String,
    /// Where it stands.
    pub state: RefundState,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// When the payer had it.
    pub done_at: Option<Timestamp>,
}

/// Why money was not refunded.
#[derive(Debug, thiserror::Error)]
pub enum RefundError {
    /// There is no such receipt or refund.
    #[error("no such receipt or refund")]
    NotFound,
    /// The amount is nothing or less.
    #[error("a refund is above nothing")]
    NotPositive,
    /// More than is left of the receipt.
    #[error("of this receipt {left} are left to refund")]
    TooMuch {
        /// What may still go back.
        left: Fen,
    },
    /// It has ended otherwise.
    #[error("the refund is {0}")]
    Ended(RefundState),
    /// The database failed.
    #[error("the refund could not be written down")]
    Database(#[from] DbErr),
}

impl Fault for RefundError {
    fn code(&self) -> &'static str {
        match self {
            RefundError::NotFound => "refund_not_found",
            RefundError::NotPositive => "refund_not_positive",
            RefundError::TooMuch { .. } => "refund_too_much",
            RefundError::Ended(_) => "refund_ended",
            RefundError::Database(_) => "database",
        }
    }
    fn kind(&self) -> FaultKind {
        match self {
            RefundError::NotFound => FaultKind::NotFound,
            RefundError::NotPositive => FaultKind::Invalid("amount"),
            RefundError::TooMuch { .. } | RefundError::Ended(_) => FaultKind::Conflict,
            RefundError::Database(_) => FaultKind::Internal,
        }
    }
    fn database(&self) -> Option<&DbErr> {
        match self {
            RefundError::Database(error) => Some(error),
            RefundError::NotFound | RefundError::NotPositive | RefundError::TooMuch { .. } | RefundError::Ended(_) => {
                None
            }
        }
    }
}

/// Asks for a refund: its row and the job that carries it to the gateway.
///
/// # Errors
/// [`RefundError`].
pub async fn refund(op: &mut Op, receipt: ReceiptId, amount: Fen, reason: &str) -> Result<Refund, RefundError> {
    if amount <= Fen::ZERO {
        return Err(RefundError::NotPositive);
    }
    // The receipt's row decides: two refunds of it queue here.
    let receipt = store::lock_receipt(op, receipt).await?.ok_or(RefundError::NotFound)?;
    let before = store::refunds_of(op, &receipt).await?;
    let kept = before.iter().filter(|refund| refund.state != RefundState::Failed);
    let left = receipt.amount - kept.map(|refund| refund.amount).sum::<Fen>();
    if amount > left {
        return Err(RefundError::TooMuch { left });
    }
    let refund = Refund {
        id: op.new_id(),
        // The receipt's own number may be one that we never gave, so a refund is numbered by its own id.
        number: String::new(),
        receipt,
        amount,
        reason: reason.to_owned(),
        state: RefundState::Asked,
        asked_at: op.at(),
        done_at: None,
    };
    let refund = Refund { number: number_of(refund.id), ..refund };
    store::insert_refund(op, &refund).await?;
    op.promise(REFUND_JOB, &RefundJob { refund: refund.id })?;
    Ok(refund)
}

/// Carries a refund to its gateway once more, under its own number, after nobody had answered for long. One that has ended
/// since is left as it is.
///
/// # Errors
/// [`RefundError::NotFound`]; the database's.
pub async fn carry_again(op: &mut Op, refund: RefundId) -> Result<(), RefundError> {
    let refund = store::lock_refund(op, refund).await?.ok_or(RefundError::NotFound)?;
    if refund.state == RefundState::Asked {
        op.promise(REFUND_JOB, &RefundJob { refund: refund.id })?;
    }
    Ok(())
}

/// `TK` and thirty signs of the id: at most 32, as the strictest gateway asks.
fn number_of(id: RefundId) -> String {
    let hex = id.uuid().simple().to_string().to_uppercase();
    // Left out: the version's sign, which is the same in all, and one of the nineteen random ones.
    format!("TK{}{}", &hex[..12], &hex[14..])
}

/// One refund.
///
/// # Errors
/// The database's.
pub async fn refund_of(view: &View, id: RefundId) -> Result<Option<Refund>, DbErr> {
    store::refund(view, id).await
}

/// All refunds of a receipt, oldest first.
///
/// # Errors
/// The database's.
pub async fn refunds_of(view: &View, receipt: ReceiptId) -> Result<Vec<Refund>, DbErr> {
    match store::receipt(view, receipt).await? {
        Some(receipt) => store::refunds_of(view, &receipt).await,
        None => Ok(Vec::new()),
    }
}

/// What a gateway says about a refund.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RefundOutcome {
    /// The payer has the money.
    Done(Timestamp),
    /// It is on its way; to be asked after.
    Processing,
    /// The gateway could not give it back and says why.
    Failed(String),
}

/// Writes down what a gateway says about a refund. One that failed becomes a work item.
pub struct RecordRefund {
    /// Which.
    pub refund: RefundId,
    /// What the gateway says.
    pub outcome: RefundOutcome,
}

impl Act for RecordRefund {
    const ACTION: Action = Action::RefundPayment;
    type Answer = Refund;
    type Error = RefundError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, RefundError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<Refund, RefundError> {
        let mut refund = store::lock_refund(op, self.refund).await?.ok_or(RefundError::NotFound)?;
        let (state, done_at) = match &self.outcome {
            RefundOutcome::Processing => return Ok(refund),
            RefundOutcome::Done(at) => (RefundState::Done, Some(*at)),
            RefundOutcome::Failed(_) => (RefundState::Failed, None),
        };
        if refund.state == state {
            return Ok(refund);
        }
        if refund.state != RefundState::Asked {
            return Err(RefundError::Ended(refund.state));
        }
        (refund.state, refund.done_at) = (state, done_at);
        store::end_refund(op, &refund).await?;
        if let RefundOutcome::Failed(why) = &self.outcome {
            let key = format!("refund:{}", refund.id);
            let (receipt, amount) = (refund.receipt.id, refund.amount);
            let detail = serde_json::json!({ "refund": refund.id, "receipt": receipt, "amount": amount, "why": why });
            NewWorkItem { key: &key, kind: REFUND_FAILED, person: None, detail }.open(op).await?;
        }
        Ok(refund)
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "refund": self.refund }))
    }
}
