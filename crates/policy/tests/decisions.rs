//! What holds of decisions: debts together are judged as the gravest, a reform never makes it graver, a rule can be turned
//! on and off; and by when something is to be done.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use kernel::{AreaCode, Date, Fen, Insurance, Month};
use policy::deadline::{self, Deadline, Span};
use policy::debt::{self, Act, Debt, Situation, Verdict};
use policy::reform::employer::{self, GapPayment, InspectionState};
use policy::reform::unemployment::{self, Omitted, Outcome};
use policy::reform::{self, Reform};
use policy::{FormulaError, Policy, Rule};
use proptest::prelude::*;
use proptest::sample::select;

fn policy() -> &'static Policy {
    Policy::of(AreaCode::HANDAN).unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn debts() -> impl Strategy<Value = Vec<Debt>> {
    let debt = (select(Insurance::ALL.to_vec()), select(Situation::ALL.to_vec()), 0i64..1_000_000)
        .prop_map(|(insurance, situation, fen)| Debt { insurance, situation, amount: Fen::new(fen) });
    proptest::collection::vec(debt, 0..6)
}

fn verdict(on: Date, act: Act, debts: &[Debt]) -> Verdict {
    debt::decide(policy(), on, act, debts).unwrap().outcome
}

proptest! {
    #[test]
    fn debts_together_are_judged_as_the_gravest_of_them(act in select(Act::ALL.to_vec()), debts in debts()) {
        let on = day("2017-07-01");
        let alone = debts.iter().map(|one| verdict(on, act, &[*one])).max().unwrap_or(Verdict::Free);
        prop_assert_eq!(verdict(on, act, &debts), alone);
    }

    #[test]
    fn omitted_months_cost_the_sum_of_both_sides_and_each_month_what_it_costs_alone(
        wages in proptest::collection::vec((1i32..=12, 0i64..2_000_000), 1..20),
    ) {
        let months: Vec<Omitted> = wages
            .into_iter()
            .map(|(month, fen)| Omitted { month: Month::new(2016, month).unwrap(), wage: Fen::new(fen) })
            .collect();
        let paid = |months: &[Omitted]| match unemployment::omitted(policy(), day("2017-07-01"), months).unwrap() {
            Outcome::Payable(paid) => paid,
            Outcome::NotDeclarable { .. } => panic!("the reform holds in 2017"),
        };
        let whole = paid(&months);
        prop_assert_eq!(whole.employer + whole.employee, whole.total);
        prop_assert_eq!(months.iter().map(|one| paid(&[*one]).total).sum::<Fen>(), whole.total);
    }

    #[test]
    fn no_reform_makes_a_verdict_graver(act in select(Act::ALL.to_vec()), debts in debts()) {
        prop_assert!(verdict(day("2015-07-01"), act, &debts) <= verdict(day("2015-06-30"), act, &debts));
    }
}

#[test]
fn a_rule_can_be_turned_on_and_off_whatever_the_day() {
    for (rule, on, outcome) in
        [(Rule::Old, "2026-01-01", GapPayment::Refused), (Rule::New, "2000-01-01", GapPayment::AfterInspection)]
    {
        let turned = policy().with_rule(Reform::GapBackPayment, rule).unwrap();
        let decided = employer::gap_payment(&turned, day(on), InspectionState::Lapsed).unwrap();
        assert_eq!(decided.outcome, outcome);
        assert_ne!(turned.hash(), policy().hash());
    }
    let elsewhere = Policy::of(AreaCode::parse("130100").unwrap()).unwrap();
    assert!(elsewhere.with_rule(Reform::GapBackPayment, Rule::Old).is_err());
}

#[test]
fn every_reform_has_both_its_rules_in_words_and_turns_once() {
    for reform in Reform::ALL.iter().copied() {
        let rows = reform.switch(policy()).rows();
        assert_eq!(rows.iter().map(|row| row.value).collect::<Vec<_>>(), [Rule::Old, Rule::New], "{reform}");
        assert_ne!(reform.words(Rule::Old).zh, reform.words(Rule::New).zh);
    }
    assert_eq!(Reform::ALL.len(), 10);
}

#[test]
fn decisions_refuse_what_cannot_be() {
    let minus = Debt { insurance: Insurance::Pension, situation: Situation::OwnMonths, amount: Fen::new(-1) };
    let refused = debt::decide(policy(), day("2017-07-01"), Act::Retire, &[minus]);
    assert!(matches!(refused, Err(FormulaError::OutOfRange { fact: "amount", .. })));
    let elsewhere = Policy::of(AreaCode::parse("130100").unwrap()).unwrap();
    let absent = debt::decide(elsewhere, day("2017-07-01"), Act::Retire, &[]);
    assert!(matches!(absent, Err(FormulaError::NotInForce(absent)) if absent.parameter == "tables/debt_blocks"));
    let early = employer::gap_payment(policy(), day("1999-01-21"), InspectionState::Lapsed);
    assert!(matches!(early, Err(FormulaError::NotInForce(_))));
    let none = unemployment::omitted(policy(), day("2017-07-01"), &[]);
    assert!(matches!(none, Err(FormulaError::OutOfRange { fact: "months", .. })));
    let wage = [Omitted { month: "2016-01".parse().unwrap(), wage: Fen::new(-1) }];
    let negative = unemployment::omitted(policy(), day("2017-07-01"), &wage);
    assert!(matches!(negative, Err(FormulaError::OutOfRange { fact: "wage", .. })));
    let first = Month::new(1900, 1).unwrap();
    let too_early = reform::retirement::notice(policy(), day("2017-07-01"), first);
    assert!(matches!(too_early, Err(FormulaError::OutOfRange { fact: "retire_month", .. })));
}

#[test]
fn a_deadline_is_counted_in_days_or_months_and_working_days_are_left_to_the_calendar() {
    let due = |deadline, from: &str| deadline::due(policy(), deadline, day(from));
    let report = due(Deadline::InjuryEmployerReport, "2017-07-03").unwrap();
    assert_eq!((report.span, report.last_day), (Span::Days(30), Some(day("2017-08-02"))));
    let worker = due(Deadline::InjuryWorkerReport, "2016-02-29").unwrap();
    assert_eq!((worker.span, worker.last_day), (Span::Months(12), Some(day("2017-02-28"))));
    let pension = due(Deadline::AgencyPension, "2024-01-02").unwrap();
    assert_eq!((pension.span, pension.last_day), (Span::WorkingDays(20), None));
    assert_eq!(pension.source.citation.document, "社会保险经办条例（国务院令第765号）");
    let before_and_since = ["2011-06-30", "2011-07-01"].map(|from| due(Deadline::UnemploymentEmployerReport, from));
    assert_eq!(before_and_since.map(|due| due.unwrap().span), [Span::Days(7), Span::Days(15)]);
    assert!(matches!(due(Deadline::AgencyPension, "2023-11-30"), Err(FormulaError::NotInForce(_))));
    for deadline in Deadline::ALL {
        assert!(due(*deadline, "2024-01-02").is_ok(), "{deadline}");
    }
}
