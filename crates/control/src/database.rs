//! Opening a database: a SQLite file in the embedded default, PostgreSQL in production, one pool to write and one to read.

use crate::local::Handle;
use crate::measure::Hear;
use sea_orm::{ConnectOptions, DatabaseConnection, DbErr, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use std::str::FromStr;
use std::time::Duration;

/// The engines that the house runs on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    /// One file, one writer.
    Sqlite,
    /// A server.
    Postgres,
}

/// The two pools of one area's database. On PostgreSQL they are one.
#[derive(Clone, Debug)]
pub struct Database {
    /// Which engine answers.
    pub engine: Engine,
    /// The connection that acts write on: exactly one on SQLite.
    pub(crate) write: DatabaseConnection,
    /// Connections that only read.
    pub(crate) read: DatabaseConnection,
    /// Where SQLite's writing connection lies, for statements that need no driver.
    pub(crate) handle: Handle,
    /// Who hears of statements, while something is measured.
    pub(crate) hear: Option<Hear>,
}

/// Why a database could not be opened, in one line for the engineer.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// Neither `sqlite:` nor `postgres:`.
    #[error("a database is given as sqlite:FILE or postgres://USER@HOST/NAME, not as {0:?}")]
    UnknownScheme(String),
    /// The server or file does not answer.
    #[error("the database {shown} cannot be opened")]
    Unreachable {
        /// The address without its password.
        shown: String,
        /// What the driver said.
        #[source]
        source: Box<sqlx::Error>,
    },
    /// A statement failed while preparing the database.
    #[error("the database cannot be prepared")]
    Prepare(#[from] DbErr),
}

/// The role under which the service runs on PostgreSQL: it may neither change append-only tables nor the schema.
pub(crate) const SERVICE_ROLE: &str = "zhijian_app";
/// About four connections a core: more only queue in the server.
const POSTGRES_CONNECTIONS: u32 = 8;
/// A connection that has rested so long is asked before it is used: the server may have gone meanwhile.
const RESTED: Duration = Duration::from_secs(1);
const SQLITE_READERS: u32 = 4;
/// So long a connection waits for SQLite's write lock.
pub(crate) const BUSY: Duration = Duration::from_secs(10);
/// So many prepared statements a connection keeps.
pub(crate) const STATEMENTS: usize = 256;
/// What the writer keeps of SQLite's pages, in the pragma's own words: 64 MiB.
pub(crate) const WRITER_CACHE: &str = "-65536";
/// The writer itself copies a log of so many pages (64 MiB): only where loading outruns [`crate::checkpoint`].
pub(crate) const LOG_PAGES_MAX: &str = "16384";

impl Database {
    /// Opens the database for the service: on PostgreSQL as the restricted role, which [`crate::migrate`] made.
    ///
    /// # Errors
    /// [`DatabaseError`], to be shown in one line.
    pub async fn open(url: &str) -> Result<Database, DatabaseError> {
        match Engine::of(url)? {
            Engine::Sqlite => open_sqlite(url).await,
            Engine::Postgres => open_postgres(url, Some(SERVICE_ROLE)).await,
        }
    }

    /// Opens the database as its owner, for migrations and bulk loading.
    ///
    /// # Errors
    /// [`DatabaseError`], to be shown in one line.
    pub async fn open_as_owner(url: &str) -> Result<Database, DatabaseError> {
        match Engine::of(url)? {
            Engine::Sqlite => open_sqlite(url).await,
            Engine::Postgres => open_postgres(url, None).await,
        }
    }

    /// The connection for bulk loaders that go beside the desk (COPY, multi-row inserts).
    pub fn bulk(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Closes both pools; what is open is waited for.
    pub async fn close(&self) {
        let _ = self.read.close_by_ref().await;
        let _ = self.write.close_by_ref().await;
    }
}

impl Engine {
    /// The engine that a URL names.
    ///
    /// # Errors
    /// [`DatabaseError::UnknownScheme`].
    pub fn of(url: &str) -> Result<Engine, DatabaseError> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Ok(Engine::Sqlite),
            Some("postgres" | "postgresql") => Ok(Engine::Postgres),
            Some(_) | None => Err(DatabaseError::UnknownScheme(without_password(url))),
        }
    }
}

/// What a `sqlite:` URL names.
pub(crate) fn sqlite_options(url: &str) -> Result<SqliteConnectOptions, sqlx::Error> {
    SqliteConnectOptions::from_str(url)
}

async fn open_sqlite(url: &str) -> Result<Database, DatabaseError> {
    let unreachable =
        |source: sqlx::Error| DatabaseError::Unreachable { shown: url.to_owned(), source: Box::new(source) };
    let options = sqlite_options(url)
        .map_err(unreachable)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL: what was acknowledged is on the disk, also after a power cut.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .statement_cache_capacity(STATEMENTS)
        .pragma("temp_store", "memory")
        .disable_statement_logging();
    let pool = |count: u32| {
        SqlitePoolOptions::new().min_connections(1).max_connections(count).idle_timeout(None).max_lifetime(None)
    };
    // The writer keeps what it changes; readers leave the rest to the system's own cache, which they all share.
    let writing = options.clone().pragma("cache_size", WRITER_CACHE).pragma("wal_autocheckpoint", LOG_PAGES_MAX);
    // Two threads use it in turn (`crate::local`), so SQLite itself is to guard it.
    let writing = writing.serialized(true);
    let handle = Handle::default();
    let noted = handle.clone();
    let write = pool(1).after_connect(move |connection, _| {
        let noted = noted.clone();
        Box::pin(async move { noted.note(connection).await })
    });
    let write = write.connect_with(writing).await.map_err(unreachable)?;
    let reading = options.pragma("cache_size", "-16384").pragma("query_only", "on");
    let read = pool(SQLITE_READERS).connect_with(reading).await.map_err(unreachable)?;
    Ok(Database {
        engine: Engine::Sqlite,
        write: SqlxSqliteConnector::from_sqlx_sqlite_pool(write),
        read: SqlxSqliteConnector::from_sqlx_sqlite_pool(read),
        handle,
        hear: None,
    })
}

async fn open_postgres(url: &str, role: Option<&str>) -> Result<Database, DatabaseError> {
    let unreachable =
        |source: sqlx::Error| DatabaseError::Unreachable { shown: without_password(url), source: Box::new(source) };
    let mut options =
        PgConnectOptions::from_str(url).map_err(unreachable)?.statement_cache_capacity(256).disable_statement_logging();
    if let Some(role) = role {
        // A statement or a transaction that hangs is ended by the server: seals rely on transactions being short.
        options = options.options([
            ("role", role),
            ("statement_timeout", "30s"),
            ("idle_in_transaction_session_timeout", "30s"),
        ]);
    }
    // A pool would try a server that is not there for ten seconds and then complain of the time, not of the server.
    PgConnection::connect_with(&options).await.map_err(unreachable)?.close().await.map_err(unreachable)?;
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(Duration::from_secs(10))
        // A connection in steady use is not asked each time whether it still stands: an act that finds it gone is done again.
        .test_before_acquire(false)
        .before_acquire(|connection, known| {
            Box::pin(async move {
                if known.idle_for > RESTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(options)
        .await
        .map_err(unreachable)?;
    let connection = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
    let (handle, hear) = (Handle::default(), None);
    Ok(Database { engine: Engine::Postgres, write: connection.clone(), read: connection, handle, hear })
}

/// The URL as a log may show it.
fn without_password(url: &str) -> String {
    let mut options = ConnectOptions::new(url);
    let _ = options.sqlx_logging(false);
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => url.to_owned(),
    }
}
