//! `/history`: all years with their months, as a page, as CSV for a spreadsheet and as JSON; `/history/{month}`: why a month
//! says what it says.

use super::SignedIn;
use crate::app::Shared;
use crate::page::{Page, html};
use crate::problem::Problem;
use crate::working::{StepWords, words};
use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use contribution::history::COLUMNS;
use contribution::{Agreement, Explanation, History, Line, Refundable};
use kernel::{Fen, Month};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/history", get(history))
        .route("/history.csv", get(csv_file))
        .route("/history.json", get(json))
        .route("/history/{month}", get(month))
}

#[derive(Template)]
#[template(path = "citizen/history.html")]
struct HistoryPage {
    page: Page,
    history: History,
    owed_back: Vec<Refundable>,
}

async fn history(page: Page, me: SignedIn) -> Result<Html<String>, Problem> {
    let view = me.file().await?;
    let mut history = contribution::history(&view, me.person).await?;
    history.years.reverse();
    let owed_back = contribution::refundables(&view, me.person).await?;
    html(&HistoryPage { page, history, owed_back })
}

async fn csv_file(page: Page, me: SignedIn) -> Result<Response, Problem> {
    let history = contribution::history(&me.file().await?, me.person).await?;
    let headings = COLUMNS.iter().map(|column| page.t_of(&["column", column]).into_owned());
    let written = table(headings.collect(), &history).map_err(|error| Problem::internal(&error))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"history.csv\""),
    ];
    Ok((headers, written).into_response())
}

/// With a byte order mark: spreadsheets here take a file without one for GBK.
fn table(headings: Vec<String>, history: &History) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(&headings)?;
    for row in history.rows() {
        writer.write_record(&row)?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

async fn json(me: SignedIn) -> Result<Response, Problem> {
    let history = contribution::history(&me.file().await?, me.person).await?;
    Ok(([(header::CONTENT_DISPOSITION, "attachment; filename=\"history.json\"")], Json(history)).into_response())
}

#[derive(Template)]
#[template(path = "citizen/month.html")]
struct MonthPage {
    page: Page,
    month: Month,
    lines: Vec<Explained>,
}

/// A line with its columns and how it came about.
struct Explained {
    line: Line,
    parts: Vec<Part>,
    explanation: Explanation,
    steps: Vec<StepWords>,
}

/// What a line says of one insurance.
struct Part {
    name: &'static str,
    base: Fen,
    employer: Option<Fen>,
    personal: Option<Fen>,
}

async fn month(page: Page, me: SignedIn, Path(month): Path<String>) -> Result<Html<String>, Problem> {
    let month: Month = month.parse().map_err(|_| Problem::not_found())?;
    let view = me.file().await?;
    let mut lines = Vec::new();
    for line in contribution::lines(&view, me.person, month).await? {
        let explained = contribution::explain_line(&view, me.person, line.id).await;
        let explanation = explained.map_err(|error| Problem::internal(&error))?;
        let steps = words(&page, &explanation.steps);
        lines.push(Explained { parts: parts(&line), line, explanation, steps });
    }
    html(&MonthPage { page, month, lines })
}

fn parts(line: &Line) -> Vec<Part> {
    let part = |name, base, employer, personal| Part { name, base, employer, personal };
    let pension = line.pension.map(|p| part("pension", p.base, p.employer, Some(p.personal)));
    let medical = line.medical.map(|p| part("medical", p.base, p.employer, p.personal));
    let unemployment = line.unemployment.map(|p| part("unemployment", p.base, p.employer, p.personal));
    let injury = line.injury.map(|p| part("injury", p.base, Some(p.employer), None));
    let maternity = line.maternity.map(|p| part("maternity", p.base, Some(p.employer), None));
    [pension, medical, unemployment, injury, maternity].into_iter().flatten().collect()
}
