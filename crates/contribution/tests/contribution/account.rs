//! The personal account: balances by year, and interest by the method of the year.

use crate::fixture::*;
use contribution::account::{interest_of, statement};
use contribution::{AccountEntry, CreditInterest, EntryKind, Method, PensionPart};
use kernel::{AreaCode, Fen, Month};
use policy::Policy;
use testkit::Kit;

/// An account with 10000.00 at the beginning of a year and 240.00 credited in each of its months.
async fn worked_account(kit: &Kit, year: i32) {
    flexible(kit, "2010-01").await;
    let part = PensionPart { base: yuan("3000.00"), employer: None, personal: yuan("600.00"), account: yuan("240.00") };
    let lines: Vec<_> =
        Month::of_year(year).unwrap().months().map(|month| old_line(PERSON, month, Some(part))).collect();
    load(kit, &lines).await;
    let opening = AccountEntry {
        person: PERSON,
        year,
        kind: EntryKind::OpeningBalance,
        number: 0,
        amount: yuan("10000.00"),
        method: None,
        policy: 0,
    };
    load_rows(kit, &[opening]).await;
}

testkit::both_engines! {
    on SCHEMA;

    /// The worked example of 劳办发〔1997〕116号 for 2017 at 7.12 %: 712.00 + 111.07.
    async fn a_year_bears_interest_by_month_product(kit: Kit) {
        worked_account(&kit, 2017).await;
        kit.set_today(day("2018-08-01"));
        let credited = kit.desk.perform(&system(), CreditInterest { year: 2017, after: None }).await.unwrap();
        assert_eq!((credited.accounts, credited.amount, credited.next), (1, yuan("823.07"), None));
        let years = statement(&kit.desk.view(), PERSON).await.unwrap();
        assert_eq!(years.iter().map(|year| year.year).collect::<Vec<_>>(), [2017, 2018]);
        assert_eq!((years[0].opening, years[0].principal), (yuan("10000.00"), yuan("2880.00")));
        assert_eq!((years[0].closing, years[0].method), (yuan("13703.07"), Some(Method::MonthProduct)));
        assert_eq!((years[1].opening, years[1].interest), (yuan("13703.07"), None));
        let why = interest_of(Policy::of(AreaCode::HANDAN).unwrap(), &years[0]).unwrap();
        assert_eq!(why.amount, yuan("823.07"));
        assert!(policy::flat(&why.steps).iter().any(|step| step.value == "111.07"));
    }

    /// Hebei before 2016: at 1.5 % the opening bears 150.00 and the year's 2880.00 half of the rate, 21.60.
    async fn before_2016_the_years_credits_bear_half_the_rate(kit: Kit) {
        worked_account(&kit, 2015).await;
        kit.set_today(day("2016-08-01"));
        let credited = kit.desk.perform(&system(), CreditInterest { year: 2015, after: None }).await.unwrap();
        assert_eq!(credited.amount, yuan("171.60"));
        let years = statement(&kit.desk.view(), PERSON).await.unwrap();
        assert_eq!(years[0].method, Some(Method::HalfRate));
    }

    async fn a_year_is_credited_once(kit: Kit) {
        worked_account(&kit, 2017).await;
        kit.set_today(day("2018-08-01"));
        for accounts in [1, 0] {
            let credited = kit.desk.perform(&system(), CreditInterest { year: 2017, after: None }).await.unwrap();
            assert_eq!(credited.accounts, accounts);
        }
        kit.set_today(day("2019-08-01"));
        let next = kit.desk.perform(&system(), CreditInterest { year: 2018, after: None }).await.unwrap();
        // 13703.07 at 8.29 %
        assert_eq!((next.accounts, next.amount), (1, yuan("1135.98")));
    }

    async fn crediting_goes_on_where_it_ended(kit: Kit) {
        worked_account(&kit, 2017).await;
        kit.set_today(day("2018-08-01"));
        let after = CreditInterest { year: 2017, after: Some(PERSON) };
        let credited = kit.desk.perform(&system(), after).await.unwrap();
        assert_eq!((credited.accounts, credited.amount), (0, Fen::ZERO));
    }
}
