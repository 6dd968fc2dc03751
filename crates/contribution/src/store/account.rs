//! Entries of the personal account and the principal credited to it.

use super::entity::account_entry::{Column, Entity, Model};
use crate::AccountEntry;
use control::{Op, View};
use kernel::{Fen, Month, PersonId};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

/// What was credited to a person's account, by month of crediting.
pub(crate) async fn credits(view: &View, person: PersonId) -> Result<Vec<(Month, Fen)>, DbErr> {
    const CREDITS: &str = "select credited, pension_account from contribution_line \
        where person_id = $1 and pension_account is not null";
    let rows = view.fetch_all(CREDITS, [person.into()]).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// The entries of a person's account, by year.
pub(crate) async fn entries(view: &View, person: PersonId) -> Result<Vec<AccountEntry>, DbErr> {
    let query = Entity::find().filter(Column::PersonId.eq(person)).order_by_asc(Column::Year);
    Ok(query.all(&view.db()).await?.into_iter().map(AccountEntry::from).collect())
}

/// The entries of all persons after one up to and with another, by person and year.
pub(crate) async fn entries_between(view: &View, range: &Persons) -> Result<Vec<AccountEntry>, DbErr> {
    let mut query = Entity::find().order_by_asc(Column::PersonId).order_by_asc(Column::Year);
    if let Some(after) = range.after {
        query = query.filter(Column::PersonId.gt(after));
    }
    if let Some(last) = range.last {
        query = query.filter(Column::PersonId.lte(last));
    }
    Ok(query.all(&view.db()).await?.into_iter().map(AccountEntry::from).collect())
}

/// Persons in the order of their ids: after one, up to and with another; the ends are open where absent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Persons {
    pub(crate) after: Option<PersonId>,
    pub(crate) last: Option<PersonId>,
}

impl Persons {
    /// The bounds as they are compared: the lowest and the highest id stand for an open end.
    pub(super) fn bounds(&self) -> [sea_orm::Value; 2] {
        let lowest = PersonId(uuid::Uuid::nil());
        let highest = PersonId(uuid::Uuid::max());
        [self.after.unwrap_or(lowest).into(), self.last.unwrap_or(highest).into()]
    }
}

/// The persons after one whose lines together make about so many.
pub(crate) async fn persons_of_lines(view: &View, after: Option<PersonId>, lines: i64) -> Result<Persons, DbErr> {
    const LAST: &str =
        "select person_id from contribution_line where person_id > $1 order by person_id limit 1 offset $2";
    let from = after.unwrap_or(PersonId(uuid::Uuid::nil()));
    let row = view.fetch_one(LAST, [from.into(), lines.into()]).await?;
    Ok(Persons { after, last: row.map(|row| row.try_get_by_index(0)).transpose()? })
}

/// What was credited to the accounts of a range of persons up to the end of a year, by person and month of crediting.
pub(crate) async fn credits_between(
    view: &View,
    range: &Persons,
    until_year: i32,
) -> Result<Vec<(PersonId, Month, Fen)>, DbErr> {
    const CREDITS: &str = "select person_id, credited, cast(sum(pension_account) as bigint) from contribution_line \
        where person_id > $1 and person_id <= $2 and credited <= $3 and pension_account is not null \
        group by person_id, credited order by person_id";
    let [after, last] = range.bounds();
    let rows = view.fetch_all(CREDITS, [after, last, (until_year * 100 + 12).into()]).await?;
    let read = |row: &control::Row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?));
    rows.iter().map(read).collect()
}

/// Writes entries; one that stands already is left alone. Says how many were new.
pub(crate) async fn insert(op: &Op, entries: &[AccountEntry]) -> Result<u64, DbErr> {
    let mut written = 0;
    for chunk in entries.chunks(500) {
        let rows = chunk.iter().map(|entry| {
            Model {
                person_id: entry.person,
                year: entry.year,
                kind: entry.kind,
                number: entry.number,
                amount: entry.amount,
                method: entry.method,
                policy: entry.policy,
            }
            .into_active_model()
        });
        let nothing = sea_orm::sea_query::OnConflict::new().do_nothing().to_owned();
        written += Entity::insert_many(rows).on_conflict(nothing).exec_without_returning(&op.db()).await?;
    }
    Ok(written)
}

impl From<Model> for AccountEntry {
    fn from(row: Model) -> AccountEntry {
        AccountEntry {
            person: row.person_id,
            year: row.year,
            kind: row.kind,
            number: row.number,
            amount: row.amount,
            method: row.method,
            policy: row.policy,
        }
    }
}
