//! Each refusal of the employers' verbs once, in the order of precedence.

use crate::fixture::employers::*;
use crate::fixture::*;
use contribution::back_pay::BackMonth;
use contribution::demand::Arrears;
use contribution::{AssessEmployer, BackPay, BackPayKind, IssueDemand};
use kernel::{Insurance, InsuranceSet};
use registry::EmployerKind;

const PENSION: InsuranceSet = InsuranceSet::NONE.with(Insurance::Pension);

/// A back payment of worker 1 at firm 1 with its contract as proof.
fn back(name: &str, months: &[(&str, &str)], kind: BackPayKind) -> BackPay {
    BackPay {
        key: key(name),
        employer: firm(1),
        person: worker(1),
        months: months.iter().map(|(of, wage)| BackMonth { month: month(of), wage: yuan(wage) }).collect(),
        insurances: vec![Insurance::Pension],
        kind,
        proof: "劳动合同".to_owned(),
    }
}

async fn says(kit: &testkit::Kit, act: BackPay) -> &'static str {
    refused(kit.desk.perform(&system(), act).await)
}

testkit::both_engines! {
    on SCHEMA;

    async fn of_back_payments(kit: Kit) {
        use BackPayKind::{BankruptUnemployment, Interrupted, Omitted};
        kit.set_today(day("2017-08-01"));
        register(&kit, 1, EmployerKind::Enterprise, 2).await;
        hire(&kit, &[Hired { worker: 1, firm: 1, insurances: PENSION, from: "2014-01", until: None }]).await;
        wages(&kit, 1, "2017-01", &[(1, "3000.00")]).await;
        declared(&kit, 1, "2017-01", "2017-12").await;
        assess_month(&kit, 1, "2017-05").await;
        for months in [&[][..], &[("2017-03", "0.00"), ("2017-03", "0.00")], &[("2017-08", "0.00")]] {
            assert_eq!(says(&kit, back("months", months, Omitted)).await, "back_pay_months");
        }
        let march = [("2017-03", "3000.00")];
        assert_eq!(says(&kit, back("wage", &[("2017-03", "0.00")], Omitted)).await, "back_pay_wage");
        let none = BackPay { insurances: Vec::new(), proof: String::new(), ..back("none", &march, Omitted) };
        assert_eq!(says(&kit, none).await, "back_pay_no_insurance");
        let bare = BackPay { proof: " ".to_owned(), person: worker(9), ..back("proof", &march, Omitted) };
        assert_eq!(says(&kit, bare).await, "back_pay_no_proof");
        let stranger = BackPay { person: worker(9), ..back("staff", &march, BankruptUnemployment) };
        assert_eq!(says(&kit, stranger).await, "back_pay_not_staff");
        assert_eq!(says(&kit, back("solvent", &march, BankruptUnemployment)).await, "back_pay_not_bankrupt");
        assert_eq!(says(&kit, back("again", &[("2017-05", "3000.00")], Omitted)).await, "back_pay_already_assessed");
        kit.desk.perform(&system(), back("first", &march, Omitted)).await.unwrap();
        assert_eq!(says(&kit, back("first", &[("2017-04", "3000.00")], Omitted)).await, "key_reused");
        assert_eq!(says(&kit, back("second", &[("2017-04", "3000.00")], Omitted)).await, "back_pay_waiting");
        // Before reform 2 a gap could not be paid while the inspection had lapsed; since then it is made up first.
        let gap = [("2015-02", "3000.00")];
        kit.set_today(day("2015-06-01"));
        assert_eq!(says(&kit, back("old", &gap, Interrupted)).await, "back_pay_not_allowed");
        kit.set_today(day("2015-08-03"));
        assert_eq!(says(&kit, back("new", &gap, Interrupted)).await, "back_pay_inspection_first");
        assert_eq!(kit.number("select count(*) from contribution_back_payment").await, 1);
    }

    /// B8: a bankrupt employer pays back unemployment alone; anything more is refused.
    async fn a_bankrupt_employer_pays_back_unemployment_alone(kit: Kit) {
        kit.set_today(day("2017-08-01"));
        register(&kit, 1, EmployerKind::Bankrupt, 1).await;
        hire(&kit, &[Hired { worker: 1, firm: 1, insurances: PENSION, from: "2015-01", until: None }]).await;
        let months = [("2016-11", "3000.00"), ("2016-12", "3000.00")];
        let more = back("more", &months, BackPayKind::BankruptUnemployment);
        assert_eq!(says(&kit, more.clone()).await, "back_pay_not_bankrupt", "the pension is named");
        let alone = BackPay { key: key("alone"), insurances: vec![Insurance::Unemployment], proof: String::new(), ..more };
        let proposed = kit.desk.perform(&system(), alone).await.unwrap();
        // 0.5 % and 1 % of 3000 for each of two months
        assert_eq!(proposed.preview.principal, yuan("90.00"));
    }

    async fn of_assessing_and_demanding(kit: Kit) {
        kit.set_today(day("2017-07-20"));
        register(&kit, 1, EmployerKind::Enterprise, 2).await;
        let ahead = AssessEmployer { employer: firm(1), month: month("2017-08") };
        assert_eq!(refused(kit.desk.perform(&system(), ahead).await), "assess_month_in_future");
        let issue = |name: &str, of| IssueDemand {
            key: key(name),
            employer: firm(1),
            month: month(of),
            insurances: None,
            arrears: Arrears::Included,
        };
        assert_eq!(refused(kit.desk.perform(&system(), issue("idle", "2017-07")).await), "demand_nothing_due");
        staff(&kit, 1..2, "2017-07").await;
        wages(&kit, 1, "2017-07", &[(1, "3000.00")]).await;
        declared(&kit, 1, "2017-07", "2017-07").await;
        kit.desk.perform(&system(), issue("july", "2017-07")).await.unwrap();
        assert_eq!(refused(kit.desk.perform(&system(), issue("july", "2017-06")).await), "key_reused");
        kit.set_today(day("2026-11-20"));
        let elsewhere = IssueDemand { arrears: Arrears::ThisMonthOnly, ..issue("today", "2026-10") };
        assert_eq!(refused(kit.desk.perform(&system(), elsewhere).await), "demand_tax_office_collects");
    }
}
