//! `/employer/agents`: who may act for the employer and with which rights; and one's own passkeys. The last who may manage
//! rights cannot be sent away.

use super::Agent;
use super::sign_in::party;
use crate::app::Shared;
use crate::channels::citizen::{Fields, see_other};
use crate::page::{Mistakes, Page, html};
use crate::problem::Problem;
use account::passkey::{Attested, Passkey, Registration, RemovePasskey};
use account::{AddAgent, ChangeAgentRights, PasswordHash, RetireAgent};
use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use control::{Action, Declined, Fault as _, FaultKind, Role};
use kernel::AgentId;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/employer/agents", get(list).post(add))
        .route("/employer/agents/{id}/rights", post(rights))
        .route("/employer/agents/{id}/retire", post(retire))
        .route("/employer/passkeys", get(passkeys).post(keep))
        .route("/employer/passkeys/begin", post(begin))
        .route("/employer/passkeys/remove", post(remove))
}

/// The rights that an agent may have.
const RIGHTS: [Role; 4] = [Role::AgentReader, Role::AgentDeclarer, Role::AgentPayer, Role::AgentManager];

#[derive(Template)]
#[template(path = "employer/agents.html")]
struct AgentsPage {
    page: Page,
    agents: Vec<account::Agent>,
    fields: Fields,
    mistakes: Mistakes,
}

impl AgentsPage {
    fn asked(&self, role: &Role) -> bool {
        self.fields.all("role").any(|word| word == role.as_str())
    }
}

#[derive(Template)]
#[template(path = "employer/passkeys.html")]
struct PasskeysPage {
    page: Page,
    passkeys: Vec<Passkey>,
    ceremony: Option<Registration>,
}

async fn listed(page: Page, agent: &Agent, fields: Fields, mistakes: Mistakes) -> Result<AgentsPage, Problem> {
    agent.only(Action::ManageAgents)?;
    let agents = account::agents(&agent.file().await?, agent.employer).await?;
    Ok(AgentsPage { page, agents, fields, mistakes })
}

async fn list(page: Page, agent: Agent) -> Result<Html<String>, Problem> {
    html(&listed(page, &agent, Fields::default(), Mistakes::default()).await?)
}

fn roles(fields: &Fields) -> Vec<Role> {
    RIGHTS.into_iter().filter(|role| fields.all("role").any(|word| word == role.as_str())).collect()
}

async fn add(
    State(app): State<Shared>,
    page: Page,
    agent: Agent,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    agent.only(Action::ManageAgents)?;
    let (login, password) = (fields.text("login").to_owned(), fields.text("new_password"));
    let mut mistakes = Mistakes::default();
    if account::check_agent_rules(password, &login).is_err() {
        mistakes.add("new_password", page.t("field-password-hint"));
        let form = listed(page, &agent, fields, mistakes).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&form)?).into_response());
    }
    let act = AddAgent {
        employer: agent.employer,
        login,
        name: fields.text("name").to_owned(),
        phone: None,
        password: PasswordHash::of(password).await?,
        roles: roles(&fields),
    };
    match app.desk().perform(agent.actor(), act).await {
        Ok(_) => Ok(see_other("/employer/agents", [])),
        Err(Declined::Refused(error)) if error.database().is_none() => {
            let field = if let FaultKind::Invalid(field) = error.kind() { field } else { "login" };
            let words = page.problem_words(&error.code().replace('_', "-"));
            mistakes.add(field, words.map(|words| words.detail).unwrap_or_default());
            let form = listed(page, &agent, fields, mistakes).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&form)?).into_response())
        }
        Err(declined) => Err(declined.into()),
    }
}

fn id_of(text: &str) -> Result<AgentId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

async fn rights(agent: Agent, Path(id): Path<String>, Form(fields): Form<Fields>) -> Result<Response, Problem> {
    let act = ChangeAgentRights { employer: agent.employer, agent: id_of(&id)?, roles: roles(&fields) };
    agent.perform(act).await?;
    Ok(see_other("/employer/agents", []))
}

async fn retire(agent: Agent, Path(id): Path<String>) -> Result<Response, Problem> {
    agent.perform(RetireAgent { employer: agent.employer, agent: id_of(&id)? }).await?;
    Ok(see_other("/employer/agents", []))
}

/// Whose passkeys: the agent's own.
fn own(agent: &Agent) -> Result<AgentId, Problem> {
    agent.session.agent.ok_or_else(Problem::not_found)
}

async fn passkeys(page: Page, agent: Agent) -> Result<Html<String>, Problem> {
    let passkeys = account::passkey::passkeys(&agent.file().await?, own(&agent)?).await?;
    html(&PasskeysPage { page, passkeys, ceremony: None })
}

async fn begin(State(app): State<Shared>, page: Page, agent: Agent) -> Result<Html<String>, Problem> {
    let ceremony = account::passkey::begin_registration(app.desk(), &agent.session, &party(&app)).await?;
    let passkeys = account::passkey::passkeys(&agent.file().await?, own(&agent)?).await?;
    html(&PasskeysPage { page, passkeys, ceremony: Some(ceremony) })
}

async fn keep(State(app): State<Shared>, agent: Agent, Form(fields): Form<Fields>) -> Result<Response, Problem> {
    let attested = Attested {
        ceremony: fields.text("ceremony").parse().map_err(|_| Problem::not_found())?,
        client_data_json: fields.text("client_data_json").to_owned(),
        authenticator_data: fields.text("authenticator_data").to_owned(),
        label: fields.text("label").to_owned(),
    };
    account::passkey::finish_registration(app.desk(), &agent.session, &party(&app), &attested).await?;
    Ok(see_other("/employer/passkeys", []))
}

async fn remove(agent: Agent, Form(fields): Form<Fields>) -> Result<Response, Problem> {
    agent.perform(RemovePasskey { agent: own(&agent)?, passkey: fields.text("passkey").to_owned() }).await?;
    Ok(see_other("/employer/passkeys", []))
}
