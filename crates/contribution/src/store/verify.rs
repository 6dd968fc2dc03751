//! The questions of `verify`: the engine recomputes and compares, so that only differences and sums come over.

use super::account::Persons;
use super::line::month;
use control::{Row, View};
use kernel::{Fen, Month, PersonId};
use sea_orm::DbErr;

/// A month whose summary is not the sum of its lines: what is kept and what the lines say.
pub(crate) struct WrongMonth {
    pub(crate) person: PersonId,
    pub(crate) month: Month,
    pub(crate) kept: String,
    pub(crate) summed: String,
}

/// The first month of a range of persons whose summary differs from the sum of its lines.
pub(crate) async fn wrong_month(view: &View, range: &Persons) -> Result<Option<WrongMonth>, DbErr> {
    const WRONG: &str = "select l.person_id, l.fee_month, \
        cast(m.sources as bigint), cast(m.pension_base as bigint), cast(m.pension_account as bigint), \
        cast(m.medical_base as bigint), cast(m.unemployment_base as bigint), cast(m.injury_base as bigint), \
        cast(m.maternity_base as bigint), case when p.id is null then 0 else 1 end, \
        cast(l.sources as bigint), cast(l.pension_base as bigint), cast(l.pension_account as bigint), \
        cast(l.medical_base as bigint), cast(l.unemployment_base as bigint), cast(l.injury_base as bigint), \
        cast(l.maternity_base as bigint), case when l.pension_base is null then 0 else 1 end \
        from (select person_id, fee_month, count(*) as sources, sum(pension_base) as pension_base, \
            sum(pension_account) as pension_account, sum(medical_base) as medical_base, \
            sum(unemployment_base) as unemployment_base, sum(injury_base) as injury_base, \
            sum(maternity_base) as maternity_base \
            from contribution_line where person_id > $1 and person_id <= $2 group by person_id, fee_month) l \
        left join contribution_month m on m.person_id = l.person_id and m.fee_month = l.fee_month \
        left join contribution_line p on p.person_id = m.person_id and p.fee_month = m.fee_month and p.id = m.pension_line \
        where m.sources is distinct from l.sources or m.pension_base is distinct from l.pension_base \
        or m.pension_account is distinct from l.pension_account or m.medical_base is distinct from l.medical_base \
        or m.unemployment_base is distinct from l.unemployment_base or m.injury_base is distinct from l.injury_base \
        or m.maternity_base is distinct from l.maternity_base or (p.id is null) <> (l.pension_base is null) \
        limit 1";
    let Some(row) = view.fetch_one(WRONG, range.bounds()).await? else { return Ok(None) };
    Ok(Some(WrongMonth {
        person: row.try_get_by_index(0)?,
        month: month(row.try_get_by_index(1)?)?,
        kept: described(&row, 2)?,
        summed: described(&row, 10)?,
    }))
}

fn described(row: &Row, first: usize) -> Result<String, DbErr> {
    let lines: Option<i64> = row.try_get_by_index(first)?;
    let mut words = vec![format!("{} lines", lines.unwrap_or(0))];
    let names = ["pension", "account", "medical", "unemployment", "injury", "maternity"];
    for (offset, name) in names.iter().enumerate() {
        let amount: Option<Fen> = row.try_get_by_index(first + 1 + offset)?;
        words.extend(amount.map(|amount| format!("{name} {amount}")));
    }
    let counted: i32 = row.try_get_by_index(first + 7)?;
    words.push(if counted == 1 { "counted".to_owned() } else { "not counted".to_owned() });
    Ok(words.join(", "))
}

/// How many lines the lines of a range of persons are, by who owes them, and what they say in fen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Sums {
    pub(crate) lines: u64,
    pub(crate) pension_account: Fen,
    pub(crate) pension_pooled: Fen,
    pub(crate) medical: [Fen; 2],
    pub(crate) unemployment: [Fen; 2],
    pub(crate) injury: Fen,
    pub(crate) maternity: Fen,
}

