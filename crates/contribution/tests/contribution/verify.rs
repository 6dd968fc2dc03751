//! Every guard of `verify` finds the damage that it is there for.

use crate::fixture::*;
use contribution::{AccountEntry, CreditInterest, EntryKind, Method, PensionPart};
use kernel::Month;
use testkit::Kit;

async fn difference(kit: &Kit) -> String {
    contribution::verify::verify(&kit.desk.view()).await.unwrap().unwrap_err().to_string()
}

testkit::both_engines! {
    on SCHEMA;

    async fn damage_is_found_and_both_sides_are_named(kit: Kit) {
        kit.set_today(day("2026-11-23"));
        flexible(&kit, "2026-01").await;
        let paid = pay(&kit, "one", &["2026-01", "2026-02"]).await;
        settle(&kit, 1, &paid).await;
        settle(&kit, 2, &paid).await;
        let found = verified(&kit).await;
        assert_eq!((found.lines, found.months, found.accounts), (2, 2, 1));
        assert_eq!((found.principal, found.pooled), (yuan("652.22"), yuan("978.34")));
        let damages = [
            (
                "update contribution_month set pension_base = pension_base + 1 where fee_month = 202602",
                "update contribution_month set pension_base = pension_base - 1 where fee_month = 202602",
                "2026-02 of person",
            ),
            (
                "update contribution_month set fee_month = 202603 where fee_month = 202602",
                "update contribution_month set fee_month = 202602 where fee_month = 202603",
                "2026-02 of person",
            ),
            (
                "insert into contribution_month (person_id, fee_month, sources) select person_id, 202609, 1 from contribution_month where fee_month = 202601",
                "delete from contribution_month where fee_month = 202609",
                "2026-09 of person",
            ),
            (
                "update contribution_bill set total = total + 1",
                "update contribution_bill set total = total - 1",
                "bill ",
            ),
            (
                "update contribution_bill_month set fee_month = 202604 where fee_month = 202602",
                "update contribution_bill_month set fee_month = 202602 where fee_month = 202604",
                "2026-04 of bill",
            ),
            (
                "update contribution_refundable set amount = amount + 1 where fee_month = 202601",
                "update contribution_refundable set amount = amount - 1 where fee_month = 202601",
                "money to be given back (account 200101)",
            ),
        ];
        for (damage, repair, what) in damages {
            kit.tamper(damage).await;
            let said = difference(&kit).await;
            assert!(said.starts_with(what), "{damage}: {said}");
            kit.tamper(repair).await;
        }
        verified(&kit).await;
    }

    async fn lines_without_books_are_found(kit: Kit) {
        kit.set_today(day("2026-11-23"));
        let part = PensionPart { base: yuan("3000.00"), employer: None, personal: yuan("600.00"), account: yuan("240.00") };
        load(&kit, &[old_line(PERSON, month("2017-01"), Some(part))]).await;
        let said = difference(&kit).await;
        assert!(said.contains("the contribution lines says 360.00, the books says 0.00"), "{said}");
    }

    async fn wrong_or_missing_interest_is_found(kit: Kit) {
        let part = PensionPart { base: yuan("3000.00"), employer: None, personal: yuan("600.00"), account: yuan("240.00") };
        let lines: Vec<_> =
            Month::of_year(2017).unwrap().months().map(|month| old_line(PERSON, month, Some(part))).collect();
        load(&kit, &lines).await;
        let interest = |year: i32, amount: &str| AccountEntry {
            person: PERSON,
            year,
            kind: EntryKind::Interest,
            number: 0,
            amount: yuan(amount),
            method: Some(Method::MonthProduct),
            policy: 0,
        };
        load_rows(&kit, &[interest(2018, "247.96")]).await;
        assert!(difference(&kit).await.contains("the year before says none for 2017"));
        load_rows(&kit, &[interest(2017, "111.06")]).await;
        assert!(difference(&kit).await.contains("the account says 111.06, recomputed says 111.07"));
    }

    async fn what_crediting_writes_is_what_verify_recomputes(kit: Kit) {
        let account = |index: i64| kernel::Fen::new(17_317 + index * 731);
        let part = |index| PensionPart { base: yuan("3000.00"), employer: None, personal: yuan("900.00"), account: account(index) };
        let months = Month::of_year(2014).unwrap().months().chain(Month::of_year(2017).unwrap().months());
        let lines: Vec<_> = (0i64..).zip(months).map(|(index, month)| old_line(PERSON, month, Some(part(index)))).collect();
        load(&kit, &lines).await;
        kit.set_today(day("2018-11-23"));
        for year in 2014..=2017 {
            let credited = kit.desk.perform(&system(), CreditInterest { year, after: None }).await.unwrap();
            assert_eq!(credited.accounts, 1, "{year}");
        }
        // Only the books are missing: the interest of all four years stood the check before.
        assert!(difference(&kit).await.starts_with("flexible_pooled of the fund"));
    }
}
