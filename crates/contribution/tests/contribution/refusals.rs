//! Each refusal once, in the order of precedence: every case would also meet those after it.

use crate::fixture::*;
use contribution::{AssessSupplement, CancelBill, CreditInterest, Pay, PayBill, PensionPart, Tier, explain_line};
use control::{Declined, Fault, FaultKind};
use kernel::{BillId, LineId};
use uuid::Uuid;

const NOBODYS: BillId = BillId(Uuid::from_u128(77));

testkit::both_engines! {
    on SCHEMA;

    async fn of_quoting_and_paying(kit: Kit) {
        kit.set_today(day("2026-11-23"));
        flexible(&kit, "2026-05").await;
        employed(&kit, "2025-06", "2026-02").await;
        let paid = pay(&kit, "first", &["2026-05"]).await;
        settle(&kit, 1, &paid).await;
        let table: [(&str, &[&str], u16, &str, FaultKind); 9] = [
            ("first", &[], 59, "key_reused", FaultKind::KeyReused),
            ("2", &[], 59, "no_months", FaultKind::Invalid("months")),
            ("3", &["2025-01", "2025-01"], 59, "repeated_month", FaultKind::Invalid("months")),
            ("4", &["2025-12", "2027-01"], 59, "outside_open_year", FaultKind::Invalid("months")),
            ("5", &["2026-05", "2027-01"], 59, "beyond_year_end", FaultKind::Invalid("months")),
            ("6", &["2026-05", "2026-01"], 59, "months_already_paid", FaultKind::Conflict),
            ("7", &["2026-01", "2026-03"], 59, "month_insured_by_employer", FaultKind::Conflict),
            ("8", &["2026-03"], 59, "not_flexible_worker", FaultKind::Conflict),
            ("9", &["2026-06"], 301, "tier_not_on_menu", FaultKind::Invalid("tier")),
        ];
        for (name, asked, percent, code, kind) in table {
            let act = Pay { key: key(name), person: PERSON, months: months(asked), tier: Tier::percent(percent) };
            let declined = kit.desk.perform(&me(), act).await.unwrap_err();
            assert_eq!((declined.code(), declined.kind()), (code, kind), "{name}");
        }
        kit.set_today(day("2199-11-23"));
        let act = Pay { key: key("10"), person: PERSON, months: months(&["2199-06"]), tier: FLOOR };
        assert_eq!(refused(kit.desk.perform(&me(), act).await), "parameter_not_in_force");
        assert_eq!(kit.number("select count(*) from contribution_bill").await, 1);
    }

    async fn of_paying_and_giving_up_a_bill(kit: Kit) {
        kit.set_today(day("2026-11-23"));
        flexible(&kit, "2026-01").await;
        let (again, give_up) = (|bill| PayBill { bill }, |bill| CancelBill { bill });
        assert_eq!(refused(kit.desk.perform(&me(), again(NOBODYS)).await), "bill_not_found");
        assert_eq!(refused(kit.desk.perform(&me(), give_up(NOBODYS)).await), "bill_not_found");
        let paid = pay(&kit, "paid", &["2026-01"]).await;
        let overtaken = pay(&kit, "overtaken", &["2026-01"]).await;
        settle(&kit, 1, &paid).await;
        assert_eq!(refused(kit.desk.perform(&me(), again(paid.bill.id)).await), "bill_already_paid");
        assert_eq!(refused(kit.desk.perform(&me(), give_up(paid.bill.id)).await), "bill_already_paid");
        kit.set_today(day("2026-11-24"));
        assert_eq!(refused(kit.desk.perform(&me(), again(overtaken.bill.id)).await), "months_already_paid");
        kit.desk.perform(&me(), give_up(overtaken.bill.id)).await.unwrap();
        assert_eq!(refused(kit.desk.perform(&me(), again(overtaken.bill.id)).await), "bill_void");
        assert_eq!(refused(kit.desk.perform(&me(), give_up(overtaken.bill.id)).await), "bill_void");
    }

    async fn of_supplements(kit: Kit) {
        kit.set_today(day("2026-03-02"));
        flexible(&kit, "2026-01").await;
        let assess = AssessSupplement { person: PERSON, year: 2026 };
        assert_eq!(refused(kit.desk.perform(&system(), assess).await), "limits_not_published");
        let prepaid = pay(&kit, "early", &["2026-01"]).await;
        settle(&kit, 1, &prepaid).await;
        kit.set_today(day("2026-07-01"));
        let bill = kit.desk.perform(&system(), assess).await.unwrap().bill.unwrap();
        assert_eq!(refused(kit.desk.perform(&system(), assess).await), "supplement_waiting");
        let paid = kit.desk.perform(&me(), PayBill { bill: bill.id }).await.unwrap();
        settle(&kit, 2, &paid).await;
        assert_eq!(refused(kit.desk.perform(&system(), assess).await), "nothing_prepaid");
        let stranger = AssessSupplement { person: PERSON, year: 9999 };
        assert_eq!(refused(kit.desk.perform(&system(), stranger).await), "parameter_not_in_force");
        assert_eq!(refused(kit.desk.perform(&me(), assess).await), "denied");
    }

    async fn of_crediting_interest(kit: Kit) {
        let part = PensionPart { base: yuan("3000.00"), employer: None, personal: yuan("600.00"), account: yuan("240.00") };
        load(&kit, &[old_line(PERSON, month("2024-03"), Some(part))]).await;
        kit.set_today(day("2026-11-23"));
        let credit = |year| CreditInterest { year, after: None };
        assert_eq!(refused(kit.desk.perform(&system(), credit(2026)).await), "year_not_over");
        assert_eq!(refused(kit.desk.perform(&system(), credit(2025)).await), "year_before_missing");
        assert_eq!(refused(kit.desk.perform(&system(), credit(1990)).await), "parameter_not_in_force");
        kit.set_today(day("2027-11-23"));
        assert_eq!(refused(kit.desk.perform(&system(), credit(2026)).await), "rate_not_published");
    }

    async fn of_explaining(kit: Kit) {
        let error = explain_line(&kit.desk.view(), PERSON, LineId(Uuid::from_u128(5))).await.unwrap_err();
        assert_eq!((error.code(), error.kind()), ("line_not_found", FaultKind::NotFound));
        let declined: Declined<_> = Declined::Refused(error);
        assert_eq!(declined.code(), "line_not_found");
    }
}
