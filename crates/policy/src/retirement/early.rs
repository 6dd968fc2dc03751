//! What special hazardous work and lost working capacity ask for beside the age: 国发〔1978〕104号, 劳社部发〔1999〕8号.

use crate::parameter::Dated;
use crate::working::{Label, Months, Step, Working};
use crate::{FormulaError, Policy};
use kernel::Month;

kernel::words! {
    /// Why somebody may retire at the earlier age.
    pub enum Ground {
        /// 高空、特别繁重体力劳动.
        High = "high",
        /// 井下、高温.
        Underground = "underground",
        /// 有毒有害.
        Toxic = "toxic",
        /// 完全丧失劳动能力, certified; until 2024.
        Sick = "sick",
    }
}

/// How many months the ground asks for and how many are still missing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Condition {
    /// Months of such work, or of contribution for sick retirement.
    pub needed_months: i64,
    /// How many are missing; 0 where the condition is met.
    pub missing_months: i64,
    /// How it was computed.
    pub steps: Vec<Step>,
}

const NEEDED: Label = Label::new("early.needed_months", "提前退休所需月数", "months needed");
const MISSING: Label = Label::new("early.missing_months", "尚缺月数", "months still missing");

/// 国发〔1978〕104号 art. 1: so many months of the work, or of contribution where working capacity is lost.
///
/// # Errors
/// Months below nothing; a month in which the ground is not in force.
pub fn condition(policy: &Policy, ground: Ground, retires: Month, months: i64) -> Result<Condition, FormulaError> {
    if months < 0 {
        return Err(FormulaError::OutOfRange { fact: "months", allowed: "0 or more".to_owned() });
    }
    let needed: &Dated<i64> = match ground {
        Ground::High => &policy.retirement.special_months_high,
        Ground::Underground => &policy.retirement.special_months_underground,
        Ground::Toxic => &policy.retirement.special_months_toxic,
        Ground::Sick => &policy.retirement.sick_months,
    };
    let needed = needed.on(retires.first_day())?;
    let (needed_months, missing_months) = (*needed.value, (needed.value - months).max(0));
    let mut working = Working::default();
    let mut parts = working.branch();
    parts.exact(NEEDED, needed_months, Months(needed_months), [needed.into()]);
    let formula = format_args!("max({needed_months} - {months}, 0)");
    working.made_of(parts).exact(MISSING, formula, Months(missing_months), []);
    Ok(Condition { needed_months, missing_months, steps: working.into_steps() })
}
