//! The short message service of Aliyun (Dysmsapi, SendSms, version 2017-05-25) in its RPC form, and the demo's handset.
//!
//! # Sending
//! `GET /` with a query, or `POST /` with a form (query and form together are the parameters):
//!
//! | parameter | value |
//! |---|---|
//! | AccessKeyId | the account's |
//! | Action | `SendSms` |
//! | Version | `2017-05-25` |
//! | Format | `JSON` |
//! | RegionId | `cn-hangzhou` (any, optional) |
//! | SignatureMethod, SignatureVersion | `HMAC-SHA1`, `1.0` |
//! | SignatureNonce | never twice |
//! | Timestamp | UTC, `2026-11-23T06:20:00Z`, at most 15 min from the provider's clock |
//! | Signature | see below |
//! | PhoneNumbers | one mainland mobile number, 11 digits from 1, or up to 1000 parted by commas |
//! | SignName | a signature name of the account (`至简社保`) |
//! | TemplateCode | a template of the account (`SMS_100000001`) |
//! | TemplateParam | JSON object with every variable of the template: `{"code":"123456"}` |
//! | OutId | ours, optional, comes back in the report |
//!
//! `Signature = base64(HMAC-SHA1(AccessKeySecret "&", METHOD "&" pe("/") "&" pe(CANONICAL)))`, where CANONICAL is every parameter except Signature, sorted by name (bytes), as
//! `pe(name)=pe(value)` joined by `&`, and `pe` percent-encodes UTF-8 bytes except `A-Z a-z 0-9 - _ . ~` (space `%20`, `*` `%2A`, upper-case hex).
//!
//! Answer, 200: `{"Code":"OK","Message":"OK","RequestId":"UUID","BizId":"900619746936498440^0"}`. Refused by the business, also 200: `Code` `isv.MOBILE_NUMBER_ILLEGAL`,
//! `isv.SMS_SIGNATURE_ILLEGAL`, `isv.SMS_TEMPLATE_ILLEGAL`, `isv.TEMPLATE_MISSING_PARAMETERS`, `isv.INVALID_JSON_PARAM`, `isv.BUSINESS_LIMIT_CONTROL`, without BizId. Refused at the door:
//! `{"Code","Message","RequestId","HostId"}` with 404 `InvalidAccessKeyId.NotFound`, 404 `InvalidAction.NotFound`, 400 `SignatureDoesNotMatch`, 400 `SignatureNonceUsed`, 400 `InvalidTimeStamp.Expired`,
//! 400 `MissingParameter` (the Message names it), 400 `InvalidVersion`, 503 `ServiceUnavailable`.
//!
//! # Delivery report
//! Where the account has a `report_url`, `POST` there, a JSON array:
//! `[{"phone_number":"13900000001","send_time":"2026-11-23 14:20:00","report_time":"2026-11-23 14:20:01","success":true,"err_code":"DELIVERED","err_msg":"用户接收成功","sms_size":"1","biz_id":"…","out_id":"…"}]`.
//! Expected answer: 200 `{"code":0,"msg":"接收成功"}`; otherwise repeated after 1 s and 5 s. Times are of +08:00.
//!
//! # The demo's handset
//! `GET /inbox?phone=` is a page with the messages, newest first; `GET /inbox.json?phone=13900000001` → `[{"phone","sign_name","template_code","text","param":{…},"out_id","biz_id","at"}]`, newest first
//! (`text` is what the handset shows: `【至简社保】验证码 123456，五分钟内有效。`). Both are ours, not the provider's.
//!
//! # Controls (not signed)
//! `GET|POST /outside/faults` reads or replaces [`Faults`].

mod inbox;
mod parameters;
mod report;
mod send;

pub use inbox::Message;

