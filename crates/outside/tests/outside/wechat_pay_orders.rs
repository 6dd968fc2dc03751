//! Orders, refunds, bills and the cashier of the WeChat Pay stand-in, as a merchant and a person meet them.

use crate::client::{APPID, MCHID, Mailbox, Shop, Slip, at, merchant, order, send};
use flate2::read::GzDecoder;
use outside::wechat_pay::{BillDay, Config, Faults, RefundFault};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use std::io::Read;

#[tokio::test]
async fn a_person_pays_an_h5_order_at_the_cashier() {
    let mut mailbox = Mailbox::open(&[]).await;
    let shop = Shop::open().await;
    let placed = shop.place("h5", &order("ZJ00000001", 78_411, &mailbox.url)).await.json();
    let url = placed["h5_url"].as_str().unwrap();
    let unpaid = shop.query("ZJ00000001").await.json();
    assert_eq!((&unpaid["trade_state"], &unpaid["transaction_id"]), (&json!("NOTPAY"), &Value::Null));

    let back = "http://127.0.0.1:8080/bill/1?a=b";
    let page =
        send(shop.http.get(format!("{url}&redirect_url=http%3A%2F%2F127.0.0.1%3A8080%2Fbill%2F1%3Fa%3Db"))).await;
    let text = page.text();
    assert_eq!(page.status, 200);
    assert!(
        text.contains("¥784.11") && text.contains("江城社保&lt;演示&gt;") && text.contains("lang=\"zh-CN\""),
        "{text}"
    );
    assert!(text.contains(back), "{text}");

    let prepay_id = url.split_once("prepay_id=").unwrap().1;
    let form =
        |action: &str| format!("prepay_id={prepay_id}&redirect_url={}&action={action}", "http://127.0.0.1:8080/bill/1");
    let post = |body: String| {
        let request = shop.http.post(format!("{}/cashier", shop.running.url())).body(body);
        send(request.header("content-type", "application/x-www-form-urlencoded"))
    };
    let cancelled = post(form("cancel")).await;
    assert_eq!((cancelled.status, cancelled.header("location")), (303, "http://127.0.0.1:8080/bill/1"));
    assert_eq!(shop.query("ZJ00000001").await.json()["trade_state"], "NOTPAY");
    let paid = post(form("pay")).await;
    assert_eq!((paid.status, paid.header("location")), (303, "http://127.0.0.1:8080/bill/1"));

    let notice = mailbox.next().await;
    assert!(shop.is_sealed(&notice.headers, &notice.body));
    assert_eq!(notice.json()["event_type"], "TRANSACTION.SUCCESS");
    let told = shop.query("ZJ00000001").await.json();
    assert_eq!(notice.plain(), told);
    assert_eq!(told["trade_state"], "SUCCESS");
    assert_eq!(told["trade_type"], "MWEB");
    assert_eq!(told["success_time"], "2026-11-23T14:20:00+08:00");
    assert_eq!(told["amount"]["payer_total"], 78_411);
    let again = post(form("pay")).await;
    assert_eq!(again.status, 303);
    let by_id = format!("/v3/pay/transactions/id/{}?mchid={MCHID}", told["transaction_id"].as_str().unwrap());
    assert_eq!(shop.get(&by_id).await.json(), told, "the second confirmation changed the transaction");
    assert!(send(shop.http.get(url)).await.text().contains("支付成功"));
}

#[tokio::test]
async fn each_kind_answers_its_own_link() {
    let shop = Shop::open().await;
    let native = shop.place("native", &order("ZJ00000001", 1, "http://a/b")).await.json();
    let link = native["code_url"].as_str().unwrap().strip_prefix("weixin://wxpay/bizpayurl?pr=").unwrap().to_owned();
    let page = send(shop.http.get(format!("{}/cashier?pr={link}", shop.running.url()))).await;
    assert!(page.text().contains("确认支付 ¥0.01"));
    let jsapi = shop.place("jsapi", &order("ZJ00000002", 1, "http://a/b")).await.json();
    assert!(jsapi["prepay_id"].as_str().unwrap().starts_with("wx"));
}

#[tokio::test]
async fn a_link_ends_and_begins_anew_when_asked_for_again() {
    let shop = Shop::open().await;
    let url =
        shop.place("h5", &order("ZJ00000001", 1, "http://a/b")).await.json()["h5_url"].as_str().unwrap().to_owned();
    shop.clock.set(at("2026-11-23T06:25:00Z"));
    assert_eq!(send(shop.http.get(&url)).await.status, 410);
    let again = shop.place("h5", &order("ZJ00000001", 1, "http://a/b")).await.json();
    assert_eq!(again["h5_url"], url);
    assert_eq!(send(shop.http.get(&url)).await.status, 200);
    assert_eq!(send(shop.http.get(format!("{}/cashier?prepay_id=none", shop.running.url()))).await.status, 404);
}

