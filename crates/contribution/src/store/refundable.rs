//! Money that does not count and is to be given back.

use super::entity::refundable::{Column, Entity, Model};
use crate::{RefundState, Refundable};
use control::{Op, View};
use kernel::{JournalId, PersonId};
use payment::ReceiptId;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

pub(crate) async fn insert(op: &Op, rows: Vec<Refundable>) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.into_iter().map(|new| Model::from(new).into_active_model());
    Entity::insert_many(rows).exec_without_returning(&op.db()).await.map(|_| ())
}

/// What a receipt left over, by month.
pub(crate) async fn of_receipt(view: &View, receipt: ReceiptId) -> Result<Vec<Refundable>, DbErr> {
    let query = Entity::find().filter(Column::ReceiptId.eq(receipt)).order_by_asc(Column::FeeMonth);
    Ok(query.all(&view.db()).await?.into_iter().map(Refundable::from).collect())
}

/// What is or was owed back to a person, by month.
pub(crate) async fn of_person(view: &View, person: PersonId) -> Result<Vec<Refundable>, DbErr> {
    let query = Entity::find().filter(Column::PersonId.eq(person)).order_by_asc(Column::FeeMonth);
    Ok(query.all(&view.db()).await?.into_iter().map(Refundable::from).collect())
}

/// Moves all that a receipt left over from one state to the next; says how many rows stood in the first.
pub(crate) async fn change_state(
    op: &Op,
    receipt: ReceiptId,
    change: (RefundState, RefundState),
    journal: Option<JournalId>,
) -> Result<u64, DbErr> {
    const CHANGE: &str =
        "update contribution_refundable set state = $1, journal_id = $2 where receipt_id = $3 and state = $4";
    op.execute(CHANGE, [change.1.into(), journal.into(), receipt.into(), change.0.into()]).await
}

impl From<Refundable> for Model {
    fn from(new: Refundable) -> Model {
        Model {
            id: new.id,
            person_id: new.person,
            bill_id: new.bill,
            fee_month: new.month,
            receipt_id: new.receipt,
            reason: new.reason,
            amount: new.amount,
            held_at: new.held_at,
            state: new.state,
            journal_id: new.journal,
        }
    }
}

impl From<Model> for Refundable {
    fn from(row: Model) -> Refundable {
        Refundable {
            id: row.id,
            person: row.person_id,
            bill: row.bill_id,
            month: row.fee_month,
            receipt: row.receipt_id,
            reason: row.reason,
            amount: row.amount,
            held_at: row.held_at,
            state: row.state,
            journal: row.journal_id,
        }
    }
}
