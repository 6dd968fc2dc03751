//! Spreadsheets as employers send them, and as we give them back.
//!
//! Purpose: read what a payroll clerk has (xlsx, csv, cells pasted from a screen; UTF-8 or GB18030), forgive what can be
//! forgiven without guessing (full-width digits, commas, text for number, columns in any order), and say of each row by
//! column what is wrong and what to type instead. Write xlsx and csv that no spreadsheet program runs as formulas.
//! Law: GB 11643-1999 (identity numbers), GB 18030-2022 (the encoding that a Chinese Excel writes by itself).
//! Invariants: no I/O, no clock, no database; memory is bounded by [`Limits`] and not by what a file promises; bytes of any
//! kind give a [`Table`] or a named [`Unreadable`], never a panic. Nothing typed is dropped: a refused row keeps its cells.
//! Tables owned: none.

mod amount;
mod column;
mod day;
mod decimal;
mod delimited;
mod encoding;
mod entry;
mod judge;
mod plain;
mod table;
mod write;
mod xlsx;

pub use amount::AmountFault;
pub use column::Column;
pub use day::DayFault;
pub use encoding::Encoding;
pub use entry::{Entry, Fault, Verdict};
pub use judge::{Form, Judged, JudgedRow, NoHeader, judge};
pub use table::{Cell, Kind, Limits, Row, Table, Unreadable, pasted, read};
pub use write::{Export, Written};
