//! `/employer`: the year at a glance: what is due, what is late, what to do next. To a visitor: what can be done here.

use super::Agent;
use crate::app::Shared;
use crate::page::{Page, html};
use crate::problem::Problem;
use askama::Template;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use contribution::{Demand, DemandState};
use control::{Action, View};
use kernel::{EmployerId, Fen, Month, PersonId};
use policy::debt::Debt;
use registry::Employer;
use std::collections::BTreeSet;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/employer", get(home))
}

#[derive(Template)]
#[template(path = "employer/start.html")]
struct StartPage {
    page: Page,
}

#[derive(Template)]
#[template(path = "employer/home.html")]
struct HomePage {
    page: Page,
    employer: Employer,
    year: i32,
    insured: usize,
    /// Who is insured this month and was not the month before, and the other way round.
    joined: usize,
    left: usize,
    months: Vec<MonthAtGlance>,
    undeclared: Vec<Month>,
    open: Vec<Demand>,
    arrears: Vec<Debt>,
    may_change: bool,
    may_manage: bool,
}

/// A month of the year: what was assessed, what came.
struct MonthAtGlance {
    month: Month,
    due: Fen,
    paid: Fen,
}

/// The height of the picture's columns, in its own units.
const HEIGHT: i64 = 120;

impl HomePage {
    /// The columns of the picture: place, height of what is due, height of what came.
    fn columns(&self) -> Vec<(i64, i64, i64, &MonthAtGlance)> {
        let most = self.months.iter().map(|month| month.due.fen()).max().unwrap_or(0).max(1);
        let height = |amount: Fen| amount.fen().saturating_mul(HEIGHT) / most;
        let column = |(place, month): (i64, _)| {
            let month: &MonthAtGlance = month;
            (place * 52 + 6, height(month.due), height(month.paid), month)
        };
        (0_i64..).zip(&self.months).map(column).collect()
    }

    fn late(&self) -> Fen {
        self.arrears.iter().map(|debt| debt.amount).sum()
    }

    fn has_nothing_to_do(&self) -> bool {
        self.undeclared.is_empty() && self.open.is_empty() && self.late().is_zero()
    }
}

async fn home(page: Page, agent: Result<Agent, Response>) -> Result<Response, Problem> {
    let Ok(agent) = agent else { return Ok(html(&StartPage { page })?.into_response()) };
    let view = agent.file().await?;
    let employer = registry::employer(&view, agent.employer).await?.ok_or_else(Problem::not_found)?;
    let today = view.today();
    let this = Month::of(today).map_err(|error| Problem::internal(&error))?;
    let months = months(&view, agent.employer, this).await?;
    let first = registered(&employer).unwrap_or(this);
    let mut undeclared = Vec::new();
    for back in (0..3).rev() {
        let Ok(month) = this.plus(-back) else { continue };
        if month >= first && contribution::declare::declared(&view, agent.employer, month).await?.is_none() {
            undeclared.push(month);
        }
    }
    let demands = contribution::demands(&view, agent.employer, 20).await?;
    let is_open = |note: &Demand| matches!(note.state, DemandState::Issued | DemandState::PartPaid);
    let people = async |month: Month| -> Result<BTreeSet<PersonId>, Problem> {
        Ok(registry::insured_at(&view, agent.employer, month).await?.into_iter().map(|staff| staff.person).collect())
    };
    let (now, before) = (people(this).await?, people(this.plus(-1).unwrap_or(this)).await?);
    let home = HomePage {
        page,
        year: this.year(),
        insured: now.len(),
        joined: now.difference(&before).count(),
        left: before.difference(&now).count(),
        months,
        undeclared,
        open: demands.into_iter().filter(is_open).collect(),
        arrears: contribution::arrears::owed_by(&view, agent.employer, today).await?,
        may_change: agent.may(Action::EnrolStaff),
        may_manage: agent.may(Action::ManageAgents),
        employer,
    };
    Ok(html(&home)?.into_response())
}

fn registered(employer: &Employer) -> Option<Month> {
    employer.registered_on.and_then(|day| Month::of(day).ok())
}

async fn months(view: &View, employer: EmployerId, this: Month) -> Result<Vec<MonthAtGlance>, Problem> {
    let mut months = Vec::new();
    for month in 1..=this.month() {
        let Ok(month) = Month::new(this.year(), month) else { continue };
        let claims = contribution::demand::claims(view, employer, month).await?;
        months.push(MonthAtGlance {
            month,
            due: claims.iter().map(|claim| claim.worker + claim.unit).sum(),
            paid: claims.iter().map(|claim| claim.worker_paid + claim.unit_paid).sum(),
        });
    }
    Ok(months)
}
