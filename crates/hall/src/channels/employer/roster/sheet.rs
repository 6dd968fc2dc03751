//! `/employer/staff/list`: a list as xlsx, csv or pasted cells. First a verdict on each row; what is good is then taken at
//! once, what is not can be mended on the page or kept as a file, and sent again.
//!
//! Between the steps nothing is stored: the good rows travel on the page as text and are read and judged again when they are
//! sent, so that a form is never believed and a list that nobody sends leaves no trace.

use super::super::Agent;
use super::list::{self, Bad, Good, List, NoList, Wrong};
use super::one::key_of;
use super::task::Task;
use crate::app::Shared;
use crate::channels::citizen::{Fields, new_key};
use crate::page::{Mistakes, Page, html};
use crate::problem::Problem;
use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, Multipart, Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use control::Action;
use office::roster::Sending;
use policy::reform::employer::Paper;
use policy::requirement::{Business, Duty};
use registry::SelfCheck;
use registry::roster::{RowError, Taken};

/// A file of 8 MiB with what stands around it, and a list of good rows as text.
pub(crate) const LIST_BYTES_MAX: usize = 12 << 20;
/// Rows of each kind that a page shows; the others are in the file.
const SHOWN: usize = 50;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/employer/staff/list", get(ask).post(look))
        .route("/employer/staff/list/again", post(look_again))
        .route("/employer/staff/list/take", post(take))
        .route("/employer/staff/list/refused/{kind}", post(refused))
        .route("/employer/staff/list/template/{task}", get(template))
        .layer(DefaultBodyLimit::max(LIST_BYTES_MAX))
}

#[derive(Template)]
#[template(path = "employer/list.html")]
struct AskPage {
    page: Page,
    task: Task,
    pasted: String,
    mistakes: Mistakes,
}

#[derive(Template)]
#[template(path = "employer/list_verdicts.html")]
struct VerdictsPage {
    page: Page,
    key: String,
    list: List,
    /// The good rows, to be sent.
    rows: String,
    /// The refused rows, to be kept.
    refused: String,
    /// The papers that the employer keeps itself.
    papers: Vec<Paper>,
}

impl VerdictsPage {
    fn good(&self) -> &[Good] {
        self.list.good.get(..self.list.good.len().min(SHOWN)).unwrap_or_default()
    }

    fn bad(&self) -> &[Bad] {
        self.list.bad.get(..self.list.bad.len().min(SHOWN)).unwrap_or_default()
    }

    fn span(&self, good: &Good) -> String {
        list::span(&self.page, &good.verdict.span)
    }

    fn warnings(&self, good: &Good) -> Vec<String> {
        good.verdict.warnings.iter().map(|warning| list::warning(&self.page, warning)).collect()
    }
}

#[derive(Template)]
#[template(path = "employer/list_taken.html")]
struct TakenPage {
    page: Page,
    task: Task,
    taken: Vec<(u32, String, Taken)>,
    bad: Vec<Bad>,
    refused: String,
}

impl TakenPage {
    fn shown(&self) -> impl Iterator<Item = &(u32, String, Taken)> {
        self.taken.iter().take(SHOWN)
    }

    fn span(&self, taken: &Taken) -> String {
        list::span(&self.page, &taken.verdict.span)
    }

    fn warnings(&self, taken: &Taken) -> Vec<String> {
        taken.verdict.warnings.iter().map(|warning| list::warning(&self.page, warning)).collect()
    }
}

async fn ask(page: Page, agent: Agent, Query(fields): Query<Fields>) -> Result<Response, Problem> {
    agent.only(Action::EnrolStaff)?;
    let task = fields.text("task").parse().unwrap_or(Task::Join);
    Ok(html(&AskPage { page, task, pasted: String::new(), mistakes: Mistakes::default() })?.into_response())
}

/// What was sent: a file, or pasted cells.
struct Sent {
    task: Task,
    file: Vec<u8>,
    pasted: String,
}

