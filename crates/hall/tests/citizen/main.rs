//! What somebody does with their own file, without a browser: the hall's routes over a fresh database of either engine, with
//! the stand-ins of the outside world beside it and a real port for notices.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod counter;
mod employer;
mod employer_begins;
mod faults;
mod file;
mod hostile;
mod pay;
mod sign_in;
mod stand;
mod twice;
mod visitor;
#[path = "../world/mod.rs"]
mod world;