#[tokio::test]
async fn an_order_is_refused_for_each_thing_that_can_be_wrong_with_it() {
    let shop = Shop::open().await;
    let good = order("ZJ00000001", 1, "http://a/b");
    let cases: Vec<(&str, Value, &str)> = vec![
        ("/mchid", Value::Null, "400 PARAM_ERROR"),
        ("/mchid", json!("1900000002"), "400 MCH_NOT_EXISTS"),
        ("/appid", json!("wx1"), "400 APPID_MCHID_NOT_MATCH"),
        ("/description", json!(""), "400 PARAM_ERROR"),
        ("/description", json!("费".repeat(128)), "400 PARAM_ERROR"),
        ("/out_trade_no", json!("12345"), "400 PARAM_ERROR"),
        ("/out_trade_no", json!("1".repeat(33)), "400 PARAM_ERROR"),
        ("/out_trade_no", json!("ZJ 000001"), "400 PARAM_ERROR"),
        ("/notify_url", json!("ftp://a/b"), "400 PARAM_ERROR"),
        ("/notify_url", json!("http://a/b?c=d"), "400 PARAM_ERROR"),
        ("/attach", json!("a".repeat(129)), "400 PARAM_ERROR"),
        ("/amount/total", json!(0), "400 PARAM_ERROR"),
        ("/amount/total", json!(-1), "400 PARAM_ERROR"),
        ("/amount/total", json!("1"), "400 PARAM_ERROR"),
        ("/amount/total", json!(1.5), "400 PARAM_ERROR"),
        ("/amount/currency", json!("USD"), "400 PARAM_ERROR"),
        ("/time_expire", json!("tomorrow"), "400 PARAM_ERROR"),
        ("/time_expire", json!("2026-11-23T14:20:00+08:00"), "400 PARAM_ERROR"),
        ("/scene_info/payer_client_ip", json!("nowhere"), "400 PARAM_ERROR"),
        ("/scene_info/h5_info/type", json!("Phone"), "400 PARAM_ERROR"),
        ("/scene_info", Value::Null, "400 PARAM_ERROR"),
    ];
    for (field, value, expected) in cases {
        let mut body = good.clone();
        body["time_expire"] = json!("2026-11-23T16:00:00+08:00");
        *body.pointer_mut(field).unwrap() = value.clone();
        assert_eq!(shop.place("h5", &body).await.code(), expected, "{field} {value}");
    }
    let mut without_payer = good.clone();
    without_payer["payer"] = Value::Null;
    assert_eq!(shop.place("jsapi", &without_payer).await.code(), "400 PARAM_ERROR");
    assert_eq!(shop.place("app", &good).await.code(), "404 RESOURCE_NOT_EXISTS");
    assert_eq!(shop.query("ZJ00000001").await.code(), "404 ORDER_NOT_EXIST");
    assert_eq!(shop.place("h5", &good).await.status, 200);
}

#[tokio::test]
async fn a_number_stands_for_one_order_and_each_state_refuses_what_it_must() {
    let shop = Shop::open().await;
    let good = order("ZJ00000001", 100, "http://a/b");
    let close = |number: &str| format!("/v3/pay/transactions/out-trade-no/{number}/close");
    let me = json!({"mchid": MCHID});
    assert_eq!(shop.place("native", &good).await.status, 200);
    assert_eq!(shop.place("native", &order("ZJ00000001", 101, "http://a/b")).await.code(), "403 OUT_TRADE_NO_USED");
    assert_eq!(shop.post(&close("ZJ00000001"), &json!({"mchid": "1"})).await.code(), "400 MCH_NOT_EXISTS");
    assert_eq!(shop.post(&close("ZJ00000001"), &me).await.status, 204);
    assert_eq!(shop.post(&close("ZJ00000001"), &me).await.status, 204);
    assert_eq!(shop.place("native", &good).await.code(), "400 ORDER_CLOSED");
    let pay = json!({"out_trade_no": "ZJ00000001"});
    assert_eq!(shop.tell("/outside/pay", &pay).await.code(), "400 ORDER_CLOSED");
    assert_eq!(shop.query("ZJ00000001").await.json()["trade_state"], "CLOSED");
    assert_eq!(shop.post(&close("ZJ00000009"), &me).await.code(), "404 ORDER_NOT_EXIST");

    shop.paid("ZJ00000002", 100).await;
    assert_eq!(shop.post(&close("ZJ00000002"), &me).await.code(), "400 ORDER_PAID");
    assert_eq!(shop.place("native", &order("ZJ00000002", 100, "http://a/b")).await.code(), "400 ORDER_PAID");
    assert_eq!(shop.tell("/outside/pay", &json!({"out_trade_no": "ZJ00000002"})).await.code(), "400 ORDER_PAID");

    let mut short = order("ZJ00000003", 100, "http://a/b");
    short["time_expire"] = json!("2026-11-23T14:21:00+08:00");
    assert_eq!(shop.place("native", &short).await.status, 200);
    shop.clock.set(at("2026-11-23T06:21:00Z"));
    assert_eq!(shop.tell("/outside/pay", &json!({"out_trade_no": "ZJ00000003"})).await.code(), "400 INVALID_REQUEST");
    assert_eq!(shop.query("ZJ00000003").await.json()["trade_state"], "NOTPAY");
}

