//! Why a row of a roster is not taken, in the order in which it is asked; and why a whole list is not.

use crate::person::NameError;
use control::{Fault, FaultKind};
use kernel::{IdNumberError, InsuranceSet, Month};
use policy::FormulaError;
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};

/// Why a row is refused. The order is that of precedence.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowError {
    /// The last character does not fit the others: one is mistyped.
    #[error("the identity number's last character does not fit the others")]
    IdCheck,
    /// It cannot be an identity number at all.
    #[error("the identity number cannot be one")]
    IdMalformed,
    /// The name is empty.
    #[error("the name is empty")]
    NameEmpty,
    /// The name is too long.
    #[error("the name has more than 100 characters")]
    NameTooLong,
    /// The name holds what only an old system can read.
    #[error("the name holds a character that only an old system can read")]
    NameUnreadable,
    /// Not a mainland mobile number.
    #[error("a phone is 11 digits, as in 13900000001")]
    PhoneMalformed,
    /// No insurance is named.
    #[error("no insurance is named")]
    NoInsurance,
    /// A wage is more than nothing.
    #[error("the wage must be more than 0.00")]
    WageNotPositive,
    /// The number stands in the list before.
    #[error("the identity number stands in the list twice")]
    TwiceInList,
    /// Later than next month.
    #[error("the day must not lie after {0}")]
    DayTooLate(Month),
    /// The employer was not registered then.
    #[error("the employer is registered since {0} only")]
    BeforeEmployer(kernel::Date),
    /// Only a small firm may leave insurances for later.
    #[error("the other insurances are to be joined as well: {0}")]
    InsurancesIncomplete(InsuranceSet),
    /// Two people hold this number: a clerk must look.
    #[error("two people hold this identity number")]
    NumberDoubled,
    /// The registry knows the number under another name.
    #[error("the registry knows this identity number under another name")]
    NameDiffers,
    /// The person is dead.
    #[error("the person is dead")]
    Dead,
    /// The person draws a pension.
    #[error("the person is retired")]
    Retired,
    /// Under 16 on the first day.
    #[error("one may work from the age of 16 on")]
    TooYoung,
    /// This employer insures the person for all of it already.
    #[error("enrolled here already since {0}")]
    AlreadyEnrolled(Month),
    /// This employer insured the person until then.
    #[error("insured here until {0} already")]
    RelationOverlaps(Month),
    /// Never enrolled here: to be enrolled, not resumed.
    #[error("never enrolled here")]
    NeverEnrolledHere,
    /// Nobody with this number is enrolled here now.
    #[error("not enrolled here")]
    NotEnrolled,
    /// The last day lies before the first month.
    #[error("enrolled since {0} only")]
    LeftBeforeJoining(Month),
}

impl RowError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            RowError::IdCheck => "id_check",
            RowError::IdMalformed => "id_malformed",
            RowError::NameEmpty => "name_empty",
            RowError::NameTooLong => "name_too_long",
            RowError::NameUnreadable => "name_unreadable",
            RowError::PhoneMalformed => "phone_malformed",
            RowError::NoInsurance => "no_insurance",
            RowError::WageNotPositive => "wage_not_positive",
            RowError::TwiceInList => "twice_in_list",
            RowError::DayTooLate(_) => "day_too_late",
            RowError::BeforeEmployer(_) => "before_employer",
            RowError::InsurancesIncomplete(_) => "insurances_incomplete",
            RowError::NumberDoubled => "number_doubled",
            RowError::NameDiffers => "name_differs",
            RowError::Dead => "dead",
            RowError::Retired => "retired",
            RowError::TooYoung => "too_young",
            RowError::AlreadyEnrolled(_) => "already_enrolled",
            RowError::RelationOverlaps(_) => "relation_overlaps",
            RowError::NeverEnrolledHere => "never_enrolled_here",
            RowError::NotEnrolled => "not_enrolled",
            RowError::LeftBeforeJoining(_) => "left_before_joining",
        }
    }

    /// The field to be mended, or a conflict with what stands.
    pub const fn kind(&self) -> FaultKind {
        match self {
            RowError::IdCheck | RowError::IdMalformed | RowError::TwiceInList => FaultKind::Invalid("id_number"),
            RowError::NameEmpty | RowError::NameTooLong | RowError::NameUnreadable | RowError::NameDiffers => {
                FaultKind::Invalid("name")
            }
            RowError::PhoneMalformed => FaultKind::Invalid("phone"),
            RowError::NoInsurance | RowError::InsurancesIncomplete(_) => FaultKind::Invalid("insurances"),
            RowError::WageNotPositive => FaultKind::Invalid("wage"),
            RowError::DayTooLate(_) | RowError::BeforeEmployer(_) | RowError::LeftBeforeJoining(_) => {
                FaultKind::Invalid("day")
            }
            RowError::NumberDoubled
            | RowError::Dead
            | RowError::Retired
            | RowError::TooYoung
            | RowError::AlreadyEnrolled(_)
            | RowError::RelationOverlaps(_)
            | RowError::NeverEnrolledHere
            | RowError::NotEnrolled => FaultKind::Conflict,
        }
    }
}

impl From<IdNumberError> for RowError {
    fn from(error: IdNumberError) -> RowError {
        match error {
            IdNumberError::CheckDigit => RowError::IdCheck,
            IdNumberError::Length | IdNumberError::Characters | IdNumberError::Province | IdNumberError::Birthday => {
                RowError::IdMalformed
            }
        }
    }
}

impl From<NameError> for RowError {
    fn from(error: NameError) -> RowError {
        match error {
            NameError::Empty => RowError::NameEmpty,
            NameError::TooLong => RowError::NameTooLong,
            NameError::Unreadable => RowError::NameUnreadable,
        }
    }
}

/// Why a list is not decided at all.
#[derive(Debug, thiserror::Error)]
pub enum RosterFault {
    /// The registry has no such employer.
    #[error("no such employer")]
    NoEmployer,
    /// A parameter says nothing about the day.
    #[error("a parameter is missing")]
    Policy(#[from] FormulaError),
    /// The database failed.
    #[error("the roster could not be taken")]
    Database(#[from] DbErr),
}

impl Fault for RosterFault {
    fn code(&self) -> &'static str {
        match self {
            RosterFault::NoEmployer => "employer_not_found",
            RosterFault::Policy(_) => "parameter_not_in_force",
            RosterFault::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            RosterFault::NoEmployer => FaultKind::NotFound,
            RosterFault::Policy(_) => FaultKind::Conflict,
            RosterFault::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        if let RosterFault::Database(error) = self { Some(error) } else { None }
    }
}
