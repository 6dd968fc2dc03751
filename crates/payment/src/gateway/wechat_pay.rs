//! WeChat Pay, APIv3, in public-key mode (<https://pay.weixin.qq.com/doc/v3/merchant/4012365342>).
//!
//! Every request is signed with the merchant's key; every answer and notice is checked against the platform's public key of its
//! serial before a byte of it is believed. It refuses forged signatures, serials that it was not told, timestamps more than five
//! minutes off in either direction, the platform's own probes, other merchants, other applications, other currencies.

mod bill;
mod notice;
mod refund;
mod signature;
mod transaction;

pub use notice::{Notice, NoticeError};
pub use signature::{KeyProblem, PlatformKey, SKEW_SECONDS_MAX, VerifyError};
pub use transaction::NotOurs;

use super::http::{self, ANSWER_BYTES_MAX, Answer, NoClient, Request, nonce, rfc3339, with_query};
use super::{Closing, GatewayError, Report, Visit};
use crate::{Attempt, DailyRow, Refund, RefundOutcome};
use control::Clock;
use kernel::Date;
use reqwest::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use signature::{Merchant, PlatformKeys};
use std::fmt;
use std::sync::Arc;
use transaction::Transaction;
use zeroize::Zeroizing;

/// What the merchant has from the platform. Secrets are wiped when it is dropped and never shown.
pub struct Config {
    /// `https://api.mch.weixin.qq.com`, without a slash at its end.
    pub base_url: String,
    /// The merchant's number (商户号).
    pub mchid: String,
    /// The public account or application.
    pub appid: String,
    /// The serial of the merchant's certificate.
    pub serial: String,
    /// The merchant's private key, PEM PKCS#8.
    pub private_key_pem: Zeroizing<String>,
    /// The APIv3 key: 32 ASCII characters.
    pub apiv3_key: Zeroizing<String>,
    /// The platform's public keys, as the merchant site gives them; several while one takes over from another.
    pub platform_keys: Vec<PlatformKey>,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Config { base_url, mchid, appid, serial, private_key_pem: _, apiv3_key: _, platform_keys } = self;
        f.debug_struct("Config")
            .field("base_url", base_url)
            .field("mchid", mchid)
            .field("appid", appid)
            .field("serial", serial)
            .field("platform_keys", platform_keys)
            .finish_non_exhaustive()
    }
}

/// Why a client cannot be made of a configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A key is not usable.
    #[error("a key of WeChat Pay is not usable")]
    Key(#[from] KeyProblem),
    /// No HTTP client.
    #[error("WeChat Pay cannot be called")]
    Client(#[from] NoClient),
}

/// The client of one merchant.
pub struct WeChatPay {
    base_url: String,
    appid: String,
    merchant: Merchant,
    platform: PlatformKeys,
    apiv3: notice::Apiv3Key,
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for WeChatPay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeChatPay").field("mchid", &self.merchant.mchid).finish_non_exhaustive()
    }
}

