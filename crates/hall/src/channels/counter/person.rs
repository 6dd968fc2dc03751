//! Searching a person, looking at a file for a purpose, and a one-time code for whoever has shown an identity card.

use super::only;
use crate::app::Shared;
use crate::channels::citizen::Fields;
use crate::page::{Mistakes, Page, html};
use crate::problem::Problem;
use crate::session::StaffIn;
use account::IssueCounterCode;
use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use contribution::{Bill, History, Refundable};
use control::{Action, Declined, Fault, Purpose};
use kernel::PersonId;
use registry::{Found, Payer, Person, Relation, Search};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/counter/search", get(ask).post(search))
        .route("/counter/person/{id}", get(person))
        .route("/counter/person/{id}/code", post(code))
}

#[derive(Template)]
#[template(path = "counter/search.html")]
struct SearchPage {
    page: Page,
    found: Option<Vec<Found>>,
    mistakes: Mistakes,
}

async fn ask(page: Page, staff: StaffIn) -> Result<Response, Problem> {
    only(&staff, &[Action::SearchRegistry])?;
    Ok(html(&SearchPage { page, found: None, mistakes: Mistakes::default() })?.into_response())
}

/// A form that is sent, so that what is searched for stands in no address.
async fn search(
    State(app): State<Shared>,
    page: Page,
    staff: StaffIn,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let text = fields.text("text").to_owned();
    let mut mistakes = Mistakes::default();
    let (status, found) = match app.desk().perform(&staff.actor, Search { text }).await {
        Ok(found) => (StatusCode::OK, Some(found)),
        Err(Declined::Refused(error)) if error.database().is_none() => {
            mistakes.add("text", page.t("counter-search-short"));
            (StatusCode::UNPROCESSABLE_ENTITY, None)
        }
        Err(declined) => return Err(declined.into()),
    };
    Ok((status, html(&SearchPage { page, found, mistakes })?).into_response())
}

/// The purposes that a member of staff may name.
const PURPOSES: [Purpose; 3] = [Purpose::Counter, Purpose::WorkItem, Purpose::Review];

#[derive(Template)]
#[template(path = "counter/person.html")]
struct PersonPage {
    page: Page,
    id: PersonId,
    file: Option<File>,
    may_issue: bool,
}

impl PersonPage {
    /// The key of the word for who pays.
    fn payer(&self, relation: &Relation) -> &'static str {
        match relation.payer {
            Payer::Oneself => "paid-by-oneself",
            Payer::Employer(_) => "paid-by-employer",
        }
    }
}

/// What a clerk sees of a file.
struct File {
    person: Person,
    relations: Vec<Relation>,
    history: History,
    bills: Vec<Bill>,
    owed_back: Vec<Refundable>,
}

/// Without a purpose the page only asks for one.
async fn person(
    State(app): State<Shared>,
    page: Page,
    staff: StaffIn,
    Path(id): Path<String>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let id: PersonId = id.parse().map_err(|_| Problem::not_found())?;
    only(&staff, &[Action::LookAtFile])?;
    let purpose = fields.text("purpose").parse().ok().filter(|purpose| PURPOSES.contains(purpose));
    let file = match purpose {
        Some(purpose) => Some(file(&app, &staff, purpose, id).await?),
        None => None,
    };
    let may_issue = control::allowed(&staff.actor, Action::IssueCounterCode, control::Subject::Person(id));
    Ok(html(&PersonPage { page, id, file, may_issue })?.into_response())
}

async fn file(app: &Shared, staff: &StaffIn, purpose: Purpose, id: PersonId) -> Result<File, Problem> {
    let view = app.desk().look(&staff.actor, purpose, id).await?;
    Ok(File {
        person: registry::person(&view, id).await?.ok_or_else(Problem::not_found)?,
        relations: registry::relations(&view, id).await?,
        history: contribution::history(&view, id).await?,
        bills: contribution::bills(&view, id, 20).await?,
        owed_back: contribution::refundables(&view, id).await?,
    })
}

#[derive(Template)]
#[template(path = "counter/code.html")]
pub(super) struct CodePage {
    pub(super) page: Page,
    pub(super) code: String,
}

/// The code is shown once, on the answer itself: it is stored nowhere that a second page could read it from.
async fn code(
    State(app): State<Shared>,
    page: Page,
    staff: StaffIn,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let person: PersonId = id.parse().map_err(|_| Problem::not_found())?;
    let code = app.desk().perform(&staff.actor, IssueCounterCode { person }).await?;
    Ok(html(&CodePage { page, code: code.0 })?.into_response())
}
