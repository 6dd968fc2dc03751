//! Unemployment, work injury, survivors and transfer, one function a file of cases.

use super::{Answers, Case, Formula, entry, took};
use kernel::{Fen, Sex};
use policy::Policy;
use policy::benefit::{injury, injury_death, survivor, unemployment};
use policy::transfer::place::{Kind, Relation};
use policy::transfer::{amount, place};

pub(crate) const FILES: &[(&str, Formula)] = &[
    ("unemployment_benefit.toml", unemployment_benefit),
    ("injury_benefit.toml", injury_benefit),
    ("survivor.toml", survivor_sums),
    ("transfer.toml", transfer),
];

fn unemployment_benefit(case: &Case, policy: &Policy) -> Answers {
    if case.given.contains_key("tier") {
        let tier = case.text("tier").parse().unwrap();
        let assessed = unemployment::amount(policy, case.on, tier, case.whole("months", 0)).unwrap();
        took(&assessed.steps);
        return Answers::from([entry("monthly", assessed.monthly), entry("whole", assessed.whole)]);
    }
    let (paid_months, carried_months) = (case.whole("paid_months", 0), case.whole("carried_months", 0));
    let facts = unemployment::Facts { on: case.on.first_day(), paid_months, carried_months };
    let assessed = unemployment::duration(policy, facts).unwrap();
    took(&assessed.steps);
    Answers::from([entry("months", assessed.months)])
}

fn injury_benefit(case: &Case, policy: &Policy) -> Answers {
    if case.given.contains_key("nursing") {
        let assessed = injury::nursing(policy, case.on, case.text("nursing").parse().unwrap()).unwrap();
        took(&assessed.steps);
        return Answers::from([entry("amount", assessed.amount)]);
    }
    if case.given.contains_key("reached") {
        let assessed = injury::top_up(case.amount("reached"), case.amount("needed")).unwrap();
        took(&assessed.steps);
        return Answers::from([entry("amount", assessed.amount)]);
    }
    if case.given.contains_key("death") {
        let assessed = injury_death::lump_sums(policy, case.on).unwrap();
        took(&assessed.steps);
        return Answers::from([entry("funeral", assessed.funeral), entry("lump_sum", assessed.lump_sum)]);
    }
    if let Some(dependants) = case.given.get("dependants") {
        let dependants = dependants.as_array().unwrap().iter().map(|one| one.as_str().unwrap().parse().unwrap());
        let dependants: Vec<_> = dependants.collect();
        let assessed = injury_death::allowances(policy, case.on, case.amount("own_wage"), &dependants).unwrap();
        took(&assessed.steps);
        let each: Vec<String> = assessed.each.iter().map(Fen::to_string).collect();
        return Answers::from([entry("total", assessed.total), entry("each", each.join(","))]);
    }
    let facts = injury::Facts { month: case.on, grade: case.whole("grade", 0), own_wage: case.amount("own_wage") };
    let assessed = injury::assess(policy, facts).unwrap();
    took(&assessed.steps);
    let missing: Vec<&str> = assessed.missing.iter().map(|sum| sum.as_str()).collect();
    let mut answers = Answers::from([
        entry("own_wage_used", assessed.own_wage_used),
        entry("lump_sum", assessed.lump_sum),
        entry("missing", missing.join(",")),
    ]);
    if let Some(allowance) = assessed.monthly_allowance {
        answers.extend([entry("monthly_allowance", allowance.amount), entry("paid_by", allowance.paid_by)]);
    }
    answers
}

fn survivor_sums(case: &Case, policy: &Policy) -> Answers {
    let facts = survivor::Facts {
        death_month: case.on,
        paid_months: case.whole("paid_months", 0),
        drawn_months: case.given.get("drawn_months").map(|months| months.as_integer().unwrap()),
        own_contributions: case.given.get("own_contributions").map(|_| case.amount("own_contributions")),
    };
    let assessed = survivor::assess(policy, facts).unwrap();
    took(&assessed.steps);
    Answers::from([
        entry("funeral", assessed.funeral),
        entry("months", assessed.months),
        entry("consolation", assessed.consolation),
        entry("total", assessed.total),
        entry("limit", assessed.limit),
    ])
}

fn transfer(case: &Case, policy: &Policy) -> Answers {
    let on = case.on.first_day();
    if case.given.contains_key("sex") {
        let sex = if case.text("sex") == "male" { Sex::Male } else { Sex::Female };
        let kind = place::kind_at_new_place(policy, on, sex, case.whole("age_months", 0)).unwrap();
        return Answers::from([entry("kind", kind)]);
    }
    if case.given.contains_key("from") {
        let (from, to) = (case.text("from").parse().unwrap(), case.text("to").parse().unwrap());
        let decided = amount::what_moves(policy, on, from, to).unwrap();
        took(&decided.steps);
        return Answers::from([entry("moves", decided.outcome)]);
    }
    if let Some(bases) = case.given.get("yearly_bases") {
        let bases = bases.as_array().unwrap().iter().map(|base| base.as_str().unwrap().parse().unwrap());
        let bases: Vec<Fen> = bases.collect();
        let facts = amount::Facts { on, yearly_bases: &bases, account: case.amount("account") };
        let assessed = amount::assess(policy, facts).unwrap();
        took(&assessed.steps);
        return Answers::from([
            entry("unit_part", assessed.unit_part),
            entry("account", assessed.account),
            entry("total", assessed.total),
        ]);
    }
    let relation = |one: &'_ toml::Value| {
        let kind = one.get("kind").map_or(Kind::Ordinary, |kind| kind.as_str().unwrap().parse().unwrap());
        (one["area"].as_str().unwrap().to_owned(), one["months"].as_integer().unwrap(), kind)
    };
    let given: Vec<_> = case.given["relations"].as_array().unwrap().iter().map(relation).collect();
    let relations: Vec<Relation<'_>> =
        given.iter().map(|(area, months, kind)| Relation { area, months: *months, kind: *kind }).collect();
    let facts = place::Facts { on, household: case.text("household"), relations: &relations };
    let decided = place::decide(policy, facts).unwrap();
    took(&decided.steps);
    Answers::from([entry("place", decided.place)])
}
