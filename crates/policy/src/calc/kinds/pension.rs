//! The account's year, the average index, the date of retirement, the pension.

use super::{Outcome, Steps, policy_of, steps};
use crate::account::interest::Method;
use crate::account::year;
use crate::calc::Explain;
use crate::calc::question::Question;
use crate::calc::refusal::Refusal;
use crate::pension::index::{self, MonthBase};
use crate::pension::{self, Age};
use crate::retirement::{self, Category};
use kernel::{AreaCode, Fen, Month, Rate, Scheme};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct YearResult {
    rate: Rate,
    interest_on_opening: Fen,
    interest_on_credits: Fen,
    closing: Fen,
    #[serde(skip_serializing_if = "Option::is_none")]
    provisional: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Steps,
}

#[derive(Debug, Serialize)]
pub(crate) struct IndexResult {
    index: String,
    months: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Steps,
}

#[derive(Debug, Serialize)]
pub(crate) struct RetirementResult {
    delay_months: i64,
    age: AgeText,
    retire_month: Month,
    first_payment_month: Month,
    minimum_months: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Steps,
}

#[derive(Debug, Serialize)]
struct AgeText {
    years: i64,
    months: i64,
}

#[derive(Debug, Serialize)]
pub(crate) struct PensionResult {
    divisor: String,
    basic: Fen,
    account: Fen,
    transitional: Fen,
    total: Fen,
    #[serde(skip_serializing_if = "Option::is_none")]
    provisional: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Steps,
}

/// Said only where it holds: the figure is to be settled again.
fn said(provisional: bool) -> Option<bool> {
    provisional.then_some(true)
}

pub(super) fn account_year(question: &Question, explain: Explain) -> Result<Outcome, Refusal> {
    // The interface has no area here: Hebei's rates until 2015 and the national ones since are those of Handan.
    let policy = policy_of(AreaCode::HANDAN)?;
    let year = question.year("year")?;
    let method: Method = question.word("method", &["annual", "monthly", "half_rate"])?;
    let credits: [Fen; 12] = question.amounts("credits", 12)?.try_into().map_err(|credits: Vec<Fen>| {
        let message = format!("credits holds {} amounts: put twelve, one a month", credits.len());
        Refusal::new("out_of_range", Some("credits"), message)
    })?;
    let rate = question.has("rate").then(|| question.decimal("rate", "a decimal, as in \"0.0712\"")).transpose()?;
    let facts =
        year::Facts { method: Some(method), rate, ..year::Facts::of(year, question.amount("opening")?, credits) };
    let mut working = explain.working();
    let assessed =
        year::assess_on(policy, facts, &mut working).map_err(|error| Refusal::of_formula(error, policy, "year"))?;
    let year::Assessment { rate, interest_on_opening, interest_on_credits, closing, provisional, .. } = assessed;
    let (provisional, explain) = (said(provisional), steps(explain, &working.into_steps()));
    Ok(Outcome::AccountYear(YearResult {
        rate,
        interest_on_opening,
        interest_on_credits,
        closing,
        provisional,
        explain,
    }))
}

pub(super) fn index(question: &Question, explain: Explain) -> Result<Outcome, Refusal> {
    let policy = policy_of(question.area("area")?)?;
    let example = "[{\"month\":\"2024-03\",\"base\":\"3920.55\"}]";
    let given = question.objects("bases", example, &["month", "base"], index::MONTHS_MAX)?;
    let base = |one: &'_ Question| Ok(MonthBase { month: one.month("month")?, base: one.amount("base")? });
    let bases = given.iter().map(base).collect::<Result<Vec<_>, Refusal>>()?;
    let assessed = index::assess_on(policy, &bases, None, explain.working())
        .map_err(|error| Refusal::of_formula(error, policy, "month"))?;
    let index::Assessment { index, months, .. } = assessed;
    Ok(Outcome::Index(IndexResult { index: index.to_string(), months, explain: steps(explain, &assessed.steps) }))
}

pub(super) fn retirement(question: &Question, explain: Explain) -> Result<Outcome, Refusal> {
    // National law, so that any area's set holds it.
    let policy = policy_of(AreaCode::HANDAN)?;
    let category: Category = question.word("category", &["M60", "F55", "F50"])?;
    let birth = question.month_or_day("birth")?;
    let assessed = retirement::assess_on(policy, category, birth, explain.working())
        .map_err(|error| Refusal::of_formula(error, policy, "birth"))?;
    let age = AgeText { years: assessed.age_months / 12, months: assessed.age_months % 12 };
    Ok(Outcome::Retirement(RetirementResult {
        delay_months: assessed.delay_months,
        age,
        retire_month: assessed.retires,
        first_payment_month: assessed.first_payment,
        minimum_months: assessed.minimum_months,
        explain: steps(explain, &assessed.steps),
    }))
}

pub(super) fn pension(question: &Question, explain: Explain) -> Result<Outcome, Refusal> {
    let policy = policy_of(question.area("area")?)?;
    let optional_amount = |name| question.has(name).then(|| question.amount(name)).transpose();
    let facts = pension::Facts {
        scheme: Scheme::Enterprise,
        retires: question.month("retire_month")?,
        index: question.decimal("index", "a decimal, as in \"1.0500\"")?,
        months: question.whole("months", "a number of months, as in 360")?,
        deemed_months: question.whole("deemed_months", "a number of months, as in 96")?,
        deemed_index: Some(question.decimal("deemed_index", "a decimal, as in \"1.0500\"")?),
        balance: question.amount("balance")?,
        age: age(question)?,
        calc_base: optional_amount("calc_base")?,
        divisor: question.has("divisor").then(|| question.word("divisor", &["whole", "interpolated"])).transpose()?,
    };
    let assessed = pension::assess_on(policy, facts, explain.working())
        .map_err(|error| Refusal::of_formula(error, policy, "retire_month"))?;
    let pension::Assessment { divisor, basic, account, transitional, total, provisional, .. } = assessed;
    let (divisor, provisional) = (divisor.to_string(), said(provisional));
    let explain = steps(explain, &assessed.steps);
    Ok(Outcome::Pension(PensionResult { divisor, basic, account, transitional, total, provisional, explain }))
}

fn age(question: &Question) -> Result<Age, Refusal> {
    let example = "{\"years\":60,\"months\":1}";
    let age = question.object("age", example, &["years", "months"])?;
    let (years, months) = (age.whole("years", "as in 60")?, age.whole("months", "from 0 to 11")?);
    let wrong =
        |_| Refusal::new("out_of_range", Some("age"), format!("age must be years with 0 to 11 months: put {example}"));
    Age::new(years, months).map_err(wrong)
}
