//! A verdict on each row: which column is which, what reads, what does not, and what stands twice.

use crate::column::Column;
use crate::entry::{Cells, Entry, Fault, Verdict};
use crate::plain::without_blanks;
use crate::table::{Cell, Row, Table};
use kernel::IdNumber;
use std::collections::HashMap;

/// A kind of file: which columns it may have, and which it must have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Form {
    /// Must be there, with something in each row.
    pub needed: &'static [Column],
    /// May be there.
    pub optional: &'static [Column],
}

impl Form {
    /// Who joins.
    pub const JOINING: Form = Form {
        needed: &[Column::IdNumber, Column::Name, Column::From, Column::Wage],
        optional: &[Column::Insurances, Column::Phone],
    };
    /// Who leaves.
    pub const LEAVING: Form =
        Form { needed: &[Column::IdNumber, Column::Until, Column::Reason], optional: &[Column::Name] };
    /// Who earns what.
    pub const WAGES: Form =
        Form { needed: &[Column::IdNumber, Column::Wage], optional: &[Column::Name, Column::Reason] };

    fn wanted(&self) -> Vec<Column> {
        self.needed.iter().chain(self.optional).copied().collect()
    }
}

/// The columns cannot be told.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("columns are missing")]
pub struct NoHeader {
    /// Those that are needed and were not found.
    pub missing: Vec<Column>,
}

/// A row with its verdict.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JudgedRow {
    /// As the spreadsheet numbers it, from 1.
    pub number: u32,
    /// Its cells as they were typed, to be given back.
    pub typed: Vec<String>,
    /// What it says, or everything that is wrong with it.
    pub outcome: Result<Entry, Vec<Verdict>>,
}

/// A file with a verdict on each row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Judged {
    /// The header as it was typed; where there was none, empty.
    pub header: Vec<String>,
    /// Which columns were recognised, with their places from 0.
    pub columns: Vec<(Column, usize)>,
    /// The rows under the header, in order.
    pub rows: Vec<JudgedRow>,
}

impl Judged {
    /// The rows that read.
    pub fn good(&self) -> impl Iterator<Item = (u32, &Entry)> {
        self.rows.iter().filter_map(|row| row.outcome.as_ref().ok().map(|entry| (row.number, entry)))
    }

    /// How many rows do not read.
    pub fn bad_count(&self) -> usize {
        self.rows.iter().filter(|row| row.outcome.is_err()).count()
    }
}

/// A title, the name of the firm, a remark may stand above the header.
const ROWS_ABOVE_HEADER_MAX: usize = 10;
/// As many rows decide what a column without a header is.
const ROWS_LOOKED_AT: usize = 20;

/// Says of each row what it means or what is wrong with it.
///
/// # Errors
/// [`NoHeader`] where a needed column is found neither by a header nor by what stands in it.
pub fn judge(table: &Table, form: &Form) -> Result<Judged, NoHeader> {
    let wanted = form.wanted();
    let (columns, body, header) = by_header(table, &wanted).unwrap_or_else(|| by_content(table, &wanted));
    let missing: Vec<Column> =
        form.needed.iter().filter(|needed| !columns.iter().any(|(column, _)| column == *needed)).copied().collect();
    if !missing.is_empty() {
        return Err(NoHeader { missing });
    }
    let mut rows = Vec::new();
    for row in table.rows.get(body..).unwrap_or_default() {
        let cell = |column: Column| cell_of(row, &columns, column);
        if is_total(row) || columns.iter().all(|(column, _)| cell(*column).is_blank()) {
            continue;
        }
        let outcome = Cells { of: &cell, needed: form.needed, epoch: table.epoch }.entry();
        let typed = row.cells.iter().map(|cell| cell.text().to_owned()).collect();
        rows.push(JudgedRow { number: row.number, typed, outcome });
    }
    refuse_repeated(&mut rows);
    Ok(Judged { header, columns, rows })
}

static NOTHING: Cell = Cell::Empty;

fn cell_of<'a>(row: &'a Row, columns: &[(Column, usize)], column: Column) -> &'a Cell {
    let place = columns.iter().find(|(known, _)| *known == column).map(|(_, place)| *place);
    place.and_then(|place| row.cells.get(place)).unwrap_or(&NOTHING)
}

type Found = (Vec<(Column, usize)>, usize, Vec<String>);

/// The header is the row that names the identity number and at least one more column.
fn by_header(table: &Table, wanted: &[Column]) -> Option<Found> {
    for (place, row) in table.rows.iter().take(ROWS_ABOVE_HEADER_MAX).enumerate() {
        let mut columns: Vec<(Column, usize)> = Vec::new();
        for (at, cell) in row.cells.iter().enumerate() {
            // The first of two columns of one meaning counts.
            if let Some(column) = Column::of_header(cell, wanted)
                && !columns.iter().any(|(known, _)| *known == column)
            {
                columns.push((column, at));
            }
        }
        if columns.len() > 1 && columns.iter().any(|(column, _)| *column == Column::IdNumber) {
            let header = row.cells.iter().map(|cell| cell.text().to_owned()).collect();
            return Some((columns, place + 1, header));
        }
    }
    None
}

/// Cells pasted without their header: each column is what most of its cells look like.
fn by_content(table: &Table, wanted: &[Column]) -> Found {
    let sample = table.rows.get(..table.rows.len().min(ROWS_LOOKED_AT)).unwrap_or_default();
    let width = sample.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let (mut columns, mut left) = (Vec::new(), wanted.to_vec());
    for place in 0..width {
        if let Some(column) = Column::of_content(sample, place, &left, table.epoch) {
            left.retain(|other| *other != column);
            columns.push((column, place));
        }
    }
    (columns, 0, Vec::new())
}

/// 合计 at the foot of a list is nobody's row.
fn is_total(row: &Row) -> bool {
    let first = row.cells.iter().find(|cell| !cell.is_blank()).map(|cell| without_blanks(cell.text()).to_lowercase());
    first.is_some_and(|text| {
        matches!(text.trim_end_matches(':'), "合计" | "总计" | "小计" | "共计" | "total" | "sum" | "grandtotal")
    })
}

/// An identity number twice in one file: the same row once more is refused; of two that differ neither is believed.
fn refuse_repeated(rows: &mut [JudgedRow]) {
    let mut seen: HashMap<IdNumber, usize> = HashMap::new();
    for place in 0..rows.len() {
        let Some(Ok(entry)) = rows.get(place).map(|row| &row.outcome) else { continue };
        let number = entry.id_number;
        let Some(before) = seen.get(&number).copied() else {
            seen.insert(number, place);
            continue;
        };
        let same = rows.get(before).is_some_and(|row| row.outcome.as_ref().is_ok_and(|first| first == entry));
        refuse(rows, place, before);
        if !same {
            refuse(rows, before, place);
        }
    }
}

/// Refuses one row because of another.
fn refuse(rows: &mut [JudgedRow], place: usize, other: usize) {
    let row = rows.get(other).map_or(0, |other| other.number);
    let Some(refused) = rows.get_mut(place) else { return };
    if let Ok(entry) = &refused.outcome {
        let typed = entry.id_number.reveal().to_owned();
        let verdict = Verdict { column: Column::IdNumber, typed, fault: Fault::Repeated { row }, instead: None };
        refused.outcome = Err(vec![verdict]);
    }
}
