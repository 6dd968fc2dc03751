//! What the log says, at its most talkative, of a day on which much goes wrong: what happened, and never to whom. The same
//! holds for what is kept beside the files of people: audit lines, jobs, work items.

use crate::payer::{bill_in, form_to};
use crate::town::{Citizen, PASSWORD, Town, http, rows};
use control::{Clock, Engine, Role, SystemClock};
use kernel::{Date, Month};
use reqwest::{RequestBuilder, StatusCode, header};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::{interval, timeout};

const ADDRESS: &str = "邯郸市丛台区人民路1号";
const ACCOUNT: &str = "6222000000000000077";
const ACCOUNT_HOLDER: &str = "赵钱孙";

#[test]
fn names_nobody_on_sqlite() {
    run(Engine::Sqlite);
}

#[test]
fn names_nobody_on_postgres() {
    run(Engine::Postgres);
}

fn run(engine: Engine) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(a_day(engine));
}

async fn a_day(engine: Engine) {
    let wang = Citizen::new("王秀英", 2, Some("13900000001"));
    let rare = Citizen::new("刘\u{20BB7}祥", 3, Some("13900000002"));
    let stranger = Citizen::new("欧阳明日", 5, Some("13900000003"));
    let town = Town::found(engine).await;
    town.settle(&[wang.clone(), rare.clone()]).await;
    town.employ("clerk-77", Role::Clerk).await;
    town.employ("books-77", Role::Accountant).await;
    let hall = town.open_hall("trace");
    let mut tokens = Vec::new();
    for citizen in [&wang, &rare] {
        tokens.push(a_citizen(&town, citizen).await);
    }
    tokens.push(a_newcomer(&town, &stranger).await);
    mistyped(&town, &wang).await;
    tokens.push(officers(&town, &wang).await);
    drop(hall);
    let mut secrets = vec![ADDRESS, ACCOUNT, ACCOUNT_HOLDER, PASSWORD];
    for citizen in [&wang, &rare, &stranger] {
        secrets.extend([citizen.name, citizen.number.reveal(), citizen.phone.unwrap()]);
    }
    secrets.extend(tokens.iter().map(String::as_str));
    keeps(&town.log(), &secrets);
    keeps_beside_files(&town, &secrets).await;
}

/// Every line is an event, the day is in it, and no secret.
fn keeps(log: &str, secrets: &[&str]) {
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let said = |words: &str| lines.iter().filter(|line| line["fields"]["message"] == words).count();
    assert!(said("answered") > 40, "requests: {}", said("answered"));
    for words in ["a notice was refused", "a gateway gave no cashier", "refused", "a job failed"] {
        assert!(said(words) > 0, "nothing was logged of this: {words}");
    }
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret} stands in the log: {}", line.unwrap());
    }
}

async fn keeps_beside_files(town: &Town, secrets: &[&str]) {
    let desk = town.on_disk().await;
    let beside = "select detail from control_audit where detail is not null union all \
        select payload from control_job union all \
        select last_error from control_job where last_error is not null union all \
        select detail from control_work_item";
    let texts: Vec<String> = rows(&desk, beside).await.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    assert!(texts.len() > 20, "{}", texts.len());
    for secret in secrets {
        let text = texts.iter().find(|text| text.contains(secret));
        assert!(text.is_none(), "{secret} stands beside the files: {}", text.unwrap());
    }
    desk.database().close().await;
}