/// The sums of a range of persons: of lines that employers owe, and of lines that one owes oneself.
pub(crate) async fn sums(view: &View, range: &Persons) -> Result<[Sums; 2], DbErr> {
    const SUMS: &str = "select payer, count(*), cast(coalesce(sum(pension_account), 0) as bigint), \
        cast(coalesce(sum(coalesce(pension_employer, 0) + pension_personal - pension_account), 0) as bigint), \
        cast(coalesce(sum(medical_employer), 0) as bigint), cast(coalesce(sum(medical_personal), 0) as bigint), \
        cast(coalesce(sum(unemployment_employer), 0) as bigint), cast(coalesce(sum(unemployment_personal), 0) as bigint), \
        cast(coalesce(sum(injury_employer), 0) as bigint), cast(coalesce(sum(maternity_employer), 0) as bigint) \
        from contribution_line where person_id > $1 and person_id <= $2 group by payer";
    let mut sums = [Sums::default(); 2];
    for row in view.fetch_all(SUMS, range.bounds()).await? {
        let payer: crate::PaidBy = row.try_get_by_index(0)?;
        let lines: i64 = row.try_get_by_index(1)?;
        let fen = |index: usize| row.try_get_by_index::<Fen>(index);
        let of_payer = Sums {
            lines: u64::try_from(lines).unwrap_or_default(),
            pension_account: fen(2)?,
            pension_pooled: fen(3)?,
            medical: [fen(4)?, fen(5)?],
            unemployment: [fen(6)?, fen(7)?],
            injury: fen(8)?,
            maternity: fen(9)?,
        };
        match payer {
            crate::PaidBy::Employer => sums[0] = of_payer,
            crate::PaidBy::Oneself => sums[1] = of_payer,
        }
    }
    Ok(sums)
}

