//! Contribution on both engines: one program, a module a verb.
#![allow(clippy::unwrap_used, reason = "tests")]

mod acceptance;
mod account;
mod employer_refusals;
mod employers;
mod fixture;
mod history;
mod pay;
mod props;
mod refusals;
mod settle;
mod supplement;
mod tax;
mod verify;
