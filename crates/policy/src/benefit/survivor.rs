//! Funeral grant and consolation payment to the family (丧葬补助金、抚恤金) out of the pension fund: 人社部发〔2021〕18号,
//! from 2021-09-01. What Hebei paid before is not known and so not in force.

use crate::parameter::InForce;
use crate::working::{Label, Months, Product, Step, Working};
use crate::{FormulaError, Policy};
use kernel::{Fen, Month, Rate};

/// What is known of the person who died.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts {
    /// The month of death; it selects the income of the year before.
    pub death_month: Month,
    /// Contribution months, deemed ones included.
    pub paid_months: i64,
    /// Months for which a pension was drawn; nothing while in service, flexible and suspended persons included.
    pub drawn_months: Option<i64>,
    /// What the person paid in all, where it is known: the limit for short payers.
    pub own_contributions: Option<Fen>,
}

kernel::words! {
    /// Whether both sums stop at what the person paid.
    pub enum ShortPayerLimit {
        /// The person paid long enough.
        DoesNotApply = "does_not_apply",
        /// It applies and is not reached.
        NotReached = "not_reached",
        /// It applies and cut the consolation, and then the grant.
        Reached = "reached",
        /// It applies, and what the person paid is not known: to be looked up before payment.
        NotKnown = "not_known",
    }
}

/// What the family is paid and how it was computed. `total = funeral + consolation`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// Funeral grant.
    pub funeral: Fen,
    /// Months of the consolation.
    pub months: i64,
    /// Consolation payment.
    pub consolation: Fen,
    /// Both.
    pub total: Fen,
    /// Whether the limit for short payers holds.
    pub limit: ShortPayerLimit,
    /// How it was computed.
    pub steps: Vec<Step>,
}

const FUNERAL: Label = Label::new("survivor.funeral", "丧葬补助金", "funeral grant");
const SCALE: Label = Label::new("survivor.scale", "按缴费年限的抚恤金月数", "months of consolation by paid time");
const SCALE_ABOVE: Label = Label::new(
    "survivor.scale_above",
    "按缴费年限的抚恤金月数（超过部分逐年增发）",
    "months of consolation, with the full years above",
);
const RETIRED: Label = Label::new("survivor.retired", "扣除已领养老金年数", "less the full years of pension drawn");
const CONSOLATION: Label = Label::new("survivor.consolation", "抚恤金", "consolation payment");
const TOTAL: Label = Label::new("survivor.total", "合计", "total");
const LIMITED_TOTAL: Label =
    Label::new("survivor.limited_total", "以个人缴费之和为限", "limited to what the person paid");
const LIMITED_FUNERAL: Label =
    Label::new("survivor.limited_funeral", "限额内的丧葬补助金", "funeral grant within the limit");
const LIMITED_CONSOLATION: Label =
    Label::new("survivor.limited_consolation", "限额内的抚恤金", "consolation within the limit");

/// The months of a year, by which years and monthly incomes are counted.
const YEAR: i64 = 12;

/// 人社部发〔2021〕18号: two months of the urban income for the funeral, and 3 to 24 months by paid time as consolation;
/// for a retired person less the full years of pension drawn, at least 9. Each sum is settled once from the year's income.
///
/// # Errors
/// Months that cannot be; a negative sum of contributions; a month before the rule or without an income.
pub fn assess(policy: &Policy, facts: Facts) -> Result<Assessment, FormulaError> {
    assess_on(policy, facts, Working::default())
}

/// The same on a sheet that may keep nothing.
pub(crate) fn assess_on(policy: &Policy, facts: Facts, mut working: Working) -> Result<Assessment, FormulaError> {
    let on = facts.death_month.first_day();
    let income = policy.income.provincial_urban.on(on)?;
    let of_income = |months: i64| Ok::<_, FormulaError>(Product::half_up(*income.value, Rate::new(months, YEAR)?));
    let mut parts = working.branch();
    let funeral_months = policy.survivor.funeral_months.on(on)?;
    let formula = format_args!("{} ÷ {YEAR} × {}", income.value, funeral_months.value);
    let product = of_income(*funeral_months.value)?;
    let funeral = parts.portion(FUNERAL, formula, product, [income.into(), funeral_months.into()])?;
    let mut scale = working.branch();
    let months = months(policy, facts, &mut scale)?;
    let formula = format_args!("{} ÷ {YEAR} × {months}", income.value);
    let consolation = parts.made_of(scale).portion(CONSOLATION, formula, of_income(months)?, [income.into()])?;
    let total = working.made_of(parts).sum(TOTAL, &[funeral, consolation])?;
    let paid = Sums { funeral, consolation, total };
    let (limit, Sums { funeral, consolation, total }) = limited(policy, facts, paid, &mut working)?;
    Ok(Assessment { funeral, months, consolation, total, limit, steps: working.into_steps() })
}

