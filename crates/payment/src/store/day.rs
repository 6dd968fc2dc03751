//! Our side of a gateway's day, and the days as they were kept.

use crate::gateway::GatewayKind;
use crate::reconcile::OurRow;
use crate::{DailyRow, Day, DayId, Reconciliation, RowKind};
use control::{Op, Row, View};
use kernel::{Date, Fen, Timestamp};
use sea_orm::DbErr;

/// The first instant of a business day (+08:00).
fn start_of(day: Date) -> Timestamp {
    day.and_time(chrono::NaiveTime::MIN).and_utc() - chrono::TimeDelta::hours(8)
}

pub(crate) async fn rows_of_day(view: &View, gateway: GatewayKind, date: Date) -> Result<Vec<OurRow>, DbErr> {
    const PAYMENTS: &str = "select r.transaction_id, r.number, r.amount, r.paid_at, o.fund from payment_receipt r \
        left join payment_order o on o.id = r.order_id where r.gateway = $1 and r.paid_at >= $2 and r.paid_at < $3";
    const REFUNDS: &str = "select f.number, r.number, f.amount, f.done_at, o.fund from payment_refund f \
        join payment_receipt r on r.id = f.receipt_id left join payment_order o on o.id = r.order_id \
        where r.gateway = $1 and f.state = 'done' and f.done_at >= $2 and f.done_at < $3";
    let (from, until) = (start_of(date), start_of(date) + chrono::TimeDelta::days(1));
    let mut rows = Vec::new();
    for (kind, sql) in [(RowKind::Payment, PAYMENTS), (RowKind::Refund, REFUNDS)] {
        for row in view.fetch_all(sql, [gateway.into(), from.into(), until.into()]).await? {
            rows.push(read(kind, &row)?);
        }
    }
    Ok(rows)
}

fn read(kind: RowKind, row: &Row) -> Result<OurRow, DbErr> {
    let daily = DailyRow {
        kind,
        reference: row.try_get_by_index(0)?,
        number: row.try_get_by_index(1)?,
        amount: row.try_get_by_index(2)?,
        at: row.try_get_by_index(3)?,
    };
    Ok(OurRow { row: daily, fund: row.try_get_by_index(4)? })
}

pub(crate) async fn keep_day(op: &Op, day: &Reconciliation) -> Result<Day, DbErr> {
    const INSERT: &str = "insert into payment_day (gateway, on_day, id, matched, received, refunded, differences, \
        recorded_at) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing";
    const REPLACE: &str = "update payment_day set matched = $4, received = $5, refunded = $6, differences = $7, \
        recorded_at = $8 where gateway = $1 and on_day = $2 and id <> $3";
    const FIND: &str = "select id, received, refunded from payment_day where gateway = $1 and on_day = $2";
    let id: DayId = op.new_id();
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let values = [
        day.gateway.into(),
        day.date.into(),
        id.into(),
        count(day.matched).into(),
        day.received.values().sum::<Fen>().into(),
        day.refunded.values().sum::<Fen>().into(),
        count(u64::try_from(day.differences()).unwrap_or(u64::MAX)).into(),
        op.at().into(),
    ];
    if op.execute(INSERT, values.clone()).await? == 1 {
        return Ok(Day { id, is_new: true, net_before: Fen::ZERO });
    }
    let row = op.fetch_one(FIND, [day.gateway.into(), day.date.into()]).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("a day that was just there".to_owned()))?;
    let (received, refunded): (Fen, Fen) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
    op.execute(REPLACE, values).await?;
    Ok(Day { id: row.try_get_by_index(0)?, is_new: false, net_before: received - refunded })
}

pub(crate) async fn day_kept(view: &View, gateway: GatewayKind, date: Date) -> Result<bool, DbErr> {
    const FIND: &str = "select 1 from payment_day where gateway = $1 and on_day = $2";
    Ok(view.fetch_one(FIND, [gateway.into(), date.into()]).await?.is_some())
}
