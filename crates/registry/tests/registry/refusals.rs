//! Each refusal once, in the order of precedence, on both engines.

use chrono::NaiveDate;
use control::{Act, Actor, Channel, Declined, Fault, Role};
use kernel::{AreaCode, EmployerId, IdNumber, Insurance, Month, PersonId, RelationId, Scheme, StaffId};
use registry::flexible::{Register, Resume, Suspend};
use registry::*;
use testkit::Kit;
use uuid::Uuid;

/// A woman born on 1990-06-15.
const ORDER: u16 = 2;

fn clerk() -> Actor {
    Actor::staff(StaffId(Uuid::from_u128(1)), &[Role::Clerk], Channel::Counter)
}

fn reviewer() -> Actor {
    Actor::staff(StaffId(Uuid::from_u128(2)), &[Role::Reviewer], Channel::Counter)
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn born(birth: &str) -> NewPerson {
    NewPerson {
        name: "李梅".to_owned(),
        id_number: IdNumber::compose(&AreaCode::parse("130499").unwrap(), day(birth), ORDER).unwrap(),
        phone: None,
        category: Category::Worker,
        area: AreaCode::parse("130499").unwrap(),
        source: Source::Counter,
        decision: None,
    }
}

async fn entered(kit: &Kit, birth: &str) -> PersonId {
    kit.desk.perform(&clerk(), RegisterPerson(born(birth))).await.unwrap()
}

/// The stable code of a refusal.
async fn code<A: Act>(kit: &Kit, actor: &Actor, act: A) -> &'static str {
    match kit.desk.perform(actor, act).await {
        Ok(_) => "done",
        Err(Declined::Refused(error)) => error.code(),
        Err(other) => panic!("{other:?}"),
    }
}

const PENSION: Insurance = Insurance::Pension;

fn register(person: PersonId) -> Register {
    Register { person, insurance: PENSION, from: month("2026-03") }
}

async fn with_status(kit: &Kit, person: PersonId, kind: StatusKind) {
    let status = Status { kind, from: day("2026-01-01"), until: None };
    let owner = kit.owner().await;
    let row = bulk::StatusRow {
        person,
        id: Uuid::from_u128(person.uuid().as_u128() ^ 1),
        status,
        recorded_at: kit.desk.now(),
    };
    bulk::load_statuses(owner.bulk(), &[row]).await.unwrap();
    owner.close().await;
}

async fn employed(kit: &Kit, person: PersonId, insurance: Insurance, until: Option<&str>) {
    let owner = kit.owner().await;
    let now = kit.desk.now();
    let employer = EmployerId(Uuid::from_u128(77));
    let row = bulk::RelationRow {
        person,
        id: RelationId(Uuid::from_u128(person.uuid().as_u128() ^ 2)),
        insurances: insurance.into(),
        scheme: Scheme::Enterprise,
        payer: Payer::Employer(employer),
        from: month("2020-01"),
        until: until.map(month),
        recorded_at: now,
        ended_at: None,
    };
    bulk::load_relations(owner.bulk(), &[row]).await.unwrap();
    owner.close().await;
}

