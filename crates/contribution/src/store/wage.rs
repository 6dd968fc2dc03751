//! What employers declared: the wages of their staff, and for which months.

use super::line::month;
use crate::declare::{Declaration, Mark};
use control::{Op, Row, View};
use kernel::{EmployerId, Fen, Month, PersonId};
use sea_orm::DbErr;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Takes the row that decides about an employer's money: whoever comes second waits.
pub(crate) async fn take_employer(op: &Op, employer: EmployerId) -> Result<(), DbErr> {
    take_employers(op, &[employer]).await
}

/// The same of several, in their order.
pub(crate) async fn take_employers(op: &Op, employers: &[EmployerId]) -> Result<(), DbErr> {
    const TAKE: &str = "insert into contribution_employer (employer_id, touched)";
    const AGAIN: &str = "on conflict (employer_id) do update set touched = excluded.touched";
    let touched = op.at().timestamp();
    let values = employers.iter().flat_map(|employer| [(*employer).into(), touched.into()]).collect();
    op.put(TAKE, 2, values, AGAIN).await
}

/// A wage that holds from a month on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct WageRow {
    pub(crate) employer: EmployerId,
    pub(crate) person: PersonId,
    pub(crate) from: Month,
    pub(crate) number: i32,
    pub(crate) wage: Fen,
    pub(crate) mark: Mark,
}

const COLUMNS: &str = "select employer_id, person_id, from_month, number, wage, mark from contribution_wage";

/// The wage of every person of some employers on a month: the latest word about the latest month up to it.
pub(crate) async fn in_force(
    view: &View,
    employers: (EmployerId, EmployerId),
    on: Month,
) -> Result<BTreeMap<(EmployerId, PersonId), WageRow>, DbErr> {
    let sql = format!(
        "{COLUMNS} where employer_id >= $1 and employer_id <= $2 and from_month <= $3 \
         order by employer_id, person_id, from_month, number"
    );
    let rows = view.fetch_all(sql, [employers.0.into(), employers.1.into(), on.number().into()]).await?;
    // The last of a person is the one that counts.
    rows.iter().map(|row| read(row).map(|wage| ((wage.employer, wage.person), wage))).collect()
}

/// Every wage of one person at one employer, in order.
pub(crate) async fn of_person(view: &View, employer: EmployerId, person: PersonId) -> Result<Vec<WageRow>, DbErr> {
    let sql = format!("{COLUMNS} where employer_id = $1 and person_id = $2 order by from_month, number");
    view.fetch_all(sql, [employer.into(), person.into()]).await?.iter().map(read).collect()
}

/// The first month of which a wage of one of these people is known.
pub(crate) async fn first_month(
    view: &View,
    employer: EmployerId,
    persons: &BTreeSet<PersonId>,
) -> Result<Option<Month>, DbErr> {
    const OF_ONE: &str = "select cast(coalesce(min(from_month), 0) as integer) from contribution_wage \
        where employer_id = $1 and person_id = $2";
    let mut first: Option<Month> = None;
    for person in persons {
        let row = view.fetch_one(OF_ONE, [employer.into(), (*person).into()]).await?;
        let number: i32 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
        if number > 0 {
            let from = month(number)?;
            first = Some(first.map_or(from, |known| known.min(from)));
        }
    }
    Ok(first)
}

/// The bases of a year as they were assessed, added up.
pub(crate) async fn year_sum(view: &View, employer: EmployerId, year: i32) -> Result<Fen, DbErr> {
    const SUM: &str = "select cast(coalesce(sum(coalesce(pension_base, injury_base, medical_base, unemployment_base, \
        maternity_base, 0)), 0) as bigint) from contribution_due \
        where employer_id = $1 and fee_month >= $2 and fee_month <= $3";
    let (first, last) = (year * 100 + 1, year * 100 + 12);
    let row = view.fetch_one(SUM, [employer.into(), first.into(), last.into()]).await?;
    row.map_or(Ok(Fen::ZERO), |row| row.try_get_by_index(0))
}

fn read(row: &Row) -> Result<WageRow, DbErr> {
    Ok(WageRow {
        employer: row.try_get_by_index(0)?,
        person: row.try_get_by_index(1)?,
        from: month(row.try_get_by_index(2)?)?,
        number: row.try_get_by_index(3)?,
        wage: row.try_get_by_index(4)?,
        mark: row.try_get_by_index(5)?,
    })
}

/// A wage to be written, with why it was asked about.
pub(crate) struct NewWage {
    pub(crate) row: WageRow,
    pub(crate) reason: Option<String>,
}

pub(crate) async fn insert(op: &Op, declaration: Option<Uuid>, wages: &[NewWage]) -> Result<(), DbErr> {
    const WAGES: &str = "insert into contribution_wage \
        (employer_id, person_id, from_month, number, declaration_id, wage, mark, reason)";
    for part in wages.chunks(500) {
        let mut values = Vec::with_capacity(8 * part.len());
        for NewWage { row, reason } in part {
            values.extend([
                row.employer.into(),
                row.person.into(),
                row.from.number().into(),
                row.number.into(),
                declaration.into(),
                row.wage.into(),
                row.mark.into(),
                reason.clone().into(),
            ]);
        }
        op.insert(WAGES, 8, values).await?;
    }
    Ok(())
}

pub(crate) async fn insert_declaration(op: &Op, new: &Declaration) -> Result<(), DbErr> {
    const NEW: &str = "insert into contribution_declaration \
        (id, employer_id, first_month, last_month, declared_at, actor, changed)";
    let values = vec![
        new.id.into(),
        new.employer.into(),
        new.first.number().into(),
        new.last.number().into(),
        new.at.into(),
        new.by.clone().into(),
        new.changed.into(),
    ];
    op.insert(NEW, 7, values).await
}

/// The latest declaration of an employer that covers a month.
pub(crate) async fn declaration(view: &View, employer: EmployerId, on: Month) -> Result<Option<Declaration>, DbErr> {
    const OF: &str = "select id, employer_id, first_month, last_month, declared_at, actor, changed \
        from contribution_declaration where employer_id = $1 and first_month <= $2 and last_month >= $2 \
        order by declared_at desc, id desc limit 1";
    let row = view.fetch_one(OF, [employer.into(), on.number().into()]).await?;
    row.map(|row| {
        Ok(Declaration {
            id: row.try_get_by_index(0)?,
            employer: row.try_get_by_index(1)?,
            first: month(row.try_get_by_index(2)?)?,
            last: month(row.try_get_by_index(3)?)?,
            at: row.try_get_by_index(4)?,
            by: row.try_get_by_index(5)?,
            changed: row.try_get_by_index(6)?,
        })
    })
    .transpose()
}

/// Which of some employers declared a month.
pub(crate) async fn declared_in(
    view: &View,
    employers: (EmployerId, EmployerId),
    on: Month,
) -> Result<BTreeSet<EmployerId>, DbErr> {
    const DECLARED: &str = "select distinct employer_id from contribution_declaration \
        where employer_id >= $1 and employer_id <= $2 and first_month <= $3 and last_month >= $3";
    let rows = view.fetch_all(DECLARED, [employers.0.into(), employers.1.into(), on.number().into()]).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}
