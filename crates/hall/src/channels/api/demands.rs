//! `/employer/demands`: what an employer owes as notes, to be issued, paid in whole or in parts, and printed; `/employer/lines`: what
//! was assessed, by person, month and insurance. Money moves at the gateway, never here.

use super::bearer::OfEmployer;
use super::input::{Asked, Body, Id, Key};
use super::schema;
use crate::channels::citizen::{Address, cashier_of};
use crate::problem::Problem;
use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderName, StatusCode, header};
use contribution::demand::Arrears;
use contribution::{Demand, DueLine, IssueDemand};
use control::{Declined, Purpose, View};
use kernel::{Date, DemandId, Fen, Insurance, Month, MonthRange, PersonId, RecordId, Timestamp};
use office::PayDemand;
use payment::{GatewayKind, ReceiptId, StartAttempt, StartDemandAttempt};
use policy::Policy;
use record::{HolderId, Listed};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// So many notes are listed at most.
const LATEST: u64 = 200;
/// So many lines a request at most; whoever needs more asks month by month.
const LINES: u64 = 10_000;

pub(super) fn routes() -> OpenApiRouter<crate::app::Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, issue))
        .routes(routes!(show))
        .routes(routes!(attempt))
        .routes(routes!(paper))
        .routes(routes!(voucher))
        .routes(routes!(papers))
        .routes(routes!(file))
        .routes(routes!(lines))
}

/// A demand note (缴费通知单).
#[derive(Serialize, ToSchema)]
struct Note {
    #[schema(value_type = Uuid)]
    id: DemandId,
    /// For people and bank transfers.
    number: String,
    #[schema(schema_with = schema::month)]
    month: Month,
    /// The last day in time.
    due: Date,
    /// What it asked for on the day of issue.
    #[schema(schema_with = schema::yuan)]
    total: Fen,
    /// `issued`, `part_paid`, `paid` or `void`.
    state: &'static str,
    #[schema(schema_with = schema::moment)]
    issued_at: Timestamp,
    /// The parameters it was computed from.
    policy_hash: String,
}

impl From<&Demand> for Note {
    fn from(note: &Demand) -> Note {
        Note {
            id: note.id,
            number: note.number.clone(),
            month: note.month,
            due: note.due,
            total: note.total,
            state: note.state.as_str(),
            issued_at: note.issued_at,
            policy_hash: note.policy_hash.clone(),
        }
    }
}

/// A demand note with what is owed of it today.
#[derive(Serialize, ToSchema)]
struct WholeNote {
    #[serde(flatten)]
    note: Note,
    /// Contributions that are open.
    #[schema(schema_with = schema::yuan)]
    principal: Fen,
    /// Surcharge up to today.
    #[schema(schema_with = schema::yuan)]
    surcharge: Fen,
    /// Both.
    #[schema(schema_with = schema::yuan)]
    owing: Fen,
    claims: Vec<Owed>,
    /// What came for it; each has its voucher.
    #[schema(value_type = Vec<Uuid>)]
    receipts: Vec<ReceiptId>,
}

/// What is owed for one insurance of one month.
#[derive(Serialize, ToSchema)]
struct Owed {
    #[schema(schema_with = schema::month)]
    month: Month,
    #[schema(schema_with = schema::insurance)]
    insurance: Insurance,
    /// `normal`, `supplement`, `back_payment`, `provisional` or `opening`.
    kind: &'static str,
    #[schema(schema_with = schema::yuan)]
    unit: Fen,
    #[schema(schema_with = schema::yuan)]
    worker: Fen,
    /// Of both, what came.
    #[schema(schema_with = schema::yuan)]
    paid: Fen,
    /// Where it stands.
    state: &'static str,
}

async fn whole(view: &View, demand: &Demand) -> Result<WholeNote, Problem> {
    let policy = Policy::of(view.area()).map_err(|error| Problem::internal(&error))?;
    let owing = demand.owing(policy, view.today()).map_err(|error| Problem::internal(&error))?;
    let claims = demand.claims.iter().map(|claim| Owed {
        month: claim.key.month,
        insurance: claim.key.insurance,
        kind: claim.kind.as_str(),
        unit: claim.unit,
        worker: claim.worker,
        paid: claim.paid().total(),
        state: claim.state.as_str(),
    });
    Ok(WholeNote {
        note: demand.into(),
        principal: owing.principal,
        surcharge: owing.surcharge,
        owing: owing.total,
        claims: claims.collect(),
        receipts: contribution::receipts_of_demand(view, demand.id).await?,
    })
}

