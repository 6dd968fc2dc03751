//! Refunds: asked for, settled, asked after.

use super::Shared;
use super::book::{Book, Order, Refund, RefundStatus};
use super::faults::RefundFault;
use super::notice;
use super::order::{is_length, is_notify_url, is_number, read};
use super::refusal::Refusal;
use crate::clock::{local, rfc3339};
use crate::seal;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use kernel::{Fen, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Deserialize)]
struct Body {
    out_trade_no: Option<String>,
    transaction_id: Option<String>,
    out_refund_no: Option<String>,
    reason: Option<String>,
    notify_url: Option<String>,
    amount: Option<Amount>,
}

#[derive(Deserialize)]
struct Amount {
    refund: i64,
    total: i64,
    currency: String,
}

pub(super) async fn ask(State(platform): State<Shared>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let (faults, now) = (platform.faults(), platform.clock.now());
    let asked = {
        let mut book = platform.book();
        let asked = check(&book, read(&body)?, now)?;
        match book.refund(&asked.out_refund_no) {
            Some(known) if is_same(known, &asked) => return Ok(Json(told(known))),
            Some(_) => return Err(Refusal::bad_request("INVALID_REQUEST", "退款单号重复，且参数与原退款不一致")),
            None => {}
        }
        if book.refunded(&asked.out_trade_no) + asked.amount > asked.total {
            return Err(Refusal::bad_request("INVALID_REQUEST", "累计退款金额大于订单金额"));
        }
        if faults.refund == RefundFault::NotEnough {
            return Err(Refusal::forbidden("NOT_ENOUGH", "商户余额不足"));
        }
        book.keep_refund(asked)
    };
    match faults.refund {
        RefundFault::Success => settle(&platform, &asked.out_refund_no, RefundStatus::Success)?,
        RefundFault::Abnormal => settle(&platform, &asked.out_refund_no, RefundStatus::Abnormal)?,
        RefundFault::Closed => settle(&platform, &asked.out_refund_no, RefundStatus::Closed)?,
        RefundFault::Processing | RefundFault::NotEnough => {}
    }
    Ok(Json(told(&asked)))
}

fn check(book: &Book, body: Body, now: Timestamp) -> Result<Refund, Refusal> {
    let missing = |field| Refusal::param(field, "缺少必填参数");
    let out_refund_no = body.out_refund_no.ok_or_else(|| missing("/out_refund_no"))?;
    if !is_length(&out_refund_no, 1, 64) || !is_number(&out_refund_no, b"_-|*@") {
        return Err(Refusal::param("/out_refund_no", "商户退款单号不正确"));
    }
    if body.reason.as_ref().is_some_and(|reason| !is_length(reason, 0, 80)) {
        return Err(Refusal::param("/reason", "退款原因过长"));
    }
    if body.notify_url.as_ref().is_some_and(|url| !is_notify_url(url)) {
        return Err(Refusal::param("/notify_url", "通知地址应为不带参数的http(s)地址"));
    }
    let amount = body.amount.ok_or_else(|| missing("/amount"))?;
    if amount.refund <= 0 || amount.currency != "CNY" {
        return Err(Refusal::param("/amount", "退款金额应大于0，币种应为CNY"));
    }
    let order = match (&body.transaction_id, &body.out_trade_no) {
        (Some(id), _) => book.by_transaction(id),
        (None, Some(number)) => book.order(number),
        (None, None) => return Err(missing("/out_trade_no")),
    };
    let order = order.ok_or_else(|| Refusal::no_resource("订单不存在"))?;
    let transaction_id = paid(order, Fen::new(amount.total))?;
    Ok(Refund {
        out_refund_no,
        refund_id: format!("5030{}{}", local(now, "%Y%m%d"), seal::digits(17)),
        out_trade_no: order.terms.out_trade_no.clone(),
        transaction_id,
        amount: Fen::new(amount.refund),
        total: order.terms.total,
        reason: body.reason,
        notify_url: body.notify_url,
        created: now,
        settled: None,
        status: RefundStatus::Processing,
    })
}

fn paid(order: &Order, total: Fen) -> Result<String, Refusal> {
    let id = order.transaction_id().ok_or_else(|| Refusal::bad_request("INVALID_REQUEST", "订单未支付，不能退款"))?;
    if total == order.terms.total {
        Ok(id.to_owned())
    } else {
        Err(Refusal::bad_request("INVALID_REQUEST", "订单金额与原订单不一致"))
    }
}

fn is_same(known: &Refund, asked: &Refund) -> bool {
    known.out_trade_no == asked.out_trade_no && known.amount == asked.amount && known.total == asked.total
}

/// Ends a refund that is under way, and sends its notice.
pub(super) fn settle(platform: &Shared, out_refund_no: &str, status: RefundStatus) -> Result<(), Refusal> {
    let settled = {
        let mut book = platform.book();
        let known = book.refund(out_refund_no).ok_or_else(|| Refusal::no_resource("退款单不存在"))?;
        if known.status == RefundStatus::Success {
            return Err(Refusal::bad_request("INVALID_REQUEST", "退款已成功"));
        }
        let settled = Refund { status, settled: Some(platform.clock.now()), ..known.clone() };
        book.keep_refund(settled)
    };
    if let Some(notice) = notice::of_refund(platform, &settled) {
        notice::in_background(&Arc::clone(platform), notice);
    }
    Ok(())
}

pub(super) async fn query(
    State(platform): State<Shared>,
    Path(out_refund_no): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let book = platform.book();
    let refund = book.refund(&out_refund_no).ok_or_else(|| Refusal::no_resource("退款单不存在"))?;
    Ok(Json(told(refund)))
}

fn told(refund: &Refund) -> Value {
    let (total, amount) = (refund.total.fen(), refund.amount.fen());
    let mut told = json!({
        "refund_id": refund.refund_id, "out_refund_no": refund.out_refund_no,
        "transaction_id": refund.transaction_id, "out_trade_no": refund.out_trade_no,
        "channel": "ORIGINAL", "user_received_account": "支付用户零钱",
        "create_time": rfc3339(refund.created), "status": refund.status.word(), "funds_account": "AVAILABLE",
        "amount": {"total": total, "refund": amount, "payer_total": total, "payer_refund": amount,
            "settlement_refund": amount, "settlement_total": total, "discount_refund": 0, "currency": "CNY"},
    });
    if let (RefundStatus::Success, Some(at)) = (refund.status, refund.settled) {
        told["success_time"] = json!(rfc3339(at));
    }
    told
}
