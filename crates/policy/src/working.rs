//! The sheet on which a formula works: each figure is computed where it is written down, so that what is explained is
//! what was computed. A sheet may also keep nothing, for bulk work; the figures are the same, only the words are left out.

use crate::parameter::{Citation, Heading, InForce};
use kernel::{Date, Fen, Month, Overflow, Rate, Rounding};
use std::fmt::Display;
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

impl Label {
    /// A key with its words in Chinese and English.
    pub const fn new(key: &'static str, zh: &'static str, en: &'static str) -> Label {
        Label { key, zh, en }
    }
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

/// A parameter read, not yet written down: a [`Source`] that costs nothing where the sheet keeps nothing.
#[derive(Clone, Copy, Debug)]
pub struct Cited<'a> {
    heading: &'a Arc<Heading>,
    citation: &'a Arc<Citation>,
    from: Date,
}

kernel::words! {
    /// What the value of a step counts.
    pub enum Measure {
        /// Yuan with two decimals.
        Yuan = "yuan",
        /// Days.
        Days = "days",
        /// Months.
        Months = "months",
        /// A number without a unit: an index, a divisor, a factor.
        Number = "number",
        /// A month of the calendar.
        Month = "month",
        /// A day of the calendar.
        Date = "date",
        /// A word or a name.
        Word = "word",
    }
}

/// One step of a computation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// What it gives.
    pub label: Label,
    /// The formula with the numbers put in.
    pub formula: String,
    /// The value, as the measure is written.
    pub value: String,
    /// What the value counts.
    pub measure: Measure,
    /// How a fraction of money was settled; nothing where there could be none.
    pub rounding: Option<Rounding>,
    /// To how many decimals a number that is no money was settled, half up.
    pub decimals: Option<u32>,
    /// The parameters read.
    pub sources: Vec<Source>,
    /// The steps that gave the numbers of the formula, in the order in which they were taken.
    pub steps: Vec<Step>,
}

impl Step {
    /// This step after all the steps it was made from, in the order in which they were taken.
    pub fn flat(&self) -> Vec<&Step> {
        let mut steps = flat(&self.steps);
        steps.push(self);
        steps
    }
}

/// Every step of the trees, each after those it was made from: for readers who want a list.
pub fn flat(steps: &[Step]) -> Vec<&Step> {
    steps.iter().flat_map(Step::flat).collect()
}

impl<'a> Cited<'a> {
    /// What is no parameter and yet has a law: a cell of a table.
    pub(crate) const fn of(heading: &'a Arc<Heading>, citation: &'a Arc<Citation>, from: Date) -> Cited<'a> {
        Cited { heading, citation, from }
    }
}

impl<'a, T> From<InForce<'a, T>> for Cited<'a> {
    fn from(read: InForce<'a, T>) -> Cited<'a> {
        Cited { heading: read.heading, citation: read.citation, from: read.from }
    }
}

impl<'a> From<&'a Source> for Cited<'a> {
    fn from(source: &'a Source) -> Cited<'a> {
        Cited { heading: &source.heading, citation: &source.citation, from: source.from }
    }
}

impl From<Cited<'_>> for Source {
    fn from(cited: Cited<'_>) -> Source {
        Source { heading: Arc::clone(cited.heading), citation: Arc::clone(cited.citation), from: cited.from }
    }
}

impl<T> From<InForce<'_, T>> for Source {
    fn from(read: InForce<'_, T>) -> Source {
        Cited::from(read).into()
    }
}

/// A value that a step may give, with what it counts.
pub(crate) trait Figure: Display {
    /// What it counts.
    const MEASURE: Measure;
}

/// Days.
#[derive(Clone, Copy)]
pub(crate) struct Days(pub(crate) i64);

/// Months.
#[derive(Clone, Copy)]
pub(crate) struct Months(pub(crate) i64);

/// A rate as people write it: `8%`.
#[derive(Clone, Copy)]
pub(crate) struct Percent(pub(crate) Rate);

