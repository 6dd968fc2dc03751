//! Arrears (欠费): what is owed beyond its day, aged, by employer, person and insurance, with the surcharge of the day asked about.
//!
//! Arrears never block an employer's act (reform 1): what they mean for a person's business, `policy::debt` decides and explains.

use crate::{Claim, ClaimKind, Sides, due, store};
use control::View;
use kernel::{Date, EmployerId, Fen, Insurance, Month, PersonId};
use policy::debt::{Debt, Situation};
use policy::{FormulaError, Policy};
use registry::EmployerKind;
use sea_orm::DbErr;
use serde::Serialize;
use std::collections::BTreeMap;

kernel::words! {
    /// How old a debt is.
    pub enum Age {
        /// Up to three months late.
        UpTo3Months = "up_to_3_months",
        /// Up to a year.
        UpTo12Months = "up_to_12_months",
        /// Up to three years.
        UpTo36Months = "up_to_36_months",
        /// More.
        Over36Months = "over_36_months",
    }
}

impl Age {
    /// The age of a debt whose month is so many months back.
    pub const fn of(months: i32) -> Age {
        match months {
            ..=3 => Age::UpTo3Months,
            4..=12 => Age::UpTo12Months,
            13..=36 => Age::UpTo36Months,
            37.. => Age::Over36Months,
        }
    }
}

/// A debt beyond its day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Aged {
    /// Whose.
    pub employer: EmployerId,
    /// For whose month; all of the staff where nobody is named.
    pub person: Option<PersonId>,
    /// For what.
    pub insurance: Insurance,
    /// The fee month.
    pub month: Month,
    /// Both sides of what is not paid.
    pub principal: Sides,
    /// The surcharge up to the day asked about; the employer bears it, never the worker.
    pub surcharge: Fen,
    /// Days late.
    pub days: i64,
    /// How old.
    pub age: Age,
}

/// Why arrears cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum ArrearsError {
    /// A rule gives no figure.
    #[error("the surcharge cannot be computed")]
    Rule(#[from] FormulaError),
    /// The database failed.
    #[error("the arrears could not be read")]
    Database(#[from] DbErr),
}

/// What is owed beyond its day: of one employer, or of all, oldest first.
///
/// # Errors
/// [`ArrearsError`].
pub async fn aged(view: &View, employer: Option<EmployerId>, on: Date, limit: u64) -> Result<Vec<Aged>, ArrearsError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let claims = match employer {
        Some(employer) => store::claim::open_of(view, employer).await?,
        None => store::claim::late(view, on, limit).await?,
    };
    let policy = policy(view)?;
    let late = claims.iter().filter(|claim| is_late(claim, on));
    late.map(|claim| Ok(of_claim(policy, claim, on)?)).take(usize::try_from(limit).unwrap_or(usize::MAX)).collect()
}

fn is_late(claim: &Claim, on: Date) -> bool {
    claim.state.is_open() && claim.due < on && claim.open().total() > Fen::ZERO
}

fn policy(view: &View) -> Result<&'static Policy, DbErr> {
    Policy::of(view.area()).map_err(|e| DbErr::Custom(e.to_string()))
}

fn of_claim(policy: &Policy, claim: &Claim, on: Date) -> Result<Aged, FormulaError> {
    let since = Month::of(on).map_or(0, |now| now.since(claim.key.month));
    Ok(Aged {
        employer: claim.employer,
        person: None,
        insurance: claim.key.insurance,
        month: claim.key.month,
        principal: claim.open(),
        surcharge: claim.surcharge_on(policy, on)?,
        days: (on - claim.due).num_days(),
        age: Age::of(since),
    })
}

