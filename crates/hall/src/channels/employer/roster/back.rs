//! Somebody comes back (续保): insured again for what they were insured for last.

use super::super::Agent;
use super::list;
use super::one::{TakenPage, key_of};
use crate::app::Shared;
use crate::channels::citizen::{Fields, new_key};
use crate::page::{Mistakes, Page, html};
use crate::problem::Problem;
use crate::typed;
use askama::Template;
use axum::Router;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use control::{Action, Declined, FaultKind};
use office::roster::{ResumeStaff, RosterError};
use registry::roster::{Returner, RowError};

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/employer/staff/return", get(ask).post(take_back))
}

#[derive(Template)]
#[template(path = "employer/return.html")]
struct ReturnPage {
    page: Page,
    key: String,
    fields: Fields,
    mistakes: Mistakes,
}

async fn ask(page: Page, agent: Agent) -> Result<Response, Problem> {
    agent.only(Action::EnrolStaff)?;
    let (key, fields) = (new_key()?, Fields::default());
    Ok(html(&ReturnPage { page, key, fields, mistakes: Mistakes::default() })?.into_response())
}

async fn take_back(
    State(app): State<Shared>,
    page: Page,
    agent: Agent,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let key = key_of(&fields)?;
    let mut form = ReturnPage { page, key: new_key()?, fields, mistakes: Mistakes::default() };
    let (from, wage) = (typed::date(form.fields.text("from")), typed::yuan(form.fields.text("wage")));
    let (name, id_number) = (form.fields.text("name").to_owned(), form.fields.text("id_number").to_owned());
    for (field, is_wrong, words) in [
        ("name", name.is_empty(), list::refused(&form.page, &RowError::NameEmpty)),
        ("id_number", typed::id_number(&id_number).is_none(), form.page.t("mistake-id-number").into_owned()),
        ("from", from.is_none(), form.page.t("cell-day").into_owned()),
        ("wage", wage.is_none(), form.page.t("cell-amount").into_owned()),
    ] {
        if is_wrong {
            form.mistakes.add(field, words);
        }
    }
    if let (Some(from), Some(wage), true) = (from, wage, form.mistakes.is_empty()) {
        let returner = Returner { id_number, name: name.clone(), from, wage };
        match app.desk().perform(agent.actor(), ResumeStaff { key, employer: agent.employer, returner }).await {
            Ok(taken) => return Ok(html(&TakenPage { page: form.page, name, taken })?.into_response()),
            Err(Declined::Refused(RosterError::Row(error))) => {
                let known = ["name", "id_number", "from", "wage"].into_iter();
                let field = if let FaultKind::Invalid(field) = error.kind() { field } else { "id_number" };
                let field = known.into_iter().find(|it| *it == field).unwrap_or("id_number");
                form.mistakes.add(field, list::refused(&form.page, &error));
            }
            Err(declined) => return Err(declined.into()),
        }
    }
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&form)?).into_response())
}
