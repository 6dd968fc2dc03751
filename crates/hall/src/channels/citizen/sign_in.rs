//! `/sign-in` and `/sign-out`: identity number with a password, with a code by text message, or, without a phone, with
//! password and a code from the counter. A wrong number and a wrong password are answered alike.

use super::{Address, Draft, Fields, begin_session, see_other};
use crate::app::Shared;
use crate::channels::employer::Agent;
use crate::page::{Mistakes, Page, address, html};
use crate::problem::Problem;
use crate::session::{self, SignedIn, StaffIn};
use crate::typed;
use account::{Caller, CodeError, Proof, RequestSignInCode, SignInError, SignOut};
use askama::Template;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use control::{Actor, Channel, Declined};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/sign-in", get(ask).post(sign_in))
        .route("/sign-in/code", post(send_code))
        .route("/sign-out", post(sign_out))
}

kernel::words! {
    /// What is shown beside the identity number.
    enum By {
        /// The password.
        Password = "password",
        /// A code by text message.
        Sms = "sms",
        /// The password and a code from the counter.
        Counter = "counter",
    }
}

#[derive(Template)]
#[template(path = "citizen/sign_in.html")]
struct SignInPage {
    page: Page,
    by: By,
    sent: bool,
    id_number: String,
    next: String,
    mistakes: Mistakes,
}

impl SignInPage {
    fn of(page: Page, fields: &Fields, id_number: &str) -> SignInPage {
        SignInPage {
            page,
            by: fields.text("by").parse().unwrap_or(By::Password),
            sent: fields.has("sent"),
            id_number: id_number.to_owned(),
            next: fields.next().to_owned(),
            mistakes: Mistakes::default(),
        }
    }

    fn answered(self, status: StatusCode) -> Result<Response, Problem> {
        Ok((status, html(&self)?).into_response())
    }

    /// The tab of another way, with the page to go on to.
    fn tab(&self, by: &str) -> String {
        address("/sign-in", [("by", by), ("next", self.next.as_str())])
    }
}

async fn ask(
    State(app): State<Shared>,
    page: Page,
    headers: HeaderMap,
    me: Result<SignedIn, Response>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    if me.is_ok() {
        return Ok(see_other(fields.next(), []));
    }
    let draft = Draft::of(&app, &headers);
    SignInPage::of(page, &fields, draft.text("id_number")).answered(StatusCode::OK)
}

async fn sign_in(
    State(app): State<Shared>,
    page: Page,
    Address(address): Address,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let mut form = SignInPage::of(page, &fields, fields.text("id_number"));
    let Some(number) = typed::id_number(&form.id_number) else {
        form.mistakes.add("id_number", form.page.t("mistake-id-number"));
        return form.answered(StatusCode::UNPROCESSABLE_ENTITY);
    };
    let caller = Caller { channel: Channel::Web, address };
    match account::sign_in(app.desk(), &caller, &number, &proof(form.by, &fields)).await {
        Ok(begun) => Ok(begin_session(&app, &begun, &form.next)),
        Err(Declined::Refused(error)) => refused(form, error),
        Err(declined) => Err(declined.into()),
    }
}

fn proof(by: By, fields: &Fields) -> Proof {
    let (password, code) = (fields.text("password").to_owned(), typed::digits(fields.text("code")));
    match by {
        By::Password => Proof::Password(password),
        By::Sms => Proof::SmsCode(code),
        By::Counter => Proof::PasswordAndCounterCode { password, code },
    }
}

fn refused(mut form: SignInPage, error: SignInError) -> Result<Response, Problem> {
    match error {
        SignInError::Wrong => {
            let field = if form.by == By::Sms { "code" } else { "password" };
            form.mistakes.add(field, form.page.t("mistake-sign-in"));
            form.answered(StatusCode::UNPROCESSABLE_ENTITY)
        }
        SignInError::TooMany { wait_seconds } => {
            form.mistakes.add("id_number", too_many(&form.page, wait_seconds));
            form.answered(StatusCode::TOO_MANY_REQUESTS)
        }
        SignInError::Database(error) => Err(error.into()),
    }
}

/// How long to wait, in whole minutes.
pub(super) fn too_many(page: &Page, wait_seconds: i64) -> String {
    page.w("mistake-too-many", &[("count", &(wait_seconds / 60 + 1).to_string())]).into_owned()
}

async fn send_code(
    State(app): State<Shared>,
    page: Page,
    Address(caller): Address,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let mut form = SignInPage::of(page, &fields, fields.text("id_number"));
    let Some(id_number) = typed::id_number(&form.id_number) else {
        form.mistakes.add("id_number", form.page.t("mistake-id-number"));
        return form.answered(StatusCode::UNPROCESSABLE_ENTITY);
    };
    let asked = RequestSignInCode { id_number, address: caller };
    match app.desk().perform(&Actor::anonymous(Channel::Web), asked).await {
        Ok(()) => {
            let draft = Draft::default().with("id_number", form.id_number.as_str()).kept(&app)?;
            Ok(see_other(&address("/sign-in", [("by", "sms"), ("sent", "1"), ("next", &form.next)]), draft))
        }
        Err(Declined::Refused(CodeError::TooMany { wait_seconds })) => {
            form.mistakes.add("id_number", too_many(&form.page, wait_seconds));
            form.answered(StatusCode::TOO_MANY_REQUESTS)
        }
        Err(declined) => Err(declined.into()),
    }
}

async fn sign_out(
    State(app): State<Shared>,
    me: Result<SignedIn, Response>,
    staff: Result<StaffIn, Problem>,
    agent: Result<Agent, Response>,
) -> Result<Response, Problem> {
    let staff = staff.ok().map(|staff| staff.session);
    let session = me.ok().map(|me| me.session).or(staff).or(agent.ok().map(|agent| agent.session));
    if let Some(session) = session {
        let actor = session.actor.clone();
        app.desk().perform(&actor, SignOut { session }).await?;
    }
    let mut response = session::ended(see_other("/", []), app.config.cookies);
    if let Some(gone) = Draft::gone(&app) {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    Ok(response)
}
