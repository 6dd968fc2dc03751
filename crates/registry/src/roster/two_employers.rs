//! Two employers for one person (重复参保): pension, medical and unemployment insurance have one payer a month, so a person who
//! is enrolled while another payer's relation still stands is a matter for two officers, the clerk who proposes and the
//! reviewer who confirms. Work injury insurance is enrolled at once, for each employer pays its own.

use super::{LeaveReason, RosterFault};
use crate::bulk::RelationRow;
use crate::relation::Payer;
use crate::store::{self, End};
use control::{NewWorkItem, Op, WorkItem};
use kernel::{Date, EmployerId, Fen, Insurance, InsuranceSet, Month, PersonId, RelationId, WorkItemId};
use policy::Policy;
use policy::roster::first_month;
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};

/// The kind of the work item.
pub const TWO_EMPLOYERS: &str = "two_employers";
/// The decision that the new employer insures, and the others' relations end.
pub const ENROL_HERE: &str = "enrol_here";
/// The decision that it stays as it is.
pub const STAYS_THERE: &str = "stays_there";

/// What the work item says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Contested {
    /// Who enrolled.
    pub employer: EmployerId,
    /// Whom.
    pub person: PersonId,
    /// For what there are two payers.
    pub insurances: InsuranceSet,
    /// The first day at work.
    pub from: Date,
    /// The wage of a month.
    pub wage: Fen,
    /// Who else insures the person; empty where they pay for themselves.
    pub others: Vec<EmployerId>,
}

/// What a confirmed decision led to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settled {
    /// What was contested.
    pub contested: Contested,
    /// The relation that began, and its first month.
    pub relation: Option<(RelationId, Month)>,
}

/// Opens the work item; the same person and employer find the one that is open.
pub(super) async fn ask(op: &mut Op, contested: &Contested) -> Result<WorkItemId, DbErr> {
    let key = format!("{TWO_EMPLOYERS}:{}:{}", contested.employer, contested.person);
    let detail = serde_json::to_value(contested).map_err(|error| DbErr::Custom(error.to_string()))?;
    NewWorkItem { key: &key, kind: TWO_EMPLOYERS, person: Some(contested.person), detail }.open(op).await
}

/// Carries out a decision that two officers have made, inside the reviewer's act.
///
/// # Errors
/// [`RosterFault`].
pub async fn settle(op: &mut Op, item: &WorkItem) -> Result<Settled, RosterFault> {
    let contested: Contested = serde_json::from_value(item.detail.clone())
        .map_err(|error| RosterFault::Database(DbErr::Custom(error.to_string())))?;
    if item.decision.as_deref() != Some(ENROL_HERE) {
        return Ok(Settled { contested, relation: None });
    }
    let policy = Policy::of(op.area()).map_err(|error| RosterFault::Database(DbErr::Custom(error.to_string())))?;
    let from = first_month(policy, contested.from)?;
    let relation = move_here(op, &contested, from).await?;
    Ok(Settled { contested, relation })
}

/// Ends what the others hold of it with the month before, and begins it here.
async fn move_here(op: &mut Op, contested: &Contested, from: Month) -> Result<Option<(RelationId, Month)>, DbErr> {
    store::lock_person(op, contested.person).await?;
    let ids = store::ids_of(op, contested.person).await?;
    let standing = store::standing_of(op, &ids).await?;
    let here = |row: &&store::Standing| row.employer == Some(contested.employer) && row.until.is_none();
    let wanted = standing.iter().filter(here).fold(contested.insurances, |wanted, row| wanted.minus(row.insurances));
    for row in standing.iter().filter(|row| row.employer != Some(contested.employer) && row.until.is_none()) {
        if row.insurances.common(wanted).is_empty() {
            continue;
        }
        let end = if row.from < from { End::Last(from.plus(-1).unwrap_or(row.from)) } else { End::Void };
        store::end_row(op, (row.person, row.id), end, Some(LeaveReason::Moved)).await?;
        // The other employer goes on paying for what was not contested: work injury.
        let kept = row.insurances.minus(wanted);
        if !kept.is_empty() {
            let id = op.new_id();
            let payer = row.employer.map_or(Payer::Oneself, Payer::Employer);
            let begins = row.from.max(from);
            let rest = relation_row(op, (row.person, id), (kept, row.scheme), payer, begins);
            store::insert_rows(&op.db(), &[rest]).await?;
        }
    }
    if wanted.is_empty() {
        return Ok(None);
    }
    let scheme = super::write::scheme_of(op, contested.employer).await?;
    let id: RelationId = op.new_id();
    let payer = Payer::Employer(contested.employer);
    let row = relation_row(op, (contested.person, id), (wanted, scheme), payer, from);
    store::insert_rows(&op.db(), &[row]).await?;
    Ok(Some((id, from)))
}

fn relation_row(
    op: &Op,
    (person, id): (PersonId, RelationId),
    (insurances, scheme): (InsuranceSet, kernel::Scheme),
    payer: Payer,
    from: Month,
) -> RelationRow {
    let (recorded_at, until, ended_at) = (op.at(), None, None);
    RelationRow { person, id, insurances, scheme, payer, from, until, recorded_at, ended_at }
}

/// Whether an employer's staff lack insurances that it left for later: what the reminder looks at.
///
/// # Errors
/// The database's.
pub async fn lacks_insurances(op: &Op, employer: EmployerId) -> Result<InsuranceSet, DbErr> {
    let Ok(month) = Month::of(op.today()) else { return Ok(InsuranceSet::NONE) };
    let wanted = InsuranceSet::of(&[Insurance::Pension, Insurance::Unemployment]);
    let staff = crate::insured_at(op, employer, month).await?;
    Ok(staff.iter().fold(InsuranceSet::NONE, |lacking, one| lacking.union(wanted.minus(one.insurances))))
}
