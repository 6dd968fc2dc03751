//! Notices: encrypted, signed, sent, and sent again until they are taken.

use super::book::{Order, Refund, RefundStatus};
use super::order::pause;
use super::{Platform, Shared};
use crate::clock::rfc3339;
use crate::seal;
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use kernel::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::task::JoinSet;

/// One notice that left, and what came back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Delivery {
    /// out_trade_no, or out_refund_no.
    pub reference: String,
    /// As in the notice: `TRANSACTION.SUCCESS` and so on.
    pub event_type: &'static str,
    /// The HTTP status that came back; 0 where nobody answered.
    pub status: u16,
    /// When it left.
    pub at: Timestamp,
}

/// A notice before it is encrypted.
#[derive(Clone, Debug)]
pub(super) struct Notice {
    id: String,
    url: String,
    reference: String,
    event_type: &'static str,
    summary: &'static str,
    original_type: &'static str,
    created: Timestamp,
    plain: Value,
}

/// The notice of a payment.
pub(super) fn of_order(platform: &Platform, order: &Order) -> Notice {
    let plain = platform.book().transaction(order, &platform.merchant.mchid, &platform.merchant.appid);
    Notice {
        id: format!("EV-{}", seal::token()),
        url: order.terms.notify_url.clone(),
        reference: order.terms.out_trade_no.clone(),
        event_type: "TRANSACTION.SUCCESS",
        summary: "支付成功",
        original_type: "transaction",
        created: platform.clock.now(),
        plain,
    }
}

/// The notice of a refund, where the merchant gave an address for it and it is settled.
pub(super) fn of_refund(platform: &Platform, refund: &Refund) -> Option<Notice> {
    let (event_type, summary) = match refund.status {
        RefundStatus::Processing => return None,
        RefundStatus::Success => ("REFUND.SUCCESS", "退款成功"),
        RefundStatus::Abnormal => ("REFUND.ABNORMAL", "退款异常"),
        RefundStatus::Closed => ("REFUND.CLOSED", "退款关闭"),
    };
    let (total, amount) = (refund.total.fen(), refund.amount.fen());
    let mut plain = json!({
        "mchid": platform.merchant.mchid, "out_trade_no": refund.out_trade_no,
        "transaction_id": refund.transaction_id, "out_refund_no": refund.out_refund_no,
        "refund_id": refund.refund_id, "refund_status": refund.status.word(), "user_received_account": "支付用户零钱",
        "amount": {"total": total, "refund": amount, "payer_total": total, "payer_refund": amount},
    });
    if let (RefundStatus::Success, Some(at)) = (refund.status, refund.settled) {
        plain["success_time"] = json!(rfc3339(at));
    }
    Some(Notice {
        id: format!("EV-{}", seal::token()),
        url: refund.notify_url.clone()?,
        reference: refund.out_refund_no.clone(),
        event_type,
        summary,
        original_type: "refund",
        created: platform.clock.now(),
        plain,
    })
}

/// Sends until it is taken or the schedule is at its end.
pub(super) fn in_background(platform: &Shared, notice: Notice) {
    let inner = Arc::clone(platform);
    platform.courier.spawn(async move {
        for wait in std::iter::once(None).chain(inner.schedule.iter().copied().map(Some)) {
            if let Some(wait) = wait {
                tokio::time::sleep(wait).await;
            }
            if once(&inner, &notice).await.iter().any(|status| (200..300).contains(status)) {
                return;
            }
        }
    });
}

/// One round: as many copies as the faults want, none where notices are lost. Answers the statuses.
pub(super) async fn once(platform: &Shared, notice: &Notice) -> Vec<u16> {
    let faults = platform.faults();
    if faults.lose_notices {
        return Vec::new();
    }
    pause(faults.notice_delay_ms).await;
    let mut statuses = Vec::new();
    for _ in 0..faults.notice_copies {
        let mut together = JoinSet::new();
        for _ in 0..faults.notice_together {
            let (platform, notice) = (Arc::clone(platform), notice.clone());
            together.spawn(async move { send(&platform, &notice).await });
        }
        while let Some(sent) = together.join_next().await {
            statuses.push(sent.unwrap_or_default());
        }
    }
    statuses
}

async fn send(platform: &Platform, notice: &Notice) -> u16 {
    let Some(body) = encrypt(platform, notice) else { return 0 };
    let faults = platform.faults();
    let at = platform.clock.now();
    let said = at - TimeDelta::seconds(faults.notice_stale_seconds);
    let headers = platform.keys().seal(said, &body, faults.notice_signature);
    let status = platform.courier.post(&notice.url, headers, body).await;
    let delivery = Delivery { reference: notice.reference.clone(), event_type: notice.event_type, status, at };
    platform.deliveries().push(delivery);
    status
}

/// The body of the notice, its resource under the APIv3 key.
fn encrypt(platform: &Platform, notice: &Notice) -> Option<Vec<u8>> {
    let mut plain = notice.plain.clone();
    let faults = platform.faults();
    if let Some(total) = faults.notice_amount {
        plain["amount"]["total"] = json!(total);
        plain["amount"]["payer_total"] = json!(total);
    }
    if let Some(mchid) = faults.notice_mchid {
        plain["mchid"] = json!(mchid);
    }
    if let Some(appid) = faults.notice_appid {
        plain["appid"] = json!(appid);
    }
    let text = plain.to_string();
    let nonce = seal::token().get(..12)?.to_owned();
    let cipher = Aes256Gcm::new_from_slice(platform.merchant.apiv3_key.as_bytes()).ok()?;
    let payload = Payload { msg: text.as_bytes(), aad: notice.original_type.as_bytes() };
    let sealed = cipher.encrypt(nonce.as_bytes().try_into().ok()?, payload).ok()?;
    let body = json!({
        "id": notice.id, "create_time": rfc3339(notice.created), "resource_type": "encrypt-resource",
        "event_type": notice.event_type, "summary": notice.summary,
        "resource": {"algorithm": "AEAD_AES_256_GCM", "original_type": notice.original_type,
            "associated_data": notice.original_type, "nonce": nonce, "ciphertext": STANDARD.encode(sealed)},
    });
    Some(body.to_string().into_bytes())
}
