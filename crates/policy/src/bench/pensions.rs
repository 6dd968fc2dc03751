//! Whole lives of many people: 480 months each, from the bases of forty years in memory to a pension.

use super::{BenchError, Dice, per_second, together};
use crate::parameter::{Leaf, Row, Value};
use crate::pension::Age;
use crate::pension::index::MonthBase;
use crate::pension::life::{self, Facts};
use crate::working::Working;
use crate::{NoPolicy, Policy};
use kernel::{AreaCode, Date, Fen, Month, MonthRange, Scheme};
use serde::Serialize;
use std::ops::Range;

/// What is to be recomputed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Load {
    /// How many people.
    pub people: u32,
    /// On how many threads.
    pub threads: u32,
}

/// What was measured.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Measured {
    /// People, each once.
    pub people: u32,
    /// Months of each.
    pub months: u32,
    /// Threads that recomputed them.
    pub threads: u32,
    /// How long it took.
    pub millis: u64,
    /// Lives a second, all threads together.
    pub per_s: u64,
    /// People whose figures were compared with the explained path before anything was timed.
    pub checked: u32,
    /// All pensions of a month together.
    pub pensions: Fen,
    /// All balances at retirement together.
    pub balances: Fen,
}

/// From January 2008, the first month of which the book knows the average wage.
const FIRST_YEAR: i32 = 2008;
const YEARS: usize = 40;
/// How many people are compared with the explained path.
const CHECKED: usize = 100;
/// After so many lives `progress` hears of them.
const REPORTED: usize = 1_000;

/// Recomputes the lives of people who pay from January 2008 to December 2047 and retire then: average index, account with
/// the interest of each year, pension. `progress` hears how many more are done.
///
/// # Errors
/// As [`BenchError`].
pub fn pensions(load: Load, progress: impl Fn(u64) + Sync) -> Result<Measured, BenchError> {
    let policy = carried_on(Policy::of(AreaCode::HANDAN)?)?;
    let months: Vec<Month> = span()?.months().collect();
    let retires = span()?.last();
    let people = People::new(&policy, load.people)?;
    let checked = check(&policy, &people, &months)?;
    let threads = usize::try_from(load.threads.max(1)).unwrap_or(1);
    let each = people.ages.len().div_ceil(threads).max(1);
    let mut parts: Vec<Part> =
        (0..threads).map(|thread| Part::new(thread * each..(thread + 1) * each, &people)).collect();
    let time = together(&mut parts, |part| {
        let mut bases = Vec::with_capacity(months.len());
        for row in part.rows.clone() {
            let life = life::assess_on(&policy, people.facts(row, retires, &months, &mut bases), Working::silent())?;
            part.pensions.push(life.pension.total);
            part.balances.push(life.balance);
            if part.pensions.len().is_multiple_of(REPORTED) {
                progress(u64::try_from(REPORTED).unwrap_or(0));
            }
        }
        Ok(())
    })?;
    Ok(Measured {
        people: load.people,
        months: u32::try_from(months.len()).unwrap_or(0),
        threads: load.threads.max(1),
        millis: u64::try_from(time.as_millis()).unwrap_or(u64::MAX),
        per_s: per_second(u64::from(load.people), time),
        checked,
        pensions: parts.iter().flat_map(|part| &part.pensions).sum(),
        balances: parts.iter().flat_map(|part| &part.balances).sum(),
    })
}

fn span() -> Result<MonthRange, BenchError> {
    let years = i32::try_from(YEARS).unwrap_or(0);
    Ok(MonthRange::new(Month::new(FIRST_YEAR, 1)?, Month::new(FIRST_YEAR + years - 1, 12)?)?)
}

