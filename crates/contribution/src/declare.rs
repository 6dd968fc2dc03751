//! Declare (申报缴费基数): an employer says what its staff earns, for a month or a year; only differences are typed.
//!
//! 社会保险法 art. 58, 62; 社会保险费申报缴纳管理规定 art. 4 to 8. A wage far from the one before is asked about; with a reason it
//! is taken, flagged and looked at by a clerk. Refused are months that have not come, wages below nothing, and people whom the
//! employer does not insure.

use crate::store::wage::{self, NewWage, WageRow};
use crate::{AssessError, assess, store};
use control::idempotency::{self, First};
use control::{Act, Action, Fault, FaultKind, IdempotencyKey, NewWorkItem, Op, Subject, View};
use kernel::{EmployerId, Fen, InsuranceSet, Month, MonthRange, PersonId, RelationId, Timestamp};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The kind of work item that a wage far from the one before opens.
pub const WAGE_OUTLIER: &str = "wage_outlier";

kernel::words! {
    /// How a wage came to be known.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum Mark {
        /// Typed when the person was enrolled.
        Joined = "joined",
        /// Declared.
        Declared = "declared",
        /// Declared, far from the one before, with a reason.
        Outlier = "outlier",
        /// The wage before, which holds again after a month that was put right.
        Restored = "restored",
    }
}

/// For which months an employer declares.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// One month. Wages hold on until they are declared anew.
    Month(Month),
    /// The twelve months of a year.
    Year(i32),
}

/// A wage that differs from the one known.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Wage {
    /// Whose.
    pub person: PersonId,
    /// The wage that counts, a month.
    pub wage: Fen,
    /// Why it is far from the one before, where it is.
    pub reason: Option<String>,
}

/// Declares the wages of an employer's staff. The same key with the same inputs answers as the first time.
#[derive(Clone, Debug)]
pub struct Declare {
    /// Chosen by whoever asks, for this one request.
    pub key: IdempotencyKey,
    /// For whom.
    pub employer: EmployerId,
    /// For which months.
    pub period: Period,
    /// Those that differ from what is known; nobody where all stay.
    pub wages: Vec<Wage>,
}

kernel::words! {
    /// Why a wage is asked about.
    pub enum OutlierKind {
        /// More than half above the one before.
        Rise = "rise",
        /// More than a third below the one before.
        Fall = "fall",
        /// Nothing at all.
        Nothing = "nothing",
        /// More than ten times the ceiling: most likely fen for yuan, or a year for a month.
        Unit = "unit",
    }
}

/// A wage that is asked about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Outlier {
    /// Whose.
    pub person: PersonId,
    /// The one before.
    pub before: Option<Fen>,
    /// The one declared.
    pub wage: Fen,
    /// Why.
    pub why: OutlierKind,
}

/// What a declaration led to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Declared {
    /// The declaration.
    pub declaration: Uuid,
    /// How many wages changed.
    pub changed: usize,
    /// Those that were taken with a reason and that a clerk will look at.
    pub outliers: Vec<Outlier>,
    /// The months that had been assessed and were assessed again, for the difference.
    pub assessed_again: Vec<Month>,
}

/// A declaration.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Declaration {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub employer: EmployerId,
    /// The first month.
    pub first: Month,
    /// The last.
    pub last: Month,
    /// When.
    pub at: Timestamp,
    /// By whom: the kind of actor and the id.
    pub by: String,
    /// How many wages changed.
    pub changed: i64,
}

/// A person of a declaration form, as far as it is filled in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Prefilled {
    /// Who.
    pub person: PersonId,
    /// The relation.
    pub relation: RelationId,
    /// Insured for what.
    pub insurances: InsuranceSet,
    /// The wage of the month before.
    pub wage_before: Option<Fen>,
    /// The wage known for the month.
    pub wage: Option<Fen>,
    /// The base that the limits of the month make of it.
    pub base: Option<Fen>,
}

