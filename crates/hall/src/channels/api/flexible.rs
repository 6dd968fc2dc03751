//! `/me/flexible`: registering, resuming and suspending oneself as a flexible worker (灵活就业人员).

use super::bearer::Me;
use super::input::Body;
use super::schema;
use crate::app::Shared;
use crate::problem::Problem;
use axum::Json;
use kernel::{Insurance, Month, RelationId};
use registry::flexible::{Register, Resume, Suspend};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(register)).routes(routes!(resume)).routes(routes!(suspend))
}

/// For which insurance, and which fee month: the first to register or resume, the last to suspend.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Change {
    #[schema(schema_with = schema::insurance)]
    insurance: Insurance,
    #[schema(schema_with = schema::month)]
    month: Month,
}

/// The relation (参保关系) that was begun or ended.
#[derive(Serialize, ToSchema)]
struct Changed {
    #[schema(value_type = uuid::Uuid)]
    relation: RelationId,
}

/// Registers for the first time.
#[utoipa::path(post, path = "/me/flexible/register", operation_id = "registerFlexible", tag = "flexible",
    security(("bearer" = [])), request_body = Change,
    responses((status = 200, description = "Registered.", body = Changed),
        (status = 409, description = "The rules do not allow it.")))]
async fn register(me: Me, Body(Change { insurance, month }): Body<Change>) -> Result<Json<Changed>, Problem> {
    let relation = me.perform(Register { person: me.person, insurance, from: month }).await?;
    Ok(Json(Changed { relation }))
}

/// Takes it up again after a suspension.
#[utoipa::path(post, path = "/me/flexible/resume", operation_id = "resumeFlexible", tag = "flexible",
    security(("bearer" = [])), request_body = Change,
    responses((status = 200, description = "Resumed.", body = Changed),
        (status = 409, description = "The rules do not allow it.")))]
async fn resume(me: Me, Body(Change { insurance, month }): Body<Change>) -> Result<Json<Changed>, Problem> {
    let relation = me.perform(Resume { person: me.person, insurance, from: month }).await?;
    Ok(Json(Changed { relation }))
}

/// Suspends.
#[utoipa::path(post, path = "/me/flexible/suspend", operation_id = "suspendFlexible", tag = "flexible",
    security(("bearer" = [])), request_body = Change,
    responses((status = 200, description = "Suspended.", body = Changed),
        (status = 409, description = "There is nothing to suspend.")))]
async fn suspend(me: Me, Body(Change { insurance, month }): Body<Change>) -> Result<Json<Changed>, Problem> {
    let relation = me.perform(Suspend { person: me.person, insurance, last: month }).await?;
    Ok(Json(Changed { relation }))
}
