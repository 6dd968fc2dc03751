//! What an act and a question get into their hands: the connection, the moment, the area, the keys.

use crate::desk::Trail;
use crate::local::Local;
use crate::transaction::Transaction;
use crate::{Actor, Keys, Row, job::NewJob, store};
use kernel::{AreaCode, Date, Timestamp};
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseConnection, DatabaseExecutor, DbErr, Statement, Value};
use std::ops::Deref;
use std::sync::Arc;

/// The reading half: what a question needs. Inside an act it reads the act's own transaction.
pub struct View {
    link: Link,
    at: Timestamp,
    area: AreaCode,
    keys: Arc<Keys>,
}

enum Link {
    Pool(DatabaseConnection),
    Inside(Within),
}

/// The transaction of an act.
pub(crate) enum Within {
    /// Its own, or a savepoint of its own: closing the act closes it.
    Own(Transaction),
    /// One that it shares with others; whoever began it closes it.
    Shared(Arc<Transaction>),
}

impl Within {
    pub(crate) fn transaction(&self) -> &Transaction {
        match self {
            Within::Own(transaction) => transaction,
            Within::Shared(transaction) => transaction,
        }
    }
}

impl View {
    pub(crate) fn outside(pool: DatabaseConnection, at: Timestamp, area: AreaCode, keys: Arc<Keys>) -> View {
        View { link: Link::Pool(pool), at, area, keys }
    }

    /// The connection, for SeaORM's queries: `Entity::find().one(&view.db())`.
    pub fn db(&self) -> DatabaseExecutor<'_> {
        match &self.link {
            Link::Pool(pool) => DatabaseExecutor::Connection(pool),
            Link::Inside(within) => DatabaseExecutor::Transaction(within.transaction().driver()),
        }
    }

    fn local(&self) -> Option<&Local> {
        match &self.link {
            Link::Pool(_) => None,
            Link::Inside(within) => within.transaction().local(),
        }
    }

    /// The moment at which this is done.
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// The business day (+08:00) on which this is done.
    pub fn today(&self) -> Date {
        kernel::business_date(self.at)
    }

    /// The pooling area whose database this is.
    pub const fn area(&self) -> AreaCode {
        self.area
    }

    /// The keys that seal, open and index personal data.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Runs a statement of hand-written SQL (`$1` placeholders on both engines) and says how many rows it touched.
    /// For the hottest paths, in `store.rs` only.
    ///
    /// # Errors
    /// The database's.
    pub async fn execute(&self, sql: &'static str, values: impl IntoIterator<Item = Value>) -> Result<u64, DbErr> {
        execute(self.local(), &self.db(), sql, values.into_iter().collect()).await
    }

    /// The first row of a hand-written query. For the hottest paths, in `store.rs` only.
    ///
    /// # Errors
    /// The database's.
    pub async fn fetch_one(
        &self,
        sql: &'static str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Option<Row>, DbErr> {
        if let Some(local) = self.local() {
            let values: Vec<Value> = values.into_iter().collect();
            return Ok(local.fetch(sql, &values, 1)?.pop());
        }
        let db = self.db();
        let row = db.query_one_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
        Ok(row.map(Row::from))
    }

    /// Inserts rows of so many values each by one statement, whose words before `values` these are. In `store.rs` only.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert(&self, into: &'static str, width: usize, values: Vec<Value>) -> Result<(), DbErr> {
        insert(self.local(), &self.db(), into, width, values).await
    }

    /// The same with words after the values, as in `on conflict (id) do update set state = excluded.state`. In `store.rs` only.
    ///
    /// # Errors
    /// The database's.
    pub async fn put(
        &self,
        into: &'static str,
        width: usize,
        values: Vec<Value>,
        conflict: &'static str,
    ) -> Result<(), DbErr> {
        write_rows(self.local(), &self.db(), (into, conflict), width, values).await
    }

    /// All rows of a hand-written query. In `store.rs` only.
    ///
    /// # Errors
    /// The database's.
    pub async fn fetch_all(
        &self,
        sql: impl Into<String>,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<Row>, DbErr> {
        if let Some(local) = self.local() {
            let values: Vec<Value> = values.into_iter().collect();
            return local.fetch(&sql.into(), &values, usize::MAX);
        }
        let db = self.db();
        let rows = db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
        Ok(rows.into_iter().map(Row::from).collect())
    }
}

async fn execute<C>(local: Option<&Local>, db: &C, sql: &str, values: Vec<Value>) -> Result<u64, DbErr>
where
    C: ConnectionTrait,
{
    if let Some(local) = local {
        return local.execute(sql, &values);
    }
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.execute_raw(statement).await?.rows_affected())
}

/// [`View::insert`] in a transaction. By hand, for a builder takes longer than the database does.
pub(crate) async fn insert<C>(
    local: Option<&Local>,
    db: &C,
    into: &'static str,
    width: usize,
    values: Vec<Value>,
) -> Result<(), DbErr>
where
    C: ConnectionTrait,
{
    write_rows(local, db, (into, ""), width, values).await
}

