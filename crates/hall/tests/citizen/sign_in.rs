//! The door: who comes in, who does not, and how it is left.

use crate::stand::{PASSWORD, PHONE, Stand, WANG};
use crate::visitor::{Answer, Visitor};
use axum::http::StatusCode;

testkit::both_engines! {
    on office::MIGRATIONS;

    async fn a_page_behind_the_door_is_reached_by_signing_in(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.visitor();
        let turned = visitor.get("/pay/check?m=2026-03&tier=60").await;
        assert_eq!(turned.to(), "/sign-in?next=/pay/check%3Fm%3D2026-03%26tier%3D60");
        let door = visitor.page(&turned.to()).await;
        assert!(door.contains("value=\"/pay/check?m=2026-03"), "the way back is kept");
        let form =
            [("by", "password"), ("id_number", WANG), ("password", PASSWORD), ("next", "/pay/check?m=2026-03&tier=60")];
        let in_ = visitor.post("/sign-in", &form).await;
        assert_eq!((in_.status, in_.to().as_str()), (StatusCode::SEE_OTHER, "/pay/check?m=2026-03&tier=60"));
        assert!(visitor.page("/home").await.contains("王秀英"));
    }
}

/// Somebody whom the registry does not know.
const NOBODY: &str = "130499197903030038";

async fn tried(visitor: &Visitor, number: &str) -> Answer {
    visitor.post("/sign-in", &[("by", "password"), ("id_number", number), ("password", "nonsense")]).await
}

