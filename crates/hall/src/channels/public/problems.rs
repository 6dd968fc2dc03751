//! `/problems/{code}`: what a refusal means and what to do. The address is the `type` of the problem (RFC 9457).

use crate::app::Shared;
use crate::page::{Page, html};
use crate::problem::{Problem, Words};
use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/problems/{code}", get(problem))
}

#[derive(Template)]
#[template(path = "problems/explained.html")]
struct Explained {
    page: Page,
    code: String,
    words: Words,
}

async fn problem(page: Page, Path(code): Path<String>) -> Result<Response, Problem> {
    let (status, words) = match page.problem_words(&code) {
        Some(words) => (StatusCode::OK, words),
        None => (StatusCode::NOT_FOUND, page.problem_words("general").ok_or_else(Problem::not_found)?),
    };
    Ok((status, html(&Explained { page, code, words })?).into_response())
}
