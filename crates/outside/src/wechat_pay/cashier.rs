//! The cashier page: a person sees what is to be paid and confirms it.

use super::Shared;
use super::book::{Order, State as OrderState};
use super::notice;
use super::order::link_is_open;
use crate::page::{House, escape, page, return_address};
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Link {
    prepay_id: Option<String>,
    pr: Option<String>,
    redirect_url: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Decision {
    prepay_id: String,
    redirect_url: Option<String>,
    action: String,
}

pub(super) async fn show(State(platform): State<Shared>, Query(link): Query<Link>) -> Response {
    let token = link.prepay_id.or(link.pr).unwrap_or_default();
    let order = platform.book().by_link(&token).cloned();
    let back = link.redirect_url.as_deref().and_then(return_address);
    match order {
        None => told(StatusCode::NOT_FOUND, "支付链接无效", "请回到商家页面重新发起支付。", back),
        Some(order) if !link_is_open(&order, platform.clock.now()) => {
            told(StatusCode::GONE, "支付链接已过期", "请回到商家页面重新发起支付。", back)
        }
        Some(order) => match order.state {
            OrderState::Paid { .. } => told(StatusCode::OK, "支付成功", "这笔订单已经付过款，不会再次扣款。", back),
            OrderState::Closed => told(StatusCode::OK, "订单已关闭", "商家已关闭这笔订单，没有扣款。", back),
            OrderState::NotPaid => confirm(&platform.merchant.name, &order, back),
        },
    }
}

fn confirm(merchant: &str, order: &Order, back: Option<&str>) -> Response {
    let (merchant, description) = (escape(merchant), escape(&order.terms.description));
    let (number, sum) = (escape(&order.terms.out_trade_no), order.terms.total.grouped());
    let (prepay_id, back) = (escape(&order.prepay_id), escape(back.unwrap_or("")));
    let main = format!(
        "<div class=\"card\">\n<p class=\"sum\">¥{sum}</p>\n<dl><dt>收款方</dt><dd>{merchant}</dd><dt>商品</dt><dd>{description}</dd>\
         <dt>订单号</dt><dd>{number}</dd></dl>\n</div>\n\
         <form method=\"post\" action=\"/cashier\">\n<input type=\"hidden\" name=\"prepay_id\" value=\"{prepay_id}\">\n\
         <input type=\"hidden\" name=\"redirect_url\" value=\"{back}\">\n\
         <button class=\"go\" name=\"action\" value=\"pay\">确认支付 ¥{sum}</button>\n\
         <button class=\"back\" name=\"action\" value=\"cancel\">取消</button>\n</form>\n\
         <p class=\"note\">这是演示用的收银台，不会扣真实的钱。</p>"
    );
    page(House::WechatPay, "确认支付", &main)
}

/// A page that only says something, with the way back where there is one.
fn told(status: StatusCode, title: &str, text: &str, back: Option<&str>) -> Response {
    let way = back.map(|back| format!("<p><a href=\"{}\">返回商家</a></p>", escape(back))).unwrap_or_default();
    (status, page(House::WechatPay, title, &format!("<div class=\"card\"><p>{}</p>{way}</div>", escape(text))))
        .into_response()
}

pub(super) async fn decide(State(platform): State<Shared>, Form(decision): Form<Decision>) -> Response {
    let back = decision.redirect_url.as_deref().and_then(return_address);
    let Some(order) = platform.book().by_link(&decision.prepay_id).cloned() else {
        return told(StatusCode::NOT_FOUND, "支付链接无效", "请回到商家页面重新发起支付。", back);
    };
    if decision.action != "pay" {
        return leave(back, "已取消", "没有扣款。");
    }
    let now = platform.clock.now();
    if !link_is_open(&order, now) {
        return told(StatusCode::GONE, "支付链接已过期", "请回到商家页面重新发起支付。", back);
    }
    let paid = platform.book().pay(&order.terms.out_trade_no, now);
    match paid {
        Ok(paid) => {
            notice::in_background(&platform, notice::of_order(&platform, &paid));
            leave(back, "支付成功", "可以关闭本页。")
        }
        // Paid or closed a moment ago, in another window: the person goes back, where the truth stands.
        Err(_) => leave(back, "订单已处理", "这笔订单已经付款或关闭，没有再次扣款。"),
    }
}

fn leave(back: Option<&str>, title: &str, text: &str) -> Response {
    match back {
        Some(back) => Redirect::to(back).into_response(),
        None => told(StatusCode::OK, title, text, None),
    }
}
