//! The SMS stand-in: what it sends, what it refuses, and the handset.

use crate::client::{Answer, Mailbox, at, http, send};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use outside::clock::Clock;
use outside::sms::{Account, Config, Faults, Running, start};
use serde_json::json;
use sha1::Sha1;

struct Sender {
    running: Running,
    http: reqwest::Client,
}

fn account() -> Account {
    Account {
        access_key_id: "testId".into(),
        access_key_secret: "testSecret".into(),
        sign_names: vec!["至简社保".into()],
        templates: [("SMS_100000001".to_owned(), "验证码 ${code}，五分钟内有效。".to_owned())].into(),
        report_url: None,
    }
}

fn encode(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

impl Sender {
    async fn open(config: Config) -> Sender {
        let clock = Clock::fixed(at("2026-11-23T06:20:00Z"));
        Sender { running: start(Config { clock, ..config }).await.unwrap(), http: http() }
    }

    /// Sends with these parameters in place of, or taken from (empty), the good ones.
    async fn send(&self, method: &str, changes: &[(&str, &str)]) -> Answer {
        let nonce = hex::encode(rand::random::<[u8; 16]>());
        let good = [
            ("AccessKeyId", "testId"),
            ("Action", "SendSms"),
            ("Version", "2017-05-25"),
            ("Format", "JSON"),
            ("SignatureMethod", "HMAC-SHA1"),
            ("SignatureVersion", "1.0"),
            ("SignatureNonce", &nonce),
            ("Timestamp", "2026-11-23T06:20:00Z"),
            ("PhoneNumbers", "13900000001"),
            ("SignName", "至简社保"),
            ("TemplateCode", "SMS_100000001"),
            ("TemplateParam", "{\"code\":\"12 *~6\"}"),
            ("OutId", "o1"),
        ];
        let mut parameters: std::collections::BTreeMap<&str, &str> = good.into();
        parameters.extend(changes.iter().copied());
        parameters.retain(|_, value| !value.is_empty());
        let pairs: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let text = format!("{method}&%2F&{}", encode(&pairs.join("&")));
        let mac = Hmac::<Sha1>::new_from_slice(b"testSecret&").unwrap().chain_update(text.as_bytes()).finalize();
        let all = format!("Signature={}&{}", encode(&STANDARD.encode(mac.into_bytes())), pairs.join("&"));
        match method {
            "GET" => send(self.http.get(format!("{}/?{all}", self.running.url()))).await,
            _ => {
                let request =
                    self.http.post(self.running.url()).header("content-type", "application/x-www-form-urlencoded");
                send(request.body(all)).await
            }
        }
    }

    async fn code(&self, changes: &[(&str, &str)]) -> String {
        let answer = self.send("POST", changes).await;
        format!("{} {}", answer.status, answer.json()["Code"].as_str().unwrap())
    }
}

#[tokio::test]
async fn a_message_reaches_the_handset_and_is_reported() {
    let mut mailbox = Mailbox::open(&[200]).await;
    let folder = tempfile::tempdir().unwrap();
    let url = mailbox.url.clone();
    let config = || {
        let account = Account { report_url: Some(url.clone()), ..account() };
        Config { folder: Some(folder.path().to_owned()), ..Config::new(account) }
    };
    let sender = Sender::open(config()).await;
    let sent = sender.send("GET", &[]).await.json();
    assert_eq!(sent["Code"], "OK");
    assert_eq!(sender.code(&[("TemplateParam", "{\"code\":\"<b>\"}")]).await, "200 OK");
    let report: serde_json::Value = mailbox.next().await.json();
    assert_eq!((&report[0]["phone_number"], &report[0]["success"]), (&json!("13900000001"), &json!(true)));
    sender.running.stop().await;

    let sender = Sender::open(config()).await;
    let messages = sender.running.messages("13900000001");
    assert_eq!(messages.len(), 2);
    assert_eq!(
        (messages[1].text.as_str(), messages[1].out_id.as_deref()),
        ("【至简社保】验证码 12 *~6，五分钟内有效。", Some("o1"))
    );
    assert_eq!(sent["BizId"], messages[1].biz_id);
    assert!(sender.running.messages("13900000002").is_empty());
    let inbox = send(sender.http.get(format!("{}/inbox.json?phone=13900000001", sender.running.url()))).await.json();
    assert_eq!(inbox[1]["param"]["code"], "12 *~6");
    let page = send(sender.http.get(format!("{}/inbox", sender.running.url()))).await.text();
    assert!(page.contains("验证码 &lt;b&gt;") && page.find("&lt;b&gt;") < page.find("12 *~6"), "{page}");
}

#[tokio::test]
async fn each_refusal_has_its_code() {
    let sender = Sender::open(Config::new(account())).await;
    for (changes, expected) in [
        ([("Action", "QuerySms")], "404 InvalidAction.NotFound"),
        ([("Version", "2016-01-01")], "400 InvalidVersion"),
        ([("AccessKeyId", "other")], "404 InvalidAccessKeyId.NotFound"),
        ([("Timestamp", "2026-11-23T06:04:59Z")], "400 InvalidTimeStamp.Expired"),
        ([("Timestamp", "yesterday")], "400 InvalidTimeStamp.Format"),
        ([("SignatureMethod", "HMAC-MD5")], "400 SignatureDoesNotMatch"),
        ([("Signature", "AAAA")], "400 SignatureDoesNotMatch"),
        ([("PhoneNumbers", "")], "400 MissingParameter"),
        ([("PhoneNumbers", "23900000001")], "200 isv.MOBILE_NUMBER_ILLEGAL"),
        ([("PhoneNumbers", "1390000000")], "200 isv.MOBILE_NUMBER_ILLEGAL"),
        ([("SignName", "别家")], "200 isv.SMS_SIGNATURE_ILLEGAL"),
        ([("TemplateCode", "SMS_1")], "200 isv.SMS_TEMPLATE_ILLEGAL"),
        ([("TemplateParam", "{}")], "200 isv.TEMPLATE_MISSING_PARAMETERS"),
        ([("TemplateParam", "code")], "200 isv.INVALID_JSON_PARAM"),
    ] {
        assert_eq!(sender.code(&changes).await, expected, "{changes:?}");
    }
    let nonce = [("SignatureNonce", "one")];
    assert_eq!(sender.code(&nonce).await, "200 OK");
    assert_eq!(sender.code(&nonce).await, "400 SignatureNonceUsed");
    let faults = |faults| sender.running.set_faults(faults);
    faults(Faults { limited: true, ..Faults::default() });
    assert_eq!(sender.code(&[]).await, "200 isv.BUSINESS_LIMIT_CONTROL");
    faults(Faults { unavailable: true, ..Faults::default() });
    assert_eq!(sender.code(&[]).await, "503 ServiceUnavailable");
    faults(Faults { lost: true, ..Faults::default() });
    assert_eq!(sender.code(&[]).await, "200 OK");
    assert_eq!(sender.running.messages("13900000001").len(), 1);
}
