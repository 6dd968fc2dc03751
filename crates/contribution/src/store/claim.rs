//! Claims, and what was received for them.

use super::line::month;
use crate::{Claim, ClaimKey, ClaimState, Sides};
use control::{Op, Row, View};
use kernel::{Date, DemandId, EmployerId, Fen, Fund, JournalId, Month, PersonId, Timestamp};
use payment::ReceiptId;
use sea_orm::{DbErr, Value};

const COLUMNS: &str = "select c.employer_id, c.fee_month, c.number, c.insurance, c.kind, c.worker, c.unit, c.worker_paid, \
    c.unit_paid, c.rounding, c.surcharge, c.surcharge_paid, c.due, c.since, c.state from contribution_claim c";
/// The principal is open, or only surcharge is.
const OPEN: &str = "(c.state in ('assessed', 'billed', 'part_paid') or c.surcharge > c.surcharge_paid)";

pub(crate) fn read(row: &Row) -> Result<Claim, DbErr> {
    Ok(Claim {
        employer: row.try_get_by_index(0)?,
        key: ClaimKey {
            month: month(row.try_get_by_index(1)?)?,
            number: row.try_get_by_index(2)?,
            insurance: row.try_get_by_index(3)?,
        },
        kind: row.try_get_by_index(4)?,
        worker: row.try_get_by_index(5)?,
        unit: row.try_get_by_index(6)?,
        worker_paid: row.try_get_by_index(7)?,
        unit_paid: row.try_get_by_index(8)?,
        rounding: row.try_get_by_index(9)?,
        surcharge: row.try_get_by_index(10)?,
        surcharge_paid: row.try_get_by_index(11)?,
        due: row.try_get_by_index(12)?,
        since: row.try_get_by_index(13)?,
        state: row.try_get_by_index(14)?,
    })
}

async fn all(view: &View, sql: String, values: Vec<Value>) -> Result<Vec<Claim>, DbErr> {
    view.fetch_all(sql, values).await?.iter().map(read).collect()
}

/// Every claim on an employer for a month, by number and insurance.
pub(crate) async fn of_month(view: &View, employer: EmployerId, on: Month) -> Result<Vec<Claim>, DbErr> {
    let sql = format!("{COLUMNS} where c.employer_id = $1 and c.fee_month = $2 order by c.number, c.insurance");
    all(view, sql, vec![employer.into(), on.number().into()]).await
}

/// What is open of an employer, oldest first.
pub(crate) async fn open_of(view: &View, employer: EmployerId) -> Result<Vec<Claim>, DbErr> {
    let sql = format!("{COLUMNS} where c.employer_id = $1 and {OPEN} order by c.fee_month, c.number, c.insurance");
    all(view, sql, vec![employer.into()]).await
}

/// What is open and was due before a day, of every employer, oldest first.
pub(crate) async fn late(view: &View, on: Date, limit: i64) -> Result<Vec<Claim>, DbErr> {
    let sql = format!(
        "{COLUMNS} where {OPEN} and c.due < $1 and c.worker + c.unit > c.worker_paid + c.unit_paid \
         order by c.fee_month, c.employer_id, c.number, c.insurance limit $2"
    );
    all(view, sql, vec![on.into(), limit.into()]).await
}

/// Money fixed provisionally that came and has not found a declared month yet.
pub(crate) async fn provisional_money(view: &View, employer: EmployerId) -> Result<Vec<Claim>, DbErr> {
    let sql = format!(
        "{COLUMNS} where c.employer_id = $1 and c.kind = 'provisional' and c.state = 'reversed' \
         and (c.worker_paid <> 0 or c.unit_paid <> 0) order by c.fee_month, c.number, c.insurance"
    );
    all(view, sql, vec![employer.into()]).await
}

/// The claims of a demand note, by month.
pub(crate) async fn of_demand(view: &View, demand: kernel::DemandId) -> Result<Vec<Claim>, DbErr> {
    let sql = format!(
        "{COLUMNS} join contribution_demand d on d.employer_id = c.employer_id \
         join contribution_demand_claim p on p.demand_id = d.id and p.fee_month = c.fee_month \
         and p.number = c.number and p.insurance = c.insurance \
         where d.id = $1 order by c.fee_month, c.number, c.insurance"
    );
    all(view, sql, vec![demand.into()]).await
}

pub(crate) async fn insert(op: &Op, claims: &[Claim]) -> Result<(), DbErr> {
    const NEW: &str = "insert into contribution_claim (employer_id, fee_month, number, insurance, kind, worker, unit, \
        worker_paid, unit_paid, rounding, surcharge, surcharge_paid, due, since, state)";
    for part in claims.chunks(400) {
        let mut values = Vec::with_capacity(15 * part.len());
        for claim in part {
            values.extend([
                claim.employer.into(),
                claim.key.month.number().into(),
                claim.key.number.into(),
                claim.key.insurance.into(),
                claim.kind.into(),
                claim.worker.into(),
                claim.unit.into(),
                claim.worker_paid.into(),
                claim.unit_paid.into(),
                claim.rounding.into(),
                claim.surcharge.into(),
                claim.surcharge_paid.into(),
                claim.due.into(),
                claim.since.into(),
                claim.state.into(),
            ]);
        }
        op.insert(NEW, 15, values).await?;
    }
    Ok(())
}

