//! "How was this computed": the steps of a formula as a page shows them, a tree in which each figure holds those that it was
//! made from, each with its law and how far it is trusted.

use crate::page::{Page, address};
use askama::Template;
use kernel::{Fen, Rounding};
use policy::{Measure, Source, Step, Unit, Value};

/// One step, in the visitor's language, with the steps that gave its numbers. It writes itself as an item of a list, and
/// each of those as an item of a list within it.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(path = "parts/step.html")]
pub struct StepWords {
    /// What it gives.
    pub label: String,
    /// The formula with the numbers put in; nothing where it would only say the value again.
    pub formula: Option<String>,
    /// The value with its unit.
    pub value: String,
    /// How a fraction was settled.
    pub rounding: Option<String>,
    /// The law.
    pub sources: Vec<SourceWords>,
    /// The steps that gave the numbers of the formula.
    pub steps: Vec<StepWords>,
    /// What opens them.
    pub within: String,
    /// Whether they are shown at once: a few are, many wait to be asked for.
    pub unfolded: Unfolded,
}

/// Whether the parts of a step are shown at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unfolded {
    /// They are.
    Yes,
    /// They wait to be asked for.
    No,
}

/// So many steps are read at a glance.
const GLANCE: usize = 4;

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
    /// The same in words.
    pub status_words: String,
}

/// The steps in the visitor's language, as trees.
pub fn words(page: &Page, steps: &[Step]) -> Vec<StepWords> {
    steps.iter().map(|step| of(page, step)).collect()
}

fn of(page: &Page, step: &Step) -> StepWords {
    let (steps, all) = (words(page, &step.steps), policy::flat(&step.steps).len());
    let shown = (step.formula != step.value).then(|| formula(page, step));
    StepWords {
        label: page.either(step.label.zh, step.label.en).to_owned(),
        rounding: shown.as_ref().and_then(|_| rounding(page, step)),
        formula: shown,
        value: value(page, step),
        sources: step.sources.iter().map(|source| source_words(page, source)).collect(),
        within: page.w("working-within", &[("count", &all.to_string())]).into_owned(),
        unfolded: if all <= GLANCE { Unfolded::Yes } else { Unfolded::No },
        steps,
    }
}

/// The law of one figure in the visitor's language.
pub fn source_words(page: &Page, source: &Source) -> SourceWords {
    let status = source.citation.status.as_str();
    SourceWords {
        title: page.either(&source.heading.title, &source.heading.title_en).to_owned(),
        href: address(&format!("/rules/{}", source.heading.name), []),
        citation: format!("{} {}", source.citation.document, source.citation.article),
        from: page.date(&source.from),
        status,
        status_words: page.t_of(&["status", status]).into_owned(),
    }
}

/// How a fraction was settled, of money or of a number.
fn rounding(page: &Page, step: &Step) -> Option<String> {
    match (step.rounding, step.decimals) {
        (Some(rounding), _) => Some(page.t(rounding_key(rounding)).into_owned()),
        (None, Some(decimals)) => {
            Some(page.w("rounding-decimals", &[("decimals", &decimals.to_string())]).into_owned())
        }
        (None, None) => None,
    }
}

/// `min(max(a, b), c)` is a formula for engineers; people read "not below b, not above c".
fn formula(page: &Page, step: &Step) -> String {
    let text = step.formula.as_str();
    let inside = |name: &str| text.strip_prefix(name).and_then(|rest| rest.strip_suffix(')'));
    let between = inside("min(max(").and_then(|rest| {
        let (amount, rest) = rest.split_once(", ")?;
        let (floor, ceiling) = rest.split_once("), ")?;
        Some((amount, floor, ceiling))
    });
    let told = if let Some((amount, floor, ceiling)) = between {
        page.w("working-between", &[("amount", amount), ("floor", floor), ("ceiling", ceiling)])
    } else if let Some((amount, other)) = inside("min(").and_then(|pair| pair.rsplit_once(", ")) {
        let key = if step.label.key == "surcharge.capped" { "working-at-most" } else { "working-smaller" };
        page.w(key, &[("amount", amount), ("cap", other)])
    } else if let Some((amount, other)) = inside("max(").and_then(|pair| pair.rsplit_once(", ")) {
        let key = if matches!(other, "0" | "0.00") { "working-not-below-nothing" } else { "working-larger" };
        page.w(key, &[("amount", amount), ("floor", other)])
    } else if step.label.key.starts_with("transfer.place") {
        text.replace("; ", &page.t("working-then")).replace(", ", &page.t("list-separator")).into()
    } else {
        text.into()
    };
    told.replace(" - ", " − ")
        .replace('⌊', &page.t("working-whole-part"))
        .replace('⌋', &page.t("working-whole-part-end"))
}

