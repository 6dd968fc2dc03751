//! All years of a person, employees' lines included, loaded in bulk and read back.

use crate::fixture::*;
use contribution::history::{COLUMNS, countdown, history, lines};
use contribution::outline::{balance, months_counted, outline};
use contribution::{
    Agreement, EmployerPart, Line, LineKind, MonthSummary, PaidBy, PensionPart, SharedPart, account, explain_line,
};
use control::{Actor, Channel, Role};
use kernel::{AreaCode, Insurance, LineId, Month, PersonId, StaffId};
use policy::{Policy, contribution::employee};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A month of an employee with a wage of 5000.00, as the policy of the month assesses it.
fn employees_line(month: Month) -> Line {
    let facts = employee::Facts::new(month, yuan("5000.00"));
    let assessed = employee::assess(Policy::of(AreaCode::HANDAN).unwrap(), facts).unwrap();
    let shared = |insurance| {
        assessed.part(insurance).map(|part| SharedPart {
            base: assessed.base,
            employer: Some(part.employer),
            personal: part.employee,
        })
    };
    let pension = assessed.part(Insurance::Pension).unwrap();
    let pension = PensionPart {
        base: assessed.base,
        employer: Some(pension.employer),
        personal: pension.employee.unwrap(),
        account: pension.account.unwrap(),
    };
    Line {
        payer: PaidBy::Employer,
        medical: shared(Insurance::Medical),
        unemployment: shared(Insurance::Unemployment),
        injury: Some(EmployerPart { base: assessed.base, employer: yuan("20.00") }),
        maternity: assessed
            .part(Insurance::Maternity)
            .map(|part| EmployerPart { base: assessed.base, employer: part.employer }),
        ..old_line(PERSON, month, Some(pension))
    }
}

