//! `/rules/debts`: which debt blocks which act, the whole table with its sources, as it holds today and as it was before.

use crate::app::Shared;
use crate::page::{Page, html};
use crate::problem::Problem;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use kernel::{Date, Insurance};
use policy::debt::{self, Act, Cell, Situation, Verdict};
use policy::{Citation, NotInForce, Policy};
use std::sync::Arc;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/rules/debts", get(table))
}

#[derive(Template)]
#[template(path = "rules/debts.html")]
struct DebtsPage {
    page: Page,
    title: String,
    title_en: String,
    today: Date,
    acts: Vec<ActTable>,
}

/// What one act asks: a row an insurance, a column a situation.
struct ActTable {
    act: Act,
    rows: Vec<(Insurance, Vec<Answer>)>,
    sources: Vec<Source>,
}

/// A cell today, and what it was before where a reform changed it.
struct Answer {
    situation: Situation,
    verdict: Verdict,
    before: Option<Verdict>,
}

/// A source of the cells, named once.
struct Source {
    citation: Arc<Citation>,
    remark: String,
}

async fn table(State(app): State<Shared>, page: Page) -> Result<Html<String>, Problem> {
    let policy = Policy::of(app.desk().area()).map_err(|error| Problem::internal(&error))?;
    let today = kernel::business_date(app.desk().now());
    let table = debt::table(policy, today).map_err(|_| Problem::not_found())?;
    let acts = Act::ALL.iter().map(|act| act_table(policy, table, *act, today)).collect::<Result<Vec<_>, _>>();
    let acts = acts.map_err(|error| Problem::internal(&error))?;
    html(&DebtsPage { page, title: table.title.clone(), title_en: table.title_en.clone(), today, acts })
}

fn act_table(policy: &Policy, table: &debt::Table, act: Act, today: Date) -> Result<ActTable, NotInForce> {
    let mut rows = Vec::new();
    for insurance in Insurance::ALL {
        let cells = Situation::ALL.iter().filter_map(|situation| table.cell(act, *insurance, *situation));
        let answers = cells.map(|cell| answer(policy, cell, today)).collect::<Result<_, _>>()?;
        rows.push((*insurance, answers));
    }
    let mut sources: Vec<Source> = Vec::new();
    for cell in table.cells().iter().filter(|cell| cell.act == act) {
        if !sources.iter().any(|known| known.remark == cell.remark) {
            sources.push(Source { citation: cell.citation.clone(), remark: cell.remark.clone() });
        }
    }
    Ok(ActTable { act, rows, sources })
}

fn answer(policy: &Policy, cell: &Cell, today: Date) -> Result<Answer, NotInForce> {
    let (verdict, _) = debt::read(policy, cell, today)?;
    Ok(Answer { situation: cell.situation, verdict, before: Some(cell.old).filter(|old| *old != verdict) })
}
