//! What holds for every choice and every order of events.

use crate::fixture::*;
use contribution::{Facts, Line, MonthSummary, Pay, Payable, PensionPart, Tier, assess};
use control::{Actor, Channel};
use kernel::{AreaCode, Fen, Month, PersonId, RelationId};
use policy::Policy;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::{BTreeMap, BTreeSet};
use testkit::Kit;
use tokio::task::JoinSet;
use uuid::Uuid;

fn of_2026(index: u8) -> Month {
    Month::new(2026, i32::from(index)).unwrap()
}

proptest! {
    #[test]
    fn the_parts_of_a_quote_add_up(percent in 60u16..=300, chosen in prop::collection::btree_set(1u8..=12, 1..12), late in any::<bool>()) {
        let months: Vec<Month> = chosen.into_iter().map(of_2026).collect();
        let facts = Facts {
            person: PERSON,
            today: day(if late { "2026-11-23" } else { "2026-03-02" }),
            paid: BTreeSet::new(),
            employers: BTreeMap::new(),
            own: (1..=12).map(|month| (of_2026(month), OWN)).collect(),
        };
        let quote = assess(Policy::of(AreaCode::HANDAN).unwrap(), &facts, &months, Tier::percent(percent)).unwrap();
        prop_assert_eq!(quote.total, quote.account + quote.pooled);
        prop_assert_eq!(quote.total, quote.months.iter().map(|month| month.total).sum());
        prop_assert_eq!(quote.account, quote.months.iter().map(|month| month.account).sum());
        prop_assert!(quote.months.iter().all(|month| month.total == month.account + month.pooled && month.pooled > Fen::ZERO));
    }

    #[test]
    fn a_summary_is_the_sum_of_its_lines(bases in prop::collection::vec(-1_000_000i64..1_000_000, 1..6)) {
        let line = |(index, base): (u128, &i64)| {
            let part = PensionPart { base: Fen::new(*base), employer: None, personal: Fen::new(base / 5), account: Fen::new(base / 12) };
            Line { id: kernel::LineId(Uuid::from_u128(index)), ..old_line(PERSON, of_2026(1), Some(part)) }
        };
        let lines: Vec<Line> = (1u128..).zip(&bases).map(line).collect();
        let summary = lines[1..].iter().fold(MonthSummary::of(&lines[0]), |summary, line| summary.with(line));
        prop_assert_eq!(summary.pension_base, Some(Fen::new(bases.iter().sum())));
        prop_assert_eq!(summary.pension_account, Some(lines.iter().map(|line| line.pension.unwrap().account).sum()));
        prop_assert_eq!(summary.pension_line, Some(lines[0].id));
        prop_assert_eq!(usize::try_from(summary.sources).unwrap(), lines.len());
    }
}

/// Who pays what: bills of chosen months, and in which order their money comes, some of it more than once.
#[derive(Clone, Debug)]
struct Plan {
    bills: Vec<BTreeSet<u8>>,
    money: Vec<usize>,
}

fn plans() -> impl Strategy<Value = Plan> {
    let bills = prop::collection::vec(prop::collection::btree_set(1u8..=12, 1..6), 1..5);
    bills.prop_flat_map(|bills| {
        let money = prop::collection::vec(0..bills.len(), 1..7);
        money.prop_map(move |money| Plan { bills: bills.clone(), money })
    })
}

async fn bills_of(kit: &Kit, person: PersonId, plan: &Plan) -> Vec<Payable> {
    let actor = Actor::person(person, Channel::Web);
    let mut payables = Vec::new();
    for (number, chosen) in plan.bills.iter().enumerate() {
        let months = chosen.iter().map(|month| of_2026(*month)).collect();
        let act = Pay { key: key(&format!("bill{number}")), person, months, tier: FLOOR };
        payables.push(kit.desk.perform(&actor, act).await.unwrap());
    }
    payables
}

/// Lets the money come all at once and checks that the months of the bills that got any count, once.
async fn play(kit: &Kit, case: u16, plan: &Plan) -> (Fen, u64) {
    let person = PersonId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0003_0000 + u128::from(case)));
    enter(kit, person, case + 10).await;
    let relation = RelationId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0004_0000 + u128::from(case)));
    relate_person(kit, person, relation).await;
    let payables = bills_of(kit, person, plan).await;
    let mut coming = JoinSet::new();
    for (number, index) in plan.money.iter().enumerate() {
        let paid = &payables[*index];
        let number = u128::from(case) * 100 + u128::try_from(number).unwrap();
        let act = SettleNow { bill: paid.bill.id, receipt: receipt(number, paid.order.id, paid.bill.total) };
        let desk = kit.desk.clone();
        coming.spawn(async move { desk.perform(&system(), act).await.unwrap() });
    }
    let mut counted = Vec::new();
    let mut held = Fen::ZERO;
    while let Some(settled) = coming.join_next().await {
        let settled = settled.unwrap();
        counted.extend(settled.counted);
        held += settled.duplicate_amount;
    }
    counted.sort_unstable();
    let expected: BTreeSet<Month> =
        plan.money.iter().flat_map(|index| &plan.bills[*index]).map(|month| of_2026(*month)).collect();
    assert_eq!(counted, expected.iter().copied().collect::<Vec<_>>(), "{plan:?}");
    let came: Fen = plan.money.iter().map(|index| payables[*index].bill.total).sum();
    let worth: Fen = expected.iter().map(|_| yuan("815.28")).sum();
    assert_eq!(came - worth, held, "{plan:?}");
    (held, u64::try_from(expected.len()).unwrap())
}

testkit::both_engines! {
    on SCHEMA;

    async fn any_interleaving_of_money_counts_each_month_once(kit: Kit) {
        kit.set_today(day("2026-11-23"));
        let mut runner = TestRunner::deterministic();
        let (mut held, mut lines) = (Fen::ZERO, 0);
        for case in 0..20 {
            let plan = plans().new_tree(&mut runner).unwrap().current();
            let (more_held, more_lines) = play(&kit, case, &plan).await;
            (held, lines) = (held + more_held, lines + more_lines);
        }
        let found = verified(&kit).await;
        assert_eq!((found.held, found.lines), (held, lines));
    }
}
