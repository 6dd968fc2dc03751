//! The same months paid twice, from two devices or through two gateways: one payment counts, the other is flagged, shown to the
//! person and to the clerk, and goes back once two officers have agreed.

use crate::stand::{Stand, WANG};
use crate::visitor::Visitor;
use axum::http::StatusCode;
use control::Role;
use payment::GatewayKind;

const MONTHS: &str = "m=2026-03&m=2026-04";
const MONTHS_PAID: i64 = 2;

/// One payment of the two counts; the other's months are held, and everybody concerned is told.
async fn one_counts_and_the_other_is_flagged(stand: &Stand, visitor: &Visitor) {
    let number = async |query| stand.kit.number(query).await;
    assert_eq!(number("select count(*) from payment_receipt").await, 2, "money is never refused");
    assert_eq!(number("select count(*) from contribution_line").await, MONTHS_PAID);
    assert_eq!(number("select count(*) from contribution_refundable where state = 'held'").await, MONTHS_PAID);
    let held = number("select count(distinct receipt_id) from contribution_refundable").await;
    assert_eq!((held, number("select count(*) from control_work_item").await), (1, 1));
    assert!(visitor.page("/home").await.contains("待退还给您"), "the person sees it at home");
    assert!(visitor.page("/history").await.contains("已保管，待核对"), "in the history");
    assert!(visitor.page("/messages").await.contains("多付的"), "and in the inbox");
    stand.books_are_right().await;
}

/// Handled by a clerk, reviewed by another officer, carried out by the worker.
async fn two_officers_give_back(stand: &Stand) {
    two_officers_agree(stand).await;
    the_worker_carries_it_out(stand).await;
}

async fn two_officers_agree(stand: &Stand) {
    let clerk = stand.officer("clerk-1", &[Role::Clerk]).await;
    let reviewer = stand.officer("reviewer-1", &[Role::Reviewer]).await;
    let items = clerk.page("/counter/items").await;
    let item = items.split("/counter/items/").nth(1).unwrap()[..36].to_owned();
    let (handle, review) = (format!("/counter/items/{item}/handle"), format!("/counter/items/{item}/review"));
    let early = reviewer.post(&review, &[("confirmed", "yes")]).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "nothing is reviewed before it is handled");
    let alone = reviewer.post(&handle, &[("decision", "refund")]).await;
    assert_eq!(alone.status, StatusCode::NOT_FOUND, "a reviewer handles nothing");
    let odd = clerk.post(&handle, &[("decision", "burn")]).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(clerk.post(&handle, &[("decision", "refund")]).await.status, StatusCode::SEE_OTHER);
    let own = clerk.post(&review, &[("confirmed", "yes")]).await;
    assert_eq!(own.status, StatusCode::NOT_FOUND, "a clerk reviews nothing");
    assert_eq!(stand.kit.number("select count(*) from payment_refund").await, 0);
    assert!(reviewer.page("/counter/items").await.contains("原路退回"));
    let reviewed = reviewer.post(&review, &[("confirmed", "yes")]).await;
    assert_eq!(reviewed.status, StatusCode::SEE_OTHER, "{}", reviewed.text());
}

async fn the_worker_carries_it_out(stand: &Stand) {
    let mut tries = 0;
    while stand.kit.number("select count(*) from payment_refund where state = 'done'").await == 0 {
        assert!(tries < 5, "{:?}", stand.run_jobs().await);
        stand.run_jobs().await;
        // The bank closes its batch, and the worker asks again.
        stand.world.bank.cut(kernel::business_date(stand.kit.desk.now()));
        stand.world.later(&stand.kit, 60);
        tries += 1;
    }
}

async fn is_given_back(stand: &Stand, visitor: &Visitor) {
    let number = async |query| stand.kit.number(query).await;
    assert_eq!(number("select count(*) from contribution_refundable where state = 'refunded'").await, MONTHS_PAID);
    let gone = number("select cast(sum(amount) as bigint) from payment_refund where state = 'done'").await;
    assert_eq!(gone, number("select cast(sum(amount) as bigint) from contribution_refundable").await);
    assert_eq!(number("select count(*) from contribution_line").await, MONTHS_PAID, "what counts still counts");
    assert!(visitor.page("/history").await.contains("已退回"));
    assert!(!visitor.page("/home").await.contains("待退还给您"));
    assert!(visitor.page("/messages").await.contains("已原路退回"), "the person is told");
    stand.run_jobs().await;
    assert_eq!(number("select count(*) from payment_refund").await, 1, "once");
    stand.books_are_right().await;
}

