//! The cells of a file, whatever it was: rows with their numbers, cells as text or as number.

use crate::encoding::Encoding;
use crate::{delimited, encoding, xlsx};

/// How much is read. What is beyond is refused by name before it costs memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Bytes of the file as it was sent.
    pub bytes_max: usize,
    /// Bytes of an xlsx once unpacked, counted while unpacking: what a file says of itself is not believed.
    pub unpacked_bytes_max: u64,
    /// Rows with anything in them.
    pub rows_max: usize,
    /// The last column with anything in it.
    pub columns_max: usize,
    /// Characters of one cell.
    pub cell_chars_max: usize,
}

impl Default for Limits {
    /// For a roster: 8 MiB sent, 32 MiB unpacked, 20,000 rows of 60 columns.
    fn default() -> Limits {
        Limits {
            bytes_max: 8 << 20,
            unpacked_bytes_max: 32 << 20,
            rows_max: 20_000,
            columns_max: 60,
            cell_chars_max: 1_000,
        }
    }
}

/// Why nothing of a file can be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unreadable {
    /// Nothing in it.
    #[error("there is nothing in it")]
    Empty,
    /// More bytes than [`Limits::bytes_max`].
    #[error("the file is larger than {most} bytes")]
    TooLarge {
        /// The limit.
        most: usize,
    },
    /// It unpacks to more than [`Limits::unpacked_bytes_max`].
    #[error("the file unpacks to more than {most} bytes")]
    Bomb {
        /// The limit.
        most: u64,
    },
    /// More rows than [`Limits::rows_max`].
    #[error("more than {most} rows")]
    TooManyRows {
        /// The limit.
        most: usize,
    },
    /// Something beyond [`Limits::columns_max`].
    #[error("more than {most} columns")]
    TooManyColumns {
        /// The limit.
        most: usize,
    },
    /// A cell longer than [`Limits::cell_chars_max`].
    #[error("a cell of row {row} holds more than {most} characters")]
    CellTooLong {
        /// Which row.
        row: u32,
        /// The limit.
        most: usize,
    },
    /// An old xls, or an xlsx under a password: both wear the same coat.
    #[error("an old xls or a file under a password")]
    OldOrLocked,
    /// A picture, a PDF, a program.
    #[error("not a spreadsheet")]
    NotASheet,
    /// An xlsx that does not hold together.
    #[error("the file is damaged")]
    Damaged,
    /// One line is UTF-8 and another is not.
    #[error("line {line} is written in another encoding than the lines around it")]
    MixedEncodings {
        /// The first line that is not UTF-8.
        line: u32,
    },
    /// Neither UTF-8 nor GB18030.
    #[error("line {line} is neither UTF-8 nor GB18030")]
    UnknownEncoding {
        /// The first line that does not read.
        line: u32,
    },
}

impl Unreadable {
    /// The stable code, in snake case.
    pub const fn code(self) -> &'static str {
        match self {
            Unreadable::Empty => "sheet_empty",
            Unreadable::TooLarge { .. } => "sheet_too_large",
            Unreadable::Bomb { .. } => "sheet_bomb",
            Unreadable::TooManyRows { .. } => "sheet_too_many_rows",
            Unreadable::TooManyColumns { .. } => "sheet_too_many_columns",
            Unreadable::CellTooLong { .. } => "sheet_cell_too_long",
            Unreadable::OldOrLocked => "sheet_old_or_locked",
            Unreadable::NotASheet => "sheet_not_a_sheet",
            Unreadable::Damaged => "sheet_damaged",
            Unreadable::MixedEncodings { .. } => "sheet_mixed_encodings",
            Unreadable::UnknownEncoding { .. } => "sheet_unknown_encoding",
        }
    }
}

/// What kind of thing was read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A workbook: its first sheet that is not hidden.
    Xlsx,
    /// Text with separators.
    Text(Encoding),
}

/// A cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text, as typed.
    Text(String),
    /// A number as the workbook keeps it, in digits: an amount, or a day counted by Excel.
    Number(String),
    /// What Excel shows as `#N/A` and the like.
    Wrong(String),
}

impl Cell {
    /// What stands in it.
    pub fn text(&self) -> &str {
        match self {
            Cell::Empty => "",
            Cell::Text(text) | Cell::Number(text) | Cell::Wrong(text) => text,
        }
    }

    /// Whether nothing stands in it but blanks.
    pub fn is_blank(&self) -> bool {
        self.text().chars().all(char::is_whitespace)
    }
}

/// A row with something in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// As the spreadsheet numbers it, from 1.
    pub number: u32,
    /// From the first column to the last with anything in it.
    pub cells: Vec<Cell>,
}

/// Everything that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// What it was.
    pub kind: Kind,
    /// From which day a workbook counts days.
    pub(crate) epoch: crate::day::Epoch,
    /// The rows with anything in them.
    pub rows: Vec<Row>,
}

/// Reads a file. What it is its first bytes say, for its name may lie.
///
/// # Errors
/// The first of [`Unreadable`] that applies.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Table, Unreadable> {
    if bytes.len() > limits.bytes_max {
        return Err(Unreadable::TooLarge { most: limits.bytes_max });
    }
    let table = if bytes.starts_with(b"PK\x03\x04") {
        xlsx::read(bytes, limits)?
    } else if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(Unreadable::OldOrLocked);
    } else {
        let (encoding, text) = encoding::decode(bytes)?;
        delimited::read(&text, encoding, limits)?
    };
    if table.rows.is_empty() { Err(Unreadable::Empty) } else { Ok(table) }
}

/// Reads cells as they come out of a spreadsheet's clipboard: a line a row, tabs between the cells.
///
/// # Errors
/// As [`read`].
pub fn pasted(text: &str, limits: &Limits) -> Result<Table, Unreadable> {
    if text.len() > limits.bytes_max {
        return Err(Unreadable::TooLarge { most: limits.bytes_max });
    }
    let table = delimited::read(text, Encoding::Utf8, limits)?;
    if table.rows.is_empty() { Err(Unreadable::Empty) } else { Ok(table) }
}

/// Takes rows as they are read, and refuses what is beyond the limits.
pub(crate) struct Rows<'a> {
    limits: &'a Limits,
    rows: Vec<Row>,
}

impl<'a> Rows<'a> {
    pub(crate) fn within(limits: &'a Limits) -> Rows<'a> {
        Rows { limits, rows: Vec::new() }
    }

    /// A cell at a column (from 0); blanks at the end of a row are not kept.
    pub(crate) fn put(&self, row: &mut Row, column: usize, cell: Cell) -> Result<(), Unreadable> {
        if cell.is_blank() {
            return Ok(());
        }
        if column >= self.limits.columns_max {
            return Err(Unreadable::TooManyColumns { most: self.limits.columns_max });
        }
        if cell.text().chars().nth(self.limits.cell_chars_max).is_some() {
            return Err(Unreadable::CellTooLong { row: row.number, most: self.limits.cell_chars_max });
        }
        while row.cells.len() <= column {
            row.cells.push(Cell::Empty);
        }
        if let Some(place) = row.cells.get_mut(column) {
            *place = cell;
        }
        Ok(())
    }

    /// A row that is read; an empty one is forgotten.
    pub(crate) fn take(&mut self, row: Row) -> Result<(), Unreadable> {
        if row.cells.is_empty() {
            return Ok(());
        }
        if self.rows.len() >= self.limits.rows_max {
            return Err(Unreadable::TooManyRows { most: self.limits.rows_max });
        }
        self.rows.push(row);
        Ok(())
    }

    pub(crate) fn all(self) -> Vec<Row> {
        self.rows
    }
}
