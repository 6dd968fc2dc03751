//! An explanation recomputes to the result: each formula, read back as a person with an exact calculator would, gives the
//! value beside it; and what a step was made from stands in a formula after it. A reader of its own, sharing nothing with
//! the formulas of the crate.

use super::exact::Number;
use super::reader::{Value, decimal, read};
use chrono::NaiveDate;
use kernel::{AreaCode, Fen, Month, Rate, Rounding};
use policy::account::year::{self, Through};
use policy::calc::{self, Expect, Explain, Options};
use policy::contribution::injury::Rating;
use policy::contribution::{employee, flexible};
use policy::pension::index::{self, MonthBase};
use policy::retirement::{self, Category};
use policy::surcharge::{self, allocation::Debt};
use policy::{Explanation, Language, Measure, Policy, Step, pension};
use proptest::prelude::*;
use std::cmp::Ordering;

/// A step as it is printed, whether from the crate or read back from JSON.
struct Printed<'a> {
    key: &'a str,
    formula: &'a str,
    value: &'a str,
    measure: Measure,
    rounding: Option<Rounding>,
    decimals: Option<u32>,
}

impl Printed<'_> {
    /// The formula gives the value, settled as the step says.
    fn recomputes(&self) {
        let Printed { key, formula, value, measure, .. } = *self;
        for (sign, reaches) in [(" ≥ ", true), (" < ", false)] {
            if let (Some((given, from)), true) = (formula.split_once(sign), measure != Measure::Word) {
                // A row of a table: whether what is given reaches the row from which the value comes.
                assert_eq!(read(given).order(&read(from)) != Ordering::Less, reaches, "{key}: {formula}");
                return;
            }
        }
        let same = || assert_eq!(formula, value, "{key}");
        match measure {
            Measure::Word => {}
            Measure::Month | Measure::Date => match (read(formula), read(value)) {
                (Value::Month(one), Value::Month(other)) => assert_eq!(one, other, "{key}: {formula}"),
                (Value::Day(one), Value::Day(other)) => assert_eq!(one, other, "{key}: {formula}"),
                _ => same(),
            },
            Measure::Yuan | Measure::Days | Measure::Months | Measure::Number => {
                let exact = read(formula).number();
                self.is_settled(&exact);
            }
        }
    }

    fn is_settled(&self, exact: &Number) {
        let Printed { key, formula, value, rounding, decimals, .. } = *self;
        let unit = match (rounding, decimals) {
            (Some(Rounding::HalfUpToFen | Rounding::DownToFen), _) => Number::new(1, 100),
            (Some(Rounding::HalfUpToYuan), _) => Number::new(1, 1),
            (Some(Rounding::UpToJiao), _) => Number::new(1, 10),
            (None, Some(decimals)) => Number::new(1, 10u128.pow(decimals)),
            (None, None) => Number::new(0, 1),
        };
        let settled = decimal(value);
        // How far the value lies above the exact figure, in units of the rounding.
        let above = settled.plus(&exact.clone().minus());
        let order = |above: &Number, share: Number| above.order(&unit.times(&share));
        let right = match rounding {
            None if decimals.is_none() => above.above.0.is_empty(),
            Some(Rounding::UpToJiao) => !above.negative && order(&above, Number::whole(1)) == Ordering::Less,
            Some(Rounding::DownToFen) => {
                let below = above.clone().minus();
                !below.negative && order(&below, Number::whole(1)) == Ordering::Less
            }
            Some(Rounding::HalfUpToFen | Rounding::HalfUpToYuan) | None => {
                let half = Number::new(1, 2);
                order(&above, half.clone()) != Ordering::Greater && order(&above, half.minus()) == Ordering::Greater
            }
        };
        assert!(right, "{key}: {formula} = {value}");
    }
}

fn printed(step: &Step) -> Printed<'_> {
    let Step { formula, value, measure, rounding, decimals, .. } = step;
    let (measure, rounding, decimals) = (*measure, *rounding, *decimals);
    Printed { key: step.label.key, formula, value, measure, rounding, decimals }
}

/// Every step recomputes, and what a step was made from stands in its formula or in that of a step beside it.
pub(crate) fn all(steps: &[Step]) {
    for step in policy::flat(steps) {
        printed(step).recomputes();
        for (at, part) in step.steps.iter().enumerate() {
            let after = step.steps.iter().skip(at + 1).flat_map(Step::flat);
            // A decision in words is not a number of any formula.
            let used =
                part.measure == Measure::Word || after.chain([step]).any(|later| later.formula.contains(&part.value));
            assert!(used, "{}: {} is not used in {}", step.label.key, part.label.key, step.formula);
        }
    }
}

