//! `/calculators/survivor`: the funeral grant and the consolation payment to the family out of the pension fund.

use super::form::Form;
use super::own::Visitor;
use super::{AREAS, Places, answered, policy_of, refused, this_month};
use crate::app::Shared;
use crate::channels::citizen::Fields;
use crate::page::Page;
use crate::problem::Problem;
use crate::typed;
use crate::working::{StepWords, words};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use kernel::{Fen, Month};
use policy::Policy;
use policy::benefit::survivor::{Assessment, Facts, ShortPayerLimit, assess};

const PATH: &str = "/calculators/survivor";
const NAMES: [&str; 4] = ["death", "paid", "drawn", "own"];
const PLACES: Places = Places {
    day: "death",
    facts: &[("paid_months", "paid"), ("drawn_months", "drawn"), ("own_contributions", "own")],
    other: "own",
};

#[derive(Template)]
#[template(path = "calculators/survivor.html")]
struct SurvivorPage {
    page: Page,
    form: Form,
    answer: Option<Answer>,
    record: bool,
}

/// What is answered.
struct Answer {
    funeral: Fen,
    consolation: Fen,
    total: Fen,
    months: i64,
    limit: Option<&'static str>,
    steps: Vec<StepWords>,
    link: String,
}

pub(super) async fn page(
    State(app): State<Shared>,
    page: Page,
    visitor: Visitor,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let own = visitor.own(&fields).await?;
    let mut form = Form::of(fields);
    if let Some(own) = &own {
        own.fill_paid(&mut form);
    }
    let policy = policy_of(AREAS[0])?;
    form.fill("death", last_known(policy, this_month(&app)?));
    let answer = if form.is_asked("paid") { answer(&page, policy, &mut form) } else { None };
    let mistakes = form.mistakes.clone();
    answered(&SurvivorPage { page, form, answer, record: own.is_some() }, &mistakes)
}

/// This month, or the last one for which the income of the year before is known.
fn last_known(policy: &Policy, this_month: Month) -> Month {
    let rows = policy.income.provincial_urban.rows();
    let end = rows.last().and_then(|row| row.to).and_then(|to| Month::of(to).ok());
    end.map_or(this_month, |end| end.min(this_month))
}

fn answer(page: &Page, policy: &Policy, form: &mut Form) -> Option<Answer> {
    let death = form.month(page, "death");
    let paid = form.count(page, "paid");
    let drawn = form.count_if_any(page, "drawn");
    let own = form.read_if_any(page, ("own", "mistake-money"), typed::yuan);
    let facts = Facts { death_month: death?, paid_months: paid?, drawn_months: drawn?, own_contributions: own? };
    match assess(policy, facts) {
        Ok(assessed) => Some(shown(page, form, &assessed)),
        Err(error) => {
            refused(page, policy, &error, &PLACES, &mut form.mistakes);
            None
        }
    }
}

fn shown(page: &Page, form: &Form, assessed: &Assessment) -> Answer {
    let limit = match assessed.limit {
        ShortPayerLimit::DoesNotApply => None,
        ShortPayerLimit::NotReached => Some("survivor-limit-not-reached"),
        ShortPayerLimit::Reached => Some("survivor-limit-reached"),
        ShortPayerLimit::NotKnown => Some("survivor-limit-not-known"),
    };
    let Assessment { funeral, consolation, total, months, .. } = *assessed;
    let steps = words(page, &assessed.steps);
    Answer { funeral, consolation, total, months, limit, steps, link: form.link(PATH, &NAMES) }
}
