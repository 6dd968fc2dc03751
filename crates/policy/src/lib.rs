//! Parameters as dated data with their law, and the pure formulas that read them.
//!
//! Purpose: what is owed and why. Every figure of the law stands in a file under `policy/`, with its unit, its dates and
//! its citation; every formula returns its figures together with the steps that made them.
//! Law: 社会保险法 and what each parameter cites. Rounding follows R1 to R11 of the domain's rules, named at each step.
//! Invariants: no I/O beyond the embedded bytes, no clock (but [`bench`]), no random source, no floating point. Reading a parameter on a
//! day for which it has no row is an error that names both. A parameter without unit or citation does not load, and one
//! that no formula reads does not load either. A figure and its explanation come from the same line of code.
//! Tables owned: none.

pub mod account;
pub mod base;
pub mod bench;
pub mod benefit;
pub mod bulk;
pub mod calc;
pub mod certification;
pub mod contribution;
pub mod deadline;
pub mod debt;
mod difference;
mod explanation;
pub mod inspection;
mod parameter;
mod parameters;
pub mod pension;
pub mod reform;
mod report;
pub mod requirement;
pub mod retirement;
pub mod roster;
mod set;
pub mod surcharge;
pub mod transfer;
mod working;

pub use difference::{Audience, Change, Difference, DifferenceError, difference};
pub use explanation::{Explanation, Language};
pub use parameter::{
    Alternative, Citation, Dated, Heading, InForce, Leaf, Level, LoadError, MonthDay, NotInForce, Row, Status, Unit,
    Value,
};
pub use parameters::{BaseUnit, BasisOfChoice, Collector, Parameters, Payer, Rule, SurchargeCap};
pub use report::{Report, ShowError, Unconfirmed, check, debts, show};
pub use set::{NoAlternative, NoPolicy, Policy};
pub use working::{Decimal, Label, Measure, Source, Step, flat};

use kernel::{Overflow, RateError};

/// Why a formula gives no figure.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FormulaError {
    /// A parameter has no row for the day.
    #[error(transparent)]
    NotInForce(#[from] NotInForce),
    /// A fact lies outside what the rule allows.
    #[error("{fact} must be {allowed}")]
    OutOfRange {
        /// The fact, by its stable name.
        fact: &'static str,
        /// What may be put instead.
        allowed: String,
    },
    /// The figures do not fit in 64 bits of fen.
    #[error("the amounts are too large to compute with")]
    TooLarge,
}

impl From<Overflow> for FormulaError {
    fn from(_: Overflow) -> FormulaError {
        FormulaError::TooLarge
    }
}

impl From<RateError> for FormulaError {
    fn from(_: RateError) -> FormulaError {
        FormulaError::TooLarge
    }
}
