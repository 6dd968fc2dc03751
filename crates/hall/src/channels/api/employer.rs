//! `/employer`: an employer's own file for payroll software: who is insured, joining and leaving in bulk with an answer row by row,
//! and the wages of a month. The token is an agent's.

use super::bearer::OfEmployer;
use super::input::{Asked, Body, Key};
use super::schema;
use crate::channels::employer::self_kept;
use crate::problem::Problem;
use crate::typed;
use axum::Json;
use contribution::declare::{Wage, prefill};
use contribution::{Declare, Period};
use control::{Action, FaultKind};
use kernel::{EmployerId, Fen, Insurance, InsuranceSet, Month, PersonId};
use office::roster::{Sending, send};
use policy::requirement::Business;
use registry::SelfCheck;
use registry::roster::{LeaveReason, Leaver, Newcomer, Returner, Row, RowError, Span, Taken};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<crate::app::Shared> {
    OpenApiRouter::new().routes(routes!(employer)).routes(routes!(staff, change_staff)).routes(routes!(wages, declare))
}

/// An employer as the registry knows it.
#[derive(Serialize, ToSchema)]
struct OwnEmployer {
    #[schema(value_type = uuid::Uuid)]
    id: EmployerId,
    /// 单位编号.
    unit_number: String,
    name: String,
    /// 统一社会信用代码.
    #[serde(skip_serializing_if = "Option::is_none")]
    credit_code: Option<String>,
    /// `enterprise`, `institution`, `small_or_micro`, `individual_business` or `bankrupt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    /// The class of work injury insurance.
    #[serde(skip_serializing_if = "Option::is_none")]
    injury_class: Option<u8>,
    /// Persons insured this month.
    insured: usize,
    /// What is late, without surcharge.
    #[schema(schema_with = schema::yuan)]
    late: Fen,
}

/// The employer that the token acts for.
#[utoipa::path(get, path = "/employer", operation_id = "getEmployer", tag = "employer", security(("bearer" = [])),
    responses((status = 200, description = "The employer.", body = OwnEmployer)))]
async fn employer(unit: OfEmployer) -> Result<Json<OwnEmployer>, Problem> {
    let view = unit.file().await?;
    let known = registry::employer(&view, unit.employer).await?.ok_or_else(Problem::not_found)?;
    let this = Month::of(view.today()).map_err(|error| Problem::internal(&error))?;
    let debts = contribution::arrears::owed_by(&view, unit.employer, view.today()).await?;
    Ok(Json(OwnEmployer {
        id: known.id,
        unit_number: known.unit_number,
        name: known.name,
        credit_code: known.credit_code.map(|code| code.as_str().to_owned()),
        kind: known.kind.map(|kind| kind.as_str()),
        injury_class: known.injury_class,
        insured: registry::insured_at(&view, unit.employer, this).await?.len(),
        late: debts.iter().map(|debt| debt.amount).sum(),
    }))
}

/// Which month.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OfMonth {
    /// The current one where it is left out.
    #[param(value_type = Option<String>, example = "2026-07")]
    month: Option<Month>,
}

impl OfMonth {
    fn or_now(&self, view: &control::View) -> Result<Month, Problem> {
        self.month.map_or_else(|| Month::of(view.today()).map_err(|error| Problem::internal(&error)), Ok)
    }
}

/// Somebody who is insured.
#[derive(Serialize, ToSchema)]
struct Member {
    #[schema(value_type = uuid::Uuid)]
    person: PersonId,
    name: String,
    /// The identity number, masked.
    id_number: String,
    #[schema(value_type = Vec<String>)]
    insurances: InsuranceSet,
}

/// Who is insured in a month.
#[utoipa::path(get, path = "/employer/staff", operation_id = "listStaff", tag = "employer", security(("bearer" = [])),
    params(OfMonth), responses((status = 200, description = "The staff.", body = Vec<Member>)))]
async fn staff(unit: OfEmployer, Asked(asked): Asked<OfMonth>) -> Result<Json<Vec<Member>>, Problem> {
    let view = unit.file().await?;
    let mut members = Vec::new();
    for insured in registry::insured_at(&view, unit.employer, asked.or_now(&view)?).await? {
        let Some(known) = registry::person(&view, insured.person).await? else { continue };
        let (person, insurances) = (insured.person, insured.insurances);
        members.push(Member { person, name: known.name, id_number: known.document_masked, insurances });
    }
    Ok(Json(members))
}

