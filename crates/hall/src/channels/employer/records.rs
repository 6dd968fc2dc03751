//! `/employer/records`: demand notes and vouchers as signed PDF. `/employer/demand/{id}/paper` and `.../receipt/{receipt}/voucher`
//! issue them; a voucher is issued once and then found.

use super::Agent;
use crate::app::Shared;
use crate::channels::citizen::{download_file, see_other};
use crate::page::{Page, html};
use crate::problem::Problem;
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use axum::routing::{get, post};
use control::{Declined, Purpose, View};
use kernel::{DemandId, RecordId};
use payment::ReceiptId;
use record::{HolderId, Listed, RecordFile};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/employer/records", get(list))
        .route("/employer/records/{id}", get(one))
        .route("/employer/records/{id}/file", get(file))
        .route("/employer/records/{id}/signature", get(signature))
        .route("/employer/demand/{id}/paper", post(issue_demand))
        .route("/employer/demand/{id}/receipt/{receipt}/voucher", post(issue_voucher))
}

#[derive(Template)]
#[template(path = "employer/records.html")]
struct RecordsPage {
    page: Page,
    records: Vec<Listed>,
    /// The one just asked for.
    chosen: Option<Listed>,
}

async fn list(page: Page, agent: Agent) -> Result<Html<String>, Problem> {
    let records = record::list(&agent.file().await?, agent.employer).await?;
    html(&RecordsPage { page, records, chosen: None })
}

async fn one(
    State(app): State<Shared>,
    page: Page,
    agent: Agent,
    Path(id): Path<String>,
) -> Result<Html<String>, Problem> {
    let (id, view) = own(&app, &agent, &id).await?;
    let records = record::list(&view, agent.employer).await?;
    let chosen = records.iter().find(|record| record.id == id).cloned().ok_or_else(Problem::not_found)?;
    html(&RecordsPage { page, records, chosen: Some(chosen) })
}

async fn file(State(app): State<Shared>, agent: Agent, Path(id): Path<String>) -> Result<Response, Problem> {
    let RecordFile { name, pdf, .. } = delivered(&app, &agent, &id).await?;
    Ok(download_file("application/pdf", &name, pdf))
}

async fn signature(State(app): State<Shared>, agent: Agent, Path(id): Path<String>) -> Result<Response, Problem> {
    let RecordFile { name, signature, .. } = delivered(&app, &agent, &id).await?;
    Ok(download_file("application/json", &format!("{name}.sig"), signature.into_bytes()))
}

/// The paper of an address with its owner's file, which the desk opens to the owner's agents only.
async fn own(app: &Shared, agent: &Agent, id: &str) -> Result<(RecordId, View), Problem> {
    let id: RecordId = id.parse().map_err(|_| Problem::not_found())?;
    match record::owner(&app.desk().view(), id).await?.ok_or_else(Problem::not_found)? {
        HolderId::Employer(owner) => Ok((id, agent.file_of(owner).await?)),
        HolderId::Person(owner) => Ok((id, app.desk().look(agent.actor(), Purpose::Employer, owner).await?)),
    }
}

async fn delivered(app: &Shared, agent: &Agent, id: &str) -> Result<RecordFile, Problem> {
    let (id, view) = own(app, agent, id).await?;
    record::file(&view, agent.employer, id).await?.ok_or_else(Problem::not_found)
}

async fn issue_demand(State(app): State<Shared>, agent: Agent, Path(id): Path<String>) -> Result<Response, Problem> {
    let demand: DemandId = id.parse().map_err(|_| Problem::not_found())?;
    let issued = office::demand_paper(app.services()?, app.desk(), agent.actor(), demand).await;
    let id = issued.map_err(|error| super::agent::hidden(Declined::Refused(error)))?;
    Ok(see_other(&format!("/employer/records/{id}"), []))
}

async fn issue_voucher(
    State(app): State<Shared>,
    agent: Agent,
    Path((id, receipt)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let demand: DemandId = id.parse().map_err(|_| Problem::not_found())?;
    let receipt: ReceiptId = receipt.parse().map_err(|_| Problem::not_found())?;
    let issued = office::employer_voucher(app.services()?, app.desk(), agent.actor(), demand, receipt).await;
    let id = issued.map_err(|error| super::agent::hidden(Declined::Refused(error)))?;
    Ok(see_other(&format!("/employer/records/{id}"), []))
}
