//! An employer hands in its yearly inspection (年检): what it says, beside what the agency's own books say of the year.

use control::{Act, Action, Op, Subject};
use kernel::{EmployerId, Fen};
use policy::reform::employer::Paper;
use registry::inspection::{Inspected, InspectionError, InspectionKept, inspect};

/// Hands in the inspection of a year; a missed year is made up at any time.
#[derive(Clone, Debug)]
pub struct HandIn {
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
}

impl Act for HandIn {
    const ACTION: Action = Action::InspectEmployer;
    type Answer = InspectionKept;
    type Error = InspectionError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, InspectionError> {
        Ok(Subject::Employer(self.employer))
    }

    async fn act(&self, op: &mut Op) -> Result<InspectionKept, InspectionError> {
        let bases = contribution::declare::year_bases(op, self.employer, self.year).await?;
        let owed = contribution::arrears::owed_by(op, self.employer, op.today()).await?;
        let asked = Inspected {
            employer: self.employer,
            year: self.year,
            staff: self.staff,
            payroll: self.payroll,
            changed: self.changed.clone(),
            bases,
            arrears: owed.iter().map(|debt| debt.amount).sum(),
        };
        inspect(op, &asked).await
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "year": self.year }))
    }
}
