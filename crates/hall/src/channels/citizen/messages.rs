//! `/messages`: the inbox. A message stays new until its reader says otherwise.

use super::SignedIn;
use crate::app::Shared;
use crate::page::{Page, html};
use crate::problem::Problem;
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use axum::routing::{get, post};
use message::{MarkRead, Message, MessageId};

/// As many as a page bears.
const SHOWN: u64 = 100;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/messages", get(inbox)).route("/messages/{id}/read", post(read))
}

#[derive(Template)]
#[template(path = "citizen/messages.html")]
struct MessagesPage {
    page: Page,
    messages: Vec<Message>,
}

impl MessagesPage {
    /// A message in the visitor's language.
    fn text(&self, message: &Message) -> String {
        let of = |name: &str| message.params.get(name).map_or("", String::as_str);
        let key = format!("message-{}", message.template.as_str().replace('_', "-"));
        self.page.w(&key, &[("amount", of("amount")), ("count", of("months"))]).into_owned()
    }
}

async fn inbox(page: Page, me: SignedIn) -> Result<Html<String>, Problem> {
    let messages = message::inbox(&me.file().await?, me.person, SHOWN).await?;
    html(&MessagesPage { page, messages })
}

async fn read(State(app): State<Shared>, me: SignedIn, Path(id): Path<String>) -> Result<Response, Problem> {
    let message: MessageId = id.parse().map_err(|_| Problem::not_found())?;
    app.desk().perform(me.actor(), MarkRead { person: me.person, message }).await?;
    Ok(super::see_other("/messages", []))
}
