//! SQLite where the act runs. The driver has each connection live on a thread of its own and sends it every statement: two
//! threads are woken for a question that itself takes a few microseconds. The hand-written statements of an act are run here
//! instead, on the same connection, inside the same transaction, by the thread that runs the act.

use crate::Row;
use crate::measure::Hear;
use rusqlite::ffi::sqlite3;
use rusqlite::types::{ToSqlOutput, Value as Cell, ValueRef};
use rusqlite::{Connection, Statement};
use sea_orm::{DbErr, RuntimeErr, Value};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// So many prepared statements are kept for one transaction.
const STATEMENTS: usize = 128;

/// Where the driver's one writing connection lies in memory, as [`Handle::note`] last saw it.
#[derive(Clone, Default, Debug)]
pub(crate) struct Handle(Arc<AtomicPtr<sqlite3>>);

/// The connection of a transaction that is open. It must not outlive it: [`crate::transaction::Transaction`] sees to that.
pub(crate) struct Local {
    connection: Mutex<Connection>,
    hear: Option<Hear>,
}

impl Handle {
    /// Remembers a connection that the driver has opened.
    pub(crate) async fn note(&self, connection: &mut sqlx::SqliteConnection) -> Result<(), sqlx::Error> {
        self.0.store(connection.lock_handle().await?.as_raw_handle().as_ptr(), Ordering::Release);
        Ok(())
    }

    /// The connection, for whoever has just begun a transaction on it.
    pub(crate) fn local(&self, hear: Option<Hear>) -> Result<Option<Local>, DbErr> {
        let handle = self.0.load(Ordering::Acquire);
        if handle.is_null() {
            return Ok(None);
        }
        #[expect(unsafe_code, reason = "two libraries share one connection")]
        // SAFETY: the handle is that of the pool's only connection, which the caller's transaction holds and keeps open for
        // longer than `Local` lives. The connection was opened in SQLite's serialized mode, so that the driver's thread and
        // this one may both call it, one after the other.
        let connection = unsafe { Connection::from_handle(handle) }.map_err(failed)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(Some(Local { connection: Mutex::new(connection), hear }))
    }
}

impl Local {
    /// Runs a statement and says how many rows it touched.
    pub(crate) fn execute(&self, sql: &str, values: &[Value]) -> Result<u64, DbErr> {
        let touched = self.prepared(sql, values, |statement| statement.raw_execute())?;
        Ok(u64::try_from(touched).unwrap_or(u64::MAX))
    }

    /// The rows of a query, so many at most.
    pub(crate) fn fetch(&self, sql: &str, values: &[Value], at_most: usize) -> Result<Vec<Row>, DbErr> {
        self.prepared(sql, values, |statement| {
            let width = statement.column_count();
            let mut rows = statement.raw_query();
            let mut read = Vec::new();
            while read.len() < at_most
                && let Some(row) = rows.next()?
            {
                let cells: Vec<Cell> = (0..width).map(|index| row.get(index)).collect::<Result<_, _>>()?;
                read.push(Row::from(cells));
            }
            Ok(read)
        })
    }

    fn prepared<T>(
        &self,
        sql: &str,
        values: &[Value],
        run: impl FnOnce(&mut Statement<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, DbErr> {
        let sent = Instant::now();
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let mut statement = connection.prepare_cached(sql).map_err(failed)?;
        bind(&mut statement, values)?;
        let done = run(&mut statement).map_err(failed);
        if let Some(hear) = &self.hear {
            hear.tell(sql, values, sent.elapsed());
        }
        done
    }
}

/// Binds `$1`, `$2`, ... by their numbers: SQLite takes them for names and counts them as they come.
pub(crate) fn bind(statement: &mut Statement<'_>, values: &[Value]) -> Result<(), DbErr> {
    for place in 1..=statement.parameter_count() {
        let number = statement.parameter_name(place).and_then(|name| name.get(1..)?.parse().ok()).unwrap_or(place);
        let value = number.checked_sub(1).and_then(|index| values.get(index));
        let value = value.ok_or_else(|| DbErr::Custom(format!("no value for ${number}")))?;
        statement.raw_bind_parameter(place, cell(value)?).map_err(failed)?;
    }
    Ok(())
}

/// A value as the driver would store it.
#[expect(clippy::wildcard_enum_match_arm, reason = "the library's enum, of which we bind these")]
fn cell(value: &Value) -> Result<ToSqlOutput<'_>, DbErr> {
    fn owned(value: Option<impl Into<Cell>>) -> ToSqlOutput<'static> {
        ToSqlOutput::Owned(value.map_or(Cell::Null, Into::into))
    }
    fn borrowed<'a, T>(value: &'a Option<T>, as_ref: impl FnOnce(&'a T) -> ValueRef<'a>) -> ToSqlOutput<'a> {
        ToSqlOutput::Borrowed(value.as_ref().map_or(ValueRef::Null, as_ref))
    }
    Ok(match value {
        Value::Bool(value) => owned(*value),
        Value::TinyInt(value) => owned(*value),
        Value::SmallInt(value) => owned(*value),
        Value::Int(value) => owned(*value),
        Value::BigInt(value) => owned(*value),
        Value::TinyUnsigned(value) => owned(*value),
        Value::SmallUnsigned(value) => owned(*value),
        Value::Unsigned(value) => owned(*value),
        Value::String(value) => borrowed(value, |text| ValueRef::Text(text.as_bytes())),
        Value::Bytes(value) => borrowed(value, |bytes| ValueRef::Blob(bytes)),
        Value::Uuid(value) => borrowed(value, |id| ValueRef::Blob(id.as_bytes())),
        Value::ChronoDate(value) => owned(value.map(|day| day.format("%F").to_string())),
        Value::ChronoDateTimeUtc(value) => {
            owned(value.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false)))
        }
        Value::Json(value) => owned(value.as_ref().map(|json| json.to_string())),
        other => return Err(DbErr::Type(format!("no statement of ours binds {other:?}"))),
    })
}

pub(crate) fn failed(error: rusqlite::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::Internal(error.to_string()))
}
