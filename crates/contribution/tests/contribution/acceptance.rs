//! The acceptance examples of the domain's chapter 13, as far as they are about employers' money, named by their numbers.

use crate::fixture::employers::*;
use crate::fixture::*;
use contribution::back_pay::{self, BackMonth};
use contribution::declare::FirstBase;
use contribution::{AssessError, BackPay, BackPayKind, Owed, Sides, arrears, assess};
use control::{Act, Action, Op, Subject};
use kernel::{EmployerId, Fen, Insurance, InsuranceSet, PersonId};
use policy::debt::{self, Situation};
use registry::EmployerKind;

/// What enrolling leaves to this crate: the wage typed, and months assessed already.
struct Enrolled {
    employer: EmployerId,
    base: FirstBase,
}

impl Act for Enrolled {
    const ACTION: Action = Action::EnrolStaff;
    type Answer = Vec<Owed>;
    type Error = AssessError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, AssessError> {
        Ok(Subject::Employer(self.employer))
    }

    async fn act(&self, op: &mut Op) -> Result<Vec<Owed>, AssessError> {
        contribution::declare::first_bases(op, self.employer, &[self.base]).await?;
        assess::catch_up(op, self.employer, &[self.base.person]).await
    }
}

async fn enrolled(kit: &testkit::Kit, firm_number: u128, person: PersonId, from: &str, wage: &str) -> Vec<Owed> {
    let base = FirstBase { person, from: month(from), wage: yuan(wage) };
    kit.desk.perform(&system(), Enrolled { employer: firm(firm_number), base }).await.unwrap()
}

/// Takes a back payment as its officers do.
struct Taken(contribution::BackPaymentId);

impl Act for Taken {
    const ACTION: Action = Action::ReviewWorkItem;
    type Answer = back_pay::BackPreview;
    type Error = contribution::BackPayError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, contribution::BackPayError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<back_pay::BackPreview, contribution::BackPayError> {
        back_pay::take(op, self.0).await
    }
}

fn sides(worker: &str, unit: &str) -> Sides {
    Sides { worker: yuan(worker), unit: yuan(unit) }
}

/// What is insured is the pension alone.
const PENSION: InsuranceSet = InsuranceSet::NONE.with(Insurance::Pension);

