//! The contributions of an employee and the employer, all five insurances: 社会保险法 art. 12, 23, 33, 44, 53.
//!
//! An insurance whose rate is not in force in the month and area is left out and named in `missing`: absent, not zero.

use super::injury::{self, Rating};
use crate::parameter::{Dated, InForce, NotInForce};
use crate::working::{Label, Step, Working};
use crate::{FormulaError, Policy, base};
use kernel::{Date, Fen, Insurance, Month, Rate};

/// What is known of one month.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts {
    /// The fee month; it selects the rates.
    pub month: Month,
    /// The month on whose limits it is paid, from [`base::limits_month`].
    pub limits_of: Month,
    /// The wage that counts (last year's monthly average, or the first month's).
    pub wage: Fen,
    /// How the employer is rated for work injury; where it is not known the injury line is missing.
    pub rating: Option<Rating>,
}

impl Facts {
    /// A month paid on its own limits, the employer's rating not known.
    pub const fn new(month: Month, wage: Fen) -> Facts {
        Facts { month, limits_of: month, wage, rating: None }
    }
}

/// One insurance of the month. A side that has no part in it is absent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part {
    /// Which insurance.
    pub insurance: Insurance,
    /// What the employer pays.
    pub employer: Fen,
    /// What the worker pays.
    pub employee: Option<Fen>,
    /// What goes to the pension's personal account; it is a share of the base, of which the worker pays all since 2006.
    pub account: Option<Fen>,
}

/// The contributions of one month and how they were computed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// The base, the same for all.
    pub base: Fen,
    /// One part an insurance, in the order of the law.
    pub parts: Vec<Part>,
    /// All parts of the employer.
    pub employer: Fen,
    /// All parts of the worker.
    pub employee: Fen,
    /// The insurances for which no rate is in force, or the employer's rating is not known.
    pub missing: Vec<Insurance>,
    /// How it was computed.
    pub steps: Vec<Step>,
}

impl Assessment {
    /// The part of one insurance.
    pub fn part(&self, insurance: Insurance) -> Option<&Part> {
        self.parts.iter().find(|part| part.insurance == insurance)
    }
}

macro_rules! label {
    ($key:literal, $zh:literal, $en:literal) => {
        Label { key: $key, zh: $zh, en: $en }
    };
}

const PENSION: [Label; 2] = [
    label!("pension.employer", "养老保险单位缴费", "pension, employer"),
    label!("pension.employee", "养老保险个人缴费", "pension, worker"),
];
const ACCOUNT: Label = label!("pension.account", "计入个人账户", "to the personal account");
const MEDICAL: [Label; 2] = [
    label!("medical.employer", "医疗保险单位缴费", "medical, employer"),
    label!("medical.employee", "医疗保险个人缴费", "medical, worker"),
];
const UNEMPLOYMENT: [Label; 2] = [
    label!("unemployment.employer", "失业保险单位缴费", "unemployment, employer"),
    label!("unemployment.employee", "失业保险个人缴费", "unemployment, worker"),
];
const MATERNITY: Label = label!("maternity.employer", "生育保险单位缴费", "maternity, employer");
const EMPLOYER: Label = label!("total.employer", "单位合计", "employer, total");
const EMPLOYEE: Label = label!("total.employee", "个人合计", "worker, total");

/// 社会保险法 art. 12: each side pays its rate of the base, each line settled to the fen once (R2); the totals are sums
/// of settled lines (R3).
///
/// # Errors
/// A negative wage; a rating that is not in the tables; no limits, or no insurance at all, in force in the month.
pub fn assess(policy: &Policy, facts: Facts) -> Result<Assessment, FormulaError> {
    assess_on(policy, facts, Working::default())
}

