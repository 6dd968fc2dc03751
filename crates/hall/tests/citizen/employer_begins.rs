//! An employer begins, and what it does beside its staff: registration by its legal person, the first agent, particulars, the yearly
//! inspection, back payment, and its papers; each refusal beside the field where it is mended.

use crate::employer::{ALL, ZHANG, agent, credit_code, take, three};
use crate::stand::{LI, PASSWORD, Stand, WANG};
use crate::visitor::{Visitor, hidden};
use axum::http::StatusCode;
use control::Role;
use kernel::Date;

fn july(stand: &Stand) {
    stand.kit.set_today(Date::from_ymd_opt(2017, 7, 20).unwrap());
}

/// The page in both languages, with no word missing.
async fn whole(visitor: &Visitor, path: &str) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    for lang in ["en", "zh-CN"] {
        let page = visitor.page(&format!("{path}{mark}lang={lang}")).await;
        assert!(!page.contains('⟦'), "{path} in {lang}: {page}");
    }
    visitor.page(path).await
}

/// Sends a registration with this code and name.
async fn register(visitor: &Visitor, key: &str, code: &str, name: &str) -> crate::visitor::Answer {
    let form = [
        ("key", key),
        ("name", name),
        ("credit_code", code),
        ("kind", "enterprise"),
        ("size_proof", ""),
        ("injury_class", "2"),
        ("from", "2017年7月3日"),
        ("contact", "张会计"),
        ("phone", "139 0000 0009"),
        ("checked", "yes"),
    ];
    visitor.post("/employer/register", &form).await
}

