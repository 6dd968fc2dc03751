//! The public pages, in both languages and both modes, and what stands around every route.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use hall::{App, Config};
use std::sync::Arc;
use testkit::{Engine, Kit};
use tower::ServiceExt;

/// Every public page that answers without a question, and questions that are answered.
const PAGES: &[&str] = &[
    "/",
    "/insurances/pension",
    "/insurances/medical",
    "/insurances/unemployment",
    "/insurances/injury",
    "/insurances/maternity",
    "/insurances/housing",
    "/calculators",
    "/calculators/employee",
    "/calculators/employee?example=seed",
    "/calculators/employee?wage=8000&month=2025-07&area=130400&class=2&housing=8",
    "/calculators/flexible",
    "/calculators/flexible?month=2025-07&percent=60&area=130000",
    "/calculators/late-payment",
    "/calculators/late-payment?principal=1000&due=2025-03-31&paid=2025-07-01",
    "/calculators/late-payment?principal=1000&due=2005-03-31&paid=2025-07-01",
    "/calculators/retirement",
    "/calculators/retirement?category=FF&birth=1975-03",
    "/calculators/retirement?category=M60&birth=1976-09&wish=2037-09",
    "/calculators/pension",
    "/calculators/pension?category=M60&birth=1976-09&year=2025&months=240&deemed=60&index=1&balance=60000&percent=60",
    "/calculators/unemployment",
    "/calculators/unemployment?paid=100&on=2026-03-01&tier=middle",
    "/calculators/unemployment?paid=100&on=2016-03-01&tier=middle",
    "/calculators/survivor",
    "/calculators/survivor?death=2025-07&paid=40&own=9000",
    "/calculators/transfer",
    "/calculators/transfer?account=45000&bases=48000%0A50000&on=2025-06-01",
    "/calculators/place",
    "/calculators/place?household=A&area1=B&months1=130&kind1=ordinary&area2=C&months2=20&on=2025-06-01",
    "/rules",
    "/rules/pension/employer",
    "/rules/base/floor",
    "/rules/medical/employer",
    "/rules/injury/class_rates",
    "/rules/survivor/consolation_months",
    "/rules/reform/vouchers",
    "/privacy",
    "/accessibility",
    "/verify",
    "/problems/not-found",
];

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

struct Hall {
    router: Router,
    _kit: Kit,
}

impl Hall {
    async fn open() -> Hall {
        let kit = Kit::open(Engine::Sqlite, &[]).await;
        let app = App::new(kit.desk.clone(), Config::loopback("http://127.0.0.1:8080"));
        let broken = Router::new().route("/broken", axum::routing::get(broken));
        let router = hall::app::router_with(Arc::new(app), broken);
        Hall { router, _kit: kit }
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = String::from_utf8(to_bytes(body, 1 << 22).await.unwrap().to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path).body(Body::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = Request::post(path).header(header::HOST, "127.0.0.1:8080");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.ask(request.body(body.into()).unwrap()).await
    }
}

async fn broken() -> &'static str {
    panic!("secret words of the inside")
}

/// What stands between tags, without scripts and styles, of which there are none.
fn visible(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(letter),
            _ => {}
        }
    }
    text
}

fn with(path: &str, switch: &str) -> String {
    format!("{path}{}{switch}", if path.contains('?') { '&' } else { '?' })
}

#[tokio::test]
async fn every_page_answers_in_both_languages_and_both_modes() {
    let hall = Hall::open().await;
    for path in PAGES {
        for (lang, mode) in [("zh-CN", "standard"), ("zh-CN", "senior"), ("en", "standard"), ("en", "senior")] {
            let page = hall.get(&with(path, &format!("lang={lang}&mode={mode}"))).await;
            let Answer { status, text, .. } = page;
            assert_eq!(status, StatusCode::OK, "{path}");
            assert!(text.contains(&format!("<html lang=\"{lang}\" data-mode=\"{mode}\">")), "{path}");
            let title = text.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap();
            assert!(title.len() > 12 && !title.starts_with(" -"), "{path}: {title}");
            assert_eq!(text.matches("<h1").count(), 1, "{path} has one heading of the first rank");
            assert_eq!(text.matches("<main").count(), 1, "{path}");
            assert!(!text.contains('⟦'), "{path} in {lang} lacks a text");
        }
    }
}

