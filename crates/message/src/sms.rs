//! The client of the text message provider: Aliyun's Dysmsapi, SendSms of 2017-05-25, signed with HMAC-SHA1 as it asks.
//!
//! It sends templates and their variables, never text. Used by the job after the commit, outside any transaction.

use crate::{DeliveryId, Outgoing, Reported, Template};
use base64::Engine as _;
use kernel::Timestamp;
use ring::hmac;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// The account at the provider.
#[derive(Clone, Deserialize)]
pub struct SmsConfig {
    /// The provider's address, without a slash at its end.
    pub url: String,
    /// AccessKeyId.
    pub access_key_id: String,
    /// AccessKeySecret.
    pub access_key_secret: String,
    /// The approved signature name.
    pub sign_name: String,
    /// The provider's code of each template that it approved. What is not here is not sent.
    pub templates: BTreeMap<Template, String>,
}

/// The client.
#[derive(Clone)]
pub struct Sms {
    http: reqwest::Client,
    config: SmsConfig,
}

/// Why a text message was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SmsError {
    /// The account has no such template.
    #[error("the account has no template for {0}")]
    NoTemplate(Template),
    /// No answer, or one that cannot be read: to be tried again.
    #[error("the provider did not answer")]
    NoAnswer(#[source] reqwest::Error),
    /// Refused, with the provider's code.
    #[error("the provider refused: {code}")]
    Refused {
        /// The provider's code, as in `isv.MOBILE_NUMBER_ILLEGAL`.
        code: String,
    },
}

impl SmsError {
    /// Whether trying again cannot help.
    pub fn is_final(&self) -> bool {
        match self {
            SmsError::NoTemplate(_) => true,
            SmsError::NoAnswer(_) => false,
            SmsError::Refused { code } => code.starts_with("isv.") && code != "isv.BUSINESS_LIMIT_CONTROL",
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    code: String,
    #[serde(default)]
    biz_id: Option<String>,
}

/// The provider answers at once or not at all.
const TIMEOUT: Duration = Duration::from_secs(10);

impl Sms {
    /// A client of this account over a shared connection pool.
    pub fn new(http: reqwest::Client, config: SmsConfig) -> Sms {
        Sms { http, config }
    }

    /// Sends one text message; the provider's number of it is answered.
    ///
    /// # Errors
    /// [`SmsError`]; [`SmsError::is_final`] says whether to try again.
    pub async fn send(&self, message: &Outgoing, now: Timestamp) -> Result<String, SmsError> {
        let template = self.config.templates.get(&message.template).ok_or(SmsError::NoTemplate(message.template))?;
        let nonce = uuid::Uuid::now_v7().to_string();
        let query = self.signed(&self.parameters(message, template, &nonce, now));
        let request = self.http.post(format!("{}/", self.config.url)).timeout(TIMEOUT);
        let form = "application/x-www-form-urlencoded";
        let sent = request.header("content-type", form).body(query).send().await;
        let answer: Answer = match sent {
            Ok(answer) => answer.json().await.map_err(|e| SmsError::NoAnswer(e.without_url()))?,
            Err(error) => return Err(SmsError::NoAnswer(error.without_url())),
        };
        match (answer.code.as_str(), answer.biz_id) {
            ("OK", number) => Ok(number.unwrap_or_default()),
            (_, _) => Err(SmsError::Refused { code: answer.code }),
        }
    }

    fn parameters(
        &self,
        message: &Outgoing,
        template: &str,
        nonce: &str,
        now: Timestamp,
    ) -> BTreeMap<&'static str, String> {
        let params = serde_json::Value::from_iter(message.params.clone());
        BTreeMap::from([
            ("AccessKeyId", self.config.access_key_id.clone()),
            ("Action", "SendSms".to_owned()),
            ("Version", "2017-05-25".to_owned()),
            ("Format", "JSON".to_owned()),
            ("SignatureMethod", "HMAC-SHA1".to_owned()),
            ("SignatureVersion", "1.0".to_owned()),
            ("SignatureNonce", nonce.to_owned()),
            ("Timestamp", now.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
            ("PhoneNumbers", message.phone.clone()),
            ("SignName", self.config.sign_name.clone()),
            ("TemplateCode", template.to_owned()),
            ("TemplateParam", params.to_string()),
            ("OutId", message.id.to_string()),
        ])
    }

    /// The form, its last parameter the signature over all others.
    fn signed(&self, parameters: &BTreeMap<&'static str, String>) -> String {
        let pairs: Vec<String> =
            parameters.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let canonical = pairs.join("&");
        let text = format!("POST&{}&{}", encoded("/"), encoded(&canonical));
        let secret = format!("{}&", self.config.access_key_secret);
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
        let signature = base64::engine::general_purpose::STANDARD.encode(hmac::sign(&key, text.as_bytes()));
        format!("{canonical}&Signature={}", encoded(&signature))
    }
}

impl fmt::Debug for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sms({})", self.config.url)
    }
}

/// Percent-encoding as the signature asks: every byte but letters, digits and `-_.~`.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// One line of the provider's delivery report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// Which text message.
    pub delivery: DeliveryId,
    /// What became of it.
    pub reported: Reported,
}

#[derive(Deserialize)]
struct ReportLine {
    success: bool,
    #[serde(default)]
    err_code: String,
    #[serde(default)]
    out_id: String,
}

/// Reads a delivery report; lines that are not about ours are left out.
///
/// # Errors
/// Where the body is no report.
pub fn reports(body: &[u8]) -> Result<Vec<Report>, serde_json::Error> {
    let lines: Vec<ReportLine> = serde_json::from_slice(body)?;
    Ok(lines
        .into_iter()
        .filter_map(|line| {
            let reported = if line.success { Reported::Delivered } else { Reported::Failed(line.err_code) };
            Some(Report { delivery: line.out_id.parse().ok()?, reported })
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_asks_for_its_own_percent_encoding() {
        assert_eq!(encoded("a b*c~d+至"), "a%20b%2Ac~d%2B%E8%87%B3");
    }

    #[test]
    fn a_report_names_our_message_and_skips_others() {
        let id = uuid::Uuid::from_u128(7);
        let body = format!(
            r#"[{{"phone_number":"13900000001","success":false,"err_code":"MK:0001","out_id":"{id}"}},{{"success":true,"out_id":"other"}}]"#
        );
        let expected = Report { delivery: DeliveryId(id), reported: Reported::Failed("MK:0001".to_owned()) };
        assert_eq!(reports(body.as_bytes()).unwrap(), [expected]);
        assert!(reports(b"{}").is_err());
    }
}
