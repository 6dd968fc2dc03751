//! `/counter/sign-in` and `/counter`: the staff's door and what each finds behind it.

use crate::app::Shared;
use crate::channels::citizen::{Address, Fields, begin_session, see_other};
use crate::page::{Mistakes, Page, html};
use crate::problem::Problem;
use crate::session::StaffIn;
use account::{Caller, SignInError};
use askama::Template;
use axum::Router;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use control::{Action, Channel, Declined};

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/counter", get(home)).route("/counter/sign-in", get(ask).post(sign_in))
}

#[derive(Template)]
#[template(path = "counter/sign_in.html")]
struct SignInPage {
    page: Page,
    login: String,
    mistakes: Mistakes,
}

#[derive(Template)]
#[template(path = "counter/home.html")]
struct HomePage {
    page: Page,
    staff: StaffIn,
}

async fn home(page: Page, staff: Result<StaffIn, Problem>) -> Result<Response, Problem> {
    match staff {
        Ok(staff) => Ok(html(&HomePage { page, staff })?.into_response()),
        Err(_) => Ok(see_other("/counter/sign-in", [])),
    }
}

async fn ask(page: Page) -> Result<Response, Problem> {
    let form = SignInPage { page, login: String::new(), mistakes: Mistakes::default() };
    Ok(html(&form)?.into_response())
}

async fn sign_in(
    State(app): State<Shared>,
    page: Page,
    Address(address): Address,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let (login, password) = (fields.text("login").to_owned(), fields.text("password"));
    let caller = Caller { channel: Channel::Counter, address };
    let error = match account::staff_sign_in(app.desk(), &caller, &login, password).await {
        Ok(begun) => return Ok(begin_session(&app, &begun, "/counter")),
        Err(Declined::Refused(error)) => error,
        Err(declined) => return Err(declined.into()),
    };
    let (status, text) = match error {
        SignInError::Wrong => (StatusCode::UNPROCESSABLE_ENTITY, page.t("mistake-staff-sign-in").into_owned()),
        SignInError::TooMany { wait_seconds } => {
            let minutes = (wait_seconds / 60 + 1).to_string();
            (StatusCode::TOO_MANY_REQUESTS, page.w("mistake-too-many", &[("count", &minutes)]).into_owned())
        }
        SignInError::Database(error) => return Err(error.into()),
    };
    let mut mistakes = Mistakes::default();
    mistakes.add("password", text);
    Ok((status, html(&SignInPage { page, login, mistakes })?).into_response())
}
