//! One HTTP client for the gateways: no proxy, no redirects, time-outs, bounded bodies.

use super::GatewayError;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, redirect::Policy};
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);
/// An answer of an interface is far below this.
pub(crate) const ANSWER_BYTES_MAX: usize = 1 << 20;
/// A city's day of payments is far below this.
pub(crate) const BILL_BYTES_MAX: usize = 64 << 20;

/// The client could not be built, as where no TLS provider is installed.
#[derive(Debug, thiserror::Error)]
#[error("no HTTP client")]
pub struct NoClient(#[source] reqwest::Error);

pub(crate) fn client() -> Result<Client, NoClient> {
    Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(ANSWER_TIMEOUT)
        .build()
        .map_err(NoClient)
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// A request with its signature already in the headers.
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

pub(crate) async fn send(client: &Client, request: Request, bytes_max: usize) -> Result<Answer, GatewayError> {
    // The address may carry a token; it stays out of errors and logs.
    let failed = |error: reqwest::Error| GatewayError::NoAnswer(error.without_url());
    let mut building = client.request(request.method, &request.url);
    for (name, value) in request.headers {
        building = building.header(name, value);
    }
    if !request.body.is_empty() {
        building = building.header("content-type", "application/json").body(request.body);
    }
    let mut response = building.send().await.map_err(failed)?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > bytes_max {
            return Err(GatewayError::Unusable(format!("more than {bytes_max} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, headers, body })
}

/// 32 hexadecimal signs that were never used before.
pub(crate) fn nonce() -> Result<String, GatewayError> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|_| GatewayError::Signing)?;
    Ok(hex::encode(bytes))
}

/// The text as a value of a query, percent-encoded.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// The address with one more value in its query.
pub(crate) fn with_query(url: &str, name: &str, value: &str) -> String {
    let mark = if url.contains('?') { '&' } else { '?' };
    format!("{url}{mark}{name}={}", encoded(value))
}

/// RFC 3339 in the agency's time: `2026-11-23T14:20:00+08:00`.
pub(crate) fn rfc3339(at: kernel::Timestamp) -> String {
    (at + chrono::TimeDelta::hours(8)).format("%Y-%m-%dT%H:%M:%S+08:00").to_string()
}

pub(crate) fn parse_rfc3339(text: &str) -> Result<kernel::Timestamp, GatewayError> {
    let parsed = chrono::DateTime::parse_from_rfc3339(text);
    parsed.map(|at| at.to_utc()).map_err(|_| GatewayError::Unusable(format!("{text:?} is no moment")))
}