testkit::both_engines! {
    on office::MIGRATIONS;

    async fn a_wrong_password_and_an_unknown_number_are_answered_alike_and_counted(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.visitor();
        let wrong = tried(&visitor, WANG).await;
        let unknown = tried(&visitor, NOBODY).await;
        let mistake =
            |text: String| text.split("class=\"mistake\"").nth(1).map(|rest| rest.split("</p>").next().unwrap().to_owned());
        assert_eq!((wrong.status, unknown.status), (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY));
        assert!(wrong.text().contains(WANG), "what was typed is kept");
        assert!(!wrong.text().contains("nonsense"), "the password is not sent back");
        assert_eq!(mistake(wrong.text()), mistake(unknown.text()));
        let mut last = StatusCode::OK;
        for _ in 0..12 {
            last = tried(&visitor, WANG).await.status;
        }
        assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    }

    async fn signing_out_ends_the_session_for_whoever_kept_its_cookie(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        let thief = visitor.stolen();
        thief.page("/home").await;
        assert_eq!(visitor.post("/sign-out", &[]).await.to(), "/");
        assert!(visitor.get("/home").await.to().starts_with("/sign-in"));
        assert!(thief.get("/home").await.to().starts_with("/sign-in"), "the old cookie opens nothing");
    }

    async fn a_visitor_is_not_led_to_another_site_after_signing_in(kit: Kit) {
        let stand = Stand::over(kit).await;
        let form = [("by", "password"), ("id_number", WANG), ("password", PASSWORD), ("next", "//evil.example/")];
        assert_eq!(stand.visitor().post("/sign-in", &form).await.to(), "/home");
    }

    async fn opening_an_account_keeps_what_was_typed_out_of_the_address(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.visitor();
        visitor.page("/open-account").await;
        visitor.page("/open-account?by=counter").await;
        let wrong = visitor.post("/open-account/code", &[("name", "王芳"), ("id_number", "1"), ("phone", "1")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("href=\"#id_number\"") && wrong.text().contains("href=\"#phone\""));
        let number =
            kernel::IdNumber::compose(&kernel::AreaCode::parse("130499").unwrap(), "1980-01-01".parse().unwrap(), 1)
                .unwrap();
        let form = [("name", "王芳"), ("id_number", number.reveal()), ("phone", "139 0000 0009")];
        assert_eq!(visitor.post("/open-account/code", &form).await.to(), "/open-account?sent");
        let page = visitor.page("/open-account?sent").await;
        assert!(page.contains("name=\"code\"") && !page.contains(number.reveal()));
    }

    async fn an_account_is_opened_by_the_real_name_check_and_signs_in_from_then_on(kit: Kit) {
        let stand = Stand::over(kit).await;
        let (name, phone) = ("欧阳明日", "13900000009");
        let person = outside::real_name::Person { name: name.into(), id_number: NOBODY.into(), phone: phone.into() };
        stand.world.real_name.add_people([person]);
        let visitor = stand.visitor();
        let who = [("name", name), ("id_number", NOBODY), ("phone", phone)];
        assert_eq!(visitor.post("/open-account/code", &who).await.to(), "/open-account?sent");
        let code = stand.code_sent_to(phone).await;
        let wrong = visitor.post("/open-account", &[("code", "000000"), ("password", PASSWORD)]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("href=\"#code\""));
        let weak = visitor.post("/open-account", &[("code", &code), ("password", "12345678")]).await;
        assert!(weak.text().contains("href=\"#password\""), "a weak password costs no code");
        let opened = visitor.post("/open-account", &[("code", &code), ("password", PASSWORD)]).await;
        assert_eq!(opened.to(), "/home", "{}", opened.text());
        assert!(visitor.page("/home").await.contains(name));
        assert!(visitor.page("/messages").await.contains("开通"), "the inbox says so");
        visitor.post("/sign-out", &[]).await;
        let form = [("by", "password"), ("id_number", NOBODY), ("password", PASSWORD)];
        assert_eq!(visitor.post("/sign-in", &form).await.to(), "/home");
    }

    /// A phone that is in one's hand proves nothing about whose number it is.
    async fn an_account_is_not_opened_for_another_name_or_by_a_service_that_cannot_be_trusted(kit: Kit) {
        let stand = Stand::over(kit).await;
        let phone = "13900000009";
        let person = outside::real_name::Person { name: "欧阳明日".into(), id_number: NOBODY.into(), phone: phone.into() };
        stand.world.real_name.add_people([person]);
        for (name, faults, status) in [
            ("欧阳锋", outside::real_name::Faults::default(), StatusCode::UNPROCESSABLE_ENTITY),
            ("欧阳明日", outside::real_name::Faults { forge_answer: true, ..Default::default() }, StatusCode::SERVICE_UNAVAILABLE),
        ] {
            stand.world.real_name.set_faults(faults);
            let visitor = stand.visitor();
            visitor.post("/open-account/code", &[("name", name), ("id_number", NOBODY), ("phone", phone)]).await;
            let code = stand.code_sent_to(phone).await;
            let answer = visitor.post("/open-account", &[("code", &code), ("password", PASSWORD)]).await;
            assert_eq!(answer.status, status, "{name}");
            assert!(visitor.get("/home").await.to().starts_with("/sign-in"));
            stand.world.later(&stand.kit, 200);
        }
        assert_eq!(stand.kit.number("select count(*) from registry_person").await, 2, "nobody was entered");
    }

    async fn a_code_by_text_message_signs_in_once(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.visitor();
        let asked = visitor.post("/sign-in/code", &[("id_number", WANG), ("next", "/pay")]).await;
        assert_eq!(asked.to(), "/sign-in?by=sms&sent=1&next=/pay");
        let page = visitor.page(&asked.to()).await;
        assert!(page.contains("name=\"code\"") && page.contains(WANG), "the number need not be typed again");
        let code = stand.code_sent_to(PHONE).await;
        let form = [("by", "sms"), ("id_number", WANG), ("code", code.as_str()), ("next", "/pay")];
        assert_eq!(visitor.post("/sign-in", &form).await.to(), "/pay");
        assert!(visitor.page("/home").await.contains("王秀英"));
        let again = stand.visitor().post("/sign-in", &form).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "a code is used once");
    }

    async fn without_a_phone_password_and_a_code_from_the_counter_sign_in(kit: Kit) {
        let stand = Stand::over(kit).await;
        let clerk = stand.officer("clerk-1", &[control::Role::Clerk]).await;
        let given = clerk.post(&format!("/counter/person/{}/code", stand.wang), &[]).await.text();
        let code = given.split("class=\"total\">").nth(1).unwrap()[..8].to_owned();
        let visitor = stand.visitor();
        visitor.page("/sign-in?by=counter").await;
        let form = [("by", "counter"), ("id_number", WANG), ("password", PASSWORD), ("code", code.as_str())];
        assert_eq!(visitor.post("/sign-in", &form).await.to(), "/home");
    }
}
