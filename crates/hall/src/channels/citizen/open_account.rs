//! `/open-account`: name, number and phone; then the code that the phone got; then a password, upon which the real-name
//! service is asked. Without a phone, or where a clerk must look: a code from the counter. What was typed on the way lies
//! sealed in a cookie.

use super::me::password_mistake;
use super::sign_in::too_many;
use super::{Address, Draft, Fields, begin_session, see_other};
use crate::app::Shared;
use crate::page::{Mistakes, Page, html};
use crate::problem::Problem;
use crate::typed;
use account::{Caller, CodeError, OpenError, Opening, RequestPhoneCode};
use askama::Template;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use control::{Actor, Channel, Declined};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/open-account", get(ask).post(open))
        .route("/open-account/code", post(send_code))
        .route("/open-account/counter", post(open_by_counter_code))
}

kernel::words! {
    /// Which page of the journey.
    enum Step {
        /// Name, number and phone.
        Who = "who",
        /// The code and the password.
        Code = "code",
        /// By a code from the counter.
        Counter = "counter",
    }
}

#[derive(Template)]
#[template(path = "citizen/open_account.html")]
struct OpenPage {
    page: Page,
    step: Step,
    name: String,
    id_number: String,
    phone: String,
    mistakes: Mistakes,
}

impl OpenPage {
    fn of(page: Page, step: Step, text: impl Fn(&str) -> String) -> OpenPage {
        let (name, id_number, phone) = (text("name"), text("id_number"), text("phone"));
        OpenPage { page, step, name, id_number, phone, mistakes: Mistakes::default() }
    }

    fn answered(self, status: StatusCode) -> Result<Response, Problem> {
        Ok((status, html(&self)?).into_response())
    }

    fn wrong(mut self, field: &'static str, text: String) -> Result<Response, Problem> {
        self.mistakes.add(field, text);
        self.answered(StatusCode::UNPROCESSABLE_ENTITY)
    }
}

async fn ask(
    State(app): State<Shared>,
    page: Page,
    headers: HeaderMap,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let draft = Draft::of(&app, &headers);
    let step = match (fields.text("by"), fields.has("sent") && !draft.text("phone").is_empty()) {
        ("counter", _) => Step::Counter,
        (_, true) => Step::Code,
        (_, false) => Step::Who,
    };
    OpenPage::of(page, step, |name| draft.text(name).to_owned()).answered(StatusCode::OK)
}

/// The first page: what was typed reads, and the phone gets a code.
async fn send_code(
    State(app): State<Shared>,
    page: Page,
    Address(address): Address,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let mut form = OpenPage::of(page, Step::Who, |name| fields.text(name).to_owned());
    if form.name.is_empty() {
        form.mistakes.add("name", form.page.t("mistake-name"));
    }
    if typed::id_number(&form.id_number).is_none() {
        form.mistakes.add("id_number", form.page.t("mistake-id-number"));
    }
    let phone = typed::digits(&form.phone);
    if phone.len() != 11 {
        form.mistakes.add("phone", form.page.t("mistake-phone"));
    }
    if !form.mistakes.is_empty() {
        return form.answered(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let asked = RequestPhoneCode { phone: phone.clone(), address };
    match app.desk().perform(&Actor::anonymous(Channel::Web), asked).await {
        Ok(()) => {
            let draft = Draft::default().with("name", form.name).with("id_number", form.id_number).with("phone", phone);
            Ok(see_other("/open-account?sent", draft.kept(&app)?))
        }
        Err(Declined::Refused(CodeError::Phone)) => {
            let text = form.page.t("mistake-phone").into_owned();
            form.wrong("phone", text)
        }
        Err(Declined::Refused(CodeError::TooMany { wait_seconds })) => {
            let text = too_many(&form.page, wait_seconds);
            form.wrong("phone", text)
        }
        Err(declined) => Err(declined.into()),
    }
}

/// The second page: code and password. Only now the service outside is asked, once.
async fn open(
    State(app): State<Shared>,
    page: Page,
    headers: HeaderMap,
    Address(address): Address,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let draft = Draft::of(&app, &headers);
    let form = OpenPage::of(page, Step::Code, |name| draft.text(name).to_owned());
    let Some(id_number) = typed::id_number(&form.id_number) else { return Ok(see_other("/open-account", [])) };
    let service = app.real_name.as_ref().ok_or(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not_offered"))?;
    let opening = Opening {
        name: form.name.clone(),
        id_number,
        phone: form.phone.clone(),
        code: typed::digits(fields.text("code")),
        password: fields.text("password").to_owned(),
    };
    let caller = Caller { channel: Channel::Web, address };
    match account::open_by_real_name(app.desk(), service, &caller, &opening).await {
        Ok(begun) => Ok(begin_session(&app, &begun, "/home")),
        Err(declined) => refused(form, declined),
    }
}

async fn open_by_counter_code(
    State(app): State<Shared>,
    page: Page,
    Address(address): Address,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let form = OpenPage::of(page, Step::Counter, |name| fields.text(name).to_owned());
    let Some(id_number) = typed::id_number(&form.id_number) else {
        let text = form.page.t("mistake-id-number").into_owned();
        return form.wrong("id_number", text);
    };
    let caller = Caller { channel: Channel::Web, address };
    let (code, password) = (typed::digits(fields.text("code")), fields.text("password"));
    match account::open_by_counter_code(app.desk(), &caller, &id_number, &code, password).await {
        Ok(begun) => Ok(begin_session(&app, &begun, "/home")),
        Err(declined) => refused(form, declined),
    }
}

/// A refusal beside the field where it is mended; what a clerk must look at has a page of its own.
fn refused(form: OpenPage, declined: Declined<OpenError>) -> Result<Response, Problem> {
    let page = &form.page;
    let (field, text) = match &declined {
        Declined::Refused(OpenError::Password(error)) => ("password", password_mistake(page, *error)),
        Declined::Refused(OpenError::WrongCode) => ("code", page.t("mistake-code").into_owned()),
        Declined::Refused(OpenError::TooMany { wait_seconds }) => ("code", too_many(page, *wait_seconds)),
        Declined::Refused(OpenError::Mismatch) => ("code", page.t("mistake-real-name").into_owned()),
        Declined::Refused(
            OpenError::NoAnswer(_)
            | OpenError::AlreadyOpen
            | OpenError::Agent(_)
            | OpenError::GoToCounter
            | OpenError::Database(_),
        )
        | Declined::Denied
        | Declined::Database(_)
        | Declined::Broken => return Err(declined.into()),
    };
    form.wrong(field, text)
}
