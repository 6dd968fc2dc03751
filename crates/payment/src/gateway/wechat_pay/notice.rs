//! Notices: verified, opened with the APIv3 key (AES-256-GCM), checked, and only then believed.

use super::transaction::{NotOurs, Transaction};
use super::{KeyProblem, VerifyError, WeChatPay, refund};
use crate::gateway::Report;
use crate::{RefundOutcome, Verified};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kernel::Timestamp;
use reqwest::header::HeaderMap;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use serde::Deserialize;

/// What a notice tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Notice {
    /// Money came.
    Paid(Verified),
    /// A refund ended, under our number of it.
    Refund {
        /// Our number.
        number: String,
        /// How it ended.
        outcome: RefundOutcome,
    },
}

/// Why a notice is refused. The platform is answered with an error and sends it again.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    /// Not signed by the platform.
    #[error("the notice is not the platform's")]
    Signature(#[from] VerifyError),
    /// Not a notice by its form.
    #[error("the notice has another form: {0}")]
    Form(String),
    /// What it seals does not open with our key.
    #[error("the notice does not open")]
    Sealed,
    /// It is about somebody else's money.
    #[error("the notice is not ours")]
    NotOurs(#[from] NotOurs),
}

#[derive(Deserialize)]
struct Envelope {
    id: String,
    event_type: String,
    resource: Resource,
}

#[derive(Deserialize)]
struct Resource {
    algorithm: String,
    ciphertext: String,
    nonce: String,
    #[serde(default)]
    associated_data: String,
}

/// The key that notices are sealed with.
pub(crate) struct Apiv3Key(LessSafeKey);

impl Apiv3Key {
    pub(crate) fn new(text: &str) -> Result<Apiv3Key, KeyProblem> {
        if text.len() != 32 || !text.is_ascii() {
            return Err(KeyProblem::NotApiv3);
        }
        let key = UnboundKey::new(&AES_256_GCM, text.as_bytes()).map_err(|_| KeyProblem::NotApiv3)?;
        Ok(Apiv3Key(LessSafeKey::new(key)))
    }

    fn open(&self, resource: &Resource) -> Result<Vec<u8>, NoticeError> {
        if resource.algorithm != "AEAD_AES_256_GCM" {
            return Err(NoticeError::Form(format!("the algorithm {:?}", resource.algorithm)));
        }
        let nonce = Nonce::try_assume_unique_for_key(resource.nonce.as_bytes()).map_err(|_| NoticeError::Sealed)?;
        let mut sealed = STANDARD.decode(&resource.ciphertext).map_err(|_| NoticeError::Sealed)?;
        let bound = Aad::from(resource.associated_data.as_bytes());
        let plain = self.0.open_in_place(nonce, bound, &mut sealed).map_err(|_| NoticeError::Sealed)?;
        Ok(plain.to_vec())
    }
}

impl WeChatPay {
    /// Checks a notice and says what it tells. `body` is the raw body as it came.
    ///
    /// # Errors
    /// [`NoticeError`]: nothing of the notice is believed then.
    pub fn verify_notice(&self, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<Notice, NoticeError> {
        let form = |error: serde_json::Error| NoticeError::Form(error.to_string());
        self.platform.verify(headers, body, now)?;
        let envelope: Envelope = serde_json::from_slice(body).map_err(form)?;
        let plain = self.apiv3.open(&envelope.resource)?;
        match envelope.event_type.as_str() {
            "TRANSACTION.SUCCESS" => {
                let transaction: Transaction = serde_json::from_slice(&plain).map_err(form)?;
                match transaction.report(&self.merchant.mchid, &self.appid)? {
                    Report::Paid(money) => Ok(Notice::Paid(Verified { notice_id: Some(envelope.id), ..money })),
                    Report::Waiting | Report::Closed | Report::Unknown => {
                        Err(NoticeError::Form("a payment that is none".to_owned()))
                    }
                }
            }
            "REFUND.SUCCESS" | "REFUND.ABNORMAL" | "REFUND.CLOSED" => {
                let told: refund::Told = serde_json::from_slice(&plain).map_err(form)?;
                if told.mchid != self.merchant.mchid {
                    return Err(NotOurs::WrongMerchant(told.mchid).into());
                }
                let outcome = told.outcome().map_err(|error| NoticeError::Form(error.to_string()))?;
                Ok(Notice::Refund { number: told.out_refund_no, outcome })
            }
            other => Err(NoticeError::Form(format!("the event {other:?}"))),
        }
    }
}
