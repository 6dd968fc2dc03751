//! Every query and every table of this crate, and nothing else knows them.

mod employer;
mod entity;
mod insured;
mod kept;
mod many;
mod people;
mod write;

pub(crate) use employer::*;
pub(crate) use insured::*;
pub(crate) use kept::*;
pub(crate) use many::Rows;
pub(crate) use people::*;
pub(crate) use write::{insert_change, insert_merge, insert_person, insert_status, set_field, undo_merge};

use crate::{Category, Change, ContactKind, Field, Payer, Status};
use control::{Column, Keys, Migration, Op, Sealed, View};
use entity::{category, change, contact, document, person, status};
use kernel::{AreaCode, EmployerId, PersonId, Sex, WorkItemId};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
};
use uuid::Uuid;

/// The registry's migrations.
pub const MIGRATIONS: &[Migration] = &[
    Migration { id: "registry/0001", sql: include_str!("store/schema_0001.sql"), append_only: &["registry_change"] },
    Migration {
        id: "registry/0002",
        sql: include_str!("store/schema_0002.sql"),
        append_only: &["registry_employer_change", "registry_self_check", "registry_inspection"],
    },
    Migration { id: "registry/0003", sql: include_str!("store/schema_0003.sql"), append_only: &[] },
];

const NUMBER: Column = Column("registry_document", "number");
const CONTACT: Column = Column("registry_contact", "value");
const BEFORE: Column = Column("registry_change", "before");
const AFTER: Column = Column("registry_change", "after");
const LEGAL_NUMBER: Column = Column("registry_employer_legal_person", "number");
const EMPLOYER_PHONE: Column = Column("registry_employer_contact", "phone");
const EMPLOYER_BEFORE: Column = Column("registry_employer_change", "before");
const EMPLOYER_AFTER: Column = Column("registry_employer_change", "after");

/// The sealed columns, for sealing them again after a rotation of the keys.
pub const SEALED: &[Sealed] = &[
    Sealed { column: NUMBER, stored: "number_sealed" },
    Sealed { column: CONTACT, stored: "value_sealed" },
    Sealed { column: BEFORE, stored: "before_sealed" },
    Sealed { column: AFTER, stored: "after_sealed" },
    Sealed { column: LEGAL_NUMBER, stored: "number_sealed" },
    Sealed { column: EMPLOYER_PHONE, stored: "phone_sealed" },
    Sealed { column: EMPLOYER_BEFORE, stored: "before_sealed" },
    Sealed { column: EMPLOYER_AFTER, stored: "after_sealed" },
];
/// Merges in a row, at most: more would be a circle.
const MERGES_MAX: usize = 32;

/// A running number of the area.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Counter {
    /// Personal numbers (个人编号).
    Person,
    /// Unit numbers (单位编号).
    Unit,
    /// Merges, so that they happen one after the other.
    Merge,
}

impl Counter {
    const fn name(self) -> &'static str {
        match self {
            Counter::Person => "person",
            Counter::Unit => "unit",
            Counter::Merge => "merge",
        }
    }
}

// -- numbers and seals ---------------------------------------------------------------------------------------------------

pub(crate) fn number_text(area: AreaCode, counter: Counter, number: i64) -> String {
    match counter {
        Counter::Person => format!("{area}{number:010}"),
        Counter::Unit | Counter::Merge => format!("{area}{number:06}"),
    }
}

/// Takes the next number of the area and holds the counter's row until the act is over.
pub(crate) async fn next_number(op: &Op, counter: Counter) -> Result<String, DbErr> {
    let number = take_numbers(&op.db(), op.area(), counter, 1).await?;
    Ok(number_text(op.area(), counter, number))
}

pub(crate) async fn take_numbers<C: ConnectionTrait>(
    db: &C,
    area: AreaCode,
    counter: Counter,
    count: i64,
) -> Result<i64, DbErr> {
    let name = format!("{}:{area}", counter.name());
    let backend = db.get_database_backend();
    let begin = "insert into registry_counter (name, next) values ($1, 1) on conflict do nothing";
    let take = "update registry_counter set next = next + $2 where name = $1 returning next";
    db.execute_raw(Statement::from_sql_and_values(backend, begin, [name.as_str().into()])).await?;
    let taken = Statement::from_sql_and_values(backend, take, [name.into(), count.into()]);
    let row = db.query_one_raw(taken).await?.ok_or_else(|| corrupt("no counter"))?;
    Ok(row.try_get_by_index::<i64>(0)? - count)
}

/// A number's seal for a row, and its index.
pub(crate) fn sealed_number(keys: &Keys, row: Uuid, number: &str) -> Result<(Vec<u8>, Vec<u8>), DbErr> {
    Ok((keys.seal(NUMBER, row, number)?, keys.index(NUMBER, number)))
}

