//! People by the list: what a roster of thousands asks, in questions of some hundreds each.

use super::insured::places;
use super::{MERGES_MAX, NUMBER, corrupt};
use crate::StatusKind;
use control::{Op, Row, View};
use kernel::{Date, IdNumber, PersonId};
use sea_orm::{ConnectionTrait, DbErr, Value};
use std::collections::HashMap;

/// Values in one question, at most.
const VALUES_MAX: usize = 500;

/// A person's entry, as far as a roster looks at it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    pub(crate) id: PersonId,
    pub(crate) name: String,
    pub(crate) birth: Date,
    pub(crate) merged_into: Option<PersonId>,
}

async fn ask<T>(
    view: &View,
    query: impl Fn(&str) -> String,
    values: Vec<Value>,
    read: impl Fn(&Row) -> Result<T, DbErr>,
) -> Result<Vec<T>, DbErr> {
    let mut found = Vec::new();
    for part in values.chunks(VALUES_MAX) {
        let rows = view.fetch_all(query(&places(1, part.len())), part.to_vec()).await?;
        for row in &rows {
            found.push(read(row)?);
        }
    }
    Ok(found)
}

/// Who holds each number, under whatever id.
pub(crate) async fn holders(view: &View, numbers: &[IdNumber]) -> Result<Vec<(IdNumber, PersonId)>, DbErr> {
    let index: HashMap<Vec<u8>, IdNumber> =
        numbers.iter().map(|number| (view.keys().index(NUMBER, number.reveal()), *number)).collect();
    let query = |places: &str| {
        format!("select number_index, person_id from registry_document where number_index in ({places})")
    };
    let values = index.keys().map(|key| Value::from(key.clone())).collect();
    let read = |row: &Row| Ok((row.try_get_by_index::<Vec<u8>>(0)?, row.try_get_by_index::<PersonId>(1)?));
    let rows = ask(view, query, values, read).await?;
    rows.into_iter()
        .map(|(key, person)| Ok((*index.get(&key).ok_or_else(|| corrupt("an index nobody asked for"))?, person)))
        .collect()
}

/// The entries with these ids, merged ones too.
pub(crate) async fn entries_of(view: &View, ids: &[PersonId]) -> Result<Vec<Entry>, DbErr> {
    let query = |places: &str| {
        format!("select id, name, birth_decided, merged_into from registry_person where id in ({places})")
    };
    let read = |row: &Row| {
        Ok(Entry {
            id: row.try_get_by_index(0)?,
            name: row.try_get_by_index(1)?,
            birth: row.try_get_by_index(2)?,
            merged_into: row.try_get_by_index(3)?,
        })
    };
    ask(view, query, ids.iter().map(|id| Value::from(*id)).collect(), read).await
}

/// To which entry each id leads.
pub(crate) async fn leading_to(view: &View, ids: &[PersonId]) -> Result<HashMap<PersonId, Entry>, DbErr> {
    let mut leads: HashMap<PersonId, PersonId> = HashMap::new();
    let mut known: HashMap<PersonId, Entry> = HashMap::new();
    let mut wanted: Vec<PersonId> = ids.to_vec();
    for _ in 0..MERGES_MAX {
        wanted.retain(|id| !known.contains_key(id) && !leads.contains_key(id));
        if wanted.is_empty() {
            break;
        }
        for entry in entries_of(view, &wanted).await? {
            match entry.merged_into {
                Some(into) => {
                    leads.insert(entry.id, into);
                    wanted.push(into);
                }
                None => {
                    known.insert(entry.id, entry);
                }
            }
        }
    }
    let follow = |id: &PersonId| {
        let mut at = *id;
        for _ in 0..MERGES_MAX {
            match leads.get(&at) {
                Some(next) => at = *next,
                None => return known.get(&at).cloned(),
            }
        }
        None
    };
    Ok(ids.iter().filter_map(|id| follow(id).map(|entry| (*id, entry))).collect())
}

/// Every id that leads to one of these entries, its own included, with the entry's.
pub(crate) async fn ids_leading_to(view: &View, entries: &[PersonId]) -> Result<Vec<(PersonId, PersonId)>, DbErr> {
    let mut found: Vec<(PersonId, PersonId)> = entries.iter().map(|id| (*id, *id)).collect();
    let mut latest: HashMap<PersonId, PersonId> = found.iter().copied().collect();
    for _ in 0..MERGES_MAX {
        let query = |places: &str| {
            format!(
                "select id, merged_into from registry_person where merged_into is not null and merged_into in ({places})"
            )
        };
        let read = |row: &Row| Ok((row.try_get_by_index::<PersonId>(0)?, row.try_get_by_index::<PersonId>(1)?));
        let rows = ask(view, query, latest.keys().map(|id| Value::from(*id)).collect(), read).await?;
        latest = rows.into_iter().filter_map(|(id, into)| latest.get(&into).map(|entry| (id, *entry))).collect();
        if latest.is_empty() {
            break;
        }
        found.extend(latest.iter().map(|(id, entry)| (*id, *entry)));
    }
    Ok(found)
}

/// The statuses that hold on a day, under any of these ids.
pub(crate) async fn statuses_of(view: &View, ids: &[PersonId], on: Date) -> Result<Vec<(PersonId, StatusKind)>, DbErr> {
    let query = |places: &str| {
        format!("select person_id, kind, from_day, until_day from registry_status where person_id in ({places})")
    };
    let read = |row: &Row| {
        let (from, until): (Date, Option<Date>) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
        let holds = from <= on && until.is_none_or(|until| on <= until);
        Ok((row.try_get_by_index::<PersonId>(0)?, row.try_get_by_index::<StatusKind>(1)?, holds))
    };
    let rows = ask(view, query, ids.iter().map(|id| Value::from(*id)).collect(), read).await?;
    Ok(rows.into_iter().filter(|(_, _, holds)| *holds).map(|(id, kind, _)| (id, kind)).collect())
}

/// Locks entries until the act is over, in the order of their ids, so that nobody waits in a circle.
pub(crate) async fn lock_people(op: &Op, ids: &[PersonId]) -> Result<(), DbErr> {
    if op.db().get_database_backend() == sea_orm::DbBackend::Sqlite {
        // One writer: nobody else is inside.
        return Ok(());
    }
    let mut ordered = ids.to_vec();
    ordered.sort_unstable();
    ordered.dedup();
    for part in ordered.chunks(VALUES_MAX) {
        let query =
            format!("select id from registry_person where id in ({}) order by id for update", places(1, part.len()));
        op.fetch_all(query, part.iter().map(|id| Value::from(*id))).await?;
    }
    Ok(())
}
