//! One month's contributions of many employees at once, from columns in memory: the same parameters and the same figures
//! as [`employee::assess`], without the explanations. For whoever asks why a figure is what it is, the single path tells.
//!
//! The rates of the month are brought once to multipliers that are proven exact for every base up to the ceiling, and the
//! widths of all figures are proven with them; so the loops over the columns need no check a row and run on whole vectors.
//! Refused are a negative wage and a rating that is not in the tables, with the row and the words of the single path.

mod bases;
mod block;
mod columns;
mod ratings;
mod share;

pub use columns::{Columns, Employees, Figures};

use crate::contribution::employee::{self, Shares};
use crate::contribution::injury::Rating;
use crate::parameter::{InForce, NotInForce};
use crate::working::Label;
use crate::{FormulaError, Policy};
use bases::Bases;
use kernel::{Fen, Insurance, Month, Rate};
use ratings::{Lookup, Ratings};
use share::Share;

/// What is the same for all employees of a batch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts {
    /// The fee month; it selects the rates.
    pub month: Month,
    /// The month on whose limits it is paid, from [`crate::base::limits_month`].
    pub limits_of: Month,
    /// The temporary cut of work injury rates in percent; 0 for none.
    pub cut: i64,
}

impl Facts {
    /// A month paid on its own limits, without any cut.
    pub const fn new(month: Month) -> Facts {
        Facts { month, limits_of: month, cut: 0 }
    }
}

/// Why a batch was not assessed. The columns are then without meaning.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("row {row} is refused")]
pub struct Refused {
    /// The first row that is refused, counted from 0.
    pub row: usize,
    /// Why, as the single path says it.
    #[source]
    pub why: FormulaError,
}

/// A month's figures stay below this many fen (671,088.64 yuan), far above any ceiling; so 32 bits also hold sums of them.
const FIGURE_LIMIT: i64 = 1 << 26;

/// The rules of a month, ready for columns.
#[derive(Clone, Debug)]
pub struct Rules<'a> {
    policy: &'a Policy,
    facts: Facts,
    bases: Bases,
    shares: Figures<Share>,
    ratings: Ratings,
    missing: Vec<Insurance>,
}

impl<'a> Rules<'a> {
    /// Reads the rules of a month and proves that all figures fit.
    ///
    /// # Errors
    /// No limits in the month; no rate but that of work injury; figures that do not fit ([`FormulaError::TooLarge`]).
    pub fn of(policy: &'a Policy, facts: Facts) -> Result<Rules<'a>, FormulaError> {
        let bases = Bases::of(policy, facts.limits_of)?;
        let (shares, ratings) = (Figures::<()>::default().map(|()| Share::NOTHING), Ratings::not_in_force());
        let mut rules = Rules { policy, facts, bases, shares, ratings, missing: Vec::new() };
        let mut why = None;
        for insurance in Insurance::ALL {
            if let Err(absent) = rules.read(*insurance)? {
                rules.missing.push(*insurance);
                why.get_or_insert(absent);
            }
        }
        let missing = rules.missing.iter().filter(|insurance| **insurance != Insurance::Injury).count();
        if let (true, Some(absent)) = (missing + 1 == Insurance::ALL.len(), why) {
            return Err(absent.into());
        }
        rules.prove_that_all_fits()?;
        Ok(rules)
    }

    /// What the rules were read for.
    pub const fn facts(&self) -> Facts {
        self.facts
    }

    /// The insurances whose lines are 0 for everybody because no rate is in force.
    pub fn missing(&self) -> &[Insurance] {
        &self.missing
    }

    /// Assesses every employee into the columns, which are made as long as the employees are many.
    ///
    /// # Errors
    /// As [`Refused`].
    pub fn assess(&self, employees: Employees<'_>, columns: &mut Columns) -> Result<(), Refused> {
        let count = employees.count();
        columns.each_mut().map(|column| column.resize(count, 0));
        let mut lookup = Lookup::default();
        for from in (0..count).step_by(block::ROWS) {
            let part = employees.part(from, block::ROWS);
            let into = columns.each_mut().map(|column| &mut column[from..from + part.count()]);
            if block::assess(self, part, &mut lookup, into) == block::Outcome::SomeRefused {
                return Err(self.first_refusal(part, from));
            }
        }
        Ok(())
    }

    /// Reads the rates of one insurance; `Ok(Err(_))` where they are not in force.
    fn read(&mut self, insurance: Insurance) -> Result<Result<(), NotInForce>, FormulaError> {
        let month = self.facts.month;
        let Some(shares) = (match Shares::of(self.policy, insurance, month.first_day()) {
            Ok(shares) => shares,
            Err(absent) => return Ok(Err(absent)),
        }) else {
            let read;
            (self.ratings, read) = Ratings::of(self.policy, self.facts, self.bases.highest())?;
            return Ok(read);
        };
        let share = |(_, rate): (Label, InForce<'_, Rate>)| self.bases.share(*rate.value);
        let employer = share(shares.employer)?;
        let employee = shares.employee.map(share).transpose()?.unwrap_or(Share::NOTHING);
        let account = shares.account.map(share).transpose()?.unwrap_or(Share::NOTHING);
        let to = &mut self.shares;
        match insurance {
            Insurance::Pension => {
                (to.pension_employer, to.pension_employee, to.pension_account) = (employer, employee, account);
            }
            Insurance::Medical => (to.medical_employer, to.medical_employee) = (employer, employee),
            Insurance::Unemployment => (to.unemployment_employer, to.unemployment_employee) = (employer, employee),
            Insurance::Injury => to.injury_employer = employer,
            Insurance::Maternity => to.maternity_employer = employer,
        }
        Ok(Ok(()))
    }

    /// No figure falls when the base or the rate rises, so that those of the highest base at the highest rate are the
    /// largest of all.
    fn prove_that_all_fits(&self) -> Result<(), FormulaError> {
        let highest = self.bases.highest();
        let sides = self.shares.map(|share| i64::from(share.of(highest)));
        let injury = i64::from(self.ratings.highest_of(highest));
        let largest = i64::from(highest)
            + sides.pension_employer
            + sides.pension_employee
            + sides.pension_account
            + sides.medical_employer
            + sides.medical_employee
            + sides.unemployment_employer
            + sides.unemployment_employee
            + sides.maternity_employer
            + injury;
        if largest < FIGURE_LIMIT { Ok(()) } else { Err(FormulaError::TooLarge) }
    }

    /// The single path says which row of the block is refused, and why.
    fn first_refusal(&self, block: Employees<'_>, from: usize) -> Refused {
        let Facts { month, limits_of, cut } = self.facts;
        let rows = block.wages.iter().zip(block.classes).zip(block.factors).enumerate();
        let refusal = |(row, ((wage, class), factor)): (usize, ((&Fen, &u8), &u8))| {
            let rating = (*class > 0).then(|| Rating { class: *class, factor: i64::from(*factor), cut });
            let why = employee::assess(self.policy, employee::Facts { month, limits_of, wage: *wage, rating }).err()?;
            Some(Refused { row: from + row, why })
        };
        // Where the block refuses a row, so does the single path; a property test holds the two together.
        rows.into_iter().find_map(refusal).unwrap_or(Refused { row: from, why: FormulaError::TooLarge })
    }
}
