//! What the program says about the book of parameters: whether it loads, what is not confirmed, one value on one day.

use crate::debt;
use crate::parameter::{Leaf, Level, LoadError, Row, Status, Value};
use crate::set::{self, NoPolicy, Policy};
use kernel::{AreaCode, Date};
use std::fmt;

/// A row whose figure the agency has still to confirm.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unconfirmed {
    /// The parameter.
    pub name: String,
    /// Its title.
    pub title: String,
    /// From where the row comes.
    pub level: Level,
    /// Since when.
    pub from: Date,
    /// The value, as a person reads it.
    pub value: String,
    /// How far it is trusted.
    pub status: Status,
    /// How many other readings the sources give.
    pub alternatives: usize,
}

/// What [`check`] found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// How many files.
    pub leaves: usize,
    /// How many rows.
    pub rows: usize,
    /// What does not load.
    pub faults: Vec<LoadError>,
    /// What is not confirmed.
    pub unconfirmed: Vec<Unconfirmed>,
}

/// Why a value cannot be shown.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ShowError {
    /// No parameters for the area.
    #[error(transparent)]
    NoPolicy(#[from] NoPolicy),
    /// No such parameter; some that sound like it.
    #[error("no parameter {name} in this area; there are: {near}")]
    NoSuchParameter {
        /// What was asked for.
        name: String,
        /// Names in the same branch, or all branches.
        near: String,
    },
    /// The parameter has no row for the day.
    #[error("{name} is not in force on {on}; it is known {known}")]
    NotInForce {
        /// The parameter.
        name: String,
        /// The day.
        on: Date,
        /// For which days.
        known: String,
    },
}

/// Reads every file of the book and lists what is not confirmed.
pub fn check() -> Report {
    let (mut leaves, mut faults) = (Vec::new(), Vec::new());
    for read in set::embedded() {
        match read {
            Ok(leaf) => leaves.push(leaf),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty()
        && let Err(NoPolicy::Broken(fault)) = Policy::of(AreaCode::HANDAN)
    {
        faults.push(fault);
    }
    let rows = leaves.iter().map(|leaf| leaf.rows.len()).sum();
    let open = leaves.iter().flat_map(|leaf| leaf.rows.iter().map(move |row| (leaf, row)));
    let open = open.filter(|(_, row)| row.citation.status != Status::Confirmed);
    let cells = Policy::of(AreaCode::HANDAN).ok().and_then(Policy::debt_table).map(debt::Table::cells);
    let cells = cells.unwrap_or_default().iter().filter(|cell| cell.citation.status != Status::Confirmed);
    let unconfirmed =
        open.map(|(leaf, row)| Unconfirmed::of(leaf, row)).chain(cells.map(Unconfirmed::of_cell)).collect();
    Report { leaves: leaves.len(), rows, faults, unconfirmed }
}

impl Unconfirmed {
    fn of(leaf: &Leaf, row: &Row<Value>) -> Unconfirmed {
        Unconfirmed {
            name: leaf.heading.name.clone(),
            title: leaf.heading.title.clone(),
            level: leaf.heading.level,
            from: row.from,
            value: row.value.to_string(),
            status: row.citation.status,
            alternatives: row.alternatives.len(),
        }
    }

    /// A cell of the table of debts, since the day of the first rule that it knows.
    fn of_cell(cell: &debt::Cell) -> Unconfirmed {
        let debt::Cell { heading, citation, old, new, reform, .. } = cell;
        let rows = Policy::of(AreaCode::HANDAN).map(|policy| reform.switch(policy).rows()).unwrap_or_default();
        Unconfirmed {
            name: heading.name.clone(),
            title: heading.title.clone(),
            level: heading.level,
            from: rows.first().map(|row| row.from).unwrap_or_default(),
            value: format!("{old} → {new}"),
            status: citation.status,
            alternatives: 0,
        }
    }
}

/// As `zhijian policy check` prints it.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.faults {
            writeln!(f, "fault: {fault}")?;
        }
        for row in &self.unconfirmed {
            let others = if row.alternatives > 0 { "  (the sources disagree)" } else { "" };
            let Unconfirmed { name, title, level, from, value, status, .. } = row;
            writeln!(f, "{status:<9}  {level:<8}  {name}  {from}  {value}  {title}{others}")?;
        }
        let (faults, open) = (self.faults.len(), self.unconfirmed.len());
        writeln!(f, "{} parameters, {} rows, {faults} faults, {open} rows not confirmed", self.leaves, self.rows)
    }
}

/// One parameter on one day, as `zhijian policy show` prints it: value, dates, source.
///
/// # Errors
/// No such area or parameter; no row on that day.
pub fn show(name: &str, on: Date, area: AreaCode) -> Result<String, ShowError> {
    let policy = Policy::of(area)?;
    let leaf = policy.leaf(name).ok_or_else(|| no_such(policy, name))?;
    let Some(row) = leaf.row_on(on) else {
        return Err(ShowError::NotInForce { name: name.to_owned(), on, known: known(leaf) });
    };
    let heading = &leaf.heading;
    let mut text = format!("{} ({})\n{} = {}", heading.title, heading.title_en, heading.name, row.value);
    let to = row.to.or_else(|| next_after(leaf, row)).map_or_else(|| "…".to_owned(), |to| to.to_string());
    text.push_str(&format!("\nunit {}, {} rows, {} to {to}\n", heading.unit, heading.level, row.from));
    text.push_str(&format!("source: {}\n", row.citation));
    if let Some(remark) = &row.remark {
        text.push_str(&format!("remark: {remark}\n"));
    }
    for other in &row.alternatives {
        text.push_str(&format!("or {}: {}\n", other.value, other.citation));
    }
    Ok(text)
}

/// Which debt blocks which act on one day, as `zhijian policy debts` prints it.
///
/// # Errors
/// No such area, or one without the table; a day before the rules.
pub fn debts(on: Date, area: AreaCode) -> Result<String, ShowError> {
    let policy = Policy::of(area)?;
    crate::debt::show(policy, on).map_err(|absent| {
        let known = match policy.leaf(absent.parameter) {
            Some(leaf) => known(leaf),
            None => format!("only for {}", AreaCode::HANDAN),
        };
        ShowError::NotInForce { name: absent.parameter.to_owned(), on, known }
    })
}

impl fmt::Display for crate::Citation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} [{}; {}]", self.document, self.article, self.status, self.tag)
    }
}

fn next_after(leaf: &Leaf, row: &Row<Value>) -> Option<Date> {
    leaf.rows.iter().find(|later| later.from > row.from).and_then(|later| later.from.pred_opt())
}

pub(crate) fn known(leaf: &Leaf) -> String {
    let first = leaf.rows.first().map(|row| row.from.to_string()).unwrap_or_default();
    match leaf.rows.last().and_then(|row| row.to) {
        Some(to) => format!("from {first} to {to}"),
        None => format!("from {first} on"),
    }
}

fn no_such(policy: &Policy, name: &str) -> ShowError {
    let branch = name.split('/').next().unwrap_or_default();
    let names: Vec<&str> = policy.leaves().map(|leaf| leaf.heading.name.as_str()).collect();
    let near: Vec<&str> = names.iter().copied().filter(|other| other.split('/').next() == Some(branch)).collect();
    ShowError::NoSuchParameter { name: name.to_owned(), near: (if near.is_empty() { names } else { near }).join(", ") }
}
