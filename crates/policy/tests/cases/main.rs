//! The named cases under `policy/cases/` and the worked vectors, each against the formula that it names. Each file of
//! cases has its function in a table `FILES`; a function hands the steps of its result to [`took`], so that every label
//! in the source can be seen to be reached by a case that cites its law.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod benefit;
mod branches;
mod contribution;
mod exact;
mod keeping;
mod pension;
mod reader;
mod recompute;
mod reform;

use kernel::{AreaCode, Date, Fen, Month, Rate};
use policy::account::interest;
use policy::calc::{self, Expect, Explain, Options};
use policy::contribution::flexible::{self, Choice};
use policy::{Policy, Step};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

type Answers = BTreeMap<String, String>;

/// What answers a case.
type Formula = fn(&Case, &Policy) -> Answers;

/// Every file of cases with what answers it.
const FILES: &[&[(&str, Formula)]] =
    &[contribution::FILES, benefit::FILES, keeping::FILES, pension::FILES, reform::FILES];

thread_local! {
    /// The labels of the steps that the cases of this thread took.
    static REACHED: RefCell<BTreeSet<&'static str>> = const { RefCell::new(BTreeSet::new()) };
}

/// Keeps the labels of the steps of a result, each of which must recompute.
fn took(steps: &[Step]) {
    recompute::all(steps);
    REACHED.with_borrow_mut(|reached| reached.extend(policy::flat(steps).iter().map(|step| step.label.key)));
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    law: String,
    on: Month,
    set: Option<String>,
    otherwise: Option<String>,
    given: toml::Table,
    expect: Answers,
}

impl Case {
    fn policy(&self) -> Policy {
        let base = match self.set.as_deref() {
            None => Policy::of(AreaCode::HANDAN).unwrap(),
            Some("seed") => Policy::seed_example().unwrap(),
            Some(other) => panic!("{}: no set {other}", self.name),
        };
        self.otherwise.as_ref().map_or_else(|| base.clone(), |name| base.read_otherwise(name).unwrap())
    }

    fn text(&self, key: &str) -> &str {
        self.given[key].as_str().unwrap()
    }

    fn amount(&self, key: &str) -> Fen {
        self.text(key).parse().unwrap()
    }

    fn date(&self, key: &str) -> Date {
        self.text(key).parse().unwrap()
    }

    fn whole(&self, key: &str, otherwise: i64) -> i64 {
        self.given.get(key).map_or(otherwise, |value| value.as_integer().unwrap())
    }

