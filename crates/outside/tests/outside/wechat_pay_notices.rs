//! Notices of the WeChat Pay stand-in, and each way in which they and the answers can go wrong.

use crate::client::{Mailbox, Shop, Slip, merchant, order, send};
use outside::wechat_pay::{Config, Faults, SealFault};
use serde_json::{Value, json};
use std::time::Duration;

async fn pay(shop: &Shop, mailbox: &Mailbox, number: &str, notice: &str) -> Value {
    shop.place("native", &order(number, 100, &mailbox.url)).await;
    shop.tell("/outside/pay", &json!({"out_trade_no": number, "notice": notice})).await.json()
}

#[tokio::test]
async fn a_notice_that_is_not_taken_is_sent_again_until_it_is() {
    let mut mailbox = Mailbox::open(&[500, 302, 404]).await;
    let schedule = [1, 1, 1, 1, 1].map(Duration::from_millis).to_vec();
    let shop = Shop::with(Config { notice_schedule: schedule, ..Config::new(merchant()) }).await;
    pay(&shop, &mailbox, "ZJ00000001", "background").await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        let notice = mailbox.next().await;
        assert!(shop.is_sealed(&notice.headers, &notice.body));
        ids.push(notice.json()["id"].clone());
    }
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let told = shop.tell("/outside/resend", &json!({"out_trade_no": "ZJ00000001"})).await.json();
    assert_eq!(told, json!({"statuses": [204]}));
    let statuses: Vec<u16> = shop.running.deliveries().iter().map(|delivery| delivery.status).collect();
    assert_eq!(statuses, [500, 302, 404, 204, 204]);
}

#[tokio::test]
async fn nobody_listening_is_status_nought() {
    let shop = Shop::open().await;
    shop.place("native", &order("ZJ00000001", 100, "http://127.0.0.1:9/none")).await;
    let told = shop.tell("/outside/pay", &json!({"out_trade_no": "ZJ00000001", "notice": "await"})).await.json();
    assert_eq!(told["statuses"], json!([0]));
    assert_eq!(
        shop.tell("/outside/resend", &json!({"out_trade_no": "ZJ00000009"})).await.code(),
        "404 ORDER_NOT_EXIST"
    );
    shop.place("native", &order("ZJ00000002", 100, "http://127.0.0.1:9/none")).await;
    assert_eq!(
        shop.tell("/outside/resend", &json!({"out_trade_no": "ZJ00000002"})).await.code(),
        "400 INVALID_REQUEST"
    );
}

#[tokio::test]
async fn notices_can_be_many_together_and_none() {
    let mut mailbox = Mailbox::open(&[]).await;
    let shop = Shop::open().await;
    shop.running.set_faults(Faults { notice_copies: 3, notice_together: 2, notice_delay_ms: 1, ..Faults::default() });
    let paid = pay(&shop, &mailbox, "ZJ00000001", "await").await;
    assert_eq!(paid["statuses"], json!([204, 204, 204, 204, 204, 204]));
    assert_eq!(mailbox.waiting().len(), 6);
    let faults = shop.tell("/outside/faults", &json!({"lose_notices": true})).await.json();
    assert_eq!((&faults["lose_notices"], &faults["notice_copies"]), (&json!(true), &json!(1)));
    let paid = pay(&shop, &mailbox, "ZJ00000002", "await").await;
    assert_eq!(paid["statuses"], json!([]));
    assert!(mailbox.waiting().is_empty());
    assert_eq!(shop.query("ZJ00000002").await.json()["trade_state"], "SUCCESS");
    assert_eq!(shop.tell("/outside/faults", &json!({"no_such_fault": 1})).await.code(), "400 PARAM_ERROR");
}

#[tokio::test]
async fn a_notice_can_lie_in_every_way() {
    let mut mailbox = Mailbox::open(&[]).await;
    let shop = Shop::open().await;
    pay(&shop, &mailbox, "ZJ00000001", "none").await;
    let resend = json!({"out_trade_no": "ZJ00000001"});
    for fault in [SealFault::Forged, SealFault::Probe, SealFault::UnknownSerial, SealFault::Missing] {
        shop.running.set_faults(Faults { notice_signature: fault, ..Faults::default() });
        shop.tell("/outside/resend", &resend).await;
        let notice = mailbox.next().await;
        assert!(!shop.is_sealed(&notice.headers, &notice.body), "{fault:?}");
        let signature = notice.headers.get("wechatpay-signature").map_or("", |value| value.to_str().unwrap());
        assert_eq!(signature.starts_with("WECHATPAY/SIGNTEST/"), fault == SealFault::Probe);
        assert_eq!(signature.is_empty(), fault == SealFault::Missing);
    }
    shop.running.set_faults(Faults {
        notice_amount: Some(1),
        notice_mchid: Some("1900000002".into()),
        notice_appid: Some("wx1".into()),
        notice_stale_seconds: 301,
        ..Faults::default()
    });
    shop.tell("/outside/resend", &resend).await;
    let notice = mailbox.next().await;
    assert!(shop.is_sealed(&notice.headers, &notice.body));
    let plain = notice.plain();
    assert_eq!(
        (&plain["amount"]["total"], &plain["mchid"], &plain["appid"]),
        (&json!(1), &json!("1900000002"), &json!("wx1"))
    );
    let said: i64 = notice.headers["wechatpay-timestamp"].to_str().unwrap().parse().unwrap();
    assert_eq!(shop.clock.now().timestamp() - said, 301);
    assert_eq!(shop.query("ZJ00000001").await.json()["amount"]["total"], 100);
}

#[tokio::test]
async fn answers_can_be_forged_and_late() {
    let shop = Shop::open().await;
    shop.paid("ZJ00000001", 100).await;
    let path = format!("/v3/pay/transactions/out-trade-no/ZJ00000001?mchid={}", crate::client::MCHID);
    for fault in [SealFault::Forged, SealFault::Probe, SealFault::UnknownSerial, SealFault::Missing] {
        shop.running.set_faults(Faults { answer_signature: fault, ..Faults::default() });
        let answer = shop.call("GET", &path, "", Slip::default()).await;
        assert_eq!(answer.status, 200);
        assert!(!shop.is_sealed(&answer.headers, &answer.body), "{fault:?}");
    }
    shop.running.set_faults(Faults { query_delay_ms: 60_000, ..Faults::default() });
    let late = tokio::time::timeout(Duration::from_millis(300), shop.get(&path)).await;
    assert!(late.is_err(), "the query was answered at once");
}

#[tokio::test]
async fn a_new_key_signs_and_the_old_one_stays_known() {
    let mut mailbox = Mailbox::open(&[]).await;
    let shop = Shop::open().await;
    let before = shop.running.platform_keys();
    let serial = shop.running.rotate_key().unwrap();
    let after = shop.running.platform_keys();
    assert_eq!((before.len(), after.len()), (1, 2));
    assert_eq!((&after[0].serial, after[0].current), (&before[0].serial, false));
    assert!(after[1].current && after[1].serial == serial);
    pay(&shop, &mailbox, "ZJ00000001", "await").await;
    let notice = mailbox.next().await;
    assert_eq!(notice.headers["wechatpay-serial"], serial);
    assert!(shop.is_sealed(&notice.headers, &notice.body));
    let told = send(shop.http.get(format!("{}/outside/keys", shop.running.url()))).await.json();
    assert_eq!(told[1]["serial"], serial);
}
