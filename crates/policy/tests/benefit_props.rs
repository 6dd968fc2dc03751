//! What holds of all benefits and transfers: parts add up, limits hold, more paid time never gives less.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use kernel::{AreaCode, Fen, Month};
use policy::Policy;
use policy::benefit::injury_death::{self, Dependant};
use policy::benefit::{injury, survivor, unemployment};
use policy::transfer::place::{Kind, Relation};
use policy::transfer::{amount, place};
use proptest::prelude::*;
use proptest::sample::select;

fn policy() -> &'static Policy {
    Policy::of(AreaCode::HANDAN).unwrap()
}

fn months() -> impl Strategy<Value = Month> {
    (2022i32..=2025, 1i32..=12).prop_map(|(year, month)| Month::new(year, month).unwrap())
}

fn amounts(most: i64) -> impl Strategy<Value = Fen> {
    (0..=most).prop_map(Fen::new)
}

proptest! {
    #[test]
    fn the_parts_of_dependants_add_up_and_stay_within_own_wage(
        month in months(),
        wage in amounts(10_000_000),
        dependants in proptest::collection::vec(select(Dependant::ALL.to_vec()), 1..12),
    ) {
        let paid = injury_death::allowances(policy(), month, wage, &dependants).unwrap();
        prop_assert_eq!(paid.each.iter().sum::<Fen>(), paid.total);
        prop_assert_eq!(paid.each.len(), dependants.len());
        prop_assert!(paid.each.iter().all(|part| !part.is_negative()));
        let facts = injury::Facts { month, grade: 1, own_wage: wage };
        prop_assert!(paid.total <= injury::assess(policy(), facts).unwrap().own_wage_used);
    }

    #[test]
    fn a_lighter_grade_is_never_paid_more(month in months(), wage in amounts(10_000_000), grade in 1i64..=9) {
        let of = |grade| injury::assess(policy(), injury::Facts { month, grade, own_wage: wage }).unwrap();
        let (worse, better) = (of(grade), of(grade + 1));
        prop_assert!(worse.lump_sum > better.lump_sum);
        let monthly = |assessed: &injury::Assessment| assessed.monthly_allowance.map_or(Fen::ZERO, |paid| paid.amount);
        prop_assert!(monthly(&worse) >= monthly(&better));
    }

    #[test]
    fn funeral_and_consolation_are_the_total_and_more_paid_time_never_gives_less(
        month in months(),
        paid in 0i64..=1199,
        drawn in proptest::option::of(0i64..=600),
        own in proptest::option::of(amounts(5_000_000)),
    ) {
        let of = |paid_months| {
            let facts = survivor::Facts { death_month: month, paid_months, drawn_months: drawn, own_contributions: own };
            survivor::assess(policy(), facts).unwrap()
        };
        let (one, next) = (of(paid), of(paid + 1));
        prop_assert_eq!(one.funeral + one.consolation, one.total);
        prop_assert!(one.total <= next.total && one.months <= next.months);
        prop_assert!((3..=24).contains(&one.months));
    }

    #[test]
    fn unemployment_months_grow_with_paid_and_carried_months_and_stop_at_the_highest(
        paid in 0i64..=1199,
        carried in 0i64..=23,
    ) {
        let on = "2017-07-01".parse().unwrap();
        let of = |paid_months, carried_months| {
            unemployment::duration(policy(), unemployment::Facts { on, paid_months, carried_months }).unwrap().months
        };
        prop_assert!(of(paid, carried) <= of(paid + 1, carried) && of(paid, carried) <= of(paid, carried + 1));
        prop_assert!(of(paid, carried) <= 24);
    }

    #[test]
    fn what_moves_is_the_unit_part_and_the_account(
        bases in proptest::collection::vec(amounts(100_000_000), 0..40),
        account in amounts(100_000_000),
    ) {
        let facts = amount::Facts { on: "2017-07-01".parse().unwrap(), yearly_bases: &bases, account };
        let moved = amount::assess(policy(), facts).unwrap();
        prop_assert_eq!(moved.unit_part + moved.account, moved.total);
        // Each year is off the exact share by half a fen at most.
        let exact = bases.iter().sum::<Fen>().fen() * 12;
        prop_assert!((moved.unit_part.fen() * 100 - exact).abs() <= 50 * i64::try_from(bases.len()).unwrap());
    }

    #[test]
    fn the_place_is_one_of_those_named_and_temporary_accounts_never_make_one(
        relations in proptest::collection::vec((select(vec!["BJ", "SH", "GZ", "HD"]), 0i64..300, any::<bool>()), 1..8),
    ) {
        let kind = |temporary| if temporary { Kind::Temporary } else { Kind::Ordinary };
        let relations: Vec<Relation<'_>> =
            relations.iter().map(|(area, months, temporary)| Relation { area, months: *months, kind: kind(*temporary) }).collect();
        let facts = place::Facts { on: "2017-07-01".parse().unwrap(), household: "HD", relations: &relations };
        let place = place::decide(policy(), facts).unwrap().place;
        let ordinary = || relations.iter().filter(|one| one.kind == Kind::Ordinary && one.area == place);
        prop_assert!(place == "HD" || ordinary().map(|one| one.months).sum::<i64>() >= 120);
        prop_assert!(place == "HD" || ordinary().next().is_some());
    }
}
