//! `/calculators`: what leaves the wage, what a flexible worker pays, what paying late costs. Each question is an
//! address (GET), so that it can be kept, sent and asked again; each answer explains every figure.

pub(super) mod employee;
mod flexible;
mod late_payment;

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
}

#[derive(Template)]
#[template(path = "calculators/index.html")]
struct Index {
    page: Page,
    names: [&'static str; 3],
}

async fn index(page: Page) -> Result<Html<String>, Problem> {
    html(&Index { page, names: ["employee", "flexible", "late-payment"] })
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

/// What a formula refuses, beside the field that must be mended.
fn refused(page: &Page, policy: &Policy, error: &FormulaError, mistakes: &mut Mistakes) {
    match error {
        FormulaError::NotInForce(absent) => mistakes.add("month", not_in_force(page, policy, absent)),
        FormulaError::OutOfRange { fact, allowed } => {
            let field = field_of(fact);
            let bounds = allowed.strip_prefix("from ").and_then(|bounds| bounds.split_once(" to "));
            let text = match bounds {
                Some((low, high)) => page.w("mistake-between", &[("low", low), ("high", high)]),
                None => page.t("mistake-not-negative"),
            };
            mistakes.add(field, text);
        }
        FormulaError::TooLarge => mistakes.add("wage", page.t("mistake-too-large")),
    }
}

/// The field that holds a fact of a formula.
fn field_of(fact: &str) -> &'static str {
    match fact {
        "percent" => "percent",
        "principal" => "principal",
        "rate" => "housing",
        _ => "wage",
    }
}

fn not_in_force(page: &Page, policy: &Policy, absent: &NotInForce) -> String {
    let heading = policy.leaf(absent.parameter).map(|leaf| &leaf.heading);
    let title = heading.map_or(absent.parameter, |heading| page.either(&heading.title, &heading.title_en));
    page.w("mistake-not-in-force", &[("parameter", title), ("day", &page.date(&absent.on))]).into_owned()
}
