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
use control::Declined;
use kernel::RecordId;
use record::{Listed, RecordFile};

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

async fn one(page: Page, me: SignedIn, Path(id): Path<String>) -> Result<Html<String>, Problem> {
    let id = id_of(&id)?;
    let records = record::list(&me.file().await?, me.person).await?;
    let chosen = records.iter().find(|record| record.id == id).cloned().ok_or_else(Problem::not_found)?;
    html(&RecordsPage { page, records, chosen: Some(chosen) })
}

async fn file(me: SignedIn, Path(id): Path<String>) -> Result<Response, Problem> {
    let RecordFile { name, pdf, .. } = own(&me, &id).await?;
    Ok(download("application/pdf", &name, pdf))
}

async fn signature(me: SignedIn, Path(id): Path<String>) -> Result<Response, Problem> {
    let RecordFile { name, signature, .. } = own(&me, &id).await?;
    Ok(download("application/json", &format!("{name}.sig"), signature.into_bytes()))
}

/// With which a signature is checked offline; it is everybody's.
async fn certificate(State(app): State<Shared>) -> Result<Response, Problem> {
    let authority = app.services()?.issuer.signer.authority().to_owned();
    Ok(download("application/x-pem-file", "agency.pem", authority.into_bytes()))
}

/// The file of a paper, of its owner only; that somebody asked for another's is written down.
async fn own(me: &SignedIn, id: &str) -> Result<RecordFile, Problem> {
    let view = me.file().await?;
    record::file(&view, me.person, id_of(id)?).await?.ok_or_else(Problem::not_found)
}

fn id_of(text: &str) -> Result<RecordId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

fn download(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let mut response = ([(header::CONTENT_TYPE, kind)], bytes).into_response();
    let named = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    response.headers_mut().extend(named.ok().map(|named| (header::CONTENT_DISPOSITION, named)));
    response
}
