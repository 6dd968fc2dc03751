//! The pages of one's own file, in both languages, with something in it.

use crate::stand::{Stand, WANG};
use axum::http::StatusCode;

testkit::both_engines! {
    on office::MIGRATIONS;

    async fn every_page_of_an_empty_file_has_its_texts_in_both_languages(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        for path in [
            "/home",
            "/pay",
            "/history",
            "/history/2026-03",
            "/account",
            "/records",
            "/messages",
            "/me",
            "/me/seen",
            "/me/flexible",
        ] {
            for lang in ["zh-CN", "en"] {
                let text = visitor.page(&format!("{path}?lang={lang}")).await;
                assert!(!text.contains(" style=") && !text.contains("onclick"), "{path}");
            }
        }
    }

    async fn a_file_with_a_payment_explains_itself(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        let check = visitor.page("/pay/check?m=2026-03&tier=60&gateway=wechat_pay").await;
        let key = crate::visitor::hidden(&check, "key");
        let form = [("key", key.as_str()), ("m", "2026-03"), ("tier", "60"), ("gateway", "wechat_pay")];
        let cashier = visitor.post("/pay", &form).await.to();
        let bill = cashier.split("bill%2F").nth(1).unwrap()[..36].to_owned();
        stand.confirm_at_cashier(&stand.number_of(&bill).await, "await").await;
        for lang in ["en", "zh-CN"] {
            for path in ["/home", "/history", "/history/2026-03", "/account", &format!("/bill/{bill}"), "/pay"] {
                visitor.page(&format!("{path}?lang={lang}")).await;
            }
        }
        assert!(visitor.page("/history/2026-03").await.contains("与记录一致"), "the amount is computed again");
        let csv = visitor.get("/history.csv").await;
        assert!(csv.bytes.starts_with("\u{feff}".as_bytes()), "spreadsheets want the mark");
        assert_eq!(csv.text().lines().count(), 2);
        let json: serde_json::Value = serde_json::from_slice(&visitor.get("/history.json").await.bytes).unwrap();
        assert_eq!(json["totals"]["months"], 1);
        let all: serde_json::Value = serde_json::from_slice(&visitor.get("/me/download").await.bytes).unwrap();
        assert_eq!(all["person"]["identity_number"], WANG);
        assert_eq!(all["contributions"]["bills"].as_array().unwrap().len(), 1);
    }

    async fn an_entitlement_record_is_verified_by_its_code_with_masked_facts(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        let issued = visitor.post("/records", &[]).await;
        assert!(issued.to().starts_with("/records/"), "{}", issued.text());
        visitor.page(&issued.to()).await;
        let connection = stand.kit.desk.database().bulk();
        let asked = sea_orm::Statement::from_string(
            sea_orm::ConnectionTrait::get_database_backend(connection),
            "select verify_code from record_issue",
        );
        let row = sea_orm::ConnectionTrait::query_one_raw(connection, asked).await.unwrap().unwrap();
        let code: String = row.try_get_by_index(0).unwrap();
        for lang in ["en", "zh-CN"] {
            let page = stand.visitor().page(&format!("/verify/{code}?lang={lang}")).await;
            assert!(page.contains("王*英") && !page.contains("王秀英") && !page.contains(WANG));
        }
        let absent = stand.visitor().get("/verify/0000000000000000").await;
        assert_eq!(absent.status, StatusCode::NOT_FOUND);
        assert!(absent.text().contains("没有这份材料"));
    }

    async fn an_address_is_changed_with_a_reason_and_the_change_is_shown(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        let without = visitor.post("/me/address", &[("address", "邯郸市丛台区人民路1号"), ("reason", "")]).await;
        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            without.text().contains("href=\"#reason\"") && without.text().contains("人民路1号"),
            "what was typed is kept"
        );
        let form = [("address", "邯郸市丛台区人民路1号"), ("reason", "搬家")];
        assert_eq!(visitor.post("/me/address", &form).await.to(), "/me?done");
        let page = visitor.page("/me").await;
        assert!(page.contains("人民路1号") && page.contains("搬家"));
        assert!(!page.contains("13900000001"), "the phone is masked");
    }

    async fn a_flexible_worker_suspends_and_resumes_and_hears_why_not(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        let again = visitor.post("/me/flexible", &[("next", "register"), ("month", "2026-03")]).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.text().contains("已经登记") && !again.text().contains('⟦'));
        let suspended = visitor.post("/me/flexible", &[("next", "suspend"), ("month", "2026-10")]).await;
        assert_eq!(suspended.status, StatusCode::SEE_OTHER);
        assert!(visitor.page("/me/flexible").await.contains("恢复缴费"));
    }
}
