//! Orders: placed, asked after, closed.

use super::book::{Kind, Order, State as OrderState, Terms};
use super::refusal::Refusal;
use super::{Platform, Shared};
use crate::clock;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use chrono::TimeDelta;
use kernel::{Fen, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::time::Duration;

#[derive(Deserialize)]
struct Body {
    appid: Option<String>,
    mchid: Option<String>,
    description: Option<String>,
    out_trade_no: Option<String>,
    time_expire: Option<String>,
    attach: Option<String>,
    notify_url: Option<String>,
    amount: Option<Amount>,
    scene_info: Option<Scene>,
    payer: Option<Payer>,
}

#[derive(Deserialize)]
struct Amount {
    total: Option<i64>,
    currency: Option<String>,
}

#[derive(Deserialize)]
struct Scene {
    payer_client_ip: Option<String>,
    h5_info: Option<Info>,
}

#[derive(Deserialize)]
struct Info {
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Payer {
    openid: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Asker {
    mchid: Option<String>,
}

/// Reads a JSON body, or says that it is none.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::param("/", format!("请求报文不正确：{error}")))
}

pub(super) async fn place(
    State(platform): State<Shared>,
    Path(kind): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let kind = match kind.as_str() {
        "native" => Kind::Native,
        "h5" => Kind::H5,
        "jsapi" => Kind::Jsapi,
        _ => return Err(Refusal::no_resource("请求的资源不存在")),
    };
    let now = platform.clock.now();
    let terms = terms(&platform, kind, read(&body)?, now)?;
    let order = platform.book().place(terms, now)?;
    pause(platform.faults().order_delay_ms).await;
    Ok(Json(match kind {
        Kind::Native => json!({"code_url": format!("weixin://wxpay/bizpayurl?pr={}", order.link)}),
        Kind::H5 => json!({"h5_url": format!("{}/cashier?prepay_id={}", platform.url, order.prepay_id)}),
        Kind::Jsapi => json!({"prepay_id": order.prepay_id}),
    }))
}

pub(super) async fn pause(milliseconds: u64) {
    if milliseconds > 0 {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    }
}

fn terms(platform: &Platform, kind: Kind, body: Body, now: Timestamp) -> Result<Terms, Refusal> {
    let missing = |field| Refusal::param(field, "缺少必填参数");
    is_merchant(platform, body.mchid.as_deref())?;
    if body.appid.ok_or_else(|| missing("/appid"))? != platform.merchant.appid {
        return Err(Refusal::bad_request("APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配"));
    }
    let description = body.description.ok_or_else(|| missing("/description"))?;
    require(is_length(&description, 1, 127), "/description", "商品描述长度应为1至127")?;
    let out_trade_no = body.out_trade_no.ok_or_else(|| missing("/out_trade_no"))?;
    require(
        is_length(&out_trade_no, 6, 32) && is_number(&out_trade_no, b"_-|*"),
        "/out_trade_no",
        "商户订单号应为6至32位字母、数字或_-|*",
    )?;
    let notify_url = body.notify_url.ok_or_else(|| missing("/notify_url"))?;
    require(is_notify_url(&notify_url), "/notify_url", "通知地址应为不带参数的http(s)地址")?;
    require(body.attach.as_ref().is_none_or(|attach| is_length(attach, 0, 128)), "/attach", "附加数据过长")?;
    let amount = body.amount.ok_or_else(|| missing("/amount"))?;
    let total = amount.total.ok_or_else(|| missing("/amount/total"))?;
    require(total > 0, "/amount/total", "金额应大于0")?;
    require(amount.currency.as_deref().unwrap_or("CNY") == "CNY", "/amount/currency", "只支持人民币CNY")?;
    let expires = body.time_expire.as_deref().map(|text| expiry(text, now)).transpose()?;
    if kind == Kind::H5 {
        is_scene(body.scene_info)?;
    }
    let openid = body.payer.and_then(|payer| payer.openid).filter(|openid| !openid.is_empty());
    if kind == Kind::Jsapi && openid.is_none() {
        return Err(missing("/payer/openid"));
    }
    let total = Fen::new(total);
    Ok(Terms { kind, out_trade_no, description, attach: body.attach, notify_url, total, expires, openid })
}

fn require(holds: bool, field: &'static str, message: &str) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(Refusal::param(field, message)) }
}

pub(super) fn is_merchant(platform: &Platform, mchid: Option<&str>) -> Result<(), Refusal> {
    match mchid {
        None => Err(Refusal::param("mchid", "缺少必填参数")),
        Some(mchid) if mchid != platform.merchant.mchid => Err(Refusal::bad_request("MCH_NOT_EXISTS", "商户号不存在")),
        Some(_) => Ok(()),
    }
}

pub(super) fn is_length(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.chars().count())
}

pub(super) fn is_number(text: &str, marks: &[u8]) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || marks.contains(&byte))
}

