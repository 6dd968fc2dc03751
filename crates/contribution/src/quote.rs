//! A quote: what chosen months cost at a tier, with its steps. Pure over the policy and the facts; the page shows it and the
//! payment computes it again, for a form is never believed.
//!
//! Law: 国发〔2005〕38号 (20 % of the base, 8 % to the account); 国办发〔2019〕13号 (60 to 300 %); 人社部发〔2016〕132号.

use crate::BillKind;
use crate::calendar::{self, Facts, Standing};
use control::{Fault, FaultKind, View};
use kernel::{Fen, Month, PersonId, Rate, RelationId};
use policy::contribution::flexible::{self, Choice};
use policy::{Collector, FormulaError, NoPolicy, NotInForce, Payer, Policy, Step, base};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};

/// A tier: the base as a percentage of the average wage (缴费档次).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tier(u16);

impl Tier {
    /// So many percent of the average wage. Whether the menu offers it is asked when a quote is made.
    pub const fn percent(percent: u16) -> Tier {
        Tier(percent)
    }

    /// The percentage.
    pub const fn as_percent(self) -> u16 {
        self.0
    }

    pub(crate) fn rate(self) -> Rate {
        // 60 is 60 %: the policy reads a percentage as a plain number.
        Rate::new(i64::from(self.0), 1).unwrap_or(Rate::ONE)
    }
}

/// A month of a quote.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QuotedMonth {
    /// The fee month.
    pub month: Month,
    /// The relation under which it is paid.
    pub relation: RelationId,
    /// The month on whose limits it is paid: itself, or last December while this year's are not published.
    pub limits_of: Month,
    /// 缴费基数.
    pub base: Fen,
    /// What is to be paid.
    pub total: Fen,
    /// Of which to the personal account.
    pub account: Fen,
    /// Of which to the pooled fund.
    pub pooled: Fen,
    /// How it was computed.
    pub steps: Vec<Step>,
}

/// What chosen months cost. The parts add up to the total.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quote {
    /// For whom.
    pub person: PersonId,
    /// The year of the months.
    pub year: i32,
    /// The tier.
    pub tier: Tier,
    /// Prepayment while the year's limits are not published, else normal.
    pub kind: BillKind,
    /// The months, in order.
    pub months: Vec<QuotedMonth>,
    /// What is to be paid.
    pub total: Fen,
    /// Of which to the personal accounts.
    pub account: Fen,
    /// Of which to the pooled fund.
    pub pooled: Fen,
    /// The parameters it was computed from.
    pub policy_hash: String,
    /// Who collects it.
    pub collector: Collector,
}

