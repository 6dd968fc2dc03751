//! The medical contribution of a flexible worker: a share of the average wage, with or without a personal account.
//! Handan's figures are those of the article's time; later ones are not known and so not in force.

use crate::working::{Label, Step, Working};
use crate::{FormulaError, Policy, base};
use kernel::{Fen, Month, Rate};

kernel::words! {
    /// What the worker chose.
    pub enum Cover {
        /// 不建个人账户.
        PooledOnly = "pooled_only",
        /// 建个人账户.
        WithAccount = "with_account",
    }
}

/// What is known of one month.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts {
    /// The fee month.
    pub month: Month,
    /// What the worker chose.
    pub cover: Cover,
}

/// The contribution of one month and how it was computed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// The monthly average wage, to the fen.
    pub base: Fen,
    /// What the worker pays.
    pub total: Fen,
    /// How it was computed.
    pub steps: Vec<Step>,
}

const TOTAL: Label = Label { key: "medical_flexible.total", zh: "医疗保险应缴", en: "medical contribution" };

/// The article: a flexible worker pays 4.2 % of the average wage without account, or 8 % with one. The average of the
/// province stands in for the local one, which is not known (SF6).
///
/// # Errors
/// A parameter that is not in force.
pub fn assess(policy: &Policy, facts: Facts) -> Result<Assessment, FormulaError> {
    assess_on(policy, facts, Working::default())
}

/// The same on a sheet that may keep nothing.
pub(crate) fn assess_on(policy: &Policy, facts: Facts, mut working: Working) -> Result<Assessment, FormulaError> {
    let on = facts.month.first_day();
    let rate = match facts.cover {
        Cover::PooledOnly => policy.medical.flexible_pooled_only.on(on)?,
        Cover::WithAccount => policy.medical.flexible_with_account.on(on)?,
    };
    let base = base::of_average(policy, facts.month, Rate::new(100, 1)?, &mut working)?;
    let total = working.share(TOTAL, base, rate)?;
    Ok(Assessment { base, total, steps: working.into_steps() })
}