testkit::both_engines! {
    on office::MIGRATIONS;

    async fn the_legal_person_registers_it_and_becomes_its_first_agent(kit: Kit) {
        let stand = Stand::over(kit).await;
        july(&stand);
        assert!(stand.visitor().get("/employer/register").await.to().starts_with("/sign-in"));
        let wang = stand.signed_in(WANG).await;
        let page = whole(&wang, "/employer/register").await;
        assert!(page.contains("王秀英"), "the legal person need not be typed");
        let wrong = register(&wang, &hidden(&page, "key"), "911304990000000000", "邯郸市虚构纺织有限公司").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("credit_code-mistake"), "{}", wrong.text());
        let (key, code) = (hidden(&wrong.text(), "key"), credit_code(70));
        let done = register(&wang, &key, &code, "邯郸市虚构纺织有限公司").await;
        assert!(done.to().starts_with("/employer/open?"), "{} {}", done.to(), done.text());
        let again = register(&wang, &key, &code, "邯郸市虚构纺织有限公司").await;
        assert_eq!(again.to(), done.to(), "sent twice is done once");
        let page = wang.page("/employer/register").await;
        let taken = register(&wang, &hidden(&page, "key"), &code, "邯郸市虚构织造有限公司").await;
        assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY, "a code belongs to one employer");
        let missing = wang.post("/employer/register", &[("key", &key), ("from", "soon")]).await;
        assert!(missing.text().contains("from-mistake"), "{}", missing.text());

        let form = |login: &'static str, password: &'static str| {
            [("credit_code", code.clone()), ("name", "张会计".to_owned()), ("login", login.to_owned()), ("new_password", password.to_owned())]
        };
        let open = async |visitor: &Visitor, fields: &[(&str, String)]| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            visitor.post("/employer/open", &fields).await
        };
        whole(&wang, "/employer/open").await;
        whole(&stand.visitor(), "/employer/open").await;
        let li = stand.signed_in(LI).await;
        let not_them = open(&li, &form("zhang-70", PASSWORD)).await;
        assert!(not_them.text().contains("登记的法定代表人不是您"), "{}", not_them.text());
        let weak = open(&wang, &form("zhang-70", "1234")).await;
        assert!(weak.text().contains("new_password-mistake"), "{}", weak.text());
        let short = open(&wang, &form("Z", PASSWORD)).await;
        assert!(short.text().contains("login-mistake"), "{}", short.text());
        let opened = open(&wang, &form("zhang-70", PASSWORD)).await;
        assert_eq!(opened.to(), "/employer", "{}", opened.text());
        assert!(wang.page("/employer").await.contains("邯郸市虚构纺织有限公司"));
        let twice = open(&stand.signed_in(WANG).await, &form("zhang-70", PASSWORD)).await;
        assert!(twice.text().contains("login-mistake"), "a login name is one agent's: {}", twice.text());
    }

    async fn a_clerk_gives_a_code_for_the_first_agent(kit: Kit) {
        let stand = Stand::over(kit).await;
        let (_, first) = agent(&stand, 71, &ALL).await;
        first.post("/sign-out", &[]).await;
        let clerk = stand.officer("zhaomin", &[Role::Clerk]).await;
        let found = whole(&clerk, "/counter/employers?text=%E9%82%AF%E9%83%B8%E5%B8%82%E6%B5%8B%E8%AF%95").await;
        let id = found.split("/counter/employer/").nth(1).unwrap()[..36].to_owned();
        whole(&clerk, &format!("/counter/employer/{id}")).await;
        let page = clerk.post(&format!("/counter/employer/{id}/code"), &[]).await.text();
        let code: String = page.split("class=\"total\">").nth(1).unwrap().chars().take_while(char::is_ascii_digit).collect();
        let (credit_code, wrong) = (credit_code(71), if code == "00000000" { "00000001" } else { "00000000" });
        let form = |code: &str| {
            [("credit_code", credit_code.clone()), ("code", code.to_owned()), ("name", "王会计".to_owned()),
                ("login", "second-71".to_owned()), ("new_password", PASSWORD.to_owned())]
        };
        let open = async |code: &str| {
            let fields = form(code);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let visitor = stand.visitor();
            visitor.post("/employer/open", &fields).await
        };
        let refused = open(wrong).await;
        assert!(refused.text().contains("code-mistake"), "{}", refused.text());
        assert_eq!(open(&code).await.to(), "/employer");
        assert_eq!(open(&code).await.status, StatusCode::UNPROCESSABLE_ENTITY, "a code works once");
        let engineer = stand.officer("qianjin", &[Role::Engineer]).await;
        assert_eq!(engineer.get("/counter/employers").await.status, StatusCode::NOT_FOUND);
        assert_eq!(engineer.get(&format!("/counter/employer/{id}")).await.status, StatusCode::NOT_FOUND);
    }

    async fn particulars_inspection_and_back_payment(kit: Kit) {
        let stand = Stand::over(kit).await;
        let (_, visitor) = agent(&stand, 72, &ALL).await;
        for field in ["name", "credit_code", "legal_person", "kind", "injury_class", "contact"] {
            whole(&visitor, &format!("/employer/change?field={field}")).await;
        }
        let contact = |phone, reason| [("field", "contact"), ("name", "李会计"), ("phone", phone), ("valid_from", "2017-07-20"), ("reason", reason), ("proof", "")];
        for (form, beside) in [(contact("1390000", "换人"), "phone-mistake"), (contact("13900000007", ""), "reason-mistake")] {
            let refused = visitor.post("/employer/change", &form).await;
            assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.text().contains(beside), "{}", refused.text());
        }
        let legal = [("field", "legal_person"), ("name", "李四"), ("id_number", "1"), ("valid_from", "2017-07-20"), ("reason", "换人")];
        assert!(visitor.post("/employer/change", &legal).await.text().contains("id_number-mistake"));
        assert_eq!(visitor.post("/employer/change", &contact("13900000007", "换人")).await.to(), "/employer/change?done=1");
        assert!(visitor.page("/employer/change").await.contains("李会计"));

        whole(&visitor, "/employer/inspection").await;
        let bad = visitor.post("/employer/inspection", &[("year", "2016"), ("staff", "three"), ("payroll", "1")]).await;
        assert!(bad.text().contains("staff-mistake"), "{}", bad.text());
        let done = visitor.post("/employer/inspection", &[("year", "2016"), ("staff", "3"), ("payroll", "108,000")]).await;
        assert!(done.text().contains("2016 年度年检已提交") && !done.text().contains('⟦'), "{}", done.text());

        let page = visitor.upload("/employer/staff/list", &[("task", "join")], &three()).await.text();
        take(&visitor, &page).await;
        let key = hidden(&whole(&visitor, "/employer/back-payment").await, "key");
        let form = |step, kind, last| {
            [("key", key.as_str()), ("id_number", ZHANG), ("first", "2017-03"), ("last", last), ("wage", "3000"),
                ("insurance", "pension"), ("kind", kind), ("proof", "劳动合同"), ("step", step)]
        };
        let backwards = visitor.post("/employer/back-payment", &form("look", "omitted", "2017-01")).await;
        assert!(backwards.text().contains("first-mistake"), "{}", backwards.text());
        let ahead = visitor.post("/employer/back-payment", &form("look", "omitted", "2017-07")).await;
        assert!(ahead.text().contains("first-mistake"), "a month that has not passed");
        let bankrupt = visitor.post("/employer/back-payment", &form("look", "bankrupt_unemployment", "2017-05")).await;
        assert!(bankrupt.text().contains("kind-mistake"), "{}", bankrupt.text());
        let looked = visitor.post("/employer/back-payment", &form("look", "omitted", "2017-05")).await.text();
        assert!(looked.contains("2,520.00") && !looked.contains('⟦'), "three months of 600.00 and 240.00: {looked}");
        let key = hidden(&looked, "key");
        let mut send = form("send", "omitted", "2017-05");
        send[0].1 = key.as_str();
        let sent = visitor.post("/employer/back-payment", &send).await.text();
        assert!(sent.contains("补缴申请已提交"), "{sent}");
        assert!(visitor.post("/employer/back-payment", &send).await.text().contains("补缴申请已提交"), "sent twice is asked once");
        assert_eq!(stand.kit.number("select count(*) from contribution_back_payment").await, 1);

        whole(&visitor, "/employer/staff/return").await;
        let back = [("key", "form-0123456789abcdef"), ("name", "张三"), ("id_number", ZHANG), ("from", "2017-07-10"), ("wage", "3000")];
        let still = visitor.post("/employer/staff/return", &back).await;
        assert_eq!(still.status, StatusCode::UNPROCESSABLE_ENTITY, "who is still here does not come back: {}", still.text());

        let (_, reader) = agent(&stand, 73, &[Role::AgentReader]).await;
        for path in ["/employer/change", "/employer/inspection", "/employer/back-payment", "/employer/staff/return"] {
            assert_eq!(reader.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }

    async fn wages_are_declared_by_a_list(kit: Kit) {
        let stand = Stand::over(kit).await;
        let (_, visitor) = agent(&stand, 76, &ALL).await;
        let page = visitor.upload("/employer/staff/list", &[("task", "join")], &three()).await.text();
        take(&visitor, &page).await;
        whole(&visitor, "/employer/declare/list?month=2017-07").await;
        let send = async |list: &str| {
            visitor.upload("/employer/declare/list", &[("month", "2017-07")], list.as_bytes()).await
        };
        let unread = send("姓名,备注\n张三,好\n").await;
        assert_eq!(unread.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unread.text());
        let list = format!("身份证号码,月缴费工资\n{ZHANG},90000\n13049919700101002X,4200\n130499197503010046,5000\n1304,5000\n");
        let page = send(&list).await.text();
        assert!(page.contains("1 人的工资有变化") && page.contains("另有 1 人与已知的相同"), "{page}");
        assert!(page.contains("这个月没有在本单位参保") && !page.contains('⟦'), "{page}");
        let form = |page: &str, reason: &str| {
            let rows = page.split("<textarea name=\"rows\" hidden>").nth(1).unwrap().split("</textarea>").next().unwrap().to_owned();
            let person = rows.lines().nth(1).unwrap().split('\t').next().unwrap().to_owned();
            vec![("key".to_owned(), hidden(page, "key")), ("month".to_owned(), "2017-07".to_owned()), ("rows".to_owned(), rows),
                (format!("reason-{person}"), reason.to_owned())]
        };
        let declare = async |fields: Vec<(String, String)>| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            visitor.post("/employer/declare/list/take", &fields).await
        };
        let asked = declare(form(&page, "")).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "far from before is asked about");
        assert!(asked.text().contains("asked-") && !asked.text().contains('⟦'), "{}", asked.text());
        let done = declare(form(&asked.text(), "年终奖并入当月")).await;
        assert!(done.to().contains("done=1"), "{} {}", done.to(), done.text());
        assert!(visitor.page("/employer/declare?month=2017-07").await.contains("90000.00"));
        let nothing = send(&format!("身份证号码,月缴费工资\n{ZHANG},90000\n")).await.text();
        assert!(nothing.contains("表里没有要改的工资"), "{nothing}");
    }

    async fn a_clerk_moves_somebody_without_a_gap(kit: Kit) {
        let stand = Stand::over(kit).await;
        let (_, visitor) = agent(&stand, 77, &ALL).await;
        let page = visitor.upload("/employer/staff/list", &[("task", "join")], &three()).await.text();
        take(&visitor, &page).await;
        let (_, theirs) = agent(&stand, 78, &ALL).await;
        let clerk = stand.officer("zhaomin", &[Role::Clerk]).await;
        whole(&clerk, "/counter/arrears").await;
        let found = clerk.page("/counter/employers?text=1304").await;
        assert!(!found.contains('⟦'));
        let found = clerk.page("/counter/employers?text=%E9%82%AF%E9%83%B8%E5%B8%82%E6%B5%8B%E8%AF%9577").await;
        let id = found.split("/counter/employer/").nth(1).unwrap()[..36].to_owned();
        let path = format!("/counter/employer/{id}/move");
        let key = hidden(&whole(&clerk, &path).await, "key");
        let code = credit_code(78);
        let form = |number, code, from| {
            [("key", key.as_str()), ("id_number", number), ("credit_code", code), ("from", from), ("wage", "4500")]
        };
        for (form, beside) in [
            (form("1304", code.as_str(), "2017-07-20"), "id_number-mistake"),
            (form(ZHANG, "9113", "2017-07-20"), "credit_code-mistake"),
            (form(ZHANG, code.as_str(), "soon"), "from-mistake"),
        ] {
            let refused = clerk.post(&path, &form).await;
            assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.text().contains(beside), "{}", refused.text());
        }
        let moved = clerk.post(&path, &form(ZHANG, code.as_str(), "2017-07-20")).await;
        assert!(moved.text().contains("已办理调动"), "{}", moved.text());
        assert!(theirs.page("/employer/staff?month=2017-08").await.contains("张三"));
        assert!(!visitor.page("/employer/staff?month=2017-08").await.contains("张三"));
        assert_eq!(visitor.get("/counter/arrears").await.status, StatusCode::NOT_FOUND);
    }

    async fn a_note_is_printed_for_its_employer_alone(kit: Kit) {
        let stand = Stand::over(kit).await;
        let (_, visitor) = agent(&stand, 74, &ALL).await;
        let page = visitor.upload("/employer/staff/list", &[("task", "join")], &three()).await.text();
        take(&visitor, &page).await;
        let key = hidden(&visitor.page("/employer/demands").await, "key");
        let note = visitor.post("/employer/demands", &[("key", &key), ("month", "2017-07")]).await.to();
        let printed = visitor.post(&format!("{note}/paper"), &[]).await;
        let record = printed.to();
        assert!(record.starts_with("/employer/records/"), "{}", printed.text());
        assert!(whole(&visitor, &record).await.contains("TZ-130400-2017-00000001"));
        whole(&visitor, "/employer/records").await;
        let file = visitor.get(&format!("{record}/file")).await;
        assert!(file.bytes.starts_with(b"%PDF"));
        assert_eq!(visitor.get(&format!("{record}/signature")).await.status, StatusCode::OK);
        let nothing = visitor.post(&format!("{note}/receipt/018f0000-0000-7000-8000-000000000001/voucher"), &[]).await;
        assert_eq!(nothing.status, StatusCode::NOT_FOUND);

        let (_, theirs) = agent(&stand, 75, &ALL).await;
        let wang = stand.signed_in(WANG).await;
        let before = stand.denials().await;
        assert_eq!(theirs.get(&format!("{record}/file")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(theirs.post(&format!("{note}/paper"), &[]).await.status, StatusCode::NOT_FOUND);
        let as_person = format!("{}/file", record.replace("/employer/", "/"));
        assert_eq!(wang.get(&as_person).await.status, StatusCode::NOT_FOUND);
        assert_eq!(stand.denials().await, before + 3, "each attempt leaves a line");
    }
}