#[tokio::test]
async fn every_way_to_sign_wrongly_is_refused() {
    let shop = Shop::open().await;
    let path = format!("/v3/pay/transactions/out-trade-no/ZJ00000001?mchid={MCHID}");
    let slip = Slip::default();
    let slips = [
        ("no header", Slip { no_header: true, ..slip.clone() }),
        ("other merchant", Slip { mchid: Some("1900000002"), ..slip.clone() }),
        ("other serial", Slip { serial: Some("00"), ..slip.clone() }),
        ("too late", Slip { late_seconds: 301, ..slip.clone() }),
        ("too early", Slip { late_seconds: -301, ..slip.clone() }),
        ("other body", Slip { signed_body: Some("{}"), ..slip.clone() }),
    ];
    for (what, slip) in slips {
        let answer = shop.call("GET", &path, "", slip).await;
        assert_eq!(answer.code(), "401 SIGN_ERROR", "{what}");
        assert!(shop.is_sealed(&answer.headers, &answer.body), "{what}");
    }
    let once = Slip { nonce: Some("0123456789abcdef"), ..slip.clone() };
    assert_eq!(shop.call("GET", &path, "", once.clone()).await.code(), "404 ORDER_NOT_EXIST");
    assert_eq!(shop.call("GET", &path, "", once).await.code(), "401 SIGN_ERROR");
    let edge = Slip { late_seconds: 300, ..slip.clone() };
    assert_eq!(shop.call("GET", &path, "", edge).await.code(), "404 ORDER_NOT_EXIST");
    let stranger = Slip { platform_serial: Some("PUB_KEY_ID_1"), ..slip.clone() };
    assert_eq!(shop.call("GET", &path, "", stranger).await.code(), "400 PARAM_ERROR");
    assert_eq!(shop.get("/v3/certificates").await.code(), "404 RESOURCE_NOT_EXISTS");
    shop.running.set_faults(Faults { unavailable: true, ..Faults::default() });
    assert_eq!(shop.get(&path).await.code(), "500 SYSTEM_ERROR");
}

fn refund(number: &str, out_trade_no: &str, amount: i64, total: i64) -> Value {
    json!({"out_trade_no": out_trade_no, "out_refund_no": number, "reason": "重复缴费", "amount": {"refund": amount, "total": total, "currency": "CNY"}})
}

