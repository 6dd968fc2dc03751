//! The sickness and disability allowance (病残津贴) that replaced sick retirement in enterprises from 2025:
//! 人社部发〔2024〕72号. Its details are not certain and are marked so.

use super::{Facts, enterprise};
use crate::retirement;
use crate::working::{Label, Months, Step, Working};
use crate::{FormulaError, Policy};
use kernel::Fen;

kernel::words! {
    /// Which of the three rules holds.
    pub enum Kind {
        /// Minimum months paid, near the statutory age: like a pension.
        LikePension = "like_pension",
        /// Minimum months paid, far from it: the basic pension only.
        BasicOnly = "basic_only",
        /// Minimum not reached: the basic pension for a limited time.
        Limited = "limited",
    }
}

/// The allowance and how it was computed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// Which rule.
    pub kind: Kind,
    /// What is paid a month.
    pub monthly: Fen,
    /// For how many months at most; nothing where it runs until the pension.
    pub months: Option<i64>,
    /// How it was computed.
    pub steps: Vec<Step>,
}

const LIKE_PENSION: Label =
    Label::new("allowance.like_pension", "病残津贴（按养老金计发）", "allowance like a pension");
const BASIC_ONLY: Label =
    Label::new("allowance.basic_only", "病残津贴（按基础养老金计发）", "allowance by the basic pension");
const LIMITED: Label = Label::new("allowance.limited", "病残津贴（限期发放）", "allowance for a limited time");
const MONTHS: Label = Label::new("allowance.months", "发放月数", "months of allowance");

/// 人社部发〔2024〕72号: by the months paid and the months to the statutory age. `facts.retires` is the month from which it
/// is paid.
///
/// # Errors
/// What [`super::assess`] refuses; months to the age below nothing; a month before 2025.
pub fn assess(policy: &Policy, facts: Facts, months_to_age: i64) -> Result<Assessment, FormulaError> {
    if months_to_age < 0 {
        return Err(FormulaError::OutOfRange { fact: "months_to_age", allowed: "0 or more".to_owned() });
    }
    let on = facts.retires.first_day();
    let near = policy.allowance.near_age.on(on)?;
    let entitled = retirement::entitlement(policy, facts.retires, facts.months)?;
    let mut working = Working::default();
    let mut parts = working.branch();
    let (kind, label, monthly) = match (entitled.missing_months, months_to_age <= *near.value) {
        (0, true) => {
            let pension = enterprise::assess_on(policy, facts, working.branch())?;
            parts = Working::of(pension.steps);
            (Kind::LikePension, LIKE_PENSION, pension.total)
        }
        (0, false) => (Kind::BasicOnly, BASIC_ONLY, enterprise::basic_alone(policy, facts, &mut parts)?),
        (_, _) => (Kind::Limited, LIMITED, enterprise::basic_alone(policy, facts, &mut parts)?),
    };
    working.made_of(parts).exact(label, monthly, monthly, [near.into()]);
    let months = match kind {
        Kind::LikePension | Kind::BasicOnly => None,
        Kind::Limited => Some(limited(policy, facts, &mut working)?),
    };
    Ok(Assessment { kind, monthly, months, steps: working.into_steps() })
}

fn limited(policy: &Policy, facts: Facts, working: &mut Working) -> Result<i64, FormulaError> {
    let on = facts.retires.first_day();
    let first = policy.allowance.short_first_months.on(on)?;
    let within = policy.allowance.short_within.on(on)?;
    let extra = policy.allowance.short_extra.on(on)?;
    let years = (facts.months - within.value).max(0).div_euclid(12);
    let months = first.value + years * extra.value;
    let formula =
        format_args!("{} + ⌊max({} - {}, 0) ÷ 12⌋ × {}", first.value, facts.months, within.value, extra.value);
    working.exact(MONTHS, formula, Months(months), [first.into(), within.into(), extra.into()]);
    Ok(months)
}
