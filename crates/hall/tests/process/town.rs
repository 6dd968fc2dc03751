//! A town: a data folder and a database, the stand-ins of the outside world, people entered through the verbs, and the hall.

use account::{AddStaff, LoadAccount, PasswordHash};
use control::{Actor, Channel, Database, Desk, Engine, Keys, Role, SystemClock};
use hall::settings::{Agency, Bank, RealName, Settings, Sms, WeChatPay};
use kernel::{AreaCode, Date, IdNumber, Insurance, Month, PersonId};
use outside::wechat_pay::MerchantKeyPair;
use registry::flexible::Register;
use registry::{Category, NewPerson, RegisterPerson, Source};
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;
use testkit::postgres::{Durability, Server};
use testkit::program::Program;
use tokio::time::interval;

pub(crate) const PASSWORD: &str = "harvest-moon-7301";
const KEY: &str = "0123456789abcdef0123456789ABCDEF";
const ZHIJIAN: &str = env!("CARGO_BIN_EXE_zhijian");

/// Everything but the running hall.
pub(crate) struct Town {
    folder: tempfile::TempDir,
    database: String,
    engine: Engine,
    /// Where the hall is reached.
    pub(crate) url: String,
    /// Where the stand-ins are reached: `wechat_pay`, `bank`, `sms`, `real_name`.
    pub(crate) outside: BTreeMap<String, String>,
    _stand_ins: Program,
    _server: Option<Server>,
}

/// Somebody who may sign in.
#[derive(Clone)]
pub(crate) struct Citizen {
    pub(crate) name: &'static str,
    pub(crate) number: IdNumber,
    pub(crate) phone: Option<&'static str>,
}

impl Citizen {
    /// A fictitious person of the unassigned county 130499.
    pub(crate) fn new(name: &'static str, order: u16, phone: Option<&'static str>) -> Citizen {
        let born = Date::from_ymd_opt(1988, 6, 15).unwrap();
        Citizen { name, number: IdNumber::compose(&AreaCode::parse("130499").unwrap(), born, order).unwrap(), phone }
    }
}

impl Town {
    /// A town with an empty, migrated database of either engine, whose commits reach the disk.
    pub(crate) async fn found(engine: Engine) -> Town {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::TempDir::with_prefix("zhijian-town-").unwrap();
        let server = (engine == Engine::Postgres).then(|| Server::start(Durability::Durable).unwrap());
        let database = match &server {
            Some(server) => server.fresh_database().await.unwrap(),
            None => format!("sqlite:{}", folder.path().join("town.sqlite").display()),
        };
        control::migrate(&database, office::MIGRATIONS).await.unwrap();
        let merchant = MerchantKeyPair::generate().unwrap();
        fs::write(folder.path().join("merchant.pem"), &merchant.private_pem).unwrap();
        fs::write(folder.path().join("key"), KEY).unwrap();
        let stand_ins = stand_ins(&folder, &merchant.public_pem);
        let outside = serde_json::from_str(stand_ins.said()).unwrap();
        let url = format!("http://127.0.0.1:{}", free_port(engine));
        let town = Town { folder, database, engine, url, outside, _stand_ins: stand_ins, _server: server };
        fs::write(town.path("zhijian.toml"), toml::to_string(&town.settings().await).unwrap()).unwrap();
        town
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Enters people, each a flexible worker since January who can sign in.
    pub(crate) async fn settle(&self, citizens: &[Citizen]) -> Vec<PersonId> {
        let (desk, system) = (self.desk(&self.database).await, Actor::system(Channel::CommandLine));
        let password = PasswordHash::of(PASSWORD).await.unwrap();
        let today = Month::of(kernel::business_date(desk.now())).unwrap();
        let january = Month::new(today.year(), 1).unwrap();
        let mut people = Vec::new();
        for Citizen { name, number, phone } in citizens {
            let new = NewPerson {
                name: (*name).to_owned(),
                id_number: *number,
                phone: phone.map(str::to_owned),
                category: Category::Worker,
                area: AreaCode::HANDAN,
                source: Source::Synthetic,
                decision: None,
            };
            let person = desk.perform(&system, RegisterPerson(new)).await.unwrap();
            desk.perform(&system, LoadAccount { person, password: password.clone() }).await.unwrap();
            let register = Register { person, insurance: Insurance::Pension, from: january };
            desk.perform(&Actor::person(person, Channel::Counter), register).await.unwrap();
            people.push(person);
        }
        desk.database().close().await;
        people
    }

    /// Adds an officer.
    pub(crate) async fn employ(&self, login: &str, role: Role) {
        let desk = self.desk(&self.database).await;
        let password = PasswordHash::of(PASSWORD).await.unwrap();
        let add = AddStaff { login: login.to_owned(), name: format!("工号{login}"), password, roles: vec![role] };
        desk.perform(&Actor::system(Channel::CommandLine), add).await.unwrap();
        desk.database().close().await;
    }

    /// Starts the hall with its worker, and waits until it is open.
    pub(crate) fn open_hall(&self, log: &str) -> Program {
        let mut command = Command::new(ZHIJIAN);
        command.arg("serve").args(self.home()).env("ZHIJIAN_LOG", log);
        Program::start(&mut command, &self.path("hall.log")).unwrap_or_else(|error| panic!("{error}: {}", self.log()))
    }

    /// What the hall wrote into its log so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.path("hall.log")).unwrap()
    }

