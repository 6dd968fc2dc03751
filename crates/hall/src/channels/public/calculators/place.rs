//! `/calculators/place`: which of the places where a person was insured decides and pays the pension.

use super::form::Form;
use super::{AREAS, Choice, Places, answered, policy_of, refused};
use crate::app::Shared;
use crate::channels::citizen::Fields;
use crate::page::Page;
use crate::problem::Problem;
use crate::typed;
use crate::working::{StepWords, words};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use policy::Policy;
use policy::transfer::place::{Decision, Facts, Kind, Relation, decide};

const PATH: &str = "/calculators/place";
const NAMES: [&str; 14] = [
    "household",
    "area1",
    "months1",
    "kind1",
    "area2",
    "months2",
    "kind2",
    "area3",
    "months3",
    "kind3",
    "area4",
    "months4",
    "kind4",
    "on",
];
const KINDS: [&str; 2] = ["ordinary", "temporary"];
const PLACES: Places = Places { day: "on", facts: &[("relations", "months1")], other: "area1" };

/// The fields of the places, in order of time.
const ROWS: [[&str; 3]; 4] = [
    ["area1", "months1", "kind1"],
    ["area2", "months2", "kind2"],
    ["area3", "months3", "kind3"],
    ["area4", "months4", "kind4"],
];

#[derive(Template)]
#[template(path = "calculators/place.html")]
struct PlacePage {
    page: Page,
    form: Form,
    rows: Vec<Row>,
    answer: Option<Answer>,
}

/// The fields of one place.
struct Row {
    number: usize,
    area: &'static str,
    months: &'static str,
    kind: &'static str,
    kinds: Vec<Choice>,
}

/// What is answered.
struct Answer {
    place: String,
    why: String,
    steps: Vec<StepWords>,
    link: String,
}

pub(super) async fn page(
    State(app): State<Shared>,
    page: Page,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let mut form = Form::of(fields);
    form.fill("on", kernel::business_date(app.desk().now()));
    let answer = if form.is_asked("household") { answer(&page, policy_of(AREAS[0])?, &mut form) } else { None };
    let row = |(index, [area, months, kind]): (usize, [&'static str; 3])| {
        let kinds = form.choices(&page, kind, ("relation-kind", &KINDS));
        Row { number: index + 1, area, months, kind, kinds }
    };
    let rows = ROWS.into_iter().enumerate().map(row).collect();
    let mistakes = form.mistakes.clone();
    answered(&PlacePage { page, form, rows, answer }, &mistakes)
}

fn answer(page: &Page, policy: &Policy, form: &mut Form) -> Option<Answer> {
    let named = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let household = form.read(page, ("household", "mistake-place"), named);
    let relations: Option<Vec<_>> = ROWS.iter().filter_map(|names| relation(page, form, names)).collect();
    let on = form.read(page, ("on", "mistake-date"), typed::date);
    let (household, relations, on) = (household?, relations?, on?);
    let relations: Vec<Relation<'_>> =
        relations.iter().map(|(area, months, kind)| Relation { area, months: *months, kind: *kind }).collect();
    match decide(policy, Facts { on, household: &household, relations: &relations }) {
        Ok(Decision { place, steps }) => {
            let why = steps.last().map_or("", |step| page.either(step.label.zh, step.label.en)).to_owned();
            Some(Answer { place, why, steps: words(page, &steps), link: form.link(PATH, &NAMES) })
        }
        Err(error) => {
            refused(page, policy, &error, &PLACES, &mut form.mistakes);
            None
        }
    }
}

/// One place: nothing where its row is empty, `Some(None)` where it does not read. The first row is always read.
fn relation(page: &Page, form: &mut Form, names: &[&'static str; 3]) -> Option<Option<(String, i64, Kind)>> {
    let [area, months, kind] = *names;
    if form.text(area).is_empty() && form.text(months).is_empty() && area != ROWS[0][0] {
        return None;
    }
    let place = form.read(page, (area, "mistake-place"), |text| (!text.is_empty()).then(|| text.to_owned()));
    let months = form.count(page, months);
    let kind = if form.text(kind) == KINDS[1] { Kind::Temporary } else { Kind::Ordinary };
    Some(place.zip(months).map(|(place, months)| (place, months, kind)))
}
