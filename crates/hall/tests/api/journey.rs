//! Sign in, look, choose months, hold a bill, give it up, sign out; and nobody else's hands on any of it.

use crate::kit::{Hall, flexible_worker, shown};
use axum::http::StatusCode;
use insta::assert_snapshot;
use serde_json::{Value, json};

/// Ids, moments and hashes differ from run to run: in a snapshot stands only what they are.
fn shape(mut json: Value) -> Value {
    blank(&mut json);
    json
}

fn blank(json: &mut Value) {
    match json {
        Value::Object(fields) => {
            for (name, value) in fields {
                match name.as_str() {
                    "id" | "relation" | "person" => *value = json!("[id]"),
                    "token" | "policy_hash" | "number" | "personal_number" => *value = json!(format!("[{name}]")),
                    _ => blank(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(blank),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

testkit::both_engines! {
    on [registry::MIGRATIONS, message::MIGRATIONS, account::MIGRATIONS, ledger::MIGRATIONS, payment::MIGRATIONS,
        record::MIGRATIONS, contribution::MIGRATIONS];

    async fn a_person_sees_their_own_file(kit: Kit) {
        let hall = Hall::over(&kit.desk);
        let (_, number) = flexible_worker(&kit.desk, 2).await;
        let token = hall.sign_in(&number).await;
        let me = hall.get("/me", Some(&token)).await;
        assert_eq!(me.header("cache-control"), "no-store");
        assert_snapshot!("me", shown(shape(me.json())));
        assert_snapshot!("months", shown(hall.get("/me/months?year=2026", Some(&token)).await.json()));
        assert_snapshot!("quote", shown(shape(hall.get("/me/quote?months=2026-01&tier=60", Some(&token)).await.json())));
        assert_snapshot!("nothing_paid", shown(json!({
            "history": hall.get("/me/history", Some(&token)).await.json(),
            "account": hall.get("/me/account", Some(&token)).await.json(),
            "bills": hall.get("/me/bills", Some(&token)).await.json(),
            "records": hall.get("/me/records", Some(&token)).await.json(),
            "messages": hall.get("/me/messages", Some(&token)).await.json(),
        })));
        let seen = hall.get("/me/seen", Some(&token)).await.json();
        // The clock stands, so that lines of one moment come in any order.
        let looked = json!({ "action": "look_at_file", "channel": "api", "reason": "own_file" });
        let is_look = |line: &Value| looked.as_object().unwrap().iter().all(|(part, value)| line[part] == *value);
        assert!(seen.as_array().unwrap().iter().any(is_look), "{seen}");
    }

    async fn a_key_gets_its_own_answer_again(kit: Kit) {
        let hall = Hall::over(&kit.desk);
        let (_, number) = flexible_worker(&kit.desk, 2).await;
        let token = hall.sign_in(&number).await;
        let asked = json!({ "months": ["2026-01", "2026-02"], "tier": 60 });
        let first = hall.bill(&token, "key-of-this-bill", asked.clone()).await;
        assert_eq!(first.status, StatusCode::CREATED);
        assert_snapshot!("bill", shown(shape(first.json())));
        let again = hall.bill(&token, "key-of-this-bill", asked.clone()).await;
        assert_eq!((again.status, again.json()), (first.status, first.json()));
        assert_eq!(again.header("location"), first.header("location"));
        assert_eq!(kit.number("select count(*) from contribution_bill").await, 1);
        let other = hall.bill(&token, "key-of-this-bill", json!({ "months": ["2026-01"], "tier": 60 })).await;
        assert_eq!(other.problem(), (422, "key_reused".to_owned(), None));
        for (key, code) in [(None, "idempotency_key_missing"), (Some("short"), "idempotency_key_malformed")] {
            let headers: Vec<(&str, &str)> = key.map(|key| ("Idempotency-Key", key)).into_iter().collect();
            let answer = hall.send(("POST", "/me/bills"), Some(&token), &headers, Some(asked.clone())).await;
            assert_eq!(answer.problem(), (400, code.to_owned(), Some("Idempotency-Key".to_owned())));
        }
        // Another person's key of the same spelling is another key.
        let (_, neighbour) = flexible_worker(&kit.desk, 4).await;
        let theirs = hall.bill(&hall.sign_in(&neighbour).await, "key-of-this-bill", asked).await;
        assert_eq!(theirs.status, StatusCode::CREATED);
    }

    async fn another_persons_bill_looks_like_none_and_the_try_is_written_down(kit: Kit) {
        let hall = Hall::over(&kit.desk);
        let (owner, number) = flexible_worker(&kit.desk, 2).await;
        let (_, neighbour) = flexible_worker(&kit.desk, 4).await;
        let (mine, theirs) = (hall.sign_in(&number).await, hall.sign_in(&neighbour).await);
        let issued = hall.bill(&mine, "key-of-this-bill", json!({ "months": ["2026-01"], "tier": 60 })).await;
        let path = issued.header("location").strip_prefix("/api/v1").unwrap().to_owned();
        let unknown = "/me/bills/018f0000-0000-7000-8000-000000000001";
        let denied = "select count(*) from control_audit where outcome = 'denied'";
        for method in ["GET", "DELETE"] {
            let before = kit.number(denied).await;
            let stranger = hall.send((method, &path), Some(&theirs), &[], None).await;
            let nothing = hall.send((method, unknown), Some(&theirs), &[], None).await;
            assert_eq!(stranger.problem(), (404, "not_found".to_owned(), None), "{method}");
            assert_eq!(stranger.problem(), nothing.problem(), "{method}");
            assert_eq!(kit.number(denied).await, before + 1, "{method} leaves its line");
        }
        let lines = control::audit::of_person(&kit.desk.view(), owner, 50).await.unwrap();
        assert!(lines.iter().any(|line| line.outcome == control::Outcome::Denied));
        assert_eq!(hall.get(&path, Some(&mine)).await.json()["state"], "paying");
        assert_eq!(hall.send(("DELETE", &path), Some(&mine), &[], None).await.status, StatusCode::NO_CONTENT);
        assert_eq!(hall.get(&path, Some(&mine)).await.json()["state"], "void");
        let again = hall.send(("DELETE", &path), Some(&mine), &[], None).await;
        assert_eq!(again.problem(), (409, "bill_void".to_owned(), None));
    }

    async fn a_token_opens_nothing_after_signing_out_and_a_cookie_never_does(kit: Kit) {
        let hall = Hall::over(&kit.desk);
        let (_, number) = flexible_worker(&kit.desk, 2).await;
        let token = hall.sign_in(&number).await;
        let cookie = format!("session={token}");
        let by_cookie = hall.send(("GET", "/me"), None, &[("cookie", &cookie)], None).await;
        assert_eq!(by_cookie.problem(), (401, "not_signed_in".to_owned(), None));
        assert_eq!(hall.get("/me", Some(&token)).await.status, StatusCode::OK);
        assert_eq!(hall.send(("DELETE", "/session"), Some(&token), &[], None).await.status, StatusCode::NO_CONTENT);
        assert_eq!(hall.get("/me", Some(&token)).await.problem(), (401, "not_signed_in".to_owned(), None));
    }

    async fn a_worker_suspends_and_resumes(kit: Kit) {
        let hall = Hall::over(&kit.desk);
        let (_, number) = flexible_worker(&kit.desk, 2).await;
        let token = hall.sign_in(&number).await;
        let suspend = json!({ "insurance": "pension", "month": "2026-01" });
        let suspended = hall.post("/me/flexible/suspend", Some(&token), suspend).await;
        assert_snapshot!("suspended", shown(shape(suspended.json())));
        let march = json!({ "insurance": "pension", "month": "2026-03" });
        assert_eq!(hall.post("/me/flexible/resume", Some(&token), march).await.status, StatusCode::OK);
        let months = hall.get("/me/months?year=2026", Some(&token)).await.json();
        let standings: Vec<&str> = months.as_array().unwrap().iter().map(|it| it["standing"].as_str().unwrap()).collect();
        assert_eq!(standings[..4], ["due", "not_insured", "due", "prepayable"]);
    }

    async fn without_services_payment_says_so(kit: Kit) {
        let hall = Hall::over(&kit.desk);
        let (_, number) = flexible_worker(&kit.desk, 2).await;
        let token = hall.sign_in(&number).await;
        let issued = hall.bill(&token, "key-of-this-bill", json!({ "months": ["2026-01"], "tier": 60 })).await;
        let path = format!("{}/attempts", issued.header("location").strip_prefix("/api/v1").unwrap());
        let attempt = hall.post(&path, Some(&token), json!({ "gateway": "wechat_pay" })).await;
        assert_eq!(attempt.problem(), (503, "not_offered".to_owned(), None));
    }
}
