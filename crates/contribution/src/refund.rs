//! Money that came and does not count: held in temporary receipts, shown, and given back after two officers agreed.

use crate::{entries, store};
use control::{Op, View};
use kernel::{BillId, Fen, JournalId, Month, PersonId, Timestamp};
use payment::ReceiptId;
use sea_orm::DbErr;
use serde::Serialize;

kernel::sql_id! {
    /// An amount that is owed back.
    RefundableId,
}

kernel::words! {
    /// Why money is owed back.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum RefundReason {
        /// 重复缴费: the month counted already.
        Duplicate = "duplicate",
        /// The year's limits were published below those on which the month was prepaid.
        LimitsFell = "limits_fell",
    }
}

kernel::words! {
    /// Where the giving back stands.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum RefundState {
        /// Held in temporary receipts.
        Held = "held",
        /// Two officers agreed; the gateway was asked.
        Asked = "asked",
        /// Given back, and out of the books.
        Refunded = "refunded",
    }
}

/// An amount that is owed back, for one month.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Refundable {
    /// Its id.
    pub id: RefundableId,
    /// To whom.
    pub person: PersonId,
    /// The bill that it was paid for.
    pub bill: BillId,
    /// The month that it was paid for.
    pub month: Month,
    /// The receipt by which it came.
    pub receipt: Option<ReceiptId>,
    /// Why it does not count.
    pub reason: RefundReason,
    /// How much.
    pub amount: Fen,
    /// Since when it is held.
    pub held_at: Timestamp,
    /// Where it stands.
    pub state: RefundState,
    /// The journal that took it out of the books.
    pub journal: Option<JournalId>,
}

/// What is or was owed back to a person.
///
/// # Errors
/// The database's.
pub async fn refundables(view: &View, person: PersonId) -> Result<Vec<Refundable>, DbErr> {
    let mut owed = Vec::new();
    for entry in entries(view, person).await? {
        owed.append(&mut store::refundable::of_person(view, entry).await?);
    }
    owed.sort_by_key(|refundable| refundable.month);
    Ok(owed)
}

/// What a receipt left over, by month.
///
/// # Errors
/// The database's.
pub async fn left_over(view: &View, receipt: impl Into<ReceiptId>) -> Result<Vec<Refundable>, DbErr> {
    store::refundable::of_receipt(view, receipt.into()).await
}

/// Two officers agreed that what a receipt left over goes back, and the gateway is asked. Answers how much was held; nothing
/// where the receipt left nothing over.
///
/// # Errors
/// The database's.
pub async fn refund_asked(op: &mut Op, receipt: impl Into<ReceiptId>) -> Result<Fen, DbErr> {
    let receipt = receipt.into();
    let rows = store::refundable::of_receipt(op, receipt).await?;
    let held: Fen = rows.iter().filter(|row| row.state == RefundState::Held).map(|row| row.amount).sum();
    let surplus = store::claim::surplus_of(op, receipt).await?;
    let change = (RefundState::Held, RefundState::Asked);
    store::refundable::change_state(op, receipt, change, None).await?;
    store::claim::move_surplus(op, receipt, change, None).await?;
    Ok([held, surplus].into_iter().sum())
}

/// The payer has the money: what was asked for is out of the books by this journal (Dr 暂收款, Cr what the gateway took it from).
///
/// # Errors
/// The database's.
pub async fn refund_done(op: &mut Op, receipt: impl Into<ReceiptId>, journal: JournalId) -> Result<u64, DbErr> {
    let change = (RefundState::Asked, RefundState::Refunded);
    let receipt = receipt.into();
    let surplus = store::claim::move_surplus(op, receipt, change, Some(journal)).await?;
    Ok(surplus + store::refundable::change_state(op, receipt, change, Some(journal)).await?)
}

/// The gateway could not give it back: it is held again, and two officers decide anew.
///
/// # Errors
/// The database's.
pub async fn refund_failed(op: &mut Op, receipt: impl Into<ReceiptId>) -> Result<u64, DbErr> {
    let (receipt, change) = (receipt.into(), (RefundState::Asked, RefundState::Held));
    let surplus = store::claim::move_surplus(op, receipt, change, None).await?;
    Ok(surplus + store::refundable::change_state(op, receipt, change, None).await?)
}
