//! "How was this computed": the steps of a formula as a page shows them, each with its law and how far it is trusted.

use crate::page::{Page, address};
use kernel::{Fen, Rounding};
use policy::{Measure, Source, Step, Unit, Value};

/// One step, in the visitor's language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StepWords {
    /// What it gives.
    pub label: String,
    /// The formula with the numbers put in.
    pub formula: String,
    /// The value with its unit.
    pub value: String,
    /// How a fraction was settled.
    pub rounding: Option<String>,
    /// The law.
    pub sources: Vec<SourceWords>,
}

/// The law of a figure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceWords {
    /// What the parameter is called.
    pub title: String,
    /// The address of its page.
    pub href: String,
    /// The document and its article.
    pub citation: String,
    /// Since when.
    pub from: String,
    /// How far it is trusted: `confirmed`, `recalled` or `uncertain`.
    pub status: &'static str,
}

/// The steps in the visitor's language.
pub fn words(page: &Page, steps: &[Step]) -> Vec<StepWords> {
    policy::flat(steps).into_iter().map(|step| of(page, step)).collect()
}

fn of(page: &Page, step: &Step) -> StepWords {
    StepWords {
        label: page.either(step.label.zh, step.label.en).to_owned(),
        formula: formula(page, &step.formula),
        value: value(page, step),
        rounding: step
            .rounding
            .filter(|_| step.formula != step.value)
            .map(|rounding| page.t(rounding_key(rounding)).into_owned()),
        sources: step.sources.iter().map(|source| source_words(page, source)).collect(),
    }
}

/// The law of one figure in the visitor's language.
pub fn source_words(page: &Page, source: &Source) -> SourceWords {
    SourceWords {
        title: page.either(&source.heading.title, &source.heading.title_en).to_owned(),
        href: address(&format!("/rules/{}", source.heading.name), []),
        citation: format!("{} {}", source.citation.document, source.citation.article),
        from: page.date(&source.from),
        status: source.citation.status.as_str(),
    }
}

/// `min(max(a, b), c)` is a formula for engineers; people read "not below b, not above c".
fn formula(page: &Page, text: &str) -> String {
    let between = text.strip_prefix("min(max(").and_then(|rest| rest.strip_suffix(')'));
    if let Some((amount, floor, ceiling)) = between.and_then(|rest| {
        let (amount, rest) = rest.split_once(", ")?;
        let (floor, ceiling) = rest.split_once("), ")?;
        Some((amount, floor, ceiling))
    }) {
        return page.w("working-between", &[("amount", amount), ("floor", floor), ("ceiling", ceiling)]).into_owned();
    }
    let capped =
        text.strip_prefix("min(").and_then(|rest| rest.strip_suffix(')')).and_then(|rest| rest.split_once(", "));
    match capped {
        Some((amount, cap)) => page.w("working-at-most", &[("amount", amount), ("cap", cap)]).into_owned(),
        None => text.replace(" - ", " − "),
    }
}

fn value(page: &Page, step: &Step) -> String {
    match step.measure {
        Measure::Yuan => step.value.parse::<Fen>().map_or_else(|_| step.value.clone(), |amount| page.yuan(&amount)),
        Measure::Days => page.w("working-days", &[("count", &step.value)]).into_owned(),
        Measure::Months => page.w("value-months", &[("count", &step.value)]).into_owned(),
        Measure::Number | Measure::Month | Measure::Date | Measure::Word => step.value.clone(),
    }
}

/// The value of a parameter as people read it: `4,076.00 元`, `180 个月`, a word in their language.
pub fn value_words(page: &Page, value: &Value, unit: &Unit) -> String {
    let list = |items: Vec<String>| items.join(&page.t("list-separator"));
    match value {
        Value::Ratio(rate) => rate.in_percent(),
        Value::Ratios(rates) => list(rates.iter().map(|rate| rate.in_percent()).collect()),
        Value::Money(amount) => page.yuan(amount),
        Value::Count(count) => counted(page, *count, *unit),
        Value::Counts(counts) => list(counts.iter().map(|count| counted(page, *count, *unit)).collect()),
        Value::MonthDay(day) => {
            page.w("value-month-day", &[("month", &day.month.to_string()), ("day", &day.day.to_string())]).into_owned()
        }
        Value::Word(word) => page.t_of(&["word", word]).into_owned(),
    }
}

/// A whole number with its unit.
fn counted(page: &Page, count: i64, unit: Unit) -> String {
    let key = if matches!(unit, Unit::Months | Unit::MonthsList) {
        "value-months"
    } else if unit == Unit::Days {
        "working-days"
    } else if unit == Unit::WorkingDays {
        "value-working-days"
    } else if unit == Unit::Times {
        "value-times"
    } else {
        return format!("{count}%");
    };
    page.w(key, &[("count", &count.to_string())]).into_owned()
}

const fn rounding_key(rounding: Rounding) -> &'static str {
    match rounding {
        Rounding::HalfUpToFen => "rounding-fen",
        Rounding::HalfUpToYuan => "rounding-yuan",
        Rounding::UpToJiao => "rounding-jiao",
        Rounding::DownToFen => "rounding-down",
    }
}
