//! The bank stand-in: notes, transfers, payouts and return files, and each way in which a file can be wrong.

use crate::client::{Answer, at, http, send};
use hmac::{Hmac, KeyInit, Mac};
use outside::bank::{Client, Config, Faults, Running, start};
use outside::clock::Clock;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const KEY: &str = "a shared key of the demo";

struct Desk {
    running: Running,
    clock: Clock,
    http: reqwest::Client,
}

fn hmac(message: &[u8]) -> String {
    hex::encode(Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).unwrap().chain_update(message).finalize().into_bytes())
}

impl Desk {
    async fn open(config: Config) -> Desk {
        let clock = Clock::fixed(at("2026-11-23T06:20:00Z"));
        let running = start(Config { clock: clock.clone(), ..config }).await.unwrap();
        Desk { running, clock, http: http() }
    }

    async fn call(&self, method: &str, path: &str, body: &str) -> Answer {
        let fresh = hex::encode(rand::random::<[u8; 16]>());
        let now = self.clock.now().timestamp();
        let message = format!("{method}\n{path}\n{now}\n{fresh}\n{body}\n");
        let answer = self.sealed(method, path, body, [&now.to_string(), &fresh, &hmac(message.as_bytes())]).await;
        let sealed = [answer.header("x-bank-timestamp").as_bytes(), b"\n", &answer.body, b"\n"].concat();
        assert_eq!(answer.header("x-bank-signature"), hmac(&sealed));
        answer
    }

    /// With timestamp, nonce and signature as given.
    async fn sealed(&self, method: &str, path: &str, body: &str, [at, nonce, signature]: [&str; 3]) -> Answer {
        let request = self.http.request(method.parse().unwrap(), format!("{}{path}", self.running.url()));
        let request = request.header("x-bank-client", "ZHIJIAN").header("x-bank-timestamp", at);
        let request = request.header("x-bank-nonce", nonce).header("x-bank-signature", signature);
        send(request.body(body.to_owned())).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call("POST", path, &body.to_string()).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, "").await
    }

    async fn transfer(&self, body: Value) -> Answer {
        send(self.http.post(format!("{}/outside/pay", self.running.url())).body(body.to_string())).await
    }

    /// The text of the newest file of the day.
    async fn newest(&self) -> String {
        let files = self.get("/return-files?date=2026-11-23").await.json();
        let last = files["files"].as_array().unwrap().last().unwrap().clone();
        let text = self.get(&format!("/return-files/{}", last["name"].as_str().unwrap())).await.text();
        assert_eq!(last["sha256"], hex::encode(Sha256::digest(text.as_bytes())));
        text
    }
}

fn config() -> Config {
    Config::new(Client { id: "ZHIJIAN".into(), key: KEY.into() })
}

fn note(number: &str, amount: &str) -> Value {
    json!({"note_number": number, "payee_account": "1304990000000000001", "payee_name": "江城社保", "amount": amount,
        "purpose": "养老保险费", "expires_at": "2026-11-24T16:00:00+08:00"})
}

fn transfer(number: &str) -> Value {
    json!({"note_number": number, "payer_account": "6222000000000000001", "payer_name": "张三"})
}

fn payout(number: &str) -> Value {
    json!({"payout_number": number, "account": "6222000000000000002", "name": "李四", "amount": "100.00", "purpose": "退费"})
}

