//! `/privacy` and `/accessibility`: what the hall does with data, and for whom it works.

use crate::app::Shared;
use crate::page::{Page, html};
use crate::problem::Problem;
use askama::Template;
use axum::Router;
use axum::response::Html;
use axum::routing::get;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/privacy", get(privacy)).route("/accessibility", get(accessibility))
}

/// A page of headed paragraphs: `{name}-title`, then for each section `{name}-{section}-title` and `-text`.
#[derive(Template)]
#[template(path = "papers/paper.html")]
struct Paper {
    page: Page,
    name: &'static str,
    sections: &'static [&'static str],
}

async fn privacy(page: Page) -> Result<Html<String>, Problem> {
    html(&Paper { page, name: "privacy", sections: &["what", "why", "who", "cookies", "rights"] })
}

async fn accessibility(page: Page) -> Result<Html<String>, Problem> {
    html(&Paper { page, name: "accessibility", sections: &["what", "senior", "ways", "limits", "tell"] })
}
