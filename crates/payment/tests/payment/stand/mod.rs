//! What the tests of this crate stand on: a platform with a key of its own that signs notices, and acts around the building blocks.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests; not every file uses all")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use control::{Act, Action, Actor, Channel, Clock, Op, Subject};
use kernel::{BillId, Fen, Fund, OrderId, PersonId, Timestamp};
use payment::gateway::wechat_pay::{Config, Notice, PlatformKey, WeChatPay};
use payment::{
    Attempt, CloseError, Confirmed, GatewayKind, NewOrder, Order, Purpose, ReceiptId, Refund, RefundError,
    StartAttempt, Verified,
};
use reqwest::header::{HeaderMap, HeaderValue};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use std::sync::Arc;
use testkit::Kit;
use uuid::Uuid;

pub(crate) const APIV3_KEY: &str = "0123456789abcdef0123456789ABCDEF";
pub(crate) const MCHID: &str = "1900000001";
pub(crate) const APPID: &str = "wx8888888888888888";
pub(crate) const MERCHANT_PEM: &str = include_str!("../vectors/merchant.pem");
pub(crate) const MERCHANT_PUBLIC_PEM: &str = include_str!("../vectors/merchant.pub.pem");

pub(crate) fn config(base_url: &str, platform_keys: Vec<PlatformKey>) -> Config {
    // An error says that another test of this program has installed it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Config {
        base_url: base_url.to_owned(),
        mchid: MCHID.to_owned(),
        appid: APPID.to_owned(),
        serial: "5A5A".to_owned(),
        private_key_pem: MERCHANT_PEM.to_owned().into(),
        apiv3_key: APIV3_KEY.to_owned().into(),
        platform_keys,
    }
}

pub(crate) fn platform_key(serial: &str) -> PlatformKey {
    let public_key_pem = include_str!("../vectors/platform.pub.pem").to_owned();
    PlatformKey { serial: serial.to_owned(), public_key_pem }
}

/// A client that trusts the key of [`Platform`] and calls nobody.
pub(crate) fn client(clock: Arc<dyn Clock>) -> WeChatPay {
    WeChatPay::new(config("http://127.0.0.1:9", vec![platform_key("PUB_KEY_ID_1")]), clock).unwrap()
}

/// A platform that signs what it is told to.
pub(crate) struct Platform {
    key: RsaKeyPair,
    serial: &'static str,
}

impl Platform {
    pub(crate) fn new() -> Platform {
        let pem = include_str!("../vectors/platform.pem");
        let (_, rest) = pem.split_once("-----BEGIN PRIVATE KEY-----").unwrap();
        let (body, _) = rest.split_once("-----END").unwrap();
        let der = STANDARD.decode(body.split_whitespace().collect::<String>()).unwrap();
        Platform { key: RsaKeyPair::from_pkcs8(&der).unwrap(), serial: "PUB_KEY_ID_1" }
    }

    pub(crate) fn under(self, serial: &'static str) -> Platform {
        Platform { serial, ..self }
    }

    pub(crate) fn signed(&self, at: Timestamp, body: &[u8]) -> HeaderMap {
        let (timestamp, nonce) = (at.timestamp().to_string(), "abcdef0123456789");
        let text = [timestamp.as_bytes(), b"\n", nonce.as_bytes(), b"\n", body, b"\n"].concat();
        let mut signature = vec![0; self.key.public().modulus_len()];
        self.key.sign(&RSA_PKCS1_SHA256, &ring::rand::SystemRandom::new(), &text, &mut signature).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("Wechatpay-Timestamp", HeaderValue::from_str(&timestamp).unwrap());
        headers.insert("Wechatpay-Nonce", HeaderValue::from_static(nonce));
        headers.insert("Wechatpay-Serial", HeaderValue::from_static(self.serial));
        headers.insert("Wechatpay-Signature", HeaderValue::from_str(&STANDARD.encode(signature)).unwrap());
        headers
    }

    pub(crate) fn notice(&self, at: Timestamp, event_type: &str, plain: &Value) -> (HeaderMap, Vec<u8>) {
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, APIV3_KEY.as_bytes()).unwrap());
        let mut sealed = plain.to_string().into_bytes();
        let nonce = Nonce::try_assume_unique_for_key(b"abcdefghijkl").unwrap();
        key.seal_in_place_append_tag(nonce, Aad::from(b"transaction"), &mut sealed).unwrap();
        let body = json!({
            "id": "EV-1", "event_type": event_type,
            "resource": { "algorithm": "AEAD_AES_256_GCM", "nonce": "abcdefghijkl", "associated_data": "transaction",
                "ciphertext": STANDARD.encode(sealed) },
        });
        let body = body.to_string().into_bytes();
        (self.signed(at, &body), body)
    }
}

