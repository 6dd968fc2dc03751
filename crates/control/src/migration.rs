//! Migrations: SQL in order, one list a crate, run by the database's owner. What was run is never changed, only followed.
//!
//! The files are written in PostgreSQL's words; for SQLite five type names are exchanged, append-only tables get triggers that
//! refuse UPDATE and DELETE, and `/* without rowid */` becomes a clause. On PostgreSQL the service's role gets no grant to
//! change append-only tables.

use crate::{Database, DatabaseError, Engine, database::SERVICE_ROLE, key::sm3, store};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement, TransactionTrait};

/// The migrations of one crate, in their order.
pub type Migrations = [Migration];

/// One step of a crate's schema.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Crate and number, as in `registry/0001`.
    pub id: &'static str,
    /// The statements, in PostgreSQL's words.
    pub sql: &'static str,
    /// Tables of this step whose rows are written once and never changed or deleted.
    pub append_only: &'static [&'static str],
}

/// Brings a database to the given schema; what was run before is skipped. Says how many steps ran.
///
/// # Errors
/// [`DatabaseError`] where a step fails (nothing of that step stays) or a step that ran before has since been changed.
pub async fn migrate(url: &str, lists: &[&Migrations]) -> Result<usize, DatabaseError> {
    let database = Database::open_as_owner(url).await?;
    let ran = run_all(&database, lists).await;
    database.close().await;
    ran
}

/// The steps of a schema that this database has not run yet.
///
/// # Errors
/// The database's; also where it was never prepared at all.
pub async fn pending_migrations(view: &crate::View, lists: &[&Migrations]) -> Result<Vec<&'static str>, DbErr> {
    let ran = crate::store::migrations_run(view).await?;
    let wanted = store::MIGRATIONS.iter().chain(lists.iter().copied().flatten());
    Ok(wanted.map(|migration| migration.id).filter(|id| !ran.iter().any(|known| known == id)).collect())
}

async fn run_all(database: &Database, lists: &[&Migrations]) -> Result<usize, DatabaseError> {
    let db = &database.write;
    db.execute_unprepared(&words_for(database.engine, MIGRATION_TABLE)).await?;
    if database.engine == Engine::Postgres {
        prepare_role(db).await?;
    }
    let mut ran = 0;
    for migration in store::MIGRATIONS.iter().chain(lists.iter().copied().flatten()) {
        ran += usize::from(run(database, migration).await?);
    }
    if database.engine == Engine::Postgres {
        let grant = format!("grant select, insert on control_migration to {SERVICE_ROLE}");
        db.execute_unprepared(&grant).await?;
    }
    Ok(ran)
}

const MIGRATION_TABLE: &str = "create table if not exists control_migration (id text primary key, hash text not null)";

async fn run(database: &Database, migration: &Migration) -> Result<bool, DatabaseError> {
    let hash = hex::encode(sm3(&[migration.sql.as_bytes()]));
    let backend = database.write.get_database_backend();
    let asked = Statement::from_sql_and_values(
        backend,
        "select hash from control_migration where id = $1",
        [migration.id.into()],
    );
    if let Some(row) = database.write.query_one_raw(asked).await? {
        let known: String = row.try_get_by_index(0)?;
        if known != hash {
            let message = format!("migration {} was changed after it had run", migration.id);
            return Err(DatabaseError::Prepare(DbErr::Migration(message)));
        }
        return Ok(false);
    }
    #[expect(clippy::disallowed_methods, reason = "control is the crate that begins transactions")]
    let transaction = database.write.begin().await?;
    transaction.execute_unprepared(&words_for(database.engine, migration.sql)).await?;
    transaction.execute_unprepared(&guards(database.engine, migration)).await?;
    let note = Statement::from_sql_and_values(
        backend,
        "insert into control_migration (id, hash) values ($1, $2)",
        [migration.id.into(), hash.into()],
    );
    transaction.execute_raw(note).await?;
    transaction.commit().await?;
    Ok(true)
}

