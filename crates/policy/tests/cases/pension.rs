//! Retirement, account, index and pension, one function a file of cases.

use super::{Answers, Case, Formula, entry, took};
use kernel::{Fen, Month, MonthRange, Rate, Scheme};
use policy::account::life as account_life;
use policy::account::year::{self, Through};
use policy::contribution::flexible;
use policy::pension::index::{self, DeemedMonths, MonthBase};
use policy::pension::{self, Age, life, outlook};
use policy::retirement::{self, Category};
use policy::{FormulaError, Policy};

pub(crate) const FILES: &[(&str, Formula)] = &[
    ("retirement.toml", retirement),
    ("retirement_choice.toml", retirement_choice),
    ("entitlement.toml", entitlement),
    ("account_interest.toml", account_year),
    ("account_year.toml", account_year),
    ("account_life.toml", account_life),
    ("index.toml", index),
    ("pension.toml", pension),
    ("winter_heating.toml", winter_heating),
    ("life.toml", life),
    ("outlook.toml", outlook),
];

fn age_text(months: i64) -> String {
    format!("{}y{}m", months / 12, months % 12)
}

fn category(case: &Case) -> (Category, Month) {
    (case.text("category").parse().unwrap(), case.text("birth").parse().unwrap())
}

fn retirement(case: &Case, policy: &Policy) -> Answers {
    let (category, birth) = category(case);
    let assessed = retirement::assess(policy, category, birth).unwrap();
    took(&assessed.steps);
    Answers::from([
        entry("original", assessed.original),
        entry("delay", assessed.delay_months),
        entry("age", age_text(assessed.age_months)),
        entry("retires", assessed.retires),
        entry("first_payment", assessed.first_payment),
        entry("minimum_months", assessed.minimum_months),
    ])
}

fn retirement_choice(case: &Case, policy: &Policy) -> Answers {
    let (category, birth) = category(case);
    let choice = retirement::choice(policy, category, birth).unwrap();
    let chosen = retirement::chosen(policy, category, birth, case.text("wish").parse().unwrap()).unwrap();
    took(&chosen.steps);
    let mut answers = Answers::from([
        entry("earliest", choice.earliest),
        entry("latest", choice.latest),
        entry("timing", chosen.timing),
        entry("minimum_months", chosen.minimum_months),
        entry("age", age_text(chosen.age_months)),
    ]);
    answers.extend(chosen.notice_by.map(|month| entry("notice_by", month)));
    answers
}

fn entitlement(case: &Case, policy: &Policy) -> Answers {
    let entitled = retirement::entitlement(policy, case.on, case.whole("months", 0)).unwrap();
    took(&entitled.steps);
    Answers::from([entry("minimum_months", entitled.minimum_months), entry("missing_months", entitled.missing_months)])
}

fn twelve(case: &Case, key: &str) -> [Fen; 12] {
    let Some(amounts) = case.given.get(key) else { return [Fen::ZERO; 12] };
    let amounts: Vec<Fen> =
        amounts.as_array().unwrap().iter().map(|amount| amount.as_str().unwrap().parse().unwrap()).collect();
    amounts.try_into().unwrap()
}

fn account_year(case: &Case, policy: &Policy) -> Answers {
    let through = case.given.get("through").map(|month| i32::try_from(month.as_integer().unwrap()).unwrap());
    let facts = year::Facts {
        method: case.given.get("method").map(|method| method.as_str().unwrap().parse().unwrap()),
        irregular: twelve(case, "irregular"),
        through: through.map_or(Through::WholeYear, Through::Month),
        ..year::Facts::of(case.on.year(), case.amount("opening"), twelve(case, "credits"))
    };
    let assessed = year::assess(policy, facts).unwrap();
    took(&assessed.steps);
    Answers::from([
        entry("method", assessed.method),
        entry("provisional", assessed.provisional),
        entry("interest_on_opening", assessed.interest_on_opening),
        entry("interest_on_credits", assessed.interest_on_credits),
        entry("interest_on_irregular", assessed.interest_on_irregular),
        entry("closing", assessed.closing),
    ])
}

fn account_life(case: &Case, policy: &Policy) -> Answers {
    let first = i32::try_from(case.whole("first", 0)).unwrap();
    let facts = account_life::Facts { opening: case.amount("opening"), years: &[], first, through: case.on };
    let assessed = account_life::assess(policy, facts).unwrap();
    took(&assessed.steps);
    Answers::from([entry("balance", assessed.balance)])
}

/// Runs of months with one base each.
fn bases(case: &Case) -> Vec<MonthBase> {
    let run = |run: &toml::Value| {
        let text = |key: &str| run[key].as_str().unwrap();
        let months = MonthRange::new(text("first").parse().unwrap(), text("last").parse().unwrap()).unwrap();
        let base = text("base").parse().unwrap();
        months.months().map(|month| MonthBase { month, base }).collect::<Vec<_>>()
    };
    case.given["runs"].as_array().unwrap().iter().flat_map(run).collect()
}

