//! Refunds as the platform speaks of them.

use crate::gateway::GatewayError;
use crate::gateway::http::parse_rfc3339;
use crate::{Refund, RefundOutcome};
use serde::Deserialize;

pub(crate) fn request(refund: &Refund, notify_url: &str) -> serde_json::Value {
    serde_json::json!({
        "transaction_id": refund.receipt.transaction_id,
        "out_refund_no": refund.number,
        "reason": refund.reason.chars().take(80).collect::<String>(),
        "notify_url": notify_url,
        "amount": { "refund": refund.amount.fen(), "total": refund.receipt.amount.fen(), "currency": "CNY" },
    })
}

/// The answer to a refund and to a question after one.
#[derive(Deserialize)]
pub(crate) struct Answer {
    out_refund_no: String,
    status: String,
    success_time: Option<String>,
}

impl Answer {
    pub(crate) fn outcome(&self, asked: &str) -> Result<RefundOutcome, GatewayError> {
        if self.out_refund_no != asked {
            return Err(GatewayError::Unusable("another refund than the one asked after".to_owned()));
        }
        outcome(&self.status, self.success_time.as_deref())
    }
}

/// What a notice of a refund carries.
#[derive(Deserialize)]
pub(crate) struct Told {
    pub(crate) mchid: String,
    pub(crate) out_refund_no: String,
    refund_status: String,
    success_time: Option<String>,
}

impl Told {
    pub(crate) fn outcome(&self) -> Result<RefundOutcome, GatewayError> {
        outcome(&self.refund_status, self.success_time.as_deref())
    }
}

fn outcome(status: &str, success_time: Option<&str>) -> Result<RefundOutcome, GatewayError> {
    match status {
        "SUCCESS" => Ok(RefundOutcome::Done(parse_rfc3339(success_time.unwrap_or_default())?)),
        "PROCESSING" => Ok(RefundOutcome::Processing),
        "ABNORMAL" | "CLOSED" => Ok(RefundOutcome::Failed(status.to_owned())),
        other => Err(GatewayError::Unusable(format!("a refund that is {other:?}"))),
    }
}
