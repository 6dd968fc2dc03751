//! `zhijian bench year`: a city is lived up to a January, its employers' year through the verbs, and then the books are verified. It
//! fails where they do not hold.

use super::finish;
use super::payments::{Folder, SCHEMA, SqliteFile};
use crate::cli::home::one_line;
use crate::cli::progress;
use city::{Plan, Transfer, YearLived};
use clap::Args;
use control::{Clock, Database, Desk, Engine, FixedClock, Keys, measure};
use kernel::{AreaCode, Date};
use outside::bank::Client;
use payment::Verified;
use payment::gateway::bank::{Bank, Config};
use serde::Serialize;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

/// Lives a year of a city's employers and verifies the books.
#[derive(Debug, Args)]
pub(in crate::cli) struct Year {
    /// How many people live in the city.
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(100..=200_000))]
    people: u32,
    /// The database: sqlite:FILE, which must not be there yet, or postgres://USER@HOST/NAME, in which a schema of the
    /// benchmark's own is made and dropped. Without it a SQLite file in the system's folder for temporary files.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// The last line.
#[derive(Serialize)]
struct Figures {
    people: u32,
    seconds: u64,
    #[serde(flatten)]
    lived: YearLived,
    verified: contribution::verify::Verified,
    journals: u64,
    audit_lines: u64,
}

/// The last year in part of which the agency collected.
const YEAR: i32 = 2020;
const SEED: u64 = 20_150_730;

impl Year {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let folder = Folder::make()?;
        let url = self.database.clone().unwrap_or_else(|| format!("sqlite:{}", folder.0.join("year.sqlite").display()));
        let figures = match Engine::of(&url).map_err(|error| one_line(&error))? {
            Engine::Sqlite => {
                let _file = SqliteFile::claim(&url)?;
                self.live(&folder, &url).await
            }
            Engine::Postgres => {
                let own = measure::own_schema(&url, SCHEMA).await.map_err(|error| one_line(&error))?;
                let figures = self.live(&folder, &own).await;
                measure::drop_schema(&url, SCHEMA).await.map_err(|error| one_line(&error))?;
                figures
            }
        };
        finish("year", figures?)
    }

    async fn live(&self, folder: &Folder, url: &str) -> Result<Figures, String> {
        control::migrate(url, office::MIGRATIONS).await.map_err(|error| one_line(&error))?;
        let keys = Keys::open_or_create(&folder.0.join("keys")).map_err(|error| one_line(&error))?;
        let database = Database::open(url).await.map_err(|error| one_line(&error))?;
        let today = Date::from_ymd_opt(YEAR, 1, 2).unwrap_or_default();
        let clock = Arc::new(FixedClock::at(today.and_hms_opt(4, 0, 0).unwrap_or_default().and_utc()));
        let desk = Desk::open(AreaCode::HANDAN, database, keys, clock.clone());
        let plan = Plan { people: self.people, years: 2, seed: SEED, today, area: AreaCode::HANDAN };
        let began = Instant::now();
        let bar = progress::bar(u64::from(self.people), "living a city");
        let lived = city::live(&desk, url, plan, &|people| bar.set_position(u64::from(people))).await;
        bar.finish_and_clear();
        lived.map_err(|error| one_line(&error))?;
        let town = Town::open(clock.clone()).await?;
        let bar = progress::bar(12, "living a year");
        let report = async |transfers: Vec<Transfer>| town.report(transfers).await;
        let lived = city::live_year(&desk, &clock, plan, &report, &|_| bar.inc(1)).await;
        bar.finish_and_clear();
        town.bank.stop().await;
        let lived = lived.map_err(|error| one_line(&error))?;
        let seconds = began.elapsed().as_secs();
        let report = office::books::verify(&desk.view(), &|_| {}).await.map_err(|error| one_line(&error))?;
        desk.database().close().await;
        let report = report.map_err(|difference| format!("after the year {lived:?}: {difference}"))?;
        Ok(Figures {
            people: self.people,
            seconds,
            lived,
            verified: report.contributions,
            journals: report.books.journals,
            audit_lines: report.audit.lines,
        })
    }
}

/// A stand-in for the bank at which employers pay, and our client there; both go by the year's clock.
struct Town {
    bank: outside::bank::Running,
    client: Bank,
    clock: Arc<FixedClock>,
    theirs: outside::clock::Clock,
}

impl Town {
    async fn open(clock: Arc<FixedClock>) -> Result<Town, String> {
        let client = Client { id: "YEAR".to_owned(), key: uuid::Uuid::now_v7().to_string() };
        let key = client.key.clone().into();
        let theirs = outside::clock::Clock::fixed(clock.now());
        let mut config = outside::bank::Config::new(client);
        config.clock = theirs.clone();
        let bank = outside::bank::start(config).await.map_err(|error| one_line(&error))?;
        let (payee_account, payee_name) =
            ("1304990000000000001".to_owned(), "社会保险经办机构收入户（演示）".to_owned());
        let config = Config { base_url: bank.url(), client: "YEAR".to_owned(), key, payee_account, payee_name };
        let client = Bank::new(config, clock.clone()).map_err(|error| one_line(&error))?;
        Ok(Town { bank, client, clock, theirs })
    }

    async fn report(&self, transfers: Vec<Transfer>) -> Result<Vec<Verified>, String> {
        self.theirs.set(self.clock.now());
        for Transfer { number, amount } in transfers {
            let (payer_account, payer_name) = ("6222000000000000001".to_owned(), "测试单位".to_owned());
            let transfer =
                outside::bank::Transfer { note_number: number, payer_account, payer_name, amount: Some(amount) };
            self.bank.transfer(transfer).ok_or("the bank refuses a transfer")?;
        }
        let day = kernel::business_date(self.clock.now());
        self.client.arrivals(day).await.map_err(|error| one_line(&error))
    }
}