testkit::both_engines! {
    on SCHEMA;

    async fn lines_come_back_as_they_were_loaded(kit: Kit) {
        let mut new = employees_line(month("2017-03"));
        new.id = LineId(Uuid::from_u128(0x0162_0000_0000_7000_8000_0000_0000_0001));
        load(&kit, &[new.clone()]).await;
        let read = lines(&kit.desk.view(), PERSON, month("2017-03")).await.unwrap();
        assert_eq!(read, vec![new.clone()]);
        assert_eq!(read[0].recorded_at().to_rfc3339(), "2018-03-07T10:27:02.784+00:00");
        let parts: kernel::Fen = new.income().iter().map(|(_, _, amount)| *amount).sum();
        assert_eq!(parts, new.total());
    }

    async fn years_totals_and_gaps(kit: Kit) {
        kit.set_today(day("2018-02-10"));
        let all: Vec<Line> =
            Month::of_year(2017).unwrap().months().filter(|m| m.month() != 5).map(employees_line).collect();
        load(&kit, &all).await;
        let history = history(&kit.desk.view(), PERSON).await.unwrap();
        assert_eq!((history.years.len(), history.totals.months), (1, 11));
        assert_eq!(history.gaps, months(&["2017-05", "2018-01", "2018-02"]));
        assert_eq!(history.totals.account, yuan("4400.00"));
        assert_eq!(history.totals.personal, all.iter().map(Line::personal).sum());
        assert_eq!(history.years[0].months[0].summary, MonthSummary::of(&all[0]));
        let rows: Vec<_> = history.rows().collect();
        assert_eq!(rows.len(), 11);
        assert!(rows.iter().all(|row| row.len() == COLUMNS.len()));
        assert_eq!((rows[0][0].as_str(), rows[0][8].as_str()), ("2017-01", "400.00"));
        let left = countdown(Policy::of(AreaCode::HANDAN).unwrap(), 11, day("2018-02-10")).unwrap();
        assert_eq!((left.paid, left.needed, left.left), (11, 180, 169));
    }

    /// What pages are told at a glance is what the lines say: gaps, months put right to nothing, own months and supplements.
    async fn the_outline_says_what_history_and_statement_say(kit: Kit) {
        kit.set_today(day("2018-02-10"));
        let part = PensionPart { base: yuan("3000.00"), employer: None, personal: yuan("600.00"), account: yuan("240.00") };
        let own = |text: &str| old_line(PERSON, month(text), Some(part));
        let mut all: Vec<Line> =
            Month::of_year(2016).unwrap().months().filter(|m| m.month() != 5).map(employees_line).collect();
        all.extend(["2015-12", "2017-01", "2018-01"].map(own));
        let mut supplement = own("2017-01");
        (supplement.kind, supplement.id) = (LineKind::Supplement, LineId(Uuid::from_u128(0x7000 << 64 | 1)));
        let mut reversal = employees_line(month("2016-03"));
        (reversal.kind, reversal.id) = (LineKind::Reversal, LineId(Uuid::from_u128(0x7000 << 64 | 2)));
        reversal.pension = reversal.pension.map(|p| PensionPart {
            base: -p.base,
            employer: p.employer.map(|amount| -amount),
            personal: -p.personal,
            account: -p.account,
        });
        all.extend([supplement, reversal]);
        let mut summaries: BTreeMap<Month, MonthSummary> = BTreeMap::new();
        for line in &all {
            let summed = summaries.get(&line.month).map_or_else(|| MonthSummary::of(line), |summary| summary.with(line));
            summaries.insert(line.month, summed);
        }
        load_rows(&kit, &all).await;
        load_rows(&kit, &summaries.into_values().collect::<Vec<_>>()).await;
        let view = kit.desk.view();
        let (outline, history) = (outline(&view, PERSON).await.unwrap(), history(&view, PERSON).await.unwrap());
        assert_eq!(outline.months(), history.totals.months);
        assert_eq!(outline.months(), months_counted(&view, PERSON).await.unwrap());
        assert_eq!(outline.gaps(month("2018-02")), history.gaps);
        let years: Vec<_> = history.years.iter().map(|year| year.year).collect();
        assert_eq!(outline.years.iter().map(|year| year.year).collect::<Vec<_>>(), years);
        let year = outline.of(2016).unwrap();
        assert_eq!((year.employer.count(), year.oneself.count(), year.employer.contains(3)), (10, 0, false));
        assert_eq!(outline.of(2017).unwrap().oneself.iter().collect::<Vec<_>>(), [1]);
        let statement = account::statement(&view, PERSON).await.unwrap();
        let (last, balance) = (statement.last().unwrap(), balance(&view, PERSON).await.unwrap().unwrap());
        assert_eq!((balance.balance, balance.credited), (last.closing, last.principal));
        assert_eq!(contribution::outline::balance(&view, PersonId(Uuid::from_u128(77))).await.unwrap(), None);
    }

    /// Somebody was entered twice and paid under both numbers; a month that stands under both counts once.
    async fn two_entries_of_one_person_are_read_as_one(kit: Kit) {
        let other = PersonId(Uuid::from_u128(PERSON.uuid().as_u128() + 0x100));
        for (person, number) in [(PERSON, 1), (other, 2)] {
            enter(&kit, person, number).await;
        }
        let part = PensionPart { base: yuan("3000.00"), employer: None, personal: yuan("600.00"), account: yuan("240.00") };
        let own = |person, texts: &[&str]| -> Vec<Line> {
            texts.iter().map(|text| old_line(person, month(text), Some(part))).collect()
        };
        load(&kit, &own(PERSON, &["2017-01", "2017-03"])).await;
        load(&kit, &own(other, &["2016-12", "2017-02", "2017-03"])).await;
        let merge = registry::MergePersons { from: other, into: PERSON, reason: "one person, two cards".to_owned() };
        let reviewer = Actor::staff(StaffId(Uuid::from_u128(7)), &[Role::Reviewer], Channel::Counter);
        kit.desk.perform(&reviewer, merge).await.unwrap();
        let view = kit.desk.view();
        for id in [PERSON, other] {
            let (outline, history) = (outline(&view, id).await.unwrap(), history(&view, id).await.unwrap());
            assert_eq!((outline.months(), history.totals.months), (4, 4));
            assert_eq!(months_counted(&view, id).await.unwrap(), 4);
            let held = balance(&view, id).await.unwrap().unwrap().balance;
            assert_eq!(held, account::statement(&view, id).await.unwrap().last().unwrap().closing);
            assert_eq!(lines(&view, id, month("2017-03")).await.unwrap().len(), 2);
            assert!(explain_line(&view, id, old_line(other, month("2017-02"), None).id).await.is_ok());
            let standing = contribution::calendar(&view, id, 2017).await.unwrap();
            let paid = standing.iter().filter(|month| month.standing == contribution::Standing::Paid).count();
            assert_eq!(paid, 3);
        }
    }

    async fn an_employees_line_is_explained_and_a_wrong_one_is_shown_to_be(kit: Kit) {
        let right = employees_line(month("2017-03"));
        let mut wrong = employees_line(month("2017-04"));
        wrong.pension.as_mut().unwrap().personal = yuan("401.00");
        load(&kit, &[right.clone(), wrong.clone()]).await;
        let view = kit.desk.view();
        let why = explain_line(&view, PERSON, right.id).await.unwrap();
        assert_eq!((why.agreement, why.same_parameters), (Agreement::Agrees, false));
        assert!(!why.steps.is_empty());
        let why = explain_line(&view, PERSON, wrong.id).await.unwrap();
        let recomputed = right.pension.unwrap().total();
        assert_eq!(why.agreement, Agreement::Differs { recomputed });
    }
}
