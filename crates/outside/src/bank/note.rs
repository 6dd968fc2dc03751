//! Collection notes: registered, asked after, cancelled.

use super::book::{Book, Note, Terms};
use super::guard::Refusal;
use super::{Bank, Shared};
use crate::clock::{self, rfc3339};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use kernel::{Fen, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Body {
    note_number: String,
    payee_account: String,
    payee_name: String,
    amount: Fen,
    purpose: String,
    expires_at: String,
}

/// Where a note stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Standing {
    Waiting,
    Paid,
    Expired,
    Cancelled,
}

pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::bad(format!("报文不正确：{error}")))
}

pub(super) fn require(holds: bool, message: &str) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(Refusal::bad(message)) }
}

/// 6 to 32 letters, digits and hyphens.
pub(super) fn is_number(text: &str) -> bool {
    (6..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// 8 to 32 digits.
pub(super) fn is_account(text: &str) -> bool {
    (8..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// 1 to 60 characters that can stand in a cell of a return file.
pub(super) fn is_words(text: &str) -> bool {
    let is_cell = |character: char| character != '|' && !character.is_control();
    (1..=60).contains(&text.chars().count()) && text.chars().all(is_cell)
}

pub(super) fn standing(book: &Book, note: &Note, now: Timestamp) -> Standing {
    if book.credit(&note.terms.note_number).is_some() {
        Standing::Paid
    } else if note.is_cancelled {
        Standing::Cancelled
    } else if note.terms.expires_at <= now {
        Standing::Expired
    } else {
        Standing::Waiting
    }
}

fn told(bank: &Bank, book: &Book, note: &Note) -> Json<Value> {
    let state = match standing(book, note, bank.clock.now()) {
        Standing::Waiting => "waiting",
        Standing::Paid => "paid",
        Standing::Expired => "expired",
        Standing::Cancelled => "cancelled",
    };
    let terms = &note.terms;
    let mut told = json!({
        "note_number": terms.note_number, "state": state, "payee_account": terms.payee_account,
        "payee_name": terms.payee_name, "amount": terms.amount, "purpose": terms.purpose,
        "expires_at": rfc3339(terms.expires_at), "pay_url": format!("{}/pay/{}", bank.url, terms.note_number),
    });
    if let Some(credit) = book.credit(&terms.note_number) {
        told["paid_amount"] = json!(credit.amount);
        told["bank_serial"] = json!(credit.serial);
        told["paid_at"] = json!(rfc3339(credit.at));
    }
    Json(told)
}

pub(super) async fn register(State(bank): State<Shared>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let body: Body = read(&body)?;
    require(is_number(&body.note_number), "收款单号应为6至32位字母、数字或-")?;
    require(is_account(&body.payee_account), "收款账号应为8至32位数字")?;
    require(is_words(&body.payee_name) && is_words(&body.purpose), "户名和用途应为1至60字，不含竖线")?;
    require(body.amount > Fen::ZERO, "金额应大于0")?;
    let expires_at = clock::parse(&body.expires_at).ok_or_else(|| Refusal::bad("截止时间格式应为RFC 3339"))?;
    let mut book = bank.book();
    let is_known = book.note(&body.note_number).is_some();
    require(is_known || expires_at > bank.clock.now(), "截止时间应晚于当前时间")?;
    let note = book.register(Terms {
        note_number: body.note_number,
        payee_account: body.payee_account,
        payee_name: body.payee_name,
        amount: body.amount,
        purpose: body.purpose,
        expires_at,
    })?;
    Ok(told(&bank, &book, &note))
}

pub(super) async fn query(State(bank): State<Shared>, Path(number): Path<String>) -> Result<Json<Value>, Refusal> {
    let book = bank.book();
    let note = book.note(&number).ok_or_else(|| Refusal::unknown("NOTE_UNKNOWN"))?;
    Ok(told(&bank, &book, note))
}

pub(super) async fn cancel(State(bank): State<Shared>, Path(number): Path<String>) -> Result<Json<Value>, Refusal> {
    let mut book = bank.book();
    let note = book.cancel(&number)?;
    Ok(told(&bank, &book, &note))
}
