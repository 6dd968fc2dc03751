//! From the form to the gateway's cashier: a verb that makes bill and order, a row for the attempt, and only then, outside
//! every transaction, the call. Where the gateway is silent nothing was charged and the bill stands.

use super::choice::Choice;
use crate::app::Shared;
use crate::channels::citizen::{Address, Fields, SignedIn, see_other};
use crate::page::{Mistakes, Page, address};
use crate::problem::Problem;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use contribution::{CancelBill, Pay, PayBill, PayError, Payable};
use control::{Actor, Channel, Declined, IdempotencyKey};
use kernel::BillId;
use payment::gateway::Visit;
use payment::{Attempt, GatewayKind, RecordCashier, StartAttempt};
use std::net::IpAddr;

pub(super) async fn pay(
    State(app): State<Shared>,
    page: Page,
    me: Result<SignedIn, Response>,
    Address(caller): Address,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let choice = Choice::of(&fields);
    // A session that ended meanwhile loses nothing: after signing in the answers are there to be checked again.
    let Ok(me) = me else {
        return Ok(see_other(&address("/sign-in", [("next", choice.at("/pay/check").as_str())]), []));
    };
    let key = IdempotencyKey::parse(fields.text("key"))
        .map_err(|_| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "no_key"))?;
    let Some(chosen) = choice.read(&page, &mut Mistakes::default()) else {
        return Ok(see_other(&choice.at("/pay/check"), []));
    };
    let pay = Pay { key, person: me.person, months: chosen.months, tier: chosen.tier };
    match app.desk().perform(me.actor(), pay).await {
        Ok(payable) => to_cashier(&app, &me, &payable, chosen.gateway, &caller).await,
        // What was payable when the page was shown no longer is: the check says why.
        Err(Declined::Refused(PayError::Quote(error))) if control::Fault::database(&error).is_none() => {
            Ok(see_other(&choice.at("/pay/check"), []))
        }
        Err(declined) => Err(declined.into()),
    }
}

pub(super) async fn pay_bill(
    State(app): State<Shared>,
    me: SignedIn,
    Address(caller): Address,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let bill = id_of(&id)?;
    let gateway = fields.text("gateway").parse().map_err(|_| Problem::invalid("gateway_unknown", "gateway"))?;
    let payable = app.desk().perform(me.actor(), PayBill { bill }).await.map_err(hidden)?;
    to_cashier(&app, &me, &payable, gateway, &caller).await
}

/// The attempt is written down, the gateway is asked for its page, and the payer goes there.
async fn to_cashier(
    app: &Shared,
    me: &SignedIn,
    payable: &Payable,
    gateway: GatewayKind,
    caller: &str,
) -> Result<Response, Problem> {
    let bill = payable.bill.id;
    let started = app.desk().perform(me.actor(), StartAttempt { order: payable.order.id, gateway }).await;
    let attempt = match started {
        Ok(attempt) => attempt,
        // Sent twice, and paid or closed in between: the bill's own page says how it stands.
        Err(Declined::Refused(refused)) if control::Fault::database(&refused).is_none() => {
            return Ok(see_other(&format!("/bill/{bill}"), []));
        }
        Err(declined) => return Err(declined.into()),
    };
    match cashier_of(app, &attempt, &format!("/bill/{bill}"), caller).await? {
        Some(cashier) => Ok(see_other(&cashier, [])),
        None => Ok(see_other(&format!("/bill/{bill}/no-answer"), [])),
    }
}

/// The gateway's page for an attempt, from which the payer comes back to `back`; none where the gateway is silent.
pub(crate) async fn cashier_of(
    app: &Shared,
    attempt: &Attempt,
    back: &str,
    caller: &str,
) -> Result<Option<String>, Problem> {
    if let Some(cashier) = &attempt.cashier {
        return Ok(Some(cashier.clone()));
    }
    let url = &app.config.public_url;
    let (back, notice) = (format!("{url}{back}"), format!("{url}/notice/wechat-pay"));
    // The gateway wants an address; where none is known (a test, a socket) our own stands in.
    let client_ip = if caller.parse::<IpAddr>().is_ok() { caller } else { "127.0.0.1" };
    let visit = Visit { return_url: &back, notify_url: &notice, client_ip };
    let cashier = match app.services()?.gateways.cashier(attempt, visit).await {
        Ok(cashier) => cashier,
        Err(error) => {
            tracing::warn!(attempt = %attempt.id, %error, "a gateway gave no cashier");
            return Ok(None);
        }
    };
    let record = RecordCashier { attempt: attempt.id, url: cashier.clone() };
    app.desk().perform(&Actor::system(Channel::Web), record).await?;
    Ok(Some(cashier))
}

pub(super) async fn give_up(
    State(app): State<Shared>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let bill = id_of(&id)?;
    app.desk().perform(me.actor(), CancelBill { bill }).await.map_err(hidden)?;
    Ok(see_other(&format!("/bill/{bill}"), []))
}

pub(super) async fn voucher(
    State(app): State<Shared>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let issued = office::voucher(app.services()?, app.desk(), me.actor(), id_of(&id)?).await;
    let record = issued.map_err(|error| hidden(Declined::Refused(error)))?;
    Ok(see_other(&format!("/records/{record}"), []))
}

/// The id in an address; what is none leads nowhere.
pub(super) fn id_of(text: &str) -> Result<BillId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// That there is no such bill reads as that it is somebody else's.
fn hidden<E: control::Fault>(declined: Declined<E>) -> Problem {
    let problem = Problem::from(declined);
    if problem.status == StatusCode::NOT_FOUND { Problem::not_found() } else { problem }
}
