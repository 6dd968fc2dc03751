//! The books on both engines: posting once, sealing, balances, and what a tampered book looks like to the check.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use control::audit::SealError;
use control::chain::Broken;
use control::{Act, Action, Actor, Channel, Engine, Op, Subject};
use kernel::{Date, Fen, Fund, JournalId, SubAccountId};
use ledger::account::{
    CONTRIBUTION_FLEXIBLE_ACCOUNT, CONTRIBUTION_FLEXIBLE_POOLED, GATEWAY_IN_TRANSIT, INCOME_DEPOSIT, UNMATCHED_RECEIPTS,
};
use ledger::{Code, Difference, Journal, Line, SealJournals, Source, Verified};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;
use testkit::{Kit, both_engines};
use uuid::Uuid;

struct Post(Vec<Journal>);

impl Act for Post {
    const ACTION: Action = Action::PostJournal;
    type Answer = Vec<JournalId>;
    type Error = SealError;
    async fn subject(&self, _: &mut Op) -> Result<Subject, SealError> {
        Ok(Subject::Agency)
    }
    async fn act(&self, op: &mut Op) -> Result<Vec<JournalId>, SealError> {
        let mut ids = Vec::new();
        for journal in &self.0 {
            ids.push(ledger::post(op, journal.clone()).await?);
        }
        Ok(ids)
    }
}

/// Loads in bulk, as a city does.
struct Load(Vec<Journal>);

impl Act for Load {
    const ACTION: Action = Action::LoadPopulation;
    type Answer = Vec<JournalId>;
    type Error = SealError;
    async fn subject(&self, _: &mut Op) -> Result<Subject, SealError> {
        Ok(Subject::Agency)
    }
    async fn act(&self, op: &mut Op) -> Result<Vec<JournalId>, SealError> {
        Ok(ledger::post_many(op, &self.0).await?)
    }
}