impl Display for Percent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0.in_percent())
    }
}

/// A name or a word.
#[derive(Clone, Copy)]
pub(crate) struct Word<'a>(pub(crate) &'a str);

macro_rules! figures {
    ($($Type:ty = $Measure:ident),+ $(,)?) => { $(
        impl Figure for $Type {
            const MEASURE: Measure = Measure::$Measure;
        }
    )+ };
}

figures! { Fen = Yuan, Days = Days, Months = Months, Rate = Number, Decimal = Number, Month = Month, Date = Date, Word<'_> = Word }

macro_rules! shown_as_inside {
    ($($Type:ty),+) => { $(
        impl Display for $Type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+ };
}

shown_as_inside! { Days, Months, Word<'_> }

/// A number that is no money and not below nothing, written with a fixed number of decimals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decimal {
    /// The number times ten to the power of `decimals`.
    pub(crate) scaled: i64,
    /// How many decimals are written.
    pub(crate) decimals: u32,
}

impl Decimal {
    /// A rate settled half up; not below nothing.
    pub(crate) fn of(rate: Rate, decimals: u32) -> Result<Decimal, Overflow> {
        let (numerator, denominator) = (i128::from(rate.numerator()), i128::from(rate.denominator()));
        let scaled = (numerator * 10i128.pow(decimals) * 2 + denominator) / (denominator * 2);
        Ok(Decimal { scaled: i64::try_from(scaled).map_err(|_| Overflow)?, decimals })
    }

    /// The exact fraction.
    ///
    /// # Errors
    /// Never below twelve decimals.
    pub fn rate(self) -> Result<Rate, Overflow> {
        Rate::new(self.scaled, 10i64.pow(self.decimals)).map_err(|_| Overflow)
    }
}

impl Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unit = 10i64.pow(self.decimals);
        match usize::try_from(self.decimals) {
            Ok(width) if width > 0 => write!(f, "{}.{:0width$}", self.scaled / unit, self.scaled % unit),
            Ok(_) | Err(_) => write!(f, "{}", self.scaled),
        }
    }
}

/// What a sheet keeps.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Keeps {
    #[default]
    Steps,
    Nothing,
}

/// The steps so far.
#[derive(Default)]
pub(crate) struct Working {
    keeps: Keeps,
    steps: Vec<Step>,
    /// Those that the next step is made from.
    parts: Vec<Step>,
}

impl Working {
    /// A sheet that keeps nothing: formulas given as `format_args!` are then never written out.
    pub(crate) const fn silent() -> Working {
        Working { keeps: Keeps::Nothing, steps: Vec::new(), parts: Vec::new() }
    }

    /// A sheet with the steps of a result that another formula gave.
    pub(crate) const fn of(steps: Vec<Step>) -> Working {
        Working { keeps: Keeps::Steps, steps, parts: Vec::new() }
    }

    /// An empty sheet of the same kind, for steps that a later step of this one is made from.
    pub(crate) const fn branch(&self) -> Working {
        Working { keeps: self.keeps, steps: Vec::new(), parts: Vec::new() }
    }

    /// The next step is made from the steps of that sheet: `working.made_of(parts).exact(…)`.
    pub(crate) fn made_of(&mut self, parts: Working) -> &mut Working {
        self.parts.extend(parts.steps);
        self
    }

    /// The steps, in the order in which they were taken.
    pub(crate) fn into_steps(self) -> Vec<Step> {
        self.steps
    }

    /// An amount times a rate, settled to the fen half up (R2): `3000.00 × 8%`.
    pub(crate) fn share(&mut self, label: Label, amount: Fen, rate: InForce<'_, Rate>) -> Result<Fen, Overflow> {
        let product = Product { amount, rate: *rate.value, rounding: Rounding::HalfUpToFen };
        self.portion(label, format_args!("{amount} × {}", Percent(*rate.value)), product, [rate.into()])
    }