/// No book holds forty years of average wages to come: from the last one known on they rise by 4 % a year. What has a last
/// known value for years to come, such as the crediting rate, needs nothing.
fn carried_on(policy: &Policy) -> Result<Policy, BenchError> {
    let name = "base/average_annual";
    let leaf = policy.leaf(name).cloned().ok_or(BenchError::Absent(name))?;
    let mut rows = leaf.rows;
    while let Some(Row { from, value: Value::Money(average), citation, .. }) = rows.last().cloned() {
        let from = Date::from_ymd_opt(chrono::Datelike::year(&from) + 1, 1, 1).unwrap_or(from);
        if Month::of(from)? > span()?.last() {
            break;
        }
        let average = average.portion(kernel::Rate::percent(104), kernel::Rounding::HalfUpToYuan);
        let value = Value::Money(average.map_err(crate::FormulaError::from)?);
        let to = Date::from_ymd_opt(chrono::Datelike::year(&from), 12, 31);
        rows.push(Row { from, to, value, citation, remark: None, alternatives: Vec::new() });
    }
    policy.with(Leaf { heading: leaf.heading, rows }).map_err(|fault| NoPolicy::Broken(fault).into())
}

/// The columns of all people: a base for each of the forty years, and an age in months at retirement.
struct People {
    bases: Vec<[Fen; YEARS]>,
    ages: Vec<i64>,
}

impl People {
    /// From 60 % to 300 % of the average wage, drifting from year to year; at retirement 55 to 63 years old.
    fn new(policy: &Policy, people: u32) -> Result<People, BenchError> {
        let mut averages = Vec::new();
        for month in span()?.months().step_by(12) {
            let average = policy.base.average_annual.on(month.last_day()).map_err(crate::FormulaError::from)?;
            averages.push(u64::try_from(average.value.fen()).unwrap_or(0));
        }
        let mut dice = Dice(20_471_231);
        let life = |dice: &mut Dice| {
            let mut percent = 60 + dice.below(120);
            let mut bases = [Fen::ZERO; YEARS];
            for (base, average) in bases.iter_mut().zip(&averages) {
                percent = (percent + dice.below(21)).clamp(70, 310) - 10;
                *base = Fen::new(i64::try_from(average * percent / 1200 + dice.below(100)).unwrap_or(0));
            }
            bases
        };
        let bases = (0..people).map(|_| life(&mut dice)).collect();
        let ages = (0..people).map(|_| i64::try_from(660 + dice.below(97)).unwrap_or(0)).collect();
        Ok(People { bases, ages })
    }

    /// The facts of one, each year's base paid for each of its months.
    fn facts<'a>(&self, row: usize, retires: Month, months: &[Month], bases: &'a mut Vec<MonthBase>) -> Facts<'a> {
        bases.clear();
        for (year, base) in months.chunks(12).zip(&self.bases[row]) {
            bases.extend(year.iter().map(|month| MonthBase { month: *month, base: *base }));
        }
        Facts {
            scheme: Scheme::Enterprise,
            bases,
            opening: Fen::ZERO,
            deemed_months: 0,
            deemed_index: None,
            retires,
            age: Age { months: self.ages[row] },
            calc_base: None,
            divisor: None,
        }
    }
}

/// How many people agree with the explained path: all that were looked at.
fn check(policy: &Policy, people: &People, months: &[Month]) -> Result<u32, BenchError> {
    let (retires, mut bases, mut checked) = (span()?.last(), Vec::new(), 0);
    for row in (0..people.ages.len()).step_by((people.ages.len() / CHECKED).max(1)) {
        let facts = people.facts(row, retires, months, &mut bases);
        let silent = life::assess_on(policy, facts, Working::silent())?;
        let explained = life::assess(policy, facts)?;
        let figures = |life: &life::Assessment| (life.index, life.balance, life.pension.total);
        if figures(&silent) != figures(&explained) {
            return Err(BenchError::Differs(row));
        }
        checked += 1;
    }
    Ok(checked)
}

/// What a thread works on, and what it finds.
struct Part {
    rows: Range<usize>,
    pensions: Vec<Fen>,
    balances: Vec<Fen>,
}

impl Part {
    fn new(rows: Range<usize>, people: &People) -> Part {
        let rows = rows.start.min(people.ages.len())..rows.end.min(people.ages.len());
        let (pensions, balances) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        Part { rows, pensions, balances }
    }
}
