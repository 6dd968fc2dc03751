//! Sealing again with the newest key what older ones sealed: after a rotation, by the database's owner, while no hall runs.
//!
//! What is written once (append-only tables) is sealed again too: the text in it stays the same, and a key that strangers saw
//! must open nothing here. It goes in small transactions, can be broken off at any moment and be begun again.

use crate::database::Engine;
use crate::migration::{Migrations, append_only_guards, drop_append_only_guards};
use crate::{Column, Database, DatabaseError, Keys};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Statement, TransactionTrait, Value};
use uuid::Uuid;

/// A sealed column as it lies in the database; the row's key is its `id`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sealed {
    /// The table and the name under which it is sealed.
    pub column: Column,
    /// The column's name in the table.
    pub stored: &'static str,
}

/// So many rows share a transaction: some tens of milliseconds, and some ten megabytes of printed papers at most.
const CHUNK: i64 = 100;

/// Seals every value of the columns again that an older key sealed; the migrations tell which tables are written once;
/// `progress` hears how many values were sealed. Answers how many.
///
/// # Errors
/// [`DatabaseError`]; what was sealed again before the error stays so, and a further call goes on from there.
pub async fn reseal(
    url: &str,
    keys: &Keys,
    columns: &[Sealed],
    lists: &[&Migrations],
    progress: &(dyn Fn(u64) + Sync),
) -> Result<u64, DatabaseError> {
    let database = Database::open_as_owner(url).await?;
    let mut done = 0;
    for sealed in columns {
        let written_once = lists.iter().copied().flatten().any(|step| step.append_only.contains(&sealed.column.0));
        let guarded = database.engine == Engine::Sqlite && written_once;
        let mut after = Uuid::nil();
        while let Some((last, count)) = reseal_some(&database, keys, *sealed, after, guarded).await? {
            after = last;
            done += count;
            progress(done);
        }
    }
    database.close().await;
    Ok(done)
}

/// Seals the next rows again; answers the last row's id and how many there were, or nothing where none is left.
async fn reseal_some(
    database: &Database,
    keys: &Keys,
    sealed: Sealed,
    after: Uuid,
    guarded: bool,
) -> Result<Option<(Uuid, u64)>, DbErr> {
    let Sealed { column, stored } = sealed;
    #[expect(clippy::disallowed_methods, reason = "control is the crate that begins transactions")]
    let transaction = database.write.begin().await?;
    let rows = old_rows(&transaction, keys, sealed, after).await?;
    let Some((last, _)) = rows.last() else { return Ok(None) };
    let (last, count) = (*last, u64::try_from(rows.len()).unwrap_or(u64::MAX));
    if guarded {
        transaction.execute_unprepared(&drop_append_only_guards(column.0)).await?;
    }
    let update = format!("update {} set {stored} = $1 where id = $2", column.0);
    for (row, old) in rows {
        let new = keys.seal_bytes(column, row, &keys.open_bytes(column, row, &old)?)?;
        run(&transaction, &update, [new.into(), row.into()]).await?;
    }
    if guarded {
        transaction.execute_unprepared(&append_only_guards(column.0)).await?;
    }
    transaction.commit().await?;
    Ok(Some((last, count)))
}

/// The next rows whose value an older key sealed: its number is the first byte. Nothing is sealed where nothing was known.
async fn old_rows(
    transaction: &DatabaseTransaction,
    keys: &Keys,
    sealed: Sealed,
    after: Uuid,
) -> Result<Vec<(Uuid, Vec<u8>)>, DbErr> {
    let Sealed { column: Column(table, _), stored } = sealed;
    let select = format!(
        "select id, {stored} from {table} where id > $1 and length({stored}) > 0 \
         and substr({stored}, 1, 1) <> $2 order by id limit $3"
    );
    let values = [after.into(), vec![keys.newest()].into(), CHUNK.into()];
    let statement = Statement::from_sql_and_values(transaction.get_database_backend(), select, values);
    let rows = transaction.query_all_raw(statement).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

async fn run<const N: usize>(transaction: &DatabaseTransaction, sql: &str, values: [Value; N]) -> Result<(), DbErr> {
    let statement = Statement::from_sql_and_values(transaction.get_database_backend(), sql, values);
    transaction.execute_raw(statement).await.map(|_| ())
}
