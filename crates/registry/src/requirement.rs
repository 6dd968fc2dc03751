//! Which papers an employer is asked for, before it begins (凭据), and what it says it keeps and has checked (自存自查).

use control::{Op, View};
use kernel::{AreaCode, Date, EmployerId, Timestamp};
use policy::reform::employer::Paper;
use policy::{FormulaError, Policy};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use policy::requirement::{Business, Duty, Requirement, Requirements};

/// Papers that an employer keeps itself and says it has checked, for a piece of business.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SelfCheck {
    /// For what.
    pub business: Business,
    /// Which papers.
    pub papers: Vec<Paper>,
}

/// Such a declaration as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptSelfCheck {
    /// Its id.
    pub id: Uuid,
    /// What was declared.
    pub check: SelfCheck,
    /// What kind of actor declared it.
    pub actor: String,
    /// Who.
    pub actor_id: Option<Uuid>,
    /// When.
    pub at: Timestamp,
}

/// The papers of a piece of business on a day, each with its duty of then and before the reform, and the counts.
///
/// # Errors
/// An area without the table, or a day before the rules.
pub fn requirements(area: AreaCode, business: Business, on: Date) -> Result<Requirements, FormulaError> {
    let policy = Policy::of(area)
        .map_err(|_| FormulaError::OutOfRange { fact: "area", allowed: "an area of Hebei".to_owned() })?;
    policy::requirement::requirements(policy, business, on)
}

/// Keeps a declaration, inside the act that it belongs to.
///
/// # Errors
/// The database's.
pub async fn keep_self_check(op: &Op, employer: EmployerId, check: &SelfCheck) -> Result<Uuid, DbErr> {
    crate::store::insert_self_check(op, employer, check).await
}

/// An employer's declarations, latest first.
///
/// # Errors
/// The database's.
pub async fn self_checks(view: &View, employer: EmployerId, limit: u64) -> Result<Vec<KeptSelfCheck>, DbErr> {
    crate::store::self_checks(view, employer, limit.min(500)).await
}
