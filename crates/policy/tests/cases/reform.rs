//! The ten reforms and the table of debts, before and since their day.

use super::{Answers, Case, Formula, entry, took};
use kernel::{Date, Fen, Insurance, Month};
use policy::Policy;
use policy::benefit::unemployment as benefit;
use policy::debt::{self, Act, Debt, Situation};
use policy::reform::employer::{self, Business, Registration};
use policy::reform::funeral::{self, Claim};
use policy::reform::retirement::{self, Review, Sick, SickOutcome};
use policy::reform::unemployment::{self, Omitted, Outcome};

pub(crate) const FILES: &[(&str, Formula)] = &[("debt_blocks.toml", debts), ("reforms.toml", reforms)];

fn texts<T: std::str::FromStr>(case: &Case, key: &str) -> Option<Vec<T>> {
    let words = case.given.get(key)?.as_array().unwrap().iter();
    Some(words.map(|word| word.as_str().unwrap().parse().ok().unwrap()).collect())
}

fn maybe<T: std::str::FromStr>(case: &Case, key: &str) -> Option<T> {
    case.given.get(key).map(|word| word.as_str().unwrap().parse().ok().unwrap())
}

fn debts(case: &Case, policy: &Policy) -> Answers {
    let (on, act) = (case.on.first_day(), case.text("act").parse::<Act>().unwrap());
    let Some(debts) = case.given.get("debts") else { return every_cell(on, act, policy) };
    let debt = |one: &toml::Value| Debt {
        insurance: one["insurance"].as_str().unwrap().parse().unwrap(),
        situation: one["situation"].as_str().unwrap().parse().unwrap(),
        amount: one["amount"].as_str().unwrap().parse().unwrap(),
    };
    let debts: Vec<Debt> = debts.as_array().unwrap().iter().map(debt).collect();
    let decided = debt::decide(policy, on, act, &debts).unwrap();
    took(&decided.steps);
    Answers::from([entry("verdict", decided.outcome)])
}

/// Each cell by itself, through the same function that decides.
fn every_cell(on: Date, act: Act, policy: &Policy) -> Answers {
    let mut answers = Answers::new();
    for insurance in Insurance::ALL.iter().copied() {
        for situation in Situation::ALL.iter().copied() {
            let debt = Debt { insurance, situation, amount: Fen::new(1) };
            let decided = debt::decide(policy, on, act, &[debt]).unwrap();
            took(&decided.steps);
            let cited = policy::flat(&decided.steps).iter().any(|step| {
                step.sources
                    .iter()
                    .any(|source| source.heading.name.contains('#') && !source.citation.document.is_empty())
            });
            assert!(cited, "{act} {insurance} {situation} names no source");
            answers.extend([entry(&format!("{insurance}.{situation}"), decided.outcome)]);
        }
    }
    answers
}

fn reforms(case: &Case, policy: &Policy) -> Answers {
    match case.text("reform") {
        "gap" => {
            let decided =
                employer::gap_payment(policy, case.on.first_day(), case.text("inspection").parse().unwrap()).unwrap();
            took(&decided.steps);
            Answers::from([entry("outcome", decided.outcome)])
        }
        "registration" => registration(case, policy),
        "papers" => {
            let changed = texts(case, "changed");
            let business = changed.as_deref().map_or(Business::StaffChange, |changed| Business::Inspection { changed });
            let decided = employer::papers(policy, case.on.first_day(), business).unwrap();
            took(&decided.steps);
            let words: Vec<&str> = decided.outcome.iter().map(|paper| paper.as_str()).collect();
            Answers::from([entry("papers", words.join(","))])
        }
        "review" | "notice" => retiring(case, policy),
        "sick" => sick(case, policy),
        "omitted" => omitted(case, policy),
        "funeral" => funeral_claim(case, policy),
        other => panic!("{}: no reform {other}", case.name),
    }
}

fn registration(case: &Case, policy: &Policy) -> Answers {
    let chosen = texts(case, "chosen").unwrap();
    let size = case.text("size").parse().unwrap();
    let decided = employer::registration(policy, case.on.first_day(), size, &chosen).unwrap();
    took(&decided.steps);
    match decided.outcome {
        Registration::Whole => Answers::from([entry("outcome", "whole")]),
        Registration::InStages { reminder } => {
            Answers::from([entry("outcome", "in_stages"), entry("reminder", reminder)])
        }
        Registration::Refused => Answers::from([entry("outcome", "refused")]),
    }
}

fn retiring(case: &Case, policy: &Policy) -> Answers {
    let (on, retire_month) = (case.on.first_day(), case.text("retire_month").parse().unwrap());
    if case.text("reform") == "notice" {
        let decided = retirement::notice(policy, on, retire_month).unwrap();
        took(&decided.steps);
        return Answers::from([entry("month", decided.outcome.map_or("none".to_owned(), |month| month.to_string()))]);
    }
    let (locked, corrected) = (maybe(case, "locked"), maybe(case, "corrected"));
    let decided = retirement::review(policy, Review { on, retire_month, locked, corrected }).unwrap();
    took(&decided.steps);
    let plan = decided.outcome;
    Answers::from([entry("opens", plan.opens), entry("state", plan.state), entry("first_payment", plan.first_payment)])
}

fn sick(case: &Case, policy: &Policy) -> Answers {
    let decision: Option<String> = maybe(case, "decision");
    let count = |key| u32::try_from(case.whole(key, 0)).unwrap();
    let facts =
        Sick { on: case.on.first_day(), decision: decision.as_deref(), quota: count("quota"), used: count("used") };
    let decided = retirement::sick(policy, facts).unwrap();
    took(&decided.steps);
    match decided.outcome {
        SickOutcome::Processed { used } => Answers::from([entry("outcome", "processed"), entry("used", used)]),
        SickOutcome::QuotaFull => Answers::from([entry("outcome", "quota_full")]),
        SickOutcome::NoDecision => Answers::from([entry("outcome", "no_decision")]),
        SickOutcome::Committee => Answers::from([entry("outcome", "committee")]),
    }
}

fn omitted(case: &Case, policy: &Policy) -> Answers {
    let months: Vec<Month> = texts(case, "months").unwrap();
    let months: Vec<Omitted> = months.into_iter().map(|month| Omitted { month, wage: case.amount("wage") }).collect();
    match unemployment::omitted(policy, case.on.first_day(), &months).unwrap() {
        Outcome::NotDeclarable { steps } => {
            took(&steps);
            Answers::from([entry("outcome", "not_declarable")])
        }
        Outcome::Payable(paid) => {
            took(&paid.steps);
            let paid_months = i64::try_from(paid.months).unwrap();
            let facts = benefit::Facts { on: case.on.first_day(), paid_months, carried_months: 0 };
            Answers::from([
                entry("employer", paid.employer),
                entry("employee", paid.employee),
                entry("total", paid.total),
                entry("months", paid.months),
                entry("benefit_months", benefit::duration(policy, facts).unwrap().months),
            ])
        }
    }
}

fn funeral_claim(case: &Case, policy: &Policy) -> Answers {
    let decided = funeral::claim(policy, case.date("died"), maybe(case, "paid_by")).unwrap();
    took(&decided.steps);
    match decided.outcome {
        Claim::Open { papers, pension_stops } => {
            let words: Vec<&str> = papers.iter().map(|paper| paper.as_str()).collect();
            Answers::from([entry("papers", words.join(",")), entry("pension_stops", pension_stops)])
        }
        Claim::AlreadyPaid { by } => Answers::from([entry("already_paid", by)]),
    }
}
