//! Dues and the assessments that wrote them.

use super::line::month;
use crate::{ClaimKind, ClaimState, Due, DueLine, EmployerPart, Parts, PensionPart, SharedPart};
use control::{Op, Row, View};
use kernel::{EmployerId, Fen, Insurance, Month, MonthRange, PersonId, Timestamp};
use sea_orm::sea_query::ArrayType;
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Value};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

/// An assessment of an employer's month.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Assessment {
    pub(crate) employer: EmployerId,
    pub(crate) month: Month,
    pub(crate) number: i32,
    pub(crate) kind: ClaimKind,
    pub(crate) at: Timestamp,
    pub(crate) by: String,
    pub(crate) policy: i64,
}

pub(crate) async fn insert_assessments(op: &Op, rows: &[Assessment]) -> Result<(), DbErr> {
    const NEW: &str =
        "insert into contribution_assessment (employer_id, fee_month, number, kind, assessed_at, actor, policy)";
    for part in rows.chunks(500) {
        let mut values = Vec::with_capacity(7 * part.len());
        for row in part {
            values.extend([
                row.employer.into(),
                row.month.number().into(),
                row.number.into(),
                row.kind.into(),
                row.at.into(),
                row.by.clone().into(),
                row.policy.into(),
            ]);
        }
        op.insert(NEW, 7, values).await?;
    }
    Ok(())
}

const ASSESSMENTS: &str =
    "select employer_id, fee_month, number, kind, assessed_at, actor, policy from contribution_assessment";

/// The assessments of a month of some employers, in order.
pub(crate) async fn assessments(
    view: &View,
    employers: (EmployerId, EmployerId),
    on: Month,
) -> Result<Vec<Assessment>, DbErr> {
    let sql = format!(
        "{ASSESSMENTS} where employer_id >= $1 and employer_id <= $2 and fee_month = $3 order by employer_id, number"
    );
    let rows = view.fetch_all(sql, [employers.0.into(), employers.1.into(), on.number().into()]).await?;
    rows.iter().map(assessment).collect()
}

fn assessment(row: &Row) -> Result<Assessment, DbErr> {
    Ok(Assessment {
        employer: row.try_get_by_index(0)?,
        month: month(row.try_get_by_index(1)?)?,
        number: row.try_get_by_index(2)?,
        kind: row.try_get_by_index(3)?,
        at: row.try_get_by_index(4)?,
        by: row.try_get_by_index(5)?,
        policy: row.try_get_by_index(6)?,
    })
}

/// The months of an employer that were assessed, from one on, in order.
pub(crate) async fn assessed_months(view: &View, employer: EmployerId, from: Month) -> Result<Vec<Month>, DbErr> {
    const MONTHS: &str = "select distinct fee_month from contribution_assessment \
        where employer_id = $1 and fee_month >= $2 and kind <> 'opening' order by fee_month";
    let rows = view.fetch_all(MONTHS, [employer.into(), from.number().into()]).await?;
    rows.iter().map(|row| month(row.try_get_by_index(0)?)).collect()
}

const INTO: &str = "insert into contribution_due (employer_id, fee_month, person_id, number, relation_id, policy, \
    pension_base, pension_employer, pension_personal, pension_account, medical_base, medical_employer, \
    medical_personal, unemployment_base, unemployment_employer, unemployment_personal, injury_base, \
    injury_employer, maternity_base, maternity_employer)";
const WIDTH: usize = 20;
const ROWS_A_STATEMENT: usize = 400;

/// Writes dues: rows of values on SQLite, columns of arrays on PostgreSQL, which takes them nearly as fast as COPY.
pub(crate) async fn insert(op: &Op, dues: &[Due]) -> Result<(), DbErr> {
    if op.db().get_database_backend() == DatabaseBackend::Postgres {
        for part in dues.chunks(10_000) {
            insert_arrays(op, part).await?;
        }
        return Ok(());
    }
    for part in dues.chunks(ROWS_A_STATEMENT) {
        let values = part.iter().flat_map(values).collect();
        op.insert(INTO, WIDTH, values).await?;
    }
    Ok(())
}

fn figures(parts: &Parts) -> [Option<Fen>; 14] {
    let Parts { pension, medical, unemployment, injury, maternity } = parts;
    [
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
        injury.map(|p| p.base),
        injury.map(|p| p.employer),
        maternity.map(|p| p.base),
        maternity.map(|p| p.employer),
    ]
}