/// How many months are kept, and how many lines they say that they sum.
pub(crate) async fn months(view: &View) -> Result<(u64, u64), DbErr> {
    const MONTHS: &str = "select count(*), cast(coalesce(sum(sources), 0) as bigint) from contribution_month";
    let Some(row) = view.fetch_one(MONTHS, []).await? else { return Ok((0, 0)) };
    let (months, sources): (i64, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    Ok((u64::try_from(months).unwrap_or_default(), u64::try_from(sources).unwrap_or_default()))
}

/// The first month that is kept and has no line.
pub(crate) async fn month_without_lines(view: &View) -> Result<Option<(PersonId, Month)>, DbErr> {
    const WITHOUT: &str = "select m.person_id, m.fee_month from contribution_month m where not exists (\
        select 1 from contribution_line l where l.person_id = m.person_id and l.fee_month = m.fee_month) limit 1";
    let Some(row) = view.fetch_one(WITHOUT, []).await? else { return Ok(None) };
    Ok(Some((row.try_get_by_index(0)?, month(row.try_get_by_index(1)?)?)))
}

/// What was credited to an account in a year.
pub(crate) struct CreditedYear {
    pub(crate) person: PersonId,
    pub(crate) year: i32,
    pub(crate) principal: Fen,
    /// Each credit times the months left in the year, its own included.
    pub(crate) product: Fen,
}

/// What was credited to the accounts of a range of persons, by person and year.
pub(crate) async fn credited_years(view: &View, range: &Persons) -> Result<Vec<CreditedYear>, DbErr> {
    const YEARS: &str = "select person_id, credited / 100, cast(sum(pension_account) as bigint), \
        cast(sum(pension_account * (13 - credited % 100)) as bigint) from contribution_line \
        where person_id > $1 and person_id <= $2 and pension_account is not null \
        group by person_id, credited / 100 order by person_id, credited / 100";
    let rows = view.fetch_all(YEARS, range.bounds()).await?;
    let read = |row: &Row| {
        Ok(CreditedYear {
            person: row.try_get_by_index(0)?,
            year: row.try_get_by_index(1)?,
            principal: row.try_get_by_index(2)?,
            product: row.try_get_by_index(3)?,
        })
    };
    rows.iter().map(read).collect()
}

/// What is held to be given back, also where the gateway was asked.
pub(crate) async fn held(view: &View) -> Result<Fen, DbErr> {
    const HELD: &str = "select cast(coalesce(sum(amount), 0) as bigint) from (\
        select amount from contribution_refundable where state <> 'refunded' \
        union all select amount from contribution_surplus where state <> 'refunded') h";
    view.fetch_one(HELD, []).await?.map_or(Ok(Fen::ZERO), |row| row.try_get_by_index(0))
}

/// What came for claims of employers and stands in no person's line, by insurance and kind: the workers' and the employers' part.
/// Of what is credited, only the fen that a payroll settled once differs from its lines.
pub(crate) struct OfClaims {
    pub(crate) insurance: kernel::Insurance,
    pub(crate) kind: crate::ClaimKind,
    pub(crate) worker: Fen,
    pub(crate) unit: Fen,
}

/// Money for claims that is in the books and in no line.
pub(crate) async fn of_claims(view: &View) -> Result<Vec<OfClaims>, DbErr> {
    const SUMS: &str = "select insurance, kind, \
        cast(coalesce(sum(case when state = 'credited' then 0 else worker_paid end), 0) as bigint), \
        cast(coalesce(sum(case when state = 'credited' then rounding else unit_paid end), 0) as bigint) \
        from contribution_claim group by insurance, kind order by insurance, kind";
    let rows = view.fetch_all(SUMS, []).await?;
    let read = |row: &Row| {
        Ok(OfClaims {
            insurance: row.try_get_by_index(0)?,
            kind: row.try_get_by_index(1)?,
            worker: row.try_get_by_index(2)?,
            unit: row.try_get_by_index(3)?,
        })
    };
    rows.iter().map(read).collect()
}

/// The surcharge that came, by insurance.
pub(crate) async fn surcharges(view: &View) -> Result<Vec<(kernel::Insurance, Fen)>, DbErr> {
    const SUMS: &str = "select insurance, cast(coalesce(sum(surcharge_paid), 0) as bigint) from contribution_claim \
        group by insurance";
    let rows = view.fetch_all(SUMS, []).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// How many there are of employers' rows: dues, claims, demand notes, steps of payment.
pub(crate) async fn counts_of_employers(view: &View) -> Result<[u64; 4], DbErr> {
    const COUNTS: &str = "select (select count(*) from contribution_due), (select count(*) from contribution_claim), \
        (select count(*) from contribution_demand), (select count(*) from contribution_received)";
    let Some(row) = view.fetch_one(COUNTS, []).await? else { return Ok([0; 4]) };
    let mut counts = [0; 4];
    for (at, count) in counts.iter_mut().enumerate() {
        *count = u64::try_from(row.try_get_by_index::<i64>(at)?).unwrap_or_default();
    }
    Ok(counts)
}

/// A claim, as a difference names it.
pub(crate) struct NamedClaim {
    pub(crate) what: String,
    pub(crate) kept: String,
    pub(crate) found: String,
}

fn named(row: &Row) -> Result<NamedClaim, DbErr> {
    let (employer, on): (kernel::EmployerId, i32) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    let (number, insurance): (i32, kernel::Insurance) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
    let fen = |index: usize| row.try_get_by_index::<Fen>(index);
    Ok(NamedClaim {
        what: format!("the claim {}/{number} for {insurance} on employer {employer}", month(on)?),
        kept: format!("{} and {}", fen(4)?, fen(5)?),
        found: format!("{} and {}", fen(6)?, fen(7)?),
    })
}

/// The first claim that is not the sum of its dues (and of the fen of a payroll settled once).
pub(crate) async fn wrong_claim(view: &View) -> Result<Option<NamedClaim>, DbErr> {
    const PARTS: [(&str, &str, &str); 5] = [
        ("pension", "pension_personal", "pension_employer"),
        ("medical", "medical_personal", "medical_employer"),
        ("unemployment", "unemployment_personal", "unemployment_employer"),
        ("injury", "0", "injury_employer"),
        ("maternity", "0", "maternity_employer"),
    ];
    for (insurance, worker, unit) in PARTS {
        let sql = format!(
            "select c.employer_id, c.fee_month, c.number, c.insurance, c.worker, c.unit - c.rounding, \
             cast(coalesce(s.worker, 0) as bigint), cast(coalesce(s.unit, 0) as bigint) \
             from contribution_claim c left join (\
                select employer_id, fee_month, number, sum(coalesce({worker}, 0)) as worker, \
                sum(coalesce({unit}, 0)) as unit from contribution_due group by employer_id, fee_month, number) s \
             on s.employer_id = c.employer_id and s.fee_month = c.fee_month and s.number = c.number \
             where c.insurance = '{insurance}' and c.kind in ('normal', 'supplement', 'back_payment') \
             and (c.worker <> coalesce(s.worker, 0) or c.unit - c.rounding <> coalesce(s.unit, 0)) limit 1"
        );
        if let Some(row) = view.fetch_all(sql, []).await?.first() {
            return named(row).map(Some);
        }
    }
    Ok(None)
}

/// The first claim whose payment is not the sum of its steps.
pub(crate) async fn wrong_payment(view: &View) -> Result<Option<NamedClaim>, DbErr> {
    const WRONG: &str = "select c.employer_id, c.fee_month, c.number, c.insurance, \
        c.worker_paid + c.unit_paid, c.surcharge_paid, \
        cast(coalesce(s.paid, 0) as bigint), cast(coalesce(s.surcharge, 0) as bigint) \
        from contribution_claim c left join (\
            select employer_id, fee_month, number, insurance, sum(worker + unit) as paid, sum(surcharge) as surcharge \
            from contribution_received group by employer_id, fee_month, number, insurance) s \
        on s.employer_id = c.employer_id and s.fee_month = c.fee_month and s.number = c.number \
        and s.insurance = c.insurance \
        where c.worker_paid + c.unit_paid <> coalesce(s.paid, 0) or c.surcharge_paid <> coalesce(s.surcharge, 0) limit 1";
    view.fetch_one(WRONG, []).await?.as_ref().map(named).transpose()
}

/// The first due of which no claim speaks.
pub(crate) async fn due_without_claim(view: &View) -> Result<Option<String>, DbErr> {
    const WITHOUT: &str = "select d.employer_id, d.fee_month, d.number from contribution_due d where not exists (\
        select 1 from contribution_claim c where c.employer_id = d.employer_id and c.fee_month = d.fee_month \
        and c.number = d.number) limit 1";
    let Some(row) = view.fetch_one(WITHOUT, []).await? else { return Ok(None) };
    let (employer, on): (kernel::EmployerId, i32) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    let number: i32 = row.try_get_by_index(2)?;
    Ok(Some(format!("the dues {}/{number} of employer {employer}", month(on)?)))
}

/// The first demand note whose total is not the sum of what it listed, or that is paid while something of it is open.
pub(crate) async fn wrong_demand(view: &View) -> Result<Option<(String, Fen, Fen)>, DbErr> {
    const TOTAL: &str = "select d.number, d.total, cast(coalesce(s.total, 0) as bigint) from contribution_demand d \
        left join (select demand_id, sum(worker + unit + surcharge) as total from contribution_demand_claim \
            group by demand_id) s on s.demand_id = d.id \
        where d.total <> coalesce(s.total, 0) limit 1";
    const OPEN: &str = "select d.number, d.total, cast(0 as bigint) from contribution_demand d \
        join contribution_demand_claim p on p.demand_id = d.id \
        join contribution_claim c on c.employer_id = d.employer_id and c.fee_month = p.fee_month \
        and c.number = p.number and c.insurance = p.insurance \
        where d.state = 'paid' and (c.state in ('assessed', 'billed', 'part_paid') or c.surcharge > c.surcharge_paid) limit 1";
    for sql in [TOTAL, OPEN] {
        if let Some(row) = view.fetch_one(sql, []).await? {
            return Ok(Some((row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?)));
        }
    }
    Ok(None)
}

/// The first bill whose total is not the sum of its months, with both.
pub(crate) async fn wrong_bill(view: &View) -> Result<Option<(kernel::BillId, Fen, Fen)>, DbErr> {
    const WRONG: &str = "select b.id, b.total, cast(coalesce(s.total, 0) as bigint) from contribution_bill b \
        left join (select bill_id, sum(total) as total, sum(account) as account from contribution_bill_month group by bill_id) s \
        on s.bill_id = b.id where b.total is distinct from s.total or b.account is distinct from s.account limit 1";
    let Some(row) = view.fetch_one(WRONG, []).await? else { return Ok(None) };
    Ok(Some((row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?)))
}

/// The first month of a paid bill that neither counts nor is held.
pub(crate) async fn lost_month(view: &View) -> Result<Option<(kernel::BillId, Month)>, DbErr> {
    const LOST: &str = "select b.id, m.fee_month from contribution_bill b join contribution_bill_month m on m.bill_id = b.id \
        where b.state = 'paid' and not exists (select 1 from contribution_line l \
            where l.person_id = b.person_id and l.fee_month = m.fee_month and l.id = m.line_id) \
        and not exists (select 1 from contribution_refundable r where r.bill_id = b.id and r.fee_month = m.fee_month) limit 1";
    let Some(row) = view.fetch_one(LOST, []).await? else { return Ok(None) };
    Ok(Some((row.try_get_by_index(0)?, month(row.try_get_by_index(1)?)?)))
}
