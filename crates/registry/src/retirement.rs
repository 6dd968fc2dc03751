//! The statutory retirement age of a person of the register: until when one may register as a flexible worker. The ages
//! themselves stand in `policy::retirement`.

use crate::Category;
use kernel::{AreaCode, Date, Month, MonthError, Sex};
use policy::{FormulaError, NoPolicy, Policy, retirement};

/// Why no month of retirement is known.
#[derive(Debug, thiserror::Error)]
pub enum RetirementError {
    /// There are no parameters for the area.
    #[error("there is no policy for the area")]
    NoPolicy(#[from] NoPolicy),
    /// The birthday lies outside what the rules know.
    #[error("no retirement age is known for the birthday")]
    Rule(#[from] FormulaError),
    /// The birthday leaves the calendar.
    #[error("the birthday leaves the calendar")]
    Calendar(#[from] MonthError),
}

/// The month in which a person reaches the statutory age.
///
/// # Errors
/// [`RetirementError`].
pub fn statutory_month(area: AreaCode, birth: Date, sex: Sex, category: Category) -> Result<Month, RetirementError> {
    let category = match (sex, category) {
        (Sex::Male, _) => retirement::Category::Men,
        (Sex::Female, Category::Cadre) => retirement::Category::WomenCadres,
        (Sex::Female, Category::Worker) => retirement::Category::WomenWorkers,
    };
    Ok(retirement::assess(Policy::of(area)?, category, Month::of(birth)?)?.retires)
}

/// The month in which a person who pays for themselves from `today` on reaches the age: whatever post a woman held before.
///
/// # Errors
/// As [`statutory_month`].
pub fn flexible_month(area: AreaCode, birth: Date, sex: Sex, today: Month) -> Result<Month, RetirementError> {
    let policy = Policy::of(area)?;
    let category = retirement::Category::of_flexible(policy, sex, today).map_err(FormulaError::from)?;
    Ok(retirement::assess(policy, category, Month::of(birth)?)?.retires)
}
