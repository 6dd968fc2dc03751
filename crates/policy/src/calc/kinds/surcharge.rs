//! The surcharge on late payment: 社会保险法 art. 86.

use super::{Outcome, Steps, policy_of, steps};
use crate::calc::Explain;
use crate::calc::question::Question;
use crate::calc::refusal::Refusal;
use crate::surcharge;
use kernel::{AreaCode, Fen};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct SurchargeResult {
    days: i64,
    amount: Fen,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Steps,
}

pub(super) fn surcharge(question: &Question, explain: Explain) -> Result<Outcome, Refusal> {
    // The rate is national law, so that any area's set holds it.
    let policy = policy_of(AreaCode::HANDAN)?;
    let principal = question.amount("principal")?;
    let facts = surcharge::Facts { principal, due: question.date("due")?, paid: question.date("paid")? };
    let assessed = surcharge::assess_on(policy, facts, explain.working())
        .map_err(|error| Refusal::of_formula(error, policy, "due"))?;
    let explain = steps(explain, &assessed.steps);
    Ok(Outcome::Surcharge(SurchargeResult { days: assessed.days, amount: assessed.amount, explain }))
}
