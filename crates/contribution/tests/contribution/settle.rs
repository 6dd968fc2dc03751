//! Settling: every month counts once, and not a fen is left out of the books.

use crate::fixture::*;
use contribution::{CancelBill, RefundReason, RefundState, Settled, State};
use kernel::Fen;
use ledger::account;

testkit::both_engines! {
    on SCHEMA;

    async fn paid_months_count_and_stand_in_the_books(kit: Kit) {
        kit.set_today(day("2026-11-23"));
        flexible(&kit, "2026-01").await;
        let paid = pay(&kit, "one", &["2026-01", "2026-02"]).await;
        let settled = settle(&kit, 1, &paid).await;
        assert_eq!(settled.counted, months(&["2026-01", "2026-02"]));
        assert!(settled.duplicate.is_empty() && settled.work_item.is_none());
        let paid_state = State::Paid { order: paid.order.id, journal: settled.journal, on: day("2026-11-23") };
        assert_eq!(bill(&kit, paid.bill.id).await.state, paid_state);
        assert_eq!(credited(&kit, account::CONTRIBUTION_FLEXIBLE_ACCOUNT).await, yuan("652.22"));
        assert_eq!(credited(&kit, account::CONTRIBUTION_FLEXIBLE_POOLED).await, yuan("978.34"));
        assert_eq!(credited(&kit, account::GATEWAY_IN_TRANSIT).await, yuan("-1630.56"));
        let lines = contribution::lines(&kit.desk.view(), PERSON, month("2026-02")).await.unwrap();
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].bill, Some(paid.bill.id));
        assert_eq!(lines[0].policy, contribution::policy_mark(&paid.bill.policy_hash));
        assert_eq!(lines[0].credited, month("2026-11"));
        assert_eq!(verified(&kit).await.lines, 2);
    }

    async fn a_second_receipt_for_a_bill_is_held(kit: Kit) {
        kit.set_today(day("2026-11-23"));
        flexible(&kit, "2026-01").await;
        let paid = pay(&kit, "one", &["2026-01", "2026-02"]).await;
        let first = settle(&kit, 1, &paid).await;
        let second = settle(&kit, 2, &paid).await;
        assert!(second.counted.is_empty());
        assert_eq!((second.duplicate.len(), second.duplicate_amount), (2, yuan("1630.56")));
        assert!(second.work_item.is_some());
        let State::Paid { journal, .. } = bill(&kit, paid.bill.id).await.state else { unreachable!("it is paid") };
        assert_eq!(journal, first.journal);
        assert_eq!(credited(&kit, account::DUPLICATE_RECEIPTS).await, yuan("1630.56"));
        let held = contribution::refundables(&kit.desk.view(), PERSON).await.unwrap();
        assert_eq!(held.len(), 2);
        assert!(held.iter().all(|one| one.reason == RefundReason::Duplicate && one.state == RefundState::Held));
        assert_eq!(verified(&kit).await.held, yuan("1630.56"));
    }

    /// Two devices, two gateways: both bills are paid, the months they share count once.
    async fn months_paid_by_two_bills_are_split(kit: Kit) {
        kit.set_today(day("2026-11-23"));
        flexible(&kit, "2026-01").await;
        let phone = pay(&kit, "phone", &["2026-01", "2026-02"]).await;
        let kiosk = pay(&kit, "kiosk", &["2026-02", "2026-03"]).await;
        settle(&kit, 1, &phone).await;
        let split = settle(&kit, 2, &kiosk).await;
        assert_eq!((split.counted, split.duplicate), (months(&["2026-03"]), months(&["2026-02"])));
        assert_eq!(split.duplicate_amount, yuan("815.28"));
        assert_eq!(kit.number("select count(*) from contribution_month where pension_line is not null").await, 3);
        assert_eq!(kit.number("select count(*) from contribution_line").await, 3);
        let found = verified(&kit).await;
        assert_eq!((found.lines, found.held), (3, yuan("815.28")));
    }

    async fn two_who_settle_the_same_months_at_once_count_them_once(kit: Kit) {
        kit.set_today(day("2026-11-23"));
        flexible(&kit, "2026-01").await;
        let all = ["2026-01", "2026-02", "2026-03", "2026-04"];
        let phone = pay(&kit, "phone", &all).await;
        let kiosk = pay(&kit, "kiosk", &all).await;
        let (one, other) = tokio::join!(settle(&kit, 1, &phone), settle(&kit, 2, &kiosk));
        assert_eq!(one.counted.len() + other.counted.len(), 4);
        assert_eq!(one.duplicate_amount + other.duplicate_amount, yuan("3261.12"));
        assert_eq!(verified(&kit).await.lines, 4);
    }

    async fn money_for_a_bill_given_up_counts_all_the_same(kit: Kit) {
        kit.set_today(day("2026-11-23"));
        flexible(&kit, "2026-01").await;
        let paid = pay(&kit, "one", &["2026-01"]).await;
        kit.desk.perform(&me(), CancelBill { bill: paid.bill.id }).await.unwrap();
        assert_eq!(bill(&kit, paid.bill.id).await.state, State::Void);
        let settled = settle(&kit, 1, &paid).await;
        assert_eq!(settled.counted, months(&["2026-01"]));
        assert_eq!(bill(&kit, paid.bill.id).await.state.as_str(), "paid");
        verified(&kit).await;
    }

    async fn money_that_was_booked_as_unmatched_is_taken_from_there(kit: Kit) {
        kit.set_today(day("2026-11-23"));
        flexible(&kit, "2026-01").await;
        let paid = pay(&kit, "one", &["2026-01"]).await;
        let mut late = receipt(1, paid.order.id, paid.bill.total);
        late.journal = Some(BOOKED);
        kit.desk.perform(&system(), SettleNow { bill: paid.bill.id, receipt: late }).await.unwrap();
        assert_eq!(credited(&kit, account::UNMATCHED_RECEIPTS).await, yuan("-815.28"));
        assert_eq!(credited(&kit, account::GATEWAY_IN_TRANSIT).await, Fen::ZERO);
    }

    /// An employer's work injury insurance stands in the month's summary before the pension does.
    async fn a_month_with_other_insurances_counts_when_it_is_paid(kit: Kit) {
        kit.set_today(day("2026-11-23"));
        flexible(&kit, "2026-01").await;
        let injury = injury_line(month("2026-01"));
        load(&kit, &[injury]).await;
        let paid = pay(&kit, "one", &["2026-01", "2026-02"]).await;
        let settled: Settled = settle(&kit, 1, &paid).await;
        assert_eq!(settled.counted, months(&["2026-01", "2026-02"]));
        assert_eq!(kit.number("select cast(sources as bigint) from contribution_month where fee_month = 202601").await, 2);
        let difference = contribution::verify::verify(&kit.desk.view()).await.unwrap().unwrap_err();
        assert!(difference.what.starts_with("unit of the fund injury"), "{difference}");
    }

    async fn what_is_held_goes_back_once(kit: Kit) {
        kit.set_today(day("2026-11-23"));
        flexible(&kit, "2026-01").await;
        let paid = pay(&kit, "one", &["2026-01"]).await;
        settle(&kit, 1, &paid).await;
        settle(&kit, 2, &paid).await;
        let second = receipt(2, paid.order.id, paid.bill.total);
        let asked = kit.desk.perform(&system(), AskRefund(second.id)).await.unwrap();
        assert_eq!(asked, yuan("815.28"));
        assert_eq!(kit.desk.perform(&system(), AskRefund(second.id)).await.unwrap(), Fen::ZERO);
        assert_eq!(kit.desk.perform(&system(), FailRefund(second.id)).await.unwrap(), 1);
        kit.desk.perform(&system(), AskRefund(second.id)).await.unwrap();
        assert_eq!(kit.desk.perform(&system(), BookRefund(second.id)).await.unwrap(), 1);
        assert_eq!(kit.desk.perform(&system(), BookRefund(second.id)).await.unwrap(), 0);
        let found = verified(&kit).await;
        assert_eq!(found.held, Fen::ZERO);
        let back = contribution::refundables(&kit.desk.view(), PERSON).await.unwrap();
        assert_eq!(back[0].state, RefundState::Refunded);
    }
}
