//! `/calculators/flexible`: what a flexible worker pays for the pension in a month, at each tier and at any percentage
//! that may be chosen, and how much of it goes to the own account.

use super::own::Visitor;
use super::{AREAS, Choice, Places, answered, areas, policy_of, refused, this_month};
use crate::app::Shared;
use crate::channels::citizen::Fields;
use crate::chart::{Chosen, Column, columns};
use crate::page::{Mistakes, Page, address};
use crate::problem::Problem;
use crate::typed;
use crate::working::{StepWords, words};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use kernel::{Fen, Month, Rate};
use policy::contribution::flexible;
use policy::contribution::flexible::{Facts, Menu, assess, menu};
use policy::{Policy, base};
use serde::Deserialize;

const PLACES: Places = Places { day: "month", facts: &[], other: "percent" };

/// What was asked for.
#[derive(Deserialize, Default)]
pub(super) struct Asked {
    month: Option<String>,
    percent: Option<String>,
    area: Option<String>,
}

#[derive(Template)]
#[template(path = "calculators/flexible.html")]
struct FlexiblePage {
    page: Page,
    month: String,
    percent: String,
    areas: Vec<Choice>,
    mistakes: Mistakes,
    answer: Option<Answer>,
    /// Whether the own record was begun with.
    record: bool,
}

/// What is answered.
struct Answer {
    month: Month,
    percent: String,
    base: Fen,
    total: Fen,
    account: Fen,
    pooled: Fen,
    prepaid: bool,
    tiers: Vec<Tier>,
    columns: Vec<Column>,
    steps: Vec<StepWords>,
    link: String,
}

/// One tier of the menu.
struct Tier {
    percent: i64,
    base: Fen,
    total: Fen,
    account: Fen,
    href: String,
    chosen: Chosen,
}

pub(super) async fn page(
    State(app): State<Shared>,
    page: Page,
    visitor: Visitor,
    Query(asked): Query<Asked>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let mut mistakes = Mistakes::default();
    let typed = |field: &Option<String>, else_: &str| field.clone().unwrap_or_else(|| else_.to_owned());
    let month = typed(&asked.month, &this_month(&app)?.to_string());
    let area = typed(&asked.area, AREAS[0]);
    let usual = visitor.own(&fields).await?.and_then(|own| own.tier());
    let percent = typed(&asked.percent, &usual.unwrap_or(100).to_string());
    let answer = answer(&app, &page, [&month, &percent, &area], &mut mistakes)?;
    let areas = areas(&page, &area);
    let record = usual.is_some();
    answered(&FlexiblePage { page, month, percent, areas, answer, record, mistakes: mistakes.clone() }, &mistakes)
}

fn answer(
    app: &Shared,
    page: &Page,
    [month, percent, area]: [&str; 3],
    mistakes: &mut Mistakes,
) -> Result<Option<Answer>, Problem> {
    let policy = policy_of(area)?;
    let (read_month, read_percent) = (typed::month(month), typed::percent(percent));
    if read_month.is_none() {
        mistakes.add("month", page.t("mistake-month"));
    }
    if read_percent.is_none() {
        mistakes.add("percent", page.t("mistake-percent"));
    }
    let (Some(month), Some(rate)) = (read_month, read_percent) else { return Ok(None) };
    let today = kernel::business_date(app.desk().now());
    let limits_of = base::limits_month(policy, month, today).unwrap_or(month);
    let link = |percent: &str| {
        address("/calculators/flexible", [("month", month.to_string().as_str()), ("percent", percent), ("area", area)])
    };
    match computed(policy, Facts { month, limits_of, choice: flexible::Choice::Percent(rate) }) {
        Ok((menu, _)) if !menu.offers(rate) => {
            mistakes.add("percent", page.t("mistake-not-offered"));
            Ok(None)
        }
        Ok((menu, assessed)) => {
            let tiers = tiers(&menu, rate, &link);
            let drawn: Vec<_> =
                tiers.iter().map(|tier| (format!("{}%", tier.percent), tier.total, tier.chosen)).collect();
            Ok(Some(Answer {
                month,
                percent: rate.to_string(),
                base: assessed.base,
                total: assessed.total,
                account: assessed.account,
                pooled: assessed.pooled,
                prepaid: limits_of != month,
                tiers,
                columns: columns(&drawn),
                steps: words(page, &assessed.steps),
                link: link(&rate.to_string()),
            }))
        }
        Err(error) => {
            refused(page, policy, &error, &PLACES, mistakes);
            Ok(None)
        }
    }
}

fn computed(policy: &Policy, facts: Facts) -> Result<(Menu, flexible::Assessment), policy::FormulaError> {
    Ok((menu(policy, facts.month, facts.limits_of)?, assess(policy, facts)?))
}

fn tiers(menu: &Menu, chosen: Rate, link: &impl Fn(&str) -> String) -> Vec<Tier> {
    let tier = |tier: &flexible::Tier| Tier {
        percent: tier.percent,
        base: tier.assessment.base,
        total: tier.assessment.total,
        account: tier.assessment.account,
        href: link(&tier.percent.to_string()),
        chosen: if Rate::new(tier.percent, 1).ok() == Some(chosen) { Chosen::Yes } else { Chosen::No },
    };
    menu.tiers.iter().map(tier).collect()
}