/// Why there is no quote, in order of precedence.
#[derive(Debug, thiserror::Error)]
pub enum QuoteError {
    /// Nothing was chosen.
    #[error("no month was chosen")]
    NoMonths,
    /// A month was chosen twice.
    #[error("{0} was chosen twice")]
    RepeatedMonth(Month),
    /// Months of a year that has passed.
    #[error("{} are of a year that is closed", list(.0))]
    OutsideOpenYear(Vec<Month>),
    /// Months after the end of this year.
    #[error("{} are after the end of this year", list(.0))]
    BeyondYearEnd(Vec<Month>),
    /// There are no parameters for this area.
    #[error("no parameters for this area")]
    NoPolicy(#[from] NoPolicy),
    /// Months that count already.
    #[error("{} are paid already", list(.0))]
    AlreadyPaid(Vec<Month>),
    /// Months in which an employer insured them.
    #[error("{employer} insured them in {}", list(.months))]
    InsuredByEmployer {
        /// The employer's name.
        employer: String,
        /// The months.
        months: Vec<Month>,
    },
    /// Months in which they were not registered as a flexible worker.
    #[error("not registered as a flexible worker in {}", list(.0))]
    NotFlexibleWorker(Vec<Month>),
    /// The menu does not offer this tier.
    #[error("{}% is not on the menu", .0.as_percent())]
    TierNotOnMenu(Tier),
    /// A parameter is not in force, or the amounts are too large.
    #[error("the amounts cannot be computed")]
    Formula(#[from] FormulaError),
    /// The database failed.
    #[error("the facts could not be read")]
    Database(#[from] DbErr),
}

fn list(months: &[Month]) -> String {
    months.iter().map(Month::to_string).collect::<Vec<_>>().join(", ")
}

impl From<NotInForce> for QuoteError {
    fn from(error: NotInForce) -> QuoteError {
        QuoteError::Formula(error.into())
    }
}

impl Fault for QuoteError {
    fn code(&self) -> &'static str {
        match self {
            QuoteError::NoMonths => "no_months",
            QuoteError::RepeatedMonth(_) => "repeated_month",
            QuoteError::OutsideOpenYear(_) => "outside_open_year",
            QuoteError::BeyondYearEnd(_) => "beyond_year_end",
            QuoteError::AlreadyPaid(_) => "months_already_paid",
            QuoteError::InsuredByEmployer { .. } => "month_insured_by_employer",
            QuoteError::NotFlexibleWorker(_) => "not_flexible_worker",
            QuoteError::TierNotOnMenu(_) => "tier_not_on_menu",
            QuoteError::NoPolicy(_) => "no_policy",
            QuoteError::Formula(_) => "parameter_not_in_force",
            QuoteError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            QuoteError::NoMonths
            | QuoteError::RepeatedMonth(_)
            | QuoteError::OutsideOpenYear(_)
            | QuoteError::BeyondYearEnd(_) => FaultKind::Invalid("months"),
            QuoteError::TierNotOnMenu(_) => FaultKind::Invalid("tier"),
            QuoteError::AlreadyPaid(_) | QuoteError::InsuredByEmployer { .. } | QuoteError::NotFlexibleWorker(_) => {
                FaultKind::Conflict
            }
            QuoteError::NoPolicy(_) | QuoteError::Formula(_) | QuoteError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            QuoteError::Database(error) => Some(error),
            QuoteError::NoMonths
            | QuoteError::RepeatedMonth(_)
            | QuoteError::OutsideOpenYear(_)
            | QuoteError::BeyondYearEnd(_)
            | QuoteError::AlreadyPaid(_)
            | QuoteError::InsuredByEmployer { .. }
            | QuoteError::NotFlexibleWorker(_)
            | QuoteError::TierNotOnMenu(_)
            | QuoteError::NoPolicy(_)
            | QuoteError::Formula(_) => None,
        }
    }
}

/// What these months cost at this tier, for this person, today.
///
/// # Errors
/// [`QuoteError`], the first reason in the order of its variants.
pub async fn quote(view: &View, person: PersonId, months: &[Month], tier: Tier) -> Result<Quote, QuoteError> {
    let year = open_year(view, &in_order(months)?)?;
    quote_on(view, &calendar::facts(view, person, year).await?, months, tier)
}

/// The same upon facts of this year that were read before.
///
/// # Errors
/// As [`quote`].
pub fn quote_on(view: &View, facts: &Facts, months: &[Month], tier: Tier) -> Result<Quote, QuoteError> {
    let months = in_order(months)?;
    open_year(view, &months)?;
    assess(Policy::of(view.area())?, facts, &months, tier)
}

/// The same over facts already read: no I/O, no clock.
///
/// # Errors
/// As [`quote`], from the months that are paid on.
pub fn assess(policy: &Policy, facts: &Facts, months: &[Month], tier: Tier) -> Result<Quote, QuoteError> {
    refuse_by_standing(facts, months)?;
    let first = months.first().copied().ok_or(QuoteError::NoMonths)?;
    let quoted: Vec<QuotedMonth> =
        months.iter().map(|month| quoted(policy, facts, *month, tier)).collect::<Result<_, _>>()?;
    let sum = |part: fn(&QuotedMonth) -> Fen| quoted.iter().map(part).try_fold(Fen::ZERO, Fen::checked_add);
    let too_large = |_| QuoteError::Formula(FormulaError::TooLarge);
    let (total, account) = (sum(|m| m.total).map_err(too_large)?, sum(|m| m.account).map_err(too_large)?);
    let prepaid = quoted.iter().any(|month| month.limits_of != month.month);
    let collector = policy.collection.of(Payer::FlexibleWorker, kernel::Insurance::Pension);
    let collector = match collector {
        Some(dated) => *dated.on(facts.today)?.value,
        None => Collector::Agency,
    };
    Ok(Quote {
        person: facts.person,
        year: first.year(),
        tier,
        kind: if prepaid { BillKind::Prepayment } else { BillKind::Normal },
        months: quoted,
        total,
        account,
        pooled: total - account,
        policy_hash: policy.hash().to_owned(),
        collector,
    })
}

fn in_order(months: &[Month]) -> Result<Vec<Month>, QuoteError> {
    let mut months = months.to_vec();
    months.sort_unstable();
    match months.windows(2).find(|pair| pair.first() == pair.last()).and_then(|pair| pair.first()) {
        Some(twice) => Err(QuoteError::RepeatedMonth(*twice)),
        None => Ok(months),
    }
}

/// A flexible worker pays months of the current year (B4, B5); other years are open only where dated policy opens them.
fn open_year(view: &View, months: &[Month]) -> Result<i32, QuoteError> {
    let year = Month::of(view.today()).map_err(|_| QuoteError::OutsideOpenYear(months.to_vec()))?.year();
    let of = |wanted: fn(i32, i32) -> bool| -> Vec<Month> {
        months.iter().copied().filter(|month| wanted(month.year(), year)).collect()
    };
    let (past, future) = (of(|asked, open| asked < open), of(|asked, open| asked > open));
    match (months.is_empty(), past.is_empty(), future.is_empty()) {
        (true, ..) => Err(QuoteError::NoMonths),
        (_, false, _) => Err(QuoteError::OutsideOpenYear(past)),
        (_, _, false) => Err(QuoteError::BeyondYearEnd(future)),
        (false, true, true) => Ok(year),
    }
}

pub(crate) fn refuse_by_standing(facts: &Facts, months: &[Month]) -> Result<(), QuoteError> {
    let (mut paid, mut insured, mut not_flexible, mut closed) = (vec![], vec![], vec![], vec![]);
    let mut employer = None;
    for month in months.iter().copied() {
        match facts.standing(month) {
            Standing::Paid => paid.push(month),
            Standing::InsuredByEmployer(name) => {
                employer.get_or_insert(name);
                insured.push(month);
            }
            Standing::NotInsured => not_flexible.push(month),
            Standing::Closed => closed.push(month),
            Standing::Due | Standing::Prepayable => {}
        }
    }
    match (closed.is_empty(), paid.is_empty(), employer, not_flexible.is_empty()) {
        (false, ..) => Err(QuoteError::OutsideOpenYear(closed)),
        (_, false, ..) => Err(QuoteError::AlreadyPaid(paid)),
        (_, _, Some(employer), _) => Err(QuoteError::InsuredByEmployer { employer, months: insured }),
        (_, _, _, false) => Err(QuoteError::NotFlexibleWorker(not_flexible)),
        (true, true, None, true) => Ok(()),
    }
}

fn quoted(policy: &Policy, facts: &Facts, month: Month, tier: Tier) -> Result<QuotedMonth, QuoteError> {
    let relation = *facts.own.get(&month).ok_or_else(|| QuoteError::NotFlexibleWorker(vec![month]))?;
    let limits_of = base::limits_month(policy, month, facts.today)?;
    if !flexible::menu(policy, month, limits_of)?.offers(tier.rate()) {
        return Err(QuoteError::TierNotOnMenu(tier));
    }
    let assessed =
        flexible::assess(policy, flexible::Facts { month, limits_of, choice: Choice::Percent(tier.rate()) })?;
    Ok(QuotedMonth {
        month,
        relation,
        limits_of,
        base: assessed.base,
        total: assessed.total,
        account: assessed.account,
        pooled: assessed.pooled,
        steps: assessed.steps,
    })
}
