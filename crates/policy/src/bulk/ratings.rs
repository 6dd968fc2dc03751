//! The work injury rate of each employer, by class and factor, looked up.

use super::share::{Multipliers, REFUSED, scaled};
use super::{Employees, Facts};
use crate::contribution::injury::{self, Rating};
use crate::parameter::NotInForce;
use crate::{FormulaError, Policy};

/// Every pair of two bytes: a class and a factor.
const PAIRS: usize = 1 << 16;

/// A multiplier for every pair of class and factor, all with one shift.
#[derive(Clone, Debug)]
pub(super) struct Ratings {
    multipliers: Box<[u32; PAIRS]>,
    shift: u32,
}

impl Ratings {
    /// No rates at all: every share is 0.
    pub(super) fn not_in_force() -> Ratings {
        Ratings { multipliers: Box::new([0; PAIRS]), shift: 1 }
    }

    /// The rates of a month, exact for amounts up to the bound; the second is an error where they are not in force.
    pub(super) fn of(
        policy: &Policy,
        facts: Facts,
        most: u32,
    ) -> Result<(Ratings, Result<(), NotInForce>), FormulaError> {
        let mut ratings = Ratings::not_in_force();
        let pairs = match pairs(policy, facts) {
            Ok(pairs) => pairs,
            Err(absent) => return Ok((ratings, Err(absent))),
        };
        let (mut at, mut rates, mut read) = (Vec::new(), Vec::new(), Ok(()));
        ratings.multipliers[256..].fill(REFUSED);
        for (class, factor) in pairs {
            let rating = Rating { class, factor: i64::from(factor), cut: facts.cut };
            match injury::rate(policy, facts.month, rating) {
                Ok(rate) => {
                    at.push(pair(class, factor));
                    rates.push(rate.rate());
                }
                Err(FormulaError::NotInForce(absent)) => {
                    ratings.multipliers[pair(class, factor)] = 0;
                    read = Err(absent);
                }
                Err(FormulaError::OutOfRange { .. }) => {}
                Err(FormulaError::TooLarge) => return Err(FormulaError::TooLarge),
            }
        }
        let multipliers = Multipliers::exact(&rates, most).ok_or(FormulaError::TooLarge)?;
        ratings.shift = multipliers.shift;
        for (at, multiplier) in at.into_iter().zip(multipliers.of) {
            ratings.multipliers[at] = multiplier;
        }
        Ok((ratings, read))
    }

    /// The shift that goes with every multiplier.
    pub(super) const fn shift(&self) -> u32 {
        self.shift
    }

    /// The largest share of an amount.
    pub(super) fn highest_of(&self, amount: u32) -> u32 {
        let highest = self.multipliers.iter().filter(|multiplier| **multiplier != REFUSED).max();
        scaled(amount, highest.copied().unwrap_or_default(), self.shift)
    }

    /// The multiplier of each employee's employer, into as many rows.
    pub(super) fn look_up(&self, employees: Employees<'_>, into: &mut Lookup) {
        into.pairs.resize(employees.count(), 0);
        into.multipliers.resize(employees.count(), 0);
        // Two passes, because the first runs on whole vectors.
        for ((pair, class), factor) in into.pairs.iter_mut().zip(employees.classes).zip(employees.factors) {
            *pair = u16::from_be_bytes([*class, *factor]);
        }
        for (multiplier, pair) in into.multipliers.iter_mut().zip(&into.pairs) {
            *multiplier = self.multipliers[usize::from(*pair)];
        }
    }
}

/// A block's pairs of class and factor, and the multiplier of each.
#[derive(Default)]
pub(super) struct Lookup {
    pairs: Vec<u16>,
    pub(super) multipliers: Vec<u32>,
}

fn pair(class: u8, factor: u8) -> usize {
    usize::from(u16::from_be_bytes([class, factor]))
}

/// The classes of the month, each with every factor that any class may have.
fn pairs(policy: &Policy, facts: Facts) -> Result<Vec<(u8, u8)>, NotInForce> {
    let on = facts.month.first_day();
    let classes = policy.injury.class_rates.on(on)?.value.len();
    let lists = [&policy.injury.factors_of_class_one, &policy.injury.factors_of_other_classes];
    let listed = lists.into_iter().filter_map(|list| list.on(on).ok()).flat_map(|list| list.value).copied();
    let factors: Vec<u8> = listed.chain([100]).filter_map(|factor| u8::try_from(factor).ok()).collect();
    let classes = 1..=u8::try_from(classes).unwrap_or(u8::MAX);
    Ok(classes.flat_map(|class| factors.iter().map(move |factor| (class, *factor)).collect::<Vec<_>>()).collect())
}
