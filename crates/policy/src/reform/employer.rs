//! Reforms 2, 3 and 4: gaps after a lapsed inspection, work injury insurance alone, papers.

use super::{Decision, Reform, rule_on};
use crate::parameters::Rule;
use crate::working::{Label, Word, Working};
use crate::{FormulaError, Policy};
use kernel::{Date, Insurance, Month};

kernel::words! {
    /// How the yearly inspection of an employer stands.
    pub enum InspectionState {
        /// Passed for the year.
        Passed = "passed",
        /// Missing or expired.
        Lapsed = "lapsed",
    }
}

kernel::words! {
    /// Whether a gap may be paid.
    pub enum GapPayment {
        /// It may be paid.
        Allowed = "allowed",
        /// The inspection is made up in the same course, without a fine, and the gap is paid.
        AfterInspection = "after_inspection",
        /// Not while the inspection is lapsed.
        Refused = "refused",
    }
}

const PASSED: Label = Label::new("gap.passed", "年检有效，可以补缴", "the inspection is valid: the gap may be paid");
const MADE_UP: Label = Label::new("gap.made_up", "补办年检后补缴", "the inspection is made up, then the gap is paid");
const LAPSED: Label =
    Label::new("gap.lapsed", "年检过期，不能补缴", "the inspection has lapsed: the gap may not be paid");

/// Reform 2: whether an employer may pay a gap of its staff. A lapsed inspection used to block it.
///
/// # Errors
/// A day before the rules.
pub fn gap_payment(
    policy: &Policy,
    on: Date,
    inspection: InspectionState,
) -> Result<Decision<GapPayment>, FormulaError> {
    let mut working = Working::default();
    let mut parts = working.branch();
    let rule = rule_on(policy, Reform::GapBackPayment, on, &mut parts)?;
    let (label, outcome) = match (inspection, rule) {
        (InspectionState::Passed, Rule::Old | Rule::New) => (PASSED, GapPayment::Allowed),
        (InspectionState::Lapsed, Rule::New) => (MADE_UP, GapPayment::AfterInspection),
        (InspectionState::Lapsed, Rule::Old) => (LAPSED, GapPayment::Refused),
    };
    working.made_of(parts).exact(label, inspection, Word(outcome.as_str()), []);
    Ok(Decision { outcome, steps: working.into_steps() })
}

kernel::words! {
    /// What kind of firm registers.
    pub enum Size {
        /// 小微企业, with proof.
        Small = "small",
        /// Any other.
        Other = "other",
    }
}

/// Whether a registration of some insurances is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Registration {
    /// All of them.
    Whole,
    /// Work injury first, others as the firm can; in that month it is reminded of the rest.
    InStages {
        /// The month of the reminder.
        reminder: Month,
    },
    /// The other insurances are to be joined as well.
    Refused,
}

const WHOLE: Label = Label::new("registration.whole", "各险种一并参加", "all insurances together");
const IN_STAGES: Label = Label::new(
    "registration.in_stages",
    "先参加工伤保险，其余逐步参加，到时提醒",
    "work injury first, the rest in stages, with a reminder",
);
const PARTIAL: Label =
    Label::new("registration.partial", "须一并参加其余险种", "the other insurances are to be joined as well");

/// Reform 3: which insurances a firm may register. A small firm may take work injury first and join the rest in stages.
///
/// # Errors
/// A day before the rules, or without a reminder where one is needed.
pub fn registration(
    policy: &Policy,
    on: Date,
    size: Size,
    chosen: &[Insurance],
) -> Result<Decision<Registration>, FormulaError> {
    let mut working = Working::default();
    let mut parts = working.branch();
    let rule = rule_on(policy, Reform::InjuryAlone, on, &mut parts)?;
    let whole = [Insurance::Pension, Insurance::Unemployment, Insurance::Injury].iter().all(|one| chosen.contains(one));
    let working_on = working.made_of(parts);
    let injury = chosen.contains(&Insurance::Injury);
    let outcome = match (whole, rule, size, injury) {
        (true, ..) => {
            working_on.exact(WHOLE, size, Word("whole"), []);
            Registration::Whole
        }
        (false, Rule::New, Size::Small, true) => {
            let months = policy.reform.injury_alone_reminder_months.on(on)?;
            let after = i32::try_from(*months.value).map_err(|_| FormulaError::TooLarge)?;
            let this_month = Month::of(on).map_err(|_| FormulaError::TooLarge)?;
            let reminder = this_month.plus(after).map_err(|_| FormulaError::TooLarge)?;
            working_on.exact(IN_STAGES, format_args!("{this_month} + {after}"), reminder, [months.into()]);
            Registration::InStages { reminder }
        }
        (false, ..) => {
            working_on.exact(PARTIAL, size, Word("refused"), []);
            Registration::Refused
        }
    };
    Ok(Decision { outcome, steps: working.into_steps() })
}

kernel::words! {
    /// A paper that an employer is asked for.
    pub enum Paper {
        /// 社会保险登记证.
        Certificate = "certificate",
        /// 营业执照.
        Licence = "licence",
        /// 组织机构代码证.
        OrganisationCode = "organisation_code",
        /// 法人证明.
        LegalPersonProof = "legal_person_proof",
        /// 人员增减花名册.
        Roster = "roster",
        /// 劳动合同.
        Contract = "contract",
        /// 工资发放表.
        WageSheet = "wage_sheet",
    }
}

/// The business for which papers are asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Business<'a> {
    /// 年审, with what changed since the last one.
    Inspection {
        /// The papers whose particulars changed.
        changed: &'a [Paper],
    },
    /// 增减员.
    StaffChange,
}

const ASKED: Label = Label::new("papers.asked", "须提供的凭据", "papers that are asked for");

/// Reform 4: which papers are asked for, the certificate or the roster first.
///
/// # Errors
/// A day before the rules.
pub fn papers(policy: &Policy, on: Date, business: Business<'_>) -> Result<Decision<Vec<Paper>>, FormulaError> {
    let of_inspection = [Paper::Licence, Paper::OrganisationCode, Paper::LegalPersonProof];
    let mut working = Working::default();
    let mut parts = working.branch();
    let rule = rule_on(policy, Reform::Vouchers, on, &mut parts)?;
    let (always, more): (Paper, Vec<Paper>) = match (business, rule) {
        (Business::Inspection { .. }, Rule::Old) => (Paper::Certificate, of_inspection.to_vec()),
        (Business::Inspection { changed }, Rule::New) => {
            (Paper::Certificate, of_inspection.into_iter().filter(|paper| changed.contains(paper)).collect())
        }
        (Business::StaffChange, Rule::Old) => (Paper::Roster, vec![Paper::Contract, Paper::WageSheet]),
        (Business::StaffChange, Rule::New) => (Paper::Roster, Vec::new()),
    };
    let outcome: Vec<Paper> = [always].into_iter().chain(more).collect();
    let words = outcome.iter().map(|paper| paper.as_str()).collect::<Vec<_>>().join(", ");
    working.made_of(parts).exact(ASKED, outcome.len(), Word(&words), []);
    Ok(Decision { outcome, steps: working.into_steps() })
}
