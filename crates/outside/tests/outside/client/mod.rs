//! A merchant made by hand: signs with `rsa`, checks what comes back, listens for notices.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kernel::Timestamp;
use outside::clock::Clock;
use outside::wechat_pay::{Config, Merchant, MerchantKeyPair, Running, start};
use rsa::pkcs1v15::{Signature, SigningKey, VerifyingKey};
use rsa::pkcs8::{DecodePrivateKey, DecodePublicKey};
use rsa::sha2::Sha256;
use rsa::signature::{SignatureEncoding, Signer, Verifier};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, LazyLock, Mutex};
use tokio::sync::mpsc;

pub const APIV3_KEY: &str = "0123456789abcdef0123456789ABCDEF";
pub const MCHID: &str = "1900000001";
pub const APPID: &str = "wx8888888888888888";
pub const SERIAL: &str = "5157F09EFDC096DE15EBE81A47057A72";

static PAIR: LazyLock<MerchantKeyPair> = LazyLock::new(|| MerchantKeyPair::generate().unwrap());

pub fn merchant() -> Merchant {
    Merchant {
        mchid: MCHID.into(),
        appid: APPID.into(),
        name: "江城社保<演示>".into(),
        serial: SERIAL.into(),
        public_key_pem: PAIR.public_pem.clone(),
        apiv3_key: APIV3_KEY.into(),
    }
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// What an HTTP call answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub fn code(&self) -> String {
        format!("{} {}", self.status, self.json()["code"].as_str().unwrap())
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub fn http() -> reqwest::Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

pub async fn send(request: reqwest::RequestBuilder) -> Answer {
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Answer { status, headers, body: answer.bytes().await.unwrap().to_vec() }
}

/// What is wrong with a request.
#[derive(Clone, Default)]
pub struct Slip {
    pub no_header: bool,
    pub mchid: Option<&'static str>,
    pub serial: Option<&'static str>,
    pub nonce: Option<&'static str>,
    pub late_seconds: i64,
    pub signed_body: Option<&'static str>,
    pub platform_serial: Option<&'static str>,
}

pub struct Shop {
    pub running: Running,
    pub clock: Clock,
    pub http: reqwest::Client,
}

impl Shop {
    pub async fn open() -> Shop {
        Shop::with(Config::new(merchant())).await
    }

    pub async fn with(config: Config) -> Shop {
        let clock = Clock::fixed(at("2026-11-23T06:20:00Z"));
        let running = start(Config { clock: clock.clone(), ..config }).await.unwrap();
        Shop { running, clock, http: http() }
    }

    pub async fn call(&self, method: &str, path: &str, body: &str, slip: Slip) -> Answer {
        let timestamp = (self.clock.now().timestamp() - slip.late_seconds).to_string();
        let fresh = hex::encode(rand::random::<[u8; 16]>());
        let nonce = slip.nonce.unwrap_or(&fresh);
        let signed = slip.signed_body.unwrap_or(body);
        let message = format!("{method}\n{path}\n{timestamp}\n{nonce}\n{signed}\n");
        let key = SigningKey::<Sha256>::new(rsa::PrivateKey::from_pkcs8_pem(&PAIR.private_pem).unwrap());
        let signature = STANDARD.encode(key.sign(message.as_bytes()).to_bytes());
        let (mchid, serial) = (slip.mchid.unwrap_or(MCHID), slip.serial.unwrap_or(SERIAL));
        let header = format!(
            "WECHATPAY2-SHA256-RSA2048 mchid=\"{mchid}\",nonce_str=\"{nonce}\",timestamp=\"{timestamp}\",serial_no=\"{serial}\",signature=\"{signature}\""
        );
        let url = format!("{}{path}", self.running.url());
        let mut request = self.http.request(method.parse().unwrap(), url).body(body.to_owned());
        if !slip.no_header {
            request = request.header("authorization", header);
        }
        if let Some(serial) = slip.platform_serial {
            request = request.header("wechatpay-serial", serial);
        }
        send(request).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.checked(self.call("POST", path, &body.to_string(), Slip::default()).await)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.checked(self.call("GET", path, "", Slip::default()).await)
    }

    fn checked(&self, answer: Answer) -> Answer {
        assert!(self.is_sealed(&answer.headers, &answer.body), "the answer's signature does not verify: {answer:?}");
        answer
    }

    /// Whether headers seal a body under the key that they name.
    pub fn is_sealed(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let header = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap());
        let keys = self.running.platform_keys();
        let Some(key) = keys.iter().find(|key| key.serial == header("wechatpay-serial")) else { return false };
        let Ok(signature) = STANDARD.decode(header("wechatpay-signature")) else { return false };
        let (timestamp, nonce) = (header("wechatpay-timestamp"), header("wechatpay-nonce"));
        let message = [timestamp.as_bytes(), b"\n", nonce.as_bytes(), b"\n", body, b"\n"].concat();
        let key = VerifyingKey::<Sha256>::new(rsa::PublicKey::from_public_key_pem(&key.public_key_pem).unwrap());
        key.verify(&message, &Signature::try_from(signature.as_slice()).unwrap()).is_ok()
    }

    /// A control, which is not signed.
    pub async fn tell(&self, path: &str, body: &Value) -> Answer {
        send(self.http.post(format!("{}{path}", self.running.url())).body(body.to_string())).await
    }

    pub async fn place(&self, kind: &str, body: &Value) -> Answer {
        self.post(&format!("/v3/pay/transactions/{kind}"), body).await
    }

    pub async fn query(&self, number: &str) -> Answer {
        self.get(&format!("/v3/pay/transactions/out-trade-no/{number}?mchid={MCHID}")).await
    }

    /// Places a native order and pays it without a notice.
    pub async fn paid(&self, number: &str, total: i64) -> String {
        let placed = self.place("native", &order(number, total, "http://127.0.0.1:9/none")).await;
        assert_eq!(placed.status, 200, "{}", placed.text());
        let paid = self.tell("/outside/pay", &json!({"out_trade_no": number, "notice": "none"})).await;
        paid.json()["transaction_id"].as_str().unwrap().to_owned()
    }
}

