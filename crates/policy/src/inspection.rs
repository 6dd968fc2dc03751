//! The yearly inspection of an employer's registration certificate (年检): in force from 1999-03-19 until the five
//! certificates became one (国办发〔2016〕53号). A missing inspection never blocks enrolment or a gap's payment; what papers
//! it asks is [`crate::reform::employer`]'s.

use crate::parameter::InForce;
use crate::working::{Label, Step, Word, Working};
use crate::{FormulaError, Policy};
use kernel::{Date, Fen, Month};

kernel::words! {
    /// Which units the rule tells apart.
    pub enum UnitKind {
        /// 企业.
        Enterprise = "enterprise",
        /// 机关、事业单位、社会组织.
        Other = "other",
    }
}

kernel::words! {
    /// Whether the inspection is in force.
    pub enum Duty {
        /// Each year.
        Yearly = "yearly",
        /// Old certificates are still good, nothing new is asked.
        Transition = "transition",
        /// No more: data by exchange, audit by risk.
        Ended = "ended",
    }
}

kernel::words! {
    /// What the inspection of a year comes to.
    pub enum Verdict {
        /// The year has none.
        NotRequired = "not_required",
        /// Nothing to put right.
        Pass = "pass",
        /// Something is to be put right; the employer goes on with its business meanwhile.
        PutRight = "put_right",
    }
}

kernel::words! {
    /// What is to be put right.
    pub enum Finding {
        /// More staff than insured persons.
        StaffNotInsured = "staff_not_insured",
        /// A payroll above the declared bases.
        PayrollAboveBases = "payroll_above_bases",
        /// Registered items changed and not reported.
        ChangesNotReported = "changes_not_reported",
        /// Contributions assessed and not received.
        Arrears = "arrears",
    }
}

/// What the inspection looks at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts {
    /// Which unit.
    pub kind: UnitKind,
    /// The day on which it is done; a missed year is made up at any time.
    pub on: Date,
    /// The year inspected.
    pub year: i32,
    /// Persons at work.
    pub staff: i64,
    /// Of which insured.
    pub insured: i64,
    /// The payroll of the year.
    pub payroll: Fen,
    /// The declared bases of the year.
    pub bases: Fen,
    /// Changes of registered items that were not reported.
    pub unreported_changes: i64,
    /// Contributions owed.
    pub arrears: Fen,
}

/// The inspection of a year and how it was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Inspection {
    /// Whether it was in force in the year.
    pub duty: Duty,
    /// What it comes to.
    pub verdict: Verdict,
    /// What is to be put right.
    pub findings: Vec<Finding>,
    /// How it was found.
    pub steps: Vec<Step>,
}

const DUTY: Label = Label::new("inspection.duty", "当年是否年检", "whether the year has an inspection");
const VERDICT: Label = Label::new("inspection.verdict", "年检结果", "result of the inspection");

/// The duty of a year, as it stood at the year's end.
///
/// # Errors
/// A year before the first row.
pub fn duty(policy: &Policy, kind: UnitKind, year: i32) -> Result<InForce<'_, Duty>, FormulaError> {
    let allowed = || "a year from 1900 to 2199".to_owned();
    let end = Month::new(year, 12).map_err(|_| FormulaError::OutOfRange { fact: "year", allowed: allowed() })?;
    let duty = match kind {
        UnitKind::Enterprise => &policy.inspection.duty_enterprises,
        UnitKind::Other => &policy.inspection.duty_others,
    };
    Ok(duty.on(end.last_day())?)
}

/// 社会保险登记管理暂行办法: staff, payroll, registered items and arrears are compared. Arrears and missing years are
/// findings, never blocks (reforms 1 and 2).
///
/// # Errors
/// Counts or amounts below nothing; a year before the first row or after the day.
pub fn inspect(policy: &Policy, facts: Facts) -> Result<Inspection, FormulaError> {
    refuse_what_cannot_be(facts)?;
    let duty = duty(policy, facts.kind, facts.year)?;
    let mut working = Working::default();
    working.exact(DUTY, duty.value, Word(duty.value.as_str()), [duty.into()]);
    let found = [
        (Finding::StaffNotInsured, facts.staff > facts.insured),
        (Finding::PayrollAboveBases, facts.payroll > facts.bases),
        (Finding::ChangesNotReported, facts.unreported_changes > 0),
        (Finding::Arrears, !facts.arrears.is_zero()),
    ];
    let findings: Vec<Finding> = found.into_iter().filter(|(_, there)| *there).map(|(finding, _)| finding).collect();
    let (verdict, findings) = match duty.value {
        Duty::Transition | Duty::Ended => (Verdict::NotRequired, Vec::new()),
        Duty::Yearly if findings.is_empty() => (Verdict::Pass, findings),
        Duty::Yearly => (Verdict::PutRight, findings),
    };
    let words: Vec<&str> = findings.iter().map(|finding| finding.as_str()).collect();
    working.exact(VERDICT, words.join(", "), Word(verdict.as_str()), []);
    Ok(Inspection { duty: *duty.value, verdict, findings, steps: working.into_steps() })
}

fn refuse_what_cannot_be(facts: Facts) -> Result<(), FormulaError> {
    let refused = |fact, allowed: &str| Err(FormulaError::OutOfRange { fact, allowed: allowed.to_owned() });
    if facts.staff < 0 || facts.insured < 0 || facts.unreported_changes < 0 {
        return refused("staff", "0 or more");
    }
    if facts.payroll.is_negative() || facts.bases.is_negative() || facts.arrears.is_negative() {
        return refused("payroll", "0.00 or more");
    }
    if Month::of(facts.on).is_ok_and(|on| facts.year > on.year()) {
        return refused("year", "not after the day of the inspection");
    }
    Ok(())
}

/// Until when a certificate issued on a day must be renewed; nothing where renewals have ended.
///
/// # Errors
/// A month outside the calendar.
pub fn renewal(policy: &Policy, issued: Date) -> Result<Option<Month>, FormulaError> {
    let beyond = |_| FormulaError::OutOfRange { fact: "issued", allowed: "a day from 1900 to 2199".to_owned() };
    let Ok(renewal) = policy.inspection.renewal.on(issued) else { return Ok(None) };
    let months = i32::try_from(*renewal.value).map_err(|_| FormulaError::TooLarge)?;
    let due = Month::of(issued).and_then(|month| month.plus(months)).map_err(beyond)?;
    // Renewals that would fall after their end are not asked any more.
    Ok(policy.inspection.renewal.on(due.first_day()).is_ok().then_some(due))
}
