//! A real-name service: do this name, identity number and phone belong to one person?
//!
//! # Asking
//! `POST /v1/three-elements`
//! ```text
//! X-Client: ZHIJIAN
//! X-Signature: HEX
//! Content-Type: application/json
//!
//! {"name":"张三","id_number":"130499199001010013","phone":"13900000001","nonce":"16 to 64 of 0-9 A-Z a-z _ -","timestamp":1795443600}
//! ```
//! `HEX = lower-case hex of HMAC-SHA256(shared key, "POST" "\n" "/v1/three-elements" "\n" raw body "\n")`; the key is the bytes of the configured text. `timestamp` is unix
//! seconds, at most 300 s from the service's clock; a nonce is taken once.
//!
//! Answer, 200, with `X-Signature` = hex of `HMAC-SHA256(shared key, raw body "\n" nonce of the request "\n")`:
//! `{"result":"match","serial":"RN-…"}`. result: `match`; `mismatch` (the number is known, but name or phone is another's); `not_found` (no such number).
//!
//! Errors: the status and `{"code","message"}`: 401 `BAD_SIGNATURE` (client, signature, skew, replay), 400 `BAD_REQUEST` (not JSON, an empty name, a malformed number or phone), 429
//! `LIMITED`, 503 `UNAVAILABLE`. Errors carry no signature and must be read as "no answer", never as a mismatch.
//!
//! # Controls, for demos and tests only (not signed)
//! `POST /outside/people` takes JSON lines, or a JSON array, of `{"name","id_number","phone"}` and adds them (the last of a number wins) → `{"people":5000}` · `GET|POST /outside/faults` reads or
//! replaces [`Faults`]. In process: [`Running::add_people`]. At the start: [`Config::people_file`], JSON lines. Fictitious people only.

use crate::StartError;
use crate::clock::Clock;
use crate::door::{self, Door};
use crate::seal;
use crate::server::{self, Serving};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::TimeDelta;
use kernel::{IdNumber, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The client as the service knows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Client {
    /// What stands in `X-Client`.
    pub id: String,
    /// The shared key.
    pub key: String,
}

/// A fictitious person with a phone of their own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Person {
    /// The whole name.
    pub name: String,
    /// 18 characters.
    pub id_number: String,
    /// 11 digits.
    pub phone: String,
}

/// How the stand-in is started.
#[derive(Clone, Debug)]
pub struct Config {
    /// The port on 127.0.0.1; 0 takes any.
    pub port: u16,
    /// People to begin with, as JSON lines.
    pub people_file: Option<PathBuf>,
    /// The service's clock.
    pub clock: Clock,
    /// The one client that is served.
    pub client: Client,
}

impl Config {
    /// Any port, nobody known, the wall's clock.
    pub fn new(client: Client) -> Config {
        Config { port: 0, people_file: None, clock: Clock::wall(), client }
    }
}

/// What goes wrong. The default is health.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Every question is answered 503.
    pub unavailable: bool,
    /// Every question is answered 429.
    pub limited: bool,
    /// The answer's signature is wrong.
    pub forge_answer: bool,
}

#[derive(Debug)]
struct Service {
    client: Client,
    clock: Clock,
    door: Door,
    people: Mutex<HashMap<String, Person>>,
    faults: Mutex<Faults>,
}

type Shared = Arc<Service>;

impl Service {
    fn people(&self) -> MutexGuard<'_, HashMap<String, Person>> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn faults(&self) -> Faults {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn add(&self, people: impl IntoIterator<Item = Person>) -> usize {
        let mut known = self.people();
        known.extend(people.into_iter().map(|person| (person.id_number.clone(), person)));
        known.len()
    }
}

/// The stand-in at work. Letting it go stops it.
#[derive(Debug)]
pub struct Running {
    serving: Serving,
    service: Shared,
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

    /// Adds people; the last of a number wins. Answers how many are known now.
    pub fn add_people(&self, people: impl IntoIterator<Item = Person>) -> usize {
        self.service.add(people)
    }

    /// Replaces what goes wrong. `Faults::default()` is health.
    pub fn set_faults(&self, faults: Faults) {
        *self.service.faults.lock().unwrap_or_else(PoisonError::into_inner) = faults;
    }

    /// Lets requests under way end, then returns.
    pub async fn stop(mut self) {
        self.serving.stop().await;
    }
}