/// Signs in, pays by both gateways while they misbehave, takes papers, changes data, signs out. Answers the token.
async fn a_citizen(town: &Town, citizen: &Citizen) -> String {
    let mut browser = Browser::new(town);
    let sign_in = |password| [("by", "password"), ("id_number", citizen.number.reveal()), ("password", password)];
    browser.post("/sign-in", &sign_in("not the right one")).await;
    assert_eq!(browser.post("/sign-in", &sign_in(PASSWORD)).await.to, "/home");
    let token = browser.cookies["session"].clone();
    faults(town, "wechat_pay", &json!({ "notice_signature": "forged" })).await;
    pays(&mut browser, 1, "wechat_pay").await;
    faults(town, "wechat_pay", &json!({ "notice_amount": 1 })).await;
    pays(&mut browser, 2, "wechat_pay").await;
    faults(town, "wechat_pay", &json!({ "unavailable": true })).await;
    pays(&mut browser, 3, "wechat_pay").await;
    faults(town, "wechat_pay", &json!({})).await;
    pays(&mut browser, 4, "wechat_pay").await;
    pays(&mut browser, 5, "bank").await;
    browser.post("/records", &[]).await;
    assert_eq!(browser.post("/me/address", &[("address", ADDRESS), ("reason", "搬家")]).await.to, "/me?done");
    for path in ["/home", "/history", "/history.csv", "/me", "/me/seen", "/me/download", "/messages", "/account"] {
        assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}");
    }
    let again = [("month", "2020-01"), ("next", "register")];
    browser.post("/me/flexible", &again).await;
    browser.post("/sign-out", &[]).await;
    token
}

