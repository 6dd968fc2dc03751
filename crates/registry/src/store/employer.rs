//! Employers: their codes, kinds, classes, who stands for them, and what was changed.

use super::insured::places;
use super::{EMPLOYER_AFTER, EMPLOYER_BEFORE, EMPLOYER_PHONE, LEGAL_NUMBER, area, corrupt};
use crate::{
    Contact, Employer, EmployerChange, EmployerCodeKind, EmployerField, EmployerKind, LegalPerson, NewEmployer,
};
use control::{Op, Row, View};
use kernel::{CreditCode, Date, EmployerId, IdNumber};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Value};
use std::collections::HashMap;
use uuid::Uuid;

pub(crate) async fn employer_name(view: &View, id: EmployerId) -> Result<Option<String>, DbErr> {
    let row = view.fetch_one("select name from registry_employer where id = $1", [id.into()]).await?;
    row.map(|row| row.try_get_by_index(0)).transpose()
}

pub(crate) async fn employer(view: &View, id: EmployerId) -> Result<Option<Employer>, DbErr> {
    let query = "select unit_number, name, area, agency from registry_employer where id = $1";
    let Some(row) = view.fetch_one(query, [id.into()]).await? else { return Ok(None) };
    let kind = kind_today(view, id).await?;
    let (kind, size_proof) = kind.map_or((None, None), |(kind, proof)| (Some(kind), proof));
    Ok(Some(Employer {
        id,
        unit_number: row.try_get_by_index(0)?,
        name: row.try_get_by_index(1)?,
        area: area(&row.try_get_by_index::<String>(2)?)?,
        agency: row.try_get_by_index(3)?,
        credit_code: code_today(view, id).await?,
        kind,
        size_proof,
        registered_on: first_day(view, id).await?,
        injury_class: class_today(view, id).await?,
        legal_person: legal_person_name(view, id).await?,
    }))
}

async fn code_today(view: &View, id: EmployerId) -> Result<Option<CreditCode>, DbErr> {
    let query = "select code from registry_employer_code where employer_id = $1 and kind = $2 and from_day <= $3 \
                 and (until_day is null or until_day >= $3) order by from_day desc limit 1";
    let values = [id.into(), EmployerCodeKind::UnifiedCredit.into(), view.today().into()];
    match view.fetch_one(query, values).await? {
        Some(row) => Ok(CreditCode::parse(&row.try_get_by_index::<String>(0)?).ok()),
        None => Ok(None),
    }
}

async fn kind_today(view: &View, id: EmployerId) -> Result<Option<(EmployerKind, Option<String>)>, DbErr> {
    let query = "select kind, proof from registry_employer_kind where employer_id = $1 and from_day <= $2 \
                 and (until_day is null or until_day >= $2) order by from_day desc limit 1";
    let row = view.fetch_one(query, [id.into(), view.today().into()]).await?;
    row.map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).transpose()
}

async fn first_day(view: &View, id: EmployerId) -> Result<Option<Date>, DbErr> {
    let query = "select from_day from registry_employer_kind where employer_id = $1 order by from_day limit 1";
    view.fetch_one(query, [id.into()]).await?.map(|row| row.try_get_by_index(0)).transpose()
}

async fn class_today(view: &View, id: EmployerId) -> Result<Option<u8>, DbErr> {
    let query = "select class from registry_employer_class where employer_id = $1 and from_day <= $2 \
                 order by from_day desc limit 1";
    let Some(row) = view.fetch_one(query, [id.into(), view.today().into()]).await? else { return Ok(None) };
    u8::try_from(row.try_get_by_index::<i32>(0)?).map(Some).map_err(|_| corrupt("a class that is none"))
}

async fn legal_person_name(view: &View, id: EmployerId) -> Result<String, DbErr> {
    let query = "select name from registry_employer_legal_person where employer_id = $1 and until_day is null";
    let row = view.fetch_one(query, [id.into()]).await?;
    row.map_or_else(|| Ok(String::new()), |row| row.try_get_by_index(0))
}

pub(crate) async fn legal_person(view: &View, id: EmployerId) -> Result<Option<LegalPerson>, DbErr> {
    let query = "select id, name, number_sealed from registry_employer_legal_person where employer_id = $1 \
                 and until_day is null";
    let Some(row) = view.fetch_one(query, [id.into()]).await? else { return Ok(None) };
    let sealed: Vec<u8> = row.try_get_by_index(2)?;
    let number = view.keys().open(LEGAL_NUMBER, row.try_get_by_index(0)?, &sealed)?;
    let id_number = IdNumber::parse(&number).map_err(|_| corrupt("a legal person's number that is none"))?;
    Ok(Some(LegalPerson { name: row.try_get_by_index(1)?, id_number }))
}

