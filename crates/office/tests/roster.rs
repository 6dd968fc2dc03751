//! The roster with its wages: lists in chunks, two employers decided by two officers, the reminder, the move; both engines.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use chrono::NaiveDate;
use control::{Actor, Channel, Confirmed, HandleWorkItem, IdempotencyKey, Role, WorkItemState, work_items};
use kernel::{AgentId, AreaCode, EmployerId, Fen, IdNumber, Insurance, InsuranceSet, Month, StaffId};
use office::roster::{
    CarryOutTwoEmployers, EnrolStaff, INSURANCES_MISSING, MoveStaff, ROWS_MAX, Remind, ResumeStaff, Sending,
    SuspendStaff, send,
};
use policy::reform::employer::Paper;
use registry::requirement::Business;
use registry::roster::two_employers::{ENROL_HERE, STAYS_THERE};
use registry::roster::{LeaveReason, Leaver, Newcomer, RemindOfInsurances, Returner, Row, RowError, Span, preview};
use registry::{Contact, EmployerKind, RegisterEmployer, SelfCheck, insured_at, insured_person, self_checks};
use std::time::Instant;
use testkit::Kit;
use uuid::Uuid;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::parse(text).unwrap()
}

fn staff(id: u128, role: Role) -> Actor {
    Actor::staff(StaffId(Uuid::from_u128(id)), &[role], Channel::Counter)
}

fn clerk() -> Actor {
    staff(1, Role::Clerk)
}

fn declarer(employer: EmployerId) -> Actor {
    Actor::agent(AgentId(Uuid::from_u128(5)), employer, &[Role::AgentDeclarer], Channel::Web)
}

/// A worker of a list of thousands: the birthday counts up with every 900.
fn number(order: u32) -> String {
    let birth = day("1980-01-01") + chrono::Days::new(u64::from(order / 900));
    let order = u16::try_from(order % 900 + 1).unwrap();
    IdNumber::compose(&AreaCode::parse("130499").unwrap(), birth, order).unwrap().reveal().to_owned()
}

fn newcomer(order: u32) -> Newcomer {
    Newcomer {
        id_number: number(order),
        name: format!("工人{order}"),
        phone: None,
        insurances: InsuranceSet::ALL,
        from: day("2017-07-03"),
        wage: Fen::new(360_000),
    }
}

fn checked() -> SelfCheck {
    SelfCheck { business: Business::StaffChange, papers: vec![Paper::Contract, Paper::WageSheet] }
}

async fn firm(kit: &Kit, order: u32, kind: EmployerKind) -> EmployerId {
    const SIGNS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let head = format!("9113040{:010}", order + 1);
    let mut weight = 1;
    let mut sum = 0;
    for byte in head.bytes() {
        sum += SIGNS.iter().position(|sign| *sign == byte).unwrap() * weight;
        weight = weight * 3 % 31;
    }
    let act = RegisterEmployer {
        key: key(&format!("register-{order}")),
        name: format!("邯郸市测试{order}有限公司"),
        credit_code: format!("{head}{}", char::from(SIGNS[(31 - sum % 31) % 31])),
        area: AreaCode::parse("130499").unwrap(),
        kind,
        size_proof: Some("名录 130499-1".to_owned()),
        injury_class: 2,
        legal_person: "李建国".to_owned(),
        legal_person_number: "13049919700101002X".to_owned(),
        contact: Contact { name: "张会计".to_owned(), phone: "13900000009".to_owned() },
        from: day("2010-01-04"),
        checked: SelfCheck { business: Business::Registration, papers: Vec::new() },
    };
    kit.desk.perform(&clerk(), act).await.unwrap().employer
}

fn sending(name: &str, employer: EmployerId, rows: Vec<Row>) -> Sending {
    Sending { key: key(name), employer, rows, checked: checked() }
}