#[tokio::test]
async fn refunds_never_exceed_the_order() {
    let mut mailbox = Mailbox::open(&[]).await;
    let shop = Shop::open().await;
    let path = "/v3/refund/domestic/refunds";
    shop.paid("ZJ00000001", 100).await;
    let mut first = refund("R1", "ZJ00000001", 60, 100);
    first["notify_url"] = json!(mailbox.url);
    let asked = shop.post(path, &first).await.json();
    assert_eq!((&asked["status"], &asked["amount"]["refund"]), (&json!("PROCESSING"), &json!(60)));
    let notice = mailbox.next().await;
    assert_eq!(notice.json()["event_type"], "REFUND.SUCCESS");
    assert_eq!(notice.json()["resource"]["associated_data"], "refund");
    assert_eq!(notice.plain()["refund_status"], "SUCCESS");
    assert_eq!(shop.post(path, &first).await.json()["status"], "SUCCESS");
    assert_eq!(shop.get(&format!("{path}/R1")).await.json()["status"], "SUCCESS");
    assert_eq!(shop.query("ZJ00000001").await.json()["trade_state"], "REFUND");

    assert_eq!(shop.post(path, &refund("R1", "ZJ00000001", 59, 100)).await.code(), "400 INVALID_REQUEST");
    assert_eq!(shop.post(path, &refund("R2", "ZJ00000001", 41, 100)).await.code(), "400 INVALID_REQUEST");
    assert_eq!(shop.post(path, &refund("R2", "ZJ00000001", 1, 99)).await.code(), "400 INVALID_REQUEST");
    assert_eq!(shop.post(path, &refund("R2", "ZJ00000001", 0, 100)).await.code(), "400 PARAM_ERROR");
    assert_eq!(shop.post(path, &refund("R 2", "ZJ00000001", 1, 100)).await.code(), "400 PARAM_ERROR");
    assert_eq!(shop.post(path, &refund("R2", "ZJ00000009", 1, 100)).await.code(), "404 RESOURCE_NOT_EXISTS");
    assert_eq!(shop.get(&format!("{path}/R9")).await.code(), "404 RESOURCE_NOT_EXISTS");
    shop.place("native", &order("ZJ00000002", 100, "http://a/b")).await;
    assert_eq!(shop.post(path, &refund("R2", "ZJ00000002", 1, 100)).await.code(), "400 INVALID_REQUEST");
    assert_eq!(shop.post(path, &refund("R2", "ZJ00000001", 40, 100)).await.status, 200);
}

#[tokio::test]
async fn refunds_end_as_they_are_told_to() {
    let shop = Shop::open().await;
    let path = "/v3/refund/domestic/refunds";
    shop.paid("ZJ00000001", 100).await;
    let fault = |refund| shop.running.set_faults(Faults { refund, ..Faults::default() });
    fault(RefundFault::NotEnough);
    assert_eq!(shop.post(path, &refund("R1", "ZJ00000001", 1, 100)).await.code(), "403 NOT_ENOUGH");
    fault(RefundFault::Abnormal);
    shop.post(path, &refund("R1", "ZJ00000001", 1, 100)).await;
    assert_eq!(shop.get(&format!("{path}/R1")).await.json()["status"], "ABNORMAL");
    fault(RefundFault::Processing);
    shop.post(path, &refund("R2", "ZJ00000001", 1, 100)).await;
    assert_eq!(shop.get(&format!("{path}/R2")).await.json()["status"], "PROCESSING");
    shop.tell("/outside/settle-refund", &json!({"out_refund_no": "R2", "status": "CLOSED"})).await;
    assert_eq!(shop.get(&format!("{path}/R2")).await.json()["status"], "CLOSED");
    fault(RefundFault::Success);
    let all_but_the_closed_one = refund("R3", "ZJ00000001", 99, 100);
    assert_eq!(shop.post(path, &all_but_the_closed_one).await.status, 200);
}

async fn bill(shop: &Shop, path: &str) -> String {
    let told = shop.get(path).await.json();
    let url = told["download_url"].as_str().unwrap();
    let path_of_file = url.strip_prefix(&shop.running.url()).unwrap();
    assert_eq!(send(shop.http.get(url)).await.code(), "401 SIGN_ERROR");
    let file = shop.call("GET", path_of_file, "", Slip::default()).await;
    assert_eq!((file.status, file.header("wechatpay-signature")), (200, ""));
    let mut text = String::new();
    if path.contains("GZIP") {
        GzDecoder::new(file.body.as_slice()).read_to_string(&mut text).unwrap();
    } else {
        text = file.text();
    }
    assert_eq!(told["hash_value"], hex::encode(Sha1::digest(text.as_bytes())));
    shop.clock.set(shop.clock.now() + chrono::TimeDelta::seconds(31));
    assert_eq!(shop.get(path_of_file).await.code(), "404 RESOURCE_NOT_EXISTS");
    text
}

