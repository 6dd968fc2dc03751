//! How fast the rules are over a whole city, measured where it runs. Fictitious people only.
//!
//! Every figure is a median of rounds that take turns, so that what else runs on the machine weighs on all alike.

mod memory;
pub mod pensions;
mod rules;

pub use pensions::pensions;
pub use rules::{Load, Measured, rules};

use crate::bulk::Refused;
use crate::{FormulaError, NoPolicy};
use kernel::MonthError;
use std::time::{Duration, Instant};

/// Why nothing was measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// There are no parameters.
    #[error("there are no parameters to measure with")]
    Policy(#[from] NoPolicy),
    /// The fictitious month is wrong: the program is at fault.
    #[error("the fictitious month is refused")]
    Month(#[from] MonthError),
    /// A formula gave no figure.
    #[error("a formula gave no figure")]
    Formula(#[from] FormulaError),
    /// A fictitious person was refused: the program is at fault.
    #[error("a fictitious person is refused")]
    Refused(#[from] Refused),
    /// The bulk path and the single path differ: the program is at fault.
    #[error("row {0} differs from the single path")]
    Differs(usize),
    /// A parameter that is to be carried on is not there: the program is at fault.
    #[error("{0} is not in the book")]
    Absent(&'static str),
    /// A thread ended early.
    #[error("a thread ended early")]
    Thread,
}

/// Runs all parts at the same time, each on a thread of its own, and gives the time until the last is done.
fn together<T: Send>(
    parts: &mut [T],
    work: impl Fn(&mut T) -> Result<(), BenchError> + Sync,
) -> Result<Duration, BenchError> {
    let start = Instant::now();
    if let [only] = parts {
        work(only)?;
    } else {
        std::thread::scope(|scope| {
            let workers: Vec<_> = parts.iter_mut().map(|part| scope.spawn(|| work(part))).collect();
            workers.into_iter().try_for_each(|worker| worker.join().unwrap_or(Err(BenchError::Thread)))
        })?;
    }
    Ok(start.elapsed())
}

/// The median of durations; nothing where there are none.
fn median(durations: &mut [Duration]) -> Duration {
    durations.sort_unstable();
    durations.get(durations.len() / 2).copied().unwrap_or_default()
}

/// How many a second.
fn per_second(count: u64, time: Duration) -> u64 {
    let nanos = time.as_nanos().max(1);
    u64::try_from(u128::from(count) * 1_000_000_000 / nanos).unwrap_or(u64::MAX)
}

/// Figures that look like chance and are the same on every run (a linear congruence, its upper half).
struct Dice(u64);

impl Dice {
    /// A figure from 0 up to the limit, which stays out.
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 32) * limit) >> 32
    }
}
