//! What the verbs write.

use super::entity::{category, change, contact, document, merge, person, status};
use super::{AFTER, BEFORE, corrupt, sealed_contact, sealed_number};
use crate::{ChangeData, ContactKind, DocumentKind, Field, NewPerson, NewStatus, Source};
use control::Op;
use kernel::{Date, PersonId};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, sea_query,
};
use uuid::Uuid;

/// Inserts a row that the caller knows to be new.
macro_rules! insert {
    ($op:expr, $entity:ident, $row:expr) => {
        $entity::Entity::insert($row.into_active_model()).exec_without_returning(&$op.db()).await
    };
}

pub(crate) async fn insert_person(op: &Op, new: &NewPerson, number: String) -> Result<PersonId, DbErr> {
    let id: PersonId = op.new_id();
    let birth = new.id_number.birth();
    let row = person::Model {
        id,
        personal_number: number,
        name: new.name.clone(),
        bank_name: new.name.clone(),
        sex: new.id_number.sex().as_str().to_owned(),
        birth_document: birth,
        birth_file: None,
        birth_decided: birth,
        birth_reason: None,
        birth_decided_on: None,
        area: new.area.to_string(),
        source: new.source.to_string(),
        merged_into: None,
        recorded_at: op.at(),
    };
    insert!(op, person, row)?;
    let reason = new.source.to_string();
    let row = category::Model { person_id: id, from_day: birth, category: new.category, reason, recorded_at: op.at() };
    insert!(op, category, row)?;
    insert_document(op, id, new).await?;
    if let Some(phone) = &new.phone {
        insert_contact(op, id, ContactKind::Phone, phone).await?;
    }
    Ok(id)
}

async fn insert_document(op: &Op, person: PersonId, new: &NewPerson) -> Result<(), DbErr> {
    let id: Uuid = op.new_id();
    let (number_sealed, number_index) = sealed_number(op.keys(), id, new.id_number.reveal())?;
    let row = document::Model {
        id,
        person_id: person,
        kind: DocumentKind::IdentityCard,
        number_sealed,
        number_index,
        from_day: None,
        until_day: None,
        source: new.source.to_string(),
        decision: new.decision,
        recorded_at: op.at(),
    };
    insert!(op, document, row)?;
    Ok(())
}

async fn insert_contact(op: &Op, person: PersonId, kind: ContactKind, value: &str) -> Result<(), DbErr> {
    let id: Uuid = op.new_id();
    let (value_sealed, value_index) = sealed_contact(op.keys(), id, value)?;
    let row =
        contact::Model { id, person_id: person, kind, value_sealed, value_index, from_at: op.at(), until_at: None };
    insert!(op, contact, row)?;
    Ok(())
}

/// Writes a checked value into its field. What stood there goes to the change row that the caller writes.
pub(crate) async fn set_field(op: &Op, id: PersonId, asked: &ChangeData, value: &str) -> Result<(), DbErr> {
    let day = || value.parse::<Date>().map_err(|_| corrupt("an unchecked date"));
    let mut row = person::ActiveModel { id: Set(id), ..Default::default() };
    match asked.field {
        Field::Name => row.name = Set(value.to_owned()),
        Field::BankName => row.bank_name = Set(value.to_owned()),
        Field::Sex => row.sex = Set(value.to_owned()),
        Field::BirthFile => row.birth_file = Set(Some(day()?)),
        Field::BirthDecided => {
            row.birth_decided = Set(day()?);
            row.birth_reason = Set(Some(asked.reason.clone()));
            row.birth_decided_on = Set(Some(op.today()));
        }
        Field::Category => return set_category(op, id, asked, value).await,
        Field::IdNumber => return replace_number(op, id, value).await,
        Field::Phone => return replace_contact(op, id, ContactKind::Phone, value).await,
        Field::Address => return replace_contact(op, id, ContactKind::Address, value).await,
    }
    row.update(&op.db()).await.map(|_| ())
}

async fn set_category(op: &Op, id: PersonId, asked: &ChangeData, value: &str) -> Result<(), DbErr> {
    let row = category::Model {
        person_id: id,
        from_day: asked.valid_from,
        category: value.parse().map_err(|_| corrupt("an unchecked category"))?,
        reason: asked.reason.clone(),
        recorded_at: op.at(),
    };
    let again = sea_query::OnConflict::columns([category::Column::PersonId, category::Column::FromDay])
        .update_columns([category::Column::Category, category::Column::Reason, category::Column::RecordedAt])
        .to_owned();
    category::Entity::insert(row.into_active_model()).on_conflict(again).exec_without_returning(&op.db()).await?;
    Ok(())
}