async fn prepare_role(db: &DatabaseConnection) -> Result<(), DbErr> {
    let known = Statement::from_sql_and_values(
        db.get_database_backend(),
        "select 1 from pg_roles where rolname = $1",
        [SERVICE_ROLE.into()],
    );
    if db.query_one_raw(known).await?.is_none() {
        // Two cities may be prepared at the same moment on one server: the second finds the role made.
        let made = db.execute_unprepared(&format!("create role {SERVICE_ROLE} nologin")).await;
        if let Err(error) = made
            && !error.to_string().contains(SERVICE_ROLE)
        {
            return Err(error);
        }
    }
    db.execute_unprepared(&format!(
        "grant {SERVICE_ROLE} to current_user; grant usage on schema public to {SERVICE_ROLE}"
    ))
    .await
    .map(|_| ())
}

/// Forgets everything: drops every table that a migration made. For demos and tests; there is no way back.
///
/// # Errors
/// [`DatabaseError`].
pub async fn forget(url: &str, lists: &[&Migrations]) -> Result<(), DatabaseError> {
    let database = Database::open_as_owner(url).await?;
    let made: Vec<&str> =
        store::MIGRATIONS.iter().chain(lists.iter().copied().flatten()).flat_map(|m| tables_of(m.sql)).collect();
    for table in made.iter().rev().chain(&["control_migration"]) {
        database.write.execute_unprepared(&format!("drop table if exists {table}")).await?;
    }
    database.close().await;
    Ok(())
}

/// The statements in the engine's own words.
fn words_for(engine: Engine, sql: &str) -> String {
    match engine {
        Engine::Postgres => sql.to_owned(),
        Engine::Sqlite => sql
            .replace(" timestamptz", " timestamp_with_timezone_text")
            .replace(" uuid", " uuid_text")
            .replace(" date ", " date_text ")
            .replace(" date,", " date_text,")
            .replace(" bytea", " blob")
            .replace("/* without rowid */", "without rowid"),
    }
}

/// The tables that a step makes, read off its own text.
fn tables_of(sql: &str) -> impl Iterator<Item = &str> {
    sql.lines().filter_map(|line| line.trim_start().strip_prefix("create table ")?.split([' ', '(']).next())
}

fn guards(engine: Engine, migration: &Migration) -> String {
    let mut sql = String::from("select 1;");
    for table in tables_of(migration.sql) {
        let append_only = migration.append_only.contains(&table);
        match engine {
            Engine::Postgres => {
                let rights = if append_only { "select, insert" } else { "select, insert, update, delete" };
                sql.push_str(&format!("grant {rights} on {table} to {SERVICE_ROLE};"));
            }
            Engine::Sqlite if append_only => sql.push_str(&append_only_guards(table)),
            Engine::Sqlite => {}
        }
    }
    sql
}

/// The triggers by which SQLite refuses to change what is written once.
pub(crate) fn append_only_guards(table: &str) -> String {
    let guard = |verb| {
        format!(
            "create trigger {table}_no_{verb} before {verb} on {table} \
             begin select raise(abort, '{table} is append-only'); end;"
        )
    };
    ["update", "delete"].map(guard).concat()
}

/// Takes them away, for the owner and within one transaction.
pub(crate) fn drop_append_only_guards(table: &str) -> String {
    ["update", "delete"].map(|verb| format!("drop trigger {table}_no_{verb};")).concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_append_only_table_is_made_by_its_own_step() {
        for migration in store::MIGRATIONS {
            let tables: Vec<&str> = tables_of(migration.sql).collect();
            assert!(migration.append_only.iter().all(|table| tables.contains(table)), "{}", migration.id);
        }
    }

    #[test]
    fn sqlite_gets_its_own_type_names() {
        let sql = words_for(
            Engine::Sqlite,
            "create table a (id uuid primary key, at timestamptz not null, on_day date not null, last date, body bytea)",
        );
        assert_eq!(
            sql,
            "create table a (id uuid_text primary key, at timestamp_with_timezone_text not null, on_day date_text not null, last date_text, body blob)"
        );
    }
}
