//! The interest of a year on a personal account: 劳办发〔1997〕116号 (two methods), 冀政〔2006〕67号 (half the rate, 2006 to
//! 2015), and the months of the year in which a person retires.
//!
//! Refuses amounts below nothing, a rate below nothing or above one, and years before the first rate.

use super::interest::{Method, rate_of};
use crate::parameter::InForce;
use crate::working::{Cited, Figure, Label, Measure, Percent, Product, Step, Working};
use crate::{FormulaError, Policy};
use kernel::{Fen, Month, Rate};
use std::fmt;

/// How far the year goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Through {
    /// To its end.
    WholeYear,
    /// To the month of retirement, 1 to 12: a credit bears interest for the months after its own.
    Month(i32),
}

/// What is known of the year.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts {
    /// The year.
    pub year: i32,
    /// The method; that of the year in the area where it is not given.
    pub method: Option<Method>,
    /// Another rate than the year's.
    pub rate: Option<Rate>,
    /// The balance at the end of the year before.
    pub opening: Fen,
    /// The principal credited in January to December.
    pub credits: [Fen; 12],
    /// Of another year's months, credited now: they bear the demand rate of each month left (half-rate years only).
    pub irregular: [Fen; 12],
    /// How far it goes.
    pub through: Through,
}

impl Facts {
    /// A whole year by the method and the rate of the year.
    pub const fn of(year: i32, opening: Fen, credits: [Fen; 12]) -> Facts {
        let (method, rate, irregular, through) = (None, None, [Fen::ZERO; 12], Through::WholeYear);
        Facts { year, method, rate, opening, credits, irregular, through }
    }
}

/// The interest of the year and the balance at its end: opening, all credits and all interest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// The method used; it is stored with the year.
    pub method: Method,
    /// The rate used.
    pub rate: Rate,
    /// Whether the year's own rate is not published, so that the last known one stands in: to be settled again.
    pub provisional: bool,
    /// On the opening balance.
    pub interest_on_opening: Fen,
    /// On the credits of the year.
    pub interest_on_credits: Fen,
    /// On irregular credits.
    pub interest_on_irregular: Fen,
    /// The balance at the end.
    pub closing: Fen,
    /// How it was computed.
    pub steps: Vec<Step>,
}

const OPENING: Label = Label::new("account.interest_on_opening", "年初余额利息", "interest on the opening balance");
const OPENING_PART: Label = Label::new(
    "account.interest_on_opening_part",
    "年初余额利息（至退休月）",
    "interest on the opening balance to the month of retirement",
);
const PRODUCT: Label = Label::new("account.month_product", "月积数", "month product");
const CREDITS: Label = Label::new("account.interest_on_credits", "当年记账利息", "interest on the year's credits");
const CREDITS_ANNUAL: Label = Label::new(
    "account.interest_on_credits_annual",
    "当年记账利息（年度计算法）",
    "interest on the year's credits, annual method",
);
const CREDITS_HALF: Label =
    Label::new("account.interest_on_credits_half", "当年记账利息（半率）", "interest on the year's credits, half rate");
const PRINCIPAL: Label = Label::new("account.principal", "当年记账额", "credits of the year");
const IRREGULAR: Label = Label::new("account.interest_on_irregular", "不规则记账利息", "interest on irregular credits");
const CLOSING: Label = Label::new("account.closing", "年末余额", "closing balance");

/// The year by the rule of its time. The opening balance bears the whole rate; the credits bear interest by the method;
/// each interest is settled to the fen once.
///
/// # Errors
/// Amounts below nothing; a year before the first rate; a method whose factor is not in force in the year.
pub fn assess(policy: &Policy, facts: Facts) -> Result<Assessment, FormulaError> {
    let mut working = Working::default();
    let assessed = assess_on(policy, facts, &mut working)?;
    Ok(Assessment { steps: working.into_steps(), ..assessed })
}

/// As [`assess`], without the steps: for whole cities.
///
/// # Errors
/// As [`assess`].
pub fn figures(policy: &Policy, facts: Facts) -> Result<Assessment, FormulaError> {
    assess_on(policy, facts, &mut Working::silent())
}

/// The rate of the year, read or given.
struct YearRate<'a> {
    rate: Rate,
    source: Option<InForce<'a, Rate>>,
    provisional: bool,
}

