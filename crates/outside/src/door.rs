//! Who comes too early, too late or twice: the check of time and nonce that every signed protocol has.

use chrono::TimeDelta;
use kernel::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Why a signed request is turned away before its signature is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(crate) enum DoorError {
    #[error("the timestamp is too far from our clock")]
    Skew,
    #[error("the nonce was used before")]
    Replay,
}

/// Remembers nonces for as long as their timestamps could still pass.
#[derive(Debug)]
pub(crate) struct Door {
    tolerance: TimeDelta,
    seen: Mutex<HashMap<String, Timestamp>>,
}

impl Door {
    pub(crate) fn new(tolerance: TimeDelta) -> Door {
        Door { tolerance, seen: Mutex::new(HashMap::new()) }
    }

    /// Whether a timestamp is near enough to the clock.
    pub(crate) fn in_time(&self, now: Timestamp, said: Timestamp) -> Result<(), DoorError> {
        if (now - said).abs() > self.tolerance { Err(DoorError::Skew) } else { Ok(()) }
    }

    /// Takes a nonce once. Called after the signature was found right, so that a forger cannot use up nonces of others.
    pub(crate) fn once(&self, now: Timestamp, nonce: &str) -> Result<(), DoorError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let horizon = now - self.tolerance - self.tolerance;
        if seen.len() > 10_000 {
            seen.retain(|_, at| *at >= horizon);
        }
        match seen.insert(nonce.to_owned(), now) {
            Some(at) if at >= horizon => Err(DoorError::Replay),
            Some(_) | None => Ok(()),
        }
    }
}

/// An instant from unix seconds written as decimal digits.
pub(crate) fn unix(seconds: &str) -> Option<Timestamp> {
    seconds.parse().ok().and_then(|seconds| Timestamp::from_timestamp(seconds, 0))
}

/// 16 to 64 of `0-9 A-Z a-z _ -`.
pub(crate) fn is_nonce(text: &str) -> bool {
    (16..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}
