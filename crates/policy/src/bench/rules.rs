//! One month of a city's employees, from columns in memory.

use super::memory::{Stream, copy, triad};
use super::{BenchError, Dice, median, per_second, together};
use crate::Policy;
use crate::bulk::{Columns, Employees, Facts, Figures, Rules};
use crate::contribution::employee;
use crate::contribution::injury::Rating;
use kernel::{AreaCode, Fen, Month};
use serde::Serialize;
use std::time::Duration;

/// What is to be assessed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Load {
    /// How many employees.
    pub people: u32,
    /// On how many threads at most; one alone is always measured too.
    pub threads: u32,
    /// How often everything is repeated; medians are reported.
    pub rounds: u32,
}

/// What was measured. Person-months a second unless it says otherwise.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Measured {
    /// Employees, each once a round.
    pub people: u32,
    /// The month whose rates apply.
    pub month: Month,
    /// Threads of `per_s`.
    pub threads: u32,
    /// Rounds of which medians were taken.
    pub rounds: u32,
    /// From columns in memory to columns in memory, all threads together.
    pub per_s: u64,
    /// The same on one core.
    pub one_core_per_s: u64,
    /// The fastest round of `per_s`: what the machine gives when nothing else runs on it.
    pub fastest_per_s: u64,
    /// The same on one core.
    pub one_core_fastest_per_s: u64,
    /// From columns in memory to blocks that are added up while they are in the cache, all threads together.
    pub added_up_per_s: u64,
    /// The same on one core.
    pub one_core_added_up_per_s: u64,
    /// Bytes that are read and written a person from memory to memory.
    pub bytes_a_person: u64,
    /// Bytes a second that a copy or a triad over as many bytes moves on as many threads, whichever is more.
    pub memory_bytes_per_s: u64,
    /// The same on one core.
    pub one_core_memory_bytes_per_s: u64,
    /// How many a second the memory would allow on as many threads.
    pub limit_per_s: u64,
    /// Share of it that `per_s` reaches, in percent.
    pub memory_share_percent: u64,
    /// The same on one core.
    pub one_core_memory_share_percent: u64,
    /// Persons whose figures were compared with the single, explained path before anything was timed.
    pub checked: u32,
    /// What all employers pay together.
    pub employer: Fen,
    /// What all workers pay together.
    pub employee: Fen,
}

/// How many persons are compared with the single path.
const CHECKED: usize = 5_000;
/// A wage, a class, a factor; twelve figures.
const BYTES_A_PERSON: u64 = 8 + 1 + 1 + 12 * 4;
/// The persons a block that is added up: its columns stay in the nearest caches.
const ADDED_UP_PERSONS: usize = 2048;

/// Assesses July 2017 of Handan, the last year in which the rates of all five insurances are known; `progress` hears of
/// each round.
///
/// # Errors
/// As [`BenchError`].
pub fn rules(load: Load, progress: impl Fn()) -> Result<Measured, BenchError> {
    let month = Month::new(2017, 7)?;
    let policy = Policy::of(AreaCode::HANDAN)?;
    let rules = Rules::of(policy, Facts::new(month))?;
    let city = City::new(load.people);
    let (sums, checked) = check(policy, &rules, &city)?;
    let (rounds, threads) = (load.rounds.max(1), load.threads.max(1));
    let one = Times::measure(&rules, &city, Turns { threads: 1, rounds }, &progress)?;
    let all = if threads == 1 { one } else { Times::measure(&rules, &city, Turns { threads, rounds }, &progress)? };
    let people = u64::from(load.people);
    let (per_s, one_core_per_s) = (per_second(people, all.to_memory), per_second(people, one.to_memory));
    Ok(Measured {
        people: load.people,
        month,
        threads,
        rounds,
        per_s,
        one_core_per_s,
        fastest_per_s: per_second(people, all.fastest),
        one_core_fastest_per_s: per_second(people, one.fastest),
        added_up_per_s: per_second(people, all.added_up),
        one_core_added_up_per_s: per_second(people, one.added_up),
        bytes_a_person: BYTES_A_PERSON,
        memory_bytes_per_s: all.memory_bytes_per_s,
        one_core_memory_bytes_per_s: one.memory_bytes_per_s,
        limit_per_s: all.memory_bytes_per_s / BYTES_A_PERSON,
        memory_share_percent: per_s * BYTES_A_PERSON * 100 / all.memory_bytes_per_s.max(1),
        one_core_memory_share_percent: one_core_per_s * BYTES_A_PERSON * 100 / one.memory_bytes_per_s.max(1),
        checked,
        employer: sums.employer,
        employee: sums.employee,
    })
}

/// The columns of all employees.
struct City {
    wages: Vec<Fen>,
    classes: Vec<u8>,
    factors: Vec<u8>,
}

