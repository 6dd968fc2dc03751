//! Every refusal of a roster's row once, each before those that follow: a row that all refuse is mended step by step.

use crate::staff::*;
use kernel::{Fen, InsuranceSet};
use registry::roster::{LeaveReason, Leaver, Newcomer, Returner, Row, RowError, preview};
use registry::*;
use testkit::Kit;
use uuid::Uuid;

async fn status(kit: &Kit, person: kernel::PersonId, kind: StatusKind) {
    let status = Status { kind, from: day("2017-01-01"), until: None };
    let (id, recorded_at) = (Uuid::from_u128(person.uuid().as_u128() ^ 1), kit.desk.now());
    let owner = kit.owner().await;
    bulk::load_statuses(owner.bulk(), &[bulk::StatusRow { person, id, status, recorded_at }]).await.unwrap();
    owner.close().await;
}

testkit::both_engines! {
    on [registry::MIGRATIONS];

    async fn a_joining_is_refused_for_one_reason_after_the_other(kit: Kit) {
        kit.set_today(day("2017-07-05"));
        let here = firm(&kit, 1, EmployerKind::Enterprise).await;
        let mut row = Newcomer {
            id_number: "130499197001010021".to_owned(), name: " ".to_owned(), phone: Some("123".to_owned()),
            insurances: InsuranceSet::NONE, from: day("2017-12-01"), wage: Fen::ZERO,
        };
        macro_rules! next {
            ($code:literal) => { assert_eq!(refused(&kit, here, Row::Enrol(row.clone())).await, $code) };
        }
        next!("id_check");
        row.id_number = "1304".to_owned();
        next!("id_malformed");
        row.id_number = number(1);
        next!("name_empty");
        row.name = "长".repeat(101);
        next!("name_too_long");
        row.name = "\u{E000}".to_owned();
        next!("name_unreadable");
        row.name = "工人1".to_owned();
        next!("phone_malformed");
        row.phone = None;
        next!("no_insurance");
        row.insurances = injury_alone();
        next!("wage_not_positive");
        row.wage = Fen::new(360_000);
        next!("day_too_late");
        row.from = day("2009-12-31");
        next!("before_employer");
        row.from = day("2017-07-03");
        next!("insurances_incomplete");
        row.insurances = InsuranceSet::ALL;
        taken(&kit, here, Row::Enrol(row.clone())).await;
        next!("already_enrolled");
        row.name = "另一人".to_owned();
        next!("name_differs");
    }

    async fn people_who_may_not_work_are_refused(kit: Kit) {
        kit.set_today(day("2017-07-05"));
        let here = firm(&kit, 1, EmployerKind::Enterprise).await;
        let there = firm(&kit, 2, EmployerKind::Enterprise).await;
        for (order, kind, code) in [(1, StatusKind::Dead, "dead"), (2, StatusKind::Retired, "retired")] {
            let person = taken(&kit, there, enrol(order)).await.person;
            status(&kit, person, kind).await;
            assert_eq!(refused(&kit, here, enrol(order)).await, code);
        }
        let child = kernel::IdNumber::compose(&kernel::AreaCode::parse("130499").unwrap(), day("2001-07-04"), 1).unwrap();
        let young = Newcomer { id_number: child.reveal().to_owned(), ..newcomer(9) };
        assert_eq!(refused(&kit, here, Row::Enrol(young.clone())).await, "too_young");
        // From the sixteenth birthday on one may work.
        taken(&kit, here, Row::Enrol(Newcomer { from: day("2017-07-04"), ..young })).await;
    }

    async fn one_number_twice_in_a_list_is_taken_once(kit: Kit) {
        kit.set_today(day("2017-07-05"));
        let here = firm(&kit, 1, EmployerKind::Enterprise).await;
        let done = send(&kit, here, vec![enrol(1), enrol(2), enrol(1)]).await;
        assert!(done[0].is_ok() && done[1].is_ok());
        assert_eq!(done[2], Err(RowError::TwiceInList));
        let view = kit.desk.view();
        let shown = preview(&view, here, &[enrol(3), enrol(3)]).await.unwrap();
        assert_eq!(shown[1].as_ref().err(), Some(&RowError::TwiceInList));
    }

    async fn a_number_of_two_people_is_for_a_clerk(kit: Kit) {
        kit.set_today(day("2017-07-05"));
        let here = firm(&kit, 1, EmployerKind::Enterprise).await;
        let person = taken(&kit, here, enrol(1)).await.person;
        let owner = kit.owner().await;
        let id = kernel::PersonId(Uuid::from_u128(42));
        let twin = bulk::PersonRow {
            id, personal_number: "1304000000009999".to_owned(), name: "另一人".to_owned(), sex: kernel::Sex::Male,
            birth: day("1990-06-15"), area: kernel::AreaCode::HANDAN, category_from: day("1990-06-15"),
            category: Category::Worker, document: Uuid::from_u128(43),
            id_number: kernel::IdNumber::parse(&number(1)).unwrap(), phone: None, recorded_at: kit.desk.now(),
        };
        assert_ne!(person, id);
        bulk::load_persons(owner.bulk(), kit.desk.view().keys(), &[twin]).await.unwrap();
        owner.close().await;
        assert_eq!(refused(&kit, here, enrol(1)).await, "number_doubled");
    }

    async fn leaving_and_coming_back_are_refused_for_their_own_reasons(kit: Kit) {
        kit.set_today(day("2017-07-05"));
        let here = firm(&kit, 1, EmployerKind::Enterprise).await;
        let back = |from: &str| {
            let (id_number, name) = (number(1), "工人1".to_owned());
            Row::Resume(Returner { id_number, name, from: day(from), wage: Fen::new(1) })
        };
        assert_eq!(refused(&kit, here, leaver(1, "2017-09-01")).await, "day_too_late");
        assert_eq!(refused(&kit, here, leaver(1, "2017-07-04")).await, "not_enrolled");
        assert_eq!(refused(&kit, here, back("2017-07-04")).await, "never_enrolled_here");
        taken(&kit, here, enrol(1)).await;
        assert_eq!(refused(&kit, here, back("2017-07-04")).await, "already_enrolled");
        let (id_number, name, why) = (number(1), "另一人".to_owned(), LeaveReason::Other);
        let other = Row::Suspend(Leaver { id_number, name, last_day: day("2017-07-04"), why });
        assert_eq!(refused(&kit, here, other).await, "name_differs");
        assert_eq!(refused(&kit, here, leaver(1, "2017-05-10")).await, "left_before_joining");
        taken(&kit, here, leaver(1, "2017-07-31")).await;
        assert_eq!(refused(&kit, here, back("2017-07-04")).await, "relation_overlaps");
        assert_eq!(refused(&kit, here, leaver(1, "2017-07-31")).await, "not_enrolled");
    }

    async fn a_list_of_an_employer_that_is_none_is_not_decided(kit: Kit) {
        let nobody = kernel::EmployerId(Uuid::from_u128(7));
        let declined = kit.desk.perform(&clerk(), Send(nobody, vec![enrol(1)])).await.unwrap_err();
        assert_eq!(declined.code(), "employer_not_found");
    }
}
