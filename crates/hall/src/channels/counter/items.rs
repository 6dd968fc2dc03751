//! Work items: a clerk decides, another officer reviews, and only then something moves (劳社部发〔2007〕2号).

use super::{may, only};
use crate::app::Shared;
use crate::channels::citizen::{Fields, see_other};
use crate::page::{Page, html};
use crate::problem::Problem;
use crate::session::StaffIn;
use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, State};
use axum::response::{Html, Response};
use axum::routing::{get, post};
use control::{Action, Confirmed, HandleWorkItem, WorkItem, WorkItemState, work_items};
use kernel::WorkItemId;
use office::CarryOut;

/// As many as a page bears.
const SHOWN: u64 = 100;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/counter/items", get(list))
        .route("/counter/items/{id}/handle", post(handle))
        .route("/counter/items/{id}/review", post(review))
}

#[derive(Template)]
#[template(path = "counter/items.html")]
struct ItemsPage {
    page: Page,
    open: Vec<WorkItem>,
    handled: Vec<WorkItem>,
    may_handle: bool,
    may_review: bool,
}

impl ItemsPage {
    /// What an item says: ids and amounts, a line each.
    fn facts(&self, item: &WorkItem) -> Vec<(String, String)> {
        let plain = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let fields = item.detail.as_object().into_iter().flatten();
        fields.map(|(name, value)| (name.clone(), plain(value))).collect()
    }
}

async fn list(State(app): State<Shared>, page: Page, staff: StaffIn) -> Result<Html<String>, Problem> {
    only(&staff, &[Action::HandleWorkItem, Action::ReviewWorkItem])?;
    let view = app.desk().view();
    let open = work_items(&view, WorkItemState::Open, SHOWN).await?;
    let handled = work_items(&view, WorkItemState::Handled, SHOWN).await?;
    let (may_handle, may_review) = (may(&staff, Action::HandleWorkItem), may(&staff, Action::ReviewWorkItem));
    html(&ItemsPage { page, open, handled, may_handle, may_review })
}

async fn handle(
    State(app): State<Shared>,
    staff: StaffIn,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let decision = match fields.text("decision") {
        office::REFUND => office::REFUND,
        "keep" => "keep",
        _ => return Err(Problem::invalid("decision_unknown", "decision")),
    };
    let act = HandleWorkItem { item: id_of(&id)?, decision: decision.to_owned() };
    app.desk().perform(&staff.actor, act).await?;
    Ok(see_other("/counter/items", []))
}

async fn review(
    State(app): State<Shared>,
    staff: StaffIn,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let confirmed = if fields.text("confirmed") == "yes" { Confirmed::Yes } else { Confirmed::No };
    app.desk().perform(&staff.actor, CarryOut { item: id_of(&id)?, confirmed }).await?;
    Ok(see_other("/counter/items", []))
}

fn id_of(text: &str) -> Result<WorkItemId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}
