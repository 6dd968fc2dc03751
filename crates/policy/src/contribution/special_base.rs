//! Bases that do not come from the wage of the month: absences of a worker, and the total of a unit (冀政〔1998〕1号实施细则).

use crate::base;
use crate::parameter::{Dated, InForce};
use crate::working::{Cited, Label, Step, Working};
use crate::{FormulaError, Policy};
use kernel::{Fen, Month, Rate};

kernel::words! {
    /// Why the wage of the month does not count.
    pub enum Absence {
        /// 停薪留职.
        LeaveWithoutPay = "leave_without_pay",
        /// 工资不明.
        UnclearWage = "unclear_wage",
        /// 下岗.
        LaidOff = "laid_off",
        /// 哺育假.
        ChildCare = "child_care",
        /// 长期病假.
        SickLeave = "sick_leave",
    }
}

kernel::words! {
    /// On what such a month is paid.
    pub enum Instead {
        /// 全省平均工资.
        AverageWage = "average_wage",
        /// 停工前一年本人平均工资.
        OwnAverage = "own_average",
    }
}

kernel::words! {
    /// What the base of a unit is.
    pub enum UnitTotal {
        /// 个人基数之和.
        SumOfBases = "sum_of_bases",
        /// 工资总额.
        Payroll = "payroll",
    }
}

/// What is known of the month.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts {
    /// The fee month.
    pub month: Month,
    /// Why the wage does not count.
    pub absence: Absence,
    /// For how many months already; asked of sick leave only.
    pub months_absent: i64,
    /// The worker's own monthly average of the year before stopping.
    pub own_average: Fen,
}

/// A base and how it was computed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// The base.
    pub base: Fen,
    /// How it was computed.
    pub steps: Vec<Step>,
}

const SUM: Label = Label::new("unit_base.sum", "单位基数（个人基数之和）", "base of the unit, sum of bases");
const PAYROLL: Label = Label::new("unit_base.payroll", "单位基数（工资总额）", "base of the unit, payroll");

/// 冀政〔1998〕1号实施细则: leave without pay and unclear wages are paid on the average wage of the province; the laid off,
/// child care and long sick leave on the own average of the year before. The limits of the month hold for both.
///
/// # Errors
/// An amount below nothing; sick leave that is not long; a parameter that is not in force in the area.
pub fn assess(policy: &Policy, facts: Facts) -> Result<Assessment, FormulaError> {
    let on = facts.month.first_day();
    let rule: &Dated<Instead> = match facts.absence {
        Absence::LeaveWithoutPay | Absence::UnclearWage => &policy.base.unpaid_leave,
        Absence::LaidOff | Absence::ChildCare => &policy.base.long_absence,
        Absence::SickLeave => {
            let above = *policy.base.sick_leave_above.on(on)?.value;
            if facts.months_absent <= above {
                let allowed = format!("above {above}: until then the wage of the month counts");
                return Err(FormulaError::OutOfRange { fact: "months_absent", allowed });
            }
            &policy.base.long_absence
        }
    };
    let rule = rule.on(on)?;
    let mut working = Working::default();
    let base = match rule.value {
        Instead::AverageWage => base::of_percent(policy, facts.month, Rate::new(100, 1)?, &mut working)?,
        Instead::OwnAverage => base::of_wage(policy, facts.month, facts.own_average, &mut working)?,
    };
    Ok(Assessment { base, steps: cited(working, rule) })
}

/// The law of the choice stands with the base that it led to.
fn cited(working: Working, rule: InForce<'_, Instead>) -> Vec<Step> {
    let mut steps = working.into_steps();
    if let Some(step) = steps.last_mut() {
        step.sources.push(Cited::from(rule).into());
    }
    steps
}

/// The base of a unit: the sum of the personal bases, or the payroll of the month where the parameter says so.
///
/// # Errors
/// Amounts below nothing or too large; a month before the first row.
pub fn of_unit(policy: &Policy, month: Month, bases: &[Fen], payroll: Fen) -> Result<Assessment, FormulaError> {
    if payroll.is_negative() || bases.iter().any(|base| base.is_negative()) {
        return Err(FormulaError::OutOfRange { fact: "payroll", allowed: "0.00 or more".to_owned() });
    }
    let rule = policy.base.unit_total.on(month.first_day())?;
    let mut working = Working::default();
    let base = match rule.value {
        UnitTotal::SumOfBases => working.sum(SUM, bases)?,
        UnitTotal::Payroll => {
            working.exact(PAYROLL, payroll, payroll, [rule.into()]);
            payroll
        }
    };
    Ok(Assessment { base, steps: working.into_steps() })
}