/// The note of an id with its employer's file, which the desk opens to that employer only.
async fn own(unit: &OfEmployer, id: DemandId) -> Result<(Demand, View), Problem> {
    let demand = contribution::demand(&unit.app().desk().view(), id).await?.ok_or_else(Problem::not_found)?;
    let view = unit.file_of(demand.employer).await?;
    Ok((demand, view))
}

/// The notes: the latest 200, newest first.
#[utoipa::path(get, path = "/employer/demands", operation_id = "listDemands", tag = "employer",
    security(("bearer" = [])), responses((status = 200, description = "The notes.", body = Vec<Note>)))]
async fn list(unit: OfEmployer) -> Result<Json<Vec<Note>>, Problem> {
    let notes = contribution::demands(&unit.file().await?, unit.employer, LATEST).await?;
    Ok(Json(notes.iter().map(Note::from).collect()))
}

/// What a note asks for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewNote {
    #[schema(schema_with = schema::month)]
    month: Month,
    /// All where it is left out.
    #[schema(value_type = Option<Vec<String>>)]
    insurances: Option<Vec<Insurance>>,
    /// Earlier months as well.
    #[serde(default)]
    arrears: bool,
}

/// Issues a note for a month; where the month was not assessed yet, it is. Issued again, nothing is charged twice.
#[utoipa::path(post, path = "/employer/demands", operation_id = "issueDemand", tag = "employer",
    security(("bearer" = [])),
    params(("Idempotency-Key" = String, Header,
        description = "8 to 80 letters, digits, hyphens or underscores, chosen for this one request.")),
    request_body = NewNote,
    responses(
        (status = 201, description = "The note.", body = WholeNote, headers(("Location" = String))),
        (status = 400, description = "The header Idempotency-Key is missing or malformed."),
        (status = 409, description = "Nothing is due, or the tax office collects."),
    ))]
async fn issue(
    unit: OfEmployer,
    Key(key): Key,
    Body(new): Body<NewNote>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<WholeNote>), Problem> {
    let arrears = if new.arrears { Arrears::Included } else { Arrears::ThisMonthOnly };
    let NewNote { month, insurances, .. } = new;
    let demand = unit.perform(IssueDemand { key, employer: unit.employer, month, insurances, arrears }).await?;
    let view = unit.file().await?;
    let location = [(header::LOCATION, format!("/api/v1/employer/demands/{}", demand.id))];
    Ok((StatusCode::CREATED, location, Json(whole(&view, &demand).await?)))
}

/// One note.
#[utoipa::path(get, path = "/employer/demands/{id}", operation_id = "getDemand", tag = "employer",
    security(("bearer" = [])), params(("id" = Uuid, Path)),
    responses((status = 200, description = "The note.", body = WholeNote)))]
async fn show(unit: OfEmployer, Id(id): Id<DemandId>) -> Result<Json<WholeNote>, Problem> {
    let (demand, view) = own(&unit, id).await?;
    Ok(Json(whole(&view, &demand).await?))
}

/// Where to pay, and how much.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAttempt {
    /// `wechat_pay` or `bank`.
    #[schema(schema_with = schema::gateway)]
    gateway: GatewayKind,
    /// All that is owed today where it is left out.
    #[schema(schema_with = schema::yuan, required = false)]
    amount: Option<Fen>,
}

/// A way to the cashier.
#[derive(Serialize, ToSchema)]
struct DemandAttempt {
    /// The number that the gateway knows.
    number: String,
    #[schema(schema_with = schema::yuan)]
    amount: Fen,
    #[schema(schema_with = schema::moment)]
    expires_at: Timestamp,
    /// The page on which the payer confirms.
    cashier: String,
}