    /// `zhijian books verify`.
    pub(crate) fn verify_books(&self) -> Output {
        Command::new(ZHIJIAN).args(["books", "verify"]).args(self.home()).output().unwrap()
    }

    fn home(&self) -> [String; 4] {
        let folder = self.folder.path().display().to_string();
        ["--data".to_owned(), folder, "--database".to_owned(), self.database.clone()]
    }

    /// A desk on what lies on the disk now. Of a SQLite file it is a copy, so that the hall still finds its log as it left it.
    pub(crate) async fn on_disk(&self) -> Desk {
        if self.engine == Engine::Postgres {
            self.wait_for_the_server().await;
            return self.desk(&self.database).await;
        }
        let copy = self.path("copy.sqlite");
        for suffix in ["", "-wal", "-shm"] {
            let (from, to) = (format!("town.sqlite{suffix}"), format!("{}{suffix}", copy.display()));
            let _ = fs::remove_file(&to);
            // What is not there was moved into the file before.
            let _ = fs::copy(self.path(&from), &to);
        }
        let _ = fs::remove_file(format!("{}-shm", copy.display()));
        self.desk(&format!("sqlite:{}", copy.display())).await
    }

    /// What the hall sent before it died the server may still be at, while nobody waits for it any more.
    async fn wait_for_the_server(&self) {
        let owner = Database::open_as_owner(&self.database).await.unwrap();
        let busy = "select count(*) from pg_stat_activity \
            where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'";
        let mut tick = interval(Duration::from_millis(10));
        loop {
            let asked = Statement::from_string(owner.bulk().get_database_backend(), busy);
            let row = owner.bulk().query_one_raw(asked).await.unwrap().unwrap();
            if row.try_get_by_index::<i64>(0).unwrap() == 0 {
                break;
            }
            tick.tick().await;
        }
        owner.close().await;
    }

    /// A desk beside the running hall.
    pub(crate) async fn beside(&self) -> Desk {
        self.desk(&self.database).await
    }

    async fn desk(&self, url: &str) -> Desk {
        let keys = Keys::open_or_create(&self.path("keys")).unwrap();
        Desk::open(AreaCode::HANDAN, Database::open(url).await.unwrap(), keys, Arc::new(SystemClock))
    }

