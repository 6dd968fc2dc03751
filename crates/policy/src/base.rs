//! The contribution base (缴费基数) and its limits: 60 % and 300 % of the average wage of the province, as published.
//!
//! Limits come in mid-year. [`limits_month`] says on whose limits a month is paid on a day: before the day of
//! publication on those of December before, to be settled afterwards (补差) without surcharge.

use crate::parameter::{InForce, NotInForce};
use crate::parameters::BaseUnit;
use crate::working::{Label, Product, Working};
use crate::{FormulaError, Policy};
use kernel::{Date, Fen, Month, Rate, Rounding};

/// The average wage and the limits of a month.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'a> {
    /// Average wage, yuan a year; a twelfth of it, not rounded, is what percentages are taken of.
    pub average_annual: InForce<'a, Fen>,
    /// Lowest base.
    pub floor: InForce<'a, Fen>,
    /// Highest base.
    pub ceiling: InForce<'a, Fen>,
}

const DECLARED: Label = Label { key: "base.declared", zh: "申报工资", en: "declared wage" };
const OF_AVERAGE: Label =
    Label { key: "base.of_average", zh: "平均工资的所选比例", en: "chosen share of the average wage" };
const BASE: Label = Label { key: "base", zh: "缴费基数", en: "contribution base" };

/// The limits of a month.
///
/// # Errors
/// Where the year's limits are not known.
pub fn limits(policy: &Policy, month: Month) -> Result<Limits<'_>, NotInForce> {
    let on = month.first_day();
    Ok(Limits {
        average_annual: policy.base.average_annual.on(on)?,
        floor: policy.base.floor.on(on)?,
        ceiling: policy.base.ceiling.on(on)?,
    })
}

/// The month on whose limits a fee month is paid on a day: itself once the limits of its year are published, and until
/// then December of the year before (prepayment, 预缴).
///
/// # Errors
/// Where no day of publication is in force.
pub fn limits_month(policy: &Policy, month: Month, today: Date) -> Result<Month, NotInForce> {
    if today < published_on(policy, month)? {
        // December exists in every year from 1900 on; the first year itself has no limits at all.
        Ok(Month::new(month.year() - 1, 12).unwrap_or(month))
    } else {
        Ok(month)
    }
}

/// The day on which the limits of a month's year are published.
///
/// # Errors
/// Where no such day is in force.
pub fn published_on(policy: &Policy, month: Month) -> Result<Date, NotInForce> {
    let day = policy.base.limits_published_on.on(month.first_day())?.value;
    Ok(Date::from_ymd_opt(month.year(), day.month, day.day).unwrap_or(month.last_day()))
}

/// 国办发〔2019〕13号: the base of an employee is the wage, at least the floor and at most the ceiling.
pub(crate) fn of_wage(policy: &Policy, month: Month, wage: Fen, working: &mut Working) -> Result<Fen, FormulaError> {
    if wage.is_negative() {
        return Err(FormulaError::OutOfRange { fact: "wage", allowed: "0.00 or more".to_owned() });
    }
    let limits = limits(policy, month)?;
    let unit = policy.base.unit.on(month.first_day())?;
    let product = Product { amount: wage, rate: Rate::ONE, rounding: settled_to(*unit.value) };
    let mut parts = working.branch();
    let wage = parts.portion(DECLARED, wage, product, [unit.into()])?;
    Ok(between(limits, wage, working.made_of(parts)))
}

/// 国办发〔2019〕13号: the base of a flexible worker is the chosen percentage of the monthly average wage (a twelfth of
/// the year's, not rounded), at least the floor and at most the ceiling.
pub(crate) fn of_percent(
    policy: &Policy,
    month: Month,
    percent: Rate,
    working: &mut Working,
) -> Result<Fen, FormulaError> {
    let limits = limits(policy, month)?;
    let mut parts = working.branch();
    let chosen = of_average(policy, month, percent, &mut parts)?;
    Ok(between(limits, chosen, working.made_of(parts)))
}

/// The chosen percentage of the monthly average wage, settled to the unit of bases.
pub(crate) fn of_average(
    policy: &Policy,
    month: Month,
    percent: Rate,
    working: &mut Working,
) -> Result<Fen, FormulaError> {
    let average = policy.base.average_annual.on(month.first_day())?;
    let unit = policy.base.unit.on(month.first_day())?;
    let rate = percent.times(Rate::new(1, 1200)?)?;
    let product = Product { amount: *average.value, rate, rounding: settled_to(*unit.value) };
    let formula = format_args!("{} ÷ 12 × {percent}%", average.value);
    Ok(working.portion(OF_AVERAGE, formula, product, [average.into(), unit.into()])?)
}

/// A base named outright must lie within the limits of the month.
pub(crate) fn named(policy: &Policy, month: Month, base: Fen, working: &mut Working) -> Result<Fen, FormulaError> {
    let limits = limits(policy, month)?;
    let (floor, ceiling) = (*limits.floor.value, *limits.ceiling.value);
    if base < floor || base > ceiling {
        return Err(FormulaError::OutOfRange { fact: "base", allowed: format!("from {floor} to {ceiling}") });
    }
    Ok(between(limits, base, working))
}

fn between(limits: Limits<'_>, amount: Fen, working: &mut Working) -> Fen {
    let (floor, ceiling) = (*limits.floor.value, *limits.ceiling.value);
    let base = amount.max(floor).min(ceiling);
    let formula = format_args!("min(max({amount}, {floor}), {ceiling})");
    working.exact(BASE, formula, base, [limits.floor.into(), limits.ceiling.into()]);
    base
}

const fn settled_to(unit: BaseUnit) -> Rounding {
    match unit {
        BaseUnit::Fen => Rounding::HalfUpToFen,
        BaseUnit::Yuan => Rounding::HalfUpToYuan,
    }
}