fn values(due: &Due) -> impl Iterator<Item = Value> {
    let keys: [Value; 6] = [
        due.employer.into(),
        due.month.number().into(),
        due.person.into(),
        due.number.into(),
        due.relation.into(),
        due.policy.into(),
    ];
    keys.into_iter().chain(figures(&due.parts).map(|figure| Value::BigInt(figure.map(Fen::fen))))
}

/// Stands for no figure in an array, whose places are all filled; no amount comes near it.
const NOTHING: i64 = i64::MIN;

/// Columns as arrays, unfolded side by side: what is read as text, or through `from unnest(…)`, takes the server twice as long.
async fn insert_arrays(op: &Op, dues: &[Due]) -> Result<(), DbErr> {
    let mut sql = format!("{INTO} select unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6)");
    for place in 7..=WIDTH {
        let _ = write!(sql, ", nullif(unnest(${place}), {NOTHING})");
    }
    let column = |kind: ArrayType, value: &dyn Fn(&Due) -> Value| {
        Value::Array(kind, Some(Box::new(dues.iter().map(value).collect())))
    };
    let mut columns = vec![
        column(ArrayType::Uuid, &|due| due.employer.into()),
        column(ArrayType::Int, &|due| due.month.number().into()),
        column(ArrayType::Uuid, &|due| due.person.into()),
        column(ArrayType::Int, &|due| due.number.into()),
        column(ArrayType::Uuid, &|due| due.relation.into()),
        column(ArrayType::BigInt, &|due| due.policy.into()),
    ];
    let mut figures_of: [Vec<Value>; WIDTH - 6] = std::array::from_fn(|_| Vec::with_capacity(dues.len()));
    for due in dues {
        for (column, figure) in figures_of.iter_mut().zip(figures(&due.parts)) {
            column.push(figure.map_or(NOTHING, Fen::fen).into());
        }
    }
    columns.extend(figures_of.map(|column| Value::Array(ArrayType::BigInt, Some(Box::new(column)))));
    op.fetch_all(sql, columns).await.map(|_| ())
}

const DUES: &str = "select d.employer_id, d.fee_month, d.person_id, d.number, d.relation_id, d.policy, d.pension_base, \
    d.pension_employer, d.pension_personal, d.pension_account, d.medical_base, d.medical_employer, d.medical_personal, \
    d.unemployment_base, d.unemployment_employer, d.unemployment_personal, d.injury_base, d.injury_employer, \
    d.maternity_base, d.maternity_employer";

fn due(row: &Row) -> Result<Due, DbErr> {
    let fen = |index: usize| row.try_get_by_index::<Option<Fen>>(index);
    let shared = |first: usize| -> Result<Option<SharedPart>, DbErr> {
        let (employer, personal) = (fen(first + 1)?, fen(first + 2)?);
        Ok(fen(first)?.map(|base| SharedPart { base, employer, personal }))
    };
    let alone = |first: usize| -> Result<Option<EmployerPart>, DbErr> {
        let employer = fen(first + 1)?.unwrap_or_default();
        Ok(fen(first)?.map(|base| EmployerPart { base, employer }))
    };
    let (employer, personal, account) = (fen(7)?, fen(8)?.unwrap_or_default(), fen(9)?.unwrap_or_default());
    let pension = fen(6)?.map(|base| PensionPart { base, employer, personal, account });
    Ok(Due {
        employer: row.try_get_by_index(0)?,
        month: month(row.try_get_by_index(1)?)?,
        person: row.try_get_by_index(2)?,
        number: row.try_get_by_index(3)?,
        relation: row.try_get_by_index(4)?,
        policy: row.try_get_by_index(5)?,
        parts: Parts {
            pension,
            medical: shared(10)?,
            unemployment: shared(13)?,
            injury: alone(16)?,
            maternity: alone(18)?,
        },
    })
}

/// A due with the kind of the assessment that wrote it.
pub(crate) type OfKind = (Due, ClaimKind);

/// The dues of an employer's month, of everybody or of one person.
pub(crate) async fn of_month(
    view: &View,
    employer: EmployerId,
    on: Month,
    person: Option<PersonId>,
) -> Result<Vec<OfKind>, DbErr> {
    let one = if person.is_some() { "and d.person_id = $3 " } else { "" };
    let sql = format!(
        "{DUES}, a.kind from contribution_due d join contribution_assessment a \
         on a.employer_id = d.employer_id and a.fee_month = d.fee_month and a.number = d.number \
         where d.employer_id = $1 and d.fee_month = $2 {one}order by d.person_id, d.number"
    );
    let mut values: Vec<Value> = vec![employer.into(), on.number().into()];
    values.extend(person.map(Value::from));
    let rows = view.fetch_all(sql, values).await?;
    rows.iter().map(|row| Ok((due(row)?, row.try_get_by_index(20)?))).collect()
}

