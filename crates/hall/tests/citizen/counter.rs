//! The staff's side: what each role finds, and money that came twice on its way back through two officers.

use crate::stand::{PASSWORD, Stand, Visitor, WANG, hidden};
use axum::http::StatusCode;
use control::Role;

async fn staff(stand: &Stand, login: &str, roles: &[Role]) -> Visitor {
    stand.staff(login, roles).await;
    let visitor = stand.visitor();
    let answer = visitor.post("/counter/sign-in", &[("login", login), ("password", PASSWORD)]).await;
    assert_eq!(answer.to(), "/counter", "{}", answer.text());
    visitor
}

/// Two bills over one month, both paid: the second one's money is held.
async fn paid_twice(stand: &Stand) {
    let visitor = stand.signed_in(WANG).await;
    let mut bills = Vec::new();
    for _ in 0..2 {
        let check = visitor.page("/pay/check?m=2026-03&tier=60&gateway=wechat_pay").await;
        let key = hidden(&check, "key");
        let form = [("key", key.as_str()), ("m", "2026-03"), ("tier", "60"), ("gateway", "wechat_pay")];
        let cashier = visitor.post("/pay", &form).await.to();
        bills.push(cashier.split("bill%2F").nth(1).unwrap()[..36].to_owned());
    }
    for bill in &bills {
        assert_eq!(stand.confirm_at_cashier(&stand.number_of(bill).await, "await").await, [204]);
    }
    assert!(visitor.page(&format!("/bill/{}", bills[1])).await.contains("待退还的款项"), "the person sees it");
    assert!(visitor.page("/home").await.contains("待退还给您"));
    assert!(visitor.page("/messages").await.contains("多付的"));
}

#[tokio::test]
async fn money_that_came_twice_goes_back_only_after_two_officers() {
    let stand = Stand::open().await;
    paid_twice(&stand).await;
    let clerk = staff(&stand, "clerk-1", &[Role::Clerk]).await;
    let reviewer = staff(&stand, "reviewer-1", &[Role::Reviewer]).await;
    let items = clerk.page("/counter/items").await;
    let item = items.split("/counter/items/").nth(1).unwrap()[..36].to_owned();
    let early = reviewer.post(&format!("/counter/items/{item}/review"), &[("confirmed", "yes")]).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "nothing is reviewed before it is handled");
    let alone = reviewer.post(&format!("/counter/items/{item}/handle"), &[("decision", "refund")]).await;
    assert_eq!(alone.status, StatusCode::NOT_FOUND, "a reviewer handles nothing");
    let odd = clerk.post(&format!("/counter/items/{item}/handle"), &[("decision", "burn")]).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        clerk.post(&format!("/counter/items/{item}/handle"), &[("decision", "refund")]).await.status,
        StatusCode::SEE_OTHER
    );
    let own = clerk.post(&format!("/counter/items/{item}/review"), &[("confirmed", "yes")]).await;
    assert_eq!(own.status, StatusCode::NOT_FOUND, "a clerk reviews nothing");
    assert_eq!(stand.kit.number("select count(*) from payment_refund").await, 0);
    assert!(reviewer.page("/counter/items").await.contains("原路退回"));
    let reviewed = reviewer.post(&format!("/counter/items/{item}/review"), &[("confirmed", "yes")]).await;
    assert_eq!(reviewed.status, StatusCode::SEE_OTHER, "{}", reviewed.text());
    assert_eq!(stand.kit.number("select count(*) from payment_refund").await, 1);
}

#[tokio::test]
async fn a_file_is_looked_at_for_a_purpose_and_the_person_sees_it() {
    let stand = Stand::open().await;
    let clerk = staff(&stand, "clerk-1", &[Role::Clerk]).await;
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

#[tokio::test]
async fn each_role_finds_its_own_pages_and_a_visitor_none() {
    let stand = Stand::open().await;
    let accountant = staff(&stand, "books-1", &[Role::Accountant]).await;
    let engineer = staff(&stand, "engineer-1", &[Role::Engineer]).await;
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
    let closed = accountant.post("/counter/books/close", &[("on", "2026-11-20"), ("gateway", "bank")]).await;
    assert_eq!(closed.status, StatusCode::CONFLICT, "the bank is not offered here");
}
