//! `/me`: my data as the agency keeps it, masked; changing address, phone and password; ending sessions elsewhere.

use super::sign_in::too_many;
use super::{Address, Draft, Fields, SignedIn, see_other};
use crate::app::Shared;
use crate::page::{Mistakes, Page, html};
use crate::problem::Problem;
use crate::typed;
use account::{Caller, ChangeSignInError, CodeError, EndSession, RequestPhoneCode, Session};
use askama::Template;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use control::{Channel, Declined, Fault, View};
use registry::{Change, ChangeData, Field, Person};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/me", get(me))
        .route("/me/address", post(change_address))
        .route("/me/phone/code", post(send_code))
        .route("/me/phone", post(change_phone))
        .route("/me/password", post(change_password))
        .route("/me/sessions/end", post(end_sessions))
}

#[derive(Template)]
#[template(path = "citizen/me.html")]
struct MePage {
    page: Page,
    person: Person,
    phone: String,
    address: String,
    changes: Vec<Change>,
    sessions: Vec<Session>,
    /// The phone to which a code was sent, or what was typed.
    new_phone: String,
    sent: bool,
    typed_address: String,
    done: bool,
    mistakes: Mistakes,
}

async fn me(
    State(app): State<Shared>,
    page: Page,
    headers: HeaderMap,
    me: SignedIn,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let view = me.file().await?;
    let mut shown = shown(page, &view, &me).await?;
    shown.sent = fields.has("sent");
    shown.done = fields.has("done");
    shown.new_phone = if shown.sent { Draft::of(&app, &headers).text("phone").to_owned() } else { String::new() };
    Ok(html(&shown)?.into_response())
}

async fn shown(page: Page, view: &View, me: &SignedIn) -> Result<MePage, Problem> {
    let person = registry::person(view, me.person).await?.ok_or_else(Problem::not_found)?;
    Ok(MePage {
        page,
        person,
        phone: registry::phone(view, me.person).await?.map(|phone| masked_phone(&phone)).unwrap_or_default(),
        address: registry::address(view, me.person).await?.unwrap_or_default(),
        changes: registry::history(view, me.person).await?,
        sessions: account::sessions(view, me.person).await?,
        new_phone: String::new(),
        sent: false,
        typed_address: String::new(),
        done: false,
        mistakes: Mistakes::default(),
    })
}

/// Three digits in front and four at the end.
fn masked_phone(phone: &str) -> String {
    match (phone.get(..3), phone.get(phone.len().saturating_sub(4)..)) {
        (Some(front), Some(end)) if phone.len() == 11 => format!("{front}****{end}"),
        _ => "***".to_owned(),
    }
}

/// The page again with one mistake.
async fn again(
    (page, me): (Page, &SignedIn),
    fields: &Fields,
    (field, text): (&'static str, String),
    status: StatusCode,
) -> Result<Response, Problem> {
    let view = me.file().await?;
    let mut shown = shown(page, &view, me).await?;
    shown.new_phone = fields.text("phone").to_owned();
    shown.sent = fields.has("phone_code");
    shown.typed_address = fields.text("address").to_owned();
    shown.mistakes.add(field, text);
    Ok((status, html(&shown)?).into_response())
}

async fn change_address(
    State(app): State<Shared>,
    page: Page,
    me: SignedIn,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let (value, reason) = (fields.text("address").to_owned(), fields.text("reason").to_owned());
    let valid_from = kernel::business_date(app.desk().now());
    let change = ChangeData { person: me.person, field: Field::Address, value, valid_from, reason };
    match app.desk().perform(me.actor(), change).await {
        Ok(()) => Ok(see_other("/me?done", [])),
        Err(Declined::Refused(error)) if error.database().is_none() => {
            let field = if error.code() == "no_reason" { "reason" } else { "address" };
            let text = page.t_of(&["me-refused", error.code()]).into_owned();
            again((page, &me), &fields, (field, text), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(declined) => Err(declined.into()),
    }
}

async fn send_code(
    State(app): State<Shared>,
    page: Page,
    me: SignedIn,
    Address(address): Address,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let phone = typed::digits(fields.text("phone"));
    let asked = RequestPhoneCode { phone: phone.clone(), address };
    match app.desk().perform(me.actor(), asked).await {
        Ok(()) => Ok(see_other("/me?sent#phone", Draft::default().with("phone", phone).kept(&app)?)),
        Err(Declined::Refused(CodeError::TooMany { wait_seconds })) => {
            let text = too_many(&page, wait_seconds);
            again((page, &me), &fields, ("phone", text), StatusCode::TOO_MANY_REQUESTS).await
        }
        Err(Declined::Refused(CodeError::Phone)) => {
            let text = page.t("mistake-phone").into_owned();
            again((page, &me), &fields, ("phone", text), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(declined) => Err(declined.into()),
    }
}

async fn change_phone(
    State(app): State<Shared>,
    page: Page,
    me: SignedIn,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let (phone, code) = (typed::digits(fields.text("phone")), typed::digits(fields.text("phone_code")));
    match account::change_phone(app.desk(), &me.session, &phone, &code).await {
        Ok(()) => Ok(see_other("/me?done", Draft::gone(&app))),
        Err(declined) => refused((page, &me), &fields, "phone_code", declined).await,
    }
}

async fn change_password(
    State(app): State<Shared>,
    page: Page,
    me: SignedIn,
    Address(address): Address,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let caller = Caller { channel: Channel::Web, address };
    let (present, new) = (fields.text("present"), fields.text("new_password"));
    match account::change_password(app.desk(), &caller, &me.session, present, new).await {
        Ok(()) => Ok(see_other("/me?done", [])),
        Err(declined) => refused((page, &me), &fields, "present", declined).await,
    }
}

/// A refusal beside the field where it is mended.
async fn refused(
    (page, me): (Page, &SignedIn),
    fields: &Fields,
    proof: &'static str,
    declined: Declined<ChangeSignInError>,
) -> Result<Response, Problem> {
    let (field, text) = match &declined {
        Declined::Refused(ChangeSignInError::Wrong) => (proof, page.t("me-refused-wrong").into_owned()),
        Declined::Refused(ChangeSignInError::Phone) => ("phone", page.t("mistake-phone").into_owned()),
        Declined::Refused(ChangeSignInError::Password(error)) => ("new_password", password_mistake(&page, *error)),
        Declined::Refused(ChangeSignInError::TooMany { wait_seconds }) => (proof, too_many(&page, *wait_seconds)),
        Declined::Refused(ChangeSignInError::NotAPerson | ChangeSignInError::Database(_))
        | Declined::Denied
        | Declined::Database(_)
        | Declined::Broken => return Err(declined.into()),
    };
    again((page, me), fields, (field, text), StatusCode::UNPROCESSABLE_ENTITY).await
}

/// What is wrong with a new password.
pub(super) fn password_mistake(page: &Page, error: account::PasswordError) -> String {
    page.t_of(&["mistake", error.code()]).into_owned()
}

async fn end_sessions(State(app): State<Shared>, me: SignedIn) -> Result<Response, Problem> {
    let view = me.file().await?;
    for session in account::sessions(&view, me.person).await?.iter().filter(|session| session.id != me.session.id) {
        let end = EndSession { person: me.person, session: session.id };
        app.desk().perform(me.actor(), end).await?;
    }
    Ok(see_other("/me?done", []))
}
