//! Whatever is refused: one shape for pages and programs (RFC 9457). Its code is stable and has a page and texts.
//!
//! A handler answers a [`Problem`]; [`crate::guard`] renders it as a page in the visitor's language, or as JSON for the
//! interface. What is ours is logged once with its whole chain and shown only as a case number.

use crate::texts::{Lang, Texts};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use control::{Declined, Fault, FaultKind};
use serde::Serialize;
use std::error::Error;

/// A refusal.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The status of the answer.
    pub status: StatusCode,
    /// The stable code in snake case.
    pub code: &'static str,
    /// The field of the form that must be mended, where it is one field.
    pub field: Option<&'static str>,
    /// Where a program's input does not read: a JSON pointer, and what the reader said.
    input: Option<Box<(String, String)>>,
    /// What the log gets to know and nobody else: the chain of errors.
    internal: Option<String>,
}

/// The words of a problem in one language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    /// What happened, in a few words.
    pub title: String,
    /// Why, in a sentence.
    pub detail: String,
    /// What to do now.
    pub way_out: String,
}

/// As RFC 9457 writes it.
#[derive(Serialize)]
pub struct Details<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'a str,
    status: u16,
    code: &'a str,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    instance: &'a str,
}

impl Problem {
    /// A problem of the hall itself; what comes from a verb comes through [`From`].
    pub const fn new(status: StatusCode, code: &'static str) -> Problem {
        Problem { status, code, field: None, input: None, internal: None }
    }

    /// There is nothing at this address, or it is somebody else's.
    pub const fn not_found() -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "not_found")
    }

    /// A field does not read.
    pub const fn invalid(code: &'static str, field: &'static str) -> Problem {
        Problem { status: StatusCode::UNPROCESSABLE_ENTITY, code, field: Some(field), input: None, internal: None }
    }

    /// The same, with the place in a program's input (a JSON pointer, empty for the whole) and the reader's own words.
    #[must_use]
    pub fn with_input(self, pointer: &str, reason: &str) -> Problem {
        Problem { input: Some(Box::new((pointer.to_owned(), reason.to_owned()))), ..self }
    }

    /// Ours. The error's whole chain goes to the log, and nothing of it to the page.
    pub fn internal(error: &dyn Error) -> Problem {
        let (mut chain, mut cause) = (error.to_string(), error.source());
        while let Some(error) = cause {
            chain.push_str(&format!(": {error}"));
            cause = error.source();
        }
        Problem { internal: Some(chain), ..Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal") }
    }

    /// The code as it stands in addresses and text keys: `bill-already-paid`.
    pub fn slug(&self) -> String {
        self.code.replace('_', "-")
    }

    /// What the log is told, where this is ours.
    pub fn chain(&self) -> Option<&str> {
        self.internal.as_deref()
    }

    /// The words in a language; an unknown code falls to general ones for its status.
    pub fn words(&self, texts: &Texts, lang: Lang) -> Words {
        Words::of(texts, lang, &self.slug()).unwrap_or_else(|| {
            let general = if self.status.is_server_error() { "internal" } else { "general" };
            Words::of(texts, lang, general).unwrap_or_else(|| Words {
                title: self.code.to_owned(),
                detail: String::new(),
                way_out: String::new(),
            })
        })
    }

    /// As the interface answers it.
    pub fn details<'a>(&'a self, public_url: &str, words: &'a Words, case: &'a str) -> Details<'a> {
        let pointer = self.input.as_ref().map(|input| input.0.as_str()).filter(|pointer| !pointer.is_empty());
        Details {
            kind: format!("{public_url}/problems/{}", self.slug()),
            title: &words.title,
            status: self.status.as_u16(),
            code: self.code,
            detail: &words.detail,
            field: self.field.or(pointer.and_then(|pointer| pointer.split('/').nth(1))),
            pointer,
            reason: self.input.as_ref().map(|input| input.1.as_str()),
            instance: case,
        }
    }
}

impl Words {
    /// The words of a code, where it has its own.
    pub fn of(texts: &Texts, lang: Lang, slug: &str) -> Option<Words> {
        let part = |part: &str| texts.find(lang, &format!("problem-{slug}-{part}"), &[]).map(String::from);
        Some(Words { title: part("title")?, detail: part("detail")?, way_out: part("way-out")? })
    }
}

impl<E: Fault> From<Declined<E>> for Problem {
    fn from(declined: Declined<E>) -> Problem {
        let code = declined.code();
        let new = |status| Problem::new(status, code);
        match declined.kind() {
            FaultKind::Invalid(field) => Problem::invalid(code, field),
            // A denial looks like something that is not there, so that nobody learns what is.
            FaultKind::NotFound if code == "denied" => Problem::not_found(),
            FaultKind::NotFound => new(StatusCode::NOT_FOUND),
            FaultKind::Conflict => new(StatusCode::CONFLICT),
            FaultKind::TooMany => new(StatusCode::TOO_MANY_REQUESTS),
            FaultKind::KeyReused => new(StatusCode::UNPROCESSABLE_ENTITY),
            FaultKind::Unavailable => new(StatusCode::SERVICE_UNAVAILABLE),
            FaultKind::Internal => Problem::internal(&declined),
        }
    }
}

impl From<sea_orm::DbErr> for Problem {
    fn from(error: sea_orm::DbErr) -> Problem {
        Problem::internal(&error)
    }
}

impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Problem {
        Problem::internal(&error)
    }
}

/// Bare: the guard puts the page or the JSON in, for it knows the language and the request's number.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, [(header::CACHE_CONTROL, "no-store")]).into_response();
        response.extensions_mut().insert(self);
        response
    }
}
