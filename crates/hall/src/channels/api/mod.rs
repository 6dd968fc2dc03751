//! `/api/v1`: the verbs of the pages for programs. Refuses cookies (a token in the `Authorization` header is the only way
//! in, so that no other site can act in a visitor's name), unknown fields, and bodies that are not JSON. Every refusal is a
//! problem (RFC 9457); somebody else's thing is answered like one that does not exist.

mod bearer;
mod bills;
mod calc;
mod contributions;
mod demands;
mod document;
mod employer;
mod flexible;
mod input;
mod parameters;
mod person;
mod records;
mod schema;
mod session;

use crate::app::Shared;
use axum::Router;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// Every route of the interface, each with its description.
fn described() -> OpenApiRouter<Shared> {
    let version_one = OpenApiRouter::new()
        .merge(document::routes())
        .merge(parameters::routes())
        .merge(calc::routes())
        .merge(session::routes())
        .merge(person::routes())
        .merge(contributions::routes())
        .merge(bills::routes())
        .merge(records::routes())
        .merge(flexible::routes())
        .merge(employer::routes())
        .merge(demands::routes());
    OpenApiRouter::with_openapi(document::frame()).nest("/api/v1", version_one)
}

/// The routes.
pub fn routes() -> Router<Shared> {
    described().split_for_parts().0
}

/// The OpenAPI document of these routes.
pub fn document() -> OpenApi {
    document::finished(described().into_openapi())
}
