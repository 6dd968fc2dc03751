//! Unemployment benefit (失业保险金): for how many months, and how much. 社会保险法 art. 45 to 47.

use crate::working::{Label, Months, Percent, Product, Step, Working};
use crate::{FormulaError, Policy};
use kernel::{Date, Fen, Month, Rate};

/// What is known of a spell of unemployment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts {
    /// The day of registration; it selects the bands.
    pub on: Date,
    /// Months that employer and worker paid before it, counted anew since the last spell.
    pub paid_months: i64,
    /// Months of the earlier right that were not drawn.
    pub carried_months: i64,
}

/// The right in months and how it was computed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Duration {
    /// Months, at most.
    pub months: i64,
    /// How it was computed.
    pub steps: Vec<Step>,
}

kernel::words! {
    /// Which minimum wage holds in the county.
    pub enum WageTier {
        /// 最高档.
        Highest = "highest",
        /// 中间档.
        Middle = "middle",
        /// 最低档.
        Lowest = "lowest",
    }
}

/// The benefit in money.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Amount {
    /// A month.
    pub monthly: Fen,
    /// For all months of the right.
    pub whole: Fen,
    /// How it was computed.
    pub steps: Vec<Step>,
}

const NONE: Label =
    Label::new("unemployment.too_few_months", "缴费不满最低月数", "fewer paid months than the first band");
const BAND: Label = Label::new("unemployment.band", "按缴费月数可领月数", "months by paid time");
const CARRIED: Label =
    Label::new("unemployment.with_carried", "与前次未领月数合并", "with unused months of the earlier right");
const MONTHLY: Label = Label::new("unemployment.monthly", "每月失业保险金", "benefit a month");
const WHOLE: Label = Label::new("unemployment.whole", "失业保险金合计", "benefit for all months");

/// 社会保险法 art. 46: at most 12, 18 or 24 months by paid time; unused months of the earlier right are added, and both
/// together are at most 24. Who paid less than the first band asks has only what was carried over.
///
/// # Errors
/// Months that cannot be; more carried months than a right can have; a day before the law.
pub fn duration(policy: &Policy, facts: Facts) -> Result<Duration, FormulaError> {
    duration_on(policy, facts, Working::default())
}

/// The same on a sheet that may keep nothing.
pub(crate) fn duration_on(policy: &Policy, facts: Facts, mut working: Working) -> Result<Duration, FormulaError> {
    let Facts { on, paid_months, carried_months } = facts;
    let paid = super::months("paid_months", paid_months)?;
    let highest = policy.unemployment.benefit_months_highest.on(on)?;
    if !(0..=*highest.value).contains(&carried_months) {
        let allowed = format!("from 0 to {}", highest.value);
        return Err(FormulaError::OutOfRange { fact: "carried_months", allowed });
    }
    let mut parts = working.branch();
    let of_band = of_band(policy, on, paid, &mut parts)?;
    let months = (of_band + carried_months).min(*highest.value);
    if carried_months > 0 {
        let formula = format_args!("min({of_band} + {carried_months}, {})", highest.value);
        working.made_of(parts).exact(CARRIED, formula, Months(months), [highest.into()]);
    } else {
        working = parts;
    }
    Ok(Duration { months, steps: working.into_steps() })
}

/// The months of the highest band whose paid time is reached.
fn of_band(policy: &Policy, on: Date, paid: i64, working: &mut Working) -> Result<i64, FormulaError> {
    let from = policy.unemployment.benefit_from_months.on(on)?;
    let by_band = policy.unemployment.benefit_months.on(on)?;
    let band = super::band(from.value, paid).and_then(|band| Some((from.value.get(band)?, by_band.value.get(band)?)));
    Ok(match band {
        Some((first, months)) => {
            working.exact(BAND, format_args!("{paid} ≥ {first}"), Months(*months), [from.into(), by_band.into()]);
            *months
        }
        None => {
            let first = from.value.first().copied().unwrap_or_default();
            working.exact(NONE, format_args!("{paid} < {first}"), Months(0), [from.into()]);
            0
        }
    })
}

/// 社会保险法 art. 47: the amount is set by the province; in Hebei a share of the minimum wage of the county's tier.
///
/// # Errors
/// A month for which the share or the minimum wage is not known; months that cannot be.
pub fn amount(policy: &Policy, month: Month, tier: WageTier, months: i64) -> Result<Amount, FormulaError> {
    let months = super::months("months", months)?;
    let on = month.first_day();
    let wage = match tier {
        WageTier::Highest => policy.minimum_wage.highest.on(on)?,
        WageTier::Middle => policy.minimum_wage.middle.on(on)?,
        WageTier::Lowest => policy.minimum_wage.lowest.on(on)?,
    };
    let share = policy.unemployment.benefit_share.on(on)?;
    let mut working = Working::default();
    let mut parts = working.branch();
    let formula = format_args!("{} × {}", wage.value, Percent(*share.value));
    let product = Product::half_up(*wage.value, *share.value);
    let monthly = parts.portion(MONTHLY, formula, product, [wage.into(), share.into()])?;
    let product = Product::half_up(monthly, Rate::new(months, 1)?);
    let whole = working.made_of(parts).portion(WHOLE, format_args!("{monthly} × {months}"), product, [])?;
    Ok(Amount { monthly, whole, steps: working.into_steps() })
}
