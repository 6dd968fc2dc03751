//! Sums over a person's lines, made by the engine.

use crate::outline::{Balance, MonthSet, YearOutline};
use control::View;
use kernel::{Fen, PersonId};
use sea_orm::DbErr;

/// A row a year: bit n of a number says that month n counts, so that 480 months come over as 40 rows.
const YEARS: &str = "select fee_month / 100, \
    cast(sum(case when base > 0 and employed = 1 then 1 << (fee_month % 100) else 0 end) as bigint), \
    cast(sum(case when base > 0 and employed = 0 then 1 << (fee_month % 100) else 0 end) as bigint) \
    from (select fee_month, sum(pension_base) as base, max(case when payer = 'employer' then 1 else 0 end) as employed \
        from contribution_line where person_id = $1 group by fee_month) months \
    group by fee_month / 100 order by 1";

pub(crate) async fn years(view: &View, person: PersonId) -> Result<Vec<YearOutline>, DbErr> {
    let rows = view.fetch_all(YEARS, [person.into()]).await?;
    let year = |row: &control::Row| {
        Ok(YearOutline {
            year: row.try_get_by_index(0)?,
            employer: MonthSet::of_bits(row.try_get_by_index(1)?),
            oneself: MonthSet::of_bits(row.try_get_by_index(2)?),
        })
    };
    rows.iter().map(year).collect()
}

pub(crate) async fn months_counted(view: &View, person: PersonId) -> Result<i32, DbErr> {
    const COUNTED: &str =
        "select cast(count(*) as bigint) from contribution_month where person_id = $1 and pension_base > 0";
    let row = view.fetch_one(COUNTED, [person.into()]).await?;
    let counted: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(i32::try_from(counted).unwrap_or(i32::MAX))
}

/// Principal and entries together; nothing where there is neither.
const BALANCE: &str = "select \
    (select cast(sum(pension_account) as bigint) from contribution_line where person_id = $1), \
    (select cast(sum(pension_account) as bigint) from contribution_line where person_id = $1 and credited >= $2), \
    (select cast(sum(amount) as bigint) from contribution_account_entry where person_id = $1)";

pub(crate) async fn balance(view: &View, person: PersonId, this_year: i32) -> Result<Option<Balance>, DbErr> {
    let row = view.fetch_one(BALANCE, [person.into(), (this_year * 100 + 1).into()]).await?;
    let Some(row) = row else { return Ok(None) };
    let principal: Option<Fen> = row.try_get_by_index(0)?;
    let credited: Option<Fen> = row.try_get_by_index(1)?;
    let entries: Option<Fen> = row.try_get_by_index(2)?;
    if principal.is_none() && entries.is_none() {
        return Ok(None);
    }
    let balance = principal.unwrap_or_default() + entries.unwrap_or_default();
    Ok(Some(Balance { balance, credited: credited.unwrap_or_default() }))
}
