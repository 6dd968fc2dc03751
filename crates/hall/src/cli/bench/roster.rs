//! `zhijian bench roster`: a list of 5,000 people as an employer sends it, through the hall's own pages: the xlsx is read, each row
//! gets its verdict, and the good ones are taken. What is counted is what the agent waits for.

use super::finish;
use super::payments::{Folder, SCHEMA, SqliteFile};
use crate::cli::home::one_line;
use crate::{App, Config};
use account::passkey::RelyingParty;
use account::{AGENT_ROLES, AddAgent, AgentSignedIn, Caller, PasswordHash};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use clap::Args;
use control::{Actor, Channel, Database, Desk, Engine, FixedClock, IdempotencyKey, Keys, measure};
use kernel::{AreaCode, Date, EmployerId, IdNumber, Month};
use policy::requirement::Business;
use registry::{Contact, EmployerKind, RegisterEmployer, SelfCheck};
use serde::Serialize;
use sheet::{Export, Written};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;
use tower::ServiceExt;

/// Sends one list of people who join, looks at it and takes it.
#[derive(Debug, Args)]
pub(in crate::cli) struct Roster {
    /// How many rows.
    #[arg(long, value_name = "N", default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    rows: u32,
    /// The database: sqlite:FILE, which must not be there yet, or postgres://USER@HOST/NAME, in which a schema of the
    /// benchmark's own is made and dropped. Without it a SQLite file in the system's folder for temporary files.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// The last line.
#[derive(Serialize)]
struct Figures {
    rows: u32,
    engine: &'static str,
    bytes: usize,
    preview_ms: u64,
    take_ms: u64,
}

const LOGIN: &str = "bench";
const BODY_MAX: usize = 1 << 26;

impl Roster {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let folder = Folder::make()?;
        let url =
            self.database.clone().unwrap_or_else(|| format!("sqlite:{}", folder.0.join("bench.sqlite").display()));
        let figures = match Engine::of(&url).map_err(|error| one_line(&error))? {
            Engine::Sqlite => {
                let _file = SqliteFile::claim(&url)?;
                self.measure(&folder, &url, "sqlite").await
            }
            Engine::Postgres => {
                let own = measure::own_schema(&url, SCHEMA).await.map_err(|error| one_line(&error))?;
                let figures = self.measure(&folder, &own, "postgres").await;
                measure::drop_schema(&url, SCHEMA).await.map_err(|error| one_line(&error))?;
                figures
            }
        };
        finish("roster", figures?)
    }

    async fn measure(&self, folder: &Folder, url: &str, engine: &'static str) -> Result<Figures, String> {
        control::migrate(url, office::MIGRATIONS).await.map_err(|error| one_line(&error))?;
        let keys = Keys::open_or_create(&folder.0.join("keys")).map_err(|error| one_line(&error))?;
        let database = Database::open(url).await.map_err(|error| one_line(&error))?;
        let noon =
            Date::from_ymd_opt(2017, 7, 20).unwrap_or_default().and_hms_opt(4, 0, 0).unwrap_or_default().and_utc();
        let desk = Desk::open(AreaCode::HANDAN, database, keys, Arc::new(FixedClock::at(noon)));
        let (employer, token) = agent(&desk).await?;
        let agent = Browser { token, router: router(&desk) };
        let list = self.list()?;
        let began = Instant::now();
        let page = agent.upload(&list).await?;
        let preview_ms = millis(began);
        let (key, rows) =
            (between(&page, "name=\"key\" value=\"", "\"")?, between(&page, "name=\"rows\" hidden>", "</textarea>")?);
        let rows = rows.replace("&#34;", "\"").replace("&#39;", "'").replace("&#38;", "&");
        let form = crate::page::address("", [("key", key), ("task", "join"), ("rows", rows.as_str())]);
        let began = Instant::now();
        agent
            .send(
                "/employer/staff/list/take",
                "application/x-www-form-urlencoded",
                form.trim_start_matches('?').to_owned().into(),
            )
            .await?;
        let take_ms = millis(began);
        let month = Month::new(2017, 7).map_err(|error| one_line(&error))?;
        let insured = registry::insured_at(&desk.view(), employer, month).await.map_err(|error| one_line(&error))?;
        desk.database().close().await;
        if insured.len() != usize::try_from(self.rows).unwrap_or(usize::MAX) {
            return Err(format!("{} of {} rows were taken", insured.len(), self.rows));
        }
        Ok(Figures { rows: self.rows, engine, bytes: list.len(), preview_ms, take_ms })
    }

