//! `/rules` and `/rules/{name}`: every parameter that a formula reads, with all its values by date, the document and
//! article of each, and how far it is trusted. Made from the parameters themselves, so that it cannot differ from them.

use super::insurances::in_force;
use crate::app::Shared;
use crate::chart::{Span, Timeline, timeline};
use crate::page::{Page, html};
use crate::problem::Problem;
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Html;
use axum::routing::get;
use kernel::{Date, Rate};
use policy::{Heading, Leaf, Policy, Row, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/rules", get(index)).route("/rules/{*name}", get(rule))
}

/// A branch of the book, such as `pension`.
struct Branch {
    name: String,
    rules: Vec<Rule>,
}

/// A parameter today; no value where none is known for today.
struct Rule {
    heading: Arc<Heading>,
    today: Option<Row<Value>>,
}

#[derive(Template)]
#[template(path = "rules/index.html")]
struct Index {
    page: Page,
    branches: Vec<Branch>,
    today: Date,
    open: usize,
    rows: usize,
}

#[derive(Template)]
#[template(path = "rules/rule.html")]
struct RulePage {
    page: Page,
    leaf: Leaf,
    today: Option<Row<Value>>,
    picture: Option<Timeline>,
    rows: Vec<Dated>,
}

/// A row of the table: its last day is the day before the next begins.
struct Dated {
    row: Row<Value>,
    to: Option<Date>,
}

async fn index(State(app): State<Shared>, page: Page) -> Result<Html<String>, Problem> {
    let (policy, today) = book(&app)?;
    let mut branches: BTreeMap<&str, Vec<Rule>> = BTreeMap::new();
    for leaf in policy.leaves() {
        let branch = leaf.heading.name.split('/').next().unwrap_or_default();
        let rule = Rule { heading: leaf.heading.clone(), today: in_force(leaf, today).cloned() };
        branches.entry(branch).or_default().push(rule);
    }
    let rows = || policy.leaves().flat_map(|leaf| &leaf.rows);
    let open = rows().filter(|row| row.citation.status != policy::Status::Confirmed).count();
    let rows = rows().count();
    let known = |name: &&str| Some(Branch { name: (*name).to_owned(), rules: branches.remove(*name)? });
    let mut ordered: Vec<Branch> = ORDER.iter().filter_map(known).collect();
    ordered.extend(branches.into_iter().map(|(name, rules)| Branch { name: name.to_owned(), rules }));
    let branches = ordered;
    html(&Index { page, branches, today, open, rows })
}

/// The branches as people look for them; any other stands after these.
const ORDER: [&str; 15] = [
    "pension",
    "retirement",
    "flexible",
    "base",
    "account",
    "medical",
    "unemployment",
    "injury",
    "maternity",
    "survivor",
    "transfer",
    "surcharge",
    "collection",
    "housing_fund",
    "reform",
];

async fn rule(State(app): State<Shared>, page: Page, Path(name): Path<String>) -> Result<Html<String>, Problem> {
    let (policy, today) = book(&app)?;
    let leaf = policy.leaf(&name).ok_or_else(Problem::not_found)?.clone();
    let next = leaf.rows.iter().skip(1).map(|row| row.from.pred_opt()).chain([None]);
    let rows: Vec<Dated> =
        leaf.rows.iter().zip(next).map(|(row, next)| Dated { row: row.clone(), to: row.to.or(next) }).collect();
    let picture = timeline(&rows.iter().filter_map(|dated| span(dated, today)).collect::<Vec<_>>());
    html(&RulePage { page, today: in_force(&leaf, today).cloned(), leaf, picture, rows })
}

fn book(app: &Shared) -> Result<(&'static Policy, Date), Problem> {
    let policy = Policy::of(app.desk().area()).map_err(|error| Problem::internal(&error))?;
    Ok((policy, kernel::business_date(app.desk().now())))
}

fn span(dated: &Dated, today: Date) -> Option<Span> {
    let height = match &dated.row.value {
        Value::Ratio(rate) => millionths(*rate)?,
        Value::Money(amount) => amount.fen(),
        Value::Count(count) => *count,
        Value::Ratios(_) | Value::Counts(_) | Value::MonthDay(_) | Value::Word(_) => return None,
    };
    let to = dated.to.unwrap_or(today).max(dated.row.from);
    Some(Span { from: dated.row.from, to, height, text: dated.row.value.to_string() })
}

fn millionths(rate: Rate) -> Option<i64> {
    rate.numerator().checked_mul(1_000_000).map(|scaled| scaled / rate.denominator())
}
