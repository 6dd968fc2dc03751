//! From a bill to a paper that anybody can check, by a program: attempts at both gateways, records and vouchers.

use crate::kit::{Hall, Paying, flexible_worker};
use axum::http::StatusCode;
use outside::wechat_pay::Faults;
use serde_json::{Value, json};

/// Issues a bill for months and answers the path of the bill.
async fn billed(hall: &Hall, token: &str, key: &str, months: &[&str]) -> String {
    let issued = hall.bill(token, key, json!({ "months": months, "tier": 60 })).await;
    assert_eq!(issued.status, StatusCode::CREATED);
    issued.header("location").strip_prefix("/api/v1").unwrap().to_owned()
}

async fn attempt(hall: &Hall, token: &str, bill: &str, gateway: &str) -> Value {
    let made = hall.post(&format!("{bill}/attempts"), Some(token), json!({ "gateway": gateway })).await;
    assert_eq!(made.status, StatusCode::CREATED);
    made.json()
}

testkit::both_engines! {
    on office::MIGRATIONS;

    async fn a_bill_is_paid_at_wechat_and_its_voucher_is_checked_by_anybody(kit: Kit) {
        let (_, number) = flexible_worker(&kit.desk, 2).await;
        let Paying { hall, world, services } = Hall::paying(&kit).await;
        let token = hall.sign_in(&number).await;
        let bill = billed(&hall, &token, "key-of-this-bill", &["2026-01", "2026-02"]).await;
        let first = attempt(&hall, &token, &bill, "wechat_pay").await;
        assert!(first["cashier"].as_str().unwrap().starts_with(&world.wechat_pay.url()), "{first}");
        assert_eq!(first["amount"], hall.get(&bill, Some(&token)).await.json()["total"]);
        assert_eq!(attempt(&hall, &token, &bill, "wechat_pay").await, first, "the open one again");
        let too_early = json!({ "kind": "voucher", "bill": bill.rsplit('/').next() });
        assert_eq!(hall.post("/me/records", Some(&token), too_early.clone()).await.status, StatusCode::CONFLICT);
        assert_eq!(world.pay_at_wechat(first["number"].as_str().unwrap(), "await").await, [204]);
        assert_eq!(hall.get(&bill, Some(&token)).await.json()["state"], "paid");
        let again = hall.post(&format!("{bill}/attempts"), Some(&token), json!({ "gateway": "bank" })).await;
        assert_eq!(again.problem().0, 409, "what is paid is not paid again");

        let voucher = hall.post("/me/records", Some(&token), too_early.clone()).await;
        assert_eq!((voucher.status, &voucher.json()["kind"]), (StatusCode::CREATED, &json!("voucher")));
        let same = hall.post("/me/records", Some(&token), too_early).await.json();
        assert_eq!(same["id"], voucher.json()["id"], "a voucher is issued once");
        let path = format!("/me/records/{}", same["id"].as_str().unwrap());
        let file = hall.get(&format!("{path}/file"), Some(&token)).await;
        assert_eq!(file.header("content-type"), "application/pdf");
        let signature = hall.get(&format!("{path}/signature"), Some(&token)).await;
        let trusted = services.issuer.signer.authority();
        assert!(record::verify(&file.body, &signature.body, trusted).is_ok());
        assert!(record::verify(&[&file.body[..], b" "].concat(), &signature.body, trusted).is_err());
    }

    async fn records_are_listed_verified_masked_and_nobody_elses(kit: Kit) {
        let (owner, number) = flexible_worker(&kit.desk, 2).await;
        let (_, neighbour) = flexible_worker(&kit.desk, 4).await;
        let Paying { hall, .. } = Hall::paying(&kit).await;
        let (mine, theirs) = (hall.sign_in(&number).await, hall.sign_in(&neighbour).await);
        let issued = hall.post("/me/records", Some(&mine), json!({ "kind": "entitlement" })).await;
        assert_eq!(issued.status, StatusCode::CREATED);
        let listed = hall.get("/me/records", Some(&mine)).await.json();
        assert_eq!(listed, json!([issued.json()]));
        let with_bill = json!({ "kind": "entitlement", "bill": "018f0000-0000-7000-8000-000000000001" });
        for wrong in [with_bill, json!({ "kind": "voucher" })] {
            let refused = hall.post("/me/records", Some(&mine), wrong).await.problem();
            assert_eq!(refused, (422, "bill_with_voucher_only".to_owned(), Some("bill".to_owned())));
        }
        let path = format!("/me/records/{}", issued.json()["id"].as_str().unwrap());
        let denied = "select count(*) from control_audit where outcome = 'denied'";
        for part in ["file", "signature"] {
            let before = kit.number(denied).await;
            let stranger = hall.get(&format!("{path}/{part}"), Some(&theirs)).await;
            let nothing = hall.get(&format!("/me/records/018f0000-0000-7000-8000-000000000001/{part}"), Some(&theirs)).await;
            assert_eq!(stranger.problem(), (404, "not_found".to_owned(), None), "{part}");
            assert_eq!(stranger.problem(), nothing.problem(), "{part}");
            assert_eq!(kit.number(denied).await, before + 1, "{part} leaves its line");
        }
        let lines = control::audit::of_person(&kit.desk.view(), owner, 50).await.unwrap();
        assert!(lines.iter().any(|line| line.outcome == control::Outcome::Denied));

        let code = crate::kit::text(&kit, "select verify_code from record_issue").await;
        let verified = hall.get(&format!("/verify/{code}"), None).await;
        assert_eq!((verified.status, &verified.json()["name"]), (StatusCode::OK, &json!("王*英")));
        assert!(!verified.json().to_string().contains(number.reveal()));
    }

    async fn a_bill_is_paid_at_the_bank_once_the_worker_has_asked(kit: Kit) {
        let (_, number) = flexible_worker(&kit.desk, 2).await;
        let Paying { hall, world, services } = Hall::paying(&kit).await;
        let token = hall.sign_in(&number).await;
        let bill = billed(&hall, &token, "key-of-this-bill", &["2026-01"]).await;
        let made = attempt(&hall, &token, &bill, "bank").await;
        world.pay_at_bank(made["number"].as_str().unwrap(), None).await;
        assert_eq!(hall.get(&bill, Some(&token)).await.json()["state"], "paying", "a bank sends no notice");
        world.later(&kit, 16);
        office::watch_orders(&kit.desk, &services).await;
        assert_eq!(hall.get(&bill, Some(&token)).await.json()["state"], "paid");
        let history = hall.get("/me/history", Some(&token)).await.json();
        assert_eq!(history["totals"]["months"], 1);
    }

    async fn a_gateway_that_is_silent_or_not_there_is_said_to_be(kit: Kit) {
        let (_, number) = flexible_worker(&kit.desk, 2).await;
        let Paying { hall, world, .. } = Hall::paying(&kit).await;
        let token = hall.sign_in(&number).await;
        let bill = billed(&hall, &token, "key-of-this-bill", &["2026-01"]).await;
        let to = |gateway: &str| json!({ "gateway": gateway });
        let ask = async |gateway: &str| hall.post(&format!("{bill}/attempts"), Some(&token), to(gateway)).await;
        world.wechat_pay.set_faults(Faults { unavailable: true, ..Faults::default() });
        assert_eq!(ask("wechat_pay").await.problem(), (503, "gateway_unavailable".to_owned(), None));
        assert_eq!(ask("barter").await.problem(), (422, "invalid_input".to_owned(), Some("gateway".to_owned())));
        world.wechat_pay.set_faults(Faults::default());
        assert_eq!(ask("wechat_pay").await.status, StatusCode::CREATED, "and taken again once it answers");
        assert_eq!(kit.number("select count(*) from payment_attempt").await, 1);
    }
}