/// An order of any kind.
pub fn order(number: &str, total: i64, notify_url: &str) -> Value {
    json!({
        "appid": APPID, "mchid": MCHID, "description": "养老保险费,2026年", "out_trade_no": number, "attach": "opaque",
        "notify_url": notify_url, "amount": {"total": total, "currency": "CNY"}, "payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
        "scene_info": {"payer_client_ip": "127.0.0.1", "h5_info": {"type": "Wap"}},
    })
}

/// A notice as it arrived.
pub struct Notice {
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Notice {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Opens the resource with the APIv3 key.
    pub fn plain(&self) -> Value {
        let resource = self.json()["resource"].clone();
        let text = |name: &str| resource[name].as_str().unwrap().to_owned();
        let cipher = Aes256Gcm::new_from_slice(APIV3_KEY.as_bytes()).unwrap();
        let (nonce, aad) = (text("nonce"), text("associated_data"));
        let sealed = STANDARD.decode(text("ciphertext")).unwrap();
        let payload = Payload { msg: &sealed, aad: aad.as_bytes() };
        serde_json::from_slice(&cipher.decrypt(nonce.as_bytes().try_into().unwrap(), payload).unwrap()).unwrap()
    }
}

type Post = (mpsc::UnboundedSender<Notice>, Arc<Mutex<VecDeque<u16>>>);

/// Takes notices, answering each with the next of the statuses and with 204 after.
pub struct Mailbox {
    pub url: String,
    notices: mpsc::UnboundedReceiver<Notice>,
}

impl Mailbox {
    pub async fn open(statuses: &[u16]) -> Mailbox {
        let (sender, notices) = mpsc::unbounded_channel();
        let post: Post = (sender, Arc::new(Mutex::new(statuses.iter().copied().collect())));
        let router = axum::Router::new().fallback(take).with_state(post);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/notice", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Mailbox { url, notices }
    }

    pub async fn next(&mut self) -> Notice {
        let next = tokio::time::timeout(std::time::Duration::from_secs(20), self.notices.recv());
        next.await.expect("no notice came").unwrap()
    }

    /// What came so far and was not taken out.
    pub fn waiting(&mut self) -> Vec<Notice> {
        std::iter::from_fn(|| self.notices.try_recv().ok()).collect()
    }
}

async fn take(State((sender, statuses)): State<Post>, headers: HeaderMap, body: Bytes) -> StatusCode {
    sender.send(Notice { headers, body: body.to_vec() }).unwrap();
    let status = statuses.lock().unwrap().pop_front().unwrap_or(204);
    StatusCode::from_u16(status).unwrap()
}
