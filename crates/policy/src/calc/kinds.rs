//! The calculations: the fields each takes, the formula it asks, the keys of its result.

use super::Explain;
use super::explain::StepText;
use super::question::{Question, quoted};
use super::refusal::Refusal;
use crate::contribution::flexible::{self, Choice};
use crate::contribution::injury::Rating;
use crate::contribution::{employee, medical_flexible};
use crate::working::Step;
use crate::{NoPolicy, Policy, surcharge};
use kernel::{AreaCode, CreditCode, CreditCodeError, Fen, IdNumber, IdNumberError, Insurance, Sex};
use serde::Serialize;
use serde_json::{Map, Value};

/// The calculations of this version.
pub const IMPLEMENTED: [&str; 6] = [
    "identity",
    "credit_code",
    "contribution.employee",
    "contribution.flexible",
    "contribution.medical_flexible",
    "surcharge",
];

/// The calculations of the interface that this version does not have yet; refused as unknown, counted apart.
pub const PLANNED: [&str; 9] = [
    "account.year",
    "index",
    "retirement.date",
    "pension",
    "unemployment.months",
    "injury.benefit",
    "survivor",
    "transfer.place",
    "transfer.amount",
];

/// The `result` of an answer.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Outcome {
    Identity(IdentityResult),
    CreditCode(CreditCodeResult),
    Employee(Box<EmployeeResult>),
    Flexible(FlexibleResult),
    MedicalFlexible(MedicalFlexibleResult),
    Surcharge(SurchargeResult),
}

type Steps = Option<Vec<StepText>>;

#[derive(Debug, Default, Serialize)]
pub(crate) struct IdentityResult {
    valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    birth: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sex: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    area: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Debug, Serialize)]
pub(crate) struct CreditCodeResult {
    valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Debug, Serialize)]
pub(crate) struct EmployeeResult {
    base: Fen,
    #[serde(skip_serializing_if = "Option::is_none")]
    pension: Option<PartText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    medical: Option<PartText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unemployment: Option<PartText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    injury: Option<PartText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maternity: Option<PartText>,
    totals: Totals,
    missing: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Steps,
}

#[derive(Debug, Serialize)]
struct PartText {
    employer: Fen,
    #[serde(skip_serializing_if = "Option::is_none")]
    employee: Option<Fen>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<Fen>,
}

#[derive(Debug, Serialize)]
struct Totals {
    employer: Fen,
    employee: Fen,
}

#[derive(Debug, Serialize)]
pub(crate) struct FlexibleResult {
    base: Fen,
    total: Fen,
    account: Fen,
    pooled: Fen,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Steps,
}

#[derive(Debug, Serialize)]
pub(crate) struct MedicalFlexibleResult {
    base: Fen,
    total: Fen,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Steps,
}

#[derive(Debug, Serialize)]
pub(crate) struct SurchargeResult {
    days: i64,
    amount: Fen,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Steps,
}

/// Answers a question without its `id` and `expect`.
pub(crate) fn compute(mut fields: Map<String, Value>, explain: Explain) -> Result<Outcome, Refusal> {
    let calc = match fields.remove("calc") {
        Some(Value::String(calc)) => calc,
        Some(_) => return Err(refused_calc("wrong_type", "calc must be a string".to_owned())),
        None => return Err(refused_calc("missing_field", "calc is missing".to_owned())),
    };
    match calc.as_str() {
        "identity" => identity(&Question::new(fields, &["id_number"])?),
        "credit_code" => credit_code(&Question::new(fields, &["credit_code"])?),
        "contribution.employee" => {
            let known = ["area", "month", "wage", "injury_class", "injury_factor"];
            employee(&Question::new(fields, &known)?, explain)
        }
        "contribution.flexible" => flexible(&Question::new(fields, &["area", "month", "percent", "base"])?, explain),
        "contribution.medical_flexible" => {
            medical_flexible(&Question::new(fields, &["area", "month", "option"])?, explain)
        }
        "surcharge" => surcharge(&Question::new(fields, &["principal", "due", "paid"])?, explain),
        other => {
            let planned = PLANNED.into_iter().find(|kind| *kind == other);
            let why = if planned.is_some() { "is not in this version" } else { "is unknown" };
            Err(Refusal { planned, ..refused_calc("unknown_calc", format!("{} {why}", quoted(other))) })
        }
    }
}

fn refused_calc(code: &'static str, why: String) -> Refusal {
    Refusal::new(code, Some("calc"), format!("{why}: put one of {}", IMPLEMENTED.join(", ")))
}

fn identity(question: &Question) -> Result<Outcome, Refusal> {
    let text = question.text("id_number", "15 or 18 characters, as in \"130499195708150019\"")?;
    Ok(Outcome::Identity(match IdNumber::parse(text) {
        Ok(number) => IdentityResult {
            valid: true,
            birth: Some(number.birth().to_string()),
            sex: Some(match number.sex() {
                Sex::Male => "male",
                Sex::Female => "female",
            }),
            area: Some(number.area().to_owned()),
            id_number: Some(number.reveal().to_owned()),
            reason: None,
        },
        Err(error) => IdentityResult { reason: Some(identity_reason(error)), ..IdentityResult::default() },
    }))
}

