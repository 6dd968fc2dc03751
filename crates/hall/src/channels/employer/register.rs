//! `/employer/register`: an employer is registered by its legal person, who is signed in under the own name, so that neither name
//! nor number is typed again. `/employer/open`: its first agent, by the legal person or by a code from the counter.

use super::papers::Table;
use super::roster::key_of;
use crate::app::Shared;
use crate::channels::citizen::{Address, Fields, SignedIn, begin_session, new_key, see_other};
use crate::page::{Mistakes, Page, address, html};
use crate::problem::Problem;
use crate::typed;
use account::{Caller, OpenError, OpeningAgent};
use askama::Template;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use control::{Channel, Declined, Fault, FaultKind, IdempotencyKey, View};
use kernel::{CreditCode, IdNumber};
use policy::Policy;
use policy::reform::employer::Paper;
use policy::requirement::{Business, Duty};
use registry::{Contact, EmployerKind, RegisterEmployer, SelfCheck};

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/employer/register", get(ask).post(register)).route("/employer/open", get(ask_open).post(open))
}

/// What an employer can be when it is registered.
pub(super) const KINDS: [EmployerKind; 4] =
    [EmployerKind::Enterprise, EmployerKind::SmallOrMicro, EmployerKind::IndividualBusiness, EmployerKind::Institution];

#[derive(Template)]
#[template(path = "employer/register.html")]
struct RegisterPage {
    page: Page,
    key: String,
    legal_person: String,
    document: String,
    number: IdNumber,
    classes: u8,
    fields: Fields,
    table: Table,
    mistakes: Mistakes,
}

impl RegisterPage {
    async fn of(app: &Shared, page: Page, me: &SignedIn, fields: Fields) -> Result<RegisterPage, Problem> {
        let view = me.file().await?;
        let person = registry::person(&view, me.person).await?.ok_or_else(Problem::not_found)?;
        let number = registry::id_number(&view, me.person).await?.ok_or_else(Problem::not_found)?;
        Ok(RegisterPage {
            page,
            key: new_key()?,
            legal_person: person.name,
            document: person.document_masked,
            number,
            classes: injury_classes(&view),
            table: Table::of(app, Business::Registration, view.today())?,
            fields,
            mistakes: Mistakes::default(),
        })
    }

    /// The papers that the employer keeps itself and may say that it has checked.
    fn self_kept(&self) -> Vec<Paper> {
        let items = self.table.requirements.items.iter();
        items.filter(|(_, duty)| *duty == Duty::SelfKept).map(|(row, _)| row.paper).collect()
    }

    fn act(&self, view: &View, key: IdempotencyKey) -> Option<RegisterEmployer> {
        let text = |name: &str| self.fields.text(name).to_owned();
        let papers = if self.fields.has("checked") { self.self_kept() } else { Vec::new() };
        Some(RegisterEmployer {
            key,
            name: text("name"),
            credit_code: text("credit_code"),
            area: view.area(),
            kind: text("kind").parse().ok()?,
            size_proof: Some(text("size_proof")).filter(|proof| !proof.is_empty()),
            injury_class: text("injury_class").parse().ok()?,
            legal_person: self.legal_person.clone(),
            legal_person_number: self.number.reveal().to_owned(),
            contact: Contact { name: text("contact"), phone: typed::digits(&text("phone")) },
            from: typed::date(&text("from"))?,
            checked: SelfCheck { business: Business::Registration, papers },
        })
    }

    fn wrong(mut self, field: &'static str, text: String) -> Result<Response, Problem> {
        self.mistakes.add(field, text);
        // A key belongs to what was sent with it.
        self.key = new_key()?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&self)?).into_response())
    }
}

/// How many classes of work injury insurance the day has.
pub(super) fn injury_classes(view: &View) -> u8 {
    let rates = Policy::of(view.area()).ok().and_then(|policy| policy.injury.class_rates.on(view.today()).ok());
    rates.and_then(|rates| u8::try_from(rates.value.len()).ok()).unwrap_or(0)
}

/// What a refusal says, in the visitor's language.
pub(super) fn said(page: &Page, error: &impl Fault) -> String {
    page.problem_words(&error.code().replace('_', "-")).map(|words| words.detail).unwrap_or_else(|| error.to_string())
}

async fn ask(State(app): State<Shared>, page: Page, me: SignedIn) -> Result<Response, Problem> {
    Ok(html(&RegisterPage::of(&app, page, &me, Fields::default()).await?)?.into_response())
}

