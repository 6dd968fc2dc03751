//! What anybody may read: the start page, what each insurance is for, calculators, rules, explanations of refusals.

mod calculators;
mod debts;
mod health;
mod insurances;
mod papers;
mod problems;
mod rules;
mod start;
mod verified;
mod verify;

use crate::app::Shared;
use axum::Router;

/// The public pages.
pub fn routes() -> Router<Shared> {
    Router::new()
        .merge(start::routes())
        .merge(insurances::routes())
        .merge(calculators::routes())
        .merge(rules::routes())
        .merge(debts::routes())
        .merge(papers::routes())
        .merge(problems::routes())
        .merge(verify::routes())
        .merge(verified::routes())
        .merge(health::routes())
}