impl<'a> YearRate<'a> {
    fn of(policy: &'a Policy, facts: Facts) -> Result<YearRate<'a>, FormulaError> {
        if let Some(rate) = facts.rate {
            if rate.numerator() < 0 || rate > Rate::ONE {
                return Err(FormulaError::OutOfRange { fact: "rate", allowed: "from 0 to 1".to_owned() });
            }
            return Ok(YearRate { rate, source: None, provisional: false });
        }
        let known = rate_of(policy, facts.year)?;
        Ok(YearRate { rate: *known.rate.value, source: Some(known.rate), provisional: known.provisional })
    }

    fn cited(&self) -> Option<Cited<'a>> {
        self.source.map(Cited::from)
    }
}

/// The same on a sheet of the caller's; the steps stay there.
pub(crate) fn assess_on(policy: &Policy, facts: Facts, working: &mut Working) -> Result<Assessment, FormulaError> {
    let Facts { year, opening, credits, irregular, .. } = facts;
    let below_nothing = |amounts: &[Fen]| amounts.iter().any(|amount| amount.is_negative());
    for (fact, amounts) in [("opening", &[opening][..]), ("credits", &credits), ("irregular", &irregular)] {
        if below_nothing(amounts) {
            return Err(FormulaError::OutOfRange { fact, allowed: "0.00 or more".to_owned() });
        }
    }
    let allowed = || "a year from 1900 to 2199".to_owned();
    let january = Month::new(year, 1).map_err(|_| FormulaError::OutOfRange { fact: "year", allowed: allowed() })?;
    let rate = YearRate::of(policy, facts)?;
    let method = match facts.method {
        Some(method) => method,
        None => *policy.account.method.on(january.first_day())?.value,
    };
    let mut parts = working.branch();
    let interest_on_opening = on_opening(facts, &rate, &mut parts)?;
    let principal = total(&credits)?;
    parts.exact(PRINCIPAL, Sum(&credits), principal, []);
    let interest_on_credits = on_credits(policy, facts, Counted { method, principal, january }, &rate, &mut parts)?;
    let (extra, interest_on_irregular) = on_irregular(policy, facts, january, &mut parts)?;
    let closing = [principal, interest_on_opening, interest_on_credits, extra, interest_on_irregular]
        .into_iter()
        .try_fold(opening, Fen::checked_add)?;
    let words = Closing([opening, principal, interest_on_opening, interest_on_credits, extra, interest_on_irregular]);
    working.made_of(parts).exact(CLOSING, words, closing, []);
    let (rate, provisional, steps) = (rate.rate, rate.provisional, Vec::new());
    Ok(Assessment {
        method,
        rate,
        provisional,
        interest_on_opening,
        interest_on_credits,
        interest_on_irregular,
        closing,
        steps,
    })
}

fn on_opening(facts: Facts, rate: &YearRate<'_>, working: &mut Working) -> Result<Fen, FormulaError> {
    let (opening, percent) = (facts.opening, Percent(rate.rate));
    match facts.through {
        Through::WholeYear => {
            let product = Product::half_up(opening, rate.rate);
            Ok(working.portion(OPENING, format_args!("{opening} × {percent}"), product, rate.cited())?)
        }
        Through::Month(month) => {
            let month = month_of_year(month)?;
            let product = Product::half_up(opening, rate.rate.times(Rate::new(month, 12)?)?);
            let formula = format_args!("{opening} × {percent} × {month} ÷ 12");
            Ok(working.portion(OPENING_PART, formula, product, rate.cited())?)
        }
    }
}

fn month_of_year(month: i32) -> Result<i64, FormulaError> {
    if (1..=12).contains(&month) {
        Ok(i64::from(month))
    } else {
        Err(FormulaError::OutOfRange { fact: "through", allowed: "a month from 1 to 12".to_owned() })
    }
}

/// What the interest on the year's credits is taken of.
#[derive(Clone, Copy)]
struct Counted {
    method: Method,
    principal: Fen,
    january: Month,
}

