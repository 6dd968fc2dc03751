//! Work injury benefits (工伤待遇): disability by grade, nursing, death and dependants. 工伤保险条例 art. 34 to 39, 64.
//!
//! Grades 5 to 10 have two more lump sums on leaving, medical and employment, whose amounts the province sets and the
//! sources do not give: an assessment names them as missing and never as nought.

use crate::parameter::InForce;
use crate::working::{Label, Percent, Product, Step, Working};
use crate::{FormulaError, Policy};
use kernel::{Fen, Month, Rate};

/// What is known of a disabled worker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts {
    /// The month of the injury or of the decision; it selects the average wage.
    pub month: Month,
    /// The grade, 1 to 10.
    pub grade: i64,
    /// The mean contribution wage of the twelve months before.
    pub own_wage: Fen,
}

kernel::words! {
    /// Who pays.
    pub enum PaidBy {
        /// 工伤保险基金.
        Fund = "fund",
        /// 用人单位.
        Employer = "employer",
    }
}

kernel::words! {
    /// A sum that is due and whose amount the sources do not give.
    pub enum Missing {
        /// 一次性工伤医疗补助金, from the fund.
        MedicalLumpSum = "medical_lump_sum",
        /// 一次性伤残就业补助金, from the employer.
        EmploymentLumpSum = "employment_lump_sum",
    }
}

/// A monthly allowance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Allowance {
    /// A month.
    pub amount: Fen,
    /// Who pays it: the fund for grades 1 to 4, the employer for 5 and 6 where it has no suitable work.
    pub paid_by: PaidBy,
}

/// What a disabled worker is paid and how it was computed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// The own wage within its limits.
    pub own_wage_used: Fen,
    /// Once, from the fund.
    pub lump_sum: Fen,
    /// Each month, grades 1 to 6.
    pub monthly_allowance: Option<Allowance>,
    /// What else is due on leaving and is not known.
    pub missing: &'static [Missing],
    /// How it was computed.
    pub steps: Vec<Step>,
}

const LOWEST: Label = Label::new("injury.own_wage_lowest", "本人工资下限", "lowest own wage");
const HIGHEST: Label = Label::new("injury.own_wage_highest", "本人工资上限", "highest own wage");
const OWN_WAGE: Label = Label::new("injury.own_wage", "计算用本人工资", "own wage within its limits");
const LUMP_SUM: Label = Label::new("injury.lump_sum", "一次性伤残补助金", "lump sum for disability");
const ALLOWANCE: Label = Label::new("injury.monthly_allowance", "伤残津贴", "monthly allowance");
const TOP_UP: Label = Label::new("injury.top_up", "补足差额", "topped up by the difference");
const NURSING: Label = Label::new("injury.nursing", "生活护理费", "nursing allowance");

/// 工伤保险条例 art. 35 to 37: a lump sum of 27 to 7 months of own wage by grade, and for grades 1 to 6 a monthly share of
/// it. Art. 64: own wage is at least 60 % and at most 300 % of the average wage itself, not of the published limits.
///
/// # Errors
/// A grade that is not in the table; a negative wage; a month without an average wage.
pub fn assess(policy: &Policy, facts: Facts) -> Result<Assessment, FormulaError> {
    assess_on(policy, facts, Working::default())
}

/// The same on a sheet that may keep nothing.
pub(crate) fn assess_on(policy: &Policy, facts: Facts, mut working: Working) -> Result<Assessment, FormulaError> {
    let on = facts.month.first_day();
    let lump_sums = policy.injury.lump_sum_months.on(on)?;
    let of_grade = usize::try_from(facts.grade).ok().and_then(|grade| grade.checked_sub(1));
    let refused =
        || FormulaError::OutOfRange { fact: "grade", allowed: format!("from 1 to {}", lump_sums.value.len()) };
    let index = of_grade.ok_or_else(refused)?;
    let months = *lump_sums.value.get(index).ok_or_else(refused)?;
    let own_wage = own_wage(policy, facts.month, facts.own_wage, &mut working)?;
    let product = Product::half_up(own_wage, Rate::new(months, 1)?);
    let lump_sum = working.portion(LUMP_SUM, format_args!("{own_wage} × {months}"), product, [lump_sums.into()])?;
    let shares = policy.injury.allowance_shares.on(on)?;
    let monthly_allowance = match shares.value.get(index) {
        Some(share) => {
            let formula = format_args!("{own_wage} × {}", Percent(*share));
            let product = Product::half_up(own_wage, *share);
            let amount = working.portion(ALLOWANCE, formula, product, [shares.into()])?;
            Some(Allowance { amount, paid_by: payer(facts.grade) })
        }
        None => None,
    };
    let steps = working.into_steps();
    Ok(Assessment { own_wage_used: own_wage, lump_sum, monthly_allowance, missing: missing(facts.grade), steps })
}