/// The dues of one assessment, by person.
pub(crate) async fn of_assessment(
    view: &View,
    employer: EmployerId,
    on: Month,
    number: i32,
) -> Result<Vec<Due>, DbErr> {
    let sql = format!(
        "{DUES} from contribution_due d where d.employer_id = $1 and d.fee_month = $2 and d.number = $3 order by d.person_id"
    );
    let rows = view.fetch_all(sql, [employer.into(), on.number().into(), number.into()]).await?;
    rows.iter().map(due).collect()
}

/// The dues of an employer in a range of months, as they are shown.
pub(crate) async fn lines(
    view: &View,
    employer: EmployerId,
    months: MonthRange,
    person: Option<PersonId>,
    limit: u64,
) -> Result<Vec<DueLine>, DbErr> {
    let one = if person.is_some() { "and d.person_id = $5 " } else { "" };
    let sql = format!(
        "{DUES}, a.kind, a.assessed_at from contribution_due d join contribution_assessment a \
         on a.employer_id = d.employer_id and a.fee_month = d.fee_month and a.number = d.number \
         where d.employer_id = $1 and d.fee_month >= $2 and d.fee_month <= $3 {one}\
         order by d.fee_month, d.person_id, d.number limit $4"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let (first, last) = (months.first().number(), months.last().number());
    let mut values: Vec<Value> = vec![employer.into(), first.into(), last.into(), limit.into()];
    values.extend(person.map(Value::from));
    let rows = view.fetch_all(sql, values).await?;
    let states = states(view, employer, months).await?;
    rows.iter().map(|row| shown(row, &states)).collect()
}

/// The dues of a person at every employer.
pub(crate) async fn of_person(view: &View, person: PersonId) -> Result<Vec<DueLine>, DbErr> {
    let sql = format!(
        "{DUES}, a.kind, a.assessed_at from contribution_due d join contribution_assessment a \
         on a.employer_id = d.employer_id and a.fee_month = d.fee_month and a.number = d.number \
         where d.person_id = $1 order by d.fee_month, d.employer_id, d.number"
    );
    let rows = view.fetch_all(sql, [person.into()]).await?;
    let mut by_employer: BTreeMap<EmployerId, (Month, Month)> = BTreeMap::new();
    for row in &rows {
        let (employer, on) = (row.try_get_by_index(0)?, month(row.try_get_by_index(1)?)?);
        let range = by_employer.entry(employer).or_insert((on, on));
        *range = (range.0.min(on), range.1.max(on));
    }
    let mut known = States::new();
    for (employer, (first, last)) in by_employer {
        let months = MonthRange::new(first, last).map_err(|e| DbErr::Custom(e.to_string()))?;
        known.extend(states(view, employer, months).await?);
    }
    rows.iter().map(|row| shown(row, &known)).collect()
}

/// Where the claims of assessments stand.
type States = HashMap<(EmployerId, Month, i32), Vec<(Insurance, ClaimState)>>;

async fn states(view: &View, employer: EmployerId, months: MonthRange) -> Result<States, DbErr> {
    const STATES: &str = "select fee_month, number, insurance, state from contribution_claim \
        where employer_id = $1 and fee_month >= $2 and fee_month <= $3";
    let (first, last) = (months.first().number(), months.last().number());
    let mut states = States::new();
    for row in view.fetch_all(STATES, [employer.into(), first.into(), last.into()]).await? {
        let key = (employer, month(row.try_get_by_index(0)?)?, row.try_get_by_index(1)?);
        states.entry(key).or_default().push((row.try_get_by_index(2)?, row.try_get_by_index(3)?));
    }
    for of_assessment in states.values_mut() {
        of_assessment.sort_unstable();
    }
    Ok(states)
}

fn shown(row: &Row, states: &States) -> Result<DueLine, DbErr> {
    let due = due(row)?;
    let of_assessment = states.get(&(due.employer, due.month, due.number));
    let is_there = |(insurance, _): &(Insurance, ClaimState)| due.parts.sides(*insurance).is_some();
    Ok(DueLine {
        kind: row.try_get_by_index(20)?,
        assessed_at: row.try_get_by_index(21)?,
        states: of_assessment.map(|all| all.iter().copied().filter(is_there).collect()).unwrap_or_default(),
        due,
    })
}
