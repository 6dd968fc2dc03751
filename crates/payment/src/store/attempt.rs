//! The rows of attempts, each read together with what it needs of its order.

use crate::attempt::AttemptState;
use crate::{Attempt, AttemptId};
use control::{Op, Row, View};
use kernel::{OrderId, Timestamp};
use sea_orm::{DbErr, Value};

/// Columns of an attempt with its order's, for [`read`].
macro_rules! attempts {
    ($rest:literal) => {
        concat!(
            "select a.id, a.order_id, a.gateway, a.number, a.cashier, a.state, o.amount, o.description, o.expires_at ",
            "from payment_attempt a join payment_order o on o.id = a.order_id ",
            $rest
        )
    };
}

fn read(row: &Row) -> Result<(Attempt, AttemptState), DbErr> {
    let attempt = Attempt {
        id: row.try_get_by_index(0)?,
        order: row.try_get_by_index(1)?,
        gateway: row.try_get_by_index(2)?,
        number: row.try_get_by_index(3)?,
        amount: row.try_get_by_index(6)?,
        description: row.try_get_by_index(7)?,
        expires_at: row.try_get_by_index(8)?,
        cashier: row.try_get_by_index(4)?,
    };
    Ok((attempt, row.try_get_by_index(5)?))
}

async fn all(
    view: &View,
    sql: &'static str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<(Attempt, AttemptState)>, DbErr> {
    view.fetch_all(sql, values).await?.iter().map(read).collect()
}

pub(crate) async fn insert_attempt(op: &Op, attempt: &Attempt) -> Result<(), DbErr> {
    const INSERT: &str = "insert into payment_attempt (id, order_id, gateway, number, state, cashier, started_at) \
        values ($1, $2, $3, $4, 'open', null, $5)";
    let values = [
        attempt.id.into(),
        attempt.order.into(),
        attempt.gateway.into(),
        attempt.number.as_str().into(),
        op.at().into(),
    ];
    op.execute(INSERT, values).await.map(|_| ())
}

pub(crate) async fn attempt(view: &View, id: AttemptId) -> Result<Option<Attempt>, DbErr> {
    let row = view.fetch_one(attempts!("where a.id = $1"), [id.into()]).await?;
    row.map(|row| read(&row).map(|(attempt, _)| attempt)).transpose()
}

pub(crate) async fn attempts_of(view: &View, order: OrderId) -> Result<Vec<(Attempt, AttemptState)>, DbErr> {
    all(view, attempts!("where a.order_id = $1 order by a.id"), [order.into()]).await
}

pub(crate) async fn record_cashier(op: &Op, id: AttemptId, url: &str) -> Result<bool, DbErr> {
    const RECORD: &str = "update payment_attempt set cashier = $1 where id = $2";
    Ok(op.execute(RECORD, [url.into(), id.into()]).await? == 1)
}

pub(crate) async fn end_attempt(op: &Op, id: AttemptId) -> Result<bool, DbErr> {
    Ok(op.execute("update payment_attempt set state = 'ended' where id = $1", [id.into()]).await? == 1)
}

pub(crate) async fn end_paid_attempts(op: &Op) -> Result<u64, DbErr> {
    const END: &str = "update payment_attempt set state = 'ended' where state = 'open' and exists (\
        select 1 from payment_receipt r where r.order_id = payment_attempt.order_id and r.number = payment_attempt.number)";
    op.execute(END, []).await
}

pub(crate) async fn count_silent_attempts(view: &View, before: Timestamp) -> Result<u64, DbErr> {
    const COUNT: &str = "select cast(count(*) as bigint) from payment_attempt a \
        join payment_order o on o.id = a.order_id \
        where a.state = 'open' and o.state = 'open' and a.started_at <= $1 and o.expires_at > $2";
    let row = view.fetch_one(COUNT, [before.into(), view.at().into()]).await?;
    let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Oldest first: so many, after so many.
pub(crate) async fn silent_attempts(
    view: &View,
    before: Timestamp,
    (limit, offset): (u64, u64),
) -> Result<Vec<Attempt>, DbErr> {
    const FIND: &str = attempts!(
        "where a.state = 'open' and o.state = 'open' and a.started_at <= $1 and o.expires_at > $2 \
         order by a.started_at, a.id limit $3 offset $4"
    );
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let values = [before.into(), view.at().into(), whole(limit).into(), whole(offset).into()];
    let found = all(view, FIND, values).await?;
    Ok(found.into_iter().map(|(attempt, _)| attempt).collect())
}

pub(crate) async fn attempts_to_close(view: &View, limit: u64) -> Result<Vec<Attempt>, DbErr> {
    const FIND: &str = attempts!(
        "where a.state = 'open' and (o.state <> 'open' or o.expires_at <= $1) and not exists (\
         select 1 from payment_receipt r where r.order_id = a.order_id and r.number = a.number) \
         order by a.started_at limit $2"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = all(view, FIND, [view.at().into(), limit.into()]).await?;
    Ok(found.into_iter().map(|(attempt, _)| attempt).collect())
}
