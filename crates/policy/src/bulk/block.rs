//! The loops over a block of rows that stays in the nearest cache. Nothing in them branches, so that they run on whole
//! vectors; what they multiply and add was proven to fit when the rules were read.

use super::share::{refused, scaled};
use super::{Employees, Figures, Rules};

/// Rows a block: its columns of 32 bits take 12 x 8 KiB.
pub(super) const ROWS: usize = 2048;

/// How a block went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    Assessed,
    SomeRefused,
}

/// Assesses at most [`ROWS`] employees into columns of as many rows.
pub(super) fn assess(rules: &Rules<'_>, employees: Employees<'_>, into: Figures<&mut [u32]>) -> Outcome {
    let shares = &rules.shares;
    let wages = rules.bases.of_wages(employees.wages, into.base);
    let bases = &*into.base;
    shares.pension_employer.of_each(bases, into.pension_employer);
    shares.pension_employee.of_each(bases, into.pension_employee);
    shares.pension_account.of_each(bases, into.pension_account);
    shares.medical_employer.of_each(bases, into.medical_employer);
    shares.medical_employee.of_each(bases, into.medical_employee);
    shares.unemployment_employer.of_each(bases, into.unemployment_employer);
    shares.unemployment_employee.of_each(bases, into.unemployment_employee);
    shares.maternity_employer.of_each(bases, into.maternity_employer);
    let ratings = injury(rules, employees, bases, into.injury_employer);
    let of_employer = [
        &*into.pension_employer,
        into.medical_employer,
        into.unemployment_employer,
        into.injury_employer,
        into.maternity_employer,
    ];
    sum(of_employer, into.employer);
    sum([into.pension_employee, into.medical_employee, into.unemployment_employee], into.employee);
    if wages < 0 || refused(ratings) { Outcome::SomeRefused } else { Outcome::Assessed }
}

fn sum<const PARTS: usize>(parts: [&[u32]; PARTS], into: &mut [u32]) {
    let parts = parts.map(|part| &part[..into.len()]);
    for (row, sum) in into.iter_mut().enumerate() {
        *sum = parts.iter().fold(0, |sum, part| sum.wrapping_add(part[row]));
    }
}

/// The multipliers put together by `|` are given back.
fn injury(rules: &Rules<'_>, employees: Employees<'_>, bases: &[u32], into: &mut [u32]) -> u32 {
    let mut multipliers = [0; ROWS];
    rules.ratings.look_up(employees, &mut multipliers);
    let (shift, mut seen) = (rules.ratings.shift(), 0);
    for ((figure, base), multiplier) in into.iter_mut().zip(bases).zip(&multipliers) {
        seen |= multiplier;
        *figure = scaled(*base, *multiplier, shift);
    }
    seen
}
