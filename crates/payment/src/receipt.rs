//! The noun: a receipt is one transaction of a gateway, kept once. What it is worth is its standing.

use crate::gateway::GatewayKind;
use crate::{Mismatch, store};
use control::{Op, View};
use kernel::{Fen, JournalId, OrderId, Timestamp};
use sea_orm::DbErr;
use std::fmt;

kernel::sql_id! {
    /// A receipt of money.
    ReceiptId,
}

/// Money that a gateway reports, and whose report was checked: only the gateway modules of this crate make one, after the
/// signature, the merchant and the currency have stood the check.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verified {
    pub(crate) gateway: GatewayKind,
    pub(crate) merchant: String,
    pub(crate) number: String,
    pub(crate) transaction_id: String,
    pub(crate) amount: Fen,
    pub(crate) paid_at: Timestamp,
    pub(crate) notice_id: Option<String>,
    pub(crate) payer: Option<PayerAccount>,
}

impl Verified {
    /// Where it was paid.
    pub const fn gateway(&self) -> GatewayKind {
        self.gateway
    }

    /// The number that the payment names.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The gateway's own number of the transaction.
    pub fn transaction_id(&self) -> &str {
        &self.transaction_id
    }

    /// How much.
    pub const fn amount(&self) -> Fen {
        self.amount
    }

    /// When it was paid.
    pub const fn paid_at(&self) -> Timestamp {
        self.paid_at
    }
}

/// The account that a bank transfer came from, to which a refund goes. Sealed in the database, masked in logs.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PayerAccount {
    /// The account's number.
    pub account: String,
    /// Its holder.
    pub name: String,
}

impl fmt::Debug for PayerAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PayerAccount(***)")
    }
}

kernel::words! {
    /// What a receipt is worth.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum Standing {
        /// It paid its order.
        Counted = "counted",
        /// Its order was paid before by another transaction (重复缴费).
        Duplicate = "duplicate",
        /// It fits no order.
        Unmatched = "unmatched",
    }
}

/// A receipt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// Its id.
    pub id: ReceiptId,
    /// Where it was paid.
    pub gateway: GatewayKind,
    /// The gateway's own number of the transaction.
    pub transaction_id: String,
    /// The number that the payment named.
    pub number: String,
    /// The order, where one is known.
    pub order: Option<OrderId>,
    /// How much.
    pub amount: Fen,
    /// When it was paid.
    pub paid_at: Timestamp,
    /// What it is worth.
    pub standing: Standing,
    /// Why it fits no order, where it does not.
    pub mismatch: Option<Mismatch>,
    /// The journal that booked it, once one has.
    pub journal: Option<JournalId>,
}

/// One receipt.
///
/// # Errors
/// The database's.
pub async fn receipt(view: &View, id: ReceiptId) -> Result<Option<Receipt>, DbErr> {
    store::receipt(view, id).await
}

/// All receipts for an order, oldest first.
///
/// # Errors
/// The database's.
pub async fn receipts_of(view: &View, order: OrderId) -> Result<Vec<Receipt>, DbErr> {
    store::receipts_of(view, order).await
}

/// Receipts that fit no order, oldest first.
///
/// # Errors
/// The database's.
pub async fn unmatched(view: &View, limit: u64) -> Result<Vec<Receipt>, DbErr> {
    store::unmatched_receipts(view, limit).await
}

/// Writes down the journal that booked a receipt. The first one stays.
///
/// # Errors
/// The database's.
pub async fn booked(op: &mut Op, receipt: ReceiptId, journal: JournalId) -> Result<(), DbErr> {
    store::record_journal(op, receipt, journal).await
}

/// The account that a receipt came from, where the gateway said so.
///
/// # Errors
/// The database's; also where the sealed value does not open.
pub async fn payer_of(view: &View, receipt: ReceiptId) -> Result<Option<PayerAccount>, DbErr> {
    store::payer_of(view, receipt).await
}