/// A month from the check page to the bill's page, with the cashier in between where the gateway has one to offer.
async fn pays(browser: &mut Browser<'_>, month: i32, gateway: &str) {
    assert_eq!(browser.get("/pay").await.status, StatusCode::OK);
    let month = Month::new(Month::of(today()).unwrap().year(), month).unwrap().to_string();
    let form = [("m", month.as_str()), ("tier", "60"), ("gateway", gateway)];
    let check = browser.get(&hall::page::address("/pay/check", form)).await;
    assert_eq!(check.status, StatusCode::OK, "{month}");
    let check = check.text();
    let key = check.split("name=\"key\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let form: Vec<(&str, &str)> = form.into_iter().chain([("key", key)]).collect();
    let to = browser.post("/pay", &form).await.to;
    let bill = bill_in(&to).unwrap();
    if let Some((address, query)) = to.split_once('?').filter(|_| to.starts_with("http://")) {
        let payer =
            hall::page::address("", [("payer_account", ACCOUNT), ("payer_name", ACCOUNT_HOLDER), ("action", "pay")]);
        let confirmed = form_to(&browser.http, address, &format!("{}&{query}", &payer[1..])).send().await.unwrap();
        assert!(confirmed.status().is_success() || confirmed.status().is_redirection(), "{}", confirmed.status());
    }
    assert_eq!(browser.get(&format!("/bill/{bill}")).await.status, StatusCode::OK);
}

/// Opens an account by the real-name check, with a service that fails before it answers.
async fn a_newcomer(town: &Town, citizen: &Citizen) -> String {
    let mut browser = Browser::new(town);
    let (number, phone) = (citizen.number.reveal(), citizen.phone.unwrap());
    let person = json!([{ "name": citizen.name, "id_number": number, "phone": phone }]);
    control(town, "real_name", "people", &person).await;
    faults(town, "sms", &json!({ "unavailable": true })).await;
    let who = [("name", citizen.name), ("id_number", number), ("phone", phone)];
    assert_eq!(browser.post("/open-account/code", &who).await.to, "/open-account?sent");
    until(|| async { town.log().contains("a job failed") }).await;
    faults(town, "sms", &json!({})).await;
    let inbox = format!("{}/inbox.json?phone={phone}", town.outside["sms"]);
    let inbox = inbox.as_str();
    until(|| async { !crate::town::get(inbox).await.as_array().unwrap().is_empty() }).await;
    let code = crate::town::get(inbox).await[0]["param"]["code"].as_str().unwrap().to_owned();
    faults(town, "real_name", &json!({ "forge_answer": true })).await;
    let opened = browser.post("/open-account", &[("code", &code), ("password", PASSWORD)]).await;
    assert_eq!(opened.status, StatusCode::SERVICE_UNAVAILABLE);
    faults(town, "real_name", &json!({})).await;
    browser.get("/open-account?sent").await;
    browser.cookies.get("session").cloned().unwrap_or_else(|| "no session was begun".to_owned())
}

/// Numbers where no number belongs: addresses, questions, bodies, headers.
async fn mistyped(town: &Town, citizen: &Citizen) {
    let mut browser = Browser::new(town);
    let (number, phone) = (citizen.number.reveal(), citizen.phone.unwrap());
    for path in ["/nowhere/", "/bill/", "/verify/", "/records/", "/verify?code=", "/calculators/employee?wage="] {
        browser.get(&format!("{path}{number}")).await;
        browser.get(&format!("{path}{phone}")).await;
    }
    browser.post("/notice/wechat-pay", &[("number", number), ("phone", phone)]).await;
    let url = format!("{}/api/v1", town.url);
    for body in [
        json!({ "id_number": number.parse::<u64>().unwrap(), "password": phone }),
        json!({ "id_number": number, "password": PASSWORD, citizen.name: phone }),
        json!({ number: phone }),
    ] {
        let refused = browser.http.post(format!("{url}/session")).json(&body).send().await.unwrap();
        assert!(refused.status().is_client_error());
    }
    let headers = [("x-forwarded-for", number), ("accept-language", phone), ("referer", number)];
    let plain = browser.http.get(format!("{url}/me/quote?months={number}&tier={phone}")).bearer_auth(number);
    let strange = headers.iter().fold(plain, |request, (name, value)| request.header(*name, *value));
    assert_eq!(strange.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
}

/// A clerk finds somebody and looks at the file; an accountant closes the bank's day. Answers the clerk's token.
async fn officers(town: &Town, citizen: &Citizen) -> String {
    let mut clerk = Browser::new(town);
    assert_eq!(clerk.post("/counter/sign-in", &[("login", "clerk-77"), ("password", PASSWORD)]).await.to, "/counter");
    for text in [citizen.number.reveal(), citizen.name] {
        clerk.post("/counter/search", &[("text", text)]).await;
    }
    let found = clerk.post("/counter/search", &[("text", citizen.number.reveal())]).await.text();
    let person = found.split("/counter/person/").nth(1).unwrap()[..36].to_owned();
    assert_eq!(clerk.get(&format!("/counter/person/{person}?purpose=counter")).await.status, StatusCode::OK);
    assert_eq!(clerk.post(&format!("/counter/person/{person}/code"), &[]).await.status, StatusCode::OK);
    let mut books = Browser::new(town);
    books.post("/counter/sign-in", &[("login", "books-77"), ("password", PASSWORD)]).await;
    books.post("/counter/books/close", &[("on", &today().to_string()), ("gateway", "bank")]).await;
    clerk.cookies["session"].clone()
}

fn today() -> Date {
    kernel::business_date(SystemClock.now())
}

async fn faults(town: &Town, service: &str, faults: &Value) {
    control(town, service, "faults", faults).await;
}

async fn control(town: &Town, service: &str, what: &str, told: &Value) {
    let url = format!("{}/outside/{what}", town.outside[service]);
    assert_eq!(http().post(url).json(told).send().await.unwrap().status(), StatusCode::OK);
}

/// Waits for what another process does.
async fn until<Look: Future<Output = bool>>(happened: impl Fn() -> Look) {
    let looking = async {
        let mut tick = interval(Duration::from_millis(50));
        while !happened().await {
            tick.tick().await;
        }
    };
    timeout(Duration::from_secs(30), looking).await.expect("it did not happen");
}

/// Somebody with a browser that keeps cookies.
struct Browser<'a> {
    town: &'a Town,
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

struct Answer {
    status: StatusCode,
    to: String,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Browser<'_> {
    fn new(town: &Town) -> Browser<'_> {
        Browser { town, http: http(), cookies: BTreeMap::new() }
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.ask(self.http.get(format!("{}{path}", self.town.url))).await
    }

    async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let form = hall::page::address("", form.iter().copied());
        self.ask(form_to(&self.http, &format!("{}{path}", self.town.url), &form)).await
    }

    async fn ask(&mut self, request: RequestBuilder) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = request.header(header::COOKIE, cookies.join("; ")).send().await.unwrap();
        for line in answer.headers().get_all(header::SET_COOKIE) {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let to = answer.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
        Answer { status: answer.status(), to: to.unwrap_or_default(), body: answer.bytes().await.unwrap().to_vec() }
    }
}
