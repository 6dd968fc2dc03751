//! A computation told to a person: the tree of its steps as text or JSON, under the hash of the parameters that it read.
//!
//! The same facts under the same parameter hash give the same bytes, so that a paper of years ago can be computed again.

use crate::Policy;
use crate::calc::StepText;
use crate::parameter::Status;
use crate::working::{Source, Step, flat};
use kernel::Rounding;
use serde::Serialize;
use std::fmt::{self, Write};

kernel::words! {
    /// In which language.
    pub enum Language {
        /// 中文.
        Chinese = "zh",
        /// English.
        English = "en",
    }
}

/// The steps of a result with the hash of the parameters they were computed by.
#[derive(Clone, Copy, Debug)]
pub struct Explanation<'a> {
    /// [`Policy::hash`] of the set.
    pub parameters: &'a str,
    /// The trees, in the order in which they were computed.
    pub steps: &'a [Step],
}

impl<'a> Explanation<'a> {
    /// The steps of a result that this set of parameters gave.
    pub fn new(policy: &'a Policy, steps: &'a [Step]) -> Explanation<'a> {
        Explanation { parameters: policy.hash(), steps }
    }

    /// How far the least certain of the parameters read is trusted; confirmed where none was read.
    pub fn status(&self) -> Status {
        let sources = flat(self.steps).into_iter().flat_map(|step| step.sources.iter());
        sources.map(|source| source.citation.status).max().unwrap_or(Status::Confirmed)
    }

    /// Every step on a line, what it was made from indented below it, then its law.
    pub fn text(&self, language: Language) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = write!(text, "{}", Text { explanation: self, language });
        text
    }
}

/// `{"parameters": "…", "status": "…", "steps": […]}`.
impl Serialize for Explanation<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Written<'a> {
            parameters: &'a str,
            status: Status,
            steps: Vec<StepText>,
        }
        let steps = self.steps.iter().map(StepText::from).collect();
        Written { parameters: self.parameters, status: self.status(), steps }.serialize(serializer)
    }
}

struct Text<'a> {
    explanation: &'a Explanation<'a>,
    language: Language,
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in self.explanation.steps {
            self.step(f, step, 0)?;
        }
        let name = self.language.either("参数版本", "parameters");
        writeln!(f, "{name}{}{}", self.language.colon(), self.explanation.parameters)
    }
}

impl Language {
    const fn either<'a>(self, chinese: &'a str, english: &'a str) -> &'a str {
        match self {
            Language::Chinese => chinese,
            Language::English => english,
        }
    }

    const fn colon(self) -> &'static str {
        self.either("：", ": ")
    }
}

impl Text<'_> {
    fn step(&self, f: &mut fmt::Formatter<'_>, step: &Step, depth: usize) -> fmt::Result {
        let language = self.language;
        let label = language.either(step.label.zh, step.label.en);
        write!(f, "{:indent$}{label}{}", "", language.colon(), indent = depth * 2)?;
        if step.formula == step.value {
            write!(f, "{}", step.value)?;
        } else {
            write!(f, "{} = {}", step.formula, step.value)?;
        }
        match (step.rounding, step.decimals) {
            (Some(_), _) if step.formula == step.value => {}
            (Some(rounding), _) => self.aside(f, rounding_words(language, rounding))?,
            (None, Some(decimals)) => {
                let words = match language {
                    Language::Chinese => format!("四舍五入到小数点后 {decimals} 位"),
                    Language::English => format!("half up to {decimals} decimals"),
                };
                self.aside(f, &words)?;
            }
            (None, None) => {}
        }
        writeln!(f)?;
        for source in &step.sources {
            self.source(f, source, depth + 1)?;
        }
        step.steps.iter().try_for_each(|part| self.step(f, part, depth + 1))
    }

    fn aside(&self, f: &mut fmt::Formatter<'_>, words: &str) -> fmt::Result {
        match self.language {
            Language::Chinese => write!(f, "（{words}）"),
            Language::English => write!(f, " ({words})"),
        }
    }

    fn source(&self, f: &mut fmt::Formatter<'_>, source: &Source, depth: usize) -> fmt::Result {
        let (language, heading, citation) = (self.language, &source.heading, &source.citation);
        let title = language.either(&heading.title, &heading.title_en);
        let status = status_words(language, citation.status);
        write!(f, "{:indent$}· {title}", "", indent = depth * 2)?;
        match language {
            Language::Chinese => {
                writeln!(f, "，自 {} 起：{} {}（{status}）", source.from, citation.document, citation.article)
            }
            Language::English => {
                writeln!(f, ", since {}: {} {} ({status})", source.from, citation.document, citation.article)
            }
        }
    }
}

const fn rounding_words(language: Language, rounding: Rounding) -> &'static str {
    match rounding {
        Rounding::HalfUpToFen => language.either("四舍五入到分", "half up to the fen"),
        Rounding::HalfUpToYuan => language.either("四舍五入到元", "half up to the yuan"),
        Rounding::UpToJiao => language.either("见分进角", "up to the jiao"),
        Rounding::DownToFen => language.either("分以下舍去", "down to the fen"),
    }
}

const fn status_words(language: Language, status: Status) -> &'static str {
    match status {
        Status::Confirmed => language.either("已核对原文", "confirmed in the text"),
        Status::Recalled => language.either("据文件，原文未读", "recalled, text not read"),
        Status::Uncertain => language.either("待核实", "uncertain, to be confirmed"),
    }
}
