//! Whatever is refused is a problem with a stable code and the field to mend.

use crate::kit::{Hall, flexible_worker};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

fn refused(status: u16, code: &str, field: Option<&str>) -> (u16, String, Option<String>) {
    (status, code.to_owned(), field.map(str::to_owned))
}

testkit::both_engines! {
    on [];

    async fn what_is_not_there_is_a_problem_too(kit: Kit) {
        let hall = Hall::over(&kit.desk);
        for path in ["/nothing", "/me/nothing", "/policy/pension/nothing", "/policy/pension", "/verify/0000"] {
            assert_eq!(hall.get(path, None).await.problem(), refused(404, "not_found", None), "{path}");
        }
    }

    async fn bodies_are_read_strictly(kit: Kit) {
        let hall = Hall::over(&kit.desk);
        let sent = async |kind: &'static str, body: &'static str| {
            let request = Request::post("/api/v1/session").header("content-type", kind);
            hall.ask(request.body(Body::from(body)).unwrap()).await
        };
        let json = "application/json";
        for (kind, body, expected) in [
            ("text/plain", "{}", refused(415, "unsupported_media_type", None)),
            ("", "{}", refused(415, "unsupported_media_type", None)),
            ("application/x-www-form-urlencoded", "id_number=1", refused(415, "unsupported_media_type", None)),
            (json, "", refused(400, "not_json", None)),
            (json, "{", refused(400, "not_json", None)),
            (json, r#"{"id_number":"1","password":"x"} {}"#, refused(400, "not_json", None)),
            (json, "[]", refused(422, "invalid_input", None)),
            (json, r#"{"id_number":"1"}"#, refused(422, "invalid_input", Some("password"))),
            (json, r#"{"id_number":1,"password":"x"}"#, refused(422, "invalid_input", Some("id_number"))),
            (json, r#"{"id_number":"1","password":"x","pasword":"y"}"#, refused(422, "invalid_input", Some("pasword"))),
            (json, r#"{"id_number":"1","password":"x"}"#, refused(422, "id_number_unreadable", Some("id_number"))),
        ] {
            assert_eq!(sent(kind, body).await.problem(), expected, "{kind} {body}");
        }
    }

    async fn a_body_of_ten_megabytes_is_refused(kit: Kit) {
        let hall = Hall::over(&kit.desk);
        let large = "x".repeat(10 << 20);
        let whole = Request::post("/api/v1/session").header("content-type", "application/json");
        let whole = whole.header("content-length", large.len()).body(Body::from(large.clone())).unwrap();
        assert_eq!(hall.ask(whole).await.problem(), refused(413, "too_large", None));
        // Without a length it is found out while reading.
        let pieces = futures::stream::iter(vec![Ok::<_, std::io::Error>(large)]);
        let pieces = Request::post("/api/v1/calc").header("content-type", "application/json").body(Body::from_stream(pieces));
        assert_eq!(hall.ask(pieces.unwrap()).await.problem(), refused(413, "too_large", None));
    }

    async fn a_question_is_answered_or_refused_as_on_the_command_line(kit: Kit) {
        let hall = Hall::over(&kit.desk);
        let seed = json!({ "id": 7, "calc": "contribution.employee", "area": "130400", "month": "2025-07", "wage": "8000" });
        let answer = hall.post("/calc", None, seed.clone()).await;
        let options = policy::calc::Options { explain: policy::calc::Explain::Steps, expect: policy::calc::Expect::Ignored };
        let (line, _) = policy::calc::answer(seed.to_string().as_bytes(), options);
        assert_eq!((answer.status, answer.json()), (StatusCode::OK, serde_json::from_str::<Value>(&line).unwrap()));
        for (question, expected) in [
            (json!({ "calc": "astrology" }), refused(422, "unknown_calc", Some("calc"))),
            (json!({}), refused(422, "missing_field", Some("calc"))),
            (json!([1]), refused(422, "not_an_object", None)),
            (json!({ "calc": "identity", "id_number": "1", "x": 1 }), refused(422, "unknown_field", Some("x"))),
        ] {
            assert_eq!(hall.post("/calc", None, question.clone()).await.problem(), expected, "{question}");
        }
    }

    async fn the_book_answers_for_a_day(kit: Kit) {
        let hall = Hall::over(&kit.desk);
        let one = hall.get("/policy/pension/flexible_total?on=2026-07-01", None).await;
        insta::assert_snapshot!("parameter", crate::kit::shown(one.json()));
        let book = hall.get("/policy?on=2026-07-01", None).await.json();
        for parameter in book["parameters"].as_array().unwrap() {
            let name = parameter["name"].as_str().unwrap();
            let one = hall.get(&format!("/policy/{name}?on=2026-07-01"), None).await;
            let expected = if parameter.get("in_force").is_some() { 200 } else { 422 };
            assert_eq!(one.status.as_u16(), expected, "{name}");
        }
        for (path, expected) in [
            ("/policy/pension/employer?on=1900-01-01", refused(422, "not_in_force", Some("on"))),
            ("/policy/pension/employer?on=yesterday", refused(422, "invalid_input", Some("on"))),
            ("/policy?area=000000", refused(422, "unknown_area", Some("area"))),
            ("/policy?year=2026", refused(422, "invalid_input", Some("year"))),
        ] {
            assert_eq!(hall.get(path, None).await.problem(), expected, "{path}");
        }
    }
}

testkit::both_engines! {
    on [registry::MIGRATIONS, message::MIGRATIONS, account::MIGRATIONS, ledger::MIGRATIONS, payment::MIGRATIONS,
        record::MIGRATIONS, contribution::MIGRATIONS];

    async fn a_wrong_password_and_an_unknown_number_look_the_same(kit: Kit) {
        let hall = Hall::over(&kit.desk);
        let (_, number) = flexible_worker(&kit.desk, 2).await;
        let mut said = Vec::new();
        for number in [number, crate::kit::id_number(4)] {
            let asked = json!({ "id_number": number.reveal(), "password": "not it at all" });
            said.push(hall.post("/session", None, asked).await.problem());
        }
        assert_eq!(said, vec![refused(422, "wrong_credentials", None); 2]);
    }

    async fn values_out_of_range_name_their_field(kit: Kit) {
        let hall = Hall::over(&kit.desk);
        let (_, number) = flexible_worker(&kit.desk, 2).await;
        let token = hall.sign_in(&number).await;
        for (path, expected) in [
            ("/me/months?year=0", refused(422, "year_out_of_range", Some("year"))),
            ("/me/months?year=99999999999", refused(422, "invalid_input", Some("year"))),
            ("/me/months?years=2026", refused(422, "invalid_input", Some("years"))),
            ("/me/quote?months=2026-13&tier=60", refused(422, "month_unreadable", Some("months"))),
            ("/me/quote?months=&tier=60", refused(422, "no_months", Some("months"))),
            ("/me/quote?months=2026-01", refused(422, "invalid_input", Some("tier"))),
            ("/me/quote?months=2026-01&tier=70000", refused(422, "invalid_input", Some("tier"))),
            ("/me/quote?months=2026-01&tier=0", refused(422, "tier_not_on_menu", Some("tier"))),
            ("/me/quote?months=2025-12&tier=60", refused(422, "outside_open_year", Some("months"))),
            ("/me/quote?months=2026-01,2026-01&tier=60", refused(422, "repeated_month", Some("months"))),
        ] {
            assert_eq!(hall.get(path, Some(&token)).await.problem(), expected, "{path}");
        }
        for (body, expected) in [
            (json!({ "months": ["2026-01", "2026-1"], "tier": 60 }), refused(422, "invalid_input", Some("months"))),
            (json!({ "months": ["2026-01"], "tier": -60 }), refused(422, "invalid_input", Some("tier"))),
            (json!({ "months": ["2026-01"], "tier": 60, "total": "0.01" }), refused(422, "invalid_input", Some("total"))),
            (json!({ "months": ["2026-01"], "tier": 301 }), refused(422, "tier_not_on_menu", Some("tier"))),
        ] {
            assert_eq!(hall.bill(&token, "key-out-of-range", body.clone()).await.problem(), expected, "{body}");
        }
        let attempt = hall.post("/me/flexible/resume", Some(&token), json!({ "insurance": "injury", "month": "2026-02" }));
        assert_eq!(attempt.await.problem(), refused(422, "insurance_not_offered", Some("insurance")));
        let again = hall.post("/me/flexible/register", Some(&token), json!({ "insurance": "pension", "month": "2026-02" }));
        assert_eq!(again.await.problem(), refused(409, "already_registered", None));
    }
}
