//! `/verify`: asks for the verification code that stands on a paper. The paper's own page is `/verify/{code}`.

use crate::app::Shared;
use crate::page::{Mistakes, Page, html};
use crate::problem::Problem;
use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

/// As many letters as a code has.
const CODE_LETTERS: usize = 16;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/verify", get(ask))
}

#[derive(Template)]
#[template(path = "verify/ask.html")]
struct AskPage {
    page: Page,
    code: String,
    mistakes: Mistakes,
}

#[derive(Deserialize)]
struct Asked {
    code: Option<String>,
}

async fn ask(page: Page, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let Some(typed) = asked.code else {
        return Ok(html(&AskPage { page, code: String::new(), mistakes: Mistakes::default() })?.into_response());
    };
    // Spaces and hyphens help the eye on paper and mean nothing.
    let code: String = typed.chars().filter(|letter| letter.is_ascii_alphanumeric()).collect();
    if code.len() == CODE_LETTERS {
        return Ok(Redirect::to(&format!("/verify/{}", code.to_ascii_uppercase())).into_response());
    }
    let mut mistakes = Mistakes::default();
    mistakes.add("code", page.t("verify-code-mistake"));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&AskPage { page, code: typed, mistakes })?).into_response())
}
