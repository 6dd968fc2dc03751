//! The bulk path and the single, explained path agree on every person and every refusal.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use kernel::{AreaCode, Fen, Insurance, Month};
use policy::bulk::{Columns, Employees, Facts, Figures, Rules};
use policy::contribution::employee;
use policy::contribution::injury::Rating;
use policy::{FormulaError, Policy};
use proptest::prelude::*;
use proptest::sample::select;

#[derive(Clone, Copy, Debug)]
struct Person {
    wage: Fen,
    class: u8,
    factor: u8,
}

fn single(policy: &Policy, facts: Facts, person: Person) -> Result<employee::Assessment, FormulaError> {
    let Facts { month, limits_of, cut } = facts;
    let Person { wage, class, factor } = person;
    let rating = (class > 0).then_some(Rating { class, factor: i64::from(factor), cut });
    employee::assess(policy, employee::Facts { month, limits_of, wage, rating })
}

/// What the single path says, in the form of the columns.
fn figures(assessed: &employee::Assessment) -> Figures<Fen> {
    let part = |insurance| assessed.part(insurance).copied();
    let employer = |insurance| part(insurance).map_or(Fen::ZERO, |part| part.employer);
    let employee = |insurance| part(insurance).and_then(|part| part.employee).unwrap_or_default();
    Figures {
        base: assessed.base,
        pension_employer: employer(Insurance::Pension),
        pension_employee: employee(Insurance::Pension),
        pension_account: part(Insurance::Pension).and_then(|part| part.account).unwrap_or_default(),
        medical_employer: employer(Insurance::Medical),
        medical_employee: employee(Insurance::Medical),
        unemployment_employer: employer(Insurance::Unemployment),
        unemployment_employee: employee(Insurance::Unemployment),
        injury_employer: employer(Insurance::Injury),
        maternity_employer: employer(Insurance::Maternity),
        employer: assessed.employer,
        employee: assessed.employee,
    }
}

fn agree(policy: &Policy, facts: Facts, persons: &[Person]) {
    let wages: Vec<Fen> = persons.iter().map(|person| person.wage).collect();
    let classes: Vec<u8> = persons.iter().map(|person| person.class).collect();
    let factors: Vec<u8> = persons.iter().map(|person| person.factor).collect();
    let employees = Employees { wages: &wages, classes: &classes, factors: &factors };
    let singles: Vec<_> = persons.iter().map(|person| single(policy, facts, *person)).collect();
    let rules = match Rules::of(policy, facts) {
        Ok(rules) => rules,
        Err(why) => {
            let same = |single: &Result<employee::Assessment, FormulaError>| single.as_ref().err() == Some(&why);
            return assert!(
                persons.iter().zip(&singles).all(|(person, single)| person.wage.is_negative() || same(single))
            );
        }
    };
    let mut columns = Columns::for_persons(7);
    match rules.assess(employees, &mut columns) {
        Ok(()) => {
            let singles: Vec<_> = singles.into_iter().map(Result::unwrap).collect();
            let mut sums = Figures::<Fen>::default();
            for (row, (person, single)) in persons.iter().zip(&singles).enumerate() {
                let mine = columns.person(row).unwrap();
                assert_eq!(mine, figures(single), "{person:?} in {facts:?}");
                let unrated = |insurance: &&Insurance| !(person.class == 0 && **insurance == Insurance::Injury);
                assert!(rules.missing().iter().filter(unrated).eq(single.missing.iter().filter(unrated)), "{facts:?}");
                sums.employer += mine.employer;
                sums.employee += mine.employee;
                sums.base += mine.base;
            }
            let found = columns.sums();
            assert_eq!((found.base, found.employer, found.employee), (sums.base, sums.employer, sums.employee));
            assert_eq!(columns.count(), persons.len());
        }
        Err(refused) => {
            assert!(singles[..refused.row].iter().all(Result::is_ok));
            assert_eq!(singles[refused.row].as_ref().unwrap_err(), &refused.why);
        }
    }
}

fn areas() -> impl Strategy<Value = &'static Policy> {
    let of = |area: &str| Policy::of(AreaCode::parse(area).unwrap()).unwrap();
    select(vec![of("130400"), of("130100"), Policy::seed_example().unwrap()])
}

