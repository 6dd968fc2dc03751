//! Papers on a real database of either engine: numbers in order, files once, masked facts for strangers.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use control::{Actor, Channel, Database, Declined, Desk, FixedClock, Keys, Purpose};
use kernel::{AreaCode, PersonId, RecordId, Timestamp};
use record::{
    Body, DeliverError, IssueError, Issuer, Kind, Press, PublicBody, RenderError, Reserve, Seal, Signer, bench, verify,
};
use std::sync::Arc;
use uuid::Uuid;

const AGENCY: &str = "邯郸市社会保险事业管理中心";

fn now() -> Timestamp {
    Timestamp::from_timestamp(1_795_500_000, 0).unwrap()
}

async fn desk_at(url: &str) -> Desk {
    control::migrate(url, &[record::MIGRATIONS]).await.unwrap();
    let database = Database::open(url).await.unwrap();
    Desk::open(AreaCode::HANDAN, database, Keys::generate().unwrap(), Arc::new(FixedClock::at(now())))
}

/// A fresh desk on each engine; the folder lives as long as the test.
async fn desks() -> (Vec<Desk>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = format!("sqlite:{}", folder.path().join("city.db").display());
    let postgres = testkit::postgres::Server::shared().fresh_database().await.unwrap();
    (vec![desk_at(&sqlite).await, desk_at(&postgres).await], folder)
}

fn issuer() -> Arc<Issuer> {
    Arc::new(Issuer {
        press: Press::new(Seal::demo(AGENCY), None).unwrap(),
        signer: Signer::passing(AGENCY, now()).unwrap(),
        agency: AGENCY.to_owned(),
        verify_address: "https://hall.example.cn/verify/".to_owned(),
    })
}

fn person(number: u128) -> (PersonId, Actor) {
    let id = PersonId(Uuid::from_u128(number));
    (id, Actor::person(id, Channel::Web))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_is_issued_found_and_verified() {
    let (desks, _folder) = desks().await;
    let issuer = issuer();
    for desk in desks {
        let (me, actor) = person(1);
        let (other, stranger) = person(2);
        let bill = Uuid::from_u128(77);
        let asked = Reserve { person: me, kind: Kind::Voucher, about: Some(bill) };
        let id = issuer.issue(&desk, &actor, asked, bench::voucher(4).unwrap().body).await.unwrap();

        let view = desk.look(&actor, Purpose::OwnFile, me).await.unwrap();
        let listed = record::list(&view, me).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!((listed[0].id, listed[0].serial.as_str()), (id, "PZ-130400-2026-00000001"));
        assert_eq!(record::about(&view, bill).await.unwrap().as_ref(), listed.first());
        let file = record::file(&view, me, id).await.unwrap().unwrap();
        assert_eq!(file.name, "PZ-130400-2026-00000001.pdf");
        let verified = verify(&file.pdf, file.signature.as_bytes(), issuer.signer.authority()).unwrap();
        assert_eq!((verified.signer.as_str(), verified.signed_at), (AGENCY, now()));

        // Somebody else's list and view give nothing of it.
        let theirs = desk.look(&stranger, Purpose::OwnFile, other).await.unwrap();
        assert!(record::list(&theirs, other).await.unwrap().is_empty());
        assert!(record::file(&theirs, other, id).await.unwrap().is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_with_the_code_sees_masked_facts_only() {
    let (desks, _folder) = desks().await;
    let issuer = issuer();
    for desk in desks {
        let (me, actor) = person(1);
        let asked = Reserve { person: me, kind: Kind::Entitlement, about: None };
        let reservation = desk.perform(&actor, asked).await.unwrap();
        let code = reservation.verify_code;
        assert!(record::verified(&desk.view(), code).await.unwrap().is_none(), "a number without a file is void");
        let paper = issuer.paper(&reservation, bench::entitlement(4, 3).unwrap().body);
        desk.perform(&actor, issuer.print(reservation.id, paper).unwrap()).await.unwrap();

        let facts = record::verified(&desk.view(), code).await.unwrap().unwrap();
        assert_eq!((facts.name.as_str(), facts.serial.as_str()), ("陈*珍", "QY-130400-2026-00000001"));
        assert!(facts.id_number.contains("**********"), "{}", facts.id_number);
        assert_eq!((facts.agency.as_str(), facts.issued_at, facts.sm3.len()), (AGENCY, now(), 64));
        let PublicBody::Entitlement(stated) = facts.stated else { panic!("an entitlement") };
        assert_eq!(stated.len(), 2);
        let wrong = "0000-0000-0000-0000".parse().unwrap();
        assert!(record::verified(&desk.view(), wrong).await.unwrap().is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn serial_numbers_follow_each_other_under_pressure() {
    let (desks, _folder) = desks().await;
    for desk in desks {
        let takers: Vec<_> = (0..40u128)
            .map(|number| {
                let desk = desk.clone();
                let kind = if number % 4 == 0 { Kind::Voucher } else { Kind::Entitlement };
                tokio::spawn(async move {
                    let (person, actor) = person(number + 1);
                    desk.perform(&actor, Reserve { person, kind, about: None }).await.unwrap()
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
}

#[tokio::test(flavor = "multi_thread")]
async fn each_refusal_has_its_reason() {
    let (desks, _folder) = desks().await;
    let issuer = issuer();
    for desk in desks {
        let (me, actor) = person(1);
        let (_, stranger) = person(2);
        let asked = Reserve { person: me, kind: Kind::Entitlement, about: None };
        assert!(matches!(desk.perform(&stranger, asked.clone()).await, Err(Declined::Denied)));
        let reservation = desk.perform(&actor, asked.clone()).await.unwrap();
        let paper = issuer.paper(&reservation, bench::entitlement(4, 3).unwrap().body);
        let deliver = issuer.print(reservation.id, paper).unwrap();
        let refused = async |deliver| desk.perform(&actor, deliver).await.unwrap_err().refusal().unwrap();

        let absent = record::Deliver { id: RecordId(Uuid::from_u128(9)), ..deliver.clone() };
        assert!(matches!(refused(absent).await, DeliverError::NoReservation));
        assert!(matches!(desk.perform(&stranger, deliver.clone()).await, Err(Declined::Denied)));
        let mut other_paper = deliver.clone();
        other_paper.paper.heading.serial.number += 1;
        assert!(matches!(refused(other_paper).await, DeliverError::OtherPaper));
        let mut other_file = deliver.clone();
        other_file.rendered.pdf.push(0);
        assert!(matches!(refused(other_file).await, DeliverError::OtherFile));

        assert_eq!(desk.perform(&actor, deliver.clone()).await.unwrap(), reservation.id);
        assert_eq!(desk.perform(&actor, deliver.clone()).await.unwrap(), reservation.id, "the same again is the same");
        let mut second = deliver;
        second.rendered.pdf.push(0);
        second.signature = issuer.signer.sign(&second.rendered.pdf, now());
        assert!(matches!(refused(second).await, DeliverError::Delivered));

        // A name that cannot be printed costs no number.
        let Body::Entitlement(mut facts) = bench::entitlement(4, 3).unwrap().body else { panic!("an entitlement") };
        facts.holder.name = "王𠮷".to_owned();
        let rare = issuer.issue(&desk, &actor, asked.clone(), Body::Entitlement(facts)).await.unwrap_err();
        assert!(matches!(rare, IssueError::Render(RenderError::RareCharacter { .. })));
        assert_eq!(rare.code(), "record_rare_character");
        assert_eq!(desk.perform(&actor, asked).await.unwrap().serial.number, 2);
    }
}