#[tokio::test]
async fn no_page_carries_an_inline_script_or_style_or_asks_another_host() {
    let hall = Hall::open().await;
    for path in PAGES {
        let text = hall.get(path).await.text;
        assert!(!text.contains(" style=") && !text.contains("<style") && !text.contains(" onclick"), "{path}");
        assert!(text.matches("<script").count() == 1 && text.contains("<script src=\"/static/"), "{path}");
        for attribute in ["src=\"", "href=\"", "action=\""] {
            for target in text.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap()) {
                let inside = target.starts_with(['/', '?', '#']) || target == "tel:12333";
                assert!(inside && !target.starts_with("//"), "{path} links to {target}");
            }
        }
    }
}

#[tokio::test]
async fn chinese_pages_use_full_width_punctuation() {
    let hall = Hall::open().await;
    for path in PAGES {
        let text = visible(&hall.get(path).await.text);
        let letters: Vec<char> = text.chars().collect();
        for pair in letters.windows(2) {
            let han = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
            let mark = |letter: char| matches!(letter, ',' | ';' | '?' | '!');
            assert!(!(han(pair[0]) && mark(pair[1]) || mark(pair[0]) && han(pair[1])), "{path}: {pair:?}");
        }
    }
}

#[tokio::test]
async fn every_internal_link_of_the_public_pages_is_answered() {
    let hall = Hall::open().await;
    // The pages of people who are signed in belong to another channel.
    let elsewhere = ["/sign-in", "/open-account", "/pay", "/home", "/records"];
    let mut links = std::collections::BTreeSet::new();
    for path in PAGES {
        let text = hall.get(path).await.text;
        let targets = text.split("href=\"/").skip(1).map(|rest| rest.split('"').next().unwrap());
        links.extend(targets.map(|target| format!("/{}", target.replace("&#38;", "&").replace("&amp;", "&"))));
    }
    assert!(links.len() > 40);
    for link in links.iter().filter(|link| !elsewhere.contains(&link.as_str())) {
        assert_eq!(hall.get(link).await.status, StatusCode::OK, "{link}");
    }
}

#[tokio::test]
async fn the_worked_example_gives_330_by_the_code_that_bills_people() {
    let hall = Hall::open().await;
    let page = hall.get("/calculators/employee?example=seed").await.text;
    for figure in ["330.00 元", "240.00", "60.00", "30.00", "3000 × 8% + 3000 × 2% + 3000 × 1% = 330.00"] {
        assert!(page.contains(figure), "{figure}");
    }
    assert!(page.contains("国发〔2005〕38号"), "each figure names its document");
    assert!(hall.get("/").await.text.contains("3000 × (8% + 2% + 1%) = 330.00"));
}

/// The same cases as the parameters' own, through the pages.
#[tokio::test]
async fn the_calculators_answer_by_the_formulas_that_bill_and_pay() {
    let hall = Hall::open().await;
    let answers = [
        ("/calculators/late-payment?principal=1000&due=2011-05-31&paid=2011-07-31", "75.50 元"),
        (
            "/calculators/late-payment?principal=1000&due=2005-03-31&paid=2025-07-01",
            "滞纳金不超过本金，那样是 1,000.00 元",
        ),
        ("/calculators/retirement?category=M60&birth=1976-09", "2039 年 9 月"),
        ("/calculators/retirement?category=F50&birth=1984-10", "2039 年 9 月"),
        ("/calculators/retirement?category=M60&birth=1976-09&wish=2036-09", "弹性提前"),
        ("/calculators/unemployment?paid=60&on=2026-03-01&tier=highest", "18 个月"),
        ("/calculators/unemployment?paid=11&on=2026-03-01&tier=highest", "缴费不满一年"),
        ("/calculators/unemployment?paid=60&on=2016-03-01&tier=highest", "现在说不准"),
        ("/calculators/survivor?death=2025-07&paid=180&drawn=&own=", "丧葬补助金"),
        ("/calculators/survivor?death=2025-07&paid=40&own=9000", "9,000.00 元"),
        ("/calculators/transfer?account=45000&bases=48000%0A50000&on=2025-06-01", "56,760.00 元"),
        ("/calculators/place?household=A&area1=B&months1=130&area2=C&months2=20&on=2025-06-01", ">B</p>"),
    ];
    for (path, figure) in answers {
        let page = hall.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.text.contains(figure), "{path} lacks {figure}");
        assert!(page.text.contains("class=\"working\"") && page.text.contains("class=\"cite\""), "{path}");
    }
}

