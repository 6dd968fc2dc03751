//! `/counter/employers`: a clerk finds an employer, looks at its file, and gives whoever came with its licence a code for the first
//! agent.

use super::only;
use super::person::CodePage;
use crate::app::Shared;
use crate::channels::citizen::Fields;
use crate::page::{Page, html};
use crate::problem::Problem;
use crate::session::StaffIn;
use account::IssueEmployerCode;
use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use control::{Action, Purpose, Subject};
use kernel::{EmployerId, Month};
use policy::debt::Debt;
use registry::Employer;

/// As many as a page bears.
const SHOWN: u64 = 50;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/counter/employers", get(search))
        .route("/counter/employer/{id}", get(employer))
        .route("/counter/employer/{id}/code", post(code))
}

#[derive(Template)]
#[template(path = "counter/employers.html")]
struct SearchPage {
    page: Page,
    text: String,
    found: Option<Vec<Employer>>,
}

async fn search(
    State(app): State<Shared>,
    page: Page,
    staff: StaffIn,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    only(&staff, &[Action::SearchRegistry])?;
    let text = fields.text("text").to_owned();
    let found = match text.is_empty() {
        true => None,
        false => Some(registry::find_employers(&app.desk().view(), &text, SHOWN).await?),
    };
    Ok(html(&SearchPage { page, text, found })?.into_response())
}

#[derive(Template)]
#[template(path = "counter/employer.html")]
struct EmployerPage {
    page: Page,
    employer: Employer,
    insured: usize,
    agents: Vec<account::Agent>,
    arrears: Vec<Debt>,
    may_issue: bool,
}

fn id_of(text: &str) -> Result<EmployerId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

async fn employer(
    State(app): State<Shared>,
    page: Page,
    staff: StaffIn,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let view = app.desk().look_at_employer(&staff.actor, Purpose::Counter, id).await?;
    let this = Month::of(view.today()).map_err(|error| Problem::internal(&error))?;
    let shown = EmployerPage {
        page,
        employer: registry::employer(&view, id).await?.ok_or_else(Problem::not_found)?,
        insured: registry::insured_at(&view, id, this).await?.len(),
        agents: account::agents(&view, id).await?,
        arrears: contribution::arrears::owed_by(&view, id, view.today()).await?,
        may_issue: control::allowed(&staff.actor, Action::IssueCounterCode, Subject::Employer(id)),
    };
    Ok(html(&shown)?.into_response())
}

/// The code is shown once, on the answer itself.
async fn code(
    State(app): State<Shared>,
    page: Page,
    staff: StaffIn,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let code = app.desk().perform(&staff.actor, IssueEmployerCode { employer: id_of(&id)? }).await?;
    Ok(html(&CodePage { page, code: code.0 })?.into_response())
}
