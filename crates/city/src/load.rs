//! Living a city into an empty database: people made on one core while the other stores them, then the books, then the officers.

use crate::chunk::{Chunk, Income, Maker, journal_source, morning};
use crate::employer::{EMPLOYER_SIZE, Firm};
use crate::persona;
use account::{AGENT_ROLES, AddAgent, AddStaff, LoadAccount, PasswordHash};
use contribution::IncomePart;
use contribution::bulk::{DeclarationRow, Target};
use control::{Act, Action, Actor, Channel, Declined, Desk, Engine, Fault, FaultKind, Keys, Op, Subject};
use kernel::{AreaCode, Date, Fen, Fund, Month, MonthRange};
use ledger::{Code, Journal, Line, Source, account as book};
use policy::FormulaError;
use registry::bulk::{Counter, EmployerRow};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};
use std::collections::BTreeMap;
use std::str::FromStr;
use tokio::sync::mpsc;

/// Which city to live.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Plan {
    /// How many people, at least the personas.
    pub people: u32,
    /// How many years of history.
    pub years: i32,
    /// The same seed lives the same city.
    pub seed: u64,
    /// The day on which the history ends.
    pub today: Date,
    /// The pooling area.
    pub area: AreaCode,
}

/// Hears how many people are stored.
pub type Progress<'a> = &'a (dyn Fn(u32) + Sync);

/// What was lived.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Lived {
    /// People stored.
    pub people: u32,
    /// Contribution lines stored.
    pub lines: u64,
    /// Journals posted.
    pub journals: u64,
}

