//! What an employer declared and what was found: self-checks and inspections, written once.

use super::corrupt;
use crate::inspection::{Inspected, InspectionKept};
use crate::requirement::{KeptSelfCheck, SelfCheck};
use control::{Op, Row, View};
use kernel::EmployerId;
use sea_orm::{DbErr, Value};
use std::str::FromStr;
use uuid::Uuid;

/// Words of one kind, separated by spaces.
fn words<T: FromStr>(text: &str) -> Result<Vec<T>, DbErr> {
    text.split_whitespace().map(|word| word.parse().map_err(|_| corrupt("an unknown word"))).collect()
}

fn written<T: ToString>(words: &[T]) -> String {
    words.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

pub(crate) async fn insert_self_check(op: &Op, employer: EmployerId, check: &SelfCheck) -> Result<Uuid, DbErr> {
    let id: Uuid = op.new_id();
    let insert = "insert into registry_self_check (id, employer_id, business, papers, actor, actor_id, at) \
                  values ($1, $2, $3, $4, $5, $6, $7)";
    let values: [Value; 7] = [
        id.into(),
        employer.into(),
        check.business.as_str().into(),
        written(&check.papers).into(),
        op.actor().kind().into(),
        op.actor().id().into(),
        op.at().into(),
    ];
    op.execute(insert, values).await?;
    Ok(id)
}

pub(crate) async fn self_checks(view: &View, employer: EmployerId, limit: u64) -> Result<Vec<KeptSelfCheck>, DbErr> {
    let query = "select id, business, papers, actor, actor_id, at from registry_self_check where employer_id = $1 \
                 order by id desc limit $2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = view.fetch_all(query, [employer.into(), limit.into()]).await?;
    let read = |row: &Row| {
        let business: String = row.try_get_by_index(1)?;
        Ok(KeptSelfCheck {
            id: row.try_get_by_index(0)?,
            check: SelfCheck {
                business: business.parse().map_err(|_| corrupt("an unknown business"))?,
                papers: words(&row.try_get_by_index::<String>(2)?)?,
            },
            actor: row.try_get_by_index(3)?,
            actor_id: row.try_get_by_index(4)?,
            at: row.try_get_by_index(5)?,
        })
    };
    rows.iter().map(read).collect()
}

pub(crate) async fn insert_inspection(
    op: &Op,
    asked: &Inspected,
    insured: i64,
    kept: &InspectionKept,
) -> Result<(), DbErr> {
    let insert = "insert into registry_inspection (employer_id, year, on_day, verdict, findings, papers, staff, insured, \
                  payroll, bases, arrears, actor, actor_id, at) \
                  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    let values: [Value; 14] = [
        asked.employer.into(),
        asked.year.into(),
        kept.on.into(),
        kept.verdict.as_str().into(),
        written(&kept.findings).into(),
        written(&kept.papers).into(),
        asked.staff.into(),
        insured.into(),
        asked.payroll.into(),
        asked.bases.into(),
        asked.arrears.into(),
        op.actor().kind().into(),
        op.actor().id().into(),
        kept.at.into(),
    ];
    op.execute(insert, values).await.map(|_| ())
}

pub(crate) async fn inspections(view: &View, employer: EmployerId) -> Result<Vec<InspectionKept>, DbErr> {
    let query = "select year, on_day, verdict, findings, papers, at from registry_inspection where employer_id = $1 \
                 order by year desc, at desc limit 100";
    let rows = view.fetch_all(query, [employer.into()]).await?;
    let read = |row: &Row| {
        let verdict: String = row.try_get_by_index(2)?;
        Ok(InspectionKept {
            year: row.try_get_by_index(0)?,
            on: row.try_get_by_index(1)?,
            verdict: verdict.parse().map_err(|_| corrupt("an unknown verdict"))?,
            findings: words(&row.try_get_by_index::<String>(3)?)?,
            papers: words(&row.try_get_by_index::<String>(4)?)?,
            at: row.try_get_by_index(5)?,
        })
    };
    rows.iter().map(read).collect()
}
