//! When a recipient must prove being entitled (领取待遇资格认证), and from when a benefit may be suspended at the earliest:
//! 邯社保〔2015〕17号, 人社厅发〔2018〕107号, 社会保险经办条例 art. 26. Later success pays every withheld month (补发).

use crate::parameter::InForce;
use crate::working::{Cited, Label, Months, Step, Word, Working};
use crate::{FormulaError, Policy};
use kernel::{Date, Fen, Month, MonthRange};

kernel::words! {
    /// By what the window is set.
    pub enum Rule {
        /// Any day of the calendar year.
        CalendarYear = "calendar_year",
        /// The half year in which the recipient was born.
        HalfYearOfBirth = "half_year_of_birth",
        /// Twelve months from the last pass, each in the recipient's own time.
        TwelveMonths = "twelve_months",
    }
}

kernel::words! {
    /// Whether data must be compared and the recipient contacted before a suspension.
    pub enum Contact {
        /// The deadline alone decides.
        NotRequired = "not_required",
        /// Suspension only after both, and never where it is doubtful.
        Required = "required",
    }
}

kernel::words! {
    /// How a recipient stands on a day.
    pub enum Standing {
        /// 有效.
        Valid = "valid",
        /// 待认证.
        Due = "due",
        /// Past the deadline: the benefit may be suspended, after contact where it is required.
        Suspendable = "suspendable",
    }
}

/// When to certify next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Window {
    /// The first month.
    pub first: Month,
    /// The last month.
    pub last: Month,
    /// The last day.
    pub deadline: Date,
    /// From which day certification is due.
    pub due_from: Date,
    /// The first month whose benefit may be withheld.
    pub earliest_suspension: Month,
    /// What must come before.
    pub contact: Contact,
    /// How it was computed.
    pub steps: Vec<Step>,
}

impl Window {
    /// How the recipient stands on a day, without a pass in the window.
    pub fn standing(&self, on: Date) -> Standing {
        if on >= self.earliest_suspension.first_day() {
            Standing::Suspendable
        } else if on >= self.due_from {
            Standing::Due
        } else {
            Standing::Valid
        }
    }
}

/// What is paid after a late pass.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Resumption {
    /// The first month that is paid in the ordinary batch again.
    pub resumed: Month,
    /// How many months were withheld.
    pub withheld_months: i64,
    /// What is paid for them, in full.
    pub arrears: Fen,
    /// How it was computed.
    pub steps: Vec<Step>,
}

const RULE: Label = Label::new("certification.rule", "认证周期", "what sets the window");
const FIRST: Label = Label::new("certification.first", "可认证首月", "first month");
const OWN_LAST: Label =
    Label::new("certification.last_own", "本人认证期末月", "last month of the recipient's own time");
const YEAR_LAST: Label = Label::new("certification.last_of_year", "年度认证末月", "last month of the year");
const HALF_LAST: Label =
    Label::new("certification.last_of_half", "按出生半年的认证末月", "last month of the half year of birth");
const SUSPENSION: Label =
    Label::new("certification.earliest_suspension", "最早可暂停月份", "earliest month of a suspension");
const RESUMED: Label = Label::new("certification.resumed", "恢复正常发放月份", "month of the ordinary batch again");
const WITHHELD: Label = Label::new("certification.withheld_months", "停发月数", "months withheld");
const ARREARS: Label = Label::new("certification.arrears", "补发金额", "arrears");
const RAISE: Label = Label::new("certification.raise", "调待补发", "raise for past months");

/// The next window of a recipient whose last pass (or, before any, the first payment) was on a day: the year after decides
/// which rule holds, as the recipient meets it then.
///
/// # Errors
/// A year for which no rule is known in the area.
pub fn next(policy: &Policy, birth: Month, last_pass: Date) -> Result<Window, FormulaError> {
    let passed = month_of(last_pass)?;
    let year = Month::new(passed.year() + 1, 1).map_err(|_| beyond())?;
    let rule = policy.certification.window.on(year.first_day())?;
    match rule.value {
        Rule::CalendarYear | Rule::HalfYearOfBirth => of_year(policy, birth, year.year()),
        Rule::TwelveMonths => {
            let cycle = policy.certification.cycle.on(year.first_day())?;
            let last = plus(passed, *cycle.value)?;
            let mut working = Working::default();
            working.exact(RULE, rule.value, Word(rule.value.as_str()), [rule.into()]);
            working.exact(OWN_LAST, format_args!("{passed} + {}", cycle.value), last, [cycle.into()]);
            window(policy, Bounds { first: None, last }, working)
        }
    }
}