use crate::StartError;
use crate::clock::Clock;
use crate::courier::Courier;
use crate::door::Door;
use crate::journal::Journal;
use crate::server::{self, Serving};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The account as the provider knows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Account {
    /// AccessKeyId.
    pub access_key_id: String,
    /// AccessKeySecret.
    pub access_key_secret: String,
    /// Signature names that were approved.
    pub sign_names: Vec<String>,
    /// Templates that were approved, by code, with variables as `${code}`.
    pub templates: BTreeMap<String, String>,
    /// Where delivery reports go, if anywhere.
    #[serde(default)]
    pub report_url: Option<String>,
}

/// How the stand-in is started.
#[derive(Clone, Debug)]
pub struct Config {
    /// The port on 127.0.0.1; 0 takes any.
    pub port: u16,
    /// Where messages are kept, so that they survive a restart.
    pub folder: Option<PathBuf>,
    /// The provider's clock.
    pub clock: Clock,
    /// The one account that is served.
    pub account: Account,
}

impl Config {
    /// Any port, no folder, the wall's clock.
    pub fn new(account: Account) -> Config {
        Config { port: 0, folder: None, clock: Clock::wall(), account }
    }
}

/// What goes wrong. The default is health.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Every sending is answered 503.
    pub unavailable: bool,
    /// Every sending is refused with `isv.BUSINESS_LIMIT_CONTROL`.
    pub limited: bool,
    /// Taken and answered OK, but no handset shows it; the report says that it failed.
    pub lost: bool,
    /// Milliseconds before a sending is answered.
    pub delay_ms: u64,
}

#[derive(Debug)]
struct Provider {
    account: Account,
    clock: Clock,
    door: Door,
    courier: Courier,
    inbox: Mutex<(Journal, Vec<Message>)>,
    faults: Mutex<Faults>,
}

type Shared = Arc<Provider>;

impl Provider {
    fn inbox(&self) -> MutexGuard<'_, (Journal, Vec<Message>)> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn faults(&self) -> Faults {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The stand-in at work. Letting it go stops it.
#[derive(Debug)]
pub struct Running {
    serving: Serving,
    provider: Shared,
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.serving.address()
    }

    /// `http://127.0.0.1:PORT`, without a slash at its end.
    pub fn url(&self) -> String {
        self.serving.url()
    }

    /// Replaces what goes wrong. `Faults::default()` is health.
    pub fn set_faults(&self, faults: Faults) {
        *self.provider.faults.lock().unwrap_or_else(PoisonError::into_inner) = faults;
    }

    /// The messages of a phone, newest first.
    pub fn messages(&self, phone: &str) -> Vec<Message> {
        inbox::of_phone(&self.provider, Some(phone))
    }

    /// Lets requests under way end, gives up reports still to be repeated, then returns.
    pub async fn stop(mut self) {
        self.provider.courier.hush();
        self.serving.stop().await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.provider.courier.hush();
    }
}

/// Starts the stand-in.
///
/// # Errors
/// [`StartError`] where port or folder are not usable.
pub async fn start(config: Config) -> Result<Running, StartError> {
    let inbox = Journal::open(config.folder.as_deref(), "sms.jsonl")?;
    let listening = server::listen(config.port).await?;
    let provider = Arc::new(Provider {
        account: config.account,
        clock: config.clock,
        door: Door::new(TimeDelta::minutes(15)),
        courier: Courier::new()?,
        inbox: Mutex::new(inbox),
        faults: Mutex::default(),
    });
    let router = Router::new()
        .route("/", get(send::send).post(send::send))
        .route("/inbox", get(inbox::show))
        .route("/inbox.json", get(inbox::list))
        .route("/outside/faults", get(faults).post(set_faults))
        .with_state(Arc::clone(&provider));
    let serving = listening.serve(router);
    Ok(Running { serving, provider })
}

async fn faults(State(provider): State<Shared>) -> Json<Faults> {
    Json(provider.faults())
}

async fn set_faults(State(provider): State<Shared>, body: Bytes) -> Response {
    match serde_json::from_slice::<Faults>(&body) {
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
        Ok(faults) => {
            *provider.faults.lock().unwrap_or_else(PoisonError::into_inner) = faults.clone();
            Json(faults).into_response()
        }
    }
}