testkit::both_engines! {
    on SCHEMA;

    /// Example 13.1: an employer in arrears enrols; the new person is billed at once, the old debt stays and bears surcharge by
    /// the day.
    async fn example_13_1(kit: Kit) {
        kit.set_today(day("2017-07-05"));
        register(&kit, 1, EmployerKind::Enterprise, 6).await;
        left_open(&kit, 1, "2016-12", Insurance::Pension, ("0.00", "53053.61")).await;
        hire(&kit, &[Hired { worker: 1, firm: 1, insurances: PENSION, from: "2017-07", until: None }]).await;
        assert!(enrolled(&kit, 1, worker(1), "2017-07", "3600.00").await.is_empty(), "the month comes with its assessment");
        let preview = assess::preview(&kit.desk.view(), firm(1), month("2017-07")).await.unwrap();
        assert_eq!(preview.totals.get(&Insurance::Pension), Some(&sides("288.00", "720.00")));
        let demand = demand(&kit, "13-1", 1, "2017-07", None).await;
        let new = demand.claims.iter().find(|claim| claim.key.month == month("2017-07")).unwrap();
        assert_eq!((new.unit, new.worker), (yuan("720.00"), yuan("288.00")));
        let old = demand.claims.iter().find(|claim| claim.key.month == month("2016-12")).unwrap();
        assert_eq!(old.open().total(), yuan("53053.61"));
        assert_eq!(old.surcharge_on(policy(), day("2017-07-30")).unwrap(), yuan("5597.16"));
        kit.set_today(day("2017-07-30"));
        let late = arrears::aged(&kit.desk.view(), Some(firm(1)), day("2017-07-30"), 10).await.unwrap();
        assert_eq!((late.len(), late[0].days, late[0].surcharge), (1, 211, yuan("5597.16")));
        assert_eq!(demand.owing(policy(), day("2017-07-30")).unwrap().total, yuan("59658.77"));
        let received = pay_demand(&kit, 1, &demand, "59658.77").await;
        assert_eq!((received.surcharge, received.over), (yuan("5597.16"), Fen::ZERO));
        let found = verified(&kit).await;
        assert_eq!((found.surcharge, found.lines), (yuan("5597.16"), 1));
    }

    /// Example 13.2: the inspection is made up, the gap is paid: each month at its own rates, with surcharge from its own day.
    async fn example_13_2(kit: Kit) {
        kit.set_today(day("2017-08-01"));
        register(&kit, 2, EmployerKind::Enterprise, 2).await;
        hire(&kit, &[Hired { worker: 2, firm: 2, insurances: PENSION, from: "2016-06", until: None }]).await;
        let months = ["2016-03", "2016-04", "2016-05"];
        let act = BackPay {
            key: key("13-2"),
            employer: firm(2),
            person: worker(2),
            months: months.iter().map(|of| BackMonth { month: month(of), wage: yuan("3000.00") }).collect(),
            insurances: vec![Insurance::Pension],
            kind: BackPayKind::Interrupted,
            proof: String::new(),
        };
        let proposed = kit.desk.perform(&system(), act).await.unwrap();
        assert_eq!((proposed.preview.principal, proposed.preview.long), (yuan("2520.00"), false));
        kit.desk.perform(&system(), Taken(proposed.id)).await.unwrap();
        kit.set_today(day("2017-08-31"));
        let demand = demand(&kit, "13-2d", 2, "2016-05", None).await;
        let owing = demand.owing(policy(), day("2017-08-31")).unwrap();
        let lines: Vec<_> = owing
            .by_claim
            .iter()
            .map(|(claim, surcharge)| (claim.key.month.to_string(), claim.unit, claim.worker, *surcharge))
            .collect();
        let line = |of: &str, surcharge: &str| (of.to_owned(), yuan("600.00"), yuan("240.00"), yuan(surcharge));
        assert_eq!(lines, [line("2016-03", "217.56"), line("2016-04", "204.96"), line("2016-05", "191.94")]);
        let late = arrears::aged(&kit.desk.view(), Some(firm(2)), day("2017-08-31"), 10).await.unwrap();
        assert_eq!(late.iter().map(|aged| aged.days).collect::<Vec<_>>(), [518, 488, 457]);
        pay_demand(&kit, 2, &demand, "3134.46").await;
        verified(&kit).await;
        assert_eq!(kit.number("select count(*) from contribution_month where pension_line is not null").await, 3);
    }

    /// Example 13.3: work injury insurance alone for a small firm; what is not insured is absent, not zero.
    async fn example_13_3(kit: Kit) {
        kit.set_today(day("2017-07-20"));
        register(&kit, 3, EmployerKind::SmallOrMicro, 2).await;
        let injury = InsuranceSet::from(Insurance::Injury);
        let hired: Vec<Hired> =
            (1..9).map(|worker| Hired { worker, firm: 3, insurances: injury, from: "2017-07", until: None }).collect();
        hire(&kit, &hired).await;
        let eight: Vec<(u128, &str)> = (1..9).map(|worker| (worker, "3000.00")).collect();
        wages(&kit, 3, "2017-07", &eight).await;
        declared(&kit, 3, "2017-07", "2017-07").await;
        let assessed = assess_month(&kit, 3, "2017-07").await;
        assert_eq!((assessed.lines, assessed.unit, assessed.worker), (8, yuan("96.00"), Fen::ZERO));
        let absent = "select count(*) from contribution_due where pension_base is null and unemployment_base is null and medical_base is null";
        assert_eq!(kit.number(absent).await, 8);
        assert_eq!(kit.number("select count(*) from contribution_claim").await, 1);
    }

    /// Example 13.8a: omitted unemployment months of 2016, both sides, 600.00 before surcharge.
    async fn example_13_8a(kit: Kit) {
        kit.set_today(day("2017-08-01"));
        register(&kit, 8, EmployerKind::Enterprise, 1).await;
        hire(&kit, &[Hired { worker: 8, firm: 8, insurances: PENSION, from: "2015-01", until: None }]).await;
        let act = BackPay {
            key: key("13-8a"),
            employer: firm(8),
            person: worker(8),
            months: kernel::Month::of_year(2016)
                .unwrap()
                .months()
                .map(|month| BackMonth { month, wage: yuan("3000.00") })
                .collect(),
            insurances: vec![Insurance::Unemployment],
            kind: BackPayKind::Omitted,
            proof: "工资表".to_owned(),
        };
        let proposed = kit.desk.perform(&system(), act).await.unwrap();
        assert_eq!(proposed.preview.principal, yuan("600.00"));
        let sides = |line: &back_pay::BackLine| line.parts.sides(Insurance::Unemployment).unwrap();
        let months: Vec<Sides> = proposed.preview.lines.iter().map(sides).collect();
        let (early, late) = (crate::acceptance::sides("15.00", "45.00"), crate::acceptance::sides("15.00", "30.00"));
        assert_eq!(months, [vec![early; 4], vec![late; 8]].concat());
        kit.desk.perform(&system(), Taken(proposed.id)).await.unwrap();
        let demand = demand(&kit, "13-8ad", 8, "2016-12", Some(vec![Insurance::Unemployment])).await;
        let owing = demand.owing(policy(), day("2017-08-01")).unwrap();
        assert_eq!(owing.principal, yuan("600.00"));
        pay_demand(&kit, 8, &demand, &owing.total.to_string()).await;
        let paid = "select count(*) from contribution_month where unemployment_base is not null";
        assert_eq!(kit.number(paid).await, 12);
        verified(&kit).await;
    }

    /// Example 13.8b: a bankrupt employer pays unemployment only; the other debts stay, and the claim is free.
    async fn example_13_8b(kit: Kit) {
        kit.set_today(day("2017-06-30"));
        register(&kit, 8, EmployerKind::Bankrupt, 1).await;
        for (insurance, sides) in [
            (Insurance::Pension, ("0.00", "900000.00")),
            (Insurance::Injury, ("0.00", "30000.00")),
            (Insurance::Unemployment, ("1200.00", "10800.00")),
        ] {
            left_open(&kit, 8, "2017-06", insurance, sides).await;
        }
        let demand = demand(&kit, "13-8b", 8, "2017-06", Some(vec![Insurance::Unemployment])).await;
        assert_eq!(demand.total, yuan("12000.00"));
        kit.set_today(day("2017-07-01"));
        let view = kit.desk.view();
        let before = arrears::owed_by(&view, firm(8), day("2017-07-01")).await.unwrap();
        assert!(before.iter().all(|debt| debt.situation == Situation::OtherMonthsBankrupt));
        kit.set_today(day("2017-06-30"));
        pay_demand(&kit, 8, &demand, "12000.00").await;
        let after = arrears::owed_by(&kit.desk.view(), firm(8), day("2017-07-01")).await.unwrap();
        let left: Vec<_> = after.iter().map(|debt| (debt.insurance, debt.amount)).collect();
        assert_eq!(left, [(Insurance::Pension, yuan("900000.00")), (Insurance::Injury, yuan("30000.00"))]);
        let decision = debt::decide(policy(), day("2017-07-01"), debt::Act::ClaimUnemployment, &after).unwrap();
        assert!(decision.outcome != debt::Verdict::Blocks, "{decision:?}");
        assert_eq!(verified(&kit).await.claims, 3);
    }
}
