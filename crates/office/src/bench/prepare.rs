//! Bills to be paid: made by the verbs that people use, many in one transaction. The people are fictitious: their identity
//! numbers lie in the unassigned county code 130499.

use super::{BenchError, machinery};
use contribution::{Pay, PayError, Tier};
use control::{Act, Action, Desk, Fault, FaultKind, IdempotencyKey, Op, Subject};
use futures::{StreamExt, TryStreamExt, stream};
use kernel::{AreaCode, BillId, Date, IdNumber, Insurance, Month, OrderId, PersonId, RelationId, Scheme, Sex};
use payment::{Attempt, GatewayKind, StartAttempt, StartError, Verified};
use registry::bulk::{Counter, PersonRow, RelationRow, load_persons, load_relations, number};
use registry::{Category, Payer};
use sea_orm::DbErr;
use std::collections::HashMap;
use uuid::Uuid;

/// Each payment is for a quarter of a year.
pub(super) const MONTHS: usize = 3;
/// The year of the bills, which is that of the benchmark's clock.
const YEAR: i32 = 2025;
/// So many people are billed in one transaction, four times each: some ten milliseconds of work.
const PEOPLE: u32 = 25;
/// So many payments come of it.
const PAYMENTS: u64 = 100;
/// So many people are born on a day.
const BORN_A_DAY: u32 = 400;
/// So many transactions are under way at the same moment.
const AT_ONCE: usize = 8;
/// Ids in reserve for what a payment makes anew: receipt, journal, audit line, job, and some to spare.
const FRESH: usize = 8;

/// A payment that may be settled, and what is its own in the statements that settle it.
pub(super) struct Payment {
    pub(super) bill: BillId,
    pub(super) person: PersonId,
    pub(super) order: OrderId,
    pub(super) money: Verified,
    pub(super) fresh: Vec<Uuid>,
}

/// How many people were made so far.
#[derive(Default)]
pub(super) struct Made(u32);

/// Makes at least so many payments.
pub(super) async fn payments<R>(
    desk: &Desk,
    made: &mut Made,
    count: u64,
    report: &R,
) -> Result<Vec<Payment>, BenchError>
where
    R: AsyncFn(Vec<Attempt>) -> Result<Vec<Verified>, String>,
{
    let acts = u32::try_from(count.div_ceil(PAYMENTS)).map_err(|e| BenchError::Script(e.to_string()))?;
    let first = made.0;
    made.0 += acts * PEOPLE;
    let billed: Vec<Vec<Billed>> = stream::iter(0..acts)
        .map(|act| async move { desk.perform(&machinery(), Bills { first: first + act * PEOPLE }).await })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    let billed: Vec<Billed> = billed.into_iter().flatten().collect();
    let attempts = billed.iter().map(|billed| billed.attempt.clone()).collect();
    let reported = report(attempts).await.map_err(BenchError::Money)?;
    let mut money: HashMap<String, Verified> =
        reported.into_iter().map(|money| (money.number().to_owned(), money)).collect();
    let of = |Billed { bill, person, attempt, fresh }: Billed| {
        let money = money.remove(&attempt.number);
        let money = money.ok_or_else(|| BenchError::Money(format!("{} is not among it", attempt.number)))?;
        Ok(Payment { bill, person, order: attempt.order, money, fresh })
    };
    billed.into_iter().map(of).collect()
}

/// A bill at the cashier.
struct Billed {
    bill: BillId,
    person: PersonId,
    attempt: Attempt,
    fresh: Vec<Uuid>,
}

/// Enters some people as flexible workers and bills each of them the quarters of the year.
struct Bills {
    /// The first one's number.
    first: u32,
}

/// Why bills were not made.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// A bill was refused.
    #[error("a bill was refused")]
    Pay(#[from] PayError),
    /// An order was not taken to the gateway.
    #[error("an order was not taken to the gateway")]
    Start(#[from] StartError),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] DbErr),
}

impl Fault for PrepareError {
    fn code(&self) -> &'static str {
        match self {
            PrepareError::Pay(error) => error.code(),
            PrepareError::Start(error) => error.code(),
            PrepareError::Database(_) => "database",
        }
    }
    fn kind(&self) -> FaultKind {
        FaultKind::Internal
    }
    fn database(&self) -> Option<&DbErr> {
        match self {
            PrepareError::Pay(error) => error.database(),
            PrepareError::Start(error) => error.database(),
            PrepareError::Database(error) => Some(error),
        }
    }
}

impl Act for Bills {
    const ACTION: Action = Action::PayContribution;
    const AUDITED: bool = false;
    type Answer = Vec<Billed>;
    type Error = PrepareError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, PrepareError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<Vec<Billed>, PrepareError> {
        let months: Vec<Month> =
            (1..=12).map(|month| Month::new(YEAR, month).map_err(wrong)).collect::<Result<_, _>>()?;
        let people: Vec<PersonRow> =
            (self.first..self.first + PEOPLE).map(|number| person(op, number)).collect::<Result<_, _>>()?;
        load_persons(&op.db(), op.keys(), &people).await?;
        let relations: Vec<RelationRow> = people.iter().map(|person| flexible(op, person.id, months[0])).collect();
        load_relations(&op.db(), &relations).await?;
        let mut billed = Vec::new();
        for person in &people {
            for months in months.chunks(MONTHS) {
                billed.push(bill(op, person.id, months).await?);
            }
        }
        Ok(billed)
    }
}

fn wrong(error: impl std::error::Error) -> DbErr {
    DbErr::Custom(error.to_string())
}

fn person(op: &Op, order: u32) -> Result<PersonRow, DbErr> {
    let birth = Date::from_ymd_opt(1980, 1, 1).unwrap_or_default() + chrono::Days::new(u64::from(order / BORN_A_DAY));
    let county = AreaCode::parse("130499").map_err(wrong)?;
    let among = u16::try_from(order % BORN_A_DAY).map_err(wrong)?;
    Ok(PersonRow {
        id: op.new_id(),
        personal_number: number(op.area(), Counter::Person, i64::from(order) + 1),
        name: "测试人员".to_owned(),
        sex: Sex::Male,
        birth,
        area: op.area(),
        category_from: birth,
        category: Category::Worker,
        document: op.new_id(),
        id_number: IdNumber::compose(&county, birth, among * 2 + 1).map_err(wrong)?,
        phone: None,
        recorded_at: op.at(),
    })
}

fn flexible(op: &Op, person: PersonId, from: Month) -> RelationRow {
    RelationRow {
        person,
        id: op.new_id::<RelationId>(),
        insurances: Insurance::Pension.into(),
        scheme: Scheme::Enterprise,
        payer: Payer::Oneself,
        from,
        until: None,
        recorded_at: op.at(),
        ended_at: None,
    }
}

async fn bill(op: &mut Op, person: PersonId, months: &[Month]) -> Result<Billed, PrepareError> {
    let key = IdempotencyKey::parse(&op.new_id::<Uuid>().to_string()).map_err(wrong)?;
    let payable = Pay { key, person, months: months.to_vec(), tier: Tier::percent(60) }.act(op).await?;
    let attempt = StartAttempt { order: payable.order.id, gateway: GatewayKind::Bank }.act(op).await?;
    let fresh = (0..FRESH).map(|_| op.new_id()).collect();
    Ok(Billed { bill: payable.bill.id, person, attempt, fresh })
}
