//! Which paper an employer hands in for which business (凭据): a table, each row with its source, and the counts of what the
//! reform of papers (reform 4) dropped. What is shown before one begins.

use crate::parameter::{Citation, LoadError, Status};
use crate::parameters::Rule;
use crate::reform::Reform;
use crate::reform::employer::Paper;
use crate::{FormulaError, Policy};
use kernel::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

kernel::words! {
    /// A piece of business of an employer.
    pub enum Business {
        /// 参保登记.
        Registration = "registration",
        /// 信息变更.
        Change = "change",
        /// 年检.
        Inspection = "inspection",
        /// 增减员.
        StaffChange = "staff_change",
        /// 基数申报.
        Declaration = "declaration",
        /// 补缴.
        BackPayment = "back_payment",
    }
}

kernel::words! {
    /// What is to be done with a paper.
    pub enum Duty {
        /// Handed in, or typed in its place.
        Mandatory = "mandatory",
        /// Handed in where its particulars changed.
        OnChange = "on_change",
        /// Kept and checked by the employer, shown at an audit.
        SelfKept = "self_kept",
        /// Not asked for.
        Dropped = "dropped",
    }
}

/// A row of the table.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// For what.
    pub business: Business,
    /// Which paper.
    pub paper: Paper,
    /// The reform whose switch says which of the two holds.
    pub reform: Reform,
    /// Before it.
    pub old: Duty,
    /// Since it.
    pub new: Duty,
    /// The name of its source.
    pub source: String,
}

/// The papers of a piece of business on a day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Requirements {
    /// Each paper with what is to be done with it on the day.
    pub items: Vec<(Requirement, Duty)>,
    /// How many are asked of everybody on the day.
    pub asked: usize,
    /// How many were before the reform.
    pub asked_before: usize,
    /// How many the reform has dropped by the day, those kept by the employer included.
    pub dropped: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableText {
    #[serde(rename = "title")]
    _title: String,
    #[serde(rename = "title_en")]
    _title_en: String,
    source: BTreeMap<String, SourceText>,
    item: Vec<Requirement>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceText {
    document: String,
    article: String,
    status: Status,
    tag: String,
    #[serde(rename = "remark")]
    _remark: String,
}

struct Table {
    items: Vec<Requirement>,
    sources: BTreeMap<String, Citation>,
}

const NAME: &str = "tables/requirements";

fn parse(text: &str) -> Result<Table, LoadError> {
    let unreadable = |fault: String| LoadError::Unreadable { name: NAME.to_owned(), fault };
    let file: TableText = toml::from_str(text).map_err(|fault| unreadable(fault.message().to_owned()))?;
    for (place, item) in file.item.iter().enumerate() {
        if !file.source.contains_key(&item.source) {
            return Err(unreadable(format!("no source is called {}", item.source)));
        }
        if file.item.iter().take(place).any(|other| (other.business, other.paper) == (item.business, item.paper)) {
            return Err(unreadable(format!("{}, {} stands twice", item.business, item.paper)));
        }
    }
    if let Some(absent) = Business::ALL.iter().find(|one| !file.item.iter().any(|item| item.business == **one)) {
        return Err(unreadable(format!("{absent} has no papers")));
    }
    let cite = |(name, source): (String, SourceText)| {
        let SourceText { document, article, status, tag, .. } = source;
        (name, Citation { document, article, status, tag })
    };
    Ok(Table { items: file.item, sources: file.source.into_iter().map(cite).collect() })
}

fn table() -> Result<&'static Table, FormulaError> {
    static TABLE: OnceLock<Option<Table>> = OnceLock::new();
    let read = || parse(include_str!("../../../policy/handan/tables/requirements.toml")).ok();
    TABLE.get_or_init(read).as_ref().ok_or_else(|| FormulaError::OutOfRange {
        fact: "requirements",
        allowed: "a table that can be read".to_owned(),
    })
}

/// The source of a row.
///
/// # Errors
/// Where the table cannot be read.
pub fn citation(requirement: &Requirement) -> Result<Option<&'static Citation>, FormulaError> {
    Ok(table()?.sources.get(&requirement.source))
}

/// The papers of a piece of business on a day, and how many there were before.
///
/// # Errors
/// A day before the rules.
pub fn requirements(policy: &Policy, business: Business, on: Date) -> Result<Requirements, FormulaError> {
    let mut items = Vec::new();
    for row in table()?.items.iter().filter(|row| row.business == business) {
        let duty = match row.reform.switch(policy).on(on)?.value {
            Rule::Old => row.old,
            Rule::New => row.new,
        };
        items.push((row.clone(), duty));
    }
    let asked = items.iter().filter(|(_, duty)| *duty == Duty::Mandatory).count();
    let asked_before = items.iter().filter(|(row, _)| row.old == Duty::Mandatory).count();
    Ok(Requirements { items, asked, asked_before, dropped: asked_before.saturating_sub(asked) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reform::employer;
    use kernel::AreaCode;

    const TEXT: &str = include_str!("../../../policy/handan/tables/requirements.toml");

    #[test]
    fn a_table_with_a_row_twice_a_business_absent_or_a_source_unknown_does_not_load() {
        let fault = |text: &str| parse(text).err().map(|error| error.to_string()).unwrap_or_default();
        assert_eq!(fault(TEXT), "");
        assert!(fault(&TEXT.replace("\"wage_sheet\"", "\"contract\"")).contains("stands twice"));
        assert!(fault(&TEXT.replace("\"declaration\"", "\"change\"")).contains("declaration has no papers"));
        assert!(fault(&TEXT.replace("source = \"vouchers\"", "source = \"nowhere\"")).contains("nowhere"));
    }

    #[test]
    fn the_reform_took_three_papers_of_four_and_two_of_three() {
        let policy = Policy::of(AreaCode::HANDAN).unwrap();
        let count = |business, on: &str| {
            let found = requirements(policy, business, on.parse().unwrap()).unwrap();
            (found.asked, found.asked_before, found.dropped)
        };
        assert_eq!(count(Business::Inspection, "2017-07-05"), (1, 4, 3));
        assert_eq!(count(Business::StaffChange, "2017-07-05"), (1, 3, 2));
        assert_eq!(count(Business::StaffChange, "2014-07-05"), (3, 3, 0));
    }

    #[test]
    fn the_table_and_the_rule_of_the_reform_say_the_same() {
        let policy = Policy::of(AreaCode::HANDAN).unwrap();
        for on in ["2014-07-05", "2017-07-05"] {
            let on: Date = on.parse().unwrap();
            let asked = |business| -> Vec<Paper> {
                let found = requirements(policy, business, on).unwrap();
                found.items.iter().filter(|(_, duty)| *duty == Duty::Mandatory).map(|(row, _)| row.paper).collect()
            };
            let rule = |business| employer::papers(policy, on, business).unwrap().outcome;
            assert_eq!(asked(Business::StaffChange), rule(employer::Business::StaffChange));
            assert_eq!(asked(Business::Inspection), rule(employer::Business::Inspection { changed: &[] }));
        }
    }
}