impl City {
    /// Employers of 1 to 80 persons, each with its rating; wages from far below the floor to far above the ceiling.
    fn new(people: u32) -> City {
        let count = usize::try_from(people).unwrap_or(0);
        let (mut dice, mut left, mut rating) = (Dice(20_170_701), 0, (6, 100));
        let mut city = City { wages: Vec::with_capacity(count), classes: Vec::new(), factors: Vec::new() };
        for _ in 0..count {
            if left == 0 {
                left = 1 + dice.below(80);
                let factor = [100, 120, 150, 50, 80][usize::try_from(dice.below(5)).unwrap_or(0)];
                let class = 1 + u8::try_from(dice.below(8)).unwrap_or(0);
                rating = (class, if class == 1 { 100 } else { factor });
            }
            left -= 1;
            let wage = 150_000 + dice.below(400_000) + dice.below(4) / 3 * dice.below(1_500_000);
            city.wages.push(Fen::new(i64::try_from(wage).unwrap_or(0)));
            city.classes.push(rating.0);
            city.factors.push(rating.1);
        }
        city
    }

    fn all(&self) -> Employees<'_> {
        Employees { wages: &self.wages, classes: &self.classes, factors: &self.factors }
    }
}

/// The sums of all columns, and how many persons agree with the single path: all that were looked at.
fn check(policy: &Policy, rules: &Rules<'_>, city: &City) -> Result<(Figures<Fen>, u32), BenchError> {
    let (mut columns, all, month) = (Columns::default(), city.all(), rules.facts().month);
    rules.assess(all, &mut columns)?;
    let step = (all.count() / CHECKED).max(1);
    let mut checked = 0;
    for row in (0..all.count()).step_by(step) {
        let rating = Rating { factor: i64::from(all.factors[row]), ..Rating::of_class(all.classes[row]) };
        let facts = employee::Facts { rating: Some(rating), ..employee::Facts::new(month, all.wages[row]) };
        let single = employee::assess(policy, facts)?;
        let agrees = |mine: Figures<Fen>| {
            (mine.base, mine.employer, mine.employee) == (single.base, single.employer, single.employee)
        };
        if !columns.person(row).is_some_and(agrees) {
            return Err(BenchError::Differs(row));
        }
        checked += 1;
    }
    Ok((columns.sums(), checked))
}

#[derive(Clone, Copy)]
struct Turns {
    threads: u32,
    rounds: u32,
}

/// Medians, and the fastest round to memory.
#[derive(Clone, Copy)]
struct Times {
    to_memory: Duration,
    fastest: Duration,
    added_up: Duration,
    memory_bytes_per_s: u64,
}

/// What a thread works on.
struct Part<'a> {
    employees: Employees<'a>,
    columns: Columns,
    block: Columns,
    sums: Figures<i64>,
}

impl Times {
    fn measure(rules: &Rules<'_>, city: &City, turns: Turns, progress: impl Fn()) -> Result<Times, BenchError> {
        let threads = usize::try_from(turns.threads).unwrap_or(1);
        let each = city.all().count().div_ceil(threads).max(1);
        let mut parts: Vec<Part<'_>> =
            (0..threads).map(|thread| Part::new(city.all().part(thread * each, each))).collect();
        let bytes = u64::try_from(each).unwrap_or(0) * BYTES_A_PERSON;
        let mut streams: Vec<Stream> = (0..threads).map(|_| Stream::of_bytes(bytes)).collect();
        let [mut to_memory, mut added_up, mut copies, mut triads] = [const { Vec::new() }; 4];
        for _ in 0..turns.rounds {
            copies.push(copy(&mut streams)?);
            to_memory.push(together(&mut parts, |part| part.in_memory(rules))?);
            triads.push(triad(&mut streams)?);
            added_up.push(together(&mut parts, |part| part.added_up(rules))?);
            progress();
        }
        let copied = per_second(streams.iter().map(Stream::bytes_of_copy).sum(), median(&mut copies));
        let added = per_second(streams.iter().map(Stream::bytes_of_triad).sum(), median(&mut triads));
        let fastest = to_memory.iter().min().copied().unwrap_or_default();
        let (to_memory, added_up) = (median(&mut to_memory), median(&mut added_up));
        Ok(Times { to_memory, fastest, added_up, memory_bytes_per_s: copied.max(added) })
    }
}

impl<'a> Part<'a> {
    fn new(employees: Employees<'a>) -> Part<'a> {
        let (columns, block) = (Columns::for_persons(employees.count()), Columns::for_persons(ADDED_UP_PERSONS));
        Part { employees, columns, block, sums: Figures::default() }
    }

    fn in_memory(&mut self, rules: &Rules<'_>) -> Result<(), BenchError> {
        Ok(rules.assess(self.employees, &mut self.columns)?)
    }

    fn added_up(&mut self, rules: &Rules<'_>) -> Result<(), BenchError> {
        for from in (0..self.employees.count()).step_by(ADDED_UP_PERSONS) {
            rules.assess(self.employees.part(from, ADDED_UP_PERSONS), &mut self.block)?;
            self.sums = self.sums.with(self.block.sums(), |sum, fen| sum.wrapping_add(fen.fen()));
        }
        std::hint::black_box(&self.sums);
        Ok(())
    }
}
