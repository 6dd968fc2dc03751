//! `/calculators/late-payment`: the surcharge on a contribution that is paid late, by the day.

use super::{AREAS, Places, answered, policy_of, refused};
use crate::app::Shared;
use crate::page::{Mistakes, Page, address};
use crate::problem::Problem;
use crate::typed;
use crate::working::{StepWords, words};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use kernel::{Date, Fen};
use policy::Policy;
use policy::surcharge::{Facts, assess};
use serde::Deserialize;

const PLACES: Places = Places { day: "due", facts: &[], other: "principal" };

/// What was asked for.
#[derive(Deserialize, Default)]
pub(super) struct Asked {
    principal: Option<String>,
    due: Option<String>,
    paid: Option<String>,
}

#[derive(Template)]
#[template(path = "calculators/late_payment.html")]
struct LatePaymentPage {
    page: Page,
    principal: String,
    due: String,
    paid: String,
    mistakes: Mistakes,
    answer: Option<Answer>,
}

/// What is answered.
struct Answer {
    days: i64,
    amount: Fen,
    total: Fen,
    /// What it would be if it stopped at the principal, as another reading of the law says; where that makes a difference.
    capped: Option<Fen>,
    steps: Vec<StepWords>,
    link: String,
}

pub(super) async fn page(
    State(app): State<Shared>,
    page: Page,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let mut mistakes = Mistakes::default();
    let today = kernel::business_date(app.desk().now());
    let facts = asked.facts(&page, &mut mistakes);
    let answer = match facts {
        Some(facts) => answer(&page, facts, &mut mistakes)?,
        None => None,
    };
    let text = |field: Option<String>| field.unwrap_or_default();
    let paid = asked.paid.unwrap_or_else(|| today.to_string());
    let (principal, due) = (text(asked.principal), text(asked.due));
    answered(&LatePaymentPage { page, principal, due, paid, answer, mistakes: mistakes.clone() }, &mistakes)
}

impl Asked {
    /// The facts, once something was asked.
    fn facts(&self, page: &Page, mistakes: &mut Mistakes) -> Option<Facts> {
        let principal = typed::yuan(self.principal.as_deref()?);
        let day = |field: &Option<String>| field.as_deref().and_then(typed::date);
        let (due, paid) = (day(&self.due), day(&self.paid));
        if principal.is_none() {
            mistakes.add("principal", page.t("mistake-money"));
        }
        for (field, day) in [("due", due), ("paid", paid)] {
            if day.is_none() {
                mistakes.add(field, page.t("mistake-date"));
            }
        }
        Some(Facts { principal: principal?, due: due?, paid: paid? })
    }
}

fn answer(page: &Page, facts: Facts, mistakes: &mut Mistakes) -> Result<Option<Answer>, Problem> {
    let policy = policy_of(AREAS[0])?;
    let assessed = match assess(policy, facts) {
        Ok(assessed) => assessed,
        Err(policy::FormulaError::NotInForce(_)) => {
            mistakes.add("due", page.t("mistake-before-rates"));
            return Ok(None);
        }
        Err(error) => {
            refused(page, policy, &error, &PLACES, mistakes);
            return Ok(None);
        }
    };
    let Facts { principal, due, paid } = facts;
    let total = principal.checked_add(assessed.amount).map_err(|error| Problem::internal(&error))?;
    let (steps, link) = (words(page, &assessed.steps), link(principal, due, paid));
    let capped = capped(policy, facts, assessed.amount);
    Ok(Some(Answer { days: assessed.days, amount: assessed.amount, total, capped, steps, link }))
}

/// The same under the other reading of the cap (行政强制法 art. 45), computed only where it could matter.
fn capped(policy: &Policy, facts: Facts, amount: Fen) -> Option<Fen> {
    if amount <= facts.principal {
        return None;
    }
    let otherwise = policy.read_otherwise("surcharge/cap").ok()?;
    assess(&otherwise, facts).ok().map(|assessed| assessed.amount).filter(|capped| *capped != amount)
}

fn link(principal: Fen, due: Date, paid: Date) -> String {
    let (principal, due, paid) = (principal.to_string(), due.to_string(), paid.to_string());
    address("/calculators/late-payment", [("principal", principal.as_str()), ("due", &due), ("paid", &paid)])
}
