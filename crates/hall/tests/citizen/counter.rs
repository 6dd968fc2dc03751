//! The staff's side: what each role finds, and what leaves a trace.

use crate::stand::{Stand, WANG};
use axum::http::StatusCode;
use control::Role;
use outside::wechat_pay::Faults;

testkit::both_engines! {
    on office::MIGRATIONS;

    async fn a_file_is_looked_at_for_a_purpose_and_the_person_sees_it(kit: Kit) {
        let stand = Stand::over(kit).await;
        let clerk = stand.officer("clerk-1", &[Role::Clerk]).await;
        let found = clerk.post("/counter/search", &[("text", WANG)]).await;
        assert!(
            found.text().contains(&format!("/counter/person/{}", stand.wang)) && !found.text().contains("王秀英"),
            "masked"
        );
        let asked = clerk.page(&format!("/counter/person/{}", stand.wang)).await;
        assert!(!asked.contains("王秀英"), "nothing is shown without a purpose");
        let file = clerk.page(&format!("/counter/person/{}?purpose=counter", stand.wang)).await;
        assert!(file.contains("王秀英"));
        let code = clerk.post(&format!("/counter/person/{}/code", stand.wang), &[]).await;
        assert_eq!(code.status, StatusCode::OK);
        let seen = stand.signed_in(WANG).await.page("/me/seen").await;
        assert!(seen.contains("工号clerk-1") && seen.contains("本人在柜台办理"));
    }

    async fn each_role_finds_its_own_pages_and_a_visitor_none(kit: Kit) {
        let stand = Stand::over(kit).await;
        let accountant = stand.officer("books-1", &[Role::Accountant]).await;
        let engineer = stand.officer("engineer-1", &[Role::Engineer]).await;
        let person = stand.signed_in(WANG).await;
        for lang in ["en", "zh-CN"] {
            accountant.page(&format!("/counter/books?lang={lang}")).await;
            accountant.page(&format!("/counter?lang={lang}")).await;
            stand.visitor().page(&format!("/counter/sign-in?lang={lang}")).await;
        }
        let person_file = format!("/counter/person/{}?purpose=counter", stand.li);
        for path in ["/counter/items", "/counter/search", &person_file] {
            assert_eq!(accountant.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(engineer.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(person.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(engineer.get("/counter/books").await.status, StatusCode::NOT_FOUND);
        assert!(stand.visitor().get("/counter").await.to() == "/counter/sign-in");
        let wrong = stand.visitor().post("/counter/sign-in", &[("login", "books-1"), ("password", "nonsense")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let close = async |gateway| accountant.post("/counter/books/close", &[("on", "2026-11-20"), ("gateway", gateway)]).await;
        assert_eq!(close("bank").await.status, StatusCode::OK);
        assert_eq!(close("barter").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        stand.world.wechat_pay.set_faults(Faults { unavailable: true, ..Faults::default() });
        assert_eq!(close("wechat_pay").await.status, StatusCode::CONFLICT, "without a bill nothing is closed");
    }
}
