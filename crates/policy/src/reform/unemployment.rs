//! Reform 8: omitted unemployment months may be declared and paid. What it undid for bankrupt firms stands in the table
//! of [`crate::debt`].

use super::{Reform, rule_on};
use crate::parameters::Rule;
use crate::working::{Label, Step, Word, Working};
use crate::{FormulaError, Policy, base};
use kernel::{Date, Fen, Month};

/// A month that was never declared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Omitted {
    /// The fee month; its rates and limits hold.
    pub month: Month,
    /// The wage of that month.
    pub wage: Fen,
}

/// What omitted months cost, before any surcharge, and how it was computed. `total = employer + employee`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BackPayment {
    /// The employer's side.
    pub employer: Fen,
    /// The worker's side.
    pub employee: Fen,
    /// Both.
    pub total: Fen,
    /// How many months count once this is paid.
    pub months: usize,
    /// How it was computed.
    pub steps: Vec<Step>,
}

/// What became of the wish to pay them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// They may be paid.
    Payable(BackPayment),
    /// The rule of the day has no way to declare them.
    NotDeclarable {
        /// Why.
        steps: Vec<Step>,
    },
}

const EMPLOYER: Label = Label::new("omitted.employer", "失业保险单位补缴", "unemployment, employer, one month");
const EMPLOYEE: Label = Label::new("omitted.employee", "失业保险个人补缴", "unemployment, worker, one month");
const OF_EMPLOYER: Label = Label::new("omitted.total_employer", "单位补缴合计", "employer, all months");
const OF_EMPLOYEE: Label = Label::new("omitted.total_employee", "个人补缴合计", "worker, all months");
const TOTAL: Label = Label::new("omitted.total", "补缴合计", "all months, both sides");
const REFUSED: Label = Label::new("omitted.refused", "无法申报补缴", "cannot be declared");

/// A career holds at most so many months; more is a mistake and not computed with.
const MONTHS_MAX: usize = 1200;

/// Reform 8: each omitted month at the rates and within the limits of its own time, settled to the fen a side.
///
/// # Errors
/// No month, or too many; a negative wage; a month without rates or limits; a day before the rules.
pub fn omitted(policy: &Policy, on: Date, months: &[Omitted]) -> Result<Outcome, FormulaError> {
    if months.is_empty() || months.len() > MONTHS_MAX {
        let allowed = format!("from 1 to {MONTHS_MAX} of them");
        return Err(FormulaError::OutOfRange { fact: "months", allowed });
    }
    let mut working = Working::default();
    match rule_on(policy, Reform::UnemploymentBackPayment, on, &mut working)? {
        Rule::Old => {
            let branch = working.branch();
            let switch = std::mem::replace(&mut working, branch);
            working.made_of(switch).exact(REFUSED, months.len(), Word("not_declarable"), []);
            Ok(Outcome::NotDeclarable { steps: working.into_steps() })
        }
        Rule::New => payable(policy, months, working).map(Outcome::Payable),
    }
}

fn payable(policy: &Policy, months: &[Omitted], mut working: Working) -> Result<BackPayment, FormulaError> {
    let (mut of_employer, mut of_employee) = (working.branch(), working.branch());
    let (mut employers, mut employees) = (Vec::new(), Vec::new());
    for Omitted { month, wage } in months {
        let on = month.first_day();
        let mut parts = of_employer.branch();
        let base = base::of_wage(policy, *month, *wage, &mut parts)?;
        let rates = &policy.unemployment;
        employers.push(of_employer.made_of(parts).share(EMPLOYER, base, rates.employer.on(on)?)?);
        employees.push(of_employee.share(EMPLOYEE, base, rates.employee.on(on)?)?);
    }
    let mut sides = working.branch();
    let employer = sides.made_of(of_employer).sum(OF_EMPLOYER, &employers)?;
    let employee = sides.made_of(of_employee).sum(OF_EMPLOYEE, &employees)?;
    let total = working.made_of(sides).sum(TOTAL, &[employer, employee])?;
    Ok(BackPayment { employer, employee, total, months: months.len(), steps: working.into_steps() })
}
