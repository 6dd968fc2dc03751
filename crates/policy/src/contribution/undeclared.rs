//! What is fixed where an employer did not declare: 社会保险法 art. 62.

use crate::working::{Label, Step, Working};
use crate::{FormulaError, Policy};
use kernel::{Fen, Month};

/// The amount fixed for the month.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// The amount.
    pub amount: Fen,
    /// How it was computed.
    pub steps: Vec<Step>,
}

const AMOUNT: Label =
    Label { key: "undeclared.amount", zh: "未申报时确定的应缴额", en: "due where none was declared" };

/// 社会保险法 art. 62: last month's due times 110 %.
///
/// # Errors
/// A month before the law; an amount that is too large.
pub fn assess(policy: &Policy, month: Month, last_month: Fen) -> Result<Assessment, FormulaError> {
    let factor = policy.base.undeclared_factor.on(month.first_day())?;
    let mut working = Working::default();
    let amount = working.share(AMOUNT, last_month, factor)?;
    Ok(Assessment { amount, steps: working.into_steps() })
}
