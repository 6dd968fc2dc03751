//! Paying, from the months to the voucher, and each way in which it does not go well.

use crate::stand::{LI, Stand, WANG};
use crate::visitor::{Answer, Visitor, bill_of, hidden};
use axum::http::StatusCode;
use outside::wechat_pay::Faults;

const CHECK: &str = "/pay/check?m=2026-03&m=2026-04&tier=60&gateway=wechat_pay";

/// From the check page to the cashier: the bill's id.
async fn begun(visitor: &Visitor) -> String {
    let check = visitor.page(CHECK).await;
    let key = hidden(&check, "key");
    let answer = sent(visitor, &key, "60").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    bill_of(&answer.to())
}

async fn sent(visitor: &Visitor, key: &str, tier: &str) -> Answer {
    let form = [("key", key), ("m", "2026-03"), ("m", "2026-04"), ("tier", tier), ("gateway", "wechat_pay")];
    visitor.post("/pay", &form).await
}

testkit::both_engines! {
    on office::MIGRATIONS;

    async fn somebody_pays_two_months_and_holds_a_voucher(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        let choose = visitor.page("/pay").await;
        assert_eq!(choose.matches(" checked").count(), 11 + 2, "eleven months are due; a tier and a way are chosen");
        let sum = visitor.get("/pay/quote?m=2026-03&tier=100&gateway=wechat_pay").await.text();
        assert!(sum.contains("id=\"quote\"") && !sum.contains("<html"), "only the sum is replaced");

        let bill = begun(&visitor).await;
        let waiting = visitor.page(&format!("/bill/{bill}")).await;
        assert!(waiting.contains("等待付款结果"));
        let number = stand.number_of(&bill).await;
        assert_eq!(stand.confirm_at_cashier(&number, "await").await, [204]);

        let paid = visitor.page(&format!("/bill/{bill}")).await;
        assert!(paid.contains("缴费成功"));
        let home = visitor.page("/home").await;
        assert!(home.contains("2 个月"));
        let voucher = visitor.post(&format!("/bill/{bill}/voucher"), &[]).await;
        assert!(voucher.to().starts_with("/records/"), "{}", voucher.text());
        visitor.page(&voucher.to()).await;
        let file = visitor.get(&format!("{}/file", voucher.to())).await;
        assert!(file.bytes.starts_with(b"%PDF-"));
        let again = visitor.post(&format!("/bill/{bill}/voucher"), &[]).await;
        assert_eq!(again.to(), voucher.to(), "a voucher is issued once");
        let signature = visitor.get(&format!("{}/signature", voucher.to())).await;
        let trusted = visitor.get("/records/certificate").await.text();
        assert!(record::verify(&file.bytes, &signature.bytes, &trusted).is_ok());
    }

    async fn the_same_form_twice_is_one_bill_and_another_form_under_its_key_is_refused(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        let key = hidden(&visitor.page(CHECK).await, "key");
        let (first, second) = tokio::join!(sent(&visitor, &key, "60"), sent(&visitor, &key, "60"));
        assert_eq!(bill_of(&first.to()), bill_of(&second.to()));
        assert_eq!(stand.kit.number("select count(*) from contribution_bill").await, 1);
        assert_eq!(sent(&visitor, &key, "100").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(stand.kit.number("select count(*) from contribution_bill").await, 1);
        let without = visitor.post("/pay", &[("m", "2026-03"), ("tier", "60"), ("gateway", "wechat_pay")]).await;
        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY, "no key, no payment");
    }

    async fn a_silent_gateway_charges_nothing_and_the_bill_stands(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        stand.world.wechat_pay.set_faults(Faults { unavailable: true, ..Faults::default() });
        let key = hidden(&visitor.page(CHECK).await, "key");
        let answer = sent(&visitor, &key, "60").await;
        assert!(answer.to().ends_with("/no-answer"), "{}", answer.to());
        let page = visitor.page(&answer.to()).await;
        assert!(page.contains("没有扣款"));
        stand.world.wechat_pay.set_faults(Faults::default());
        let bill = bill_of(&answer.to());
        let retried = visitor.post(&format!("/bill/{bill}/pay"), &[("gateway", "wechat_pay")]).await;
        assert!(retried.to().starts_with(&stand.world.wechat_pay.url()), "{}", retried.to());
    }

    async fn a_bill_is_given_up_and_its_page_says_so(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        let bill = begun(&visitor).await;
        assert!(visitor.page("/home").await.contains(&format!("/bill/{bill}")), "an open bill is shown");
        assert_eq!(visitor.post(&format!("/bill/{bill}/give-up"), &[]).await.to(), format!("/bill/{bill}"));
        assert!(visitor.page(&format!("/bill/{bill}")).await.contains("已放弃"));
        let late = visitor.post(&format!("/bill/{bill}/pay"), &[("gateway", "wechat_pay")]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
    }

    async fn months_that_cannot_be_paid_are_refused_beside_their_field(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        for (asked, field) in [
            ("m=2025-03&tier=60", "#months"),
            ("m=2027-03&tier=60", "#months"),
            ("tier=60", "#months"),
            ("m=2026-03&tier=9999", "#tier"),
            ("m=2026-03&tier=other&percent=59", "#percent"),
            ("m=2026-03&tier=other&percent=much", "#percent"),
        ] {
            let answer = visitor.get(&format!("/pay/check?{asked}&gateway=wechat_pay")).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{asked}");
            let text = answer.text();
            assert!(
                text.contains(&format!("href=\"{field}\"")) && text.contains(&format!("id=\"{}\"", &field[1..])),
                "{asked}"
            );
            assert!(!text.contains('⟦'), "{asked}");
        }
        let nothing = stand.signed_in(LI).await.page("/pay").await;
        assert!(nothing.contains("/me/flexible"), "whoever is not registered is told where to");
    }

    async fn a_session_that_ended_at_the_last_button_loses_no_answer(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.visitor();
        let answer = sent(&visitor, "pay-0123456789abcdef", "60").await;
        let back = "/sign-in?next=/pay/check%3Fm%3D2026-03%26m%3D2026-04%26tier%3D60%26gateway%3Dwechat_pay";
        assert_eq!(answer.to(), back);
    }
}
