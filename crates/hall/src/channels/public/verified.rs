//! `/verify/{code}`: the masked facts behind the verification code of a paper, for whoever holds the paper.

use crate::app::Shared;
use crate::page::{Page, html};
use crate::problem::Problem;
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use record::{PublicBody, PublicFacts, VerifyCode};

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/verify/{code}", get(verified))
}

#[derive(Template)]
#[template(path = "verify/verified.html")]
struct VerifiedPage {
    page: Page,
    facts: Option<PublicFacts>,
}

async fn verified(State(app): State<Shared>, page: Page, Path(code): Path<String>) -> Result<Response, Problem> {
    let facts = match code.parse::<VerifyCode>() {
        Ok(code) => record::verified(&app.desk().view(), code).await?,
        Err(_) => None,
    };
    let status = if facts.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    Ok((status, html(&VerifiedPage { page, facts })?).into_response())
}
