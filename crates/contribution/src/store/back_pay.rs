//! Back payments that were asked for.

use crate::back_pay::{BackMonth, BackPay, BackPaymentId};
use control::{IdempotencyKey, Op, View};
use kernel::{EmployerId, Insurance, Month, PersonId, WorkItemId};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The months as they are kept; the number of the assessment once they are taken.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    back: BackMonth,
    number: Option<i32>,
}

fn json<T: Serialize>(value: &T) -> Result<String, DbErr> {
    serde_json::to_string(value).map_err(|e| DbErr::Custom(e.to_string()))
}

fn read<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, DbErr> {
    serde_json::from_str(text).map_err(|e| DbErr::Type(e.to_string()))
}

/// Whether one of the person waits for its officers.
pub(crate) async fn waits(view: &View, employer: EmployerId, person: PersonId) -> Result<bool, DbErr> {
    const WAITS: &str = "select 1 from contribution_back_payment \
        where employer_id = $1 and person_id = $2 and state = 'proposed'";
    Ok(view.fetch_one(WAITS, [employer.into(), person.into()]).await?.is_some())
}

pub(crate) async fn insert(op: &Op, id: BackPaymentId, item: WorkItemId, new: &BackPay) -> Result<(), DbErr> {
    const NEW: &str = "insert into contribution_back_payment (id, employer_id, person_id, kind, months, insurances, \
        proof, proposed_at, actor, state, work_item_id)";
    let months: Vec<Kept> = new.months.iter().map(|back| Kept { back: *back, number: None }).collect();
    let values = vec![
        id.into(),
        new.employer.into(),
        new.person.into(),
        new.kind.into(),
        json(&months)?.into(),
        json(&new.insurances)?.into(),
        new.proof.clone().into(),
        op.at().into(),
        crate::declare::by(op).into(),
        "proposed".into(),
        item.into(),
    ];
    op.insert(NEW, 11, values).await
}

/// One that waits, as it was asked for.
pub(crate) async fn proposed(view: &View, id: BackPaymentId) -> Result<Option<BackPay>, DbErr> {
    const OF: &str = "select employer_id, person_id, kind, months, insurances, proof from contribution_back_payment \
        where id = $1 and state = 'proposed'";
    let Some(row) = view.fetch_one(OF, [id.into()]).await? else { return Ok(None) };
    let (months, insurances): (String, String) = (row.try_get_by_index(3)?, row.try_get_by_index(4)?);
    let kept: Vec<Kept> = read(&months)?;
    let key = IdempotencyKey::parse(&id.to_string()).map_err(|e| DbErr::Custom(e.to_string()))?;
    Ok(Some(BackPay {
        key,
        employer: row.try_get_by_index(0)?,
        person: row.try_get_by_index(1)?,
        months: kept.into_iter().map(|kept| kept.back).collect(),
        insurances: read::<Vec<Insurance>>(&insurances)?,
        kind: row.try_get_by_index(2)?,
        proof: row.try_get_by_index(5)?,
    }))
}

pub(crate) async fn mark_taken(op: &Op, id: BackPaymentId, numbers: &[(Month, i32)]) -> Result<(), DbErr> {
    const TAKEN: &str = "update contribution_back_payment set state = 'taken', months = $1 \
        where id = $2 and state = 'proposed'";
    const MONTHS: &str = "select months from contribution_back_payment where id = $1";
    let row = op.fetch_one(MONTHS, [id.into()]).await?;
    let text: String = row.map_or_else(|| Err(DbErr::RecordNotFound(id.to_string())), |row| row.try_get_by_index(0))?;
    let mut kept: Vec<Kept> = read(&text)?;
    for month in &mut kept {
        month.number = numbers.iter().find(|(of, _)| *of == month.back.month).map(|(_, number)| *number);
    }
    op.execute(TAKEN, [json(&kept)?.into(), id.into()]).await.map(|_| ())
}

pub(crate) async fn mark_refused(op: &Op, id: BackPaymentId) -> Result<(), DbErr> {
    const REFUSED: &str = "update contribution_back_payment set state = 'refused' where id = $1 and state = 'proposed'";
    op.execute(REFUSED, [id.into()]).await.map(|_| ())
}

/// The dues of a month of an employer that back payments wrote: person and number.
pub(crate) async fn taken_in(view: &View, employer: EmployerId, on: Month) -> Result<BTreeSet<(PersonId, i32)>, DbErr> {
    const TAKEN: &str =
        "select person_id, months from contribution_back_payment where employer_id = $1 and state = 'taken'";
    let mut taken = BTreeSet::new();
    for row in view.fetch_all(TAKEN, [employer.into()]).await? {
        let (person, months): (PersonId, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let kept: Vec<Kept> = read(&months)?;
        let here = kept.iter().filter(|kept| kept.back.month == on).filter_map(|kept| kept.number);
        taken.extend(here.map(|number| (person, number)));
    }
    Ok(taken)
}