/// So many values a statement on SQLite: enough that the calls do not count, few enough that a full statement, which always has the
/// same text, is prepared once and stays small.
const SQLITE_VALUES: usize = 1000;

async fn write_rows<C>(
    local: Option<&Local>,
    db: &C,
    words: (&'static str, &'static str),
    width: usize,
    values: Vec<Value>,
) -> Result<(), DbErr>
where
    C: ConnectionTrait,
{
    let backend = db.get_database_backend();
    let is_sqlite = backend == DatabaseBackend::Sqlite;
    let most = if is_sqlite { (SQLITE_VALUES / width.max(1)).max(1) * width } else { values.len() };
    let mut values = values.into_iter();
    while values.len() > 0 {
        let part: Vec<Value> = values.by_ref().take(most).collect();
        let sql = row_text(backend, words, width, part.len());
        execute(local, db, &sql, part).await?;
    }
    Ok(())
}

fn row_text(backend: DatabaseBackend, words: (&str, &str), width: usize, count: usize) -> String {
    let mut sql = String::with_capacity(words.0.len() + 7 * count + words.1.len() + 16);
    sql.push_str(words.0);
    for place in 0..count {
        sql.push_str(match (place, place % width.max(1)) {
            (0, _) => " values (",
            (_, 0) => "), (",
            _ => ", ",
        });
        if backend == DatabaseBackend::Sqlite {
            // SQLite looks every named place up among all others, which takes ever longer; nameless ones it only counts.
            sql.push('?');
        } else {
            sql.push('$');
            sql.push_str(&(place + 1).to_string());
        }
    }
    sql.push_str(") ");
    sql.push_str(words.1);
    sql
}

/// The writing half: an act's own transaction, with the actor and the promises made so far.
///
/// It reads as a [`View`] does: `quote(op, ...)` where `quote` asks for `&View`.
pub struct Op {
    view: View,
    actor: Actor,
    pub(crate) jobs: Vec<NewJob>,
}

impl Op {
    pub(crate) fn new(within: Within, at: Timestamp, area: AreaCode, keys: Arc<Keys>, actor: Actor) -> Op {
        Op { view: View { link: Link::Inside(within), at, area, keys }, actor, jobs: Vec::new() }
    }

    /// Who asks.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// A new id of this moment: `let bill: BillId = op.new_id();`
    pub fn new_id<T: From<uuid::Uuid>>(&self) -> T {
        T::from(store::new_uuid(self.view.at))
    }

    /// Random bytes from the operating system, for one-time codes and numbers that nobody may guess.
    ///
    /// # Errors
    /// An error of the database's kind where the system has no randomness to give.
    pub fn random<const N: usize>(&self) -> Result<[u8; N], DbErr> {
        let mut bytes = [0u8; N];
        getrandom::fill(&mut bytes).map_err(|e| DbErr::Custom(format!("no randomness: {e}")))?;
        Ok(bytes)
    }

    /// Promises a job: it is written in this transaction and run by the worker after the commit.
    ///
    /// # Errors
    /// An error of the database's kind where the payload is no JSON.
    pub fn promise<P: serde::Serialize>(&mut self, kind: &'static str, payload: &P) -> Result<(), DbErr> {
        self.promise_at(kind, payload, self.view.at)
    }

    /// Promises a job that is not run before a moment.
    ///
    /// # Errors
    /// As [`Op::promise`].
    pub fn promise_at<P: serde::Serialize>(
        &mut self,
        kind: &'static str,
        payload: &P,
        due: Timestamp,
    ) -> Result<(), DbErr> {
        let payload = serde_json::to_string(payload).map_err(|e| DbErr::Custom(format!("job payload: {e}")))?;
        self.jobs.push(NewJob { id: self.new_id(), kind, payload, due });
        Ok(())
    }

    /// Writes what the act leaves beside its own rows.
    pub(crate) async fn write(&self, trail: &Trail) -> Result<(), DbErr> {
        match &self.view.link {
            Link::Pool(_) => Err(outside()),
            Link::Inside(within) => store::write_trail(within.transaction(), trail).await,
        }
    }

    pub(crate) async fn close(self, keep: Keep) -> Result<Vec<NewJob>, DbErr> {
        match (self.view.link, keep) {
            (Link::Pool(_), _) => return Err(outside()),
            (Link::Inside(Within::Own(transaction)), Keep::Everything) => transaction.commit().await?,
            (Link::Inside(Within::Own(transaction)), Keep::Nothing) => transaction.rollback().await?,
            (Link::Inside(Within::Shared(_)), Keep::Everything | Keep::Nothing) => {}
        }
        Ok(self.jobs)
    }
}

fn outside() -> DbErr {
    DbErr::Custom("an act outside a transaction".to_owned())
}

/// What remains of an act's transaction.
pub(crate) enum Keep {
    Everything,
    Nothing,
}

impl Deref for Op {
    type Target = View;
    fn deref(&self) -> &View {
        &self.view
    }
}