fn on_credits(
    policy: &Policy,
    facts: Facts,
    counted: Counted,
    rate: &YearRate<'_>,
    working: &mut Working,
) -> Result<Fen, FormulaError> {
    let (principal, percent, on) = (counted.principal, Percent(rate.rate), counted.january.first_day());
    match (facts.through, counted.method) {
        (Through::Month(_), _) | (Through::WholeYear, Method::MonthProduct) => {
            let mut parts = working.branch();
            let product = month_product(&facts.credits, facts.through, &mut parts)?;
            let twelfth = Product::half_up(product.0, rate.rate.times(Rate::new(1, 12)?)?);
            let formula = format_args!("{product} × {percent} ÷ 12");
            Ok(working.made_of(parts).portion(CREDITS, formula, twelfth, rate.cited())?)
        }
        (Through::WholeYear, Method::Annual) => {
            let factor = policy.account.annual_factor.on(on)?;
            let product = Product::half_up(principal, rate.rate.times(*factor.value)?.times(Rate::new(1, 2)?)?);
            let formula = format_args!("{principal} × {percent} × {} ÷ 2", factor.value);
            let sources = rate.cited().into_iter().chain([factor.into()]);
            Ok(working.portion(CREDITS_ANNUAL, formula, product, sources)?)
        }
        (Through::WholeYear, Method::HalfRate) => {
            let half = policy.account.half_share.on(on)?;
            let product = Product::half_up(principal, rate.rate.times(*half.value)?);
            let formula = format_args!("{principal} × {percent} × {}", Percent(*half.value));
            let sources = rate.cited().into_iter().chain([half.into()]);
            Ok(working.portion(CREDITS_HALF, formula, product, sources)?)
        }
    }
}

/// Credits of other years' months bear the demand rate of each month left. Their sum and the interest on it.
fn on_irregular(
    policy: &Policy,
    facts: Facts,
    january: Month,
    working: &mut Working,
) -> Result<(Fen, Fen), FormulaError> {
    let extra = total(&facts.irregular)?;
    if extra.is_zero() {
        return Ok((Fen::ZERO, Fen::ZERO));
    }
    let demand = policy.account.demand_rate.on(january.first_day())?;
    let mut parts = working.branch();
    let product = month_product(&facts.irregular, facts.through, &mut parts)?;
    let interest = Product::half_up(product.0, *demand.value);
    let formula = format_args!("{product} × {}", Percent(*demand.value));
    Ok((extra, working.made_of(parts).portion(IRREGULAR, formula, interest, [demand.into()])?))
}

fn total(credits: &[Fen; 12]) -> Result<Fen, FormulaError> {
    Ok(credits.iter().try_fold(Fen::ZERO, |sum, credit| sum.checked_add(*credit))?)
}

/// Yuan times months.
#[derive(Clone, Copy)]
struct MonthProduct(Fen);

impl fmt::Display for MonthProduct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Figure for MonthProduct {
    const MEASURE: Measure = Measure::Number;
}

/// Each credit times the months for which it bears interest (月积数): to the end of the year with its own month, to a
/// month of retirement without it.
fn month_product(credits: &[Fen; 12], through: Through, working: &mut Working) -> Result<MonthProduct, FormulaError> {
    let end = match through {
        Through::WholeYear => 13,
        Through::Month(month) => month_of_year(month)?,
    };
    let mut sum = Fen::ZERO;
    for (month, credit) in (1i64..).zip(credits) {
        sum = sum.checked_add(credit.times((end - month).max(0))?)?;
    }
    let product = MonthProduct(sum);
    working.exact(PRODUCT, Products { credits, end }, product, []);
    Ok(product)
}

/// `240.00 × 12 + 240.00 × 11 + …`, without the months in which nothing was credited.
struct Products<'a> {
    credits: &'a [Fen; 12],
    end: i64,
}

impl fmt::Display for Products<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut plus = "";
        for (month, credit) in (1i64..).zip(self.credits) {
            if !credit.is_zero() && month < self.end {
                write!(f, "{plus}{credit} × {}", self.end - month)?;
                plus = " + ";
            }
        }
        if plus.is_empty() { write!(f, "{}", Fen::ZERO) } else { Ok(()) }
    }
}

/// Amounts with a plus between them, without those that are nothing.
struct Sum<'a>(&'a [Fen]);

impl fmt::Display for Sum<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut plus = "";
        for amount in self.0.iter().filter(|amount| !amount.is_zero()) {
            write!(f, "{plus}{amount}")?;
            plus = " + ";
        }
        if plus.is_empty() { write!(f, "{}", Fen::ZERO) } else { Ok(()) }
    }
}

/// Opening, credits and interest; irregular ones only where there are any.
struct Closing([Fen; 6]);

impl fmt::Display for Closing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [opening, principal, on_opening, on_credits, extra, on_extra] = self.0;
        write!(f, "{opening} + {principal} + {on_opening} + {on_credits}")?;
        if extra.is_zero() { Ok(()) } else { write!(f, " + {extra} + {on_extra}") }
    }
}