pub(super) fn is_notify_url(url: &str) -> bool {
    let is_web = url.starts_with("http://") || url.starts_with("https://");
    is_web && url.len() <= 255 && !url.contains(['?', '#']) && url.bytes().all(|byte| byte.is_ascii_graphic())
}

fn expiry(text: &str, now: Timestamp) -> Result<Timestamp, Refusal> {
    let at = clock::parse(text).ok_or_else(|| Refusal::param("/time_expire", "时间格式应为RFC 3339"))?;
    if at > now { Ok(at) } else { Err(Refusal::param("/time_expire", "交易结束时间应晚于当前时间")) }
}

fn is_scene(scene: Option<Scene>) -> Result<(), Refusal> {
    let scene = scene.ok_or_else(|| Refusal::param("/scene_info", "缺少必填参数"))?;
    let address = scene.payer_client_ip.unwrap_or_default();
    let is_address = address.parse::<std::net::IpAddr>().is_ok();
    require(is_address, "/scene_info/payer_client_ip", "用户终端IP不正确")?;
    let kind = scene.h5_info.and_then(|info| info.kind).unwrap_or_default();
    require(["Wap", "iOS", "Android"].contains(&kind.as_str()), "/scene_info/h5_info/type", "场景类型不正确")
}

pub(super) async fn query(
    State(platform): State<Shared>,
    Path(out_trade_no): Path<String>,
    Query(asker): Query<Asker>,
) -> Result<Json<Value>, Refusal> {
    is_merchant(&platform, asker.mchid.as_deref())?;
    pause(platform.faults().query_delay_ms).await;
    let book = platform.book();
    let order = book.order(&out_trade_no).ok_or_else(Refusal::no_order)?;
    Ok(Json(book.transaction(order, &platform.merchant.mchid, &platform.merchant.appid)))
}

pub(super) async fn query_by_transaction(
    State(platform): State<Shared>,
    Path(transaction_id): Path<String>,
    Query(asker): Query<Asker>,
) -> Result<Json<Value>, Refusal> {
    is_merchant(&platform, asker.mchid.as_deref())?;
    pause(platform.faults().query_delay_ms).await;
    let book = platform.book();
    let order = book.by_transaction(&transaction_id).ok_or_else(Refusal::no_order)?;
    Ok(Json(book.transaction(order, &platform.merchant.mchid, &platform.merchant.appid)))
}

pub(super) async fn close(
    State(platform): State<Shared>,
    Path(out_trade_no): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let asker: Asker = read(&body)?;
    is_merchant(&platform, asker.mchid.as_deref())?;
    platform.book().close(&out_trade_no)?;
    Ok(StatusCode::NO_CONTENT)
}

/// How long the way to the cashier stays open: five minutes for h5, two hours otherwise.
pub(super) fn link_is_open(order: &Order, now: Timestamp) -> bool {
    let life = match order.terms.kind {
        Kind::H5 => TimeDelta::minutes(5),
        Kind::Native | Kind::Jsapi => TimeDelta::hours(2),
    };
    let in_time = order.terms.expires.is_none_or(|expires| now < expires);
    order.state != OrderState::NotPaid || (in_time && now - order.link_at < life)
}
