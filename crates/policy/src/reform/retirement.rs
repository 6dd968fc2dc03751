//! Reforms 5, 6 and 7: early review, notice to institutions, sick retirement.

use super::{Decision, Reform, before, rule_on};
use crate::parameters::Rule;
use crate::working::{Label, Word, Working};
use crate::{FormulaError, Policy};
use kernel::{Date, Month};

/// What is known of a retirement in a county enterprise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Review {
    /// Today.
    pub on: Date,
    /// The month of the age.
    pub retire_month: Month,
    /// When it was reviewed and locked, if it was.
    pub locked: Option<Date>,
    /// When a fact under it was last corrected, if one was.
    pub corrected: Option<Date>,
}

kernel::words! {
    /// How a review stands.
    pub enum ReviewState {
        /// Its time has not come.
        TooEarly = "too_early",
        /// It may be reviewed.
        Open = "open",
        /// Reviewed: its facts stand as they are.
        Locked = "locked",
        /// A fact was corrected after the lock: to be reviewed again.
        Unlocked = "unlocked",
    }
}

/// When a retirement may be reviewed, how the review stands, and when the pension begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReviewPlan {
    /// The first month in which it may be reviewed.
    pub opens: Month,
    /// How it stands.
    pub state: ReviewState,
    /// The month after the retirement month.
    pub first_payment: Month,
}

const IN_MONTH: Label = Label::new("review.in_month", "到龄当月起受理", "from the month of the age");
const AHEAD: Label = Label::new("review.ahead", "提前起受理", "from some months before");
const STATE: Label = Label::new("review.state", "审核状态", "how the review stands");

/// Reform 5: a retirement is reviewed and locked some months before its month; a correction of a fact after the lock
/// unlocks it. Before the reform it was filed in its month and nothing was locked.
///
/// # Errors
/// A day before the rules; a month at the end of the calendar.
pub fn review(policy: &Policy, facts: Review) -> Result<Decision<ReviewPlan>, FormulaError> {
    let Review { on, retire_month, locked, corrected } = facts;
    let mut working = Working::default();
    let (mut parts, mut switch) = (working.branch(), working.branch());
    let rule = rule_on(policy, Reform::EarlyReview, on, &mut switch)?;
    let opens = match rule {
        Rule::Old => {
            parts.made_of(switch).exact(IN_MONTH, retire_month, retire_month, []);
            retire_month
        }
        Rule::New => {
            let ahead = policy.reform.review_months_ahead.on(on)?;
            let opens = before(retire_month, *ahead.value)?;
            let formula = format_args!("{retire_month} - {}", ahead.value);
            parts.made_of(switch).exact(AHEAD, formula, opens, [ahead.into()]);
            opens
        }
    };
    let locked = locked.filter(|_| rule == Rule::New);
    let state = match (locked, corrected) {
        (Some(locked), Some(corrected)) if corrected > locked => ReviewState::Unlocked,
        (Some(_), Some(_) | None) => ReviewState::Locked,
        (None, Some(_) | None) if on < opens.first_day() => ReviewState::TooEarly,
        (None, Some(_) | None) => ReviewState::Open,
    };
    working.made_of(parts).exact(STATE, format_args!("{on} ≥ {opens}"), Word(state.as_str()), []);
    let first_payment = before(retire_month, -1)?;
    Ok(Decision { outcome: ReviewPlan { opens, state, first_payment }, steps: working.into_steps() })
}

const WAITS: Label = Label::new("notice.none", "不主动告知", "nobody is told");
const NOTICE: Label = Label::new("notice.month", "告知单位的月份", "month in which the institution is told");

/// Reform 6: the month in which a public institution is told of a coming retirement; nothing before the reform.
///
/// # Errors
/// A day before the rules; a month at the beginning of the calendar.
pub fn notice(policy: &Policy, on: Date, retire_month: Month) -> Result<Decision<Option<Month>>, FormulaError> {
    let mut working = Working::default();
    let mut parts = working.branch();
    let outcome = match rule_on(policy, Reform::InstitutionNotice, on, &mut parts)? {
        Rule::Old => {
            working.made_of(parts).exact(WAITS, retire_month, Word("none"), []);
            None
        }
        Rule::New => {
            let ahead = policy.reform.notice_months_ahead.on(on)?;
            let month = before(retire_month, *ahead.value)?;
            let formula = format_args!("{retire_month} - {}", ahead.value);
            working.made_of(parts).exact(NOTICE, formula, month, [ahead.into()]);
            Some(month)
        }
    };
    Ok(Decision { outcome, steps: working.into_steps() })
}

/// What is known of a sick retirement in a public institution.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sick<'a> {
    /// Today.
    pub on: Date,
    /// The number of the human resources department's decision, where there is one.
    pub decision: Option<&'a str>,
    /// How many the department may confirm.
    pub quota: u32,
    /// How many have been processed.
    pub used: u32,
}

/// What becomes of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SickOutcome {
    /// Processed at once.
    Processed {
        /// How many have been processed with this one.
        used: u32,
    },
    /// The quota is used up: back to the department.
    QuotaFull,
    /// The department has not decided.
    NoDecision,
    /// It waits for the committee.
    Committee,
}

const PROCESSED: Label = Label::new("sick.processed", "即来即办", "processed at once");
const QUOTA_FULL: Label =
    Label::new("sick.quota_full", "限额已满，退回人社部门", "the quota is used up: back to the department");
const NO_DECISION: Label = Label::new("sick.no_decision", "须先由人社部门确定", "the department decides first");
const COMMITTEE: Label = Label::new("sick.committee", "等待集体研究", "waits for the committee");

/// Reform 7: whom the human resources department confirmed within the quota is processed at once, without a second
/// review. Before it, each case waited for a committee.
///
/// # Errors
/// A day before the rules.
pub fn sick(policy: &Policy, facts: Sick<'_>) -> Result<Decision<SickOutcome>, FormulaError> {
    let Sick { on, decision, quota, used } = facts;
    let mut working = Working::default();
    let mut parts = working.branch();
    let rule = rule_on(policy, Reform::SickRetirement, on, &mut parts)?;
    let decision = decision.map(str::trim).filter(|number| !number.is_empty());
    let (label, word, outcome) = match (rule, decision) {
        (Rule::Old, Some(_) | None) => (COMMITTEE, "committee", SickOutcome::Committee),
        (Rule::New, None) => (NO_DECISION, "no_decision", SickOutcome::NoDecision),
        (Rule::New, Some(_)) if used >= quota => (QUOTA_FULL, "quota_full", SickOutcome::QuotaFull),
        (Rule::New, Some(_)) => (PROCESSED, "processed", SickOutcome::Processed { used: used.saturating_add(1) }),
    };
    let formula = format_args!("{}; {used} ÷ {quota}", decision.unwrap_or_default());
    working.made_of(parts).exact(label, formula, Word(word), []);
    Ok(Decision { outcome, steps: working.into_steps() })
}
