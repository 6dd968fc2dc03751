//! The employers' side: a list with a bad row is looked at, mended and sent; wages are declared, a note is issued; what is
//! another employer's is not there, and that somebody asked is written down.

use crate::stand::{Stand, password, system};
use crate::visitor::{Visitor, hidden};
use account::AddAgent;
use axum::http::{StatusCode, header};
use control::{IdempotencyKey, Role};
use kernel::{AreaCode, Date, EmployerId};
use policy::requirement::Business;
use registry::{Contact, EmployerKind, RegisterEmployer, SelfCheck};
use sheet::{Export, Limits, Written};

pub(crate) const ZHANG: &str = "13049919650101003X";
pub(crate) const ALL: [Role; 4] = [Role::AgentReader, Role::AgentDeclarer, Role::AgentPayer, Role::AgentManager];

async fn firm(stand: &Stand, order: u32) -> EmployerId {
    let register = RegisterEmployer {
        key: IdempotencyKey::parse(&format!("register-{order}")).unwrap(),
        name: format!("邯郸市测试{order}有限公司"),
        credit_code: credit_code(order),
        area: AreaCode::parse("130499").unwrap(),
        kind: EmployerKind::Enterprise,
        size_proof: None,
        injury_class: 2,
        legal_person: "王芳".to_owned(),
        legal_person_number: "13049919700101002X".to_owned(),
        contact: Contact { name: "张会计".to_owned(), phone: "13900000009".to_owned() },
        from: Date::from_ymd_opt(2010, 1, 4).unwrap(),
        checked: SelfCheck { business: Business::Registration, papers: Vec::new() },
    };
    stand.kit.desk.perform(&system(), register).await.unwrap().employer
}

/// A code of the firm with this number, its check character found by trying.
pub(crate) fn credit_code(order: u32) -> String {
    let body = format!("91130499{order:09}");
    let checks = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars();
    let codes = checks.map(|check| format!("{body}{check}"));
    codes.into_iter().find(|code| kernel::CreditCode::parse(code).is_ok()).unwrap()
}

/// An agent of a new firm, signed in, in July 2017, when the agency collected.
pub(crate) async fn agent(stand: &Stand, order: u32, roles: &[Role]) -> (EmployerId, Visitor) {
    stand.kit.set_today(Date::from_ymd_opt(2017, 7, 20).unwrap());
    let employer = firm(stand, order).await;
    let add = AddAgent {
        employer,
        login: format!("agent-{order}"),
        name: "张会计".to_owned(),
        phone: None,
        password: password().await,
        roles: roles.to_vec(),
    };
    stand.kit.desk.perform(&system(), add).await.unwrap();
    let visitor = stand.visitor();
    let form = [("login", &*format!("agent-{order}")), ("password", crate::stand::PASSWORD), ("next", "")];
    let answer = visitor.post("/employer/sign-in", &form).await;
    assert_eq!((answer.status, answer.to()), (StatusCode::SEE_OTHER, "/employer".to_owned()), "{}", answer.text());
    (employer, visitor)
}

/// Three people who join on 3 July, the third with a mistyped identity number.
pub(crate) fn three() -> Vec<u8> {
    let row = |cells: [&str; 4]| cells.map(Written::text).to_vec();
    let header = ["月工资", "姓名", "身份证号码", "入职日期"].map(str::to_owned).to_vec();
    let rows = vec![
        row(["３，０００", "张三", ZHANG, "2017年7月3日"]),
        row(["4200.00", "李四", "13049919700101002x", "20170703"]),
        row(["5000", "王五", "130499197503010047", "2017/7/3"]),
    ];
    Export { name: "增员".to_owned(), header, rows }.xlsx()
}

/// What a hidden text field holds.
fn carried(page: &str, name: &str) -> String {
    let rest = page.split(&format!("<textarea name=\"{name}\" hidden>")).nth(1).unwrap();
    rest.split("</textarea>").next().unwrap().replace("&#34;", "\"").replace("&#39;", "'")
}

