//! `/calculators/transfer`: the money that moves with a person to another province.

use super::form::Form;
use super::own::Visitor;
use super::{AREAS, Places, answered, policy_of, refused};
use crate::app::Shared;
use crate::channels::citizen::Fields;
use crate::page::Page;
use crate::problem::Problem;
use crate::typed;
use crate::working::{StepWords, words};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use kernel::Fen;
use policy::Policy;
use policy::transfer::amount::{Assessment, Facts, assess};

const PATH: &str = "/calculators/transfer";
const NAMES: [&str; 3] = ["account", "bases", "on"];
const PLACES: Places =
    Places { day: "on", facts: &[("account", "account"), ("yearly_bases", "bases")], other: "bases" };

#[derive(Template)]
#[template(path = "calculators/transfer.html")]
struct TransferPage {
    page: Page,
    form: Form,
    answer: Option<Answer>,
    record: bool,
}

/// What is answered.
struct Answer {
    total: Fen,
    account: Fen,
    unit_part: Fen,
    years: usize,
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
        own.fill_transfer(&mut form);
    }
    form.fill("on", kernel::business_date(app.desk().now()));
    let answer = if form.is_asked("account") { answer(&page, policy_of(AREAS[0])?, &mut form) } else { None };
    let mistakes = form.mistakes.clone();
    answered(&TransferPage { page, form, answer, record: own.is_some() }, &mistakes)
}

fn answer(page: &Page, policy: &Policy, form: &mut Form) -> Option<Answer> {
    let account = form.yuan(page, "account");
    let bases = form.read(page, ("bases", "mistake-bases"), yearly);
    let on = form.date(page, "on");
    let (account, bases, on) = (account?, bases?, on?);
    match assess(policy, Facts { on, yearly_bases: &bases, account }) {
        Ok(Assessment { unit_part, account, total, steps }) => {
            let (steps, link) = (words(page, &steps), form.link(PATH, &NAMES));
            Some(Answer { total, account, unit_part, years: bases.len(), steps, link })
        }
        Err(error) => {
            refused(page, policy, &error, &PLACES, &mut form.mistakes);
            None
        }
    }
}

/// An amount a line, or several with semicolons between them; a comma belongs to the thousands.
fn yearly(text: &str) -> Option<Vec<Fen>> {
    let lines = text.split(['\n', ';', '；']).map(str::trim).filter(|line| !line.is_empty());
    let amounts = lines.map(typed::yuan).collect::<Option<Vec<_>>>()?;
    (!amounts.is_empty()).then_some(amounts)
}
