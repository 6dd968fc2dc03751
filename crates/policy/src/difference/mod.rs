//! What changed between two days, for whom, from what to what and by which document: `zhijian policy diff`.

mod audience;
mod words;

pub use audience::Audience;

use crate::debt;
use crate::parameter::{Citation, Leaf, Level, Row, Unit, Value};
use crate::reform::Reform;
use crate::set::{NoPolicy, Policy};
use kernel::{AreaCode, Date};
use std::fmt;
use std::sync::Arc;

/// Why two days cannot be compared.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DifferenceError {
    /// No parameters for the area.
    #[error(transparent)]
    NoPolicy(#[from] NoPolicy),
    /// The second day lies before the first.
    #[error("{to} lies before {from}: put the earlier day first")]
    Backwards {
        /// The first day.
        from: Date,
        /// The second day.
        to: Date,
    },
}

/// One thing that holds differently on the second day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// The parameter, or the cell of a table.
    pub name: String,
    /// In Chinese.
    pub title: String,
    /// In English.
    pub title_en: String,
    /// From where the rule comes.
    pub level: Level,
    /// Whom it touches.
    pub audience: Audience,
    /// Since when what holds on the second day has held, or since when nothing is known.
    pub since: Date,
    /// What held on the first day; nothing where none was known.
    pub old: Option<Value>,
    /// What holds on the second day; nothing where none is known any more.
    pub new: Option<Value>,
    /// The unit of both.
    pub unit: Unit,
    /// By which document; of the old value where there is no new one.
    pub citation: Arc<Citation>,
}

/// Everything that holds differently in an area.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// The area.
    pub area: AreaCode,
    /// The first day.
    pub from: Date,
    /// The second day.
    pub to: Date,
    /// The changes, in order of name.
    pub changes: Vec<Change>,
}

/// Compares what holds in an area on two days: every parameter, and every cell of the table of debts.
///
/// # Errors
/// No such area; days in the wrong order.
pub fn difference(from: Date, to: Date, area: AreaCode) -> Result<Difference, DifferenceError> {
    if to < from {
        return Err(DifferenceError::Backwards { from, to });
    }
    let policy = Policy::of(area)?;
    let mut changes: Vec<Change> = policy.leaves().filter_map(|leaf| of_leaf(leaf, from, to)).collect();
    changes.extend(of_debts(policy, from, to));
    Ok(Difference { area, from, to, changes })
}

fn of_leaf(leaf: &Leaf, from: Date, to: Date) -> Option<Change> {
    let (before, after) = (leaf.row_on(from), leaf.row_on(to));
    let value = |row: Option<&Row<Value>>| row.map(|row| row.value.clone());
    if value(before) == value(after) {
        return None;
    }
    let (row, since) = match (after, before) {
        (Some(after), _) => (after, after.from),
        (None, Some(before)) => (before, before.to.and_then(|last| last.succ_opt()).unwrap_or(to)),
        (None, None) => return None,
    };
    let heading = &leaf.heading;
    Some(Change {
        name: heading.name.clone(),
        title: heading.title.clone(),
        title_en: heading.title_en.clone(),
        level: heading.level,
        audience: Audience::of(&heading.name),
        since,
        old: value(before),
        new: value(after),
        unit: heading.unit,
        citation: Arc::clone(&row.citation),
    })
}

/// The cells that answer differently; none where the area has no table or its switches are not in force.
fn of_debts(policy: &Policy, from: Date, to: Date) -> Vec<Change> {
    let cells = policy.debt_table().map(debt::Table::cells).unwrap_or_default();
    let change = |cell: &debt::Cell| {
        let (old, _) = debt::read(policy, cell, from).ok()?;
        let (new, switch) = debt::read(policy, cell, to).ok()?;
        let word = |verdict: debt::Verdict| Some(Value::Word(verdict.as_str().to_owned()));
        let (title, title_en) = words::of_cell(cell);
        (old != new).then(|| Change {
            name: cell.heading.name.clone(),
            title,
            title_en,
            level: cell.heading.level,
            audience: Audience::of(&cell.heading.name),
            since: switch.from,
            old: word(old),
            new: word(new),
            unit: Unit::Text,
            citation: Arc::clone(&cell.citation),
        })
    };
    cells.iter().filter_map(change).collect()
}

impl Change {
    /// The reform whose switch this is.
    fn reform(&self) -> Option<Reform> {
        self.name.strip_prefix("reform/")?.parse().ok()
    }

    /// The change in one Chinese sentence, without its source.
    pub fn chinese(&self) -> String {
        words::chinese(self)
    }

    /// The change in one English sentence, without its source.
    pub fn english(&self) -> String {
        words::english(self)
    }
}

/// As `zhijian policy diff` prints it: a block a change, Chinese, English, source.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { area, from, to, changes } = self;
        for change in changes {
            writeln!(f, "{}  [{}]", change.name, change.level)?;
            writeln!(f, "  {}", change.chinese())?;
            writeln!(f, "  {}", change.english())?;
            writeln!(f, "  {}", change.citation)?;
        }
        writeln!(f, "{area}: {} changes from {from} to {to}", changes.len())
    }
}
