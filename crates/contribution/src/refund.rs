//! Money that came and does not count: held in temporary receipts, shown, and given back after two officers agreed.

use crate::store;
use control::View;
use kernel::{BillId, Fen, JournalId, Month, PersonId, Timestamp};
use sea_orm::DbErr;
use serde::Serialize;
use uuid::Uuid;

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
    pub receipt: Option<Uuid>,
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
    store::refundable::of_person(view, person).await
}