fn rate(case: &Case, key: &str) -> Option<Rate> {
    case.given.get(key).map(|rate| rate.as_str().unwrap().parse().unwrap())
}

fn index(case: &Case, policy: &Policy) -> Answers {
    let months = case.whole("deemed_months", 0);
    let deemed = rate(case, "deemed_index").map(|index| DeemedMonths { months, index });
    let assessed = index::assess(policy, &bases(case), deemed).unwrap();
    took(&assessed.steps);
    Answers::from([entry("index", assessed.index), entry("months", assessed.months)])
}

fn age(case: &Case) -> Age {
    Age::new(case.whole("years", 0), case.whole("odd", 0)).unwrap()
}

fn pension(case: &Case, policy: &Policy) -> Answers {
    let facts = pension::Facts {
        scheme: Scheme::Enterprise,
        retires: case.on,
        index: rate(case, "index").unwrap(),
        months: case.whole("months", 0),
        deemed_months: case.whole("deemed_months", 0),
        deemed_index: rate(case, "deemed_index"),
        balance: case.amount("balance"),
        age: age(case),
        calc_base: None,
        divisor: case.given.get("divisor").map(|between| between.as_str().unwrap().parse().unwrap()),
    };
    for scheme in [Scheme::PublicInstitution, Scheme::Resident] {
        let refused = pension::assess(policy, pension::Facts { scheme, ..facts });
        assert!(matches!(refused, Err(FormulaError::OutOfRange { fact: "scheme", .. })));
    }
    let assessed = pension::assess(policy, facts).unwrap();
    took(&assessed.steps);
    amounts(&assessed)
}

fn amounts(assessed: &pension::Assessment) -> Answers {
    Answers::from([
        entry("divisor", assessed.divisor),
        entry("basic", assessed.basic),
        entry("account", assessed.account),
        entry("transitional", assessed.transitional),
        entry("total", assessed.total),
        entry("provisional", assessed.provisional),
    ])
}

/// The statement of 2025, the limits of 2026, an age of 60.
fn outlook(case: &Case, policy: &Policy) -> Answers {
    let month = Month::new(2026, 1).unwrap();
    let choice = flexible::Choice::Percent(rate(case, "percent").unwrap());
    let facts = outlook::Facts {
        scheme: Scheme::Enterprise,
        statement_year: 2025,
        index: rate(case, "index").unwrap(),
        months: case.whole("months", 0),
        deemed_months: case.whole("deemed_months", 0),
        balance: case.amount("balance"),
        paying: flexible::Facts::new(month, choice),
        through: case.text("through").parse().unwrap(),
        retires: case.on,
        age: Age::new(60, 0).unwrap(),
    };
    let assessed = outlook::assess(policy, facts).unwrap();
    took(&assessed.steps);
    let mut answers = amounts(&assessed.pension);
    answers.extend([
        entry("index", assessed.index),
        entry("months", assessed.months),
        entry("balance", assessed.balance),
    ]);
    answers
}

fn winter_heating(case: &Case, policy: &Policy) -> Answers {
    let (yearly, steps) = pension::winter_heating(policy, case.on).unwrap();
    took(&steps);
    Answers::from([entry("yearly", yearly)])
}

fn life(case: &Case, policy: &Policy) -> Answers {
    let bases = bases(case);
    let facts = life::Facts {
        scheme: Scheme::Enterprise,
        bases: &bases,
        opening: case.amount("opening"),
        deemed_months: case.whole("deemed_months", 0),
        deemed_index: rate(case, "deemed_index"),
        retires: case.on,
        age: age(case),
        calc_base: None,
        divisor: None,
    };
    let assessed = life::assess(policy, facts).unwrap();
    took(&assessed.steps);
    took(&assessed.pension.steps);
    let mut answers = amounts(&assessed.pension);
    answers.extend([entry("index", assessed.index), entry("balance", assessed.balance)]);
    answers
}

#[test]
fn months_before_accounts_began_are_deemed() {
    let policy = Policy::of(kernel::AreaCode::HANDAN).unwrap();
    let kept = |month: &str| policy::account::kept(policy, month.parse().unwrap()).unwrap().as_str();
    assert_eq!((kept("1995-12"), kept("1996-01")), ("not_yet", "kept"));
}

#[test]
fn a_woman_who_pays_for_herself_retires_by_the_category_of_the_parameter() {
    let policy = Policy::of(kernel::AreaCode::HANDAN).unwrap();
    let of = |sex| Category::of_flexible(policy, sex, "2024-03".parse().unwrap()).unwrap();
    assert_eq!((of(kernel::Sex::Female), of(kernel::Sex::Male)), (Category::WomenCadres, Category::Men));
}
