//! Stands before every path of the API: checks the merchant's signature on what comes in and signs what goes out.

use super::refusal::Refusal;
use super::{Platform, Shared};
use crate::door;
use crate::seal;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::signature::Verifier;
use sha2::Sha256;
use std::collections::HashMap;

/// The largest body that is read, in bytes.
const LIMIT: usize = 64 * 1024;
const SCHEME: &str = "WECHATPAY2-SHA256-RSA2048 ";

pub(super) async fn guard(State(platform): State<Shared>, request: Request, next: Next) -> Response {
    let is_download = request.uri().path() == "/v3/billdownload/file";
    let (parts, body) = request.into_parts();
    let answer = match to_bytes(body, LIMIT).await {
        Err(_) => Refusal::param("/", "请求报文过大").into_response(),
        Ok(body) => match admit(&platform, &parts, &body) {
            Err(refusal) => refusal.into_response(),
            Ok(()) => next.run(Request::from_parts(parts, Body::from(body))).await,
        },
    };
    if is_download && answer.status() == StatusCode::OK { answer } else { sign(&platform, answer).await }
}

fn admit(platform: &Platform, parts: &Parts, body: &Bytes) -> Result<(), Refusal> {
    let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let said = header.and_then(|value| value.strip_prefix(SCHEME));
    let said = fields(said.ok_or_else(|| Refusal::signature("Http头缺少Authorization或认证类型不正确"))?);
    let field = |name: &str| {
        said.get(name).copied().ok_or_else(|| Refusal::signature(format!("Http头Authorization缺少{name}")))
    };
    if field("mchid")? != platform.merchant.mchid || field("serial_no")? != platform.merchant.serial {
        return Err(Refusal::signature("商户号与商户证书序列号不匹配"));
    }
    let (timestamp, nonce) = (field("timestamp")?, field("nonce_str")?);
    let now = platform.clock.now();
    let at = door::unix(timestamp).ok_or_else(|| Refusal::signature("Http头Authorization的timestamp不正确"))?;
    platform.door.in_time(now, at).map_err(|error| Refusal::signature(format!("签名已过期：{error}")))?;
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let lines = [parts.method.as_str(), target, timestamp, nonce].join("\n");
    let message = [lines.as_bytes(), b"\n", body, b"\n"].concat();
    if !verifies(platform, &message, field("signature")?) {
        return Err(Refusal::signature("签名错误，请检查后再试"));
    }
    platform.door.once(now, nonce).map_err(|error| Refusal::signature(format!("请求重复：{error}")))?;
    known_serial(platform, parts)?;
    if platform.faults().unavailable { Err(Refusal::unavailable()) } else { Ok(()) }
}

/// `name="value",…` by name. What is malformed is left out, and then missed.
fn fields(text: &str) -> HashMap<&str, &str> {
    let pairs = text.split(',').filter_map(|part| part.trim().split_once('='));
    pairs.filter_map(|(name, value)| Some((name, value.strip_prefix('"')?.strip_suffix('"')?))).collect()
}

fn verifies(platform: &Platform, message: &[u8], signature: &str) -> bool {
    let Ok(bytes) = STANDARD.decode(signature) else { return false };
    let Ok(signature) = Signature::try_from(bytes.as_slice()) else { return false };
    VerifyingKey::<Sha256>::new(platform.merchant_key.clone()).verify(message, &signature).is_ok()
}

fn known_serial(platform: &Platform, parts: &Parts) -> Result<(), Refusal> {
    let Some(serial) = parts.headers.get("wechatpay-serial") else { return Ok(()) };
    let known = platform.keys().pairs().iter().any(|pair| serial.as_bytes() == pair.serial.as_bytes());
    if known {
        Ok(())
    } else {
        Err(Refusal::param("Wechatpay-Serial", "Wechatpay-Serial对应的平台公钥不存在"))
    }
}

/// Adds the seal to an answer.
async fn sign(platform: &Platform, answer: Response) -> Response {
    let (mut parts, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let headers = platform.keys().seal(platform.clock.now(), &body, platform.faults().answer_signature);
    for (name, value) in headers.into_iter().chain([("request-id", seal::token())]) {
        if let Ok(value) = HeaderValue::from_str(&value) {
            parts.headers.insert(name, value);
        }
    }
    Response::from_parts(parts, Body::from(body))
}
