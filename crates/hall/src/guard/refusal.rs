//! Renders every refusal: a page in the visitor's language, or problem details for a program. A panic, a time-out and
//! what the router itself refuses become problems too, so that no visitor meets a bare line of text.

use super::SECONDS_MAX;
use crate::app::Shared;
use crate::page::{Page, Visit, Who, html};
use crate::problem::{Problem, Words};
use askama::Template;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

pub(super) async fn render(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let visit = request.extensions().get::<Arc<Visit>>().cloned().unwrap_or_default();
    let answered = AssertUnwindSafe(next.run(request)).catch_unwind();
    let response = match tokio::time::timeout(Duration::from_secs(SECONDS_MAX), answered).await {
        Ok(Ok(response)) => response,
        // The panic itself has already been written to the log by the hook of the program.
        Ok(Err(_)) => Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal").into_response(),
        Err(_) => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too_slow").into_response(),
    };
    match refused(&response) {
        Some(problem) => shown(app, visit, &problem, response),
        None => response,
    }
}

/// The problem that a response stands for: a handler's own, or a bare refusal of the router or an extractor.
fn refused(response: &Response) -> Option<Problem> {
    if let Some(problem) = response.extensions().get::<Problem>() {
        return Some(problem.clone());
    }
    let bare =
        response.headers().get(header::CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let status = response.status();
    if !bare || !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    Some(match status {
        StatusCode::NOT_FOUND => Problem::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(status, "method_not_allowed"),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(status, "too_large"),
        status if status.is_server_error() => Problem::new(status, "internal"),
        status => Problem::new(status, "unreadable"),
    })
}

fn shown(app: Shared, visit: Arc<Visit>, problem: &Problem, bare: Response) -> Response {
    if let Some(chain) = problem.chain() {
        tracing::error!(case = visit.number, chain, "an internal error");
    }
    let words = problem.words(&app.texts, visit.lang);
    let mut response = if visit.wants_json() {
        let details = problem.details(&app.config.public_url, &words, &visit.number);
        let mut response = (problem.status, Json(details)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    } else {
        let case = problem.status.is_server_error().then(|| visit.number.clone());
        let page = Page::new(app, visit, Who::Unasked);
        match html(&ProblemPage { page, words, case }) {
            Ok(page) => (problem.status, page).into_response(),
            Err(problem) => problem.status.into_response(),
        }
    };
    // What the refusing side set (Allow, Retry-After, a cookie) stays.
    for (name, value) in bare.headers() {
        if !matches!(*name, header::CONTENT_TYPE | header::CONTENT_LENGTH) {
            response.headers_mut().append(name, value.clone());
        }
    }
    response
}

#[derive(Template)]
#[template(path = "problems/problem.html")]
struct ProblemPage {
    page: Page,
    words: Words,
    case: Option<String>,
}