/// Takes a note to a gateway. A transfer that quotes its number needs no attempt.
#[utoipa::path(post, path = "/employer/demands/{id}/attempts", operation_id = "payDemand", tag = "employer",
    security(("bearer" = [])),
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header,
        description = "8 to 80 letters, digits, hyphens or underscores, chosen for this one request.")),
    request_body = NewAttempt,
    responses(
        (status = 201, description = "The cashier.", body = DemandAttempt),
        (status = 400, description = "The header Idempotency-Key is missing or malformed."),
        (status = 409, description = "The note is paid, or another took its place."),
        (status = 503, description = "The gateway does not answer."),
    ))]
async fn attempt(
    unit: OfEmployer,
    Id(id): Id<DemandId>,
    Key(key): Key,
    Address(address): Address,
    Body(new): Body<NewAttempt>,
) -> Result<(StatusCode, Json<DemandAttempt>), Problem> {
    if !unit.app().services()?.gateways.offered().any(|offered| offered == new.gateway) {
        return Err(Problem::invalid("gateway_not_offered", "gateway"));
    }
    own(&unit, id).await?;
    let order = unit.perform(PayDemand { key, demand: id, amount: new.amount }).await?;
    let attempt = unit.perform(StartDemandAttempt(StartAttempt { order: order.id, gateway: new.gateway })).await?;
    let cashier = cashier_of(unit.app(), &attempt, &format!("/employer/demand/{id}"), &address).await?;
    let cashier = cashier.ok_or(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "gateway_silent"))?;
    let (number, amount, expires_at) = (attempt.number, attempt.amount, attempt.expires_at);
    Ok((StatusCode::CREATED, Json(DemandAttempt { number, amount, expires_at, cashier })))
}

/// A paper of the employer's.
#[derive(Serialize, ToSchema)]
struct EmployerPaper {
    #[schema(value_type = Uuid)]
    id: RecordId,
    #[schema(schema_with = schema::record_kind)]
    kind: record::Kind,
    serial: String,
    #[schema(schema_with = schema::moment)]
    issued_at: Timestamp,
    /// The note, or the receipt, that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<Uuid>,
}

impl From<Listed> for EmployerPaper {
    fn from(Listed { id, kind, serial, issued_at, about }: Listed) -> EmployerPaper {
        EmployerPaper { id, kind, serial, issued_at, about }
    }
}

async fn made(unit: &OfEmployer, id: RecordId) -> Result<(StatusCode, Json<EmployerPaper>), Problem> {
    let listed = record::list(&unit.file().await?, unit.employer).await?;
    let made = listed.into_iter().find(|listed| listed.id == id).ok_or_else(Problem::not_found)?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Prints a note as it stands today.
#[utoipa::path(post, path = "/employer/demands/{id}/paper", operation_id = "printDemand", tag = "employer",
    security(("bearer" = [])), params(("id" = Uuid, Path)),
    responses(
        (status = 201, description = "The paper.", body = EmployerPaper),
        (status = 409, description = "Nothing is owed on it any more."),
    ))]
async fn paper(unit: OfEmployer, Id(id): Id<DemandId>) -> Result<(StatusCode, Json<EmployerPaper>), Problem> {
    own(&unit, id).await?;
    let issued = office::demand_paper(unit.app().services()?, unit.app().desk(), &unit.actor, id).await;
    made(&unit, issued.map_err(|error| super::bearer::hidden(Declined::Refused(error)))?).await
}

/// Prints the voucher of a payment; asked again it is found again.
#[utoipa::path(post, path = "/employer/demands/{id}/receipts/{receipt}/voucher", operation_id = "printVoucher",
    tag = "employer", security(("bearer" = [])), params(("id" = Uuid, Path), ("receipt" = Uuid, Path)),
    responses((status = 201, description = "The paper.", body = EmployerPaper)))]
async fn voucher(
    unit: OfEmployer,
    Path((id, receipt)): Path<(Uuid, Uuid)>,
) -> Result<(StatusCode, Json<EmployerPaper>), Problem> {
    let (id, receipt) = (DemandId(id), ReceiptId(receipt));
    own(&unit, id).await?;
    let issued = office::employer_voucher(unit.app().services()?, unit.app().desk(), &unit.actor, id, receipt).await;
    made(&unit, issued.map_err(|error| super::bearer::hidden(Declined::Refused(error)))?).await
}

