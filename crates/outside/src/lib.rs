//! Faithful stand-ins for the outside world: each its own HTTP server on the loopback address, speaking the real protocol.
//!
//! Purpose: WeChat Pay has no sandbox, and no bank, SMS provider or real-name service may be troubled by a demo or a test. These servers
//! check what the real ones check, answer as they answer, and can be told to fail as the real ones fail.
//!
//! | module | stands in for | our client lives in |
//! |---|---|---|
//! | [`wechat_pay`] | WeChat Pay APIv3, public-key mode, with a cashier page | `payment` |
//! | [`bank`] | a bank's front-end server: collection notes, payouts and return files | `payment` |
//! | [`sms`] | Aliyun short message service (SendSms 2017-05-25), with the demo's handset | `message` |
//! | [`real_name`] | a check of name, identity number and phone | `account` |
//!
//! Invariants: depends on `kernel` only and shares no code with our clients, so both sides are checked against the protocol and not against
//! each other. Listens on 127.0.0.1 only. Every path under `/outside/` is a control for demos and tests that the real service does not have;
//! it is not signed. Refuses what the real service refuses, with its own error form.
//!
//! State lives in memory; where a folder is given it is also appended to a file of JSON lines there, and read again at the next start.
//! Notices that were still to be repeated when the process ended are not taken up again (ask `/outside/resend`).
//!
//! The program `outside` serves all of them in one process of its own, so that they live on while the hall is killed:
//!
//! ```text
//! outside --config FILE [--folder DIR] [--wechat-pay-port N] [--bank-port N] [--sms-port N] [--real-name-port N] [--until-stdin-closes]
//! ```
//!
//! `FILE` is JSON: `{"wechat_pay":{merchant},"bank":{client},"sms":{account},"real_name":{client}}`, each part the serde form of
//! [`wechat_pay::Merchant`], [`bank::Client`], [`sms::Account`], [`real_name::Client`]; a part left out is not served. People for
//! [`real_name`] are read from `DIR/people.jsonl` where it exists, and may be added later under `/outside/people`. Once all are ready it
//! prints one line: `{"wechat_pay":"http://127.0.0.1:PORT","bank":…,"sms":…,"real_name":…}`.

pub mod bank;
pub mod clock;
mod courier;
mod door;
mod journal;
mod page;
pub mod real_name;
mod seal;
mod server;
pub mod sms;
pub mod wechat_pay;

pub use server::StartError;
