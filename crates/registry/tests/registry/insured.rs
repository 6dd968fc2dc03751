//! What an assessment reads: employers in their order, whole ones only, each person once.

use crate::staff::*;
use kernel::{EmployerId, InsuranceSet};
use registry::*;
use testkit::Kit;

async fn pages(kit: &Kit, employers: u64) -> Vec<InsuredStaff> {
    let (mut all, mut after) = (Vec::new(), None);
    let view = kit.desk.view();
    loop {
        let page = employers_after(&view, after, employers).await.unwrap();
        let (Some(first), Some(last)) = (page.first().copied(), page.last().copied()) else { return all };
        assert!(after.is_none_or(|after: EmployerId| first > after));
        assert!(u64::try_from(page.len()).unwrap() <= employers);
        all.extend(insured_between(&view, (first, last), month("2017-07")).await.unwrap());
        after = Some(last);
    }
}

testkit::both_engines! {
    on [registry::MIGRATIONS];

    async fn a_city_is_read_employer_by_employer_whatever_the_page(kit: Kit) {
        kit.set_today(day("2017-07-05"));
        let mut firms = Vec::new();
        for order in 1..=7 {
            firms.push(firm(&kit, order, EmployerKind::Enterprise).await);
        }
        // The first, the third and the fourth have nobody.
        for (place, orders) in [(1, 1..=3u16), (4, 4..=4), (5, 5..=9), (6, 10..=11)] {
            send(&kit, firms[place], orders.map(enrol).collect()).await;
        }
        let whole = pages(&kit, 1000).await;
        assert_eq!(whole.len(), 11);
        assert!(whole.is_sorted_by_key(|one| (one.employer, one.person)));
        assert!(whole.iter().all(|one| one.insurances == InsuranceSet::ALL && one.injury_class == 2));
        for employers in [1, 2, 3] {
            assert_eq!(pages(&kit, employers).await, whole);
        }
        let of_fifth: Vec<_> = whole.iter().copied().filter(|one| one.employer == firms[5]).collect();
        assert_eq!(insured_at(&kit.desk.view(), firms[5], month("2017-07")).await.unwrap(), of_fifth);
    }

    async fn a_merged_entry_is_read_as_the_one_it_leads_to(kit: Kit) {
        kit.set_today(day("2017-07-05"));
        let here = firm(&kit, 1, EmployerKind::Enterprise).await;
        let done = send(&kit, here, vec![enrol(1), enrol(2)]).await;
        let [one, two] = [&done[0], &done[1]].map(|row| row.as_ref().unwrap().person);
        kit.tamper(&match kit.engine() {
            control::Engine::Sqlite => format!("update registry_person set merged_into = X'{}' where id = X'{}'",
                two.uuid().simple(), one.uuid().simple()),
            control::Engine::Postgres => format!("update registry_person set merged_into = '{two}' where id = '{one}'"),
        }).await;
        let staff = insured_at(&kit.desk.view(), here, month("2017-07")).await.unwrap();
        assert_eq!(staff.iter().map(|row| row.person).collect::<Vec<_>>(), [two]);
    }
}