const fn identity_reason(error: IdNumberError) -> &'static str {
    match error {
        IdNumberError::Length => "length",
        IdNumberError::Characters => "characters",
        IdNumberError::Province => "province",
        IdNumberError::Birthday => "birthday",
        IdNumberError::CheckDigit => "check_digit",
    }
}

fn credit_code(question: &Question) -> Result<Outcome, Refusal> {
    let text = question.text("credit_code", "18 characters, as in \"91130400MA0DEM013E\"")?;
    let reason = CreditCode::parse(text).err().map(|error| match error {
        CreditCodeError::Length => "length",
        CreditCodeError::Characters => "characters",
        CreditCodeError::CheckCharacter => "check_character",
    });
    Ok(Outcome::CreditCode(CreditCodeResult { valid: reason.is_none(), reason }))
}

fn employee(question: &Question, explain: Explain) -> Result<Outcome, Refusal> {
    let policy = policy_of(question.area("area")?)?;
    let month = question.month("month")?;
    let facts = employee::Facts { rating: rating(question)?, ..employee::Facts::new(month, question.amount("wage")?) };
    let assessed = employee::assess(policy, facts).map_err(|error| Refusal::of_formula(error, policy, "month"))?;
    let part = |insurance| {
        let employee::Part { employer, employee, account, .. } = *assessed.part(insurance)?;
        Some(PartText { employer, employee, account })
    };
    Ok(Outcome::Employee(Box::new(EmployeeResult {
        base: assessed.base,
        pension: part(Insurance::Pension),
        medical: part(Insurance::Medical),
        unemployment: part(Insurance::Unemployment),
        injury: part(Insurance::Injury),
        maternity: part(Insurance::Maternity),
        totals: Totals { employer: assessed.employer, employee: assessed.employee },
        missing: assessed.missing.iter().map(|insurance| insurance.as_str()).collect(),
        explain: steps(explain, &assessed.steps),
    })))
}

fn rating(question: &Question) -> Result<Option<Rating>, Refusal> {
    if !question.has("injury_class") && !question.has("injury_factor") {
        return Ok(None);
    }
    let class = question.whole("injury_class", "the class of the industry, as in 6")?;
    let out_of_range =
        |_| Refusal::new("out_of_range", Some("injury_class"), "injury_class must be from 1 to 8".to_owned());
    let class = u8::try_from(class).map_err(out_of_range)?;
    let factor =
        if question.has("injury_factor") { question.whole("injury_factor", "a percentage, as in 100")? } else { 100 };
    Ok(Some(Rating { factor, ..Rating::of_class(class) }))
}

fn flexible(question: &Question, explain: Explain) -> Result<Outcome, Refusal> {
    let policy = policy_of(question.area("area")?)?;
    let month = question.month("month")?;
    let choice = match (question.has("percent"), question.has("base")) {
        (true, true) => {
            let message = "percent and base exclude each other: put one of them".to_owned();
            return Err(Refusal::new("conflicting_fields", Some("base"), message));
        }
        (false, true) => Choice::Base(question.amount("base")?),
        (_, false) => Choice::Percent(question.percent("percent")?),
    };
    let assessed = flexible::assess(policy, flexible::Facts::new(month, choice))
        .map_err(|error| Refusal::of_formula(error, policy, "month"))?;
    let flexible::Assessment { base, total, account, pooled, .. } = assessed;
    Ok(Outcome::Flexible(FlexibleResult { base, total, account, pooled, explain: steps(explain, &assessed.steps) }))
}

fn medical_flexible(question: &Question, explain: Explain) -> Result<Outcome, Refusal> {
    let policy = policy_of(question.area("area")?)?;
    let month = question.month("month")?;
    let cover = question.word("option", &["pooled_only", "with_account"])?;
    let facts = medical_flexible::Facts { month, cover };
    let assessed =
        medical_flexible::assess(policy, facts).map_err(|error| Refusal::of_formula(error, policy, "month"))?;
    let explain = steps(explain, &assessed.steps);
    Ok(Outcome::MedicalFlexible(MedicalFlexibleResult { base: assessed.base, total: assessed.total, explain }))
}

fn surcharge(question: &Question, explain: Explain) -> Result<Outcome, Refusal> {
    // The rate is national law, so that any area's set holds it.
    let policy = policy_of(AreaCode::HANDAN)?;
    let principal = question.amount("principal")?;
    let facts = surcharge::Facts { principal, due: question.date("due")?, paid: question.date("paid")? };
    let assessed = surcharge::assess(policy, facts).map_err(|error| Refusal::of_formula(error, policy, "due"))?;
    let explain = steps(explain, &assessed.steps);
    Ok(Outcome::Surcharge(SurchargeResult { days: assessed.days, amount: assessed.amount, explain }))
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
