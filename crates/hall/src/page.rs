//! What every page knows: the visitor's language and mode, who is signed in, the words, and how figures are written.

use crate::app::{DemoNote, Shared};
use crate::problem::{Problem, Words};
use crate::statics::{Assets, assets};
use crate::texts::{Argument, Lang};
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Html;
use chrono::Datelike;
use kernel::{Date, Fen, Month, Timestamp};
use std::borrow::Cow;
use std::sync::Arc;

/// How large and how plain a page is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mode {
    /// For most.
    #[default]
    Standard,
    /// 长辈版: larger letters and targets, stronger lines.
    Senior,
}

impl Mode {
    /// The word in `data-mode`, in addresses and in the cookie.
    pub const fn word(self) -> &'static str {
        match self {
            Mode::Standard => "standard",
            Mode::Senior => "senior",
        }
    }

    /// The mode of a word.
    pub fn of_word(word: &str) -> Option<Mode> {
        [Mode::Standard, Mode::Senior].into_iter().find(|mode| mode.word() == word)
    }

    /// The other one, for the switch.
    pub const fn other(self) -> Mode {
        match self {
            Mode::Standard => Mode::Senior,
            Mode::Senior => Mode::Standard,
        }
    }
}

/// One request, as far as rendering must know it.
#[derive(Clone, Debug, Default)]
pub struct Visit {
    /// The language.
    pub lang: Lang,
    /// The mode.
    pub mode: Mode,
    /// The path asked for.
    pub path: String,
    /// The query without the switches.
    pub query: Vec<(String, String)>,
    /// The number of this request, also the case number of an error page.
    pub number: String,
    /// What the caller accepts.
    pub accept: String,
}

impl Visit {
    /// Whether a program asks: the interface, or whoever asks for JSON outright.
    pub fn wants_json(&self) -> bool {
        self.path.starts_with("/api/") || (self.accept.contains("json") && !self.accept.contains("html"))
    }
}

/// Who is signed in, as the header shows it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Who {
    /// Nobody.
    #[default]
    Nobody,
    /// A person, by the masked name.
    Person(String),
    /// An agent of an employer, by name.
    Agent(String),
    /// A member of staff, by name.
    Staff(String),
    /// It was not asked: an error page.
    Unasked,
}

/// What every template gets as `page`.
#[derive(Clone)]
pub struct Page {
    app: Shared,
    visit: Arc<Visit>,
    /// Who is signed in.
    pub who: Who,
}

/// A place above this page, for the breadcrumb: address and text key.
pub type Crumb = (&'static str, &'static str);

/// No place between the start page and this one.
pub const NOWHERE: [Crumb; 0] = [];

impl Page {
    /// A page for a visit.
    pub fn new(app: Shared, visit: Arc<Visit>, who: Who) -> Page {
        Page { app, visit, who }
    }

    /// The language.
    pub fn lang(&self) -> Lang {
        self.visit.lang
    }

