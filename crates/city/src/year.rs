//! A year of a city's employers, lived through the verbs that agents and officers use: people join, leave and move, wages are declared
//! (with outliers, late, or not at all), each month is assessed, billed and paid (whole, in parts, late, twice, with a wrong
//! number), corrected and paid back; in its last months the tax office collects and the agency takes in its detail.
//!
//! The books hold afterwards, or the city was lived in vain: whoever lives it runs `books verify`. It refuses nothing itself; a
//! refusal that the year does not expect ends it.

mod money;
mod office;
mod roster;
mod tax;
mod wages;

use crate::employer::{EMPLOYER_SIZE, Firm};
use crate::load::Plan;
use crate::persona;
use control::audit::SealAudit;
use control::{Act, Actor, Channel, Clock, Declined, Desk, Fault, FixedClock, IdempotencyKey, Role};
use futures::{StreamExt, TryStreamExt, stream};
use kernel::{AgentId, Date, EmployerId, Fen, Month, PersonId, StaffId};
use ledger::SealJournals;
use payment::Verified;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sea_orm::DbErr;
use serde::Serialize;
use std::sync::Mutex;
use uuid::Uuid;

/// Money on its way to the agency's bank.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Transfer {
    /// The number that it quotes.
    pub number: String,
    /// How much.
    pub amount: Fen,
}

/// What happened in a year.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct YearLived {
    /// People who joined an employer.
    pub joined: u64,
    /// People who left one.
    pub left: u64,
    /// People who came back.
    pub returned: u64,
    /// People who moved from one employer to another.
    pub moved: u64,
    /// Rows of rosters that were refused.
    pub refused_rows: u64,
    /// Declarations of a month.
    pub declared: u64,
    /// Wages that were asked about and taken with a reason.
    pub outliers: u64,
    /// Months of employers that were fixed at 110 % of the month before, for want of a declaration.
    pub provisional: u64,
    /// Declarations of a month that had been assessed already.
    pub corrected: u64,
    /// Dues written by the month's assessments.
    pub dues: u64,
    /// Demand notes.
    pub demands: u64,
    /// Demand notes paid whole.
    pub paid: u64,
    /// Demand notes paid in part.
    pub paid_in_part: u64,
    /// Transfers that fitted no order.
    pub unmatched: u64,
    /// Those that two officers led to their demand note.
    pub counted: u64,
    /// Money that came twice and is held.
    pub held: u64,
    /// Back payments taken by two officers.
    pub back_payments: u64,
    /// Conflicts of two employers that two officers decided.
    pub two_employers: u64,
    /// Rows of the tax office that were credited.
    pub tax_credited: u64,
    /// Rows that it told twice.
    pub tax_repeated: u64,
    /// Rows that fit nobody.
    pub tax_unmatched: u64,
}

