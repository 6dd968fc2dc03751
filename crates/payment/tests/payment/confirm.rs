//! Money as it comes: once, ten times, twice at once, too early, too much, for nothing; and back again.

use crate::stand::{GiveBack, MatchAgain, Settle, attempt, machinery, money, order, person, settle};
use control::{Actor, Channel, Declined};
use kernel::{Fen, OrderId};
use payment::{
    CloseError, CloseOrder, Confirmed, EndAttempt, GatewayKind, Mismatch, RecordCashier, RecordRefund, RefundError,
    RefundOutcome, RefundState, Standing, StartAttempt, StartError, State, TidyAttempts,
};
use testkit::{Kit, both_engines};
use uuid::Uuid;

fn payer() -> Actor {
    Actor::person(person(), Channel::Web)
}

async fn state(kit: &Kit, order: OrderId) -> State {
    payment::order(&kit.desk.view(), order).await.unwrap().unwrap().state
}

both_engines! {
    on [payment::MIGRATIONS];

    async fn the_same_notice_ten_times_is_one_receipt(kit: Kit) {
        let order = order(&kit, 78411).await;
        let attempt = attempt(&kit, order.id, GatewayKind::WeChatPay).await;
        let Confirmed::First { order: paid, receipt } = settle(&kit, money(&kit, &attempt.number, "T1", 78411)).await else {
            panic!("first")
        };
        assert_eq!((receipt.standing, receipt.order), (Standing::Counted, Some(order.id)));
        assert_eq!(paid.state, State::Paid { receipt: receipt.id });
        assert_eq!(state(&kit, order.id).await, paid.state);
        for _ in 0..9 {
            let again = settle(&kit, money(&kit, &attempt.number, "T1", 78411)).await;
            assert_eq!(again, Confirmed::Repeat { receipt: receipt.clone() });
        }
        assert_eq!(kit.number("select count(*) from payment_receipt").await, 1);
    }

    async fn two_notices_at_once_are_one_receipt(kit: Kit) {
        for round in 0..5 {
            let order = order(&kit, 100).await;
            let number = attempt(&kit, order.id, GatewayKind::WeChatPay).await.number;
            let other = kit.another_desk().await;
            let transaction = format!("T{round}");
            let (actor, one, two) = (machinery(), money(&kit, &number, &transaction, 100), money(&kit, &number, &transaction, 100));
            let (one, two) = tokio::join!(kit.desk.perform(&actor, Settle(one)), other.perform(&actor, Settle(two)));
            let both = [one.unwrap(), two.unwrap()];
            assert_eq!(both.iter().filter(|c| matches!(c, Confirmed::First { .. })).count(), 1, "{both:?}");
            assert_eq!(both.iter().filter(|c| matches!(c, Confirmed::Repeat { .. })).count(), 1, "{both:?}");
        }
    }

    async fn two_transactions_at_once_are_one_payment_and_one_duplicate(kit: Kit) {
        for round in 0..5 {
            let order = order(&kit, 100).await;
            let number = attempt(&kit, order.id, GatewayKind::WeChatPay).await.number;
            let other = kit.another_desk().await;
            let (actor, one, two) = (
                machinery(),
                money(&kit, &number, &format!("A{round}"), 100),
                money(&kit, &number, &format!("B{round}"), 100),
            );
            let (one, two) = tokio::join!(kit.desk.perform(&actor, Settle(one)), other.perform(&actor, Settle(two)));
            let both = [one.unwrap(), two.unwrap()];
            assert_eq!(both.iter().filter(|c| matches!(c, Confirmed::First { .. })).count(), 1, "{both:?}");
            assert_eq!(both.iter().filter(|c| matches!(c, Confirmed::Surplus { .. })).count(), 1, "{both:?}");
            let receipts = payment::receipts_of(&kit.desk.view(), order.id).await.unwrap();
            assert_eq!(receipts.iter().filter(|r| r.standing == Standing::Counted).count(), 1);
        }
    }

    async fn a_notice_before_its_attempt_finds_it_later(kit: Kit) {
        let order = order(&kit, 100).await;
        let number = format!("{}W1", order.number);
        let early = settle(&kit, money(&kit, &number, "T1", 100)).await;
        let Confirmed::Unmatched { receipt, why: Mismatch::UnknownNumber } = early else { panic!("{early:?}") };
        assert_eq!(payment::unmatched(&kit.desk.view(), 10).await.unwrap().len(), 1);
        let still = kit.desk.perform(&machinery(), MatchAgain(receipt.id)).await.unwrap().unwrap();
        assert!(matches!(still, Confirmed::Repeat { .. }));

        assert_eq!(attempt(&kit, order.id, GatewayKind::WeChatPay).await.number, number);
        let again = settle(&kit, money(&kit, &number, "T1", 100)).await;
        let Confirmed::First { order: paid, receipt: counted } = again else { panic!("{again:?}") };
        assert_eq!((counted.id, counted.standing, counted.mismatch), (receipt.id, Standing::Counted, None));
        assert_eq!(state(&kit, order.id).await, paid.state);
        assert!(matches!(settle(&kit, money(&kit, &number, "T1", 100)).await, Confirmed::Repeat { .. }));
    }

    async fn a_stored_receipt_is_matched_without_the_gateway(kit: Kit) {
        let order = order(&kit, 100).await;
        let number = format!("{}W1", order.number);
        let early = settle(&kit, money(&kit, &number, "T1", 100)).await;
        let Confirmed::Unmatched { receipt, .. } = early else { panic!("{early:?}") };
        attempt(&kit, order.id, GatewayKind::WeChatPay).await;
        settle(&kit, money(&kit, &number, "T2", 100)).await;
        let found = kit.desk.perform(&machinery(), MatchAgain(receipt.id)).await.unwrap().unwrap();
        let Confirmed::Surplus { receipt, .. } = found else { panic!("{found:?}") };
        assert_eq!(receipt.standing, Standing::Duplicate);
    }

    async fn a_wrong_amount_pays_nothing_and_is_kept(kit: Kit) {
        let order = order(&kit, 100).await;
        let number = attempt(&kit, order.id, GatewayKind::WeChatPay).await.number;
        let found = settle(&kit, money(&kit, &number, "T1", 99)).await;
        let Confirmed::Unmatched { receipt, why } = found else { panic!("{found:?}") };
        assert_eq!((why, receipt.order, receipt.amount), (Mismatch::WrongAmount, Some(order.id), Fen::new(99)));
        assert_eq!(state(&kit, order.id).await, State::Open);
        assert!(matches!(settle(&kit, money(&kit, &number, "T1", 99)).await, Confirmed::Repeat { .. }));
        let matched = kit.desk.perform(&machinery(), MatchAgain(receipt.id)).await.unwrap().unwrap();
        assert!(matches!(matched, Confirmed::Repeat { .. }));
    }

    async fn a_number_of_another_gateway_pays_nothing(kit: Kit) {
        let order = order(&kit, 100).await;
        let number = attempt(&kit, order.id, GatewayKind::Bank).await.number;
        let found = settle(&kit, money(&kit, &number, "T1", 100)).await;
        assert!(matches!(found, Confirmed::Unmatched { why: Mismatch::WrongMerchant, .. }), "{found:?}");
        assert_eq!(state(&kit, order.id).await, State::Open);
    }

    async fn a_closed_order_takes_no_attempt_and_still_takes_money(kit: Kit) {
        let order = order(&kit, 100).await;
        let number = attempt(&kit, order.id, GatewayKind::WeChatPay).await.number;
        kit.desk.perform(&machinery(), CloseOrder { order: order.id }).await.unwrap();
        kit.desk.perform(&machinery(), CloseOrder { order: order.id }).await.unwrap();
        let start = StartAttempt { order: order.id, gateway: GatewayKind::WeChatPay };
        assert!(matches!(kit.desk.perform(&payer(), start).await, Err(Declined::Refused(StartError::Closed))));
        assert!(matches!(settle(&kit, money(&kit, &number, "T1", 100)).await, Confirmed::First { .. }));
        let closing = kit.desk.perform(&machinery(), CloseOrder { order: order.id }).await;
        assert!(matches!(closing, Err(Declined::Refused(CloseError::Paid))));
    }

    async fn an_attempt_is_refused_in_order_of_precedence(kit: Kit) {
        let start = |order| StartAttempt { order, gateway: GatewayKind::WeChatPay };
        let unknown = OrderId(Uuid::from_u128(1));
        assert!(matches!(kit.desk.perform(&payer(), start(unknown)).await, Err(Declined::Refused(StartError::NotFound))));
        let order = order(&kit, 100).await;
        let stranger = Actor::person(kernel::PersonId(Uuid::from_u128(8)), Channel::Web);
        assert!(matches!(kit.desk.perform(&stranger, start(order.id)).await, Err(Declined::Denied)));
        let first = attempt(&kit, order.id, GatewayKind::WeChatPay).await;
        assert_eq!(attempt(&kit, order.id, GatewayKind::WeChatPay).await, first, "the open one again");
        kit.desk.perform(&machinery(), EndAttempt { attempt: first.id }).await.unwrap();
        assert_eq!(attempt(&kit, order.id, GatewayKind::WeChatPay).await.number, format!("{}W2", order.number));
        kit.clock.set(order.expires_at);
        assert!(matches!(kit.desk.perform(&payer(), start(order.id)).await, Err(Declined::Refused(StartError::Expired(_)))));
        settle(&kit, money(&kit, &first.number, "T1", 100)).await;
        assert!(matches!(kit.desk.perform(&payer(), start(order.id)).await, Err(Declined::Refused(StartError::Paid))));
    }

    async fn silent_expired_and_left_over_attempts_are_found(kit: Kit) {
        let minutes = chrono::TimeDelta::minutes;
        let order = order(&kit, 100).await;
        let wechat = attempt(&kit, order.id, GatewayKind::WeChatPay).await;
        let bank = attempt(&kit, order.id, GatewayKind::Bank).await;
        let url = "http://127.0.0.1:9/cashier".to_owned();
        kit.desk.perform(&machinery(), RecordCashier { attempt: wechat.id, url: url.clone() }).await.unwrap();
        assert_eq!(payment::attempt(&kit.desk.view(), wechat.id).await.unwrap().unwrap().cashier, Some(url));
        assert!(payment::orders_without_word(&kit.desk.view(), minutes(1), 10).await.unwrap().is_empty());
        kit.clock.set(order.opened_at + minutes(2));
        assert_eq!(payment::orders_without_word(&kit.desk.view(), minutes(1), 10).await.unwrap().len(), 2);
        assert!(payment::expired(&kit.desk.view(), 10).await.unwrap().is_empty());

        settle(&kit, money(&kit, &wechat.number, "T1", 100)).await;
        let left = payment::attempts_to_close(&kit.desk.view(), 10).await.unwrap();
        assert_eq!(left.iter().map(|attempt| attempt.id).collect::<Vec<_>>(), [bank.id]);
        assert_eq!(kit.desk.perform(&machinery(), TidyAttempts).await.unwrap(), 1);
        kit.desk.perform(&machinery(), EndAttempt { attempt: bank.id }).await.unwrap();
        assert!(payment::attempts_to_close(&kit.desk.view(), 10).await.unwrap().is_empty());

        let late = crate::stand::order(&kit, 100).await;
        kit.clock.set(late.expires_at);
        assert_eq!(payment::expired(&kit.desk.view(), 10).await.unwrap(), [late]);
    }

    /// Five attempts without word and room for two a round: within three seconds each had its turn.
    async fn in_a_crowd_each_is_asked_after_in_its_turn(kit: Kit) {
        let mut silent = std::collections::BTreeSet::new();
        let mut opened = kit.desk.now();
        for _ in 0..5 {
            let order = order(&kit, 100).await;
            opened = order.opened_at;
            silent.insert(attempt(&kit, order.id, GatewayKind::WeChatPay).await.number);
        }
        let mut asked = std::collections::BTreeSet::new();
        for second in 0..3 {
            kit.clock.set(opened + chrono::TimeDelta::seconds(120 + second));
            let round = payment::orders_without_word(&kit.desk.view(), chrono::TimeDelta::minutes(1), 2).await.unwrap();
            assert!(round.len() <= 2);
            asked.extend(round.into_iter().map(|attempt| attempt.number));
        }
        assert_eq!(asked, silent);
    }

    async fn never_more_goes_back_than_came(kit: Kit) {
        let order = order(&kit, 100).await;
        let number = attempt(&kit, order.id, GatewayKind::WeChatPay).await.number;
        let Confirmed::First { receipt, .. } = settle(&kit, money(&kit, &number, "T1", 100)).await else { panic!() };
        let actor = machinery();
        let give = |fen| kit.desk.perform(&actor, GiveBack(receipt.id, fen));
        let first = give(60).await.unwrap();
        assert!(matches!(give(0).await, Err(Declined::Refused(RefundError::NotPositive))));
        let refused = give(41).await;
        let Err(Declined::Refused(RefundError::TooMuch { left })) = refused else { panic!("{refused:?}") };
        assert_eq!(left, Fen::new(40));
        let nothing = GiveBack(payment::ReceiptId(Uuid::from_u128(1)), 1);
        assert!(matches!(kit.desk.perform(&machinery(), nothing).await, Err(Declined::Refused(RefundError::NotFound))));
        let (one, two) = tokio::join!(give(40), give(40));
        assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|done| **done).count(), 1);
        assert_eq!(kit.number("select count(*) from control_job where kind = 'payment.refund'").await, 2);

        // What failed may be asked for again; what is done may not fail any more.
        let failed = RecordRefund { refund: first.id, outcome: RefundOutcome::Failed("ABNORMAL".to_owned()) };
        assert_eq!(kit.desk.perform(&machinery(), failed).await.unwrap().state, RefundState::Failed);
        assert_eq!(kit.number("select count(*) from control_work_item where kind = 'refund_failed'").await, 1);
        let second = give(60).await.unwrap();
        let done = |at| RecordRefund { refund: second.id, outcome: RefundOutcome::Done(at) };
        let at = kit.desk.now();
        assert_eq!(kit.desk.perform(&machinery(), done(at)).await.unwrap().done_at, Some(at));
        kit.desk.perform(&machinery(), done(at)).await.unwrap();
        let fails = RecordRefund { refund: second.id, outcome: RefundOutcome::Failed("CLOSED".to_owned()) };
        let refused = kit.desk.perform(&machinery(), fails).await;
        assert!(matches!(refused, Err(Declined::Refused(RefundError::Ended(RefundState::Done)))));
    }
}
