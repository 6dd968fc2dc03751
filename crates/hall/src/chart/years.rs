//! The picture of the years: a column a year, a cell a month, so that a gap of one month in thirty years is seen at once.

use contribution::outline::{MonthSet, Outline};
use kernel::Month;

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
    pub employer: u32,
    /// Months paid alone.
    pub oneself: u32,
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

/// Draws the years up to a month.
pub fn picture(outline: &Outline, until: Month) -> Picture {
    let first = outline.years.first().map_or(until.year(), |year| year.year);
    let gaps = outline.gaps(until);
    let all: Vec<i32> = (first..=until.year().max(first)).collect();
    let step = if all.len() > 12 { 5 } else { 1 };
    let mut picture = Picture { width: LEFT, cells: Vec::new(), years: Vec::new(), rows: Vec::new() };
    for year in all {
        let x = picture.width;
        let (employer, oneself) = outline
            .of(year)
            .map_or((MonthSet::default(), MonthSet::default()), |known| (known.employer, known.oneself));
        let missing: Vec<i32> = gaps.iter().filter(|gap| gap.year() == year).map(|gap| gap.month()).collect();
        let painted = employer.iter().map(|month| (month, Paint::Employer));
        let painted = painted.chain(oneself.iter().map(|month| (month, Paint::Oneself)));
        let painted = painted.chain(missing.iter().map(|month| (*month, Paint::Gap)));
        picture.cells.extend(painted.map(|(month, paint)| Cell { x, y: i64::from(month - 1) * STEP, paint }));
        picture.rows.insert(0, Row { year, employer: employer.count(), oneself: oneself.count(), gaps: missing.len() });
        if (year - first) % step == 0 {
            picture.years.push((x, year));
        }
        picture.width += STEP;
    }
    picture.width += STEP;
    picture
}
