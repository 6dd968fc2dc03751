//! The stand-ins' clock: the wall's, one so far from it, or one that a test sets. It knows no time zone but +08:00.

use chrono::TimeDelta;
use kernel::{Date, Timestamp};
use std::sync::{Arc, Mutex, PoisonError};

/// Tells the time. Clones tell the same time.
#[derive(Clone, Default, Debug)]
pub struct Clock(Arc<Mutex<Told>>);

/// What a clock tells.
#[derive(Clone, Copy, Debug)]
enum Told {
    /// The wall's time and so much more.
    Running(TimeDelta),
    /// One moment.
    Fixed(Timestamp),
}

impl Default for Told {
    fn default() -> Told {
        Told::Running(TimeDelta::zero())
    }
}

impl Clock {
    /// The machine's own clock.
    pub fn wall() -> Clock {
        Clock::default()
    }

    /// A clock that runs, so far ahead of the machine's.
    pub fn ahead(by: TimeDelta) -> Clock {
        Clock(Arc::new(Mutex::new(Told::Running(by))))
    }

    /// A clock that stands still until it is set again.
    pub fn fixed(at: Timestamp) -> Clock {
        Clock(Arc::new(Mutex::new(Told::Fixed(at))))
    }

    /// Sets the clock, and stops it there.
    pub fn set(&self, at: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Told::Fixed(at);
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        match *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Told::Running(ahead) => wall() + ahead,
            Told::Fixed(at) => at,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the outside world has a clock of its own, which is not the desk's")]
fn wall() -> Timestamp {
    std::time::SystemTime::now().into()
}

/// `2026-11-23T14:20:00+08:00`
pub(crate) fn rfc3339(at: Timestamp) -> String {
    local(at, "%Y-%m-%dT%H:%M:%S+08:00")
}

/// The instant in the agency's time, in a form of chrono's.
pub(crate) fn local(at: Timestamp, form: &str) -> String {
    (at + TimeDelta::hours(8)).format(form).to_string()
}

/// Reads an RFC 3339 instant.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    chrono::DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc())
}

/// Reads `2026-11-23`.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    Date::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10)
}
