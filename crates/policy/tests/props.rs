//! What holds for all inputs: nothing panics, parts add up, a figure is what its steps say.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use kernel::{AreaCode, Date, Fen, Month, Rate};
use policy::calc::{self, Expect, Explain, Options};
use policy::contribution::employee;
use policy::contribution::flexible::{self, Choice};
use policy::{Policy, surcharge};
use proptest::prelude::*;
use proptest::sample::{Index, select};

const VECTORS: &str = include_str!("../../../policy/cases/calc.jsonl");
const OPTIONS: Options = Options { explain: Explain::Steps, expect: Expect::Compared };

fn policy() -> &'static Policy {
    Policy::of(AreaCode::HANDAN).unwrap()
}

fn months() -> impl Strategy<Value = Month> {
    (2012i32..=2026, 1i32..=12).prop_map(|(year, month)| Month::new(year, month).unwrap())
}

/// What may stand in place of a value.
fn odd_value() -> impl Strategy<Value = serde_json::Value> {
    prop_oneof![
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
        any::<bool>().prop_map(Into::into),
        "[0-9]{1,22}(\\.[0-9]{0,3})?".prop_map(Into::into),
        "[0-9]{4}-[0-9]{2}(-[0-9]{2})?".prop_map(Into::into),
        select(vec![serde_json::json!(null), serde_json::json!([]), serde_json::json!({"a": [1]})]),
    ]
}

proptest! {
    #[test]
    fn arbitrary_bytes_get_one_answer_a_line_and_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut output = Vec::new();
        calc::run(bytes.as_slice(), &mut output, OPTIONS).unwrap();
        let lines = bytes.split_inclusive(|byte| *byte == b'\n').count();
        prop_assert_eq!(output.iter().filter(|byte| **byte == b'\n').count(), lines);
    }

    #[test]
    fn cut_and_flipped_vectors_never_panic(line in any::<Index>(), cut in any::<Index>(), byte in any::<u8>()) {
        let lines: Vec<&str> = VECTORS.lines().collect();
        let mut bytes = lines[line.index(lines.len())].as_bytes().to_vec();
        let at = cut.index(bytes.len());
        bytes[at] = byte;
        let (answer, _) = calc::answer(&bytes, OPTIONS);
        prop_assert!(serde_json::from_str::<serde_json::Value>(&answer).is_ok());
        let (answer, _) = calc::answer(&bytes[..at], OPTIONS);
        prop_assert!(serde_json::from_str::<serde_json::Value>(&answer).is_ok());
    }

    #[test]
    fn vectors_with_one_odd_value_get_an_answer_with_ok(line in any::<Index>(), key in any::<Index>(), odd in odd_value()) {
        let lines: Vec<&str> = VECTORS.lines().collect();
        let mut question: serde_json::Map<String, serde_json::Value> = serde_json::from_str(lines[line.index(lines.len())]).unwrap();
        let keys: Vec<String> = question.keys().cloned().collect();
        question.insert(keys[key.index(keys.len())].clone(), odd);
        let (answer, _) = calc::answer(serde_json::to_string(&question).unwrap().as_bytes(), OPTIONS);
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        prop_assert_eq!(answer["ok"].as_bool().unwrap(), answer.get("result").is_some());
        prop_assert_eq!(answer["ok"].as_bool().unwrap(), answer.get("error").is_none());
    }

    #[test]
    fn account_and_pool_are_the_whole_and_the_base_keeps_its_limits(month in months(), hundredths in 6_000i64..=30_000) {
        let choice = Choice::Percent(Rate::new(hundredths, 100).unwrap());
        let assessed = flexible::assess(policy(), flexible::Facts::new(month, choice)).unwrap();
        prop_assert_eq!(assessed.account + assessed.pooled, assessed.total);
        let limits = policy::base::limits(policy(), month).unwrap();
        prop_assert!(*limits.floor.value <= assessed.base && assessed.base <= *limits.ceiling.value);
        let last = assessed.steps.last().unwrap();
        prop_assert_eq!(&last.value, &assessed.pooled.to_string());
    }

    #[test]
    fn totals_are_the_sums_of_settled_lines(month in months(), fen in 0i64..10_000_000) {
        let assessed = employee::assess(policy(), employee::Facts::new(month, Fen::new(fen))).unwrap();
        prop_assert_eq!(assessed.parts.iter().map(|part| part.employer).sum::<Fen>(), assessed.employer);
        prop_assert_eq!(assessed.parts.iter().filter_map(|part| part.employee).sum::<Fen>(), assessed.employee);
        prop_assert_eq!(assessed.parts.len() + assessed.missing.len(), 5);
    }

    #[test]
    fn a_later_payment_never_costs_less(fen in 0i64..1_000_000_000, due in 0u64..9_000, late in 0u64..6_000) {
        let due = Date::from_ymd_opt(1999, 1, 22).unwrap() + chrono::Days::new(due);
        let at = |paid: Date| surcharge::assess(policy(), surcharge::Facts { principal: Fen::new(fen), due, paid }).unwrap();
        let (one, next) = (at(due + chrono::Days::new(late)), at(due + chrono::Days::new(late + 1)));
        prop_assert!(one.amount <= next.amount);
        prop_assert_eq!(one.days + 1, next.days);
    }
}