pub(crate) async fn employer_contact(view: &View, id: EmployerId) -> Result<Option<Contact>, DbErr> {
    let query =
        "select id, name, phone_sealed from registry_employer_contact where employer_id = $1 and until_at is null";
    let Some(row) = view.fetch_one(query, [id.into()]).await? else { return Ok(None) };
    let sealed: Vec<u8> = row.try_get_by_index(2)?;
    let phone = view.keys().open(EMPLOYER_PHONE, row.try_get_by_index(0)?, &sealed)?;
    Ok(Some(Contact { name: row.try_get_by_index(1)?, phone }))
}

pub(crate) async fn employer_by_code(view: &View, code: &str) -> Result<Option<EmployerId>, DbErr> {
    let query = "select employer_id from registry_employer_code where code = $1 and until_day is null limit 1";
    view.fetch_one(query, [code.into()]).await?.map(|row| row.try_get_by_index(0)).transpose()
}

pub(crate) async fn employers_of_codes(
    view: &View,
    codes: &[CreditCode],
) -> Result<HashMap<CreditCode, EmployerId>, DbErr> {
    let mut found = HashMap::new();
    for part in codes.chunks(500) {
        let query = format!(
            "select code, employer_id from registry_employer_code where until_day is null and code in ({})",
            places(1, part.len())
        );
        for row in view.fetch_all(query, part.iter().map(|code| Value::from(code.as_str()))).await? {
            if let Ok(code) = CreditCode::parse(&row.try_get_by_index::<String>(0)?) {
                found.insert(code, row.try_get_by_index(1)?);
            }
        }
    }
    Ok(found)
}

pub(crate) async fn find_employers(view: &View, text: &str, limit: u64) -> Result<Vec<EmployerId>, DbErr> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    // Names from the text up to the text with the last character there is: a range of the index, not a scan.
    let query = "select id, name from registry_employer where (name >= $1 and name < $2) or unit_number = $1 \
                 or id in (select employer_id from registry_employer_code where code = $1) order by name, id limit $3";
    let end = format!("{text}\u{10FFFF}");
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = view.fetch_all(query, [text.into(), end.into(), limit.into()]).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// Holds an employer's row until the act is over.
pub(crate) async fn lock_employer(op: &Op, id: EmployerId) -> Result<(), DbErr> {
    if op.db().get_database_backend() == DbBackend::Sqlite {
        return Ok(());
    }
    op.fetch_one("select id from registry_employer where id = $1 for update", [id.into()]).await.map(|_| ())
}

pub(crate) async fn insert_employer(op: &Op, new: &NewEmployer, number: String) -> Result<EmployerId, DbErr> {
    let id: EmployerId = op.new_id();
    let employer = "insert into registry_employer (id, unit_number, name, area, agency, recorded_at) \
                    values ($1, $2, $3, $4, $4, $5)";
    let area = new.area.to_string();
    op.execute(employer, [id.into(), number.into(), new.name.as_str().into(), area.into(), op.at().into()]).await?;
    insert_code(op, id, &new.credit_code, new.from).await?;
    insert_kind(op, id, (new.kind, None), new.from).await?;
    Ok(id)
}

async fn insert_code(op: &Op, id: EmployerId, code: &CreditCode, from: Date) -> Result<(), DbErr> {
    let insert = "insert into registry_employer_code (employer_id, kind, from_day, code) values ($1, $2, $3, $4) \
                  on conflict (employer_id, kind, from_day) do update set code = excluded.code, until_day = null";
    let kind = EmployerCodeKind::UnifiedCredit;
    op.execute(insert, [id.into(), kind.into(), from.into(), code.as_str().into()]).await.map(|_| ())
}

async fn insert_kind(
    op: &Op,
    id: EmployerId,
    (kind, proof): (EmployerKind, Option<&str>),
    from: Date,
) -> Result<(), DbErr> {
    let insert = "insert into registry_employer_kind (employer_id, kind, from_day, proof) values ($1, $2, $3, $4) \
                  on conflict (employer_id, kind, from_day) do update set proof = excluded.proof, until_day = null";
    op.execute(insert, [id.into(), kind.into(), from.into(), proof.into()]).await.map(|_| ())
}

/// The proof of the kind that an employer was just registered with.
pub(crate) async fn set_proof(op: &Op, id: EmployerId, proof: &str) -> Result<(), DbErr> {
    let update = "update registry_employer_kind set proof = $1 where employer_id = $2";
    op.execute(update, [proof.into(), id.into()]).await.map(|_| ())
}

pub(crate) async fn set_employer_text(op: &Op, id: EmployerId, field: EmployerField, text: &str) -> Result<(), DbErr> {
    let update = match field {
        EmployerField::Name => "update registry_employer set name = $1 where id = $2",
        EmployerField::Area => "update registry_employer set area = $1 where id = $2",
        EmployerField::Agency => "update registry_employer set agency = $1 where id = $2",
        EmployerField::CreditCode
        | EmployerField::LegalPerson
        | EmployerField::Kind
        | EmployerField::InjuryClass
        | EmployerField::Contact => return Err(corrupt("a field that is no text of its own")),
    };
    op.execute(update, [text.into(), id.into()]).await.map(|_| ())
}

