//! Contributions of employees and flexible workers: 社会保险法 art. 12, 23, 33, 44, 53.

use super::{Outcome, Steps, policy_of, steps};
use crate::calc::Explain;
use crate::calc::question::Question;
use crate::calc::refusal::Refusal;
use crate::contribution::flexible::{self, Choice};
use crate::contribution::injury::Rating;
use crate::contribution::{employee, medical_flexible};
use kernel::{Fen, Insurance};
use serde::Serialize;

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

pub(super) fn employee(question: &Question, explain: Explain) -> Result<Outcome, Refusal> {
    let policy = policy_of(question.area("area")?)?;
    let month = question.month("month")?;
    let facts = employee::Facts { rating: rating(question)?, ..employee::Facts::new(month, question.amount("wage")?) };
    let assessed = employee::assess_on(policy, facts, explain.working())
        .map_err(|error| Refusal::of_formula(error, policy, "month"))?;
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

pub(super) fn flexible(question: &Question, explain: Explain) -> Result<Outcome, Refusal> {
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
    let assessed = flexible::assess_on(policy, flexible::Facts::new(month, choice), explain.working())
        .map_err(|error| Refusal::of_formula(error, policy, "month"))?;
    let flexible::Assessment { base, total, account, pooled, .. } = assessed;
    Ok(Outcome::Flexible(FlexibleResult { base, total, account, pooled, explain: steps(explain, &assessed.steps) }))
}

pub(super) fn medical_flexible(question: &Question, explain: Explain) -> Result<Outcome, Refusal> {
    let policy = policy_of(question.area("area")?)?;
    let month = question.month("month")?;
    let cover = question.word("option", &["pooled_only", "with_account"])?;
    let facts = medical_flexible::Facts { month, cover };
    let assessed = medical_flexible::assess_on(policy, facts, explain.working())
        .map_err(|error| Refusal::of_formula(error, policy, "month"))?;
    let explain = steps(explain, &assessed.steps);
    Ok(Outcome::MedicalFlexible(MedicalFlexibleResult { base: assessed.base, total: assessed.total, explain }))
}
