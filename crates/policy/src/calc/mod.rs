//! `zhijian calc`: questions as JSON Lines in, answers as JSON Lines out, in order, one a line, without a database.
//!
//! Bad input never stops the stream and never panics: the answer of that line says `ok: false` with a stable code, the
//! field and what to put instead.

mod check;
mod explain;
mod json;
mod kinds;
mod question;
mod refusal;
mod stream;

pub use explain::StepText;
pub use kinds::{IMPLEMENTED, PLANNED};
pub use refusal::Refusal;
pub use stream::{Summary, run};

use crate::working::Working;
use json::{Asked, Expected, Json};
use kinds::Outcome;
use serde::Serialize;
use serde_json::Value;

/// Whether answers carry their steps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Explain {
    /// `explain` lists the steps.
    Steps,
    /// For bulk work (`--no-explain`).
    Nothing,
}

impl Explain {
    /// The sheet on which such an answer is worked out.
    pub(crate) fn working(self) -> Working {
        match self {
            Explain::Steps => Working::default(),
            Explain::Nothing => Working::silent(),
        }
    }
}

/// What is done with the `expect` of a question.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expect {
    /// It is passed over.
    Ignored,
    /// It is compared (`--check`): the answer also says `matches`, and `differs` names the first key that differs.
    Compared,
}

/// How questions are answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// Whether answers carry their steps.
    pub explain: Explain,
    /// What is done with `expect`.
    pub expect: Expect,
}

/// What became of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Answered; nothing was compared.
    Answered,
    /// Refused; nothing was compared.
    Refused,
    /// Compared and as expected.
    Right,
    /// Compared and different.
    Wrong,
    /// A calculation of the interface that this version does not have yet.
    NotImplemented(&'static str),
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Json<'a>,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Refusal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    matches: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    differs: Option<String>,
}

/// Answers one line.
pub fn answer(line: &[u8], options: Options) -> (String, Verdict) {
    let mut text = Vec::new();
    let verdict = answer_into(&mut text, line, options);
    (String::from_utf8(text).unwrap_or_default(), verdict)
}

/// Answers one line at the end of a text.
fn answer_into(text: &mut Vec<u8>, line: &[u8], options: Options) -> Verdict {
    let expected = match options.expect {
        Expect::Ignored => Expected::Dropped,
        Expect::Compared => Expected::Read,
    };
    match read(line, expected) {
        Ok(mut asked) => {
            let expect = asked.expect.take();
            respond(text, &asked.id, kinds::compute(&asked, options.explain), expect)
        }
        Err(refusal) => refuse(text, refusal),
    }
}

/// Why a question has no answer, for callers that speak of refusals in their own way; nothing where it has one.
pub fn refusal(line: &[u8]) -> Option<Refusal> {
    read(line, Expected::Dropped).and_then(|asked| kinds::compute(&asked, Explain::Nothing)).err()
}

/// The answer to a line that is no question.
fn refuse(text: &mut Vec<u8>, refusal: Refusal) -> Verdict {
    respond(text, &Json::Null, Err(refusal), None)
}

/// Puts the answer together; `expected` is what it is compared with, if at all.
fn respond(text: &mut Vec<u8>, id: &Json<'_>, outcome: Result<Outcome, Refusal>, expected: Option<Value>) -> Verdict {
    let planned = outcome.as_ref().err().and_then(|refusal| refusal.planned);
    let compared = expected.filter(|_| planned.is_none()).map(|expected| match &outcome {
        Ok(outcome) => check::first_difference(&expected, outcome),
        Err(_) => Some("ok".to_owned()),
    });
    let verdict = match (planned, &compared, &outcome) {
        (Some(kind), _, _) => Verdict::NotImplemented(kind),
        (None, Some(None), _) => Verdict::Right,
        (None, Some(Some(_)), _) => Verdict::Wrong,
        (None, None, Ok(_)) => Verdict::Answered,
        (None, None, Err(_)) => Verdict::Refused,
    };
    let matches = compared.as_ref().map(Option::is_none);
    let ok = outcome.is_ok();
    let (result, error) = match outcome {
        Ok(outcome) => (Some(outcome), None),
        Err(refusal) => (None, Some(refusal)),
    };
    let answer = Answer { id, ok, result, error, matches, differs: compared.flatten() };
    // Texts and numbers under string keys: there is nothing in it that JSON could not hold.
    serde_json::to_writer(text, &answer).unwrap_or_default();
    verdict
}

fn read(line: &[u8], expected: Expected) -> Result<Asked<'_>, Refusal> {
    let not_json = |fault: &dyn std::fmt::Display| {
        Refusal::new("not_json", None, format!("the line is not JSON ({fault}): put one object a line, in UTF-8"))
    };
    let text = std::str::from_utf8(line).map_err(|fault| not_json(&fault))?;
    let asked = json::read(text, expected).map_err(|fault| not_json(&fault))?;
    let no_object = "the line is not an object: put {\"id\":…,\"calc\":…,…}";
    asked.ok_or_else(|| Refusal::new("not_an_object", None, no_object.to_owned()))
}