    fn limits_of(&self) -> Month {
        self.given.get("limits_of").map_or(self.on, |month| month.as_str().unwrap().parse().unwrap())
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../policy/cases")
}

/// Runs every case of a file.
fn every_case(file: &str, formula: Formula) {
    let text = std::fs::read_to_string(folder().join(file)).unwrap();
    let cases: File = toml::from_str(&text).unwrap_or_else(|fault| panic!("{file}: {fault}"));
    for case in &cases.case {
        assert!(!case.law.is_empty(), "{} has no law", case.name);
        let answers = formula(case, &case.policy());
        for (key, expected) in &case.expect {
            assert_eq!(answers.get(key), Some(expected), "{file}, {}: {key}", case.name);
        }
    }
    assert!(!cases.case.is_empty(), "{file} holds no case");
}

fn entry(key: &str, value: impl ToString) -> (String, String) {
    (key.to_owned(), value.to_string())
}

#[test]
fn every_file_of_cases_has_its_formula_and_every_case_is_right() {
    let files: BTreeMap<&str, Formula> = FILES.iter().copied().flatten().copied().collect();
    let there = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let there: BTreeSet<String> = there.filter(|name| name.ends_with(".toml")).collect();
    assert_eq!(files.keys().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>(), there);
    for (file, formula) in files {
        every_case(file, formula);
    }
}

#[test]
fn every_vector_of_these_kinds_is_right() {
    let vectors = std::fs::read(folder().join("calc.jsonl")).unwrap();
    let mut answers = Vec::new();
    let options = Options { explain: Explain::Nothing, expect: Expect::Compared };
    let summary = calc::run(vectors.as_slice(), &mut answers, options).unwrap();
    let wrong: Vec<&str> =
        std::str::from_utf8(&answers).unwrap().lines().filter(|line| line.contains("\"matches\":false")).collect();
    assert_eq!(wrong, Vec::<&str>::new());
    let planned: u64 = summary.not_implemented.values().sum();
    assert_eq!((summary.right + planned, summary.wrong, summary.refused, summary.answered), (252, 0, 0, 0));
    assert_eq!(summary.not_implemented.len(), calc::PLANNED.len());
}

#[test]
fn a_wrong_expectation_is_found_and_its_key_is_named() {
    let question = br#"{"id":"x","calc":"contribution.employee","area":"130400","month":"2024-05","wage":"24498.89","expect":{"base":"19602.75","pension":{"employer":"3136.45"}}}"#;
    let (answer, verdict) = calc::answer(question, Options { explain: Explain::Nothing, expect: Expect::Compared });
    assert_eq!(verdict, calc::Verdict::Wrong);
    assert!(answer.contains(r#""matches":false,"differs":"pension.employer""#), "{answer}");
}

#[test]
fn the_steps_name_formula_value_and_law() {
    let policy = Policy::of(AreaCode::HANDAN).unwrap();
    let choice = Choice::Percent("60".parse().unwrap());
    let assessed = flexible::assess(policy, flexible::Facts::new("2024-03".parse().unwrap(), choice)).unwrap();
    let lines: Vec<String> = policy::flat(&assessed.steps)
        .iter()
        .map(|step| format!("{}: {} = {}", step.label.key, step.formula, step.value))
        .collect();
    assert_eq!(
        lines,
        [
            "base.of_average: 78411.00 ÷ 12 × 60% = 3920.55",
            "base: min(max(3920.55, 3920.55), 19602.75) = 3920.55",
            "flexible.total: 3920.55 × 20% = 784.11",
            "flexible.account: 3920.55 × 8% = 313.64",
            "flexible.pooled: 784.11 - 313.64 = 470.47",
        ]
    );
    assert_eq!(assessed.steps[1].sources[0].citation.document, "国发〔2005〕38号");
}

#[test]
fn the_menu_follows_its_date() {
    let policy = Policy::of(AreaCode::HANDAN).unwrap();
    let menu = |month: &str| flexible::menu(policy, month.parse().unwrap(), month.parse().unwrap()).unwrap();
    let (before, since) = (menu("2019-04"), menu("2019-05"));
    let seventy: Rate = "70".parse().unwrap();
    assert!(!before.offers(seventy) && since.offers(seventy));
    assert!(!since.offers("301".parse().unwrap()) && !since.offers("59.9".parse().unwrap()));
    assert_eq!(since.tiers.iter().map(|tier| tier.percent).collect::<Vec<_>>(), [60, 80, 100, 150, 200, 300]);
}

#[test]
fn until_the_limits_are_published_one_pays_on_those_of_december_before() {
    let policy = Policy::of(AreaCode::HANDAN).unwrap();
    let month: Month = "2024-03".parse().unwrap();
    let published = policy::base::published_on(policy, month).unwrap();
    let on = |today: Date| policy::base::limits_month(policy, month, today).unwrap().to_string();
    assert_eq!((on(published.pred_opt().unwrap()), on(published)), ("2023-12".to_owned(), "2024-03".to_owned()));
}

#[test]
fn the_rate_of_a_year_not_yet_published_is_the_last_one_and_says_so() {
    let policy = Policy::of(AreaCode::HANDAN).unwrap();
    let rate = |year| {
        let found = interest::rate_of(policy, year).unwrap();
        (found.rate.value.in_percent(), found.provisional)
    };
    assert_eq!((rate(2025), rate(2026)), (("1.5%".to_owned(), false), ("1.5%".to_owned(), true)));
    assert!(interest::rate_of(policy, 2004).is_err());
}