/// The figures of the case 对账单之后按60%缴到退休, with what else one could do beside them.
#[tokio::test]
async fn a_pension_to_come_is_told_with_its_alternatives_each_at_its_own_address() {
    let hall = Hall::open().await;
    let asked = "category=F55&birth=1975-01&year=2025&months=240&deemed=0&index=1&balance=60000&percent=60";
    let page = hall.get(&format!("/calculators/pension?{asked}")).await;
    assert_eq!(page.status, StatusCode::OK);
    for figure in ["缴得多一些", "缴得久一些", "早一些或晚一些退休", "您的选择", "由这 ", "待经办机构确认"]
    {
        assert!(page.text.contains(figure), "{figure}");
    }
    let more = page.text.split("href=\"/calculators/pension?").find(|rest| rest.contains("percent=300")).unwrap();
    let link = more.split('"').next().unwrap().replace("&#38;", "&");
    let other = hall.get(&format!("/calculators/pension?{link}")).await;
    assert_eq!(other.status, StatusCode::OK);
    assert!(other.text.contains("300% 档"));
}

#[tokio::test]
async fn what_cannot_be_is_refused_beside_its_field_with_the_way_out() {
    let hall = Hall::open().await;
    let life = "category=M60&deemed=0&index=1&balance=60000&percent=60&year=2025";
    let refused = [
        ("/calculators/retirement?category=M60&birth=1976-09&wish=2030-01".to_owned(), "wish", "2036-09 到 2042-09"),
        ("/calculators/retirement?category=M55S&birth=1976-09".to_owned(), "birth", "没有可用的数值"),
        (format!("/calculators/pension?{life}&birth=1976-09&months=9999"), "months", "之间"),
        (format!("/calculators/pension?{life}&birth=1976-09&months=240&percent=20"), "percent", "60 到 300"),
        (format!("/calculators/pension?{life}&birth=1976-09&months=many"), "months", "整数"),
        (format!("/calculators/pension?{life}&birth=1940-01&months=240"), "retire", ""),
        (format!("/calculators/pension?{life}&birth=1976-09&months=240&year=99999999999"), "year", "年度"),
        ("/calculators/retirement?category=M60&birth=2190-01".to_owned(), "birth", "2199"),
        ("/calculators/unemployment?paid=12&on=2026-03-01&carried=99&tier=highest".to_owned(), "carried", "0 到 24"),
        ("/calculators/survivor?death=2015-07&paid=100".to_owned(), "death", "没有可用的数值"),
        ("/calculators/transfer?account=-1&bases=1&on=2025-06-01".to_owned(), "account", "零或更大"),
        ("/calculators/transfer?account=1&bases=many&on=2025-06-01".to_owned(), "bases", "每行"),
        ("/calculators/place?household=&area1=B&months1=1".to_owned(), "household", "地名"),
    ];
    for (path, field, text) in refused {
        let page = hall.get(&path).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        let beside = page.text.split(&format!("id=\"{field}-mistake\">")).nth(1).unwrap_or_else(|| panic!("{path}"));
        let words = beside.split('<').next().unwrap();
        assert!(words.contains(text), "{path}: {words}");
        assert!(page.text.contains(&format!("<a href=\"#{field}\">")), "{path}");
    }
}

