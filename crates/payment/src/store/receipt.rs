//! The rows of receipts and refunds.

use super::entity::{receipt, refund};
use crate::{Mismatch, PayerAccount, Receipt, ReceiptId, Refund, RefundId, Standing, Verified};
use control::{Column, Op, Sealed, View};
use kernel::{JournalId, OrderId};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

const PAYER: Column = Column("payment_receipt", "payer");

/// The sealed columns, for sealing them again after a rotation of the keys.
pub const SEALED: &[Sealed] = &[Sealed { column: PAYER, stored: "payer" }];

/// A receipt before it is written.
pub(crate) struct NewReceipt {
    pub(crate) receipt: Receipt,
    merchant: String,
    payer: Option<Vec<u8>>,
    notice_id: Option<String>,
}

impl NewReceipt {
    pub(crate) fn of(
        op: &Op,
        money: &Verified,
        order: Option<OrderId>,
        standing: Standing,
        mismatch: Option<Mismatch>,
    ) -> Result<NewReceipt, DbErr> {
        let id: ReceiptId = op.new_id();
        let receipt = Receipt {
            id,
            gateway: money.gateway,
            transaction_id: money.transaction_id.clone(),
            number: money.number.clone(),
            order,
            amount: money.amount,
            paid_at: money.paid_at,
            standing,
            mismatch,
            journal: None,
        };
        let (merchant, notice_id) = (money.merchant.clone(), money.notice_id.clone());
        Ok(NewReceipt { receipt, merchant, payer: sealed_payer(op, id, money)?, notice_id })
    }
}

fn sealed_payer(op: &Op, id: ReceiptId, money: &Verified) -> Result<Option<Vec<u8>>, DbErr> {
    let Some(payer) = &money.payer else { return Ok(None) };
    let text = serde_json::to_string(payer).map_err(|error| DbErr::Json(error.to_string()))?;
    Ok(Some(op.keys().seal(PAYER, id.uuid(), &text)?))
}

/// Keeps the payer's account, where a later report of the same money is the first to name it.
pub(crate) async fn learn_payer(op: &Op, id: ReceiptId, money: &Verified) -> Result<(), DbErr> {
    const LEARN: &str = "update payment_receipt set payer = $1 where id = $2 and payer is null";
    if let Some(sealed) = sealed_payer(op, id, money)? {
        op.execute(LEARN, [sealed.into(), id.into()]).await?;
    }
    Ok(())
}

/// Writes a receipt; false where its transaction is one already, or its order has another that counts.
pub(crate) async fn insert_receipt(op: &Op, new: &NewReceipt) -> Result<bool, DbErr> {
    const INSERT: &str = "insert into payment_receipt (id, gateway, merchant, transaction_id, number, order_id, amount, \
        paid_at, standing, mismatch, journal_id, payer, notice_id, recorded_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, null, $11, $12, $13) on conflict do nothing";
    let receipt = &new.receipt;
    let values = [
        receipt.id.into(),
        receipt.gateway.into(),
        new.merchant.as_str().into(),
        receipt.transaction_id.as_str().into(),
        receipt.number.as_str().into(),
        receipt.order.into(),
        receipt.amount.into(),
        receipt.paid_at.into(),
        receipt.standing.into(),
        receipt.mismatch.map(Mismatch::as_str).into(),
        new.payer.clone().into(),
        new.notice_id.clone().into(),
        op.at().into(),
    ];
    Ok(op.execute(INSERT, values).await? == 1)
}

pub(crate) async fn receipt(view: &View, id: ReceiptId) -> Result<Option<Receipt>, DbErr> {
    Ok(receipt::Entity::find_by_id(id).one(&view.db()).await?.map(Receipt::from))
}

pub(crate) async fn lock_receipt(op: &Op, id: ReceiptId) -> Result<Option<Receipt>, DbErr> {
    Ok(receipt::Entity::find_by_id(id).lock_exclusive().one(&op.db()).await?.map(Receipt::from))
}

pub(crate) async fn receipt_of_transaction(view: &View, money: &Verified) -> Result<Option<Receipt>, DbErr> {
    let query = receipt::Entity::find()
        .filter(receipt::Column::Gateway.eq(money.gateway))
        .filter(receipt::Column::TransactionId.eq(&money.transaction_id));
    Ok(query.one(&view.db()).await?.map(Receipt::from))
}