async fn enrolled(kit: &Kit, name: &str, employer: EmployerId, newcomer: Newcomer) -> registry::roster::Taken {
    kit.desk.perform(&declarer(employer), EnrolStaff { key: key(name), employer, newcomer }).await.unwrap()
}

testkit::both_engines! {
    on office::MIGRATIONS;

    /// 13.4c: two join and one leaves, without contract or wage sheet; what the employer says it checked is kept.
    async fn example_13_4c_three_rows_and_the_declaration_of_the_self_check(kit: Kit) {
        kit.set_today(day("2017-07-05"));
        let e4 = firm(&kit, 4, EmployerKind::Enterprise).await;
        kit.set_today(day("2017-07-20"));
        let agent = declarer(e4);
        enrolled(&kit, "enrol-one", e4, newcomer(1)).await;
        let (id_number, name, why) = (number(1), "工人1".to_owned(), LeaveReason::ContractEnded);
        let leaves = Row::Suspend(Leaver { id_number, name, last_day: day("2017-07-19"), why });
        let rows = vec![Row::Enrol(newcomer(2)), Row::Enrol(newcomer(3)), leaves];
        let done = send(&kit.desk, &agent, sending("roster-1", e4, rows.clone())).await.unwrap();
        assert!(done.iter().all(Result::is_ok), "{done:?}");
        let kept = self_checks(&kit.desk.view(), e4, 10).await.unwrap();
        assert_eq!((kept.len(), kept[0].check.clone(), kept[0].actor.as_str()), (2, checked(), "agent"));
        // The same key again: the same answer, and nothing twice.
        assert_eq!(send(&kit.desk, &agent, sending("roster-1", e4, rows)).await.unwrap(), done);
        assert_eq!(self_checks(&kit.desk.view(), e4, 10).await.unwrap().len(), 2);
        assert_eq!(insured_at(&kit.desk.view(), e4, month("2017-08")).await.unwrap().len(), 2);
        let other = vec![Row::Enrol(newcomer(9))];
        let reused = send(&kit.desk, &agent, sending("roster-1", e4, other)).await.unwrap_err();
        assert_eq!(reused.code(), "key_reused");
    }

    async fn good_rows_are_taken_and_bad_ones_refused_each_with_its_code(kit: Kit) {
        kit.set_today(day("2017-07-05"));
        let here = firm(&kit, 1, EmployerKind::Enterprise).await;
        let mut rows: Vec<Row> = (0..250).map(|order| Row::Enrol(newcomer(order))).collect();
        rows[7] = Row::Enrol(Newcomer { wage: Fen::ZERO, ..newcomer(7) });
        // The same number again, two chunks later.
        rows[249] = rows[3].clone();
        let shown = preview(&kit.desk.view(), here, &rows).await.unwrap();
        let done = send(&kit.desk, &declarer(here), sending("roster-1", here, rows)).await.unwrap();
        let codes = |place: usize| done[place].as_ref().err().map(RowError::code);
        assert_eq!((codes(7), codes(249)), (Some("wage_not_positive"), Some("twice_in_list")));
        assert_eq!(done.iter().filter(|row| row.is_ok()).count(), 248);
        for (shown, done) in shown.iter().zip(&done) {
            assert_eq!(shown.as_ref().err(), done.as_ref().err());
        }
        assert_eq!(insured_at(&kit.desk.view(), here, month("2017-07")).await.unwrap().len(), 248);
        let many = vec![Row::Enrol(newcomer(1)); ROWS_MAX + 1];
        let refused = send(&kit.desk, &declarer(here), sending("roster-2", here, many)).await.unwrap_err();
        assert_eq!(refused.code(), "too_many_rows");
        let there = firm(&kit, 2, EmployerKind::Enterprise).await;
        let theirs = send(&kit.desk, &declarer(here), sending("roster-3", there, vec![Row::Enrol(newcomer(1))])).await;
        assert_eq!(theirs.unwrap_err().code(), "denied");
    }

    async fn joining_leaving_and_coming_back_one_by_one(kit: Kit) {
        kit.set_today(day("2017-07-20"));
        let here = firm(&kit, 1, EmployerKind::Enterprise).await;
        let agent = declarer(here);
        let first = enrolled(&kit, "enrol-one", here, newcomer(1)).await;
        assert_eq!(enrolled(&kit, "enrol-one", here, newcomer(1)).await, first);
        let again = EnrolStaff { key: key("enrol-one"), employer: here, newcomer: newcomer(2) };
        assert_eq!(kit.desk.perform(&agent, again).await.unwrap_err().code(), "key_reused");
        let wrong = Newcomer { id_number: "130499197001010021".to_owned(), ..newcomer(1) };
        let wrong = EnrolStaff { key: key("enrol-two"), employer: here, newcomer: wrong };
        assert_eq!(kit.desk.perform(&agent, wrong).await.unwrap_err().code(), "id_check");
        let (id_number, name, why) = (number(1), "工人1".to_owned(), LeaveReason::Resigned);
        let leaver = Leaver { id_number: id_number.clone(), name: name.clone(), last_day: day("2017-07-18"), why };
        let left = kit.desk.perform(&agent, SuspendStaff { key: key("leave-one"), employer: here, leaver }).await.unwrap();
        assert_eq!(left.verdict.span, Span::Left(month("2017-07")));
        let returner = Returner { id_number, name, from: day("2017-08-01"), wage: Fen::new(400_000) };
        let back = ResumeStaff { key: key("return-one"), employer: here, returner };
        let back = kit.desk.perform(&agent, back).await.unwrap();
        assert_eq!((back.person, back.verdict.span), (first.person, Span::Joined(month("2017-08"))));
    }

    async fn a_move_leaves_no_month_out_and_none_twice(kit: Kit) {
        kit.set_today(day("2017-07-20"));
        let there = firm(&kit, 1, EmployerKind::Enterprise).await;
        let here = firm(&kit, 2, EmployerKind::Enterprise).await;
        let person = enrolled(&kit, "enrol-one", there, newcomer(1)).await.person;
        let moving = || MoveStaff {
            key: key("move-one"), person, from: there, to: here, on: day("2017-08-10"), wage: Fen::new(400_000),
        };
        assert_eq!(kit.desk.perform(&declarer(there), moving()).await.unwrap_err().code(), "denied");
        let moved = kit.desk.perform(&clerk(), moving()).await.unwrap();
        assert_eq!((moved.verdict.span, moved.verdict.insurances), (Span::Joined(month("2017-08")), InsuranceSet::ALL));
        for (employer, at, insured) in
            [(there, "2017-07", true), (there, "2017-08", false), (here, "2017-07", false), (here, "2017-08", true)]
        {
            let found = insured_person(&kit.desk.view(), employer, person, month(at)).await.unwrap();
            assert_eq!(found.is_some(), insured, "{at}");
        }
        let nobody = MoveStaff { key: key("move-two"), ..moving() };
        assert_eq!(kit.desk.perform(&clerk(), nobody).await.map_or_else(|declined| declined.code(), |_| "done"), "not_enrolled");
    }

    async fn two_officers_decide_about_two_employers(kit: Kit) {
        kit.set_today(day("2017-07-20"));
        let there = firm(&kit, 1, EmployerKind::Enterprise).await;
        let here = firm(&kit, 2, EmployerKind::Enterprise).await;
        let person = enrolled(&kit, "enrol-one", there, newcomer(1)).await.person;
        let late = Newcomer { from: day("2017-08-01"), ..newcomer(1) };
        let item = enrolled(&kit, "enrol-two", here, late).await.conflict.unwrap();
        let open = work_items(&kit.desk.view(), WorkItemState::Open, 10).await.unwrap();
        assert_eq!(open.iter().map(|one| one.id).collect::<Vec<_>>(), [item]);
        let review = |confirmed| CarryOutTwoEmployers { item, confirmed };
        let handle = |decision: &str| HandleWorkItem { item, decision: decision.to_owned() };
        kit.desk.perform(&clerk(), handle(STAYS_THERE)).await.unwrap();
        let same = staff(1, Role::Reviewer);
        assert_eq!(kit.desk.perform(&same, review(Confirmed::Yes)).await.unwrap_err().code(), "work_item_same_officer");
        assert_eq!(kit.desk.perform(&staff(2, Role::Reviewer), review(Confirmed::No)).await.unwrap(), None);
        kit.desk.perform(&clerk(), handle(ENROL_HERE)).await.unwrap();
        let settled = kit.desk.perform(&staff(2, Role::Reviewer), review(Confirmed::Yes)).await.unwrap().unwrap();
        assert_eq!(settled.relation.unwrap().1, month("2017-08"));
        let at = async |employer, text: &str| {
            let found = insured_person(&kit.desk.view(), employer, person, month(text)).await.unwrap();
            found.map_or(InsuranceSet::NONE, |one| one.insurances)
        };
        let injury = InsuranceSet::from(Insurance::Injury);
        assert_eq!((at(there, "2017-07").await, at(here, "2017-07").await), (InsuranceSet::ALL, InsuranceSet::NONE));
        assert_eq!((at(there, "2017-08").await, at(here, "2017-08").await), (injury, InsuranceSet::ALL));
        let again = kit.desk.perform(&staff(2, Role::Reviewer), review(Confirmed::Yes)).await.unwrap_err();
        assert_eq!(again.code(), "work_item_wrong_state");
    }

    /// 13.3: the reminder finds a firm that still lacks insurances, and leaves one alone that has joined them.
    async fn example_13_3_the_reminder_comes_after_six_months(kit: Kit) {
        kit.set_today(day("2017-07-05"));
        let e3 = firm(&kit, 3, EmployerKind::SmallOrMicro).await;
        let alone = Newcomer { insurances: Insurance::Injury.into(), ..newcomer(1) };
        enrolled(&kit, "enrol-one", e3, alone).await;
        let system = Actor::system(Channel::Worker);
        kit.set_today(day("2018-01-02"));
        let item = kit.desk.perform(&system, Remind(RemindOfInsurances { employer: e3 })).await.unwrap().unwrap();
        let known = control::work_item(&kit.desk.view(), item).await.unwrap().unwrap();
        assert_eq!((known.kind.as_str(), &known.detail["missing"]), (INSURANCES_MISSING, &serde_json::json!(["pension", "unemployment"])));
        enrolled(&kit, "enrol-two", e3, Newcomer { from: day("2018-01-02"), ..newcomer(1) }).await;
        assert_eq!(kit.desk.perform(&system, Remind(RemindOfInsurances { employer: e3 })).await.unwrap(), None);
    }

    /// Five thousand rows: shown and taken in seconds, in chunks between which others get their turn.
    async fn five_thousand_rows_are_shown_and_taken(kit: Kit) {
        kit.set_today(day("2017-07-05"));
        let here = firm(&kit, 1, EmployerKind::Enterprise).await;
        let rows: Vec<Row> = (0..5_000).map(|order| Row::Enrol(newcomer(order))).collect();
        let begun = Instant::now();
        let shown = preview(&kit.desk.view(), here, &rows).await.unwrap();
        let previewed = begun.elapsed();
        let done = send(&kit.desk, &declarer(here), sending("roster-1", here, rows)).await.unwrap();
        println!("5,000 rows on {:?}: shown in {previewed:?}, taken in {:?}", kit.engine(), begun.elapsed() - previewed);
        assert!(shown.iter().all(Result::is_ok) && done.iter().all(Result::is_ok));
        assert_eq!(insured_at(&kit.desk.view(), here, month("2017-07")).await.unwrap().len(), 5_000);
    }
}
