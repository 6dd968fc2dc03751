//! `/employer/declare/list`: the wages of a month as a list (xlsx, csv or pasted cells). First what it would change and which rows
//! cannot be; then it is declared. What lies far from before is asked about beside the person. Nothing is stored between the steps.

use super::Agent;
use super::roster::{LIST_BYTES_MAX, key_of, list};
use crate::app::Shared;
use crate::channels::citizen::{Fields, new_key, see_other};
use crate::page::{Mistakes, Page, address, html};
use crate::problem::Problem;
use crate::typed;
use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, Multipart, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use contribution::declare::{Outlier, Wage, prefill};
use contribution::{Declare, DeclareError, Period, Prefilled};
use control::{Action, Declined, View};
use kernel::{Fen, Month, PersonId};
use sheet::{Judged, JudgedRow};
use std::collections::BTreeMap;

/// Changes of each kind that a page shows; all of them are declared.
const SHOWN: usize = 200;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/employer/declare/list", get(ask).post(look))
        .route("/employer/declare/list/take", post(take))
        .layer(DefaultBodyLimit::max(LIST_BYTES_MAX))
}

#[derive(Template)]
#[template(path = "employer/wage_list.html")]
struct WageListPage {
    page: Page,
    key: String,
    month: Month,
    pasted: String,
    list: Option<WageList>,
    mistakes: Mistakes,
}

/// A list as it was judged.
#[derive(Default)]
struct WageList {
    changed: Vec<Changed>,
    /// Rows whose wage is known already.
    same: usize,
    /// Rows that cannot be, with what is wrong.
    bad: Vec<(u32, Vec<String>)>,
}

/// A wage that the list changes.
struct Changed {
    person: PersonId,
    name: String,
    before: Option<Fen>,
    wage: Fen,
    reason: String,
    /// What is asked about it.
    asked: Option<String>,
}

impl WageListPage {
    async fn of(page: Page, agent: &Agent, month: &str) -> Result<(WageListPage, View), Problem> {
        agent.only(Action::DeclareBase)?;
        let view = agent.file().await?;
        let today = Month::of(view.today()).map_err(|error| Problem::internal(&error))?;
        let month = typed::month(month).unwrap_or(today);
        let (key, mistakes) = (new_key()?, Mistakes::default());
        Ok((WageListPage { page, key, month, pasted: String::new(), list: None, mistakes }, view))
    }

    /// The changes as text that reading understands again.
    fn rows(&self) -> String {
        let mut text = String::from("person\twage");
        for change in self.list.iter().flat_map(|list| &list.changed) {
            text.push_str(&format!("\n{}\t{}", change.person, change.wage));
        }
        text
    }

    fn shown(&self) -> impl Iterator<Item = &Changed> {
        self.list.iter().flat_map(|list| &list.changed).take(SHOWN)
    }

    fn answered(self) -> Result<Response, Problem> {
        let status = if self.mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        Ok((status, html(&self)?).into_response())
    }
}

async fn ask(page: Page, agent: Agent, Query(fields): Query<Fields>) -> Result<Response, Problem> {
    WageListPage::of(page, &agent, fields.text("month")).await?.0.answered()
}

async fn look(page: Page, agent: Agent, mut parts: Multipart) -> Result<Response, Problem> {
    let (mut month, mut file, mut pasted) = (String::new(), Vec::new(), String::new());
    while let Some(part) = parts.next_field().await.map_err(list::not_received)? {
        match part.name().unwrap_or_default() {
            "month" => month = part.text().await.map_err(list::not_received)?,
            "file" => file = part.bytes().await.map_err(list::not_received)?.to_vec(),
            "rows" => pasted = part.text().await.map_err(list::not_received)?,
            _ => {}
        }
    }
    let (mut form, view) = WageListPage::of(page, &agent, &month).await?;
    let text = pasted.clone();
    let judged = tokio::task::spawn_blocking(move || list::wages(&file, &text)).await;
    match judged.map_err(|error| Problem::internal(&error))? {
        Ok(judged) => form.list = Some(wage_list(&form.page, &view, &agent, form.month, &judged).await?),
        Err(unreadable) => {
            form.pasted = pasted;
            form.mistakes.add("file", unreadable.text(&form.page));
        }
    }
    form.answered()
}

