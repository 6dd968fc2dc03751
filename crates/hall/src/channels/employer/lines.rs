//! `/employer/lines`: what was assessed, per person, month and insurance: as a page, as xlsx and as csv.

use super::Agent;
use super::roster::spreadsheet;
use crate::app::Shared;
use crate::channels::citizen::Fields;
use crate::page::{Page, address, html};
use crate::problem::Problem;
use crate::typed;
use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::response::{Html, Response};
use axum::routing::get;
use contribution::DueLine;
use control::View;
use kernel::{Insurance, Month, MonthRange, PersonId};
use sheet::Written;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// As many lines as a page bears.
const SHOWN: u64 = 100;
/// As many as a file holds: a year of 5,000 people.
const EXPORTED: u64 = 100_000;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/employer/lines", get(lines)).route("/employer/lines/file/{kind}", get(file))
}

#[derive(Template)]
#[template(path = "employer/lines.html")]
struct LinesPage {
    page: Page,
    from: String,
    until: String,
    lines: Vec<(String, DueLine)>,
    more: bool,
}

impl LinesPage {
    fn file(&self, kind: &str) -> String {
        let path = format!("/employer/lines/file/{kind}");
        address(&path, [("from", self.from.as_str()), ("until", self.until.as_str())])
    }
}

/// From January on where nothing is asked; at most ten years.
fn months(view: &View, fields: &Fields) -> Result<MonthRange, Problem> {
    let today = Month::of(view.today()).map_err(|error| Problem::internal(&error))?;
    let january = Month::new(today.year(), 1).map_err(|error| Problem::internal(&error))?;
    let from = typed::month(fields.text("from")).unwrap_or(january);
    let until = typed::month(fields.text("until")).unwrap_or(today);
    let range = MonthRange::new(from, until).map_err(|_| Problem::invalid("range_backwards", "until"))?;
    if range.count() > 120 { Err(Problem::invalid("range_too_long", "until")) } else { Ok(range) }
}

async fn lines(page: Page, agent: Agent, Query(fields): Query<Fields>) -> Result<Html<String>, Problem> {
    let view = agent.file().await?;
    let months = months(&view, &fields)?;
    let found = contribution::employer_lines(&view, agent.employer, months, None, SHOWN + 1).await?;
    let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let more = found.len() > shown;
    let found = found.into_iter().take(shown).collect();
    let lines = named(&view, found).await?;
    html(&LinesPage { page, from: months.first().to_string(), until: months.last().to_string(), lines, more })
}

/// Each line with the name of its person.
///
/// # Errors
/// The database's.
pub(super) async fn named(view: &View, lines: Vec<DueLine>) -> Result<Vec<(String, DueLine)>, Problem> {
    let mut names: BTreeMap<PersonId, String> = BTreeMap::new();
    let mut named = Vec::with_capacity(lines.len());
    for line in lines {
        let person = line.due.person;
        let name = match names.entry(person) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(registry::name(view, person).await?.unwrap_or_default()),
        };
        named.push((name.clone(), line));
    }
    Ok(named)
}

async fn file(
    page: Page,
    agent: Agent,
    Path(kind): Path<String>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let view = agent.file().await?;
    let months = months(&view, &fields)?;
    let found = contribution::employer_lines(&view, agent.employer, months, None, EXPORTED).await?;
    let rows = named(&view, found).await?.into_iter().map(|(name, line)| row(name, &line)).collect();
    let mut header = vec![page.t("month").into_owned(), page.t("column-name").into_owned()];
    for insurance in Insurance::ALL {
        let name = page.t_of(&["name", insurance.as_str()]);
        header.push(page.w("lines-unit", &[("name", &name)]).into_owned());
        header.push(page.w("lines-worker", &[("name", &name)]).into_owned());
    }
    let export = sheet::Export { name: page.t("lines-title").into_owned(), header, rows };
    spreadsheet(&kind, &format!("contributions-{}-{}", months.first(), months.last()), &export)
}

fn row(name: String, line: &DueLine) -> Vec<Written> {
    let mut cells = vec![Written::Month(line.due.month), Written::text(name)];
    for insurance in Insurance::ALL {
        match line.due.parts.sides(*insurance) {
            Some(sides) => cells.extend([Written::Amount(sides.unit), Written::Amount(sides.worker)]),
            None => cells.extend([Written::Empty, Written::Empty]),
        }
    }
    cells
}
