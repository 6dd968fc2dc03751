//! Unemployment, work injury, funeral and survivors.

use super::{Outcome, Steps, newest, policy_of, steps};
use crate::benefit::{injury, survivor, unemployment};
use crate::calc::Explain;
use crate::calc::question::Question;
use crate::calc::refusal::Refusal;
use kernel::{AreaCode, Fen};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct UnemploymentResult {
    months: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Steps,
}

#[derive(Debug, Serialize)]
pub(crate) struct InjuryResult {
    own_wage_used: Fen,
    lump_sum: Fen,
    #[serde(skip_serializing_if = "Option::is_none")]
    monthly_allowance: Option<Fen>,
    missing: &'static [injury::Missing],
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Steps,
}

#[derive(Debug, Serialize)]
pub(crate) struct SurvivorResult {
    funeral: Fen,
    months: i64,
    consolation: Fen,
    total: Fen,
    limit: survivor::ShortPayerLimit,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Steps,
}

pub(super) fn unemployment(question: &Question, explain: Explain) -> Result<Outcome, Refusal> {
    // The bands are national law, so that any area's set holds them.
    let policy = policy_of(AreaCode::HANDAN)?;
    let facts = unemployment::Facts {
        on: newest(&policy.unemployment.benefit_months),
        paid_months: question.whole("paid_months", "a number of months, as in 60")?,
        carried_months: question.whole("carried_months", "a number of months, as in 0")?,
    };
    let assessed = unemployment::duration_on(policy, facts, explain.working())
        .map_err(|error| Refusal::of_formula(error, policy, "paid_months"))?;
    let explain = steps(explain, &assessed.steps);
    Ok(Outcome::Unemployment(UnemploymentResult { months: assessed.months, explain }))
}

pub(super) fn injury(question: &Question, explain: Explain) -> Result<Outcome, Refusal> {
    let policy = policy_of(question.area("area")?)?;
    let facts = injury::Facts {
        month: question.month("month")?,
        grade: question.whole("grade", "the grade, as in 6")?,
        own_wage: question.amount("own_wage")?,
    };
    let assessed = injury::assess_on(policy, facts, explain.working())
        .map_err(|error| Refusal::of_formula(error, policy, "month"))?;
    Ok(Outcome::Injury(InjuryResult {
        own_wage_used: assessed.own_wage_used,
        lump_sum: assessed.lump_sum,
        monthly_allowance: assessed.monthly_allowance.map(|allowance| allowance.amount),
        missing: assessed.missing,
        explain: steps(explain, &assessed.steps),
    }))
}

pub(super) fn survivor(question: &Question, explain: Explain) -> Result<Outcome, Refusal> {
    let policy = policy_of(question.area("area")?)?;
    let facts = survivor::Facts {
        death_month: question.month("death_month")?,
        paid_months: question.whole("paid_months", "a number of months, as in 240")?,
        drawn_months: question.whole_or_null("drawn_months", "months of pension drawn, or null while in service")?,
        own_contributions: None,
    };
    let assessed = survivor::assess_on(policy, facts, explain.working())
        .map_err(|error| Refusal::of_formula(error, policy, "death_month"))?;
    let survivor::Assessment { funeral, months, consolation, total, limit, .. } = assessed;
    let explain = steps(explain, &assessed.steps);
    Ok(Outcome::Survivor(SurvivorResult { funeral, months, consolation, total, limit, explain }))
}