/// The same on a sheet that may keep nothing.
pub(crate) fn assess_on(policy: &Policy, facts: Facts, mut working: Working) -> Result<Assessment, FormulaError> {
    let base = base::of_wage(policy, facts.limits_of, facts.wage, &mut working)?;
    let (mut parts, mut missing, mut why) = (Vec::new(), Vec::new(), None);
    for insurance in Insurance::ALL {
        match part(policy, facts, Line { insurance: *insurance, base }, &mut working) {
            Ok(Some(part)) => parts.push(part),
            Ok(None) => missing.push(*insurance),
            Err(FormulaError::NotInForce(absent)) => {
                missing.push(*insurance);
                why.get_or_insert(absent);
            }
            Err(other @ (FormulaError::OutOfRange { .. } | FormulaError::TooLarge)) => return Err(other),
        }
    }
    if let (true, Some(absent)) = (parts.is_empty(), why) {
        return Err(absent.into());
    }
    let of_employer: Vec<Fen> = parts.iter().map(|part| part.employer).collect();
    let of_employee: Vec<Fen> = parts.iter().filter_map(|part| part.employee).collect();
    let employer = working.sum(EMPLOYER, &of_employer)?;
    let employee = working.sum(EMPLOYEE, &of_employee)?;
    Ok(Assessment { base, parts, employer, employee, missing, steps: working.into_steps() })
}

#[derive(Clone, Copy)]
struct Line {
    insurance: Insurance,
    base: Fen,
}

fn part(policy: &Policy, facts: Facts, line: Line, working: &mut Working) -> Result<Option<Part>, FormulaError> {
    let Line { insurance, base } = line;
    let Some(shares) = Shares::of(policy, insurance, facts.month.first_day())? else {
        let Some(rating) = facts.rating else { return Ok(None) };
        let employer = injury::rate(policy, facts.month, rating)?.of(base, working)?;
        return Ok(Some(Part { insurance, employer, employee: None, account: None }));
    };
    let mut share = |(label, rate)| working.share(label, base, rate);
    let employer = share(shares.employer)?;
    let employee = shares.employee.map(&mut share).transpose()?;
    let account = shares.account.map(&mut share).transpose()?;
    Ok(Some(Part { insurance, employer, employee, account }))
}

/// What is taken of the base for one insurance, each by its name and the rate in force.
pub(crate) struct Shares<'a> {
    pub(crate) employer: (Label, InForce<'a, Rate>),
    pub(crate) employee: Option<(Label, InForce<'a, Rate>)>,
    pub(crate) account: Option<(Label, InForce<'a, Rate>)>,
}

impl<'a> Shares<'a> {
    /// The shares on a day, all read first, so that no half of a missing insurance is written down; nothing for work
    /// injury, whose rate hangs on the employer.
    pub(crate) fn of(policy: &'a Policy, insurance: Insurance, on: Date) -> Result<Option<Shares<'a>>, NotInForce> {
        let named = |label: Label, rate: &'a Dated<Rate>| Ok((label, rate.on(on)?));
        let both = |labels: [Label; 2], employer, employee| {
            let [for_employer, for_employee] = labels;
            let (employer, employee) = (named(for_employer, employer)?, Some(named(for_employee, employee)?));
            Ok(Shares { employer, employee, account: None })
        };
        match insurance {
            Insurance::Pension => {
                let shares = both(PENSION, &policy.pension.employer, &policy.pension.employee)?;
                Ok(Some(Shares { account: Some(named(ACCOUNT, &policy.pension.account_share)?), ..shares }))
            }
            Insurance::Medical => both(MEDICAL, &policy.medical.employer, &policy.medical.employee).map(Some),
            Insurance::Unemployment => {
                both(UNEMPLOYMENT, &policy.unemployment.employer, &policy.unemployment.employee).map(Some)
            }
            Insurance::Injury => Ok(None),
            Insurance::Maternity => {
                let employer = named(MATERNITY, &policy.maternity.employer)?;
                Ok(Some(Shares { employer, employee: None, account: None }))
            }
        }
    }
}
