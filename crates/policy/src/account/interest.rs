//! Interest on a personal account for a year: 劳办发〔1997〕116号, two methods. The method used is stored with the year.

use crate::parameter::InForce;
use crate::working::{Cited, Label, Percent, Product, Source, Step, Working};
use crate::{FormulaError, Policy};
use kernel::{Fen, Month, Rate};

kernel::words! {
    /// How the credits of the year bear interest.
    pub enum Method {
        /// 年度计算法: the year's credits times 1.083 and a half.
        Annual = "annual",
        /// 月积数法: each credit for the months left, its own included.
        MonthProduct = "monthly",
        /// Hebei 2006 to 2015: the credits of the year bear half the rate.
        HalfRate = "half_rate",
    }
}

/// What is known of the year.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The balance at the end of the year before.
    pub opening: Fen,
    /// The principal credited in January to December.
    pub credits: [Fen; 12],
    /// The rate of the year.
    pub rate: Rate,
    /// From where the rate comes; nothing where it was given.
    pub source: Option<&'a Source>,
    /// The method.
    pub method: Method,
}

/// The interest of the year and the balance at its end. `closing = opening + credits + both interests`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// On the opening balance.
    pub interest_on_opening: Fen,
    /// On the credits of the year.
    pub interest_on_credits: Fen,
    /// The balance at the end.
    pub closing: Fen,
    /// How it was computed.
    pub steps: Vec<Step>,
}

/// The rate of a year and whether it is only the last one known.
#[derive(Clone, Copy, Debug)]
pub struct YearRate<'a> {
    /// The rate.
    pub rate: InForce<'a, Rate>,
    /// Whether the year's own rate is not published yet: to be settled again once it is.
    pub provisional: bool,
}

const OPENING: Label =
    Label { key: "account.interest_on_opening", zh: "年初余额利息", en: "interest on the opening balance" };
const CREDITS: Label =
    Label { key: "account.interest_on_credits", zh: "当年记账利息", en: "interest on the year's credits" };
const CLOSING: Label = Label { key: "account.closing", zh: "年末余额", en: "closing balance" };

/// The crediting rate of a year; of the latest year before it where its own is not published.
///
/// # Errors
/// A year before the first rate.
pub fn rate_of(policy: &Policy, year: i32) -> Result<YearRate<'_>, FormulaError> {
    let allowed = || "a year from 1900 to 2199".to_owned();
    let january = Month::new(year, 1).map_err(|_| FormulaError::OutOfRange { fact: "year", allowed: allowed() })?;
    let (rate, provisional) = policy.account.crediting_rate.on_or_last(january.first_day())?;
    Ok(YearRate { rate, provisional })
}

/// One year with its rate given, for callers that hold it already; [`super::year::assess`] reads it.
///
/// 劳办发〔1997〕116号. Month product: `(sum of credit × months left) × R ÷ 12`. Annual: `credits × R × 1.083 ÷ 2`.
/// The opening balance bears R. Each interest is settled to the fen once.
///
/// # Errors
/// Amounts that are too large.
pub fn assess(facts: Facts<'_>) -> Result<Assessment, FormulaError> {
    let Facts { opening, credits, rate, source, method } = facts;
    let sources = || source.map(Cited::from);
    let percent = Percent(rate);
    let mut working = Working::default();
    let on_opening =
        working.portion(OPENING, format_args!("{opening} × {percent}"), Product::half_up(opening, rate), sources())?;
    let principal = credits.iter().try_fold(Fen::ZERO, |sum, credit| sum.checked_add(*credit))?;
    let (product, formula) = match method {
        Method::MonthProduct => {
            let product = month_product(&credits)?;
            (Product::half_up(product, rate.times(Rate::new(1, 12)?)?), format!("{product} × {percent} ÷ 12"))
        }
        Method::HalfRate => {
            let half = Product::half_up(principal, rate.times(Rate::new(1, 2)?)?);
            (half, format!("{principal} × {percent} × 50%"))
        }
        Method::Annual => {
            let factor = rate.times(Rate::new(1083, 2000)?)?;
            (Product::half_up(principal, factor), format!("{principal} × {percent} × 1.083 ÷ 2"))
        }
    };
    let on_credits = working.portion(CREDITS, formula, product, sources())?;
    let closing = opening.checked_add(principal)?.checked_add(on_opening)?.checked_add(on_credits)?;
    working.exact(CLOSING, format_args!("{opening} + {principal} + {on_opening} + {on_credits}"), closing, []);
    let steps = working.into_steps();
    Ok(Assessment { interest_on_opening: on_opening, interest_on_credits: on_credits, closing, steps })
}

/// Each credit times the months left in the year, its own included (月积数).
fn month_product(credits: &[Fen; 12]) -> Result<Fen, FormulaError> {
    let mut sum = Fen::ZERO;
    for (left, credit) in (1i64..=12).rev().zip(credits) {
        sum = sum.checked_add(credit.times(left)?)?;
    }
    Ok(sum)
}