#[tokio::test]
async fn what_was_paid_stands_in_the_return_file() {
    let folder = tempfile::tempdir().unwrap();
    let config = || Config { folder: Some(folder.path().to_owned()), ..config() };
    let desk = Desk::open(config()).await;
    let registered = desk.post("/transfer-notes", &note("SK000001", "784.11")).await.json();
    assert_eq!(registered["state"], "waiting");
    assert_eq!(desk.post("/transfer-notes", &note("SK000001", "784.11")).await.json(), registered);
    let url = registered["pay_url"].as_str().unwrap();
    let page = send(desk.http.get(format!("{url}?return_url=http%3A%2F%2F127.0.0.1%2Fb"))).await.text();
    assert!(page.contains("¥784.11") && page.contains("<label for=\"account\">"), "{page}");
    let form = |body: &'static str| {
        let request = desk.http.post(url).header("content-type", "application/x-www-form-urlencoded");
        send(request.body(body))
    };
    assert_eq!(form("payer_account=1&payer_name=a&action=pay").await.status, 422);
    let left = form("payer_account=62220001&payer_name=Zhang&action=pay&return_url=http://127.0.0.1/b").await;
    assert_eq!((left.status, left.header("location")), (303, "http://127.0.0.1/b"));
    let paid = desk.get("/transfer-notes/SK000001").await.json();
    assert_eq!((&paid["state"], &paid["paid_amount"]), (&json!("paid"), &json!("784.11")));
    assert_eq!(form("payer_account=62220001&payer_name=Zhang&action=pay").await.status, 410);

    assert_eq!(desk.post("/payouts", &payout("PO000001")).await.json()["state"], "accepted");
    assert_eq!(desk.post("/payouts", &payout("PO000001")).await.json()["state"], "accepted");
    assert_eq!(desk.get("/payouts/PO000001").await.json()["state"], "accepted");
    let text = desk.newest().await;
    assert_eq!(
        desk.get("/payouts/PO000001").await.json(),
        json!({"payout_number": "PO000001", "state": "returned", "code": "0000"})
    );
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "H|ZJRET1|UTF-8|20261123001|2026-11-23|2|784.11|100.00");
    assert_eq!(
        lines[1],
        "D|1|C|SK000001|62220001|Zhang|784.11|B202611230000000001|2026-11-23T14:20:00+08:00|0000|养老保险费"
    );
    assert_eq!(
        lines[2],
        "D|2|P|PO000001|6222000000000000002|李四|100.00|B202611230000000002|2026-11-23T14:20:00+08:00|0000|退费"
    );
    let before = text.rsplit_once("T|").unwrap().0;
    assert_eq!(lines[3], format!("T|2|784.11|100.00|{}", hex::encode(Sha256::digest(before.as_bytes()))));
    desk.running.stop().await;

    let desk = Desk::open(config()).await;
    assert_eq!(desk.newest().await, text, "a file once cut has changed");
    desk.transfer(transfer("SK000001")).await;
    let second = desk.newest().await;
    assert!(second.starts_with("H|ZJRET1|UTF-8|20261123002|2026-11-23|1|784.11|0.00\n"), "{second}");
    assert!(second.contains("B202611230000000003"), "{second}");
    assert_eq!(desk.get("/return-files?date=2026-11-22").await.json(), json!({"files": []}));
}

#[tokio::test]
async fn the_seal_is_checked() {
    let desk = Desk::open(config()).await;
    let path = "/transfer-notes/SK000001";
    let now = desk.clock.now().timestamp();
    let seal = |at: i64, nonce: &str| hmac(format!("GET\n{path}\n{at}\n{nonce}\n\n").as_bytes());
    let nonce = "0123456789abcdef";
    for (what, at, nonce, signature) in [
        ("signature", now, nonce, "00".to_owned()),
        ("late", now - 301, nonce, seal(now - 301, nonce)),
        ("early", now + 301, nonce, seal(now + 301, nonce)),
        ("nonce", now, "short", seal(now, "short")),
    ] {
        let answer = desk.sealed("GET", path, "", [&at.to_string(), nonce, &signature]).await;
        assert_eq!(answer.code(), "401 BAD_SIGNATURE", "{what}");
    }
    let good = [now.to_string(), nonce.to_owned(), seal(now, nonce)];
    let good = [good[0].as_str(), good[1].as_str(), good[2].as_str()];
    assert_eq!(desk.sealed("GET", path, "", good).await.code(), "404 NOTE_UNKNOWN");
    assert_eq!(desk.sealed("GET", path, "", good).await.code(), "401 BAD_SIGNATURE");
    desk.running.set_faults(Faults { unavailable: true, ..Faults::default() });
    assert_eq!(desk.get(path).await.code(), "503 UNAVAILABLE");
}