async fn sent(mut parts: Multipart) -> Result<Sent, Problem> {
    let mut sent = Sent { task: Task::Join, file: Vec::new(), pasted: String::new() };
    let unreadable = list::not_received;
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        match part.name().unwrap_or_default() {
            "file" => sent.file = part.bytes().await.map_err(unreadable)?.to_vec(),
            "rows" => sent.pasted = part.text().await.map_err(unreadable)?,
            "task" => sent.task = part.text().await.map_err(unreadable)?.parse().unwrap_or(Task::Join),
            _ => {}
        }
    }
    Ok(sent)
}

async fn look(State(app): State<Shared>, page: Page, agent: Agent, parts: Multipart) -> Result<Response, Problem> {
    agent.only(Action::EnrolStaff)?;
    let sent = sent(parts).await?;
    let task = sent.task;
    // Reading 8 MiB keeps a core busy for a moment that other visitors need not wait for.
    let (judged, pasted) = tokio::task::spawn_blocking(move || {
        let file = !sent.file.is_empty();
        let judged = if file { list::of_file(task, &sent.file) } else { list::of_text(task, &sent.pasted) };
        (judged, sent.pasted)
    })
    .await
    .map_err(|error| Problem::internal(&error))?;
    verdicts(&app, page, agent, task, judged, pasted).await
}

/// The refused rows as they were mended on the page.
async fn look_again(
    State(app): State<Shared>,
    page: Page,
    agent: Agent,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    agent.only(Action::EnrolStaff)?;
    let task = fields.text("task").parse().unwrap_or(Task::Join);
    let text = mended(task, &fields);
    verdicts(&app, page, agent, task, list::of_text(task, &text), String::new()).await
}

/// Cells named by their columns, in the order of the rows, as text that reading understands.
fn mended(task: Task, fields: &Fields) -> String {
    let columns = task.columns();
    let cells: Vec<Vec<&str>> = columns.iter().map(|column| fields.all(column.as_str()).collect()).collect();
    let rows = cells.iter().map(Vec::len).max().unwrap_or(0);
    let mut text: String = columns.iter().map(|column| format!("{column}\t")).collect();
    for row in 0..rows {
        text.push('\n');
        for column in &cells {
            let cell = column.get(row).copied().unwrap_or_default();
            text.push_str(&cell.replace(['\t', '\n', '\r', '"'], " "));
            text.push('\t');
        }
    }
    text
}

async fn verdicts(
    app: &Shared,
    page: Page,
    agent: Agent,
    task: Task,
    judged: Result<sheet::Judged, NoList>,
    pasted: String,
) -> Result<Response, Problem> {
    let judged = match judged {
        Ok(judged) => judged,
        Err(unread) => {
            let mut mistakes = Mistakes::default();
            mistakes.add(if pasted.is_empty() { "file" } else { "rows" }, unread.text(&page));
            let form = AskPage { page, task, pasted, mistakes };
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&form)?).into_response());
        }
    };
    let list = List::of(&page, &agent.file().await?, agent.employer, task, judged).await?;
    let (rows, refused) = (list.good_rows(), kept(&list.bad_rows(&page)));
    Ok(html(&VerdictsPage { page, key: new_key()?, list, rows, refused, papers: self_kept(app)? })?.into_response())
}

