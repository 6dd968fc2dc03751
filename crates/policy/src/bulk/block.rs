//! The loops over a block of rows, a loop a column. Nothing in them branches, so that they run on whole vectors; what they
//! multiply and add was proven to fit when the rules were read.

use super::ratings::Lookup;
use super::share::{refused, scaled};
use super::{Employees, Figures, Rules};

/// Rows a block: a column of 128 KiB. The bases and multipliers that every loop reads then stay in the second cache, and
/// each column is written in runs long enough for the memory; measured, blocks of a tenth of it are a fifth slower.
pub(super) const ROWS: usize = 1 << 15;

/// How a block went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    Assessed,
    SomeRefused,
}

/// Assesses employees into columns of as many rows.
pub(super) fn assess(
    rules: &Rules<'_>,
    employees: Employees<'_>,
    lookup: &mut Lookup,
    into: Figures<&mut [u32]>,
) -> Outcome {
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
    rules.ratings.look_up(employees, lookup);
    let ratings = injury(rules, bases, lookup, into.injury_employer);
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
fn injury(rules: &Rules<'_>, bases: &[u32], lookup: &Lookup, into: &mut [u32]) -> u32 {
    let (shift, mut seen) = (rules.ratings.shift(), 0);
    for ((figure, base), multiplier) in into.iter_mut().zip(bases).zip(&lookup.multipliers) {
        seen |= multiplier;
        *figure = scaled(*base, *multiplier, shift);
    }
    seen
}
