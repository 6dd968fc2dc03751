//! The calculations: the fields each takes, the formula it asks, the keys of its result. A file a branch of law.

mod benefit;
mod codes;
mod contribution;
mod pension;
mod surcharge;
mod transfer;

use super::Explain;
use super::explain::StepText;
use super::json::{Asked, Fields, Json};
use super::question::{Question, quoted};
use super::refusal::Refusal;
use crate::parameter::Dated;
use crate::working::Step;
use crate::{NoPolicy, Policy};
use kernel::{AreaCode, Date};
use serde::Serialize;

type Steps = Option<Vec<StepText>>;

/// Declares the calculations: those there are, with the fields each takes, and those that the interface has and this
/// version does not. One line a calculation; the comments keep the branches of law apart.
macro_rules! kinds {
    (
        $( $name:literal [$($field:literal),*] => |$question:ident, $explain:ident| $answer:expr; )*
        planned: $($planned:literal)*
    ) => {
        /// The calculations of this version.
        pub const IMPLEMENTED: &[&str] = &[$($name),*];

        /// The calculations of the interface that this version does not have yet; refused as unknown, counted apart.
        pub const PLANNED: &[&str] = &[$($planned),*];

        fn answer(calc: &str, fields: &Fields<'_>, explain: Explain) -> Result<Outcome, Refusal> {
            match calc {
                $( $name => {
                    let ($question, $explain) = (&Question::new(fields, &[$($field),*])?, explain);
                    $answer
                } )*
                other => Err(unknown(other)),
            }
        }
    };
}

kinds! {
    // Codes.
    "identity" ["id_number"] => |question, _explain| codes::identity(question);
    "credit_code" ["credit_code"] => |question, _explain| codes::credit_code(question);
    // Contributions.
    "contribution.employee" ["area", "month", "wage", "injury_class", "injury_factor"] => |question, explain| contribution::employee(question, explain);
    "contribution.flexible" ["area", "month", "percent", "base"] => |question, explain| contribution::flexible(question, explain);
    "contribution.medical_flexible" ["area", "month", "option"] => |question, explain| contribution::medical_flexible(question, explain);
    // Late payment.
    "surcharge" ["principal", "due", "paid"] => |question, explain| surcharge::surcharge(question, explain);
    // Pension: account, index, date of retirement, amount.
    "account.year" ["year", "method", "opening", "credits", "rate"] => |question, explain| pension::account_year(question, explain);
    "index" ["area", "bases"] => |question, explain| pension::index(question, explain);
    "retirement.date" ["category", "birth"] => |question, explain| pension::retirement(question, explain);
    "pension" ["area", "retire_month", "index", "months", "deemed_months", "deemed_index", "balance", "age", "calc_base", "divisor"] => |question, explain| pension::pension(question, explain);
    // (above this line)
    // Unemployment.
    "unemployment.months" ["paid_months", "carried_months"] => |question, explain| benefit::unemployment(question, explain);
    // (above this line)
    // Work injury.
    "injury.benefit" ["area", "month", "grade", "own_wage"] => |question, explain| benefit::injury(question, explain);
    // (above this line)
    // Funeral and survivors.
    "survivor" ["area", "death_month", "paid_months", "drawn_months"] => |question, explain| benefit::survivor(question, explain);
    // (above this line)
    // Transfer.
    "transfer.place" ["household", "relations"] => |question, explain| transfer::place(question, explain);
    "transfer.amount" ["yearly_bases", "account"] => |question, explain| transfer::amount(question, explain);
    // (above this line)
    planned:
}

/// The `result` of an answer.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Outcome {
    // Codes.
    Identity(codes::IdentityResult),
    CreditCode(codes::CreditCodeResult),
    // Contributions.
    Employee(Box<contribution::EmployeeResult>),
    Flexible(contribution::FlexibleResult),
    MedicalFlexible(contribution::MedicalFlexibleResult),
    // Late payment.
    Surcharge(surcharge::SurchargeResult),
    // Pension: account, index, date of retirement, amount.
    AccountYear(pension::YearResult),
    Index(pension::IndexResult),
    Retirement(pension::RetirementResult),
    Pension(pension::PensionResult),
    // (above this line)
    // Unemployment.
    Unemployment(benefit::UnemploymentResult),
    // (above this line)
    // Work injury.
    Injury(benefit::InjuryResult),
    // (above this line)
    // Funeral and survivors.
    Survivor(benefit::SurvivorResult),
    // (above this line)
    // Transfer.
    Place(transfer::PlaceResult),
    Amount(transfer::AmountResult),
    // (above this line)
}

/// Answers a question without its `id` and `expect`.
pub(crate) fn compute(asked: &Asked<'_>, explain: Explain) -> Result<Outcome, Refusal> {
    match &asked.calc {
        Some(Json::Text(calc)) => answer(calc, &asked.fields, explain),
        Some(_) => Err(refused_calc("wrong_type", "calc must be a string".to_owned())),
        None => Err(refused_calc("missing_field", "calc is missing".to_owned())),
    }
}

fn unknown(calc: &str) -> Refusal {
    let planned = PLANNED.iter().copied().find(|kind| *kind == calc);
    let why = if planned.is_some() { "is not in this version" } else { "is unknown" };
    Refusal { planned, ..refused_calc("unknown_calc", format!("{} {why}", quoted(calc))) }
}

fn refused_calc(code: &'static str, why: String) -> Refusal {
    Refusal::new(code, Some("calc"), format!("{why}: put one of {}", IMPLEMENTED.join(", ")))
}

fn policy_of(area: AreaCode) -> Result<&'static Policy, Refusal> {
    Policy::of(area).map_err(|error| match error {
        NoPolicy::UnknownArea(_) => Refusal::new("unknown_area", Some("area"), error.to_string()),
        NoPolicy::Broken(_) => Refusal::new("broken_parameters", None, error.to_string()),
    })
}

fn steps(explain: Explain, steps: &[Step]) -> Steps {
    match explain {
        Explain::Steps => Some(steps.iter().map(StepText::from).collect()),
        Explain::Nothing => None,
    }
}

/// The first day of a parameter's newest row: on it stands a question that has no date of its own.
fn newest<T>(parameter: &Dated<T>) -> Date {
    parameter.rows().last().map(|row| row.from).unwrap_or_default()
}
