//! The ways by which people and programs come in. Each is thin: the same verbs stand behind all of them.

pub mod api;
pub mod citizen;
pub mod counter;
pub mod employer;
pub mod gateway;
pub mod public;

use crate::app::Shared;
use axum::Router;

/// Every route of every channel.
pub fn routes() -> Router<Shared> {
    Router::new()
        .merge(crate::statics::routes())
        .merge(public::routes())
        .merge(citizen::routes())
        .merge(counter::routes())
        .merge(employer::routes())
        .merge(gateway::routes())
        .merge(api::routes())
}
