//! Delivery reports to the account's address.

use super::Shared;
use super::inbox::Message;
use crate::clock::local;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// Tells whether the message arrived, again after one and five seconds where nobody listened.
pub(super) fn tell(provider: &Shared, message: &Message, is_lost: bool) {
    let Some(url) = provider.account.report_url.clone() else { return };
    let at = local(message.at, "%Y-%m-%d %H:%M:%S");
    let (code, words) = if is_lost { ("MK:0001", "用户不可达") } else { ("DELIVERED", "用户接收成功") };
    let report = json!([{
        "phone_number": message.phone, "send_time": at, "report_time": at, "success": !is_lost, "err_code": code,
        "err_msg": words, "sms_size": "1", "biz_id": message.biz_id, "out_id": message.out_id.as_deref().unwrap_or(""),
    }]);
    let inner = Arc::clone(provider);
    provider.courier.spawn(async move {
        for wait in [0, 1, 5] {
            tokio::time::sleep(Duration::from_secs(wait)).await;
            if inner.courier.post(&url, Vec::new(), report.to_string().into_bytes()).await == 200 {
                return;
            }
        }
    });
}
