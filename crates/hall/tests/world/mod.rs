//! The outside world of a hall under test: the stand-ins in this process, each on a port of its own and on the test's clock,
//! and our own clients of them.
#![allow(dead_code, reason = "each test program takes what it needs")]

use outside::wechat_pay::MerchantKeyPair;
use outside::{bank, real_name, sms, wechat_pay};
use payment::Gateways;
use payment::gateway::wechat_pay::{PlatformKey, WeChatPay};
use record::{Issuer, Press, Seal, Signer};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use testkit::Kit;

const KEY: &str = "0123456789abcdef0123456789ABCDEF";
const CLIENT: &str = "ZHIJIAN";
const SIGN_NAME: &str = "邯郸社保";

/// The stand-ins.
pub(crate) struct World {
    clock: outside::clock::Clock,
    pub(crate) wechat_pay: wechat_pay::Running,
    pub(crate) bank: bank::Running,
    pub(crate) sms: sms::Running,
    pub(crate) real_name: real_name::Running,
}

impl World {
    /// Starts them at the moment of the kit's clock.
    pub(crate) async fn start(kit: &Kit) -> World {
        let clock = outside::clock::Clock::fixed(kit.desk.now());
        let merchant = wechat_pay::Merchant {
            mchid: "1900000001".to_owned(),
            appid: "wx8888888888888888".to_owned(),
            name: SIGN_NAME.to_owned(),
            serial: "5A5A".to_owned(),
            public_key_pem: merchant().public_pem.clone(),
            apiv3_key: KEY.to_owned(),
        };
        let (wechat, notice_schedule) = (wechat_pay::Config::new(merchant), Vec::new());
        let bill_day = wechat_pay::BillDay::Today;
        let wechat = wechat_pay::Config { clock: clock.clone(), notice_schedule, bill_day, ..wechat };
        let client = bank::Client { id: CLIENT.to_owned(), key: KEY.to_owned() };
        let bank = bank::Config { clock: clock.clone(), ..bank::Config::new(client) };
        let sms = sms::Config { clock: clock.clone(), ..sms::Config::new(handset()) };
        let client = real_name::Client { id: CLIENT.to_owned(), key: KEY.to_owned() };
        let real_name = real_name::Config { clock: clock.clone(), ..real_name::Config::new(client) };
        World {
            clock,
            wechat_pay: wechat_pay::start(wechat).await.unwrap(),
            bank: bank::start(bank).await.unwrap(),
            sms: sms::start(sms).await.unwrap(),
            real_name: real_name::start(real_name).await.unwrap(),
        }
    }

    /// Our clients of them.
    pub(crate) fn services(&self, kit: &Kit, hall: &str) -> office::Services {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let known =
            |key: wechat_pay::PlatformKey| PlatformKey { serial: key.serial, public_key_pem: key.public_key_pem };
        let wechat_pay = payment::gateway::wechat_pay::Config {
            base_url: self.wechat_pay.url(),
            mchid: "1900000001".to_owned(),
            appid: "wx8888888888888888".to_owned(),
            serial: "5A5A".to_owned(),
            private_key_pem: merchant().private_pem.clone().into(),
            apiv3_key: KEY.to_owned().into(),
            platform_keys: self.wechat_pay.platform_keys().into_iter().map(known).collect(),
        };
        let bank = payment::gateway::bank::Config {
            base_url: self.bank.url(),
            client: CLIENT.to_owned(),
            key: KEY.to_owned().into(),
            payee_account: "6217000012345678907".to_owned(),
            payee_name: SIGN_NAME.to_owned(),
        };
        let gateways = Gateways {
            wechat_pay: Some(WeChatPay::new(wechat_pay, kit.clock.clone()).unwrap()),
            bank: Some(payment::gateway::bank::Bank::new(bank, kit.clock.clone()).unwrap()),
        };
        let sms = message::SmsConfig {
            url: self.sms.url(),
            access_key_id: "id".to_owned(),
            access_key_secret: KEY.to_owned(),
            sign_name: SIGN_NAME.to_owned(),
            templates: message::Template::ALL.iter().map(|it| (*it, format!("SMS_{it}"))).collect(),
        };
        office::Services {
            gateways: Arc::new(gateways),
            sms: Arc::new(message::Sms::new(reqwest::Client::new(), sms)),
            issuer: issuer(),
            refund_notice_url: format!("{hall}/notice/wechat-pay/refund"),
        }
    }

