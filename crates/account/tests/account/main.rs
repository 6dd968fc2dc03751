//! The tests of accounts: people, staff, agents of employers and their passkeys, on both engines.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod agents;
mod passkeys;
mod sign_in;
