//! The hall as the agency runs it: the program `zhijian serve` with its worker, beside the program `outside`, each a process
//! of its own, on both engines. What can only be seen from outside is tested here: what survives `kill -9`, what the log says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod log;
mod payer;
mod plug;
mod storm;
mod town;
