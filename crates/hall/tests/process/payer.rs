//! Somebody who pays while the hall is killed under them: whatever is not answered is sent again, as a person presses the
//! button again and a program repeats its call. What was answered is kept, to hold the hall to it.

use crate::plug::{Dice, Plug};
use crate::town::{PASSWORD, Town};
use kernel::IdNumber;
use reqwest::{RequestBuilder, StatusCode, header};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// What the hall has said, and must stand by whatever happens to it.
#[derive(Default)]
pub(crate) struct Said {
    /// Bills that it has issued.
    pub(crate) bills: BTreeSet<Uuid>,
    /// Bills that it has called paid.
    pub(crate) paid: BTreeSet<Uuid>,
    /// How many requests it did not answer.
    pub(crate) unanswered: u32,
}

/// One device with one person at it.
pub(crate) struct Payer<'a> {
    pub(crate) town: &'a Town,
    pub(crate) plug: &'a Plug,
    pub(crate) said: &'a Mutex<Said>,
    pub(crate) http: reqwest::Client,
    pub(crate) token: String,
    pub(crate) dice: Dice,
    /// Tells the keys of this device from those of others.
    pub(crate) device: usize,
    pub(crate) payments: u32,
}

struct Answer {
    status: StatusCode,
    to: String,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Payer<'_> {
    /// Signs in by the interface for programs; the token is the same that a browser keeps in its cookie.
    pub(crate) async fn sign_in(http: &reqwest::Client, town: &Town, number: &IdNumber) -> String {
        let body = json!({ "id_number": number.reveal(), "password": PASSWORD });
        let request = http.post(format!("{}/api/v1/session", town.url)).json(&body);
        let answer: Value = serde_json::from_slice(&request.send().await.unwrap().bytes().await.unwrap()).unwrap();
        answer["token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// Pays one month by pages or by the interface, at one gateway or at both. False where every month is paid.
    pub(crate) async fn pay(&mut self) -> bool {
        let months = self.api(|http, url| http.get(format!("{url}/me/months"))).await.json();
        let payable = months.as_array().unwrap().iter().filter(|month| month["payable"] == true);
        let payable: Vec<String> = payable.map(|month| month["month"].as_str().unwrap().to_owned()).collect();
        if payable.is_empty() {
            return false;
        }
        // Two devices of one person choose among the first two, so that they often meet.
        let month = self.dice.one_of(&payable[..payable.len().min(2)]).clone();
        self.payments += 1;
        if self.dice.below(2) == 0 {
            self.pay_on_pages(&month).await
        } else {
            self.pay_by_program(&month).await
        }
        true
    }

    async fn pay_by_program(&mut self, month: &str) {
        let quote = self.api(|http, url| http.get(format!("{url}/me/quote?months={month}&tier=60"))).await;
        if quote.status != StatusCode::OK {
            return;
        }
        let key = format!("device-{}-{}", self.device, self.payments);
        let new = json!({ "months": [month], "tier": 60 });
        let issued =
            self.api(|http, url| http.post(format!("{url}/me/bills")).header("Idempotency-Key", &key).json(&new));
        let issued = issued.await;
        if issued.status != StatusCode::CREATED {
            // Somebody else's device was faster.
            assert!(issued.status.is_client_error(), "{} {}", issued.status, issued.text());
            return;
        }
        let bill = issued.json()["bill"].clone();
        assert_eq!(bill["total"], quote.json()["total"]);
        let id: Uuid = bill["id"].as_str().unwrap().parse().unwrap();
        self.said().bills.insert(id);
        let ways: [&[&str]; 4] = [&["wechat_pay"], &["wechat_pay"], &["bank"], &["wechat_pay", "bank"]];
        for gateway in *self.dice.one_of(&ways) {
            let to = json!({ "gateway": gateway });
            let attempt = self.api(|http, url| http.post(format!("{url}/me/bills/{id}/attempts")).json(&to)).await;
            if attempt.status == StatusCode::CREATED {
                self.confirm(attempt.json()["cashier"].as_str().unwrap()).await;
            }
        }
        for _ in 0..2 {
            let shown = self.api(|http, url| http.get(format!("{url}/me/bills/{id}"))).await.json();
            if shown["state"] == "paid" {
                self.said().paid.insert(id);
            }
        }
    }

    async fn pay_on_pages(&mut self, month: &str) {
        let choice = [("m", month), ("tier", "60"), ("gateway", *self.dice.one_of(&["wechat_pay", "bank"]))];
        let check = self.page(|http, url| http.get(hall::page::address(&format!("{url}/pay/check"), choice))).await;
        if check.status != StatusCode::OK {
            return;
        }
        let check = check.text();
        let key = check.split("name=\"key\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let form = hall::page::address("", [("key", key)].into_iter().chain(choice));
        let sent = self.page(|http, url| form_to(http, &format!("{url}/pay"), &form)).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        let Some(bill) = bill_in(&sent.to) else {
            assert!(sent.to.starts_with("/pay/check"), "{}", sent.to);
            return;
        };
        self.said().bills.insert(bill);
        if sent.to.starts_with("http://") {
            self.confirm(&sent.to).await;
        }
        let shown = self.page(|http, url| http.get(format!("{url}/bill/{bill}"))).await;
        assert_eq!(shown.status, StatusCode::OK);
        if shown.text().contains("缴费成功") {
            self.said().paid.insert(bill);
        }
    }

    /// The person presses the button at the gateway's cashier, which the hall's troubles do not touch.
    async fn confirm(&self, cashier: &str) {
        let (address, query) = cashier.split_once('?').unwrap();
        let form = if address.starts_with(&self.town.outside["bank"]) {
            "payer_account=6222000000000000001&payer_name=%E5%BC%A0%E4%B8%89&action=pay".to_owned()
        } else {
            let prepay_id = query.split('&').find(|pair| pair.starts_with("prepay_id=")).unwrap();
            format!("{prepay_id}&action=pay")
        };
        let answer = form_to(&self.http, address, &form).send().await.unwrap();
        assert!(!answer.status().is_server_error(), "{}", answer.status());
    }

    async fn api(&self, request: impl Fn(&reqwest::Client, &str) -> RequestBuilder) -> Answer {
        let url = format!("{}/api/v1", self.town.url);
        self.ask(|| request(&self.http, &url).bearer_auth(&self.token)).await
    }

    async fn page(&self, request: impl Fn(&reqwest::Client, &str) -> RequestBuilder) -> Answer {
        let cookie = format!("session={}", self.token);
        self.ask(|| request(&self.http, &self.town.url).header(header::COOKIE, &cookie)).await
    }

    /// Asks until there is an answer.
    async fn ask(&self, request: impl Fn() -> RequestBuilder) -> Answer {
        loop {
            self.plug.wait_until(true).await;
            self.plug.event();
            if let Ok(answer) = self.once(request()).await {
                self.plug.event();
                let inside = answer.status == StatusCode::INTERNAL_SERVER_ERROR;
                assert!(!inside, "{} of {}", answer.status, answer.text());
                return answer;
            }
            self.said().unanswered += 1;
        }
    }

    async fn once(&self, request: RequestBuilder) -> Result<Answer, reqwest::Error> {
        let answer = request.send().await?;
        let to = answer.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
        Ok(Answer { status: answer.status(), to: to.unwrap_or_default(), body: answer.bytes().await?.to_vec() })
    }

    fn said(&self) -> std::sync::MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A form as a browser sends it.
pub(crate) fn form_to(http: &reqwest::Client, url: &str, form: &str) -> RequestBuilder {
    let kind = (header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    http.post(url).header(kind.0, kind.1).body(form.trim_start_matches('?').to_owned())
}

/// The bill in the address of its page, or in the cashier's way back to it.
pub(crate) fn bill_in(address: &str) -> Option<Uuid> {
    let rest = address.split("bill%2F").nth(1).or_else(|| address.split("/bill/").nth(1))?;
    rest.get(..36)?.parse().ok()
}
