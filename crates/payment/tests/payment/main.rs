//! Payment on both engines, and the gateways against other programs' vectors: one program, a module a subject.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests")]

mod bank;
mod confirm;
mod notice;
mod stand;
mod wechat_pay;
