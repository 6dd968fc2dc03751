//! `/calc`: one question, as a line of `zhijian calc`: what is owed, and why.

use super::input::RawBody;
use crate::app::Shared;
use crate::problem::Problem;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use policy::calc::{Expect, Explain, Options, answer, refusal};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const OPTIONS: Options = Options { explain: Explain::Steps, expect: Expect::Ignored };

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(calc))
}

/// One question with its answer: the inputs are the fields of `zhijian calc`, `calc` names the calculation.
#[utoipa::path(post, path = "/calc", operation_id = "calculate", tag = "public",
    request_body(content = serde_json::Value, content_type = "application/json",
        example = json!({ "calc": "contribution.flexible", "area": "130400", "month": "2025-07", "percent": "60" })),
    responses((status = 200, description = "`id` of the question, `ok`, `result` with its steps.",
        body = serde_json::Value)))]
async fn calc(RawBody(question): RawBody) -> Result<Response, Problem> {
    if let Some(refusal) = refusal(&question) {
        let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, refusal.code);
        let pointer = refusal.field.map(|field| format!("/{field}")).unwrap_or_default();
        return Err(problem.with_input(&pointer, &refusal.message));
    }
    let (text, _) = answer(&question, OPTIONS);
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}
