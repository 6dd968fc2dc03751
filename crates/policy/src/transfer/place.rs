//! The place of benefit (待遇领取地): which of the places where a person was insured decides and pays the pension; and
//! who gets only a temporary account (临时账户) at a new place.

use crate::working::{Label, Step, Word, Working};
use crate::{FormulaError, Policy};
use kernel::{Date, Sex};
use std::fmt;

kernel::words! {
    /// What kind of relation a person has at a place.
    pub enum Kind {
        /// The relation itself.
        Ordinary = "ordinary",
        /// 临时账户: its months count where the pension is paid, and it never makes a place of benefit.
        Temporary = "temporary",
    }
}

/// A time of insurance at one place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Relation<'a> {
    /// The place, by any name that is used throughout.
    pub area: &'a str,
    /// Months paid there.
    pub months: i64,
    /// What kind of relation it was.
    pub kind: Kind,
}

/// What is known of the person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts<'a> {
    /// The day of decision; it selects how many months make a place.
    pub on: Date,
    /// The place of the household.
    pub household: &'a str,
    /// Every relation in order of time; the last one is the present one.
    pub relations: &'a [Relation<'a>],
}

/// The place and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    /// The place that decides and pays.
    pub place: String,
    /// Why.
    pub steps: Vec<Step>,
}

const AT_HOME: Label = Label::new("transfer.place_at_home", "关系在户籍地", "the relation is at the household place");
const PRESENT: Label =
    Label::new("transfer.place_present", "关系所在地缴费满规定月数", "enough months at the present place");
const EARLIER: Label =
    Label::new("transfer.place_earlier", "上一个满规定月数的参保地", "the last earlier place with enough months");
const HOUSEHOLD: Label = Label::new(
    "transfer.place_household",
    "各地均不满规定月数，归户籍地",
    "no place with enough months: the household place",
);

/// A life holds at most so many relations; more is a mistake and not computed with.
pub(crate) const RELATIONS_MAX: usize = 500;

/// 国办发〔2009〕66号: the household place where the relation is there; else the present place with ten years; else the
/// last earlier place with ten years; else the household place. Months at one place count together (累计).
///
/// # Errors
/// No relation, or too many; months that cannot be; a day before the rule.
pub fn decide(policy: &Policy, facts: Facts<'_>) -> Result<Decision, FormulaError> {
    decide_on(policy, facts, Working::default())
}

/// The same on a sheet that may keep nothing.
pub(crate) fn decide_on(policy: &Policy, facts: Facts<'_>, mut working: Working) -> Result<Decision, FormulaError> {
    check(facts.relations)?;
    let needed = policy.transfer.place_months.on(facts.on)?;
    let counting: Vec<&Relation<'_>> = facts.relations.iter().filter(|one| one.kind == Kind::Ordinary).collect();
    let at = |area: &str| months_at(&counting, area);
    let present = counting.last().map(|one| one.area);
    let (label, place) = if present == Some(facts.household) {
        (AT_HOME, facts.household)
    } else {
        match counting.iter().rev().map(|one| one.area).find(|area| at(area) >= *needed.value) {
            Some(area) if Some(area) == present => (PRESENT, area),
            Some(area) => (EARLIER, area),
            None => (HOUSEHOLD, facts.household),
        }
    };
    let formula = format_args!("{}; {} ≥ {}", facts.household, Places(&counting), needed.value);
    working.exact(label, formula, Word(place), [needed.into()]);
    Ok(Decision { place: place.to_owned(), steps: working.into_steps() })
}

/// All months at one place.
fn months_at(relations: &[&Relation<'_>], area: &str) -> i64 {
    relations.iter().filter(|one| one.area == area).map(|one| one.months).sum()
}

/// Each place once, in order of time, with all its months: the numbers that decided.
struct Places<'a>(&'a [&'a Relation<'a>]);

impl fmt::Display for Places<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, one) in self.0.iter().enumerate() {
            if !self.0.iter().take(index).any(|before| before.area == one.area) {
                let comma = if index == 0 { "" } else { ", " };
                write!(f, "{comma}{} {}", one.area, months_at(self.0, one.area))?;
            }
        }
        Ok(())
    }
}

fn check(relations: &[Relation<'_>]) -> Result<(), FormulaError> {
    if relations.is_empty() || relations.len() > RELATIONS_MAX {
        let allowed = format!("from 1 to {RELATIONS_MAX} relations, the last the present one");
        return Err(FormulaError::OutOfRange { fact: "relations", allowed });
    }
    for relation in relations {
        crate::benefit::months("relations", relation.months)?;
    }
    Ok(())
}

/// 国办发〔2009〕66号: men from 50 and women from 40 who first enrol outside the household province keep their relation
/// where it is and get a temporary account.
///
/// # Errors
/// An age that cannot be; a day before the rule.
pub fn kind_at_new_place(policy: &Policy, on: Date, sex: Sex, age_months: i64) -> Result<Kind, FormulaError> {
    let age = crate::benefit::months("age_months", age_months)?;
    let from = match sex {
        Sex::Male => policy.transfer.temporary_age_men.on(on)?,
        Sex::Female => policy.transfer.temporary_age_women.on(on)?,
    };
    Ok(if age >= *from.value { Kind::Temporary } else { Kind::Ordinary })
}
