//! Payroll software: an agent's token, a list with good and bad rows answered row by row, wages, a note, a payment, its voucher; and
//! nobody else's hands on any of it.

use crate::kit::{Hall, PASSWORD, Paying, flexible_worker};
use account::{AddAgent, PasswordHash};
use axum::http::StatusCode;
use control::{Actor, Channel, IdempotencyKey, Role};
use kernel::{AreaCode, Date, EmployerId};
use policy::requirement::Business;
use registry::{Contact, EmployerKind, RegisterEmployer, SelfCheck};
use serde_json::{Value, json};
use testkit::Kit;

const ZHANG: &str = "13049919650101003X";
const LI: &str = "13049919700101002X";
const ALL: [Role; 4] = [Role::AgentReader, Role::AgentDeclarer, Role::AgentPayer, Role::AgentManager];

/// An employer with an agent of these rights, in July 2017; the agent's login.
async fn employer(kit: &Kit, order: u32, roles: &[Role]) -> (EmployerId, String) {
    let system = Actor::system(Channel::CommandLine);
    let body = format!("91130499{order:09}");
    let mut codes = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars().map(|check| format!("{body}{check}"));
    let register = RegisterEmployer {
        key: IdempotencyKey::parse(&format!("register-{order}")).unwrap(),
        name: format!("邯郸市测试{order}有限公司"),
        credit_code: codes.find(|code| kernel::CreditCode::parse(code).is_ok()).unwrap(),
        area: AreaCode::parse("130499").unwrap(),
        kind: EmployerKind::Enterprise,
        size_proof: None,
        injury_class: 2,
        legal_person: "王芳".to_owned(),
        legal_person_number: LI.to_owned(),
        contact: Contact { name: "张会计".to_owned(), phone: "13900000009".to_owned() },
        from: Date::from_ymd_opt(2010, 1, 4).unwrap(),
        checked: SelfCheck { business: Business::Registration, papers: Vec::new() },
    };
    let employer = kit.desk.perform(&system, register).await.unwrap().employer;
    let login = format!("payroll-{order}");
    let add = AddAgent {
        employer,
        login: login.clone(),
        name: "工资系统".to_owned(),
        phone: None,
        password: PasswordHash::of(PASSWORD).await.unwrap(),
        roles: roles.to_vec(),
    };
    kit.desk.perform(&system, add).await.unwrap();
    (employer, login)
}

async fn token(hall: &Hall, login: &str) -> String {
    let answer = hall.post("/session/agent", None, json!({ "login": login, "password": PASSWORD })).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", String::from_utf8_lossy(&answer.body));
    answer.json()["token"].as_str().unwrap().to_owned()
}

fn joins(id_number: &str, name: &str, from: &str, wage: &str) -> Value {
    json!({ "task": "join", "id_number": id_number, "name": name, "from": from, "wage": wage })
}

async fn keyed(hall: &Hall, token: &str, path: &str, key: &str, body: Value) -> crate::kit::Answer {
    hall.send(("POST", path), Some(token), &[("Idempotency-Key", key)], Some(body)).await
}