/// So many months as an age: `62 岁 6 个月`.
pub fn age_words(page: &Page, months: i64) -> String {
    in_years(page, ["age-years", "age-years-months"], months)
}

/// So many months as people count them: `29 年 6 个月`.
pub fn span_words(page: &Page, months: i64) -> String {
    if months < 12 {
        return page.w("value-months", &[("count", &months.to_string())]).into_owned();
    }
    in_years(page, ["span-years", "span-years-months"], months)
}

fn in_years(page: &Page, [whole, odd]: [&str; 2], months: i64) -> String {
    let (years, rest) = ((months / 12).to_string(), (months % 12).to_string());
    let key = if months % 12 == 0 { whole } else { odd };
    page.w(key, &[("count", &years), ("months", &rest)]).into_owned()
}

fn value(page: &Page, step: &Step) -> String {
    match step.measure {
        Measure::Yuan => step.value.parse::<Fen>().map_or_else(|_| step.value.clone(), |amount| page.yuan(&amount)),
        Measure::Days => page.w("working-days", &[("count", &step.value)]).into_owned(),
        Measure::Months => match step.value.parse() {
            Ok(months) if step.label.key == "retirement.age" => age_words(page, months),
            _ => page.w("value-months", &[("count", &step.value)]).into_owned(),
        },
        Measure::Month => step.value.parse().map_or_else(|_| step.value.clone(), |month| page.month(&month)),
        Measure::Date => step.value.parse().map_or_else(|_| step.value.clone(), |date| page.date(&date)),
        Measure::Number | Measure::Word => step.value.clone(),
    }
}

/// The value of a parameter as people read it: `4,076.00 元`, `180 个月`, a word in their language.
pub fn value_words(page: &Page, value: &Value, unit: &Unit) -> String {
    match value {
        Value::Ratio(rate) => rate.in_percent(),
        Value::Ratios(_) | Value::Counts(_) => value_items(page, value, unit).join(&page.t("list-separator")),
        Value::Money(amount) => page.yuan(amount),
        Value::Count(count) => counted(page, *count, *unit),
        Value::MonthDay(day) => {
            page.w("value-month-day", &[("month", &day.month.to_string()), ("day", &day.day.to_string())]).into_owned()
        }
        Value::Word(word) => page.t_of(&["word", word]).into_owned(),
    }
}

/// The same where there is little room: of many values the first, the last and how many there are.
pub fn value_in_short(page: &Page, value: &Value, unit: &Unit) -> String {
    match value_items(page, value, unit).as_slice() {
        [first, .., last] if value_count(value) > ROOM => {
            let count = value_count(value).to_string();
            page.w("value-many", &[("first", first), ("last", last), ("count", &count)]).into_owned()
        }
        _ => value_words(page, value, unit),
    }
}

/// So many values of a list have room in a cell.
const ROOM: usize = 8;

fn value_count(value: &Value) -> usize {
    match value {
        Value::Ratios(rates) => rates.len(),
        Value::Counts(counts) => counts.len(),
        Value::Ratio(_) | Value::Money(_) | Value::Count(_) | Value::MonthDay(_) | Value::Word(_) => 1,
    }
}

/// The values of a list, one by one: the first for the first class, grade, band or age. Nothing where it is no list.
pub fn value_items(page: &Page, value: &Value, unit: &Unit) -> Vec<String> {
    match value {
        Value::Ratios(rates) => rates.iter().map(|rate| rate.in_percent()).collect(),
        Value::Counts(counts) => counts.iter().map(|count| counted(page, *count, *unit)).collect(),
        Value::Ratio(_) | Value::Money(_) | Value::Count(_) | Value::MonthDay(_) | Value::Word(_) => Vec::new(),
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
