//! The stand: a hall with people in it, a visitor with cookies, and the gateway's stand-in.

use account::{AddStaff, LoadAccount, PasswordHash};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use control::{Actor, Channel, Role};
use hall::{App, Config};
use kernel::{AreaCode, Date, IdNumber, Insurance, Month, PersonId};
use outside::wechat_pay::{self, MerchantKeyPair, Running};
use payment::Gateways;
use payment::gateway::wechat_pay::{Config as Merchant, PlatformKey, WeChatPay};
use record::{Issuer, Press, Seal, Signer};
use registry::flexible::Register;
use registry::{Category, NewPerson, RegisterPerson, Source};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};
use testkit::{Engine, Kit};
use tower::ServiceExt;

pub(crate) const PASSWORD: &str = "春眠不觉晓处处闻";
pub(crate) const WANG: &str = "130499199001010029";
pub(crate) const LI: &str = "130499195708150019";
const APIV3_KEY: &str = "0123456789abcdef0123456789ABCDEF";

/// A hall with its people.
pub(crate) struct Stand {
    pub(crate) kit: Kit,
    pub(crate) router: Router,
    pub(crate) platform: Running,
    /// A flexible worker since January.
    pub(crate) wang: PersonId,
    /// Somebody else, with nothing.
    pub(crate) li: PersonId,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    pub(crate) fn to(&self) -> String {
        self.headers.get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default()
    }
}

fn system() -> Actor {
    Actor::system(Channel::CommandLine)
}

fn merchant() -> &'static MerchantKeyPair {
    static PAIR: OnceLock<MerchantKeyPair> = OnceLock::new();
    PAIR.get_or_init(|| MerchantKeyPair::generate().unwrap())
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

async fn platform(kit: &Kit) -> Running {
    let merchant = wechat_pay::Merchant {
        mchid: "1900000001".to_owned(),
        appid: "wx8888888888888888".to_owned(),
        name: "邯郸社保".to_owned(),
        serial: "5A5A".to_owned(),
        public_key_pem: merchant().public_pem.clone(),
        apiv3_key: APIV3_KEY.to_owned(),
    };
    let mut config = wechat_pay::Config::new(merchant);
    config.clock = outside::clock::Clock::fixed(kit.desk.now());
    config.notice_schedule = Vec::new();
    wechat_pay::start(config).await.unwrap()
}

fn services(kit: &Kit, platform: &Running) -> office::Services {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let known = |key: wechat_pay::PlatformKey| PlatformKey { serial: key.serial, public_key_pem: key.public_key_pem };
    let config = Merchant {
        base_url: platform.url(),
        mchid: "1900000001".to_owned(),
        appid: "wx8888888888888888".to_owned(),
        serial: "5A5A".to_owned(),
        private_key_pem: merchant().private_pem.clone().into(),
        apiv3_key: APIV3_KEY.to_owned().into(),
        platform_keys: platform.platform_keys().into_iter().map(known).collect(),
    };
    let wechat_pay = Some(WeChatPay::new(config, kit.clock.clone()).unwrap());
    let sms = message::SmsConfig {
        url: "http://127.0.0.1:9".to_owned(),
        access_key_id: "id".to_owned(),
        access_key_secret: "secret".to_owned(),
        sign_name: "邯郸社保".to_owned(),
        templates: BTreeMap::new(),
    };
    office::Services {
        gateways: Arc::new(Gateways { wechat_pay, bank: None }),
        sms: Arc::new(message::Sms::new(reqwest::Client::new(), sms)),
        issuer: issuer(),
        refund_notice_url: "http://127.0.0.1:8080/notice/wechat-pay/refund".to_owned(),
    }
}

impl Stand {
    /// A hall on 23 November 2026, on a port where notices reach it.
    pub(crate) async fn open() -> Stand {
        let kit = Kit::open(Engine::Sqlite, office::MIGRATIONS).await;
        kit.set_today(Date::from_ymd_opt(2026, 11, 23).unwrap());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let platform = platform(&kit).await;
        let mut app = App::new(kit.desk.clone(), Config::loopback(url));
        app.services = Some(services(&kit, &platform));
        let router = hall::router(Arc::new(app));
        let served = router.clone();
        tokio::spawn(async move { axum::serve(listener, served).await });
        let wang = person(&kit, "王秀英", WANG).await;
        let li = person(&kit, "李大山", LI).await;
        let from = Month::new(2026, 1).unwrap();
        let register = Register { person: wang, insurance: Insurance::Pension, from };
        kit.desk.perform(&Actor::person(wang, Channel::Web), register).await.unwrap();
        Stand { kit, router, platform, wang, li }
    }

