//! `zhijian bench assess`: a month of a city assessed and stored through the desk, beside a bare bulk insert of the same rows (COPY
//! on PostgreSQL, statements of many rows on SQLite) into empty tables of the same shape, in the same run.

use super::payments::{Folder, SCHEMA, SqliteFile};
use super::{finish, ratio};
use crate::cli::home::one_line;
use crate::cli::progress;
use clap::Args;
use contribution::bulk::{DeclarationRow, Target, WageRow, insert, insert_into};
use control::{Actor, Channel, Database, Desk, Engine, FixedClock, Keys, measure};
use kernel::{
    AreaCode, CreditCode, Date, EmployerId, Fen, InsuranceSet, Month, MonthRange, PersonId, RelationId, Scheme,
};
use registry::Payer;
use registry::bulk::{EmployerRow, RelationRow};
use serde::Serialize;
use serde_json::Number;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Assesses one month of fictitious employees and stores it.
#[derive(Debug, Args)]
pub(in crate::cli) struct Assess {
    /// How many employees, thirty an employer.
    #[arg(long, value_name = "N", default_value_t = 1_300_000, value_parser = clap::value_parser!(u32).range(1_000..=10_000_000))]
    people: u32,
    /// The database: sqlite:FILE, which must not be there yet, or postgres://USER@HOST/NAME, in which a schema of the
    /// benchmark's own is made and dropped. Without it a SQLite file in the system's folder for temporary files.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// The last line. The limit is the bare bulk insert.
#[derive(Serialize)]
struct Figures {
    people: u32,
    engine: &'static str,
    milliseconds: u64,
    per_s: u64,
    limit_milliseconds: u64,
    limit_per_s: u64,
    ratio: Number,
    memory_mib: u64,
}

const STAFF: u32 = 30;
const EMPLOYERS_A_PAGE: u32 = 100;
const PAGE: usize = 100;
/// The limit commits as seldom as a bulk loader does: 30,000 rows at once.
const EMPLOYERS_A_BARE_PAGE: u32 = 1000;
const BARE_PAGE: usize = 1000;
const BARE: &str = "bare_";

impl Assess {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let folder = Folder::make()?;
        let url =
            self.database.clone().unwrap_or_else(|| format!("sqlite:{}", folder.0.join("bench.sqlite").display()));
        let engine = Engine::of(&url).map_err(|error| one_line(&error))?;
        let figures = match engine {
            Engine::Sqlite => {
                let _file = SqliteFile::claim(&url)?;
                self.measure(&folder, &url, engine).await
            }
            Engine::Postgres => {
                let own = measure::own_schema(&url, SCHEMA).await.map_err(|error| one_line(&error))?;
                let figures = self.measure(&folder, &own, engine).await;
                measure::drop_schema(&url, SCHEMA).await.map_err(|error| one_line(&error))?;
                figures
            }
        };
        finish("assess", figures?)
    }

    async fn measure(&self, folder: &Folder, url: &str, engine: Engine) -> Result<Figures, String> {
        control::migrate(url, office::MIGRATIONS).await.map_err(|error| one_line(&error))?;
        let beside = control::Migration { id: "bench/0001", sql: bare_tables(), append_only: &[] };
        control::migrate(url, &[&[beside]]).await.map_err(|error| one_line(&error))?;
        let keys = Keys::open_or_create(&folder.0.join("keys")).map_err(|error| one_line(&error))?;
        let database = Database::open(url).await.map_err(|error| one_line(&error))?;
        let noon = day(2017, 7, 20)?.and_hms_opt(4, 0, 0).unwrap_or_default().and_utc();
        let desk = Desk::open(AreaCode::HANDAN, database, keys, Arc::new(FixedClock::at(noon)));
        let month = Month::new(2017, 7).map_err(|error| one_line(&error))?;
        self.load(&desk).await?;
        let bar = progress::spinner("assessing");
        let (actor, began) = (Actor::system(Channel::CommandLine), Instant::now());
        let ran = contribution::whole_city(&desk, &actor, month, &|at| bar.set_position(at.employers)).await;
        let took = began.elapsed();
        bar.finish_and_clear();
        let ran = ran.map_err(|declined| one_line(&declined))?;
        let (bare, rows) = self.bare(&desk, month).await?;
        desk.database().close().await;
        if ran.run.lines != u64::from(self.people) || rows != ran.run.lines {
            return Err(format!("{} dues and {rows} bare rows of {} people", ran.run.lines, self.people));
        }
        let (milliseconds, limit_milliseconds) = (millis(took), millis(bare));
        let per_s = |milliseconds: u64| u64::from(self.people) * 1000 / milliseconds.max(1);
        Ok(Figures {
            people: self.people,
            engine: match engine {
                Engine::Sqlite => "sqlite",
                Engine::Postgres => "postgres",
            },
            milliseconds,
            per_s: per_s(milliseconds),
            limit_milliseconds,
            limit_per_s: per_s(limit_milliseconds),
            ratio: ratio(limit_milliseconds, milliseconds),
            memory_mib: memory_mib(),
        })
    }

