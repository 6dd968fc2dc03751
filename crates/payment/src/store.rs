//! Every query and every table of this crate, and nothing else knows them.

mod attempt;
mod day;
mod entity;
mod receipt;

pub(crate) use attempt::{
    attempt, attempts_of, attempts_to_close, count_silent_attempts, end_attempt, end_paid_attempts, insert_attempt,
    record_cashier, silent_attempts,
};
pub(crate) use day::{day_kept, keep_day, rows_of_day};
pub use receipt::SEALED;
pub(crate) use receipt::{
    NewReceipt, end_refund, insert_receipt, insert_refund, learn_payer, lock_receipt, lock_refund, payer_of, receipt,
    receipt_of_transaction, receipts_of, record_journal, refund, refunds_of, resolve_receipt, unmatched_receipts,
};

use crate::{GatewayKind, Order, Purpose, State};
use control::{Migration, Op, View};
use entity::order;
use kernel::OrderId;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// The migrations of the payment tables.
pub const MIGRATIONS: &[Migration] =
    &[Migration { id: "payment/0001", sql: include_str!("store/schema_0001.sql"), append_only: &[] }];

pub(crate) async fn insert_order(op: &Op, order: &Order) -> Result<(), DbErr> {
    const INSERT: &str = "insert into payment_order (id, number, purpose_kind, purpose_id, payer_id, fund, amount, \
        description, state, receipt_id, opened_at, expires_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, 'open', null, $9, $10)";
    let values = [
        order.id.into(),
        order.number.as_str().into(),
        order.purpose.kind().into(),
        order.purpose.id().into(),
        order.payer.id().into(),
        order.fund.into(),
        order.amount.into(),
        order.description.as_str().into(),
        order.opened_at.into(),
        order.expires_at.into(),
    ];
    op.execute(INSERT, values).await.map(|_| ())
}

pub(crate) async fn order(view: &View, id: OrderId) -> Result<Option<Order>, DbErr> {
    order::Entity::find_by_id(id).one(&view.db()).await?.map(Order::try_from).transpose()
}

pub(crate) async fn lock_order(op: &Op, id: OrderId) -> Result<Option<Order>, DbErr> {
    order::Entity::find_by_id(id).lock_exclusive().one(&op.db()).await?.map(Order::try_from).transpose()
}

pub(crate) async fn order_by_number(view: &View, number: &str) -> Result<Option<Order>, DbErr> {
    let query = order::Entity::find().filter(order::Column::Number.eq(number));
    query.one(&view.db()).await?.map(Order::try_from).transpose()
}

pub(crate) async fn orders_of(view: &View, purpose: Purpose) -> Result<Vec<Order>, DbErr> {
    let query = order::Entity::find()
        .filter(order::Column::PurposeId.eq(purpose.id()))
        .filter(order::Column::PurposeKind.eq(purpose.kind()))
        .order_by_asc(order::Column::Id);
    query.all(&view.db()).await?.into_iter().map(Order::try_from).collect()
}

pub(crate) async fn expired_orders(view: &View, limit: u64) -> Result<Vec<Order>, DbErr> {
    let query = order::Entity::find()
        .filter(order::Column::State.eq("open"))
        .filter(order::Column::ExpiresAt.lte(view.at()))
        .order_by_asc(order::Column::ExpiresAt)
        .limit(limit);
    query.all(&view.db()).await?.into_iter().map(Order::try_from).collect()
}

/// The order behind the number of an attempt, and the gateway that the number was given to.
pub(crate) async fn order_of_number(view: &View, number: &str) -> Result<Option<(GatewayKind, Order)>, DbErr> {
    const FIND: &str = "select a.gateway, o.id, o.number, o.purpose_kind, o.purpose_id, o.payer_id, o.fund, o.amount, \
        o.description, o.state, o.receipt_id, o.opened_at, o.expires_at \
        from payment_attempt a join payment_order o on o.id = a.order_id where a.number = $1";
    let Some(row) = view.fetch_one(FIND, [number.into()]).await? else { return Ok(None) };
    let order = order::Model {
        id: row.try_get_by_index(1)?,
        number: row.try_get_by_index(2)?,
        purpose_kind: row.try_get_by_index(3)?,
        purpose_id: row.try_get_by_index(4)?,
        payer_id: row.try_get_by_index(5)?,
        fund: row.try_get_by_index(6)?,
        amount: row.try_get_by_index(7)?,
        description: row.try_get_by_index(8)?,
        state: row.try_get_by_index(9)?,
        receipt_id: row.try_get_by_index(10)?,
        opened_at: row.try_get_by_index(11)?,
        expires_at: row.try_get_by_index(12)?,
    };
    Ok(Some((row.try_get_by_index(0)?, Order::try_from(order)?)))
}

/// Moves an order from a state to another; false where it was in neither that state nor there.
pub(crate) async fn move_order(op: &Op, id: OrderId, from: State, to: State) -> Result<bool, DbErr> {
    const MOVE: &str = "update payment_order set state = $1, receipt_id = $2 where id = $3 and state = $4";
    let receipt = match to {
        State::Paid { receipt } => Some(receipt),
        State::Open | State::Closed => None,
    };
    let values = [to.word().into(), receipt.into(), id.into(), from.word().into()];
    Ok(op.execute(MOVE, values).await? == 1)
}
