//! The ten reforms (十项措施) as ten dated switches: the old rule and the new one both stand here, and the parameter
//! `reform/<name>` says on which day which of them holds. Each decision names its switch as the first of its steps.
//!
//! Reforms 1, 8 (in bankruptcy) and 9 are cells of the table in [`crate::debt`]. The dates are those of the article,
//! which names no year (Q18, Q21); every switch is therefore uncertain and says so.

pub mod employer;
pub mod funeral;
pub mod retirement;
pub mod unemployment;

use crate::parameter::{Dated, NotInForce};
use crate::parameters::Rule;
use crate::working::{Label, Step, Word, Working};
use crate::{FormulaError, Policy};
use kernel::{Date, Month};

kernel::words! {
    /// One of the ten, in the order of the article.
    pub enum Reform {
        /// 1: 欠费单位新增参保.
        EnrolmentInArrears = "enrolment_in_arrears",
        /// 2: 过期年检单位补缴中断.
        GapBackPayment = "gap_back_payment",
        /// 3: 小微企业单独参加工伤保险.
        InjuryAlone = "injury_alone",
        /// 4: 凭据审核.
        Vouchers = "vouchers",
        /// 5: 县区企业职工退休提前审核锁定.
        EarlyReview = "early_review",
        /// 6: 机关事业单位退休提前告知.
        InstitutionNotice = "institution_notice",
        /// 7: 机关事业单位病退.
        SickRetirement = "sick_retirement",
        /// 8: 失业保险补缴.
        UnemploymentBackPayment = "unemployment_back_payment",
        /// 9: 单位欠费与职工办理业务.
        StaffBusiness = "staff_business",
        /// 10: 丧葬费领取条件.
        FuneralGrant = "funeral_grant",
    }
}

/// What a rule decided, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision<T> {
    /// What was decided.
    pub outcome: T,
    /// Why.
    pub steps: Vec<Step>,
}

impl Reform {
    /// Its switch.
    pub const fn switch(self, policy: &Policy) -> &Dated<Rule> {
        let switches = &policy.parameters().reform;
        match self {
            Reform::EnrolmentInArrears => &switches.enrolment_in_arrears,
            Reform::GapBackPayment => &switches.gap_back_payment,
            Reform::InjuryAlone => &switches.injury_alone,
            Reform::Vouchers => &switches.vouchers,
            Reform::EarlyReview => &switches.early_review,
            Reform::InstitutionNotice => &switches.institution_notice,
            Reform::SickRetirement => &switches.sick_retirement,
            Reform::UnemploymentBackPayment => &switches.unemployment_back_payment,
            Reform::StaffBusiness => &switches.staff_business,
            Reform::FuneralGrant => &switches.funeral_grant,
        }
    }

    /// What a rule of it says, in plain words.
    pub const fn words(self, rule: Rule) -> Label {
        match rule {
            Rule::Old => self.before(),
            Rule::New => self.since(),
        }
    }

    const fn before(self) -> Label {
        match self {
            Reform::EnrolmentInArrears => Label::new(
                "reform.enrolment_in_arrears.old",
                "欠费单位不得新增参保人员",
                "an employer in arrears may not enrol new staff",
            ),
            Reform::GapBackPayment => Label::new(
                "reform.gap_back_payment.old",
                "年检过期的单位不能办理中断补缴",
                "an employer whose inspection has lapsed may not pay gaps",
            ),
            Reform::InjuryAlone => {
                Label::new("reform.injury_alone.old", "各险种须一并参加", "all insurances are joined together")
            }
            Reform::Vouchers => Label::new(
                "reform.vouchers.old",
                "年审要四种证件，增减员要三种材料",
                "four papers for the inspection, three for each change of staff",
            ),
            Reform::EarlyReview => Label::new(
                "reform.early_review.old",
                "到龄当月才申报审核",
                "a retirement is filed and reviewed in the month of the age",
            ),
            Reform::InstitutionNotice => Label::new(
                "reform.institution_notice.old",
                "等待退休人员来办",
                "the agency waits until the person comes",
            ),
            Reform::SickRetirement => Label::new(
                "reform.sick_retirement.old",
                "定期集体研究每位职工病退资格",
                "each sick retirement is studied by a committee from time to time",
            ),
            Reform::UnemploymentBackPayment => Label::new(
                "reform.unemployment_back_payment.old",
                "漏报的失业保险费无法申报，破产企业三险捆绑补缴",
                "omitted unemployment months cannot be declared; in bankruptcy three insurances are paid as a bundle",
            ),
            Reform::StaffBusiness => Label::new(
                "reform.staff_business.old",
                "单位欠费的，职工不能退休、转移",
                "any arrears of the employer block retirement and transfer",
            ),
            Reform::FuneralGrant => Label::new(
                "reform.funeral_grant.old",
                "领取丧葬费条件与证明较多",
                "the funeral grant asks for many papers",
            ),
        }
    }

