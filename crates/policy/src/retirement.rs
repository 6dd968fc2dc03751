//! When a person retires: the old ages of 国发〔1978〕104号, their stepwise delay from 2025 (全国人大常委会2024-09-13决定), and the
//! flexible choice around the new age (人社部发〔2024〕94号).
//!
//! Refuses a birth for which no age is known, and a wish outside what may be chosen.

pub mod early;

use crate::parameter::{Dated, InForce, NotInForce};
use crate::parameters::Retirement;
use crate::working::{Label, Months, Step, Working};
use crate::{FormulaError, Policy};
use kernel::{Month, Sex};

kernel::words! {
    /// The category that decides the age; dated facts of a person, because a post may change.
    pub enum Category {
        /// 男职工.
        Men = "M60",
        /// 女干部, management or technical post.
        WomenCadres = "F55",
        /// 女工人.
        WomenWorkers = "F50",
        /// 特殊工种, men; after 2024 not known (Q11).
        MenSpecial = "M55S",
        /// 特殊工种, women; after 2024 not known (Q11).
        WomenSpecial = "F45S",
        /// 病退, men; until 2024, replaced by the allowance (病残津贴).
        MenSick = "M50D",
        /// 病退, women; until 2024.
        WomenSick = "F45D",
    }
}

/// When a person retires and how it was computed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// The month in which the old age is reached.
    pub original: Month,
    /// By how many months the age is delayed.
    pub delay_months: i64,
    /// The age at retirement, in months.
    pub age_months: i64,
    /// The month of retirement.
    pub retires: Month,
    /// The month of the first payment.
    pub first_payment: Month,
    /// How many months must be paid for a monthly pension, by the year of retirement.
    pub minimum_months: i64,
    /// How it was computed.
    pub steps: Vec<Step>,
}

/// What may be chosen around the statutory age.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// The earliest month: never before the old age.
    pub earliest: Month,
    /// The statutory month.
    pub statutory: Month,
    /// The latest month.
    pub latest: Month,
}

kernel::words! {
    /// How a chosen month lies to the statutory one.
    pub enum Timing {
        /// 弹性提前: the employer is told in writing.
        Early = "early",
        /// At the statutory age.
        Statutory = "statutory",
        /// 弹性延迟: agreed in writing with the employer.
        Late = "late",
    }
}

/// A chosen month of retirement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chosen {
    /// How it lies to the statutory month.
    pub timing: Timing,
    /// The last month in which the employer may be told or agreed with; nothing at the statutory age.
    pub notice_by: Option<Month>,
    /// The month of the first payment.
    pub first_payment: Month,
    /// How many months must be paid.
    pub minimum_months: i64,
    /// The age then, in months.
    pub age_months: i64,
    /// How it was computed.
    pub steps: Vec<Step>,
}

/// How many months are paid and how many are still missing for a monthly pension (社会保险法 art. 16).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entitlement {
    /// How many must be paid.
    pub minimum_months: i64,
    /// How many are missing; 0 where the right is there.
    pub missing_months: i64,
    /// How it was computed.
    pub steps: Vec<Step>,
}

const ORIGINAL: Label = Label::new("retirement.original", "达到原退休年龄的月份", "month of the old age");
const DELAY: Label = Label::new("retirement.delay", "延迟月数", "delay");
const NO_DELAY: Label = Label::new("retirement.no_delay", "不延迟", "no delay");
const AGE: Label = Label::new("retirement.age", "退休年龄", "age at retirement");
const RETIRES: Label = Label::new("retirement.month", "退休月份", "month of retirement");
const FIRST_PAYMENT: Label = Label::new("retirement.first_payment", "首次领取月份", "month of the first payment");
const MINIMUM: Label = Label::new("retirement.minimum_months", "最低缴费月数", "months to be paid at least");
const EARLIEST: Label = Label::new("retirement.earliest", "最早可选月份", "earliest month that may be chosen");
const LATEST: Label = Label::new("retirement.latest", "最晚可选月份", "latest month that may be chosen");
const NOTICE_EARLY: Label =
    Label::new("retirement.notice_early", "最迟告知单位的月份", "last month to tell the employer");
const NOTICE_LATE: Label = Label::new("retirement.notice_late", "最迟书面约定的月份", "last month to agree in writing");
const MISSING: Label = Label::new("retirement.missing_months", "尚缺月数", "months still missing");

impl Category {
    /// The category of a flexible worker: women who pay for themselves retire by the category of the parameter.
    ///
    /// # Errors
    /// A month before the first row.
    pub fn of_flexible(policy: &Policy, sex: Sex, month: Month) -> Result<Category, NotInForce> {
        match sex {
            Sex::Male => Ok(Category::Men),
            Sex::Female => Ok(*policy.retirement.flexible_women.on(month.first_day())?.value),
        }
    }

