//! `/employer/demands` and `/employer/demand/{id}`: what is owed, as notes that can be issued, explained and paid, in parts
//! too; and what is late, by month and insurance.

use super::Agent;
use super::roster::key_of;
use crate::app::Shared;
use crate::channels::citizen::{Address, Fields, cashier_of, new_key, see_other};
use crate::page::{Mistakes, Page, html};
use crate::problem::Problem;
use crate::typed;
use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use contribution::arrears::Aged;
use contribution::demand::Arrears;
use contribution::{Demand, DemandState, DueLine, IssueDemand, Owing};
use control::{Action, Declined, Fault, FaultKind, View};
use kernel::{Date, DemandId, Fen, Insurance, Month, MonthRange};
use office::{PayDemand, PayDemandError};
use payment::{GatewayKind, Receipt, StartAttempt, StartDemandAttempt};
use policy::Policy;

const SHOWN: u64 = 50;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/employer/demands", get(list).post(issue))
        .route("/employer/demand/{id}", get(one))
        .route("/employer/demand/{id}/pay", post(pay))
}

#[derive(Template)]
#[template(path = "employer/demands.html")]
struct DemandsPage {
    page: Page,
    key: String,
    month: String,
    demands: Vec<Demand>,
    late: Vec<Aged>,
    may_pay: bool,
    mistakes: Mistakes,
}

#[derive(Template)]
#[template(path = "employer/demand.html")]
struct DemandPage {
    page: Page,
    key: String,
    today: Date,
    demand: Demand,
    owing: Owing,
    /// The people of the month with their parts.
    lines: Vec<(String, DueLine)>,
    /// What came for it, each with its voucher.
    receipts: Vec<Receipt>,
    gateways: Vec<GatewayKind>,
    may_pay: bool,
    amount: String,
    mistakes: Mistakes,
}

impl DemandPage {
    fn is_open(&self) -> bool {
        matches!(self.demand.state, DemandState::Issued | DemandState::PartPaid)
    }

    fn parts<'a>(&self, line: &'a DueLine) -> impl Iterator<Item = (Insurance, Fen, Fen)> + 'a {
        let sides = |insurance: &Insurance| {
            line.due.parts.sides(*insurance).map(|sides| (*insurance, sides.unit, sides.worker))
        };
        Insurance::ALL.iter().filter_map(sides)
    }
}

async fn listed(page: Page, agent: &Agent, month: &str, mistakes: Mistakes) -> Result<DemandsPage, Problem> {
    let view = agent.file().await?;
    let late = contribution::arrears::aged(&view, Some(agent.employer), view.today(), SHOWN).await;
    Ok(DemandsPage {
        page,
        key: new_key()?,
        month: if month.is_empty() { this_month(&view) } else { month.to_owned() },
        demands: contribution::demands(&view, agent.employer, SHOWN).await?,
        late: late.map_err(|error| Problem::internal(&error))?,
        may_pay: agent.may(Action::IssueDemand),
        mistakes,
    })
}

fn this_month(view: &View) -> String {
    Month::of(view.today()).map(|month| month.to_string()).unwrap_or_default()
}

async fn list(page: Page, agent: Agent) -> Result<Html<String>, Problem> {
    html(&listed(page, &agent, "", Mistakes::default()).await?)
}

async fn issue(
    State(app): State<Shared>,
    page: Page,
    agent: Agent,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let mut mistakes = Mistakes::default();
    let Some(month) = typed::month(fields.text("month")) else {
        mistakes.add("month", page.t("mistake-month"));
        let form = listed(page, &agent, fields.text("month"), mistakes).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&form)?).into_response());
    };
    let arrears = if fields.has("arrears") { Arrears::Included } else { Arrears::ThisMonthOnly };
    let act = IssueDemand { key: key_of(&fields)?, employer: agent.employer, month, insurances: None, arrears };
    match app.desk().perform(agent.actor(), act).await {
        Ok(demand) => Ok(see_other(&format!("/employer/demand/{}", demand.id), [])),
        // Nothing due, or the tax office collects: what that means stands beside the month.
        Err(Declined::Refused(error)) if error.kind() == FaultKind::Conflict => {
            let key = format!("problem-{}-detail", error.code().replace('_', "-"));
            mistakes.add("month", page.t(&key));
            let form = listed(page, &agent, fields.text("month"), mistakes).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&form)?).into_response())
        }
        Err(declined) => Err(super::agent::hidden(declined)),
    }
}

