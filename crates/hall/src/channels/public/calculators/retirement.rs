//! `/calculators/retirement`: the month of retirement by category and birth, what may be chosen around it, and how many
//! months must be paid by then.

use super::form::Form;
use super::own::Visitor;
use super::{AREAS, Choice, Places, answered, policy_of, refused, this_month};
use crate::app::Shared;
use crate::channels::citizen::Fields;
use crate::page::Page;
use crate::problem::Problem;
use crate::working::{StepWords, age_words, span_words, words};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use kernel::{Month, Sex};
use policy::retirement::{self, Assessment, Category, Timing};
use policy::{FormulaError, Policy};

const PATH: &str = "/calculators/retirement";
const NAMES: [&str; 3] = ["category", "birth", "wish"];
const PLACES: Places = Places { day: "birth", facts: &[("retire_month", "wish")], other: "birth" };

/// The categories that can be chosen; women who pay for themselves retire by the category of a parameter.
pub(super) const CATEGORIES: [&str; 8] = ["M60", "F55", "F50", "FF", "M55S", "F45S", "M50D", "F45D"];

#[derive(Template)]
#[template(path = "calculators/retirement.html")]
struct RetirementPage {
    page: Page,
    form: Form,
    categories: Vec<Choice>,
    answer: Option<Answer>,
    record: bool,
}

/// What is answered.
struct Answer {
    month: String,
    timing: Timing,
    age: String,
    original: String,
    delay: i64,
    first_payment: String,
    minimum: String,
    year: i32,
    choices: Vec<Row>,
    steps: Vec<StepWords>,
    link: String,
    pension: String,
}

/// A month that may be chosen.
struct Row {
    timing: Timing,
    month: String,
    age: String,
    notice: Option<String>,
    minimum: String,
    href: String,
    chosen: bool,
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
        own.fill_person(&mut form);
    }
    let answer = if form.is_asked("birth") { answer(&app, &page, &mut form)? } else { None };
    form.fill("category", CATEGORIES[0]);
    let categories = form.choices(&page, "category", ("category", &CATEGORIES));
    let mistakes = form.mistakes.clone();
    answered(&RetirementPage { page, form, categories, answer, record: own.is_some() }, &mistakes)
}

/// The category that a word of the list means in a month.
pub(super) fn category_of(policy: &Policy, word: &str, month: Month) -> Option<Category> {
    match word {
        "FF" => Category::of_flexible(policy, Sex::Female, month).ok(),
        word => word.parse().ok(),
    }
}

fn answer(app: &Shared, page: &Page, form: &mut Form) -> Result<Option<Answer>, Problem> {
    let (policy, today) = (policy_of(AREAS[0])?, this_month(app)?);
    let category = form.read(page, ("category", "mistake-choice"), |word| category_of(policy, word, today));
    let (birth, wish) = (form.month(page, "birth"), form.month_if_any(page, "wish"));
    let (Some(category), Some(birth), Some(wish)) = (category, birth, wish) else { return Ok(None) };
    let person = Person { policy, category, birth };
    match computed(page, form, person, wish) {
        Ok(answer) => Ok(Some(answer)),
        Err(error) => {
            refused(page, policy, &error, &PLACES, &mut form.mistakes);
            Ok(None)
        }
    }
}

/// Of whom it is computed.
#[derive(Clone, Copy)]
struct Person {
    policy: &'static Policy,
    category: Category,
    birth: Month,
}

fn computed(page: &Page, form: &Form, of: Person, wish: Option<Month>) -> Result<Answer, FormulaError> {
    let Person { policy, category, birth } = of;
    let statutory = retirement::assess(policy, category, birth)?;
    let month = wish.unwrap_or(statutory.retires);
    let chosen = retirement::chosen(policy, category, birth, month)?;
    let mut steps = words(page, &statutory.steps);
    if month != statutory.retires {
        steps.extend(words(page, &chosen.steps));
    }
    let category = form.text("category");
    let address = |month: &Month| {
        let (birth, retire) = (birth.to_string(), month.to_string());
        let fields = [("category", category), ("birth", birth.as_str()), ("retire", retire.as_str())];
        crate::page::address("/calculators/pension", fields)
    };
    Ok(Answer {
        month: page.month(&month),
        timing: chosen.timing,
        age: age_words(page, chosen.age_months),
        original: page.month(&statutory.original),
        delay: statutory.delay_months,
        first_payment: page.month(&chosen.first_payment),
        minimum: span_words(page, chosen.minimum_months),
        year: month.min(statutory.retires).year(),
        choices: choices(page, form, of, (&statutory, month)),
        steps,
        link: form.link(PATH, &NAMES),
        pension: address(&month),
    })
}

/// The earliest, the statutory and the latest month; none where nothing may be chosen.
fn choices(page: &Page, form: &Form, of: Person, (statutory, asked): (&Assessment, Month)) -> Vec<Row> {
    let Ok(choice) = retirement::choice(of.policy, of.category, of.birth) else { return Vec::new() };
    let mut months = vec![choice.earliest, statutory.retires, choice.latest];
    months.push(asked);
    months.sort_unstable();
    months.dedup();
    let row = |month: Month| {
        let chosen = retirement::chosen(of.policy, of.category, of.birth, month).ok()?;
        Some(Row {
            timing: chosen.timing,
            month: page.month(&month),
            age: age_words(page, chosen.age_months),
            notice: chosen.notice_by.map(|month| page.month(&month)),
            minimum: span_words(page, chosen.minimum_months),
            href: form.link_with(PATH, &NAMES, &[("wish", &month.to_string())]),
            chosen: month == asked,
        })
    };
    months.into_iter().filter_map(row).collect()
}