    /// A visitor who is signed in.
    pub(crate) async fn signed_in(&self, id_number: &str) -> Visitor {
        let visitor = self.visitor();
        let form = [("by", "password"), ("id_number", id_number), ("password", PASSWORD), ("next", "/home")];
        let answer = visitor.post("/sign-in", &form).await;
        assert_eq!((answer.status, answer.to()), (StatusCode::SEE_OTHER, "/home".to_owned()));
        visitor
    }

    pub(crate) fn visitor(&self) -> Visitor {
        Visitor { router: self.router.clone(), cookies: Mutex::default() }
    }

    /// The one attempt that was written down last.
    pub(crate) async fn number_of(&self, bill: &str) -> String {
        let view = self.kit.desk.view();
        let orders = payment::orders_of(&view, payment::Purpose::Contribution(bill.parse().unwrap())).await.unwrap();
        payment::attempts_of(&view, orders[0].id).await.unwrap()[0].number.clone()
    }

    /// Somebody confirms at the cashier; the notices have arrived when this returns. Answers what the hall said to them.
    pub(crate) async fn confirm_at_cashier(&self, number: &str, notice: &str) -> Vec<u16> {
        let body = serde_json::json!({ "out_trade_no": number, "notice": notice });
        let url = format!("{}/outside/pay", self.platform.url());
        let answer = reqwest::Client::new().post(url).body(body.to_string()).send().await.unwrap();
        let told: serde_json::Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        serde_json::from_value(told["statuses"].clone()).unwrap()
    }

    pub(crate) async fn staff(&self, login: &str, roles: &[Role]) {
        let password = PasswordHash::of(PASSWORD).await.unwrap();
        let add = AddStaff { login: login.to_owned(), name: format!("工号{login}"), password, roles: roles.to_vec() };
        self.kit.desk.perform(&system(), add).await.unwrap();
    }
}

async fn person(kit: &Kit, name: &str, number: &str) -> PersonId {
    let new = NewPerson {
        name: name.to_owned(),
        id_number: IdNumber::parse(number).unwrap(),
        phone: Some("13900000001".to_owned()),
        category: Category::Worker,
        area: AreaCode::parse("130400").unwrap(),
        source: Source::Counter,
        decision: None,
    };
    let person = kit.desk.perform(&system(), RegisterPerson(new)).await.unwrap();
    let password = PasswordHash::of(PASSWORD).await.unwrap();
    kit.desk.perform(&system(), LoadAccount { person, password }).await.unwrap();
    person
}

/// Somebody with a browser that keeps cookies.
pub(crate) struct Visitor {
    router: Router,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Visitor {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path), Body::empty()).await
    }

    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = hall::page::address("", form.iter().copied());
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request, Body::from(body.trim_start_matches('?').to_owned())).await
    }

    /// A page that must be there and have all its texts.
    pub(crate) async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.to());
        let text = answer.text();
        assert!(
            !text.contains('⟦'),
            "{path} lacks a text: {:?}",
            text.split('⟦').nth(1).map(|t| &t[..40.min(t.len())])
        );
        assert_eq!(text.matches("<h1").count(), 1, "{path} has one heading of the first rank");
        text
    }

    async fn ask(&self, request: axum::http::request::Builder, body: Body) -> Answer {
        let cookies: Vec<String> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(header::COOKIE, cookies.join("; ")).body(body).unwrap();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        for line in parts.headers.get_all(header::SET_COOKIE) {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            match value {
                "" => self.cookies.lock().unwrap().remove(name),
                value => self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned()),
            };
        }
        let bytes = to_bytes(body, 1 << 24).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    /// The cookie as a thief would keep it.
    pub(crate) fn stolen(&self) -> Visitor {
        Visitor { router: self.router.clone(), cookies: Mutex::new(self.cookies.lock().unwrap().clone()) }
    }
}

/// The value of a hidden field.
pub(crate) fn hidden(page: &str, name: &str) -> String {
    let rest = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}