/// The window of a year by its calendar or by the half year of birth (2015 to 2017 in Handan).
///
/// # Errors
/// A year for which no rule is known, or in which each recipient has a time of their own.
pub fn of_year(policy: &Policy, birth: Month, year: i32) -> Result<Window, FormulaError> {
    let month = |of_year| Month::new(year, of_year).map_err(|_| beyond());
    let rule = policy.certification.window.on(month(1)?.first_day())?;
    let (first, last, label) = match rule.value {
        Rule::CalendarYear => (month(1)?, month(12)?, YEAR_LAST),
        Rule::HalfYearOfBirth if birth.month() <= 6 => (month(1)?, month(6)?, HALF_LAST),
        Rule::HalfYearOfBirth => (month(7)?, month(12)?, HALF_LAST),
        Rule::TwelveMonths => {
            let allowed = format!("a year before {year}, in which each recipient has a time of their own");
            return Err(FormulaError::OutOfRange { fact: "year", allowed });
        }
    };
    let mut working = Working::default();
    working.exact(RULE, rule.value, Word(rule.value.as_str()), [rule.into()]);
    working.exact(FIRST, first, first, []);
    working.exact(label, last, last, []);
    window(policy, Bounds { first: Some(first), last }, working)
}

/// The months of a window; the first from the day it is due where it is not set.
struct Bounds {
    first: Option<Month>,
    last: Month,
}

/// 社会保险经办条例 art. 26: nothing is withheld before the month after the deadline.
fn window(policy: &Policy, bounds: Bounds, mut working: Working) -> Result<Window, FormulaError> {
    let Bounds { first, last } = bounds;
    let deadline = last.last_day();
    let before = policy.certification.due_before.on(deadline)?;
    let days = u64::try_from(*before.value).map_err(|_| FormulaError::TooLarge)?;
    let due_from = deadline.checked_sub_days(chrono::Days::new(days)).ok_or_else(beyond)?;
    let first = first.map_or_else(|| month_of(due_from), Ok)?;
    let earliest_suspension = plus(last, 1)?;
    let contact = policy.certification.contact.on(deadline)?;
    let sources: [Cited<'_>; 2] = [contact.into(), before.into()];
    working.exact(SUSPENSION, format_args!("{last} + 1"), earliest_suspension, sources);
    let contact = *contact.value;
    Ok(Window { first, last, deadline, due_from, earliest_suspension, contact, steps: working.into_steps() })
}

/// A pass after months were withheld.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LatePass {
    /// The first month withheld.
    pub suspended_from: Month,
    /// The day of the pass.
    pub passed: Date,
    /// The day until which a pass still enters the batch of its month.
    pub cut_off: Date,
    /// The benefit of a month.
    pub monthly: Fen,
}

/// The month of the pass is paid in its ordinary batch where the pass precedes the cut-off; every month before is paid in full.
///
/// # Errors
/// A pass before the suspension; an amount below nothing.
pub fn resume(pass: LatePass) -> Result<Resumption, FormulaError> {
    let LatePass { suspended_from, passed, cut_off, monthly } = pass;
    if monthly.is_negative() {
        return Err(FormulaError::OutOfRange { fact: "monthly", allowed: "0.00 or more".to_owned() });
    }
    let month = month_of(passed)?;
    if month < suspended_from {
        let allowed = format!("a day from {} on", suspended_from.first_day());
        return Err(FormulaError::OutOfRange { fact: "passed", allowed });
    }
    let mut working = Working::default();
    let later = i32::from(passed > cut_off);
    let resumed = plus(month, later.into())?;
    working.exact(RESUMED, format_args!("{month} + {later}"), resumed, []);
    let withheld_months = i64::from(resumed.since(suspended_from));
    let mut parts = working.branch();
    parts.exact(WITHHELD, format_args!("{resumed} - {suspended_from}"), Months(withheld_months), []);
    let arrears = monthly.times(withheld_months)?;
    working.made_of(parts).exact(ARREARS, format_args!("{monthly} × {withheld_months}"), arrears, []);
    Ok(Resumption { resumed, withheld_months, arrears, steps: working.into_steps() })
}

/// A raise that is settled after the months it is for: each month's raise, apart from withheld months.
///
/// # Errors
/// Amounts that are too large.
pub fn raise(months: MonthRange, monthly: Fen) -> Result<(Fen, Vec<Step>), FormulaError> {
    let mut working = Working::default();
    let amount = monthly.times(months.count().into())?;
    working.exact(RAISE, format_args!("{monthly} × {}", months.count()), amount, []);
    Ok((amount, working.into_steps()))
}

/// Whether contact is required before a suspension on a day, with its law.
///
/// # Errors
/// A day before the first row.
pub fn contact(policy: &Policy, on: Date) -> Result<InForce<'_, Contact>, FormulaError> {
    Ok(policy.certification.contact.on(on)?)
}

fn month_of(date: Date) -> Result<Month, FormulaError> {
    Month::of(date).map_err(|_| beyond())
}

fn plus(month: Month, months: i64) -> Result<Month, FormulaError> {
    i32::try_from(months).ok().and_then(|months| month.plus(months).ok()).ok_or_else(beyond)
}

fn beyond() -> FormulaError {
    FormulaError::OutOfRange { fact: "last_pass", allowed: "a day in the years 1900 to 2199".to_owned() }
}
