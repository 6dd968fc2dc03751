//! A bank: the payer transfers to a collection note (收款单), refunds go back as payouts, return files say what happened.
//!
//! There is no one national form; this is the front-end server of one bank. Requests and answers carry an HMAC-SHA256 of a
//! shared key. The bank never calls: what came is learnt from the return file, or by asking for a note. It refuses answers without
//! the bank's signature, old ones, and return files whose counts, totals or hash are not those of their rows.

mod return_file;

pub use return_file::{FileError, ReturnFile, ReturnRow};

use super::http::{self, ANSWER_BYTES_MAX, Answer, BILL_BYTES_MAX, NoClient, Request, nonce, rfc3339, with_query};
use super::wechat_pay::{SKEW_SECONDS_MAX, VerifyError};
use super::{Closing, GatewayError, GatewayKind, Report};
use crate::{Attempt, DailyRow, PayerAccount, Refund, RefundOutcome, RowKind, Verified};
use control::Clock;
use kernel::{Date, Fen, business_date};
use reqwest::Method;
use ring::hmac;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::sync::Arc;
use zeroize::Zeroizing;

/// What the agency has from its bank. The key is wiped when it is dropped and never shown.
pub struct Config {
    /// The front-end server, without a slash at its end.
    pub base_url: String,
    /// The agency's name there, as in `ZHIJIAN`.
    pub client: String,
    /// The shared key.
    pub key: Zeroizing<String>,
    /// The agency's income account.
    pub payee_account: String,
    /// Its holder.
    pub payee_name: String,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Config { base_url, client, key: _, payee_account: _, payee_name } = self;
        f.debug_struct("Config")
            .field("base_url", base_url)
            .field("client", client)
            .field("payee_name", payee_name)
            .finish_non_exhaustive()
    }
}

/// The client of one agency at its bank.
pub struct Bank {
    base_url: String,
    client: String,
    payee_account: String,
    payee_name: String,
    key: hmac::Key,
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Bank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bank").field("client", &self.client).finish_non_exhaustive()
    }
}

/// A collection note as the bank answers it.
#[derive(Deserialize)]
struct Note {
    note_number: String,
    state: String,
    pay_url: String,
    paid_amount: Option<Fen>,
    bank_serial: Option<String>,
    paid_at: Option<String>,
}

#[derive(Deserialize)]
struct Payout {
    payout_number: String,
    state: String,
    code: Option<String>,
}

/// How far back a payout that has ended is looked for in return files.
const PAYOUT_DAYS: u64 = 3;

impl Bank {
    /// Makes a client; it calls nobody yet.
    ///
    /// # Errors
    /// [`NoClient`].
    pub fn new(config: Config, clock: Arc<dyn Clock>) -> Result<Bank, NoClient> {
        Ok(Bank {
            key: hmac::Key::new(hmac::HMAC_SHA256, config.key.as_bytes()),
            base_url: config.base_url,
            client: config.client,
            payee_account: config.payee_account,
            payee_name: config.payee_name,
            http: http::client()?,
            clock,
        })
    }

    /// Places a collection note and answers the bank's page for it, from which the payer comes back.
    pub(crate) async fn note(&self, attempt: &Attempt, return_url: &str) -> Result<String, GatewayError> {
        let body = serde_json::json!({
            "note_number": attempt.number,
            "payee_account": self.payee_account,
            "payee_name": self.payee_name,
            "amount": attempt.amount,
            "purpose": cell(&attempt.description),
            "expires_at": rfc3339(attempt.expires_at),
        });
        let note: Note = self.post("/transfer-notes", body.to_string()).await?;
        Ok(with_query(&note.pay_url, "return_url", return_url))
    }

    pub(crate) async fn query(&self, number: &str) -> Result<Report, GatewayError> {
        match self.get::<Note>(&format!("/transfer-notes/{number}")).await {
            Ok(note) if note.note_number == number => self.report(note),
            Ok(_) => Err(GatewayError::Unusable("another note than the one asked after".to_owned())),
            Err(GatewayError::Refused { code, .. }) if code == "NOTE_UNKNOWN" => Ok(Report::Unknown),
            Err(error) => Err(error),
        }
    }

