//! The stand-ins against clients made by hand: one program, a module a service.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests")]

mod bank;
mod client;
mod program;
mod real_name;
mod sms;
mod wechat_pay_notices;
mod wechat_pay_orders;