async fn register(
    State(app): State<Shared>,
    page: Page,
    me: SignedIn,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let key = key_of(&fields)?;
    let form = RegisterPage::of(&app, page, &me, fields).await?;
    let Some(act) = form.act(&app.desk().view(), key) else {
        let (field, text) = if typed::date(form.fields.text("from")).is_none() {
            ("from", form.page.t("cell-day").into_owned())
        } else {
            ("kind", form.page.t("register-choose").into_owned())
        };
        return form.wrong(field, text);
    };
    let code = act.credit_code.clone();
    match app.desk().perform(me.actor(), act).await {
        Ok(done) => {
            let query = [("credit_code", code.as_str()), ("number", done.unit_number.as_str())];
            Ok(see_other(&address("/employer/open", query), []))
        }
        Err(Declined::Refused(error)) if error.database().is_none() => {
            let field = if let FaultKind::Invalid(field) = error.kind() { field } else { "credit_code" };
            let text = said(&form.page, &error);
            form.wrong(field, text)
        }
        Err(declined) => Err(declined.into()),
    }
}

#[derive(Template)]
#[template(path = "employer/open.html")]
struct OpenPage {
    page: Page,
    /// Whether somebody is signed in who may be the legal person.
    is_person: bool,
    fields: Fields,
    mistakes: Mistakes,
}

impl OpenPage {
    fn wrong(mut self, field: &'static str, text: impl Into<String>) -> Result<Response, Problem> {
        self.mistakes.add(field, text);
        Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&self)?).into_response())
    }
}

async fn ask_open(
    page: Page,
    me: Result<SignedIn, Response>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let is_person = me.is_ok();
    Ok(html(&OpenPage { page, is_person, fields, mistakes: Mistakes::default() })?.into_response())
}

async fn open(
    State(app): State<Shared>,
    page: Page,
    me: Result<SignedIn, Response>,
    Address(address): Address,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let form = OpenPage { page, is_person: me.is_ok(), fields, mistakes: Mistakes::default() };
    let Ok(credit_code) = CreditCode::parse(form.fields.text("credit_code")) else {
        let text = form.page.t("problem-credit-code-malformed-detail").into_owned();
        return form.wrong("credit_code", text);
    };
    let opening = OpeningAgent {
        login: form.fields.text("login").to_owned(),
        name: form.fields.text("name").to_owned(),
        phone: None,
        password: form.fields.text("new_password").to_owned(),
    };
    let (caller, code) = (Caller { channel: Channel::Web, address }, typed::digits(form.fields.text("code")));
    let begun = match me {
        Ok(me) if code.is_empty() => {
            let Some(employer) = registry::employer_by_code(&app.desk().view(), &credit_code).await? else {
                let text = form.page.t("problem-employer-not-found-detail").into_owned();
                return form.wrong("credit_code", text);
            };
            account::open_agent_as_legal_person(app.desk(), &caller, me.person, employer, &opening).await
        }
        Ok(_) | Err(_) => account::open_agent_by_counter_code(app.desk(), &caller, &credit_code, &code, &opening).await,
    };
    match begun {
        Ok(begun) => Ok(begin_session(&app, &begun, "/employer")),
        Err(declined) => refused(form, declined),
    }
}

/// A refusal beside the field where it is mended.
fn refused(form: OpenPage, declined: Declined<OpenError>) -> Result<Response, Problem> {
    let page = &form.page;
    let (field, text) = match &declined {
        Declined::Refused(OpenError::Password(_)) => ("new_password", page.t("field-password-hint").into_owned()),
        Declined::Refused(OpenError::WrongCode) => ("code", page.t("mistake-code").into_owned()),
        Declined::Refused(OpenError::TooMany { wait_seconds }) => {
            let minutes = (wait_seconds / 60 + 1).to_string();
            ("code", page.w("mistake-too-many", &[("count", &minutes)]).into_owned())
        }
        Declined::Refused(OpenError::Mismatch) => ("credit_code", page.t("first-agent-not-legal-person").into_owned()),
        Declined::Refused(OpenError::Agent(error)) => {
            (if let FaultKind::Invalid(field) = error.kind() { field } else { "login" }, said(page, error))
        }
        Declined::Refused(
            OpenError::NoAnswer(_) | OpenError::AlreadyOpen | OpenError::GoToCounter | OpenError::Database(_),
        )
        | Declined::Denied
        | Declined::Database(_)
        | Declined::Broken => return Err(declined.into()),
    };
    form.wrong(field, text)
}
