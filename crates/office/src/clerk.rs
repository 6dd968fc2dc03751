//! What two officers decide about money that does not count: the clerk proposes, the reviewer confirms, and only then it moves.

use crate::settle::SERVED_FUND;
use crate::tell;
use contribution::back_pay::{self, BACK_PAYMENT, BACK_PAYMENT_LONG, TAKE};
use contribution::{BackPayError, BackPaymentId, DUPLICATE_PAYMENT, LIMITS_FELL};
use control::{
    Act, Action, Confirmed, Fault, FaultKind, NewWorkItem, Op, ReviewWorkItem, Subject, WorkItem, WorkItemError,
};
use kernel::{DemandId, Fen, WorkItemId};
use ledger::{Journal, JournalError, Line, Source, account};
use message::Notice;
use payment::{Payer, REFUND_FAILED, ReceiptId, Refund, RefundError, RefundId};
use sea_orm::DbErr;
use serde::Deserialize;

/// The kind of a work item about money that fits no order.
pub const UNMATCHED_PAYMENT: &str = "unmatched_payment";
/// The kind of a work item about a refund whose gateway did not answer for hours.
pub(crate) const REFUND_STUCK: &str = "refund_stuck";
/// The decision to let money without an order pay a demand note: this and the note's number.
pub const COUNT: &str = "count:";
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
    /// Money that fitted no order went to an employer's demand note.
    Counted(DemandId),
    /// A back payment is owed from now on.
    BackPayment(BackPaymentId),
    /// It is long: two more officers decide by this item.
    TwoMore(WorkItemId),
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
    /// No demand note has the number to which the money was to go.
    #[error("no demand note has this number")]
    NoDemand,
    /// The money has found its order since, or went back.
    #[error("the money is no longer without an order")]
    NotUnmatched,
    /// The back payment cannot be taken any more.
    #[error(transparent)]
    BackPayment(#[from] BackPayError),
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
            CarryOutError::NoDemand => "work_item_no_demand",
            CarryOutError::NotUnmatched => "work_item_not_unmatched",
            CarryOutError::BackPayment(error) => error.code(),
            CarryOutError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            CarryOutError::Item(error) => error.kind(),
            CarryOutError::Refund(error) => error.kind(),
            CarryOutError::NoReceipt | CarryOutError::NoDemand | CarryOutError::NotUnmatched => FaultKind::Conflict,
            CarryOutError::BackPayment(error) => error.kind(),
            CarryOutError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            CarryOutError::Item(error) => error.database(),
            CarryOutError::Refund(error) => error.database(),
            CarryOutError::NoReceipt | CarryOutError::NoDemand | CarryOutError::NotUnmatched => None,
            CarryOutError::BackPayment(error) => error.database(),
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
        if let Some(led) = other_business(op, &reviewed, self.confirmed).await? {
            return Ok(led);
        }
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

/// What an item leads to that does not give money back anew; nothing where it is about something else.
async fn other_business(op: &mut Op, item: &WorkItem, confirmed: Confirmed) -> Result<Option<Carried>, CarryOutError> {
    let decision = item.decision.as_deref().unwrap_or_default();
    match (item.kind.as_str(), confirmed) {
        (BACK_PAYMENT | BACK_PAYMENT_LONG, Confirmed::Yes) => back_payment(op, item, decision).await.map(Some),
        (REFUND_STUCK, Confirmed::Yes) if decision == REFUND => carry_again(op, item).await.map(Some),
        (UNMATCHED_PAYMENT, Confirmed::Yes) => match decision.strip_prefix(COUNT) {
            Some(number) => count(op, item, number).await.map(Some),
            None => Ok(None),
        },
        (_, Confirmed::Yes | Confirmed::No) => Ok(None),
    }
}

/// What an item about a refund without an answer says.
#[derive(Deserialize)]
struct Stuck {
    refund: RefundId,
}

async fn carry_again(op: &mut Op, item: &WorkItem) -> Result<Carried, CarryOutError> {
    let stuck: Stuck = serde_json::from_value(item.detail.clone()).map_err(|_| CarryOutError::NoReceipt)?;
    payment::carry_again(op, stuck.refund).await?;
    Ok(Carried::Refunding(stuck.refund))
}

/// Asks two officers about a refund whose gateway did not answer for hours.
pub(crate) struct AskAboutRefund {
    pub(crate) refund: RefundId,
}

impl Act for AskAboutRefund {
    const ACTION: Action = Action::RefundPayment;
    type Answer = ();
    type Error = RefundError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, RefundError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<(), RefundError> {
        let refund = payment::refund_of(op, self.refund).await?.ok_or(RefundError::NotFound)?;
        let key = format!("{REFUND_STUCK}:{}", refund.id);
        let detail = serde_json::json!({
            "refund": refund.id, "receipt": refund.receipt.id, "amount": refund.amount, "number": refund.number
        });
        NewWorkItem { key: &key, kind: REFUND_STUCK, person: None, detail }.open(op).await?;
        Ok(())
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "refund": self.refund }))
    }
}

/// What items about back payments say.
#[derive(Deserialize)]
struct About {
    back_payment: BackPaymentId,
    long: bool,
}

async fn back_payment(op: &mut Op, item: &WorkItem, decision: &str) -> Result<Carried, CarryOutError> {
    let about: About = serde_json::from_value(item.detail.clone()).map_err(|_| CarryOutError::NoReceipt)?;
    if decision != TAKE {
        back_pay::refuse(op, about.back_payment).await?;
        return Ok(Carried::Closed);
    }
    if about.long && item.kind == BACK_PAYMENT {
        return Ok(Carried::TwoMore(back_pay::ask_two_more(op, item.detail.clone(), item.person).await?));
    }
    back_pay::take(op, about.back_payment).await?;
    Ok(Carried::BackPayment(about.back_payment))
}

/// Money that fitted no order goes to the demand note that the officers found for it.
async fn count(op: &mut Op, item: &WorkItem, number: &str) -> Result<Carried, CarryOutError> {
    let money: Money = serde_json::from_value(item.detail.clone()).map_err(|_| CarryOutError::NoReceipt)?;
    let demand = contribution::demand_by_number(op, number.trim()).await?.ok_or(CarryOutError::NoDemand)?;
    let order = crate::demand::order_for(op, &demand, money.amount).await?;
    let receipt = payment::assign(op, money.receipt, order.id).await?.ok_or(CarryOutError::NotUnmatched)?;
    let on = op.today();
    contribution::receive(op, demand.id, &receipt, on).await?;
    Ok(Carried::Counted(demand.id))
}

fn money_to_give_back(item: &WorkItem) -> bool {
    let about_money = [DUPLICATE_PAYMENT, UNMATCHED_PAYMENT, LIMITS_FELL, REFUND_FAILED].contains(&item.kind.as_str());
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
    if let Payer::Person(person) = order.payer {
        let to = tell::recipient(op, person).await?;
        message::tell(op, &to, &Notice::Refunded { amount: refund.amount }).await?;
    }
    Ok(())
}
