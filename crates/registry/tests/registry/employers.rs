//! Registering and changing an employer, the papers, the yearly inspection (13.4a, 13.4b), and every refusal of these.

use crate::staff::*;
use control::Fault;
use kernel::{CreditCode, EmployerId, Fen};
use policy::inspection::Verdict;
use policy::reform::employer::{InspectionState, Paper};
use policy::requirement::{Business, Duty};
use registry::inspection::{Inspected, inspections};
use registry::*;
use testkit::Kit;
use uuid::Uuid;

async fn code(kit: &Kit, act: RegisterEmployer) -> &'static str {
    match kit.desk.perform(&clerk(), act).await {
        Ok(_) => "done",
        Err(declined) => declined.code(),
    }
}

fn change(employer: EmployerId, to: Particular) -> ChangeEmployer {
    ChangeEmployer {
        employer,
        to,
        valid_from: day("2017-07-01"),
        reason: "换照".to_owned(),
        proof: Some("执照".to_owned()),
    }
}

fn inspected(employer: EmployerId, changed: Vec<Paper>) -> Inspected {
    let (payroll, bases) = (Fen::new(4_320_000), Fen::new(4_320_000));
    Inspected { employer, year: 2015, staff: 1, payroll, changed, bases, arrears: Fen::ZERO }
}