testkit::both_engines! {
    on [registry::MIGRATIONS];

    async fn entering_is_refused(kit: Kit) {
        let with = |change: fn(&mut NewPerson)| {
            let mut new = born("1990-06-15");
            change(&mut new);
            RegisterPerson(new)
        };
        let clerk = clerk();
        assert_eq!(code(&kit, &clerk, with(|new| new.name = " ".to_owned())).await, "name_empty");
        assert_eq!(code(&kit, &clerk, with(|new| new.name = "长".repeat(101))).await, "name_too_long");
        assert_eq!(code(&kit, &clerk, with(|new| new.name = "李\u{E000}".to_owned())).await, "name_unreadable");
        assert_eq!(code(&kit, &clerk, with(|new| new.phone = Some("123".to_owned()))).await, "phone_malformed");
        assert_eq!(code(&kit, &clerk, RegisterPerson(born("2026-03-03"))).await, "not_born_yet");
        assert_eq!(code(&kit, &clerk, AskAboutDoubledNumber { id_number: born("1990-06-15").id_number }).await, "not_doubled");
        entered(&kit, "1990-06-15").await;
        assert_eq!(code(&kit, &clerk, RegisterPerson(born("1990-06-15"))).await, "number_in_use");
        let decision = Some(kernel::WorkItemId(Uuid::nil()));
        assert_eq!(code(&kit, &clerk, RegisterPerson(NewPerson { decision, ..born("1990-06-15") })).await, "not_decided");
    }

    async fn beginning_is_refused(kit: Kit) {
        let clerk = clerk();
        let person = entered(&kit, "1990-06-15").await;
        let nobody = PersonId(Uuid::nil());
        let injury = Register { insurance: Insurance::Injury, ..register(person) };
        assert_eq!(code(&kit, &clerk, injury).await, "insurance_not_offered");
        for bad in ["2025-12", "2026-04"] {
            assert_eq!(code(&kit, &clerk, Register { from: month(bad), ..register(person) }).await, "bad_month");
        }
        assert_eq!(code(&kit, &clerk, register(nobody)).await, "person_not_found");
        let sixteen_tomorrow = entered(&kit, "2010-03-03").await;
        assert_eq!(code(&kit, &clerk, register(sixteen_tomorrow)).await, "too_young");
        let sixteen_today = entered(&kit, "2010-03-02").await;
        assert_eq!(code(&kit, &clerk, register(sixteen_today)).await, "done");
        // Born in 1970-07: 55 in 2025-07, two months later under the delay, so 2025-09.
        let past = entered(&kit, "1970-07-01").await;
        assert_eq!(code(&kit, &clerk, register(past)).await, "past_retirement_age");
        for (kind, birth, expected) in [
            (StatusKind::Dead, "1991-01-01", "dead"),
            (StatusKind::Retired, "1991-01-02", "retired"),
            (StatusKind::UnemploymentBenefit, "1991-01-03", "draws_unemployment_benefit"),
        ] {
            let person = entered(&kit, birth).await;
            with_status(&kit, person, kind).await;
            assert_eq!(code(&kit, &clerk, register(person)).await, expected);
        }
        let employee = entered(&kit, "1992-01-01").await;
        employed(&kit, employee, PENSION, None).await;
        assert_eq!(code(&kit, &clerk, register(employee)).await, "insured_by_employer");
        let left_this_month = entered(&kit, "1992-01-02").await;
        employed(&kit, left_this_month, PENSION, Some("2026-03")).await;
        assert_eq!(code(&kit, &clerk, register(left_this_month)).await, "insured_by_employer");
        let left_before = entered(&kit, "1992-01-03").await;
        employed(&kit, left_before, PENSION, Some("2026-02")).await;
        assert_eq!(code(&kit, &clerk, register(left_before)).await, "done");
        let other_insurance = entered(&kit, "1992-01-04").await;
        employed(&kit, other_insurance, Insurance::Medical, None).await;
        assert_eq!(code(&kit, &clerk, register(other_insurance)).await, "done");
    }

    async fn registering_resuming_and_suspending_follow_each_other(kit: Kit) {
        let person = entered(&kit, "1990-06-15").await;
        let me = Actor::person(person, Channel::Web);
        let resume = |from: &str| Resume { person, insurance: PENSION, from: month(from) };
        let suspend = |last: &str| Suspend { person, insurance: PENSION, last: month(last) };
        assert_eq!(code(&kit, &me, resume("2026-03")).await, "never_registered");
        assert_eq!(code(&kit, &me, suspend("2026-03")).await, "never_registered");
        assert_eq!(code(&kit, &me, Register { from: month("2026-01"), ..register(person) }).await, "done");
        assert_eq!(code(&kit, &me, register(person)).await, "already_registered");
        assert_eq!(code(&kit, &me, resume("2026-03")).await, "already_registered");
        assert_eq!(code(&kit, &me, suspend("2025-11")).await, "bad_month");
        assert_eq!(code(&kit, &me, suspend("2026-04")).await, "bad_month");
        assert_eq!(code(&kit, &me, suspend("2025-12")).await, "relation_overlaps");
        assert_eq!(code(&kit, &me, suspend("2026-02")).await, "done");
        assert_eq!(code(&kit, &me, suspend("2026-02")).await, "already_suspended");
        assert_eq!(code(&kit, &me, register(person)).await, "resume_instead");
        assert_eq!(code(&kit, &me, resume("2026-02")).await, "relation_overlaps");
        assert_eq!(code(&kit, &me, resume("2026-03")).await, "done");
        let mine = relations(&kit.desk.view(), person).await.unwrap();
        let spans: Vec<_> = mine.iter().map(|r| (r.from, r.until, r.payer)).collect();
        assert_eq!(spans, [
            (month("2026-01"), Some(month("2026-02")), Payer::Oneself),
            (month("2026-03"), None, Payer::Oneself),
        ]);
        let stranger = Actor::person(PersonId(Uuid::from_u128(5)), Channel::Web);
        assert!(matches!(kit.desk.perform(&stranger, suspend("2026-03")).await, Err(Declined::Denied)));
    }

    async fn registering_twice_at_once_makes_one_relation(kit: Kit) {
        let person = entered(&kit, "1990-06-15").await;
        let other = kit.another_desk().await;
        let me = Actor::person(person, Channel::Web);
        let (one, two) = tokio::join!(kit.desk.perform(&me, register(person)), other.perform(&me, register(person)));
        assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|done| **done).count(), 1);
        assert_eq!(kit.number("select count(*) from registry_insured").await, 1);
    }

    async fn changing_is_refused(kit: Kit) {
        let (person, other) = (entered(&kit, "1990-06-15").await, entered(&kit, "1991-06-15").await);
        let change = |person, field, value: &str, reason: &str| {
            let (value, reason) = (value.to_owned(), reason.to_owned());
            ChangeData { person, field, value, valid_from: day("2026-03-02"), reason }
        };
        let (clerk, me) = (clerk(), Actor::person(person, Channel::Web));
        for field in Field::ALL.iter().filter(|field| !field.by_oneself()) {
            assert_eq!(code(&kit, &me, change(person, *field, "x", "why")).await, "not_by_oneself", "{field}");
        }
        assert_eq!(code(&kit, &clerk, change(person, Field::Name, "李美", " ")).await, "no_reason");
        assert_eq!(code(&kit, &clerk, change(PersonId(Uuid::nil()), Field::Name, "李美", "why")).await, "person_not_found");
        for field in Field::ALL {
            assert_eq!(code(&kit, &clerk, change(person, *field, "\u{E000}", "why")).await, if *field == Field::Address { "done" } else { "bad_value" }, "{field}");
        }
        assert_eq!(code(&kit, &clerk, change(person, Field::Name, "李梅", "why")).await, "unchanged");
        let taken = id_number(&kit.desk.view(), other).await.unwrap().unwrap();
        assert_eq!(code(&kit, &clerk, change(person, Field::IdNumber, taken.reveal(), "why")).await, "number_in_use");
    }

    async fn merging_is_refused(kit: Kit) {
        let (one, two) = (entered(&kit, "1990-06-15").await, entered(&kit, "1991-06-15").await);
        let three = entered(&kit, "1992-06-15").await;
        let nobody = PersonId(Uuid::nil());
        let merge = |from, into, reason: &str| MergePersons { from, into, reason: reason.to_owned() };
        let reviewer = reviewer();
        assert_eq!(code(&kit, &reviewer, merge(one, two, "")).await, "no_reason");
        assert_eq!(code(&kit, &reviewer, merge(nobody, two, "why")).await, "person_not_found");
        assert_eq!(code(&kit, &reviewer, merge(one, nobody, "why")).await, "person_not_found");
        assert_eq!(code(&kit, &reviewer, merge(one, one, "why")).await, "same_entry");
        assert_eq!(code(&kit, &reviewer, merge(one, two, "why")).await, "done");
        assert_eq!(code(&kit, &reviewer, merge(one, three, "why")).await, "already_merged");
        let unmerge = |from, reason: &str| UnmergePersons { from, reason: reason.to_owned() };
        assert_eq!(code(&kit, &reviewer, unmerge(one, "")).await, "no_reason");
        assert_eq!(code(&kit, &reviewer, unmerge(nobody, "why")).await, "person_not_found");
        assert_eq!(code(&kit, &reviewer, unmerge(two, "why")).await, "not_merged");
        assert!(matches!(kit.desk.perform(&clerk(), unmerge(one, "why")).await, Err(Declined::Denied)));
    }
}
