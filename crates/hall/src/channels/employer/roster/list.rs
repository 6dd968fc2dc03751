//! A list as it was sent, with a verdict on each row: from the sheet (does it read?) and from the registry (may it be?).
//! Nothing of it is stored: what was read travels on the page and is read again, so that a form is never believed.

use super::task::Task;
use crate::page::Page;
use crate::problem::Problem;
use axum::extract::multipart::MultipartError;
use axum::http::StatusCode;
use control::View;
use kernel::EmployerId;
use registry::roster::{Row, RowError, Span, Verdict, Warning};
use sheet::{Column, Entry, Judged, JudgedRow, Limits, NoHeader, Table, Unreadable};

/// A list that was judged.
pub(super) struct List {
    pub(super) task: Task,
    pub(super) good: Vec<Good>,
    pub(super) bad: Vec<Bad>,
    /// The header as it was typed; our own where there was none.
    header: Vec<String>,
}

/// A row that can be taken.
pub(super) struct Good {
    pub(super) number: u32,
    pub(super) entry: Entry,
    pub(super) verdict: Verdict,
}

/// A row that cannot.
pub(super) struct Bad {
    pub(super) number: u32,
    /// As typed, all its cells.
    pub(super) typed: Vec<String>,
    /// As typed, by our own columns.
    pub(super) cells: Vec<(Column, String)>,
    /// What is wrong, and what to type instead.
    pub(super) wrong: Vec<Wrong>,
}

/// What is wrong with a row.
pub(super) struct Wrong {
    pub(super) column: Option<Column>,
    pub(super) text: String,
}

/// Why a whole list cannot be read.
pub(in super::super) enum NoList {
    Unreadable(Unreadable),
    NoHeader(NoHeader),
}

impl NoList {
    /// In the visitor's words.
    pub(in super::super) fn text(&self, page: &Page) -> String {
        match self {
            NoList::Unreadable(fault) => unreadable(page, *fault),
            NoList::NoHeader(NoHeader { missing }) => {
                let names: Vec<_> = missing.iter().map(|column| page.t_of(&["column", column.as_str()])).collect();
                page.w("sheet-no-header", &[("columns", &names.join(&page.t("separator")))]).into_owned()
            }
        }
    }
}

/// Why nothing of a file can be read, with the figures that decide.
fn unreadable(page: &Page, fault: Unreadable) -> String {
    let key = fault.code().replace('_', "-");
    let with = |name: &'static str, value: String| page.w(&key, &[(name, &value)]).into_owned();
    match fault {
        Unreadable::TooLarge { most } => with("most", (most >> 20).to_string()),
        Unreadable::Bomb { most } => with("most", (most >> 20).to_string()),
        Unreadable::TooManyRows { most } | Unreadable::TooManyColumns { most } => with("most", most.to_string()),
        Unreadable::CellTooLong { row, .. } => with("row", row.to_string()),
        Unreadable::MixedEncodings { line } | Unreadable::UnknownEncoding { line } => with("line", line.to_string()),
        Unreadable::Empty | Unreadable::OldOrLocked | Unreadable::NotASheet | Unreadable::Damaged => {
            page.t(&key).into_owned()
        }
    }
}

/// Reads a file.
pub(super) fn of_file(task: Task, bytes: &[u8]) -> Result<Judged, NoList> {
    judged(task, &sheet::read(bytes, &Limits::default()).map_err(NoList::Unreadable)?)
}

/// Reads pasted cells.
pub(super) fn of_text(task: Task, text: &str) -> Result<Judged, NoList> {
    judged(task, &sheet::pasted(text, &Limits::default()).map_err(NoList::Unreadable)?)
}

/// Reads a list of wages: a file, or pasted cells where there is none.
pub(in super::super) fn wages(file: &[u8], pasted: &str) -> Result<Judged, NoList> {
    let limits = Limits::default();
    let table = if file.is_empty() { sheet::pasted(pasted, &limits) } else { sheet::read(file, &limits) };
    sheet::judge(&table.map_err(NoList::Unreadable)?, &sheet::Form::WAGES).map_err(NoList::NoHeader)
}

/// Why what was sent did not arrive whole.
pub(in super::super) fn not_received(error: MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "list_too_large"),
        _ => Problem::new(StatusCode::BAD_REQUEST, "unreadable"),
    }
}

fn judged(task: Task, table: &Table) -> Result<Judged, NoList> {
    sheet::judge(table, &task.form()).map_err(NoList::NoHeader)
}

impl Bad {
    /// Whether something is wrong with this cell.
    pub(super) fn is_wrong(&self, column: &Column) -> bool {
        self.wrong.iter().any(|wrong| wrong.column == Some(*column))
    }
}