/// Sends what the page says can be done.
pub(crate) async fn take(visitor: &Visitor, page: &str) -> String {
    let (key, rows) = (hidden(page, "key"), carried(page, "rows"));
    let form = [("key", key.as_str()), ("task", "join"), ("rows", rows.as_str()), ("checked", "yes")];
    let answer = visitor.post("/employer/staff/list/take", &form).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.text()
}

testkit::both_engines! {
    on office::MIGRATIONS;

    async fn a_list_is_looked_at_mended_and_sent_then_declared_and_billed(kit: Kit) {
        let stand = Stand::over(kit).await;
        let (_, visitor) = agent(&stand, 1, &ALL).await;
        for path in ["/employer", "/employer/staff", "/employer/staff/join", "/employer/staff/list?task=leave", "/employer/declare", "/employer/demands", "/employer/lines", "/employer/papers", "/employer/agents", "/employer/passkeys"] {
            visitor.page(&format!("{path}{}lang=en", if path.contains('?') { "&" } else { "?" })).await;
            visitor.page(&format!("{path}{}lang=zh-CN", if path.contains('?') { "&" } else { "?" })).await;
        }
        let looked = visitor.upload("/employer/staff/list", &[("task", "join")], &three()).await;
        assert_eq!(looked.status, StatusCode::OK, "{}", looked.text());
        let page = looked.text();
        assert!(!page.contains('⟦') && page.contains("2 行可以办，1 行要改"), "{page}");
        assert!(page.contains("末位与前面不符"), "what is wrong stands beside the row");
        let taken = take(&visitor, &page).await;
        assert!(!taken.contains('⟦') && taken.contains("办好 2 人"), "{taken}");
        let again = take(&visitor, &page).await;
        assert!(again.contains("办好 2 人"), "sent twice is done once");

        let kept = visitor.post("/employer/staff/list/refused/csv", &[("refused", &carried(&page, "refused"))]).await;
        assert_eq!(kept.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"refused-rows.csv\"");
        let table = sheet::read(&kept.bytes, &Limits::default()).unwrap();
        assert_eq!(table.rows.len(), 2);
        assert_eq!(table.rows[1].cells[2].text(), "130499197503010047", "as it was typed");

        let mended = [("task", "join"), ("name", "王五"), ("id_number", "130499197503010046"), ("from", "2017-07-03"), ("wage", "5000"), ("insurances", ""), ("phone", "")];
        let page = visitor.post("/employer/staff/list/again", &mended).await.text();
        assert!(page.contains("1 行可以办，0 行要改"), "{page}");
        take(&visitor, &page).await;
        let staff = visitor.page("/employer/staff").await;
        assert!(["张三", "李四", "王五"].iter().all(|name| staff.contains(name)), "{staff}");
        assert!(!staff.contains(ZHANG), "numbers are masked");

        let form = visitor.page("/employer/declare?month=2017-07").await;
        let (key, field) = (hidden(&form, "key"), format!("wage-{}", form.split("name=\"wage-").nth(1).unwrap().split('"').next().unwrap()));
        let wild = visitor.post("/employer/declare", &[("key", &key), ("month", "2017-07"), (&field, "90000")]).await;
        assert_eq!(wild.status, StatusCode::UNPROCESSABLE_ENTITY, "far from before is asked about");
        assert!(!wild.text().contains('⟦'), "{}", wild.text());
        let key = hidden(&wild.text(), "key");
        let reason = field.replace("wage", "reason");
        let form = [("key", key.as_str()), ("month", "2017-07"), (&field, "90000"), (&reason, "年终奖并入当月")];
        let done = visitor.post("/employer/declare", &form).await;
        assert!(done.to().contains("done=1"), "{} {}", done.to(), done.text());

        let key = hidden(&visitor.page("/employer/demands").await, "key");
        let issued = visitor.post("/employer/demands", &[("key", &key), ("month", "2017-07")]).await;
        assert!(issued.to().starts_with("/employer/demand/"), "{}", issued.text());
        let note = visitor.page(&issued.to()).await;
        assert!(note.contains("为什么是这个数") && note.contains("王五"), "{note}");
        let too_much = visitor.post(&format!("{}/pay", issued.to()), &[("key", "form-0123456789abcdee"), ("gateway", "wechat_pay"), ("amount", "99999999")]).await;
        assert_eq!(too_much.status, StatusCode::UNPROCESSABLE_ENTITY);
        let file = visitor.get("/employer/lines/file/xlsx?from=2017-07&until=2017-07").await;
        let table = sheet::read(&file.bytes, &Limits::default()).unwrap();
        assert_eq!(table.rows.len(), 4, "a header and three people");
        visitor.page("/employer").await;
        let out = visitor.post("/sign-out", &[]).await;
        assert_eq!(out.to(), "/");
        assert!(visitor.get("/employer/staff").await.to().starts_with("/employer/sign-in"));
    }

    async fn another_employers_things_are_not_there_and_the_attempt_is_written_down(kit: Kit) {
        let stand = Stand::over(kit).await;
        let (_, ours) = agent(&stand, 1, &ALL).await;
        let page = ours.upload("/employer/staff/list", &[("task", "join")], &three()).await.text();
        take(&ours, &page).await;
        let person = ours.page("/employer/staff").await;
        let person = person.split("/employer/staff/").find(|rest| rest.contains("/leave\"")).unwrap()[..36].to_owned();
        let key = hidden(&ours.page("/employer/demands").await, "key");
        let note = ours.post("/employer/demands", &[("key", &key), ("month", "2017-07")]).await.to();
        assert!(note.starts_with("/employer/demand/"), "{note}");

        let (_, theirs) = agent(&stand, 2, &ALL).await;
        let before = stand.denials().await;
        let leave = format!("/employer/staff/{person}/leave");
        for path in [&leave, &note] {
            assert_eq!(theirs.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        let pay = theirs.post(&format!("{note}/pay"), &[("key", "form-0123456789abcdef"), ("gateway", "bank"), ("amount", "1")]).await;
        assert_eq!(pay.status, StatusCode::NOT_FOUND);
        let left = theirs.post(&leave, &[("key", "form-0123456789abcdef"), ("until", "2017-07-31"), ("why", "resigned")]).await;
        assert_eq!(left.status, StatusCode::NOT_FOUND);
        assert_eq!(stand.denials().await, before + 4, "each attempt leaves a line");
        assert!(stand.visitor().get(&note).await.to().starts_with("/employer/sign-in"));
        assert_eq!(ours.get(&leave).await.status, StatusCode::OK);
    }

    async fn whoever_only_reads_changes_nothing(kit: Kit) {
        let stand = Stand::over(kit).await;
        let (employer, reader) = agent(&stand, 3, &[Role::AgentReader]).await;
        reader.page("/employer/staff").await;
        for path in ["/employer/staff/join", "/employer/staff/list"] {
            assert_eq!(reader.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        let row = format!("#\tname\tid_number\tfrom\twage\n1\t张三\t{ZHANG}\t2017-07-03\t3000");
        let sent = reader.post("/employer/staff/list/take", &[("key", "form-0123456789abcdef"), ("task", "join"), ("rows", &row)]).await;
        assert_eq!(sent.status, StatusCode::NOT_FOUND);
        let month = kernel::Month::new(2017, 7).unwrap();
        assert!(registry::insured_at(&stand.kit.desk.view(), employer, month).await.unwrap().is_empty());
        let wrong = stand.visitor().post("/employer/sign-in", &[("login", "agent-3"), ("password", "nonsense")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn a_hostile_file_is_refused_by_name(kit: Kit) {
        let stand = Stand::over(kit).await;
        let (_, visitor) = agent(&stand, 4, &ALL).await;
        let refused = async |bytes: &[u8], says: &str| {
            let answer = visitor.upload("/employer/staff/list", &[("task", "join")], bytes).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.text().contains(says), "{says}: {}", answer.text());
        };
        refused(b"", "表里没有内容").await;
        refused(b"%PDF-1.7 \x00", "这不是表格文件").await;
        refused(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "旧的 xls").await;
        refused("姓名,身份证号\n张三,130499195708150019\n".as_bytes(), "没有找到这些列").await;
        let large = visitor.upload("/employer/staff/list", &[("task", "join")], &vec![b'1'; 13 << 20]).await;
        assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(large.text().contains("表格文件太大"), "{}", large.text());
    }
}
