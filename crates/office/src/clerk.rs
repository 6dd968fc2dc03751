//! What two officers decide about money that does not count: the clerk proposes, the reviewer confirms, and only then it moves.

use crate::settle::SERVED_FUND;
use crate::tell;
use contribution::{DUPLICATE_PAYMENT, LIMITS_FELL};
use control::{Act, Action, Confirmed, Fault, FaultKind, Op, ReviewWorkItem, Subject, WorkItem, WorkItemError};
use kernel::{Fen, WorkItemId};
use ledger::{Journal, JournalError, Line, Source, account};
use message::Notice;
use payment::{ReceiptId, Refund, RefundError, RefundId};
use sea_orm::DbErr;
use serde::Deserialize;

/// The kind of a work item about money that fits no order.
pub const UNMATCHED_PAYMENT: &str = "unmatched_payment";
/// The decision to give money back.
pub const REFUND: &str = "refund";

/// The reviewer's half of a work item, together with what it leads to, in one transaction.
pub struct CarryOut {
    /// Which item.
    pub item: WorkItemId,
    /// Whether the clerk's decision stands.
    pub confirmed: Confirmed,
}

/// What a confirmed decision led to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Carried {
    /// The item went back to the clerks.
    Returned,
    /// A refund was asked for.
    Refunding(RefundId),
    /// The item is closed; nothing moves.
    Closed,
}

/// Why a decision was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum CarryOutError {
    /// The work item refused.
    #[error(transparent)]
    Item(#[from] WorkItemError),
    /// The refund refused.
    #[error(transparent)]
    Refund(#[from] RefundError),
    /// The item does not say which receipt it is about.
    #[error("the work item names no receipt")]
    NoReceipt,
    /// The database failed.
    #[error("the decision could not be carried out")]
    Database(#[from] DbErr),
}

impl Fault for CarryOutError {
    fn code(&self) -> &'static str {
        match self {
            CarryOutError::Item(error) => error.code(),
            CarryOutError::Refund(error) => error.code(),
            CarryOutError::NoReceipt => "work_item_no_receipt",
            CarryOutError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            CarryOutError::Item(error) => error.kind(),
            CarryOutError::Refund(error) => error.kind(),
            CarryOutError::NoReceipt => FaultKind::Conflict,
            CarryOutError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            CarryOutError::Item(error) => error.database(),
            CarryOutError::Refund(error) => error.database(),
            CarryOutError::NoReceipt => None,
            CarryOutError::Database(error) => Some(error),
        }
    }
}

/// What work items about money say of it.
#[derive(Deserialize)]
struct Money {
    receipt: ReceiptId,
    amount: Fen,
}

impl Act for CarryOut {
    const ACTION: Action = Action::ReviewWorkItem;
    type Answer = Carried;
    type Error = CarryOutError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, CarryOutError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<Carried, CarryOutError> {
        let reviewed = ReviewWorkItem { item: self.item, confirmed: self.confirmed }.act(op).await?;
        match (self.confirmed, money_to_give_back(&reviewed)) {
            (Confirmed::No, _) => Ok(Carried::Returned),
            (Confirmed::Yes, false) => Ok(Carried::Closed),
            (Confirmed::Yes, true) => {
                let money: Money = serde_json::from_value(reviewed.detail).map_err(|_| CarryOutError::NoReceipt)?;
                // What has found its order since is nobody's to give back here: where it came twice, it has an item of its own.
                if reviewed.kind == UNMATCHED_PAYMENT && !is_unmatched(op, money.receipt).await? {
                    return Ok(Carried::Closed);
                }
                let refund = payment::refund(op, money.receipt, money.amount, reason(&reviewed.kind)).await?;
                contribution::refund_asked(op, money.receipt.uuid()).await?;
                Ok(Carried::Refunding(refund.id))
            }
        }
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "item": self.item, "confirmed": self.confirmed == Confirmed::Yes }))
    }
}

fn money_to_give_back(item: &WorkItem) -> bool {
    let about_money = [DUPLICATE_PAYMENT, UNMATCHED_PAYMENT, LIMITS_FELL].contains(&item.kind.as_str());
    about_money && item.decision.as_deref() == Some(REFUND)
}

async fn is_unmatched(op: &Op, receipt: ReceiptId) -> Result<bool, DbErr> {
    let receipt = payment::receipt(op, receipt).await?;
    Ok(receipt.is_none_or(|receipt| receipt.standing == payment::Standing::Unmatched))
}

fn reason(kind: &str) -> &'static str {
    if kind == DUPLICATE_PAYMENT { "重复缴费退款" } else { "无法核对的缴款退回" }
}

/// A refund has ended. It reached the payer: the money leaves temporary receipts, from where the gateway took it. It failed: the
/// money is held as before, and `payment` has opened a work item.
pub(crate) struct BookRefund {
    pub(crate) refund: Refund,
}

/// Why a refund could not be booked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BookRefundError {
    #[error("the journal does not stand")]
    Journal(#[from] JournalError),
    #[error("the refund could not be booked")]
    Database(#[from] DbErr),
}

impl Fault for BookRefundError {
    fn code(&self) -> &'static str {
        match self {
            BookRefundError::Journal(_) => "refund_journal",
            BookRefundError::Database(_) => "database",
        }
    }
    fn kind(&self) -> FaultKind {
        FaultKind::Internal
    }
    fn database(&self) -> Option<&DbErr> {
        match self {
            BookRefundError::Database(error) => Some(error),
            BookRefundError::Journal(_) => None,
        }
    }
}

impl Act for BookRefund {
    const ACTION: Action = Action::RefundPayment;
    type Answer = ();
    type Error = BookRefundError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, BookRefundError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<(), BookRefundError> {
        if self.refund.state == payment::RefundState::Failed {
            contribution::refund_failed(op, self.refund.receipt.id).await?;
            return Ok(());
        }
        let held = match self.refund.receipt.standing {
            payment::Standing::Unmatched => account::UNMATCHED_RECEIPTS,
            payment::Standing::Counted | payment::Standing::Duplicate => account::DUPLICATE_RECEIPTS,
        };
        let lines =
            vec![Line::debit(held, self.refund.amount), Line::credit(account::GATEWAY_IN_TRANSIT, self.refund.amount)];
        let source = Source { kind: "payment.refund", id: self.refund.id.uuid() };
        let journal = ledger::post(op, Journal::balanced(SERVED_FUND, op.today(), source, lines)?).await?;
        let given_back = contribution::refund_done(op, self.refund.receipt.id.uuid(), journal).await?;
        // Only the first time: a job that died after this act runs it again.
        if given_back > 0 { tell_payer(op, &self.refund).await } else { Ok(()) }
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "refund": self.refund.id, "amount": self.refund.amount }))
    }
}

async fn tell_payer(op: &mut Op, refund: &Refund) -> Result<(), BookRefundError> {
    let Some(order) = refund.receipt.order else { return Ok(()) };
    let Some(order) = payment::order(op, order).await? else { return Ok(()) };
    let to = tell::recipient(op, order.payer).await?;
    message::tell(op, &to, &Notice::Refunded { amount: refund.amount }).await?;
    Ok(())
}
