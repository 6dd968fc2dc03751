//! `/employer/change`: the employer's particulars, each changed from a day on with its reason; the paper that shows it is named by
//! its number and handed in only where the table of papers says so.

use super::Agent;
use super::papers::Table;
use super::register::{KINDS, injury_classes, said};
use crate::app::Shared;
use crate::channels::citizen::{Fields, see_other};
use crate::page::{Mistakes, Page, html};
use crate::problem::Problem;
use crate::typed;
use askama::Template;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use control::{Action, Declined, Fault, FaultKind};
use kernel::CreditCode;
use policy::requirement::Business;
use registry::{
    ChangeEmployer, Contact, Employer, EmployerChange, EmployerField, EmployerKind, LegalPerson, Particular,
};

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/employer/change", get(ask).post(change))
}

/// What the employer's own agents change; the area and the counter that answers are the agency's to change.
const FIELDS: [EmployerField; 6] = [
    EmployerField::Name,
    EmployerField::CreditCode,
    EmployerField::LegalPerson,
    EmployerField::Kind,
    EmployerField::InjuryClass,
    EmployerField::Contact,
];

#[derive(Template)]
#[template(path = "employer/change.html")]
struct ChangePage {
    page: Page,
    employer: Employer,
    legal_person: Option<LegalPerson>,
    contact: Option<Contact>,
    history: Vec<EmployerChange>,
    table: Table,
    /// Which one is being changed.
    field: Option<EmployerField>,
    classes: u8,
    fields: Fields,
    mistakes: Mistakes,
}

impl ChangePage {
    async fn of(app: &Shared, page: Page, agent: &Agent, fields: Fields) -> Result<ChangePage, Problem> {
        agent.only(Action::ChangeEmployerData)?;
        let view = agent.file().await?;
        Ok(ChangePage {
            page,
            employer: registry::employer(&view, agent.employer).await?.ok_or_else(Problem::not_found)?,
            legal_person: registry::legal_person(&view, agent.employer).await?,
            contact: registry::employer_contact(&view, agent.employer).await?,
            history: registry::employer_history(&view, agent.employer).await?,
            table: Table::of(app, Business::Change, view.today())?,
            field: fields.text("field").parse().ok().filter(|field| FIELDS.contains(field)),
            classes: injury_classes(&view),
            fields,
            mistakes: Mistakes::default(),
        })
    }

    /// How a particular stands, as the page shows it.
    fn now(&self, field: &EmployerField) -> String {
        let known = &self.employer;
        match field {
            EmployerField::Name => known.name.clone(),
            EmployerField::CreditCode => known.credit_code.map(|code| code.as_str().to_owned()).unwrap_or_default(),
            EmployerField::LegalPerson => self.legal_person.as_ref().map(|it| it.name.clone()).unwrap_or_default(),
            EmployerField::Kind => known.kind.map(|kind| self.kind_name(&kind)).unwrap_or_default(),
            EmployerField::InjuryClass => known.injury_class.map(|class| class.to_string()).unwrap_or_default(),
            EmployerField::Contact => self.contact.as_ref().map(|it| it.name.clone()).unwrap_or_default(),
            EmployerField::Area => known.area.to_string(),
            EmployerField::Agency => known.agency.clone(),
        }
    }

    fn kind_name(&self, kind: &EmployerKind) -> String {
        self.page.t_of(&["employer-kind", kind.as_str()]).into_owned()
    }

    /// The latest changes; numbers of persons stand in none of them.
    fn latest(&self) -> impl Iterator<Item = &EmployerChange> {
        self.history.iter().take(20)
    }

    /// What it becomes, as typed; otherwise the field to mend.
    fn particular(&self, field: EmployerField) -> Result<Particular, &'static str> {
        let text = |name: &str| self.fields.text(name).to_owned();
        Ok(match field {
            EmployerField::Name => Particular::Name(text("name")),
            EmployerField::CreditCode => {
                Particular::CreditCode(CreditCode::parse(&text("credit_code")).map_err(|_| "credit_code")?)
            }
            EmployerField::LegalPerson => {
                let id_number = typed::id_number(&text("id_number")).ok_or("id_number")?;
                Particular::LegalPerson(LegalPerson { name: text("name"), id_number })
            }
            EmployerField::Kind => {
                let proof = Some(text("size_proof")).filter(|proof| !proof.is_empty());
                Particular::Kind(text("kind").parse().map_err(|_| "kind")?, proof)
            }
            EmployerField::InjuryClass => {
                Particular::InjuryClass(text("injury_class").parse().map_err(|_| "injury_class")?)
            }
            EmployerField::Contact => {
                Particular::Contact(Contact { name: text("name"), phone: typed::digits(&text("phone")) })
            }
            EmployerField::Area | EmployerField::Agency => return Err("field"),
        })
    }

    fn wrong(mut self, field: &'static str, text: String) -> Result<Response, Problem> {
        self.mistakes.add(field, text);
        Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&self)?).into_response())
    }
}

async fn ask(
    State(app): State<Shared>,
    page: Page,
    agent: Agent,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    Ok(html(&ChangePage::of(&app, page, &agent, fields).await?)?.into_response())
}

async fn change(
    State(app): State<Shared>,
    page: Page,
    agent: Agent,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let form = ChangePage::of(&app, page, &agent, fields).await?;
    let Some(field) = form.field else { return Ok(see_other("/employer/change", [])) };
    let to = match form.particular(field) {
        Ok(to) => to,
        Err(wrong) => {
            let text = match wrong {
                "credit_code" => form.page.t("problem-credit-code-malformed-detail"),
                "id_number" => form.page.t("mistake-id-number"),
                _ => form.page.t("register-choose"),
            };
            let text = text.into_owned();
            return form.wrong(wrong, text);
        }
    };
    let Some(valid_from) = typed::date(form.fields.text("valid_from")) else {
        let text = form.page.t("cell-day").into_owned();
        return form.wrong("valid_from", text);
    };
    let proof = Some(form.fields.text("proof").to_owned()).filter(|proof| !proof.is_empty());
    let reason = form.fields.text("reason").to_owned();
    let act = ChangeEmployer { employer: agent.employer, to, valid_from, reason, proof };
    match app.desk().perform(agent.actor(), act).await {
        Ok(_) => Ok(see_other("/employer/change?done=1", [])),
        Err(Declined::Refused(error)) if error.database().is_none() => {
            let at = if let FaultKind::Invalid(field) = error.kind() { field } else { field.as_str() };
            let text = said(&form.page, &error);
            form.wrong(at, text)
        }
        Err(declined) => Err(super::agent::hidden(declined)),
    }
}