/// Why a city could not be lived.
#[derive(Debug, thiserror::Error)]
pub enum CityError {
    /// The database is not empty.
    #[error("the database already holds people; a city is lived into an empty one")]
    NotEmpty,
    /// The driver failed.
    #[error("the rows could not be stored")]
    Store(#[from] sqlx::Error),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] DbErr),
    /// A rule gives no figure.
    #[error("a month of the history cannot be computed")]
    Rule(#[from] FormulaError),
    /// There are no parameters for the area.
    #[error("there is no policy for the area")]
    Policy(#[from] policy::NoPolicy),
    /// A journal of the books does not balance.
    #[error("the books of the city do not balance")]
    Books(#[from] ledger::JournalError),
    /// The history leaves the calendar.
    #[error("the history leaves the calendar")]
    Calendar(#[from] kernel::MonthError),
    /// The desk declined.
    #[error("the desk declined: {0}")]
    Desk(String),
}

impl Plan {
    /// The months lived: the last is the last full one before today.
    ///
    /// # Errors
    /// Outside the calendar.
    pub fn history(&self) -> Result<MonthRange, kernel::MonthError> {
        let last = Month::of(self.today)?.plus(-1)?;
        MonthRange::new(last.plus(1 - 12 * self.years)?, last)
    }
}

/// Cities of more people than this have lines of their last two years only, and opening balances for what came before.
const WHOLE_LIVES: u32 = 200_000;
const MONTHS_OF_LINES: i32 = 24;

impl Plan {
    /// The first month of which lines are written.
    pub(crate) fn lines_from(self, history: MonthRange) -> Month {
        let late = history.last().plus(1 - MONTHS_OF_LINES).unwrap_or(history.first());
        if self.people > WHOLE_LIVES { late.max(history.first()) } else { history.first() }
    }
}

/// People are made and stored in chunks of this many: some 70,000 lines, a tenth of a second.
const CHUNK: u32 = 400;

/// Stores people, employers and history beside the desk, then posts the books through it. The database is migrated and empty.
///
/// # Errors
/// [`CityError`]; nothing of the people remains after an error.
pub async fn live(desk: &Desk, url: &str, plan: Plan, progress: Progress<'_>) -> Result<Lived, CityError> {
    let filled = store_city((url, desk.database().engine, Company::Desk), desk.keys(), plan, progress).await?;
    open_books(desk, plan, filled).await
}

/// The people, employers and history of a city that are stored, and what was collected from them.
pub struct Filled {
    lived: Lived,
    income: Income,
}

/// Stores people, employers and history while nobody else has the database open: on SQLite they then go to the file at once and
/// not through a log first. The books are opened by [`open_books`].
///
/// # Errors
/// [`CityError`]; nothing of the people remains after an error.
pub async fn fill(url: &str, keys: &Keys, plan: Plan, progress: Progress<'_>) -> Result<Filled, CityError> {
    let engine = Engine::of(url).map_err(|error| CityError::Desk(error.to_string()))?;
    store_city((url, engine, Company::Nobody), keys, plan, progress).await
}

/// Posts what was collected through the desk, and introduces the personas.
///
/// # Errors
/// [`CityError`].
pub async fn open_books(desk: &Desk, plan: Plan, filled: Filled) -> Result<Lived, CityError> {
    let Filled { mut lived, income } = filled;
    let books = Books { journals: books(plan, &income)? };
    lived.journals = u64::try_from(books.journals.len()).unwrap_or_default();
    perform(desk, books).await?;
    introduce(desk, plan).await?;
    Ok(lived)
}

/// Who else has the database open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Company {
    /// A desk.
    Desk,
    /// Nobody.
    Nobody,
}

async fn store_city(
    (url, engine, company): (&str, Engine, Company),
    keys: &Keys,
    plan: Plan,
    progress: Progress<'_>,
) -> Result<Filled, CityError> {
    let history = plan.history()?;
    let store = Store::open(url, engine, company).await?;
    store.run("begin").await?;
    let stored = store_people(&store, keys, plan, history, progress).await;
    store.run(if stored.is_ok() { "commit" } else { "rollback" }).await?;
    store.settle().await?;
    store.close().await;
    let (lived, income) = stored?;
    Ok(Filled { lived, income })
}

/// Opens the accounts of the personas and lets the agent and the officers in.
async fn introduce(desk: &Desk, plan: Plan) -> Result<(), CityError> {
    let password = PasswordHash::of(persona::PASSWORD).await?;
    for index in 0..persona::PERSONAS {
        let person = persona::person_id(plan.seed, index);
        perform(desk, LoadAccount { person, password: password.clone() }).await?;
    }
    let (login, name, number) = persona::AGENT;
    let agent = AddAgent {
        employer: Firm::of_id(plan.seed, number),
        login: login.to_owned(),
        name: name.to_owned(),
        phone: None,
        password: password.clone(),
        roles: AGENT_ROLES.to_vec(),
    };
    perform(desk, agent).await?;
    for (login, name, roles) in persona::OFFICERS {
        let (login, name, roles) = (login.to_owned(), name.to_owned(), roles.to_vec());
        perform(desk, AddStaff { login, name, password: password.clone(), roles }).await?;
    }
    Ok(())
}

async fn store_people(
    store: &Store,
    keys: &Keys,
    plan: Plan,
    history: MonthRange,
    progress: Progress<'_>,
) -> Result<(Lived, Income), CityError> {
    let db = store.connection();
    if registry::bulk::reserve(db, plan.area, Counter::Person, i64::from(plan.people)).await? != 1 {
        return Err(CityError::NotEmpty);
    }
    store_employers(db, plan, history).await?;
    store.load_declarations(&declarations(plan, history)?).await?;
    let mut maker = Maker::new(plan, history, 1)?;
    let (send, mut made) = mpsc::channel::<Result<Chunk, FormulaError>>(2);
    let making = tokio::task::spawn_blocking(move || {
        let mut next = 0;
        while next < plan.people {
            let until = plan.people.min(next + CHUNK);
            // The storing half went away: there is nobody left to make for.
            if send.blocking_send(maker.make(next..until)).is_err() {
                return;
            }
            next = until;
        }
    });
    let (mut lived, mut income) = (Lived::default(), Income::new());
    while let Some(chunk) = made.recv().await {
        let chunk = chunk?;
        store_chunk(store, keys, &chunk).await?;
        lived.people += chunk.people;
        lived.lines += u64::try_from(chunk.lines.len()).unwrap_or_default();
        chunk.income.into_iter().for_each(|(key, amount)| *income.entry(key).or_default() += amount);
        progress(lived.people);
    }
    drop(making.await);
    Ok((lived, income))
}

async fn store_employers(db: &DatabaseConnection, plan: Plan, history: MonthRange) -> Result<(), CityError> {
    let count = (plan.people / EMPLOYER_SIZE).max(persona::PERSONAS);
    let from = history.first().first_day();
    let rows: Vec<EmployerRow> = (0..count)
        .filter_map(|number| {
            let firm = Firm::of(plan.seed, number);
            Some(EmployerRow {
                id: firm.id,
                unit_number: firm.unit_number,
                name: firm.name,
                area: plan.area,
                credit_code: firm.credit_code?,
                kind: registry::EmployerKind::Enterprise,
                from,
                recorded_at: morning(from),
            })
        })
        .collect();
    registry::bulk::load_employers(db, &rows).await?;
    let classes: Vec<_> =
        (0..count).map(|number| (Firm::of_id(plan.seed, number), from, Firm::class_of(number))).collect();
    registry::bulk::load_classes(db, &classes).await?;
    Ok(())
}

/// That each employer has declared the year in which the history ends.
fn declarations(plan: Plan, history: MonthRange) -> Result<Vec<DeclarationRow>, CityError> {
    let year = history.last().year();
    let (first, last) = (Month::new(year, 1)?, Month::new(year, 12)?);
    let count = (plan.people / EMPLOYER_SIZE).max(persona::PERSONAS);
    let row = |number: u32| DeclarationRow {
        id: crate::life::stable_id(plan.seed, 9, number),
        employer: Firm::of_id(plan.seed, number),
        first,
        last,
        at: morning(first.first_day()),
    };
    Ok((0..count).map(row).collect())
}

async fn store_chunk(store: &Store, keys: &Keys, chunk: &Chunk) -> Result<(), CityError> {
    let db = store.connection();
    registry::bulk::load_persons(db, keys, &chunk.persons).await?;
    registry::bulk::load_relations(db, &chunk.relations).await?;
    registry::bulk::load_statuses(db, &chunk.statuses).await?;
    store.load(chunk).await?;
    Ok(())
}

/// One connection of the owner, beside the desk's.
enum Store {
    Sqlite(SqlitePool, DatabaseConnection),
    Postgres(PgPool, DatabaseConnection),
}

impl Store {
    async fn open(url: &str, engine: Engine, company: Company) -> Result<Store, CityError> {
        match engine {
            Engine::Sqlite => {
                let options = SqliteConnectOptions::from_str(url)?
                    // The whole city is one transaction that can be lived again: its durability is that of the last commit.
                    .synchronous(SqliteSynchronous::Off)
                    // Beside a desk there is its log; alone, what is new needs none, for undoing it is cutting the file off.
                    .journal_mode(match company {
                        Company::Desk => SqliteJournalMode::Wal,
                        Company::Nobody => SqliteJournalMode::Truncate,
                    })
                    .pragma("cache_size", "-262144")
                    .pragma("wal_autocheckpoint", "100000");
                let pool = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).connect_with(options).await?;
                Ok(Store::Sqlite(pool.clone(), SqlxSqliteConnector::from_sqlx_sqlite_pool(pool)))
            }
            Engine::Postgres => {
                let options = PgConnectOptions::from_str(url)?;
                let pool = PgPoolOptions::new().max_connections(1).idle_timeout(None).connect_with(options).await?;
                Ok(Store::Postgres(pool.clone(), SqlxPostgresConnector::from_sqlx_postgres_pool(pool)))
            }
        }
    }

    fn connection(&self) -> &DatabaseConnection {
        match self {
            Store::Sqlite(_, connection) | Store::Postgres(_, connection) => connection,
        }
    }

    async fn run(&self, statement: &str) -> Result<(), DbErr> {
        self.connection().execute_unprepared(statement).await.map(|_| ())
    }

    /// Waits until all of it lies on the disk: who is served next must not wait for gigabytes that are still on their way.
    async fn settle(&self) -> Result<(), DbErr> {
        match self {
            // The last change goes through the log, so that ending the log brings all of the file to the disk.
            Store::Sqlite(..) => {
                self.run("pragma synchronous = full; pragma journal_mode = wal").await?;
                self.run("pragma user_version = 1; pragma user_version = 0; pragma wal_checkpoint(truncate)").await
            }
            Store::Postgres(..) => self.run("analyze").await,
        }
    }

    async fn load(&self, chunk: &Chunk) -> Result<(), sqlx::Error> {
        match self {
            Store::Sqlite(pool, _) => load_rows(Target::Sqlite(&mut *pool.acquire().await?), chunk).await,
            Store::Postgres(pool, _) => load_rows(Target::Postgres(&mut *pool.acquire().await?), chunk).await,
        }
    }

    async fn load_declarations(&self, rows: &[DeclarationRow]) -> Result<(), sqlx::Error> {
        match self {
            Store::Sqlite(pool, _) => {
                contribution::bulk::insert(&mut Target::Sqlite(&mut *pool.acquire().await?), rows).await
            }
            Store::Postgres(pool, _) => {
                contribution::bulk::insert(&mut Target::Postgres(&mut *pool.acquire().await?), rows).await
            }
        }
    }

    async fn close(&self) {
        match self {
            Store::Sqlite(pool, _) => pool.close().await,
            Store::Postgres(pool, _) => pool.close().await,
        }
    }
}

async fn load_rows(mut target: Target<'_>, chunk: &Chunk) -> Result<(), sqlx::Error> {
    contribution::bulk::insert(&mut target, &chunk.lines).await?;
    contribution::bulk::insert(&mut target, &chunk.months).await?;
    contribution::bulk::insert(&mut target, &chunk.wages).await?;
    contribution::bulk::insert(&mut target, &chunk.entries).await
}

/// The journals of the city: what was collected each month, and its way to the fiscal account.
fn books(plan: Plan, income: &Income) -> Result<Vec<Journal>, CityError> {
    let mut by_month: BTreeMap<(Month, Fund), Vec<(IncomePart, Fen)>> = BTreeMap::new();
    for ((month, fund, part), amount) in income.iter().filter(|(_, amount)| !amount.is_zero()) {
        by_month.entry((*month, *fund)).or_default().push((*part, *amount));
    }
    let mut journals = Vec::with_capacity(by_month.len() * 2);
    for ((month, fund), parts) in by_month {
        let id = journal_source(plan.seed, month, fund);
        let total: Fen = parts.iter().map(|(_, amount)| *amount).sum();
        let mut lines = vec![Line::debit(book::INCOME_DEPOSIT, total)];
        lines.extend(parts.iter().map(|(part, amount)| Line::credit(account_of(*part), *amount)));
        let on = month.last_day();
        journals.push(Journal::balanced(fund, on, Source { kind: "city.collected", id }, lines)?);
        let moved = vec![Line::debit(book::FISCAL_DEPOSIT, total), Line::credit(book::INCOME_DEPOSIT, total)];
        journals.push(Journal::balanced(fund, on, Source { kind: "city.moved", id }, moved)?);
    }
    Ok(journals)
}

fn account_of(part: IncomePart) -> Code {
    match part {
        IncomePart::Unit => book::CONTRIBUTION_UNIT,
        IncomePart::Worker => book::CONTRIBUTION_WORKER,
        IncomePart::FlexiblePooled => book::CONTRIBUTION_FLEXIBLE_POOLED,
        IncomePart::FlexibleAccount => book::CONTRIBUTION_FLEXIBLE_ACCOUNT,
    }
}

struct Books {
    journals: Vec<Journal>,
}

/// Why the books could not be posted.
#[derive(Debug, thiserror::Error)]
enum BooksError {
    #[error("the journals could not be posted")]
    Database(#[from] DbErr),
}

impl Fault for BooksError {
    fn code(&self) -> &'static str {
        "database"
    }
    fn kind(&self) -> FaultKind {
        FaultKind::Internal
    }
    fn database(&self) -> Option<&DbErr> {
        match self {
            BooksError::Database(error) => Some(error),
        }
    }
}

impl Act for Books {
    const ACTION: Action = Action::LoadPopulation;
    type Answer = ();
    type Error = BooksError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, BooksError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<(), BooksError> {
        ledger::post_many(op, &self.journals).await?;
        Ok(())
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "journals": self.journals.len() }))
    }
}

async fn perform<A: Act>(desk: &Desk, act: A) -> Result<A::Answer, CityError> {
    let system = Actor::system(Channel::CommandLine);
    desk.perform(&system, act).await.map_err(|declined: Declined<A::Error>| CityError::Desk(declined.to_string()))
}
