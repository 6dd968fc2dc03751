//! Turns away forms that another site sends in a visitor's name (CSRF), and bodies that are too large to be a form.
//!
//! A browser says by itself where a request comes from (`Sec-Fetch-Site`, before that `Origin`); a program that says
//! neither carries no cookie of a visitor by accident, so it passes.

use super::FORM_BYTES_MAX;
use crate::app::Shared;
use crate::channels::employer::LIST_BYTES_MAX;
use crate::problem::Problem;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Where lists of people are sent, by people and by programs: larger than a form.
const LISTS: [&str; 3] = ["/employer/staff/list", "/employer/declare/list", "/api/v1/employer/staff"];

pub(super) async fn refuse(State(app): State<Shared>, request: Request, next: Next) -> Response {
    if !request.method().is_safe() && is_foreign(request.headers(), &app.config.public_url) {
        return Problem::new(StatusCode::FORBIDDEN, "foreign_form").into_response();
    }
    let (most, code) = match LISTS.iter().any(|list| request.uri().path().starts_with(list)) {
        true => (LIST_BYTES_MAX, "list_too_large"),
        false => (FORM_BYTES_MAX, "too_large"),
    };
    if is_larger(request.headers(), most) {
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, code).into_response();
    }
    next.run(request).await
}

fn is_foreign(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => !matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = authority(origin);
            // A gateway in front may put its own name into Host, so the public name counts too.
            host.is_none() || (host != text(header::HOST.as_str()).map(str::to_owned) && host != authority(public_url))
        }
        (None, None) => false,
    }
}

fn authority(url: &str) -> Option<String> {
    url.parse::<Uri>().ok()?.authority().map(ToString::to_string)
}

fn is_larger(headers: &HeaderMap, most: usize) -> bool {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.and_then(|length| length.parse::<usize>().ok()).is_some_and(|length| length > most)
}
