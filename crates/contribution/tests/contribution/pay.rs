//! Quoting and paying: months become a bill and an order.

use crate::fixture::*;
use contribution::{BillKind, PayBill, Standing, State, calendar, menu, quote};

testkit::both_engines! {
    on SCHEMA;

    /// 2026: 60 % of 81528 / 12 is 4076.40, above the floor of 4076; 20 % of it, 8 % to the account.
    async fn a_quote_adds_up_and_says_why(kit: Kit) {
        kit.set_today(day("2026-11-23"));
        flexible(&kit, "2026-01").await;
        let view = kit.desk.view();
        let quote = quote(&view, PERSON, &months(&["2026-12", "2026-03"]), FLOOR).await.unwrap();
        assert_eq!(quote.kind, BillKind::Normal);
        assert_eq!(quote.months.iter().map(|m| m.month).collect::<Vec<_>>(), months(&["2026-03", "2026-12"]));
        let first = &quote.months[0];
        assert_eq!((first.base, first.total), (yuan("4076.40"), yuan("815.28")));
        assert_eq!((first.account, first.pooled), (yuan("326.11"), yuan("489.17")));
        assert_eq!((quote.total, quote.account, quote.pooled), (yuan("1630.56"), yuan("652.22"), yuan("978.34")));
        assert!(first.steps.iter().any(|step| step.value == "815.28" && !step.sources.is_empty()));
        assert_eq!(quote.policy_hash.len(), 64);
        let menu = menu(&view, 2026).unwrap();
        assert_eq!(menu.tiers[0].assessment.total, yuan("815.28"));
    }

    async fn the_calendar_tells_each_month_apart(kit: Kit) {
        kit.set_today(day("2026-11-23"));
        flexible(&kit, "2026-04").await;
        employed(&kit, "2025-06", "2026-02").await;
        let paid = pay(&kit, "first", &["2026-05"]).await;
        settle(&kit, 1, &paid).await;
        let states = calendar(&kit.desk.view(), PERSON, 2026).await.unwrap();
        let standing: Vec<Standing> = states.into_iter().map(|state| state.standing).collect();
        let employer = Standing::InsuredByEmployer("邯郸市虚构机械有限公司".to_owned());
        assert_eq!(standing[0], employer);
        assert_eq!(standing[1], employer);
        assert_eq!(standing[2], Standing::NotInsured);
        assert_eq!(standing[3], Standing::Due);
        assert_eq!(standing[4], Standing::Paid);
        assert_eq!(standing[10], Standing::Due);
        assert_eq!(standing[11], Standing::Prepayable);
        let last = calendar(&kit.desk.view(), PERSON, 2025).await.unwrap();
        assert_eq!(last[0].standing, Standing::Closed);
        assert_eq!(last[6].standing, employer);
        let next = calendar(&kit.desk.view(), PERSON, 2027).await.unwrap();
        assert!(next.iter().all(|state| state.standing == Standing::Closed));
    }

    async fn paying_makes_a_bill_and_an_order(kit: Kit) {
        kit.set_today(day("2026-11-23"));
        flexible(&kit, "2026-01").await;
        let paid = pay(&kit, "one", &["2026-01", "2026-02"]).await;
        assert_eq!(paid.bill.state, State::Paying { order: paid.order.id });
        assert_eq!((paid.order.amount, paid.bill.total), (yuan("1630.56"), yuan("1630.56")));
        assert_eq!(paid.order.purpose, payment::Purpose::Contribution(paid.bill.id));
        assert_eq!(bill(&kit, paid.bill.id).await, paid.bill);
        assert_eq!(contribution::open_bills(&kit.desk.view(), PERSON).await.unwrap(), vec![paid.bill]);
    }

    async fn the_same_key_finds_the_same_bill(kit: Kit) {
        kit.set_today(day("2026-11-23"));
        flexible(&kit, "2026-01").await;
        let first = pay(&kit, "again", &["2026-01"]).await;
        let second = pay(&kit, "again", &["2026-01"]).await;
        assert_eq!((first.bill.id, first.order.id), (second.bill.id, second.order.id));
        assert_eq!(kit.number("select count(*) from contribution_bill").await, 1);
    }

    async fn a_bill_is_paid_by_its_open_order_and_by_a_new_one_once_that_ran_out(kit: Kit) {
        kit.set_today(day("2026-11-23"));
        flexible(&kit, "2026-01").await;
        let first = pay(&kit, "one", &["2026-01"]).await;
        let again = kit.desk.perform(&me(), PayBill { bill: first.bill.id }).await.unwrap();
        assert_eq!(again.order.id, first.order.id);
        kit.set_today(day("2026-11-24"));
        let later = kit.desk.perform(&me(), PayBill { bill: first.bill.id }).await.unwrap();
        assert_ne!(later.order.id, first.order.id);
        assert_eq!(bill(&kit, first.bill.id).await.state, State::Paying { order: later.order.id });
    }

    async fn another_persons_bill_is_not_found(kit: Kit) {
        kit.set_today(day("2026-11-23"));
        flexible(&kit, "2026-01").await;
        let paid = pay(&kit, "one", &["2026-01"]).await;
        let stranger = kernel::PersonId(uuid::Uuid::from_u128(9));
        let stranger = control::Actor::person(stranger, control::Channel::Web);
        assert_eq!(refused(kit.desk.perform(&stranger, PayBill { bill: paid.bill.id }).await), "denied");
        let cancel = contribution::CancelBill { bill: paid.bill.id };
        assert_eq!(refused(kit.desk.perform(&stranger, cancel).await), "denied");
    }
}