/// A row of a list. Days and amounts are texts, so that one that does not read refuses its row and not the list.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "task", rename_all = "snake_case", deny_unknown_fields)]
enum StaffRow {
    /// Somebody joins (增员).
    Join {
        id_number: String,
        name: String,
        /// Kept where the registry does not know the person yet.
        phone: Option<String>,
        /// All five where it is left out.
        #[schema(value_type = Option<Vec<String>>)]
        insurances: Option<Vec<Insurance>>,
        /// The first day at work.
        from: String,
        /// The wage of a month, in yuan.
        wage: String,
    },
    /// Somebody leaves (减员).
    Leave {
        id_number: String,
        name: String,
        /// The last day at work.
        until: String,
        /// `resigned`, `dismissed`, `contract_ended`, `retired`, `died`, `moved` or `other`.
        why: String,
    },
    /// Somebody comes back (续保).
    Return {
        id_number: String,
        name: String,
        /// The first day at work again.
        from: String,
        /// The wage of a month, in yuan.
        wage: String,
    },
}

/// A list that is sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StaffList {
    rows: Vec<StaffRow>,
    /// That the employer has checked the papers that it keeps itself (自存自查).
    #[serde(default)]
    checked: bool,
}

/// What became of a row, in the order of the list.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum Answer {
    /// It was taken.
    Taken(RowTaken),
    /// It was refused; the others were not.
    Refused(RowRefused),
}

/// A row that was taken.
#[derive(Serialize, ToSchema)]
struct RowTaken {
    /// Its place, from 1.
    row: usize,
    #[schema(value_type = uuid::Uuid)]
    person: PersonId,
    /// `joined`, `left` or `never_insured`.
    comes_to: &'static str,
    /// From, or until, which fee month.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::month, required = false)]
    month: Option<Month>,
    #[schema(value_type = Vec<String>)]
    insurances: InsuranceSet,
    /// What waits for two officers: another employer insures the person still.
    #[schema(value_type = Vec<String>)]
    later: InsuranceSet,
    /// What is said beside it.
    #[schema(value_type = Vec<Object>)]
    warnings: Vec<Value>,
}

/// A row that was refused.
#[derive(Serialize, ToSchema)]
struct RowRefused {
    /// Its place, from 1.
    row: usize,
    /// Stable.
    code: &'static str,
    /// The field to be mended, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
    /// In English, for whoever writes the program.
    reason: String,
}

/// Why a row does not read.
struct Unread {
    code: &'static str,
    field: &'static str,
    reason: &'static str,
}

const DAY: &str = "a day is written as in 2017-07-03";
const WAGE: &str = "a wage is an amount in yuan, as in 3000.00";

impl StaffRow {
    fn read(self) -> Result<Row, Unread> {
        let day = |text: &str, field| typed::date(text).ok_or(Unread { code: "day_unreadable", field, reason: DAY });
        let wage =
            |text: &str| typed::yuan(text).ok_or(Unread { code: "wage_unreadable", field: "wage", reason: WAGE });
        Ok(match self {
            StaffRow::Join { id_number, name, phone, insurances, from, wage: paid } => Row::Enrol(Newcomer {
                id_number,
                name,
                phone,
                insurances: insurances.as_deref().map_or(InsuranceSet::ALL, InsuranceSet::of),
                from: day(&from, "from")?,
                wage: wage(&paid)?,
            }),
            StaffRow::Leave { id_number, name, until, why } => {
                let unknown = |_| Unread { code: "why_unknown", field: "why", reason: "no such reason to leave" };
                let why: LeaveReason = why.parse().map_err(unknown)?;
                Row::Suspend(Leaver { id_number, name, last_day: day(&until, "until")?, why })
            }
            StaffRow::Return { id_number, name, from, wage: paid } => {
                Row::Resume(Returner { id_number, name, from: day(&from, "from")?, wage: wage(&paid)? })
            }
        })
    }
}

fn answer(row: usize, taken: Result<Taken, RowError>) -> Result<Answer, Problem> {
    let taken = match taken {
        Ok(taken) => taken,
        Err(error) => {
            let field = if let FaultKind::Invalid(field) = error.kind() { Some(field) } else { None };
            return Ok(Answer::Refused(RowRefused { row, code: error.code(), field, reason: error.to_string() }));
        }
    };
    let (comes_to, month) = match taken.verdict.span {
        Span::Joined(month) => ("joined", Some(month)),
        Span::Left(month) => ("left", Some(month)),
        Span::NeverInsured => ("never_insured", None),
    };
    let warnings = taken.verdict.warnings.iter().map(serde_json::to_value).collect::<Result<_, _>>();
    Ok(Answer::Taken(RowTaken {
        row,
        person: taken.person,
        comes_to,
        month,
        insurances: taken.verdict.insurances,
        later: taken.verdict.later,
        warnings: warnings.map_err(|error| Problem::internal(&error))?,
    }))
}

/// Takes a list of people who join, leave and come back. Good rows are taken at once, each bad one is refused with its code; the
/// same key with the same rows answers as the first time. At most 8 MiB.
#[utoipa::path(post, path = "/employer/staff", operation_id = "changeStaff", tag = "employer",
    security(("bearer" = [])),
    params(("Idempotency-Key" = String, Header,
        description = "8 to 80 letters, digits, hyphens or underscores, chosen for this one request.")),
    request_body = StaffList,
    responses(
        (status = 200, description = "An answer a row, in the order of the list.", body = Vec<Answer>),
        (status = 400, description = "The header Idempotency-Key is missing or malformed."),
    ))]
