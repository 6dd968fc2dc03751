//! Loading many at once, beside the desk: for a synthetic city, for tests and for the take-over of an old system.
//!
//! It checks nothing: whoever loads has checked. Rows go in by statements of many rows each, in the order persons, employers,
//! relations, statuses.

use crate::store::{self, Rows};
use crate::{Category, Payer, Source, Status};
use control::Keys;
use kernel::{
    AreaCode, CreditCode, Date, EmployerId, IdNumber, InsuranceSet, Month, PersonId, RelationId, Scheme, Sex, Timestamp,
};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

pub use crate::store::Counter;

/// A person with their identity card, phone and category.
#[derive(Clone, Debug)]
pub struct PersonRow {
    /// The id.
    pub id: PersonId,
    /// The personal number, from [`number`].
    pub personal_number: String,
    /// The name.
    pub name: String,
    /// The sex.
    pub sex: Sex,
    /// The birthday, on the document and decided.
    pub birth: Date,
    /// Where the person is registered.
    pub area: AreaCode,
    /// Since when the category holds.
    pub category_from: Date,
    /// The category.
    pub category: Category,
    /// The id of the document's row.
    pub document: Uuid,
    /// The number of the identity card.
    pub id_number: IdNumber,
    /// The id of the phone's row, and the phone.
    pub phone: Option<(Uuid, String)>,
    /// When it was written down.
    pub recorded_at: Timestamp,
}

/// An employer with its code and kind.
#[derive(Clone, Debug)]
pub struct EmployerRow {
    /// The id.
    pub id: EmployerId,
    /// The unit number, from [`number`].
    pub unit_number: String,
    /// The name.
    pub name: String,
    /// Where it is registered.
    pub area: AreaCode,
    /// The unified credit code.
    pub credit_code: CreditCode,
    /// What it is.
    pub kind: crate::EmployerKind,
    /// Since when.
    pub from: Date,
    /// When it was written down.
    pub recorded_at: Timestamp,
}

/// A relation: all insurances that one payer took up together.
#[derive(Clone, Copy, Debug)]
pub struct RelationRow {
    /// Whose.
    pub person: PersonId,
    /// The id.
    pub id: RelationId,
    /// For what.
    pub insurances: InsuranceSet,
    /// By whose rules.
    pub scheme: Scheme,
    /// Who pays.
    pub payer: Payer,
    /// The first fee month.
    pub from: Month,
    /// The last; none while it stands.
    pub until: Option<Month>,
    /// When it was written down.
    pub recorded_at: Timestamp,
    /// When its end was.
    pub ended_at: Option<Timestamp>,
}

/// A status.
#[derive(Clone, Copy, Debug)]
pub struct StatusRow {
    /// Whose.
    pub person: PersonId,
    /// The row's id.
    pub id: Uuid,
    /// What, from when to when.
    pub status: Status,
    /// When it was written down.
    pub recorded_at: Timestamp,
}

/// Takes a block of numbers; the first of it is answered.
///
/// # Errors
/// The database's.
pub async fn reserve<C: ConnectionTrait>(db: &C, area: AreaCode, counter: Counter, count: i64) -> Result<i64, DbErr> {
    store::take_numbers(db, area, counter, count).await
}

/// The text of a personal or unit number: the area and ten or six digits.
pub fn number(area: AreaCode, counter: Counter, number: i64) -> String {
    store::number_text(area, counter, number)
}

/// Inserts persons with their documents, phones and categories.
///
/// # Errors
/// The database's.
pub async fn load_persons<C: ConnectionTrait>(db: &C, keys: &Keys, rows: &[PersonRow]) -> Result<(), DbErr> {
    insert_persons(db, keys, rows, Source::Synthetic).await
}