testkit::both_engines! {
    on [registry::MIGRATIONS];

    async fn an_employer_is_registered_once_and_found(kit: Kit) {
        let done = kit.desk.perform(&clerk(), registering(1, EmployerKind::SmallOrMicro)).await.unwrap();
        let again = kit.desk.perform(&clerk(), registering(1, EmployerKind::SmallOrMicro)).await.unwrap();
        assert_eq!(done, again);
        let view = kit.desk.view();
        let known = employer(&view, done.employer).await.unwrap().unwrap();
        assert_eq!((known.injury_class, known.kind), (Some(2), Some(EmployerKind::SmallOrMicro)));
        assert_eq!((known.legal_person.as_str(), known.registered_on), ("李建国", Some(day("2010-01-04"))));
        assert_eq!(known.size_proof.as_deref(), Some("名录 130499-1"));
        let by_code = CreditCode::parse(&credit_code(1)).unwrap();
        assert_eq!(employer_by_code(&view, &by_code).await.unwrap(), Some(done.employer));
        assert_eq!(employers_of_codes(&view, &[by_code]).await.unwrap().get(&by_code), Some(&done.employer));
        for text in ["邯郸市测试", credit_code(1).as_str(), known.unit_number.as_str()] {
            let found = find_employers(&view, text, 10).await.unwrap();
            assert_eq!(found.iter().map(|one| one.id).collect::<Vec<_>>(), [done.employer], "{text}");
        }
        assert_eq!(employer_contact(&view, done.employer).await.unwrap().unwrap().phone, "13900000009");
        assert_eq!(self_checks(&view, done.employer, 10).await.unwrap().len(), 1);
    }

    async fn a_registration_is_refused_for_one_reason_after_the_other(kit: Kit) {
        kit.set_today(day("2017-07-05"));
        firm(&kit, 2, EmployerKind::Enterprise).await;
        let mut act = registering(2, EmployerKind::SmallOrMicro);
        act.key = key("another-key");
        act.credit_code = "123".to_owned();
        act.name = String::new();
        act.legal_person = " ".to_owned();
        act.legal_person_number = "1".to_owned();
        act.contact.phone = "1".to_owned();
        act.injury_class = 9;
        act.size_proof = None;
        act.from = day("2017-07-06");
        macro_rules! next {
            ($code:literal) => { assert_eq!(code(&kit, act.clone()).await, $code) };
        }
        next!("credit_code_malformed");
        act.credit_code = credit_code(2);
        next!("name_empty");
        act.name = "名".repeat(101);
        next!("name_too_long");
        act.name = "\u{E000}".to_owned();
        next!("name_unreadable");
        act.name = "又一家".to_owned();
        next!("legal_person_malformed");
        act.legal_person = "李建国".to_owned();
        next!("legal_person_number_malformed");
        act.legal_person_number = "13049919700101002X".to_owned();
        next!("phone_malformed");
        act.contact.phone = "13900000008".to_owned();
        next!("injury_class_unknown");
        act.injury_class = 8;
        next!("size_proof_missing");
        act.size_proof = Some("名录".to_owned());
        next!("registered_in_future");
        act.from = day("2017-07-05");
        next!("credit_code_in_use");
        act.credit_code = credit_code(3);
        next!("done");
        act.name = "改了名".to_owned();
        next!("key_reused");
    }

    async fn a_change_keeps_what_stood_there(kit: Kit) {
        kit.set_today(day("2017-07-05"));
        let here = firm(&kit, 1, EmployerKind::Enterprise).await;
        let there = firm(&kit, 2, EmployerKind::Enterprise).await;
        let legal = LegalPerson { name: "王芳".to_owned(), ..legal_person(&kit.desk.view(), here).await.unwrap().unwrap() };
        for to in [
            Particular::Name("新名".to_owned()),
            Particular::LegalPerson(legal.clone()),
            Particular::InjuryClass(6),
            Particular::Kind(EmployerKind::SmallOrMicro, Some("名录".to_owned())),
            Particular::CreditCode(CreditCode::parse(&credit_code(9)).unwrap()),
            Particular::Contact(Contact { name: "赵会计".to_owned(), phone: "13900000007".to_owned() }),
            Particular::Agency("丛台区".to_owned()),
            Particular::Area(kernel::AreaCode::parse("130402").unwrap()),
        ] {
            kit.desk.perform(&clerk(), change(here, to)).await.unwrap();
        }
        let known = employer(&kit.desk.view(), here).await.unwrap().unwrap();
        assert_eq!((known.name.as_str(), known.injury_class, known.legal_person.as_str()), ("新名", Some(6), "王芳"));
        assert_eq!(known.size(), policy::reform::employer::Size::Small);
        assert_eq!(known.credit_code.unwrap().as_str(), credit_code(9));
        let kept = employer_history(&kit.desk.view(), here).await.unwrap();
        assert_eq!(kept.len(), 8);
        let name = kept.iter().find(|one| one.field == EmployerField::Name).unwrap();
        assert_eq!((name.before.as_str(), name.after.as_str()), ("邯郸市测试1有限公司", "新名"));
        let refused = async |act: ChangeEmployer| kit.desk.perform(&clerk(), act).await.unwrap_err().code();
        let to = Particular::Name("新名".to_owned());
        assert_eq!(refused(ChangeEmployer { reason: " ".to_owned(), ..change(here, to.clone()) }).await, "no_reason");
        assert_eq!(refused(change(here, Particular::Name(String::new()))).await, "name_empty");
        assert_eq!(refused(change(here, Particular::Name("名".repeat(101)))).await, "name_too_long");
        assert_eq!(refused(change(here, Particular::Name("\u{E000}".to_owned()))).await, "name_unreadable");
        let nobody = Contact { name: "赵".to_owned(), phone: "1".to_owned() };
        assert_eq!(refused(change(here, Particular::Contact(nobody))).await, "phone_malformed");
        assert_eq!(refused(change(here, Particular::InjuryClass(9))).await, "injury_class_unknown");
        let small = Particular::Kind(EmployerKind::SmallOrMicro, None);
        assert_eq!(refused(change(here, small)).await, "size_proof_missing");
        assert_eq!(refused(change(EmployerId(Uuid::nil()), to.clone())).await, "employer_not_found");
        assert_eq!(refused(change(here, to)).await, "nothing_changes");
        let theirs = employer(&kit.desk.view(), there).await.unwrap().unwrap().credit_code.unwrap();
        assert_eq!(refused(change(here, Particular::CreditCode(theirs))).await, "credit_code_in_use");
    }

    /// 13.4a: nothing changed: only the certificate is asked for, and the result is PASS.
    async fn example_13_4a_an_unchanged_firm_shows_its_certificate_alone(kit: Kit) {
        kit.set_today(day("2015-12-10"));
        let e4 = firm(&kit, 4, EmployerKind::Enterprise).await;
        taken(&kit, e4, roster::Row::Enrol(roster::Newcomer { from: day("2015-12-01"), ..newcomer(1) })).await;
        kit.set_today(day("2016-03-10"));
        assert_eq!(inspection_state(&kit.desk.view(), e4, day("2016-03-10")).await.unwrap(), InspectionState::Lapsed);
        let kept = kit.desk.perform(&clerk(), HandIn(inspected(e4, Vec::new()))).await.unwrap();
        assert_eq!((kept.papers.as_slice(), kept.verdict), (&[Paper::Certificate][..], Verdict::Pass));
        assert_eq!(inspections(&kit.desk.view(), e4).await.unwrap(), [kept]);
        assert_eq!(inspection_state(&kit.desk.view(), e4, day("2016-03-10")).await.unwrap(), InspectionState::Passed);
        // Where the duty has ended nothing can lapse.
        assert_eq!(inspection_state(&kit.desk.view(), e4, day("2024-03-10")).await.unwrap(), InspectionState::Passed);
    }

    /// 13.4b: the legal person changed: the certificate and that paper, nothing else.
    async fn example_13_4b_a_changed_legal_person_shows_that_paper_as_well(kit: Kit) {
        kit.set_today(day("2016-03-10"));
        let e4 = firm(&kit, 4, EmployerKind::Enterprise).await;
        let asked = Inspected { staff: 0, ..inspected(e4, vec![Paper::LegalPersonProof]) };
        let kept = kit.desk.perform(&clerk(), HandIn(asked.clone())).await.unwrap();
        assert_eq!(kept.papers, [Paper::Certificate, Paper::LegalPersonProof]);
        assert_eq!(kept.verdict, Verdict::Pass);
        // Arrears are a finding and never a block.
        kit.set_today(day("2016-03-11"));
        let owes = kit.desk.perform(&clerk(), HandIn(Inspected { arrears: Fen::new(1), ..asked.clone() })).await.unwrap();
        assert_eq!(owes.verdict, Verdict::PutRight);
        let refused = async |asked| kit.desk.perform(&clerk(), HandIn(asked)).await.unwrap_err().refusal().unwrap().code();
        assert_eq!(refused(Inspected { employer: EmployerId(Uuid::nil()), ..asked.clone() }).await, "employer_not_found");
        assert_eq!(refused(Inspected { staff: -1, ..asked.clone() }).await, "inspection_facts");
        assert_eq!(refused(Inspected { year: 1990, ..asked }).await, "parameter_not_in_force");
    }

    async fn the_papers_of_a_business_are_known_before_one_begins(kit: Kit) {
        let found = requirements(kit.desk.view().area(), Business::StaffChange, day("2017-07-05")).unwrap();
        assert_eq!((found.asked, found.dropped), (1, 2));
        let kept: Vec<Paper> =
            found.items.iter().filter(|(_, duty)| *duty == Duty::SelfKept).map(|(row, _)| row.paper).collect();
        assert_eq!(kept, [Paper::Contract, Paper::WageSheet]);
        assert!(requirements(kit.desk.view().area(), Business::StaffChange, day("1990-07-05")).is_err());
    }
}