    /// People born on one day after the other, at most 400 a day.
    fn list(&self) -> Result<Vec<u8>, String> {
        let county = AreaCode::parse("130499").map_err(|error| one_line(&error))?;
        let first = Date::from_ymd_opt(1980, 1, 1).unwrap_or_default();
        let row = |number: u32| {
            let birth = first + chrono::Days::new(u64::from(number / 400));
            let order = u16::try_from(number % 400 + 1).unwrap_or(1);
            let id_number = IdNumber::compose(&county, birth, order).map_err(|error| one_line(&error))?;
            let cells = ["测试人员", id_number.reveal(), "2017-07-03", "4200.00"];
            Ok(cells.map(Written::text).to_vec())
        };
        let header = ["姓名", "身份证号码", "参保日期", "月缴费工资"].map(str::to_owned).to_vec();
        let rows = (0..self.rows).map(row).collect::<Result<_, String>>()?;
        Ok(Export { name: "增员".to_owned(), header, rows }.xlsx())
    }
}

fn router(desk: &Desk) -> Router {
    crate::router(Arc::new(App::new(desk.clone(), Config::loopback("http://127.0.0.1:8080"))))
}

/// An employer with an agent who is signed in, and the token.
async fn agent(desk: &Desk) -> Result<(EmployerId, String), String> {
    let system = Actor::system(Channel::CommandLine);
    let firm = city::Firm::of(1, 1);
    let register = RegisterEmployer {
        key: IdempotencyKey::parse("bench-roster").map_err(|error| one_line(&error))?,
        name: firm.name,
        credit_code: firm.credit_code.map(|code| code.as_str().to_owned()).unwrap_or_default(),
        area: AreaCode::HANDAN,
        kind: EmployerKind::Enterprise,
        size_proof: None,
        injury_class: 2,
        legal_person: "王芳".to_owned(),
        legal_person_number: "13049919700101002X".to_owned(),
        contact: Contact { name: "张会计".to_owned(), phone: "13900000009".to_owned() },
        from: Date::from_ymd_opt(2010, 1, 4).unwrap_or_default(),
        checked: SelfCheck { business: Business::Registration, papers: Vec::new() },
    };
    let employer = desk.perform(&system, register).await.map_err(|declined| declined.to_string())?.employer;
    let password = PasswordHash::of(city::PASSWORD).await.map_err(|error| one_line(&error))?;
    let (login, name, roles) = (LOGIN.to_owned(), "测试".to_owned(), AGENT_ROLES.to_vec());
    let add = AddAgent { employer, login, name, phone: None, password, roles };
    desk.perform(&system, add).await.map_err(|declined| declined.to_string())?;
    let party = RelyingParty { id: String::new(), origin: String::new(), name: String::new() };
    let caller = Caller { channel: Channel::Web, address: "bench".to_owned() };
    match account::agent_sign_in(desk, &caller, &party, LOGIN, city::PASSWORD).await {
        Ok(AgentSignedIn::Session(begun)) => Ok((employer, begun.token.reveal().to_owned())),
        Ok(AgentSignedIn::SecondFactor(_)) => Err("the agent has a passkey".to_owned()),
        Err(declined) => Err(declined.to_string()),
    }
}

/// The agent's browser.
struct Browser {
    token: String,
    router: Router,
}

impl Browser {
    async fn upload(&self, list: &[u8]) -> Result<String, String> {
        const MARK: &str = "zhijian-list";
        let mut body = format!(
            "--{MARK}\r\nContent-Disposition: form-data; name=\"task\"\r\n\r\njoin\r\n--{MARK}\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"list.xlsx\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(list);
        body.extend_from_slice(format!("\r\n--{MARK}--\r\n").as_bytes());
        self.send("/employer/staff/list", &format!("multipart/form-data; boundary={MARK}"), body.into()).await
    }

    async fn send(&self, path: &str, kind: &str, body: Body) -> Result<String, String> {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, kind)
            .header(header::COOKIE, format!("session={}", self.token))
            .body(body)
            .map_err(|error| one_line(&error))?;
        let Ok(response) = self.router.clone().oneshot(request).await;
        let status = response.status();
        let bytes = to_bytes(response.into_body(), BODY_MAX).await.map_err(|error| one_line(&error))?;
        let page = String::from_utf8_lossy(&bytes).into_owned();
        if status.is_success() { Ok(page) } else { Err(format!("{path} answered {status}")) }
    }
}

/// What stands on a page between two marks.
fn between<'a>(page: &'a str, before: &str, after: &str) -> Result<&'a str, String> {
    let rest = page.split_once(before).map(|(_, rest)| rest);
    rest.and_then(|rest| rest.split_once(after)).map(|(text, _)| text).ok_or_else(|| format!("the page lacks {before}"))
}

fn millis(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}
