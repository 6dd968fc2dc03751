//! The surcharge on late payment (滞纳金): 社会保险法 art. 86, and 征缴条例 art. 13 for the days before 2011-07-01.

pub mod allocation;

use crate::parameter::InForce;
use crate::parameters::{Payer, SurchargeCap};
use crate::working::{Days, Label, Percent, Product, Step, Working};
use crate::{FormulaError, Policy};
use kernel::{Date, Fen, Month, Rate};
use std::fmt;

kernel::words! {
    /// The last day of payment of a fee month.
    pub enum Due {
        /// The last day of the month itself.
        MonthEnd = "month_end",
    }
}

kernel::words! {
    /// Whether a late month bears a surcharge.
    pub enum Bears {
        /// It does.
        Surcharge = "surcharge",
        /// It does not.
        None = "no_surcharge",
    }
}

/// The last day on which a fee month can be paid in time.
///
/// # Errors
/// A month before the first row.
pub fn due_date(policy: &Policy, month: Month) -> Result<Date, FormulaError> {
    match policy.surcharge.due.on(month.first_day())?.value {
        Due::MonthEnd => Ok(month.last_day()),
    }
}

/// Who bears a surcharge: employers always (never their workers); flexible workers, for months of the year in which they
/// pay, as the parameter says.
///
/// # Errors
/// A day before the first row.
pub fn bears(policy: &Policy, payer: Payer, month: Month, paid: Date) -> Result<Bears, FormulaError> {
    match payer {
        Payer::FlexibleWorker if Month::of(paid).is_ok_and(|paid| paid.year() == month.year()) => {
            Ok(*policy.surcharge.flexible_current_year.on(paid)?.value)
        }
        Payer::FlexibleWorker | Payer::Employer => Ok(Bears::Surcharge),
    }
}

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
const DAYS_AT_RATE: Label =
    Label { key: "surcharge.days_at_rate", zh: "按此日率计的天数", en: "days at one rate" };
const AMOUNT: Label = Label { key: "surcharge.amount", zh: "滞纳金", en: "surcharge" };
const CAPPED: Label = Label { key: "surcharge.capped", zh: "以本金为限", en: "capped at the principal" };

/// 社会保险法 art. 86: 0.05 % of the arrears for each day from the day after the due day to the day of payment.
/// Days before 2011-07-01 bear the 0.2 % of their time.
///
/// # Errors
/// A negative principal; days before the first rate; amounts that are too large.
pub fn assess(policy: &Policy, facts: Facts) -> Result<Assessment, FormulaError> {
    assess_on(policy, facts, Working::default())
}

/// The same on a sheet that may keep nothing.
pub(crate) fn assess_on(policy: &Policy, facts: Facts, mut working: Working) -> Result<Assessment, FormulaError> {
    let Facts { principal, due, paid } = facts;
    if principal.is_negative() {
        return Err(FormulaError::OutOfRange { fact: "principal", allowed: "0.00 or more".to_owned() });
    }
    let (days, mut parts) = (days(due, paid, &mut working), working.branch());
    let mut spans = spans(policy, due, paid)?;
    if spans.is_empty() {
        // On time: the rate of the due day is still named, so that the nought explains itself.
        let on_due = policy.surcharge.daily_rate.on(due).map(|rate| Span { rate, after: due, to: due });
        spans = on_due.into_iter().collect();
    }
    let mut rate = Rate::new(0, 1)?;
    for span in &spans {
        rate = rate.plus(span.rate.value.times(Rate::new(span.days(), 1)?)?)?;
        if spans.len() > 1 {
            parts.exact(DAYS_AT_RATE, format_args!("{} - {}", span.to, span.after), Days(span.days()), []);
        }
    }
    let uncapped = working.made_of(parts).portion(
        AMOUNT,
        format_args!("{principal} × {}", Spans(&spans)),
        Product::half_up(principal, rate),
        spans.iter().map(|span| span.rate.into()),
    )?;
    let amount = if days > 0 { capped(policy, facts, uncapped, &mut working)? } else { uncapped };
    Ok(Assessment { days, amount, steps: working.into_steps() })
}

/// R8: the days between, none where it was paid in time.
fn days(due: Date, paid: Date, working: &mut Working) -> i64 {
    let days = (paid - due).num_days().max(0);
    if paid < due {
        working.exact(DAYS, format_args!("max({paid} - {due}, 0)"), Days(days), []);
    } else {
        working.exact(DAYS, format_args!("{paid} - {due}"), Days(days), []);
    }
    days
}

/// Days that bear one rate: those after `after` up to `to`.
struct Span<'a> {
    rate: InForce<'a, Rate>,
    after: Date,
    to: Date,
}

impl Span<'_> {
    fn days(&self) -> i64 {
        (self.to - self.after).num_days()
    }
}

/// `(0.2% × 30 + 0.05% × 31)`.
struct Spans<'a>(&'a [Span<'a>]);

impl fmt::Display for Spans<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, span) in self.0.iter().enumerate() {
            let plus = if at == 0 { "(" } else { " + " };
            write!(f, "{plus}{} × {}", Percent(*span.rate.value), span.days())?;
        }
        f.write_str(if self.0.is_empty() { "0" } else { ")" })
    }
}

/// The days after `due` up to `paid`, by the rate of their time.
fn spans(policy: &Policy, due: Date, paid: Date) -> Result<Vec<Span<'_>>, FormulaError> {
    let mut spans = Vec::new();
    let mut before = due;
    while before < paid {
        let first = before.succ_opt().ok_or(FormulaError::TooLarge)?;
        let rate = policy.surcharge.daily_rate.on(first)?;
        // A row ends on its last day, or where the next begins, or not before the payment: one turn a row at most.
        let rows = policy.surcharge.daily_rate.rows();
        let to = rows.iter().find(|row| row.from == rate.from).and_then(|row| row.to);
        let next = rows.iter().find(|row| row.from > first).and_then(|row| row.from.pred_opt());
        let last = [to, next, Some(paid)].into_iter().flatten().min().unwrap_or(paid);
        spans.push(Span { rate, after: before, to: last });
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
            let branch = working.branch();
            let uncapped = std::mem::replace(working, branch);
            working.made_of(uncapped).exact(
                CAPPED,
                format_args!("min({amount}, {})", facts.principal),
                capped,
                [cap.into()],
            );
            Ok(capped)
        }
    }
}