/// Why a declaration was not taken, in order of precedence.
#[derive(Debug, thiserror::Error)]
pub enum DeclareError {
    /// The key came before, with other inputs.
    #[error("this key was used for another declaration")]
    KeyReused,
    /// The month has not come.
    #[error("{0} has not come yet")]
    MonthInFuture(Month),
    /// A wage below nothing.
    #[error("a wage is 0.00 or more")]
    WageNegative(PersonId),
    /// A person stands twice in the list.
    #[error("a person stands twice in the list")]
    TwiceInList(PersonId),
    /// The employer does not insure this person in these months.
    #[error("the employer does not insure this person in these months")]
    NotStaff(PersonId),
    /// Wages far from those before, without a reason.
    #[error("{} wages are far from those before and have no reason", .0.len())]
    ReasonAsked(Vec<Outlier>),
    /// A month that was assessed before cannot be assessed again.
    #[error(transparent)]
    Assess(#[from] AssessError),
    /// The database failed.
    #[error("the declaration could not be written")]
    Database(#[from] DbErr),
}

impl Fault for DeclareError {
    fn code(&self) -> &'static str {
        match self {
            DeclareError::KeyReused => "key_reused",
            DeclareError::MonthInFuture(_) => "declare_month_in_future",
            DeclareError::WageNegative(_) => "declare_wage_negative",
            DeclareError::TwiceInList(_) => "declare_twice_in_list",
            DeclareError::NotStaff(_) => "declare_not_staff",
            DeclareError::ReasonAsked(_) => "declare_reason_asked",
            DeclareError::Assess(error) => error.code(),
            DeclareError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            DeclareError::KeyReused => FaultKind::KeyReused,
            DeclareError::MonthInFuture(_) => FaultKind::Invalid("month"),
            DeclareError::WageNegative(_) => FaultKind::Invalid("wage"),
            DeclareError::TwiceInList(_) | DeclareError::NotStaff(_) => FaultKind::Invalid("person"),
            DeclareError::ReasonAsked(_) => FaultKind::Invalid("reason"),
            DeclareError::Assess(error) => error.kind(),
            DeclareError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            DeclareError::Database(error) => Some(error),
            DeclareError::Assess(error) => error.database(),
            DeclareError::KeyReused
            | DeclareError::MonthInFuture(_)
            | DeclareError::WageNegative(_)
            | DeclareError::TwiceInList(_)
            | DeclareError::NotStaff(_)
            | DeclareError::ReasonAsked(_) => None,
        }
    }
}

impl Act for Declare {
    const ACTION: Action = Action::DeclareBase;
    type Answer = Declared;
    type Error = DeclareError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, DeclareError> {
        Ok(Subject::Employer(self.employer))
    }

    async fn act(&self, op: &mut Op) -> Result<Declared, DeclareError> {
        let scope = format!("{}:{}", Action::DeclareBase, self.employer);
        match idempotency::first(op, &scope, &self.key, &(self.period, &self.wages)).await? {
            First::Done(declared) => return Ok(declared),
            First::Reused => return Err(DeclareError::KeyReused),
            First::Time => {}
        }
        wage::take_employer(op, self.employer).await?;
        let months = self.months(op)?;
        let taken = self.checked(op, months).await?;
        let declared = write(op, self, months, taken).await?;
        idempotency::remember(op, &scope, &self.key, &declared).await?;
        Ok(declared)
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "period": self.period, "wages": self.wages.len() }))
    }
}

impl Declare {
    fn months(&self, op: &Op) -> Result<MonthRange, DeclareError> {
        let range = match self.period {
            Period::Month(month) => MonthRange::new(month, month),
            Period::Year(year) => Month::of_year(year),
        };
        let range = range.map_err(|_| DeclareError::MonthInFuture(Month::LAST))?;
        let this = Month::of(op.today()).map_err(|_| DeclareError::MonthInFuture(range.first()))?;
        if range.first() > this { Err(DeclareError::MonthInFuture(range.first())) } else { Ok(range) }
    }

    /// The changes, each with its mark; those that are asked about have their reason.
    async fn checked(&self, op: &Op, months: MonthRange) -> Result<Vec<Taken>, DeclareError> {
        let mut seen = BTreeSet::new();
        for new in &self.wages {
            if new.wage.is_negative() {
                return Err(DeclareError::WageNegative(new.person));
            }
            if !seen.insert(new.person) {
                return Err(DeclareError::TwiceInList(new.person));
            }
        }
        let known = wage::in_force(op, (self.employer, self.employer), months.first()).await?;
        let staff = staff_in(op, self.employer, months).await?;
        let ceiling = assess::ceiling(op, months.first())?;
        let mut taken = Vec::with_capacity(self.wages.len());
        for new in &self.wages {
            if !staff.contains(&new.person) {
                return Err(DeclareError::NotStaff(new.person));
            }
            let before = known.get(&(self.employer, new.person)).map(|row| row.wage);
            let outlier = outlier(before, new.wage, ceiling).map(|why| Outlier {
                person: new.person,
                before,
                wage: new.wage,
                why,
            });
            if before != Some(new.wage) {
                let reason = new.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
                taken.push(Taken { person: new.person, wage: new.wage, outlier, reason: reason.map(str::to_owned) });
            }
        }
        let asked: Vec<Outlier> =
            taken.iter().filter(|new| new.reason.is_none()).filter_map(|new| new.outlier).collect();
        if asked.is_empty() { Ok(taken) } else { Err(DeclareError::ReasonAsked(asked)) }
    }
}

