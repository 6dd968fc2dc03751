//! The yearly inspection (年检) of an employer: a dated module. It is made up at any time, and its absence blocks nothing.
//!
//! Law: [`policy::inspection`]. Asked are the certificate and, where particulars changed, their paper alone (reform 4).

use crate::requirement::SelfCheck;
use crate::{EmployerKind, insured_at, store};
use control::{Fault, FaultKind, Op, View};
use kernel::{Date, EmployerId, Fen, Month, Timestamp};
use policy::inspection::{self, Duty, Facts, Finding, UnitKind, Verdict};
use policy::reform::employer::{Business, InspectionState, Paper, papers};
use policy::{FormulaError, Policy};
use sea_orm::DbErr;

/// What an employer hands in, with what the agency's own books say of the year.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Inspected {
    /// Whose.
    pub employer: EmployerId,
    /// Which year.
    pub year: i32,
    /// Persons at work, as the employer says.
    pub staff: i64,
    /// The payroll of the year, as the employer says.
    pub payroll: Fen,
    /// The papers whose particulars changed since the last one.
    pub changed: Vec<Paper>,
    /// The declared bases of the year, by the agency's books.
    pub bases: Fen,
    /// What is owed, by the agency's books.
    pub arrears: Fen,
}

/// A result as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InspectionKept {
    /// Which year.
    pub year: i32,
    /// On which day.
    pub on: Date,
    /// What it came to.
    pub verdict: Verdict,
    /// What is to be put right.
    pub findings: Vec<Finding>,
    /// Which papers were asked for.
    pub papers: Vec<Paper>,
    /// When it was written down.
    pub at: Timestamp,
}

/// Why it was not taken.
#[derive(Debug, thiserror::Error)]
pub enum InspectionError {
    /// The registry has no such employer.
    #[error("no such employer")]
    NotFound,
    /// The facts cannot be, or no rule is known for the year.
    #[error("the inspection's facts cannot be")]
    Policy(#[from] FormulaError),
    /// The database failed.
    #[error("the inspection could not be written")]
    Database(#[from] DbErr),
}

impl Fault for InspectionError {
    fn code(&self) -> &'static str {
        match self {
            InspectionError::NotFound => "employer_not_found",
            InspectionError::Policy(FormulaError::NotInForce(_)) => "parameter_not_in_force",
            InspectionError::Policy(FormulaError::OutOfRange { .. } | FormulaError::TooLarge) => "inspection_facts",
            InspectionError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            InspectionError::NotFound => FaultKind::NotFound,
            InspectionError::Policy(FormulaError::NotInForce(_)) => FaultKind::Conflict,
            InspectionError::Policy(FormulaError::OutOfRange { fact, .. }) => FaultKind::Invalid(fact),
            InspectionError::Policy(FormulaError::TooLarge) => FaultKind::Invalid("payroll"),
            InspectionError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        if let InspectionError::Database(error) = self { Some(error) } else { None }
    }
}

const fn unit(kind: Option<EmployerKind>) -> UnitKind {
    match kind {
        Some(EmployerKind::Institution) => UnitKind::Other,
        Some(
            EmployerKind::Enterprise
            | EmployerKind::SmallOrMicro
            | EmployerKind::IndividualBusiness
            | EmployerKind::Bankrupt,
        )
        | None => UnitKind::Enterprise,
    }
}

fn policy_of(view: &View) -> Result<&'static Policy, InspectionError> {
    Policy::of(view.area()).map_err(|error| InspectionError::Database(DbErr::Custom(error.to_string())))
}

/// Inspects a year, inside the act that asked for it, and keeps the result with the declaration of the papers kept.
///
/// # Errors
/// [`InspectionError`].
pub async fn inspect(op: &mut Op, asked: &Inspected) -> Result<InspectionKept, InspectionError> {
    let policy = policy_of(op)?;
    let employer = crate::employer(op, asked.employer).await?.ok_or(InspectionError::NotFound)?;
    let last = Month::new(asked.year, 12).ok().and_then(|last| Some(last.min(Month::of(op.today()).ok()?)));
    let insured = match last {
        Some(month) => i64::try_from(insured_at(op, asked.employer, month).await?.len()).unwrap_or(i64::MAX),
        None => 0,
    };
    let facts = Facts {
        kind: unit(employer.kind),
        on: op.today(),
        year: asked.year,
        staff: asked.staff,
        insured,
        payroll: asked.payroll,
        bases: asked.bases,
        // What changed is reported by naming it here.
        unreported_changes: 0,
        arrears: asked.arrears,
    };
    let found = inspection::inspect(policy, facts)?;
    let business = Business::Inspection { changed: &asked.changed };
    let papers = papers(policy, op.today(), business)?.outcome;
    let kept = InspectionKept {
        year: asked.year,
        on: op.today(),
        verdict: found.verdict,
        findings: found.findings,
        papers,
        at: op.at(),
    };
    store::insert_inspection(op, asked, insured, &kept).await?;
    let check = SelfCheck { business: policy::requirement::Business::Inspection, papers: kept.papers.clone() };
    store::insert_self_check(op, asked.employer, &check).await?;
    Ok(kept)
}

/// An employer's inspections, latest first.
///
/// # Errors
/// The database's.
pub async fn inspections(view: &View, employer: EmployerId) -> Result<Vec<InspectionKept>, DbErr> {
    store::inspections(view, employer).await
}

/// Whether the latest year that was to be inspected before a day was: what reform 2 looks at. Where no year has the duty,
/// or the employer was not registered in it, nothing has lapsed.
///
/// # Errors
/// [`InspectionError`].
pub async fn inspection_state(view: &View, employer: EmployerId, on: Date) -> Result<InspectionState, InspectionError> {
    let policy = policy_of(view)?;
    let known = crate::employer(view, employer).await?.ok_or(InspectionError::NotFound)?;
    let year = Month::of(on).map_err(|_| FormulaError::TooLarge)?.year() - 1;
    let registered = known.registered_on.and_then(|day| Month::of(day).ok()).is_some_and(|month| month.year() <= year);
    let duty = inspection::duty(policy, unit(known.kind), year)?;
    match duty.value {
        Duty::Yearly if registered => {}
        Duty::Yearly | Duty::Transition | Duty::Ended => return Ok(InspectionState::Passed),
    }
    let done = inspections(view, employer).await?.iter().any(|kept| kept.year == year);
    Ok(if done { InspectionState::Passed } else { InspectionState::Lapsed })
}
