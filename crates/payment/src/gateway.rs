//! The gateways: clients of services outside, called after a commit or by jobs, never inside an act.

pub mod bank;
mod http;
pub mod wechat_pay;

use crate::{Attempt, DailyRow, PayerAccount, Refund, RefundOutcome, Verified};
use bank::Bank;
use kernel::Date;
use wechat_pay::{VerifyError, WeChatPay};

kernel::words! {
    /// A way to pay.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum GatewayKind {
        /// WeChat Pay.
        WeChatPay = "wechat_pay",
        /// A transfer to the agency's account at its bank.
        Bank = "bank",
    }
}

impl GatewayKind {
    /// The letter that the numbers of its attempts carry.
    pub(crate) const fn letter(self) -> char {
        match self {
            GatewayKind::WeChatPay => 'W',
            GatewayKind::Bank => 'B',
        }
    }
}

/// Why a gateway did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The agency does not offer this gateway.
    #[error("{0} is not offered")]
    NotOffered(GatewayKind),
    /// It did not answer, or not in time. Whether it did something is unknown: ask after it.
    #[error("the gateway did not answer")]
    NoAnswer(#[source] reqwest::Error),
    /// It refused, by its own code.
    #[error("the gateway refused with {status} {code}: {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Its code, as in `ORDER_PAID`.
        code: String,
        /// What it says.
        message: String,
    },
    /// The answer does not carry the gateway's signature, so it says nothing.
    #[error("the gateway's answer cannot be trusted")]
    Untrusted(#[from] VerifyError),
    /// The answer is not what the protocol promises.
    #[error("the gateway's answer is not usable: {0}")]
    Unusable(String),
    /// We could not sign.
    #[error("the request could not be signed")]
    Signing,
}

/// What a gateway says about an attempt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Report {
    /// It was paid.
    Paid(Verified),
    /// Nobody has paid yet.
    Waiting,
    /// It was closed unpaid.
    Closed,
    /// The gateway never heard of it.
    Unknown,
}

/// How closing an attempt ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Closing {
    /// Nobody can pay it any more.
    Closed,
    /// It was paid before: ask after it, and confirm.
    Paid,
}

/// The visit in which somebody pays.
#[derive(Clone, Copy, Debug)]
pub struct Visit<'a> {
    /// Where the payer's browser comes back to.
    pub return_url: &'a str,
    /// Where the gateway sends its notices.
    pub notify_url: &'a str,
    /// The payer's address, which WeChat Pay asks for.
    pub client_ip: &'a str,
}

/// The gateways that the agency offers.
#[derive(Debug, Default)]
pub struct Gateways {
    /// WeChat Pay, where it is offered.
    pub wechat_pay: Option<WeChatPay>,
    /// The bank, where it is offered.
    pub bank: Option<Bank>,
}

/// One of them.
enum Client<'a> {
    WeChatPay(&'a WeChatPay),
    Bank(&'a Bank),
}

impl Gateways {
    fn client(&self, kind: GatewayKind) -> Result<Client<'_>, GatewayError> {
        let client = match kind {
            GatewayKind::WeChatPay => self.wechat_pay.as_ref().map(Client::WeChatPay),
            GatewayKind::Bank => self.bank.as_ref().map(Client::Bank),
        };
        client.ok_or(GatewayError::NotOffered(kind))
    }

    /// Which gateways are offered.
    pub fn offered(&self) -> impl Iterator<Item = GatewayKind> {
        GatewayKind::ALL.iter().copied().filter(|kind| self.client(*kind).is_ok())
    }

    /// Takes an attempt to its gateway and answers the page on which the payer confirms. May be asked again.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn cashier(&self, attempt: &Attempt, visit: Visit<'_>) -> Result<String, GatewayError> {
        match self.client(attempt.gateway)? {
            Client::WeChatPay(client) => client.h5(attempt, visit).await,
            Client::Bank(client) => client.note(attempt, visit.return_url).await,
        }
    }

    /// Asks what became of an attempt.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn query(&self, kind: GatewayKind, number: &str) -> Result<Report, GatewayError> {
        match self.client(kind)? {
            Client::WeChatPay(client) => client.query(number).await,
            Client::Bank(client) => client.query(number).await,
        }
    }

    /// Closes an unpaid attempt.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn close(&self, kind: GatewayKind, number: &str) -> Result<Closing, GatewayError> {
        match self.client(kind)? {
            Client::WeChatPay(client) => client.close(number).await,
            Client::Bank(client) => client.cancel(number).await,
        }
    }

    /// Carries a refund to the gateway. The same refund may be carried there again. A bank needs the payer's account
    /// (see [`crate::payer_of`]).
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn refund(
        &self,
        refund: &Refund,
        payer: Option<&PayerAccount>,
        notify_url: &str,
    ) -> Result<RefundOutcome, GatewayError> {
        match self.client(refund.receipt.gateway)? {
            Client::WeChatPay(client) => client.refund(refund, notify_url).await,
            Client::Bank(client) => client.payout(refund, payer).await,
        }
    }

    /// Asks what became of a refund.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn query_refund(&self, refund: &Refund) -> Result<RefundOutcome, GatewayError> {
        match self.client(refund.receipt.gateway)? {
            Client::WeChatPay(client) => client.query_refund(&refund.number).await,
            Client::Bank(client) => client.query_payout(&refund.number).await,
        }
    }

    /// Money that a gateway tells of without being asked after an attempt: a bank's transfers of a day. WeChat Pay sends notices
    /// instead, so there is nothing to fetch.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn arrivals(&self, kind: GatewayKind, date: Date) -> Result<Vec<Verified>, GatewayError> {
        match self.client(kind)? {
            Client::WeChatPay(_) => Ok(Vec::new()),
            Client::Bank(client) => client.arrivals(date).await,
        }
    }

    /// The gateway's bill of a day.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn daily_bill(&self, kind: GatewayKind, date: Date) -> Result<Vec<DailyRow>, GatewayError> {
        match self.client(kind)? {
            Client::WeChatPay(client) => client.daily_bill(date).await,
            Client::Bank(client) => client.daily_bill(date).await,
        }
    }
}
