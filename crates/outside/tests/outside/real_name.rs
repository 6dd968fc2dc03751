//! The real-name stand-in: match, mismatch, not found, and what it does not answer.

use crate::client::{Answer, at, http, send};
use hmac::{Hmac, KeyInit, Mac};
use outside::clock::Clock;
use outside::real_name::{Client, Config, Faults, Person, Running, start};
use serde_json::{Value, json};
use sha2::Sha256;

const KEY: &str = "a shared key of the demo";

struct Asker {
    running: Running,
    http: reqwest::Client,
    now: i64,
}

fn hmac(key: &str, message: &[u8]) -> String {
    hex::encode(Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap().chain_update(message).finalize().into_bytes())
}

/// A fictitious number with a right check digit.
fn number(order: u16) -> String {
    let area = kernel::AreaCode::parse("130499").unwrap();
    kernel::IdNumber::compose(&area, kernel::Date::from_ymd_opt(1990, 1, 1).unwrap(), order)
        .unwrap()
        .reveal()
        .to_owned()
}

impl Asker {
    async fn open(config: Config) -> Asker {
        let now = at("2026-11-23T06:20:00Z");
        let running = start(Config { clock: Clock::fixed(now), ..config }).await.unwrap();
        Asker { running, http: http(), now: now.timestamp() }
    }

    async fn post(&self, body: &str, key: &str) -> Answer {
        let signature = hmac(key, format!("POST\n/v1/three-elements\n{body}\n").as_bytes());
        let request = self.http.post(format!("{}/v1/three-elements", self.running.url()));
        send(request.header("x-client", "ZHIJIAN").header("x-signature", signature).body(body.to_owned())).await
    }

    async fn ask(&self, name: &str, id_number: &str, phone: &str) -> Value {
        let nonce = hex::encode(rand::random::<[u8; 16]>());
        let body = json!({"name": name, "id_number": id_number, "phone": phone, "nonce": nonce, "timestamp": self.now});
        let answer = self.post(&body.to_string(), KEY).await;
        let sealed = [answer.body.as_slice(), b"\n", nonce.as_bytes(), b"\n"].concat();
        assert_eq!(answer.header("x-signature"), hmac(KEY, &sealed), "{}", answer.text());
        answer.json()["result"].clone()
    }
}

fn config() -> Config {
    Config::new(Client { id: "ZHIJIAN".into(), key: KEY.into() })
}

fn person(name: &str, order: u16, phone: &str) -> Person {
    Person { name: name.into(), id_number: number(order), phone: phone.into() }
}

#[tokio::test]
async fn three_elements_must_belong_to_one_person() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.jsonl");
    std::fs::write(&path, format!("{}\n", serde_json::to_string(&person("张三", 1, "13900000001")).unwrap())).unwrap();
    let asker = Asker::open(Config { people_file: Some(path), ..config() }).await;
    assert_eq!(asker.running.add_people([person("李四", 2, "13900000002")]), 2);
    let lines =
        [person("王五", 3, "13900000003"), person("李四", 2, "13900000009")].map(|person| json!(person).to_string());
    let told =
        send(asker.http.post(format!("{}/outside/people", asker.running.url())).body(lines.join("\n"))).await.json();
    assert_eq!(told, json!({"people": 3}));

    assert_eq!(asker.ask("张三", &number(1), "13900000001").await, "match");
    assert_eq!(asker.ask("王五", &number(3), "13900000003").await, "match");
    assert_eq!(asker.ask("李四", &number(2), "13900000002").await, "mismatch");
    assert_eq!(asker.ask("李四", &number(2), "13900000009").await, "match");
    assert_eq!(asker.ask("张四", &number(1), "13900000001").await, "mismatch");
    assert_eq!(asker.ask("张三", &number(4), "13900000001").await, "not_found");
}

#[tokio::test]
async fn each_refusal_has_its_code() {
    let asker = Asker::open(config()).await;
    let good = json!({"name": "张三", "id_number": number(1), "phone": "13900000001", "nonce": "0123456789abcdef", "timestamp": asker.now});
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body.to_string()
    };
    assert_eq!(asker.post(&good.to_string(), "another key").await.code(), "401 BAD_SIGNATURE");
    assert_eq!(asker.post(&with("timestamp", json!(asker.now - 301)), KEY).await.code(), "401 BAD_SIGNATURE");
    assert_eq!(asker.post("{}", KEY).await.code(), "400 BAD_REQUEST");
    let mut wrong = number(1);
    let check = wrong.pop().unwrap();
    wrong.push(if check == '0' { '1' } else { '0' });
    for (index, (field, value)) in
        [("name", json!(" ")), ("id_number", json!(wrong)), ("phone", json!("139"))].into_iter().enumerate()
    {
        let mut body: Value = serde_json::from_str(&with(field, value)).unwrap();
        body["nonce"] = json!(format!("0000000000000000{index}"));
        assert_eq!(asker.post(&body.to_string(), KEY).await.code(), "400 BAD_REQUEST", "{field}");
    }
    assert_eq!(asker.post(&with("nonce", json!("short")), KEY).await.code(), "400 BAD_REQUEST");
    assert_eq!(asker.post(&good.to_string(), KEY).await.status, 200);
    assert_eq!(asker.post(&good.to_string(), KEY).await.code(), "401 BAD_SIGNATURE");
    let fresh = |mark: u8| with("nonce", json!(format!("aaaaaaaaaaaaaaaa{mark}")));
    asker.running.set_faults(Faults { unavailable: true, ..Faults::default() });
    assert_eq!(asker.post(&fresh(1), KEY).await.code(), "503 UNAVAILABLE");
    asker.running.set_faults(Faults { limited: true, ..Faults::default() });
    assert_eq!(asker.post(&fresh(2), KEY).await.code(), "429 LIMITED");
    asker.running.set_faults(Faults { forge_answer: true, ..Faults::default() });
    let forged = asker.post(&fresh(3), KEY).await;
    let sealed = [forged.body.as_slice(), b"\naaaaaaaaaaaaaaaa3\n"].concat();
    assert_ne!(forged.header("x-signature"), hmac(KEY, &sealed));
}
