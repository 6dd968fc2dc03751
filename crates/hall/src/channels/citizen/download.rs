//! `/me/download`: all that the agency keeps of a person, as one JSON file (个人信息保护法 art. 45).

use super::SignedIn;
use crate::app::Shared;
use crate::problem::Problem;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use control::View;
use control::audit::of_person;
use kernel::PersonId;
use serde_json::{Value, json};

/// More than anybody has.
const ALL: u64 = 10_000;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/me/download", get(download))
}

async fn download(me: SignedIn) -> Result<Response, Problem> {
    let view = me.file().await?;
    let (person, money, traces) =
        (person(&view, me.person).await?, money(&view, me.person).await?, traces(&view, me.person).await?);
    let all = json!({ "made_at": view.at(), "person": person, "contributions": money, "traces": traces });
    Ok(([(header::CONTENT_DISPOSITION, "attachment; filename=\"my-data.json\"")], Json(all)).into_response())
}

async fn person(view: &View, id: PersonId) -> Result<Value, Problem> {
    let person = registry::person(view, id).await?.ok_or_else(Problem::not_found)?;
    let number = registry::id_number(view, id).await?;
    let relations = registry::relations(view, id).await?;
    let statuses = registry::statuses(view, id).await?;
    let changes = registry::history(view, id).await?;
    Ok(json!({
        "personal_number": person.personal_number, "name": person.name, "birth": person.birth, "category": person.category,
        "identity_number": number.map(|number| number.reveal().to_owned()), "phone": registry::phone(view, id).await?,
        "address": registry::address(view, id).await?, "name_as_bank_spells": person.name_as_bank_spells,
        "relations": relations.iter().map(relation).collect::<Vec<_>>(),
        "statuses": statuses.iter().map(|status| json!({
            "kind": status.kind, "from": status.from, "until": status.until,
        })).collect::<Vec<_>>(),
        "changes": changes.iter().map(|change| json!({
            "field": change.field, "before": change.before, "after": change.after, "from": change.valid_from,
            "reason": change.reason, "by": change.actor, "at": change.at,
        })).collect::<Vec<_>>(),
    }))
}

fn relation(relation: &registry::Relation) -> Value {
    let employer = match relation.payer {
        registry::Payer::Employer(employer) => Some(employer),
        registry::Payer::Oneself => None,
    };
    json!({ "insurance": relation.insurance, "employer": employer, "from": relation.from, "until": relation.until })
}

async fn money(view: &View, id: PersonId) -> Result<Value, Problem> {
    Ok(json!({
        "history": contribution::history(view, id).await?,
        "account": contribution::account::statement(view, id).await?,
        "bills": contribution::bills(view, id, ALL).await?,
        "owed_back": contribution::refundables(view, id).await?,
    }))
}

async fn traces(view: &View, id: PersonId) -> Result<Value, Problem> {
    let papers = record::list(view, id).await?;
    let messages = message::inbox(view, id, ALL).await?;
    let lines = of_person(view, id, ALL).await?;
    Ok(json!({
        "papers": papers.iter().map(|paper| json!({
            "kind": paper.kind, "serial": paper.serial, "issued_at": paper.issued_at,
        })).collect::<Vec<_>>(),
        "messages": messages.iter().map(|message| json!({
            "template": message.template, "params": message.params, "at": message.at, "read_at": message.read_at,
        })).collect::<Vec<_>>(),
        "looks_and_acts": lines.iter().map(|line| json!({
            "at": line.at, "by": line.actor, "by_id": line.actor_id, "channel": line.channel, "action": line.action,
            "outcome": line.outcome, "reason": line.reason,
        })).collect::<Vec<_>>(),
    }))
}
