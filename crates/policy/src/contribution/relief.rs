//! Temporary relief of the employer's pension contribution in 2020 (阶段性减免): 人社部发〔2020〕11号, 49号. It lowers what the
//! employer pays; the worker's part and the account stay whole.

use crate::working::{Label, Percent, Product, Step, Working};
use crate::{FormulaError, Policy};
use kernel::{Fen, Month};

kernel::words! {
    /// How large an employer is.
    pub enum Size {
        /// 中小微企业.
        SmallOrMedium = "small_or_medium",
        /// 大型企业 and units that are treated like them.
        Large = "large",
    }
}

/// What the relief takes off and what remains. `relieved + due` is the whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// What need not be paid.
    pub relieved: Fen,
    /// What remains to be paid.
    pub due: Fen,
    /// How it was computed.
    pub steps: Vec<Step>,
}

const RELIEVED: Label = Label::new("relief.relieved", "阶段性减免", "temporary relief");
const NONE: Label = Label::new("relief.none", "无减免", "no relief");
const DUE: Label = Label::new("relief.due", "减免后单位应缴", "employer's due after the relief");

/// 人社部发〔2020〕11号: small and medium firms pay nothing from 2020-02 to 2020-12, large ones half until 2020-06.
///
/// # Errors
/// An amount below nothing.
pub fn assess(policy: &Policy, month: Month, size: Size, employer: Fen) -> Result<Assessment, FormulaError> {
    if employer.is_negative() {
        return Err(FormulaError::OutOfRange { fact: "employer", allowed: "0.00 or more".to_owned() });
    }
    let relief = match size {
        Size::SmallOrMedium => &policy.pension.relief_small,
        Size::Large => &policy.pension.relief_large,
    };
    let mut working = Working::default();
    let mut parts = working.branch();
    let relieved = match relief.on(month.first_day()) {
        Ok(share) => {
            let formula = format_args!("{employer} × {}", Percent(*share.value));
            parts.portion(RELIEVED, formula, Product::half_up(employer, *share.value), [share.into()])?
        }
        // Outside its months there is none: the rule is an exception and not a rate.
        Err(_) => {
            parts.exact(NONE, Fen::ZERO, Fen::ZERO, []);
            Fen::ZERO
        }
    };
    let due = working.made_of(parts).remainder(DUE, employer, relieved)?;
    Ok(Assessment { relieved, due, steps: working.into_steps() })
}
