//! The benchmarks run, agree with the single path, and report what they did. How fast is no test's business.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use policy::bench::{self, Load, Measured, rules};
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

/// `ZHIJIAN_BENCH_PEOPLE` asks for a measurement worth reading.
#[test]
fn a_month_of_a_small_city_is_measured() {
    let asked = std::env::var("ZHIJIAN_BENCH_PEOPLE").ok().and_then(|people| people.parse().ok());
    let load = Load { people: asked.unwrap_or(10_000), threads: 2, rounds: if asked.is_some() { 31 } else { 3 } };
    let rounds = Cell::new(0);
    let measured: Measured = rules(load, || rounds.set(rounds.get() + 1)).unwrap();
    assert_eq!(rounds.get(), 2 * load.rounds, "one thread, then two");
    assert!(measured.checked >= 5_000 && measured.per_s > 0 && measured.memory_share_percent > 0);
    assert!(measured.employee < measured.employer);
    if asked.is_some() {
        println!("{}", serde_json::to_string_pretty(&measured).unwrap());
    }
}

/// `ZHIJIAN_BENCH_LIVES` asks for a measurement worth reading.
#[test]
fn the_lives_of_a_few_people_are_measured() {
    let asked = std::env::var("ZHIJIAN_BENCH_LIVES").ok().and_then(|people| people.parse().ok());
    let load = bench::pensions::Load { people: asked.unwrap_or(2_000), threads: 2 };
    let heard = AtomicU64::new(0);
    let measured = bench::pensions(load, |more| _ = heard.fetch_add(more, Ordering::Relaxed)).unwrap();
    assert_eq!(heard.into_inner(), u64::from(load.people), "a thousand at a time, on each of two threads");
    assert!(measured.checked >= 100 && measured.months == 480 && measured.per_s > 0);
    assert!(measured.pensions < measured.balances);
    if asked.is_some() {
        println!("{}", serde_json::to_string_pretty(&measured).unwrap());
    }
}
