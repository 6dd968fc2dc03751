//! What an employer does at its own desk: its people, what it declares, what it owes and pays.
//!
//! Every page asks the desk for the employer's file ([`Agent::file`]), which checks the right and leaves a line. Refused:
//! another employer's person, note or file, which looks like one that does not exist; the attempt is written down.

mod agent;
mod agents;
mod declare;
mod demands;
mod home;
mod lines;
mod papers;
mod roster;
mod sign_in;

use crate::app::Shared;
use axum::Router;

pub(crate) use agent::Agent;
pub(crate) use roster::LIST_BYTES_MAX;

/// The pages of an employer.
pub fn routes() -> Router<Shared> {
    Router::new()
        .merge(sign_in::routes())
        .merge(papers::routes())
        .merge(home::routes())
        .merge(agents::routes())
        .merge(roster::routes())
        .merge(declare::routes())
        .merge(demands::routes())
        .merge(lines::routes())
}