impl WeChatPay {
    /// Makes a client; it calls nobody yet.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn new(config: Config, clock: Arc<dyn Clock>) -> Result<WeChatPay, ConfigError> {
        Ok(WeChatPay {
            merchant: Merchant::new(config.mchid, config.serial, &config.private_key_pem)?,
            platform: PlatformKeys::new(&config.platform_keys)?,
            apiv3: notice::Apiv3Key::new(&config.apiv3_key)?,
            base_url: config.base_url,
            appid: config.appid,
            http: http::client()?,
            clock,
        })
    }

    /// Trusts one more key of the platform, by its serial, beside those known: a rotation that the merchant site announced.
    ///
    /// # Errors
    /// [`KeyProblem`].
    pub fn trust(&self, key: &PlatformKey) -> Result<(), KeyProblem> {
        self.platform.trust(key)
    }

    /// Places an order for a mobile browser and answers the cashier's page, from which the payer comes back.
    pub(crate) async fn h5(&self, attempt: &Attempt, visit: Visit<'_>) -> Result<String, GatewayError> {
        #[derive(Deserialize)]
        struct Placed {
            h5_url: String,
        }
        let mut order = self.order(attempt, visit);
        order["scene_info"] = serde_json::json!({ "payer_client_ip": visit.client_ip, "h5_info": { "type": "Wap" } });
        let placed: Placed = self.post("/v3/pay/transactions/h5", &order).await?;
        Ok(with_query(&placed.h5_url, "redirect_url", visit.return_url))
    }

    /// Places an order for another device and answers the text of the QR code that it shows.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn native(&self, attempt: &Attempt, visit: Visit<'_>) -> Result<String, GatewayError> {
        #[derive(Deserialize)]
        struct Placed {
            code_url: String,
        }
        let placed: Placed = self.post("/v3/pay/transactions/native", &self.order(attempt, visit)).await?;
        Ok(placed.code_url)
    }

    fn order(&self, attempt: &Attempt, visit: Visit<'_>) -> serde_json::Value {
        serde_json::json!({
            "appid": self.appid,
            "mchid": self.merchant.mchid,
            "description": attempt.description.chars().take(127).collect::<String>(),
            "out_trade_no": attempt.number,
            "time_expire": rfc3339(attempt.expires_at),
            "notify_url": visit.notify_url,
            "amount": { "total": attempt.amount.fen(), "currency": "CNY" },
        })
    }

    /// Asks what became of an order.
    pub(crate) async fn query(&self, number: &str) -> Result<Report, GatewayError> {
        let path = format!("/v3/pay/transactions/out-trade-no/{number}?mchid={}", self.merchant.mchid);
        match self.get::<Transaction>(&path).await {
            Ok(transaction) if transaction.out_trade_no == number => {
                transaction.report(&self.merchant.mchid, &self.appid).map_err(|e| GatewayError::Unusable(e.to_string()))
            }
            Ok(_) => Err(GatewayError::Unusable("another order than the one asked after".to_owned())),
            Err(GatewayError::Refused { code, .. }) if code == "ORDER_NOT_EXIST" => Ok(Report::Unknown),
            Err(error) => Err(error),
        }
    }

    /// Closes an unpaid order.
    pub(crate) async fn close(&self, number: &str) -> Result<Closing, GatewayError> {
        let path = format!("/v3/pay/transactions/out-trade-no/{number}/close");
        let body = serde_json::json!({ "mchid": self.merchant.mchid }).to_string();
        match self.call(Method::POST, &path, body).await {
            Ok(_) => Ok(Closing::Closed),
            Err(GatewayError::Refused { code, .. }) if code == "ORDER_PAID" => Ok(Closing::Paid),
            // It never reached the platform, or was closed there before.
            Err(GatewayError::Refused { code, .. }) if code == "ORDER_NOT_EXIST" || code == "ORDER_CLOSED" => {
                Ok(Closing::Closed)
            }
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn refund(&self, refund: &Refund, notify_url: &str) -> Result<RefundOutcome, GatewayError> {
        let body = refund::request(refund, notify_url);
        let answer: refund::Answer = self.post("/v3/refund/domestic/refunds", &body).await?;
        answer.outcome(&refund.number)
    }

    pub(crate) async fn query_refund(&self, number: &str) -> Result<RefundOutcome, GatewayError> {
        let answer: refund::Answer = self.get(&format!("/v3/refund/domestic/refunds/{number}")).await?;
        answer.outcome(number)
    }

    pub(crate) async fn daily_bill(&self, date: Date) -> Result<Vec<DailyRow>, GatewayError> {
        let path = format!("/v3/bill/tradebill?bill_date={date}&bill_type=ALL&tar_type=GZIP");
        let link: bill::Link = self.get(&path).await?;
        // The link is fetched with our signature, so it must lead where our requests go.
        let file = link.download_url.strip_prefix(&self.base_url).filter(|path| path.starts_with('/'));
        let file = file.ok_or_else(|| GatewayError::Unusable("the bill lies on another host".to_owned()))?;
        let request = self.signed(Method::GET, file, String::new())?;
        let answer = http::send(&self.http, request, http::BILL_BYTES_MAX).await?;
        if answer.status != 200 {
            return Err(refusal(&answer));
        }
        bill::read(&answer.body, &link)
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, GatewayError> {
        parsed(&self.call(Method::GET, path, String::new()).await?)
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, body: &serde_json::Value) -> Result<T, GatewayError> {
        parsed(&self.call(Method::POST, path, body.to_string()).await?)
    }

    /// One signed request. The answer's signature is checked before its status is believed.
    async fn call(&self, method: Method, path: &str, body: String) -> Result<Answer, GatewayError> {
        let answer = http::send(&self.http, self.signed(method, path, body)?, ANSWER_BYTES_MAX).await?;
        self.platform.verify(&answer.headers, &answer.body, self.clock.now())?;
        if (200..300).contains(&answer.status) { Ok(answer) } else { Err(refusal(&answer)) }
    }

    fn signed(&self, method: Method, path: &str, body: String) -> Result<Request, GatewayError> {
        let timestamp = self.clock.now().timestamp();
        let authorization = self.merchant.authorization(method.as_str(), path, timestamp, &nonce()?, &body)?;
        let mut headers = vec![("authorization", authorization), ("accept", "application/json".to_owned())];
        headers.extend(self.platform.newest().map(|serial| ("wechatpay-serial", serial)));
        Ok(Request { method, url: format!("{}{path}", self.base_url), headers, body: body.into_bytes() })
    }
}

fn parsed<T: DeserializeOwned>(answer: &Answer) -> Result<T, GatewayError> {
    serde_json::from_slice(&answer.body).map_err(|error| GatewayError::Unusable(error.to_string()))
}

fn refusal(answer: &Answer) -> GatewayError {
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Problem {
        code: String,
        message: String,
    }
    let Problem { code, message } = serde_json::from_slice(&answer.body).unwrap_or_default();
    GatewayError::Refused { status: answer.status, code, message }
}