testkit::both_engines! {
    on office::MIGRATIONS;

    async fn a_list_is_answered_row_by_row(kit: Kit) {
        kit.set_today(Date::from_ymd_opt(2017, 7, 20).unwrap());
        let hall = Hall::over(&kit.desk);
        let (id, login) = employer(&kit, 1, &ALL).await;
        let token = token(&hall, &login).await;
        let mut whole = json!({ "checked": true, "rows": [
            joins(ZHANG, "张三", "2017-07-03", "3000.00"),
            joins("130499197503010047", "王五", "2017-07-03", "3000.00"),
            joins(LI, "李四", "the third", "3000.00"),
            joins(LI, "李四", "2017-07-03", "4200"),
            joins(ZHANG, "张三", "2017-07-03", "3000.00"),
            { "task": "leave", "id_number": LI, "name": "李四", "until": "2017-07-31", "why": "bored" },
        ]});
        let answer = keyed(&hall, &token, "/employer/staff", "key-of-this-list", whole.clone()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", String::from_utf8_lossy(&answer.body));
        let rows = answer.json();
        let said: Vec<(Option<&str>, Option<&str>)> =
            rows.as_array().unwrap().iter().map(|row| (row["code"].as_str(), row["comes_to"].as_str())).collect();
        assert_eq!(said, [
            (None, Some("joined")),
            (Some("id_check"), None),
            (Some("day_unreadable"), None),
            (None, Some("joined")),
            (Some("twice_in_list"), None),
            (Some("why_unknown"), None),
        ]);
        assert_eq!((rows[0]["month"].as_str(), rows[1]["field"].as_str()), (Some("2017-07"), Some("id_number")));
        let again = keyed(&hall, &token, "/employer/staff", "key-of-this-list", whole.clone()).await;
        assert_eq!(again.json(), rows, "the same key answers as the first time");
        whole["rows"][0]["wage"] = json!("3001.00");
        let other = keyed(&hall, &token, "/employer/staff", "key-of-this-list", whole).await;
        assert_eq!(other.problem(), (422, "key_reused".to_owned(), None));
        let staff = hall.get("/employer/staff?month=2017-07", Some(&token)).await.json();
        assert_eq!(staff.as_array().unwrap().len(), 2);
        assert!(!staff.to_string().contains(ZHANG), "numbers are masked");
        let own = hall.get("/employer", Some(&token)).await.json();
        assert_eq!((own["id"].as_str(), own["insured"].as_u64()), (Some(id.to_string().as_str()), Some(2)));
        let strict = keyed(&hall, &token, "/employer/staff", "key-of-another", json!({ "rows": [{ "task": "dance" }] })).await;
        assert_eq!(strict.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn wages_a_note_a_payment_and_its_voucher(kit: Kit) {
        kit.set_today(Date::from_ymd_opt(2026, 11, 23).unwrap());
        let (_, number) = flexible_worker(&kit.desk, 2).await;
        kit.set_today(Date::from_ymd_opt(2017, 7, 20).unwrap());
        let Paying { hall, world, .. } = Hall::paying(&kit).await;
        let (_, login) = employer(&kit, 1, &ALL).await;
        let token = token(&hall, &login).await;
        let list = json!({ "rows": [joins(ZHANG, "张三", "2017-07-03", "3000.00")] });
        keyed(&hall, &token, "/employer/staff", "key-of-this-list", list).await;
        let wages = hall.get("/employer/wages?month=2017-07", Some(&token)).await.json();
        let person = wages[0]["person"].as_str().unwrap().to_owned();
        let wild = json!({ "month": "2017-07", "wages": [{ "person": person, "wage": "90000.00" }] });
        let asked = keyed(&hall, &token, "/employer/wages", "key-of-wages-1", wild).await;
        assert_eq!((asked.status, asked.problem().1), (StatusCode::UNPROCESSABLE_ENTITY, "declare_reason_asked".to_owned()));
        let known = json!({ "month": "2017-07", "wages": [{ "person": person, "wage": "3600.00" }] });
        let declared = keyed(&hall, &token, "/employer/wages", "key-of-wages-2", known).await;
        assert_eq!(declared.json()["changed"], 1);

        let first = keyed(&hall, &token, "/employer/demands", "key-of-note-0", json!({ "month": "2017-07" })).await.json();
        let note = keyed(&hall, &token, "/employer/demands", "key-of-note-1", json!({ "month": "2017-07" })).await;
        let gone = format!("/employer/demands/{}/attempts", first["id"].as_str().unwrap());
        let gone = keyed(&hall, &token, &gone, "key-of-pay-9", json!({ "gateway": "bank" })).await;
        assert_eq!(gone.problem(), (409, "demand_void".to_owned(), None));
        assert_eq!(note.status, StatusCode::CREATED, "{}", String::from_utf8_lossy(&note.body));
        let note = note.json();
        let (id, total) = (note["id"].as_str().unwrap(), note["owing"].as_str().unwrap().to_owned());
        let paper = hall.send(("POST", &format!("/employer/demands/{id}/paper")), Some(&token), &[], None).await.json();
        let file = hall.get(&format!("/employer/records/{}/file", paper["id"].as_str().unwrap()), Some(&token)).await;
        assert!(file.body.starts_with(b"%PDF"));
        let path = format!("/employer/demands/{id}/attempts");
        let nothing = path.replace(id, "018f0000-0000-7000-8000-000000000001");
        assert_eq!(keyed(&hall, &token, &nothing, "key-of-pay-0", json!({ "gateway": "bank" })).await.problem().0, 404);
        let none = json!({ "gateway": "wechat_pay", "amount": "0.00" });
        assert_eq!(keyed(&hall, &token, &path, "key-of-pay-0", none).await.problem().1, "demand_amount");
        let most = json!({ "gateway": "wechat_pay", "amount": "99999999.00" });
        assert_eq!(keyed(&hall, &token, &path, "key-of-pay-0", most).await.problem().2, Some("amount".to_owned()));
        let attempt = keyed(&hall, &token, &path, "key-of-pay-1", json!({ "gateway": "wechat_pay" })).await.json();
        assert_eq!(attempt["amount"], total.as_str());
        let other = json!({ "gateway": "wechat_pay", "amount": "1.00" });
        assert_eq!(keyed(&hall, &token, &path, "key-of-pay-1", other).await.problem().1, "key_reused");
        assert_eq!(world.pay_at_wechat(attempt["number"].as_str().unwrap(), "await").await, [204]);
        let paid = hall.get(&format!("/employer/demands/{id}"), Some(&token)).await.json();
        assert_eq!((paid["state"].as_str(), paid["owing"].as_str()), (Some("paid"), Some("0.00")));
        let late = keyed(&hall, &token, &path, "key-of-pay-2", json!({ "gateway": "wechat_pay" })).await;
        assert_eq!(late.problem(), (409, "demand_paid".to_owned(), None));
        let receipt = paid["receipts"][0].as_str().unwrap();
        let path = format!("/employer/demands/{id}/receipts/{receipt}/voucher");
        let voucher = hall.send(("POST", &path), Some(&token), &[], None).await;
        assert_eq!((voucher.status, voucher.json()["kind"].as_str()), (StatusCode::CREATED, Some("employer_voucher")));
        let again = hall.send(("POST", &path), Some(&token), &[], None).await;
        assert_eq!(again.json(), voucher.json(), "a voucher is issued once and then found");
        let settled = hall.send(("POST", &format!("/employer/demands/{id}/paper")), Some(&token), &[], None).await;
        assert_eq!(settled.problem(), (409, "paper_demand_settled".to_owned(), None));
        let lines = hall.get("/employer/lines?from=2017-07&until=2017-07", Some(&token)).await.json();
        assert_eq!(lines[0]["parts"][0]["state"], "credited");
        let view = kit.desk.view();
        let part: kernel::Fen = contribution::received_by(&view, receipt.parse().unwrap()).await.unwrap().iter()
            .map(|part| part.sides.total() + part.surcharge).sum();
        assert_eq!(part.to_string(), total);

        let (_, other) = employer(&kit, 2, &ALL).await;
        let theirs = self::token(&hall, &other).await;
        let before = kit.number("select count(*) from control_audit where outcome = 'denied'").await;
        let record = format!("/employer/records/{}/file", voucher.json()["id"].as_str().unwrap());
        for path in [format!("/employer/demands/{id}"), record.clone()] {
            assert_eq!(hall.get(&path, Some(&theirs)).await.problem().0, 404, "{path}");
        }
        let stolen = hall.send(("POST", &path), Some(&theirs), &[], None).await;
        assert_eq!(stolen.problem().0, 404);
        let person = hall.sign_in(&number).await;
        assert_eq!(hall.get(&record.replace("/employer/", "/me/"), Some(&person)).await.problem().0, 404);
        assert_eq!(kit.number("select count(*) from control_audit where outcome = 'denied'").await, before + 4);
        assert_eq!(hall.get("/employer", Some(&person)).await.problem(), (403, "agents_only".to_owned(), None));
        assert_eq!(hall.get("/me", Some(&token)).await.problem(), (403, "persons_only".to_owned(), None));
    }

    async fn whoever_only_reads_changes_nothing(kit: Kit) {
        kit.set_today(Date::from_ymd_opt(2017, 7, 20).unwrap());
        let hall = Hall::over(&kit.desk);
        let (_, login) = employer(&kit, 1, &[Role::AgentReader]).await;
        let token = token(&hall, &login).await;
        let list = json!({ "rows": [joins(ZHANG, "张三", "2017-07-03", "3000.00")] });
        assert_eq!(keyed(&hall, &token, "/employer/staff", "key-of-this-list", list).await.problem().0, 404);
        for (path, body) in [
            ("/employer/wages", json!({ "month": "2017-07", "wages": [] })),
            ("/employer/demands", json!({ "month": "2017-07" })),
        ] {
            assert_eq!(keyed(&hall, &token, path, "key-of-this-one", body).await.problem().0, 404, "{path}");
        }
        let wrong = hall.post("/session/agent", None, json!({ "login": login, "password": "nonsense" })).await;
        assert_eq!(wrong.problem().1, "wrong_credentials");
        assert!(hall.get("/employer/demands", Some(&token)).await.json().as_array().unwrap().is_empty());
    }
}
