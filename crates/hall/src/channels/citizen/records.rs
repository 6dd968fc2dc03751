//! `/records`: entitlement records and vouchers, each as a PDF with its signature and the agency's certificate beside it.

use super::{SignedIn, see_other};
use crate::app::Shared;
use crate::page::{Page, html};
use crate::problem::Problem;
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use control::{Declined, Purpose, View};
use kernel::RecordId;
use record::{HolderId, Listed, RecordFile};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/records", get(list).post(issue))
        .route("/records/certificate", get(certificate))
        .route("/records/{id}", get(one))
        .route("/records/{id}/file", get(file))
        .route("/records/{id}/signature", get(signature))
}

#[derive(Template)]
#[template(path = "citizen/records.html")]
struct RecordsPage {
    page: Page,
    records: Vec<Listed>,
    /// The one just asked for.
    chosen: Option<Listed>,
}

async fn list(page: Page, me: SignedIn) -> Result<Html<String>, Problem> {
    let records = record::list(&me.file().await?, me.person).await?;
    html(&RecordsPage { page, records, chosen: None })
}

async fn issue(State(app): State<Shared>, me: SignedIn) -> Result<Response, Problem> {
    let issued = office::entitlement_record(app.services()?, app.desk(), me.actor(), me.person).await;
    let id = issued.map_err(Declined::Refused)?;
    Ok(see_other(&format!("/records/{id}"), []))
}

async fn one(
    State(app): State<Shared>,
    page: Page,
    me: SignedIn,
    Path(id): Path<String>,
) -> Result<Html<String>, Problem> {
    let (id, view) = own(&app, &me, &id).await?;
    let records = record::list(&view, me.person).await?;
    let chosen = records.iter().find(|record| record.id == id).cloned().ok_or_else(Problem::not_found)?;
    html(&RecordsPage { page, records, chosen: Some(chosen) })
}

async fn file(State(app): State<Shared>, me: SignedIn, Path(id): Path<String>) -> Result<Response, Problem> {
    let RecordFile { name, pdf, .. } = delivered(&app, &me, &id).await?;
    Ok(download("application/pdf", &name, pdf))
}

async fn signature(State(app): State<Shared>, me: SignedIn, Path(id): Path<String>) -> Result<Response, Problem> {
    let RecordFile { name, signature, .. } = delivered(&app, &me, &id).await?;
    Ok(download("application/json", &format!("{name}.sig"), signature.into_bytes()))
}

/// With which a signature is checked offline; it is everybody's.
pub(crate) async fn certificate(State(app): State<Shared>) -> Result<Response, Problem> {
    let authority = app.services()?.issuer.signer.authority().to_owned();
    Ok(download("application/x-pem-file", "agency.pem", authority.into_bytes()))
}

/// The paper of an address with its owner's file, which the desk opens to the owner only: that somebody asked for another's is
/// written down.
async fn own(app: &Shared, me: &SignedIn, id: &str) -> Result<(RecordId, View), Problem> {
    let id = id_of(id)?;
    match record::owner(&app.desk().view(), id).await?.ok_or_else(Problem::not_found)? {
        HolderId::Person(owner) => Ok((id, me.file_of(owner).await?)),
        HolderId::Employer(owner) => Ok((id, app.desk().look_at_employer(me.actor(), Purpose::OwnFile, owner).await?)),
    }
}

async fn delivered(app: &Shared, me: &SignedIn, id: &str) -> Result<RecordFile, Problem> {
    let (id, view) = own(app, me, id).await?;
    record::file(&view, me.person, id).await?.ok_or_else(Problem::not_found)
}

fn id_of(text: &str) -> Result<RecordId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

pub(crate) fn download(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let mut response = ([(header::CONTENT_TYPE, kind)], bytes).into_response();
    let named = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    response.headers_mut().extend(named.ok().map(|named| (header::CONTENT_DISPOSITION, named)));
    response
}
