//! The pension otherwise: the same life with one thing changed at a time, each row an address of its own with its working.

use super::form::Form;
use super::pension::{NAMES, PATH};
use crate::chart::{Bar, share};
use crate::page::Page;
use crate::working::{age_words, span_words};
use kernel::{Fen, Month, Rate};
use policy::contribution::flexible;
use policy::pension::{Age, outlook};
use policy::retirement::{self, Category, Entitlement};
use policy::{FormulaError, Policy};

/// The life that was asked about.
pub(super) struct Life {
    pub(super) policy: &'static Policy,
    pub(super) category: Category,
    pub(super) birth: Month,
    /// The month of the statutory age.
    pub(super) statutory: Month,
    /// The last month that is paid, where another than that of retirement was chosen.
    pub(super) until: Option<Month>,
    pub(super) facts: outlook::Facts,
}

/// Several rows that change the same thing.
pub(super) struct Group {
    /// The key of its texts.
    pub(super) key: &'static str,
    pub(super) rows: Vec<Row>,
    /// The colours of the picture that are used, each with the key of its name.
    pub(super) legend: Vec<(&'static str, &'static str)>,
}

/// The same life with one thing changed.
pub(super) struct Row {
    pub(super) label: String,
    /// What is behind the label, such as the monthly amount or the age.
    pub(super) detail: String,
    pub(super) href: String,
    pub(super) chosen: bool,
    pub(super) months: String,
    pub(super) index: String,
    pub(super) balance: Fen,
    pub(super) total: Fen,
    /// Against what was asked, with its sign.
    pub(super) difference: String,
    /// Months still missing for a monthly pension.
    pub(super) missing: Option<String>,
    pub(super) bars: Vec<Bar>,
}

/// A row that is still to be computed.
struct Change {
    label: String,
    detail: Option<String>,
    field: (&'static str, String),
    facts: outlook::Facts,
    chosen: bool,
}

impl Life {
    /// Whether so many months are enough: by the year of retirement, or of the statutory age for whoever stays longer.
    pub(super) fn entitlement(&self, retires: Month, months: i64) -> Result<Entitlement, FormulaError> {
        retirement::entitlement(self.policy, retires.min(self.statutory), months)
    }

