//! Limits: a try is counted before it is checked; after some for free the wait doubles with each.

use crate::store;
use chrono::TimeDelta;
use control::Op;
use sea_orm::DbErr;

/// How a limit grows and forgets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    /// The name that keeps its keys apart from others'.
    pub(crate) name: &'static str,
    /// So many tries cost nothing.
    pub(crate) free: i64,
    /// The first wait; each further one doubles it.
    pub(crate) first_seconds: i64,
    /// After so long without a try everything is forgotten.
    pub(crate) forget_hours: i64,
}

/// No wait is longer than an hour.
const WAIT_MAX_SECONDS: i64 = 3600;

/// Sign-in tries for one identity number, whether anybody holds it or not.
pub(crate) const PERSON: Policy = Policy { name: "person", free: 4, first_seconds: 30, forget_hours: 24 };
/// Sign-in tries from one address, behind which a whole hall may sit.
pub(crate) const ADDRESS: Policy = Policy { name: "address", free: 20, first_seconds: 30, forget_hours: 1 };
/// Sign-in tries for one staff login.
pub(crate) const STAFF: Policy = Policy { name: "staff", free: 4, first_seconds: 30, forget_hours: 24 };
/// Sign-in tries for one agent's login, and tries of a code for one employer.
pub(crate) const AGENT: Policy = Policy { name: "agent", free: 4, first_seconds: 30, forget_hours: 24 };
/// Codes asked for one identity number or phone.
pub(crate) const CODE: Policy = Policy { name: "code", free: 0, first_seconds: 60, forget_hours: 24 };
/// Codes that one phone gets, whoever asks.
pub(crate) const PHONE: Policy = Policy { name: "phone", free: 0, first_seconds: 60, forget_hours: 24 };
/// Codes asked from one address.
pub(crate) const CODE_ADDRESS: Policy = Policy { name: "code_address", free: 10, first_seconds: 60, forget_hours: 1 };

/// What a success takes back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Forgive {
    /// Everything.
    All,
    /// This one try: somebody's success says nothing about others behind the same address.
    One,
}

/// Counts a try. Where the limit is reached it is not counted, and the wait is answered in seconds.
pub(crate) async fn take(op: &Op, policy: Policy, whose: &str) -> Result<Option<i64>, DbErr> {
    let key = store::limit_key(op, policy.name, whose);
    let known = store::lock_limit(op, &key).await?;
    let now = op.at();
    if known.blocked_till > now {
        return Ok(Some((known.blocked_till - now).num_seconds().max(1)));
    }
    let forgotten = now - known.last_at > TimeDelta::hours(policy.forget_hours);
    let failures = if forgotten { 1 } else { known.failures + 1 };
    let blocked_till = now + TimeDelta::seconds(wait_after(policy, failures));
    store::write_limit(op, &key, failures, blocked_till).await?;
    Ok(None)
}

/// Takes tries back after a success.
pub(crate) async fn forgive(op: &Op, policy: Policy, whose: &str, what: Forgive) -> Result<(), DbErr> {
    let key = store::limit_key(op, policy.name, whose);
    let known = store::lock_limit(op, &key).await?;
    let failures = match what {
        Forgive::All => 0,
        Forgive::One => (known.failures - 1).max(0),
    };
    store::write_limit(op, &key, failures, op.at()).await
}

/// Seconds to wait after so many tries.
fn wait_after(policy: Policy, failures: i64) -> i64 {
    let over = failures - policy.free;
    if over <= 0 {
        return 0;
    }
    let doublings = u32::try_from(over - 1).map_or(20, |doublings| doublings.min(20));
    (policy.first_seconds << doublings).min(WAIT_MAX_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_an_hour() {
        let waits: Vec<i64> = (3..14).map(|failures| wait_after(PERSON, failures)).collect();
        assert_eq!(waits, [0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(wait_after(CODE, 1), 60);
        assert_eq!(wait_after(CODE, i64::MAX), 3600);
    }
}
