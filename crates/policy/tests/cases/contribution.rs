//! Contributions, late payment and the account's interest, one function a file of cases.

use super::{Answers, Case, Formula, entry, took};
use kernel::Rate;
use policy::calc::{self, Expect, Explain, Options};
use policy::contribution::flexible::{self, Choice};
use policy::contribution::injury::{self, Rating};
use policy::contribution::{employee, housing_fund, medical_flexible, undeclared};
use policy::{Policy, surcharge};

pub(crate) const FILES: &[(&str, Formula)] = &[
    ("employee.toml", employee),
    ("injury.toml", injury),
    ("housing_fund.toml", housing_fund),
    ("undeclared.toml", undeclared),
    ("flexible.toml", flexible),
    ("medical_flexible.toml", medical_flexible),
    ("surcharge.toml", surcharge),
    ("identity.toml", identity),
];

fn employee(case: &Case, policy: &Policy) -> Answers {
    let class = case.given.get("injury_class").map(|class| u8::try_from(class.as_integer().unwrap()).unwrap());
    let facts = employee::Facts {
        month: case.on,
        limits_of: case.limits_of(),
        wage: case.amount("wage"),
        rating: class.map(Rating::of_class),
    };
    let assessed = employee::assess(policy, facts).unwrap();
    took(&assessed.steps);
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
}

fn injury(case: &Case, policy: &Policy) -> Answers {
    let class = u8::try_from(case.whole("class", 0)).unwrap();
    let rating = Rating { class, factor: case.whole("factor", 100), cut: case.whole("cut", 0) };
    let assessed = injury::assess(policy, case.on, case.amount("payroll"), rating).unwrap();
    took(&assessed.steps);
    Answers::from([entry("employer", assessed.employer)])
}

fn housing_fund(case: &Case, policy: &Policy) -> Answers {
    let rate: Rate = case.text("rate").parse().unwrap();
    let assessed = housing_fund::assess(policy, case.on, case.amount("base"), rate).unwrap();
    took(&assessed.steps);
    Answers::from([entry("each", assessed.each)])
}

fn undeclared(case: &Case, policy: &Policy) -> Answers {
    let assessed = undeclared::assess(policy, case.on, case.amount("last_month")).unwrap();
    took(&assessed.steps);
    Answers::from([entry("amount", assessed.amount)])
}

fn flexible(case: &Case, policy: &Policy) -> Answers {
    let choice = match case.given.get("percent") {
        Some(percent) => Choice::Percent(percent.as_str().unwrap().parse().unwrap()),
        None => Choice::Base(case.amount("base")),
    };
    let facts = flexible::Facts { month: case.on, limits_of: case.limits_of(), choice };
    let assessed = flexible::assess(policy, facts).unwrap();
    took(&assessed.steps);
    Answers::from([
        entry("base", assessed.base),
        entry("total", assessed.total),
        entry("account", assessed.account),
        entry("pooled", assessed.pooled),
        entry("year", assessed.total.times(12).unwrap()),
    ])
}

fn medical_flexible(case: &Case, policy: &Policy) -> Answers {
    let facts = medical_flexible::Facts { month: case.on, cover: case.text("option").parse().unwrap() };
    let assessed = medical_flexible::assess(policy, facts).unwrap();
    took(&assessed.steps);
    Answers::from([entry("base", assessed.base), entry("total", assessed.total)])
}

fn surcharge(case: &Case, policy: &Policy) -> Answers {
    let (principal, due, paid) = (case.amount("principal"), case.date("due"), case.date("paid"));
    let assessed = surcharge::assess(policy, surcharge::Facts { principal, due, paid }).unwrap();
    took(&assessed.steps);
    Answers::from([entry("days", assessed.days), entry("amount", assessed.amount)])
}

fn identity(case: &Case, _: &Policy) -> Answers {
    let calc = if case.given.contains_key("id_number") { "identity" } else { "credit_code" };
    let mut question = serde_json::to_value(&case.given).unwrap();
    question["calc"] = calc.into();
    let options = Options { explain: Explain::Nothing, expect: Expect::Ignored };
    let (answer, _) = calc::answer(question.to_string().as_bytes(), options);
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    let result = answer["result"].as_object().unwrap();
    result.iter().map(|(key, value)| entry(key, value.to_string().trim_matches('"'))).collect()
}