/// The months of the consolation: by paid time, and for a retired person less the years drawn.
fn months(policy: &Policy, facts: Facts, working: &mut Working) -> Result<i64, FormulaError> {
    let on = facts.death_month.first_day();
    let paid = super::months("paid_months", facts.paid_months)?;
    let above = policy.survivor.extra_above_months.on(on)?;
    let by_paid = |sheet: &mut Working| {
        if paid > *above.value { scale_above(policy, facts, above, sheet) } else { scale(policy, facts, sheet) }
    };
    let Some(drawn) = facts.drawn_months else { return by_paid(working) };
    let years = super::months("drawn_months", drawn)? / YEAR;
    let mut parts = working.branch();
    let scale = by_paid(&mut parts)?;
    let lowest = policy.survivor.retired_lowest_months.on(on)?;
    let months = (scale - years).max(*lowest.value);
    let formula = format_args!("max({scale} - ⌊{drawn} ÷ {YEAR}⌋, {})", lowest.value);
    working.made_of(parts).exact(RETIRED, formula, Months(months), [lowest.into()]);
    Ok(months)
}

fn scale(policy: &Policy, facts: Facts, working: &mut Working) -> Result<i64, FormulaError> {
    let on = facts.death_month.first_day();
    let from = policy.survivor.consolation_from_months.on(on)?;
    let by_band = policy.survivor.consolation_months.on(on)?;
    let of_band = |band: usize| Some((*from.value.get(band)?, *by_band.value.get(band)?));
    // The first band begins with nought, so that there is always one.
    let (first, months) = super::band(from.value, facts.paid_months).and_then(of_band).unwrap_or_default();
    let formula = format_args!("{} ≥ {first}", facts.paid_months);
    working.exact(SCALE, formula, Months(months), [from.into(), by_band.into()]);
    Ok(months)
}

fn scale_above(
    policy: &Policy,
    facts: Facts,
    above: InForce<'_, i64>,
    working: &mut Working,
) -> Result<i64, FormulaError> {
    let on = facts.death_month.first_day();
    let by_band = policy.survivor.consolation_months.on(on)?;
    let a_year = policy.survivor.extra_months_a_year.on(on)?;
    let highest = policy.survivor.consolation_highest_months.on(on)?;
    let last = by_band.value.last().copied().unwrap_or_default();
    let years = (facts.paid_months - above.value) / YEAR;
    let months = (last + years * a_year.value).min(*highest.value);
    let (paid, above_months) = (facts.paid_months, above.value);
    let formula =
        format_args!("min({last} + ⌊({paid} - {above_months}) ÷ {YEAR}⌋ × {}, {})", a_year.value, highest.value);
    let sources = [above.into(), by_band.into(), a_year.into(), highest.into()];
    working.exact(SCALE_ABOVE, formula, Months(months), sources);
    Ok(months)
}

/// The two sums and what they make.
#[derive(Clone, Copy)]
struct Sums {
    funeral: Fen,
    consolation: Fen,
    total: Fen,
}

/// Under five years of contribution both together are not above what the person paid; the grant is paid before the rest.
fn limited(
    policy: &Policy,
    facts: Facts,
    sums: Sums,
    working: &mut Working,
) -> Result<(ShortPayerLimit, Sums), FormulaError> {
    let short = policy.survivor.short_payer_months.on(facts.death_month.first_day())?;
    if facts.paid_months >= *short.value {
        return Ok((ShortPayerLimit::DoesNotApply, sums));
    }
    let Some(paid) = facts.own_contributions else { return Ok((ShortPayerLimit::NotKnown, sums)) };
    if paid.is_negative() {
        return Err(FormulaError::OutOfRange { fact: "own_contributions", allowed: "0.00 or more".to_owned() });
    }
    let total = sums.total.min(paid);
    working.exact(LIMITED_TOTAL, format_args!("min({}, {paid})", sums.total), total, [short.into()]);
    if total == sums.total {
        return Ok((ShortPayerLimit::NotReached, sums));
    }
    let funeral = sums.funeral.min(total);
    working.exact(LIMITED_FUNERAL, format_args!("min({}, {total})", sums.funeral), funeral, []);
    let consolation = working.remainder(LIMITED_CONSOLATION, total, funeral)?;
    Ok((ShortPayerLimit::Reached, Sums { funeral, consolation, total }))
}