/// The note of an address with its employer's file, which the desk opens to that employer only.
async fn own(app: &Shared, agent: &Agent, id: &str) -> Result<(Demand, View), Problem> {
    let id: DemandId = id.parse().map_err(|_| Problem::not_found())?;
    let demand = contribution::demand(&app.desk().view(), id).await?.ok_or_else(Problem::not_found)?;
    let view = agent.file_of(demand.employer).await?;
    Ok((demand, view))
}

async fn shown(app: &Shared, page: Page, agent: &Agent, id: &str) -> Result<DemandPage, Problem> {
    let (demand, view) = own(app, agent, id).await?;
    let today = view.today();
    let policy = Policy::of(view.area()).map_err(|error| Problem::internal(&error))?;
    let owing = demand.owing(policy, today).map_err(|error| Problem::internal(&error))?;
    let month = MonthRange::new(demand.month, demand.month).map_err(|error| Problem::internal(&error))?;
    let found = contribution::employer_lines(&view, demand.employer, month, None, SHOWN).await?;
    Ok(DemandPage {
        page,
        key: new_key()?,
        today,
        lines: super::lines::named(&view, found).await?,
        receipts: receipts(&view, demand.id).await?,
        gateways: app.services()?.gateways.offered().collect(),
        may_pay: agent.may(Action::PayDemand),
        amount: owing.total.to_string(),
        owing,
        demand,
        mistakes: Mistakes::default(),
    })
}

async fn receipts(view: &View, demand: DemandId) -> Result<Vec<Receipt>, Problem> {
    let mut receipts = Vec::new();
    for id in contribution::receipts_of_demand(view, demand).await? {
        receipts.extend(payment::receipt(view, id).await?);
    }
    Ok(receipts)
}

async fn one(
    State(app): State<Shared>,
    page: Page,
    agent: Agent,
    Path(id): Path<String>,
) -> Result<Html<String>, Problem> {
    html(&shown(&app, page, &agent, &id).await?)
}

async fn pay(
    State(app): State<Shared>,
    page: Page,
    agent: Agent,
    Address(caller): Address,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let mut form = shown(&app, page, &agent, &id).await?;
    let gateway: GatewayKind =
        fields.text("gateway").parse().map_err(|_| Problem::invalid("gateway_unknown", "gateway"))?;
    form.amount = fields.text("amount").to_owned();
    let Some(amount) = typed::yuan(&form.amount) else {
        form.mistakes.add("amount", form.page.t("cell-amount"));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&form)?).into_response());
    };
    let back = format!("/employer/demand/{}", form.demand.id);
    let act = PayDemand { key: key_of(&fields)?, demand: form.demand.id, amount: Some(amount) };
    let order = match app.desk().perform(agent.actor(), act).await {
        Ok(order) => order,
        Err(Declined::Refused(PayDemandError::Amount(most))) => {
            form.mistakes.add("amount", form.page.w("demand-amount-wrong", &[("most", &form.page.yuan(&most))]));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&form)?).into_response());
        }
        Err(Declined::Refused(PayDemandError::Paid | PayDemandError::Void)) => return Ok(see_other(&back, [])),
        Err(declined) => return Err(super::agent::hidden(declined)),
    };
    let attempt = agent.perform(StartDemandAttempt(StartAttempt { order: order.id, gateway })).await?;
    match cashier_of(&app, &attempt, &back, &caller).await? {
        Some(cashier) => Ok(see_other(&cashier, [])),
        None => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "gateway_silent")),
    }
}
