//! The OpenAPI document: made from the handlers themselves, with what holds for all of them added here.

use super::schema;
use crate::app::Shared;
use crate::problem::Problem;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::sync::OnceLock;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, ContactBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, ResponseBuilder,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const ABOUT: &str = "The same verbs as the pages of the hall, for programs.\n\n\
    Amounts are texts in yuan with two decimals, months are `YYYY-MM`, days `YYYY-MM-DD`, moments RFC 3339 in UTC. \
    Every refusal is a problem (RFC 9457, `application/problem+json`): act on its `code`, which never changes. \
    Unknown fields are refused. Somebody else's bill or record is answered like one that does not exist. \
    A cookie opens nothing here: sign in at `/api/v1/session` and send the token as `Authorization: Bearer`. \
    Issuing a bill asks for the header `Idempotency-Key`: the same key with the same inputs gets the same answer, with \
    other inputs it is refused.";

/// Where the document itself stands.
pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(openapi))
}

/// The frame: what the interface is, how one signs in, what all answers share.
pub(super) fn frame() -> OpenApi {
    let mut components = Components::new();
    components.schemas.extend(schema::components());
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("The token of a session."));
    components.add_security_scheme("bearer", SecurityScheme::Http(token.build()));
    let refused = RefOr::T(refused("Refused."));
    components.responses.insert("Problem".to_owned(), refused);
    let contact = ContactBuilder::new().name(Some("12333")).build();
    let info = InfoBuilder::new().title("Zhijian 至简").version("1").description(Some(ABOUT)).contact(Some(contact));
    OpenApiBuilder::new().info(info).components(Some(components)).build()
}

fn refused(description: &str) -> utoipa::openapi::Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(description).content("application/problem+json", content).build()
}

/// What every operation may answer beside its own, so that no handler repeats it.
pub(super) fn finished(mut document: OpenApi) -> OpenApi {
    for item in document.paths.paths.values_mut() {
        for (_, operation) in operations(item) {
            let responses = &mut operation.responses.responses;
            responses.insert("default".to_owned(), Ref::from_response_name("Problem").into());
            if operation.security.as_ref().is_some_and(|schemes| !schemes.is_empty()) {
                responses.insert("401".to_owned(), RefOr::T(refused("No session stands behind the token.")));
            }
            if operation.request_body.is_some() {
                responses.insert("413".to_owned(), RefOr::T(refused("The body is larger than 64 KiB.")));
                responses.insert("415".to_owned(), RefOr::T(refused("The body is not `application/json`.")));
                responses.insert("422".to_owned(), RefOr::T(refused("A field is unknown, missing or out of range.")));
            }
        }
    }
    document
}

/// The operations of a path by their methods.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    let all = [("GET", get), ("PUT", put), ("POST", post), ("DELETE", delete), ("PATCH", patch)];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", operation_id = "getDocument", tag = "public",
    responses((status = 200, description = "OpenAPI 3.1.", body = serde_json::Value)))]
async fn openapi() -> Result<Response, Problem> {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = match TEXT.get() {
        Some(text) => text,
        None => {
            let text = super::document().to_json().map_err(|error| Problem::internal(&error))?;
            TEXT.get_or_init(|| text)
        }
    };
    Ok(([(header::CONTENT_TYPE, "application/json")], text.as_str()).into_response())
}
