//! The sheet on which a formula works: each figure is computed where it is written down, so that what is explained is
//! what was computed.

use crate::parameter::{Citation, Heading, InForce};
use kernel::{Date, Fen, Overflow, Rate, Rounding};
use std::sync::Arc;

/// What a step is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Label {
    /// Stable key, for texts in other languages.
    pub key: &'static str,
    /// In Chinese.
    pub zh: &'static str,
    /// In English.
    pub en: &'static str,
}

/// A parameter that a step has read, with its law.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// What the parameter is called.
    pub heading: Arc<Heading>,
    /// The law of the row.
    pub citation: Arc<Citation>,
    /// Since when the row is in force.
    pub from: Date,
}

/// One step of a computation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// What it gives.
    pub label: Label,
    /// The formula with the numbers put in.
    pub formula: String,
    /// The value: yuan with two decimals, or days.
    pub value: String,
    /// How a fraction was settled; nothing where there could be none.
    pub rounding: Option<Rounding>,
    /// The parameters read.
    pub sources: Vec<Source>,
}

impl<T> From<InForce<'_, T>> for Source {
    fn from(read: InForce<'_, T>) -> Source {
        Source { heading: Arc::clone(read.heading), citation: Arc::clone(read.citation), from: read.from }
    }
}

/// The steps so far.
#[derive(Default)]
pub(crate) struct Working {
    steps: Vec<Step>,
}

impl Working {
    /// The steps, in the order in which they were taken.
    pub(crate) fn into_steps(self) -> Vec<Step> {
        self.steps
    }

    /// An amount times a rate, settled to the fen half up (R2): `3000.00 × 8%`.
    pub(crate) fn share(&mut self, label: Label, amount: Fen, rate: InForce<'_, Rate>) -> Result<Fen, Overflow> {
        let formula = format!("{amount} × {}", rate.value.in_percent());
        self.portion(
            label,
            formula,
            Product { amount, rate: *rate.value, rounding: Rounding::HalfUpToFen },
            [rate.into()],
        )
    }

    /// An amount times a rate, settled as the product says; the caller words the formula.
    pub(crate) fn portion(
        &mut self,
        label: Label,
        formula: String,
        product: Product,
        sources: impl IntoIterator<Item = Source>,
    ) -> Result<Fen, Overflow> {
        let value = product.amount.portion(product.rate, product.rounding)?;
        let sources = sources.into_iter().collect();
        self.steps.push(Step { label, formula, value: value.to_string(), rounding: Some(product.rounding), sources });
        Ok(value)
    }

    /// The remainder of a whole after one part (R4).
    pub(crate) fn remainder(&mut self, label: Label, whole: Fen, part: Fen) -> Result<Fen, Overflow> {
        let value = whole.checked_sub(part)?;
        self.exact(label, format!("{whole} - {part}"), value.to_string(), []);
        Ok(value)
    }

    /// A figure without any fraction to settle.
    pub(crate) fn exact(
        &mut self,
        label: Label,
        formula: String,
        value: String,
        sources: impl IntoIterator<Item = Source>,
    ) {
        self.steps.push(Step { label, formula, value, rounding: None, sources: sources.into_iter().collect() });
    }
}

/// An amount, what it is multiplied by and how the result is settled.
#[derive(Clone, Copy)]
pub(crate) struct Product {
    pub(crate) amount: Fen,
    pub(crate) rate: Rate,
    pub(crate) rounding: Rounding,
}
