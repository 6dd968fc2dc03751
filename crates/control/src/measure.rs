//! What a benchmark needs of the database: to hear what the desk sends, and a place on a server where nobody else's tables lie.

use crate::local::{bind, failed};
use crate::{Database, DatabaseError, database};
use rusqlite::TransactionBehavior;
use sea_orm::{ConnectionTrait, DbErr, Value};
use std::sync::Arc;
use std::time::Duration;

/// A statement that went to the database, inside an act or beside it. `BEGIN`, savepoints and `COMMIT` are not told.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// Its text.
    pub sql: &'a str,
    /// Its values, in their order.
    pub values: &'a [Value],
    /// From sending to the whole answer.
    pub took: Duration,
}

/// Who hears of statements.
#[derive(Clone)]
pub(crate) struct Hear(Arc<dyn Fn(Sent<'_>) + Send + Sync>);

impl Hear {
    pub(crate) fn tell(&self, sql: &str, values: &[Value], took: Duration) {
        (self.0)(Sent { sql, values, took });
    }
}

impl std::fmt::Debug for Hear {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hear")
    }
}

/// SQLite with nothing before it: a connection with the desk's settings, on which whoever has it runs statements itself. What it
/// does in a second is the limit beside which a benchmark puts the desk.
pub struct BareSqlite(rusqlite::Connection);

impl BareSqlite {
    /// Opens the file that a `sqlite:` URL names.
    ///
    /// # Errors
    /// [`DatabaseError::Unreachable`].
    pub fn open(url: &str) -> Result<BareSqlite, DatabaseError> {
        let unreachable = |source| DatabaseError::Unreachable { shown: url.to_owned(), source };
        let path = database::sqlite_options(url).map_err(|error| unreachable(error.into()))?.get_filename().to_owned();
        let opened = rusqlite::Connection::open(path).and_then(|connection| {
            connection.busy_timeout(database::BUSY)?;
            connection.execute_batch(&format!(
                "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma temp_store = memory; \
                 pragma cache_size = {}; pragma wal_autocheckpoint = {}",
                database::WRITER_CACHE,
                database::LOG_PAGES_MAX,
            ))?;
            connection.set_prepared_statement_cache_capacity(database::STATEMENTS);
            Ok(BareSqlite(connection))
        });
        opened.map_err(|error| unreachable(Box::new(sqlx::Error::Io(std::io::Error::other(error)))))
    }

    /// Runs statements in one transaction, reading whatever they answer, and commits.
    ///
    /// # Errors
    /// SQLite's; nothing of them remains then.
    pub fn commit<'a>(&mut self, statements: impl IntoIterator<Item = (&'a str, &'a [Value])>) -> Result<(), DbErr> {
        let transaction = self.0.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        for (sql, values) in statements {
            let mut statement = transaction.prepare_cached(sql).map_err(failed)?;
            bind(&mut statement, values)?;
            let mut rows = statement.raw_query();
            while rows.next().map_err(failed)?.is_some() {}
        }
        transaction.commit().map_err(failed)
    }
}

impl std::fmt::Debug for BareSqlite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BareSqlite")
    }
}

impl Database {
    /// The same database, telling of every statement. Only for measuring: values may be personal data.
    #[must_use]
    pub fn telling(mut self, hear: impl Fn(Sent<'_>) + Send + Sync + 'static) -> Database {
        let hear = Hear(Arc::new(hear));
        for connection in [&mut self.write, &mut self.read] {
            let hear = hear.clone();
            connection.set_metric_callback(move |info| {
                let values = info.statement.values.as_ref().map_or(&[][..], |values| &values.0);
                hear.tell(&info.statement.sql, values, info.elapsed);
            });
        }
        self.hear = Some(hear);
        self
    }
}

/// Makes an empty schema on a server and answers the address under which all names mean its tables. One that was left there
/// by this name is dropped first, and nothing else is touched.
///
/// # Errors
/// [`DatabaseError`].
pub async fn own_schema(url: &str, name: &'static str) -> Result<String, DatabaseError> {
    drop_schema(url, name).await?;
    // The service's role may not be there yet, so everybody may see the schema; what lies in it has rights of its own.
    run(url, &format!("create schema {name}; grant usage on schema {name} to public")).await?;
    let mark = if url.contains('?') { '&' } else { '?' };
    Ok(format!("{url}{mark}options[search_path]={name}"))
}

/// Drops a schema that [`own_schema`] made, with everything in it.
///
/// # Errors
/// [`DatabaseError`].
pub async fn drop_schema(url: &str, name: &'static str) -> Result<(), DatabaseError> {
    run(url, &format!("drop schema if exists {name} cascade")).await
}

async fn run(url: &str, statements: &str) -> Result<(), DatabaseError> {
    let owner = Database::open_as_owner(url).await?;
    let done = owner.bulk().execute_unprepared(statements).await;
    owner.close().await;
    done.map(|_| ()).map_err(DatabaseError::Prepare)
}
