//! A flexible worker (灵活就业人员) registers, resumes and suspends themselves: for pension or medical insurance, alone.
//!
//! Law: 社会保险法 art. 10, 23, 58; 社会保险法 art. 45 to 51 (who draws unemployment benefit is insured by the fund);
//! the retirement ages of [`crate::retirement`]. The refusals come in the order of [`FlexibleError`].

use crate::relation::{JoinError, NewRelation, Payer, Relation, join, leave, relations};
use crate::retirement::{self, RetirementError};
use crate::{StatusKind, statuses, store};
use chrono::Months;
use control::{Act, Action, Fault, FaultKind, Op, Subject};
use kernel::{EmployerId, Insurance, Month, PersonId, RelationId, Scheme};
use sea_orm::DbErr;

/// One may work, and so insure oneself, from this age on (劳动法 art. 15).
pub(crate) const AGE_MIN_MONTHS: u32 = 16 * 12;

/// Registers for the first time.
#[derive(Clone, Copy, Debug)]
pub struct Register {
    /// Who.
    pub person: PersonId,
    /// Pension or medical.
    pub insurance: Insurance,
    /// The first fee month: of this year, not after this month.
    pub from: Month,
}

/// Takes it up again after a suspension.
#[derive(Clone, Copy, Debug)]
pub struct Resume {
    /// Who.
    pub person: PersonId,
    /// Pension or medical.
    pub insurance: Insurance,
    /// The first fee month: of this year, not after this month, after the suspension.
    pub from: Month,
}

/// Suspends, for instance because an employer insures from now on.
#[derive(Clone, Copy, Debug)]
pub struct Suspend {
    /// Who.
    pub person: PersonId,
    /// Pension or medical.
    pub insurance: Insurance,
    /// The last fee month: from December of last year to this month.
    pub last: Month,
}