pub(crate) async fn receipts_of(view: &View, order: OrderId) -> Result<Vec<Receipt>, DbErr> {
    let query = receipt::Entity::find().filter(receipt::Column::OrderId.eq(order)).order_by_asc(receipt::Column::Id);
    Ok(query.all(&view.db()).await?.into_iter().map(Receipt::from).collect())
}

pub(crate) async fn unmatched_receipts(view: &View, limit: u64) -> Result<Vec<Receipt>, DbErr> {
    let query = receipt::Entity::find()
        .filter(receipt::Column::Standing.eq(Standing::Unmatched))
        .order_by_asc(receipt::Column::PaidAt)
        .limit(limit);
    Ok(query.all(&view.db()).await?.into_iter().map(Receipt::from).collect())
}

pub(crate) async fn resolve_receipt(op: &Op, receipt: &Receipt) -> Result<(), DbErr> {
    const RESOLVE: &str = "update payment_receipt set standing = $1, mismatch = null, order_id = $2 where id = $3";
    let values = [receipt.standing.into(), receipt.order.into(), receipt.id.into()];
    op.execute(RESOLVE, values).await.map(|_| ())
}

pub(crate) async fn record_journal(op: &Op, receipt: ReceiptId, journal: JournalId) -> Result<(), DbErr> {
    const RECORD: &str = "update payment_receipt set journal_id = $1 where id = $2 and journal_id is null";
    op.execute(RECORD, [journal.into(), receipt.into()]).await.map(|_| ())
}

pub(crate) async fn payer_of(view: &View, id: ReceiptId) -> Result<Option<PayerAccount>, DbErr> {
    let row = receipt::Entity::find_by_id(id).one(&view.db()).await?;
    let Some(sealed) = row.and_then(|row| row.payer) else { return Ok(None) };
    let text = view.keys().open(PAYER, id.uuid(), &sealed)?;
    serde_json::from_str(&text).map(Some).map_err(|error| DbErr::Json(error.to_string()))
}

// -- refunds -------------------------------------------------------------------------------------------------------------

pub(crate) async fn insert_refund(op: &Op, refund: &Refund) -> Result<(), DbErr> {
    let row = refund::Model {
        id: refund.id,
        receipt_id: refund.receipt.id,
        number: refund.number.clone(),
        amount: refund.amount,
        reason: refund.reason.clone(),
        state: refund.state,
        asked_at: refund.asked_at,
        done_at: refund.done_at,
    };
    refund::Entity::insert(row.into_active_model()).exec_without_returning(&op.db()).await.map(|_| ())
}

pub(crate) async fn refund(view: &View, id: RefundId) -> Result<Option<Refund>, DbErr> {
    with_receipt(view, refund::Entity::find_by_id(id).one(&view.db()).await?).await
}

pub(crate) async fn lock_refund(op: &Op, id: RefundId) -> Result<Option<Refund>, DbErr> {
    with_receipt(op, refund::Entity::find_by_id(id).lock_exclusive().one(&op.db()).await?).await
}

async fn with_receipt(view: &View, row: Option<refund::Model>) -> Result<Option<Refund>, DbErr> {
    let Some(row) = row else { return Ok(None) };
    let receipt = receipt(view, row.receipt_id).await?;
    Ok(receipt.map(|receipt| row.of(receipt)))
}

pub(crate) async fn refunds_of(view: &View, receipt: &Receipt) -> Result<Vec<Refund>, DbErr> {
    let query =
        refund::Entity::find().filter(refund::Column::ReceiptId.eq(receipt.id)).order_by_asc(refund::Column::Id);
    Ok(query.all(&view.db()).await?.into_iter().map(|row| row.of(receipt.clone())).collect())
}

pub(crate) async fn end_refund(op: &Op, refund: &Refund) -> Result<(), DbErr> {
    const END: &str = "update payment_refund set state = $1, done_at = $2 where id = $3 and state = 'asked'";
    op.execute(END, [refund.state.into(), refund.done_at.into(), refund.id.into()]).await.map(|_| ())
}
