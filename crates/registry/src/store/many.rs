//! Statements of many rows each, for loading.

use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Statement, Value};

/// Values in one statement, at most: SQLite takes 32766, PostgreSQL 65535.
const VALUES_MAX: usize = 4_000;

/// Rows that wait for their statement.
pub(crate) struct Rows {
    head: &'static str,
    width: usize,
    values: Vec<Value>,
}

impl Rows {
    /// Rows of so many columns; the head ends with `values `.
    pub(crate) const fn new(head: &'static str, width: usize) -> Rows {
        Rows { head, width, values: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn push<const N: usize>(&mut self, row: [Value; N]) {
        assert_eq!(N, self.width, "a row of another width for {}", self.head);
        self.values.extend(row);
    }

    /// Inserts them all; every full statement has the same text, so that it is prepared once.
    pub(crate) async fn insert<C: ConnectionTrait>(self, db: &C) -> Result<(), DbErr> {
        let rows_max = (VALUES_MAX / self.width).max(1);
        let mut values = self.values.into_iter().peekable();
        while values.peek().is_some() {
            let part: Vec<Value> = values.by_ref().take(rows_max * self.width).collect();
            let backend = db.get_database_backend();
            let sql = text(backend, self.head, part.len() / self.width, self.width);
            db.execute_raw(Statement::from_sql_and_values(backend, sql, part)).await?;
        }
        Ok(())
    }
}

fn text(backend: DatabaseBackend, head: &str, rows: usize, width: usize) -> String {
    // SQLite looks every named place up among all others, which takes ever longer; nameless ones it only counts.
    let nameless = backend == DatabaseBackend::Sqlite;
    let place = |place: usize| if nameless { "?".to_owned() } else { format!("${place}") };
    let row = |row: usize| {
        let places: Vec<String> = (1..=width).map(|at| place(row * width + at)).collect();
        format!("({})", places.join(", "))
    };
    format!("{head}{}", (0..rows).map(row).collect::<Vec<_>>().join(", "))
}