    /// An amount times a rate, settled as the product says; the caller words the formula.
    pub(crate) fn portion<'a>(
        &mut self,
        label: Label,
        formula: impl Display,
        product: Product,
        sources: impl IntoIterator<Item = Cited<'a>>,
    ) -> Result<Fen, Overflow> {
        let value = product.amount.portion(product.rate, product.rounding)?;
        let settled = Settled { rounding: Some(product.rounding), decimals: None };
        self.write(label, formula, value, settled, sources);
        Ok(value)
    }

    /// A rate settled half up to so many decimals, as an index or a divisor is; the caller words the formula.
    pub(crate) fn number<'a>(
        &mut self,
        label: Label,
        formula: impl Display,
        exact: Rate,
        decimals: u32,
        sources: impl IntoIterator<Item = Cited<'a>>,
    ) -> Result<Decimal, Overflow> {
        let value = Decimal::of(exact, decimals)?;
        self.write(label, formula, value, Settled { rounding: None, decimals: Some(decimals) }, sources);
        Ok(value)
    }

    /// A number that was settled to its decimals elsewhere, because no one fraction holds it.
    pub(crate) fn settled<'a>(
        &mut self,
        label: Label,
        formula: impl Display,
        value: Decimal,
        sources: impl IntoIterator<Item = Cited<'a>>,
    ) {
        self.write(label, formula, value, Settled { rounding: None, decimals: Some(value.decimals) }, sources);
    }

    /// The remainder of a whole after one part (R4).
    pub(crate) fn remainder(&mut self, label: Label, whole: Fen, part: Fen) -> Result<Fen, Overflow> {
        let value = whole.checked_sub(part)?;
        self.exact(label, format_args!("{whole} - {part}"), value, []);
        Ok(value)
    }

    /// The sum of amounts that are settled already (R3).
    pub(crate) fn sum(&mut self, label: Label, amounts: &[Fen]) -> Result<Fen, Overflow> {
        let total = amounts.iter().try_fold(Fen::ZERO, |total, amount| total.checked_add(*amount))?;
        self.exact(label, Plus(amounts), total, []);
        Ok(total)
    }

    /// A figure without any fraction to settle.
    pub(crate) fn exact<'a, F: Figure>(
        &mut self,
        label: Label,
        formula: impl Display,
        value: F,
        sources: impl IntoIterator<Item = Cited<'a>>,
    ) {
        self.write(label, formula, value, Settled { rounding: None, decimals: None }, sources);
    }

    fn write<'a, F: Figure>(
        &mut self,
        label: Label,
        formula: impl Display,
        value: F,
        settled: Settled,
        sources: impl IntoIterator<Item = Cited<'a>>,
    ) {
        if self.keeps == Keeps::Nothing {
            return;
        }
        let Settled { rounding, decimals } = settled;
        let (formula, value, measure) = (formula.to_string(), value.to_string(), F::MEASURE);
        let sources = sources.into_iter().map(Source::from).collect();
        let steps = std::mem::take(&mut self.parts);
        self.steps.push(Step { label, formula, value, measure, rounding, decimals, sources, steps });
    }
}

/// How the fraction of a figure was settled.
struct Settled {
    rounding: Option<Rounding>,
    decimals: Option<u32>,
}

/// Amounts with a plus between them; nothing at all is `0.00`.
struct Plus<'a>(&'a [Fen]);

impl Display for Plus<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.split_first() {
            Some((first, rest)) => {
                write!(f, "{first}")?;
                rest.iter().try_for_each(|amount| write!(f, " + {amount}"))
            }
            None => write!(f, "{}", Fen::ZERO),
        }
    }
}

/// An amount, what it is multiplied by and how the result is settled.
#[derive(Clone, Copy)]
pub(crate) struct Product {
    pub(crate) amount: Fen,
    pub(crate) rate: Rate,
    pub(crate) rounding: Rounding,
}

impl Product {
    /// Settled to the fen half up (R2), as most are.
    pub(crate) const fn half_up(amount: Fen, rate: Rate) -> Product {
        Product { amount, rate, rounding: Rounding::HalfUpToFen }
    }
}
