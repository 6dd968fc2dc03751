//! Why this amount: a line, or a month of a bill, computed again from what is stored of it and the policy, step by step.

use crate::{Bill, BillKind, BilledMonth, Line, LineKind, PaidBy, Tier, entries, policy_mark, store};
use control::{Fault, FaultKind, View};
use kernel::{Fen, LineId, Month, PersonId};
use policy::contribution::employee;
use policy::contribution::flexible::{self, Choice};
use policy::{FormulaError, Label, Measure, NoPolicy, Policy, Step, base};
use sea_orm::DbErr;

/// Whether the recomputation gives what is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Agreement {
    /// To the fen.
    Agrees,
    /// It gives another amount: the parameters were changed since, or the base was settled by other rules.
    Differs {
        /// What it gives today.
        recomputed: Fen,
    },
    /// A parameter of that month is not known.
    Unknown(String),
}

/// How an amount came about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// The fee month.
    pub month: Month,
    /// The month on whose limits it was paid.
    pub limits_of: Month,
    /// What is stored: what was paid in all for the pension.
    pub stored: Fen,
    /// Whether the steps give that.
    pub agreement: Agreement,
    /// Whether the parameters are still those it was computed from.
    pub same_parameters: bool,
    /// The steps.
    pub steps: Vec<Step>,
}

/// Why there is no explanation.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// There is no such line of this person.
    #[error("no such line")]
    NotFound,
    /// There are no parameters for this area.
    #[error("no parameters for this area")]
    NoPolicy(#[from] NoPolicy),
    /// The database failed.
    #[error("the line could not be read")]
    Database(#[from] DbErr),
}

impl Fault for ExplainError {
    fn code(&self) -> &'static str {
        match self {
            ExplainError::NotFound => "line_not_found",
            ExplainError::NoPolicy(_) => "no_policy",
            ExplainError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            ExplainError::NotFound => FaultKind::NotFound,
            ExplainError::NoPolicy(_) | ExplainError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            ExplainError::Database(error) => Some(error),
            ExplainError::NotFound | ExplainError::NoPolicy(_) => None,
        }
    }
}

/// Why a line of a person says what it says.
///
/// # Errors
/// [`ExplainError`].
pub async fn explain_line(view: &View, person: PersonId, line: LineId) -> Result<Explanation, ExplainError> {
    let line = of_entries(view, person, line).await?.ok_or(ExplainError::NotFound)?;
    let bill = match line.bill {
        Some(bill) => store::bill::of_id(view, bill).await?,
        None => None,
    };
    let policy = Policy::of(view.area())?;
    Ok(of_line(policy, &line, bill.and_then(|bill| bill.tier)))
}

