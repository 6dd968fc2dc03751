//! Death by work injury (因工死亡): funeral, lump sum and the monthly allowance of dependants. 工伤保险条例 art. 39.

use super::injury::own_wage;
use crate::working::{Label, Percent, Product, Step, Working};
use crate::{FormulaError, Policy};
use kernel::{Fen, Month, Rate, Rounding};

kernel::words! {
    /// Who a dependant (供养亲属) is.
    pub enum Dependant {
        /// 配偶.
        Spouse = "spouse",
        /// 孤寡的配偶.
        LoneSpouse = "lone_spouse",
        /// 其他亲属.
        Relative = "relative",
        /// 孤寡老人或孤儿.
        LoneRelative = "lone_relative",
    }
}

/// What the family is paid once and how it was computed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LumpSums {
    /// Funeral grant.
    pub funeral: Fen,
    /// 一次性工亡补助金.
    pub lump_sum: Fen,
    /// How they were computed.
    pub steps: Vec<Step>,
}

/// What the dependants are paid each month. The parts add up to the total.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Allowances {
    /// In the order in which the dependants were given.
    pub each: Vec<Fen>,
    /// All together, at most the own wage.
    pub total: Fen,
    /// How they were computed.
    pub steps: Vec<Step>,
}

const FUNERAL: Label = Label::new("injury.funeral", "因工死亡丧葬补助金", "funeral grant");
const LUMP_SUM: Label = Label::new("injury.death_lump_sum", "一次性工亡补助金", "lump sum on death");
const DEPENDANT: Label = Label::new("injury.dependant", "一名供养亲属抚恤金", "allowance of one dependant");
const DEPENDANTS: Label = Label::new("injury.dependants", "供养亲属抚恤金合计", "allowances of all dependants");
const HIGHEST: Label = Label::new("injury.dependants_highest", "供养亲属抚恤金上限", "most that all dependants get");
const CAPPED: Label = Label::new("injury.dependants_capped", "不高于上限的合计", "all dependants, at most that");
const CAPPED_PART: Label = Label::new("injury.dependant_capped", "按比例减少后的一份", "one part, cut in proportion");
const LAST_PART: Label = Label::new("injury.dependant_last", "最后一份为余额", "the last part is the remainder");

/// A household holds at most so many dependants; more is a mistake and not computed with.
const DEPENDANTS_MAX: usize = 50;

/// 工伤保险条例 art. 39: six months of the average wage as published, and twenty times the national urban income of the
/// year before.
///
/// # Errors
/// A month without an average wage or income.
pub fn lump_sums(policy: &Policy, death_month: Month) -> Result<LumpSums, FormulaError> {
    let on = death_month.first_day();
    let average = policy.base.average_monthly.on(on)?;
    let months = policy.injury.funeral_months.on(on)?;
    let income = policy.income.national_urban.on(on)?;
    let multiple = policy.injury.death_income_multiple.on(on)?;
    let mut working = Working::default();
    let formula = format_args!("{} × {}", average.value, months.value);
    let product = Product::half_up(*average.value, Rate::new(*months.value, 1)?);
    let funeral = working.portion(FUNERAL, formula, product, [average.into(), months.into()])?;
    let formula = format_args!("{} × {}", income.value, multiple.value);
    let product = Product::half_up(*income.value, Rate::new(*multiple.value, 1)?);
    let lump_sum = working.portion(LUMP_SUM, formula, product, [income.into(), multiple.into()])?;
    Ok(LumpSums { funeral, lump_sum, steps: working.into_steps() })
}

/// 工伤保险条例 art. 39: the spouse 40 %, each other relative 30 %, ten points more for lone old people and orphans; all
/// together not above the own wage. Above it each part is cut in proportion, and the last one takes the remainder, so
/// that the parts add up (how a place cuts them is not in the sources).
///
/// # Errors
/// No dependant, or too many; a negative wage; a month without an average wage.
pub fn allowances(
    policy: &Policy,
    death_month: Month,
    wage: Fen,
    dependants: &[Dependant],
) -> Result<Allowances, FormulaError> {
    if dependants.is_empty() || dependants.len() > DEPENDANTS_MAX {
        let allowed = format!("from 1 to {DEPENDANTS_MAX} of them");
        return Err(FormulaError::OutOfRange { fact: "dependants", allowed });
    }
    let mut working = Working::default();
    let own_wage = own_wage(policy, death_month, wage, &mut working)?;
    let mut parts = working.branch();
    let each = dependants
        .iter()
        .map(|dependant| one(policy, death_month, own_wage, *dependant, &mut parts))
        .collect::<Result<Vec<_>, _>>()?;
    let sum = working.made_of(parts).sum(DEPENDANTS, &each)?;
    let highest = policy.injury.dependants_highest.on(death_month.first_day())?;
    let cap = working.share(HIGHEST, own_wage, highest)?;
    let total = sum.min(cap);
    working.exact(CAPPED, format_args!("min({sum}, {cap})"), total, []);
    let each = if total < sum { in_proportion(&each, sum, total, &mut working)? } else { each };
    Ok(Allowances { each, total, steps: working.into_steps() })
}

fn one(
    policy: &Policy,
    month: Month,
    own_wage: Fen,
    dependant: Dependant,
    working: &mut Working,
) -> Result<Fen, FormulaError> {
    let on = month.first_day();
    let share = match dependant {
        Dependant::Spouse | Dependant::LoneSpouse => policy.injury.spouse_share.on(on)?,
        Dependant::Relative | Dependant::LoneRelative => policy.injury.relative_share.on(on)?,
    };
    match dependant {
        Dependant::Spouse | Dependant::Relative => Ok(working.share(DEPENDANT, own_wage, share)?),
        Dependant::LoneSpouse | Dependant::LoneRelative => {
            let extra = policy.injury.lone_extra.on(on)?;
            let formula = format_args!("{own_wage} × ({} + {})", Percent(*share.value), Percent(*extra.value));
            let product = Product::half_up(own_wage, share.value.plus(*extra.value)?);
            Ok(working.portion(DEPENDANT, formula, product, [share.into(), extra.into()])?)
        }
    }
}

/// Each part cut as the whole is cut, what is less than a fen dropped; the last one is what remains.
fn in_proportion(each: &[Fen], sum: Fen, total: Fen, working: &mut Working) -> Result<Vec<Fen>, FormulaError> {
    let rate = Rate::new(total.fen(), sum.fen())?;
    let mut cut = Vec::new();
    let Some((_, all_but_last)) = each.split_last() else { return Ok(cut) };
    for part in all_but_last {
        let product = Product { amount: *part, rate, rounding: Rounding::DownToFen };
        let amount = working.portion(CAPPED_PART, format_args!("{part} × {total} ÷ {sum}"), product, [])?;
        cut.push(amount);
    }
    let before = cut.iter().sum::<Fen>();
    cut.push(working.remainder(LAST_PART, total, before)?);
    Ok(cut)
}