/// A phone's or address's seal for a row, and its index.
pub(crate) fn sealed_contact(keys: &Keys, row: Uuid, value: &str) -> Result<(Vec<u8>, Vec<u8>), DbErr> {
    Ok((keys.seal(CONTACT, row, value)?, keys.index(CONTACT, value)))
}

/// The number's index as text, for a work item: it names the number to us and to nobody else.
pub(crate) fn number_key(keys: &Keys, number: &str) -> String {
    keys.index(NUMBER, number).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn corrupt(what: &str) -> DbErr {
    DbErr::Custom(format!("the registry is damaged: {what}"))
}

pub(crate) fn sex(word: &str) -> Result<Sex, DbErr> {
    match word {
        "male" => Ok(Sex::Male),
        "female" => Ok(Sex::Female),
        _ => Err(corrupt("a sex that is neither")),
    }
}

pub(crate) fn area(text: &str) -> Result<AreaCode, DbErr> {
    AreaCode::parse(text).map_err(|_| corrupt("an area that is none"))
}

pub(crate) const fn employer_of(payer: Payer) -> Option<EmployerId> {
    match payer {
        Payer::Employer(employer) => Some(employer),
        Payer::Oneself => None,
    }
}

// -- persons -------------------------------------------------------------------------------------------------------------

/// The entry to which an id leads.
pub(crate) async fn person(view: &View, id: PersonId) -> Result<Option<person::Model>, DbErr> {
    let mut asked = id;
    for _ in 0..MERGES_MAX {
        match person::Entity::find_by_id(asked).one(&view.db()).await? {
            Some(person::Model { merged_into: Some(next), .. }) => asked = next,
            found => return Ok(found),
        }
    }
    Err(corrupt("merges that lead in a circle"))
}

/// Every id that leads to the same entry as this one, that entry's own first; none where the id was never given.
pub(crate) async fn ids_of(view: &View, id: PersonId) -> Result<Vec<PersonId>, DbErr> {
    // Nearly everybody was entered once: then this one question answers it.
    const ALONE: &str = "select cast(count(*) as bigint), max(case when merged_into is null then 0 else 1 end) \
        from registry_person where id = $1 or merged_into = $1";
    if let Some(row) = view.fetch_one(ALONE, [id.into()]).await?
        && (row.try_get_by_index::<i64>(0)?, row.try_get_by_index::<Option<i32>>(1)?) == (1, Some(0))
    {
        return Ok(vec![id]);
    }
    let Some(row) = person(view, id).await? else { return Ok(Vec::new()) };
    let mut ids = vec![row.id];
    let mut latest = vec![row.id];
    while !latest.is_empty() && ids.len() < 1000 {
        let merged = person::Column::MergedInto.is_in(latest);
        let found = person::Entity::find().filter(merged).all(&view.db()).await?;
        latest = found.into_iter().map(|row| row.id).collect();
        ids.extend(&latest);
    }
    Ok(ids)
}

/// Locks the entry to which an id leads, until the act is over.
pub(crate) async fn lock_person(op: &Op, id: PersonId) -> Result<Option<PersonId>, DbErr> {
    let Some(row) = person(op, id).await? else { return Ok(None) };
    let locked = person::Entity::find_by_id(row.id).lock_exclusive().one(&op.db()).await?;
    Ok(locked.map(|row| row.id))
}

/// The valid document, an identity card before all others: its row's id and its number.
pub(crate) async fn document(view: &View, person: PersonId) -> Result<Option<(Uuid, String)>, DbErr> {
    let rows = document::Entity::find()
        .filter(document::Column::PersonId.eq(person))
        .filter(document::Column::UntilDay.is_null())
        .order_by_asc(document::Column::Id)
        .all(&view.db())
        .await?;
    let Some(row) = rows.into_iter().min_by_key(|row| row.kind) else { return Ok(None) };
    Ok(Some((row.id, view.keys().open(NUMBER, row.id, &row.number_sealed)?)))
}

/// The category in force today; worker where none was ever written.
pub(crate) async fn category(view: &View, person: PersonId) -> Result<Category, DbErr> {
    let row = category::Entity::find()
        .filter(category::Column::PersonId.eq(person))
        .filter(category::Column::FromDay.lte(view.today()))
        .order_by_desc(category::Column::FromDay)
        .one(&view.db())
        .await?;
    Ok(row.map_or(Category::Worker, |row| row.category))
}

pub(crate) async fn current_contact(
    view: &View,
    person: PersonId,
    kind: ContactKind,
) -> Result<Option<contact::Model>, DbErr> {
    contact::Entity::find()
        .filter(contact::Column::PersonId.eq(person))
        .filter(contact::Column::Kind.eq(kind))
        .filter(contact::Column::UntilAt.is_null())
        .one(&view.db())
        .await
}

pub(crate) async fn contact(view: &View, person: PersonId, kind: ContactKind) -> Result<Option<String>, DbErr> {
    match current_contact(view, person, kind).await? {
        Some(row) => Ok(Some(view.keys().open(CONTACT, row.id, &row.value_sealed)?)),
        None => Ok(None),
    }
}

pub(crate) async fn persons_by_number(view: &View, number: &str) -> Result<Vec<PersonId>, DbErr> {
    let index = view.keys().index(NUMBER, number);
    let rows = document::Entity::find().filter(document::Column::NumberIndex.eq(index)).all(&view.db()).await?;
    entries(view, rows.into_iter().map(|row| row.person_id)).await
}

pub(crate) async fn persons_by_phone(view: &View, phone: &str) -> Result<Vec<PersonId>, DbErr> {
    let rows = contact::Entity::find()
        .filter(contact::Column::ValueIndex.eq(view.keys().index(CONTACT, phone)))
        .filter(contact::Column::UntilAt.is_null())
        .all(&view.db())
        .await?;
    entries(view, rows.into_iter().map(|row| row.person_id)).await
}

pub(crate) async fn persons_by_name_or_number(view: &View, text: &str) -> Result<Vec<PersonId>, DbErr> {
    let either = Condition::any().add(person::Column::Name.eq(text)).add(person::Column::PersonalNumber.eq(text));
    let rows =
        person::Entity::find().filter(either).order_by_asc(person::Column::Id).limit(100).all(&view.db()).await?;
    entries(view, rows.into_iter().map(|row| row.id)).await
}

/// The entries to which ids lead, each once.
async fn entries(view: &View, ids: impl IntoIterator<Item = PersonId>) -> Result<Vec<PersonId>, DbErr> {
    let mut found = Vec::new();
    for id in ids {
        if let Some(row) = person(view, id).await?
            && !found.contains(&row.id)
        {
            found.push(row.id);
        }
    }
    Ok(found)
}

pub(crate) async fn decision_used(view: &View, item: WorkItemId) -> Result<bool, DbErr> {
    let used = document::Entity::find().filter(document::Column::Decision.eq(item)).one(&view.db()).await?;
    Ok(used.is_some())
}

/// What stands in a field, as text.
pub(crate) async fn field(view: &View, id: PersonId, field: Field) -> Result<String, DbErr> {
    let row = person(view, id).await?.ok_or_else(|| corrupt("a person that was locked is gone"))?;
    Ok(match field {
        Field::Name => row.name,
        Field::BankName => row.bank_name,
        Field::Sex => row.sex,
        Field::BirthFile => row.birth_file.map(|day| day.to_string()).unwrap_or_default(),
        Field::BirthDecided => row.birth_decided.to_string(),
        Field::Category => category(view, id).await?.to_string(),
        Field::IdNumber => document(view, id).await?.map(|(_, number)| number).unwrap_or_default(),
        Field::Phone => contact(view, id, ContactKind::Phone).await?.unwrap_or_default(),
        Field::Address => contact(view, id, ContactKind::Address).await?.unwrap_or_default(),
    })
}

pub(crate) async fn changes(view: &View, ids: &[PersonId]) -> Result<Vec<Change>, DbErr> {
    let rows = change::Entity::find()
        .filter(change::Column::PersonId.is_in(ids.iter().copied()))
        .order_by_desc(change::Column::Id)
        .all(&view.db())
        .await?;
    rows.into_iter().map(|row| opened(view.keys(), row)).collect()
}

fn opened(keys: &Keys, row: change::Model) -> Result<Change, DbErr> {
    Ok(Change {
        field: row.field,
        before: keys.open(BEFORE, row.id, &row.before_sealed)?,
        after: keys.open(AFTER, row.id, &row.after_sealed)?,
        valid_from: row.from_day,
        reason: row.reason,
        actor: row.actor,
        actor_id: row.actor_id,
        at: row.at,
    })
}

// -- statuses --------------------------------------------------------------------------------------------------------------

pub(crate) async fn statuses(view: &View, ids: &[PersonId]) -> Result<Vec<Status>, DbErr> {
    let mine = status::Column::PersonId.is_in(ids.iter().copied());
    let rows = status::Entity::find().filter(mine).all(&view.db()).await?;
    Ok(rows.into_iter().map(|row| Status { kind: row.kind, from: row.from_day, until: row.until_day }).collect())
}
