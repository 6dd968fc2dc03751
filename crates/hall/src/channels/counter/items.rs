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
use contribution::back_pay::{BACK_PAYMENT, BACK_PAYMENT_LONG, TAKE};
use control::{Action, Confirmed, HandleWorkItem, WorkItem, WorkItemState, work_items};
use kernel::WorkItemId;
use office::CarryOut;
use office::roster::CarryOutTwoEmployers;
use registry::roster::two_employers::{ENROL_HERE, STAYS_THERE, TWO_EMPLOYERS};

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

/// Money that belongs to a demand note: the note's number is typed beside it.
const COUNT: &str = "count";
/// Looked at with the employer, and nothing more is to be done.
const SEEN: &str = "seen";
/// Money that is not given back.
const KEEP: &str = "keep";
/// A back payment that is not taken.
const REFUSE: &str = "refuse";
/// Every decision that is one word.
const KNOWN: [&str; 7] = [office::REFUND, KEEP, SEEN, ENROL_HERE, STAYS_THERE, TAKE, REFUSE];

/// What may be decided about a kind of item, the usual first.
fn decisions(kind: &str) -> &'static [&'static str] {
    match kind {
        TWO_EMPLOYERS => &[ENROL_HERE, STAYS_THERE],
        BACK_PAYMENT | BACK_PAYMENT_LONG => &[TAKE, REFUSE],
        "wage_outlier" | "tax_detail_unmatched" | "insurances_missing" => &[SEEN],
        _ => &[office::REFUND, KEEP],
    }
}

impl ItemsPage {
    /// The buttons under an item, the usual decision first.
    fn decisions(&self, item: &WorkItem) -> &'static [&'static str] {
        decisions(&item.kind)
    }

    /// Whether the item is money that a demand note may be waiting for.
    fn may_count(&self, item: &WorkItem) -> bool {
        item.kind == office::UNMATCHED_PAYMENT
    }

    /// The key of the words of a decision.
    fn decided(&self, decision: &str) -> String {
        decision.split(':').next().unwrap_or_default().to_owned()
    }

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
        COUNT => format!("{COUNT}:{}", fields.text("demand")),
        word if KNOWN.contains(&word) => word.to_owned(),
        _ => return Err(Problem::invalid("decision_unknown", "decision")),
    };
    let act = HandleWorkItem { item: id_of(&id)?, decision };
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
    let item = id_of(&id)?;
    let handled = work_items(&app.desk().view(), WorkItemState::Handled, SHOWN).await?;
    let of_two = handled.iter().any(|known| known.id == item && known.kind == TWO_EMPLOYERS);
    if of_two {
        app.desk().perform(&staff.actor, CarryOutTwoEmployers { item, confirmed }).await?;
    } else {
        app.desk().perform(&staff.actor, CarryOut { item, confirmed }).await?;
    }
    Ok(see_other("/counter/items", []))
}

fn id_of(text: &str) -> Result<WorkItemId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}