async fn replace_number(op: &Op, id: PersonId, value: &str) -> Result<(), DbErr> {
    document::Entity::update_many()
        .col_expr(document::Column::UntilDay, sea_query::Expr::value(op.today()))
        .filter(document::Column::PersonId.eq(id))
        .filter(document::Column::UntilDay.is_null())
        .filter(document::Column::Kind.eq(DocumentKind::IdentityCard))
        .exec(&op.db())
        .await?;
    let row: Uuid = op.new_id();
    let (number_sealed, number_index) = sealed_number(op.keys(), row, value)?;
    let row = document::Model {
        id: row,
        person_id: id,
        kind: DocumentKind::IdentityCard,
        number_sealed,
        number_index,
        from_day: Some(op.today()),
        until_day: None,
        source: Source::Counter.to_string(),
        decision: None,
        recorded_at: op.at(),
    };
    insert!(op, document, row)?;
    Ok(())
}

async fn replace_contact(op: &Op, id: PersonId, kind: ContactKind, value: &str) -> Result<(), DbErr> {
    contact::Entity::update_many()
        .col_expr(contact::Column::UntilAt, sea_query::Expr::value(op.at()))
        .filter(contact::Column::PersonId.eq(id))
        .filter(contact::Column::Kind.eq(kind))
        .filter(contact::Column::UntilAt.is_null())
        .exec(&op.db())
        .await?;
    insert_contact(op, id, kind, value).await
}

pub(crate) async fn insert_change(
    op: &Op,
    person: PersonId,
    asked: &ChangeData,
    before: &str,
    after: &str,
) -> Result<(), DbErr> {
    let id: Uuid = op.new_id();
    let row = change::Model {
        id,
        person_id: person,
        field: asked.field,
        before_sealed: op.keys().seal(BEFORE, id, before)?,
        after_sealed: op.keys().seal(AFTER, id, after)?,
        from_day: asked.valid_from,
        reason: asked.reason.trim().to_owned(),
        actor: op.actor().kind().to_owned(),
        actor_id: op.actor().id(),
        at: op.at(),
    };
    insert!(op, change, row)?;
    Ok(())
}

pub(crate) async fn insert_merge(op: &Op, from: PersonId, into: PersonId, reason: &str) -> Result<(), DbErr> {
    let row = merge::Model {
        id: op.new_id(),
        from_person: from,
        into_person: into,
        reason: reason.trim().to_owned(),
        merged_by: op.actor().id(),
        merged_at: op.at(),
        undone_by: None,
        undone_at: None,
        undo_reason: None,
    };
    insert!(op, merge, row)?;
    lead(op, from, Some(into)).await
}

/// Takes the standing link of an entry away; false where there is none.
pub(crate) async fn undo_merge(op: &Op, from: PersonId, reason: &str) -> Result<bool, DbErr> {
    let undone = merge::Entity::update_many()
        .col_expr(merge::Column::UndoneBy, sea_query::Expr::value(op.actor().id()))
        .col_expr(merge::Column::UndoneAt, sea_query::Expr::value(op.at()))
        .col_expr(merge::Column::UndoReason, sea_query::Expr::value(reason.trim()))
        .filter(merge::Column::FromPerson.eq(from))
        .filter(merge::Column::UndoneAt.is_null())
        .exec(&op.db())
        .await?;
    if undone.rows_affected == 0 {
        return Ok(false);
    }
    lead(op, from, None).await?;
    Ok(true)
}

async fn lead(op: &Op, from: PersonId, into: Option<PersonId>) -> Result<(), DbErr> {
    let row = person::ActiveModel { id: Set(from), merged_into: Set(into), ..Default::default() };
    row.update(&op.db()).await.map(|_| ())
}

pub(crate) async fn insert_status(op: &Op, new: &NewStatus) -> Result<(), DbErr> {
    let row = status::Model {
        person_id: new.person,
        id: op.new_id(),
        kind: new.status.kind,
        from_day: new.status.from,
        until_day: new.status.until,
        source: new.source.to_string(),
        recorded_at: op.at(),
    };
    insert!(op, status, row)?;
    Ok(())
}
