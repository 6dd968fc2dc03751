//! One person joins, or leaves: the same verbs as a list of one.

use super::super::Agent;
use super::list;
use crate::app::Shared;
use crate::channels::citizen::new_key;
use crate::channels::citizen::{Fields, see_other};
use crate::page::{Mistakes, Page, html};
use crate::problem::Problem;
use crate::typed;
use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use control::{Action, Declined, FaultKind, IdempotencyKey, Purpose};
use kernel::{Insurance, InsuranceSet, PersonId};
use office::roster::{EnrolStaff, RosterError, SuspendStaff};
use registry::roster::{LeaveReason, Leaver, Newcomer, RowError, Taken};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/employer/staff/join", get(ask_join).post(join))
        .route("/employer/staff/{person}/leave", get(ask_leave).post(leave))
}

#[derive(Template)]
#[template(path = "employer/join.html")]
struct JoinPage {
    page: Page,
    key: String,
    fields: Fields,
    mistakes: Mistakes,
}

impl JoinPage {
    fn has(&self, insurance: &Insurance) -> bool {
        !self.fields.has("key") || self.fields.all("insurance").any(|word| word == insurance.as_str())
    }
}

#[derive(Template)]
#[template(path = "employer/taken.html")]
pub(super) struct TakenPage {
    pub(super) page: Page,
    pub(super) name: String,
    pub(super) taken: Taken,
}

impl TakenPage {
    fn warnings(&self) -> Vec<String> {
        self.taken.verdict.warnings.iter().map(|warning| list::warning(&self.page, warning)).collect()
    }
}

async fn ask_join(page: Page, agent: Agent) -> Result<Response, Problem> {
    agent.only(Action::EnrolStaff)?;
    let (key, fields) = (new_key()?, Fields::default());
    Ok(html(&JoinPage { page, key, fields, mistakes: Mistakes::default() })?.into_response())
}

async fn join(
    State(app): State<Shared>,
    page: Page,
    agent: Agent,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let mut mistakes = Mistakes::default();
    let key = key_of(&fields)?;
    let Some(newcomer) = newcomer(&page, &fields, &mut mistakes) else {
        return again(JoinPage { page, key: fields.text("key").to_owned(), fields, mistakes });
    };
    let name = newcomer.name.clone();
    let act = EnrolStaff { key, employer: agent.employer, newcomer };
    match app.desk().perform(agent.actor(), act).await {
        Ok(taken) => Ok(html(&TakenPage { page, name, taken })?.into_response()),
        Err(Declined::Refused(RosterError::Row(error))) => {
            let field = if let FaultKind::Invalid(field) = error.kind() { field } else { "id_number" };
            mistakes.add(field, list::refused(&page, &error));
            // A key belongs to what was sent with it.
            let key = new_key()?;
            again(JoinPage { page, key, fields, mistakes })
        }
        Err(declined) => Err(declined.into()),
    }
}

fn again(form: JoinPage) -> Result<Response, Problem> {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&form)?).into_response())
}

fn newcomer(page: &Page, fields: &Fields, mistakes: &mut Mistakes) -> Option<Newcomer> {
    let (from, wage) = (typed::date(fields.text("from")), typed::yuan(fields.text("wage")));
    if typed::id_number(fields.text("id_number")).is_none() {
        mistakes.add("id_number", page.t("mistake-id-number"));
    }
    if fields.text("name").is_empty() {
        mistakes.add("name", list::refused(page, &RowError::NameEmpty));
    }
    if from.is_none() {
        mistakes.add("from", page.t("cell-day"));
    }
    if wage.is_none() {
        mistakes.add("wage", page.t("cell-amount"));
    }
    let insurances: InsuranceSet = fields.all("insurance").filter_map(|word| word.parse::<Insurance>().ok()).collect();
    if insurances.is_empty() {
        mistakes.add("insurances", list::refused(page, &RowError::NoInsurance));
    }
    let phone = typed::digits(fields.text("phone"));
    mistakes.is_empty().then_some(Newcomer {
        id_number: fields.text("id_number").to_owned(),
        name: fields.text("name").to_owned(),
        phone: Some(phone).filter(|phone| !phone.is_empty()),
        insurances,
        from: from?,
        wage: wage?,
    })
}

#[derive(Template)]
#[template(path = "employer/leave.html")]
struct LeavePage {
    page: Page,
    key: String,
    person: PersonId,
    name: String,
    document: String,
    fields: Fields,
    mistakes: Mistakes,
}

/// One of the employer's own people. Anybody else is nobody here: the desk refuses the file and writes down who asked.
async fn own(app: &Shared, agent: &Agent, id: &str) -> Result<registry::Person, Problem> {
    let person: PersonId = id.parse().map_err(|_| Problem::not_found())?;
    let mut view = agent.file().await?;
    if !registry::roster::insures(&view, agent.employer, person).await? {
        view = app.desk().look(agent.actor(), Purpose::Employer, person).await?;
    }
    registry::person(&view, person).await?.ok_or_else(Problem::not_found)
}

async fn ask_leave(
    State(app): State<Shared>,
    page: Page,
    agent: Agent,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    agent.only(Action::EnrolStaff)?;
    let person = own(&app, &agent, &id).await?;
    let (key, fields, mistakes) = (new_key()?, Fields::default(), Mistakes::default());
    let (name, document) = (person.name, person.document_masked);
    Ok(html(&LeavePage { page, key, person: person.id, name, document, fields, mistakes })?.into_response())
}

async fn leave(
    State(app): State<Shared>,
    page: Page,
    agent: Agent,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let person = own(&app, &agent, &id).await?;
    let view = agent.file().await?;
    let number = registry::id_number(&view, person.id).await?.ok_or_else(Problem::not_found)?;
    let (name, document) = (person.name, person.document_masked);
    let mut form = LeavePage {
        page,
        key: fields.text("key").to_owned(),
        person: person.id,
        name,
        document,
        fields,
        mistakes: Mistakes::default(),
    };
    let why: Option<LeaveReason> = form.fields.text("why").parse().ok();
    if why.is_none() {
        form.mistakes.add("why", form.page.t("leave-why-missing"));
    }
    let Some((last_day, why)) = typed::date(form.fields.text("until")).zip(why) else {
        form.mistakes.add("until", form.page.t("cell-day"));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&form)?).into_response());
    };
    let leaver = Leaver { id_number: number.reveal().to_owned(), name: form.name.clone(), last_day, why };
    let act = SuspendStaff { key: key_of(&form.fields)?, employer: agent.employer, leaver };
    match app.desk().perform(agent.actor(), act).await {
        Ok(_) => Ok(see_other("/employer/staff", [])),
        Err(Declined::Refused(RosterError::Row(error))) => {
            form.mistakes.add("until", list::refused(&form.page, &error));
            form.key = new_key()?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&form)?).into_response())
        }
        Err(declined) => Err(declined.into()),
    }
}

/// The key of a form that was sent.
pub(in super::super) fn key_of(fields: &Fields) -> Result<IdempotencyKey, Problem> {
    IdempotencyKey::parse(fields.text("key")).map_err(|_| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "no_key"))
}