testkit::both_engines! {
    on office::MIGRATIONS;

    async fn the_same_months_from_two_devices_at_once(kit: Kit) {
        let stand = Stand::over(kit).await;
        let (phone, computer) = (stand.signed_in(WANG).await, stand.signed_in(WANG).await);
        let (one, two) = tokio::join!(
            stand.begun(&phone, MONTHS, "wechat_pay"),
            stand.begun(&computer, MONTHS, "wechat_pay")
        );
        assert_ne!(one, two, "each device has a bill of its own");
        let (first, second) = (stand.number_of(&one).await, stand.number_of(&two).await);
        let (first, second) =
            tokio::join!(stand.confirm_at_cashier(&first, "await"), stand.confirm_at_cashier(&second, "await"));
        assert_eq!((first, second), (vec![204], vec![204]));
        one_counts_and_the_other_is_flagged(&stand, &computer).await;
        two_officers_give_back(&stand).await;
        is_given_back(&stand, &phone).await;
    }

    /// WeChat's notice and the question to the bank meet at the same moment.
    async fn one_bill_through_two_gateways_at_once(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        let bill = stand.begun(&visitor, MONTHS, "wechat_pay").await;
        visitor.post(&format!("/bill/{bill}/pay"), &[("gateway", "bank")]).await;
        let (wechat, bank) = (stand.number_of(&bill).await, stand.number_at(GatewayKind::Bank, &bill).await);
        stand.world.pay_at_wechat(&wechat, "none").await;
        stand.world.pay_at_bank(&bank, None).await;
        let asked = office::ask_gateway(&stand.kit.desk, &stand.services, GatewayKind::Bank, &bank);
        let (told, asked) = tokio::join!(stand.world.notify_again(&wechat), asked);
        assert!(told == [204] && asked.unwrap().is_some());
        assert_eq!(stand.kit.number("select count(*) from payment_receipt where standing = 'counted'").await, 1);
        assert!(visitor.page(&format!("/bill/{bill}")).await.contains("待退还的款项"), "the bill's own page says so");
        one_counts_and_the_other_is_flagged(&stand, &visitor).await;
    }

    async fn what_came_second_through_wechat_goes_back_there(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        let bill = stand.begun(&visitor, MONTHS, "bank").await;
        visitor.post(&format!("/bill/{bill}/pay"), &[("gateway", "wechat_pay")]).await;
        let (wechat, bank) = (stand.number_of(&bill).await, stand.number_at(GatewayKind::Bank, &bill).await);
        stand.world.pay_at_bank(&bank, None).await;
        stand.world.pay_at_wechat(&wechat, "none").await;
        let asked = office::ask_gateway(&stand.kit.desk, &stand.services, GatewayKind::Bank, &bank).await;
        assert!(asked.unwrap().is_some());
        assert_eq!(stand.world.notify_again(&wechat).await, [204]);
        one_counts_and_the_other_is_flagged(&stand, &visitor).await;
        two_officers_give_back(&stand).await;
        is_given_back(&stand, &visitor).await;
    }

    /// A bank says where a transfer came from only in its files: they are asked before the money goes back.
    async fn what_came_second_through_the_bank_goes_back_to_the_account_it_came_from(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        let bill = stand.begun(&visitor, MONTHS, "wechat_pay").await;
        visitor.post(&format!("/bill/{bill}/pay"), &[("gateway", "bank")]).await;
        assert_eq!(stand.confirm_at_cashier(&stand.number_of(&bill).await, "await").await, [204]);
        let number = stand.number_at(GatewayKind::Bank, &bill).await;
        stand.world.pay_at_bank(&number, None).await;
        let asked = office::ask_gateway(&stand.kit.desk, &stand.services, GatewayKind::Bank, &number).await;
        assert!(asked.unwrap().is_some());
        one_counts_and_the_other_is_flagged(&stand, &visitor).await;
        two_officers_give_back(&stand).await;
        is_given_back(&stand, &visitor).await;
        let payouts = stand.world.bank_payouts().await;
        assert_eq!(payouts.len(), 1);
        assert_eq!(payouts[0]["account"], "6222000000000000077", "{payouts:?}");
    }

    /// A bank that never closes its batch: after a day's tries the refund comes back to the officers, and once they agree goes on
    /// under its own number, so that the money goes back once.
    async fn a_refund_without_an_answer_comes_back_to_the_officers(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        let bill = stand.begun(&visitor, MONTHS, "wechat_pay").await;
        visitor.post(&format!("/bill/{bill}/pay"), &[("gateway", "bank")]).await;
        assert_eq!(stand.confirm_at_cashier(&stand.number_of(&bill).await, "await").await, [204]);
        let number = stand.number_at(GatewayKind::Bank, &bill).await;
        stand.world.pay_at_bank(&number, None).await;
        office::ask_gateway(&stand.kit.desk, &stand.services, GatewayKind::Bank, &number).await.unwrap();
        two_officers_agree(&stand).await;
        let asked_on = kernel::business_date(stand.kit.desk.now());
        let stuck = "select count(*) from control_work_item where kind = 'refund_stuck'";
        for tried in 0..control::job::ATTEMPTS_MAX {
            assert_eq!(stand.kit.number(stuck).await, 0, "after {tried} tries");
            stand.run_jobs().await;
            stand.world.later(&stand.kit, 3600);
        }
        assert_eq!(stand.kit.number(stuck).await, 1);
        assert_eq!(stand.run_jobs().await, Vec::<String>::new(), "given up");
        let clerk = stand.officer("clerk-2", &[Role::Clerk]).await;
        let reviewer = stand.officer("reviewer-2", &[Role::Reviewer]).await;
        let items = clerk.page("/counter/items").await;
        assert!(items.contains("退款长时间没有回应"));
        let item = items.split("/counter/items/").nth(1).unwrap()[..36].to_owned();
        clerk.post(&format!("/counter/items/{item}/handle"), &[("decision", "refund")]).await;
        reviewer.post(&format!("/counter/items/{item}/review"), &[("confirmed", "yes")]).await;
        stand.world.bank.cut(asked_on);
        the_worker_carries_it_out(&stand).await;
        assert_eq!(stand.kit.number("select count(*) from payment_refund").await, 1);
        assert_eq!(stand.world.bank_payouts().await.len(), 1, "once");
        stand.books_are_right().await;
    }
}
