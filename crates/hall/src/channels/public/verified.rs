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
use record::{Kind, PublicBody, PublicFacts, VerifyCode};

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/verify/{code}", get(verified))
}

#[derive(Template)]
#[template(path = "verify/verified.html")]
struct VerifiedPage {
    page: Page,
    facts: Option<PublicFacts>,
}

impl VerifiedPage {
    fn is_employers(&self) -> bool {
        let kind = self.facts.as_ref().map(|facts| facts.kind);
        matches!(kind, Some(Kind::Demand | Kind::EmployerVoucher))
    }

    /// The key of the word for whose paper it is.
    fn whose(&self) -> &'static str {
        if self.is_employers() { "verified-employer" } else { "insured-person" }
    }

    /// The key of the word for the number by which that one is known.
    fn known_by(&self) -> &'static str {
        if self.is_employers() { "credit-code" } else { "document" }
    }
}

async fn verified(State(app): State<Shared>, page: Page, Path(code): Path<String>) -> Result<Response, Problem> {
    let facts = match code.parse::<VerifyCode>() {
        Ok(code) => record::verified(&app.desk().view(), code).await?,
        Err(_) => None,
    };
    let status = if facts.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    Ok((status, html(&VerifiedPage { page, facts })?).into_response())
}
