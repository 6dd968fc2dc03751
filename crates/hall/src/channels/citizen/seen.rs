//! `/me/seen`: who looked at my file and what was done in it, from the audit itself.

use super::SignedIn;
use crate::app::Shared;
use crate::page::{Page, html};
use crate::problem::Problem;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use control::audit::{Line, of_person};
use kernel::StaffId;
use std::collections::BTreeMap;

/// So many lines are read; looks at one's own file fill most of them.
const READ: u64 = 500;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/me/seen", get(seen))
}

#[derive(Template)]
#[template(path = "citizen/seen.html")]
struct SeenPage {
    page: Page,
    others: Vec<Line>,
    own: Vec<Line>,
    staff: BTreeMap<uuid::Uuid, String>,
}

impl SeenPage {
    /// Who it was: a clerk by name, everybody else by kind.
    fn who(&self, line: &Line) -> String {
        let named = line.actor_id.and_then(|id| self.staff.get(&id)).cloned();
        named.unwrap_or_else(|| self.page.t_of(&["actor", &line.actor]).into_owned())
    }
}

async fn seen(State(app): State<Shared>, page: Page, me: SignedIn) -> Result<Html<String>, Problem> {
    let view = me.file().await?;
    let lines = of_person(&view, me.person, READ).await?;
    let (own, others): (Vec<Line>, Vec<Line>) =
        lines.into_iter().partition(|line| line.actor_id == Some(me.person.uuid()));
    let mut staff = BTreeMap::new();
    for id in others.iter().filter(|line| line.actor == "staff").filter_map(|line| line.actor_id) {
        if let Some(known) = account::staff(&app.desk().view(), StaffId(id)).await? {
            staff.insert(id, known.name);
        }
    }
    html(&SeenPage { page, others, own, staff })
}
