//! Lines and months.

use super::entity::line::{Column, Entity, Model};
use crate::{EmployerPart, Line, PensionPart, SharedPart};
use control::View;
use kernel::{Fen, LineId, Month, PersonId};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use std::collections::BTreeSet;

/// A month column as it is read by a key of the table.
pub(super) fn month(number: i32) -> Result<Month, DbErr> {
    Month::new(number / 100, number % 100).map_err(|e| DbErr::Type(format!("{number}: {e}")))
}

/// All lines of a person, by month and id.
pub(crate) async fn of_person(view: &View, person: PersonId) -> Result<Vec<Line>, DbErr> {
    let rows = Entity::find()
        .filter(Column::PersonId.eq(person))
        .order_by_asc(Column::FeeMonth)
        .order_by_asc(Column::Id)
        .all(&view.db())
        .await?;
    rows.into_iter().map(Line::try_from).collect()
}

/// The lines of one month, by id.
pub(crate) async fn of_month(view: &View, person: PersonId, month: Month) -> Result<Vec<Line>, DbErr> {
    let rows = Entity::find()
        .filter(Column::PersonId.eq(person))
        .filter(Column::FeeMonth.eq(month.number()))
        .order_by_asc(Column::Id)
        .all(&view.db())
        .await?;
    rows.into_iter().map(Line::try_from).collect()
}

/// One line of a person.
pub(crate) async fn of_id(view: &View, person: PersonId, id: LineId) -> Result<Option<Line>, DbErr> {
    let row = Entity::find().filter(Column::PersonId.eq(person)).filter(Column::Id.eq(id)).one(&view.db()).await?;
    row.map(Line::try_from).transpose()
}

/// The months of a year that count for the pension.
pub(crate) async fn paid_months(view: &View, person: PersonId, year: i32) -> Result<BTreeSet<Month>, DbErr> {
    const PAID: &str = "select fee_month from contribution_month \
        where person_id = $1 and fee_month between $2 and $3 and pension_line is not null";
    let (first, last) = (year * 100 + 1, year * 100 + 12);
    let rows = view.fetch_all(PAID, [person.into(), first.into(), last.into()]).await?;
    rows.iter().map(|row| month(row.try_get_by_index(0)?)).collect()
}

impl TryFrom<Model> for Line {
    type Error = DbErr;

    fn try_from(row: Model) -> Result<Line, DbErr> {
        let shared = |base: Option<Fen>, employer, personal| base.map(|base| SharedPart { base, employer, personal });
        let alone = |base: Option<Fen>, employer: Option<Fen>| {
            base.zip(employer).map(|(base, employer)| EmployerPart { base, employer })
        };
        let pension = match (row.pension_base, row.pension_personal, row.pension_account) {
            (Some(base), Some(personal), Some(account)) => {
                Some(PensionPart { base, employer: row.pension_employer, personal, account })
            }
            (None, _, _) | (_, None, _) | (_, _, None) => None,
        };
        Ok(Line {
            id: row.id,
            person: row.person_id,
            month: month(row.fee_month)?,
            relation: row.relation_id,
            payer: row.payer,
            kind: row.kind,
            settlement: row.settlement,
            credited: row.credited,
            bill: row.bill_id,
            receipt: row.receipt_id,
            policy: row.policy,
            pension,
            medical: shared(row.medical_base, row.medical_employer, row.medical_personal),
            unemployment: shared(row.unemployment_base, row.unemployment_employer, row.unemployment_personal),
            injury: alone(row.injury_base, row.injury_employer),
            maternity: alone(row.maternity_base, row.maternity_employer),
        })
    }
}
