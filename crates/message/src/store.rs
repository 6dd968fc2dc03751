//! Every query and every table of this crate, and nothing else knows them.

use crate::{DeliveryId, Message, MessageId, Outgoing, Template};
use control::{Column, Migration, Op, Row, Sealed, View};
use kernel::{PersonId, Timestamp};
use sea_orm::{DbErr, Value};
use std::collections::BTreeMap;

/// The migrations of inbox and outbox.
pub const MIGRATIONS: &[Migration] =
    &[Migration { id: "message/0001", sql: include_str!("store/schema_0001.sql"), append_only: &[] }];

const PHONE: Column = Column("message_delivery", "phone");
const PARAMS: Column = Column("message_delivery", "params");

/// The sealed columns, for sealing them again after a rotation of the keys.
pub const SEALED: &[Sealed] =
    &[Sealed { column: PHONE, stored: "phone_sealed" }, Sealed { column: PARAMS, stored: "params_sealed" }];

type Params = BTreeMap<String, String>;

fn written(params: &Params) -> Result<String, DbErr> {
    serde_json::to_string(params).map_err(|e| DbErr::Custom(format!("message variables: {e}")))
}

fn read(params: &str) -> Result<Params, DbErr> {
    serde_json::from_str(params).map_err(|e| DbErr::Custom(format!("message variables: {e}")))
}

pub(crate) async fn insert_message(
    op: &Op,
    person: PersonId,
    template: Template,
    params: &Params,
) -> Result<MessageId, DbErr> {
    let id: MessageId = op.new_id();
    let insert = "insert into message_message (id, person_id, template, params, at) values ($1, $2, $3, $4, $5)";
    let values: [Value; 5] = [id.into(), person.into(), template.into(), written(params)?.into(), op.at().into()];
    op.execute(insert, values).await?;
    Ok(id)
}

pub(crate) async fn insert_delivery(
    op: &Op,
    message: Option<MessageId>,
    phone: &str,
    template: Template,
    params: &Params,
) -> Result<DeliveryId, DbErr> {
    let id: DeliveryId = op.new_id();
    let insert = "insert into message_delivery (id, message_id, template, phone_sealed, params_sealed, state, made_at) \
                  values ($1, $2, $3, $4, $5, 'waiting', $6)";
    let values: [Value; 6] = [
        id.into(),
        message.into(),
        template.into(),
        op.keys().seal(PHONE, id.uuid(), phone)?.into(),
        op.keys().seal(PARAMS, id.uuid(), &written(params)?)?.into(),
        op.at().into(),
    ];
    op.execute(insert, values).await?;
    Ok(id)
}

pub(crate) async fn messages(view: &View, person: PersonId, limit: u64) -> Result<Vec<Message>, DbErr> {
    let query = "select id, template, params, at, read_at from message_message where person_id = $1 \
                 order by id desc limit $2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = view.fetch_all(query, [person.into(), limit.into()]).await?;
    rows.iter().map(message).collect()
}

fn message(row: &Row) -> Result<Message, DbErr> {
    Ok(Message {
        id: row.try_get_by_index(0)?,
        template: row.try_get_by_index(1)?,
        params: read(&row.try_get_by_index::<String>(2)?)?,
        at: row.try_get_by_index::<Timestamp>(3)?,
        read_at: row.try_get_by_index::<Option<Timestamp>>(4)?,
    })
}

pub(crate) async fn unread(view: &View, person: PersonId) -> Result<u64, DbErr> {
    let query = "select count(*) from message_message where person_id = $1 and read_at is null";
    let row = view.fetch_one(query, [person.into()]).await?;
    let count = row.map_or(Ok(0), |row| row.try_get_by_index::<i64>(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Marks a message as read; the first reading stays. False where the person has no such message.
pub(crate) async fn mark_read(op: &Op, person: PersonId, message: MessageId) -> Result<bool, DbErr> {
    let update = "update message_message set read_at = coalesce(read_at, $1) where id = $2 and person_id = $3";
    Ok(op.execute(update, [op.at().into(), message.into(), person.into()]).await? == 1)
}

pub(crate) async fn outgoing(view: &View, id: DeliveryId) -> Result<Option<Outgoing>, DbErr> {
    let query =
        "select template, phone_sealed, params_sealed from message_delivery where id = $1 and state = 'waiting'";
    let Some(row) = view.fetch_one(query, [id.into()]).await? else { return Ok(None) };
    let open = |column, sealed: Vec<u8>| view.keys().open(column, id.uuid(), &sealed);
    Ok(Some(Outgoing {
        id,
        template: row.try_get_by_index(0)?,
        phone: open(PHONE, row.try_get_by_index(1)?)?,
        params: read(&open(PARAMS, row.try_get_by_index(2)?)?)?,
    }))
}

pub(crate) async fn record_sent(
    op: &Op,
    id: DeliveryId,
    state: &str,
    provider: Option<&str>,
    error: Option<&str>,
) -> Result<u64, DbErr> {
    let update = "update message_delivery set state = $1, provider_id = $2, error = $3, sent_at = $4, params_sealed = $5 \
                  where id = $6 and state = 'waiting'";
    let wiped: Vec<u8> = Vec::new();
    let values: [Value; 6] = [state.into(), provider.into(), error.into(), op.at().into(), wiped.into(), id.into()];
    op.execute(update, values).await
}

pub(crate) async fn record_report(op: &Op, id: DeliveryId, state: &str, error: Option<&str>) -> Result<u64, DbErr> {
    let update = "update message_delivery set state = $1, error = $2, reported_at = $3 \
                  where id = $4 and state in ('sent', 'delivered', 'failed')";
    op.execute(update, [state.into(), error.into(), op.at().into(), id.into()]).await
}
