//! A whole working life at once: the average index, the account with its interest, the pension. For what-ifs and for
//! recomputing everybody; the same formulas as one by one.

use super::index::{self, DeemedMonths, MonthBase};
use super::{Age, Between, Facts as PensionFacts};
use crate::account::life::{self as account, YearCredits};
use crate::parameter::InForce;
use crate::working::{Decimal, Label, Percent, Product, Step, Working};
use crate::{FormulaError, Policy};
use kernel::{Fen, Month, Rate, Scheme};

/// What is known of a life.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Whose rules hold.
    pub scheme: Scheme,
    /// Every paid month with its base, in order, none twice.
    pub bases: &'a [MonthBase],
    /// The balance of the account at the beginning of the first year.
    pub opening: Fen,
    /// Months before accounts began.
    pub deemed_months: i64,
    /// Their index; as the parameter says where it is not given.
    pub deemed_index: Option<Rate>,
    /// The month of retirement.
    pub retires: Month,
    /// The age then.
    pub age: Age,
    /// Another calculation base than the one of the year.
    pub calc_base: Option<Fen>,
    /// Another way with ages between the table's than the parameter says.
    pub divisor: Option<Between>,
}

/// What a life comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// The average index.
    pub index: Decimal,
    /// The balance of the account at retirement.
    pub balance: Fen,
    /// The account, year by year.
    pub years: Vec<account::Year>,
    /// The pension.
    pub pension: super::Assessment,
    /// How index and account were computed; the pension holds its own steps.
    pub steps: Vec<Step>,
}

const CREDIT: Label = Label::new("account.credit", "每月记账额", "credited to the account each month");

/// 国发〔2005〕38号 for a life: each month credits the account share of its base, each year bears its interest, and the month
/// of retirement turns index, months and balance into a pension.
///
/// # Errors
/// Months out of order, twice or after retirement; what [`super::assess`], [`index::assess`] and [`account::assess`] refuse.
pub fn assess(policy: &Policy, facts: Facts<'_>) -> Result<Assessment, FormulaError> {
    assess_on(policy, facts, Working::default())
}

/// The same on a sheet that may keep nothing.
pub(crate) fn assess_on(policy: &Policy, facts: Facts<'_>, mut working: Working) -> Result<Assessment, FormulaError> {
    let ordered = facts.bases.windows(2).all(|pair| matches!(pair, [one, next] if one.month < next.month));
    let last = facts.bases.last().map(|paid| paid.month);
    if !ordered || last.is_none_or(|last| last > facts.retires) {
        let allowed = format!("at least one month, in order, none twice, none after {}", facts.retires);
        return Err(FormulaError::OutOfRange { fact: "bases", allowed });
    }
    let mut credited = working.branch();
    let years = credits(policy, facts.bases, &mut credited)?;
    let first = years.first().map_or(facts.retires.year(), |year| year.year);
    let of_account = account::Facts { opening: facts.opening, years: &years, first, through: facts.retires };
    let account = account::assess_on(policy, of_account, working.made_of(credited))?;
    let of_deemed = |index| DeemedMonths { months: facts.deemed_months, index };
    let average = index::assess_on(policy, facts.bases, facts.deemed_index.map(of_deemed), working.branch())?;
    let paid = i64::try_from(facts.bases.len()).map_err(|_| FormulaError::TooLarge)?;
    let of_pension = PensionFacts {
        scheme: facts.scheme,
        retires: facts.retires,
        index: average.index.rate()?,
        months: paid.checked_add(facts.deemed_months).ok_or(FormulaError::TooLarge)?,
        deemed_months: facts.deemed_months,
        deemed_index: facts.deemed_index,
        balance: account.balance,
        age: facts.age,
        calc_base: facts.calc_base,
        divisor: facts.divisor,
    };
    let pension = super::assess_on(policy, of_pension, working.branch())?;
    let steps = average.steps.into_iter().chain(working.into_steps()).collect();
    Ok(Assessment { index: average.index, balance: account.balance, years: account.years, pension, steps })
}

/// What each year credits: the account share of each month's base, settled month by month (R2).
fn credits(policy: &Policy, bases: &[MonthBase], working: &mut Working) -> Result<Vec<YearCredits>, FormulaError> {
    let mut years: Vec<YearCredits> = Vec::new();
    let mut before: Option<(Fen, Rate, Fen)> = None;
    let mut known: Option<(InForce<'_, Rate>, Month)> = None;
    for MonthBase { month, base } in bases.iter().copied() {
        if base.is_negative() {
            return Err(FormulaError::OutOfRange { fact: "base", allowed: "0.00 or more".to_owned() });
        }
        let (share, _) = match known {
            Some(known @ (_, through)) if month <= through => known,
            Some(_) | None => *known.insert(policy.pension.account_share.on_month(month)?),
        };
        let credit = match before {
            Some((same, rate, credit)) if same == base && rate == *share.value => credit,
            Some(_) | None => {
                let formula = format_args!("{base} × {}", Percent(*share.value));
                working.portion(CREDIT, formula, Product::half_up(base, *share.value), [share.into()])?
            }
        };
        before = Some((base, *share.value, credit));
        if years.last().is_none_or(|year| year.year != month.year()) {
            years.push(YearCredits { year: month.year(), credits: [Fen::ZERO; 12] });
        }
        let at = usize::try_from(month.month() - 1).map_err(|_| FormulaError::TooLarge)?;
        if let Some(slot) = years.last_mut().and_then(|year| year.credits.get_mut(at)) {
            *slot = credit;
        }
    }
    Ok(years)
}
