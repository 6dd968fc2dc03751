//! The bare driver: prepared statements on connections of its own, nothing between it and the database but a transaction.
//!
//! On PostgreSQL each client holds its connection. On SQLite one thread writes, as many payments in a commit as wait for it.

use super::BenchError;
use super::round::Paying;
use super::script::Heard;
use control::measure::BareSqlite;
use control::{Database, Engine};
use sea_orm::Value;
use sqlx::pool::PoolConnection;
use sqlx::{Arguments, AssertSqlSafe, Connection, PgConnection, Postgres};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{Mutex, mpsc, oneshot};

/// As many as the desk takes into one commit.
const GROUP_MAX: usize = 64;

/// A driver at work.
pub(super) struct Bare {
    database: Database,
    driver: Driver,
    counts: Arc<Counts>,
}

#[derive(Clone)]
enum Driver {
    Postgres(Arc<Vec<Mutex<PoolConnection<Postgres>>>>),
    Sqlite(mpsc::Sender<Queued>),
}

#[derive(Default)]
struct Counts {
    payments: AtomicU64,
    commits: AtomicU64,
}

struct Queued {
    statements: Vec<Heard>,
    done: oneshot::Sender<Result<(), BenchError>>,
}

impl Bare {
    pub(super) async fn open(url: &str, clients: u16) -> Result<Bare, BenchError> {
        let database = Database::open(url).await?;
        let counts = Arc::<Counts>::default();
        let driver = match database.engine {
            Engine::Postgres => {
                let pool = database.bulk().get_postgres_connection_pool();
                let mut connections = Vec::new();
                for _ in 0..u32::from(clients).min(pool.options().get_max_connections()) {
                    connections.push(Mutex::new(pool.acquire().await?));
                }
                Driver::Postgres(Arc::new(connections))
            }
            Engine::Sqlite => {
                let connection = BareSqlite::open(url)?;
                let (queue, waiting) = mpsc::channel(usize::from(clients));
                let counts = Arc::clone(&counts);
                std::thread::spawn(move || write(connection, waiting, &counts));
                Driver::Sqlite(queue)
            }
        };
        Ok(Bare { database, driver, counts })
    }

    /// How many payments it works on at the same moment.
    pub(super) fn connections(&self) -> u16 {
        match &self.driver {
            Driver::Postgres(connections) => u16::try_from(connections.len()).unwrap_or(u16::MAX),
            Driver::Sqlite(_) => 1,
        }
    }

    pub(super) fn paying(&self) -> impl Fn(u16, Vec<Heard>) -> Paying + Send + Clone + 'static + use<> {
        let (driver, counts) = (self.driver.clone(), Arc::clone(&self.counts));
        move |client, statements| {
            let (driver, counts) = (driver.clone(), Arc::clone(&counts));
            Box::pin(async move {
                match driver {
                    Driver::Postgres(connections) => {
                        let own = connections.get(usize::from(client) % connections.len().max(1));
                        let mut own = own.ok_or(BenchError::Client)?.lock().await;
                        counts.add(1);
                        on_postgres(&mut own, statements).await
                    }
                    Driver::Sqlite(queue) => {
                        let (done, answer) = oneshot::channel();
                        queue.send(Queued { statements, done }).await.map_err(|_| BenchError::Client)?;
                        answer.await.map_err(|_| BenchError::Client)?
                    }
                }
            })
        }
    }

    /// How many payments shared a commit on average, in thousandths.
    pub(super) fn group_thousandths(&self) -> u64 {
        let Counts { payments, commits } = &*self.counts;
        payments.load(Ordering::Relaxed) * 1000 / commits.load(Ordering::Relaxed).max(1)
    }

    pub(super) async fn close(self) {
        drop(self.driver);
        self.database.close().await;
    }
}

impl Counts {
    fn add(&self, payments: usize) {
        self.payments.fetch_add(u64::try_from(payments).unwrap_or(0), Ordering::Relaxed);
        self.commits.fetch_add(1, Ordering::Relaxed);
    }
}

async fn on_postgres(connection: &mut PgConnection, statements: Vec<Heard>) -> Result<(), BenchError> {
    let mut transaction = connection.begin().await?;
    for Heard { sql, values } in statements {
        let query = sqlx::query_with(AssertSqlSafe(sql), for_postgres(values)?);
        query.fetch_all(&mut *transaction).await?;
    }
    Ok(transaction.commit().await?)
}

/// The one writer.
fn write(mut connection: BareSqlite, mut waiting: mpsc::Receiver<Queued>, counts: &Counts) {
    while let Some(first) = waiting.blocking_recv() {
        let mut group = vec![first];
        while group.len() < GROUP_MAX
            && let Ok(next) = waiting.try_recv()
        {
            group.push(next);
        }
        counts.add(group.len());
        let statements = group.iter().flat_map(|queued| &queued.statements);
        let outcome = connection.commit(statements.map(|Heard { sql, values }| (&**sql, values.as_slice())));
        let failed = outcome.is_err();
        let mut answers = group.into_iter().map(|queued| queued.done);
        // The first hears what was wrong; the others go without an answer.
        let _ = answers.next().map(|answer| answer.send(outcome.map_err(BenchError::Bare)));
        if !failed {
            answers.for_each(|answer| drop(answer.send(Ok(()))));
        }
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the library's enum, of which we bind these")]
fn for_postgres(values: Vec<Value>) -> Result<sqlx::postgres::PgArguments, BenchError> {
    let mut arguments = sqlx::postgres::PgArguments::default();
    for value in values {
        let added = match value {
            Value::Bool(value) => arguments.add(value),
            Value::Int(value) => arguments.add(value),
            Value::BigInt(value) => arguments.add(value),
            Value::String(value) => arguments.add(value),
            Value::Bytes(value) => arguments.add(value),
            Value::Uuid(value) => arguments.add(value),
            Value::ChronoDate(value) => arguments.add(value),
            Value::ChronoDateTimeUtc(value) => arguments.add(value),
            other => return Err(BenchError::Script(format!("the driver binds no {other:?}"))),
        };
        added.map_err(|error| BenchError::Script(error.to_string()))?;
    }
    Ok(arguments)
}
