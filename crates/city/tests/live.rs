//! A city is lived into an empty database on both engines, holds together, and is the same every time.

#![allow(clippy::unwrap_used, reason = "tests")]

use city::{CityError, Plan, live, person_id};
use control::{Actor, Channel};
use kernel::AreaCode;

fn plan() -> Plan {
    let today = "2026-11-23".parse().unwrap();
    Plan { people: 120, years: 20, seed: 7, today, area: AreaCode::HANDAN }
}

testkit::both_engines! {
    on [registry::MIGRATIONS, message::MIGRATIONS, account::MIGRATIONS, ledger::MIGRATIONS, payment::MIGRATIONS,
        record::MIGRATIONS, contribution::MIGRATIONS];

    async fn a_city_holds_together(kit: Kit) {
        kit.set_today(plan().today);
        let lived = live(&kit.desk, kit.url(), plan(), &|_| ()).await.unwrap();
        assert_eq!(lived.people, 120);
        assert!(lived.lines > 8_000, "{lived:?}");
        let system = Actor::system(Channel::CommandLine);
        while kit.desk.perform(&system, ledger::SealJournals).await.unwrap() > 0 {}
        let report = office::books::verify(&kit.desk.view(), &|_| ()).await.unwrap().unwrap();
        assert_eq!(report.contributions.lines, lived.lines);
        assert_eq!(report.books.journals, lived.journals);
        assert_eq!(report.books.sealed, lived.journals);
    }

    async fn a_city_is_lived_once(kit: Kit) {
        kit.set_today(plan().today);
        let small = Plan { people: 10, ..plan() };
        live(&kit.desk, kit.url(), small, &|_| ()).await.unwrap();
        assert!(matches!(live(&kit.desk, kit.url(), small, &|_| ()).await, Err(CityError::NotEmpty)));
    }

    async fn the_personas_have_something_to_do(kit: Kit) {
        kit.set_today(plan().today);
        live(&kit.desk, kit.url(), Plan { people: 10, ..plan() }, &|_| ()).await.unwrap();
        let view = kit.desk.view();
        let months = contribution::calendar(&view, person_id(7, 0), 2026).await.unwrap();
        let payable = months.iter().filter(|month| month.standing.is_payable()).count();
        assert_eq!(payable, 9, "the first persona owes April to December: {months:?}");
        let paid_up = contribution::calendar(&view, person_id(7, 1), 2026).await.unwrap();
        assert!(paid_up.iter().all(|month| month.standing == contribution::Standing::Paid), "{paid_up:?}");
        let employee = contribution::calendar(&view, person_id(7, 2), 2026).await.unwrap();
        assert!(employee.iter().all(|month| !month.standing.is_payable()), "{employee:?}");
    }
}