/// Why a year could not be lived.
#[derive(Debug, thiserror::Error)]
pub enum YearError {
    /// A verb declined what the year expects to be done.
    #[error("{verb} was declined ({code}): {said}")]
    Declined {
        /// Which.
        verb: String,
        /// The refusal's code.
        code: &'static str,
        /// Its words.
        said: String,
    },
    /// The bank did not report the money.
    #[error("the bank did not report the money: {0}")]
    Bank(String),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] DbErr),
    /// A rule gives no figure.
    #[error("a month of the year cannot be computed")]
    Rule(#[from] policy::FormulaError),
    /// There are no parameters for the area.
    #[error("there is no policy for the area")]
    Policy(#[from] policy::NoPolicy),
    /// The year leaves the calendar.
    #[error("the year leaves the calendar")]
    Calendar(#[from] kernel::MonthError),
}

/// So many acts wait for the desk at once: on SQLite they share commits, on PostgreSQL they run beside each other.
const AT_ONCE: usize = 16;

/// Lives the year in which the plan's day lies, on a city that was lived up to it. `report` carries transfers to the bank on the
/// clock's day and answers what the bank then reports.
///
/// # Errors
/// [`YearError`].
pub async fn live_year<R>(
    desk: &Desk,
    clock: &FixedClock,
    plan: Plan,
    report: &R,
    told: &(dyn Fn(Month) + Sync),
) -> Result<YearLived, YearError>
where
    R: AsyncFn(Vec<Transfer>) -> Result<Vec<Verified>, String>,
{
    let employers = (plan.people / EMPLOYER_SIZE).max(persona::PERSONAS);
    let year = Year { desk, clock, plan, employers, lived: Mutex::default(), leavers: Mutex::default() };
    let first = Month::of(plan.today)?;
    for month in Month::of_year(first.year())?.months() {
        year.month(month, report).await?;
        told(month);
    }
    Ok(*year.lived.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
}

/// A year that is being lived.
struct Year<'a> {
    desk: &'a Desk,
    clock: &'a FixedClock,
    plan: Plan,
    employers: u32,
    lived: Mutex<YearLived>,
    /// Who left whom, for some come back.
    leavers: Mutex<Vec<(u32, PersonId)>>,
}

/// What is decided by lot, each on its own.
#[derive(Clone, Copy)]
enum Lot {
    Roster,
    Wages,
    Money,
    Correction,
}

impl Year<'_> {
    async fn month<R>(&self, month: Month, report: &R) -> Result<(), YearError>
    where
        R: AsyncFn(Vec<Transfer>) -> Result<Vec<Verified>, String>,
    {
        let agency = self.agency_collects(month)?;
        self.put_clock(month, 4);
        self.rosters(month).await?;
        if agency {
            self.put_clock(month, 8);
            self.declarations(month).await?;
            self.put_clock(month, 15);
        }
        let system = self.system();
        let ran = contribution::whole_city(self.desk, &system, month, &|_| ()).await;
        let ran = ran.map_err(|declined| declined_by("assess", &declined))?;
        self.count(|lived| lived.dues += ran.run.lines);
        self.put_clock(month, 16);
        self.payments(month, report).await?;
        self.put_clock(month, 20);
        self.officers(month).await?;
        self.put_clock(month, 24);
        if agency {
            self.corrections(month).await?;
            self.back_payments(month).await?;
            self.put_clock(month, 26);
            self.officers(month).await?;
        } else {
            self.tax_detail(month).await?;
        }
        self.seal().await
    }

    async fn seal(&self) -> Result<(), YearError> {
        let system = self.system();
        while self.perform(&system, SealJournals).await? > 0 {}
        while self.perform(&system, SealAudit).await? > 0 {}
        Ok(())
    }

    fn put_clock(&self, month: Month, day: u64) {
        let on = month.first_day().checked_add_days(chrono::Days::new(day - 1)).unwrap_or_else(|| month.last_day());
        self.clock.set(on.and_hms_opt(4, 0, 0).unwrap_or_default().and_utc());
    }

    fn today(&self) -> Date {
        kernel::business_date(self.clock.now())
    }

    fn system(&self) -> Actor {
        Actor::system(Channel::CommandLine)
    }

    fn employer(&self, number: u32) -> EmployerId {
        Firm::of_id(self.plan.seed, number)
    }

    /// The one agent of an employer, who declares and pays.
    fn agent(&self, number: u32) -> Actor {
        let agent = AgentId(Uuid::from_u128(0x0160_0000_0000_7000_8000_0000_0000_0000 + u128::from(number)));
        Actor::agent(agent, self.employer(number), &[Role::AgentDeclarer, Role::AgentPayer], Channel::Web)
    }

    /// A number below 1000 that is this employer's in this month for this purpose, and the same in every run.
    fn lot(&self, number: u32, month: Month, lot: Lot) -> u32 {
        self.random(number, month, lot).random_range(0..1000)
    }

    fn random(&self, number: u32, month: Month, lot: Lot) -> ChaCha8Rng {
        let mut random = ChaCha8Rng::seed_from_u64(self.plan.seed ^ 0x0071_ea12);
        let purpose = match lot {
            Lot::Roster => 1,
            Lot::Wages => 2,
            Lot::Money => 3,
            Lot::Correction => 4,
        };
        let month = u64::try_from(month.number()).unwrap_or_default();
        random.set_stream((u64::from(number) << 32) | (month << 4) | purpose);
        random
    }

    fn key(&self, verb: &str, number: u32, month: Month) -> Result<IdempotencyKey, YearError> {
        let key = IdempotencyKey::parse(&format!("{verb}-{number:06}-{}", month.number()));
        key.map_err(|_| YearError::Bank("a key of the year does not fit".to_owned()))
    }

    fn count(&self, happened: impl FnOnce(&mut YearLived)) {
        happened(&mut self.lived.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    }

    async fn perform<A: Act>(&self, actor: &Actor, act: A) -> Result<A::Answer, YearError> {
        let verb = A::ACTION.to_string();
        self.desk.perform(actor, act).await.map_err(|declined| declined_by(&verb, &declined))
    }

    /// Every employer's part of a month, some at once.
    async fn each<T>(&self, part: impl AsyncFn(u32) -> Result<T, YearError>) -> Result<Vec<T>, YearError> {
        let part = &part;
        stream::iter(0..self.employers).map(|number| part(number)).buffer_unordered(AT_ONCE).try_collect().await
    }
}

fn declined_by<E: Fault>(verb: &str, declined: &Declined<E>) -> YearError {
    YearError::Declined { verb: verb.to_owned(), code: declined.code(), said: declined.to_string() }
}

fn clerk() -> Actor {
    Actor::staff(StaffId(Uuid::from_u128(0x0161)), &[Role::Clerk], Channel::Counter)
}

fn reviewer() -> Actor {
    Actor::staff(StaffId(Uuid::from_u128(0x0162)), &[Role::Reviewer], Channel::Counter)
}
