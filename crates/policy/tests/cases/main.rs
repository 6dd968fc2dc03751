//! The named cases under `policy/cases/` and the worked vectors, each against the formula that it names.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use kernel::{AreaCode, Date, Fen, Month, Rate};
use policy::account::interest::{self, Method};
use policy::calc::{self, Expect, Explain, Options};
use policy::contribution::flexible::{self, Choice};
use policy::contribution::injury::{self, Rating};
use policy::contribution::{employee, housing_fund, medical_flexible, undeclared};
use policy::{Policy, surcharge};
use std::collections::BTreeMap;
use std::path::PathBuf;

type Answers = BTreeMap<String, String>;

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

/// Runs every case of a file and returns how many there were.
fn every_case(file: &str, formula: impl Fn(&Case, &Policy) -> Answers) -> usize {
    let file: File = toml::from_str(&std::fs::read_to_string(folder().join(file)).unwrap()).unwrap();
    for case in &file.case {
        assert!(!case.law.is_empty(), "{} has no law", case.name);
        let answers = formula(case, &case.policy());
        for (key, expected) in &case.expect {
            assert_eq!(answers.get(key), Some(expected), "{}: {key}", case.name);
        }
    }
    file.case.len()
}

fn entry(key: &str, value: impl ToString) -> (String, String) {
    (key.to_owned(), value.to_string())
}

#[test]
fn employee_cases() {
    let count = every_case("employee.toml", |case, policy| {
        let class = case.given.get("injury_class").map(|class| u8::try_from(class.as_integer().unwrap()).unwrap());
        let facts = employee::Facts {
            month: case.on,
            limits_of: case.limits_of(),
            wage: case.amount("wage"),
            rating: class.map(Rating::of_class),
        };
        let assessed = employee::assess(policy, facts).unwrap();
        let missing: Vec<&str> = assessed.missing.iter().map(|insurance| insurance.as_str()).collect();
        let mut answers = Answers::from([
            entry("base", assessed.base),
            entry("totals.employer", assessed.employer),
            entry("totals.employee", assessed.employee),
            entry("missing", missing.join(",")),
        ]);
        for part in &assessed.parts {
            answers.extend([entry(&format!("{}.employer", part.insurance), part.employer)]);
            answers.extend(part.employee.map(|paid| entry(&format!("{}.employee", part.insurance), paid)));
        }
        answers
    });
    assert!(count >= 22, "only {count} cases");
}

#[test]
fn injury_cases() {
    every_case("injury.toml", |case, policy| {
        let class = u8::try_from(case.whole("class", 0)).unwrap();
        let rating = Rating { class, factor: case.whole("factor", 100), cut: case.whole("cut", 0) };
        let assessed = injury::assess(policy, case.on, case.amount("payroll"), rating).unwrap();
        Answers::from([entry("employer", assessed.employer)])
    });
}

#[test]
fn housing_fund_and_undeclared_cases() {
    every_case("housing_fund.toml", |case, policy| {
        let rate: Rate = case.text("rate").parse().unwrap();
        Answers::from([entry("each", housing_fund::assess(policy, case.on, case.amount("base"), rate).unwrap().each)])
    });
    every_case("undeclared.toml", |case, policy| {
        let assessed = undeclared::assess(policy, case.on, case.amount("last_month")).unwrap();
        Answers::from([entry("amount", assessed.amount)])
    });
}

#[test]
fn flexible_cases() {
    every_case("flexible.toml", |case, policy| {
        let choice = match case.given.get("percent") {
            Some(percent) => Choice::Percent(percent.as_str().unwrap().parse().unwrap()),
            None => Choice::Base(case.amount("base")),
        };
        let facts = flexible::Facts { month: case.on, limits_of: case.limits_of(), choice };
        let assessed = flexible::assess(policy, facts).unwrap();
        Answers::from([
            entry("base", assessed.base),
            entry("total", assessed.total),
            entry("account", assessed.account),
            entry("pooled", assessed.pooled),
            entry("year", assessed.total.times(12).unwrap()),
        ])
    });
}

#[test]
fn medical_flexible_cases() {
    every_case("medical_flexible.toml", |case, policy| {
        let facts = medical_flexible::Facts { month: case.on, cover: case.text("option").parse().unwrap() };
        let assessed = medical_flexible::assess(policy, facts).unwrap();
        Answers::from([entry("base", assessed.base), entry("total", assessed.total)])
    });
}

#[test]
fn surcharge_cases() {
    every_case("surcharge.toml", |case, policy| {
        let (principal, due, paid) = (case.amount("principal"), case.date("due"), case.date("paid"));
        let assessed = surcharge::assess(policy, surcharge::Facts { principal, due, paid }).unwrap();
        Answers::from([entry("days", assessed.days), entry("amount", assessed.amount)])
    });
}

#[test]
fn account_interest_cases() {
    every_case("account_interest.toml", |case, policy| {
        let credits: Vec<Fen> = case.given["credits"]
            .as_array()
            .unwrap()
            .iter()
            .map(|credit| credit.as_str().unwrap().parse().unwrap())
            .collect();
        let rate = interest::rate_of(policy, case.on.year()).unwrap();
        assert!(!rate.provisional, "{}", case.name);
        let assessed = interest::assess(interest::Facts {
            opening: case.amount("opening"),
            credits: credits.try_into().unwrap(),
            rate: *rate.rate.value,
            source: Some(&rate.rate.into()),
            method: case.text("method").parse::<Method>().unwrap(),
        })
        .unwrap();
        Answers::from([entry("interest_on_credits", assessed.interest_on_credits), entry("closing", assessed.closing)])
    });
}

#[test]
fn identity_cases() {
    every_case("identity.toml", |case, _| {
        let calc = if case.given.contains_key("id_number") { "identity" } else { "credit_code" };
        let mut question = serde_json::to_value(&case.given).unwrap();
        question["calc"] = calc.into();
        let options = Options { explain: Explain::Nothing, expect: Expect::Ignored };
        let (answer, _) = calc::answer(question.to_string().as_bytes(), options);
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        let result = answer["result"].as_object().unwrap();
        result.iter().map(|(key, value)| entry(key, value.to_string().trim_matches('"'))).collect()
    });
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
    let lines: Vec<String> =
        assessed.steps.iter().map(|step| format!("{}: {} = {}", step.label.key, step.formula, step.value)).collect();
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
    assert_eq!(assessed.steps[2].sources[0].citation.document, "国发〔2005〕38号");
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