/// The same, from any source.
pub(crate) async fn insert_persons<C: ConnectionTrait>(
    db: &C,
    keys: &Keys,
    rows: &[PersonRow],
    source: Source,
) -> Result<(), DbErr> {
    let source = source.as_str();
    let mut persons = Rows::new(
        "insert into registry_person (id, personal_number, name, bank_name, sex, birth_document, birth_decided, area, source, recorded_at) values ",
        10,
    );
    let mut documents = Rows::new(
        "insert into registry_document (id, person_id, kind, number_sealed, number_index, source, recorded_at) values ",
        7,
    );
    let mut contacts =
        Rows::new("insert into registry_contact (id, person_id, kind, value_sealed, value_index, from_at) values ", 6);
    let mut categories =
        Rows::new("insert into registry_category (person_id, from_day, category, reason, recorded_at) values ", 5);
    for row in rows {
        persons.push([
            row.id.into(),
            row.personal_number.as_str().into(),
            row.name.as_str().into(),
            row.name.as_str().into(),
            row.sex.as_str().into(),
            row.birth.into(),
            row.birth.into(),
            row.area.as_str().into(),
            source.into(),
            row.recorded_at.into(),
        ]);
        let (sealed, index) = store::sealed_number(keys, row.document, row.id_number.reveal())?;
        documents.push([
            row.document.into(),
            row.id.into(),
            crate::DocumentKind::IdentityCard.into(),
            sealed.into(),
            index.into(),
            source.into(),
            row.recorded_at.into(),
        ]);
        if let Some((id, phone)) = &row.phone {
            let (sealed, index) = store::sealed_contact(keys, *id, phone)?;
            let kind = crate::ContactKind::Phone;
            contacts.push([
                (*id).into(),
                row.id.into(),
                kind.into(),
                sealed.into(),
                index.into(),
                row.recorded_at.into(),
            ]);
        }
        categories.push([
            row.id.into(),
            row.category_from.into(),
            row.category.into(),
            source.into(),
            row.recorded_at.into(),
        ]);
    }
    for rows in [persons, documents, contacts, categories] {
        rows.insert(db).await?;
    }
    Ok(())
}

/// Inserts employers with their codes and kinds.
///
/// # Errors
/// The database's.
pub async fn load_employers<C: ConnectionTrait>(db: &C, rows: &[EmployerRow]) -> Result<(), DbErr> {
    let mut employers =
        Rows::new("insert into registry_employer (id, unit_number, name, area, recorded_at) values ", 5);
    let mut codes = Rows::new("insert into registry_employer_code (employer_id, kind, from_day, code) values ", 4);
    let mut kinds = Rows::new("insert into registry_employer_kind (employer_id, kind, from_day) values ", 3);
    for row in rows {
        employers.push([
            row.id.into(),
            row.unit_number.as_str().into(),
            row.name.as_str().into(),
            row.area.as_str().into(),
            row.recorded_at.into(),
        ]);
        let code_kind = crate::EmployerCodeKind::UnifiedCredit;
        codes.push([row.id.into(), code_kind.into(), row.from.into(), row.credit_code.as_str().into()]);
        kinds.push([row.id.into(), row.kind.into(), row.from.into()]);
    }
    for rows in [employers, codes, kinds] {
        rows.insert(db).await?;
    }
    Ok(())
}

/// Inserts relations.
///
/// # Errors
/// The database's.
pub async fn load_relations<C: ConnectionTrait>(db: &C, rows: &[RelationRow]) -> Result<(), DbErr> {
    store::insert_rows(db, rows).await
}

/// Inserts classes of work injury insurance: which employer, since when, which class.
///
/// # Errors
/// The database's.
pub async fn load_classes<C: ConnectionTrait>(db: &C, rows: &[(EmployerId, Date, u8)]) -> Result<(), DbErr> {
    let mut classes = Rows::new("insert into registry_employer_class (employer_id, from_day, class) values ", 3);
    for (employer, from, class) in rows {
        classes.push([(*employer).into(), (*from).into(), i32::from(*class).into()]);
    }
    classes.insert(db).await
}

/// Inserts statuses.
///
/// # Errors
/// The database's.
pub async fn load_statuses<C: ConnectionTrait>(db: &C, rows: &[StatusRow]) -> Result<(), DbErr> {
    let mut statuses = Rows::new(
        "insert into registry_status (person_id, id, kind, from_day, until_day, source, recorded_at) values ",
        7,
    );
    for row in rows {
        statuses.push([
            row.person.into(),
            row.id.into(),
            row.status.kind.into(),
            row.status.from.into(),
            row.status.until.into(),
            Source::Synthetic.into(),
            row.recorded_at.into(),
        ]);
    }
    statuses.insert(db).await
}
