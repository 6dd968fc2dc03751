//! `/insurances/{name}`: what each insurance is for, who pays how much today, and by which document.

use crate::app::Shared;
use crate::page::{Page, html};
use crate::problem::Problem;
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Html;
use axum::routing::get;
use kernel::{Date, Insurance};
use policy::{Leaf, Policy, Row, Value};
use std::sync::Arc;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/insurances/{name}", get(insurance))
}

/// One of the five insurances, or the housing fund that another body keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Insurance(Insurance),
    HousingFund,
}

impl Kind {
    pub(super) const ALL: [Kind; 6] = [
        Kind::Insurance(Insurance::Pension),
        Kind::Insurance(Insurance::Medical),
        Kind::Insurance(Insurance::Unemployment),
        Kind::Insurance(Insurance::Injury),
        Kind::Insurance(Insurance::Maternity),
        Kind::HousingFund,
    ];

    /// The name in addresses and text keys.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Kind::Insurance(insurance) => insurance.as_str(),
            Kind::HousingFund => "housing",
        }
    }

    /// The parameters that its page shows, in this order.
    fn parameters(self) -> &'static [&'static str] {
        match self {
            Kind::Insurance(Insurance::Pension) => &[
                "pension/employer",
                "pension/employee",
                "pension/account_share",
                "pension/flexible_total",
                "pension/flexible_account",
                "pension/minimum_months",
            ],
            Kind::Insurance(Insurance::Medical) => &[
                "medical/employer",
                "medical/employee",
                "medical/flexible_pooled_only",
                "medical/flexible_with_account",
                "medical/minimum_months",
            ],
            Kind::Insurance(Insurance::Unemployment) => &["unemployment/employer", "unemployment/employee"],
            Kind::Insurance(Insurance::Injury) => &["injury/class_rates"],
            Kind::Insurance(Insurance::Maternity) => &["maternity/employer"],
            Kind::HousingFund => &["housing_fund/lowest", "housing_fund/highest"],
        }
    }

    fn calculator(self) -> &'static str {
        match self {
            Kind::Insurance(Insurance::Pension) => "/calculators/pension",
            Kind::Insurance(Insurance::Unemployment) => "/calculators/unemployment",
            Kind::Insurance(_) | Kind::HousingFund => "/calculators/employee",
        }
    }
}

/// A parameter today; nothing where it is not known for today.
struct Figure {
    leaf: Arc<policy::Heading>,
    today: Option<Row<Value>>,
}

#[derive(Template)]
#[template(path = "insurances/insurance.html")]
struct InsurancePage {
    page: Page,
    kind: Kind,
    figures: Vec<Figure>,
    calculator: &'static str,
}

async fn insurance(State(app): State<Shared>, page: Page, Path(name): Path<String>) -> Result<Html<String>, Problem> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(Problem::not_found)?;
    let policy = Policy::of(app.desk().area()).map_err(|error| Problem::internal(&error))?;
    let today = kernel::business_date(app.desk().now());
    let leaves = kind.parameters().iter().filter_map(|name| policy.leaf(name));
    let figures =
        leaves.map(|leaf| Figure { leaf: leaf.heading.clone(), today: in_force(leaf, today).cloned() }).collect();
    html(&InsurancePage { page, kind, figures, calculator: kind.calculator() })
}

/// The row of a leaf that holds on a day.
pub(super) fn in_force(leaf: &Leaf, on: Date) -> Option<&Row<Value>> {
    leaf.rows.iter().rfind(|row| row.from <= on && row.to.is_none_or(|to| on <= to))
}
