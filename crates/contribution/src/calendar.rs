//! The calendar of a year: what can be done with each month of a person's pension insurance.
//!
//! Months of the current year are open to flexible workers; never a month in which an employer insured them (人社部发
//! 〔2016〕132号 forbids buying past years). Until the year's limits are published a month is paid on last year's.

use crate::{QuoteError, entries, store};
use control::View;
use kernel::{Date, Insurance, Month, PersonId, RelationId, Scheme};
use policy::contribution::flexible;
use policy::{FormulaError, Policy, base};
use registry::{Payer, Relation};
use sea_orm::DbErr;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How a month stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "standing", content = "employer")]
pub enum Standing {
    /// It counts already.
    Paid,
    /// It can be paid, and is due.
    Due,
    /// It can be paid, before its time.
    Prepayable,
    /// An employer of this name insured them: it cannot be bought.
    InsuredByEmployer(String),
    /// They were not insured as a flexible worker.
    NotInsured,
    /// It is of a year that is not open.
    Closed,
}

impl Standing {
    /// Whether the month can be paid now.
    pub const fn is_payable(&self) -> bool {
        match self {
            Standing::Due | Standing::Prepayable => true,
            Standing::Paid | Standing::InsuredByEmployer(_) | Standing::NotInsured | Standing::Closed => false,
        }
    }
}

/// A month of the calendar.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MonthState {
    /// Which month.
    pub month: Month,
    /// How it stands.
    #[serde(flatten)]
    pub standing: Standing,
}

/// What the rules ask about a person, for one year of pension insurance. Read once, then everything is computed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts {
    /// Who.
    pub person: PersonId,
    /// The day on which it is asked.
    pub today: Date,
    /// Months that count already.
    pub paid: BTreeSet<Month>,
    /// Months in which an employer insured them, with its name.
    pub employers: BTreeMap<Month, String>,
    /// Months in which they insured themselves, with the relation.
    pub own: BTreeMap<Month, RelationId>,
}

impl Facts {
    /// How a month stands on the day of the facts.
    pub fn standing(&self, month: Month) -> Standing {
        let today = Month::of(self.today).ok();
        if self.paid.contains(&month) {
            Standing::Paid
        } else if let Some(employer) = self.employers.get(&month) {
            Standing::InsuredByEmployer(employer.clone())
        } else if today.map(Month::year) != Some(month.year()) {
            Standing::Closed
        } else if !self.own.contains_key(&month) {
            Standing::NotInsured
        } else if Some(month) <= today {
            Standing::Due
        } else {
            Standing::Prepayable
        }
    }

    /// Every month of their year and how it stands.
    pub fn calendar(&self, year: i32) -> Vec<MonthState> {
        months_of(year).map(|month| MonthState { month, standing: self.standing(month) }).collect()
    }
}

/// Every month of a year and how it stands.
///
/// # Errors
/// The database's; a year outside 1900 to 2199 has no months.
pub async fn calendar(view: &View, person: PersonId, year: i32) -> Result<Vec<MonthState>, DbErr> {
    Ok(facts(view, person, year).await?.calendar(year))
}

/// The tiers offered in a year with their amounts, on the limits on which its months are paid today.
///
/// # Errors
/// No parameters for the area, or one that is not in force.
pub fn menu(view: &View, year: i32) -> Result<flexible::Menu, QuoteError> {
    let policy = Policy::of(view.area())?;
    let not_a_year = |_| FormulaError::OutOfRange { fact: "year", allowed: "from 1900 to 2199".to_owned() };
    let month = Month::of(view.today()).and_then(|today| Month::new(year, today.month())).map_err(not_a_year)?;
    let limits_of = base::limits_month(policy, month, view.today()).map_err(FormulaError::from)?;
    Ok(flexible::menu(policy, month, limits_of)?)
}

/// What the rules ask about a year of a person: read once, for a calendar and quotes upon it.
///
/// # Errors
/// The database's.
pub async fn facts(view: &View, person: PersonId, year: i32) -> Result<Facts, DbErr> {
    let mut paid = BTreeSet::new();
    for entry in entries(view, person).await? {
        paid.append(&mut store::line::paid_months(view, entry, year).await?);
    }
    let relations = registry::relations(view, person).await?;
    let pension = |relation: &&Relation| {
        relation.insurance == Insurance::Pension
            && relation.scheme == Scheme::Enterprise
            && months_of(year).any(|month| relation.covers(month))
    };
    let mut facts = Facts { person, today: view.today(), paid, employers: BTreeMap::new(), own: BTreeMap::new() };
    for relation in relations.iter().filter(pension) {
        let covered = months_of(year).filter(|month| relation.covers(*month));
        match relation.payer {
            Payer::Oneself => facts.own.extend(covered.map(|month| (month, relation.id))),
            Payer::Employer(employer) => {
                let name = registry::employer(view, employer).await?.map_or_else(String::new, |employer| employer.name);
                facts.employers.extend(covered.map(|month| (month, name.clone())));
            }
        }
    }
    Ok(facts)
}

fn months_of(year: i32) -> impl Iterator<Item = Month> {
    (1..=12).filter_map(move |month| Month::new(year, month).ok())
}
