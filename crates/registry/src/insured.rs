//! Who is insured by which employer in a month: what an assessment asks of the registry, an employer or a whole city.
//!
//! One row a person and employer, whatever they are insured for: a city of 1.3 million is read in pages of some hundreds of
//! employers, by one index that holds all that is asked.

use crate::store::{self, Standing};
use control::View;
use kernel::{EmployerId, Insurance, InsuranceSet, Month, PersonId, RelationId, Scheme};
use sea_orm::DbErr;
use std::collections::HashMap;

/// Merges in a row, at most.
const MERGES_MAX: usize = 32;

/// A person whom an employer insures in a month.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InsuredStaff {
    /// Which employer.
    pub employer: EmployerId,
    /// Who: the entry to which a merged id leads.
    pub person: PersonId,
    /// The relation, the pension's where there is one.
    pub relation: RelationId,
    /// For what. What is absent here is absent, not zero.
    pub insurances: InsuranceSet,
    /// By whose rules.
    pub scheme: Scheme,
    /// The employer's class of work injury insurance; 0 where none was ever given.
    pub injury_class: u8,
}

/// The next employers after one, in the order of their ids; nobody where there are no more.
///
/// # Errors
/// The database's.
pub async fn employers_after(view: &View, after: Option<EmployerId>, limit: u64) -> Result<Vec<EmployerId>, DbErr> {
    store::employers_after(view, after, limit.max(1)).await
}

/// The staff of a month of the employers from one to another, by employer and person.
///
/// # Errors
/// The database's.
pub async fn insured_between(
    view: &View,
    employers: (EmployerId, EmployerId),
    month: Month,
) -> Result<Vec<InsuredStaff>, DbErr> {
    staff(view, employers, month).await
}

/// An employer's staff of a month, by person.
///
/// # Errors
/// The database's.
pub async fn insured_at(view: &View, employer: EmployerId, month: Month) -> Result<Vec<InsuredStaff>, DbErr> {
    staff(view, (employer, employer), month).await
}

/// One person as an employer insures them in a month.
///
/// # Errors
/// The database's.
pub async fn insured_person(
    view: &View,
    employer: EmployerId,
    person: PersonId,
    month: Month,
) -> Result<Option<InsuredStaff>, DbErr> {
    let ids = store::ids_of(view, person).await?;
    let Some(entry) = ids.first().copied() else { return Ok(None) };
    let rows = store::standing_of(view, &ids).await?;
    let covers = |row: &Standing| row.employer == Some(employer) && row.from <= month && row.reaches(month);
    let rows: Vec<Standing> = rows.into_iter().filter(covers).map(|row| Standing { person: entry, ..row }).collect();
    let classes = store::classes_between(view, (employer, employer), month.last_day()).await?;
    Ok(together(&rows, &classes.into_iter().collect()).pop())
}

async fn staff(view: &View, employers: (EmployerId, EmployerId), month: Month) -> Result<Vec<InsuredStaff>, DbErr> {
    let mut rows = store::staff_between(view, employers, month).await?;
    let merged: HashMap<PersonId, PersonId> = store::merged(view).await?.into_iter().collect();
    if !merged.is_empty() {
        for row in &mut rows {
            row.person = led(&merged, row.person);
        }
        rows.sort_by_key(|row| (row.employer, row.person));
    }
    // In order of day: the class of the month's last day comes last and stays.
    let classes = store::classes_between(view, employers, month.last_day()).await?;
    Ok(together(&rows, &classes.into_iter().collect()))
}

fn led(merged: &HashMap<PersonId, PersonId>, person: PersonId) -> PersonId {
    let mut at = person;
    for _ in 0..MERGES_MAX {
        match merged.get(&at) {
            Some(next) => at = *next,
            None => break,
        }
    }
    at
}

/// One row a person and employer, of rows in that order.
fn together(rows: &[Standing], classes: &HashMap<EmployerId, u8>) -> Vec<InsuredStaff> {
    let mut staff: Vec<InsuredStaff> = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(employer) = row.employer else { continue };
        match staff.last_mut() {
            Some(last) if last.employer == employer && last.person == row.person => {
                if row.insurances.has(Insurance::Pension) && !last.insurances.has(Insurance::Pension) {
                    (last.relation, last.scheme) = (row.id, row.scheme);
                }
                last.insurances = last.insurances.union(row.insurances);
            }
            Some(_) | None => staff.push(InsuredStaff {
                employer,
                person: row.person,
                relation: row.id,
                insurances: row.insurances,
                scheme: row.scheme,
                injury_class: classes.get(&employer).copied().unwrap_or(0),
            }),
        }
    }
    staff
}
