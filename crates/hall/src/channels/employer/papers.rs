//! `/employer/papers`: which papers each piece of business needs, before anybody begins: what must be handed in, what only
//! on change, what the employer keeps itself, and what the reform dropped. Everybody may read it.

use crate::app::Shared;
use crate::page::{Page, html};
use crate::problem::Problem;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use kernel::Date;
use policy::Citation;
use policy::requirement::{Business, Duty, Requirements, citation};

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/employer/papers", get(papers))
}

#[derive(Template)]
#[template(path = "employer/papers.html")]
struct PapersPage {
    page: Page,
    today: Date,
    tables: Vec<Table>,
}

/// The papers of one piece of business.
pub(super) struct Table {
    pub(super) business: Business,
    pub(super) requirements: Requirements,
    /// Where each row comes from, in the order of the rows.
    pub(super) sources: Vec<Option<&'static Citation>>,
}

impl Table {
    /// The papers of a piece of business today.
    ///
    /// # Errors
    /// An area without the table.
    pub(super) fn of(app: &Shared, business: Business, today: Date) -> Result<Table, Problem> {
        let requirements = registry::requirements(app.desk().area(), business, today);
        let requirements = requirements.map_err(|error| Problem::internal(&error))?;
        let sources = requirements.items.iter().map(|(requirement, _)| citation(requirement)).collect::<Result<_, _>>();
        Ok(Table { business, requirements, sources: sources.map_err(|error| Problem::internal(&error))? })
    }

    /// Each row with its source.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&'static str, Duty, Duty, Option<&'static Citation>)> {
        let rows = self.requirements.items.iter().zip(&self.sources);
        rows.map(|((requirement, now), source)| (requirement.paper.as_str(), *now, requirement.old, *source))
    }
}

async fn papers(State(app): State<Shared>, page: Page) -> Result<Html<String>, Problem> {
    let today = kernel::business_date(app.desk().now());
    let tables = Business::ALL.iter().map(|business| Table::of(&app, *business, today)).collect::<Result<_, _>>()?;
    html(&PapersPage { page, today, tables })
}