/// Every step of a JSON explanation recomputes.
fn json(steps: &serde_json::Value) {
    for step in steps.as_array().unwrap() {
        let text = |key: &str| step[key].as_str().unwrap();
        let rounding = step.get("rounding").map(|word| match word.as_str().unwrap() {
            "half_up_to_fen" => Rounding::HalfUpToFen,
            "half_up_to_yuan" => Rounding::HalfUpToYuan,
            "up_to_jiao" => Rounding::UpToJiao,
            "down_to_fen" => Rounding::DownToFen,
            other => panic!("{other}"),
        });
        let decimals = step.get("decimals").map(|count| u32::try_from(count.as_u64().unwrap()).unwrap());
        let measure = text("measure").parse().unwrap();
        let (key, formula, value) = (text("key"), text("formula"), text("value"));
        Printed { key, formula, value, measure, rounding, decimals }.recomputes();
        if let Some(parts) = step.get("steps") {
            json(parts);
        }
    }
}

fn policy() -> &'static Policy {
    Policy::of(AreaCode::HANDAN).unwrap()
}

#[test]
fn every_explanation_of_a_vector_recomputes_from_its_json() {
    let vectors = std::fs::read_to_string(super::folder().join("calc.jsonl")).unwrap();
    let options = Options { explain: Explain::Steps, expect: Expect::Ignored };
    let mut explained = 0;
    for line in vectors.lines() {
        let answer: serde_json::Value = serde_json::from_str(&calc::answer(line.as_bytes(), options).0).unwrap();
        if let Some(steps) = answer["result"].get("explain") {
            json(steps);
            explained += 1;
        }
    }
    assert!(explained > 200, "{explained}");
}

#[test]
fn the_calculator_itself_is_right() {
    let gives = |formula: &str, value: &str| {
        let equal = read(formula).order(&read(value)) == Ordering::Equal;
        assert!(equal, "{formula} is not {value}");
    };
    gives("1 + 2 × 3 - 4 ÷ 8", "6.5");
    gives("(1 + 2) × 3%", "0.09");
    gives("min(max(2, 3), 7.5) - 10", "1/2 - 7.5");
    gives("max(2030-01 - 36, 2025-01) + 2", "2027-03");
    gives("min(⌊(2036-06 - 2025-01) ÷ 4⌋ + 1, 36)", "35");
    gives("2017-09-15 - 2017-07-31", "46");
    gives(
        "340282366920938463463374607431768211455 × 340282366920938463463374607431768211455 ÷ 340282366920938463463374607431768211455",
        "340282366920938463463374607431768211455",
    );
    let wrong = Printed {
        key: "x",
        formula: "0.005 × 1",
        value: "0.00",
        measure: Measure::Yuan,
        rounding: Some(Rounding::HalfUpToFen),
        decimals: None,
    };
    assert!(std::panic::catch_unwind(|| wrong.recomputes()).is_err(), "half of a fen is a fen");
}

fn facts(index: Rate) -> pension::Facts {
    pension::Facts {
        scheme: kernel::Scheme::Enterprise,
        retires: "2024-06".parse().unwrap(),
        index,
        months: 420,
        deemed_months: 96,
        deemed_index: None,
        balance: Fen::new(12_000_000),
        age: pension::Age::new(60, 0).unwrap(),
        calc_base: None,
        divisor: None,
    }
}

#[test]
fn the_same_facts_under_the_same_parameter_hash_give_the_same_bytes() {
    let told = |policy: &Policy, language| {
        let assessed = pension::assess(policy, facts("1.05".parse().unwrap())).unwrap();
        let explanation = Explanation::new(policy, &assessed.steps);
        (explanation.text(language), serde_json::to_string(&explanation).unwrap())
    };
    // Read again from the files, as a later program would.
    let again = policy().read_otherwise("pension/total_unit").unwrap();
    let back = policy().clone();
    assert_eq!(back.hash(), policy().hash());
    assert_eq!(told(&back, Language::Chinese), told(policy(), Language::Chinese));
    assert_ne!(again.hash(), policy().hash());
    assert_ne!(told(&again, Language::Chinese), told(policy(), Language::Chinese));
}

