//! The client of the real-name service: do this name, identity number and phone belong to one person?
//!
//! Asked outside any transaction. An answer counts only with the service's signature over it and our nonce; anything else is
//! "no answer", never a mismatch.

use kernel::{IdNumber, Timestamp};
use ring::hmac;
use serde::Deserialize;
use std::fmt;
use std::time::Duration;

/// Where the service is, and the key shared with it.
#[derive(Clone, Deserialize)]
pub struct RealNameConfig {
    /// The service's address, without a slash at its end.
    pub url: String,
    /// Who we are to the service.
    pub client: String,
    /// The shared key.
    pub key: String,
}

/// The client.
#[derive(Clone)]
pub struct RealName {
    http: reqwest::Client,
    config: RealNameConfig,
}

/// The service confirmed that these three belong to one person. Made only from a signed answer.
#[derive(Clone, PartialEq, Eq)]
pub struct RealNameMatch {
    pub(crate) name: String,
    pub(crate) id_number: IdNumber,
    pub(crate) phone: String,
    pub(crate) serial: String,
}

impl fmt::Debug for RealNameMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RealNameMatch({})", self.serial)
    }
}

/// Why there is no match.
#[derive(Debug, thiserror::Error)]
pub enum RealNameError {
    /// Name or phone is another's, or there is no such number.
    #[error("name, identity number and phone do not belong to one person")]
    Mismatch,
    /// No answer, or one without the service's signature.
    #[error("the real-name service gave no answer: {0}")]
    NoAnswer(String),
}

#[derive(Deserialize)]
struct Answer {
    result: String,
    #[serde(default)]
    serial: String,
}

const PATH: &str = "/v1/three-elements";
/// Somebody waits for the page meanwhile.
const TIMEOUT: Duration = Duration::from_secs(8);

impl RealName {
    /// A client over a shared connection pool.
    pub fn new(http: reqwest::Client, config: RealNameConfig) -> RealName {
        RealName { http, config }
    }

    /// Asks whether the three belong together.
    ///
    /// # Errors
    /// [`RealNameError`].
    pub async fn check(
        &self,
        name: &str,
        id_number: &IdNumber,
        phone: &str,
        now: Timestamp,
    ) -> Result<RealNameMatch, RealNameError> {
        let nonce = uuid::Uuid::now_v7().simple().to_string();
        let (name, phone) = (name.trim().to_owned(), phone.to_owned());
        let asked = serde_json::json!({
            "name": name, "id_number": id_number.reveal(), "phone": phone, "nonce": nonce, "timestamp": now.timestamp(),
        });
        let answer = self.ask(asked.to_string(), &nonce).await?;
        match answer.result.as_str() {
            "match" => Ok(RealNameMatch { name, id_number: *id_number, phone, serial: answer.serial }),
            "mismatch" | "not_found" => Err(RealNameError::Mismatch),
            other => Err(RealNameError::NoAnswer(format!("an unknown result {other:?}"))),
        }
    }

    async fn ask(&self, body: String, nonce: &str) -> Result<Answer, RealNameError> {
        let no_answer = |error: reqwest::Error| RealNameError::NoAnswer(error.without_url().to_string());
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.config.key.as_bytes());
        let signature = hmac::sign(&key, format!("POST\n{PATH}\n{body}\n").as_bytes());
        let request = self.http.post(format!("{}{PATH}", self.config.url)).timeout(TIMEOUT);
        let request = request.header("X-Client", &self.config.client).header("X-Signature", hex::encode(signature));
        let answer = request.header("content-type", "application/json").body(body).send().await.map_err(no_answer)?;
        let status = answer.status();
        if status != reqwest::StatusCode::OK {
            return Err(RealNameError::NoAnswer(format!("status {status}")));
        }
        let signed = answer.headers().get("X-Signature").and_then(|value| hex::decode(value.as_bytes()).ok());
        let body = answer.bytes().await.map_err(no_answer)?;
        let text = [&body[..], b"\n", nonce.as_bytes(), b"\n"].concat();
        if signed.is_none_or(|signature| hmac::verify(&key, &text, &signature).is_err()) {
            return Err(RealNameError::NoAnswer("the answer is not signed by the service".to_owned()));
        }
        serde_json::from_slice(&body).map_err(|_| RealNameError::NoAnswer("the answer cannot be read".to_owned()))
    }
}

impl fmt::Debug for RealName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RealName({})", self.config.url)
    }
}