async fn take(
    State(app): State<Shared>,
    page: Page,
    agent: Agent,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    agent.only(Action::EnrolStaff)?;
    let task = fields.text("task").parse().unwrap_or(Task::Join);
    let judged = list::of_text(task, fields.text("rows"))
        .map_err(|_| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unreadable"))?;
    let rows: Vec<_> =
        judged.rows.iter().filter_map(|row| row.outcome.as_ref().ok().map(|entry| (row, entry))).collect();
    let sending = Sending {
        key: key_of(&fields)?,
        employer: agent.employer,
        rows: rows.iter().map(|(_, entry)| task.row(entry)).collect(),
        checked: checked(&app, &fields)?,
    };
    let answers =
        office::roster::send(app.desk(), agent.actor(), sending).await.map_err(super::super::agent::hidden)?;
    let (mut taken, mut bad) = (Vec::new(), Vec::new());
    for ((row, entry), answer) in rows.iter().zip(answers) {
        // Our own first column is the number that the row had in the file.
        let number = row.typed.first().and_then(|number| number.parse().ok()).unwrap_or(row.number);
        match answer {
            Ok(done) => taken.push((number, entry.name.clone().unwrap_or_default(), done)),
            Err(error) => bad.push(no_longer(&page, task, number, entry, &error)),
        }
    }
    let header = task.columns().iter().map(|column| page.t_of(&["column", column.as_str()]).into_owned()).collect();
    let refused = kept(&list::bad_rows(&page, header, &bad));
    Ok(html(&TakenPage { page, task, taken, bad, refused })?.into_response())
}

/// The papers that the employer keeps itself for a change of staff.
///
/// # Errors
/// An area without the table of papers.
pub(crate) fn self_kept(app: &Shared) -> Result<Vec<Paper>, Problem> {
    let today = kernel::business_date(app.desk().now());
    let table = registry::requirements(app.desk().area(), Business::StaffChange, today);
    let items = table.map_err(|error| Problem::internal(&error))?.items;
    let kept = items.into_iter().filter(|(_, duty)| *duty == Duty::SelfKept);
    Ok(kept.map(|(requirement, _)| requirement.paper).collect())
}

/// What the sender says to have checked: the box beside the papers.
fn checked(app: &Shared, fields: &Fields) -> Result<SelfCheck, Problem> {
    let papers = if fields.has("checked") { self_kept(app)? } else { Vec::new() };
    Ok(SelfCheck { business: Business::StaffChange, papers })
}

/// A row that was good when it was looked at and no longer is: somebody else sent the same list meanwhile.
fn no_longer(page: &Page, task: Task, number: u32, entry: &sheet::Entry, error: &RowError) -> Bad {
    let cells: Vec<_> = task.columns().iter().map(|column| (*column, task.written(entry, *column))).collect();
    let typed = cells.iter().map(|(_, text)| text.clone()).collect();
    Bad { number, typed, cells, wrong: vec![Wrong { column: None, text: list::refused(page, error) }] }
}

/// The refused rows as they travel on the page: csv, which is read again for the file.
fn kept(export: &sheet::Export) -> String {
    String::from_utf8(export.csv()).unwrap_or_default().trim_start_matches('\u{FEFF}').to_owned()
}

/// The refused rows as a file.
async fn refused(
    page: Page,
    agent: Agent,
    Path(kind): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    agent.only(Action::EnrolStaff)?;
    let unread = |_| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unreadable");
    let table = sheet::read(fields.text("refused").as_bytes(), &sheet::Limits::default()).map_err(unread)?;
    let text = |row: &sheet::Row| row.cells.iter().map(|cell| cell.text().to_owned()).collect::<Vec<_>>();
    let mut rows = table.rows.iter().map(text);
    let header = rows.next().unwrap_or_default();
    let rows = rows.map(|row| row.into_iter().map(sheet::Written::text).collect()).collect();
    let export = sheet::Export { name: page.t("sheet-bad-rows").into_owned(), header, rows };
    spreadsheet(&kind, "refused-rows", &export)
}

/// An empty list with our headers.
async fn template(page: Page, agent: Agent, Path(task): Path<Task>) -> Result<Response, Problem> {
    agent.only(Action::EnrolStaff)?;
    let header = task.columns().iter().map(|column| page.t_of(&["column", column.as_str()]).into_owned()).collect();
    let export = sheet::Export { name: page.t_of(&["list", task.as_str()]).into_owned(), header, rows: Vec::new() };
    spreadsheet("xlsx", task.as_str(), &export)
}

/// A spreadsheet to be kept.
pub(in super::super) fn spreadsheet(kind: &str, name: &str, export: &sheet::Export) -> Result<Response, Problem> {
    let (bytes, kind, ending) = match kind {
        "xlsx" => (export.xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
        "csv" => (export.csv(), "text/csv; charset=utf-8", "csv"),
        _ => return Err(Problem::not_found()),
    };
    let mut response = ([(header::CONTENT_TYPE, kind)], bytes).into_response();
    let named = HeaderValue::from_str(&format!("attachment; filename=\"{name}.{ending}\""));
    response.headers_mut().extend(named.ok().map(|named| (header::CONTENT_DISPOSITION, named)));
    Ok(response)
}
