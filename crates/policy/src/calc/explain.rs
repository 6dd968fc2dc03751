//! The steps of a computation as JSON.

use crate::working::{Measure, Source, Step};
use kernel::Rounding;
use serde::Serialize;

/// One step: label, formula with the numbers put in, value, and the legal source of each parameter used.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct StepText {
    /// Stable key.
    pub key: &'static str,
    /// In Chinese.
    pub label: &'static str,
    /// In English.
    pub label_en: &'static str,
    /// With the numbers put in.
    pub formula: String,
    /// The value.
    pub value: String,
    /// What the value counts.
    pub measure: Measure,
    /// How a fraction was settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rounding: Option<&'static str>,
    /// To how many decimals a number that is no money was settled, half up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimals: Option<u32>,
    /// The parameters used.
    pub sources: Vec<SourceText>,
    /// The steps that gave the numbers of the formula.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepText>,
}

/// The legal source of a parameter.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SourceText {
    /// Its name in the book.
    pub parameter: String,
    /// Its title.
    pub title: String,
    /// Its title in English.
    pub title_en: String,
    /// Since when the row is in force.
    pub from: String,
    /// The document.
    pub document: String,
    /// The article.
    pub article: String,
    /// How far the figure is trusted.
    pub status: &'static str,
}

impl From<&Step> for StepText {
    fn from(step: &Step) -> StepText {
        StepText {
            key: step.label.key,
            label: step.label.zh,
            label_en: step.label.en,
            formula: step.formula.clone(),
            value: step.value.clone(),
            measure: step.measure,
            rounding: step.rounding.map(rounding_word),
            decimals: step.decimals,
            sources: step.sources.iter().map(SourceText::from).collect(),
            steps: step.steps.iter().map(StepText::from).collect(),
        }
    }
}

impl From<&Source> for SourceText {
    fn from(source: &Source) -> SourceText {
        let (heading, citation) = (&source.heading, &source.citation);
        SourceText {
            parameter: heading.name.clone(),
            title: heading.title.clone(),
            title_en: heading.title_en.clone(),
            from: source.from.to_string(),
            document: citation.document.clone(),
            article: citation.article.clone(),
            status: citation.status.as_str(),
        }
    }
}

const fn rounding_word(rounding: Rounding) -> &'static str {
    match rounding {
        Rounding::HalfUpToFen => "half_up_to_fen",
        Rounding::HalfUpToYuan => "half_up_to_yuan",
        Rounding::UpToJiao => "up_to_jiao",
        Rounding::DownToFen => "down_to_fen",
    }
}
