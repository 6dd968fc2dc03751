//! The demo's handset: what arrived, newest first.

use super::{Provider, Shared};
use crate::clock::local;
use crate::page::{House, escape, page};
use axum::Json;
use axum::extract::{Query, State};
use axum::response::Response;
use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The page shows so many messages.
const SHOWN: usize = 100;

/// A message as the handset shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Message {
    /// The whole number: this is the handset.
    pub phone: String,
    /// The signature name.
    pub sign_name: String,
    /// The template's code.
    pub template_code: String,
    /// The text with the signature name before it.
    pub text: String,
    /// The parameters of the template.
    pub param: Map<String, Value>,
    /// The sender's own reference.
    pub out_id: Option<String>,
    /// The provider's reference.
    pub biz_id: String,
    /// When it was taken.
    pub at: Timestamp,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    phone: Option<String>,
}

pub(super) fn keep(provider: &Provider, message: Message) {
    let mut inbox = provider.inbox();
    inbox.0.append(&message);
    inbox.1.push(message);
}

pub(super) fn of_phone(provider: &Provider, phone: Option<&str>) -> Vec<Message> {
    let phone = phone.filter(|phone| !phone.is_empty());
    let inbox = provider.inbox();
    let newest_first = inbox.1.iter().rev();
    newest_first.filter(|message| phone.is_none_or(|phone| message.phone == phone)).cloned().collect()
}

pub(super) async fn list(State(provider): State<Shared>, Query(asked): Query<Asked>) -> Json<Vec<Message>> {
    Json(of_phone(&provider, asked.phone.as_deref()))
}

pub(super) async fn show(State(provider): State<Shared>, Query(asked): Query<Asked>) -> Response {
    let messages = of_phone(&provider, asked.phone.as_deref());
    let phone = escape(asked.phone.as_deref().unwrap_or(""));
    let mut main = format!(
        "<form class=\"card\" method=\"get\" action=\"/inbox\">\n<label for=\"phone\">手机号</label>\n\
         <input id=\"phone\" name=\"phone\" type=\"tel\" inputmode=\"numeric\" value=\"{phone}\">\n<button class=\"go\">查看</button>\n</form>\n"
    );
    if messages.is_empty() {
        main.push_str("<p class=\"note\">还没有短信。</p>\n");
    }
    for message in messages.iter().take(SHOWN) {
        let (phone, text) = (escape(&message.phone), escape(&message.text));
        let at = local(message.at, "%Y-%m-%d %H:%M:%S");
        main.push_str(&format!(
            "<article class=\"card\">\n<h2>{phone}</h2>\n<p>{text}</p>\n<p class=\"note\"><time>{at}</time></p>\n</article>\n"
        ));
    }
    page(House::Handset, "短信", &main)
}
