//! Preview: what a month of an employer would be, before it is assessed. It writes nothing.

use crate::month_rules::MonthRules;
use crate::store::wage;
use crate::{AssessError, Parts, Sides};
use control::View;
use kernel::{EmployerId, Fen, Insurance, Month, PersonId};
use policy::bulk::Columns;
use registry::InsuredStaff;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a month would be, before it is assessed.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Preview {
    /// Whose.
    pub employer: EmployerId,
    /// Which month.
    pub month: Month,
    /// Whether the employer has declared it.
    pub declared: bool,
    /// Each person's parts.
    pub staff: Vec<(PersonId, Parts)>,
    /// Both sides, by insurance.
    pub totals: BTreeMap<Insurance, Sides>,
}

/// What each person insured in a month costs, from the wages known today. Writes nothing.
///
/// # Errors
/// [`AssessError`].
pub async fn preview(view: &View, employer: EmployerId, month: Month) -> Result<Preview, AssessError> {
    let rules = MonthRules::of(view, month)?;
    let staff = registry::insured_at(view, employer, month).await?;
    let wages = wage::in_force(view, (employer, employer), month).await?;
    let wage = |insured: &InsuredStaff| wages.get(&(employer, insured.person)).map_or(Fen::ZERO, |row| row.wage);
    let wages: Vec<Fen> = staff.iter().map(wage).collect();
    let parts = rules.parts(&staff, &wages, &mut Columns::default())?;
    let mut totals: BTreeMap<Insurance, Sides> = BTreeMap::new();
    let mut payroll = Fen::ZERO;
    for parts in &parts {
        for insurance in Insurance::ALL {
            if let Some(sides) = parts.sides(*insurance) {
                let sum = totals.entry(*insurance).or_default();
                *sum = sum.plus(sides);
            }
        }
        payroll += parts.injury.map_or(Fen::ZERO, |injury| injury.base);
    }
    if let Some(sides) = totals.get_mut(&Insurance::Injury) {
        let class = staff.iter().map(|insured| insured.injury_class).max().unwrap_or_default();
        sides.unit += rules.injury_rounding(class, payroll, *sides)?;
    }
    let declared = wage::declaration(view, employer, month).await?.is_some();
    let staff = staff.iter().map(|insured| insured.person).zip(parts).collect();
    Ok(Preview { employer, month, declared, staff, totals })
}