/// A change that is taken.
struct Taken {
    person: PersonId,
    wage: Fen,
    outlier: Option<Outlier>,
    reason: Option<String>,
}

/// Everybody insured in one of the months.
async fn staff_in(op: &Op, employer: EmployerId, months: MonthRange) -> Result<BTreeSet<PersonId>, DbErr> {
    let mut staff = BTreeSet::new();
    for month in months.months() {
        staff.extend(registry::insured_at(op, employer, month).await?.iter().map(|insured| insured.person));
    }
    Ok(staff)
}

/// Why a wage is asked about. The bounds are the project's: they ask, and refuse nothing.
fn outlier(before: Option<Fen>, wage: Fen, ceiling: Option<Fen>) -> Option<OutlierKind> {
    if wage.is_zero() {
        return Some(OutlierKind::Nothing);
    }
    if ceiling.is_some_and(|ceiling| wage.fen() / 10 > ceiling.fen()) {
        return Some(OutlierKind::Unit);
    }
    let before = before.filter(|before| !before.is_zero())?.fen();
    match wage.fen() {
        wage if wage > before + before / 2 => Some(OutlierKind::Rise),
        wage if wage < before - before / 3 => Some(OutlierKind::Fall),
        _ => None,
    }
}

async fn write(op: &mut Op, act: &Declare, months: MonthRange, taken: Vec<Taken>) -> Result<Declared, DeclareError> {
    let declaration = Declaration {
        id: op.new_id(),
        employer: act.employer,
        first: months.first(),
        last: months.last(),
        at: op.at(),
        by: by(op),
        changed: i64::try_from(taken.len()).unwrap_or(i64::MAX),
    };
    store::wage::insert_declaration(op, &declaration).await?;
    let mut rows = Vec::with_capacity(taken.len());
    for new in &taken {
        rows.extend(rows_of(op, act, months, new).await?);
    }
    store::wage::insert(op, Some(declaration.id), &rows).await?;
    let outliers: Vec<Outlier> = taken.iter().filter_map(|new| new.outlier).collect();
    ask_a_clerk(op, act, &declaration, &taken).await?;
    let mut assessed_again = Vec::new();
    for month in store::due::assessed_months(op, act.employer, months.first()).await? {
        if assess::employer_again(op, act.employer, month).await? {
            assessed_again.push(month);
        }
    }
    Ok(Declared { declaration: declaration.id, changed: taken.len(), outliers, assessed_again })
}

/// The wage from the first month on; where a later month had a wage of its own or was declared already, that one goes on.
async fn rows_of(op: &Op, act: &Declare, months: MonthRange, new: &Taken) -> Result<Vec<NewWage>, DbErr> {
    let known = wage::of_person(op, act.employer, new.person).await?;
    let next_number =
        |from: Month| known.iter().filter(|row| row.from == from).map(|row| row.number + 1).max().unwrap_or_default();
    let row = |from: Month, wage: Fen, mark: Mark| WageRow {
        employer: act.employer,
        person: new.person,
        from,
        number: next_number(from),
        wage,
        mark,
    };
    let mark = if new.outlier.is_some() { Mark::Outlier } else { Mark::Declared };
    let reason = new.outlier.and(new.reason.clone());
    let mut rows = vec![NewWage { row: row(months.first(), new.wage, mark), reason }];
    // A year's wage takes the place of what was said about its later months; a month put right leaves the later ones.
    for later in known.iter().map(|row| row.from).filter(|from| *from > months.first() && *from <= months.last()) {
        rows.push(NewWage { row: row(later, new.wage, Mark::Declared), reason: None });
    }
    let Ok(after) = months.last().plus(1) else { return Ok(rows) };
    let has_own = known.iter().any(|row| row.from == after);
    let before = known.iter().rfind(|row| row.from <= months.last()).map(|row| row.wage);
    if let Some(before) = before
        && !has_own
        && wage::declaration(op, act.employer, after).await?.is_some()
    {
        rows.push(NewWage { row: row(after, before, Mark::Restored), reason: None });
    }
    Ok(rows)
}

