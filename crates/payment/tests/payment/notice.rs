//! Notices of WeChat Pay: one that another program made is believed, and each way of being wrong is refused once.

use crate::stand::{Platform, client, platform_key, transaction};
use control::FixedClock;
use kernel::{Fen, Timestamp};
use payment::gateway::wechat_pay::{NotOurs, Notice, NoticeError, VerifyError, WeChatPay};
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};
use std::sync::Arc;

const NOW: &str = "2026-03-02T01:30:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn ours() -> WeChatPay {
    client(Arc::new(FixedClock::at(now())))
}

fn paid(change: impl FnOnce(&mut Value)) -> (HeaderMap, Vec<u8>) {
    let mut plain = transaction("ZJ1W1", "4200", 78411);
    change(&mut plain);
    Platform::new().notice(now(), "TRANSACTION.SUCCESS", &plain)
}

#[test]
fn a_notice_made_by_another_program_is_believed() {
    let vector: Value = serde_json::from_str(include_str!("vectors/notice.json")).unwrap();
    let mut headers = HeaderMap::new();
    for name in ["timestamp", "nonce", "serial", "signature"] {
        let value = HeaderValue::from_str(vector[name].as_str().unwrap()).unwrap();
        headers.insert(reqwest::header::HeaderName::try_from(format!("wechatpay-{name}")).unwrap(), value);
    }
    let body = vector["body"].as_str().unwrap().as_bytes();
    let Notice::Paid(money) = ours().verify_notice(&headers, body, now()).unwrap() else { panic!("a payment") };
    assert_eq!((money.number(), money.amount()), ("ZJ260302ABCDEFGHJKMNW1", Fen::new(78411)));
    assert_eq!(money.transaction_id(), "4200000000202603020000000001");
    assert_eq!(money.paid_at(), "2026-03-02T01:29:58Z".parse::<Timestamp>().unwrap());

    // One byte of the body, and it is nobody's word any more.
    let changed = String::from_utf8(body.to_vec()).unwrap().replacen("EV-1", "EV-2", 1);
    let refused = ours().verify_notice(&headers, changed.as_bytes(), now());
    assert!(matches!(refused, Err(NoticeError::Signature(VerifyError::Forged))));
}

fn signature_refusal(headers: &HeaderMap, body: &[u8]) -> VerifyError {
    match ours().verify_notice(headers, body, now()) {
        Err(NoticeError::Signature(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_wrong_signature_is_refused() {
    let (good, body) = paid(|_| {});
    assert!(ours().verify_notice(&good, &body, now()).is_ok());
    let with = |name: &'static str, value: &str| {
        let mut headers = good.clone();
        headers.insert(name, HeaderValue::from_str(value).unwrap());
        headers
    };
    for name in ["Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Serial", "Wechatpay-Signature"] {
        let mut headers = good.clone();
        headers.remove(name);
        assert_eq!(signature_refusal(&headers, &body), VerifyError::NoHeader(name));
    }
    let probe = with("Wechatpay-Signature", "WECHATPAY/SIGNTEST/abcd");
    assert_eq!(signature_refusal(&probe, &body), VerifyError::Probe);
    let serial = with("Wechatpay-Serial", "PUB_KEY_ID_2");
    assert_eq!(signature_refusal(&serial, &body), VerifyError::UnknownSerial("PUB_KEY_ID_2".to_owned()));
    assert_eq!(signature_refusal(&with("Wechatpay-Signature", "AAAA"), &body), VerifyError::Forged);
    assert_eq!(signature_refusal(&with("Wechatpay-Nonce", "another"), &body), VerifyError::Forged);
    // Rightly signed, and too far from now: an old notice sent again, or one kept for later.
    for (seconds, refusal) in [(-301, Some(301)), (-300, None), (300, None), (301, Some(301))] {
        let headers = Platform::new().signed(now() + chrono::TimeDelta::seconds(seconds), &body);
        match refusal {
            Some(skew) => assert_eq!(signature_refusal(&headers, &body), VerifyError::Stale(skew)),
            None => assert!(ours().verify_notice(&headers, &body, now()).is_ok()),
        }
    }
}

#[test]
fn a_new_serial_is_believed_once_it_is_told_and_the_old_one_too() {
    let plain = transaction("ZJ1W1", "4200", 78411);
    let next = Platform::new().under("PUB_KEY_ID_2");
    let (headers, body) = next.notice(now(), "TRANSACTION.SUCCESS", &plain);
    let client = ours();
    assert!(client.verify_notice(&headers, &body, now()).is_err());
    client.trust(&platform_key("PUB_KEY_ID_2")).unwrap();
    assert!(client.verify_notice(&headers, &body, now()).is_ok());
    let (headers, body) = paid(|_| {});
    assert!(client.verify_notice(&headers, &body, now()).is_ok());
}

#[test]
fn what_is_signed_and_not_ours_is_refused() {
    let refused = |change: &dyn Fn(&mut Value)| {
        let (headers, body) = paid(change);
        match ours().verify_notice(&headers, &body, now()) {
            Err(NoticeError::NotOurs(why)) => why,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused(&|tx| tx["mchid"] = json!("1")), NotOurs::WrongMerchant("1".to_owned()));
    assert_eq!(refused(&|tx| tx["appid"] = json!("wx1")), NotOurs::WrongApplication("wx1".to_owned()));
    assert_eq!(refused(&|tx| tx["amount"]["currency"] = json!("USD")), NotOurs::WrongCurrency("USD".to_owned()));
    assert_eq!(refused(&|tx| tx["amount"]["total"] = json!(0)), NotOurs::NotWhole("amount"));
    assert_eq!(refused(&|tx| tx["amount"]["total"] = json!(i64::MAX)), NotOurs::NotWhole("amount"));
    assert_eq!(refused(&|tx| tx["transaction_id"] = json!("")), NotOurs::NotWhole("transaction_id"));
    assert_eq!(refused(&|tx| tx["success_time"] = json!("yesterday")), NotOurs::NotWhole("success_time"));
    assert_eq!(refused(&|tx| tx["trade_state"] = json!("PERHAPS")), NotOurs::NotWhole("trade_state"));
    let (headers, body) = paid(|tx| tx["trade_state"] = json!("NOTPAY"));
    assert!(matches!(ours().verify_notice(&headers, &body, now()), Err(NoticeError::Form(_))));
}

#[test]
fn what_does_not_open_is_refused() {
    let (_, body) = paid(|_| {});
    let text = String::from_utf8(body).unwrap();
    for (from, to, sealed) in [
        ("abcdefghijkl", "abcdefghijkm", true),
        ("\"associated_data\":\"transaction\"", "\"associated_data\":\"refund\"", true),
        ("AEAD_AES_256_GCM", "NONE", false),
        ("TRANSACTION.SUCCESS", "SOMETHING", false),
    ] {
        let body = text.replacen(from, to, 1).into_bytes();
        assert_ne!(body, text.as_bytes());
        let headers = Platform::new().signed(now(), &body);
        let refused = ours().verify_notice(&headers, &body, now()).unwrap_err();
        assert_eq!(matches!(refused, NoticeError::Sealed), sealed, "{from}");
    }
}

#[test]
fn secrets_are_not_shown() {
    let shown = format!("{:?}", crate::stand::config("http://127.0.0.1:9", vec![]));
    assert!(!shown.contains(crate::stand::APIV3_KEY) && !shown.contains("PRIVATE"), "{shown}");
    assert!(!format!("{:?}", ours()).contains(crate::stand::APIV3_KEY));
}