pub(crate) fn transaction(number: &str, transaction_id: &str, fen: i64) -> Value {
    json!({
        "appid": APPID, "mchid": MCHID, "out_trade_no": number, "transaction_id": transaction_id,
        "trade_state": "SUCCESS", "success_time": "2026-03-02T09:29:58+08:00",
        "amount": { "total": fen, "currency": "CNY" },
    })
}

/// Money as a notice brings it.
pub(crate) fn money(kit: &Kit, number: &str, transaction_id: &str, fen: i64) -> Verified {
    let now = kit.desk.now();
    let (headers, body) = Platform::new().notice(now, "TRANSACTION.SUCCESS", &transaction(number, transaction_id, fen));
    match client(kit.clock.clone()).verify_notice(&headers, &body, now).unwrap() {
        Notice::Paid(money) => money,
        Notice::Refund { .. } => panic!("a payment"),
    }
}

pub(crate) fn machinery() -> Actor {
    Actor::system(Channel::Gateway)
}

pub(crate) fn person() -> PersonId {
    PersonId(Uuid::from_u128(7))
}

pub(crate) struct Open(pub(crate) i64);

impl Act for Open {
    const ACTION: Action = Action::PayContribution;
    type Answer = Order;
    type Error = CloseError;
    async fn subject(&self, _: &mut Op) -> Result<Subject, CloseError> {
        Ok(Subject::Person(person()))
    }
    async fn act(&self, op: &mut Op) -> Result<Order, CloseError> {
        let new = NewOrder {
            purpose: Purpose::Contribution(BillId(Uuid::from_u128(9))),
            payer: payment::Payer::Person(person()),
            fund: Fund::EnterprisePension,
            amount: Fen::new(self.0),
            description: "养老保险费 2026年".to_owned(),
            valid_minutes: 60,
        };
        Ok(payment::open(op, new).await?)
    }
}

pub(crate) struct Settle(pub(crate) Verified);

impl Act for Settle {
    const ACTION: Action = Action::SettlePayment;
    type Answer = Confirmed;
    type Error = CloseError;
    async fn subject(&self, _: &mut Op) -> Result<Subject, CloseError> {
        Ok(Subject::Agency)
    }
    async fn act(&self, op: &mut Op) -> Result<Confirmed, CloseError> {
        Ok(payment::confirm(op, &self.0).await?)
    }
}

pub(crate) struct MatchAgain(pub(crate) ReceiptId);

impl Act for MatchAgain {
    const ACTION: Action = Action::SettlePayment;
    type Answer = Option<Confirmed>;
    type Error = CloseError;
    async fn subject(&self, _: &mut Op) -> Result<Subject, CloseError> {
        Ok(Subject::Agency)
    }
    async fn act(&self, op: &mut Op) -> Result<Option<Confirmed>, CloseError> {
        Ok(payment::match_again(op, self.0).await?)
    }
}

pub(crate) struct GiveBack(pub(crate) ReceiptId, pub(crate) i64);

impl Act for GiveBack {
    const ACTION: Action = Action::RefundPayment;
    type Answer = Refund;
    type Error = RefundError;
    async fn subject(&self, _: &mut Op) -> Result<Subject, RefundError> {
        Ok(Subject::Agency)
    }
    async fn act(&self, op: &mut Op) -> Result<Refund, RefundError> {
        payment::refund(op, self.0, Fen::new(self.1), "重复缴费退款").await
    }
}

pub(crate) async fn order(kit: &Kit, fen: i64) -> Order {
    kit.desk.perform(&Actor::person(person(), Channel::Web), Open(fen)).await.unwrap()
}

pub(crate) async fn attempt(kit: &Kit, order: OrderId, gateway: GatewayKind) -> Attempt {
    kit.desk.perform(&Actor::person(person(), Channel::Web), StartAttempt { order, gateway }).await.unwrap()
}

pub(crate) async fn settle(kit: &Kit, money: Verified) -> Confirmed {
    kit.desk.perform(&machinery(), Settle(money)).await.unwrap()
}