#[tokio::test]
async fn the_bill_of_a_day_tells_payments_and_refunds() {
    let shop = Shop::open().await;
    let transaction = shop.paid("ZJ00000001", 78_411).await;
    shop.paid("ZJ00000002", 100).await;
    shop.post("/v3/refund/domestic/refunds", &refund("R1", "ZJ00000002", 30, 100)).await;
    let path = "/v3/bill/tradebill?bill_date=2026-11-23&bill_type=ALL";
    assert_eq!(shop.get(path).await.code(), "400 NO_STATEMENT_EXIST");
    shop.clock.set(at("2026-11-24T01:59:59Z"));
    assert_eq!(shop.get(path).await.code(), "400 NO_STATEMENT_EXIST");
    shop.clock.set(at("2026-11-24T02:00:00Z"));
    let text = bill(&shop, path).await;
    let lines: Vec<&str> = text.strip_prefix('\u{feff}').unwrap().split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 6);
    assert!(lines[0].starts_with("交易时间,公众账号ID") && lines.iter().all(|line| !line.ends_with(' ')));
    let cells: Vec<&str> = lines[1].split(',').collect();
    assert_eq!(cells.len(), lines[0].split(',').count());
    assert!(cells.iter().all(|cell| cell.starts_with('`')));
    let row = lines.iter().find(|line| line.contains("ZJ00000001")).unwrap();
    assert!(
        row.starts_with(&format!("`2026-11-23 14:20:00,`{APPID},`{MCHID},`0,`,`{transaction},`ZJ00000001,`")),
        "{row}"
    );
    assert!(row.contains("`784.11") && row.contains("养老保险费 2026年"), "{row}");
    assert_eq!(
        lines[4],
        "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
    );
    assert_eq!(lines[5], "`3,`785.11,`0.30,`0.00,`0.00000,`785.11,`0.30");

    let refunds = bill(&shop, "/v3/bill/tradebill?bill_date=2026-11-23&bill_type=REFUND&tar_type=GZIP").await;
    assert!(refunds.ends_with("`1,`0.00,`0.30,`0.00,`0.00000,`0.00,`0.30\r\n"), "{refunds}");
    let flow = bill(&shop, "/v3/bill/fundflowbill?bill_date=2026-11-23&account_type=BASIC&tar_type=GZIP").await;
    assert!(
        flow.ends_with("资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\r\n`3,`2,`785.11,`1,`0.30\r\n"),
        "{flow}"
    );

    shop.running.set_faults(Faults { omit_from_bill: vec!["ZJ00000001".into()], ..Faults::default() });
    let short = bill(&shop, path).await;
    assert!(
        !short.contains("ZJ00000001") && short.ends_with("`2,`1.00,`0.30,`0.00,`0.00000,`1.00,`0.30\r\n"),
        "{short}"
    );
    for wrong in [
        "bill_date=2026-11-3",
        "bill_type=ALL",
        "bill_date=2026-11-23&bill_type=X",
        "bill_date=2026-11-23&tar_type=ZIP",
    ] {
        assert_eq!(shop.get(&format!("/v3/bill/tradebill?{wrong}")).await.code(), "400 PARAM_ERROR", "{wrong}");
    }
    assert_eq!(shop.get("/v3/bill/tradebill?bill_date=2026-11-22").await.code(), "400 NO_STATEMENT_EXIST");
}

#[tokio::test]
async fn todays_bill_is_there_where_the_demo_wants_it_and_its_hash_can_be_wrong() {
    let shop = Shop::with(Config { bill_day: BillDay::Today, ..Config::new(merchant()) }).await;
    shop.paid("ZJ00000001", 1).await;
    let path = "/v3/bill/tradebill?bill_date=2026-11-23";
    let right = shop.get(path).await.json()["hash_value"].clone();
    shop.running.set_faults(Faults { wrong_bill_hash: true, ..Faults::default() });
    assert_ne!(shop.get(path).await.json()["hash_value"], right);
    assert_eq!(shop.get("/v3/bill/tradebill?bill_date=2026-11-24").await.code(), "400 NO_STATEMENT_EXIST");
}

#[tokio::test]
async fn keys_and_orders_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let config = || Config { folder: Some(folder.path().to_owned()), ..Config::new(merchant()) };
    let shop = Shop::with(config()).await;
    let transaction = shop.paid("ZJ00000001", 100).await;
    shop.running.rotate_key().unwrap();
    let keys = shop.running.platform_keys();
    shop.post("/v3/refund/domestic/refunds", &refund("R1", "ZJ00000001", 30, 100)).await;
    shop.running.stop().await;
    std::fs::OpenOptions::new()
        .append(true)
        .open(folder.path().join("wechat-pay.jsonl"))
        .and_then(|mut file| {
            use std::io::Write;
            file.write_all(b"{\"order\":{\"torn")
        })
        .unwrap();

    let shop = Shop::with(config()).await;
    assert_eq!(shop.running.platform_keys(), keys);
    assert_eq!(shop.query("ZJ00000001").await.json()["transaction_id"], transaction);
    assert_eq!(shop.get("/v3/refund/domestic/refunds/R1").await.json()["status"], "SUCCESS");
    shop.paid("ZJ00000002", 100).await;
    shop.running.stop().await;
    let shop = Shop::with(config()).await;
    assert_eq!(shop.query("ZJ00000002").await.json()["trade_state"], "SUCCESS");
}