/// 工伤保险条例 art. 35, 36: grades 1 to 4 leave work and are paid by the fund; 5 and 6 by the employer.
const fn payer(grade: i64) -> PaidBy {
    if grade <= 4 { PaidBy::Fund } else { PaidBy::Employer }
}

/// 工伤保险条例 art. 36, 37: on leaving, from grade 5 on.
const fn missing(grade: i64) -> &'static [Missing] {
    if grade <= 4 { &[] } else { Missing::ALL }
}

/// 工伤保险条例 art. 64: own wage within its limits; the average of the province stands in for the area's.
pub(super) fn own_wage(policy: &Policy, month: Month, wage: Fen, working: &mut Working) -> Result<Fen, FormulaError> {
    if wage.is_negative() {
        return Err(FormulaError::OutOfRange { fact: "own_wage", allowed: "0.00 or more".to_owned() });
    }
    let on = month.first_day();
    let average = policy.base.average_annual.on(on)?;
    let mut parts = working.branch();
    let mut limit = |label: Label, share: InForce<'_, Rate>| {
        let formula = format_args!("{} ÷ 12 × {}", average.value, Percent(*share.value));
        let product = Product::half_up(*average.value, share.value.times(Rate::new(1, 12)?)?);
        Ok::<Fen, FormulaError>(parts.portion(label, formula, product, [average.into(), share.into()])?)
    };
    let lowest = limit(LOWEST, policy.injury.own_wage_lowest.on(on)?)?;
    let highest = limit(HIGHEST, policy.injury.own_wage_highest.on(on)?)?;
    let used = wage.max(lowest).min(highest);
    working.made_of(parts).exact(OWN_WAGE, format_args!("min(max({wage}, {lowest}), {highest})"), used, []);
    Ok(used)
}

/// An amount and how it was computed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Monthly {
    /// A month.
    pub amount: Fen,
    /// How it was computed.
    pub steps: Vec<Step>,
}

/// 工伤保险条例 art. 35, 36: what is missing of an allowance up to what it must reach: the minimum wage while it is drawn,
/// or the allowance itself once a pension has taken its place. Nothing where it is reached.
///
/// # Errors
/// Amounts that are too large.
pub fn top_up(reached: Fen, needed: Fen) -> Result<Monthly, FormulaError> {
    let amount = needed.checked_sub(reached)?.max(Fen::ZERO);
    let mut working = Working::default();
    working.exact(TOP_UP, format_args!("max({needed} - {reached}, 0.00)"), amount, []);
    Ok(Monthly { amount, steps: working.into_steps() })
}

kernel::words! {
    /// How much a worker needs others (生活自理障碍等级).
    pub enum Nursing {
        /// 完全不能自理.
        Total = "total",
        /// 大部分不能自理.
        Most = "most",
        /// 部分不能自理.
        Part = "part",
    }
}

/// 工伤保险条例 art. 34: 50, 40 or 30 % of the monthly average wage, as published.
///
/// # Errors
/// A month without an average wage.
pub fn nursing(policy: &Policy, month: Month, need: Nursing) -> Result<Monthly, FormulaError> {
    let on = month.first_day();
    let average = policy.base.average_monthly.on(on)?;
    let shares = policy.injury.nursing_shares.on(on)?;
    let index = Nursing::ALL.iter().position(|other| *other == need);
    let allowed = || "one of the levels in the table".to_owned();
    let share = index.and_then(|index| shares.value.get(index));
    let share = *share.ok_or_else(|| FormulaError::OutOfRange { fact: "need", allowed: allowed() })?;
    let mut working = Working::default();
    let formula = format_args!("{} × {}", average.value, Percent(share));
    let product = Product::half_up(*average.value, share);
    let amount = working.portion(NURSING, formula, product, [average.into(), shares.into()])?;
    Ok(Monthly { amount, steps: working.into_steps() })
}
