//! Demand notes.

use super::claim;
use super::line::month;
use crate::{Claim, Demand, DemandEvent, DemandState};
use control::{Op, View};
use kernel::{DemandId, EmployerId, Fen};
use sea_orm::DbErr;

/// One note, with its claims as they stand now.
pub(crate) async fn of_id(view: &View, id: DemandId) -> Result<Option<Demand>, DbErr> {
    const OF: &str = "select id, number, employer_id, fee_month, due, issued_at, total, policy_hash, state \
        from contribution_demand where id = $1";
    let Some(row) = view.fetch_one(OF, [id.into()]).await? else { return Ok(None) };
    Ok(Some(Demand {
        id: row.try_get_by_index(0)?,
        number: row.try_get_by_index(1)?,
        employer: row.try_get_by_index(2)?,
        month: month(row.try_get_by_index(3)?)?,
        due: row.try_get_by_index(4)?,
        issued_at: row.try_get_by_index(5)?,
        total: row.try_get_by_index(6)?,
        policy_hash: row.try_get_by_index(7)?,
        state: row.try_get_by_index(8)?,
        claims: claim::of_demand(view, id).await?,
    }))
}

pub(crate) async fn id_of_number(view: &View, number: &str) -> Result<Option<DemandId>, DbErr> {
    const OF: &str = "select id from contribution_demand where number = $1";
    view.fetch_one(OF, [number.into()]).await?.map(|row| row.try_get_by_index(0)).transpose()
}

/// The latest notes of an employer, newest first.
pub(crate) async fn ids_of(view: &View, employer: EmployerId, limit: u64) -> Result<Vec<DemandId>, DbErr> {
    const OF: &str =
        "select id from contribution_demand where employer_id = $1 order by issued_at desc, id desc limit $2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    view.fetch_all(OF, [employer.into(), limit.into()]).await?.iter().map(|row| row.try_get_by_index(0)).collect()
}

pub(crate) async fn insert(op: &Op, new: &Demand, claims: &[(Claim, Fen)]) -> Result<(), DbErr> {
    const NEW: &str = "insert into contribution_demand \
        (id, number, employer_id, fee_month, due, issued_at, total, policy_hash, state)";
    const CLAIMS: &str = "insert into contribution_demand_claim \
        (demand_id, fee_month, number, insurance, worker, unit, surcharge)";
    let values = vec![
        new.id.into(),
        new.number.clone().into(),
        new.employer.into(),
        new.month.number().into(),
        new.due.into(),
        new.issued_at.into(),
        new.total.into(),
        new.policy_hash.clone().into(),
        new.state.into(),
    ];
    op.insert(NEW, 9, values).await?;
    for part in claims.chunks(400) {
        let mut values = Vec::with_capacity(7 * part.len());
        for (claim, surcharge) in part {
            let open = claim.open();
            values.extend([
                new.id.into(),
                claim.key.month.number().into(),
                claim.key.number.into(),
                claim.key.insurance.into(),
                open.worker.into(),
                open.unit.into(),
                (*surcharge).into(),
            ]);
        }
        op.insert(CLAIMS, 7, values).await?;
    }
    Ok(())
}

/// Notes for which nothing has come and all of whose claims the new one asks for as well give way to it.
pub(crate) async fn supersede(op: &Op, new: &Demand) -> Result<(), DbErr> {
    const ISSUED: &str = "select id from contribution_demand where employer_id = $1 and state = 'issued'";
    for row in op.fetch_all(ISSUED, [new.employer.into()]).await? {
        let id: DemandId = row.try_get_by_index(0)?;
        let claims = claim::of_demand(op, id).await?;
        let asked = |old: &Claim| new.claims.iter().any(|claim| claim.key == old.key);
        if let Ok(state) = DemandState::Issued.after(DemandEvent::Superseded)
            && claims.iter().filter(|claim| claim.state.is_open()).all(asked)
        {
            set_state(op, id, state).await?;
        }
    }
    Ok(())
}

pub(crate) async fn set_state(op: &Op, id: DemandId, state: DemandState) -> Result<(), DbErr> {
    const SET: &str = "update contribution_demand set state = $1 where id = $2";
    op.execute(SET, [state.into(), id.into()]).await.map(|_| ())
}