/// The line, where it stands under one of the person's entries.
async fn of_entries(view: &View, person: PersonId, line: LineId) -> Result<Option<Line>, DbErr> {
    for entry in entries(view, person).await? {
        if let Some(found) = store::line::of_id(view, entry, line).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Why each month of a bill costs what it costs.
///
/// # Errors
/// No parameters for this area.
pub fn explain_bill(view: &View, bill: &Bill) -> Result<Vec<Explanation>, NoPolicy> {
    let policy = Policy::of(view.area())?;
    let same_parameters = bill.policy_hash == policy.hash();
    let one = |month: &BilledMonth| {
        let asked = Asked { month: month.month, tier: bill.tier, base: month.base };
        let limits_of = limits_of(bill.kind.line(), month.month);
        let worked = match bill.kind {
            BillKind::Normal | BillKind::Prepayment => own(policy, asked, limits_of),
            BillKind::Supplement => difference(policy, asked),
        };
        explained(Stored { month: month.month, limits_of, amount: month.total, same_parameters }, worked)
    };
    Ok(bill.months.iter().map(one).collect())
}

/// Why a line says what it says, where its tier is known from its bill: no I/O.
pub fn of_line(policy: &Policy, line: &Line, tier: Option<Tier>) -> Explanation {
    let amount = line.pension.map_or(Fen::ZERO, |pension| pension.total());
    let asked = Asked { month: line.month, tier, base: line.pension.map_or(Fen::ZERO, |pension| pension.base) };
    let limits_of = limits_of(line.kind, line.month);
    let worked = match (line.payer, line.kind) {
        (PaidBy::Employer, _) => employed(policy, asked, limits_of),
        (PaidBy::Oneself, LineKind::Supplement) => difference(policy, asked),
        (
            PaidBy::Oneself,
            LineKind::Normal
            | LineKind::BackPayment
            | LineKind::Prepayment
            | LineKind::Reversal
            | LineKind::Refund
            | LineKind::TransferIn,
        ) => own(policy, asked, limits_of),
    };
    let same_parameters = line.policy == policy_mark(policy.hash());
    explained(Stored { month: line.month, limits_of, amount, same_parameters }, worked)
}

struct Stored {
    month: Month,
    limits_of: Month,
    amount: Fen,
    same_parameters: bool,
}

/// What is stored of the question that the formula once answered.
#[derive(Clone, Copy)]
struct Asked {
    month: Month,
    tier: Option<Tier>,
    base: Fen,
}

impl Asked {
    fn choice(&self) -> Choice {
        self.tier.map_or(Choice::Base(self.base), |tier| Choice::Percent(tier.rate()))
    }
}

type Worked = Result<(Fen, Vec<Step>), FormulaError>;

fn explained(stored: Stored, worked: Worked) -> Explanation {
    let Stored { month, limits_of, amount, same_parameters } = stored;
    let (agreement, steps) = match worked {
        Ok((recomputed, steps)) if recomputed == amount => (Agreement::Agrees, steps),
        Ok((recomputed, steps)) => (Agreement::Differs { recomputed }, steps),
        Err(error) => (Agreement::Unknown(error.to_string()), Vec::new()),
    };
    Explanation { month, limits_of, stored: amount, agreement, same_parameters, steps }
}

/// A prepaid month stands on the limits of last December, every other on its own.
fn limits_of(kind: LineKind, month: Month) -> Month {
    match kind {
        LineKind::Prepayment => Month::new(month.year() - 1, 12).unwrap_or(month),
        LineKind::Normal
        | LineKind::Supplement
        | LineKind::BackPayment
        | LineKind::Reversal
        | LineKind::Refund
        | LineKind::TransferIn => month,
    }
}

fn own(policy: &Policy, asked: Asked, limits_of: Month) -> Worked {
    let facts = flexible::Facts { month: asked.month, limits_of, choice: asked.choice() };
    let assessed = flexible::assess(policy, facts)?;
    Ok((assessed.total, assessed.steps))
}

fn employed(policy: &Policy, asked: Asked, limits_of: Month) -> Worked {
    let facts = employee::Facts { month: asked.month, limits_of, wage: asked.base, rating: None };
    let assessed = employee::assess(policy, facts)?;
    let pension = assessed.part(kernel::Insurance::Pension);
    let total = pension.map_or(Fen::ZERO, |part| part.employer + part.employee.unwrap_or_default());
    Ok((total, assessed.steps))
}

const DIFFERENCE: Label = Label { key: "supplement", zh: "补差", en: "difference" };

/// What the month costs on its own limits, less what it cost on last year's.
fn difference(policy: &Policy, asked: Asked) -> Worked {
    let Some(tier) = asked.tier else {
        // Of old systems only the difference of the bases is known; it is settled by the rates of the month.
        let on = asked.month.first_day();
        let rate = policy.pension.flexible_total.on(on)?;
        let total = asked.base.portion(*rate.value, kernel::Rounding::HalfUpToFen)?;
        return Ok((total, vec![exact(format!("{} × {}", asked.base, rate.value.in_percent()), total)]));
    };
    let before = limits_of(LineKind::Prepayment, asked.month);
    let choice = Choice::Percent(tier.rate());
    base::limits(policy, asked.month)?;
    let new = flexible::assess(policy, flexible::Facts::new(asked.month, choice))?;
    let old = flexible::assess(policy, flexible::Facts { month: asked.month, limits_of: before, choice })?;
    let difference = new.total.checked_sub(old.total)?;
    let formula = format!("{} - {}", new.total, old.total);
    let steps = new.steps.into_iter().chain(old.steps).chain([exact(formula, difference)]).collect();
    Ok((difference, steps))
}

fn exact(formula: String, value: Fen) -> Step {
    Step {
        label: DIFFERENCE,
        formula,
        value: value.to_string(),
        measure: Measure::Yuan,
        rounding: None,
        decimals: None,
        sources: Vec::new(),
        steps: Vec::new(),
    }
}
