//! Who is insured: `registry_insured`, a row for all insurances that one payer took up together.

use super::{Rows, corrupt, employer_of};
use crate::bulk::RelationRow;
use crate::roster::LeaveReason;
use crate::{NewRelation, Payer, Relation};
use control::{Op, Row, View};
use kernel::{EmployerId, InsuranceSet, Month, PersonId, RelationId, Scheme};
use sea_orm::{ConnectionTrait, DbErr, Value};

/// Ids in one question, at most.
const IDS_MAX: usize = 500;

/// A row as it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Standing {
    pub(crate) person: PersonId,
    pub(crate) id: RelationId,
    pub(crate) employer: Option<EmployerId>,
    pub(crate) scheme: Scheme,
    pub(crate) insurances: InsuranceSet,
    pub(crate) from: Month,
    pub(crate) until: Option<Month>,
}

impl Standing {
    /// Whether it covers a month, or one after it.
    pub(crate) fn reaches(&self, month: Month) -> bool {
        self.until.is_none_or(|until| month <= until)
    }

    /// The relations that the row holds, one an insurance.
    pub(crate) fn each(self) -> impl Iterator<Item = Relation> {
        self.insurances.iter().map(move |insurance| Relation {
            id: self.id,
            person: self.person,
            insurance,
            scheme: self.scheme,
            payer: self.employer.map_or(Payer::Oneself, Payer::Employer),
            from: self.from,
            until: self.until,
        })
    }
}

/// How a row ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum End {
    /// With a last month.
    Last(Month),
    /// Before its first month was due: it never counted.
    Void,
}

const COLUMNS: &str = "person_id, id, employer_id, scheme, insurances, from_month, until_month";

fn standing(row: &Row) -> Result<Standing, DbErr> {
    Ok(Standing {
        person: row.try_get_by_index(0)?,
        id: row.try_get_by_index(1)?,
        employer: row.try_get_by_index(2)?,
        scheme: row.try_get_by_index(3)?,
        insurances: set(row.try_get_by_index(4)?)?,
        from: row.try_get_by_index(5)?,
        until: row.try_get_by_index(6)?,
    })
}

fn set(bits: i32) -> Result<InsuranceSet, DbErr> {
    let set = u8::try_from(bits).ok().and_then(InsuranceSet::from_bits);
    set.ok_or_else(|| corrupt("a set of insurances that is none"))
}

/// `$1, $2, …` for so many values, the first being this one.
pub(crate) fn places(first: usize, count: usize) -> String {
    (first..first + count).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ")
}

/// What stands under any of these ids.
pub(crate) async fn standing_of(view: &View, ids: &[PersonId]) -> Result<Vec<Standing>, DbErr> {
    let mut found = Vec::new();
    for part in ids.chunks(IDS_MAX) {
        let query = format!(
            "select {COLUMNS} from registry_insured where person_id in ({}) and void_at is null",
            places(1, part.len())
        );
        let rows = view.fetch_all(query, part.iter().map(|id| Value::from(*id))).await?;
        for row in &rows {
            found.push(standing(row)?);
        }
    }
    Ok(found)
}

pub(crate) async fn relations(view: &View, ids: &[PersonId]) -> Result<Vec<Relation>, DbErr> {
    Ok(standing_of(view, ids).await?.into_iter().flat_map(Standing::each).collect())
}

/// Inserts rows that are known to be new; the reason of an end is not theirs to know.
pub(crate) async fn insert_rows<C: ConnectionTrait>(db: &C, rows: &[RelationRow]) -> Result<(), DbErr> {
    let mut insured = Rows::new(
        "insert into registry_insured (person_id, id, employer_id, scheme, insurances, from_month, until_month, recorded_at, ended_at) values ",
        9,
    );
    for row in rows {
        insured.push([
            row.person.into(),
            row.id.into(),
            employer_of(row.payer).into(),
            row.scheme.into(),
            i32::from(row.insurances.bits()).into(),
            row.from.into(),
            row.until.into(),
            row.recorded_at.into(),
            row.ended_at.into(),
        ]);
    }
    insured.insert(db).await
}

