//! What no page of ours would send: somebody else's bill, record or voucher by its address, values beyond every range, a body
//! of ten megabytes.

use crate::stand::{LI, Stand, WANG};
use axum::http::StatusCode;

/// The main part of a page, without what differs by its address.
fn main_of(page: &str) -> String {
    page.split("<main").nth(1).unwrap().split("</main>").next().unwrap().to_owned()
}

testkit::both_engines! {
    on office::MIGRATIONS;

    async fn somebody_elses_things_are_not_there_and_each_asking_leaves_a_line(kit: Kit) {
        let stand = Stand::over(kit).await;
        let owner = stand.signed_in(WANG).await;
        let bill = stand.begun(&owner, "m=2026-03", "wechat_pay").await;
        stand.confirm_at_cashier(&stand.number_of(&bill).await, "await").await;
        let open = stand.begun(&owner, "m=2026-04", "wechat_pay").await;
        let voucher = owner.post(&format!("/bill/{bill}/voucher"), &[]).await.to();
        let record = owner.post("/records", &[]).await.to();
        let stranger = stand.signed_in(LI).await;
        let mut asked = vec![format!("/bill/{bill}"), format!("/bill/{open}"), format!("/bill/{bill}/no-answer")];
        for paper in [&voucher, &record] {
            assert!(paper.starts_with("/records/"), "{paper}");
            asked.extend([paper.clone(), format!("{paper}/file"), format!("{paper}/signature")]);
        }
        for path in asked {
            let before = stand.denials().await;
            assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(stand.denials().await, before + 1, "the refusal of {path} has a line of its own");
            assert_eq!(owner.get(&path).await.status, StatusCode::OK, "{path}");
        }
        for (path, what) in [(&open, "pay"), (&open, "give-up"), (&bill, "voucher")] {
            let before = stand.denials().await;
            let path = format!("/bill/{path}/{what}");
            let answer = stranger.post(&path, &[("gateway", "wechat_pay")]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(stand.denials().await, before + 1, "the refusal of {path} has a line of its own");
        }
        let seen = control::audit::of_person(&stand.kit.desk.view(), stand.wang, 200).await.unwrap();
        let denied = seen.iter().filter(|line| line.outcome == control::Outcome::Denied).count();
        assert_eq!(i64::try_from(denied).unwrap(), stand.denials().await, "the owner sees every one of them");
        let nothing = "018f0000-0000-7000-8000-000000000000";
        for (theirs, absent) in [(format!("/bill/{bill}"), format!("/bill/{nothing}")), (voucher, format!("/records/{nothing}"))] {
            let (theirs, absent) = (stranger.get(&theirs).await.text(), stranger.get(&absent).await.text());
            assert_eq!(main_of(&theirs), main_of(&absent), "both look alike");
        }
        assert!(owner.page(&format!("/bill/{open}")).await.contains("等待付款结果"), "nothing was done to it");
    }

    async fn values_beyond_every_range_are_refused_and_break_nothing(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        let (huge, long) = ("9".repeat(40), "长".repeat(5000));
        let addresses = [
            "/pay?year=-1".to_owned(),
            format!("/pay?year={huge}"),
            format!("/pay/check?m=2026-13&m=0000-00&m={huge}-{huge}&tier=60&gateway=wechat_pay"),
            "/pay/check?m=2026-03&tier=65536&gateway=wechat_pay".to_owned(),
            format!("/pay/check?m=2026-03&tier=other&percent=-{huge}&gateway=wechat_pay"),
            "/pay/check?m=2026-03&tier=60&gateway=barter".to_owned(),
            format!("/pay/quote?m={huge}&tier={huge}&gateway=wechat_pay"),
            "/history/0000-00".to_owned(),
            format!("/history/{huge}-01"),
            format!("/bill/{huge}"),
            "/records/%00".to_owned(),
            format!("/verify/{huge}"),
            format!("/verify?code={huge}"),
            format!("/calculators/employee?wage={huge}&month={huge}&housing={huge}&class={huge}&area={huge}"),
            format!("/calculators/late-payment?principal=-{huge}&due=9999-99-99&paid=0000-00-00"),
        ];
        for path in addresses {
            let status = stand_firm(visitor.get(&path).await.status, &path);
            assert_ne!(status, StatusCode::SEE_OTHER, "{path}");
        }
        let forms: [(&str, &[(&str, &str)]); 7] = [
            ("/pay", &[("key", "k"), ("m", "2026-03"), ("tier", "60"), ("gateway", "wechat_pay")]),
            ("/pay", &[("key", "pay-0123456789abcdef"), ("m", &huge), ("tier", "-1"), ("gateway", "barter")]),
            ("/me/flexible", &[("next", "register"), ("month", "9999999-99")]),
            ("/me/flexible", &[("next", "vanish"), ("month", "2026-03")]),
            ("/me/address", &[("address", &long), ("reason", &long)]),
            ("/sign-in", &[("by", "telepathy"), ("id_number", &huge), ("password", &long)]),
            ("/open-account/code", &[("name", &long), ("id_number", &huge), ("phone", &huge)]),
        ];
        for (path, form) in forms {
            stand_firm(visitor.post(path, form).await.status, path);
        }
        assert_eq!(stand.kit.number("select count(*) from contribution_bill").await, 0);
        visitor.page("/home").await;
    }

    async fn ten_megabytes_are_refused_by_every_form(kit: Kit) {
        let stand = Stand::over(kit).await;
        let visitor = stand.signed_in(WANG).await;
        let large = format!("key={}", "x".repeat(10 << 20));
        for path in ["/pay", "/me/address", "/sign-in", "/open-account/code", "/notice/wechat-pay"] {
            let told = visitor.send(path, large.clone()).await.status;
            assert_eq!(told, StatusCode::PAYLOAD_TOO_LARGE, "{path}, before it is read");
            let found = visitor.pour(path, large.clone()).await.status;
            assert_eq!(found, StatusCode::PAYLOAD_TOO_LARGE, "{path}, while it is read");
        }
        visitor.page("/home").await;
    }
}

/// Refused or answered, but never broken.
fn stand_firm(status: StatusCode, path: &str) -> StatusCode {
    assert!(!status.is_server_error(), "{path}: {status}");
    status
}
