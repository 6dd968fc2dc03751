//! The registry's tests: people, relations, employers and their rosters, on both engines.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod employers;
mod insured;
mod intervals;
mod people;
mod refusals;
mod roster;
mod roster_refusals;
mod staff;
