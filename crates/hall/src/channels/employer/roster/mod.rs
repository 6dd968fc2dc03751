//! `/employer/staff`: who is insured, and joining and leaving: one by one, or a list that is looked at row by row before
//! anything is taken. Arrears never block a row (reform 1).

mod back;
pub(super) mod list;
mod one;
mod sheet;
mod task;

use super::Agent;
use crate::app::Shared;
use crate::channels::citizen::Fields;
use crate::page::{Mistakes, Page, address, html};
use crate::problem::Problem;
use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::response::Html;
use axum::routing::get;
use control::Action;
use control::View;
use kernel::{InsuranceSet, Month, PersonId};

/// As many as a page bears.
const SHOWN: usize = 50;

pub(super) use self::sheet::spreadsheet;
pub(crate) use self::sheet::{LIST_BYTES_MAX, self_kept};
pub(super) use one::key_of;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/employer/staff", get(staff)).merge(one::routes()).merge(back::routes()).merge(sheet::routes())
}

#[derive(Template)]
#[template(path = "employer/staff.html")]
struct StaffPage {
    page: Page,
    month: Month,
    text: String,
    count: usize,
    members: Vec<Member>,
    may_change: bool,
    more: Option<String>,
    mistakes: Mistakes,
}

/// Somebody who is insured, as the list shows them.
struct Member {
    person: PersonId,
    name: String,
    document: String,
    insurances: InsuranceSet,
}

async fn staff(page: Page, agent: Agent, Query(fields): Query<Fields>) -> Result<Html<String>, Problem> {
    let view = agent.file().await?;
    let today = Month::of(view.today()).map_err(|error| Problem::internal(&error))?;
    let month = crate::typed::month(fields.text("month")).unwrap_or(today);
    let (text, at) = (fields.text("text").to_owned(), fields.text("at").parse().unwrap_or(0_usize));
    let insured = registry::insured_at(&view, agent.employer, month).await?;
    let count = insured.len();
    let wanted = match text.is_empty() {
        true => None,
        false => Some(registry::roster::staff_by_number(&view, agent.employer, &text).await?),
    };
    let chosen = insured.into_iter().filter(|staff| wanted.is_none_or(|person| person == Some(staff.person)));
    let chosen: Vec<_> = chosen.map(|staff| (staff.person, staff.insurances)).collect();
    let more = (at + SHOWN < chosen.len()).then(|| {
        let (month, at) = (month.to_string(), (at + SHOWN).to_string());
        address("/employer/staff", [("month", month.as_str()), ("text", text.as_str()), ("at", at.as_str())])
    });
    let members = members(&view, chosen.into_iter().skip(at).take(SHOWN)).await?;
    let (may_change, mistakes) = (agent.may(Action::EnrolStaff), Mistakes::default());
    html(&StaffPage { page, month, text, count, members, may_change, more, mistakes })
}

async fn members(view: &View, chosen: impl Iterator<Item = (PersonId, InsuranceSet)>) -> Result<Vec<Member>, Problem> {
    let mut members = Vec::new();
    for (person, insurances) in chosen {
        if let Some(known) = registry::person(view, person).await? {
            members.push(Member { person, name: known.name, document: known.document_masked, insurances });
        }
    }
    Ok(members)
}
