//! What employers send and what they get back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::as_conversions, reason = "tests")]

mod forgiven;
mod limits;
mod props;
mod refused;
mod speed;
mod written;

use sheet::{Entry, Export, Form, Judged, Limits, Table, Written, judge, read};

/// A table of a csv text.
fn csv(text: &str) -> Table {
    read(text.as_bytes(), &Limits::default()).unwrap()
}

/// The verdicts on a csv text of people who join.
fn joining(text: &str) -> Judged {
    judge(&csv(text), &Form::JOINING).unwrap()
}

/// The only row, which reads.
fn only(judged: &Judged) -> Entry {
    assert_eq!(judged.rows.len(), 1, "{judged:?}");
    judged.rows[0].outcome.clone().unwrap()
}

/// A workbook with a header and rows of text.
fn workbook(header: &[&str], rows: &[&[&str]]) -> Vec<u8> {
    let owned = |row: &&[&str]| row.iter().map(|text| Written::text(*text)).collect();
    let header = header.iter().map(|text| (*text).to_owned()).collect();
    Export { name: "花名册".to_owned(), header, rows: rows.iter().map(owned).collect() }.xlsx()
}
