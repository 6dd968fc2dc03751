//! How many whole payments a second are settled, beside the same statements sent by the bare driver, in turns in one run.
//!
//! What the verb sends is heard from the database layer and sent again with the values of other payments, so the limit
//! follows the verb wherever it goes. Fictitious people only; it wants a database of its own, freshly migrated.

mod bare;
mod prepare;
mod round;
mod script;

use crate::{Settle, SettleError, Settled};
use bare::Bare;
use control::{Actor, Channel, Clock, Database, DatabaseError, Declined, Desk, Engine, Keys, Sent};
use kernel::{AreaCode, Timestamp};
use payment::{Attempt, Verified};
pub use prepare::PrepareError;
use prepare::{Made, Payment};
use round::{Round, Stock};
use script::{Heard, Script};
use sea_orm::DbErr;
use serde::Serialize;
use serde_json::Number;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So often the verb and the bare driver take turns.
pub const ROUNDS: u32 = 5;
/// What [`payments`] tells of to `progress`: the first turn and, each round, making bills, the verb, the driver.
pub const STEPS: u32 = 1 + 3 * ROUNDS;

/// What is to be measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Load {
    /// How many pay at once.
    pub clients: u16,
    /// How long the verb runs in all; the bare driver runs as long.
    pub length: Duration,
}

/// What was measured. Medians are over the rounds, times are the clients': from asking to the committed answer.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Measured {
    /// Payments a second by the verb, the median.
    pub per_s: u64,
    /// Payments a second by the bare driver, the median.
    pub limit_per_s: u64,
    /// The median of the rounds' ratios.
    pub ratio: Number,
    /// Which engine answered.
    pub engine: &'static str,
    /// How many paid at once.
    pub clients: u16,
    /// Half of the verb's payments were faster.
    pub p50_ms: Number,
    /// Of a hundred of the verb's payments, so long took the slowest but one.
    pub p99_ms: Number,
    /// Payments that the verb settled in the measured rounds.
    pub payments: u64,
    /// Months that each payment is for.
    pub months: usize,
    /// Statements that a payment sends, beside `BEGIN` and `COMMIT`; audit line and job among them.
    pub statements: usize,
    /// The rounds' ratios, in their order.
    pub ratios: Vec<Number>,
    /// How long the statements of one payment took, together, heard in a turn of its own, in microseconds.
    pub statements_us: u64,
    /// The rest of a payment's time: queueing, `BEGIN`, savepoints, `COMMIT`, and our own code, in microseconds.
    pub rest_us: u64,
    /// Processor time of this process for a payment of the verb, in microseconds; the server's own is not among it.
    pub cpu_us: u64,
    /// The same for a payment of the bare driver.
    pub bare_cpu_us: u64,
    /// So many payments shared one commit of the bare driver, the mean.
    pub bare_group: Number,
}