/// Writes what became of a claim. Whoever writes has taken the employer's row.
pub(crate) async fn update(op: &Op, claim: &Claim) -> Result<(), DbErr> {
    const UPDATE: &str = "update contribution_claim set worker_paid = $1, unit_paid = $2, surcharge = $3, \
        surcharge_paid = $4, since = $5, state = $6 \
        where employer_id = $7 and fee_month = $8 and number = $9 and insurance = $10";
    let values = [
        claim.worker_paid.into(),
        claim.unit_paid.into(),
        claim.surcharge.into(),
        claim.surcharge_paid.into(),
        claim.since.into(),
        claim.state.into(),
        claim.employer.into(),
        claim.key.month.number().into(),
        claim.key.number.into(),
        claim.key.insurance.into(),
    ];
    match op.execute(UPDATE, values).await? {
        1 => Ok(()),
        rows => Err(DbErr::Custom(format!("{rows} claims are {:?} of {}", claim.key, claim.employer))),
    }
}

/// A step by which a claim was paid.
#[derive(Clone, Copy)]
pub(crate) struct Received {
    pub(crate) employer: EmployerId,
    pub(crate) key: ClaimKey,
    pub(crate) source: &'static str,
    pub(crate) receipt: Option<ReceiptId>,
    pub(crate) sides: Sides,
    pub(crate) surcharge: Fen,
    pub(crate) on: Date,
}

/// What a receipt paid, claim by claim.
pub(crate) async fn received_by(view: &View, receipt: ReceiptId) -> Result<Vec<(ClaimKey, Sides, Fen)>, DbErr> {
    const BY: &str = "select fee_month, number, insurance, worker, unit, surcharge from contribution_received \
        where receipt_id = $1 order by fee_month, number, insurance";
    let read = |row: &Row| {
        let key = ClaimKey {
            month: month(row.try_get_by_index(0)?)?,
            number: row.try_get_by_index(1)?,
            insurance: row.try_get_by_index(2)?,
        };
        Ok((key, Sides { worker: row.try_get_by_index(3)?, unit: row.try_get_by_index(4)? }, row.try_get_by_index(5)?))
    };
    view.fetch_all(BY, [receipt.into()]).await?.iter().map(read).collect()
}

/// The receipts that paid claims of a demand note, oldest first.
pub(crate) async fn receipts_of_demand(view: &View, demand: DemandId) -> Result<Vec<ReceiptId>, DbErr> {
    const OF: &str = "select distinct r.receipt_id from contribution_demand d \
        join contribution_demand_claim c on c.demand_id = d.id \
        join contribution_received r on r.employer_id = d.employer_id and r.fee_month = c.fee_month \
        and r.number = c.number and r.insurance = c.insurance \
        where d.id = $1 and r.receipt_id is not null order by r.receipt_id";
    view.fetch_all(OF, [demand.into()]).await?.iter().map(|row| row.try_get_by_index(0)).collect()
}

pub(crate) async fn insert_received(op: &Op, rows: &[Received]) -> Result<(), DbErr> {
    const NEW: &str = "insert into contribution_received (id, employer_id, fee_month, number, insurance, source, \
        receipt_id, worker, unit, surcharge, received_on)";
    for part in rows.chunks(400) {
        let mut values = Vec::with_capacity(11 * part.len());
        for row in part {
            let id: uuid::Uuid = op.new_id();
            values.extend([
                id.into(),
                row.employer.into(),
                row.key.month.number().into(),
                row.key.number.into(),
                row.key.insurance.into(),
                row.source.into(),
                row.receipt.into(),
                row.sides.worker.into(),
                row.sides.unit.into(),
                row.surcharge.into(),
                row.on.into(),
            ]);
        }
        op.insert(NEW, 11, values).await?;
    }
    Ok(())
}

/// Marks open claims as asked for by a demand note.
pub(crate) async fn mark_billed(op: &Op, claims: &[Claim]) -> Result<(), DbErr> {
    for claim in claims.iter().filter(|claim| claim.state == ClaimState::Assessed) {
        update(op, &Claim { state: ClaimState::Billed, ..claim.clone() }).await?;
    }
    Ok(())
}

/// Money beyond what was owed, held until it goes back.
pub(crate) struct Surplus {
    pub(crate) employer: EmployerId,
    pub(crate) person: Option<PersonId>,
    pub(crate) month: Option<Month>,
    pub(crate) receipt: Option<ReceiptId>,
    pub(crate) fund: Fund,
    pub(crate) amount: Fen,
    pub(crate) at: Timestamp,
}

pub(crate) async fn insert_surplus(op: &Op, new: &Surplus) -> Result<(), DbErr> {
    const NEW: &str = "insert into contribution_surplus \
        (id, employer_id, person_id, fee_month, receipt_id, fund, amount, held_at, state)";
    let id: uuid::Uuid = op.new_id();
    let values = vec![
        id.into(),
        new.employer.into(),
        new.person.into(),
        new.month.map(Month::number).into(),
        new.receipt.into(),
        new.fund.into(),
        new.amount.into(),
        new.at.into(),
        "held".into(),
    ];
    op.insert(NEW, 9, values).await
}

/// Moves the surplus of a receipt from one state to the next, with the journal that took it out of the books.
pub(crate) async fn move_surplus(
    op: &Op,
    receipt: ReceiptId,
    change: (crate::RefundState, crate::RefundState),
    journal: Option<JournalId>,
) -> Result<u64, DbErr> {
    const MOVE: &str =
        "update contribution_surplus set state = $1, journal_id = $2 where receipt_id = $3 and state = $4";
    op.execute(MOVE, [change.1.into(), journal.into(), receipt.into(), change.0.into()]).await
}

/// What of a receipt is held as surplus.
pub(crate) async fn surplus_of(view: &View, receipt: ReceiptId) -> Result<Fen, DbErr> {
    const HELD: &str = "select cast(coalesce(sum(amount), 0) as bigint) from contribution_surplus \
        where receipt_id = $1 and state <> 'refunded'";
    view.fetch_one(HELD, [receipt.into()]).await?.map_or(Ok(Fen::ZERO), |row| row.try_get_by_index(0))
}
