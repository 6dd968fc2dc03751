//! Reports of money that are wrong, late, lost, doubled or too early: what is the platform's word counts once, whatever else
//! comes changes nothing, and what never came is asked for.

use crate::stand::{Stand, WANG};
use axum::http::StatusCode;
use control::{Actor, Channel, IdempotencyKey, Role};
use kernel::Month;
use outside::wechat_pay::{Faults, SealFault};
use payment::gateway::Visit;
use payment::{Attempt, AttemptId, GatewayKind};

const MONTHS: &str = "m=2026-03&m=2026-04";

async fn receipts(stand: &Stand) -> i64 {
    stand.kit.number("select count(*) from payment_receipt").await
}

async fn counted_months(stand: &Stand) -> i64 {
    stand.kit.number("select count(*) from contribution_line").await
}

testkit::both_engines! {
    on office::MIGRATIONS;

    /// Ten: five times two at the same moment.
    async fn ten_notices_are_one_payment(kit: Kit) {
        let stand = Stand::over(kit).await;
        let bill = stand.begun(&stand.signed_in(WANG).await, MONTHS, "wechat_pay").await;
        stand.world.wechat_pay.set_faults(Faults { notice_copies: 5, notice_together: 2, ..Faults::default() });
        let statuses = stand.confirm_at_cashier(&stand.number_of(&bill).await, "await").await;
        assert_eq!(statuses, [204; 10]);
        assert_eq!((receipts(&stand).await, counted_months(&stand).await), (1, 2));
        assert_eq!(stand.kit.number("select count(*) from ledger_journal").await, 1);
        assert_eq!(stand.kit.number("select count(*) from contribution_refundable").await, 0);
        stand.books_are_right().await;
    }

    async fn notices_at_the_same_moment_are_one_payment(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        stand.world.wechat_pay.set_faults(Faults { notice_together: 8, ..Faults::default() });
        for month in 1..=4 {
            let bill = stand.begun(&visitor, &format!("m=2026-{month:02}"), "wechat_pay").await;
            assert_eq!(stand.confirm_at_cashier(&stand.number_of(&bill).await, "await").await, [204; 8]);
            assert_eq!((receipts(&stand).await, counted_months(&stand).await), (month, month));
        }
        stand.books_are_right().await;
    }

    /// The platform tells of money under a number that stands nowhere yet: it is kept, two officers are told, and the order
    /// finds it once it is there.
    async fn a_notice_before_the_orders_commit_finds_its_order(kit: Kit) {
        let stand = Stand::over(kit).await;
        let clerk = stand.officer("clerk-1", &[Role::Clerk]).await;
        let visitor = stand.signed_in(WANG).await;
        let march = Month::new(2026, 3).unwrap();
        let key = IdempotencyKey::parse("early-notice").unwrap();
        let pay = contribution::Pay { key, person: stand.wang, months: vec![march], tier: contribution::Tier::percent(60) };
        let payable = stand.kit.desk.perform(&Actor::person(stand.wang, Channel::Web), pay).await.unwrap();
        let (bill, order) = (payable.bill.id, payable.order);
        let hall = stand.services.refund_notice_url.trim_end_matches("/refund").to_owned();
        let early = Attempt {
            id: AttemptId(order.id.uuid()),
            order: order.id,
            gateway: GatewayKind::WeChatPay,
            number: format!("{}W1", order.number),
            amount: order.amount,
            description: order.description.clone(),
            expires_at: order.expires_at,
            cashier: None,
        };
        let visit = Visit { return_url: &hall, notify_url: &hall, client_ip: "127.0.0.1" };
        stand.services.gateways.cashier(&early, visit).await.unwrap();
        assert_eq!(stand.confirm_at_cashier(&early.number, "await").await, [204], "it is kept, so it is taken");
        assert_eq!(stand.kit.number("select count(*) from payment_receipt where mismatch = 'unknown_number'").await, 1);
        assert_eq!(counted_months(&stand).await, 0);
        assert!(clerk.page("/counter/items").await.contains(&order.amount.to_string()), "two officers are told");
        stand.books_are_right().await;

        let sent = visitor.post(&format!("/bill/{bill}/pay"), &[("gateway", "wechat_pay")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER);
        assert_eq!(stand.number_of(&bill.to_string()).await, early.number);
        stand.world.later(&stand.kit, 16);
        office::watch_orders(&stand.kit.desk, &stand.services).await;
        assert!(visitor.page(&format!("/bill/{bill}")).await.contains("缴费成功"));
        assert_eq!((receipts(&stand).await, counted_months(&stand).await), (1, 1));
        stand.books_are_right().await;
    }

    /// What was kept as nobody's and has found its order since is not given back by an item that nobody has closed yet.
    async fn an_old_item_gives_nothing_back_that_counts_since(kit: Kit) {
        let stand = Stand::over(kit).await;
        let (clerk, reviewer) =
            (stand.officer("clerk-1", &[Role::Clerk]).await, stand.officer("reviewer-1", &[Role::Reviewer]).await);
        let visitor = stand.signed_in(WANG).await;
        let bill = stand.begun(&visitor, MONTHS, "wechat_pay").await;
        let number = stand.number_of(&bill).await;
        // As if the attempt were not there yet: the notice comes under a number that nobody knows.
        stand.kit.tamper(&format!("update payment_attempt set number = '{number}X' where number = '{number}'")).await;
        assert_eq!(stand.confirm_at_cashier(&number, "await").await, [204]);
        stand.kit.tamper(&format!("update payment_attempt set number = '{number}' where number = '{number}X'")).await;
        assert_eq!(stand.world.notify_again(&number).await, [204]);
        assert_eq!((receipts(&stand).await, counted_months(&stand).await), (1, 2));

        let items = clerk.page("/counter/items").await;
        let item = items.split("/counter/items/").nth(1).unwrap()[..36].to_owned();
        clerk.post(&format!("/counter/items/{item}/handle"), &[("decision", "refund")]).await;
        let reviewed = reviewer.post(&format!("/counter/items/{item}/review"), &[("confirmed", "yes")]).await;
        assert_eq!(reviewed.status, StatusCode::SEE_OTHER);
        assert_eq!(stand.kit.number("select count(*) from payment_refund").await, 0);
        stand.books_are_right().await;
    }

    async fn a_wrong_amount_pays_nothing_and_goes_to_two_officers(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        let bill = stand.begun(&visitor, MONTHS, "bank").await;
        stand.world.pay_at_bank(&stand.number_at(GatewayKind::Bank, &bill).await, Some("12.34")).await;
        let other = stand.begun(&visitor, "m=2026-05", "wechat_pay").await;
        stand.world.wechat_pay.set_faults(Faults { notice_amount: Some(1), ..Faults::default() });
        assert_eq!(stand.confirm_at_cashier(&stand.number_of(&other).await, "await").await, [204], "it is kept");
        for bill in [&bill, &other] {
            assert!(!visitor.page(&format!("/bill/{bill}")).await.contains("缴费成功"));
        }
        assert_eq!(stand.kit.number("select count(*) from payment_receipt where mismatch = 'wrong_amount'").await, 2);
        assert_eq!(counted_months(&stand).await, 0);
        let items = stand.officer("clerk-1", &[Role::Clerk]).await.page("/counter/items").await;
        assert!(items.contains("12.34") && items.contains("0.01"), "both are shown");
        stand.books_are_right().await;
    }

    async fn a_notice_that_is_not_the_platforms_changes_nothing(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        let bill = stand.begun(&visitor, MONTHS, "wechat_pay").await;
        let number = stand.number_of(&bill).await;
        stand.world.wechat_pay.set_faults(Faults { lose_notices: true, ..Faults::default() });
        stand.confirm_at_cashier(&number, "await").await;
        let sealed = |notice_signature| Faults { notice_signature, ..Faults::default() };
        let wrong = [
            ("forged", sealed(SealFault::Forged)),
            ("a probe", sealed(SealFault::Probe)),
            ("an unknown serial", sealed(SealFault::UnknownSerial)),
            ("no signature", sealed(SealFault::Missing)),
            ("stale", Faults { notice_stale_seconds: 301, ..Faults::default() }),
            ("of the future", Faults { notice_stale_seconds: -301, ..Faults::default() }),
            ("another merchant's", Faults { notice_mchid: Some("1900000009".to_owned()), ..Faults::default() }),
            ("another application's", Faults { notice_appid: Some("wx0".to_owned()), ..Faults::default() }),
        ];
        for (what, faults) in wrong {
            stand.world.wechat_pay.set_faults(faults);
            assert_eq!(stand.world.notify_again(&number).await, [401], "{what}");
        }
        let nonsense = visitor.post("/notice/wechat-pay", &[("a", "b")]).await;
        assert_eq!(nonsense.status, StatusCode::UNAUTHORIZED);
        assert!(nonsense.text().contains("\"FAIL\""));
        assert_eq!((receipts(&stand).await, counted_months(&stand).await), (0, 0));
        stand.world.wechat_pay.set_faults(Faults { notice_stale_seconds: 299, ..Faults::default() });
        assert_eq!(stand.world.notify_again(&number).await, [204], "the true one is taken all the same");
        assert_eq!((receipts(&stand).await, counted_months(&stand).await), (1, 2));
    }

    async fn a_lost_notice_is_found_by_whoever_looks(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        let bill = stand.begun(&visitor, MONTHS, "wechat_pay").await;
        stand.confirm_at_cashier(&stand.number_of(&bill).await, "none").await;
        assert!(visitor.page(&format!("/bill/{bill}")).await.contains("缴费成功"));
        assert_eq!((receipts(&stand).await, counted_months(&stand).await), (1, 2));
    }

    async fn a_lost_notice_is_found_by_the_worker_at_either_gateway(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        let (lost, unpaid) = (
            stand.begun(&visitor, MONTHS, "wechat_pay").await,
            stand.begun(&visitor, "m=2026-07", "wechat_pay").await,
        );
        let untold = stand.begun(&visitor, "m=2026-05", "bank").await;
        stand.confirm_at_cashier(&stand.number_of(&lost).await, "none").await;
        stand.world.pay_at_bank(&stand.number_at(GatewayKind::Bank, &untold).await, None).await;
        stand.world.later(&stand.kit, 14);
        office::watch_orders(&stand.kit.desk, &stand.services).await;
        assert_eq!(receipts(&stand).await, 0, "the notice may still come");
        stand.world.later(&stand.kit, 2);
        office::watch_orders(&stand.kit.desk, &stand.services).await;
        assert_eq!((receipts(&stand).await, counted_months(&stand).await), (2, 3));
        office::watch_orders(&stand.kit.desk, &stand.services).await;
        assert_eq!(receipts(&stand).await, 2, "found once");
        assert!(visitor.page(&format!("/bill/{unpaid}")).await.contains("等待付款结果"));
        stand.books_are_right().await;
    }

    /// A transfer without a note of ours is money all the same: the day's files tell of it, and two officers are asked.
    async fn a_transfer_that_names_no_order_is_kept_when_the_day_is_closed(kit: Kit) {
        let stand = Stand::over(kit).await;
        let accountant = stand.officer("books-1", &[Role::Accountant]).await;
        stand.world.pay_at_bank("SK20261123000001", Some("56.78")).await;
        let close = [("on", "2026-11-23"), ("gateway", "bank")];
        for _ in 0..2 {
            assert_eq!(accountant.post("/counter/books/close", &close).await.status, StatusCode::OK);
        }
        assert_eq!(stand.kit.number("select count(*) from payment_receipt where mismatch = 'unknown_number'").await, 1);
        assert_eq!(stand.kit.number("select differences from payment_day").await, 0);
        let items = stand.officer("clerk-1", &[Role::Clerk]).await.page("/counter/items").await;
        assert!(items.contains("56.78"), "two officers are asked");
        stand.books_are_right().await;
    }

    async fn an_order_that_nobody_pays_is_closed_here_and_at_the_gateways(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        let bill = stand.begun(&visitor, MONTHS, "wechat_pay").await;
        visitor.post(&format!("/bill/{bill}/pay"), &[("gateway", "bank")]).await;
        stand.world.later(&stand.kit, 35 * 60);
        for _ in 0..2 {
            office::watch_orders(&stand.kit.desk, &stand.services).await;
        }
        assert_eq!(stand.kit.number("select count(*) from payment_order where state = 'closed'").await, 1);
        assert_eq!(stand.kit.number("select count(*) from payment_attempt where state = 'open'").await, 0);
        for attempt in stand.attempts(&bill).await {
            let page = reqwest::get(attempt.cashier.unwrap()).await.unwrap().text().await.unwrap();
            let closed = ["已关闭", "已过期", "已取消"].into_iter().any(|word| page.contains(word));
            assert!(closed, "{:?}: {page}", attempt.gateway);
        }
    }
}
