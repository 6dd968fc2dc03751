//! What the platform can be told to do wrong.

use serde::{Deserialize, Serialize};

/// How a signature goes wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SealFault {
    /// Nothing goes wrong.
    #[default]
    Good,
    /// Signed by a stranger's key under the platform's serial.
    Forged,
    /// Begins with `WECHATPAY/SIGNTEST/`, as the platform's probes do.
    Probe,
    /// Signed rightly under a serial that was never announced.
    UnknownSerial,
    /// The four headers are left out.
    Missing,
}

/// How refunds end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundFault {
    /// They succeed.
    #[default]
    Success,
    /// The payer's card takes no money: ABNORMAL.
    Abnormal,
    /// CLOSED.
    Closed,
    /// They stay PROCESSING until `/outside/settle-refund`.
    Processing,
    /// The merchant's balance is short: refused with `NOT_ENOUGH`.
    NotEnough,
}

/// Everything that can go wrong. The default is health.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Milliseconds before each notice leaves.
    pub notice_delay_ms: u64,
    /// How many times each notice is sent, one after another.
    pub notice_copies: u32,
    /// How many are sent at the same moment, each of those times.
    pub notice_together: u32,
    /// No notice leaves. Those that the schedule still repeats when the fault is lifted do arrive.
    pub lose_notices: bool,
    /// What is wrong with the signature of notices.
    pub notice_signature: SealFault,
    /// Fen that stand in the notice as total, rather than the true amount.
    pub notice_amount: Option<i64>,
    /// The merchant number that stands in the notice.
    pub notice_mchid: Option<String>,
    /// The application that stands in the notice.
    pub notice_appid: Option<String>,
    /// Seconds by which a notice's timestamp is too old (rightly signed).
    pub notice_stale_seconds: i64,
    /// What is wrong with the signature of answers.
    pub answer_signature: SealFault,
    /// Milliseconds before a query is answered.
    pub query_delay_ms: u64,
    /// Milliseconds before a new order is answered (it is placed at once).
    pub order_delay_ms: u64,
    /// Every call of the API is answered 500 `SYSTEM_ERROR`.
    pub unavailable: bool,
    /// out_trade_no and out_refund_no whose rows the bills leave out.
    pub omit_from_bill: Vec<String>,
    /// The bill's hash is not that of its text.
    pub wrong_bill_hash: bool,
    /// How refunds end.
    pub refund: RefundFault,
}

impl Default for Faults {
    fn default() -> Faults {
        Faults {
            notice_delay_ms: 0,
            notice_copies: 1,
            notice_together: 1,
            lose_notices: false,
            notice_signature: SealFault::Good,
            notice_amount: None,
            notice_mchid: None,
            notice_appid: None,
            notice_stale_seconds: 0,
            answer_signature: SealFault::Good,
            query_delay_ms: 0,
            order_delay_ms: 0,
            unavailable: false,
            omit_from_bill: Vec::new(),
            wrong_bill_hash: false,
            refund: RefundFault::Success,
        }
    }
}