#[tokio::test]
async fn what_does_not_fit_is_refused() {
    let desk = Desk::open(config()).await;
    for (field, value) in [
        ("note_number", json!("SK|1")),
        ("note_number", json!("SK1")),
        ("payee_account", json!("1304")),
        ("payee_name", json!("")),
        ("purpose", json!("a|b")),
        ("amount", json!("0.00")),
        ("amount", json!("-1.00")),
        ("amount", json!("1.001")),
        ("amount", json!(1)),
        ("expires_at", json!("2026-11-23T14:20:00+08:00")),
        ("expires_at", json!("soon")),
    ] {
        let mut body = note("SK000001", "1.00");
        body[field] = value.clone();
        assert_eq!(desk.post("/transfer-notes", &body).await.code(), "400 BAD_REQUEST", "{field} {value}");
    }
    for (field, value) in
        [("payout_number", json!("1")), ("account", json!("x")), ("name", json!("|")), ("amount", json!("0"))]
    {
        let mut body = payout("PO000001");
        body[field] = value;
        assert_eq!(desk.post("/payouts", &body).await.code(), "400 BAD_REQUEST", "{field}");
    }
    desk.post("/transfer-notes", &note("SK000001", "1.00")).await;
    desk.post("/payouts", &payout("PO000001")).await;
    assert_eq!(desk.post("/transfer-notes", &note("SK000001", "2.00")).await.code(), "409 NOTE_NUMBER_USED");
    let mut other = payout("PO000001");
    other["amount"] = json!("1.00");
    assert_eq!(desk.post("/payouts", &other).await.code(), "409 PAYOUT_NUMBER_USED");
    assert_eq!(desk.get("/payouts/PO000009").await.code(), "404 PAYOUT_UNKNOWN");
    assert_eq!(desk.get("/return-files/none").await.code(), "404 FILE_UNKNOWN");
    assert_eq!(desk.get("/return-files?date=20261123").await.code(), "400 BAD_REQUEST");
    assert_eq!(desk.call("POST", "/transfer-notes/SK000009/cancel", "").await.code(), "404 NOTE_UNKNOWN");
    assert_eq!(desk.call("POST", "/transfer-notes/SK000001/cancel", "").await.json()["state"], "cancelled");
    desk.post("/transfer-notes", &note("SK000002", "1.00")).await;
    desk.transfer(transfer("SK000002")).await;
    assert_eq!(desk.call("POST", "/transfer-notes/SK000002/cancel", "").await.code(), "409 NOTE_PAID");
    desk.post("/transfer-notes", &note("SK000003", "1.00")).await;
    desk.clock.set(at("2026-11-24T08:00:00Z"));
    assert_eq!(desk.get("/transfer-notes/SK000003").await.json()["state"], "expired");
}

#[tokio::test]
async fn a_file_can_be_wrong_in_every_way() {
    let desk = Desk::open(config()).await;
    let mut odd = transfer("UNKNOWN1");
    assert_eq!(desk.transfer(odd.clone()).await.code(), "400 BAD_REQUEST", "a transfer to nobody needs an amount");
    odd["amount"] = json!("5.00");
    desk.post("/transfer-notes", &note("SK000001", "784.11")).await;
    let mut wrong = transfer("SK000001");
    wrong["amount"] = json!("784.10");
    desk.transfer(odd).await;
    desk.transfer(wrong).await;
    let text = desk.newest().await;
    assert!(text.contains("|C|UNKNOWN1|") && text.contains("|784.10|"), "{text}");

    let cut = async |faults: Faults| {
        desk.running.set_faults(faults);
        desk.transfer(transfer("SK000001")).await;
        desk.post("/payouts", &payout(&format!("PO{}", hex::encode(rand::random::<[u8; 4]>())))).await;
        desk.newest().await
    };
    let numbers = || vec!["SK000001".to_owned()];
    let doubled = cut(Faults { double: numbers(), ..Faults::default() }).await;
    assert_eq!(
        (doubled.matches("|SK000001|").count(), doubled.contains("|3|1568.22|100.00\n")),
        (2, true),
        "{doubled}"
    );
    let short = cut(Faults { omit: numbers(), ..Faults::default() }).await;
    assert!(!short.contains("|SK000001|") && short.contains("|1|0.00|100.00\n"), "{short}");
    let digest = cut(Faults { bad_digest: true, ..Faults::default() }).await;
    let (before, trailer) = digest.rsplit_once("T|").unwrap();
    assert!(!trailer.contains(&hex::encode(Sha256::digest(before.as_bytes()))), "{digest}");
    let count = cut(Faults { bad_count: true, ..Faults::default() }).await;
    assert!(count.lines().next().unwrap().ends_with("|3|784.11|100.00"), "{count}");
    let torn = cut(Faults { cut_short: true, ..Faults::default() }).await;
    assert_eq!((torn.lines().count(), torn.contains("\nT|")), (2, false), "{torn}");
    let failed = cut(Faults { payout_code: "1002".into(), ..Faults::default() }).await;
    assert!(failed.contains("|1002|退费") && failed.contains("|2|784.11|0.00\n"), "{failed}");
}