async fn wage_list(
    page: &Page,
    view: &View,
    agent: &Agent,
    month: Month,
    judged: &Judged,
) -> Result<WageList, Problem> {
    let staff = prefill(view, agent.employer, month).await?;
    let staff: BTreeMap<PersonId, Prefilled> = staff.into_iter().map(|known| (known.person, known)).collect();
    let mut list = WageList::default();
    for JudgedRow { number, outcome, .. } in &judged.rows {
        let entry = match outcome {
            Ok(entry) => entry,
            Err(faults) => {
                list.bad.push((*number, faults.iter().map(|fault| list::said(page, fault)).collect()));
                continue;
            }
        };
        let found = registry::find_by_id_number(view, &entry.id_number).await?;
        let known = found.iter().find_map(|person| staff.get(person));
        let (Some(known), Some(wage)) = (known, entry.wage) else {
            list.bad.push((*number, vec![page.t("wage-list-not-staff").into_owned()]));
            continue;
        };
        if known.wage == Some(wage) {
            list.same += 1;
            continue;
        }
        list.changed.push(Changed {
            person: known.person,
            name: registry::name(view, known.person).await?.unwrap_or_default(),
            before: known.wage.or(known.wage_before),
            wage,
            reason: entry.reason.clone().unwrap_or_default(),
            asked: None,
        });
    }
    Ok(list)
}

/// What the page carried: a person and a wage a line; reasons stand in fields of their own.
async fn carried(view: &View, agent: &Agent, month: Month, fields: &Fields) -> Result<Vec<Changed>, Problem> {
    let staff = prefill(view, agent.employer, month).await?;
    let staff: BTreeMap<PersonId, Prefilled> = staff.into_iter().map(|known| (known.person, known)).collect();
    let mut changed = Vec::new();
    for line in fields.text("rows").lines().skip(1) {
        let read = line.split_once('\t').and_then(|(person, wage)| Some((person.parse().ok()?, typed::yuan(wage)?)));
        let Some((person, wage)): Option<(PersonId, Fen)> = read else {
            return Err(Problem::invalid("unreadable", "rows"));
        };
        let reason = fields.text(&format!("reason-{person}")).to_owned();
        let before = staff.get(&person).and_then(|known| known.wage.or(known.wage_before));
        changed.push(Changed { person, name: String::new(), before, wage, reason, asked: None });
    }
    Ok(changed)
}

async fn take(
    State(app): State<Shared>,
    page: Page,
    agent: Agent,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let (mut form, view) = WageListPage::of(page, &agent, fields.text("month")).await?;
    let changed = carried(&view, &agent, form.month, &fields).await?;
    let reason = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let wages =
        changed.iter().map(|it| Wage { person: it.person, wage: it.wage, reason: reason(&it.reason) }).collect();
    let act = Declare { key: key_of(&fields)?, employer: agent.employer, period: Period::Month(form.month), wages };
    match app.desk().perform(agent.actor(), act).await {
        Ok(done) => {
            let (month, count) = (form.month.to_string(), done.changed.to_string());
            Ok(see_other(&address("/employer/declare", [("month", month.as_str()), ("done", count.as_str())]), []))
        }
        Err(Declined::Refused(DeclareError::ReasonAsked(outliers))) => {
            form.list = Some(asked_about(&mut form, &view, changed, outliers).await?);
            form.answered()
        }
        Err(declined) => Err(super::agent::hidden(declined)),
    }
}

/// The list again, those first about whom something is asked.
async fn asked_about(
    form: &mut WageListPage,
    view: &View,
    mut changed: Vec<Changed>,
    outliers: Vec<Outlier>,
) -> Result<WageList, Problem> {
    let outliers: BTreeMap<PersonId, Outlier> = outliers.into_iter().map(|it| (it.person, it)).collect();
    for change in &mut changed {
        change.name = registry::name(view, change.person).await?.unwrap_or_default();
        let Some(outlier) = outliers.get(&change.person) else { continue };
        change.asked = Some(super::declare::outlier_asked(&form.page, outlier));
        form.mistakes.add("rows", form.page.w("declare-reason-asked", &[("name", &change.name)]));
    }
    changed.sort_by_key(|change| change.asked.is_none());
    Ok(WageList { changed, ..WageList::default() })
}
