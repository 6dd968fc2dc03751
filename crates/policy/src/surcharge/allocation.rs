//! A payment that does not cover everything (部分缴款): oldest month first, principal before surcharge, the worker's part
//! before the unit's.

use super::{DAYS, Facts, assess_on};
use crate::parameter::InForce;
use crate::working::{Label, Step, Working};
use crate::{FormulaError, Policy};
use kernel::{Date, Fen, Month};

kernel::words! {
    /// In which order a part payment is allocated.
    pub enum Order {
        /// Each month whole, with its surcharge, before the next.
        MonthFirst = "month_first",
        /// The principal of every month before any surcharge.
        PrincipalFirst = "principal_first",
    }
}

/// What is owed for a fee month.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Debt {
    /// The fee month.
    pub month: Month,
    /// The worker's part that is not paid.
    pub worker: Fen,
    /// The unit's part that is not paid.
    pub unit: Fen,
    /// Surcharge up to `since` that is not paid.
    pub surcharge: Fen,
    /// The due day, or the day up to which the surcharge was computed already.
    pub since: Date,
}

/// What of a payment goes to a fee month.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Share {
    /// The fee month.
    pub month: Month,
    /// To the worker's part.
    pub worker: Fen,
    /// To the unit's part.
    pub unit: Fen,
    /// To the surcharge.
    pub surcharge: Fen,
}

/// Where a payment went.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Allocation {
    /// Month by month, oldest first; months that got nothing are there too.
    pub shares: Vec<Share>,
    /// What is still owed, with the surcharge up to the day of payment.
    pub left: Vec<Debt>,
    /// What is over after everything is paid.
    pub over: Fen,
    /// How it was computed.
    pub steps: Vec<Step>,
}

const WORKER: Label = Label::new("allocation.worker", "抵个人部分", "to the worker's part");
const UNIT: Label = Label::new("allocation.unit", "抵单位部分", "to the unit's part");
const SURCHARGE: Label = Label::new("allocation.surcharge", "抵滞纳金", "to the surcharge");
const OWED: Label = Label::new("allocation.surcharge_owed", "应缴滞纳金", "surcharge owed");
const PAID: Label = Label::new("allocation.paid", "缴款合计", "payment");

/// What a claim is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Worker,
    Unit,
    Surcharge,
}

/// Allocates a payment. The surcharge of each month is computed up to the day of payment on what was unpaid until then.
///
/// # Errors
/// Amounts below nothing; a month twice; days before the first rate.
pub fn allocate(policy: &Policy, debts: &[Debt], payment: Fen, on: Date) -> Result<Allocation, FormulaError> {
    let mut left = sorted(debts, payment)?;
    let mut working = Working::default();
    let mut parts = working.branch();
    for debt in &mut left {
        accrue(policy, debt, on, &mut working)?;
    }
    let order = policy.surcharge.allocation.on(on)?;
    let mut shares: Vec<Share> = left
        .iter()
        .map(|debt| Share { month: debt.month, worker: Fen::ZERO, unit: Fen::ZERO, surcharge: Fen::ZERO })
        .collect();
    let mut rest = payment;
    for (at, part) in claims(order, left.len()) {
        let (Some(debt), Some(share)) = (left.get_mut(at), shares.get_mut(at)) else { continue };
        let (label, claim, slot) = match part {
            Part::Worker => (WORKER, &mut debt.worker, &mut share.worker),
            Part::Unit => (UNIT, &mut debt.unit, &mut share.unit),
            Part::Surcharge => (SURCHARGE, &mut debt.surcharge, &mut share.surcharge),
        };
        let given = rest.min(*claim);
        if !given.is_zero() {
            parts.exact(label, format_args!("min({rest}, {claim})"), given, [order.into()]);
        }
        (*slot, *claim, rest) = (given, claim.checked_sub(given)?, rest.checked_sub(given)?);
    }
    let given: Vec<Fen> = shares.iter().flat_map(|share| [share.worker, share.unit, share.surcharge]).collect();
    let given: Vec<Fen> = given.into_iter().chain([rest]).filter(|amount| !amount.is_zero()).collect();
    working.made_of(parts).sum(PAID, &given)?;
    Ok(Allocation { shares, left, over: rest, steps: working.into_steps() })
}

/// Adds the surcharge up to a day to what is owed.
fn accrue(policy: &Policy, debt: &mut Debt, on: Date, working: &mut Working) -> Result<(), FormulaError> {
    let principal = debt.worker.checked_add(debt.unit)?;
    let assessed = assess_on(policy, Facts { principal, due: debt.since, paid: on }, working.branch())?;
    let accrued = assessed.amount;
    let owed = debt.surcharge.checked_add(accrued)?;
    // Where two rates held, each of their days stands in the amount, and the sum of all days in nothing.
    let several = assessed.steps.iter().any(|step| step.steps.len() > 1);
    let steps = assessed.steps.into_iter().filter(|step| !several || step.label != DAYS).collect();
    working.made_of(Working::of(steps)).exact(OWED, format_args!("{} + {accrued}", debt.surcharge), owed, []);
    (debt.surcharge, debt.since) = (owed, debt.since.max(on));
    Ok(())
}

fn sorted(debts: &[Debt], payment: Fen) -> Result<Vec<Debt>, FormulaError> {
    let refused = |fact, allowed: &str| Err(FormulaError::OutOfRange { fact, allowed: allowed.to_owned() });
    if payment.is_negative() {
        return refused("payment", "0.00 or more");
    }
    let negative = |debt: &Debt| [debt.worker, debt.unit, debt.surcharge].iter().any(|amount| amount.is_negative());
    if debts.iter().any(negative) {
        return refused("debts", "0.00 or more");
    }
    let mut sorted = debts.to_vec();
    sorted.sort_unstable_by_key(|debt| debt.month);
    if sorted.windows(2).any(|pair| matches!(pair, [one, next] if one.month == next.month)) {
        return refused("debts", "months that occur once");
    }
    Ok(sorted)
}

fn claims(order: InForce<'_, Order>, months: usize) -> Vec<(usize, Part)> {
    match order.value {
        Order::MonthFirst => {
            (0..months).flat_map(|at| [(at, Part::Worker), (at, Part::Unit), (at, Part::Surcharge)]).collect()
        }
        Order::PrincipalFirst => (0..months)
            .flat_map(|at| [(at, Part::Worker), (at, Part::Unit)])
            .chain((0..months).map(|at| (at, Part::Surcharge)))
            .collect(),
    }
}
