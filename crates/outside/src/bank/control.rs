//! What demos and tests tell the bank, and the one way in which a transfer comes about.

use super::book::{Direction, Movement};
use super::guard::Refusal;
use super::note::{is_account, is_number, is_words, read, require};
use super::return_file::{self, Faults};
use super::{Bank, Shared, Transfer};
use crate::clock::parse_date;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use kernel::Fen;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::PoisonError;

#[derive(Deserialize)]
struct Cut {
    date: String,
}

/// Takes a transfer, whether or not a note stands behind it: a bank cannot stop people from sending money.
pub(super) fn transfer(bank: &Bank, transfer: Transfer) -> Result<String, Refusal> {
    require(is_number(&transfer.note_number), "收款单号应为6至32位字母、数字或-")?;
    require(is_account(&transfer.payer_account), "付款账号应为8至32位数字")?;
    require(is_words(&transfer.payer_name), "付款户名应为1至60字，不含竖线")?;
    let mut book = bank.book();
    let note = book.note(&transfer.note_number);
    let amount = transfer.amount.or(note.map(|note| note.terms.amount));
    let amount = amount.filter(|amount| *amount > Fen::ZERO).ok_or_else(|| Refusal::bad("缺少金额"))?;
    let remark = note.map_or_else(|| "转账".to_owned(), |note| note.terms.purpose.clone());
    let other = (transfer.note_number, transfer.payer_account, transfer.payer_name);
    Ok(book.moved(Direction::Credit, other, amount, "0000", remark, bank.clock.now()))
}

pub(super) async fn pay(State(bank): State<Shared>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let serial = transfer(&bank, read(&body)?)?;
    Ok(Json(json!({"bank_serial": serial})))
}

pub(super) async fn transfers(State(bank): State<Shared>) -> Json<Vec<Movement>> {
    Json(bank.book().movements().cloned().collect())
}

pub(super) async fn cut(State(bank): State<Shared>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let asked: Cut = read(&body)?;
    let date = parse_date(&asked.date).ok_or_else(|| Refusal::bad("日期格式应为yyyy-mm-dd"))?;
    Ok(Json(json!({"name": return_file::cut(&bank, date)})))
}

pub(super) async fn faults(State(bank): State<Shared>) -> Json<Faults> {
    Json(bank.faults())
}

pub(super) async fn set_faults(State(bank): State<Shared>, body: Bytes) -> Result<Json<Faults>, Refusal> {
    let faults: Faults = read(&body)?;
    *bank.faults.lock().unwrap_or_else(PoisonError::into_inner) = faults.clone();
    Ok(Json(faults))
}
