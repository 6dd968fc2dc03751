//! `/me/flexible`: registering, resuming and suspending oneself as a flexible worker. What is checked stands on the page
//! before anything is sent.

use super::{Fields, SignedIn, see_other};
use crate::app::Shared;
use crate::page::{Mistakes, Page, html};
use crate::problem::Problem;
use crate::typed;
use askama::Template;
use axum::Router;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use control::{Declined, View};
use kernel::{Insurance, Month, PersonId};
use registry::flexible::{FlexibleError, Register, Resume, Suspend};
use registry::{Payer, Relation};

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/me/flexible", get(ask).post(change))
}

kernel::words! {
    /// What somebody may do next.
    enum Next {
        /// Register for the first time.
        Register = "register",
        /// Take it up again.
        Resume = "resume",
        /// End it for the time being.
        Suspend = "suspend",
    }
}

#[derive(Template)]
#[template(path = "citizen/flexible.html")]
struct FlexiblePage {
    page: Page,
    next: Next,
    own: Vec<Relation>,
    month: String,
    mistakes: Mistakes,
}

async fn ask(page: Page, me: SignedIn) -> Result<Response, Problem> {
    let view = me.file().await?;
    let form = form(page, &view, me.person).await?;
    Ok(html(&form)?.into_response())
}

async fn form(page: Page, view: &View, person: PersonId) -> Result<FlexiblePage, Problem> {
    let is_own = |relation: &Relation| relation.insurance == Insurance::Pension && relation.payer == Payer::Oneself;
    let own: Vec<Relation> = registry::relations(view, person).await?.into_iter().filter(is_own).collect();
    let next = match own.iter().any(|relation| relation.until.is_none()) {
        true => Next::Suspend,
        false if own.is_empty() => Next::Register,
        false => Next::Resume,
    };
    let month = Month::of(view.today()).map(|month| month.to_string()).unwrap_or_default();
    Ok(FlexiblePage { page, next, own, month, mistakes: Mistakes::default() })
}

async fn change(
    State(app): State<Shared>,
    page: Page,
    me: SignedIn,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let view = me.file().await?;
    let mut form = form(page, &view, me.person).await?;
    form.month = fields.text("month").to_owned();
    let (Some(month), Ok(next)) = (typed::month(&form.month), fields.text("next").parse()) else {
        form.mistakes.add("month", form.page.t("mistake-month"));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&form)?).into_response());
    };
    match done(&app, &me, next, month).await {
        Ok(()) => Ok(see_other("/me/flexible", [])),
        Err(Declined::Refused(FlexibleError::Database(error))) => Err(error.into()),
        Err(Declined::Refused(error)) => {
            form.mistakes.add("month", reason(&form.page, &error));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&form)?).into_response())
        }
        Err(declined) => Err(declined.into()),
    }
}

async fn done(app: &Shared, me: &SignedIn, next: Next, month: Month) -> Result<(), Declined<FlexibleError>> {
    let (person, insurance) = (me.person, Insurance::Pension);
    let desk = app.desk();
    match next {
        Next::Register => desk.perform(me.actor(), Register { person, insurance, from: month }).await.map(|_| ()),
        Next::Resume => desk.perform(me.actor(), Resume { person, insurance, from: month }).await.map(|_| ()),
        Next::Suspend => desk.perform(me.actor(), Suspend { person, insurance, last: month }).await.map(|_| ()),
    }
}

/// Why it was refused, with the figures that decide.
fn reason(page: &Page, error: &FlexibleError) -> String {
    let code = control::Fault::code(error).replace('_', "-");
    let key = format!("flexible-refused-{code}");
    match error {
        FlexibleError::BadMonth { first, last } => {
            page.w(&key, &[("first", &page.month(first)), ("last", &page.month(last))]).into_owned()
        }
        FlexibleError::InsuredByEmployer { name, .. } => page.w(&key, &[("employer", name)]).into_owned(),
        FlexibleError::AlreadyRegistered(since) | FlexibleError::PastRetirementAge(since) => {
            page.w(&key, &[("month", &page.month(since))]).into_owned()
        }
        FlexibleError::NotFound
        | FlexibleError::NotOffered(_)
        | FlexibleError::Dead
        | FlexibleError::Retired
        | FlexibleError::Retirement(_)
        | FlexibleError::TooYoung
        | FlexibleError::DrawsUnemploymentBenefit
        | FlexibleError::ResumeInstead
        | FlexibleError::NeverRegistered
        | FlexibleError::AlreadySuspended
        | FlexibleError::Overlaps
        | FlexibleError::Database(_) => page.t(&key).into_owned(),
    }
}
