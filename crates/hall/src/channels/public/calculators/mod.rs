//! `/calculators`: what leaves the wage, what a flexible worker pays, what paying late costs; when one retires and on how
//! much; what unemployment, death and a move to another place bring. Each question is an address (GET), so that it can be
//! kept, sent and asked again; each answer explains every figure. All of it is computed by the formulas that bill and pay.

pub(super) mod employee;
mod flexible;
mod form;
mod late_payment;
mod own;
mod pension;
mod place;
mod retirement;
mod scenarios;
mod survivor;
mod transfer;
mod unemployment;

use crate::app::Shared;
use crate::page::{Mistakes, Page, html};
use crate::problem::Problem;
use askama::Template;
use axum::Router;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use kernel::{AreaCode, Month};
use policy::{FormulaError, NotInForce, Policy};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/calculators", get(index))
        .route("/calculators/employee", get(employee::page))
        .route("/calculators/flexible", get(flexible::page))
        .route("/calculators/late-payment", get(late_payment::page))
        .route("/calculators/retirement", get(retirement::page))
        .route("/calculators/pension", get(pension::page))
        .route("/calculators/unemployment", get(unemployment::page))
        .route("/calculators/survivor", get(survivor::page))
        .route("/calculators/transfer", get(transfer::page))
        .route("/calculators/place", get(place::page))
}

/// A kind of question, with its calculators by the last part of their addresses.
pub(super) struct Shelf {
    /// The key of its heading.
    pub(super) key: &'static str,
    /// What stands on it.
    pub(super) names: &'static [&'static str],
}

/// The calculators as people look for them.
pub(super) const SHELVES: [Shelf; 3] = [
    Shelf { key: "shelf-old-age", names: &["retirement", "pension", "place"] },
    Shelf { key: "shelf-paying", names: &["employee", "flexible", "late-payment"] },
    Shelf { key: "shelf-life", names: &["unemployment", "transfer", "survivor"] },
];

#[derive(Template)]
#[template(path = "calculators/index.html")]
struct Index {
    page: Page,
    shelves: &'static [Shelf],
}

async fn index(page: Page) -> Result<Html<String>, Problem> {
    html(&Index { page, shelves: &SHELVES })
}

/// A form that may have been answered: mistakes make it a refusal, whose fields keep what was typed.
fn answered(template: &impl Template, mistakes: &Mistakes) -> Result<Response, Problem> {
    let status = if mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, html(template)?).into_response())
}

/// The areas whose parameters can be chosen: the city's own, and the province's for its other cities.
const AREAS: [&str; 2] = ["130400", "130000"];

/// One choice of a list, as the form shows it.
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

fn areas(page: &Page, chosen: &str) -> Vec<Choice> {
    let choice = |code: &&str| Choice {
        value: (*code).to_owned(),
        label: page.t(&format!("area-{code}")).into_owned(),
        chosen: *code == chosen,
    };
    AREAS.iter().map(choice).collect()
}

fn policy_of(area: &str) -> Result<&'static Policy, Problem> {
    let code: AreaCode = area.parse().map_err(|_| Problem::invalid("unknown_area", "area"))?;
    Policy::of(code).map_err(|_| Problem::invalid("unknown_area", "area"))
}

fn this_month(app: &Shared) -> Result<Month, Problem> {
    Month::of(kernel::business_date(app.desk().now())).map_err(|error| Problem::internal(&error))
}

/// The fields of a form that hold what a formula may refuse.
struct Places {
    /// The field by which the day of the parameters is chosen.
    day: &'static str,
    /// Facts by the names of the formulas, each with its field.
    facts: &'static [(&'static str, &'static str)],
    /// The field of everything else.
    other: &'static str,
}

impl Places {
    fn of(&self, fact: &str) -> &'static str {
        self.facts.iter().find(|(name, _)| *name == fact).map_or(self.other, |(_, field)| field)
    }
}

/// What a formula refuses, beside the field that must be mended.
fn refused(page: &Page, policy: &Policy, error: &FormulaError, places: &Places, mistakes: &mut Mistakes) {
    match error {
        FormulaError::NotInForce(absent) => mistakes.add(places.day, not_in_force(page, policy, absent)),
        FormulaError::OutOfRange { fact, allowed } => {
            mistakes.add(places.of(fact), out_of_range(page, fact, allowed));
        }
        FormulaError::TooLarge => mistakes.add(places.other, page.t("mistake-too-large")),
    }
}

/// What may be put instead, in words.
fn out_of_range(page: &Page, fact: &str, allowed: &str) -> String {
    let bounds = allowed.strip_prefix("from ").and_then(|bounds| bounds.split_once(" to "));
    let key = match (fact, bounds) {
        (_, Some((low, high))) if !high.contains(' ') => {
            let key = if low.contains('-') { "mistake-between-months" } else { "mistake-between" };
            return page.w(key, &[("low", low), ("high", high)]).into_owned();
        }
        ("months", _) => "mistake-more-than-age",
        ("deemed_months", _) => "mistake-more-deemed",
        ("age", _) => "mistake-too-young",
        ("birth", _) => "mistake-beyond-calendar",
        ("statement_year", _) => "mistake-year",
        ("yearly_bases", _) if allowed.starts_with("at most") => "mistake-too-many-years",
        _ => "mistake-not-negative",
    };
    page.t(key).into_owned()
}

fn not_in_force(page: &Page, policy: &Policy, absent: &NotInForce) -> String {
    let heading = policy.leaf(absent.parameter).map(|leaf| &leaf.heading);
    let title = heading.map_or(absent.parameter, |heading| page.either(&heading.title, &heading.title_en));
    page.w("mistake-not-in-force", &[("parameter", title), ("day", &page.date(&absent.on))]).into_owned()
}
