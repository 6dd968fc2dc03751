//! Joining, leaving and coming back; the acceptance examples 13.1, 13.1n, 13.3 and 13.4c as far as the roster goes.

use crate::staff::*;
use kernel::{Insurance, InsuranceSet};
use registry::roster::{Returner, Row, Span, Warning, preview};
use registry::*;
use std::collections::HashSet;

testkit::both_engines! {
    on [registry::MIGRATIONS];

    /// 13.1, the roster's half: enrolled on 2017-07-05 from 07-03, insured for 2017-07, somebody new to the registry.
    async fn example_13_1_a_worker_is_enrolled_for_the_month_they_joined(kit: Kit) {
        kit.set_today(day("2017-07-05"));
        let e1 = firm(&kit, 1, EmployerKind::Enterprise).await;
        let p1 = roster::Newcomer { id_number: "13049919700101002X".to_owned(), ..newcomer(1) };
        let rows = [Row::Enrol(p1.clone())];
        let shown = preview(&kit.desk.view(), e1, &rows).await.unwrap().pop().unwrap().unwrap();
        assert_eq!((shown.person, shown.span), (None, Span::Joined(month("2017-07"))));
        let done = taken(&kit, e1, Row::Enrol(p1)).await;
        assert_eq!(done.verdict, roster::Verdict { person: Some(done.person), ..shown });
        assert!(done.verdict.warnings.is_empty());
        let staff = insured_at(&kit.desk.view(), e1, month("2017-07")).await.unwrap();
        assert_eq!(staff.len(), 1);
        assert_eq!((staff[0].person, staff[0].insurances, staff[0].injury_class), (done.person, InsuranceSet::ALL, 2));
        assert_eq!(Some(staff[0].relation), done.relation);
        assert!(insured_at(&kit.desk.view(), e1, month("2017-06")).await.unwrap().is_empty());
        let again = insured_person(&kit.desk.view(), e1, done.person, month("2017-07")).await.unwrap();
        assert_eq!(again, Some(staff[0]));
    }

    /// 13.1n: a wrong check digit is rejected with its code, and nothing is stored.
    async fn example_13_1n_a_wrong_check_digit_stores_nothing(kit: Kit) {
        kit.set_today(day("2017-07-05"));
        let e1 = firm(&kit, 1, EmployerKind::Enterprise).await;
        let wrong = roster::Newcomer { id_number: "130499197001010021".to_owned(), ..newcomer(1) };
        assert_eq!(refused(&kit, e1, Row::Enrol(wrong)).await, "id_check");
        assert_eq!(kit.number("select count(*) from registry_person").await, 0);
        assert_eq!(kit.number("select count(*) from registry_insured").await, 0);
    }

    /// 13.3: eight workers of a small firm for work injury alone; pension and unemployment are absent; a reminder after 6 months.
    async fn example_13_3_a_small_firm_takes_work_injury_alone(kit: Kit) {
        kit.set_today(day("2017-07-05"));
        let e3 = firm(&kit, 3, EmployerKind::SmallOrMicro).await;
        let alone = |order| Row::Enrol(roster::Newcomer { insurances: injury_alone(), ..newcomer(order) });
        let done = send(&kit, e3, (1..=8).map(alone).collect()).await;
        assert!(done.iter().flatten().all(|row| row.verdict.warnings == [Warning::InStages(month("2018-01"))]));
        let staff = insured_at(&kit.desk.view(), e3, month("2017-07")).await.unwrap();
        assert_eq!(staff.iter().filter(|one| one.insurances == injury_alone()).count(), 8);
        assert_eq!(kit.number("select count(*) from registry_insured where insurances <> 8").await, 0);
        assert_eq!(kit.number("select count(*) from control_job where kind = 'remind_of_insurances'").await, 1);
        // The rest joins later, beside what stands.
        kit.set_today(day("2018-01-10"));
        let rest = roster::Newcomer { from: day("2018-01-08"), ..newcomer(1) };
        let joined = taken(&kit, e3, Row::Enrol(rest)).await;
        assert_eq!(joined.verdict.insurances, InsuranceSet::ALL.without(Insurance::Injury));
        let now = insured_person(&kit.desk.view(), e3, joined.person, month("2018-01")).await.unwrap().unwrap();
        assert_eq!((now.insurances, Some(now.relation)), (InsuranceSet::ALL, joined.relation));
    }

    /// 13.4c, the roster's half: two join and one leaves by one list.
    async fn example_13_4c_two_join_and_one_leaves(kit: Kit) {
        kit.set_today(day("2017-07-20"));
        let e4 = firm(&kit, 4, EmployerKind::Enterprise).await;
        taken(&kit, e4, enrol(1)).await;
        let done = send(&kit, e4, vec![enrol(2), enrol(3), leaver(1, "2017-07-19")]).await;
        assert_eq!(done.len(), 3);
        assert_eq!(done[2].as_ref().unwrap().verdict.span, Span::Left(month("2017-07")));
        let who = |staff: Vec<InsuredStaff>| staff.into_iter().map(|one| one.person).collect::<HashSet<_>>();
        let of = |place: usize| done[place].as_ref().unwrap().person;
        let july = who(insured_at(&kit.desk.view(), e4, month("2017-07")).await.unwrap());
        let august = who(insured_at(&kit.desk.view(), e4, month("2017-08")).await.unwrap());
        assert_eq!(july, HashSet::from([of(0), of(1), of(2)]));
        assert_eq!(august, HashSet::from([of(0), of(1)]));
    }

    /// Joined and left before the cut-off day of one month: never insured, and the row stays without counting.
    async fn who_joins_and_leaves_before_the_cut_off_was_never_insured(kit: Kit) {
        kit.set_today(day("2017-07-20"));
        let here = firm(&kit, 1, EmployerKind::Enterprise).await;
        taken(&kit, here, enrol(1)).await;
        let left = taken(&kit, here, leaver(1, "2017-07-10")).await;
        assert_eq!(left.verdict.span, Span::NeverInsured);
        assert!(insured_at(&kit.desk.view(), here, month("2017-07")).await.unwrap().is_empty());
        assert!(relations(&kit.desk.view(), left.person).await.unwrap().is_empty());
        assert_eq!(kit.number("select count(*) from registry_insured where void_at is not null").await, 1);
    }

    /// Coming back takes what the person was insured for last; months ago is accepted with what is owed said beside it.
    async fn who_comes_back_is_insured_as_before(kit: Kit) {
        kit.set_today(day("2017-07-20"));
        let here = firm(&kit, 1, EmployerKind::Enterprise).await;
        let long = roster::Newcomer { from: day("2017-01-09"), ..newcomer(1) };
        let first = taken(&kit, here, Row::Enrol(long)).await;
        assert_eq!(first.verdict.warnings, [Warning::BackPayment(month("2017-01"))]);
        taken(&kit, here, leaver(1, "2017-03-31")).await;
        let (id_number, name, from, wage) = (number(1), "工人1".to_owned(), day("2017-07-01"), newcomer(1).wage);
        let back = taken(&kit, here, Row::Resume(Returner { id_number, name, from, wage })).await;
        assert_eq!((back.verdict.insurances, back.verdict.span), (InsuranceSet::ALL, Span::Joined(month("2017-07"))));
        let pension = |one: &&Relation| one.insurance == Insurance::Pension;
        let all = relations(&kit.desk.view(), back.person).await.unwrap();
        let months: Vec<_> = all.iter().filter(pension).map(|one| (one.from, one.until)).collect();
        assert_eq!(months, [(month("2017-01"), Some(month("2017-03"))), (month("2017-07"), None)]);
    }

    /// Another employer still insures: work injury at once, the rest on a work item; the same again finds the same item.
    async fn two_employers_are_for_two_officers_but_for_work_injury(kit: Kit) {
        kit.set_today(day("2017-07-05"));
        let there = firm(&kit, 1, EmployerKind::Enterprise).await;
        let here = firm(&kit, 2, EmployerKind::Enterprise).await;
        taken(&kit, there, enrol(1)).await;
        let done = taken(&kit, here, enrol(1)).await;
        let rest = InsuranceSet::ALL.without(Insurance::Injury);
        assert_eq!((done.verdict.insurances, done.verdict.later), (injury_alone(), rest));
        assert_eq!(done.verdict.warnings, [Warning::SecondPayer, Warning::TwoEmployers(rest)]);
        let item = control::work_item(&kit.desk.view(), done.conflict.unwrap()).await.unwrap().unwrap();
        assert_eq!(item.kind, roster::two_employers::TWO_EMPLOYERS);
        let again = taken(&kit, here, enrol(1)).await;
        assert_eq!((again.relation, again.conflict), (None, done.conflict));
    }

    /// Who paid alone stops with the month before.
    async fn the_own_relation_ends_when_an_employer_insures(kit: Kit) {
        kit.set_today(day("2017-07-05"));
        let here = firm(&kit, 1, EmployerKind::Enterprise).await;
        let number = kernel::IdNumber::parse(&number(1)).unwrap();
        let new = NewPerson {
            name: "工人1".to_owned(), id_number: number, phone: None, category: Category::Worker,
            area: kernel::AreaCode::parse("130499").unwrap(), source: Source::Counter, decision: None,
        };
        let person = kit.desk.perform(&clerk(), RegisterPerson(new)).await.unwrap();
        let alone = flexible::Register { person, insurance: Insurance::Pension, from: month("2017-02") };
        kit.desk.perform(&clerk(), alone).await.unwrap();
        let done = taken(&kit, here, enrol(1)).await;
        assert_eq!(done.person, person);
        assert_eq!(done.verdict.warnings, [Warning::OwnRelationEnded(month("2017-06"))]);
        let own = relations(&kit.desk.view(), person).await.unwrap();
        let own = own.iter().find(|one| one.payer == Payer::Oneself).unwrap();
        assert_eq!(own.until, Some(month("2017-06")));
    }

    /// Two agents send the same list at once, on connections of their own: everybody is entered and enrolled once.
    async fn two_agents_with_one_list_enrol_everybody_once(kit: Kit) {
        kit.set_today(day("2017-07-05"));
        let here = firm(&kit, 1, EmployerKind::Enterprise).await;
        let other = kit.another_desk().await;
        let list = || Send(here, (1..=60).map(enrol).collect());
        let actor = clerk();
        let (one, two) = tokio::join!(kit.desk.perform(&actor, list()), other.perform(&actor, list()));
        let (one, two) = (one.unwrap(), two.unwrap());
        for (one, two) in one.iter().zip(&two) {
            let codes = [one, two].map(|row| row.as_ref().map_or_else(|error| error.code(), |_| "taken"));
            assert!(codes == ["taken", "already_enrolled"] || codes == ["already_enrolled", "taken"], "{codes:?}");
        }
        assert_eq!(kit.number("select count(*) from registry_person").await, 60);
        assert_eq!(kit.number("select count(*) from registry_insured").await, 60);
    }
}