/// Starts the stand-in.
///
/// # Errors
/// [`StartError`] where the port or the file of people is not usable.
pub async fn start(config: Config) -> Result<Running, StartError> {
    let service = Arc::new(Service {
        client: config.client,
        clock: config.clock,
        door: Door::new(TimeDelta::seconds(300)),
        people: Mutex::default(),
        faults: Mutex::default(),
    });
    if let Some(path) = &config.people_file {
        let name = path.display().to_string();
        let text = std::fs::read(path).map_err(|source| StartError::Folder { path: name.clone(), source })?;
        let people = people(&text).map_err(|error| StartError::Config(format!("{name}: {error}")))?;
        service.add(people);
    }
    let router = Router::new()
        .route("/v1/three-elements", post(check))
        .route("/outside/people", post(add_people).layer(DefaultBodyLimit::disable()))
        .route("/outside/faults", get(faults).post(set_faults))
        .with_state(Arc::clone(&service));
    let serving = server::listen(config.port).await?.serve(router);
    Ok(Running { serving, service })
}

/// Reads people from a JSON array or from JSON lines.
fn people(text: &[u8]) -> Result<Vec<Person>, serde_json::Error> {
    if text.trim_ascii_start().first() == Some(&b'[') {
        return serde_json::from_slice(text);
    }
    serde_json::Deserializer::from_slice(text).into_iter().collect()
}

#[derive(Deserialize)]
struct Question {
    name: String,
    id_number: String,
    phone: String,
    nonce: String,
    timestamp: i64,
}

/// Why a question is not answered.
struct Refusal(StatusCode, &'static str, &'static str);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"code": self.1, "message": self.2}))).into_response()
    }
}

async fn check(State(service): State<Shared>, headers: HeaderMap, body: Bytes) -> Result<Response, Refusal> {
    let question = admit(&service, &headers, &body)?;
    let result = match service.people().get(&question.id_number) {
        None => "not_found",
        Some(person) if person.name == question.name && person.phone == question.phone => "match",
        Some(_) => "mismatch",
    };
    let answer = json!({"result": result, "serial": format!("RN-{}", seal::token())}).to_string();
    let key = if service.faults().forge_answer { "another key" } else { &service.client.key };
    let signature = seal::hmac_sha256(key, format!("{answer}\n{}\n", question.nonce).as_bytes());
    Ok(([("content-type", "application/json".to_owned()), ("x-signature", signature)], answer).into_response())
}

fn admit(service: &Service, headers: &HeaderMap, body: &[u8]) -> Result<Question, Refusal> {
    let refused = |message| Refusal(StatusCode::UNAUTHORIZED, "BAD_SIGNATURE", message);
    let bad = |message| Refusal(StatusCode::BAD_REQUEST, "BAD_REQUEST", message);
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
    let message = [b"POST\n/v1/three-elements\n".as_slice(), body, b"\n"].concat();
    if header("x-client") != service.client.id
        || header("x-signature") != seal::hmac_sha256(&service.client.key, &message)
    {
        return Err(refused("签名不正确"));
    }
    let question: Question = serde_json::from_slice(body).map_err(|_| bad("报文不正确"))?;
    let now = service.clock.now();
    let at = Timestamp::from_timestamp(question.timestamp, 0).ok_or_else(|| refused("时间戳不正确"))?;
    service.door.in_time(now, at).map_err(|_| refused("时间戳相差过大"))?;
    if !door::is_nonce(&question.nonce) {
        return Err(bad("随机串不正确"));
    }
    service.door.once(now, &question.nonce).map_err(|_| refused("请求重复"))?;
    let is_phone = question.phone.len() == 11 && question.phone.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = question.id_number.len() == 18 && IdNumber::parse(&question.id_number).is_ok();
    if question.name.trim().is_empty() || !is_number || !is_phone {
        return Err(bad("姓名、身份证号码或手机号格式不正确"));
    }
    let faults = service.faults();
    if faults.unavailable {
        return Err(Refusal(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", "系统维护，请稍后重试"));
    }
    if faults.limited {
        return Err(Refusal(StatusCode::TOO_MANY_REQUESTS, "LIMITED", "查询过于频繁"));
    }
    Ok(question)
}

async fn add_people(State(service): State<Shared>, body: Bytes) -> Result<Response, Refusal> {
    let people = people(&body).map_err(|_| Refusal(StatusCode::BAD_REQUEST, "BAD_REQUEST", "报文不正确"))?;
    Ok(Json(json!({"people": service.add(people)})).into_response())
}

async fn faults(State(service): State<Shared>) -> Json<Faults> {
    Json(service.faults())
}

async fn set_faults(State(service): State<Shared>, body: Bytes) -> Result<Json<Faults>, Refusal> {
    let faults: Faults =
        serde_json::from_slice(&body).map_err(|_| Refusal(StatusCode::BAD_REQUEST, "BAD_REQUEST", "报文不正确"))?;
    *service.faults.lock().unwrap_or_else(PoisonError::into_inner) = faults.clone();
    Ok(Json(faults))
}
