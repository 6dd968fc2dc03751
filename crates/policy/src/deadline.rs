//! By when something is to be done (期限): how many days, working days or months the law gives, and the last day where
//! the calendar alone gives it. Working days need the holidays that are published year by year and are not known here.

use crate::parameter::{Dated, Unit};
use crate::working::Source;
use crate::{FormulaError, Policy};
use chrono::Months;
use kernel::Date;

kernel::words! {
    /// What is to be done.
    pub enum Deadline {
        /// Employer: to apply for recognition of an injury (工伤保险条例 art. 17).
        InjuryEmployerReport = "injury_employer_report",
        /// Worker or family: the same.
        InjuryWorkerReport = "injury_worker_report",
        /// Decision on recognition (art. 20).
        InjuryDecision = "injury_decision",
        /// Decision where the facts are clear.
        InjuryDecisionClear = "injury_decision_clear",
        /// Assessment of capacity (art. 25).
        InjuryAssessment = "injury_assessment",
        /// Its extension.
        InjuryAssessmentExtension = "injury_assessment_extension",
        /// 停工留薪期 (art. 33).
        InjuryTreatment = "injury_treatment",
        /// Its extension.
        InjuryTreatmentExtension = "injury_treatment_extension",
        /// Employer: to report who became unemployed (社会保险法 art. 50).
        UnemploymentEmployerReport = "unemployment_employer_report",
        /// Agency: registration (社会保险经办条例).
        AgencyRegistration = "agency_registration",
        /// Agency: pension.
        AgencyPension = "agency_pension",
        /// Agency: medical refund by hand.
        AgencyMedicalRefund = "agency_medical_refund",
        /// Agency: maternity benefit.
        AgencyMaternity = "agency_maternity",
        /// Agency: work injury refund.
        AgencyInjuryRefund = "agency_injury_refund",
        /// Agency: unemployment benefit.
        AgencyUnemployment = "agency_unemployment",
        /// New agency: liaison letter (人社部发〔2009〕187号).
        TransferLetter = "transfer_letter",
        /// Old agency: information form and payment.
        TransferInformation = "transfer_information",
        /// New agency: joining and notice.
        TransferJoining = "transfer_joining",
    }
}

/// How long it may take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Span {
    /// Days of the calendar.
    Days(i64),
    /// Working days.
    WorkingDays(i64),
    /// Months.
    Months(i64),
}

/// By when it is to be done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Due {
    /// How long it may take.
    pub span: Span,
    /// The last day; nothing for working days.
    pub last_day: Option<Date>,
    /// The law.
    pub source: Source,
}

impl Deadline {
    /// Its parameter.
    const fn parameter(self, policy: &Policy) -> &Dated<i64> {
        let deadlines = &policy.parameters().deadline;
        match self {
            Deadline::InjuryEmployerReport => &deadlines.injury_employer_report,
            Deadline::InjuryWorkerReport => &deadlines.injury_worker_report,
            Deadline::InjuryDecision => &deadlines.injury_decision,
            Deadline::InjuryDecisionClear => &deadlines.injury_decision_clear,
            Deadline::InjuryAssessment => &deadlines.injury_assessment,
            Deadline::InjuryAssessmentExtension => &deadlines.injury_assessment_extension,
            Deadline::InjuryTreatment => &deadlines.injury_treatment,
            Deadline::InjuryTreatmentExtension => &deadlines.injury_treatment_extension,
            Deadline::UnemploymentEmployerReport => &deadlines.unemployment_employer_report,
            Deadline::AgencyRegistration => &deadlines.agency_registration,
            Deadline::AgencyPension => &deadlines.agency_pension,
            Deadline::AgencyMedicalRefund => &deadlines.agency_medical_refund,
            Deadline::AgencyMaternity => &deadlines.agency_maternity,
            Deadline::AgencyInjuryRefund => &deadlines.agency_injury_refund,
            Deadline::AgencyUnemployment => &deadlines.agency_unemployment,
            Deadline::TransferLetter => &deadlines.transfer_letter,
            Deadline::TransferInformation => &deadlines.transfer_information,
            Deadline::TransferJoining => &deadlines.transfer_joining,
        }
    }
}

/// By when something that began on a day is to be done, under the law of that day.
///
/// # Errors
/// A day for which no such deadline is in force; a day at the end of the calendar.
pub fn due(policy: &Policy, deadline: Deadline, from: Date) -> Result<Due, FormulaError> {
    let read = deadline.parameter(policy).on(from)?;
    let count = *read.value;
    let natural = u64::try_from(count).map_err(|_| FormulaError::TooLarge)?;
    let (span, last_day) = match read.heading.unit {
        Unit::WorkingDays => (Span::WorkingDays(count), None),
        Unit::Months => {
            let months = u32::try_from(count).map_err(|_| FormulaError::TooLarge)?;
            (Span::Months(count), Some(from.checked_add_months(Months::new(months)).ok_or(FormulaError::TooLarge)?))
        }
        Unit::Days
        | Unit::Ratio
        | Unit::Ratios
        | Unit::YuanMonth
        | Unit::YuanYear
        | Unit::MonthsList
        | Unit::Times
        | Unit::Percent
        | Unit::Percents
        | Unit::MonthDay
        | Unit::Text => {
            let last = from.checked_add_days(chrono::Days::new(natural)).ok_or(FormulaError::TooLarge)?;
            (Span::Days(count), Some(last))
        }
    };
    Ok(Due { span, last_day, source: read.into() })
}
