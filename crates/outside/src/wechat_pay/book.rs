//! The platform's orders and refunds, with every transition of theirs.

use super::refusal::Refusal;
use crate::StartError;
use crate::clock::{local, rfc3339};
use crate::journal::Journal;
use crate::seal;
use kernel::{Fen, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// How the payer comes to the cashier.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Native,
    H5,
    Jsapi,
}

impl Kind {
    pub(super) const fn trade_type(self) -> &'static str {
        match self {
            Kind::Native => "NATIVE",
            Kind::H5 => "MWEB",
            Kind::Jsapi => "JSAPI",
        }
    }
}

/// What the merchant asked for: what must be the same when it asks again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Terms {
    pub(super) kind: Kind,
    pub(super) out_trade_no: String,
    pub(super) description: String,
    pub(super) attach: Option<String>,
    pub(super) notify_url: String,
    pub(super) total: Fen,
    pub(super) expires: Option<Timestamp>,
    pub(super) openid: Option<String>,
}

/// Where an order stands. REFUND is not a state of its own: it follows from the refunds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    NotPaid,
    Paid { at: Timestamp, transaction_id: String, openid: String },
    Closed,
}

/// One order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) terms: Terms,
    pub(super) prepay_id: String,
    /// The token of a native order's link.
    pub(super) link: String,
    pub(super) link_at: Timestamp,
    pub(super) state: State,
}

/// Where a refund stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum RefundStatus {
    Processing,
    Success,
    Abnormal,
    Closed,
}

impl RefundStatus {
    pub(super) const fn word(self) -> &'static str {
        match self {
            RefundStatus::Processing => "PROCESSING",
            RefundStatus::Success => "SUCCESS",
            RefundStatus::Abnormal => "ABNORMAL",
            RefundStatus::Closed => "CLOSED",
        }
    }
}

/// One refund.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Refund {
    pub(super) out_refund_no: String,
    pub(super) refund_id: String,
    pub(super) out_trade_no: String,
    pub(super) transaction_id: String,
    pub(super) amount: Fen,
    pub(super) total: Fen,
    pub(super) reason: Option<String>,
    pub(super) notify_url: Option<String>,
    pub(super) created: Timestamp,
    pub(super) settled: Option<Timestamp>,
    pub(super) status: RefundStatus,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Order(Order),
    Refund(Refund),
}

/// All orders and refunds.
#[derive(Debug)]
pub(super) struct Book {
    orders: BTreeMap<String, Order>,
    refunds: BTreeMap<String, Refund>,
    journal: Journal,
}

impl Book {
    pub(super) fn open(folder: Option<&Path>) -> Result<Book, StartError> {
        let (journal, lines) = Journal::open(folder, "wechat-pay.jsonl")?;
        let mut book = Book { orders: BTreeMap::new(), refunds: BTreeMap::new(), journal };
        for line in lines {
            match line {
                Line::Order(order) => drop(book.orders.insert(order.terms.out_trade_no.clone(), order)),
                Line::Refund(refund) => drop(book.refunds.insert(refund.out_refund_no.clone(), refund)),
            }
        }
        Ok(book)
    }

    pub(super) fn orders(&self) -> impl Iterator<Item = &Order> {
        self.orders.values()
    }

    pub(super) fn refunds(&self) -> impl Iterator<Item = &Refund> {
        self.refunds.values()
    }

    pub(super) fn order(&self, out_trade_no: &str) -> Option<&Order> {
        self.orders.get(out_trade_no)
    }

    pub(super) fn refund(&self, out_refund_no: &str) -> Option<&Refund> {
        self.refunds.get(out_refund_no)
    }

    pub(super) fn by_transaction(&self, id: &str) -> Option<&Order> {
        self.orders.values().find(|order| order.transaction_id() == Some(id))
    }

    /// By prepay_id or by the token of a native link.
    pub(super) fn by_link(&self, link: &str) -> Option<&Order> {
        self.orders.values().find(|order| order.prepay_id == link || order.link == link)
    }

    fn keep(&mut self, order: Order) -> Order {
        self.journal.append(&Line::Order(order.clone()));
        self.orders.insert(order.terms.out_trade_no.clone(), order.clone());
        order
    }

    pub(super) fn keep_refund(&mut self, refund: Refund) -> Refund {
        self.journal.append(&Line::Refund(refund.clone()));
        self.refunds.insert(refund.out_refund_no.clone(), refund.clone());
        refund
    }

