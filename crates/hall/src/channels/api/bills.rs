//! `/me/bills`: chosen months become a bill, the bill goes to a cashier. Money moves at the gateway, never here.

use super::bearer::{Me, hidden};
use super::input::{Body, Id, Key};
use super::schema;
use crate::app::Shared;
use crate::channels::citizen::Address;
use crate::problem::Problem;
use axum::Json;
use axum::http::{HeaderName, StatusCode, header};
use contribution::{Bill, CancelBill, Pay, PayBill, State, Tier};
use control::{Actor, Channel};
use kernel::{BillId, Date, Fen, Month, OrderId, Timestamp};
use payment::gateway::Visit;
use payment::{Attempt, AttemptId, GatewayError, GatewayKind, Order, RecordCashier, StartAttempt};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// So many bills are listed at most.
const LATEST: u64 = 200;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, issue)).routes(routes!(show, cancel)).routes(routes!(attempt))
}

/// What is to be paid.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBill {
    /// Months of the current year.
    #[schema(schema_with = schema::months)]
    months: Vec<Month>,
    /// The base as a percentage of the average wage.
    #[schema(example = 60)]
    tier: u16,
}

/// A bill (征集单).
#[derive(Serialize, ToSchema)]
struct BillOfMine {
    #[schema(value_type = uuid::Uuid)]
    id: BillId,
    /// `normal`, `prepayment` or `supplement`.
    kind: &'static str,
    year: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<u16>,
    #[schema(schema_with = schema::yuan)]
    total: Fen,
    #[schema(schema_with = schema::yuan)]
    account: Fen,
    #[schema(schema_with = schema::yuan)]
    pooled: Fen,
    /// `issued`, `paying`, `paid` or `void`.
    state: &'static str,
    /// The business day on which it was paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    paid_on: Option<Date>,
    #[schema(schema_with = schema::moment)]
    issued_at: Timestamp,
    /// The parameters it was computed from.
    policy_hash: String,
    months: Vec<BillMonth>,
}

/// A month of a bill.
#[derive(Serialize, ToSchema)]
struct BillMonth {
    #[schema(schema_with = schema::month)]
    month: Month,
    #[schema(schema_with = schema::yuan)]
    base: Fen,
    #[schema(schema_with = schema::yuan)]
    total: Fen,
    #[schema(schema_with = schema::yuan)]
    account: Fen,
}

/// By what a bill is paid.
#[derive(Serialize, ToSchema)]
struct OrderOfMine {
    #[schema(value_type = uuid::Uuid)]
    id: OrderId,
    /// For people and gateways.
    number: String,
    #[schema(schema_with = schema::yuan)]
    amount: Fen,
    /// `open`, `paid` or `closed`.
    state: &'static str,
    /// Until when it may be paid.
    #[schema(schema_with = schema::moment)]
    expires_at: Timestamp,
}

/// A bill with the order by which it can be paid.
#[derive(Serialize, ToSchema)]
struct Payable {
    bill: BillOfMine,
    order: OrderOfMine,
}

impl From<Bill> for BillOfMine {
    fn from(bill: Bill) -> BillOfMine {
        let pooled = bill.pooled();
        let paid_on = match bill.state {
            State::Paid { on, .. } => Some(on),
            State::Issued | State::Paying { .. } | State::Void => None,
        };
        let month = |month: &contribution::BilledMonth| BillMonth {
            month: month.month,
            base: month.base,
            total: month.total,
            account: month.account,
        };
        BillOfMine {
            id: bill.id,
            kind: bill.kind.as_str(),
            year: bill.year,
            tier: bill.tier.map(Tier::as_percent),
            total: bill.total,
            account: bill.account,
            pooled,
            state: bill.state.as_str(),
            paid_on,
            issued_at: bill.issued_at,
            policy_hash: bill.policy_hash,
            months: bill.months.iter().map(month).collect(),
        }
    }
}

impl From<Order> for OrderOfMine {
    fn from(order: Order) -> OrderOfMine {
        let Order { id, number, amount, state, expires_at, .. } = order;
        OrderOfMine { id, number, amount, state: state.word(), expires_at }
    }
}

/// My bills: the latest 200, newest first.
#[utoipa::path(get, path = "/me/bills", operation_id = "listBills", tag = "pay", security(("bearer" = [])),
    responses((status = 200, description = "The bills.", body = Vec<BillOfMine>)))]
async fn list(me: Me) -> Result<Json<Vec<BillOfMine>>, Problem> {
    let view = me.file().await?;
    let bills = contribution::bills(&view, me.person, LATEST).await?;
    Ok(Json(bills.into_iter().map(BillOfMine::from).collect()))
}

/// Issues a bill for chosen months. The same key with the same inputs gets the same bill and order again.
#[utoipa::path(post, path = "/me/bills", operation_id = "issueBill", tag = "pay", security(("bearer" = [])),
    params(("Idempotency-Key" = String, Header,
        description = "8 to 80 letters, digits, hyphens or underscores, chosen for this one request.")),
    request_body = NewBill,
    responses(
        (status = 201, description = "The bill and its order.", body = Payable, headers(("Location" = String))),
        (status = 400, description = "The header Idempotency-Key is missing or malformed."),
        (status = 409, description = "The months are paid, or cannot be bought."),
    ))]
