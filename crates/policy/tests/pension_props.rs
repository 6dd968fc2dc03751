//! What holds for all lives: later births never retire earlier, more never gives less where no years are deemed, an account
//! never falls below what was paid in, and payments are split without a rest.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use kernel::{AreaCode, Date, Fen, Month, Rate, Rounding, Scheme};
use policy::account::year::{self, Through};
use policy::account::{interest::Method, life as account_life};
use policy::pension::index::{self, MonthBase};
use policy::pension::life;
use policy::pension::{Age, Assessment};
use policy::retirement::{self, Category};
use policy::surcharge::allocation::{self, Debt};
use policy::{Policy, certification, contribution::relief};
use proptest::prelude::*;
use proptest::sample::{Index, select};

fn policy() -> &'static Policy {
    Policy::of(AreaCode::HANDAN).unwrap()
}

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

/// Every category from the first birth whose retirement is known to births that retire beyond the delays.
#[test]
fn the_date_of_retirement_is_monotone_in_birth() {
    for category in [Category::Men, Category::WomenCadres, Category::WomenWorkers] {
        let births = (0..120 * 12).map(|later| month("1940-01").plus(later).unwrap());
        let known: Vec<retirement::Assessment> =
            births.filter_map(|birth| retirement::assess(policy(), category, birth).ok()).collect();
        assert!(known.len() > 1200, "{category}: {}", known.len());
        for pair in known.windows(2) {
            let [one, next] = pair else { panic!("two of them") };
            assert!(one.retires <= next.retires && one.first_payment <= next.first_payment, "{category} {one:?}");
            assert!(
                one.age_months <= next.age_months && one.minimum_months <= next.minimum_months,
                "{category} {one:?}"
            );
            assert!((0..=60).contains(&one.delay_months));
        }
    }
}

#[test]
fn the_flexible_choice_lies_around_the_statutory_month_and_its_bounds_hold() {
    for category in [Category::Men, Category::WomenCadres, Category::WomenWorkers] {
        for later in 0..40 * 12 {
            let birth = month("1965-01").plus(later).unwrap();
            let Ok(choice) = retirement::choice(policy(), category, birth) else { continue };
            assert!(choice.earliest <= choice.statutory && choice.statutory <= choice.latest);
            let wish = |month: Month| retirement::chosen(policy(), category, birth, month);
            assert!(wish(choice.earliest).is_ok() && wish(choice.latest).is_ok());
            assert!(wish(choice.earliest.plus(-1).unwrap()).is_err() && wish(choice.latest.plus(1).unwrap()).is_err());
        }
    }
}

fn whole_life(bases: &[MonthBase]) -> Assessment {
    let facts = life::Facts {
        scheme: Scheme::Enterprise,
        bases,
        opening: Fen::ZERO,
        deemed_months: 0,
        deemed_index: None,
        retires: month("2024-12"),
        age: Age::new(60, 0).unwrap(),
        calc_base: None,
        divisor: None,
    };
    life::assess(policy(), facts).unwrap().pension
}

/// A month of 2008 to 2024 paid on so many hundredths of a percent of its average wage.
fn paid(at: i32, hundredths: i64) -> MonthBase {
    let month = month("2008-01").plus(at).unwrap();
    let average = *policy().base.average_annual.on(month.first_day()).unwrap().value;
    let base = average.portion(Rate::new(hundredths, 120_000).unwrap(), Rounding::HalfUpToFen).unwrap();
    MonthBase { month, base }
}

/// Some months with what each was paid on, in order, none twice.
fn lives() -> impl Strategy<Value = Vec<(i32, i64)>> {
    let months = proptest::collection::btree_map(0i32..204, 4_000i64..=30_000, 2..204);
    months.prop_map(|months| months.into_iter().collect())
}

fn bases(life: &[(i32, i64)]) -> Vec<MonthBase> {
    life.iter().map(|(at, hundredths)| paid(*at, *hundredths)).collect()
}

fn twelve() -> impl Strategy<Value = [Fen; 12]> {
    proptest::array::uniform12(0i64..1_000_000).prop_map(|fen| fen.map(Fen::new))
}