    /// A new order, or the same one asked for again.
    pub(super) fn place(&mut self, terms: Terms, now: Timestamp) -> Result<Order, Refusal> {
        let Some(known) = self.orders.get(&terms.out_trade_no) else {
            let prepay_id = format!("wx{}{}", local(now, "%Y%m%d%H%M%S"), seal::token());
            let link = seal::token();
            return Ok(self.keep(Order { terms, prepay_id, link, link_at: now, state: State::NotPaid }));
        };
        match &known.state {
            State::Paid { .. } => Err(Refusal::bad_request("ORDER_PAID", "该订单已支付")),
            State::Closed => Err(Refusal::bad_request("ORDER_CLOSED", "该订单已关闭")),
            State::NotPaid if known.terms != terms => {
                Err(Refusal::forbidden("OUT_TRADE_NO_USED", "商户订单号重复，且参数与原订单不一致"))
            }
            State::NotPaid => {
                let again = Order { link_at: now, ..known.clone() };
                Ok(self.keep(again))
            }
        }
    }

    /// The payer confirms.
    pub(super) fn pay(&mut self, out_trade_no: &str, now: Timestamp) -> Result<Order, Refusal> {
        let known = self.orders.get(out_trade_no).ok_or_else(Refusal::no_order)?;
        match &known.state {
            State::Paid { .. } => return Err(Refusal::bad_request("ORDER_PAID", "该订单已支付")),
            State::Closed => return Err(Refusal::bad_request("ORDER_CLOSED", "该订单已关闭")),
            State::NotPaid => {}
        }
        if known.terms.expires.is_some_and(|expires| expires <= now) {
            return Err(Refusal::bad_request("INVALID_REQUEST", "该订单已过支付时间"));
        }
        let transaction_id = format!("4200{}{}", local(now, "%Y%m%d"), seal::digits(16));
        let openid = known.terms.openid.clone().unwrap_or_else(|| format!("o{}", &seal::token()[..27]));
        Ok(self.keep(Order { state: State::Paid { at: now, transaction_id, openid }, ..known.clone() }))
    }

    /// The merchant closes. Closing twice is no error.
    pub(super) fn close(&mut self, out_trade_no: &str) -> Result<(), Refusal> {
        let known = self.orders.get(out_trade_no).ok_or_else(Refusal::no_order)?;
        match &known.state {
            State::Paid { .. } => Err(Refusal::bad_request("ORDER_PAID", "该订单已支付，不能关单")),
            State::Closed => Ok(()),
            State::NotPaid => {
                let closed = Order { state: State::Closed, ..known.clone() };
                self.keep(closed);
                Ok(())
            }
        }
    }

    /// Money of an order that went back or is on its way.
    pub(super) fn refunded(&self, out_trade_no: &str) -> Fen {
        let of_order = self.refunds.values().filter(|refund| refund.out_trade_no == out_trade_no);
        of_order.filter(|refund| refund.status != RefundStatus::Closed).map(|refund| refund.amount).sum()
    }

    /// The transaction as queries and notices tell it.
    pub(super) fn transaction(&self, order: &Order, mchid: &str, appid: &str) -> Value {
        let (state, words) = match &order.state {
            State::NotPaid => ("NOTPAY", "订单未支付"),
            State::Closed => ("CLOSED", "订单已关闭"),
            State::Paid { .. } if !self.refunded(&order.terms.out_trade_no).is_zero() => ("REFUND", "转入退款"),
            State::Paid { .. } => ("SUCCESS", "支付成功"),
        };
        let total = order.terms.total.fen();
        let mut told = json!({
            "appid": appid, "mchid": mchid, "out_trade_no": order.terms.out_trade_no,
            "trade_type": order.terms.kind.trade_type(), "trade_state": state, "trade_state_desc": words,
            "attach": order.terms.attach.as_deref().unwrap_or(""),
            "amount": {"total": total, "currency": "CNY"},
        });
        if let State::Paid { at, transaction_id, openid } = &order.state {
            told["transaction_id"] = json!(transaction_id);
            told["bank_type"] = json!("OTHERS");
            told["success_time"] = json!(rfc3339(*at));
            told["payer"] = json!({"openid": openid});
            told["amount"] = json!({"total": total, "payer_total": total, "currency": "CNY", "payer_currency": "CNY"});
        }
        told
    }
}

impl Order {
    pub(super) fn transaction_id(&self) -> Option<&str> {
        match &self.state {
            State::Paid { transaction_id, .. } => Some(transaction_id),
            State::NotPaid | State::Closed => None,
        }
    }
}
