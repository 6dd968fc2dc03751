//! The clock: the only place where the time of day is read. Instants are cut to microseconds, as PostgreSQL keeps them.

use chrono::TimeDelta;
use kernel::{Date, Timestamp};
use std::sync::Mutex;

/// Where the moment of an operation comes from.
pub trait Clock: Send + Sync + 'static {
    /// This moment, in whole microseconds.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where the clock is read")]
    fn now(&self) -> Timestamp {
        let now = chrono::Utc::now();
        Timestamp::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }
}

/// The machine's clock, whole days ahead or behind: it runs on as days do, in another year.
#[derive(Clone, Copy, Debug)]
pub struct ShiftedClock(TimeDelta);

impl ShiftedClock {
    /// A clock on which it is this day now, at the machine's time of day.
    pub fn on(day: Date) -> ShiftedClock {
        ShiftedClock(day - kernel::business_date(SystemClock.now()))
    }

    /// How far it is ahead of the machine's.
    pub const fn ahead(self) -> TimeDelta {
        self.0
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        SystemClock.now() + self.0
    }
}

/// A clock that stands where it is put: for tests, and for living a city's past.
#[derive(Debug)]
pub struct FixedClock(Mutex<Timestamp>);

impl FixedClock {
    /// A clock that stands at this moment.
    pub fn at(moment: Timestamp) -> FixedClock {
        FixedClock(Mutex::new(moment))
    }

    /// Puts the clock to another moment.
    pub fn set(&self, moment: Timestamp) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = moment;
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
