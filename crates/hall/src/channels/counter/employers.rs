//! `/counter/employers`: a clerk finds an employer, looks at its file, gives whoever came with its licence a code for the first
//! agent, and moves somebody from it to another without a gap (调动). `/counter/arrears`: what is late in the city, oldest first.

use super::only;
use super::person::CodePage;
use crate::app::Shared;
use crate::channels::citizen::{Fields, new_key};
use crate::page::{Mistakes, Page, html};
use crate::problem::Problem;
use crate::session::StaffIn;
use crate::typed;
use account::IssueEmployerCode;
use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use contribution::arrears::Aged;
use control::{Action, Declined, IdempotencyKey, Purpose, Subject};
use kernel::{CreditCode, EmployerId, Month};
use office::roster::{MoveStaff, RosterError};
use policy::debt::Debt;
use registry::Employer;

/// As many as a page bears.
const SHOWN: u64 = 50;
/// The same of what is late.
const SHOWN_LATE: u64 = 100;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/counter/employers", get(search))
        .route("/counter/employer/{id}", get(employer))
        .route("/counter/employer/{id}/code", post(code))
        .route("/counter/employer/{id}/move", get(ask_move).post(move_staff))
        .route("/counter/arrears", get(arrears))
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
    may_move: bool,
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
        may_move: control::allowed(&staff.actor, Action::EnrolStaff, Subject::Employer(id)),
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

#[derive(Template)]
#[template(path = "counter/arrears.html")]
struct ArrearsPage {
    page: Page,
    late: Vec<(String, Aged)>,
}

async fn arrears(State(app): State<Shared>, page: Page, staff: StaffIn) -> Result<Response, Problem> {
    only(&staff, &[Action::LookAtEmployer])?;
    let view = app.desk().view();
    let aged = contribution::arrears::aged(&view, None, view.today(), SHOWN_LATE).await;
    let mut late = Vec::new();
    for debt in aged.map_err(|error| Problem::internal(&error))? {
        let known = registry::employer(&view, debt.employer).await?;
        late.push((known.map(|known| known.name).unwrap_or_default(), debt));
    }
    Ok(html(&ArrearsPage { page, late })?.into_response())
}

#[derive(Template)]
#[template(path = "counter/move.html")]
struct MovePage {
    page: Page,
    key: String,
    employer: Employer,
    fields: Fields,
    /// Who was moved.
    done: bool,
    mistakes: Mistakes,
}

impl MovePage {
    async fn of(app: &Shared, page: Page, staff: &StaffIn, id: &str, fields: Fields) -> Result<MovePage, Problem> {
        only(staff, &[Action::EnrolStaff])?;
        let id = id_of(id)?;
        let view = app.desk().look_at_employer(&staff.actor, Purpose::Counter, id).await?;
        let employer = registry::employer(&view, id).await?.ok_or_else(Problem::not_found)?;
        let (key, mistakes) = (new_key()?, Mistakes::default());
        Ok(MovePage { page, key, employer, fields, done: false, mistakes })
    }
}

async fn ask_move(
    State(app): State<Shared>,
    page: Page,
    staff: StaffIn,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Ok(html(&MovePage::of(&app, page, &staff, &id, Fields::default()).await?)?.into_response())
}

async fn move_staff(
    State(app): State<Shared>,
    page: Page,
    staff: StaffIn,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let mut form = MovePage::of(&app, page, &staff, &id, fields).await?;
    let view = app.desk().view();
    let person = registry::roster::staff_by_number(&view, form.employer.id, form.fields.text("id_number")).await?;
    let to = match CreditCode::parse(form.fields.text("credit_code")) {
        Ok(code) => registry::employer_by_code(&view, &code).await?,
        Err(_) => None,
    };
    let (on, wage) = (typed::date(form.fields.text("from")), typed::yuan(form.fields.text("wage")));
    for (field, is_wrong, key) in [
        ("id_number", person.is_none(), "problem-back-pay-not-staff-detail"),
        ("credit_code", to.is_none(), "problem-employer-not-found-detail"),
        ("from", on.is_none(), "cell-day"),
        ("wage", wage.is_none(), "cell-amount"),
    ] {
        if is_wrong {
            form.mistakes.add(field, form.page.t(key));
        }
    }
    if let (Some(person), Some(to), Some(on), Some(wage)) = (person, to, on, wage) {
        let key = IdempotencyKey::parse(form.fields.text("key"))
            .map_err(|_| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "no_key"))?;
        let act = MoveStaff { key, person, from: form.employer.id, to, on, wage };
        match app.desk().perform(&staff.actor, act).await {
            Ok(_) => {
                form.done = true;
                return Ok(html(&form)?.into_response());
            }
            Err(Declined::Refused(RosterError::Row(error))) => {
                let words = form.page.problem_words(&error.code().replace('_', "-"));
                form.mistakes.add("id_number", words.map(|words| words.detail).unwrap_or_default());
            }
            Err(declined) => return Err(declined.into()),
        }
    }
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&form)?).into_response())
}
