//! The money that moves with a person to another province: the personal account whole, and a share of each year's wages.

use crate::reform::Decision;
use crate::working::{Label, Percent, Product, Step, Word, Working};
use crate::{FormulaError, Policy};
use kernel::{AreaCode, Date, Fen};

/// What is known of the person at the old place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts<'a> {
    /// The day on which the money is fixed; it selects the share.
    pub on: Date,
    /// The contribution wages of each year since 1998, part years included.
    pub yearly_bases: &'a [Fen],
    /// The personal account, all of it; of the time before 1998 what the person paid, with interest.
    pub account: Fen,
}

/// The money and how it was computed. `total = unit_part + account`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// The share of the wages.
    pub unit_part: Fen,
    /// The account.
    pub account: Fen,
    /// Both.
    pub total: Fen,
    /// How it was computed.
    pub steps: Vec<Step>,
}

kernel::words! {
    /// What moves with a relation.
    pub enum Moves {
        /// 只转记录.
        RecordsOnly = "records_only",
        /// 资金同转.
        Money = "money",
    }
}

const YEAR: Label = Label::new("transfer.unit_year", "一年的单位缴费转移额", "unit part of one year");
const UNIT: Label = Label::new("transfer.unit_part", "单位缴费转移额", "unit part");
const TOTAL: Label = Label::new("transfer.total", "转移基金总额", "money that moves");
const INSIDE: Label = Label::new("transfer.inside", "省内转移", "inside the province");
const BETWEEN: Label = Label::new("transfer.between", "跨省转移", "between provinces");

/// A relation holds at most so many years; more is a mistake and not computed with.
pub(crate) const YEARS_MAX: usize = 100;

/// 国办发〔2009〕66号: 12 % of the contribution wages, settled year by year and then added, and the account.
///
/// # Errors
/// A negative amount; more than a hundred years; a day before the rule.
pub fn assess(policy: &Policy, facts: Facts<'_>) -> Result<Assessment, FormulaError> {
    assess_on(policy, facts, Working::default())
}

/// The same on a sheet that may keep nothing.
pub(crate) fn assess_on(policy: &Policy, facts: Facts<'_>, mut working: Working) -> Result<Assessment, FormulaError> {
    let Facts { on, yearly_bases, account } = facts;
    let refused = |fact, allowed: String| Err(FormulaError::OutOfRange { fact, allowed });
    if account.is_negative() {
        return refused("account", "0.00 or more".to_owned());
    }
    if yearly_bases.iter().any(|base| base.is_negative()) {
        return refused("yearly_bases", "0.00 or more each".to_owned());
    }
    if yearly_bases.len() > YEARS_MAX {
        return refused("yearly_bases", format!("at most {YEARS_MAX} years"));
    }
    let share = policy.transfer.unit_share.on(on)?;
    let (mut parts, mut years) = (working.branch(), working.branch());
    let of_year = |base: &Fen| {
        let formula = format_args!("{base} × {}", Percent(*share.value));
        years.portion(YEAR, formula, Product::half_up(*base, *share.value), [share.into()])
    };
    let of_years = yearly_bases.iter().map(of_year).collect::<Result<Vec<_>, _>>()?;
    let unit_part = parts.made_of(years).sum(UNIT, &of_years)?;
    let total = working.made_of(parts).sum(TOTAL, &[unit_part, account])?;
    Ok(Assessment { unit_part, account, total, steps: working.into_steps() })
}

/// What moves between two places: the money between provinces (国办发〔2009〕66号), and inside one what its rule says.
///
/// # Errors
/// A day before the rule.
pub fn what_moves(policy: &Policy, on: Date, from: AreaCode, to: AreaCode) -> Result<Decision<Moves>, FormulaError> {
    let mut working = Working::default();
    let rule = policy.transfer.within_province.on(on)?;
    let formula = format_args!("{from}, {to}");
    let outcome = if from.province() == to.province() {
        working.exact(INSIDE, formula, Word(rule.value.as_str()), [rule.into()]);
        *rule.value
    } else {
        let share = policy.transfer.unit_share.on(on)?;
        working.exact(BETWEEN, formula, Word(Moves::Money.as_str()), [share.into()]);
        Moves::Money
    };
    Ok(Decision { outcome, steps: working.into_steps() })
}
