//! `/me/records`: papers that others accept, each a signed file, and `/verify/{code}`, by which anybody checks one.

use super::bearer::{Me, hidden};
use super::input::{Body, Id};
use super::schema;
use crate::app::Shared;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode, header};
use control::{Declined, Purpose};
use kernel::{BillId, Fen, Insurance, RecordId, Timestamp};
use record::{HolderId, Kind, Listed, PublicBody, PublicFacts, RecordFile, VerifyCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, issue))
        .routes(routes!(file))
        .routes(routes!(signature))
        .routes(routes!(verify))
}

/// Which paper.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRecord {
    #[schema(schema_with = schema::record_kind)]
    kind: Kind,
    /// The paid bill, with `voucher` and only there.
    #[schema(value_type = Option<Uuid>)]
    bill: Option<BillId>,
}

/// A paper of mine.
#[derive(Serialize, ToSchema)]
struct RecordOfMine {
    #[schema(value_type = Uuid)]
    id: RecordId,
    #[schema(schema_with = schema::record_kind)]
    kind: Kind,
    serial: String,
    #[schema(schema_with = schema::moment)]
    issued_at: Timestamp,
    /// The bill that a voucher is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    bill: Option<Uuid>,
}

impl From<Listed> for RecordOfMine {
    fn from(listed: Listed) -> RecordOfMine {
        let Listed { id, kind, serial, issued_at, about } = listed;
        RecordOfMine { id, kind, serial, issued_at, bill: about }
    }
}

/// My papers: the latest 200, newest first.
#[utoipa::path(get, path = "/me/records", operation_id = "listRecords", tag = "records", security(("bearer" = [])),
    responses((status = 200, description = "The papers.", body = Vec<RecordOfMine>)))]
async fn list(me: Me) -> Result<Json<Vec<RecordOfMine>>, Problem> {
    let view = me.file().await?;
    let listed = record::list(&view, me.person).await?;
    Ok(Json(listed.into_iter().map(RecordOfMine::from).collect()))
}

/// Issues a paper: the entitlement record as of now, or the voucher of a paid bill. A voucher is issued once and then found.
#[utoipa::path(post, path = "/me/records", operation_id = "issueRecord", tag = "records", security(("bearer" = [])),
    request_body = NewRecord,
    responses(
        (status = 201, description = "The paper.", body = RecordOfMine),
        (status = 409, description = "The bill is not paid, or a name cannot be printed."),
    ))]
async fn issue(me: Me, Body(new): Body<NewRecord>) -> Result<(StatusCode, Json<RecordOfMine>), Problem> {
    let (services, desk) = (me.app().services()?, me.app().desk());
    let issued = match (new.kind, new.bill) {
        (Kind::Entitlement, None) => office::entitlement_record(services, desk, &me.actor, me.person).await,
        (Kind::Voucher, Some(bill)) => office::voucher(services, desk, &me.actor, bill).await,
        (Kind::Entitlement, Some(_)) | (Kind::Voucher, None) => {
            return Err(Problem::invalid("bill_with_voucher_only", "bill"));
        }
        (Kind::Demand | Kind::EmployerVoucher, _) => return Err(Problem::invalid("record_kind_of_employers", "kind")),
    };
    let id = issued.map_err(|error| hidden(Declined::Refused(error)))?;
    let listed = record::list(&me.file().await?, me.person).await?;
    let made = listed.into_iter().find(|listed| listed.id == id).ok_or_else(Problem::not_found)?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// The file (PDF/A-2a).
#[utoipa::path(get, path = "/me/records/{id}/file", operation_id = "getRecordFile", tag = "records",
    security(("bearer" = [])), params(("id" = Uuid, Path)),
    responses((status = 200, description = "The file.", content_type = "application/pdf", body = Vec<u8>)))]
async fn file(me: Me, Id(id): Id<RecordId>) -> Result<([(HeaderName, String); 2], Vec<u8>), Problem> {
    let file = delivered(&me, id).await?;
    Ok((download("application/pdf", &file.name), file.pdf))
}

