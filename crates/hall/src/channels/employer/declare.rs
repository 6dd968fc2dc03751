//! `/employer/declare`: the wages of a month, filled in with those of the month before; only what differs is typed and sent.
//! What lies far from before is asked about and, with a reason, taken.

use super::Agent;
use super::roster::key_of;
use crate::app::Shared;
use crate::channels::citizen::{Fields, new_key, see_other};
use crate::page::{Mistakes, Page, address, html};
use crate::problem::Problem;
use crate::typed;
use askama::Template;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use contribution::declare::{Outlier, Wage, declared, prefill};
use contribution::{Declaration, Declare, DeclareError, Period, Prefilled};
use control::{Action, Declined, View};
use kernel::{EmployerId, Month, PersonId};
use std::collections::BTreeMap;

/// As many people as a page bears.
const SHOWN: usize = 50;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/employer/declare", get(ask).post(declare))
}

#[derive(Template)]
#[template(path = "employer/declare.html")]
struct DeclarePage {
    page: Page,
    key: String,
    month: Month,
    declared: Option<Declaration>,
    rows: Vec<Row>,
    total: usize,
    at: usize,
    done: Option<String>,
    may_change: bool,
    mistakes: Mistakes,
}

/// A person with the wage that is filled in.
struct Row {
    person: PersonId,
    name: String,
    known: Prefilled,
    /// What stands in the field.
    typed: String,
    reason: String,
    /// What is asked about it.
    asked: Option<String>,
}

impl DeclarePage {
    /// The months that may be declared here: this one and the two before.
    fn months(&self) -> Vec<(Month, String)> {
        let link = |month: Month| (month, address("/employer/declare", [("month", month.to_string().as_str())]));
        (-2..=1).filter_map(|step| self.month.plus(step).ok()).map(link).collect()
    }

    fn page_at(&self, at: usize) -> String {
        let (month, at) = (self.month.to_string(), at.to_string());
        address("/employer/declare", [("month", month.as_str()), ("at", at.as_str())])
    }

    fn next(&self) -> Option<String> {
        (self.at + SHOWN < self.total).then(|| self.page_at(self.at + SHOWN))
    }
}

/// The month and the part of the list that a request is about.
struct Asked {
    month: Month,
    at: usize,
}

fn asked(view: &View, fields: &Fields) -> Result<Asked, Problem> {
    let today = Month::of(view.today()).map_err(|error| Problem::internal(&error))?;
    let month = typed::month(fields.text("month")).unwrap_or(today);
    Ok(Asked { month, at: fields.text("at").parse().unwrap_or(0) })
}

async fn rows(view: &View, employer: EmployerId, asked: &Asked) -> Result<(Vec<Row>, usize), Problem> {
    let all = prefill(view, employer, asked.month).await?;
    let total = all.len();
    let mut rows = Vec::new();
    for known in all.into_iter().skip(asked.at).take(SHOWN) {
        let name = registry::name(view, known.person).await?.unwrap_or_default();
        let typed = known.wage.map(|wage| wage.to_string()).unwrap_or_default();
        rows.push(Row { person: known.person, name, known, typed, reason: String::new(), asked: None });
    }
    Ok((rows, total))
}

async fn shown(page: Page, agent: &Agent, fields: &Fields) -> Result<DeclarePage, Problem> {
    let view = agent.file().await?;
    let asked = asked(&view, fields)?;
    let (rows, total) = rows(&view, agent.employer, &asked).await?;
    Ok(DeclarePage {
        page,
        key: new_key()?,
        month: asked.month,
        declared: declared(&view, agent.employer, asked.month).await?,
        rows,
        total,
        at: asked.at,
        done: Some(fields.text("done").to_owned()).filter(|done| !done.is_empty()),
        may_change: agent.may(Action::DeclareBase),
        mistakes: Mistakes::default(),
    })
}

async fn ask(page: Page, agent: Agent, Query(fields): Query<Fields>) -> Result<Response, Problem> {
    Ok(html(&shown(page, &agent, &fields).await?)?.into_response())
}

async fn declare(
    State(app): State<Shared>,
    page: Page,
    agent: Agent,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let mut form = shown(page, &agent, &fields).await?;
    let Some(wages) = differences(&mut form, &fields) else {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&form)?).into_response());
    };
    let period = if fields.has("year") { Period::Year(form.month.year()) } else { Period::Month(form.month) };
    let act = Declare { key: key_of(&fields)?, employer: agent.employer, period, wages };
    match app.desk().perform(agent.actor(), act).await {
        Ok(done) => {
            let (month, count) = (form.month.to_string(), done.changed.to_string());
            Ok(see_other(&address("/employer/declare", [("month", month.as_str()), ("done", count.as_str())]), []))
        }
        Err(Declined::Refused(DeclareError::ReasonAsked(outliers))) => {
            ask_about(&mut form, outliers);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&form)?).into_response())
        }
        Err(declined) => Err(super::agent::hidden(declined)),
    }
}

/// What was typed that differs from what was filled in; none where something does not read.
fn differences(form: &mut DeclarePage, fields: &Fields) -> Option<Vec<Wage>> {
    let mut wages = Vec::new();
    for row in &mut form.rows {
        let (field, reason) = (format!("wage-{}", row.person), format!("reason-{}", row.person));
        if !fields.has(&field) {
            continue;
        }
        row.typed = fields.text(&field).to_owned();
        row.reason = fields.text(&reason).to_owned();
        match typed::yuan(&row.typed) {
            Some(wage) if row.known.wage == Some(wage) => {}
            Some(wage) => {
                let reason = Some(row.reason.clone()).filter(|reason| !reason.is_empty());
                wages.push(Wage { person: row.person, wage, reason });
            }
            None => {
                row.asked = Some(form.page.t("cell-amount").into_owned());
                form.mistakes.add("wages", form.page.w("declare-unread", &[("name", &row.name)]));
            }
        }
    }
    form.mistakes.is_empty().then_some(wages)
}

fn ask_about(form: &mut DeclarePage, outliers: Vec<Outlier>) {
    let outliers: BTreeMap<PersonId, Outlier> = outliers.into_iter().map(|outlier| (outlier.person, outlier)).collect();
    for row in &mut form.rows {
        let Some(outlier) = outliers.get(&row.person) else { continue };
        row.asked = Some(outlier_asked(&form.page, outlier));
        form.mistakes.add("wages", form.page.w("declare-reason-asked", &[("name", &row.name)]));
    }
}

/// What is asked about a wage.
pub(super) fn outlier_asked(page: &Page, outlier: &Outlier) -> String {
    let before = outlier.before.as_ref().map(|before| before.grouped()).unwrap_or_default();
    let key = ["declare-outlier", outlier.why.as_str()].join("-").replace('_', "-");
    page.w(&key, &[("before", &before), ("wage", &outlier.wage.grouped())]).into_owned()
}
