//! Part payments, relief, certification, inspection and the allowance, one function a file of cases.

use super::{Answers, Case, Formula, entry, took};
use kernel::{AreaCode, Fen, Month, MonthRange, Scheme};
use policy::certification::{self, LatePass, Standing};
use policy::contribution::{relief, special_base};
use policy::inspection;
use policy::pension::{self, Age, allowance};
use policy::retirement::early;
use policy::surcharge::allocation::{self, Debt};
use policy::surcharge::{self, Bears};
use policy::{FormulaError, Payer, Policy};

pub(crate) const FILES: &[(&str, Formula)] = &[
    ("allocation.toml", allocation),
    ("relief.toml", relief),
    ("early_retirement.toml", early_retirement),
    ("special_base.toml", special_base),
    ("unit_base.toml", unit_base),
    ("certification.toml", certification),
    ("resumption.toml", resumption),
    ("inspection.toml", inspection),
    ("allowance.toml", allowance),
];

fn month(case: &Case, key: &str) -> Month {
    case.text(key).parse().unwrap()
}

fn allocation(case: &Case, policy: &Policy) -> Answers {
    let debt = |debt: &toml::Value| {
        let text = |key: &str| debt[key].as_str().unwrap();
        let amount = |key: &str| text(key).parse::<Fen>().unwrap();
        let (month, since) = (text("month").parse().unwrap(), text("since").parse().unwrap());
        Debt { month, worker: amount("worker"), unit: amount("unit"), surcharge: amount("surcharge"), since }
    };
    let debts: Vec<Debt> = case.given["debts"].as_array().unwrap().iter().map(debt).collect();
    let allocated = allocation::allocate(policy, &debts, case.amount("payment"), case.date("on")).unwrap();
    took(&allocated.steps);
    let words = |lines: Vec<String>| lines.join("; ");
    let shares = allocated.shares.iter().map(|s| format!("{} {} {} {}", s.month, s.worker, s.unit, s.surcharge));
    let left = allocated.left.iter().map(|d| format!("{} {} {} {}", d.month, d.worker, d.unit, d.surcharge));
    Answers::from([
        entry("shares", words(shares.collect())),
        entry("left", words(left.collect())),
        entry("over", allocated.over),
    ])
}

fn relief(case: &Case, policy: &Policy) -> Answers {
    let size = case.text("size").parse().unwrap();
    let assessed = relief::assess(policy, case.on, size, case.amount("employer")).unwrap();
    took(&assessed.steps);
    Answers::from([entry("relieved", assessed.relieved), entry("due", assessed.due)])
}

fn certification(case: &Case, policy: &Policy) -> Answers {
    let window = certification::next(policy, month(case, "birth"), case.date("last_pass")).unwrap();
    took(&window.steps);
    let standing = |on| window.standing(on);
    assert_eq!(standing(window.due_from.pred_opt().unwrap()), Standing::Valid);
    assert_eq!((standing(window.due_from), standing(window.deadline)), (Standing::Due, Standing::Due));
    assert_eq!(standing(window.earliest_suspension.first_day()), Standing::Suspendable);
    Answers::from([
        entry("first", window.first),
        entry("last", window.last),
        entry("deadline", window.deadline),
        entry("due_from", window.due_from),
        entry("earliest_suspension", window.earliest_suspension),
        entry("contact", window.contact),
    ])
}

fn resumption(case: &Case, _: &Policy) -> Answers {
    let pass = LatePass {
        suspended_from: month(case, "suspended_from"),
        passed: case.date("passed"),
        cut_off: case.date("cut_off"),
        monthly: case.amount("monthly"),
    };
    let resumed = certification::resume(pass).unwrap();
    took(&resumed.steps);
    let mut answers = Answers::from([
        entry("resumed", resumed.resumed),
        entry("withheld_months", resumed.withheld_months),
        entry("arrears", resumed.arrears),
    ]);
    if case.given.contains_key("raise") {
        let months = MonthRange::new(month(case, "raise_first"), month(case, "raise_last")).unwrap();
        let (amount, steps) = certification::raise(months, case.amount("raise")).unwrap();
        took(&steps);
        answers.extend([entry("raise", amount)]);
    }
    answers
}

fn inspection(case: &Case, policy: &Policy) -> Answers {
    let facts = inspection::Facts {
        kind: case.text("kind").parse().unwrap(),
        on: case.on.first_day(),
        year: i32::try_from(case.whole("year", 0)).unwrap(),
        staff: case.whole("staff", 0),
        insured: case.whole("insured", 0),
        payroll: case.amount("payroll"),
        bases: case.amount("bases"),
        unreported_changes: case.whole("changes", 0),
        arrears: case.amount("arrears"),
    };
    let found = inspection::inspect(policy, facts).unwrap();
    took(&found.steps);
    let findings: Vec<&str> = found.findings.iter().map(|finding| finding.as_str()).collect();
    Answers::from([entry("duty", found.duty), entry("verdict", found.verdict), entry("findings", findings.join(","))])
}