/// The papers: the latest 200, newest first.
#[utoipa::path(get, path = "/employer/records", operation_id = "listEmployerRecords", tag = "employer",
    security(("bearer" = [])), responses((status = 200, description = "The papers.", body = Vec<EmployerPaper>)))]
async fn papers(unit: OfEmployer) -> Result<Json<Vec<EmployerPaper>>, Problem> {
    let listed = record::list(&unit.file().await?, unit.employer).await?;
    Ok(Json(listed.into_iter().map(EmployerPaper::from).collect()))
}

/// The file of a paper (PDF/A-2a).
#[utoipa::path(get, path = "/employer/records/{id}/file", operation_id = "getEmployerRecordFile", tag = "employer",
    security(("bearer" = [])), params(("id" = Uuid, Path)),
    responses((status = 200, description = "The file.", content_type = "application/pdf", body = Vec<u8>)))]
async fn file(unit: OfEmployer, Id(id): Id<RecordId>) -> Result<([(HeaderName, String); 2], Vec<u8>), Problem> {
    let desk = unit.app().desk();
    let view = match record::owner(&desk.view(), id).await?.ok_or_else(Problem::not_found)? {
        HolderId::Employer(owner) => unit.file_of(owner).await?,
        HolderId::Person(owner) => {
            desk.look(&unit.actor, Purpose::Employer, owner).await.map_err(super::bearer::hidden)?
        }
    };
    let file = record::file(&view, unit.employer, id).await?.ok_or_else(Problem::not_found)?;
    let disposition = format!("attachment; filename=\"{}\"", file.name);
    Ok(([(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, disposition)], file.pdf))
}

/// Which months.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OfMonths {
    #[param(value_type = String, example = "2026-01")]
    from: Month,
    #[param(value_type = String, example = "2026-07")]
    until: Month,
    /// Of one person only.
    #[param(value_type = Option<Uuid>)]
    person: Option<PersonId>,
}

/// What was assessed for one person and month.
#[derive(Serialize, ToSchema)]
struct AssessedLine {
    #[schema(value_type = Uuid)]
    person: PersonId,
    #[schema(schema_with = schema::month)]
    month: Month,
    /// Which assessment of the month wrote it; differences have their own.
    number: i32,
    /// `normal`, `supplement`, `back_payment`, `provisional` or `opening`.
    kind: &'static str,
    parts: Vec<AssessedPart>,
}

/// One insurance of it.
#[derive(Serialize, ToSchema)]
struct AssessedPart {
    #[schema(schema_with = schema::insurance)]
    insurance: Insurance,
    #[schema(schema_with = schema::yuan)]
    unit: Fen,
    #[schema(schema_with = schema::yuan)]
    worker: Fen,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
}

impl From<DueLine> for AssessedLine {
    fn from(line: DueLine) -> AssessedLine {
        let part = |insurance: &Insurance| {
            let sides = line.due.parts.sides(*insurance)?;
            let state = line.states.iter().find(|(of, _)| of == insurance).map(|(_, state)| state.as_str());
            Some(AssessedPart { insurance: *insurance, unit: sides.unit, worker: sides.worker, state })
        };
        AssessedLine {
            person: line.due.person,
            month: line.due.month,
            number: line.due.number,
            kind: line.kind.as_str(),
            parts: Insurance::ALL.iter().filter_map(part).collect(),
        }
    }
}

/// What was assessed, by month and person: at most 10,000 lines a request.
#[utoipa::path(get, path = "/employer/lines", operation_id = "listEmployerLines", tag = "employer",
    security(("bearer" = [])), params(OfMonths),
    responses((status = 200, description = "The lines.", body = Vec<AssessedLine>)))]
async fn lines(unit: OfEmployer, Asked(asked): Asked<OfMonths>) -> Result<Json<Vec<AssessedLine>>, Problem> {
    let view = unit.file().await?;
    let months = MonthRange::new(asked.from, asked.until).map_err(|_| Problem::invalid("range_backwards", "until"))?;
    let found = contribution::employer_lines(&view, unit.employer, months, asked.person, LINES).await?;
    Ok(Json(found.into_iter().map(AssessedLine::from).collect()))
}
