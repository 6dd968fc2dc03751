//! What the tests of employers share: firms, people, and an act that takes a roster.

use chrono::NaiveDate;
use control::{Act, Action, Actor, Channel, IdempotencyKey, Op, Role, Subject};
use kernel::{AreaCode, EmployerId, Fen, IdNumber, Insurance, InsuranceSet, Month, StaffId};
use policy::requirement::Business;
use registry::inspection::{Inspected, InspectionError, InspectionKept};
use registry::roster::{LeaveReason, Leaver, Newcomer, RosterFault, Row, RowError, Taken, take};
use registry::*;
use testkit::Kit;
use uuid::Uuid;

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn month(text: &str) -> Month {
    text.parse().unwrap()
}

pub(crate) fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::parse(text).unwrap()
}

pub(crate) fn clerk() -> Actor {
    Actor::staff(StaffId(Uuid::from_u128(1)), &[Role::Clerk], Channel::Counter)
}

/// The worker so many in a list, born on 1990-06-15.
pub(crate) fn number(order: u16) -> String {
    IdNumber::compose(&AreaCode::parse("130499").unwrap(), day("1990-06-15"), order).unwrap().reveal().to_owned()
}

pub(crate) fn newcomer(order: u16) -> Newcomer {
    Newcomer {
        id_number: number(order),
        name: format!("工人{order}"),
        phone: None,
        insurances: InsuranceSet::ALL,
        from: day("2017-07-03"),
        wage: Fen::new(360_000),
    }
}

pub(crate) fn enrol(order: u16) -> Row {
    Row::Enrol(newcomer(order))
}

pub(crate) fn leaver(order: u16, last_day: &str) -> Row {
    let (id_number, name) = (number(order), format!("工人{order}"));
    Row::Suspend(Leaver { id_number, name, last_day: day(last_day), why: LeaveReason::Resigned })
}

pub(crate) fn injury_alone() -> InsuranceSet {
    Insurance::Injury.into()
}

/// A unified credit code with the right check character: organisation codes count up.
pub(crate) fn credit_code(order: u32) -> String {
    const SIGNS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let head = format!("9113040{:010}", order + 1);
    let mut weight = 1usize;
    let mut sum = 0;
    for byte in head.bytes() {
        sum += SIGNS.iter().position(|sign| *sign == byte).unwrap() * weight;
        weight = weight * 3 % 31;
    }
    format!("{head}{}", char::from(SIGNS[(31 - sum % 31) % 31]))
}

pub(crate) fn registering(order: u32, kind: EmployerKind) -> RegisterEmployer {
    RegisterEmployer {
        key: key(&format!("register-{order}")),
        name: format!("邯郸市测试{order}有限公司"),
        credit_code: credit_code(order),
        area: AreaCode::parse("130499").unwrap(),
        kind,
        size_proof: (kind == EmployerKind::SmallOrMicro).then(|| "名录 130499-1".to_owned()),
        injury_class: 2,
        legal_person: "李建国".to_owned(),
        legal_person_number: "13049919700101002X".to_owned(),
        contact: Contact { name: "张会计".to_owned(), phone: "13900000009".to_owned() },
        from: day("2010-01-04"),
        checked: SelfCheck { business: Business::Registration, papers: Vec::new() },
    }
}

pub(crate) async fn firm(kit: &Kit, order: u32, kind: EmployerKind) -> EmployerId {
    kit.desk.perform(&clerk(), registering(order, kind)).await.unwrap().employer
}

/// Takes a roster, as `office` does with the wages beside it.
pub(crate) struct Send(pub(crate) EmployerId, pub(crate) Vec<Row>);

impl Act for Send {
    const ACTION: Action = Action::EnrolStaff;
    type Answer = Vec<Result<Taken, RowError>>;
    type Error = RosterFault;

    async fn subject(&self, _: &mut Op) -> Result<Subject, RosterFault> {
        Ok(Subject::Employer(self.0))
    }

    async fn act(&self, op: &mut Op) -> Result<Self::Answer, RosterFault> {
        take(op, self.0, &self.1).await
    }
}

/// Hands an inspection in, as `office` does with the books' figures beside it.
pub(crate) struct HandIn(pub(crate) Inspected);

impl Act for HandIn {
    const ACTION: Action = Action::InspectEmployer;
    type Answer = InspectionKept;
    type Error = InspectionError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, InspectionError> {
        Ok(Subject::Employer(self.0.employer))
    }

    async fn act(&self, op: &mut Op) -> Result<InspectionKept, InspectionError> {
        inspection::inspect(op, &self.0).await
    }
}

pub(crate) async fn send(kit: &Kit, employer: EmployerId, rows: Vec<Row>) -> Vec<Result<Taken, RowError>> {
    kit.desk.perform(&clerk(), Send(employer, rows)).await.unwrap()
}

/// The row that is taken.
pub(crate) async fn taken(kit: &Kit, employer: EmployerId, row: Row) -> Taken {
    send(kit, employer, vec![row]).await.pop().unwrap().unwrap()
}

/// The code of the row that is refused.
pub(crate) async fn refused(kit: &Kit, employer: EmployerId, row: Row) -> &'static str {
    match send(kit, employer, vec![row]).await.pop().unwrap() {
        Ok(taken) => panic!("taken: {taken:?}"),
        Err(error) => error.code(),
    }
}