/// One item a declaration: a clerk looks at all its wages together.
async fn ask_a_clerk(op: &mut Op, act: &Declare, declaration: &Declaration, taken: &[Taken]) -> Result<(), DbErr> {
    let asked: Vec<serde_json::Value> = taken
        .iter()
        .filter_map(|new| new.outlier.map(|outlier| serde_json::json!({ "outlier": outlier, "reason": new.reason })))
        .collect();
    if asked.is_empty() {
        return Ok(());
    }
    let key = format!("{WAGE_OUTLIER}:{}", declaration.id);
    let detail = serde_json::json!({ "employer": act.employer, "declaration": declaration.id, "wages": asked });
    NewWorkItem { key: &key, kind: WAGE_OUTLIER, person: None, detail }.open(op).await.map(|_| ())
}

/// Who acts, as it is kept beside declarations and assessments: the kind of actor and the id.
pub(crate) fn by(op: &Op) -> String {
    match op.actor().id() {
        Some(id) => format!("{}:{id}", op.actor().kind()),
        None => op.actor().kind().to_owned(),
    }
}

/// A wage that was typed when a person was enrolled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FirstBase {
    /// Whose.
    pub person: PersonId,
    /// The first fee month.
    pub from: Month,
    /// The wage that counts, a month.
    pub wage: Fen,
}

/// Keeps the wages that were typed when people were enrolled, inside the act that enrols. A wage known for the month stays under
/// the new one.
///
/// # Errors
/// The database's.
pub async fn first_bases(op: &mut Op, employer: EmployerId, bases: &[FirstBase]) -> Result<(), DbErr> {
    wage::take_employer(op, employer).await?;
    let mut rows = Vec::with_capacity(bases.len());
    for FirstBase { person, from, wage } in bases.iter().copied() {
        let known = wage::of_person(op, employer, person).await?;
        let number = known.iter().filter(|row| row.from == from).map(|row| row.number + 1).max().unwrap_or_default();
        let row = WageRow { employer, person, from, number, wage, mark: Mark::Joined };
        rows.push(NewWage { row, reason: None });
    }
    wage::insert(op, None, &rows).await
}

/// The bases of a year as they were assessed, added up, for the yearly inspection.
///
/// # Errors
/// The database's.
pub async fn year_bases(view: &View, employer: EmployerId, year: i32) -> Result<Fen, DbErr> {
    wage::year_sum(view, employer, year).await
}

/// A declaration form filled in with what is known: everybody insured in the month, by person.
///
/// # Errors
/// The database's; a month without limits leaves the bases empty.
pub async fn prefill(view: &View, employer: EmployerId, month: Month) -> Result<Vec<Prefilled>, DbErr> {
    let staff = registry::insured_at(view, employer, month).await?;
    let known = wage::in_force(view, (employer, employer), month).await?;
    let before = match month.plus(-1) {
        Ok(before) => wage::in_force(view, (employer, employer), before).await?,
        Err(_) => BTreeMap::new(),
    };
    let limits = assess::limits(view, month);
    Ok(staff
        .iter()
        .map(|insured| {
            let key = (employer, insured.person);
            let wage = known.get(&key).map(|row| row.wage);
            Prefilled {
                person: insured.person,
                relation: insured.relation,
                insurances: insured.insurances,
                wage_before: before.get(&key).map(|row| row.wage),
                wage,
                base: wage.zip(limits).map(|(wage, (floor, ceiling))| wage.max(floor).min(ceiling)),
            }
        })
        .collect())
}

/// The latest declaration that covers a month.
///
/// # Errors
/// The database's.
pub async fn declared(view: &View, employer: EmployerId, month: Month) -> Result<Option<Declaration>, DbErr> {
    store::wage::declaration(view, employer, month).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wages_far_from_those_before_are_asked_about() {
        let yuan = Fen::from_yuan;
        let asked = |before: Option<i64>, wage: i64| outlier(before.map(yuan), yuan(wage), Some(yuan(14_246)));
        assert_eq!(asked(None, 3600), None);
        assert_eq!(asked(Some(3000), 4500), None);
        assert_eq!(asked(Some(3000), 4501), Some(OutlierKind::Rise));
        assert_eq!(asked(Some(3000), 2000), None);
        assert_eq!(asked(Some(3000), 1999), Some(OutlierKind::Fall));
        assert_eq!(asked(Some(3000), 0), Some(OutlierKind::Nothing));
        assert_eq!(asked(None, 360_000), Some(OutlierKind::Unit));
    }
}