async fn issue(
    me: Me,
    Key(key): Key,
    Body(new): Body<NewBill>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<Payable>), Problem> {
    let pay = Pay { key, person: me.person, months: new.months, tier: Tier::percent(new.tier) };
    let contribution::Payable { bill, order } = me.perform(pay).await?;
    let location = [(header::LOCATION, format!("/api/v1/me/bills/{}", bill.id))];
    Ok((StatusCode::CREATED, location, Json(Payable { bill: bill.into(), order: order.into() })))
}

/// One bill.
#[utoipa::path(get, path = "/me/bills/{id}", operation_id = "getBill", tag = "pay", security(("bearer" = [])),
    params(("id" = uuid::Uuid, Path)), responses((status = 200, description = "The bill.", body = BillOfMine)))]
async fn show(me: Me, Id(id): Id<BillId>) -> Result<Json<BillOfMine>, Problem> {
    let bill = contribution::bill(&me.app().desk().view(), id).await?.ok_or_else(Problem::not_found)?;
    me.file_of(bill.person).await?;
    Ok(Json(bill.into()))
}

/// Gives a bill up that is not paid.
#[utoipa::path(delete, path = "/me/bills/{id}", operation_id = "cancelBill", tag = "pay", security(("bearer" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 204, description = "Given up."),
        (status = 409, description = "It is paid, or was given up before."),
    ))]
async fn cancel(me: Me, Id(bill): Id<BillId>) -> Result<StatusCode, Problem> {
    me.perform(CancelBill { bill }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where to pay.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAttempt {
    /// `wechat_pay` or `bank`.
    #[schema(schema_with = schema::gateway)]
    gateway: GatewayKind,
}

/// A way to the cashier.
#[derive(Serialize, ToSchema)]
struct AttemptOfMine {
    #[schema(value_type = uuid::Uuid)]
    id: AttemptId,
    #[schema(schema_with = schema::gateway)]
    gateway: GatewayKind,
    /// The number that the gateway knows.
    number: String,
    #[schema(schema_with = schema::yuan)]
    amount: Fen,
    #[schema(schema_with = schema::moment)]
    expires_at: Timestamp,
    /// The page on which the payer confirms.
    cashier: String,
}

/// Takes a bill to a gateway. Asked again, it answers the same attempt while that is open.
#[utoipa::path(post, path = "/me/bills/{id}/attempts", operation_id = "startAttempt", tag = "pay",
    security(("bearer" = [])), params(("id" = uuid::Uuid, Path)), request_body = NewAttempt,
    responses(
        (status = 201, description = "The cashier.", body = AttemptOfMine),
        (status = 409, description = "The bill is paid or was given up."),
        (status = 503, description = "The gateway does not answer."),
    ))]
async fn attempt(
    me: Me,
    Id(bill): Id<BillId>,
    Address(address): Address,
    Body(new): Body<NewAttempt>,
) -> Result<(StatusCode, Json<AttemptOfMine>), Problem> {
    if !me.app().services()?.gateways.offered().any(|offered| offered == new.gateway) {
        return Err(Problem::invalid("gateway_not_offered", "gateway"));
    }
    let order = me.perform(PayBill { bill }).await?.order;
    let attempt = me.perform(StartAttempt { order: order.id, gateway: new.gateway }).await?;
    let cashier = cashier(&me, bill, &attempt, &address).await?;
    let Attempt { id, gateway, number, amount, expires_at, .. } = attempt;
    Ok((StatusCode::CREATED, Json(AttemptOfMine { id, gateway, number, amount, expires_at, cashier })))
}

/// The cashier's page: known, or asked of the gateway and written down.
async fn cashier(me: &Me, bill: BillId, attempt: &Attempt, client_ip: &str) -> Result<String, Problem> {
    if let Some(known) = &attempt.cashier {
        return Ok(known.clone());
    }
    let public = &me.app().config.public_url;
    let (return_url, notify_url) = (format!("{public}/bill/{bill}"), format!("{public}/notice/wechat-pay"));
    // The gateway wants an address; where none is known (a test, a socket) our own stands in.
    let client_ip = if client_ip.parse::<IpAddr>().is_ok() { client_ip } else { "127.0.0.1" };
    let visit = Visit { return_url: &return_url, notify_url: &notify_url, client_ip };
    let url = me.app().services()?.gateways.cashier(attempt, visit).await.map_err(no_cashier)?;
    let record = RecordCashier { attempt: attempt.id, url: url.clone() };
    me.app().desk().perform(&Actor::system(Channel::Api), record).await.map_err(hidden)?;
    Ok(url)
}

fn no_cashier(error: GatewayError) -> Problem {
    tracing::warn!(error = %error, "a gateway gave no cashier");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "gateway_unavailable")
}
