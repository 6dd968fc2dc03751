//! The pension contribution of a flexible worker (灵活就业人员): 国发〔2005〕38号, 国办发〔2019〕13号.

use crate::parameters::BasisOfChoice;
use crate::working::{Label, Step, Working};
use crate::{FormulaError, Policy, base};
use kernel::{Fen, Month, Rate};
use std::ops::RangeInclusive;

/// What the worker chose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Choice {
    /// A percentage of the average wage: 60 is 60 %.
    Percent(Rate),
    /// A base within the limits.
    Base(Fen),
}

/// What is known of one month.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts {
    /// The fee month; it selects the rates.
    pub month: Month,
    /// The month on whose limits it is paid, from [`base::limits_month`]; the fee month itself once they are published.
    pub limits_of: Month,
    /// What the worker chose.
    pub choice: Choice,
}

impl Facts {
    /// A month paid on its own limits.
    pub const fn new(month: Month, choice: Choice) -> Facts {
        Facts { month, limits_of: month, choice }
    }
}

/// The contribution of one month and how it was computed. The parts add up to the total.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// The base.
    pub base: Fen,
    /// What the worker pays.
    pub total: Fen,
    /// Of which to the personal account.
    pub account: Fen,
    /// Of which to the pooled fund.
    pub pooled: Fen,
    /// How it was computed.
    pub steps: Vec<Step>,
}

/// One tier of the menu.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tier {
    /// The percentage of the average wage.
    pub percent: i64,
    /// What it costs.
    pub assessment: Assessment,
}

/// What may be chosen in a month.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Menu {
    /// The usual tiers, from the lowest up.
    pub tiers: Vec<Tier>,
    /// Where any percentage may be chosen: from the lowest to the highest. Nothing where only the tiers are offered.
    pub range: Option<RangeInclusive<i64>>,
}

impl Menu {
    /// Whether a percentage may be chosen.
    pub fn offers(&self, percent: Rate) -> bool {
        let whole = |percent: i64| Rate::new(percent, 1).ok();
        match &self.range {
            Some(range) => whole(*range.start()) <= Some(percent) && Some(percent) <= whole(*range.end()),
            None => self.tiers.iter().any(|tier| whole(tier.percent) == Some(percent)),
        }
    }
}

const TOTAL: Label = Label { key: "flexible.total", zh: "应缴合计", en: "contribution" };
const ACCOUNT: Label = Label { key: "flexible.account", zh: "计入个人账户", en: "to the personal account" };
const POOLED: Label = Label { key: "flexible.pooled", zh: "计入统筹基金", en: "to the pooled fund" };

/// 国发〔2005〕38号: a flexible worker pays 20 % of the base, of which 8 % of the base go to the personal account and the
/// remainder to the pooled fund (R4).
///
/// # Errors
/// A percentage or base outside the limits; a parameter that is not in force.
pub fn assess(policy: &Policy, facts: Facts) -> Result<Assessment, FormulaError> {
    assess_on(policy, facts, Working::default())
}

/// The same on a sheet that may keep nothing.
pub(crate) fn assess_on(policy: &Policy, facts: Facts, mut working: Working) -> Result<Assessment, FormulaError> {
    let base = match facts.choice {
        Choice::Percent(percent) => {
            in_range(policy, facts.month, percent)?;
            base::of_percent(policy, facts.limits_of, percent, &mut working)?
        }
        Choice::Base(named) => base::named(policy, facts.limits_of, named, &mut working)?,
    };
    let on = facts.month.first_day();
    let total = working.share(TOTAL, base, policy.pension.flexible_total.on(on)?)?;
    let account = working.share(ACCOUNT, base, policy.pension.flexible_account.on(on)?)?;
    let pooled = working.remainder(POOLED, total, account)?;
    Ok(Assessment { base, total, account, pooled, steps: working.into_steps() })
}

/// The tiers offered for a month, each with its base and amounts, and whether any percentage between may be chosen.
/// Pay on the limits of `limits_of` ([`base::limits_month`]).
///
/// # Errors
/// A parameter that is not in force in that month.
pub fn menu(policy: &Policy, month: Month, limits_of: Month) -> Result<Menu, FormulaError> {
    let on = month.first_day();
    let tier = |percent: &i64| {
        let choice = Choice::Percent(Rate::new(*percent, 1)?);
        Ok(Tier { percent: *percent, assessment: assess(policy, Facts { month, limits_of, choice })? })
    };
    let tiers = policy.flexible.menu.on(on)?.value.iter().map(tier).collect::<Result<_, FormulaError>>()?;
    let range = match policy.flexible.choice.on(on)?.value {
        BasisOfChoice::Tiers => None,
        BasisOfChoice::Range => Some(*policy.flexible.lowest.on(on)?.value..=*policy.flexible.highest.on(on)?.value),
    };
    Ok(Menu { tiers, range })
}

fn in_range(policy: &Policy, month: Month, percent: Rate) -> Result<(), FormulaError> {
    let on = month.first_day();
    let (lowest, highest) = (*policy.flexible.lowest.on(on)?.value, *policy.flexible.highest.on(on)?.value);
    if percent < Rate::new(lowest, 1)? || percent > Rate::new(highest, 1)? {
        return Err(FormulaError::OutOfRange { fact: "percent", allowed: format!("from {lowest} to {highest}") });
    }
    Ok(())
}
