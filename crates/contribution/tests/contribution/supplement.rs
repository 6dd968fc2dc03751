//! Prepayment while the year's limits are not published, and the difference after.

use crate::fixture::*;
use contribution::{
    Agreement, AssessSupplement, BillKind, CancelBill, LineKind, PayBill, RefundReason, Supplemented, explain_bill,
    explain_line, supplements_due,
};
use kernel::Fen;
use testkit::Kit;

async fn assess(kit: &Kit, year: i32) -> Supplemented {
    kit.desk.perform(&system(), AssessSupplement { person: PERSON, year }).await.unwrap()
}

testkit::both_engines! {
    on SCHEMA;

    /// Early in 2026 the floor of 2025 (4007.00) holds; in July 60 % of the new average (4076.40).
    async fn months_prepaid_on_old_limits_are_settled_on_new_ones(kit: Kit) {
        kit.set_today(day("2026-03-02"));
        flexible(&kit, "2026-01").await;
        let prepaid = pay(&kit, "early", &["2026-01", "2026-02", "2026-03"]).await;
        assert_eq!(prepaid.bill.kind, BillKind::Prepayment);
        assert_eq!((prepaid.bill.months[0].base, prepaid.bill.total), (yuan("4007.00"), yuan("2404.20")));
        settle(&kit, 1, &prepaid).await;

        kit.set_today(day("2026-07-01"));
        let due = supplements_due(&kit.desk.view(), 2026, None, 100).await.unwrap();
        assert_eq!(due.len(), 1);
        assert_eq!((due[0].person, due[0].difference), (PERSON, yuan("41.64")));
        let bill = assess(&kit, 2026).await.bill.unwrap();
        assert_eq!((bill.kind, bill.total, bill.account), (BillKind::Supplement, yuan("41.64"), yuan("16.65")));
        assert!(supplements_due(&kit.desk.view(), 2026, None, 100).await.unwrap().is_empty());

        let paid = kit.desk.perform(&me(), PayBill { bill: bill.id }).await.unwrap();
        let settled = settle(&kit, 2, &paid).await;
        assert_eq!(settled.counted, months(&["2026-01", "2026-02", "2026-03"]));
        let history = contribution::history(&kit.desk.view(), PERSON).await.unwrap();
        let january = &history.years[0].months[0];
        assert_eq!(january.summary.pension_base, Some(yuan("4076.40")));
        assert_eq!(january.summary.pension_account, Some(yuan("326.11")));
        assert_eq!(history.totals.months, 3);
        assert_eq!(verified(&kit).await.lines, 6);
    }

    async fn every_figure_of_both_bills_is_explained(kit: Kit) {
        kit.set_today(day("2026-03-02"));
        flexible(&kit, "2026-01").await;
        let prepaid = pay(&kit, "early", &["2026-01"]).await;
        settle(&kit, 1, &prepaid).await;
        kit.set_today(day("2026-07-01"));
        let bill = assess(&kit, 2026).await.bill.unwrap();
        let view = kit.desk.view();
        for bill in [&prepaid.bill, &bill] {
            let months = explain_bill(&view, bill).unwrap();
            assert!(months.iter().all(|month| month.agreement == Agreement::Agrees && month.same_parameters));
        }
        let paid = kit.desk.perform(&me(), PayBill { bill: bill.id }).await.unwrap();
        settle(&kit, 2, &paid).await;
        for line in contribution::lines(&view, PERSON, month("2026-01")).await.unwrap() {
            let why = explain_line(&view, PERSON, line.id).await.unwrap();
            assert_eq!(why.agreement, Agreement::Agrees, "{:?}", line.kind);
            assert_eq!(why.limits_of, if line.kind == LineKind::Prepayment { month("2025-12") } else { month("2026-01") });
            assert_eq!(why.steps.last().unwrap().value, if line.kind == LineKind::Prepayment { "480.84" } else { "13.88" });
        }
    }

    /// From 2019-05 the average counts all kinds of employers and fell: what was prepaid too much is owed back.
    async fn where_limits_fell_the_money_is_owed_back(kit: Kit) {
        kit.set_today(day("2019-02-11"));
        flexible(&kit, "2019-01").await;
        let prepaid = pay(&kit, "early", &["2019-04", "2019-05"]).await;
        settle(&kit, 1, &prepaid).await;
        kit.set_today(day("2019-07-02"));
        let supplemented = assess(&kit, 2019).await;
        assert_eq!(supplemented.bill, None);
        assert_eq!((supplemented.credited, supplemented.credit), (months(&["2019-05"]), yuan("85.42")));
        let owed = contribution::refundables(&kit.desk.view(), PERSON).await.unwrap();
        assert_eq!((owed[0].reason, owed[0].amount), (RefundReason::LimitsFell, yuan("85.42")));
        let lines = contribution::lines(&kit.desk.view(), PERSON, month("2019-05")).await.unwrap();
        let base: Fen = lines.iter().filter_map(|line| line.pension).map(|pension| pension.base).sum();
        assert_eq!(base, yuan("2836.20"));
        let found = verified(&kit).await;
        assert_eq!((found.lines, found.held), (3, yuan("85.42")));
    }

    async fn a_difference_is_settled_once_though_two_bills_are_paid(kit: Kit) {
        kit.set_today(day("2026-03-02"));
        flexible(&kit, "2026-01").await;
        let prepaid = pay(&kit, "early", &["2026-01", "2026-02"]).await;
        settle(&kit, 1, &prepaid).await;
        kit.set_today(day("2026-07-01"));
        let first = assess(&kit, 2026).await.bill.unwrap();
        let first = kit.desk.perform(&me(), PayBill { bill: first.id }).await.unwrap();
        kit.desk.perform(&me(), CancelBill { bill: first.bill.id }).await.unwrap();
        let second = assess(&kit, 2026).await.bill.unwrap();
        let second = kit.desk.perform(&me(), PayBill { bill: second.id }).await.unwrap();
        let (one, other) = tokio::join!(settle(&kit, 2, &first), settle(&kit, 3, &second));
        assert_eq!(one.counted.len() + other.counted.len(), 2);
        assert_eq!(one.duplicate_amount + other.duplicate_amount, yuan("27.76"));
        verified(&kit).await;
    }
}