proptest! {
    #[test]
    fn with_no_deemed_years_a_month_more_never_lowers_the_pension(life in lives(), left_out in any::<Index>()) {
        let whole = whole_life(&bases(&life));
        let mut shorter = life.clone();
        shorter.remove(left_out.index(life.len()));
        let shorter = whole_life(&bases(&shorter));
        prop_assert!(shorter.total <= whole.total, "{} without, {} with", shorter.total, whole.total);
        prop_assert!(shorter.account <= whole.account && shorter.basic <= whole.basic);
    }

    #[test]
    fn with_no_deemed_years_a_higher_base_never_lowers_the_pension(life in lives(), at in any::<Index>(), hundredths in 4_000i64..=30_000) {
        let mut higher = life.clone();
        let at = at.index(life.len());
        higher[at].1 = hundredths.max(higher[at].1);
        let (one, other) = (whole_life(&bases(&life)), whole_life(&bases(&higher)));
        prop_assert!(one.total <= other.total && one.basic <= other.basic && one.account <= other.account);
    }

    #[test]
    fn the_index_lies_between_the_lowest_and_the_highest_month_and_does_not_ask_for_order(life in lives()) {
        let life = bases(&life);
        let of = |bases: &[MonthBase]| index::assess(policy(), bases, None).unwrap().index.rate().unwrap();
        let each: Vec<_> = life.iter().map(|paid| of(&[*paid])).collect();
        let mean = of(&life);
        prop_assert!(*each.iter().min().unwrap() <= mean && mean <= *each.iter().max().unwrap());
        let backwards: Vec<MonthBase> = life.iter().rev().copied().collect();
        prop_assert_eq!(of(&backwards), mean);
    }

    #[test]
    fn an_account_never_falls_below_what_was_paid_in(
        opening in 0i64..100_000_000, credits in twelve(), irregular in twelve(), year in 2005i32..=2026,
        method in select(vec![None, Some(Method::Annual), Some(Method::MonthProduct)]), through in 0i32..=12,
    ) {
        let opening = Fen::new(opening);
        let through = if through == 0 { Through::WholeYear } else { Through::Month(through) };
        // Irregular credits have a rate of their own, which only 2008 knows.
        let irregular = if year == 2008 { irregular } else { [Fen::ZERO; 12] };
        let facts = year::Facts { method, irregular, through, ..year::Facts::of(year, opening, credits) };
        let assessed = year::assess(policy(), facts).unwrap();
        let paid: Fen = credits.iter().chain(&irregular).sum();
        prop_assert!(assessed.closing >= opening + paid);
        let year_long = paid.portion(assessed.rate, Rounding::HalfUpToFen).unwrap();
        prop_assert!(assessed.interest_on_credits <= year_long, "no credit bears more than a year's interest");
        let interest = assessed.interest_on_opening + assessed.interest_on_credits + assessed.interest_on_irregular;
        prop_assert_eq!(assessed.closing, opening + paid + interest);
    }

    #[test]
    fn a_balance_of_years_is_that_of_year_after_year(opening in 0i64..100_000_000, years in proptest::collection::vec(twelve(), 1..12)) {
        let years: Vec<account_life::YearCredits> =
            (2014i32..).zip(years).map(|(year, credits)| account_life::YearCredits { year, credits }).collect();
        let through = Month::new(years.last().unwrap().year, 12).unwrap();
        let facts = account_life::Facts { opening: Fen::new(opening), years: &years, first: 2014, through };
        let assessed = account_life::assess(policy(), facts).unwrap();
        let by_hand = years.iter().fold(Fen::new(opening), |balance, known| {
            year::assess(policy(), year::Facts::of(known.year, balance, known.credits)).unwrap().closing
        });
        prop_assert_eq!(assessed.balance, by_hand);
        prop_assert!(assessed.balance >= Fen::new(opening) + years.iter().flat_map(|year| &year.credits).sum());
    }

    #[test]
    fn a_payment_is_split_without_a_rest_and_older_months_come_first(
        debts in proptest::collection::vec((0i64..100_000, 0i64..200_000, 0i64..5_000), 1..6), payment in 0i64..1_000_000, late in 0i64..900,
    ) {
        let debt = |(at, (worker, unit, surcharge)): (usize, &(i64, i64, i64))| {
            let month = month("2016-01").plus(i32::try_from(at).unwrap()).unwrap();
            Debt { month, worker: Fen::new(*worker), unit: Fen::new(*unit), surcharge: Fen::new(*surcharge), since: month.last_day() }
        };
        let debts: Vec<Debt> = debts.iter().enumerate().map(debt).collect();
        let on = Date::from_ymd_opt(2016, 1, 31).unwrap() + chrono::TimeDelta::days(late);
        let payment = Fen::new(payment);
        for order in ["month_first", "principal_first"] {
            let other = policy().read_otherwise("surcharge/allocation").unwrap();
            let set = if order == "month_first" { policy() } else { &other };
            let allocated = allocation::allocate(set, &debts, payment, on).unwrap();
            let given: Fen = allocated.shares.iter().map(|s| s.worker + s.unit + s.surcharge).sum();
            prop_assert_eq!(given + allocated.over, payment);
            for ((debt, share), left) in debts.iter().zip(&allocated.shares).zip(&allocated.left) {
                prop_assert_eq!((share.worker + left.worker, share.unit + left.unit), (debt.worker, debt.unit));
                prop_assert!(share.surcharge + left.surcharge >= debt.surcharge);
                prop_assert!(!(share.unit > Fen::ZERO && left.worker > Fen::ZERO), "the worker's part comes first");
            }
            let open = |at: usize| allocated.left[at].worker + allocated.left[at].unit;
            for at in 1..debts.len() {
                let later = allocated.shares[at].worker + allocated.shares[at].unit;
                prop_assert!(later.is_zero() || open(at - 1).is_zero(), "an older month is open while a later one is paid");
            }
            prop_assert!(allocated.over.is_zero() || allocated.left.iter().all(|left| (left.worker + left.unit + left.surcharge).is_zero()));
        }
    }

    #[test]
    fn relief_and_due_are_the_whole(year in 2019i32..=2022, of_year in 1i32..=12, fen in 0i64..1_000_000) {
        for size in relief::Size::ALL {
            let assessed = relief::assess(policy(), Month::new(year, of_year).unwrap(), *size, Fen::new(fen)).unwrap();
            prop_assert_eq!(assessed.relieved + assessed.due, Fen::new(fen));
        }
    }

    #[test]
    fn nothing_is_withheld_before_a_whole_window_has_passed(of_year in 1i32..=12, day in 0i64..4_000) {
        let birth = Month::new(1950, of_year).unwrap();
        let passed = Date::from_ymd_opt(2014, 1, 1).unwrap() + chrono::TimeDelta::days(day);
        let window = certification::next(policy(), birth, passed).unwrap();
        prop_assert!(window.first <= window.last && window.due_from <= window.deadline);
        prop_assert!(window.deadline < window.earliest_suspension.first_day());
        prop_assert!(window.deadline > passed, "the next window ends after the pass");
    }
}