    async fn settings(&self) -> Settings {
        let key = self.path("key");
        let mut platform_keys = BTreeMap::new();
        for told in get(&format!("{}/outside/keys", self.outside["wechat_pay"])).await.as_array().unwrap() {
            let serial = told["serial"].as_str().unwrap().to_owned();
            let path = self.path(&format!("{serial}.pem"));
            fs::write(&path, told["public_key_pem"].as_str().unwrap()).unwrap();
            platform_keys.insert(serial, path);
        }
        Settings {
            listen: self.url.trim_start_matches("http://").parse().unwrap(),
            public_url: self.url.clone(),
            area: "130400".to_owned(),
            city_zh: "邯郸社保".to_owned(),
            city_en: "Handan Social Insurance".to_owned(),
            behind_tls: false,
            demo: true,
            agency: Agency { name: "演示".to_owned(), seal: None, fonts: None, signing: self.path("signing") },
            wechat_pay: Some(WeChatPay {
                url: self.outside["wechat_pay"].clone(),
                mchid: "1900000001".to_owned(),
                appid: "wx8888888888888888".to_owned(),
                serial: "5A5A".to_owned(),
                private_key: self.path("merchant.pem"),
                apiv3_key: key.clone(),
                platform_keys,
            }),
            bank: Some(Bank {
                url: self.outside["bank"].clone(),
                client: "ZHIJIAN".to_owned(),
                key: key.clone(),
                payee_account: "6217000012345678907".to_owned(),
                payee_name: "演示".to_owned(),
            }),
            sms: Sms {
                url: self.outside["sms"].clone(),
                access_key_id: "demo".to_owned(),
                access_key_secret: key.clone(),
                sign_name: "邯郸社保".to_owned(),
                templates: message::Template::ALL.iter().map(|it| (it.to_string(), format!("SMS_{it}"))).collect(),
            },
            real_name: RealName { url: self.outside["real_name"].clone(), client: "ZHIJIAN".to_owned(), key },
        }
    }
}

/// The program `outside`, which lives on while the hall is killed. Cargo has put it beside our own program.
fn stand_ins(folder: &tempfile::TempDir, merchant_public_pem: &str) -> Program {
    let program = PathBuf::from(ZHIJIAN).with_file_name("outside");
    assert!(program.exists(), "{} is missing: cargo build --release --workspace --bins", program.display());
    let client = json!({ "id": "ZHIJIAN", "key": KEY });
    let templates: BTreeMap<String, String> =
        message::Template::ALL.iter().map(|it| (format!("SMS_{it}"), "验证码".to_owned())).collect();
    let parts = json!({
        "wechat_pay": {
            "mchid": "1900000001", "appid": "wx8888888888888888", "name": "演示", "serial": "5A5A",
            "public_key_pem": merchant_public_pem, "apiv3_key": KEY,
        },
        "bank": client,
        "sms": {
            "access_key_id": "demo", "access_key_secret": KEY, "sign_names": ["邯郸社保"], "templates": templates,
        },
        "real_name": client,
    });
    let config = folder.path().join("outside.json");
    fs::write(&config, parts.to_string()).unwrap();
    let mut command = Command::new(program);
    command.arg("--config").arg(config).arg("--until-stdin-closes");
    Program::start(&mut command, &folder.path().join("outside.log")).unwrap()
}

static TOWNS: std::sync::atomic::AtomicU16 = std::sync::atomic::AtomicU16::new(0);

/// Below the ports that the system gives to outgoing calls, one of which might otherwise take it while the hall is down.
fn free_port(engine: Engine) -> u16 {
    let from = match engine {
        Engine::Sqlite => 21_000,
        Engine::Postgres => 26_000,
    };
    let own = u16::try_from(std::process::id() % 4000).unwrap();
    // Two towns of one engine are made at once: each takes another place, so that both do not find the same port free.
    let place = TOWNS.fetch_add(1, std::sync::atomic::Ordering::Relaxed) * 20;
    (from + own + place..32_000).find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).unwrap()
}

/// A client that shows what the servers say and follows nobody.
pub(crate) fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// What a stand-in tells under `/outside/`.
pub(crate) async fn get(url: &str) -> Value {
    let answer = http().get(url).send().await.unwrap();
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

/// The rows of a query.
pub(crate) async fn rows(desk: &Desk, query: &str) -> Vec<QueryResult> {
    let connection = desk.database().bulk();
    let asked = Statement::from_string(connection.get_database_backend(), query);
    connection.query_all_raw(asked).await.unwrap()
}

/// The one number (a bigint) that a query answers with.
pub(crate) async fn number(desk: &Desk, query: &str) -> i64 {
    rows(desk, query).await[0].try_get_by_index::<Option<i64>>(0).unwrap().unwrap_or_default()
}
