//! What was typed so far in a journey of several pages: sealed in a cookie for ten minutes, so that it stands neither in an
//! address nor readable on the visitor's device.

use crate::app::{App, Shared};
use crate::problem::Problem;
use crate::session::{Cookie, cookie};
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use control::Column;
use std::collections::BTreeMap;
use uuid::Uuid;

const NAME: &str = "draft";
const SECONDS: u32 = 600;
const SEAL: Column = Column("hall_draft", "fields");

/// Names with values, as typed.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct Draft(BTreeMap<String, String>);

impl Draft {
    /// The draft that the visitor carries; empty where there is none or it is not ours.
    pub(crate) fn of(app: &Shared, headers: &HeaderMap) -> Draft {
        let sealed = cookie(headers, NAME, app.config.cookies).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        let opened = sealed.and_then(|sealed| app.desk().keys().open(SEAL, Uuid::nil(), &sealed).ok());
        let written: Option<(i64, BTreeMap<String, String>)> = opened.and_then(|text| serde_json::from_str(&text).ok());
        let fresh = written.filter(|(till, _)| *till > app.desk().now().timestamp());
        Draft(fresh.map(|(_, fields)| fields).unwrap_or_default())
    }

    /// A value; empty where there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// With one more value.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Draft {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// The header that keeps it.
    ///
    /// # Errors
    /// A system without randomness.
    pub(crate) fn kept(&self, app: &App) -> Result<Option<HeaderValue>, Problem> {
        let till = app.desk().now().timestamp() + i64::from(SECONDS);
        let text = serde_json::json!([till, self.0]).to_string();
        let sealed = app.desk().keys().seal(SEAL, Uuid::nil(), &text).map_err(|error| Problem::internal(&error))?;
        let value = URL_SAFE_NO_PAD.encode(sealed);
        Ok(Cookie { name: NAME, value: &value, seconds: SECONDS }.header(app.config.cookies))
    }

    /// The header that takes it back.
    pub(crate) fn gone(app: &App) -> Option<HeaderValue> {
        Cookie { name: NAME, value: "", seconds: 0 }.header(app.config.cookies)
    }
}
