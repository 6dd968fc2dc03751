//! Why a question has no answer: a stable code, the field, and what to put instead.

use crate::{FormulaError, Policy};
use serde::Serialize;

/// The `error` of an answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Refusal {
    /// Stable.
    pub code: &'static str,
    /// The field that is wrong; nothing where the whole line is.
    pub field: Option<String>,
    /// What to put instead.
    pub message: String,
    /// A calculation that the interface has and this version does not.
    #[serde(skip)]
    pub(crate) planned: Option<&'static str>,
}

impl Refusal {
    /// A refusal of one field, or of the line.
    pub(crate) fn new(code: &'static str, field: Option<&str>, message: String) -> Refusal {
        Refusal { code, field: field.map(str::to_owned), message, planned: None }
    }

    /// A formula's refusal; `dated` is the field whose day selects the parameters.
    pub(crate) fn of_formula(error: FormulaError, policy: &Policy, dated: &'static str) -> Refusal {
        match error {
            FormulaError::NotInForce(absent) => {
                let known = policy.leaf(absent.parameter).map(crate::report::known);
                let known = match known {
                    Some(known) => format!("it is known {known}, put {dated} within that"),
                    None => "it is not known for this area, put another".to_owned(),
                };
                Refusal::new("not_in_force", Some(dated), format!("{absent}: {known}"))
            }
            FormulaError::OutOfRange { fact, allowed } => {
                Refusal::new("out_of_range", Some(fact), format!("{fact} must be {allowed}"))
            }
            FormulaError::TooLarge => {
                Refusal::new("amount_too_large", None, "the amounts are too large: put smaller ones".to_owned())
            }
        }
    }
}