/// The same of one employer, person by person: each due whose claim is open, less its share of what has come for the claim.
/// Sums that were fixed provisionally, and those of an old system, are nobody's and stay with the employer.
///
/// # Errors
/// [`ArrearsError`].
pub async fn by_person(view: &View, employer: EmployerId, on: Date) -> Result<Vec<Aged>, ArrearsError> {
    let policy = policy(view)?;
    let mut all = Vec::new();
    for claim in store::claim::open_of(view, employer).await?.iter().filter(|claim| is_late(claim, on)) {
        let whole = of_claim(policy, claim, on)?;
        if matches!(claim.kind, ClaimKind::Provisional | ClaimKind::Opening) {
            all.push(whole);
            continue;
        }
        let dues = store::due::of_assessment(view, employer, claim.key.month, claim.key.number).await?;
        let mut left = claim.paid();
        for due in dues {
            let Some(owed) = due.parts.sides(claim.key.insurance) else { continue };
            // What has come is taken to have paid the first persons of the list.
            let paid = Sides { worker: left.worker.min(owed.worker), unit: left.unit.min(owed.unit) };
            left = left.minus(paid);
            let principal = owed.minus(paid);
            if principal.is_nothing() {
                continue;
            }
            let facts = policy::surcharge::Facts { principal: principal.total(), due: claim.since, paid: on };
            let surcharge = policy::surcharge::assess(policy, facts)?.amount;
            all.push(Aged { person: Some(due.person), principal, surcharge, ..whole });
        }
    }
    Ok(all)
}

/// What an employer owes beyond its day, by insurance, as the table of which debt blocks which act asks it.
///
/// # Errors
/// The database's.
pub async fn owed_by(view: &View, employer: EmployerId, on: Date) -> Result<Vec<Debt>, DbErr> {
    let situation = match is_bankrupt(view, employer).await? {
        true => Situation::OtherMonthsBankrupt,
        false => Situation::OtherMonths,
    };
    let mut sums: BTreeMap<Insurance, Fen> = BTreeMap::new();
    for claim in store::claim::open_of(view, employer).await?.iter().filter(|claim| is_late(claim, on)) {
        *sums.entry(claim.key.insurance).or_default() += claim.open().total();
    }
    Ok(sums.into_iter().map(|(insurance, amount)| Debt { insurance, situation, amount }).collect())
}

/// What is owed for a person's own months, by insurance, at every employer they had: what blocks their own business, or not.
///
/// # Errors
/// The database's.
pub async fn of_person(view: &View, person: PersonId, on: Date) -> Result<Vec<Debt>, DbErr> {
    let mut sums: BTreeMap<(Insurance, Situation), Fen> = BTreeMap::new();
    let mut bankrupt: BTreeMap<EmployerId, bool> = BTreeMap::new();
    for line in due::person_dues(view, person).await? {
        if line.due.month.last_day() >= on {
            continue;
        }
        let employer = line.due.employer;
        let is = match bankrupt.get(&employer) {
            Some(known) => *known,
            None => *bankrupt.entry(employer).or_insert(is_bankrupt(view, employer).await?),
        };
        let situation = if is { Situation::OwnMonthsBankrupt } else { Situation::OwnMonths };
        for (insurance, _) in line.states.iter().filter(|(_, state)| state.is_open()) {
            let amount = line.due.parts.sides(*insurance).map_or(Fen::ZERO, Sides::total);
            *sums.entry((*insurance, situation)).or_default() += amount;
        }
    }
    let debts = sums.into_iter().filter(|(_, amount)| *amount > Fen::ZERO);
    Ok(debts.map(|((insurance, situation), amount)| Debt { insurance, situation, amount }).collect())
}

async fn is_bankrupt(view: &View, employer: EmployerId) -> Result<bool, DbErr> {
    let employer = registry::employer(view, employer).await?;
    Ok(employer.is_some_and(|employer| employer.kind == Some(EmployerKind::Bankrupt)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debts_age_by_the_month() {
        let ages: Vec<Age> = [0, 3, 4, 12, 13, 36, 37, 400].map(Age::of).to_vec();
        let expected = [
            Age::UpTo3Months,
            Age::UpTo3Months,
            Age::UpTo12Months,
            Age::UpTo12Months,
            Age::UpTo36Months,
            Age::UpTo36Months,
            Age::Over36Months,
            Age::Over36Months,
        ];
        assert_eq!(ages, expected);
    }
}
