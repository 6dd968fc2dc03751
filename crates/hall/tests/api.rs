//! The interface for programs: what it describes is what it serves, whatever is refused is a problem, and nobody reaches
//! another's things.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "api/contract.rs"]
mod contract;
#[path = "api/employer.rs"]
mod employer;
#[path = "api/journey.rs"]
mod journey;
#[path = "api/kit.rs"]
mod kit;
#[path = "api/paying.rs"]
mod paying;
#[path = "api/refusals.rs"]
mod refusals;
mod world;
