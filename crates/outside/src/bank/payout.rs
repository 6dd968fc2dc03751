//! Payouts: the bank pays out of the client's account, and tells the result in the next return file.

use super::Shared;
use super::book::Payout;
use super::guard::Refusal;
use super::note::{is_account, is_number, is_words, read, require};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use kernel::Fen;
use serde_json::{Value, json};

pub(super) async fn ask(State(bank): State<Shared>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let payout: Payout = read(&body)?;
    require(is_number(&payout.payout_number), "付款编号应为6至32位字母、数字或-")?;
    require(is_account(&payout.account), "收款账号应为8至32位数字")?;
    require(is_words(&payout.name) && is_words(&payout.purpose), "户名和用途应为1至60字，不含竖线")?;
    require(payout.amount > Fen::ZERO, "金额应大于0")?;
    let number = payout.payout_number.clone();
    let code = bank.faults().payout_code;
    bank.book().pay_out(payout, &code, bank.clock.now())?;
    Ok(Json(json!({"payout_number": number, "state": "accepted"})))
}

pub(super) async fn query(State(bank): State<Shared>, Path(number): Path<String>) -> Result<Json<Value>, Refusal> {
    let book = bank.book();
    let (_, movement) = book.payout(&number).ok_or_else(|| Refusal::unknown("PAYOUT_UNKNOWN"))?;
    // Until a file was cut the bank does not say, as a bank would not.
    Ok(Json(match movement.filter(|movement| movement.file.is_some()) {
        Some(movement) => json!({"payout_number": number, "state": "returned", "code": movement.code}),
        None => json!({"payout_number": number, "state": "accepted"}),
    }))
}