async fn change_staff(
    unit: OfEmployer,
    Key(key): Key,
    Body(list): Body<StaffList>,
) -> Result<Json<Vec<Answer>>, Problem> {
    unit.only(Action::EnrolStaff)?;
    let papers = if list.checked { self_kept(unit.app())? } else { Vec::new() };
    let read: Vec<Result<Row, Unread>> = list.rows.into_iter().map(StaffRow::read).collect();
    let sending = Sending {
        key,
        employer: unit.employer,
        rows: read.iter().flatten().cloned().collect(),
        checked: SelfCheck { business: Business::StaffChange, papers },
    };
    let sent = send(unit.app().desk(), &unit.actor, sending).await.map_err(super::bearer::hidden)?;
    let mut sent = sent.into_iter();
    let mut answers = Vec::with_capacity(read.len());
    for (place, row) in read.iter().enumerate() {
        match row {
            Ok(_) => answers.extend(sent.next().map(|taken| answer(place + 1, taken)).transpose()?),
            Err(Unread { code, field, reason }) => answers.push(Answer::Refused(RowRefused {
                row: place + 1,
                code,
                field: Some(field),
                reason: (*reason).to_owned(),
            })),
        }
    }
    Ok(Json(answers))
}

/// A wage of a month as it is known.
#[derive(Serialize, ToSchema)]
struct KnownWage {
    #[schema(value_type = uuid::Uuid)]
    person: PersonId,
    name: String,
    /// The wage of the month before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::yuan, required = false)]
    before: Option<Fen>,
    /// The wage known for the month.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::yuan, required = false)]
    wage: Option<Fen>,
    /// The base that the limits of the month make of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::yuan, required = false)]
    base: Option<Fen>,
}

/// The wages of a month, filled in with what is known: only what differs need be declared.
#[utoipa::path(get, path = "/employer/wages", operation_id = "listWages", tag = "employer",
    security(("bearer" = [])), params(OfMonth),
    responses((status = 200, description = "The wages.", body = Vec<KnownWage>)))]
async fn wages(unit: OfEmployer, Asked(asked): Asked<OfMonth>) -> Result<Json<Vec<KnownWage>>, Problem> {
    let view = unit.file().await?;
    let mut wages = Vec::new();
    for known in prefill(&view, unit.employer, asked.or_now(&view)?).await? {
        let name = registry::name(&view, known.person).await?.unwrap_or_default();
        let (before, wage, base) = (known.wage_before, known.wage, known.base);
        wages.push(KnownWage { person: known.person, name, before, wage, base });
    }
    Ok(Json(wages))
}

/// The wages of a month that differ from what is known.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDeclaration {
    #[schema(schema_with = schema::month)]
    month: Month,
    /// Nobody where all stay.
    wages: Vec<NewWage>,
}

/// One of them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewWage {
    #[schema(value_type = uuid::Uuid)]
    person: PersonId,
    #[schema(schema_with = schema::yuan)]
    wage: Fen,
    /// Why it is far from the one before; asked for where it is.
    reason: Option<String>,
}

/// What a declaration led to.
#[derive(Serialize, ToSchema)]
struct Declaration {
    #[schema(value_type = uuid::Uuid)]
    declaration: uuid::Uuid,
    /// How many wages changed.
    changed: usize,
    /// Months that had been assessed and were assessed again, for the difference.
    #[schema(schema_with = schema::months)]
    assessed_again: Vec<Month>,
}

/// Declares the wages of a month. One far from the month before is refused (422, `declare_reason_asked`) until it comes with its
/// reason.
#[utoipa::path(post, path = "/employer/wages", operation_id = "declareWages", tag = "employer",
    security(("bearer" = [])),
    params(("Idempotency-Key" = String, Header,
        description = "8 to 80 letters, digits, hyphens or underscores, chosen for this one request.")),
    request_body = NewDeclaration,
    responses(
        (status = 200, description = "Declared.", body = Declaration),
        (status = 400, description = "The header Idempotency-Key is missing or malformed."),
    ))]
async fn declare(
    unit: OfEmployer,
    Key(key): Key,
    Body(new): Body<NewDeclaration>,
) -> Result<Json<Declaration>, Problem> {
    let wages = new.wages.into_iter().map(|NewWage { person, wage, reason }| Wage { person, wage, reason }).collect();
    let act = Declare { key, employer: unit.employer, period: Period::Month(new.month), wages };
    let done = unit.perform(act).await?;
    Ok(Json(Declaration { declaration: done.declaration, changed: done.changed, assessed_again: done.assessed_again }))
}
