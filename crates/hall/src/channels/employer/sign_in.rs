//! `/employer/sign-in`: an agent's login name and password, and a passkey where the agent has one. A wrong login and a wrong
//! password are answered alike. The ceremony of a passkey is the one thing in the hall that needs a script.

use crate::app::{App, Shared};
use crate::channels::citizen::{Address, Fields, begin_session, see_other};
use crate::page::{Mistakes, Page, html};
use crate::problem::Problem;
use crate::session::next_after;
use account::passkey::{Asserted, Challenge, RelyingParty};
use account::{AgentSignedIn, Caller, SignInError};
use askama::Template;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use control::{Channel, Declined};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/employer/sign-in", get(ask).post(sign_in))
        .route("/employer/sign-in/passkey", post(second_factor))
}

#[derive(Template)]
#[template(path = "employer/sign_in.html")]
struct SignInPage {
    page: Page,
    login: String,
    next: String,
    mistakes: Mistakes,
}

#[derive(Template)]
#[template(path = "employer/passkey.html")]
struct PasskeyPage {
    page: Page,
    next: String,
    challenge: Challenge,
}

/// The hall as browsers know it when they speak of passkeys: the host of its public address.
pub(crate) fn party(app: &App) -> RelyingParty {
    // A browser knows no passkeys of a house whose name is a number; a hall on this machine has another name as well.
    let origin = app.config.public_url.replacen("://127.0.0.1", "://localhost", 1);
    let host = origin.parse::<Uri>().ok().and_then(|uri| uri.host().map(str::to_owned));
    RelyingParty { id: host.unwrap_or_default(), origin, name: app.config.city.zh.clone() }
}

async fn ask(page: Page, Query(fields): Query<Fields>) -> Result<Response, Problem> {
    let (next, mistakes) = (fields.text("next").to_owned(), Mistakes::default());
    Ok(html(&SignInPage { page, login: String::new(), next, mistakes })?.into_response())
}

async fn sign_in(
    State(app): State<Shared>,
    page: Page,
    Address(address): Address,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let (login, next) = (fields.text("login").to_owned(), fields.text("next").to_owned());
    let caller = Caller { channel: Channel::Web, address };
    let party = party(&app);
    match account::agent_sign_in(app.desk(), &caller, &party, &login, fields.text("password")).await {
        Ok(AgentSignedIn::Session(begun)) => Ok(begin_session(&app, &begun, next_after(&next, "/employer"))),
        Ok(AgentSignedIn::SecondFactor(challenge)) => Ok(html(&PasskeyPage { page, next, challenge })?.into_response()),
        Err(Declined::Refused(error)) => refused(page, login, next, error),
        Err(declined) => Err(declined.into()),
    }
}

fn refused(page: Page, login: String, next: String, error: SignInError) -> Result<Response, Problem> {
    let (status, text) = match error {
        SignInError::Wrong => (StatusCode::UNPROCESSABLE_ENTITY, page.t("mistake-agent-sign-in").into_owned()),
        SignInError::TooMany { wait_seconds } => {
            let minutes = (wait_seconds / 60 + 1).to_string();
            (StatusCode::TOO_MANY_REQUESTS, page.w("mistake-too-many", &[("count", &minutes)]).into_owned())
        }
        SignInError::Database(error) => return Err(error.into()),
    };
    let mut mistakes = Mistakes::default();
    mistakes.add("password", text);
    Ok((status, html(&SignInPage { page, login, next, mistakes })?).into_response())
}

/// The browser's answer to the challenge, as the script put it into the form.
async fn second_factor(
    State(app): State<Shared>,
    page: Page,
    Address(address): Address,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let text = |name: &str| fields.text(name).to_owned();
    let Ok(ceremony) = fields.text("ceremony").parse() else { return Ok(see_other("/employer/sign-in", [])) };
    let asserted = Asserted {
        ceremony,
        credential_id: text("credential_id"),
        client_data_json: text("client_data_json"),
        authenticator_data: text("authenticator_data"),
        signature: text("signature"),
    };
    let caller = Caller { channel: Channel::Web, address };
    match account::passkey::finish_assertion(app.desk(), &caller, &party(&app), &asserted).await {
        Ok(begun) => Ok(begin_session(&app, &begun, next_after(fields.text("next"), "/employer"))),
        Err(Declined::Refused(_)) => {
            let mut mistakes = Mistakes::default();
            mistakes.add("password", page.t("mistake-passkey"));
            let form = SignInPage { page, login: String::new(), next: text("next"), mistakes };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&form)?).into_response())
        }
        Err(declined) => Err(declined.into()),
    }
}
