//! The pension of the enterprise scheme (企业职工基本养老保险): 国发〔2005〕38号, 冀政〔2006〕67号.

use super::{Assessment, Facts, IndexWords, divisor, index_in_range};
use crate::parameter::InForce;
use crate::working::{Cited, Label, Percent, Product, Working};
use crate::{FormulaError, Policy};
use kernel::{Fen, Month, Rate, Rounding};

kernel::words! {
    /// How the index of deemed years is set where the decision does not say.
    pub enum Deemed {
        /// It follows the average index of the paid months.
        Average = "average",
    }
}

kernel::words! {
    /// To what the total is settled (R7).
    pub enum TotalUnit {
        /// 分: the sum of the parts.
        Fen = "fen",
        /// 见分进角: up to the next jiao.
        Jiao = "jiao",
    }
}

const CALC_BASE: Label = Label::new("pension.calc_base", "计发基数", "calculation base");
const BASIC: Label = Label::new("pension.basic", "基础养老金", "basic pension");
const ACCOUNT: Label = Label::new("pension.account_pension", "个人账户养老金", "account pension");
const TRANSITIONAL: Label = Label::new("pension.transitional", "过渡性养老金", "transitional pension");
const TOTAL: Label = Label::new("pension.total", "养老金合计", "pension, total");
const TOTAL_JIAO: Label = Label::new("pension.total_jiao", "养老金合计（见分进角）", "pension, total up to the jiao");

/// The calculation base of a month; of the last year known where its own is not published (预发).
struct CalcBase<'a> {
    amount: Fen,
    source: Option<InForce<'a, Fen>>,
    provisional: bool,
}

fn calc_base<'a>(policy: &'a Policy, retires: Month, given: Option<Fen>) -> Result<CalcBase<'a>, FormulaError> {
    if let Some(amount) = given {
        if amount.is_negative() {
            return Err(FormulaError::OutOfRange { fact: "calc_base", allowed: "0.00 or more".to_owned() });
        }
        return Ok(CalcBase { amount, source: None, provisional: false });
    }
    let (source, provisional) = policy.pension.calc_base.on_or_last(retires.first_day())?;
    Ok(CalcBase { amount: *source.value, source: Some(source), provisional })
}

/// 国发〔2005〕38号: `G × (1 + I) ÷ 2 × N ÷ 12 × 1%`, the account over the divisor, and for months before accounts began
/// `G × Id × Nd ÷ 12 × c`; each part settled to the fen, then added (R7).
pub(crate) fn assess_on(policy: &Policy, facts: Facts, mut working: Working) -> Result<Assessment, FormulaError> {
    refuse_what_cannot_be(policy, facts)?;
    let mut parts = working.branch();
    let base = calc_base(policy, facts.retires, facts.calc_base)?;
    parts.exact(CALC_BASE, base.amount, base.amount, base.source.map(Cited::from));
    let basic = basic(policy, facts, base.amount, &mut parts)?;
    let mut of_account = parts.branch();
    let divisor = divisor::of_age(policy, facts.retires, facts.age, facts.divisor, &mut of_account)?;
    let account = parts.made_of(of_account).portion(
        ACCOUNT,
        format_args!("{} ÷ {divisor}", facts.balance),
        Product::half_up(facts.balance, divisor.share()?),
        [],
    )?;
    let transitional = transitional(policy, facts, base.amount, &mut parts)?;
    let sum = basic.checked_add(account)?.checked_add(transitional)?;
    let unit = policy.pension.total_unit.on(facts.retires.first_day())?;
    let (label, rounding) = match unit.value {
        TotalUnit::Fen => (TOTAL, Rounding::HalfUpToFen),
        TotalUnit::Jiao => (TOTAL_JIAO, Rounding::UpToJiao),
    };
    let formula = format_args!("{basic} + {account} + {transitional}");
    let product = Product { amount: sum, rate: Rate::ONE, rounding };
    let total = working.made_of(parts).portion(label, formula, product, [unit.into()])?;
    let (provisional, steps) = (base.provisional, working.into_steps());
    Ok(Assessment { divisor, basic, account, transitional, total, provisional, steps })
}

/// The basic pension alone, as some allowances are.
pub(crate) fn basic_alone(policy: &Policy, facts: Facts, working: &mut Working) -> Result<Fen, FormulaError> {
    refuse_what_cannot_be(policy, facts)?;
    let base = calc_base(policy, facts.retires, facts.calc_base)?;
    working.exact(CALC_BASE, base.amount, base.amount, base.source.map(Cited::from));
    basic(policy, facts, base.amount, working)
}

fn refuse_what_cannot_be(policy: &Policy, facts: Facts) -> Result<(), FormulaError> {
    let out_of_range = |fact, allowed: &str| Err(FormulaError::OutOfRange { fact, allowed: allowed.to_owned() });
    if facts.balance.is_negative() {
        return out_of_range("balance", "0.00 or more");
    }
    // Nobody pays longer than the age, so that months beyond it are a slip of the pen.
    if !(0..=facts.age.months).contains(&facts.months) {
        return out_of_range("months", "from 0 to the months of the age");
    }
    if !(0..=facts.months).contains(&facts.deemed_months) {
        return out_of_range("deemed_months", "from 0 to months, of which they are a part");
    }
    index_in_range(policy, facts.retires, facts.index, "index")?;
    facts.deemed_index.map_or(Ok(()), |index| index_in_range(policy, facts.retires, index, "deemed_index"))
}

fn basic(policy: &Policy, facts: Facts, base: Fen, working: &mut Working) -> Result<Fen, FormulaError> {
    let point = policy.pension.point_a_year.on(facts.retires.first_day())?;
    let indexed = Rate::ONE.plus(facts.index)?.times(Rate::new(1, 2)?)?;
    let rate = indexed.times(Rate::new(facts.months, 12)?)?.times(*point.value)?;
    let (index, months) = (IndexWords(facts.index), facts.months);
    let formula = format_args!("{base} × (1 + {index}) ÷ 2 × {months} ÷ 12 × {}", Percent(*point.value));
    Ok(working.portion(BASIC, formula, Product::half_up(base, rate), [point.into()])?)
}

fn transitional(policy: &Policy, facts: Facts, base: Fen, working: &mut Working) -> Result<Fen, FormulaError> {
    if facts.deemed_months == 0 {
        working.exact(TRANSITIONAL, Fen::ZERO, Fen::ZERO, []);
        return Ok(Fen::ZERO);
    }
    let on = facts.retires.first_day();
    let coefficient = policy.pension.transitional_coefficient.on(on)?;
    let rule = policy.pension.deemed_index.on(on)?;
    let (index, source) = match (facts.deemed_index, rule.value) {
        (Some(index), _) => (index, None),
        (None, Deemed::Average) => (facts.index, Some(Cited::from(rule))),
    };
    let rate = index.times(Rate::new(facts.deemed_months, 12)?)?.times(*coefficient.value)?;
    let (words, months) = (IndexWords(index), facts.deemed_months);
    let formula = format_args!("{base} × {words} × {months} ÷ 12 × {}", Percent(*coefficient.value));
    let sources = [Some(Cited::from(coefficient)), source].into_iter().flatten();
    Ok(working.portion(TRANSITIONAL, formula, Product::half_up(base, rate), sources)?)
}
