//! The bills of a day: trades and flow of funds, as text with back-ticks and two lines of totals.

use super::book::{Book, Order, Refund, RefundStatus, State as OrderState};
use super::refusal::Refusal;
use super::{BillDay, Platform, Shared};
use crate::clock::{local, parse_date};
use crate::seal;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{TimeDelta, Timelike};
use flate2::Compression;
use flate2::write::GzEncoder;
use kernel::{Date, Fen, Timestamp, business_date};
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::Write;

const TRADE_HEADING: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
const TRADE_TOTALS: &str =
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";
const FLOW_HEADING: &str = "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号";
const FLOW_TOTALS: &str = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额";

/// A bill waiting to be fetched.
#[derive(Debug)]
pub(super) struct Download {
    token: String,
    until: Timestamp,
    bytes: Vec<u8>,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    bill_date: Option<String>,
    bill_type: Option<String>,
    account_type: Option<String>,
    tar_type: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Token {
    token: String,
}

/// Which events of a day a trade bill tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    All,
    Payments,
    Refunds,
}

/// Something that happened on the day.
enum Event<'a> {
    Paid { order: &'a Order, at: Timestamp },
    Refunded { order: &'a Order, refund: &'a Refund, at: Timestamp },
}

impl Event<'_> {
    fn at(&self) -> Timestamp {
        match self {
            Event::Paid { at, .. } | Event::Refunded { at, .. } => *at,
        }
    }

    fn reference(&self) -> &str {
        match self {
            Event::Paid { order, .. } => &order.terms.out_trade_no,
            Event::Refunded { refund, .. } => &refund.out_refund_no,
        }
    }
}

pub(super) async fn trade(State(platform): State<Shared>, Query(asked): Query<Asked>) -> Result<Json<Value>, Refusal> {
    let part = match asked.bill_type.as_deref() {
        None | Some("ALL") => Part::All,
        Some("SUCCESS") => Part::Payments,
        Some("REFUND") => Part::Refunds,
        Some(_) => return Err(Refusal::param("bill_type", "账单类型不正确")),
    };
    let date = day(&platform, &asked)?;
    let text = {
        let book = platform.book();
        let events = events(&platform, &book, date, part)?;
        trade_text(&platform, &events)
    };
    offer(&platform, &asked, text)
}

pub(super) async fn fund_flow(
    State(platform): State<Shared>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, Refusal> {
    if asked.account_type.as_deref().is_some_and(|kind| kind != "BASIC") {
        return Err(Refusal::param("account_type", "资金账户类型不正确"));
    }
    let date = day(&platform, &asked)?;
    let text = {
        let book = platform.book();
        flow_text(&events(&platform, &book, date, Part::All)?)
    };
    offer(&platform, &asked, text)
}

fn day(platform: &Platform, asked: &Asked) -> Result<Date, Refusal> {
    let text = asked.bill_date.as_deref().ok_or_else(|| Refusal::param("bill_date", "缺少必填参数"))?;
    let date = parse_date(text).ok_or_else(|| Refusal::param("bill_date", "账单日期格式应为yyyy-MM-DD"))?;
    let now = platform.clock.now();
    let today = business_date(now);
    let is_ready = match platform.bill_day {
        BillDay::Today => date <= today,
        BillDay::NextDay => {
            let hour = (now + TimeDelta::hours(8)).hour();
            date.succ_opt().is_some_and(|next| next < today || (next == today && hour >= 10))
        }
    };
    if is_ready { Ok(date) } else { Err(no_statement()) }
}

fn no_statement() -> Refusal {
    Refusal::bad_request("NO_STATEMENT_EXIST", "账单文件不存在")
}

/// What happened on the day, in order of time, without what the faults leave out.
fn events<'a>(platform: &Platform, book: &'a Book, date: Date, part: Part) -> Result<Vec<Event<'a>>, Refusal> {
    let payments = book.orders().filter_map(|order| match order.state {
        OrderState::Paid { at, .. } => Some(Event::Paid { order, at }),
        OrderState::NotPaid | OrderState::Closed => None,
    });
    let refunds = book.refunds().filter(|refund| refund.status == RefundStatus::Success).filter_map(|refund| {
        Some(Event::Refunded { order: book.order(&refund.out_trade_no)?, refund, at: refund.settled? })
    });
    let omitted = platform.faults().omit_from_bill;
    let is_wanted = |event: &Event<'_>| match event {
        Event::Paid { .. } => part != Part::Refunds,
        Event::Refunded { .. } => part != Part::Payments,
    };
    let mut events: Vec<_> = payments
        .chain(refunds)
        .filter(|event| business_date(event.at()) == date && is_wanted(event))
        .filter(|event| !omitted.iter().any(|number| number == event.reference()))
        .collect();
    events.sort_by_key(Event::at);
    if events.is_empty() { Err(no_statement()) } else { Ok(events) }
}

/// Cells behind back-ticks. A comma inside would be a cell of its own.
fn row(cells: &[&str]) -> String {
    cells.iter().map(|cell| format!("`{}", cell.replace([',', '\r', '\n', '`'], " "))).collect::<Vec<_>>().join(",")
}

fn file(lines: &[String]) -> String {
    lines.iter().fold("\u{feff}".to_owned(), |text, line| text + line + "\r\n")
}