/// Why it was refused.
#[derive(Debug, thiserror::Error)]
pub enum FlexibleError {
    /// The registry has no such person.
    #[error("no such person")]
    NotFound,
    /// One can insure oneself for pension and medical care only.
    #[error("one cannot insure oneself for {0} alone")]
    NotOffered(Insurance),
    /// Outside the months that may be named.
    #[error("the month must lie in {first} to {last}")]
    BadMonth {
        /// The first month allowed.
        first: Month,
        /// The last month allowed.
        last: Month,
    },
    /// The person is dead.
    #[error("the person is dead")]
    Dead,
    /// The person draws a pension.
    #[error("the person is retired")]
    Retired,
    /// Under 16.
    #[error("one may insure oneself from the age of 16 on")]
    TooYoung,
    /// No rule is known for the birthday.
    #[error("the retirement age is not known")]
    Retirement(#[from] RetirementError),
    /// Past the statutory age.
    #[error("the statutory retirement age was reached in {0}")]
    PastRetirementAge(Month),
    /// The fund insures whoever draws unemployment benefit.
    #[error("unemployment benefit is being drawn")]
    DrawsUnemploymentBenefit,
    /// An employer's relation for the same insurance covers the month or comes after it.
    #[error("{name} insures this person")]
    InsuredByEmployer {
        /// Which employer.
        employer: EmployerId,
        /// Its name.
        name: String,
        /// Until which month; none while it stands.
        until: Option<Month>,
    },
    /// Registered and not suspended.
    #[error("already registered since {0}")]
    AlreadyRegistered(Month),
    /// Was registered before: to be resumed, not registered again.
    #[error("registered before; resume instead")]
    ResumeInstead,
    /// Never registered.
    #[error("never registered")]
    NeverRegistered,
    /// Suspended already.
    #[error("suspended already")]
    AlreadySuspended,
    /// The month lies in an earlier interval, or before the one to be ended began.
    #[error("the month overlaps with what was registered before")]
    Overlaps,
    /// The database failed.
    #[error("the relation could not be changed")]
    Database(#[from] DbErr),
}

impl Fault for FlexibleError {
    fn code(&self) -> &'static str {
        match self {
            FlexibleError::NotFound => "person_not_found",
            FlexibleError::NotOffered(_) => "insurance_not_offered",
            FlexibleError::BadMonth { .. } => "bad_month",
            FlexibleError::Dead => "dead",
            FlexibleError::Retired => "retired",
            FlexibleError::TooYoung => "too_young",
            FlexibleError::PastRetirementAge(_) => "past_retirement_age",
            FlexibleError::DrawsUnemploymentBenefit => "draws_unemployment_benefit",
            FlexibleError::InsuredByEmployer { .. } => "insured_by_employer",
            FlexibleError::AlreadyRegistered(_) => "already_registered",
            FlexibleError::ResumeInstead => "resume_instead",
            FlexibleError::NeverRegistered => "never_registered",
            FlexibleError::Retirement(_) => "parameter_not_in_force",
            FlexibleError::AlreadySuspended => "already_suspended",
            FlexibleError::Overlaps => "relation_overlaps",
            FlexibleError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            FlexibleError::NotFound => FaultKind::NotFound,
            FlexibleError::NotOffered(_) => FaultKind::Invalid("insurance"),
            FlexibleError::BadMonth { .. } => FaultKind::Invalid("month"),
            FlexibleError::Database(_) => FaultKind::Internal,
            FlexibleError::Dead
            | FlexibleError::Retired
            | FlexibleError::TooYoung
            | FlexibleError::PastRetirementAge(_)
            | FlexibleError::DrawsUnemploymentBenefit
            | FlexibleError::InsuredByEmployer { .. }
            | FlexibleError::AlreadyRegistered(_)
            | FlexibleError::ResumeInstead
            | FlexibleError::NeverRegistered
            | FlexibleError::Retirement(_)
            | FlexibleError::AlreadySuspended
            | FlexibleError::Overlaps => FaultKind::Conflict,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        if let FlexibleError::Database(error) = self { Some(error) } else { None }
    }
}

impl From<JoinError> for FlexibleError {
    fn from(error: JoinError) -> Self {
        match error {
            JoinError::Database(error) => FlexibleError::Database(error),
            JoinError::NotFound => FlexibleError::AlreadySuspended,
            JoinError::Overlaps(_) | JoinError::BeforeItBegan(_) => FlexibleError::Overlaps,
        }
    }
}

/// What was found out about somebody who wants to insure themselves.
struct Standing {
    person: PersonId,
    /// The own relations for this insurance, oldest first.
    own: Vec<Relation>,
}

/// The checks that registering and resuming share.
async fn may_begin(op: &mut Op, asked: (PersonId, Insurance), from: Month) -> Result<Standing, FlexibleError> {
    let (person, insurance) = asked;
    offered(insurance)?;
    let this_month = this_month(op)?;
    let january = Month::new(this_month.year(), 1).unwrap_or(this_month);
    within(from, january, this_month)?;
    let row = store::person(op, person).await?.ok_or(FlexibleError::NotFound)?;
    refuse_by_status(op, row.id).await?;
    if row.birth_decided + Months::new(AGE_MIN_MONTHS) > op.today() {
        return Err(FlexibleError::TooYoung);
    }
    let sex = store::sex(&row.sex)?;
    let retires = retirement::flexible_month(op.area(), row.birth_decided, sex, this_month)?;
    if from > retires {
        return Err(FlexibleError::PastRetirementAge(retires));
    }
    // From here on nobody else changes this person's relations until the act is over.
    store::lock_person(op, row.id).await?;
    let all = relations(op, row.id).await?;
    for relation in all.iter().filter(|known| known.insurance == insurance) {
        if let Payer::Employer(employer) = relation.payer
            && relation.until.is_none_or(|until| until >= from)
        {
            let name = store::employer_name(op, employer).await?.unwrap_or_default();
            return Err(FlexibleError::InsuredByEmployer { employer, name, until: relation.until });
        }
    }
    let own = all.into_iter().filter(|known| known.insurance == insurance && known.payer == Payer::Oneself).collect();
    Ok(Standing { person: row.id, own })
}

async fn refuse_by_status(op: &Op, person: PersonId) -> Result<(), FlexibleError> {
    let today = op.today();
    let known = statuses(op, person).await?;
    let has = |kind: StatusKind| known.iter().any(|status| status.kind == kind && status.holds_on(today));
    if has(StatusKind::Dead) {
        return Err(FlexibleError::Dead);
    }
    if has(StatusKind::Retired) {
        return Err(FlexibleError::Retired);
    }
    if has(StatusKind::UnemploymentBenefit) {
        return Err(FlexibleError::DrawsUnemploymentBenefit);
    }
    Ok(())
}

fn offered(insurance: Insurance) -> Result<(), FlexibleError> {
    match insurance {
        Insurance::Pension | Insurance::Medical => Ok(()),
        Insurance::Unemployment | Insurance::Injury | Insurance::Maternity => Err(FlexibleError::NotOffered(insurance)),
    }
}

fn within(month: Month, first: Month, last: Month) -> Result<(), FlexibleError> {
    if (first..=last).contains(&month) { Ok(()) } else { Err(FlexibleError::BadMonth { first, last }) }
}

fn this_month(op: &Op) -> Result<Month, FlexibleError> {
    Month::of(op.today()).map_err(unknown_month)
}

fn unknown_month(error: kernel::MonthError) -> FlexibleError {
    FlexibleError::Database(DbErr::Custom(error.to_string()))
}

async fn begin(
    op: &mut Op,
    standing: &Standing,
    insurance: Insurance,
    from: Month,
) -> Result<RelationId, FlexibleError> {
    let scheme = Scheme::Enterprise;
    let new = NewRelation { person: standing.person, insurance, scheme, payer: Payer::Oneself, from };
    Ok(join(op, new).await?)
}

impl Act for Register {
    const ACTION: Action = Action::RegisterFlexible;
    type Answer = RelationId;
    type Error = FlexibleError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, FlexibleError> {
        Ok(Subject::Person(self.person))
    }

    async fn act(&self, op: &mut Op) -> Result<RelationId, FlexibleError> {
        let standing = may_begin(op, (self.person, self.insurance), self.from).await?;
        match standing.own.last() {
            Some(Relation { until: None, from, .. }) => Err(FlexibleError::AlreadyRegistered(*from)),
            Some(_) => Err(FlexibleError::ResumeInstead),
            None => begin(op, &standing, self.insurance, self.from).await,
        }
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "insurance": self.insurance, "from": self.from }))
    }
}