    fn report(&self, note: Note) -> Result<Report, GatewayError> {
        match note.state.as_str() {
            "waiting" => Ok(Report::Waiting),
            "expired" | "cancelled" => Ok(Report::Closed),
            "paid" => match (note.paid_amount, note.bank_serial, note.paid_at) {
                (Some(amount), Some(transaction_id), Some(paid_at)) if amount > Fen::ZERO => {
                    Ok(Report::Paid(Verified {
                        gateway: GatewayKind::Bank,
                        merchant: self.client.clone(),
                        number: note.note_number,
                        transaction_id,
                        amount,
                        paid_at: http::parse_rfc3339(&paid_at)?,
                        notice_id: None,
                        payer: None,
                    }))
                }
                _ => Err(GatewayError::Unusable("a paid note without amount, serial or moment".to_owned())),
            },
            other => Err(GatewayError::Unusable(format!("a note that is {other:?}"))),
        }
    }

    pub(crate) async fn cancel(&self, number: &str) -> Result<Closing, GatewayError> {
        match self.post::<Note>(&format!("/transfer-notes/{number}/cancel"), String::new()).await {
            Ok(_) => Ok(Closing::Closed),
            Err(GatewayError::Refused { code, .. }) if code == "NOTE_PAID" => Ok(Closing::Paid),
            Err(GatewayError::Refused { code, .. }) if code == "NOTE_UNKNOWN" || code == "NOTE_CANCELLED" => {
                Ok(Closing::Closed)
            }
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn payout(
        &self,
        refund: &Refund,
        payer: Option<&PayerAccount>,
    ) -> Result<RefundOutcome, GatewayError> {
        let Some(PayerAccount { account, name }) = payer else {
            return Err(GatewayError::Unusable("the payer's account comes with the next return file".to_owned()));
        };
        let body = serde_json::json!({
            "payout_number": refund.number,
            "account": account,
            "name": name,
            "amount": refund.amount,
            "purpose": cell(&refund.reason),
        });
        let payout: Payout = self.post("/payouts", body.to_string()).await?;
        self.outcome(payout, &refund.number).await
    }

    pub(crate) async fn query_payout(&self, number: &str) -> Result<RefundOutcome, GatewayError> {
        let payout = self.get(&format!("/payouts/{number}")).await?;
        self.outcome(payout, number).await
    }

    async fn outcome(&self, payout: Payout, number: &str) -> Result<RefundOutcome, GatewayError> {
        if payout.payout_number != number {
            return Err(GatewayError::Unusable("another payout than the one asked after".to_owned()));
        }
        match (payout.state.as_str(), payout.code.as_deref()) {
            // Unknown is never paid again before it is known.
            ("accepted", _) | ("returned", Some("9999")) => Ok(RefundOutcome::Processing),
            ("returned", Some("0000")) => self.payout_in_files(number).await,
            ("returned", Some(code)) => Ok(RefundOutcome::Failed(code.to_owned())),
            (other, _) => Err(GatewayError::Unusable(format!("a payout that is {other:?}"))),
        }
    }

    /// When a payout was done stands in its return file only.
    async fn payout_in_files(&self, number: &str) -> Result<RefundOutcome, GatewayError> {
        let mut day = Some(business_date(self.clock.now()));
        for _ in 0..PAYOUT_DAYS {
            let Some(date) = day else { break };
            let rows = self.rows(date).await?;
            if let Some(row) = rows.iter().find(|row| row.kind == RowKind::Refund && row.number == number) {
                return Ok(RefundOutcome::Done(row.at));
            }
            day = date.pred_opt();
        }
        Ok(RefundOutcome::Done(self.clock.now()))
    }

    /// What was transferred on a day, each with the account that it came from: for [`crate::confirm`]. Transfers of a wrong
    /// amount, or to a note that we never placed, are among them.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn arrivals(&self, date: Date) -> Result<Vec<Verified>, GatewayError> {
        let rows = self.rows(date).await?;
        let credits = rows.into_iter().filter(|row| row.kind == RowKind::Payment && row.code == "0000");
        Ok(credits.map(|row| row.verified(&self.client)).collect())
    }

    /// The day as the bank tells it.
    pub(crate) async fn daily_bill(&self, date: Date) -> Result<Vec<DailyRow>, GatewayError> {
        let done = self.rows(date).await?.into_iter().filter(|row| row.code == "0000");
        Ok(done.map(ReturnRow::daily).collect())
    }

    async fn rows(&self, date: Date) -> Result<Vec<ReturnRow>, GatewayError> {
        #[derive(Deserialize)]
        struct Listed {
            files: Vec<File>,
        }
        #[derive(Deserialize)]
        struct File {
            name: String,
        }
        let listed: Listed = self.get(&format!("/return-files?date={date}")).await?;
        let mut rows = Vec::new();
        for File { name } in listed.files {
            let fits = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
            if !fits {
                return Err(GatewayError::Unusable(format!("a file named {name:?}")));
            }
            let answer =
                self.call(Method::GET, &format!("/return-files/{name}"), String::new(), BILL_BYTES_MAX).await?;
            let file = ReturnFile::parse(&answer.body).map_err(|error| GatewayError::Unusable(error.to_string()))?;
            if file.date != date {
                return Err(GatewayError::Unusable(format!("{name} is of {}", file.date)));
            }
            rows.extend(file.rows);
        }
        Ok(rows)
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, GatewayError> {
        parsed(&self.call(Method::GET, path, String::new(), ANSWER_BYTES_MAX).await?)
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, body: String) -> Result<T, GatewayError> {
        parsed(&self.call(Method::POST, path, body, ANSWER_BYTES_MAX).await?)
    }

    /// One signed request. The answer's signature is checked before its status is believed.
    async fn call(&self, method: Method, path: &str, body: String, bytes_max: usize) -> Result<Answer, GatewayError> {
        let (timestamp, nonce) = (self.clock.now().timestamp(), nonce()?);
        let text = format!("{method}\n{path}\n{timestamp}\n{nonce}\n{body}\n");
        let headers = vec![
            ("x-bank-client", self.client.clone()),
            ("x-bank-timestamp", timestamp.to_string()),
            ("x-bank-nonce", nonce),
            ("x-bank-signature", hex::encode(hmac::sign(&self.key, text.as_bytes()))),
        ];
        let url = format!("{}{path}", self.base_url);
        let request = Request { method, url, headers, body: body.into_bytes() };
        let answer = http::send(&self.http, request, bytes_max).await?;
        self.verify(&answer)?;
        if (200..300).contains(&answer.status) { Ok(answer) } else { Err(refusal(&answer)) }
    }

    fn verify(&self, answer: &Answer) -> Result<(), VerifyError> {
        let header = |name: &'static str| {
            answer.headers.get(name).and_then(|value| value.to_str().ok()).ok_or(VerifyError::NoHeader(name))
        };
        let (timestamp, signature) = (header("X-Bank-Timestamp")?, header("X-Bank-Signature")?);
        let seconds: i64 = timestamp.parse().map_err(|_| VerifyError::NoHeader("X-Bank-Timestamp"))?;
        let skew = self.clock.now().timestamp().abs_diff(seconds);
        if skew > SKEW_SECONDS_MAX {
            return Err(VerifyError::Stale(skew));
        }
        let text = [timestamp.as_bytes(), b"\n", &answer.body, b"\n"].concat();
        let signature = hex::decode(signature).map_err(|_| VerifyError::Forged)?;
        hmac::verify(&self.key, &text, &signature).map_err(|_| VerifyError::Forged)
    }
}

/// A text as a cell of the bank's files: at most 60 characters, none of them the bar.
fn cell(text: &str) -> String {
    text.chars().filter(|sign| *sign != '|' && !sign.is_control()).take(60).collect()
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
