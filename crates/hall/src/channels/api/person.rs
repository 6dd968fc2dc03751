//! `/me` and what belongs to the person alone: their entry, who looked at it, their messages.

use super::bearer::Me;
use super::schema;
use crate::app::Shared;
use crate::problem::Problem;
use axum::Json;
use control::audit::{self, Line};
use kernel::{Date, Insurance, Month, PersonId, Timestamp};
use message::Message;
use registry::{Payer, Person, Relation};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// So many lines and messages are shown at most.
const LATEST: u64 = 200;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(me)).routes(routes!(seen)).routes(routes!(messages))
}

/// A person as the registry knows them; numbers are masked.
#[derive(Serialize, ToSchema)]
struct Entry {
    #[schema(value_type = uuid::Uuid)]
    id: PersonId,
    /// 个人编号.
    personal_number: String,
    name: String,
    /// `male` or `female`.
    sex: &'static str,
    birth: Date,
    /// `cadre` or `worker`.
    category: &'static str,
    area: String,
    /// The identity number, masked.
    id_number: String,
    relations: Vec<Insured>,
    /// Messages not read yet.
    unread: u64,
}

/// How the person is insured.
#[derive(Serialize, ToSchema)]
struct Insured {
    #[schema(schema_with = schema::insurance)]
    insurance: Insurance,
    /// `oneself` or `employer`.
    payer: &'static str,
    /// The first fee month.
    #[schema(schema_with = schema::month)]
    from: Month,
    /// The last fee month; absent while it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::month, required = false)]
    until: Option<Month>,
}

/// Who I am and how I am insured.
#[utoipa::path(get, path = "/me", operation_id = "getMe", tag = "me", security(("bearer" = [])),
    responses((status = 200, description = "My entry.", body = Entry)))]
async fn me(me: Me) -> Result<Json<Entry>, Problem> {
    let view = me.file().await?;
    let person = registry::person(&view, me.person).await?.ok_or_else(Problem::not_found)?;
    let relations = registry::relations(&view, me.person).await?;
    let unread = message::unread(&view, me.person).await?;
    Ok(Json(Entry::of(person, relations, unread)))
}

impl Entry {
    fn of(person: Person, relations: Vec<Relation>, unread: u64) -> Entry {
        Entry {
            id: person.id,
            personal_number: person.personal_number,
            name: person.name,
            sex: person.sex.as_str(),
            birth: person.birth,
            category: person.category.as_str(),
            area: person.area.to_string(),
            id_number: person.document_masked,
            relations: relations.into_iter().map(Insured::from).collect(),
            unread,
        }
    }
}

impl From<Relation> for Insured {
    fn from(relation: Relation) -> Insured {
        let Relation { insurance, payer, from, until, .. } = relation;
        let payer = match payer {
            Payer::Employer(_) => "employer",
            Payer::Oneself => "oneself",
        };
        Insured { insurance, payer, from, until }
    }
}

/// A line of the audit about this person.
#[derive(Serialize, ToSchema)]
struct Seen {
    #[schema(schema_with = schema::moment)]
    at: Timestamp,
    /// `person`, `staff`, `system` or `anonymous`.
    actor: String,
    /// By which channel.
    channel: &'static str,
    /// What was asked.
    action: &'static str,
    /// `done`, `refused`, `denied` or `looked`.
    outcome: &'static str,
    /// The purpose of a look, the code of a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl From<Line> for Seen {
    fn from(line: Line) -> Seen {
        Seen {
            at: line.at,
            actor: line.actor,
            channel: line.channel.as_str(),
            action: line.action.as_str(),
            outcome: line.outcome.as_str(),
            reason: line.reason,
        }
    }
}

/// Who looked at my file, and what was done in it: the latest 200 lines, newest first.
#[utoipa::path(get, path = "/me/seen", operation_id = "listSeen", tag = "me", security(("bearer" = [])),
    responses((status = 200, description = "The lines.", body = Vec<Seen>)))]
async fn seen(me: Me) -> Result<Json<Vec<Seen>>, Problem> {
    let view = me.file().await?;
    let lines = audit::of_person(&view, me.person, LATEST).await?;
    Ok(Json(lines.into_iter().map(Seen::from).collect()))
}

/// A message, as its template and what is filled in.
#[derive(Serialize, ToSchema)]
struct Received {
    #[schema(value_type = uuid::Uuid)]
    id: message::MessageId,
    template: &'static str,
    params: BTreeMap<String, String>,
    #[schema(schema_with = schema::moment)]
    at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::moment, required = false)]
    read_at: Option<Timestamp>,
}

impl From<Message> for Received {
    fn from(message: Message) -> Received {
        let Message { id, template, params, at, read_at } = message;
        Received { id, template: template.as_str(), params, at, read_at }
    }
}

/// My messages: the latest 200, newest first.
#[utoipa::path(get, path = "/me/messages", operation_id = "listMessages", tag = "me", security(("bearer" = [])),
    responses((status = 200, description = "The messages.", body = Vec<Received>)))]
async fn messages(me: Me) -> Result<Json<Vec<Received>>, Problem> {
    let view = me.file().await?;
    let messages = message::inbox(&view, me.person, LATEST).await?;
    Ok(Json(messages.into_iter().map(Received::from).collect()))
}