    const fn since(self) -> Label {
        match self {
            Reform::EnrolmentInArrears => Label::new(
                "reform.enrolment_in_arrears.new",
                "欠费单位随时可以新增参保，只提示欠费",
                "an employer in arrears may enrol like any other; the arrears are shown",
            ),
            Reform::GapBackPayment => Label::new(
                "reform.gap_back_payment.new",
                "随时补办年检并补缴中断",
                "the inspection is made up at any time and the gap is paid",
            ),
            Reform::InjuryAlone => Label::new(
                "reform.injury_alone.new",
                "小微企业可先参加工伤保险，以后逐步参加其余险种",
                "a small firm may join work injury insurance first and the rest later",
            ),
            Reform::Vouchers => Label::new(
                "reform.vouchers.new",
                "年审只要登记证，变化时才要相应凭据；增减员只要花名册",
                "only the certificate, other papers on change; only the roster for changes of staff",
            ),
            Reform::EarlyReview => Label::new(
                "reform.early_review.new",
                "提前数月审核、锁定，当月办结",
                "a retirement is reviewed and locked some months before and done in its month",
            ),
            Reform::InstitutionNotice => Label::new(
                "reform.institution_notice.new",
                "提前告知单位缴费情况、欠费与手续",
                "the institution is told some months before: payments, arrears, papers",
            ),
            Reform::SickRetirement => Label::new(
                "reform.sick_retirement.new",
                "人社部门在限额内确定的，即来即办",
                "whom the human resources department confirmed within the quota is processed at once",
            ),
            Reform::UnemploymentBackPayment => Label::new(
                "reform.unemployment_back_payment.new",
                "可补缴中断的失业保险费；破产企业职工只补缴失业保险欠费",
                "omitted unemployment months can be paid; in bankruptcy only the unemployment arrears",
            ),
            Reform::StaffBusiness => Label::new(
                "reform.staff_business.new",
                "工伤欠费不影响退休与转移；破产期间补齐个人欠费即可退休",
                "injury arrears do not block retirement or transfer; in bankruptcy the own arrears paid up are enough",
            ),
            Reform::FuneralGrant => Label::new(
                "reform.funeral_grant.new",
                "减少丧葬费领取条件，死亡信息靠数据交换",
                "fewer papers for the funeral grant; the death is known by exchange of data",
            ),
        }
    }
}

/// Which rule of a reform holds on a day, written down as the first reason.
pub(crate) fn rule_on(policy: &Policy, reform: Reform, on: Date, working: &mut Working) -> Result<Rule, NotInForce> {
    let switch = reform.switch(policy).on(on)?;
    working.exact(reform.words(*switch.value), on, Word(switch.value.as_str()), [switch.into()]);
    Ok(*switch.value)
}

/// The month so many months before another.
fn before(month: Month, months: i64) -> Result<Month, FormulaError> {
    let months = i32::try_from(months).map_err(|_| FormulaError::TooLarge)?;
    let allowed = || "a month of the years 1900 to 2199".to_owned();
    month.plus(-months).map_err(|_| FormulaError::OutOfRange { fact: "retire_month", allowed: allowed() })
}