    fn retiring(&self, retires: Month) -> outlook::Facts {
        let age = Age { months: i64::from(retires.since(self.birth)) };
        outlook::Facts { retires, age, through: self.until.unwrap_or(retires), ..self.facts }
    }
}

/// Pay more, pay longer, retire earlier or later.
pub(super) fn groups(
    page: &Page,
    form: &Form,
    life: &Life,
    asked: &outlook::Assessment,
) -> Result<Vec<Group>, FormulaError> {
    let changes = [
        ("pension-more", more(page, life)?),
        ("pension-longer", longer(page, life)),
        ("pension-when", when(page, life)),
    ];
    let several = changes.into_iter().filter(|(_, changes)| changes.len() > 1);
    let group = |(key, changes)| {
        let rows = rows(page, form, (life, asked), changes)?;
        Ok(Group { key, legend: legend(&rows), rows })
    };
    several.map(group).collect()
}

fn legend(rows: &[Row]) -> Vec<(&'static str, &'static str)> {
    let transitional = |row: &Row| row.bars.iter().any(|bar| bar.name == "transitional" && !bar.amount.is_zero());
    let mut legend = vec![("c1", "name-basic"), ("c2", "name-account")];
    if rows.iter().any(transitional) {
        legend.push(("c3", "name-transitional"));
    }
    if rows.iter().any(|row| row.missing.is_some()) {
        legend.push(("c5", "pension-legend-missing"));
    }
    legend
}

/// The tiers of the menu.
fn more(page: &Page, life: &Life) -> Result<Vec<Change>, FormulaError> {
    let paying = life.facts.paying;
    let menu = flexible::menu(life.policy, paying.month, paying.limits_of)?;
    let change = |tier: &flexible::Tier| {
        let choice = flexible::Choice::Percent(Rate::new(tier.percent, 1)?);
        let facts = outlook::Facts { paying: flexible::Facts { choice, ..paying }, ..life.facts };
        let percent = tier.percent.to_string();
        Ok(Change {
            label: page.w("pension-row-tier", &[("percent", &percent)]).into_owned(),
            detail: Some(page.w("pension-row-monthly", &[("amount", &page.yuan(&tier.assessment.total))]).into_owned()),
            field: ("percent", percent),
            chosen: choice == paying.choice,
            facts,
        })
    };
    menu.tiers.iter().map(change).collect()
}

/// Years that somebody may think of.
const YEARS: [i32; 3] = [5, 10, 20];

/// Not at all, for some years, until retirement.
fn longer(page: &Page, life: &Life) -> Vec<Change> {
    let facts = life.facts;
    let Ok(before) = Month::new(facts.statement_year, 12) else { return Vec::new() };
    let after = |years: i32| before.plus(years * 12).ok();
    let mut months: Vec<Month> = std::iter::once(before).chain(YEARS.into_iter().filter_map(after)).collect();
    months.extend([facts.through, facts.retires]);
    months.retain(|month| *month <= facts.retires);
    months.sort_unstable();
    months.dedup();
    let change = |through: Month| {
        let label = if through == before {
            page.t("pension-row-stop").into_owned()
        } else if through == facts.retires {
            page.t("pension-row-go-on").into_owned()
        } else {
            page.w("pension-row-until", &[("month", &page.month(&through))]).into_owned()
        };
        let chosen = through == facts.through.clamp(before, facts.retires);
        Change {
            label,
            detail: None,
            field: ("until", through.to_string()),
            facts: outlook::Facts { through, ..facts },
            chosen,
        }
    };
    months.into_iter().map(change).collect()
}

/// Each year from the earliest month to the latest that may be chosen.
fn when(page: &Page, life: &Life) -> Vec<Change> {
    let Ok(choice) = retirement::choice(life.policy, life.category, life.birth) else { return Vec::new() };
    let beside = |years: i32| choice.statutory.plus(years * 12).ok();
    let mut months: Vec<Month> = (-3..=3).filter_map(beside).collect();
    months.extend([choice.earliest, choice.latest, life.facts.retires]);
    let first = Month::new(life.facts.statement_year.saturating_add(1), 1).unwrap_or(choice.earliest);
    months.retain(|month| *month >= choice.earliest.max(first) && *month <= choice.latest);
    months.sort_unstable();
    months.dedup();
    let change = |retires: Month| {
        let facts = life.retiring(retires);
        Change {
            label: page.month(&retires),
            detail: Some(age_words(page, facts.age.months)),
            field: ("retire", retires.to_string()),
            facts,
            chosen: retires == life.facts.retires,
        }
    };
    months.into_iter().map(change).collect()
}

fn rows(
    page: &Page,
    form: &Form,
    (life, asked): (&Life, &outlook::Assessment),
    changes: Vec<Change>,
) -> Result<Vec<Row>, FormulaError> {
    let assess = |change: Change| Ok((outlook::assess(life.policy, change.facts)?, change));
    let assessed = changes.into_iter().map(assess).collect::<Result<Vec<_>, FormulaError>>()?;
    let widest = assessed.iter().map(|(outlook, _)| outlook.pension.total).max().unwrap_or_default();
    let row = |(outlook, change): &(outlook::Assessment, Change)| {
        let pension = &outlook.pension;
        let parts = [("basic", pension.basic), ("account", pension.account), ("transitional", pension.transitional)];
        let missing = life.entitlement(change.facts.retires, outlook.months)?.missing_months;
        let (field, value) = &change.field;
        Ok(Row {
            label: change.label.clone(),
            detail: change.detail.clone().unwrap_or_else(|| span_words(page, outlook.months_to_come)),
            href: form.link_with(PATH, &NAMES, &[(*field, value)]),
            chosen: change.chosen,
            months: span_words(page, outlook.months),
            index: outlook.index.to_string(),
            balance: outlook.balance,
            total: pension.total,
            difference: signed(pension.total.checked_sub(asked.pension.total)?),
            missing: (missing > 0).then(|| span_words(page, missing)),
            bars: share(&parts, widest),
        })
    };
    assessed.iter().map(row).collect()
}

/// With a plus before what is more.
fn signed(amount: Fen) -> String {
    if amount.is_zero() {
        "0".to_owned()
    } else if amount.is_negative() {
        amount.grouped().replace('-', "−")
    } else {
        format!("+{}", amount.grouped())
    }
}
