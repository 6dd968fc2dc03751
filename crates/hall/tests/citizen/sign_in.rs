//! The door: who comes in, who does not, and how it is left.

use crate::stand::{Answer, PASSWORD, Stand, Visitor, WANG};
use axum::http::StatusCode;

#[tokio::test]
async fn a_page_behind_the_door_is_reached_by_signing_in() {
    let stand = Stand::open().await;
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

/// Somebody whom the registry does not know.
const NOBODY: &str = "130499197903030038";

async fn tried(visitor: &Visitor, number: &str) -> Answer {
    visitor.post("/sign-in", &[("by", "password"), ("id_number", number), ("password", "nonsense")]).await
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_number_are_answered_alike_and_counted() {
    let stand = Stand::open().await;
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

#[tokio::test]
async fn signing_out_ends_the_session_for_whoever_kept_its_cookie() {
    let stand = Stand::open().await;
    let visitor = stand.signed_in(WANG).await;
    let thief = visitor.stolen();
    thief.page("/home").await;
    assert_eq!(visitor.post("/sign-out", &[]).await.to(), "/");
    assert!(visitor.get("/home").await.to().starts_with("/sign-in"));
    assert!(thief.get("/home").await.to().starts_with("/sign-in"), "the old cookie opens nothing");
}

#[tokio::test]
async fn a_visitor_is_not_led_to_another_site_after_signing_in() {
    let stand = Stand::open().await;
    let form = [("by", "password"), ("id_number", WANG), ("password", PASSWORD), ("next", "//evil.example/")];
    assert_eq!(stand.visitor().post("/sign-in", &form).await.to(), "/home");
}

#[tokio::test]
async fn opening_an_account_keeps_what_was_typed_out_of_the_address() {
    let stand = Stand::open().await;
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