impl List {
    /// Asks the registry about the rows that read. Nothing is written.
    ///
    /// # Errors
    /// The database's; rules that are not in force.
    pub(super) async fn of(
        page: &Page,
        view: &View,
        employer: EmployerId,
        task: Task,
        judged: Judged,
    ) -> Result<List, Problem> {
        let rows: Vec<Row> = judged.good().map(|(_, entry)| task.row(entry)).collect();
        let verdicts =
            registry::roster::preview(view, employer, &rows).await.map_err(|error| Problem::internal(&error))?;
        let header = match judged.header.is_empty() {
            true => task.columns().iter().map(|column| page.t_of(&["column", column.as_str()]).into_owned()).collect(),
            false => judged.header.clone(),
        };
        let mut list = List { task, good: Vec::new(), bad: Vec::new(), header };
        let mut verdicts = verdicts.into_iter();
        for row in &judged.rows {
            match &row.outcome {
                Ok(entry) => match verdicts.next() {
                    Some(Ok(verdict)) => list.good.push(Good { number: row.number, entry: entry.clone(), verdict }),
                    Some(Err(error)) => {
                        let wrong = vec![Wrong { column: None, text: refused(page, &error) }];
                        list.bad.push(bad(task, &judged, row, wrong));
                    }
                    None => {}
                },
                Err(faults) => {
                    let wrong =
                        faults.iter().map(|fault| Wrong { column: Some(fault.column), text: said(page, fault) });
                    list.bad.push(bad(task, &judged, row, wrong.collect()));
                }
            }
        }
        Ok(list)
    }

    /// The rows that can be taken, as text that reading understands again: the first column is the row's number.
    pub(super) fn good_rows(&self) -> String {
        let columns = self.task.columns();
        let mut text = String::from("#");
        for column in columns {
            text.push('\t');
            text.push_str(column.as_str());
        }
        for good in &self.good {
            text.push_str(&format!("\n{}", good.number));
            for column in columns {
                text.push('\t');
                text.push_str(&self.task.written(&good.entry, *column));
            }
        }
        text
    }

    /// The rows that cannot, with what is wrong in a column of its own, to be kept, mended and sent again.
    pub(super) fn bad_rows(&self, page: &Page) -> sheet::Export {
        bad_rows(page, self.header.clone(), &self.bad)
    }
}

/// Rows with what is wrong with them behind their own cells.
pub(super) fn bad_rows(page: &Page, mut header: Vec<String>, bad: &[Bad]) -> sheet::Export {
    let width = bad.iter().map(|row| row.typed.len()).max().unwrap_or(0).max(header.len());
    header.resize(width, String::new());
    header.push(page.t("sheet-wrong").into_owned());
    let rows = bad.iter().map(|row| {
        let mut cells = row.typed.clone();
        cells.resize(width, String::new());
        cells.push(row.wrong.iter().map(|wrong| wrong.text.as_str()).collect::<Vec<_>>().join(" "));
        cells.into_iter().map(sheet::Written::text).collect()
    });
    sheet::Export { name: page.t("sheet-bad-rows").into_owned(), header, rows: rows.collect() }
}

fn bad(task: Task, judged: &Judged, row: &JudgedRow, wrong: Vec<Wrong>) -> Bad {
    let cell = |column: &Column| {
        let place = judged.columns.iter().find(|(known, _)| known == column).map(|(_, place)| *place);
        (*column, place.and_then(|place| row.typed.get(place)).cloned().unwrap_or_default())
    };
    Bad { number: row.number, typed: row.typed.clone(), cells: task.columns().iter().map(cell).collect(), wrong }
}

/// What is wrong with a cell and what to type instead.
pub(in super::super) fn said(page: &Page, verdict: &sheet::Verdict) -> String {
    let key = verdict.fault.code().replace('_', "-");
    let column = page.t_of(&["column", verdict.column.as_str()]);
    let text = if let sheet::Fault::Repeated { row } = verdict.fault {
        page.w(&key, &[("row", &row.to_string())])
    } else {
        page.t(&key)
    };
    let text = page.w("with-column", &[("column", &column), ("text", &text)]);
    match &verdict.instead {
        Some(instead) => page.w("with-instead", &[("text", &text), ("instead", instead)]).into_owned(),
        None => text.into_owned(),
    }
}

/// Why the registry refuses a row, and what to do.
pub(super) fn refused(page: &Page, error: &RowError) -> String {
    match page.problem_words(&error.code().replace('_', "-")) {
        Some(words) => format!("{} {}", words.detail, words.way_out),
        None => page.t("problem-general-detail").into_owned(),
    }
}

/// From or until when a row insures.
pub(super) fn span(page: &Page, span: &Span) -> String {
    match span {
        Span::Joined(month) => page.w("row-joined", &[("month", &page.month(month))]).into_owned(),
        Span::Left(month) => page.w("row-left", &[("month", &page.month(month))]).into_owned(),
        Span::NeverInsured => page.t("row-never").into_owned(),
    }
}

/// What goes with a row that is taken.
pub(super) fn warning(page: &Page, warning: &Warning) -> String {
    match warning {
        Warning::DrawsUnemploymentBenefit => page.t("row-warning-unemployment").into_owned(),
        Warning::OwnRelationEnded(month) => page.w("row-warning-own", &[("month", &page.month(month))]).into_owned(),
        Warning::SecondPayer => page.t("row-warning-second").into_owned(),
        Warning::TwoEmployers(_) => page.t("row-warning-two").into_owned(),
        Warning::InStages(month) => page.w("row-warning-stages", &[("month", &page.month(month))]).into_owned(),
        Warning::BackPayment(month) => page.w("row-warning-back", &[("month", &page.month(month))]).into_owned(),
    }
}