    const fn age(self, retirement: &Retirement) -> &Dated<i64> {
        match self {
            Category::Men => &retirement.age_men,
            Category::WomenCadres => &retirement.age_women_cadres,
            Category::WomenWorkers => &retirement.age_women_workers,
            Category::MenSpecial => &retirement.age_men_special,
            Category::WomenSpecial => &retirement.age_women_special,
            Category::MenSick => &retirement.age_men_sick,
            Category::WomenSick => &retirement.age_women_sick,
        }
    }

    /// The longest delay and the months of birth a step; nothing for a category that is not delayed.
    const fn delay(self, retirement: &Retirement) -> Option<[&Dated<i64>; 2]> {
        match self {
            Category::Men => Some([&retirement.delay_highest_men, &retirement.births_a_step_men]),
            Category::WomenCadres => {
                Some([&retirement.delay_highest_women_cadres, &retirement.births_a_step_women_cadres])
            }
            Category::WomenWorkers => {
                Some([&retirement.delay_highest_women_workers, &retirement.births_a_step_women_workers])
            }
            Category::MenSpecial | Category::WomenSpecial | Category::MenSick | Category::WomenSick => None,
        }
    }
}

/// 国发〔1978〕104号 and, from 2025-01, the decision of 2024-09-13: the month of the old age, delayed by one month for
/// each step of months of birth, up to the longest delay. The day of birth plays no part.
///
/// # Errors
/// A birth for which no age or no minimum is known; a month outside the calendar.
pub fn assess(policy: &Policy, category: Category, birth: Month) -> Result<Assessment, FormulaError> {
    assess_on(policy, category, birth, Working::default())
}

/// The same on a sheet that may keep nothing.
pub(crate) fn assess_on(
    policy: &Policy,
    category: Category,
    birth: Month,
    mut working: Working,
) -> Result<Assessment, FormulaError> {
    let (age, original) = original(&policy.retirement, category, birth)?;
    let mut parts = working.branch();
    parts.exact(ORIGINAL, format_args!("{birth} + {}", age.value), original, [age.into()]);
    let delay_months = delay(&policy.retirement, category, original, &mut parts)?;
    let retires = later(original, delay_months)?;
    working.made_of(parts).exact(RETIRES, format_args!("{original} + {delay_months}"), retires, []);
    let age_months = age.value + delay_months;
    working.exact(AGE, format_args!("{} + {delay_months}", age.value), Months(age_months), []);
    let first_payment = first_payment(policy, retires, &mut working)?;
    let minimum_months = minimum(policy, retires, &mut working)?;
    let steps = working.into_steps();
    Ok(Assessment { original, delay_months, age_months, retires, first_payment, minimum_months, steps })
}

/// 人社部发〔2024〕94号: from three years before the new age, never before the old one, to three years after it.
///
/// # Errors
/// As [`assess`]; a statutory month before 2025 leaves no choice.
pub fn choice(policy: &Policy, category: Category, birth: Month) -> Result<Choice, FormulaError> {
    let statutory = assess_on(policy, category, birth, Working::silent())?;
    window(policy, &statutory, &mut Working::silent())
}

fn window(policy: &Policy, statutory: &Assessment, working: &mut Working) -> Result<Choice, FormulaError> {
    let Assessment { original, retires, .. } = *statutory;
    let early = policy.retirement.early_highest.on(retires.first_day())?;
    let late = policy.retirement.late_highest.on(retires.first_day())?;
    let earliest = later(retires, -early.value)?.max(original);
    working.exact(EARLIEST, format_args!("max({retires} - {}, {original})", early.value), earliest, [early.into()]);
    let latest = later(retires, *late.value)?;
    working.exact(LATEST, format_args!("{retires} + {}", late.value), latest, [late.into()]);
    Ok(Choice { earliest, statutory: retires, latest })
}

/// What a wish for a month of retirement means: until when the employer must know, and how many months must be paid (by
/// the year of retirement, or by the year of the statutory age for whoever stays longer).
///
/// # Errors
/// As [`choice`]; a month outside what may be chosen.
pub fn chosen(policy: &Policy, category: Category, birth: Month, wish: Month) -> Result<Chosen, FormulaError> {
    let mut working = Working::default();
    let statutory = assess_on(policy, category, birth, working.branch())?;
    if wish == statutory.retires {
        let Assessment { first_payment, minimum_months, age_months, steps, .. } = statutory;
        let timing = Timing::Statutory;
        return Ok(Chosen { timing, notice_by: None, first_payment, minimum_months, age_months, steps });
    }
    let Choice { earliest, latest, .. } = window(policy, &statutory, &mut working)?;
    if wish < earliest || wish > latest {
        let allowed = format!("from {earliest} to {latest}");
        return Err(FormulaError::OutOfRange { fact: "retire_month", allowed });
    }
    let on = statutory.retires.first_day();
    let (timing, label, notice, counted, by) = if wish < statutory.retires {
        (Timing::Early, NOTICE_EARLY, policy.retirement.early_notice.on(on)?, wish, wish)
    } else {
        let notice = policy.retirement.late_notice.on(on)?;
        (Timing::Late, NOTICE_LATE, notice, statutory.retires, statutory.retires)
    };
    let notice_by = later(by, -notice.value)?;
    working.exact(label, format_args!("{by} - {}", notice.value), notice_by, [notice.into()]);
    let minimum_months = minimum(policy, counted, &mut working)?;
    let age_months = i64::from(wish.since(birth));
    working.exact(AGE, format_args!("{wish} - {birth}"), Months(age_months), []);
    let first_payment = first_payment(policy, wish, &mut working)?;
    let steps = working.into_steps();
    Ok(Chosen { timing, notice_by: Some(notice_by), first_payment, minimum_months, age_months, steps })
}

