//! Papers on a real database of either engine: numbers in order, files once and sealed, masked facts for strangers.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use control::{Actor, Channel, Database, Declined, Desk, Keys, Purpose, Role};
use kernel::{AgentId, Date, EmployerId, PersonId, RecordId};
use record::{
    Body, DeliverError, IssueError, Issuer, Kind, PublicBody, RenderError, Reservation, Reserve, bench, verify,
};
use std::sync::Arc;
use uuid::Uuid;

const AGENCY: &str = "邯郸市社会保险事业管理中心";

fn issuer() -> Arc<Issuer> {
    Arc::new(bench::issuer().unwrap())
}

fn entitlement(years: u32) -> Body {
    bench::entitlement(4, years).unwrap().body
}

fn person(number: u128) -> (PersonId, Actor) {
    let id = PersonId(Uuid::from_u128(number));
    (id, Actor::person(id, Channel::Web))
}

fn asked(person: PersonId) -> Reserve {
    Reserve { holder: person.into(), kind: Kind::Entitlement, about: None }
}

testkit::both_engines! {
    on [record::MIGRATIONS];

    async fn a_paper_is_issued_found_and_verified(kit: Kit) {
        // A day on which the agency's certificate holds.
        kit.set_today(Date::from_ymd_opt(2026, 11, 25).unwrap());
        let (desk, issuer) = (&kit.desk, issuer());
        let (me, actor) = person(1);
        let (other, stranger) = person(2);
        let bill = Uuid::from_u128(77);
        let asked = Reserve { holder: me.into(), kind: Kind::Voucher, about: Some(bill) };
        let id = issuer.issue(desk, &actor, asked, bench::voucher(4).unwrap().body).await.unwrap();

        let view = desk.look(&actor, Purpose::OwnFile, me).await.unwrap();
        let listed = record::list(&view, me).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!((listed[0].id, listed[0].serial.as_str()), (id, "PZ-130400-2026-00000001"));
        assert_eq!(record::about(&view, Kind::Voucher, bill).await.unwrap().as_ref(), listed.first());
        let file = record::file(&view, me, id).await.unwrap().unwrap();
        assert_eq!(file.name, "PZ-130400-2026-00000001.pdf");
        let verified = verify(&file.pdf, file.signature.as_bytes(), issuer.signer.authority()).unwrap();
        assert_eq!((verified.signer.as_str(), verified.signed_at), (AGENCY, desk.now()));

        // Somebody else's list and view give nothing of it.
        let theirs = desk.look(&stranger, Purpose::OwnFile, other).await.unwrap();
        assert!(record::list(&theirs, other).await.unwrap().is_empty());
        assert!(record::file(&theirs, other, id).await.unwrap().is_none());
    }

    async fn a_stranger_with_the_code_sees_masked_facts_only(kit: Kit) {
        let (desk, issuer) = (&kit.desk, issuer());
        let (me, actor) = person(1);
        let reservation = desk.perform(&actor, asked(me)).await.unwrap();
        let code = reservation.verify_code;
        assert!(record::verified(&desk.view(), code).await.unwrap().is_none(), "a number without a file is void");
        let printed = issuer.print(desk.keys(), &reservation, entitlement(3)).unwrap();
        desk.perform(&actor, printed).await.unwrap();

        let facts = record::verified(&desk.view(), code).await.unwrap().unwrap();
        assert_eq!((facts.name.as_str(), facts.serial.as_str()), ("陈*珍", "QY-130400-2026-00000001"));
        assert!(facts.id_number.contains("**********"), "{}", facts.id_number);
        assert_eq!((facts.agency.as_str(), facts.issued_at, facts.sm3.len()), (AGENCY, desk.now(), 64));
        let PublicBody::Entitlement(stated) = facts.stated else { panic!("an entitlement") };
        assert_eq!(stated.len(), 2);
        let wrong = "0000-0000-0000-0000".parse().unwrap();
        assert!(record::verified(&desk.view(), wrong).await.unwrap().is_none());
    }

    async fn an_employers_papers_are_the_employers_alone(kit: Kit) {
        let (desk, issuer) = (&kit.desk, issuer());
        let (ours, theirs) = (EmployerId(Uuid::from_u128(70)), EmployerId(Uuid::from_u128(71)));
        let agent = |employer| {
            Actor::agent(AgentId(Uuid::from_u128(9)), employer, &[Role::AgentReader], Channel::Web)
        };
        let receipt = Uuid::from_u128(77);
        let asked = Reserve { holder: ours.into(), kind: Kind::EmployerVoucher, about: Some(receipt) };
        assert!(matches!(desk.perform(&agent(theirs), asked.clone()).await, Err(Declined::Denied)));
        assert!(matches!(desk.perform(&person(1).1, asked.clone()).await, Err(Declined::Denied)));
        let body = bench::employer_voucher(4).unwrap().body;
        let id = issuer.issue(desk, &agent(ours), asked, body).await.unwrap();
        let view = desk.view();
        let about = |kind| record::about(&view, kind, receipt);
        assert_eq!(about(Kind::EmployerVoucher).await.unwrap().unwrap().serial, "DW-130400-2026-00000001");
        assert!(about(Kind::Voucher).await.unwrap().is_none());
        assert!(record::file(&desk.view(), ours, id).await.unwrap().is_some());
        assert!(record::file(&desk.view(), theirs, id).await.unwrap().is_none());
        assert!(record::file(&desk.view(), PersonId(ours.uuid()), id).await.unwrap().is_none(), "an id is of one kind");
        assert!(record::list(&desk.view(), PersonId(ours.uuid())).await.unwrap().is_empty());

        let asked = Reserve { holder: ours.into(), kind: Kind::Demand, about: None };
        let reservation = desk.perform(&agent(ours), asked).await.unwrap();
        let printed = issuer.print(desk.keys(), &reservation, bench::demand(4).unwrap().body).unwrap();
        desk.perform(&agent(ours), printed).await.unwrap();
        let facts = record::verified(&desk.view(), reservation.verify_code).await.unwrap().unwrap();
        assert_eq!((facts.name.as_str(), facts.id_number.as_str()), ("邯郸市虚构第4有限公司", "91130499MA0DEM013E"));
        let PublicBody::Demand { total, .. } = facts.stated else { panic!("a demand note") };
        assert_eq!(total, kernel::Fen::new(316_350));
    }

    async fn a_stored_paper_cannot_be_read_without_the_keys(kit: Kit) {
        let desk = &kit.desk;
        let (me, actor) = person(1);
        let id = issuer().issue(desk, &actor, asked(me), entitlement(3)).await.unwrap();
        let open = record::file(&desk.view(), me, id).await.unwrap().unwrap().pdf;
        assert!(open.starts_with(b"%PDF"));

        let query = "select facts, pdf from record_file where id = $1";
        let row = desk.view().fetch_one(query, [id.uuid().into()]).await.unwrap().unwrap();
        let (facts, pdf): (Vec<u8>, Vec<u8>) = (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap());
        assert_eq!(pdf.len(), open.len() + 29, "key number, nonce and tag");
        let holds = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
        assert!(!holds(&pdf, b"endobj") && !holds(&facts, "陈玉珍".as_bytes()));
        let others = Keys::generate().unwrap();
        let theirs = Desk::open(desk.area(), Database::open(kit.url()).await.unwrap(), others, kit.clock.clone());
        assert!(record::file(&theirs.view(), me, id).await.is_err(), "other keys do not open it");
    }

    async fn serial_numbers_follow_each_other_under_pressure(kit: Kit) {
        let takers: Vec<_> = (0..40u128)
            .map(|number| {
                let desk = kit.desk.clone();
                let kind = if number % 4 == 0 { Kind::Voucher } else { Kind::Entitlement };
                tokio::spawn(async move {
                    let (person, actor) = person(number + 1);
                    desk.perform(&actor, Reserve { holder: person.into(), kind, about: None }).await.unwrap()
                })
            })
            .collect();
        let mut taken = Vec::new();
        for taker in takers {
            taken.push(taker.await.unwrap());
        }
        for (kind, count) in [(Kind::Voucher, 10), (Kind::Entitlement, 30)] {
            let mut numbers: Vec<i64> =
                taken.iter().map(|it| it.serial).filter(|it| it.kind == kind).map(|it| it.number).collect();
            numbers.sort_unstable();
            assert_eq!(numbers, (1..=count).collect::<Vec<i64>>(), "{kind}: each once, none left out");
        }
    }

    async fn each_refusal_has_its_reason(kit: Kit) {
        let (desk, issuer) = (&kit.desk, issuer());
        let (me, actor) = person(1);
        let (_, stranger) = person(2);
        assert!(matches!(desk.perform(&stranger, asked(me)).await, Err(Declined::Denied)));
        let reservation = desk.perform(&actor, asked(me)).await.unwrap();
        let print = |reservation: &Reservation, years| {
            issuer.print(desk.keys(), reservation, entitlement(years)).unwrap()
        };
        let refused = async |reservation: &Reservation, years| {
            desk.perform(&actor, print(reservation, years)).await.unwrap_err().refusal().unwrap()
        };

        let absent = Reservation { id: RecordId(Uuid::from_u128(9)), ..reservation.clone() };
        assert!(matches!(refused(&absent, 3).await, DeliverError::NoReservation));
        let deliver = print(&reservation, 3);
        assert!(matches!(desk.perform(&stranger, deliver.clone()).await, Err(Declined::Denied)));
        let mut other_paper = reservation.clone();
        other_paper.serial.number += 1;
        assert!(matches!(refused(&other_paper, 3).await, DeliverError::OtherPaper));

        assert_eq!(desk.perform(&actor, deliver.clone()).await.unwrap(), reservation.id);
        assert_eq!(desk.perform(&actor, deliver).await.unwrap(), reservation.id, "the same again is the same");
        assert!(matches!(refused(&reservation, 2).await, DeliverError::Delivered));

        // A name that cannot be printed costs no number.
        let Body::Entitlement(mut facts) = entitlement(3) else { panic!("an entitlement") };
        facts.holder.name = "王𠮷".to_owned();
        let rare = issuer.issue(desk, &actor, asked(me), Body::Entitlement(facts)).await.unwrap_err();
        assert!(matches!(rare, IssueError::Render(RenderError::RareCharacter { .. })));
        assert_eq!(rare.code(), "record_rare_character");
        assert_eq!(desk.perform(&actor, asked(me)).await.unwrap().serial.number, 2);
    }
}
