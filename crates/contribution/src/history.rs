//! All years of a person: the months with their lines, the gaps, the totals, and how many months are left to the minimum.

use crate::{Line, LineKind, MonthSummary, PaidBy, entries, store};
use control::View;
use kernel::{Date, Fen, Month, PersonId};
use policy::{NotInForce, Policy};
use sea_orm::DbErr;
use serde::Serialize;

/// A month with everything that is known of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MonthLines {
    /// The month.
    pub month: Month,
    /// Its lines, in order of recording.
    pub lines: Vec<Line>,
    /// Their sum; the derived summary is this or it is wrong.
    pub summary: MonthSummary,
}

impl MonthLines {
    /// Whether the month counts for the pension.
    pub fn counts(&self) -> bool {
        self.summary.pension_base.is_some_and(|base| base > Fen::ZERO)
    }
}

/// Sums over months.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Totals {
    /// Months that count for the pension.
    pub months: i32,
    /// What the person paid, over all insurances.
    pub personal: Fen,
    /// What employers paid.
    pub employer: Fen,
    /// What went to the personal account.
    pub account: Fen,
}

impl Totals {
    fn add(&mut self, month: &MonthLines) {
        self.months += i32::from(month.counts());
        self.personal += month.lines.iter().map(Line::personal).sum();
        self.employer += month.lines.iter().map(Line::employer).sum();
        self.account += month.summary.pension_account.unwrap_or_default();
    }
}

/// A year with the months that have lines.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Year {
    /// The year.
    pub year: i32,
    /// Its months, in order; those without lines are absent.
    pub months: Vec<MonthLines>,
    /// Their sums.
    pub totals: Totals,
}

/// All years.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct History {
    /// Every year from the first line on, in order.
    pub years: Vec<Year>,
    /// The sums of all.
    pub totals: Totals,
    /// Months between the first that counts and the current one that do not count, in order.
    pub gaps: Vec<Month>,
}

/// How far it is to a monthly pension (社会保险法 art. 16).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Countdown {
    /// Months that count.
    pub paid: i64,
    /// Months that are needed.
    pub needed: i64,
    /// Months that are left; 0 once there are enough.
    pub left: i64,
}

/// One line flattened, for CSV: the words and figures of a row, in the order of [`COLUMNS`].
pub type Row = Vec<String>;

/// The headings of [`History::rows`], as stable keys.
pub const COLUMNS: &[&str] = &[
    "month",
    "kind",
    "payer",
    "settlement",
    "credited",
    "pension_base",
    "pension_employer",
    "pension_personal",
    "pension_account",
    "medical_base",
    "medical_employer",
    "medical_personal",
    "unemployment_base",
    "unemployment_employer",
    "unemployment_personal",
    "injury_base",
    "injury_employer",
    "maternity_base",
    "maternity_employer",
    "total",
];

/// All years of a person.
///
/// # Errors
/// The database's.
pub async fn history(view: &View, person: PersonId) -> Result<History, DbErr> {
    let mut lines = Vec::new();
    for entry in entries(view, person).await? {
        lines.append(&mut store::line::of_person(view, entry).await?);
    }
    lines.sort_by_key(|line| (line.month, line.id));
    Ok(from_lines(lines, Month::of(view.today()).ok()))
}

/// The lines of one month, in order of recording.
///
/// # Errors
/// The database's.
pub async fn lines(view: &View, person: PersonId, month: Month) -> Result<Vec<Line>, DbErr> {
    let mut lines = Vec::new();
    for entry in entries(view, person).await? {
        lines.append(&mut store::line::of_month(view, entry, month).await?);
    }
    lines.sort_by_key(|line| line.id);
    Ok(lines)
}

/// How far it is to a monthly pension, by the minimum in force on a day (the day of retirement, where it is known).
///
/// # Errors
/// Where no minimum is in force on that day.
pub fn countdown(policy: &Policy, months_paid: i32, on: Date) -> Result<Countdown, NotInForce> {
    let (paid, needed) = (i64::from(months_paid), *policy.pension.minimum_months.on(on)?.value);
    Ok(Countdown { paid, needed, left: (needed - paid).max(0) })
}

/// Lines, ordered by month and id, as years up to a month.
fn from_lines(lines: Vec<Line>, until: Option<Month>) -> History {
    let mut years: Vec<Year> = Vec::new();
    let mut totals = Totals::default();
    for month in by_month(lines) {
        if years.last().is_none_or(|year| year.year != month.month.year()) {
            years.push(Year { year: month.month.year(), months: Vec::new(), totals: Totals::default() });
        }
        totals.add(&month);
        if let Some(year) = years.last_mut() {
            year.totals.add(&month);
            year.months.push(month);
        }
    }
    let gaps = gaps(&years, until);
    History { years, totals, gaps }
}

fn by_month(lines: Vec<Line>) -> Vec<MonthLines> {
    let mut months: Vec<MonthLines> = Vec::new();
    for line in lines {
        match months.last_mut().filter(|month| month.month == line.month) {
            Some(month) => {
                month.summary = month.summary.with(&line);
                month.lines.push(line);
            }
            None => {
                let (month, summary) = (line.month, MonthSummary::of(&line));
                months.push(MonthLines { month, lines: vec![line], summary });
            }
        }
    }
    months
}

fn gaps(years: &[Year], until: Option<Month>) -> Vec<Month> {
    let counted: Vec<Month> =
        years.iter().flat_map(|year| &year.months).filter(|month| month.counts()).map(|month| month.month).collect();
    let (Some(first), Some(until)) = (counted.first(), until) else { return Vec::new() };
    let all = (0..=until.since(*first)).filter_map(|offset| first.plus(offset).ok());
    all.filter(|month| counted.binary_search(month).is_err()).collect()
}

impl History {
    /// Every line as a row of words and figures under [`COLUMNS`].
    pub fn rows(&self) -> impl Iterator<Item = Row> {
        self.years.iter().flat_map(|year| &year.months).flat_map(|month| &month.lines).map(row)
    }
}

fn row(line: &Line) -> Row {
    let fen = |amount: Option<Fen>| amount.map_or_else(String::new, |amount| amount.to_string());
    let (kind, payer): (LineKind, PaidBy) = (line.kind, line.payer);
    let (pension, medical, unemployment) = (line.pension, line.medical, line.unemployment);
    vec![
        line.month.to_string(),
        kind.to_string(),
        payer.to_string(),
        line.settlement.to_string(),
        line.credited.to_string(),
        fen(pension.map(|p| p.base)),
        fen(pension.and_then(|p| p.employer)),
        fen(pension.map(|p| p.personal)),
        fen(pension.map(|p| p.account)),
        fen(medical.map(|p| p.base)),
        fen(medical.and_then(|p| p.employer)),
        fen(medical.and_then(|p| p.personal)),
        fen(unemployment.map(|p| p.base)),
        fen(unemployment.and_then(|p| p.employer)),
        fen(unemployment.and_then(|p| p.personal)),
        fen(line.injury.map(|p| p.base)),
        fen(line.injury.map(|p| p.employer)),
        fen(line.maternity.map(|p| p.base)),
        fen(line.maternity.map(|p| p.employer)),
        line.total().to_string(),
    ]
}