/// 社会保险法 art. 16: a monthly pension needs the minimum of the year; who has less may pay on.
///
/// # Errors
/// Months below nothing; a month before the first minimum.
pub fn entitlement(policy: &Policy, retires: Month, months: i64) -> Result<Entitlement, FormulaError> {
    if months < 0 {
        return Err(FormulaError::OutOfRange { fact: "months", allowed: "0 or more".to_owned() });
    }
    let mut working = Working::default();
    let mut parts = working.branch();
    let minimum_months = minimum(policy, retires, &mut parts)?;
    let missing_months = (minimum_months - months).max(0);
    working.made_of(parts).exact(
        MISSING,
        format_args!("max({minimum_months} - {months}, 0)"),
        Months(missing_months),
        [],
    );
    Ok(Entitlement { minimum_months, missing_months, steps: working.into_steps() })
}

/// The old age and the month in which it is reached: the row of the age that is in force in that very month.
fn original(
    retirement: &Retirement,
    category: Category,
    birth: Month,
) -> Result<(InForce<'_, i64>, Month), FormulaError> {
    let ages = category.age(retirement);
    let mut absent = None;
    for row in ages.rows() {
        let reached = later(birth, row.value)?;
        match ages.on(reached.first_day()) {
            Ok(age) if age.from == row.from => return Ok((age, reached)),
            Ok(_) => {}
            Err(error) => absent = Some(error),
        }
    }
    match absent {
        Some(error) => Err(error.into()),
        None => Err(ages.on(birth.first_day()).map(|_| FormulaError::TooLarge).unwrap_or_else(FormulaError::from)),
    }
}

/// The first month of the row of the longest delay is the month from which whoever reaches the old age is delayed.
fn delay(
    retirement: &Retirement,
    category: Category,
    original: Month,
    working: &mut Working,
) -> Result<i64, FormulaError> {
    let Some([highest, births]) = category.delay(retirement) else {
        working.exact(NO_DELAY, 0, Months(0), []);
        return Ok(0);
    };
    let highest = highest.on(original.first_day())?;
    if *highest.value == 0 {
        working.exact(NO_DELAY, 0, Months(0), [highest.into()]);
        return Ok(0);
    }
    let births = births.on(original.first_day())?;
    let start = Month::of(highest.from).map_err(|_| FormulaError::TooLarge)?;
    let since = i64::from(original.since(start));
    let steps = since.checked_div(*births.value).ok_or(FormulaError::TooLarge)? + 1;
    let delay = steps.min(*highest.value);
    working.exact(
        DELAY,
        format_args!("min(⌊({original} - {start}) ÷ {}⌋ + 1, {})", births.value, highest.value),
        Months(delay),
        [births.into(), highest.into()],
    );
    Ok(delay)
}

fn first_payment(policy: &Policy, retires: Month, working: &mut Working) -> Result<Month, FormulaError> {
    let after = policy.retirement.first_payment_after.on(retires.first_day())?;
    let first_payment = later(retires, *after.value)?;
    working.exact(FIRST_PAYMENT, format_args!("{retires} + {}", after.value), first_payment, [after.into()]);
    Ok(first_payment)
}

fn minimum(policy: &Policy, retires: Month, working: &mut Working) -> Result<i64, FormulaError> {
    let minimum = policy.pension.minimum_months.on(retires.first_day())?;
    working.exact(MINIMUM, minimum.value, Months(*minimum.value), [minimum.into()]);
    Ok(*minimum.value)
}

/// So many months later, within the calendar.
fn later(month: Month, months: i64) -> Result<Month, FormulaError> {
    let allowed = || "such that the months lie in the years 1900 to 2199".to_owned();
    let out_of_range = || FormulaError::OutOfRange { fact: "birth", allowed: allowed() };
    i32::try_from(months).ok().and_then(|months| month.plus(months).ok()).ok_or_else(out_of_range)
}
