//! What a list is decided from: the employer, and everybody whom its numbers name, read for all rows at once.

use super::{RosterFault, Row};
use crate::store::{self, Entry, Standing};
use crate::{Employer, StatusKind};
use control::{Op, View};
use kernel::{Date, EmployerId, IdNumber, Month, PersonId};
use policy::Policy;
use sea_orm::DbErr;
use std::collections::HashMap;

/// Somebody whom the registry knows.
pub(super) struct Known {
    pub(super) entry: Entry,
    /// The statuses that hold today.
    pub(super) statuses: Vec<StatusKind>,
    /// What stands under any of the person's ids.
    pub(super) standing: Vec<Standing>,
}

impl Known {
    pub(super) fn has(&self, kind: StatusKind) -> bool {
        self.statuses.contains(&kind)
    }
}

/// The facts of a list.
pub(super) struct Facts {
    pub(super) policy: &'static Policy,
    pub(super) employer: Employer,
    pub(super) today: Date,
    pub(super) this_month: Month,
    /// Everybody who holds a number, the dead too.
    people: HashMap<IdNumber, Vec<Known>>,
}

fn damaged(what: impl std::fmt::Display) -> RosterFault {
    RosterFault::Database(DbErr::Custom(what.to_string()))
}

impl Facts {
    /// Reads them as they stand.
    pub(super) async fn read(view: &View, employer: EmployerId, rows: &[Row]) -> Result<Facts, RosterFault> {
        let holders = holders(view, &numbers(rows)).await?;
        Facts::of(view, employer, holders).await
    }

    /// Reads them and holds them until the act is over: the employer first, then the counter of personal numbers where
    /// somebody is new, then the people.
    pub(super) async fn lock(op: &mut Op, employer: EmployerId, rows: &[Row]) -> Result<Facts, RosterFault> {
        store::lock_employer(op, employer).await?;
        let numbers = numbers(rows);
        let mut found = holders(op, &numbers).await?;
        if numbers.iter().any(|number| !found.contains_key(number)) {
            // Whoever else enters the same people at this moment holds this row; afterwards they are known.
            store::take_numbers(&op.db(), op.area(), store::Counter::Person, 0).await?;
            found = holders(op, &numbers).await?;
        }
        let ids: Vec<PersonId> = found.values().flatten().map(|entry| entry.id).collect();
        store::lock_people(op, &ids).await?;
        Facts::of(op, employer, found).await
    }

    async fn of(
        view: &View,
        employer: EmployerId,
        holders: HashMap<IdNumber, Vec<Entry>>,
    ) -> Result<Facts, RosterFault> {
        let employer = crate::employer(view, employer).await?.ok_or(RosterFault::NoEmployer)?;
        let policy = Policy::of(view.area()).map_err(damaged)?;
        let this_month = Month::of(view.today()).map_err(damaged)?;
        let people = known(view, holders).await?;
        Ok(Facts { policy, employer, today: view.today(), this_month, people })
    }

    /// Everybody who holds a number.
    pub(super) fn people(&self, number: &IdNumber) -> &[Known] {
        self.people.get(number).map_or(&[], Vec::as_slice)
    }
}

/// The numbers of a list that can be numbers, each once.
fn numbers(rows: &[Row]) -> Vec<IdNumber> {
    let mut numbers: Vec<IdNumber> = rows.iter().filter_map(|row| IdNumber::parse(row.id_number()).ok()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The entries of everybody who holds one of these numbers, each once.
async fn holders(view: &View, numbers: &[IdNumber]) -> Result<HashMap<IdNumber, Vec<Entry>>, DbErr> {
    let rows = store::holders(view, numbers).await?;
    let ids: Vec<PersonId> = rows.iter().map(|(_, person)| *person).collect();
    let entries = store::leading_to(view, &ids).await?;
    let mut found: HashMap<IdNumber, Vec<Entry>> = HashMap::new();
    for (number, person) in rows {
        let Some(entry) = entries.get(&person) else { continue };
        let holders = found.entry(number).or_default();
        if !holders.contains(entry) {
            holders.push(entry.clone());
        }
    }
    Ok(found)
}

async fn known(view: &View, holders: HashMap<IdNumber, Vec<Entry>>) -> Result<HashMap<IdNumber, Vec<Known>>, DbErr> {
    let entries: Vec<PersonId> = holders.values().flatten().map(|entry| entry.id).collect();
    let leading = store::ids_leading_to(view, &entries).await?;
    let entry_of: HashMap<PersonId, PersonId> = leading.iter().copied().collect();
    let ids: Vec<PersonId> = leading.iter().map(|(id, _)| *id).collect();
    let mut standing: HashMap<PersonId, Vec<Standing>> = HashMap::new();
    for row in store::standing_of(view, &ids).await? {
        standing.entry(*entry_of.get(&row.person).unwrap_or(&row.person)).or_default().push(row);
    }
    let mut statuses: HashMap<PersonId, Vec<StatusKind>> = HashMap::new();
    for (id, kind) in store::statuses_of(view, &ids, view.today()).await? {
        statuses.entry(*entry_of.get(&id).unwrap_or(&id)).or_default().push(kind);
    }
    let person = |entry: Entry| Known {
        standing: standing.get(&entry.id).cloned().unwrap_or_default(),
        statuses: statuses.get(&entry.id).cloned().unwrap_or_default(),
        entry,
    };
    Ok(holders.into_iter().map(|(number, entries)| (number, entries.into_iter().map(person).collect())).collect())
}