fn allowance(case: &Case, policy: &Policy) -> Answers {
    let facts = pension::Facts {
        scheme: Scheme::Enterprise,
        retires: case.on,
        index: case.text("index").parse().unwrap(),
        months: case.whole("months", 0),
        deemed_months: 0,
        deemed_index: None,
        balance: case.amount("balance"),
        age: Age::new(case.whole("years", 0), case.whole("odd", 0)).unwrap(),
        calc_base: None,
        divisor: None,
    };
    let assessed = allowance::assess(policy, facts, case.whole("to_age", 0)).unwrap();
    took(&assessed.steps);
    let mut answers = Answers::from([entry("kind", assessed.kind), entry("monthly", assessed.monthly)]);
    answers.extend(assessed.months.map(|months| entry("months", months)));
    answers
}

fn policy() -> &'static Policy {
    Policy::of(AreaCode::HANDAN).unwrap()
}

#[test]
fn a_fee_month_is_due_on_its_last_day_and_flexible_workers_bear_nothing_in_its_year() {
    let month: Month = "2024-02".parse().unwrap();
    assert_eq!(surcharge::due_date(policy(), month).unwrap().to_string(), "2024-02-29");
    let bears = |payer, paid: &str| surcharge::bears(policy(), payer, month, paid.parse().unwrap()).unwrap();
    assert_eq!(bears(Payer::FlexibleWorker, "2024-12-31"), Bears::None);
    assert_eq!(bears(Payer::FlexibleWorker, "2025-01-01"), Bears::Surcharge);
    assert_eq!(bears(Payer::Employer, "2024-12-31"), Bears::Surcharge);
}

#[test]
fn a_certificate_is_renewed_after_four_years_while_renewals_last() {
    let renewal = |issued: &str| inspection::renewal(policy(), issued.parse().unwrap()).unwrap();
    assert_eq!(renewal("2010-05-20").map(|month| month.to_string()), Some("2014-05".to_owned()));
    assert_eq!(renewal("2015-05-20"), None);
    assert_eq!(renewal("2018-05-20"), None);
}

#[test]
fn the_suspension_begins_the_day_after_the_deadline() {
    let window = certification::next(policy(), "1950-03".parse().unwrap(), "2024-05-02".parse().unwrap()).unwrap();
    assert_eq!(window.deadline.succ_opt(), Some(window.earliest_suspension.first_day()));
    assert_eq!(window.contact, certification::contact(policy(), window.deadline).map(|read| *read.value).unwrap());
    assert!(certification::of_year(policy(), "1950-03".parse().unwrap(), 2024).is_err());
}

fn special_base(case: &Case, policy: &Policy) -> Answers {
    let facts = special_base::Facts {
        month: case.on,
        absence: case.text("absence").parse().unwrap(),
        months_absent: case.whole("months_absent", 0),
        own_average: case.amount("own_average"),
    };
    let assessed = special_base::assess(policy, facts).unwrap();
    took(&assessed.steps);
    assert!(assessed.steps.last().unwrap().sources.iter().any(|source| source.citation.document.starts_with("冀政")));
    Answers::from([entry("base", assessed.base)])
}

fn unit_base(case: &Case, policy: &Policy) -> Answers {
    let bases = case.given["bases"].as_array().unwrap().iter().map(|base| base.as_str().unwrap().parse().unwrap());
    let bases: Vec<Fen> = bases.collect();
    let assessed = special_base::of_unit(policy, case.on, &bases, case.amount("payroll")).unwrap();
    took(&assessed.steps);
    Answers::from([entry("base", assessed.base)])
}

#[test]
fn sick_leave_counts_as_long_only_after_its_months_and_no_base_is_below_nothing() {
    let facts = special_base::Facts {
        month: "2017-07".parse().unwrap(),
        absence: special_base::Absence::SickLeave,
        months_absent: 6,
        own_average: Fen::new(300_000),
    };
    let refused = |facts| match special_base::assess(policy(), facts) {
        Err(FormulaError::OutOfRange { fact, .. }) => fact,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(facts), "months_absent");
    assert_eq!(refused(special_base::Facts { months_absent: 7, own_average: Fen::new(-1), ..facts }), "wage");
    let unit = special_base::of_unit(policy(), facts.month, &[Fen::new(-1)], Fen::ZERO);
    assert!(matches!(unit, Err(FormulaError::OutOfRange { fact: "payroll", .. })));
}

fn early_retirement(case: &Case, policy: &Policy) -> Answers {
    let ground = case.text("ground").parse().unwrap();
    let condition = early::condition(policy, ground, case.on, case.whole("months", 0)).unwrap();
    took(&condition.steps);
    Answers::from([entry("needed_months", condition.needed_months), entry("missing_months", condition.missing_months)])
}

#[test]
fn sick_retirement_has_ended_and_a_month_paid_late_bears_interest_from_its_receipt() {
    let condition = |months, on: &str| early::condition(policy(), early::Ground::Sick, on.parse().unwrap(), months);
    assert!(condition(120, "2024-12").is_ok());
    assert!(matches!(condition(120, "2025-01"), Err(FormulaError::NotInForce(_))));
    assert!(matches!(condition(-1, "2024-12"), Err(FormulaError::OutOfRange { fact: "months", .. })));
    let (fee, received): (Month, Month) = ("2023-03".parse().unwrap(), "2024-05".parse().unwrap());
    let from = |policy: &Policy| policy::account::interest_from(policy, fee, received).unwrap();
    assert_eq!((from(policy()), from(&policy().read_otherwise("account/credit_from").unwrap())), (received, fee));
}
