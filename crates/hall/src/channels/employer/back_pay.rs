//! `/employer/back-payment`: months that were omitted or interrupted. First what they come to, each month at its own rates with its
//! surcharge; then they wait for their two officers.

use super::Agent;
use super::papers::Table;
use super::register::said;
use super::roster::key_of;
use crate::app::Shared;
use crate::channels::citizen::{Fields, new_key};
use crate::page::{Mistakes, Page, html};
use crate::problem::Problem;
use crate::typed;
use askama::Template;
use axum::Router;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use contribution::back_pay::{self, BackLine, BackMonth, BackPreview};
use contribution::{BackPay, BackPayError, BackPayKind};
use control::{Action, Declined, Fault, FaultKind, View};
use kernel::{Fen, Insurance, MonthRange};
use policy::requirement::Business;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/employer/back-payment", get(ask).post(send))
}

/// So many months may be asked for at once.
const MONTHS_MAX: i32 = 240;

#[derive(Template)]
#[template(path = "employer/back_payment.html")]
struct BackPayPage {
    page: Page,
    key: String,
    table: Table,
    fields: Fields,
    preview: Option<BackPreview>,
    /// Whether it was sent, and waits for its officers.
    sent: bool,
    mistakes: Mistakes,
}

impl BackPayPage {
    async fn of(app: &Shared, page: Page, agent: &Agent, fields: Fields) -> Result<(BackPayPage, View), Problem> {
        agent.only(Action::BackPay)?;
        let view = agent.file().await?;
        let table = Table::of(app, Business::BackPayment, view.today())?;
        let (key, mistakes) = (new_key()?, Mistakes::default());
        Ok((BackPayPage { page, key, table, fields, preview: None, sent: false, mistakes }, view))
    }

    fn has(&self, insurance: &Insurance) -> bool {
        !self.fields.has("key") || self.fields.all("insurance").any(|word| word == insurance.as_str())
    }

    fn principal(&self, line: &BackLine) -> Fen {
        Insurance::ALL.iter().filter_map(|insurance| line.parts.sides(*insurance)).map(|sides| sides.total()).sum()
    }

    /// What was typed; beside each field that does not read stands what to do.
    async fn typed(&mut self, view: &View, agent: &Agent) -> Result<Option<BackPay>, Problem> {
        let text = |name: &str| self.fields.text(name).to_owned();
        let range = typed::month(&text("first")).zip(typed::month(&text("last")));
        let range = range.and_then(|(first, last)| MonthRange::new(first, last).ok());
        let range = range.filter(|range| range.count() <= MONTHS_MAX);
        let (wage, kind) = (typed::yuan(&text("wage")), text("kind").parse::<BackPayKind>().ok());
        let person = registry::roster::staff_by_number(view, agent.employer, &text("id_number")).await?;
        let insurances: Vec<Insurance> = self.fields.all("insurance").filter_map(|word| word.parse().ok()).collect();
        let key = key_of(&self.fields)?;
        if person.is_none() {
            self.mistakes.add("id_number", self.page.t("problem-back-pay-not-staff-detail"));
        }
        if range.is_none() {
            self.mistakes.add("first", self.page.t("back-pay-range"));
        }
        if wage.is_none() {
            self.mistakes.add("wage", self.page.t("cell-amount"));
        }
        if kind.is_none() {
            self.mistakes.add("kind", self.page.t("register-choose"));
        }
        let (Some(person), Some(range), Some(wage), Some(kind)) = (person, range, wage, kind) else { return Ok(None) };
        let months = range.months().map(|month| BackMonth { month, wage }).collect();
        let proof = self.fields.text("proof").to_owned();
        Ok(Some(BackPay { key, employer: agent.employer, person, months, insurances, kind, proof }))
    }

    fn refuse(&mut self, error: &BackPayError) {
        let field = match error.kind() {
            FaultKind::Invalid("person") => "id_number",
            FaultKind::Invalid(field @ ("wage" | "insurances" | "proof")) => field,
            FaultKind::Conflict => "kind",
            FaultKind::Invalid(_)
            | FaultKind::NotFound
            | FaultKind::TooMany
            | FaultKind::KeyReused
            | FaultKind::Unavailable
            | FaultKind::Internal => "first",
        };
        let text = said(&self.page, error);
        self.mistakes.add(field, text);
    }

    fn answered(self) -> Result<Response, Problem> {
        let status = if self.mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        Ok((status, html(&self)?).into_response())
    }
}

async fn ask(State(app): State<Shared>, page: Page, agent: Agent) -> Result<Response, Problem> {
    BackPayPage::of(&app, page, &agent, Fields::default()).await?.0.answered()
}

async fn send(
    State(app): State<Shared>,
    page: Page,
    agent: Agent,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let (mut form, view) = BackPayPage::of(&app, page, &agent, fields).await?;
    let Some(asked) = form.typed(&view, &agent).await? else { return form.answered() };
    if form.fields.text("step") != "send" {
        match back_pay::preview(&view, &asked).await {
            Ok(preview) => form.preview = Some(preview),
            Err(error) if error.database().is_none() => form.refuse(&error),
            Err(error) => return Err(Problem::internal(&error)),
        }
        return form.answered();
    }
    match app.desk().perform(agent.actor(), asked).await {
        Ok(proposed) => (form.preview, form.sent) = (Some(proposed.preview), true),
        Err(Declined::Refused(error)) if error.database().is_none() => form.refuse(&error),
        Err(declined) => return Err(super::agent::hidden(declined)),
    }
    form.answered()
}
