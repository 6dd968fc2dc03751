//! Text with separators: csv as Excel saves it, or cells pasted with tabs.

use crate::day::Epoch;
use crate::encoding::Encoding;
use crate::table::{Cell, Kind, Limits, Row, Rows, Table, Unreadable};
use crate::write::unguarded;

/// A line with at most this many separators decides which separator it is.
const LINES_LOOKED_AT: usize = 5;

pub(crate) fn read(text: &str, encoding: Encoding, limits: &Limits) -> Result<Table, Unreadable> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(text))
        .from_reader(text.as_bytes());
    let mut rows = Rows::within(limits);
    let mut record = csv::StringRecord::new();
    // The text is UTF-8 and rows may differ in length, so that the reader has nothing left to refuse.
    while reader.read_record(&mut record).map_err(|_| Unreadable::Damaged)? {
        let line = record.position().map_or(0, csv::Position::line);
        let mut row = Row { number: u32::try_from(line).unwrap_or(u32::MAX), cells: Vec::new() };
        for (column, field) in record.iter().enumerate() {
            rows.put(&mut row, column, Cell::Text(unguarded(field).to_owned()))?;
        }
        rows.take(row)?;
    }
    Ok(Table { kind: Kind::Text(encoding), epoch: Epoch::Of1900, rows: rows.all() })
}

/// The separator that the first lines hold most of; a tab wins, for nobody types one into a name.
fn separator(text: &str) -> u8 {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(LINES_LOOKED_AT).collect();
    let count = |mark: char| lines.iter().map(|line| line.matches(mark).count()).sum::<usize>();
    if count('\t') > 0 {
        return b'\t';
    }
    if count(';') > count(',') { b';' } else { b',' }
}
