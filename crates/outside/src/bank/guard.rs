//! Checks the client's seal on what comes in and seals what goes out; the bank's errors.

use super::{Bank, Shared};
use crate::door;
use crate::seal;
use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// The largest body that is read, in bytes.
const LIMIT: usize = 64 * 1024;

/// Why a call is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Refusal {
    pub(super) fn bad(message: impl Into<String>) -> Refusal {
        Refusal { status: StatusCode::BAD_REQUEST, code: "BAD_REQUEST", message: message.into() }
    }

    pub(super) fn unknown(code: &'static str) -> Refusal {
        Refusal { status: StatusCode::NOT_FOUND, code, message: "没有这个编号".to_owned() }
    }

    pub(super) fn conflict(code: &'static str, message: &str) -> Refusal {
        Refusal { status: StatusCode::CONFLICT, code, message: message.to_owned() }
    }

    fn signature(message: impl Into<String>) -> Refusal {
        Refusal { status: StatusCode::UNAUTHORIZED, code: "BAD_SIGNATURE", message: message.into() }
    }

    fn unavailable() -> Refusal {
        let message = "系统维护，请稍后重试".to_owned();
        Refusal { status: StatusCode::SERVICE_UNAVAILABLE, code: "UNAVAILABLE", message }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(json!({"code": self.code, "message": self.message}))).into_response()
    }
}

pub(super) async fn guard(State(bank): State<Shared>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let answer = match to_bytes(body, LIMIT).await {
        Err(_) => Refusal::bad("报文过大").into_response(),
        Ok(body) => match admit(&bank, &parts, &body) {
            Err(refusal) => refusal.into_response(),
            Ok(()) => next.run(Request::from_parts(parts, Body::from(body))).await,
        },
    };
    sign(&bank, answer).await
}

fn admit(bank: &Bank, parts: &Parts, body: &[u8]) -> Result<(), Refusal> {
    let header = |name: &str| {
        let value = parts.headers.get(name).and_then(|value| value.to_str().ok());
        value.ok_or_else(|| Refusal::signature(format!("缺少{name}")))
    };
    if header("x-bank-client")? != bank.client.id {
        return Err(Refusal::signature("客户号不正确"));
    }
    let (timestamp, nonce) = (header("x-bank-timestamp")?, header("x-bank-nonce")?);
    let now = bank.clock.now();
    let at = door::unix(timestamp).ok_or_else(|| Refusal::signature("时间戳不正确"))?;
    bank.door.in_time(now, at).map_err(|error| Refusal::signature(error.to_string()))?;
    if !door::is_nonce(nonce) {
        return Err(Refusal::signature("随机串不正确"));
    }
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let lines = [parts.method.as_str(), target, timestamp, nonce].join("\n");
    let message = [lines.as_bytes(), b"\n", body, b"\n"].concat();
    if header("x-bank-signature")? != seal::hmac_sha256(&bank.client.key, &message) {
        return Err(Refusal::signature("签名不正确"));
    }
    bank.door.once(now, nonce).map_err(|error| Refusal::signature(error.to_string()))?;
    if bank.faults().unavailable { Err(Refusal::unavailable()) } else { Ok(()) }
}

async fn sign(bank: &Bank, answer: Response) -> Response {
    let (mut parts, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let timestamp = bank.clock.now().timestamp().to_string();
    let message = [timestamp.as_bytes(), b"\n", &body, b"\n"].concat();
    let signature = seal::hmac_sha256(&bank.client.key, &message);
    for (name, value) in [("x-bank-timestamp", timestamp), ("x-bank-signature", signature)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            parts.headers.insert(name, value);
        }
    }
    Response::from_parts(parts, Body::from(body))
}