#[tokio::test]
async fn each_answer_shows_the_address_that_asks_the_same_again() {
    let hall = Hall::open().await;
    for path in PAGES.iter().filter(|path| path.contains("calculators/") && path.contains('=')) {
        let text = hall.get(path).await.text;
        let shown = text.split("id=\"link\" class=\"link\" value=\"http://127.0.0.1:8080").nth(1);
        let link = shown.unwrap_or_else(|| panic!("{path}")).split('"').next().unwrap().replace("&#38;", "&");
        let again = hall.get(&link).await;
        assert_eq!(again.status, StatusCode::OK, "{link}");
        let total =
            |text: &str| text.split("class=\"total\">").nth(1).map(|rest| rest.split('<').next().unwrap().to_owned());
        assert_eq!(total(&again.text), total(&text), "{path}");
    }
}

#[tokio::test]
async fn a_mistake_is_in_the_summary_in_the_title_and_beside_its_field_and_what_was_typed_stays() {
    let hall = Hall::open().await;
    let page = hall.get("/calculators/employee?wage=much&month=2025-07").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("<title>出错：工资里扣多少"));
    assert!(page.text.contains("<a href=\"#wage\">请填写金额"));
    assert!(page.text.contains("id=\"wage-mistake\">请填写金额") && page.text.contains("aria-invalid=\"true\""));
    assert!(page.text.contains("value=\"much\""));
    let english = hall.get("/calculators/flexible?month=2025-07&percent=20&lang=en").await;
    assert_eq!(english.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(english.text.contains("<title>Error: What I pay") && english.text.contains("between 60 and 300"));
}

#[tokio::test]
async fn a_month_without_rules_says_which_parameter_is_missing() {
    let hall = Hall::open().await;
    let page = hall.get("/calculators/flexible?month=2040-01&percent=100").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("没有可用的数值"));
}

#[tokio::test]
async fn what_is_typed_is_read_with_good_will_and_escaped_when_shown_again() {
    let hall = Hall::open().await;
    let page = hall.get("/calculators/employee?wage=%EF%BC%93%2C000%E5%85%83&month=2025%E5%B9%B47%E6%9C%88").await;
    assert_eq!(page.status, StatusCode::OK);
    let page = hall.get("/calculators/employee?wage=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert!(!page.text.contains("<script>alert"));
}

#[tokio::test]
async fn language_and_mode_are_kept_in_cookies_and_the_browser_is_asked_first() {
    let hall = Hall::open().await;
    let chosen = hall.get("/?lang=en&mode=senior").await;
    let cookies: Vec<&str> = chosen.headers.get_all(header::SET_COOKIE).iter().map(|c| c.to_str().unwrap()).collect();
    assert!(cookies.iter().any(|cookie| cookie.starts_with("lang=en; Path=/; HttpOnly; SameSite=Lax")));
    assert!(cookies.iter().any(|cookie| cookie.starts_with("mode=senior;")));
    let kept = Request::get("/").header(header::COOKIE, "lang=en; mode=senior").body(Body::empty()).unwrap();
    assert!(hall.ask(kept).await.text.contains("<html lang=\"en\" data-mode=\"senior\">"));
    let asked = Request::get("/").header(header::ACCEPT_LANGUAGE, "en-GB,en;q=0.9").body(Body::empty()).unwrap();
    assert!(hall.ask(asked).await.text.contains("<html lang=\"en\""));
    assert!(hall.get("/").await.text.contains("<html lang=\"zh-CN\" data-mode=\"standard\">"));
}

#[tokio::test]
async fn the_switches_stay_on_the_same_page_with_the_same_question() {
    let hall = Hall::open().await;
    let page = hall.get("/calculators/flexible?month=2025-07&percent=60&lang=zh-CN").await.text;
    assert!(page.contains("href=\"?month=2025-07&#38;percent=60&#38;lang=en\""));
    assert!(page.contains("href=\"?month=2025-07&#38;percent=60&#38;mode=senior\""));
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_forbid_the_rest() {
    let hall = Hall::open().await;
    for path in ["/", "/nowhere", "/health/live", "/broken"] {
        let headers = hall.get(path).await.headers;
        let policy = headers.get(header::CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap();
        for rule in
            ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]
        {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(headers.get(header::X_CONTENT_TYPE_OPTIONS).unwrap(), "nosniff");
        assert_eq!(headers.get(header::REFERRER_POLICY).unwrap(), "same-origin");
        assert_eq!(headers.get(header::CACHE_CONTROL).unwrap(), "no-store");
        assert!(headers.contains_key("permissions-policy"));
    }
}

#[tokio::test]
async fn a_form_from_another_site_is_refused_and_our_own_is_not() {
    let hall = Hall::open().await;
    let refused: [&[(&str, &str)]; 4] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "http://evil.example")],
        &[("origin", "null")],
    ];
    for headers in refused {
        let answer = hall.post("/verify", headers, "code=1").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
        assert!(answer.text.contains("表单来自别的网站"));
    }
    let ours: [&[(&str, &str)]; 3] =
        [&[("sec-fetch-site", "same-origin")], &[("origin", "http://127.0.0.1:8080")], &[]];
    for headers in ours {
        // There is no form behind this address, which is said only to those who may ask.
        assert_eq!(hall.post("/verify", headers, "code=1").await.status, StatusCode::METHOD_NOT_ALLOWED, "{headers:?}");
    }
}

