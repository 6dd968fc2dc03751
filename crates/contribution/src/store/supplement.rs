//! Prepaid months whose difference is not settled.

use super::line::month;
use crate::{PensionPart, Tier};
use control::{Op, Row, View};
use kernel::{BillId, LineId, Month, PersonId, RelationId};
use payment::ReceiptId;
use sea_orm::{DbErr, Value};

/// A prepaid month without its difference.
pub(crate) struct Prepaid {
    pub(crate) line: LineId,
    pub(crate) month: Month,
    pub(crate) relation: RelationId,
    pub(crate) paid: PensionPart,
    pub(crate) receipt: Option<ReceiptId>,
    pub(crate) bill: Option<BillId>,
    pub(crate) tier: Option<Tier>,
}

/// Holds a person's months of a year, so that what is asked next stays true until the commit.
pub(crate) async fn hold(op: &Op, person: PersonId, year: i32) -> Result<(), DbErr> {
    const HOLD: &str =
        "update contribution_month set sources = sources where person_id = $1 and fee_month between $2 and $3";
    op.execute(HOLD, of_year(person, year)).await.map(|_| ())
}

/// The prepaid months of a year that have no supplement yet, in order.
pub(crate) async fn prepaid(view: &View, person: PersonId, year: i32) -> Result<Vec<Prepaid>, DbErr> {
    const PREPAID: &str = "select l.id, l.fee_month, l.relation_id, l.pension_base, l.pension_employer, \
        l.pension_personal, l.pension_account, l.receipt_id, l.bill_id, b.percent \
        from contribution_line l left join contribution_bill b on b.id = l.bill_id \
        where l.person_id = $1 and l.fee_month between $2 and $3 and l.kind = 'prepayment' \
        and l.pension_base is not null and not exists (select 1 from contribution_line s \
            where s.person_id = l.person_id and s.fee_month = l.fee_month and s.kind = 'supplement') \
        order by l.fee_month";
    view.fetch_all(PREPAID, of_year(person, year)).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Prepaid, DbErr> {
    let percent: Option<i32> = row.try_get_by_index(9)?;
    Ok(Prepaid {
        line: row.try_get_by_index(0)?,
        month: month(row.try_get_by_index(1)?)?,
        relation: row.try_get_by_index(2)?,
        paid: PensionPart {
            base: row.try_get_by_index(3)?,
            employer: row.try_get_by_index(4)?,
            personal: row.try_get_by_index(5)?,
            account: row.try_get_by_index(6)?,
        },
        receipt: row.try_get_by_index(7)?,
        bill: row.try_get_by_index(8)?,
        tier: percent.and_then(|percent| u16::try_from(percent).ok()).map(Tier::percent),
    })
}

/// The supplement of a year that waits to be paid.
pub(crate) async fn waiting(view: &View, person: PersonId, year: i32) -> Result<Option<BillId>, DbErr> {
    const WAITING: &str = "select id from contribution_bill \
        where person_id = $1 and year = $2 and kind = 'supplement' and state in ('issued', 'paying')";
    let row = view.fetch_one(WAITING, [person.into(), year.into()]).await?;
    row.map(|row| row.try_get_by_index(0)).transpose()
}

/// Persons after one with prepaid months of a year that have neither a supplement nor one that waits, in the order of ids.
pub(crate) async fn persons(
    view: &View,
    year: i32,
    after: Option<PersonId>,
    limit: u64,
) -> Result<Vec<PersonId>, DbErr> {
    const PERSONS: &str = "select distinct l.person_id from contribution_line l \
        where l.fee_month between $1 and $2 and l.kind = 'prepayment' and l.person_id > $3 \
        and not exists (select 1 from contribution_line s \
            where s.person_id = l.person_id and s.fee_month = l.fee_month and s.kind = 'supplement') \
        and not exists (select 1 from contribution_bill b where b.person_id = l.person_id and b.year = $4 \
            and b.kind = 'supplement' and b.state in ('issued', 'paying')) \
        order by l.person_id limit $5";
    let after = after.unwrap_or(PersonId(uuid::Uuid::nil()));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values: [Value; 5] =
        [(year * 100 + 1).into(), (year * 100 + 12).into(), after.into(), year.into(), limit.into()];
    view.fetch_all(PERSONS, values).await?.iter().map(|row| row.try_get_by_index(0)).collect()
}

fn of_year(person: PersonId, year: i32) -> [Value; 3] {
    [person.into(), (year * 100 + 1).into(), (year * 100 + 12).into()]
}
