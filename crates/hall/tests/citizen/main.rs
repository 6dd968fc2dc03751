//! What somebody does with their own file, without a browser: the hall's routes over a fresh database, with the stand-in of
//! WeChat Pay beside it and a real port for its notices.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod counter;
mod file;
mod pay;
mod sign_in;
mod stand;