fn trade_text(platform: &Platform, events: &[Event<'_>]) -> String {
    let (mut paid, mut refunded) = (Fen::ZERO, Fen::ZERO);
    let mut lines = vec![TRADE_HEADING.to_owned()];
    for event in events {
        match event {
            Event::Paid { order, .. } => paid += order.terms.total,
            Event::Refunded { refund, .. } => refunded += refund.amount,
        }
        lines.push(trade_row(platform, event));
    }
    let (count, paid, refunded) = (events.len().to_string(), paid.to_string(), refunded.to_string());
    lines.push(TRADE_TOTALS.to_owned());
    lines.push(row(&[&count, &paid, &refunded, "0.00", "0.00000", &paid, &refunded]));
    file(&lines)
}

fn trade_row(platform: &Platform, event: &Event<'_>) -> String {
    let (order, sum, back, state) = match event {
        Event::Paid { order, .. } => (order, order.terms.total, None, "SUCCESS"),
        Event::Refunded { order, refund, .. } => (order, Fen::ZERO, Some(*refund), "REFUND"),
    };
    let openid = match &order.state {
        OrderState::Paid { openid, .. } => openid.as_str(),
        OrderState::NotPaid | OrderState::Closed => "",
    };
    let (at, sum) = (local(event.at(), "%Y-%m-%d %H:%M:%S"), sum.to_string());
    let back_sum = back.map_or(Fen::ZERO, |refund| refund.amount).to_string();
    let (platform, terms) = (&platform.merchant, &order.terms);
    let who = [&at, &platform.appid, &platform.mchid, "0", "", order.transaction_id().unwrap_or("")];
    let what = [&terms.out_trade_no, openid, terms.kind.trade_type(), state, "OTHERS", "CNY", &sum, "0.00"];
    let refund = [
        back.map_or("0", |refund| &refund.refund_id),
        back.map_or("0", |refund| &refund.out_refund_no),
        &back_sum,
        "0.00",
        back.map_or("", |_| "ORIGINAL"),
        back.map_or("", |_| "SUCCESS"),
    ];
    let attach = terms.attach.as_deref().unwrap_or("");
    let rest = [&terms.description, attach, "0.00000", "0.00%", &sum, &back_sum, ""];
    row(&[who.as_slice(), &what, &refund, &rest].concat())
}

fn flow_text(events: &[Event<'_>]) -> String {
    let (mut income, mut outgo, mut came, mut went) = (Fen::ZERO, Fen::ZERO, 0, 0);
    let mut lines = vec![FLOW_HEADING.to_owned()];
    for event in events {
        let (number, name, direction, sum) = match event {
            Event::Paid { order, .. } => {
                (income, came) = (income + order.terms.total, came + 1);
                (order.transaction_id().unwrap_or(""), "交易", "收入", order.terms.total)
            }
            Event::Refunded { refund, .. } => {
                (outgo, went) = (outgo + refund.amount, went + 1);
                (refund.refund_id.as_str(), "退款", "支出", refund.amount)
            }
        };
        let (at, balance) = (local(event.at(), "%Y-%m-%d %H:%M:%S"), (income - outgo).to_string());
        lines.push(row(&[
            &at,
            number,
            number,
            name,
            name,
            direction,
            &sum.to_string(),
            &balance,
            "system",
            "",
            event.reference(),
        ]));
    }
    let counts = [events.len(), came, went].map(|count: usize| count.to_string());
    lines.push(FLOW_TOTALS.to_owned());
    lines.push(row(&[&counts[0], &counts[1], &income.to_string(), &counts[2], &outgo.to_string()]));
    file(&lines)
}

/// Lays the bill out for thirty seconds and answers where.
fn offer(platform: &Platform, asked: &Asked, text: String) -> Result<Json<Value>, Refusal> {
    let bytes = match asked.tar_type.as_deref() {
        None => text.clone().into_bytes(),
        Some("GZIP") => gzip(&text)?,
        Some(_) => return Err(Refusal::param("tar_type", "压缩类型不正确")),
    };
    let (now, token) = (platform.clock.now(), seal::token());
    let hash = match platform.faults().wrong_bill_hash {
        true => seal::sha1(b"another text"),
        false => seal::sha1(text.as_bytes()),
    };
    let url = format!("{}/v3/billdownload/file?token={token}", platform.url);
    let mut bills = platform.bills();
    bills.retain(|bill| bill.until >= now);
    bills.push(Download { token, until: now + TimeDelta::seconds(30), bytes });
    Ok(Json(json!({"hash_type": "SHA1", "hash_value": hash, "download_url": url})))
}

fn gzip(text: &str) -> Result<Vec<u8>, Refusal> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()).map_err(|_| Refusal::unavailable())
}

pub(super) async fn download(State(platform): State<Shared>, Query(asked): Query<Token>) -> Result<Response, Refusal> {
    let now = platform.clock.now();
    let bills = platform.bills();
    let bill = bills.iter().find(|bill| bill.token == asked.token && bill.until >= now);
    let bytes = bill.map(|bill| bill.bytes.clone()).ok_or_else(|| Refusal::no_resource("下载链接不存在或已过期"))?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response())
}