fn machinery() -> Actor {
    Actor::system(Channel::Worker)
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn paid(number: u128, on: &str, pooled: i64, account: i64) -> Journal {
    let (pooled, account) = (Fen::new(pooled), Fen::new(account));
    let lines = vec![
        Line::debit(GATEWAY_IN_TRANSIT, pooled + account),
        Line::credit(CONTRIBUTION_FLEXIBLE_POOLED, pooled),
        Line::credit(CONTRIBUTION_FLEXIBLE_ACCOUNT, account).of(SubAccountId(Uuid::from_u128(number))),
    ];
    let source = Source { kind: "receipt", id: Uuid::from_u128(number) };
    Journal::balanced(Fund::EnterprisePension, day(on), source, lines).unwrap()
}

async fn post(kit: &Kit, journals: Vec<Journal>) -> Vec<JournalId> {
    kit.desk.perform(&machinery(), Post(journals)).await.unwrap()
}

async fn seal_all(kit: &Kit) -> usize {
    let mut sealed = 0;
    loop {
        let now = kit.desk.perform(&machinery(), SealJournals).await.unwrap();
        sealed += now;
        if now == 0 {
            return sealed;
        }
    }
}

async fn verify(kit: &Kit) -> Result<Verified, Difference> {
    ledger::verify(&kit.desk.view()).await.unwrap()
}

/// Lets the owner change what is append-only, as somebody who holds the file or the server could.
async fn unlock(kit: &Kit) {
    if kit.engine() == Engine::Sqlite {
        for table in ["ledger_journal", "ledger_line", "ledger_seal"] {
            kit.tamper(&format!("drop trigger {table}_no_update; drop trigger {table}_no_delete")).await;
        }
    }
}

const FIRST: &str = "(select id from ledger_journal order by id limit 1)";

both_engines! {
    on [ledger::MIGRATIONS];

    async fn an_event_is_posted_once(kit: Kit) {
        let first = post(&kit, vec![paid(1, "2026-03-02", 700, 300)]).await;
        assert_eq!(post(&kit, vec![paid(1, "2026-03-02", 700, 300)]).await, first);
        assert_eq!(kit.number("select count(*) from ledger_line").await, 3);
        let other = kit.desk.perform(&machinery(), Post(vec![paid(1, "2026-03-02", 701, 300)])).await;
        assert!(other.is_err(), "the same event with other lines");
        let source = Source { kind: "receipt", id: Uuid::from_u128(1) };
        let found = ledger::posted(&kit.desk.view(), Fund::EnterprisePension, source).await.unwrap();
        assert_eq!(found, Some(first[0]));
    }

    async fn balances_are_the_same_before_and_after_sealing(kit: Kit) {
        post(&kit, vec![paid(1, "2025-12-31", 700, 300), paid(2, "2026-01-01", 70, 30), paid(3, "2026-03-03", 7, 3)]).await;
        let before = ledger::balances(&kit.desk.view(), day("2026-03-02")).await.unwrap();
        let transit = before.iter().find(|row| row.account == GATEWAY_IN_TRANSIT).unwrap();
        assert_eq!(
            (transit.opening, transit.debit, transit.credit, transit.closing),
            (Fen::new(1000), Fen::new(100), Fen::ZERO, Fen::new(1100))
        );
        assert_eq!(before.iter().map(|row| row.closing).sum::<Fen>(), Fen::ZERO);
        assert_eq!(before.iter().map(|row| row.opening).sum::<Fen>(), Fen::ZERO);

        assert_eq!(seal_all(&kit).await, 3);
        assert_eq!(ledger::balances(&kit.desk.view(), day("2026-03-02")).await.unwrap(), before);
        post(&kit, vec![paid(4, "2026-03-02", 1, 1)]).await;
        let net = ledger::net(&kit.desk.view(), Fund::EnterprisePension, GATEWAY_IN_TRANSIT, day("2026-03-02")).await;
        assert_eq!(net.unwrap(), Fen::new(1102), "sealed and unsealed together");
        let found = verify(&kit).await.unwrap();
        assert_eq!((found.journals, found.lines, found.sealed, found.seals), (4, 12, 3, 1));
        assert_eq!(found.turnover, Fen::new(1112));
    }

    async fn sums_of_balances_are_sums_of_lines(kit: Kit) {
        let accounts = [GATEWAY_IN_TRANSIT, INCOME_DEPOSIT, UNMATCHED_RECEIPTS, CONTRIBUTION_FLEXIBLE_POOLED];
        let moves = proptest::collection::vec((0usize..4, 1usize..4, 1i64..1_000_000, 0u64..400), 60);
        let moves = moves.new_tree(&mut TestRunner::deterministic()).unwrap().current();
        let mut expected: BTreeMap<Code, Fen> = BTreeMap::new();
        let until = day("2026-01-01");
        let mut journals = Vec::new();
        for (number, (from, step, amount, days)) in (1u128..).zip(moves) {
            let (debit, credit) = (accounts[from], accounts[(from + step) % 4]);
            let (amount, on) = (Fen::new(amount), day("2025-06-01") + chrono::Days::new(days));
            if on <= until {
                *expected.entry(debit).or_default() += amount;
                *expected.entry(credit).or_default() -= amount;
            }
            let source = Source { kind: "test", id: Uuid::from_u128(number) };
            let lines = vec![Line::debit(debit, amount), Line::credit(credit, amount)];
            journals.push(Journal::balanced(Fund::EnterprisePension, on, source, lines).unwrap());
        }
        let (loaded, posted) = journals.split_at(40);
        kit.desk.perform(&machinery(), Load(loaded.to_vec())).await.unwrap();
        seal_all(&kit).await;
        post(&kit, posted.to_vec()).await;
        let rows = ledger::balances(&kit.desk.view(), until).await.unwrap();
        let closing: BTreeMap<Code, Fen> = rows.iter().map(|row| (row.account, row.closing)).collect();
        assert_eq!(closing, expected);
        seal_all(&kit).await;
        assert_eq!(verify(&kit).await.unwrap().sealed, 60);
    }

    async fn a_backlog_is_sealed_whole_however_old(kit: Kit) {
        let morning = control::Clock::now(&*kit.clock);
        for hour in 0..3u128 {
            kit.clock.set(morning + chrono::TimeDelta::hours(i64::try_from(hour).unwrap()));
            let journals = (1..=600).map(|n| paid(hour * 1000 + n, "2026-03-02", 7, 3)).collect();
            kit.desk.perform(&machinery(), Load(journals)).await.unwrap();
        }
        kit.clock.set(morning + chrono::TimeDelta::hours(9));
        assert_eq!(seal_all(&kit).await, 1800);
        let found = verify(&kit).await.unwrap();
        assert_eq!((found.sealed, found.seals), (1800, 2));
    }

    async fn the_service_can_neither_change_nor_delete(kit: Kit) {
        use sea_orm::ConnectionTrait;
        post(&kit, vec![paid(1, "2026-03-02", 700, 300)]).await;
        seal_all(&kit).await;
        let bulk = kit.desk.database().bulk();
        for (table, column) in [("ledger_journal", "fund"), ("ledger_line", "account"), ("ledger_seal", "number")] {
            assert!(bulk.execute_unprepared(&format!("update {table} set {column} = {column}")).await.is_err(), "{table}");
            assert!(bulk.execute_unprepared(&format!("delete from {table}")).await.is_err(), "{table}");
        }
    }

    async fn a_changed_line_is_found(kit: Kit) {
        post(&kit, vec![paid(1, "2026-03-02", 700, 300), paid(2, "2026-03-02", 7, 3)]).await;
        seal_all(&kit).await;
        unlock(&kit).await;
        // Both sides are raised, so that the journal still balances.
        kit.tamper(&format!("update ledger_line set amount = amount + 5 where journal_id = {FIRST} and number < 3")).await;
        assert!(matches!(verify(&kit).await, Err(Difference::Chain(Broken::Line { seal: 1, .. }))));
    }

    async fn a_removed_line_and_a_removed_journal_are_found(kit: Kit) {
        post(&kit, vec![paid(1, "2026-03-02", 700, 300), paid(2, "2026-03-02", 7, 3)]).await;
        seal_all(&kit).await;
        unlock(&kit).await;
        kit.tamper(&format!("delete from ledger_line where journal_id = {FIRST} and number = 3")).await;
        assert!(matches!(verify(&kit).await, Err(Difference::Chain(Broken::Line { seal: 1, .. }))));
        kit.tamper(&format!("delete from ledger_journal where id = {FIRST}")).await;
        assert!(matches!(verify(&kit).await, Err(Difference::Chain(Broken::Missing { seal: 1, .. }))));
    }

    async fn a_changed_and_a_removed_seal_are_found(kit: Kit) {
        for number in 1..=3 {
            post(&kit, vec![paid(number, "2026-03-02", 700, 300)]).await;
            seal_all(&kit).await;
        }
        assert_eq!(verify(&kit).await.unwrap().seals, 3);
        unlock(&kit).await;
        kit.tamper("update ledger_seal set hash = previous where number = 2").await;
        assert_eq!(verify(&kit).await, Err(Difference::Chain(Broken::Changed(2))));
        kit.tamper("delete from ledger_seal where number = 2").await;
        assert_eq!(verify(&kit).await, Err(Difference::Chain(Broken::Gap { expected: 2, found: 3 })));
    }

    async fn a_changed_balance_is_named_with_both_sides(kit: Kit) {
        post(&kit, vec![paid(1, "2026-03-02", 700, 300)]).await;
        seal_all(&kit).await;
        kit.tamper("update ledger_balance set debit = debit + 1 where account = '100202'").await;
        let difference = verify(&kit).await.unwrap_err();
        assert_eq!(
            difference.to_string(),
            "enterprise_pension account 100202 on 2026-03-02: the lines say debit 10.00 and credit 0.00, \
             the stored balance says 10.01 and 0.00"
        );
    }

    async fn an_unbalanced_journal_is_found_before_it_is_sealed(kit: Kit) {
        post(&kit, vec![paid(1, "2026-03-02", 700, 300)]).await;
        unlock(&kit).await;
        kit.tamper("update ledger_line set amount = amount + 1 where number = 1").await;
        let difference = verify(&kit).await.unwrap_err();
        let Difference::Unbalanced { debit, credit, .. } = difference else { panic!("{difference}") };
        assert_eq!((debit, credit), (Fen::new(1001), Fen::new(1000)));
    }

    async fn a_journal_slipped_in_behind_the_seals_is_found(kit: Kit) {
        let morning = control::Clock::now(&*kit.clock);
        post(&kit, vec![paid(1, "2026-03-02", 700, 300)]).await;
        seal_all(&kit).await;
        kit.clock.set(morning - chrono::TimeDelta::hours(2));
        let slipped = post(&kit, vec![paid(2, "2026-03-02", 7, 3)]).await;
        kit.clock.set(morning);
        seal_all(&kit).await;
        assert_eq!(verify(&kit).await, Err(Difference::Uncovered { journal: slipped[0] }));
    }
}

proptest! {
    #[test]
    fn a_journal_balances_or_is_none(amounts in proptest::collection::vec((any::<bool>(), 1i64..100), 2..8)) {
        let lines: Vec<Line> = amounts
            .iter()
            .map(|(is_debit, amount)| match is_debit {
                true => Line::debit(GATEWAY_IN_TRANSIT, Fen::new(*amount)),
                false => Line::credit(CONTRIBUTION_FLEXIBLE_POOLED, Fen::new(*amount)),
            })
            .collect();
        let net: i64 = amounts.iter().map(|(is_debit, amount)| if *is_debit { *amount } else { -amount }).sum();
        let source = Source { kind: "test", id: Uuid::from_u128(1) };
        let made = Journal::balanced(Fund::EnterprisePension, day("2026-03-02"), source, lines);
        prop_assert_eq!(made.is_ok(), net == 0);
    }
}
