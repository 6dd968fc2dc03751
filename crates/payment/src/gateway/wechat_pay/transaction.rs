//! A transaction as a query answers it and a notice carries it. Merchant, application and currency are checked before it counts.

use crate::Verified;
use crate::gateway::http::parse_rfc3339;
use crate::gateway::{GatewayKind, Report};
use kernel::Fen;
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Transaction {
    appid: String,
    mchid: String,
    pub(crate) out_trade_no: String,
    trade_state: String,
    transaction_id: Option<String>,
    success_time: Option<String>,
    amount: Option<Amount>,
}

#[derive(Deserialize)]
struct Amount {
    total: i64,
    #[serde(default = "yuan")]
    currency: String,
}

fn yuan() -> String {
    "CNY".to_owned()
}

/// Why a rightly signed transaction is not ours or not whole.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotOurs {
    /// Another merchant's.
    #[error("the merchant {0:?} is not ours")]
    WrongMerchant(String),
    /// Another application's.
    #[error("the application {0:?} is not ours")]
    WrongApplication(String),
    /// In another currency.
    #[error("the currency {0:?} is not the yuan")]
    WrongCurrency(String),
    /// A fact is missing or cannot be.
    #[error("the transaction has no usable {0}")]
    NotWhole(&'static str),
}

impl Transaction {
    /// What it says, once it is known to be ours.
    pub(crate) fn report(self, mchid: &str, appid: &str) -> Result<Report, NotOurs> {
        if self.mchid != mchid {
            return Err(NotOurs::WrongMerchant(self.mchid));
        }
        if self.appid != appid {
            return Err(NotOurs::WrongApplication(self.appid));
        }
        match self.trade_state.as_str() {
            // Refunded means paid before; the refund is a matter of its own.
            "SUCCESS" | "REFUND" => self.paid().map(Report::Paid),
            "NOTPAY" | "USERPAYING" | "PAYERROR" | "ACCEPT" => Ok(Report::Waiting),
            "CLOSED" | "REVOKED" => Ok(Report::Closed),
            _ => Err(NotOurs::NotWhole("trade_state")),
        }
    }

    fn paid(self) -> Result<Verified, NotOurs> {
        let amount = self.amount.ok_or(NotOurs::NotWhole("amount"))?;
        if amount.currency != "CNY" {
            return Err(NotOurs::WrongCurrency(amount.currency));
        }
        let total = Fen::new(amount.total);
        if total <= Fen::ZERO || total > Fen::LIMIT {
            return Err(NotOurs::NotWhole("amount"));
        }
        let paid_at = self.success_time.as_deref().and_then(|time| parse_rfc3339(time).ok());
        Ok(Verified {
            gateway: GatewayKind::WeChatPay,
            merchant: self.mchid,
            number: self.out_trade_no,
            transaction_id: self
                .transaction_id
                .filter(|id| !id.is_empty())
                .ok_or(NotOurs::NotWhole("transaction_id"))?,
            amount: total,
            paid_at: paid_at.ok_or(NotOurs::NotWhole("success_time"))?,
            notice_id: None,
            payer: None,
        })
    }
}
