//! The tax office's detail: what fits is credited once, what fits nobody is kept with its reason, and nothing is refused.

use crate::fixture::employers::*;
use crate::fixture::*;
use contribution::{ImportTaxDetail, Imported, TaxRow, Unmatched};
use kernel::{Fen, Insurance, InsuranceSet};
use ledger::account;
use registry::EmployerKind;

async fn row(kit: &testkit::Kit, of: &str, insurance: Insurance, (worker_part, unit): (&str, &str)) -> TaxRow {
    let view = kit.desk.view();
    let employer = registry::employer(&view, firm(1)).await.unwrap().unwrap();
    TaxRow {
        voucher: "313045261100000001".to_owned(),
        credit_code: employer.credit_code.unwrap().as_str().to_owned(),
        id_number: registry::id_number(&view, worker(1)).await.unwrap().unwrap().reveal().to_owned(),
        month: month(of),
        insurance,
        base: yuan("6000.00"),
        worker: yuan(worker_part),
        unit: yuan(unit),
        received_on: day("2026-11-12"),
    }
}

async fn import(kit: &testkit::Kit, name: &str, rows: &[TaxRow]) -> Imported {
    kit.desk.perform(&system(), ImportTaxDetail { key: key(name), rows: rows.to_vec() }).await.unwrap()
}

testkit::both_engines! {
    on SCHEMA;

    async fn what_fits_is_credited_once_and_the_rest_is_kept(kit: Kit) {
        kit.set_today(day("2026-11-20"));
        register(&kit, 1, EmployerKind::Enterprise, 2).await;
        let insurances = InsuranceSet::NONE.with(Insurance::Pension).with(Insurance::Unemployment);
        hire(&kit, &[Hired { worker: 1, firm: 1, insurances, from: "2017-07", until: None }]).await;
        let pension = row(&kit, "2026-11", Insurance::Pension, ("480.00", "960.00")).await;
        let rows = [
            pension.clone(),
            row(&kit, "2026-11", Insurance::Unemployment, ("18.00", "42.00")).await,
            pension.clone(),
            TaxRow { credit_code: "911304990000000000".to_owned(), ..pension.clone() },
            TaxRow { id_number: "130499198506150991".to_owned(), ..pension.clone() },
            row(&kit, "2026-11", Insurance::Medical, ("120.00", "480.00")).await,
            row(&kit, "2017-07", Insurance::Pension, ("240.00", "600.00")).await,
            TaxRow { voucher: "nothing".to_owned(), worker: Fen::ZERO, unit: Fen::ZERO, ..pension.clone() },
        ];
        let imported = import(&kit, "november", &rows).await;
        assert_eq!((imported.credited, imported.repeated, imported.amount), (2, 1, yuan("1500.00")));
        assert_eq!(imported.unmatched, [
            (3, Unmatched::UnknownEmployer),
            (4, Unmatched::UnknownPerson),
            (5, Unmatched::NotInsuredHere),
            (6, Unmatched::AgencyCollects),
            (7, Unmatched::Amount),
        ]);
        assert_eq!(imported.kept, yuan("4320.00"));
        assert_eq!(kit.number("select count(*) from contribution_line").await, 1, "one certificate is one line");
        assert_eq!(kit.number("select count(*) from contribution_month where pension_base = 600000").await, 1);
        assert_eq!(credited(&kit, account::UNMATCHED_RECEIPTS).await, yuan("4320.00"), "it stands in temporary receipts");
        assert_eq!(kit.number("select count(*) from control_work_item where kind = 'tax_detail_unmatched'").await, 2);
        verified(&kit).await;

        assert_eq!(import(&kit, "november", &rows).await, imported, "the same key answers as the first time");
        let told_again = import(&kit, "december", &rows[..2]).await;
        assert_eq!((told_again.credited, told_again.repeated), (0, 2), "told twice is credited once");
        assert_eq!(kit.number("select count(*) from contribution_line").await, 1);
        verified(&kit).await;
    }

    async fn of_importing(kit: Kit) {
        kit.set_today(day("2026-11-20"));
        register(&kit, 1, EmployerKind::Enterprise, 2).await;
        staff(&kit, 1..2, "2026-01").await;
        let empty = ImportTaxDetail { key: key("empty"), rows: Vec::new() };
        assert_eq!(refused(kit.desk.perform(&system(), empty).await), "tax_detail_empty");
        let rows = [row(&kit, "2026-11", Insurance::Pension, ("480.00", "960.00")).await];
        import(&kit, "once", &rows).await;
        let other = [TaxRow { worker: yuan("481.00"), ..rows[0].clone() }];
        let reused = ImportTaxDetail { key: key("once"), rows: other.to_vec() };
        assert_eq!(refused(kit.desk.perform(&system(), reused).await), "key_reused");
        let denied = ImportTaxDetail { key: key("denied"), rows: other.to_vec() };
        assert_eq!(refused(kit.desk.perform(&me(), denied).await), "denied");
    }
}