/// Replaces the code in force; the old one ends the day before.
pub(crate) async fn replace_code(op: &Op, id: EmployerId, code: &CreditCode, from: Date) -> Result<(), DbErr> {
    let end =
        "update registry_employer_code set until_day = $1 where employer_id = $2 and kind = $3 and until_day is null";
    let kind = EmployerCodeKind::UnifiedCredit;
    op.execute(end, [day_before(from).into(), id.into(), kind.into()]).await?;
    insert_code(op, id, code, from).await
}

pub(crate) async fn replace_kind(
    op: &Op,
    id: EmployerId,
    kind: (EmployerKind, Option<&str>),
    from: Date,
) -> Result<(), DbErr> {
    let end = "update registry_employer_kind set until_day = $1 where employer_id = $2 and until_day is null";
    op.execute(end, [day_before(from).into(), id.into()]).await?;
    insert_kind(op, id, kind, from).await
}

fn day_before(day: Date) -> Date {
    day.pred_opt().unwrap_or(day)
}

pub(crate) async fn set_class(op: &Op, id: EmployerId, class: u8, from: Date) -> Result<(), DbErr> {
    let insert = "insert into registry_employer_class (employer_id, from_day, class) values ($1, $2, $3) \
                  on conflict (employer_id, from_day) do update set class = excluded.class";
    op.execute(insert, [id.into(), from.into(), i32::from(class).into()]).await.map(|_| ())
}

pub(crate) async fn replace_legal_person(op: &Op, id: EmployerId, new: &LegalPerson, from: Date) -> Result<(), DbErr> {
    let end = "update registry_employer_legal_person set until_day = $1 where employer_id = $2 and until_day is null";
    op.execute(end, [from.into(), id.into()]).await?;
    let insert = "insert into registry_employer_legal_person (id, employer_id, name, number_sealed, number_index, \
                  from_day) values ($1, $2, $3, $4, $5, $6)";
    let row: Uuid = op.new_id();
    let number = new.id_number.reveal();
    let values: [Value; 6] = [
        row.into(),
        id.into(),
        new.name.as_str().into(),
        op.keys().seal(LEGAL_NUMBER, row, number)?.into(),
        op.keys().index(LEGAL_NUMBER, number).into(),
        from.into(),
    ];
    op.execute(insert, values).await.map(|_| ())
}

pub(crate) async fn replace_employer_contact(op: &Op, id: EmployerId, new: &Contact) -> Result<(), DbErr> {
    let end = "update registry_employer_contact set until_at = $1 where employer_id = $2 and until_at is null";
    op.execute(end, [op.at().into(), id.into()]).await?;
    let insert = "insert into registry_employer_contact (id, employer_id, name, phone_sealed, from_at) \
                  values ($1, $2, $3, $4, $5)";
    let row: Uuid = op.new_id();
    let sealed = op.keys().seal(EMPLOYER_PHONE, row, &new.phone)?;
    let values: [Value; 5] = [row.into(), id.into(), new.name.as_str().into(), sealed.into(), op.at().into()];
    op.execute(insert, values).await.map(|_| ())
}

pub(crate) async fn insert_employer_change(
    op: &Op,
    employer: EmployerId,
    change: &EmployerChange,
) -> Result<(), DbErr> {
    let insert = "insert into registry_employer_change (id, employer_id, field, before_sealed, after_sealed, from_day, \
                  reason, proof, actor, actor_id, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let row: Uuid = op.new_id();
    let values: [Value; 11] = [
        row.into(),
        employer.into(),
        change.field.into(),
        op.keys().seal(EMPLOYER_BEFORE, row, &change.before)?.into(),
        op.keys().seal(EMPLOYER_AFTER, row, &change.after)?.into(),
        change.valid_from.into(),
        change.reason.as_str().into(),
        change.proof.clone().into(),
        change.actor.as_str().into(),
        change.actor_id.into(),
        change.at.into(),
    ];
    op.execute(insert, values).await.map(|_| ())
}

pub(crate) async fn employer_changes(view: &View, employer: EmployerId) -> Result<Vec<EmployerChange>, DbErr> {
    let query = "select id, field, before_sealed, after_sealed, from_day, reason, proof, actor, actor_id, at \
                 from registry_employer_change where employer_id = $1 order by id desc limit 200";
    let rows = view.fetch_all(query, [employer.into()]).await?;
    let read = |row: &Row| {
        let id: Uuid = row.try_get_by_index(0)?;
        Ok(EmployerChange {
            field: row.try_get_by_index(1)?,
            before: view.keys().open(EMPLOYER_BEFORE, id, &row.try_get_by_index::<Vec<u8>>(2)?)?,
            after: view.keys().open(EMPLOYER_AFTER, id, &row.try_get_by_index::<Vec<u8>>(3)?)?,
            valid_from: row.try_get_by_index(4)?,
            reason: row.try_get_by_index(5)?,
            proof: row.try_get_by_index(6)?,
            actor: row.try_get_by_index(7)?,
            actor_id: row.try_get_by_index(8)?,
            at: row.try_get_by_index(9)?,
        })
    };
    rows.iter().map(read).collect()
}
