//! `/calculators/unemployment`: for how many months the benefit is paid, and how much a month where the wage it is a share
//! of is known.

use super::form::Form;
use super::own::Visitor;
use super::{AREAS, Choice, Places, answered, not_in_force, policy_of, refused};
use crate::app::Shared;
use crate::channels::citizen::Fields;
use crate::page::Page;
use crate::problem::Problem;
use crate::working::{StepWords, words};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use kernel::{Fen, Month};
use policy::benefit::unemployment::{Amount, Duration, Facts, WageTier, amount, duration};
use policy::{FormulaError, Policy};

const PATH: &str = "/calculators/unemployment";
const NAMES: [&str; 4] = ["paid", "on", "carried", "tier"];
const TIERS: [&str; 3] = ["highest", "middle", "lowest"];
const PLACES: Places =
    Places { day: "on", facts: &[("paid_months", "paid"), ("carried_months", "carried")], other: "paid" };

#[derive(Template)]
#[template(path = "calculators/unemployment.html")]
struct UnemploymentPage {
    page: Page,
    form: Form,
    tiers: Vec<Choice>,
    answer: Option<Answer>,
    record: bool,
}

/// What is answered.
struct Answer {
    months: i64,
    money: Money,
    steps: Vec<StepWords>,
    link: String,
}

/// How much, or why that is not said.
enum Money {
    Known { monthly: Fen, whole: Fen },
    NotKnown(String),
    Nothing,
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
        own.fill_unemployment(&mut form);
    }
    form.fill("on", kernel::business_date(app.desk().now()));
    let answer = if form.is_asked("paid") { answer(&page, &mut form)? } else { None };
    form.fill("tier", TIERS[0]);
    let tiers = form.choices(&page, "tier", ("wage-tier", &TIERS));
    let mistakes = form.mistakes.clone();
    answered(&UnemploymentPage { page, form, tiers, answer, record: own.is_some() }, &mistakes)
}

fn answer(page: &Page, form: &mut Form) -> Result<Option<Answer>, Problem> {
    let policy = policy_of(AREAS[0])?;
    let (paid, on) = (form.count(page, "paid"), form.date(page, "on"));
    let carried = form.count_if_any(page, "carried");
    form.fill("tier", TIERS[0]);
    let tier = form.read(page, ("tier", "mistake-choice"), |word| word.parse::<WageTier>().ok());
    let (Some(paid_months), Some(on), Some(carried), Some(tier)) = (paid, on, carried, tier) else { return Ok(None) };
    let facts = Facts { on, paid_months, carried_months: carried.unwrap_or_default() };
    match computed(page, policy, facts, tier) {
        Ok((months, money, steps)) => Ok(Some(Answer { months, money, steps, link: form.link(PATH, &NAMES) })),
        Err(error) => {
            refused(page, policy, &error, &PLACES, &mut form.mistakes);
            Ok(None)
        }
    }
}

fn computed(
    page: &Page,
    policy: &Policy,
    facts: Facts,
    tier: WageTier,
) -> Result<(i64, Money, Vec<StepWords>), FormulaError> {
    let Duration { months, steps } = duration(policy, facts)?;
    let mut steps = words(page, &steps);
    let month = Month::of(facts.on).map_err(|_| FormulaError::TooLarge)?;
    let money = match amount(policy, month, tier, months) {
        Ok(_) if months == 0 => Money::Nothing,
        Ok(Amount { monthly, whole, steps: of_amount }) => {
            steps.extend(words(page, &of_amount));
            Money::Known { monthly, whole }
        }
        Err(FormulaError::NotInForce(absent)) => Money::NotKnown(not_in_force(page, policy, &absent)),
        Err(error) => return Err(error),
    };
    Ok((months, money, steps))
}