#[test]
fn an_explanation_reads_as_a_tree_and_says_what_is_not_certain() {
    let assessed = pension::assess(policy(), facts("1.05".parse().unwrap())).unwrap();
    let explanation = Explanation::new(policy(), &assessed.steps);
    assert_eq!(explanation.status(), policy::Status::Uncertain);
    let text = explanation.text(Language::English);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "pension, total: 2606.32 + 863.31 + 793.34 = 4262.97 (half up to the fen)");
    assert_eq!(lines[2], "  calculation base: 7265.00");
    assert!(lines.contains(&"    divisor months: 139"), "{text}");
    assert!(text.contains("uncertain, to be confirmed"), "{text}");
    assert_eq!(lines.last(), Some(&format!("parameters: {}", policy().hash()).as_str()));
    let chinese = explanation.text(Language::Chinese);
    assert!(chinese.starts_with("养老金合计：2606.32 + 863.31 + 793.34 = 4262.97（四舍五入到分）\n"), "{chinese}");
}

proptest! {
    #[test]
    fn a_pension_recomputes(
        index in 0i64..=30_000, months in 0i64..=480, deemed in 0i64..=480, balance in 0i64..=100_000_000_000,
        years in 40i64..=75, odd in 0i64..12, year in 2017i32..=2030, month in 1i32..=12,
    ) {
        prop_assume!(deemed <= months);
        let facts = pension::Facts {
            retires: Month::new(year, month).unwrap(),
            months,
            deemed_months: deemed,
            balance: Fen::new(balance),
            age: pension::Age::new(years, odd).unwrap(),
            ..facts(Rate::new(index, 10_000).unwrap())
        };
        let assessed = pension::assess(policy(), facts).unwrap();
        all(&assessed.steps);
        prop_assert_eq!(assessed.basic + assessed.account + assessed.transitional, assessed.total);
    }

    #[test]
    fn an_index_recomputes(runs in proptest::collection::vec((2012i32..=2026, 1i32..=12, 0i64..3_000_000), 1..60)) {
        let mut bases: Vec<MonthBase> = runs
            .into_iter()
            .map(|(year, month, fen)| MonthBase { month: Month::new(year, month).unwrap(), base: Fen::new(fen) })
            .collect();
        bases.sort_unstable();
        bases.dedup_by_key(|paid| paid.month);
        all(&index::assess(policy(), &bases, None).unwrap().steps);
    }

    #[test]
    fn a_retirement_recomputes(year in 1940i32..=2060, month in 1i32..=12, wish in 0i32..=120) {
        let birth = Month::new(year, month).unwrap();
        for category in [Category::Men, Category::WomenCadres, Category::WomenWorkers] {
            if let Ok(assessed) = retirement::assess(policy(), category, birth) {
                all(&assessed.steps);
                if let Ok(chosen) = retirement::chosen(policy(), category, birth, assessed.original.plus(wish).unwrap()) {
                    all(&chosen.steps);
                }
            }
        }
    }

    #[test]
    fn a_year_of_the_account_recomputes(
        year in 2005i32..=2027, opening in 0i64..100_000_000_000, credits in proptest::array::uniform12(0i64..3_000_000), through in 0i32..=12,
    ) {
        let through = if through == 0 { Through::WholeYear } else { Through::Month(through) };
        let facts = year::Facts { through, ..year::Facts::of(year, Fen::new(opening), credits.map(Fen::new)) };
        all(&year::assess(policy(), facts).unwrap().steps);
    }

    #[test]
    fn a_surcharge_and_a_part_payment_recompute(principal in 0i64..1_000_000_000, due in 0i64..9_000, late in -30i64..6_000, payment in 0i64..2_000_000_000) {
        let due = NaiveDate::from_ymd_opt(1999, 2, 28).unwrap() + chrono::TimeDelta::days(due);
        let (paid, principal) = (due + chrono::TimeDelta::days(late), Fen::new(principal));
        all(&surcharge::assess(policy(), surcharge::Facts { principal, due, paid }).unwrap().steps);
        let month = Month::of(due).unwrap();
        let debt = Debt { month, worker: principal, unit: Fen::new(60_000), surcharge: Fen::ZERO, since: due };
        let newer = Debt { month: month.plus(1).unwrap(), since: due.succ_opt().unwrap(), ..debt };
        all(&surcharge::allocation::allocate(policy(), &[newer, debt], Fen::new(payment), paid).unwrap().steps);
    }

    #[test]
    fn contributions_recompute(year in 2012i32..=2026, month in 1i32..=12, fen in 0i64..10_000_000, hundredths in 6_000i64..=30_000) {
        let month = Month::new(year, month).unwrap();
        let facts = employee::Facts { rating: Some(Rating::of_class(2)), ..employee::Facts::new(month, Fen::new(fen)) };
        all(&employee::assess(policy(), facts).unwrap().steps);
        let choice = flexible::Choice::Percent(Rate::new(hundredths, 100).unwrap());
        all(&flexible::assess(policy(), flexible::Facts::new(month, choice)).unwrap().steps);
    }
}
