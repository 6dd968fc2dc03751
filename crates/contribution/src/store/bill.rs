//! Bills and their months.

use super::entity::{bill, bill_month};
use crate::{Bill, BilledMonth, State, Tier};
use control::{Op, View};
use kernel::{BillId, PersonId};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;

/// A bill with its months; the lock decides between two who change it at once.
pub(crate) async fn locked(op: &Op, id: BillId) -> Result<Option<Bill>, DbErr> {
    let Some(row) = bill::Entity::find_by_id(id).lock_exclusive().one(&op.db()).await? else { return Ok(None) };
    Ok(with_months(op, vec![row]).await?.pop())
}

/// A bill with its months.
pub(crate) async fn of_id(view: &View, id: BillId) -> Result<Option<Bill>, DbErr> {
    let Some(row) = bill::Entity::find_by_id(id).one(&view.db()).await? else { return Ok(None) };
    Ok(with_months(view, vec![row]).await?.pop())
}

/// The bills of a person, newest first.
pub(crate) async fn of_person(view: &View, person: PersonId, limit: u64) -> Result<Vec<Bill>, DbErr> {
    let rows = bill::Entity::find()
        .filter(bill::Column::PersonId.eq(person))
        .order_by_desc(bill::Column::IssuedAt)
        .order_by_desc(bill::Column::Id)
        .limit(limit)
        .all(&view.db())
        .await?;
    with_months(view, rows).await
}

/// The bills of a person that are neither paid nor given up, newest first.
pub(crate) async fn open(view: &View, person: PersonId) -> Result<Vec<Bill>, DbErr> {
    let rows = bill::Entity::find()
        .filter(bill::Column::PersonId.eq(person))
        .filter(bill::Column::State.is_in(["issued", "paying"]))
        .order_by_desc(bill::Column::IssuedAt)
        .order_by_desc(bill::Column::Id)
        .all(&view.db())
        .await?;
    with_months(view, rows).await
}

/// Writes a bill and its months down: two statements.
pub(crate) async fn insert(op: &Op, new: &Bill) -> Result<(), DbErr> {
    let (order_id, journal_id, paid_on) = columns(new.state);
    let row = bill::Model {
        id: new.id,
        person_id: new.person,
        kind: new.kind,
        year: new.year,
        percent: new.tier.map(|tier| i32::from(tier.as_percent())),
        total: new.total,
        account: new.account,
        collector: new.collector.as_str().to_owned(),
        policy_hash: new.policy_hash.clone(),
        issued_at: new.issued_at,
        state: new.state.as_str().to_owned(),
        order_id,
        journal_id,
        paid_on,
    };
    bill::Entity::insert(row.into_active_model()).exec_without_returning(&op.db()).await?;
    let months = new.months.iter().map(|month| {
        bill_month::Model {
            bill_id: new.id,
            fee_month: month.month.number(),
            line_id: month.line,
            relation_id: month.relation,
            base: month.base,
            total: month.total,
            account: month.account,
        }
        .into_active_model()
    });
    bill_month::Entity::insert_many(months).exec_without_returning(&op.db()).await.map(|_| ())
}

/// Moves a bill from one state to the next; says whether it still stood in the first.
pub(crate) async fn change_state(op: &Op, id: BillId, from: State, to: State) -> Result<bool, DbErr> {
    const CHANGE: &str = "update contribution_bill set state = $1, order_id = $2, journal_id = $3, paid_on = $4 \
        where id = $5 and state = $6";
    let (order, journal, on) = columns(to);
    let values = [to.as_str().into(), order.into(), journal.into(), on.into(), id.into(), from.as_str().into()];
    Ok(op.execute(CHANGE, values).await? == 1)
}

type StateColumns = (Option<kernel::OrderId>, Option<kernel::JournalId>, Option<kernel::Date>);

const fn columns(state: State) -> StateColumns {
    match state {
        State::Issued | State::Void => (None, None, None),
        State::Paying { order } => (Some(order), None, None),
        State::Paid { order, journal, on } => (Some(order), Some(journal), Some(on)),
    }
}

pub(super) fn state(word: &str, columns: StateColumns) -> Result<State, DbErr> {
    match (word, columns) {
        ("issued", (None, None, None)) => Ok(State::Issued),
        ("paying", (Some(order), None, None)) => Ok(State::Paying { order }),
        ("paid", (Some(order), Some(journal), Some(on))) => Ok(State::Paid { order, journal, on }),
        ("void", (None, None, None)) => Ok(State::Void),
        (other, _) => Err(DbErr::Type(format!("a bill cannot stand as {other} with these columns"))),
    }
}

async fn with_months(view: &View, rows: Vec<bill::Model>) -> Result<Vec<Bill>, DbErr> {
    let ids = rows.iter().map(|row| row.id);
    let found = bill_month::Entity::find()
        .filter(bill_month::Column::BillId.is_in(ids))
        .order_by_asc(bill_month::Column::BillId)
        .order_by_asc(bill_month::Column::FeeMonth)
        .all(&view.db())
        .await?;
    let mut months: HashMap<BillId, Vec<BilledMonth>> = HashMap::new();
    for month in found {
        months.entry(month.bill_id).or_default().push(billed(&month)?);
    }
    rows.into_iter().map(|row| bill_of(row, &mut months)).collect()
}

fn billed(row: &bill_month::Model) -> Result<BilledMonth, DbErr> {
    Ok(BilledMonth {
        month: super::line::month(row.fee_month)?,
        line: row.line_id,
        relation: row.relation_id,
        base: row.base,
        total: row.total,
        account: row.account,
    })
}

fn bill_of(row: bill::Model, months: &mut HashMap<BillId, Vec<BilledMonth>>) -> Result<Bill, DbErr> {
    let collector = row.collector.parse().map_err(|e: kernel::UnknownWord| DbErr::Type(e.to_string()))?;
    Ok(Bill {
        id: row.id,
        person: row.person_id,
        kind: row.kind,
        year: row.year,
        tier: row.percent.and_then(|percent| u16::try_from(percent).ok()).map(Tier::percent),
        total: row.total,
        account: row.account,
        collector,
        policy_hash: row.policy_hash,
        issued_at: row.issued_at,
        state: state(&row.state, (row.order_id, row.journal_id, row.paid_on))?,
        months: months.remove(&row.id).unwrap_or_default(),
    })
}