/// Inserts a relation; none where another act has just opened the person's own for the same insurance.
pub(crate) async fn insert_relation(op: &Op, new: &NewRelation) -> Result<Option<RelationId>, DbErr> {
    let id: RelationId = op.new_id();
    let insert = "insert into registry_insured (person_id, id, employer_id, scheme, insurances, from_month, recorded_at) \
                  values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing";
    let values: [Value; 7] = [
        new.person.into(),
        id.into(),
        employer_of(new.payer).into(),
        new.scheme.into(),
        i32::from(InsuranceSet::from(new.insurance).bits()).into(),
        new.from.into(),
        op.at().into(),
    ];
    Ok((op.execute(insert, values).await? == 1).then_some(id))
}

/// Ends an open row; says how many rows that touched.
pub(crate) async fn end_row(
    op: &Op,
    (person, id): (PersonId, RelationId),
    end: End,
    why: Option<LeaveReason>,
) -> Result<u64, DbErr> {
    let why = why.map(LeaveReason::as_str);
    match end {
        End::Last(last) => {
            let update = "update registry_insured set until_month = $1, ended_at = $2, end_reason = $3 \
                          where person_id = $4 and id = $5 and until_month is null";
            op.execute(update, [last.into(), op.at().into(), why.into(), person.into(), id.into()]).await
        }
        End::Void => {
            let update = "update registry_insured set until_month = from_month, ended_at = $1, void_at = $1, \
                          end_reason = $2 where person_id = $3 and id = $4 and until_month is null";
            op.execute(update, [op.at().into(), why.into(), person.into(), id.into()]).await
        }
    }
}

/// The rows of some employers that cover a month, by employer and person.
pub(crate) async fn staff_between(
    view: &View,
    (first, last): (EmployerId, EmployerId),
    month: Month,
) -> Result<Vec<Standing>, DbErr> {
    let query = format!(
        "select {COLUMNS} from registry_insured where employer_id >= $1 and employer_id <= $2 and void_at is null \
         and from_month <= $3 and (until_month is null or until_month >= $3) order by employer_id, person_id"
    );
    let rows = view.fetch_all(query, [first.into(), last.into(), month.into()]).await?;
    rows.iter().map(standing).collect()
}

/// The next employers in the order of their ids.
pub(crate) async fn employers_after(
    view: &View,
    after: Option<EmployerId>,
    limit: u64,
) -> Result<Vec<EmployerId>, DbErr> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = match after {
        None => view.fetch_all("select id from registry_employer order by id limit $1", [limit.into()]).await?,
        Some(after) => {
            let query = "select id from registry_employer where id > $1 order by id limit $2";
            view.fetch_all(query, [after.into(), limit.into()]).await?
        }
    };
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// The classes of some employers in force on a day, by employer.
pub(crate) async fn classes_between(
    view: &View,
    (first, last): (EmployerId, EmployerId),
    on: kernel::Date,
) -> Result<Vec<(EmployerId, u8)>, DbErr> {
    let query = "select employer_id, class from registry_employer_class where employer_id >= $1 and employer_id <= $2 \
                 and from_day <= $3 order by employer_id, from_day";
    let rows = view.fetch_all(query, [first.into(), last.into(), on.into()]).await?;
    let read = |row: &Row| {
        let class = u8::try_from(row.try_get_by_index::<i32>(1)?).map_err(|_| corrupt("a class that is none"))?;
        Ok((row.try_get_by_index(0)?, class))
    };
    rows.iter().map(read).collect()
}

/// Every id that was merged, with the one it leads to at once.
pub(crate) async fn merged(view: &View) -> Result<Vec<(PersonId, PersonId)>, DbErr> {
    let query = "select id, merged_into from registry_person where merged_into is not null";
    let rows = view.fetch_all(query, []).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}
