//! The place of benefit and the money of a transfer.

use super::{Outcome, Steps, newest, policy_of, steps};
use crate::calc::Explain;
use crate::calc::question::Question;
use crate::calc::refusal::Refusal;
use crate::transfer::place::{Kind, Relation};
use crate::transfer::{amount, place};
use kernel::{AreaCode, Fen};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct PlaceResult {
    place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Steps,
}

#[derive(Debug, Serialize)]
pub(crate) struct AmountResult {
    unit_part: Fen,
    account: Fen,
    total: Fen,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Steps,
}

pub(super) fn place(question: &Question, explain: Explain) -> Result<Outcome, Refusal> {
    // The rule is national, so that any area's set holds it.
    let policy = policy_of(AreaCode::HANDAN)?;
    let example = "[{\"area\":\"BJ\",\"months\":120}]";
    let given = question.objects("relations", example, &["area", "months"], place::RELATIONS_MAX)?;
    let relation = |one: &'_ Question| {
        let months = one.whole("months", "a number of months, as in 120")?;
        Ok((named(one, "area")?, months))
    };
    let given = given.iter().map(relation).collect::<Result<Vec<_>, Refusal>>()?;
    let relations: Vec<Relation<'_>> =
        given.iter().map(|(area, months)| Relation { area, months: *months, kind: Kind::Ordinary }).collect();
    let household = named(question, "household")?;
    let facts =
        place::Facts { on: newest(&policy.transfer.place_months), household: &household, relations: &relations };
    let decided = place::decide_on(policy, facts, explain.working())
        .map_err(|error| Refusal::of_formula(error, policy, "relations"))?;
    Ok(Outcome::Place(PlaceResult { place: decided.place, explain: steps(explain, &decided.steps) }))
}

/// The name of a place: any text that is not empty.
fn named(question: &Question, name: &'static str) -> Result<String, Refusal> {
    let text = question.text(name, "the name or code of a place, as in \"HD\"")?;
    if text.trim().is_empty() {
        let message = format!("{name} is empty: put the name or code of a place, as in \"HD\"");
        return Err(Refusal::new("missing_field", Some(name), message));
    }
    Ok(text.to_owned())
}

pub(super) fn amount(question: &Question, explain: Explain) -> Result<Outcome, Refusal> {
    // The rule is national, so that any area's set holds it.
    let policy = policy_of(AreaCode::HANDAN)?;
    let yearly_bases = question.amounts("yearly_bases", amount::YEARS_MAX)?;
    let on = newest(&policy.transfer.unit_share);
    let facts = amount::Facts { on, yearly_bases: &yearly_bases, account: question.amount("account")? };
    let assessed = amount::assess_on(policy, facts, explain.working())
        .map_err(|error| Refusal::of_formula(error, policy, "yearly_bases"))?;
    let amount::Assessment { unit_part, account, total, .. } = assessed;
    Ok(Outcome::Amount(AmountResult { unit_part, account, total, explain: steps(explain, &assessed.steps) }))
}
