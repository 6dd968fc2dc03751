//! The roster (人员增减花名册): joining, leaving and coming back, one person or a list of thousands.
//!
//! Law: 社会保险法 art. 4, 57, 58 (the employer registers its staff); 社会保险费征缴暂行条例 art. 10; the agency's cut-off day
//! ([`policy::roster`]); reform 1 (arrears never block, which [`crate`] cannot know and `office` asks), reform 3 (work injury
//! insurance alone) and reform 4 (the roster is the only paper).
//!
//! A list is decided row by row from facts that were read for all rows at once, and written by statements of many rows. A row
//! that cannot be is refused with its own code and keeps nobody else waiting. Whoever is still insured by another employer is
//! enrolled for work injury at once, and the rest waits for two officers ([`two_employers`]).

mod decide;
mod facts;
mod refusal;
pub mod two_employers;
mod write;

pub use refusal::{RosterFault, RowError};
pub use write::{REMIND_OF_INSURANCES, RemindOfInsurances};

use crate::relation::Payer;
use control::{Op, View};
use kernel::{Date, EmployerId, Fen, InsuranceSet, Month, PersonId, RelationId, WorkItemId};
use serde::{Deserialize, Serialize};

kernel::words! {
    /// Why somebody leaves (减员原因).
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum LeaveReason {
        /// 辞职.
        Resigned = "resigned",
        /// 解除: by the employer.
        Dismissed = "dismissed",
        /// 合同期满.
        ContractEnded = "contract_ended",
        /// 退休.
        Retired = "retired",
        /// 死亡.
        Died = "died",
        /// 调动, to another employer.
        Moved = "moved",
        /// 其他.
        Other = "other",
    }
}

/// Somebody who joins (增员), as typed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Newcomer {
    /// The identity number, of 18 or 15 characters.
    pub id_number: String,
    /// The whole name.
    pub name: String,
    /// A mobile number, kept only where the registry does not know the person yet.
    pub phone: Option<String>,
    /// For what.
    pub insurances: InsuranceSet,
    /// The first day at work.
    pub from: Date,
    /// The wage of a month.
    pub wage: Fen,
}

/// Somebody who leaves (减员), as typed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Leaver {
    /// The identity number.
    pub id_number: String,
    /// The whole name.
    pub name: String,
    /// The last day at work.
    pub last_day: Date,
    /// Why.
    pub why: LeaveReason,
}

/// Somebody who comes back (续保), for what they were insured for last, as typed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Returner {
    /// The identity number.
    pub id_number: String,
    /// The whole name.
    pub name: String,
    /// The first day at work again.
    pub from: Date,
    /// The wage of a month.
    pub wage: Fen,
}

/// A row of the roster.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Row {
    /// Joins.
    Enrol(Newcomer),
    /// Leaves.
    Suspend(Leaver),
    /// Comes back.
    Resume(Returner),
}

impl Row {
    /// The identity number as it was typed.
    pub fn id_number(&self) -> &str {
        match self {
            Row::Enrol(row) => &row.id_number,
            Row::Suspend(row) => &row.id_number,
            Row::Resume(row) => &row.id_number,
        }
    }

    /// The name as it was typed.
    pub fn name(&self) -> &str {
        match self {
            Row::Enrol(row) => &row.name,
            Row::Suspend(row) => &row.name,
            Row::Resume(row) => &row.name,
        }
    }
}

/// What a row comes to, by the month.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Insured from this fee month on.
    Joined(Month),
    /// Insured until this fee month, its own included.
    Left(Month),
    /// Left before the first month was due: never insured.
    NeverInsured,
}

/// What is said beside a row that is taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// Unemployment benefit is being drawn, and ends with the new work.
    DrawsUnemploymentBenefit,
    /// The own relation as a flexible worker ends with this month.
    OwnRelationEnded(Month),
    /// Another employer insures this person against work injury as well: each pays.
    SecondPayer,
    /// Another payer still insures this person for these: two officers decide.
    TwoEmployers(InsuranceSet),
    /// A small firm without all insurances: it is reminded in this month.
    InStages(Month),
    /// The months from this one to last month are owed at once.
    BackPayment(Month),
}

/// A row's verdict: what it comes to, or will.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Verdict {
    /// Who; none where the registry does not know the person yet.
    pub person: Option<PersonId>,
    /// For what, at once.
    pub insurances: InsuranceSet,
    /// What waits for two officers.
    pub later: InsuranceSet,
    /// From or until when.
    pub span: Span,
    /// The wage that was typed.
    pub wage: Option<Fen>,
    /// What is said beside.
    pub warnings: Vec<Warning>,
}

/// A row that was taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Taken {
    /// Who.
    pub person: PersonId,
    /// The relation that began or ended; none where all waits for two officers.
    pub relation: Option<RelationId>,
    /// On which work item the rest waits.
    pub conflict: Option<WorkItemId>,
    /// What it came to.
    pub verdict: Verdict,
}

/// What becomes of each row, in order. Reads only.
///
/// # Errors
/// [`RosterFault`] where the whole list cannot be decided.
pub async fn preview(
    view: &View,
    employer: EmployerId,
    rows: &[Row],
) -> Result<Vec<Result<Verdict, RowError>>, RosterFault> {
    let facts = facts::Facts::read(view, employer, rows).await?;
    let plans = decide::decide(&facts, rows)?;
    Ok(plans.into_iter().map(|plan| plan.map(|plan| plan.verdict)).collect())
}

/// Takes the rows that can be taken, inside the act that was asked for it. The employer's row is locked, then those of the
/// people, so that two agents with one list meet each other here.
///
/// # Errors
/// [`RosterFault`] where the whole list cannot be decided; a row's own refusal stands in its place.
pub async fn take(
    op: &mut Op,
    employer: EmployerId,
    rows: &[Row],
) -> Result<Vec<Result<Taken, RowError>>, RosterFault> {
    let facts = facts::Facts::lock(op, employer, rows).await?;
    let plans = decide::decide(&facts, rows)?;
    write::carry_out(op, employer, plans).await
}

/// The rows whose identity number stands in the list before: each is refused, whatever else is wrong with it.
pub fn repeated(rows: &[Row]) -> Vec<bool> {
    let mut seen = std::collections::HashSet::new();
    rows.iter()
        .map(|row| match kernel::IdNumber::parse(row.id_number()) {
            Ok(number) => !seen.insert(number),
            Err(_) => false,
        })
        .collect()
}

/// The person whom an identity number names, if this employer insures or insured them: whose file a row concerns.
///
/// # Errors
/// The database's.
pub async fn staff_by_number(
    view: &View,
    employer: EmployerId,
    id_number: &str,
) -> Result<Option<PersonId>, sea_orm::DbErr> {
    let Ok(number) = kernel::IdNumber::parse(id_number) else { return Ok(None) };
    for person in crate::find_by_id_number(view, &number).await? {
        if insures(view, employer, person).await? {
            return Ok(Some(person));
        }
    }
    Ok(None)
}

/// Whether an employer insures or insured somebody: what its agents may see of them hangs on this.
///
/// # Errors
/// The database's.
pub async fn insures(view: &View, employer: EmployerId, person: PersonId) -> Result<bool, sea_orm::DbErr> {
    let relations = crate::relations(view, person).await?;
    Ok(relations.iter().any(|relation| relation.payer == Payer::Employer(employer)))
}