/// Why nothing was measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] DatabaseError),
    /// The bills to be paid could not be made.
    #[error("the bills could not be made")]
    Prepare(#[from] Declined<PrepareError>),
    /// The outside world did not report the money.
    #[error("the money was not reported: {0}")]
    Money(String),
    /// The verb refused a payment.
    #[error("a payment was not settled")]
    Settle(#[source] Declined<SettleError>),
    /// The verb did something else with a payment.
    #[error("a payment was not counted but {0:?}")]
    Settled(Settled),
    /// The bare driver failed.
    #[error("the bare driver failed")]
    Driver(#[from] sqlx::Error),
    /// SQLite refused the bare statements.
    #[error("the bare statements failed")]
    Bare(#[source] DbErr),
    /// A statement cannot be sent again as it was heard.
    #[error("a statement cannot be sent again: {0}")]
    Script(String),
    /// A client ended early.
    #[error("a client ended early")]
    Client,
}

impl From<DbErr> for BenchError {
    fn from(error: DbErr) -> Self {
        BenchError::Open(DatabaseError::Prepare(error))
    }
}

/// A clock that begins on a day whose limits are published, and goes on from there: a payment is the same whenever it is measured.
struct Running {
    base: Timestamp,
    since: Instant,
}

impl Clock for Running {
    fn now(&self) -> Timestamp {
        let micros = i64::try_from(self.since.elapsed().as_micros()).unwrap_or(i64::MAX);
        self.base + chrono::TimeDelta::microseconds(micros)
    }
}

/// A Monday morning in the city, 2025-11-24 09:30 at +08:00, in microseconds since 1970.
const MORNING: i64 = 1_763_947_800_000_000;

/// The clock of the benchmark, which whoever reports money shares.
pub fn clock() -> Arc<dyn Clock> {
    let base = Timestamp::from_timestamp_micros(MORNING).unwrap_or_default();
    Arc::new(Running { base, since: Instant::now() })
}

/// Where payments are settled: a database of the benchmark's own, freshly migrated.
pub struct Place<'a> {
    /// Its address.
    pub url: &'a str,
    /// Opens the keys, once for each desk.
    pub keys: &'a (dyn Fn() -> Result<Keys, control::KeyError> + Sync),
    /// [`clock`].
    pub clock: Arc<dyn Clock>,
}

impl Place<'_> {
    fn desk(&self, database: Database) -> Result<Desk, BenchError> {
        let keys = (self.keys)().map_err(DbErr::from)?;
        Ok(Desk::open(AreaCode::HANDAN, database, keys, self.clock.clone()))
    }
}

/// Measures. `report` has people pay the attempts at a gateway and answers what it then reports; `progress` hears of each of
/// the [`STEPS`].
///
/// # Errors
/// [`BenchError`].
pub async fn payments<R>(place: &Place<'_>, load: Load, report: R, progress: impl Fn()) -> Result<Measured, BenchError>
where
    R: AsyncFn(Vec<Attempt>) -> Result<Vec<Verified>, String>,
{
    let mut bench = Bench::open(place, load, report).await?;
    let length = load.length / ROUNDS;
    bench.turn(length.min(Duration::from_millis(500)), 2 * u64::from(load.clients) + 200, &|| {}).await?;
    progress();
    let mut turns = Vec::new();
    for _ in 0..ROUNDS {
        turns.push(bench.turn(length, 0, &progress).await?);
    }
    let told = bench.listen(length).await?;
    let measured = bench.measured(turns, told);
    bench.close().await;
    measured
}

/// One round: the verb, then the bare driver.
struct Turn {
    verb: Round,
    bare: Round,
}

struct Bench<R> {
    load: Load,
    report: R,
    desk: Desk,
    listening: Desk,
    heard: Arc<Mutex<Option<Vec<Heard>>>>,
    spent: Arc<AtomicU64>,
    bare: Bare,
    script: Script,
    stock: Vec<Payment>,
    made: Made,
    /// So many payments a second, verb and driver together, as far as is known.
    pace: u64,
}

/// Who settles what a gateway reports.
fn machinery() -> Actor {
    Actor::system(Channel::Gateway)
}

async fn settle(desk: &Desk, money: Verified) -> Result<(), BenchError> {
    match desk.perform(&machinery(), Settle { money }).await.map_err(BenchError::Settle)? {
        Settled::Counted { duplicate, .. } if duplicate.is_empty() => Ok(()),
        other @ (Settled::Counted { .. }
        | Settled::Received { .. }
        | Settled::Duplicate
        | Settled::Unmatched(_)
        | Settled::Repeated) => Err(BenchError::Settled(other)),
    }
}

impl<R: AsyncFn(Vec<Attempt>) -> Result<Vec<Verified>, String>> Bench<R> {
    async fn open(place: &Place<'_>, load: Load, report: R) -> Result<Bench<R>, BenchError> {
        let heard: Arc<Mutex<Option<Vec<Heard>>>> = Arc::default();
        let spent: Arc<AtomicU64> = Arc::default();
        let database = Database::open(place.url).await?;
        let (keep, add) = (Arc::clone(&heard), Arc::clone(&spent));
        let listening = place.desk(Database::open(place.url).await?.telling(move |sent: Sent<'_>| {
            add.fetch_add(u64::try_from(sent.took.as_micros()).unwrap_or(0), Ordering::Relaxed);
            if let Some(heard) = keep.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
                heard.push(Heard::of(sent));
            }
        }))?;
        let bare = Bare::open(place.url, load.clients).await?;
        let desk = place.desk(database)?;
        let (script, stock, made) = (Script::default(), Vec::new(), Made::default());
        let mut bench = Bench { load, report, desk, listening, heard, spent, bare, script, stock, made, pace: 0 };
        bench.make(2).await?;
        let (first, statements) = bench.hear().await?;
        bench.script = Script::of(&first, statements);
        let (second, statements) = bench.hear().await?;
        bench.script.check(&second, &statements)?;
        Ok(bench)
    }

    /// Makes bills until so many payments are in stock.
    async fn make(&mut self, wanted: u64) -> Result<(), BenchError> {
        let missing = wanted.saturating_sub(u64::try_from(self.stock.len()).unwrap_or(u64::MAX));
        if missing > 0 {
            self.stock.extend(prepare::payments(&self.desk, &mut self.made, missing, &self.report).await?);
        }
        Ok(())
    }

    /// Settles one payment and learns what that sends.
    async fn hear(&mut self) -> Result<(Payment, Vec<Heard>), BenchError> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).replace(Vec::new());
        let payment = self.stock.pop().ok_or(BenchError::Client)?;
        settle(&self.listening, payment.money.clone()).await?;
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner).take();
        Ok((payment, heard.unwrap_or_default()))
    }

    /// Takes so many payments out of stock.
    fn take(&mut self, count: u64) -> Vec<Payment> {
        let count = usize::try_from(count).unwrap_or(usize::MAX).min(self.stock.len());
        self.stock.split_off(self.stock.len() - count)
    }

    async fn turn(&mut self, length: Duration, least: u64, progress: &dyn Fn()) -> Result<Turn, BenchError> {
        let millis = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
        // Half as much again as the pace so far: a turn that runs out of payments would measure the waiting.
        let each = (self.pace.saturating_mul(millis) / 1000 * 3 / 2).max(least).max(2 * u64::from(self.load.clients));
        self.make(2 * each).await?;
        let replayed =
            self.take(each).iter().map(|payment| self.script.of_payment(payment)).collect::<Result<_, _>>()?;
        let paid = self.take(each);
        progress();
        let verb = Stock::of(paid).spend(self.load.clients, length, self.paying(&self.desk)).await?;
        progress();
        let bare = Stock::of(replayed).spend(self.load.clients, length, self.bare.paying()).await?;
        progress();
        self.pace = self.pace.max(verb.per_s()).max(bare.per_s());
        Ok(Turn { verb, bare })
    }

    fn paying(&self, desk: &Desk) -> impl Fn(u16, Payment) -> round::Paying + Send + Sync + Clone + 'static + use<R> {
        let desk = desk.clone();
        move |_, payment: Payment| {
            let desk = desk.clone();
            Box::pin(async move { settle(&desk, payment.money).await })
        }
    }

    /// How long the statements of a payment take together, in microseconds, and how long the payment takes.
    async fn listen(&mut self, length: Duration) -> Result<(u64, u64), BenchError> {
        let length = length.min(Duration::from_secs(1));
        let millis = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
        let wanted = (self.pace.saturating_mul(millis) / 1000).max(2 * u64::from(self.load.clients));
        self.make(wanted).await?;
        let paid = self.take(wanted);
        self.spent.store(0, Ordering::Relaxed);
        let told = Stock::of(paid).spend(self.load.clients, length, self.paying(&self.listening)).await?;
        let done = told.done().max(1);
        Ok((self.spent.load(Ordering::Relaxed) / done, told.micros_a_payment(self.workers())))
    }

    /// How many payments are worked on at the same moment: SQLite has one writer.
    fn workers(&self) -> u64 {
        match self.desk.database().engine {
            Engine::Sqlite => 1,
            Engine::Postgres => u64::from(self.load.clients.min(self.bare.connections())),
        }
    }

    fn measured(&self, turns: Vec<Turn>, (statements_us, payment_us): (u64, u64)) -> Result<Measured, BenchError> {
        let ratios: Vec<u64> = turns.iter().map(|turn| turn.verb.per_s() * 1000 / turn.bare.per_s().max(1)).collect();
        let verbs = turns.iter().map(|turn| turn.verb.per_s()).collect();
        let bares = turns.iter().map(|turn| turn.bare.per_s()).collect();
        let mut times: Vec<u64> = turns.iter().flat_map(|turn| turn.verb.times.iter().copied()).collect();
        times.sort_unstable();
        let engine = match self.desk.database().engine {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        };
        Ok(Measured {
            per_s: median(verbs),
            limit_per_s: median(bares),
            ratio: thousandths(median(ratios.clone()))?,
            engine,
            clients: self.load.clients,
            p50_ms: thousandths(hundredth(&times, 50))?,
            p99_ms: thousandths(hundredth(&times, 99))?,
            payments: u64::try_from(times.len()).unwrap_or(u64::MAX),
            months: prepare::MONTHS,
            statements: self.script.statements(),
            ratios: ratios.into_iter().map(thousandths).collect::<Result<_, _>>()?,
            statements_us,
            rest_us: payment_us.saturating_sub(statements_us),
            cpu_us: cpu_us(turns.iter().map(|turn| &turn.verb)),
            bare_cpu_us: cpu_us(turns.iter().map(|turn| &turn.bare)),
            bare_group: thousandths(self.bare.group_thousandths())?,
        })
    }

    async fn close(self) {
        self.bare.close().await;
        self.listening.database().close().await;
        self.desk.database().close().await;
    }
}

/// Processor time for a payment over all rounds, in microseconds.
fn cpu_us<'a>(rounds: impl Iterator<Item = &'a Round>) -> u64 {
    let (millis, done) = rounds.fold((0, 0), |(millis, done), round| (millis + round.cpu_millis, done + round.done()));
    millis * 1000 / done.max(1)
}

/// The one in the middle; of an even number the lower one.
fn median(mut of: Vec<u64>) -> u64 {
    of.sort_unstable();
    of.get(of.len().saturating_sub(1) / 2).copied().unwrap_or(0)
}

/// What so many of a hundred do not exceed; the times are in order.
fn hundredth(times: &[u64], percent: usize) -> u64 {
    times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied().unwrap_or(0)
}

/// 812 thousandths are 0.812, and 3214 microseconds are 3.214 milliseconds.
fn thousandths(count: u64) -> Result<Number, BenchError> {
    let text = format!("{}.{:03}", count / 1000, count % 1000);
    serde_json::from_str(&text).map_err(|error| BenchError::Script(format!("{text}: {error}")))
}
