//! Runs over the city.

use super::line::month;
use crate::run::Run;
use control::{Op, Row, View};
use kernel::{EmployerId, Month};
use sea_orm::DbErr;
use uuid::Uuid;

const COLUMNS: &str = "select id, fee_month, number, actor, started_at, ended_at, employers, lines, worker, unit, reached \
    from contribution_run";

fn read(row: &Row) -> Result<Run, DbErr> {
    let (employers, lines): (i64, i64) = (row.try_get_by_index(6)?, row.try_get_by_index(7)?);
    Ok(Run {
        id: row.try_get_by_index(0)?,
        month: month(row.try_get_by_index(1)?)?,
        number: row.try_get_by_index(2)?,
        by: row.try_get_by_index(3)?,
        started_at: row.try_get_by_index(4)?,
        ended_at: row.try_get_by_index(5)?,
        employers: u64::try_from(employers).unwrap_or_default(),
        lines: u64::try_from(lines).unwrap_or_default(),
        worker: row.try_get_by_index(8)?,
        unit: row.try_get_by_index(9)?,
    })
}

/// The runs of a month, the first first.
pub(crate) async fn of_month(view: &View, on: Month) -> Result<Vec<Run>, DbErr> {
    let sql = format!("{COLUMNS} where fee_month = $1 order by number");
    view.fetch_all(sql, [on.number().into()]).await?.iter().map(read).collect()
}

/// A run, taken so that two cannot go on with it at once, and how far it is.
pub(crate) async fn taken(op: &Op, id: Uuid) -> Result<(Run, Option<EmployerId>), DbErr> {
    const TAKE: &str = "update contribution_run set number = number where id = $1";
    op.execute(TAKE, [id.into()]).await?;
    let rows = op.fetch_all(format!("{COLUMNS} where id = $1"), [id.into()]).await?;
    let row = rows.first().ok_or_else(|| DbErr::RecordNotFound(format!("run {id}")))?;
    Ok((read(row)?, row.try_get_by_index(10)?))
}

pub(crate) async fn insert(op: &Op, run: &Run, policy_hash: &str) -> Result<(), DbErr> {
    const NEW: &str = "insert into contribution_run (id, fee_month, number, actor, policy_hash, started_at, employers, \
        lines, worker, unit)";
    let values = vec![
        run.id.into(),
        run.month.number().into(),
        run.number.into(),
        run.by.clone().into(),
        policy_hash.into(),
        run.started_at.into(),
        0i64.into(),
        0i64.into(),
        run.worker.into(),
        run.unit.into(),
    ];
    op.insert(NEW, 10, values).await
}

/// Writes how far a run has come.
pub(crate) async fn advance(op: &Op, run: &Run, reached: Option<EmployerId>) -> Result<(), DbErr> {
    const ADVANCE: &str = "update contribution_run set reached = $1, employers = $2, lines = $3, worker = $4, unit = $5, \
        ended_at = $6 where id = $7";
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let values = [
        reached.into(),
        count(run.employers).into(),
        count(run.lines).into(),
        run.worker.into(),
        run.unit.into(),
        run.ended_at.into(),
        run.id.into(),
    ];
    op.execute(ADVANCE, values).await.map(|_| ())
}
