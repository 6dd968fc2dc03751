//! Writing the lines and months of persons whose employer has paid.

use super::line::month;
use crate::{Line, MonthSummary};
use control::{Op, Row, View};
use kernel::{Fen, Month, PersonId, RelationId};
use sea_orm::{DbErr, Value};
use std::collections::HashMap;

/// Holds the month of some persons until the act's end, so that whoever else writes lines of the same month waits and then sums
/// what this act has written. A month that nobody has yet is begun, for a row that is not there cannot be held.
pub(crate) async fn hold_months(op: &Op, on: Month, persons: &[PersonId]) -> Result<(), DbErr> {
    const BEGIN: &str = "insert into contribution_month (person_id, fee_month, sources)";
    const OR_HOLD: &str = "on conflict (person_id, fee_month) do update set sources = contribution_month.sources";
    // In one order for everybody, or two who hold the same months wait for each other.
    let mut persons = persons.to_vec();
    persons.sort_unstable();
    persons.dedup();
    let values = persons.iter().flat_map(|person| [Value::from(*person), on.number().into(), 0.into()]);
    op.put(BEGIN, 3, values.collect(), OR_HOLD).await
}

/// What stands of the month of some persons: its summary, and the relation by which it counts for the pension.
pub(crate) async fn months(
    view: &View,
    on: Month,
    persons: &[PersonId],
) -> Result<HashMap<PersonId, (MonthSummary, Option<RelationId>)>, DbErr> {
    const MONTHS: &str = "select m.person_id, m.fee_month, m.pension_line, m.pension_base, m.pension_account, \
        m.medical_base, m.unemployment_base, m.injury_base, m.maternity_base, m.sources, l.relation_id \
        from contribution_month m left join contribution_line l \
        on l.person_id = m.person_id and l.fee_month = m.fee_month and l.id = m.pension_line \
        where m.fee_month = $1 and m.person_id in (";
    let mut known = HashMap::with_capacity(persons.len());
    for part in persons.chunks(500) {
        let places: Vec<String> = (2..part.len() + 2).map(|place| format!("${place}")).collect();
        let sql = format!("{MONTHS}{})", places.join(", "));
        let values: Vec<Value> =
            std::iter::once(on.number().into()).chain(part.iter().map(|person| (*person).into())).collect();
        for row in view.fetch_all(sql, values).await? {
            let summary = summary(&row)?;
            known.insert(summary.person, (summary, row.try_get_by_index(10)?));
        }
    }
    Ok(known)
}

fn summary(row: &Row) -> Result<MonthSummary, DbErr> {
    Ok(MonthSummary {
        person: row.try_get_by_index(0)?,
        month: month(row.try_get_by_index(1)?)?,
        pension_line: row.try_get_by_index(2)?,
        pension_base: row.try_get_by_index(3)?,
        pension_account: row.try_get_by_index(4)?,
        medical_base: row.try_get_by_index(5)?,
        unemployment_base: row.try_get_by_index(6)?,
        injury_base: row.try_get_by_index(7)?,
        maternity_base: row.try_get_by_index(8)?,
        sources: row.try_get_by_index(9)?,
    })
}

/// Writes lines.
pub(crate) async fn insert_lines(op: &Op, lines: &[Line]) -> Result<(), DbErr> {
    const LINES: &str = "insert into contribution_line (person_id, fee_month, id, relation_id, payer, kind, settlement, \
        credited, bill_id, receipt_id, policy, pension_base, pension_employer, pension_personal, pension_account, \
        medical_base, medical_employer, medical_personal, unemployment_base, unemployment_employer, \
        unemployment_personal, injury_base, injury_employer, maternity_base, maternity_employer)";
    for part in lines.chunks(400) {
        let values = part.iter().flat_map(values).collect();
        op.insert(LINES, 25, values).await?;
    }
    Ok(())
}

fn values(line: &Line) -> impl Iterator<Item = Value> {
    let keys: [Value; 11] = [
        line.person.into(),
        line.month.number().into(),
        line.id.into(),
        line.relation.into(),
        line.payer.into(),
        line.kind.into(),
        line.settlement.into(),
        line.credited.into(),
        line.bill.into(),
        line.receipt.into(),
        line.policy.into(),
    ];
    let (pension, medical, unemployment) = (line.pension, line.medical, line.unemployment);
    let figures: [Option<Fen>; 14] = [
        pension.map(|p| p.base),
        pension.and_then(|p| p.employer),
        pension.map(|p| p.personal),
        pension.map(|p| p.account),
        medical.map(|p| p.base),
        medical.and_then(|p| p.employer),
        medical.and_then(|p| p.personal),
        unemployment.map(|p| p.base),
        unemployment.and_then(|p| p.employer),
        unemployment.and_then(|p| p.personal),
        line.injury.map(|p| p.base),
        line.injury.map(|p| p.employer),
        line.maternity.map(|p| p.base),
        line.maternity.map(|p| p.employer),
    ];
    keys.into_iter().chain(figures.map(Value::from))
}

/// Puts the summaries as they now are in the place of those that stood.
pub(crate) async fn put_months(op: &Op, summaries: &[MonthSummary]) -> Result<(), DbErr> {
    const MONTHS: &str = "insert into contribution_month (person_id, fee_month, pension_line, pension_base, pension_account, \
        medical_base, unemployment_base, injury_base, maternity_base, sources)";
    const AS_NOW: &str = "on conflict (person_id, fee_month) do update set pension_line = excluded.pension_line, \
        pension_base = excluded.pension_base, pension_account = excluded.pension_account, \
        medical_base = excluded.medical_base, unemployment_base = excluded.unemployment_base, \
        injury_base = excluded.injury_base, maternity_base = excluded.maternity_base, sources = excluded.sources";
    let values = |summary: &MonthSummary| -> [Value; 10] {
        [
            summary.person.into(),
            summary.month.number().into(),
            summary.pension_line.into(),
            summary.pension_base.into(),
            summary.pension_account.into(),
            summary.medical_base.into(),
            summary.unemployment_base.into(),
            summary.injury_base.into(),
            summary.maternity_base.into(),
            summary.sources.into(),
        ]
    };
    for part in summaries.chunks(400) {
        op.put(MONTHS, 10, part.iter().flat_map(values).collect(), AS_NOW).await?;
    }
    Ok(())
}