#[tokio::test]
async fn ten_megabytes_are_refused_as_a_problem() {
    let hall = Hall::open().await;
    let length = (10 << 20).to_string();
    let json = [("content-length", length.as_str()), ("accept", "application/json")];
    let answer = hall.post("/verify", &json, vec![b'x'; 10 << 20]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.headers.get(header::CONTENT_TYPE).unwrap(), "application/problem+json");
    let problem: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(problem["type"], "http://127.0.0.1:8080/problems/too-large");
    assert_eq!((&problem["status"], &problem["code"]), (&413.into(), &"too_large".into()));
}

#[tokio::test]
async fn an_unknown_address_is_a_page_in_the_visitors_language() {
    let hall = Hall::open().await;
    for path in ["/nowhere", "/insurances/dental", "/rules/no/such", "/static/no.css", "/problems/no-such-code"] {
        let answer = hall.get(&with(path, "lang=en")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.text.contains("<html lang=\"en\"") && answer.text.contains("<h1>"), "{path}");
    }
    assert!(hall.get("/nowhere").await.text.contains("没有这个页面"));
}

#[tokio::test]
async fn a_panic_is_a_faceless_error_with_a_case_number() {
    let hall = Hall::open().await;
    let answer = hall.get("/broken").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.text.contains("系统出错了") && !answer.text.contains("secret"));
    let case = answer.text.split("class=\"case\">").nth(1).unwrap().split("<b>").nth(1).unwrap();
    assert_eq!(case.split("</b>").next().unwrap().len(), "7F3A-90C1".len());
}

#[tokio::test]
async fn files_are_kept_by_their_hash() {
    let hall = Hall::open().await;
    let page = hall.get("/").await.text;
    let css = page.split("rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let first = hall.get(&css).await;
    assert_eq!(first.status, StatusCode::OK);
    assert!(first.headers.get(header::CACHE_CONTROL).unwrap().to_str().unwrap().contains("immutable"));
    let tag = first.headers.get(header::ETAG).unwrap().clone();
    let again = Request::get(&css).header(header::IF_NONE_MATCH, tag).body(Body::empty()).unwrap();
    assert_eq!(hall.ask(again).await.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn the_code_of_a_paper_leads_to_its_page() {
    let hall = Hall::open().await;
    let answer = hall.get("/verify?code=7k3m-0qx2%207k3m-0qx2").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.headers.get(header::LOCATION).unwrap(), "/verify/7K3M0QX27K3M0QX2");
    let short = hall.get("/verify?code=7k3m").await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.text.contains("value=\"7k3m\""));
}

#[tokio::test]
async fn health_says_what_is_missing() {
    let hall = Hall::open().await;
    assert_eq!(hall.get("/health/live").await.status, StatusCode::OK);
    let ready = hall.get("/health/ready").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE, "no worker runs in this test");
    assert_eq!(ready.text, r#"{"database":true,"migrations":true,"worker":false}"#);
    assert_eq!(hall.get("/metrics").await.status, StatusCode::NOT_FOUND, "nothing is recorded in this test");
}
