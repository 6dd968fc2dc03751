//! Work injury insurance (工伤保险): a rate by the class of the industry, a factor by the employer's claims, a cut in
//! some years. The employer pays; the worker pays nothing (社会保险法 art. 33).

use crate::parameter::NotInForce;
use crate::working::{Cited, Label, Product, Step, Working};
use crate::{FormulaError, Policy};
use kernel::{Fen, Month, Rate};

/// How an employer is rated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rating {
    /// The class: 1 to 3 before 2015-10, 1 to 8 since.
    pub class: u8,
    /// The floating factor in percent; 100 for a new employer.
    pub factor: i64,
    /// The temporary cut in percent; 0 for none.
    pub cut: i64,
}

impl Rating {
    /// A class at its base rate.
    pub const fn of_class(class: u8) -> Rating {
        Rating { class, factor: 100, cut: 0 }
    }
}

/// What an employer pays for a month.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assessment {
    /// The whole payroll's contribution, settled once (R3).
    pub employer: Fen,
    /// How it was computed.
    pub steps: Vec<Step>,
}

const EMPLOYER: Label = Label { key: "injury.employer", zh: "工伤保险单位缴费", en: "work injury, employer" };

/// 工伤保险条例 art. 10: the payroll times the rate of the employer, settled once.
///
/// # Errors
/// A class, factor or cut that is not in the tables of that month.
pub fn assess(policy: &Policy, month: Month, payroll: Fen, rating: Rating) -> Result<Assessment, FormulaError> {
    let mut working = Working::default();
    let employer = rate(policy, month, rating)?.of(payroll, &mut working)?;
    Ok(Assessment { employer, steps: working.into_steps() })
}

/// The rate of an employer, not yet applied.
pub(crate) struct EmployerRate<'a> {
    rate: Rate,
    words: String,
    sources: Vec<Cited<'a>>,
}

impl EmployerRate<'_> {
    /// The rate itself.
    pub(crate) const fn rate(&self) -> Rate {
        self.rate
    }

    /// The share of an amount.
    pub(crate) fn of(self, amount: Fen, working: &mut Working) -> Result<Fen, FormulaError> {
        let product = Product::half_up(amount, self.rate);
        Ok(working.portion(EMPLOYER, format_args!("{amount} × {}", self.words), product, self.sources)?)
    }
}

/// 人社部发〔2015〕71号: base rate of the class, times the factor, less the cut.
pub(crate) fn rate(policy: &Policy, month: Month, rating: Rating) -> Result<EmployerRate<'_>, FormulaError> {
    let classes = policy.injury.class_rates.on(month.first_day())?;
    let of_class = usize::from(rating.class).checked_sub(1).and_then(|index| classes.value.get(index));
    let allowed = || format!("a class from 1 to {} in {month}", classes.value.len());
    let base = *of_class.ok_or_else(|| FormulaError::OutOfRange { fact: "injury_class", allowed: allowed() })?;
    let (mut words, mut sources) = (base.in_percent(), vec![classes.into()]);
    let mut rate = base;
    if rating.factor != 100 {
        sources.push(factor_allowed(policy, month, rating)?);
        rate = rate.times(Rate::new(rating.factor, 100)?)?;
        words = format!("{words} × {}%", rating.factor);
    }
    if rating.cut != 0 {
        let cuts = policy.injury.temporary_cuts.on(month.first_day())?;
        listed("injury_cut", rating.cut, cuts.value)?;
        sources.push(cuts.into());
        rate = rate.times(Rate::new(100 - rating.cut, 100)?)?;
        words = format!("{words} × (100% - {}%)", rating.cut);
    }
    Ok(EmployerRate { rate, words, sources })
}

fn factor_allowed(policy: &Policy, month: Month, rating: Rating) -> Result<Cited<'_>, FormulaError> {
    let table =
        if rating.class == 1 { &policy.injury.factors_of_class_one } else { &policy.injury.factors_of_other_classes };
    let factors = table.on(month.first_day()).map_err(|NotInForce { .. }| FormulaError::OutOfRange {
        fact: "injury_factor",
        allowed: format!("100 in {month}: no other factor is known for it"),
    })?;
    listed("injury_factor", rating.factor, factors.value)?;
    Ok(factors.into())
}

fn listed(fact: &'static str, value: i64, list: &[i64]) -> Result<(), FormulaError> {
    if list.contains(&value) {
        return Ok(());
    }
    let words: Vec<String> = list.iter().map(i64::to_string).collect();
    Err(FormulaError::OutOfRange { fact, allowed: format!("one of {}", words.join(", ")) })
}
