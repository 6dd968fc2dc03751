//! `/employer/inspection`: the yearly inspection (年检). A missed year is made up at any time, and nothing waits for it.

use super::Agent;
use super::papers::Table;
use super::register::said;
use crate::app::Shared;
use crate::channels::citizen::Fields;
use crate::page::{Mistakes, Page, html};
use crate::problem::Problem;
use crate::typed;
use askama::Template;
use axum::Router;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::Datelike;
use control::{Action, Declined, Fault, FaultKind};
use office::inspection::HandIn;
use policy::reform::employer::Paper;
use policy::requirement::Business;
use registry::inspection::InspectionKept;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/employer/inspection", get(ask).post(hand_in))
}

/// The papers whose particulars may have changed.
const CHANGEABLE: [Paper; 3] = [Paper::Licence, Paper::OrganisationCode, Paper::LegalPersonProof];

#[derive(Template)]
#[template(path = "employer/inspection.html")]
struct InspectionPage {
    page: Page,
    year: String,
    kept: Vec<InspectionKept>,
    /// The one just handed in.
    done: Option<InspectionKept>,
    table: Table,
    fields: Fields,
    mistakes: Mistakes,
}

impl InspectionPage {
    async fn of(app: &Shared, page: Page, agent: &Agent, fields: Fields) -> Result<InspectionPage, Problem> {
        agent.only(Action::InspectEmployer)?;
        let view = agent.file().await?;
        let typed = fields.text("year").to_owned();
        Ok(InspectionPage {
            page,
            year: if typed.is_empty() { (view.today().year() - 1).to_string() } else { typed },
            kept: registry::inspection::inspections(&view, agent.employer).await?,
            done: None,
            table: Table::of(app, Business::Inspection, view.today())?,
            fields,
            mistakes: Mistakes::default(),
        })
    }

    fn has_changed(&self, paper: &Paper) -> bool {
        self.fields.all("changed").any(|word| word == paper.as_str())
    }
}

async fn ask(State(app): State<Shared>, page: Page, agent: Agent) -> Result<Response, Problem> {
    Ok(html(&InspectionPage::of(&app, page, &agent, Fields::default()).await?)?.into_response())
}

async fn hand_in(
    State(app): State<Shared>,
    page: Page,
    agent: Agent,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let mut form = InspectionPage::of(&app, page, &agent, fields).await?;
    let (year, staff) = (form.year.parse(), typed::count(form.fields.text("staff")));
    let payroll = typed::yuan(form.fields.text("payroll"));
    for (field, is_wrong) in [("year", year.is_err()), ("staff", staff.is_none()), ("payroll", payroll.is_none())] {
        if is_wrong {
            form.mistakes.add(field, form.page.t("inspection-number"));
        }
    }
    if let (Ok(year), Some(staff), Some(payroll)) = (year, staff, payroll) {
        let changed = CHANGEABLE.into_iter().filter(|paper| form.has_changed(paper)).collect();
        let act = HandIn { employer: agent.employer, year, staff, payroll, changed };
        match app.desk().perform(agent.actor(), act).await {
            Ok(kept) => {
                let mut answered = InspectionPage::of(&app, form.page, &agent, Fields::default()).await?;
                answered.done = Some(kept);
                return Ok(html(&answered)?.into_response());
            }
            Err(Declined::Refused(error)) if error.database().is_none() => {
                let known = ["staff", "payroll"].into_iter();
                let field = if let FaultKind::Invalid(field) = error.kind() { field } else { "year" };
                form.mistakes
                    .add(known.into_iter().find(|it| *it == field).unwrap_or("year"), said(&form.page, &error));
            }
            Err(declined) => return Err(super::agent::hidden(declined)),
        }
    }
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&form)?).into_response())
}
