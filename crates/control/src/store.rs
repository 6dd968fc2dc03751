//! Every query and every table of this crate, and nothing else knows them.

mod entity;

pub(crate) use entity::audit_line;
use entity::{audit_seal, work_item};

use crate::audit::NewLine;
use crate::chain::Seal;
use crate::desk::Trail;
use crate::job::{Job, JobId, NewJob};
use crate::op::insert;
use crate::transaction::Transaction;
use crate::{Migration, Op, Subject, View, WorkItemState};
use kernel::{PersonId, StaffId, Timestamp, WorkItemId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Set, Value,
};
use std::collections::HashMap;
use uuid::Uuid;

/// The migrations of the desk's own tables; [`crate::migrate`] runs them before all others.
pub const MIGRATIONS: &[Migration] = &[Migration {
    id: "control/0001",
    sql: include_str!("store/schema_0001.sql"),
    append_only: &["control_audit", "control_audit_seal"],
}];

/// A UUIDv7 of this moment; the microseconds stand where RFC 9562 (6.2, method 3) puts them, so that ids keep the order of time.
pub(crate) fn new_uuid(at: Timestamp) -> Uuid {
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
    let mut random = [0u8; 10];
    if getrandom::fill(&mut random).is_err() {
        // Ten bytes of another generator are as unique; nothing secret depends on an id.
        random.copy_from_slice(&Uuid::now_v7().as_bytes()[6..]);
    }
    // Twelve bits follow the milliseconds: ten for the microseconds, two random.
    let micros = u16::try_from(at.timestamp_subsec_micros() % 1000).unwrap_or(0) << 2 | u16::from(random[0] & 3);
    random[..2].copy_from_slice(&micros.to_be_bytes());
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

// -- what acts leave beside their own rows ------------------------------------------------------------------------------

pub(crate) async fn write_trail(transaction: &Transaction, trail: &Trail) -> Result<(), DbErr> {
    const LINES: &str = "insert into control_audit \
        (id, at, actor, actor_id, channel, action, subject, subject_id, outcome, reason, detail)";
    const JOBS: &str = "insert into control_job \
        (id, kind, payload, state, due, leased_till, attempts, last_error, made_at)";
    let (local, db) = (transaction.local(), transaction.driver());
    // Eleven values a line and nine a job: a group of 64 acts stays far under the engines' limits.
    for lines in trail.lines.chunks(500) {
        insert(local, db, LINES, 11, lines.iter().flat_map(line_values).collect()).await?;
    }
    for jobs in trail.jobs.chunks(500) {
        insert(local, db, JOBS, 9, jobs.iter().flat_map(job_values).collect()).await?;
    }
    Ok(())
}

fn line_values(line: &NewLine) -> [Value; 11] {
    let (subject, subject_id) = match line.subject {
        Subject::Nobody => ("nobody", None),
        Subject::Person(person) => ("person", Some(person.uuid())),
        Subject::Employer(employer) => ("employer", Some(employer.uuid())),
        Subject::StaffOf(_, person) => ("person", Some(person.uuid())),
        Subject::Agency => ("agency", None),
    };
    [
        line.id.into(),
        line.at.into(),
        line.actor.kind().into(),
        line.actor.id().into(),
        line.actor.channel.into(),
        line.action.into(),
        subject.into(),
        subject_id.into(),
        line.outcome.into(),
        line.reason.clone().into(),
        line.detail.clone().into(),
    ]
}

fn job_values(job: &NewJob) -> [Value; 9] {
    [
        job.id.into(),
        job.kind.into(),
        job.payload.as_str().into(),
        "waiting".into(),
        job.due.into(),
        job.due.into(),
        0i64.into(),
        None::<String>.into(),
        job.due.into(),
    ]
}

// -- audit ---------------------------------------------------------------------------------------------------------------

pub(crate) async fn audit_of_subject(view: &View, subject: Uuid, limit: u64) -> Result<Vec<audit_line::Model>, DbErr> {
    audit_line::Entity::find()
        .filter(audit_line::Column::SubjectId.eq(subject))
        .order_by_desc(audit_line::Column::Id)
        .limit(limit)
        .all(&view.db())
        .await
}

pub(crate) async fn last_audit_seal(view: &View) -> Result<Option<Seal>, DbErr> {
    let row = audit_seal::Entity::find().order_by_desc(audit_seal::Column::Number).one(&view.db()).await?;
    Ok(row.map(Seal::from))
}

pub(crate) async fn audit_seal(view: &View, number: i64) -> Result<Option<Seal>, DbErr> {
    Ok(audit_seal::Entity::find_by_id(number).one(&view.db()).await?.map(Seal::from))
}

/// The seals that may cover lines from a moment on: a seal is set after every line that it covers.
pub(crate) async fn audit_seals_since(view: &View, since: Timestamp) -> Result<Vec<Seal>, DbErr> {
    let rows = audit_seal::Entity::find().filter(audit_seal::Column::At.gte(since)).all(&view.db()).await?;
    Ok(rows.into_iter().map(Seal::from).collect())
}

pub(crate) async fn insert_audit_seal(op: &Op, seal: &Seal) -> Result<(), DbErr> {
    let row = audit_seal::Model {
        number: seal.number,
        at: seal.at,
        covers: seal.covers.clone(),
        previous: seal.previous.clone(),
        hash: seal.hash.clone(),
    };
    audit_seal::Entity::insert(row.into_active_model()).exec_without_returning(&op.db()).await.map(|_| ())
}

/// Ids of lines from a moment on, oldest first: ids are UUIDv7, so the primary key finds them by time.
pub(crate) async fn audit_ids_since(view: &View, since: Option<Timestamp>, limit: usize) -> Result<Vec<Uuid>, DbErr> {
    const FROM: &str = "select id from control_audit where id >= $1 order by id limit $2";
    let from = since.map_or(Uuid::nil(), first_uuid_of);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = view.fetch_all(FROM, [from.into(), limit.into()]).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

fn first_uuid_of(at: Timestamp) -> Uuid {
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}

pub(crate) async fn audit_lines_by_id(
    view: &View,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, audit_line::Model>, DbErr> {
    let query = audit_line::Entity::find().filter(audit_line::Column::Id.is_in(ids));
    Ok(query.all(&view.db()).await?.into_iter().map(|line| (line.id, line)).collect())
}

pub(crate) async fn audit_counts(view: &View) -> Result<(u64, u64), DbErr> {
    let lines = audit_line::Entity::find().count(&view.db()).await?;
    Ok((lines, audit_seal::Entity::find().count(&view.db()).await?))
}

// -- jobs and leases -------------------------------------------------------------------------------------------------------

const CLAIM: &str = "update control_job set leased_till = $1 where id in (\
    select id from control_job where state = 'waiting' and due <= $2 and leased_till <= $2 order by due limit $3 \
    for update skip locked) and leased_till <= $2 returning id, kind, payload, attempts";
const CLAIM_ON_SQLITE: &str = "update control_job set leased_till = $1 where id in (\
    select id from control_job where state = 'waiting' and due <= $2 and leased_till <= $2 order by due limit $3) \
    returning id, kind, payload, attempts";

pub(crate) async fn claim_jobs(op: &Op, limit: u64, till: Timestamp) -> Result<Vec<Job>, DbErr> {
    let sql = match op.db().get_database_backend() {
        sea_orm::DbBackend::Sqlite => CLAIM_ON_SQLITE,
        sea_orm::DbBackend::Postgres | sea_orm::DbBackend::MySql => CLAIM,
        _ => CLAIM,
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = op.fetch_all(sql, [till.into(), op.at().into(), limit.into()]).await?;
    rows.iter()
        .map(|row| {
            Ok(Job {
                id: row.try_get_by_index(0)?,
                kind: row.try_get_by_index(1)?,
                payload: row.try_get_by_index(2)?,
                attempts: row.try_get_by_index(3)?,
            })
        })
        .collect()
}

pub(crate) async fn finish_job(op: &Op, job: JobId) -> Result<(), DbErr> {
    op.execute("update control_job set state = 'done' where id = $1", [job.into()]).await.map(|_| ())
}

pub(crate) async fn fail_job(
    op: &Op,
    job: JobId,
    attempts: i64,
    due: Option<Timestamp>,
    error: &str,
) -> Result<(), DbErr> {
    const FAIL: &str =
        "update control_job set state = $1, due = $2, leased_till = $2, attempts = $3, last_error = $4 where id = $5";
    let state = if due.is_some() { "waiting" } else { "failed" };
    let due = due.unwrap_or_else(|| op.at());
    op.execute(FAIL, [state.into(), due.into(), attempts.into(), error.into(), job.into()]).await.map(|_| ())
}

pub(crate) async fn job_counts(view: &View) -> Result<(u64, u64), DbErr> {
    let of_state = |state: &'static str| entity::job::Entity::find().filter(entity::job::Column::State.eq(state));
    let waiting = of_state("waiting").filter(entity::job::Column::Due.lte(view.at())).count(&view.db()).await?;
    Ok((waiting, of_state("failed").count(&view.db()).await?))
}

/// Whether a lease is held at the view's moment.
pub(crate) async fn lease_held(view: &View, name: &str) -> Result<bool, DbErr> {
    const HELD: &str = "select 1 as held from control_lease where name = $1 and till >= $2";
    Ok(view.fetch_one(HELD, [name.into(), view.at().into()]).await?.is_some())
}

/// The ids of the migrations that this database has run.
pub(crate) async fn migrations_run(view: &View) -> Result<Vec<String>, DbErr> {
    let rows = view.fetch_all("select id from control_migration", []).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

pub(crate) async fn hold_lease(op: &Op, name: &str, holder: Uuid, till: Timestamp) -> Result<bool, DbErr> {
    const PROLONG: &str =
        "update control_lease set holder = $1, till = $2 where name = $3 and (holder = $1 or till < $4)";
    const TAKE: &str = "insert into control_lease (name, holder, till) values ($1, $2, $3) on conflict do nothing";
    if op.execute(PROLONG, [holder.into(), till.into(), name.into(), op.at().into()]).await? == 1 {
        return Ok(true);
    }
    Ok(op.execute(TAKE, [name.into(), holder.into(), till.into()]).await? == 1)
}

// -- idempotency -----------------------------------------------------------------------------------------------------------

pub(crate) async fn take_idempotency_key(op: &Op, scope: &str, key: &str, inputs: &[u8]) -> Result<bool, DbErr> {
    const TAKE: &str =
        "insert into control_idempotency (scope, key, inputs, at) values ($1, $2, $3, $4) on conflict do nothing";
    let taken = op.execute(TAKE, [scope.into(), key.into(), inputs.to_vec().into(), op.at().into()]).await?;
    Ok(taken == 1)
}

pub(crate) async fn idempotency_key(op: &Op, scope: &str, key: &str) -> Result<(Vec<u8>, Option<String>), DbErr> {
    const FIND: &str = "select inputs, outcome from control_idempotency where scope = $1 and key = $2";
    let row = op.fetch_one(FIND, [scope.into(), key.into()]).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("an idempotency key that was just there".to_owned()))?;
    Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))
}

pub(crate) async fn remember_outcome(op: &Op, scope: &str, key: &str, outcome: &str) -> Result<(), DbErr> {
    const REMEMBER: &str = "update control_idempotency set outcome = $1 where scope = $2 and key = $3";
    op.execute(REMEMBER, [outcome.into(), scope.into(), key.into()]).await.map(|_| ())
}

// -- work items --------------------------------------------------------------------------------------------------------------

/// Opens the item unless one with the same key is open; answers its id.
pub(crate) async fn open_work_item(
    op: &Op,
    key: &str,
    kind: &str,
    person: Option<PersonId>,
    detail: String,
) -> Result<WorkItemId, DbErr> {
    const TAKE: &str = "insert into control_work_item_key (key, item_id) values ($1, $2) on conflict do nothing";
    const FIND: &str = "select item_id from control_work_item_key where key = $1";
    let id: WorkItemId = op.new_id();
    if op.execute(TAKE, [key.into(), id.into()]).await? == 0 {
        let row = op.fetch_one(FIND, [key.into()]).await?;
        return row.ok_or_else(|| DbErr::RecordNotFound("a work item".to_owned()))?.try_get_by_index(0);
    }
    let row = work_item::ActiveModel {
        id: Set(id),
        kind: Set(kind.to_owned()),
        person_id: Set(person),
        detail: Set(detail),
        state: Set(WorkItemState::Open),
        opened_at: Set(op.at()),
        decision: Set(None),
        handled_by: Set(None),
        handled_at: Set(None),
        reviewed_by: Set(None),
        reviewed_at: Set(None),
    };
    work_item::Entity::insert(row).exec_without_returning(&op.db()).await?;
    Ok(id)
}

pub(crate) async fn work_item(view: &View, id: WorkItemId) -> Result<Option<work_item::Model>, DbErr> {
    work_item::Entity::find_by_id(id).lock_exclusive().one(&view.db()).await
}

pub(crate) async fn work_item_plain(view: &View, id: WorkItemId) -> Result<Option<work_item::Model>, DbErr> {
    work_item::Entity::find_by_id(id).one(&view.db()).await
}

pub(crate) async fn work_items(view: &View, state: WorkItemState, limit: u64) -> Result<Vec<work_item::Model>, DbErr> {
    work_item::Entity::find()
        .filter(work_item::Column::State.eq(state))
        .order_by_asc(work_item::Column::OpenedAt)
        .limit(limit)
        .all(&view.db())
        .await
}

pub(crate) async fn mark_handled(op: &Op, item: work_item::Model, by: StaffId, decision: &str) -> Result<(), DbErr> {
    let mut item = item.into_active_model();
    item.state = Set(WorkItemState::Handled);
    item.decision = Set(Some(decision.to_owned()));
    item.handled_by = Set(Some(by));
    item.handled_at = Set(Some(op.at()));
    item.update(&op.db()).await.map(|_| ())
}

pub(crate) async fn mark_reviewed(op: &Op, item: work_item::Model, by: StaffId) -> Result<(), DbErr> {
    let id = item.id;
    let mut item = item.into_active_model();
    item.state = Set(WorkItemState::Closed);
    item.reviewed_by = Set(Some(by));
    item.reviewed_at = Set(Some(op.at()));
    item.update(&op.db()).await?;
    op.execute("delete from control_work_item_key where item_id = $1", [id.into()]).await.map(|_| ())
}

pub(crate) async fn mark_returned(op: &Op, item: work_item::Model) -> Result<(), DbErr> {
    let mut item = item.into_active_model();
    item.state = Set(WorkItemState::Open);
    item.decision = Set(None);
    item.handled_by = Set(None);
    item.handled_at = Set(None);
    item.update(&op.db()).await.map(|_| ())
}
