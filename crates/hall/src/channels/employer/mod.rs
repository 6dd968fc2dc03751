//! What an employer does at its own desk: its people, what it declares, what it owes and pays.
//!
//! Every page asks the desk for the employer's file ([`Agent::file`]), which checks the right and leaves a line. Refused:
//! another employer's person, note or file, which looks like one that does not exist; the attempt is written down.

mod agent;
mod agents;
mod back_pay;
mod change;
mod declare;
mod demands;
mod home;
mod inspection;
mod lines;
mod papers;
mod records;
mod register;
mod roster;
mod sign_in;
mod wage_list;

use crate::app::Shared;
use axum::Router;

pub(crate) use agent::Agent;
pub(crate) use roster::{LIST_BYTES_MAX, self_kept};
pub(crate) use sign_in::party;

/// The pages of an employer.
pub fn routes() -> Router<Shared> {
    Router::new()
        .merge(sign_in::routes())
        .merge(papers::routes())
        .merge(home::routes())
        .merge(agents::routes())
        .merge(roster::routes())
        .merge(declare::routes())
        .merge(wage_list::routes())
        .merge(demands::routes())
        .merge(lines::routes())
        .merge(register::routes())
        .merge(change::routes())
        .merge(inspection::routes())
        .merge(back_pay::routes())
        .merge(records::routes())
}