fn facts() -> impl Strategy<Value = Facts> {
    let month = (1994i32..=2027, 1i32..=12).prop_map(|(year, month)| Month::new(year, month).unwrap());
    let common = (2008i32..=2026, 1i32..=12).prop_map(|(year, month)| Month::new(year, month).unwrap());
    let months = prop_oneof![4 => common, 1 => month];
    (months, 0i32..=1, select(vec![0i64, 0, 0, 20, 50, 30])).prop_map(|(month, before, cut)| {
        let limits_of = if before == 1 { Month::new(month.year() - 1, 12).unwrap() } else { month };
        Facts { month, limits_of, cut }
    })
}

fn wages() -> impl Strategy<Value = Fen> {
    let near = prop_oneof![0i64..3_000_000, 120_000i64..500_000, 900_000i64..2_200_000];
    prop_oneof![30 => near, 2 => select(vec![0, i64::MAX, 1 << 31, 1 << 32, (1 << 32) + 5]), 1 => 0..i64::MAX]
        .prop_map(Fen::new)
}

fn persons(wages: impl Strategy<Value = Fen>, ratings: Vec<(u8, u8)>) -> impl Strategy<Value = Vec<Person>> {
    let person = (wages, select(ratings)).prop_map(|(wage, (class, factor))| Person { wage, class, factor });
    proptest::collection::vec(person, 1..40)
}

fn good_ratings() -> Vec<(u8, u8)> {
    let others = (2..=8).flat_map(|class| [50, 80, 100, 120, 150].map(|factor| (class, factor)));
    [(0, 0), (0, 77), (1, 100), (1, 120), (1, 150)].into_iter().chain(others).collect()
}

proptest! {
    #[test]
    fn bulk_and_single_agree_on_every_person(policy in areas(), facts in facts(), persons in persons(wages(), good_ratings())) {
        agree(policy, facts, &persons);
    }

    #[test]
    fn they_agree_where_bases_are_in_yuan(facts in facts(), persons in persons(wages(), vec![(2, 100)])) {
        agree(&Policy::of(AreaCode::HANDAN).unwrap().read_otherwise("base/unit").unwrap(), facts, &persons);
    }

    #[test]
    fn they_refuse_the_same_row_in_the_same_words(policy in areas(), facts in facts(), persons in persons((-5i64..3_000_000).prop_map(Fen::new), vec![(0, 0), (2, 100), (2, 100), (1, 50), (9, 100), (4, 7), (255, 255)])) {
        agree(policy, facts, &persons);
    }
}

#[test]
fn every_wage_around_the_limits_and_every_rating_agree_in_a_month_with_all_five() {
    let policy = Policy::of(AreaCode::HANDAN).unwrap();
    let facts = Facts::new("2017-07".parse().unwrap());
    let wages = (284_700..285_200).chain(1_424_500..1_425_000);
    let ratings = good_ratings();
    let persons: Vec<Person> = wages
        .flat_map(|wage| {
            ratings.iter().map(move |(class, factor)| Person { wage: Fen::new(wage), class: *class, factor: *factor })
        })
        .collect();
    assert!(persons.len() > 35_000, "more than one block");
    assert_eq!(Rules::of(policy, facts).unwrap().missing(), []);
    agree(policy, facts, &persons);
    agree(&policy.read_otherwise("base/unit").unwrap(), facts, &persons);
}

#[test]
fn a_refused_row_far_down_is_named_by_its_number() {
    let rules = Rules::of(Policy::of(AreaCode::HANDAN).unwrap(), Facts::new("2017-07".parse().unwrap())).unwrap();
    let mut wages = vec![Fen::from_yuan(5_000); 100_000];
    wages[99_999] = Fen::new(-1);
    let (classes, factors) = (vec![6; 100_000], vec![100; 100_000]);
    let employees = Employees { wages: &wages, classes: &classes, factors: &factors };
    let refused = rules.assess(employees, &mut Columns::default()).unwrap_err();
    assert_eq!(refused.row, 99_999);
    assert!(matches!(refused.why, FormulaError::OutOfRange { fact: "wage", .. }));
}
