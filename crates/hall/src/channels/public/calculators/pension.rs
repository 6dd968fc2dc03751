//! `/calculators/pension`: what the pension would come to if one went on paying so much for so long and retired then; and,
//! beside it, what paying more, paying longer, retiring earlier or later would make of it.

use super::form::Form;
use super::own::{Own, Visitor};
use super::retirement::{CATEGORIES, category_of};
use super::scenarios::{Group, Life, groups};
use super::{AREAS, Choice, Places, answered, policy_of, refused, this_month};
use crate::app::Shared;
use crate::channels::citizen::Fields;
use crate::chart::{Bar, share};
use crate::page::Page;
use crate::problem::Problem;
use crate::typed;
use crate::working::{StepWords, age_words, span_words, words};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use kernel::{Fen, Month, Rate, Scheme};
use policy::contribution::flexible;
use policy::pension::{Age, outlook};
use policy::{FormulaError, Policy, base, retirement};

pub(super) const PATH: &str = "/calculators/pension";
pub(super) const NAMES: [&str; 10] =
    ["category", "birth", "year", "months", "deemed", "index", "balance", "percent", "retire", "until"];
const PLACES: Places = Places {
    day: "retire",
    facts: &[
        ("retire_month", "retire"),
        ("months", "months"),
        ("deemed_months", "deemed"),
        ("index", "index"),
        ("balance", "balance"),
        ("opening", "balance"),
        ("percent", "percent"),
        ("statement_year", "year"),
        ("age", "retire"),
        ("birth", "birth"),
    ],
    other: "balance",
};

/// A plain life for whoever only wants to look: forty years old, ten of them paid.
const PLAIN_AGE: i32 = 40;
const PLAIN: [(&str, &str); 6] = [
    ("category", CATEGORIES[0]),
    ("months", "120"),
    ("deemed", "0"),
    ("index", "1"),
    ("balance", "50000"),
    ("percent", "100"),
];

#[derive(Template)]
#[template(path = "calculators/pension.html")]
struct PensionPage {
    page: Page,
    form: Form,
    categories: Vec<Choice>,
    answer: Option<Answer>,
    record: bool,
}

/// What is answered.
struct Answer {
    total: Fen,
    retires: String,
    age: String,
    bars: Vec<Bar>,
    monthly: Fen,
    to_come: String,
    months: String,
    minimum: String,
    missing: Option<String>,
    index: String,
    balance: Fen,
    divisor: String,
    groups: Vec<Group>,
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
    let asked = form.is_asked("birth") || own.is_some();
    complete(&app, own.as_ref(), &mut form)?;
    let answer = if asked { answer(&app, &page, &mut form)? } else { None };
    let categories = form.choices(&page, "category", ("category", &CATEGORIES));
    let mistakes = form.mistakes.clone();
    answered(&PensionPage { page, form, categories, answer, record: own.is_some() }, &mistakes)
}

/// The own record first, then the plain life.
fn complete(app: &Shared, own: Option<&Own>, form: &mut Form) -> Result<(), Problem> {
    let this_year = this_month(app)?.year();
    if let Some(own) = own {
        own.fill_person(form);
        own.fill_statement(policy_of(AREAS[0])?, form);
    }
    form.fill("birth", format_args!("{}-01", this_year - PLAIN_AGE));
    form.fill("year", this_year - 1);
    PLAIN.iter().for_each(|(name, value)| form.fill(name, value));
    Ok(())
}

fn answer(app: &Shared, page: &Page, form: &mut Form) -> Result<Option<Answer>, Problem> {
    let policy = policy_of(AREAS[0])?;
    let Some(read) = read(app, page, form, policy)? else { return Ok(None) };
    let answer = life(policy, read).and_then(|life| computed(page, form, &life));
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) => {
            refused(page, policy, &error, &PLACES, &mut form.mistakes);
            Ok(None)
        }
    }
}

/// Every field, read.
struct Read {
    category: retirement::Category,
    birth: Month,
    year: i32,
    months: i64,
    deemed: i64,
    index: Rate,
    balance: Fen,
    paying: flexible::Facts,
    retire: Option<Month>,
    until: Option<Month>,
}

fn read(app: &Shared, page: &Page, form: &mut Form, policy: &'static Policy) -> Result<Option<Read>, Problem> {
    let month = this_month(app)?;
    let limits_of = base::limits_month(policy, month, kernel::business_date(app.desk().now())).unwrap_or(month);
    let category = form.read(page, ("category", "mistake-choice"), |word| category_of(policy, word, month));
    let birth = form.month(page, "birth");
    let months = form.count(page, "months");
    let index = form.number(page, "index", "mistake-index");
    let balance = form.yuan(page, "balance");
    let percent = form.number(page, "percent", "mistake-percent");
    let (retire, until) = (form.month_if_any(page, "retire"), form.month_if_any(page, "until"));
    let year = form.read(page, ("year", "mistake-year"), |text| i32::try_from(typed::count(text)?).ok());
    let deemed = form.count_if_any(page, "deemed").map(Option::unwrap_or_default);
    let all = || {
        let choice = flexible::Choice::Percent(percent?);
        let paying = flexible::Facts { month, limits_of, choice };
        let (category, birth, year, months, deemed) = (category?, birth?, year?, months?, deemed?);
        let (index, balance, retire, until) = (index?, balance?, retire?, until?);
        Some(Read { category, birth, year, months, deemed, index, balance, paying, retire, until })
    };
    Ok(all())
}

/// The life that was asked about; refused where the month of retirement may not be chosen.
fn life(policy: &'static Policy, read: Read) -> Result<Life, FormulaError> {
    let Read { category, birth, until, .. } = read;
    let statutory = retirement::assess(policy, category, birth)?.retires;
    let retires = read.retire.unwrap_or(statutory);
    retirement::chosen(policy, category, birth, retires)?;
    let facts = outlook::Facts {
        scheme: Scheme::Enterprise,
        statement_year: read.year,
        index: read.index,
        months: read.months,
        deemed_months: read.deemed,
        balance: read.balance,
        paying: read.paying,
        through: until.unwrap_or(retires),
        retires,
        age: Age { months: i64::from(retires.since(birth)) },
    };
    Ok(Life { policy, category, birth, statutory, until, facts })
}

fn computed(page: &Page, form: &Form, life: &Life) -> Result<Answer, FormulaError> {
    let assessed = outlook::assess(life.policy, life.facts)?;
    let entitled = life.entitlement(life.facts.retires, assessed.months)?;
    let pension = &assessed.pension;
    let parts = [("basic", pension.basic), ("account", pension.account), ("transitional", pension.transitional)];
    let parts: Vec<_> = parts.into_iter().filter(|(_, amount)| !amount.is_zero()).collect();
    let mut steps = words(page, &assessed.steps);
    steps.extend(words(page, &entitled.steps));
    Ok(Answer {
        total: pension.total,
        retires: page.month(&life.facts.retires),
        age: age_words(page, life.facts.age.months),
        bars: share(&parts, pension.total),
        monthly: assessed.monthly.total,
        to_come: span_words(page, assessed.months_to_come),
        months: span_words(page, assessed.months),
        minimum: span_words(page, entitled.minimum_months),
        missing: (entitled.missing_months > 0).then(|| span_words(page, entitled.missing_months)),
        index: assessed.index.to_string(),
        balance: assessed.balance,
        divisor: pension.divisor.to_string(),
        groups: groups(page, form, life, &assessed)?,
        steps,
        link: form.link(PATH, &NAMES),
    })
}
