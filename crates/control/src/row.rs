//! A row of a hand-written query, from whichever way it came.

use rusqlite::types::Value as Cell;
use sea_orm::sea_query::{ArrayType, ValueType};
use sea_orm::{DbErr, QueryResult, TryGetable, Value};

/// A row of [`crate::View::fetch_one`] and [`crate::View::fetch_all`].
#[derive(Debug)]
pub struct Row(Source);

#[derive(Debug)]
enum Source {
    Driver(QueryResult),
    Local(Vec<Cell>),
}

impl From<QueryResult> for Row {
    fn from(row: QueryResult) -> Row {
        Row(Source::Driver(row))
    }
}

impl From<Vec<Cell>> for Row {
    fn from(cells: Vec<Cell>) -> Row {
        Row(Source::Local(cells))
    }
}

impl Row {
    /// The value of a column, counted from 0.
    ///
    /// # Errors
    /// [`DbErr::Type`] where there is no such column, or another kind of value in it.
    pub fn try_get_by_index<T: TryGetable + ValueType>(&self, index: usize) -> Result<T, DbErr> {
        match &self.0 {
            Source::Driver(row) => row.try_get_by_index(index),
            Source::Local(cells) => {
                let cell = cells.get(index).ok_or_else(|| DbErr::Type(format!("no column {index}")))?;
                let value = value(cell, &T::array_type()).ok_or_else(|| mismatch::<T>(index))?;
                T::try_from(value).map_err(|_| mismatch::<T>(index))
            }
        }
    }
}

fn mismatch<T: ValueType>(index: usize) -> DbErr {
    DbErr::Type(format!("column {index} is no {}", T::type_name()))
}

/// SQLite's value as one of the kind that is asked for; `None` where it is of another. Read as the driver writes it.
#[expect(clippy::wildcard_enum_match_arm, reason = "the library's enum, of which we read these")]
fn value(cell: &Cell, kind: &ArrayType) -> Option<Value> {
    Some(match kind {
        ArrayType::Bool => Value::Bool(whole(cell)?.map(|number| number != 0)),
        ArrayType::TinyInt => Value::TinyInt(narrow(whole(cell)?)?),
        ArrayType::SmallInt => Value::SmallInt(narrow(whole(cell)?)?),
        ArrayType::Int => Value::Int(narrow(whole(cell)?)?),
        ArrayType::BigInt => Value::BigInt(whole(cell)?),
        ArrayType::TinyUnsigned => Value::TinyUnsigned(narrow(whole(cell)?)?),
        ArrayType::SmallUnsigned => Value::SmallUnsigned(narrow(whole(cell)?)?),
        ArrayType::Unsigned => Value::Unsigned(narrow(whole(cell)?)?),
        ArrayType::String => Value::String(text(cell)?.map(str::to_owned)),
        ArrayType::Bytes => Value::Bytes(bytes(cell)?.map(<[u8]>::to_vec)),
        ArrayType::Uuid => Value::Uuid(parsed(bytes(cell)?, |bytes| uuid::Uuid::from_slice(bytes).ok())?),
        ArrayType::ChronoDate => Value::ChronoDate(parsed(text(cell)?, |day| day.parse().ok())?),
        ArrayType::ChronoDateTimeUtc => Value::ChronoDateTimeUtc(parsed(text(cell)?, |at| {
            Some(chrono::DateTime::parse_from_rfc3339(at).ok()?.with_timezone(&chrono::Utc))
        })?),
        ArrayType::Json => Value::Json(parsed(text(cell)?, |json| Some(Box::new(serde_json::from_str(json).ok()?)))?),
        _ => return None,
    })
}

// The outer `Option` says whether the cell is of the kind, the inner whether there is anything in it.

fn whole(cell: &Cell) -> Option<Option<i64>> {
    match cell {
        Cell::Null => Some(None),
        Cell::Integer(number) => Some(Some(*number)),
        Cell::Real(_) | Cell::Text(_) | Cell::Blob(_) => None,
    }
}

fn narrow<T: TryFrom<i64>>(number: Option<i64>) -> Option<Option<T>> {
    number.map_or(Some(None), |number| T::try_from(number).ok().map(Some))
}

fn text(cell: &Cell) -> Option<Option<&str>> {
    match cell {
        Cell::Null => Some(None),
        Cell::Text(text) => Some(Some(text)),
        Cell::Integer(_) | Cell::Real(_) | Cell::Blob(_) => None,
    }
}

fn bytes(cell: &Cell) -> Option<Option<&[u8]>> {
    match cell {
        Cell::Null => Some(None),
        Cell::Blob(bytes) => Some(Some(bytes)),
        Cell::Integer(_) | Cell::Real(_) | Cell::Text(_) => None,
    }
}

fn parsed<'a, S: ?Sized, T>(from: Option<&'a S>, parse: impl FnOnce(&'a S) -> Option<T>) -> Option<Option<T>> {
    from.map_or(Some(None), |from| parse(from).map(Some))
}
