//! What demos and tests tell the stand-in, under `/outside/`.

use super::book::{Order, RefundStatus};
use super::faults::Faults;
use super::notice::{self, Delivery};
use super::order::read;
use super::refund;
use super::refusal::Refusal;
use super::{Platform, Shared};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::PoisonError;

/// A public key of the platform's, as the merchant site shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PlatformKey {
    /// `PUB_KEY_ID_…`
    pub serial: String,
    /// PEM SubjectPublicKeyInfo.
    pub public_key_pem: String,
    /// Whether this one signs now.
    pub current: bool,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Telling {
    #[default]
    Background,
    Await,
    None,
}

#[derive(Deserialize)]
struct Pay {
    out_trade_no: String,
    #[serde(default)]
    notice: Telling,
}

#[derive(Deserialize)]
struct Resend {
    out_trade_no: String,
}

#[derive(Deserialize)]
struct Settle {
    out_refund_no: String,
    status: RefundStatus,
}

pub(super) fn announced(platform: &Platform) -> Vec<PlatformKey> {
    let ring = platform.keys();
    let newest = ring.pairs().len();
    let pairs = ring.pairs().iter().enumerate();
    pairs
        .map(|(index, pair)| PlatformKey {
            serial: pair.serial.clone(),
            public_key_pem: pair.public_pem.clone(),
            current: index + 1 == newest,
        })
        .collect()
}

pub(super) async fn keys(State(platform): State<Shared>) -> Json<Vec<PlatformKey>> {
    Json(announced(&platform))
}

pub(super) async fn rotate_key(State(platform): State<Shared>) -> Result<Json<Vec<PlatformKey>>, Refusal> {
    platform.keys().rotate().map_err(|_| Refusal::unavailable())?;
    Ok(Json(announced(&platform)))
}

pub(super) async fn faults(State(platform): State<Shared>) -> Json<Faults> {
    Json(platform.faults())
}

pub(super) async fn set_faults(State(platform): State<Shared>, body: Bytes) -> Result<Json<Faults>, Refusal> {
    let faults: Faults = read(&body)?;
    *platform.faults.lock().unwrap_or_else(PoisonError::into_inner) = faults.clone();
    Ok(Json(faults))
}

pub(super) async fn pay(State(platform): State<Shared>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let asked: Pay = read(&body)?;
    let order = platform.book().pay(&asked.out_trade_no, platform.clock.now())?;
    let statuses = match asked.notice {
        Telling::None => Vec::new(),
        Telling::Await => notice::once(&platform, &notice::of_order(&platform, &order)).await,
        Telling::Background => {
            notice::in_background(&platform, notice::of_order(&platform, &order));
            Vec::new()
        }
    };
    Ok(Json(json!({"transaction_id": order.transaction_id(), "statuses": statuses})))
}

pub(super) async fn resend(State(platform): State<Shared>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let asked: Resend = read(&body)?;
    let order = platform.book().order(&asked.out_trade_no).cloned().ok_or_else(Refusal::no_order)?;
    if order.transaction_id().is_none() {
        return Err(Refusal::bad_request("INVALID_REQUEST", "订单未支付，没有通知"));
    }
    let statuses = notice::once(&platform, &notice::of_order(&platform, &order)).await;
    Ok(Json(json!({"statuses": statuses})))
}

pub(super) async fn settle_refund(State(platform): State<Shared>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let asked: Settle = read(&body)?;
    refund::settle(&platform, &asked.out_refund_no, asked.status)?;
    Ok(Json(json!({"status": asked.status.word()})))
}

pub(super) async fn deliveries(State(platform): State<Shared>) -> Json<Vec<Delivery>> {
    Json(platform.deliveries().clone())
}

pub(super) async fn orders(State(platform): State<Shared>) -> Json<Vec<Order>> {
    Json(platform.book().orders().cloned().collect())
}