    /// Employers with their staff, wages and declarations, page by page.
    async fn load(&self, desk: &Desk) -> Result<(), String> {
        let employers = self.people.div_ceil(STAFF);
        let bar = progress::bar(u64::from(employers), "hiring");
        for first in (0..employers).step_by(PAGE) {
            let page = Page::of(first..employers.min(first + EMPLOYERS_A_PAGE), self.people)?;
            let bulk = desk.database().bulk();
            registry::bulk::load_employers(bulk, &page.employers).await.map_err(|error| one_line(&error))?;
            registry::bulk::load_classes(bulk, &page.classes).await.map_err(|error| one_line(&error))?;
            registry::bulk::load_relations(bulk, &page.relations).await.map_err(|error| one_line(&error))?;
            with_connection(desk, async |target| {
                insert(target, &page.wages).await?;
                insert(target, &page.declarations).await
            })
            .await?;
            bar.set_position(u64::from(first));
        }
        bar.finish_and_clear();
        Ok(())
    }

    /// The same rows again, by the bare driver: read back page by page, only the inserting and committing counted.
    async fn bare(&self, desk: &Desk, month: Month) -> Result<(Duration, u64), String> {
        let employers = self.people.div_ceil(STAFF);
        let months = MonthRange::new(month, month).map_err(|error| one_line(&error))?;
        let (mut took, mut rows) = (Duration::ZERO, 0);
        let bar = progress::bar(u64::from(employers), "inserting");
        for first in (0..employers).step_by(BARE_PAGE) {
            let (mut dues, mut claims) = (Vec::new(), Vec::new());
            for number in first..employers.min(first + EMPLOYERS_A_BARE_PAGE) {
                let view = desk.view();
                let lines =
                    contribution::employer_lines(&view, employer_id(number), months, None, u64::from(STAFF)).await;
                dues.extend(lines.map_err(|error| one_line(&error))?.into_iter().map(|line| line.due));
                let of = contribution::demand::claims(&view, employer_id(number), month).await;
                claims.extend(of.map_err(|error| one_line(&error))?);
            }
            rows += u64::try_from(dues.len()).unwrap_or_default();
            let began = Instant::now();
            with_connection(desk, async |target| {
                insert_into(target, "bare_due", &dues).await?;
                insert_into(target, "bare_claim", &claims).await
            })
            .await?;
            took += began.elapsed();
            bar.set_position(u64::from(first));
        }
        bar.finish_and_clear();
        Ok((took, rows))
    }
}

