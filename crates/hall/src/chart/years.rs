//! The picture of the years: a column a year, a cell a month, so that a gap of one month in thirty years is seen at once.

use contribution::{History, MonthLines, PaidBy, Year};
use std::collections::BTreeMap;

/// The side of a cell with its gap.
const STEP: i64 = 14;
/// The room for the months' names on the left.
const LEFT: i64 = 30;

/// How a month is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Paint {
    /// An employer paid with the person.
    Employer,
    /// The person paid alone.
    Oneself,
    /// It does not count, and months around it do.
    Gap,
}

impl Paint {
    /// The name of its colour in the style sheet.
    pub const fn class(self) -> &'static str {
        match self {
            Paint::Employer => "employer",
            Paint::Oneself => "oneself",
            Paint::Gap => "gap",
        }
    }
}

/// One month.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    /// Its left edge.
    pub x: i64,
    /// Its upper edge.
    pub y: i64,
    /// How it is drawn.
    pub paint: Paint,
}

/// A row of the table that says the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The year.
    pub year: i32,
    /// Months with an employer.
    pub employer: usize,
    /// Months paid alone.
    pub oneself: usize,
    /// Months that do not count.
    pub gaps: usize,
}

/// The picture with its table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Picture {
    /// Its width; 190 high.
    pub width: i64,
    /// The months drawn.
    pub cells: Vec<Cell>,
    /// Years under it, with their places.
    pub years: Vec<(i64, i32)>,
    /// The table, newest year first.
    pub rows: Vec<Row>,
}

/// Draws a history up to a year.
pub fn picture(history: &History, until: i32) -> Picture {
    let first = history.years.first().map_or(until, |year| year.year);
    let known: BTreeMap<i32, &Year> = history.years.iter().map(|year| (year.year, year)).collect();
    let all: Vec<i32> = (first..=until.max(first)).collect();
    let step = if all.len() > 12 { 5 } else { 1 };
    let mut picture = Picture { width: LEFT, cells: Vec::new(), years: Vec::new(), rows: Vec::new() };
    for year in all {
        let x = picture.width;
        let painted = painted(year, known.get(&year).copied(), history);
        let count = |paint: Paint| painted.iter().filter(|(_, found)| *found == paint).count();
        let (employer, oneself, gaps) = (count(Paint::Employer), count(Paint::Oneself), count(Paint::Gap));
        picture.rows.insert(0, Row { year, employer, oneself, gaps });
        let cell = |(month, paint): (i32, Paint)| Cell { x, y: i64::from(month - 1) * STEP, paint };
        picture.cells.extend(painted.into_iter().map(cell));
        if (year - first) % step == 0 {
            picture.years.push((x, year));
        }
        picture.width += STEP;
    }
    picture.width += STEP;
    picture
}

fn painted(year: i32, known: Option<&Year>, history: &History) -> Vec<(i32, Paint)> {
    let counted = known.map(|year| year.months.as_slice()).unwrap_or_default();
    let paid = counted.iter().filter(|month| month.counts()).map(|month| (month.month.month(), paint(month)));
    let gaps = history.gaps.iter().filter(|month| month.year() == year).map(|month| (month.month(), Paint::Gap));
    paid.chain(gaps).collect()
}

fn paint(month: &MonthLines) -> Paint {
    let employed = month.lines.iter().any(|line| line.payer == PaidBy::Employer);
    if employed { Paint::Employer } else { Paint::Oneself }
}
