//! What we give back: csv and xlsx that no spreadsheet program runs as formulas.
//!
//! A text that begins with `=`, `+`, `-`, `@`, a tab or a line's end may be run by whoever opens the file (formula
//! injection). In csv it gets an apostrophe in front, which reading takes off again; in xlsx it is a text cell marked as
//! quoted, so that it stays text when edited. Amounts and days are numbers, never texts.

mod xlsx;

use kernel::{Date, Fen, Month};

/// A cell to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Written {
    /// Nothing.
    Empty,
    /// Text, guarded.
    Text(String),
    /// A count.
    Whole(i64),
    /// An amount in yuan with two decimals.
    Amount(Fen),
    /// A day.
    Day(Date),
    /// A month, as `2017-07`.
    Month(Month),
}

impl Written {
    /// A text; nothing where it is empty.
    pub fn text(text: impl Into<String>) -> Written {
        let text = text.into();
        if text.is_empty() { Written::Empty } else { Written::Text(text) }
    }
}

/// A sheet to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Export {
    /// The name of the sheet.
    pub name: String,
    /// The header.
    pub header: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Written>>,
}

impl Export {
    /// As csv in UTF-8 with the mark by which Excel knows it.
    pub fn csv(&self) -> Vec<u8> {
        let mut bytes = b"\xEF\xBB\xBF".to_vec();
        {
            let mut writer =
                csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(&mut bytes);
            let header = self.header.iter().map(|text| guarded(text));
            // Writing into memory does not fail.
            let _ = writer.write_record(header);
            for row in &self.rows {
                let _ = writer.write_record(row.iter().map(plain));
            }
        }
        bytes
    }

    /// As a workbook of one sheet; the same rows give the same bytes.
    pub fn xlsx(&self) -> Vec<u8> {
        xlsx::workbook(self)
    }
}

fn plain(cell: &Written) -> String {
    match cell {
        Written::Empty => String::new(),
        Written::Text(text) => guarded(text),
        Written::Whole(count) => count.to_string(),
        Written::Amount(amount) => amount.to_string(),
        Written::Day(day) => day.to_string(),
        Written::Month(month) => month.to_string(),
    }
}

/// Whether a program may take the text for a formula.
fn runs(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// With an apostrophe in front where it may run, or where it begins like something that we guarded: so reading takes off
/// exactly what writing put there.
fn guarded(text: &str) -> String {
    if runs(text.trim_start_matches('\'')) { format!("'{text}") } else { text.to_owned() }
}

/// The text as it was before it was guarded.
pub(crate) fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if runs(rest.trim_start_matches('\'')) => rest,
        Some(_) | None => text,
    }
}