/// One transaction on the loader's connection.
async fn with_connection(
    desk: &Desk,
    work: impl AsyncFnOnce(&mut Target<'_>) -> Result<(), sqlx::Error>,
) -> Result<(), String> {
    let bulk = desk.database().bulk();
    let done = match desk.database().engine {
        Engine::Sqlite => {
            let mut connection = bulk.get_sqlite_connection_pool().acquire().await.map_err(|error| one_line(&error))?;
            sqlx::query("begin immediate").execute(&mut *connection).await.map_err(|error| one_line(&error))?;
            let done = work(&mut Target::Sqlite(&mut connection)).await;
            sqlx::query("commit").execute(&mut *connection).await.map_err(|error| one_line(&error))?;
            done
        }
        Engine::Postgres => {
            let mut connection =
                bulk.get_postgres_connection_pool().acquire().await.map_err(|error| one_line(&error))?;
            sqlx::query("begin").execute(&mut *connection).await.map_err(|error| one_line(&error))?;
            let done = work(&mut Target::Postgres(&mut connection)).await;
            sqlx::query("commit").execute(&mut *connection).await.map_err(|error| one_line(&error))?;
            done
        }
    };
    done.map_err(|error| one_line(&error))
}

/// The tables of employers once more, empty and of another name.
fn bare_tables() -> &'static str {
    let of_employers = contribution::MIGRATIONS.last().map_or("", |step| step.sql);
    String::leak(of_employers.replace("contribution_", BARE))
}

#[derive(Default)]
struct Page {
    employers: Vec<EmployerRow>,
    classes: Vec<(EmployerId, Date, u8)>,
    relations: Vec<RelationRow>,
    wages: Vec<WageRow>,
    declarations: Vec<DeclarationRow>,
}

impl Page {
    fn of(numbers: std::ops::Range<u32>, people: u32) -> Result<Page, String> {
        let (from, first) = (day(2017, 1, 1)?, Month::new(2017, 1).map_err(|error| one_line(&error))?);
        let (at, last) = (from.and_hms_opt(1, 0, 0).unwrap_or_default().and_utc(), Month::new(2017, 12));
        let last = last.map_err(|error| one_line(&error))?;
        let mut page = Page::default();
        for number in numbers {
            let employer = employer_id(number);
            let firm = city::Firm::of(1, number);
            let credit_code: Option<CreditCode> = firm.credit_code;
            page.employers.push(EmployerRow {
                id: employer,
                unit_number: firm.unit_number,
                name: firm.name,
                area: AreaCode::HANDAN,
                credit_code: credit_code.ok_or("a firm without a code")?,
                kind: registry::EmployerKind::Enterprise,
                from,
                recorded_at: at,
            });
            page.classes.push((employer, from, city::Firm::class_of(number)));
            let id = Uuid::from_u128(EMPLOYERS | (0x0f << 64) | u128::from(number));
            page.declarations.push(DeclarationRow { id, employer, first, last, at });
            for index in number * STAFF..people.min((number + 1) * STAFF) {
                let person = PersonId(Uuid::from_u128(PEOPLE | u128::from(index)));
                page.relations.push(RelationRow {
                    person,
                    id: RelationId(Uuid::from_u128(RELATIONS | u128::from(index))),
                    insurances: InsuranceSet::ALL,
                    scheme: Scheme::Enterprise,
                    payer: Payer::Employer(employer),
                    from: first,
                    until: None,
                    recorded_at: at,
                    ended_at: None,
                });
                let wage = Fen::new(200_000 + i64::from(index) * 7919 % 1_500_000);
                page.wages.push(WageRow { employer, person, from: first, wage });
            }
        }
        Ok(page)
    }
}

const EMPLOYERS: u128 = 0x0150_0000_0000_7000_8000_0000_0000_0000;
const PEOPLE: u128 = 0x0150_0000_0001_7000_8000_0000_0000_0000;
const RELATIONS: u128 = 0x0150_0000_0002_7000_8000_0000_0000_0000;

fn employer_id(number: u32) -> EmployerId {
    EmployerId(Uuid::from_u128(EMPLOYERS | (u128::from(number) << 16)))
}

fn day(year: i32, month: u32, day: u32) -> Result<Date, String> {
    Date::from_ymd_opt(year, month, day).ok_or_else(|| "no such day".to_owned())
}

fn millis(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

/// The most memory that this program has held, as the system tells it; 0 where it does not.
fn memory_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = peak.and_then(|rest| rest.split_whitespace().next()).and_then(|number| number.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}
