//! What a month costs: the formulas of `policy`, asked once for each month, share of the average wage and injury class, and
//! remembered, since a city asks the same question a million times.

use crate::life::Work;
use contribution::{EmployerPart, PensionPart, SharedPart};
use kernel::{AreaCode, Fen, Insurance, Month, Rate, Rounding};
use policy::contribution::{employee, flexible, injury::Rating};
use policy::{FormulaError, Policy};
use std::collections::HashMap;

/// The insurances of one month of one person, as a contribution line carries them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Share {
    pub(crate) pension: Option<PensionPart>,
    pub(crate) medical: Option<SharedPart>,
    pub(crate) unemployment: Option<SharedPart>,
    pub(crate) injury: Option<EmployerPart>,
    pub(crate) maternity: Option<EmployerPart>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Question {
    Employee { month: Month, percent: u16, class: u8 },
    Flexible { month: Month, percent: u16 },
}

/// The answers found so far.
pub(crate) struct Shares {
    policy: &'static Policy,
    known: HashMap<Question, Share>,
}

/// Monthly wages of the years for which the sources have no average: the city's own invention, for bases of imported lines.
const INVENTED: [(i32, i64); 2] = [(2006, 1250), (2007, 1430)];

impl Shares {
    pub(crate) fn of(area: AreaCode) -> Result<Shares, policy::NoPolicy> {
        Ok(Shares { policy: Policy::of(area)?, known: HashMap::new() })
    }

    pub(crate) fn policy(&self) -> &'static Policy {
        self.policy
    }

    /// What a month costs somebody who works so, at so many percent of the average wage.
    pub(crate) fn share(&mut self, work: Work, month: Month, percent: u16, class: u8) -> Result<Share, FormulaError> {
        let question = match work {
            Work::Employed { .. } => Question::Employee { month, percent, class },
            Work::Flexible { .. } => Question::Flexible { month, percent },
        };
        if let Some(share) = self.known.get(&question) {
            return Ok(*share);
        }
        let share = match question {
            Question::Employee { month, percent, class } => employed(self.policy, month, percent, class)?,
            Question::Flexible { month, percent } => by_oneself(self.policy, month, percent)?,
        };
        self.known.insert(question, share);
        Ok(share)
    }
}

fn employed(policy: &Policy, month: Month, percent: u16, class: u8) -> Result<Share, FormulaError> {
    let wage = wage(policy, month, percent)?;
    let facts = employee::Facts {
        rating: Some(Rating::of_class(class_in(policy, month, class))),
        ..employee::Facts::new(month, wage)
    };
    let assessed = match employee::assess(policy, facts) {
        Ok(assessed) => assessed,
        // Before 2012 no limits are known: such a month comes from the old system's books, at its rates, without clamp.
        Err(FormulaError::NotInForce(_)) => return imported(policy, month, wage),
        Err(other @ (FormulaError::OutOfRange { .. } | FormulaError::TooLarge)) => return Err(other),
    };
    let base = assessed.base;
    let shared = |insurance| {
        assessed.part(insurance).map(|part| SharedPart { base, employer: Some(part.employer), personal: part.employee })
    };
    let employer = |insurance| assessed.part(insurance).map(|part| EmployerPart { base, employer: part.employer });
    let pension = assessed.part(Insurance::Pension).map(|part| PensionPart {
        base,
        employer: Some(part.employer),
        personal: part.employee.unwrap_or_default(),
        account: part.account.unwrap_or_default(),
    });
    Ok(Share {
        pension,
        medical: shared(Insurance::Medical),
        unemployment: shared(Insurance::Unemployment),
        injury: employer(Insurance::Injury),
        maternity: employer(Insurance::Maternity),
    })
}

/// The class of the time: until 2015-09 there were three, into which today's eight are folded.
fn class_in(policy: &Policy, month: Month, class: u8) -> u8 {
    let classes = policy.injury.class_rates.on(month.first_day()).map_or(8, |rates| rates.value.len());
    if classes >= 8 { class } else { class.div_ceil(3).min(3) }
}

fn by_oneself(policy: &Policy, month: Month, percent: u16) -> Result<Share, FormulaError> {
    let choice = flexible::Choice::Percent(Rate::new(i64::from(percent), 1)?);
    match flexible::assess(policy, flexible::Facts::new(month, choice)) {
        Ok(assessed) => Ok(Share {
            pension: Some(PensionPart {
                base: assessed.base,
                employer: None,
                personal: assessed.total,
                account: assessed.account,
            }),
            ..Share::default()
        }),
        Err(FormulaError::NotInForce(_)) => {
            let base = wage(policy, month, percent)?;
            let on = month.first_day();
            let part = |rate: Rate| base.portion(rate, Rounding::HalfUpToFen);
            let personal = part(*policy.pension.flexible_total.on(on)?.value)?;
            let account = part(*policy.pension.flexible_account.on(on)?.value)?;
            Ok(Share { pension: Some(PensionPart { base, employer: None, personal, account }), ..Share::default() })
        }
        Err(other @ (FormulaError::OutOfRange { .. } | FormulaError::TooLarge)) => Err(other),
    }
}

/// A month out of the old system: pension and unemployment only, at the rates of the time.
fn imported(policy: &Policy, month: Month, base: Fen) -> Result<Share, FormulaError> {
    let on = month.first_day();
    let part = |rate: Rate| base.portion(rate, Rounding::HalfUpToFen);
    let pension = PensionPart {
        base,
        employer: Some(part(*policy.pension.employer.on(on)?.value)?),
        personal: part(*policy.pension.employee.on(on)?.value)?,
        account: part(*policy.pension.account_share.on(on)?.value)?,
    };
    Ok(Share { pension: Some(pension), ..Share::default() })
}

fn wage(policy: &Policy, month: Month, percent: u16) -> Result<Fen, FormulaError> {
    let share = Rate::new(i64::from(percent), 1200)?;
    let invented = INVENTED.iter().find(|(year, _)| *year == month.year());
    let annual = match invented {
        Some((_, monthly)) => Fen::from_yuan(monthly * 12),
        None => *policy.base.average_annual.on(month.first_day())?.value,
    };
    Ok(annual.portion(share, Rounding::HalfUpToFen)?)
}