    /// The tag of the language.
    pub fn tag(&self) -> &'static str {
        self.visit.lang.tag()
    }

    /// The word of the mode.
    pub fn mode(&self) -> &'static str {
        self.visit.mode.word()
    }

    /// Whether this is the senior edition.
    pub fn is_senior(&self) -> bool {
        self.visit.mode == Mode::Senior
    }

    /// The text of a key.
    pub fn t(&self, key: &str) -> Cow<'_, str> {
        self.app.texts.t(self.visit.lang, key, &[])
    }

    /// The text of a key that is put together: `["name", "pension"]` is `name-pension`.
    pub fn t_of(&self, parts: &[&str]) -> Cow<'_, str> {
        self.t(&parts.join("-").replace('_', "-"))
    }

    /// The text of a key with arguments filled in; the one named `count` chooses the plural.
    pub fn w(&self, key: &str, arguments: &[Argument<'_>]) -> Cow<'_, str> {
        self.app.texts.t(self.visit.lang, key, arguments)
    }

    /// The words of a kind of refusal, where it has its own.
    pub fn problem_words(&self, slug: &str) -> Option<Words> {
        Words::of(&self.app.texts, self.visit.lang, slug)
    }

    /// One of two texts that come from elsewhere in both languages, such as a parameter's title.
    pub fn either<'a>(&self, chinese: &'a str, english: &'a str) -> &'a str {
        match self.visit.lang {
            Lang::Chinese => chinese,
            Lang::English => english,
        }
    }

    /// The name of the hall.
    pub fn city(&self) -> &str {
        self.either(&self.app.config.city.zh, &self.app.config.city.en)
    }

    /// Whether nothing here is real.
    pub fn is_demo(&self) -> bool {
        self.app.config.demo == Some(DemoNote)
    }

    /// The addresses of style sheet, script and icon.
    pub fn assets(&self) -> &'static Assets {
        assets()
    }

    /// The same page in the other language.
    pub fn switch_lang(&self) -> String {
        self.same_with("lang", self.visit.lang.other().tag())
    }

    /// The tag of the other language.
    pub fn other_tag(&self) -> &'static str {
        self.visit.lang.other().tag()
    }

    /// The same page in the other mode.
    pub fn switch_mode(&self) -> String {
        self.same_with("mode", self.visit.mode.other().word())
    }

    /// An address of this hall as it can be sent to somebody: with the house's own before it.
    pub fn whole(&self, path: &str) -> String {
        format!("{}{path}", self.app.config.public_url)
    }

    fn same_with(&self, name: &str, value: &str) -> String {
        let kept = self.visit.query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        address("", kept.chain([(name, value)]))
    }

    /// A month as people write it.
    pub fn month(&self, month: &Month) -> String {
        match self.visit.lang {
            Lang::Chinese => format!("{} 年 {} 月", month.year(), month.month()),
            Lang::English => month.first_day().format("%B %Y").to_string(),
        }
    }

    /// A day as people write it.
    pub fn date(&self, date: &Date) -> String {
        match self.visit.lang {
            Lang::Chinese => format!("{} 年 {} 月 {} 日", date.year(), date.month(), date.day()),
            Lang::English => date.format("%-d %B %Y").to_string(),
        }
    }

    /// A moment as people write it, at +08:00.
    pub fn moment(&self, at: &Timestamp) -> String {
        format!("{} {}", self.date(&kernel::business_date(*at)), (*at + chrono::TimeDelta::hours(8)).format("%H:%M"))
    }

    /// An amount with its unit: `1,604.00 元`.
    pub fn yuan(&self, amount: &Fen) -> String {
        match self.visit.lang {
            Lang::Chinese => format!("{} 元", amount.grouped()),
            Lang::English => format!("{} yuan", amount.grouped()),
        }
    }
}

/// An address with a query: `address("/rules", [("on", "2026-07-01")])`.
pub fn address<'a>(path: &str, query: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = path.to_owned();
    for (index, (name, value)) in query.into_iter().enumerate() {
        text.push(if index == 0 { '?' } else { '&' });
        text.push_str(&escaped(name));
        text.push('=');
        text.push_str(&escaped(value));
    }
    text
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                escaped.push(char::from(byte))
            }
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

/// A rendered template.
///
/// # Errors
/// A template that fails, which is ours.
pub fn html(template: &impl Template) -> Result<Html<String>, Problem> {
    Ok(Html(template.render()?))
}

/// A mistake in a form, beside its field and in the summary on top, in the same words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistake {
    /// The id of the field.
    pub field: &'static str,
    /// What to do, in the visitor's language.
    pub text: String,
}

/// The mistakes of a form.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Mistakes(Vec<Mistake>);

impl Mistakes {
    /// One more.
    pub fn add(&mut self, field: &'static str, text: impl Into<String>) {
        self.0.push(Mistake { field, text: text.into() });
    }

    /// All of them, in the order of the form.
    pub fn all(&self) -> &[Mistake] {
        &self.0
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What stands beside a field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|mistake| mistake.field == field).map(|mistake| mistake.text.as_str())
    }
}

impl FromRequestParts<Shared> for Page {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Page, Problem> {
        let visit = parts.extensions.get::<Arc<Visit>>().cloned().unwrap_or_default();
        let who = crate::session::who(parts, app).await?;
        Ok(Page::new(app.clone(), visit, who))
    }
}