impl Act for Resume {
    const ACTION: Action = Action::ResumeFlexible;
    type Answer = RelationId;
    type Error = FlexibleError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, FlexibleError> {
        Ok(Subject::Person(self.person))
    }

    async fn act(&self, op: &mut Op) -> Result<RelationId, FlexibleError> {
        let standing = may_begin(op, (self.person, self.insurance), self.from).await?;
        match standing.own.last() {
            Some(Relation { until: None, from, .. }) => Err(FlexibleError::AlreadyRegistered(*from)),
            Some(_) => begin(op, &standing, self.insurance, self.from).await,
            None => Err(FlexibleError::NeverRegistered),
        }
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "insurance": self.insurance, "from": self.from }))
    }
}

impl Act for Suspend {
    const ACTION: Action = Action::SuspendFlexible;
    type Answer = RelationId;
    type Error = FlexibleError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, FlexibleError> {
        Ok(Subject::Person(self.person))
    }

    async fn act(&self, op: &mut Op) -> Result<RelationId, FlexibleError> {
        offered(self.insurance)?;
        let this_month = this_month(op)?;
        let december = Month::new(this_month.year() - 1, 12).unwrap_or(this_month);
        within(self.last, december, this_month)?;
        let row = store::person(op, self.person).await?.ok_or(FlexibleError::NotFound)?;
        store::lock_person(op, row.id).await?;
        let all = relations(op, row.id).await?;
        let own = all.iter().rfind(|known| known.insurance == self.insurance && known.payer == Payer::Oneself);
        match own {
            None => Err(FlexibleError::NeverRegistered),
            Some(Relation { until: Some(_), .. }) => Err(FlexibleError::AlreadySuspended),
            Some(open) => {
                leave(op, row.id, open.id, self.last).await?;
                Ok(open.id)
            }
        }
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "insurance": self.insurance, "last": self.last }))
    }
}
