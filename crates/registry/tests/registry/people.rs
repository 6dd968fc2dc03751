//! Entering, finding, changing, merging and loading persons on both engines.

use chrono::NaiveDate;
use control::{Act, Actor, Channel, Confirmed, Declined, HandleWorkItem, Keys, ReviewWorkItem, Role};
use kernel::{AreaCode, CreditCode, EmployerId, IdNumber, Insurance, Month, PersonId, RelationId, Scheme, StaffId};
use registry::*;
use sea_orm::{ConnectionTrait, Statement};
use testkit::Kit;
use uuid::Uuid;

const WANG: &str = "13049919700101002X";
const PHONE: &str = "13900000001";

fn number(text: &str) -> IdNumber {
    IdNumber::parse(text).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn clerk() -> Actor {
    Actor::staff(StaffId(Uuid::from_u128(1)), &[Role::Clerk], Channel::Counter)
}

fn reviewer() -> Actor {
    Actor::staff(StaffId(Uuid::from_u128(2)), &[Role::Reviewer], Channel::Counter)
}

fn wang() -> NewPerson {
    NewPerson {
        name: "王𠮷".to_owned(),
        id_number: number(WANG),
        phone: Some(PHONE.to_owned()),
        category: Category::Worker,
        area: AreaCode::parse("130499").unwrap(),
        source: Source::Counter,
        decision: None,
    }
}

async fn entered(kit: &Kit, new: NewPerson) -> PersonId {
    kit.desk.perform(&clerk(), RegisterPerson(new)).await.unwrap()
}

async fn refusal<A: Act>(kit: &Kit, actor: &Actor, act: A) -> A::Error {
    match kit.desk.perform(actor, act).await {
        Ok(_) => panic!("it was done"),
        Err(Declined::Refused(error)) => error,
        Err(other) => panic!("{other:?}"),
    }
}

fn change(person: PersonId, field: Field, value: &str) -> ChangeData {
    let (value, reason) = (value.to_owned(), "seen at the counter".to_owned());
    ChangeData { person, field, value, valid_from: day("2026-03-02"), reason }
}

/// Every byte that a table holds, as text, to look for what should not stand there.
async fn raw(kit: &Kit, table: &str, columns: &[&str]) -> Vec<u8> {
    let db = kit.desk.database().bulk();
    let asked =
        Statement::from_string(db.get_database_backend(), format!("select {} from {table}", columns.join(", ")));
    let mut bytes = Vec::new();
    for row in db.query_all_raw(asked).await.unwrap() {
        for place in 0..columns.len() {
            match row.try_get_by_index::<Vec<u8>>(place) {
                Ok(value) => bytes.extend(value),
                Err(_) => bytes.extend(row.try_get_by_index::<String>(place).unwrap().into_bytes()),
            }
        }
    }
    assert!(!bytes.is_empty(), "{table} is empty");
    bytes
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

testkit::both_engines! {
    on [registry::MIGRATIONS];

    async fn a_person_is_found_by_both_forms_of_their_number(kit: Kit) {
        let mut old = wang();
        old.id_number = number("130499570815001");
        let id = entered(&kit, old).await;
        let view = kit.desk.view();
        assert_eq!(find_by_id_number(&view, &number("130499195708150019")).await.unwrap(), [id]);
        assert_eq!(find_by_id_number(&view, &number("130499570815001")).await.unwrap(), [id]);
        assert_eq!(find_by_phone(&view, PHONE).await.unwrap(), [id]);
        let person = person(&view, id).await.unwrap().unwrap();
        assert_eq!((person.name.as_str(), person.document_masked.as_str()), ("王𠮷", "1304**********0019"));
        assert_eq!((person.personal_number.as_str(), person.birth), ("1304000000000001", day("1957-08-15")));
        assert_eq!(id_number(&view, id).await.unwrap(), Some(number("130499195708150019")));
        assert_eq!(phone(&view, id).await.unwrap().as_deref(), Some(PHONE));
    }

    async fn after_a_rotation_the_new_key_alone_opens_everything(kit: Kit) {
        let id = entered(&kit, wang()).await;
        kit.desk.perform(&clerk(), change(id, Field::Phone, "13900000002")).await.unwrap();
        let keys = Keys::open_or_create(&kit.key_file()).unwrap().rotated().unwrap();
        keys.replace(&kit.key_file()).unwrap();
        let lists: [&control::Migrations; 1] = [registry::MIGRATIONS];
        // Number, both phones, and before and after of the change.
        assert_eq!(control::reseal(kit.url(), &keys, registry::SEALED, &lists, &|_| {}).await.unwrap(), 5);
        assert_eq!(control::reseal(kit.url(), &keys, registry::SEALED, &lists, &|_| {}).await.unwrap(), 0);
        let file = std::fs::read_to_string(kit.key_file()).unwrap();
        let without_the_first: Vec<&str> = file.lines().filter(|line| !line.starts_with("seal.1 ")).collect();
        std::fs::write(kit.key_file(), without_the_first.join("\n")).unwrap();
        let desk = kit.another_desk().await;
        let view = desk.view();
        assert_eq!(id_number(&view, id).await.unwrap(), Some(number(WANG)));
        assert_eq!(phone(&view, id).await.unwrap().as_deref(), Some("13900000002"));
        assert_eq!(history(&view, id).await.unwrap()[0].before, PHONE);
        assert_eq!(find_by_id_number(&view, &number(WANG)).await.unwrap(), [id]);
        let db = kit.desk.database().bulk();
        assert!(db.execute_unprepared("delete from registry_change").await.is_err(), "the guard stands again");
    }

    async fn no_table_holds_a_plain_number(kit: Kit) {
        let id = entered(&kit, wang()).await;
        kit.desk.perform(&clerk(), change(id, Field::IdNumber, "130499195708150019")).await.unwrap();
        kit.desk.perform(&clerk(), change(id, Field::Phone, "13900000002")).await.unwrap();
        let mut bytes = raw(&kit, "registry_document", &["number_sealed", "number_index", "source"]).await;
        bytes.extend(raw(&kit, "registry_contact", &["value_sealed", "value_index"]).await);
        bytes.extend(raw(&kit, "registry_change", &["before_sealed", "after_sealed", "reason"]).await);
        bytes.extend(raw(&kit, "control_audit", &["action", "coalesce(detail, '')"]).await);
        for plain in [WANG, "130499195708150019", PHONE, "13900000002"] {
            assert!(!holds(&bytes, plain), "{plain} stands in the open");
        }
        assert!(holds(&bytes, "seen at the counter"), "the search itself must be able to find");
    }

    async fn a_second_person_with_a_number_needs_two_officers(kit: Kit) {
        let first = entered(&kit, wang()).await;
        assert!(matches!(refusal(&kit, &clerk(), RegisterPerson(wang())).await, EnterError::NumberInUse(id) if id == first));
        let item = kit.desk.perform(&clerk(), AskAboutDoubledNumber { id_number: number(WANG) }).await.unwrap();
        let decided = || RegisterPerson(NewPerson { decision: Some(item), ..wang() });
        assert!(matches!(refusal(&kit, &clerk(), decided()).await, EnterError::NotDecided));
        kit.desk.perform(&clerk(), HandleWorkItem { item, decision: TWO_PERSONS.to_owned() }).await.unwrap();
        assert!(matches!(refusal(&kit, &clerk(), decided()).await, EnterError::NotDecided));
        kit.desk.perform(&reviewer(), ReviewWorkItem { item, confirmed: Confirmed::Yes }).await.unwrap();
        let mut other = wang();
        other.id_number = number("130499195708150019");
        other.decision = Some(item);
        entered(&kit, other.clone()).await;
        assert!(matches!(refusal(&kit, &clerk(), RegisterPerson(other)).await, EnterError::NotDecided), "another number");
        let second = kit.desk.perform(&clerk(), decided()).await.unwrap();
        assert_eq!(find_by_id_number(&kit.desk.view(), &number(WANG)).await.unwrap(), [first, second]);
        assert!(matches!(refusal(&kit, &clerk(), decided()).await, EnterError::NotDecided), "used once");
    }

    async fn two_clerks_who_enter_one_person_at_once_make_one(kit: Kit) {
        let other = kit.another_desk().await;
        let clerk = clerk();
        let (one, two) = tokio::join!(
            kit.desk.perform(&clerk, RegisterPerson(wang())),
            other.perform(&clerk, RegisterPerson(wang())),
        );
        assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|done| **done).count(), 1);
        assert_eq!(kit.number("select count(*) from registry_person").await, 1);
    }

    async fn what_was_changed_keeps_what_stood_before(kit: Kit) {
        let id = entered(&kit, wang()).await;
        kit.desk.perform(&clerk(), change(id, Field::BirthDecided, "1969-12-31")).await.unwrap();
        kit.desk.perform(&clerk(), change(id, Field::Category, "cadre")).await.unwrap();
        kit.desk.perform(&Actor::person(id, Channel::Web), change(id, Field::Address, "邯郸市复兴区一号")).await.unwrap();
        let view = kit.desk.view();
        let person = person(&view, id).await.unwrap().unwrap();
        assert_eq!((person.birth, person.category), (day("1969-12-31"), Category::Cadre));
        assert_eq!(address(&view, id).await.unwrap().as_deref(), Some("邯郸市复兴区一号"));
        let mut changes: Vec<_> = history(&view, id).await.unwrap();
        changes.sort_by_key(|change| change.field);
        let told: Vec<_> = changes.iter().map(|c| (c.field, c.before.as_str(), c.actor.as_str())).collect();
        assert_eq!(told, [
            (Field::BirthDecided, "1970-01-01", "staff"),
            (Field::Category, "worker", "staff"),
            (Field::Address, "", "person"),
        ]);
    }

    async fn a_merge_leads_and_can_be_taken_back(kit: Kit) {
        let into = entered(&kit, wang()).await;
        let mut second = wang();
        second.id_number = number("130499195708150019");
        second.phone = None;
        let from = entered(&kit, second).await;
        let merge = |from, into| MergePersons { from, into, reason: "one person, two cards".to_owned() };
        kit.desk.perform(&reviewer(), merge(from, into)).await.unwrap();
        assert_eq!(resolve(&kit.desk.view(), from).await.unwrap(), Some(into));
        assert_eq!(ids(&kit.desk.view(), from).await.unwrap(), [into, from]);
        assert_eq!(find_by_id_number(&kit.desk.view(), &number("130499195708150019")).await.unwrap(), [into]);
        assert_eq!(phone(&kit.desk.view(), from).await.unwrap().as_deref(), Some(PHONE));
        assert!(matches!(refusal(&kit, &reviewer(), merge(from, into)).await, MergeError::SameEntry));
        assert!(matches!(refusal(&kit, &reviewer(), merge(into, from)).await, MergeError::SameEntry));
        let unmerge = || UnmergePersons { from, reason: "two persons after all".to_owned() };
        kit.desk.perform(&reviewer(), unmerge()).await.unwrap();
        assert_eq!(resolve(&kit.desk.view(), from).await.unwrap(), Some(from));
        assert!(matches!(refusal(&kit, &reviewer(), unmerge()).await, MergeError::NotMerged));
        kit.desk.perform(&reviewer(), merge(from, into)).await.unwrap();
        assert_eq!(kit.number("select count(*) from registry_merge").await, 2);
    }

    async fn a_search_finds_and_masks(kit: Kit) {
        let id = entered(&kit, wang()).await;
        for text in [WANG, PHONE, "王𠮷", "1304000000000001"] {
            let found = kit.desk.perform(&clerk(), Search { text: text.to_owned() }).await.unwrap();
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!((found[0].id, found[0].name_masked.as_str()), (id, "王*"));
        }
        assert!(kit.desk.perform(&clerk(), Search { text: "李四".to_owned() }).await.unwrap().is_empty());
        assert!(matches!(refusal(&kit, &clerk(), Search { text: "王".to_owned() }).await, SearchError::TooShort));
        let stranger = Actor::person(id, Channel::Web);
        assert!(matches!(kit.desk.perform(&stranger, Search { text: WANG.to_owned() }).await, Err(Declined::Denied)));
    }

    async fn a_thousand_are_loaded_and_read_as_if_entered_one_by_one(kit: Kit) {
        let owner = kit.owner().await;
        let (db, area, now) = (owner.bulk(), kit.desk.area(), kit.desk.now());
        let first = bulk::reserve(db, area, bulk::Counter::Person, 1000).await.unwrap();
        let persons: Vec<_> = (0..1000u16).map(|n| bulk::PersonRow {
            id: PersonId(Uuid::from_u128(u128::from(n) + 1)),
            personal_number: bulk::number(area, bulk::Counter::Person, first + i64::from(n)),
            name: format!("张{n}"),
            sex: kernel::Sex::Female,
            birth: day("1980-05-05"),
            area,
            category_from: day("2000-01-01"),
            category: Category::Cadre,
            document: Uuid::from_u128(u128::from(n) + 10_000),
            id_number: IdNumber::compose(&AreaCode::parse("130499").unwrap(), day("1980-05-05"), n % 998 + 1).unwrap(),
            phone: (n % 2 == 0).then(|| (Uuid::from_u128(u128::from(n) + 20_000), format!("1380000{n:04}"))),
            recorded_at: now,
        }).collect();
        bulk::load_persons(db, kit.desk.keys(), &persons).await.unwrap();
        let employer = EmployerId(Uuid::from_u128(7));
        bulk::load_employers(db, &[bulk::EmployerRow {
            id: employer,
            unit_number: bulk::number(area, bulk::Counter::Unit, 1),
            name: "至简机械厂".to_owned(),
            area,
            credit_code: CreditCode::parse("91350100M000100Y43").unwrap(),
            kind: EmployerKind::Enterprise,
            from: day("2010-01-01"),
            recorded_at: now,
        }]).await.unwrap();
        let relations_of: Vec<_> = persons.iter().map(|person| bulk::RelationRow {
            person: person.id,
            id: RelationId(person.document),
            insurances: Insurance::Pension.into(),
            scheme: Scheme::Enterprise,
            payer: Payer::Employer(employer),
            from: month("2010-01"),
            until: Some(month("2024-12")),
            recorded_at: now,
            ended_at: Some(now),
        }).collect();
        bulk::load_relations(db, &relations_of).await.unwrap();
        let status = Status { kind: StatusKind::Retired, from: day("2025-01-01"), until: None };
        bulk::load_statuses(db, &[bulk::StatusRow { person: persons[3].id, id: Uuid::from_u128(9), status, recorded_at: now }]).await.unwrap();
        owner.close().await;
        let view = kit.desk.view();
        let known = person(&view, persons[4].id).await.unwrap().unwrap();
        assert_eq!((known.category, known.personal_number.as_str()), (Category::Cadre, "1304000000000005"));
        assert_eq!(find_by_phone(&view, "13800000004").await.unwrap(), [persons[4].id]);
        assert_eq!(relations(&view, persons[4].id).await.unwrap()[0].payer, Payer::Employer(employer));
        assert_eq!(employer_of(&view, employer).await, Some(EmployerKind::Enterprise));
        assert_eq!(statuses(&view, persons[3].id).await.unwrap(), [status]);
        let next = entered(&kit, wang()).await;
        assert_eq!(person(&kit.desk.view(), next).await.unwrap().unwrap().personal_number, "1304000000001001");
    }
}

async fn employer_of(view: &control::View, id: EmployerId) -> Option<EmployerKind> {
    employer(view, id).await.unwrap().unwrap().kind
}
