//! Loading many rows at once, beside the desk: a synthetic city, an old system's files.
//!
//! Multi-row inserts on SQLite, COPY on PostgreSQL. The loader begins and commits on its own connection. It refuses nothing
//! that the tables do not refuse; whoever loads posts the sums of [`Line::income`] to the books, or `verify` will tell.

mod employers;

pub use employers::{DeclarationRow, OpeningRow, WageRow};

use crate::{AccountEntry, Line, MonthSummary};
use kernel::{Date, Timestamp};
use sqlx::{AssertSqlSafe, PgConnection, SqliteConnection};
use std::fmt::Write as _;
use uuid::Uuid;

/// A connection to load on.
#[derive(Debug)]
pub enum Target<'c> {
    /// Multi-row inserts.
    Sqlite(&'c mut SqliteConnection),
    /// COPY.
    Postgres(&'c mut PgConnection),
}

/// A row that can be loaded: [`Line`], [`MonthSummary`], [`AccountEntry`], [`WageRow`], [`DeclarationRow`], [`OpeningRow`],
/// [`crate::Claim`], [`crate::Due`].
pub trait Row: sealed::Cells {}
impl Row for Line {}
impl Row for MonthSummary {}
impl Row for AccountEntry {}

/// Inserts rows; the same key twice is an error.
///
/// # Errors
/// The driver's.
pub async fn insert<R: Row>(target: &mut Target<'_>, rows: &[R]) -> Result<(), sqlx::Error> {
    insert_into(target, R::TABLE, rows).await
}

/// Inserts rows into a table of the same columns and another name: what a benchmark measures against.
///
/// # Errors
/// The driver's.
pub async fn insert_into<R: Row>(target: &mut Target<'_>, table: &str, rows: &[R]) -> Result<(), sqlx::Error> {
    match target {
        Target::Sqlite(connection) => insert_values(connection, table, rows).await,
        Target::Postgres(connection) => copy(connection, table, rows).await,
    }
}

/// About a thousand values a statement: few calls, and a program that SQLite prepares once.
const VALUES_A_STATEMENT: usize = 1000;

async fn insert_values<R: Row>(connection: &mut SqliteConnection, table: &str, rows: &[R]) -> Result<(), sqlx::Error> {
    let mut cells = Vec::with_capacity(VALUES_A_STATEMENT);
    for chunk in rows.chunks(VALUES_A_STATEMENT / R::COLUMNS.len()) {
        cells.clear();
        for row in chunk {
            row.cells(&mut cells);
        }
        let mut query = sqlx::query(AssertSqlSafe(statement::<R>(table, chunk.len())));
        for cell in &cells {
            query = match cell {
                Cell::Id(id) => query.bind(*id),
                Cell::Number(number) => query.bind(*number),
                Cell::Word(word) => query.bind(*word),
                Cell::Moment(moment) => query.bind(*moment),
                Cell::Day(day) => query.bind(*day),
                Cell::Absent => query.bind(None::<i64>),
            };
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

fn statement<R: Row>(table: &str, rows: usize) -> String {
    let places = vec!["?"; R::COLUMNS.len()].join(",");
    let tuples = vec![format!("({places})"); rows].join(",");
    format!("insert into {table} ({}) values {tuples}", R::COLUMNS.join(", "))
}

/// Sent to the server whenever so many bytes have gathered.
const COPY_BUFFER: usize = 1 << 20;

async fn copy<R: Row>(connection: &mut PgConnection, table: &str, rows: &[R]) -> Result<(), sqlx::Error> {
    let sql = format!("copy {table} ({}) from stdin", R::COLUMNS.join(", "));
    let mut copy = connection.copy_in_raw(&sql).await?;
    let mut buffer = String::with_capacity(COPY_BUFFER + 4096);
    let mut cells = Vec::with_capacity(R::COLUMNS.len());
    for row in rows {
        cells.clear();
        row.cells(&mut cells);
        for (index, cell) in cells.iter().enumerate() {
            buffer.push_str(if index == 0 { "" } else { "\t" });
            // Writing to a string cannot fail; ids, numbers and our own words need no escape.
            let _ = match cell {
                Cell::Id(id) => write!(buffer, "{id}"),
                Cell::Number(number) => write!(buffer, "{number}"),
                Cell::Word(word) => write!(buffer, "{word}"),
                Cell::Moment(moment) => write!(buffer, "{}", moment.to_rfc3339()),
                Cell::Day(day) => write!(buffer, "{day}"),
                Cell::Absent => write!(buffer, "\\N"),
            };
        }
        buffer.push('\n');
        if buffer.len() >= COPY_BUFFER {
            copy.send(buffer.as_bytes()).await?;
            buffer.clear();
        }
    }
    copy.send(buffer.as_bytes()).await?;
    copy.finish().await.map(|_| ())
}

/// A value of a row.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Cell {
    /// An id.
    Id(Uuid),
    /// Fen, a month, a count.
    Number(i64),
    /// One of our named words.
    Word(&'static str),
    /// An instant.
    Moment(Timestamp),
    /// A business day.
    Day(Date),
    /// Absent, which is not zero.
    Absent,
}

mod sealed {
    use super::Cell;
    use crate::{AccountEntry, EmployerPart, Line, MonthSummary, SharedPart};
    use kernel::{Fen, Month};
    use uuid::Uuid;

    pub trait Cells: Sync {
        const TABLE: &'static str;
        const COLUMNS: &'static [&'static str];
        fn cells(&self, out: &mut Vec<Cell>);
    }

    pub(super) fn number(value: i32) -> Cell {
        Cell::Number(i64::from(value))
    }
    pub(super) fn month(month: Month) -> Cell {
        number(month.number())
    }
    pub(super) fn fen(amount: Option<Fen>) -> Cell {
        amount.map_or(Cell::Absent, |amount| Cell::Number(amount.fen()))
    }
    fn id(id: Option<Uuid>) -> Cell {
        id.map_or(Cell::Absent, Cell::Id)
    }
    pub(super) fn shared(part: Option<SharedPart>) -> [Cell; 3] {
        [fen(part.map(|p| p.base)), fen(part.and_then(|p| p.employer)), fen(part.and_then(|p| p.personal))]
    }
    pub(super) fn alone(part: Option<EmployerPart>) -> [Cell; 2] {
        [fen(part.map(|p| p.base)), fen(part.map(|p| p.employer))]
    }

    impl Cells for Line {
        const TABLE: &'static str = "contribution_line";
        const COLUMNS: &'static [&'static str] = &[
            "person_id",
            "fee_month",
            "id",
            "relation_id",
            "payer",
            "kind",
            "settlement",
            "credited",
            "bill_id",
            "receipt_id",
            "policy",
            "pension_base",
            "pension_employer",
            "pension_personal",
            "pension_account",
            "medical_base",
            "medical_employer",
            "medical_personal",
            "unemployment_base",
            "unemployment_employer",
            "unemployment_personal",
            "injury_base",
            "injury_employer",
            "maternity_base",
            "maternity_employer",
        ];

        fn cells(&self, out: &mut Vec<Cell>) {
            let pension = self.pension;
            out.extend([
                Cell::Id(self.person.uuid()),
                month(self.month),
                Cell::Id(self.id.uuid()),
                Cell::Id(self.relation.uuid()),
                Cell::Word(self.payer.as_str()),
                Cell::Word(self.kind.as_str()),
                month(self.settlement),
                month(self.credited),
                id(self.bill.map(|bill| bill.uuid())),
                id(self.receipt.map(|receipt| receipt.uuid())),
                Cell::Number(self.policy),
                fen(pension.map(|p| p.base)),
                fen(pension.and_then(|p| p.employer)),
                fen(pension.map(|p| p.personal)),
                fen(pension.map(|p| p.account)),
            ]);
            out.extend(shared(self.medical));
            out.extend(shared(self.unemployment));
            out.extend(alone(self.injury));
            out.extend(alone(self.maternity));
        }
    }

    impl Cells for MonthSummary {
        const TABLE: &'static str = "contribution_month";
        const COLUMNS: &'static [&'static str] = &[
            "person_id",
            "fee_month",
            "pension_line",
            "pension_base",
            "pension_account",
            "medical_base",
            "unemployment_base",
            "injury_base",
            "maternity_base",
            "sources",
        ];

        fn cells(&self, out: &mut Vec<Cell>) {
            out.extend([
                Cell::Id(self.person.uuid()),
                month(self.month),
                id(self.pension_line.map(|line| line.uuid())),
                fen(self.pension_base),
                fen(self.pension_account),
                fen(self.medical_base),
                fen(self.unemployment_base),
                fen(self.injury_base),
                fen(self.maternity_base),
                number(self.sources),
            ]);
        }
    }

    impl Cells for AccountEntry {
        const TABLE: &'static str = "contribution_account_entry";
        const COLUMNS: &'static [&'static str] = &["person_id", "year", "kind", "number", "amount", "method", "policy"];

        fn cells(&self, out: &mut Vec<Cell>) {
            out.extend([
                Cell::Id(self.person.uuid()),
                number(self.year),
                Cell::Word(self.kind.as_str()),
                number(self.number),
                Cell::Number(self.amount.fen()),
                self.method.map_or(Cell::Absent, |method| Cell::Word(method.as_str())),
                Cell::Number(self.policy),
            ]);
        }
    }
}