    /// Our client of the real-name service.
    pub(crate) fn real_name(&self) -> account::RealName {
        let config =
            account::RealNameConfig { url: self.real_name.url(), client: CLIENT.to_owned(), key: KEY.to_owned() };
        account::RealName::new(reqwest::Client::new(), config)
    }

    /// Time passes, here and outside.
    pub(crate) fn later(&self, kit: &Kit, seconds: i64) {
        let then = kit.desk.now() + chrono::TimeDelta::seconds(seconds);
        kit.clock.set(then);
        self.clock.set(then);
    }

    /// Somebody confirms at WeChat's cashier; the notices, if any, have arrived when this returns. Answers what the hall said.
    pub(crate) async fn pay_at_wechat(&self, number: &str, notice: &str) -> Vec<u16> {
        let told = json!({ "out_trade_no": number, "notice": notice });
        statuses(&tell(&format!("{}/outside/pay", self.wechat_pay.url()), &told).await)
    }

    /// The platform sends a notice again.
    pub(crate) async fn notify_again(&self, number: &str) -> Vec<u16> {
        let told = json!({ "out_trade_no": number });
        statuses(&tell(&format!("{}/outside/resend", self.wechat_pay.url()), &told).await)
    }

    /// Somebody transfers at a bank: of a note's amount where none is given.
    pub(crate) async fn pay_at_bank(&self, number: &str, amount: Option<&str>) {
        let mut told = json!({ "note_number": number, "payer_account": "6222000000000000077", "payer_name": "赵钱孙" });
        if let Some(amount) = amount {
            told["amount"] = json!(amount);
        }
        let told = tell(&format!("{}/outside/pay", self.bank.url()), &told).await;
        assert!(told["bank_serial"].is_string(), "{told}");
    }
}

impl World {
    /// What the bank has paid out so far.
    pub(crate) async fn bank_payouts(&self) -> Vec<Value> {
        let url = format!("{}/outside/transfers", self.bank.url());
        let told = reqwest::get(url).await.unwrap().bytes().await.unwrap();
        let told: Vec<Value> = serde_json::from_slice(&told).unwrap();
        told.into_iter().filter(|movement| movement["direction"] == "payout").collect()
    }
}

async fn tell(url: &str, told: &Value) -> Value {
    let answer = reqwest::Client::new().post(url).body(told.to_string()).send().await.unwrap();
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

fn statuses(told: &Value) -> Vec<u16> {
    serde_json::from_value(told["statuses"].clone()).unwrap()
}

fn merchant() -> &'static MerchantKeyPair {
    static PAIR: OnceLock<MerchantKeyPair> = OnceLock::new();
    PAIR.get_or_init(|| MerchantKeyPair::generate().unwrap())
}

fn handset() -> sms::Account {
    let text = |template: &message::Template| {
        let is_code = *template == message::Template::Code;
        if is_code { "您的验证码是${code}。" } else { "您有一条新消息。" }.to_owned()
    };
    let templates: BTreeMap<String, String> =
        message::Template::ALL.iter().map(|it| (format!("SMS_{it}"), text(it))).collect();
    sms::Account {
        access_key_id: "id".to_owned(),
        access_key_secret: KEY.to_owned(),
        sign_names: vec![SIGN_NAME.to_owned()],
        templates,
        report_url: None,
    }
}

fn issuer() -> Arc<Issuer> {
    static ISSUER: OnceLock<Arc<Issuer>> = OnceLock::new();
    let agency = "邯郸市社会保险事业管理中心";
    let made = || Issuer {
        press: Press::new(Seal::demo(agency), None).unwrap(),
        signer: Signer::passing(agency, "2026-01-01T00:00:00Z".parse().unwrap()).unwrap(),
        agency: agency.to_owned(),
        verify_address: "http://127.0.0.1:8080/verify/".to_owned(),
    };
    ISSUER.get_or_init(|| Arc::new(made())).clone()
}