/// The signature over the file's SM3, to be kept beside it.
#[utoipa::path(get, path = "/me/records/{id}/signature", operation_id = "getRecordSignature", tag = "records",
    security(("bearer" = [])), params(("id" = Uuid, Path)),
    responses((status = 200, description = "`FILE.sig`.", content_type = "application/octet-stream", body = Vec<u8>)))]
async fn signature(me: Me, Id(id): Id<RecordId>) -> Result<([(HeaderName, String); 2], String), Problem> {
    let file = delivered(&me, id).await?;
    Ok((download("application/octet-stream", &format!("{}.sig", file.name)), file.signature))
}

async fn delivered(me: &Me, id: RecordId) -> Result<RecordFile, Problem> {
    let view = match record::owner(&me.app().desk().view(), id).await?.ok_or_else(Problem::not_found)? {
        HolderId::Person(owner) => me.file_of(owner).await?,
        HolderId::Employer(owner) => {
            me.app().desk().look_at_employer(&me.actor, Purpose::OwnFile, owner).await.map_err(hidden)?
        }
    };
    record::file(&view, me.person, id).await?.ok_or_else(Problem::not_found)
}

fn download(kind: &str, name: &str) -> [(HeaderName, String); 2] {
    let disposition = format!("attachment; filename=\"{name}\"");
    [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)]
}

/// What anybody with the code of a paper may know: masked facts.
#[derive(Serialize, ToSchema)]
struct Verified {
    #[schema(schema_with = schema::record_kind)]
    kind: Kind,
    serial: String,
    #[schema(schema_with = schema::moment)]
    issued_at: Timestamp,
    agency: String,
    /// The name: a person's masked, an employer's whole.
    name: String,
    /// The identity number, masked; an employer's unified credit code.
    id_number: String,
    /// SM3 of the file, to compare with a copy in hand.
    sm3: String,
    /// With `entitlement`.
    #[serde(skip_serializing_if = "Option::is_none")]
    insurances: Option<Vec<Stated>>,
    /// With a voucher or a demand note.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::yuan, required = false)]
    total: Option<Fen>,
    /// With `voucher`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::moment, required = false)]
    paid_at: Option<Timestamp>,
}

/// What a record states of one insurance.
#[derive(Serialize, ToSchema)]
struct Stated {
    #[schema(schema_with = schema::insurance)]
    insurance: Insurance,
    /// `paying`, `suspended`, `ended` or `drawing`.
    standing: &'static str,
    /// Months paid.
    months: u32,
}

impl From<PublicFacts> for Verified {
    fn from(facts: PublicFacts) -> Verified {
        let (insurances, total, paid_at) = match facts.stated {
            PublicBody::Entitlement(stated) => (Some(stated.into_iter().map(Stated::from).collect()), None, None),
            PublicBody::Voucher { total, paid_at } => (None, Some(total), Some(paid_at)),
            PublicBody::Demand { total, .. } => (None, Some(total), None),
        };
        let PublicFacts { kind, serial, issued_at, agency, name, id_number, sm3, .. } = facts;
        Verified { kind, serial, issued_at, agency, name, id_number, sm3, insurances, total, paid_at }
    }
}

impl From<(Insurance, record::Standing, u32)> for Stated {
    fn from((insurance, standing, months): (Insurance, record::Standing, u32)) -> Stated {
        Stated { insurance, standing: standing.as_str(), months }
    }
}

/// Whether a paper is ours, by the code that stands on it.
#[utoipa::path(get, path = "/verify/{code}", operation_id = "verifyRecord", tag = "public",
    params(("code" = String, Path, description = "16 letters and digits; hyphens and spaces are forgiven.")),
    responses((status = 200, description = "What the paper states, masked.", body = Verified)))]
async fn verify(State(app): State<Shared>, Path(code): Path<String>) -> Result<Json<Verified>, Problem> {
    let code: VerifyCode = code.parse().map_err(|_| Problem::not_found())?;
    let facts = record::verified(&app.desk().view(), code).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(facts.into()))
}
