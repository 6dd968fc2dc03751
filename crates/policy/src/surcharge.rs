//! The surcharge on late payment (滞纳金): 社会保险法 art. 86, and 征缴条例 art. 13 for the days before 2011-07-01.

use crate::parameter::InForce;
use crate::parameters::SurchargeCap;
use crate::working::{Label, Product, Step, Working};
use crate::{FormulaError, Policy};
use kernel::{Date, Fen, Rate, Rounding};

/// What is known of one late fee month.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts {
    /// The contribution that was due.
    pub principal: Fen,
    /// The last day on which it could be paid in time.
    pub due: Date,
    /// The day on which it was paid; it counts (R8).
    pub paid: Date,
}

/// The surcharge and how it was computed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// Days late.
    pub days: i64,
    /// The surcharge.
    pub amount: Fen,
    /// How it was computed.
    pub steps: Vec<Step>,
}

const DAYS: Label = Label { key: "surcharge.days", zh: "逾期天数", en: "days late" };
const AMOUNT: Label = Label { key: "surcharge.amount", zh: "滞纳金", en: "surcharge" };
const CAPPED: Label = Label { key: "surcharge.capped", zh: "以本金为限", en: "capped at the principal" };

/// 社会保险法 art. 86: 0.05 % of the arrears for each day from the day after the due day to the day of payment.
/// Days before 2011-07-01 bear the 0.2 % of their time.
///
/// # Errors
/// A negative principal; days before the first rate; amounts that are too large.
pub fn assess(policy: &Policy, facts: Facts) -> Result<Assessment, FormulaError> {
    let Facts { principal, due, paid } = facts;
    if principal.is_negative() {
        return Err(FormulaError::OutOfRange { fact: "principal", allowed: "0.00 or more".to_owned() });
    }
    let mut working = Working::default();
    let days = (paid - due).num_days().max(0);
    working.exact(DAYS, format!("{paid} - {due}"), days.to_string(), []);
    let mut spans = spans(policy, due, paid)?;
    if spans.is_empty() {
        // On time: the rate of the due day is still named, so that the nought explains itself.
        spans = policy.surcharge.daily_rate.on(due).map(|rate| vec![(rate, 0)]).unwrap_or_default();
    }
    let mut rate = Rate::new(0, 1)?;
    for (daily, days) in &spans {
        rate = rate.plus(daily.value.times(Rate::new(*days, 1)?)?)?;
    }
    let words = spans.iter().map(|(daily, days)| format!("{} × {days}", daily.value.in_percent()));
    let formula = format!("{principal} × ({})", words.collect::<Vec<_>>().join(" + "));
    let product = Product { amount: principal, rate, rounding: Rounding::HalfUpToFen };
    let uncapped = working.portion(AMOUNT, formula, product, spans.iter().map(|(daily, _)| (*daily).into()))?;
    let amount = if days > 0 { capped(policy, facts, uncapped, &mut working)? } else { uncapped };
    Ok(Assessment { days, amount, steps: working.into_steps() })
}

/// The days after `due` up to `paid`, by the rate of their time.
fn spans(policy: &Policy, due: Date, paid: Date) -> Result<Vec<(InForce<'_, Rate>, i64)>, FormulaError> {
    let mut spans = Vec::new();
    let mut before = due;
    while before < paid {
        let first = before.succ_opt().ok_or(FormulaError::TooLarge)?;
        let rate = policy.surcharge.daily_rate.on(first)?;
        let row = policy.surcharge.daily_rate.rows().iter().find(|row| row.from == rate.from);
        // Each row ends on a day of its own or goes on, so that the loop takes at most as many turns as there are rows.
        let last = row.and_then(|row| row.to).unwrap_or(paid).min(paid);
        spans.push((rate, (last - before).num_days()));
        before = last;
    }
    Ok(spans)
}

/// 行政强制法 art. 45, where the parameter says that it applies.
fn capped(policy: &Policy, facts: Facts, amount: Fen, working: &mut Working) -> Result<Fen, FormulaError> {
    let cap = policy.surcharge.cap.on(facts.paid)?;
    match cap.value {
        SurchargeCap::None => Ok(amount),
        SurchargeCap::Principal => {
            let capped = amount.min(facts.principal);
            let formula = format!("min({amount}, {})", facts.principal);
            working.exact(CAPPED, formula, capped.to_string(), [cap.into()]);
            Ok(capped)
        }
    }
}
