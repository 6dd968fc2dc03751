//! The bank's page on which a person transfers what a note asks for.

use super::book::Note;
use super::note::{Standing, standing};
use super::{Shared, Transfer, control};
use crate::page::{House, escape, page, return_address};
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Link {
    return_url: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Filled {
    payer_account: String,
    payer_name: String,
    return_url: Option<String>,
    action: String,
}

pub(super) async fn show(State(bank): State<Shared>, Path(number): Path<String>, Query(link): Query<Link>) -> Response {
    let back = link.return_url.as_deref().and_then(return_address);
    let book = bank.book();
    match book.note(&number) {
        None => told(StatusCode::NOT_FOUND, "没有这张收款单", back),
        Some(note) => match standing(&book, note, bank.clock.now()) {
            Standing::Waiting => form(note, back, None),
            Standing::Paid => told(StatusCode::OK, "已经付款", back),
            Standing::Expired => told(StatusCode::GONE, "收款单已过期", back),
            Standing::Cancelled => told(StatusCode::GONE, "收款单已取消", back),
        },
    }
}

fn form(note: &Note, back: Option<&str>, wrong: Option<&str>) -> Response {
    let terms = &note.terms;
    let (number, payee) = (escape(&terms.note_number), escape(&terms.payee_name));
    let (account, purpose) = (escape(&terms.payee_account), escape(&terms.purpose));
    let (sum, back) = (terms.amount.grouped(), escape(back.unwrap_or("")));
    let wrong = wrong.map(|text| format!("<p role=\"alert\">{}</p>\n", escape(text))).unwrap_or_default();
    let main = format!(
        "{wrong}<div class=\"card\">\n<p class=\"sum\">¥{sum}</p>\n<dl><dt>收款方</dt><dd>{payee}</dd><dt>收款账号</dt><dd>{account}</dd>\
         <dt>用途</dt><dd>{purpose}</dd><dt>收款单号</dt><dd>{number}</dd></dl>\n</div>\n\
         <form method=\"post\" action=\"/pay/{number}\">\n<input type=\"hidden\" name=\"return_url\" value=\"{back}\">\n\
         <label for=\"account\">付款账号（8至32位数字）</label>\n\
         <input id=\"account\" name=\"payer_account\" inputmode=\"numeric\" value=\"6222000000000000001\">\n\
         <label for=\"name\">付款户名</label>\n<input id=\"name\" name=\"payer_name\" value=\"演示付款人\">\n\
         <button class=\"go\" name=\"action\" value=\"pay\">确认转账 ¥{sum}</button>\n\
         <button class=\"back\" name=\"action\" value=\"cancel\">取消</button>\n</form>\n\
         <p class=\"note\">这是演示用的银行页面，不会转出真实的钱。</p>"
    );
    page(House::Bank, "银行转账", &main)
}

fn told(status: StatusCode, title: &str, back: Option<&str>) -> Response {
    let way = back.map(|back| format!("<p><a href=\"{}\">返回收款方页面</a></p>", escape(back)));
    let way = way.unwrap_or_else(|| "<p>可以关闭本页。</p>".to_owned());
    (status, page(House::Bank, title, &format!("<div class=\"card\">{way}</div>"))).into_response()
}

pub(super) async fn pay(
    State(bank): State<Shared>,
    Path(number): Path<String>,
    Form(filled): Form<Filled>,
) -> Response {
    let back = filled.return_url.as_deref().and_then(return_address);
    let leave = |title: &str| match back {
        Some(back) => Redirect::to(back).into_response(),
        None => told(StatusCode::OK, title, None),
    };
    let note = {
        let book = bank.book();
        let note = book.note(&number).filter(|note| standing(&book, note, bank.clock.now()) == Standing::Waiting);
        note.cloned()
    };
    let Some(note) = note else { return told(StatusCode::GONE, "收款单不能付款", back) };
    if filled.action != "pay" {
        return leave("已取消");
    }
    let Filled { payer_account, payer_name, .. } = filled;
    match control::transfer(&bank, Transfer { note_number: number, payer_account, payer_name, amount: None }) {
        Ok(_) => leave("转账成功"),
        Err(_) => (StatusCode::UNPROCESSABLE_ENTITY, form(&note, back, Some("账号应为8至32位数字，户名不能为空。")))
            .into_response(),
    }
}
