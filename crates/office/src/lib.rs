//! Where capabilities meet without a channel: routing a settled payment to its purpose, the job handlers, closing a day, checking
//! the books, issuing papers.
//!
//! Purpose: the one place that knows which purpose leads to which capability, by exhaustive `match`. Lower crates never announce
//! anything: here they are asked, at the moment that decides.
//!
//! Invariants: [`Settle`] never fails on business grounds, for the money has come; only the database can make it an error. No
//! handler keeps anything in memory that a crash would lose. Tables owned: none.

pub mod bench;
pub mod books;
mod clerk;
mod day;
mod demand;
mod employer_paper;
pub mod inspection;
mod job;
mod paper;
pub mod roster;
mod services;
mod settle;
mod tell;
mod watch;
mod worker;

pub use clerk::{COUNT, Carried, CarryOut, CarryOutError, REFUND, UNMATCHED_PAYMENT};
pub use day::{CloseDay, CloseDayError, DIFFERENCE, DayClosed, close_day};
pub use demand::{PayDemand, PayDemandError};
pub use employer_paper::{demand_paper, employer_voucher};
pub use job::{JobError, KINDS, PromiseAssessment, run};
pub use paper::{PaperError, entitlement_record, voucher};
pub use services::Services;
pub use settle::{Settle, SettleError, Settled};
pub use watch::{ask_gateway, watch_orders};
pub use worker::{Worker, tend};

use control::{Migration, Migrations, Sealed};

/// Every crate's migrations, in the order in which they are run.
pub const MIGRATIONS: &[&Migrations] = &[
    registry::MIGRATIONS,
    message::MIGRATIONS,
    account::MIGRATIONS,
    ledger::MIGRATIONS,
    payment::MIGRATIONS,
    record::MIGRATIONS,
    contribution::MIGRATIONS,
];

/// Every sealed column of every crate: what a rotation of the keys seals again.
pub fn sealed_columns() -> Vec<Sealed> {
    [registry::SEALED, account::SEALED, message::SEALED, payment::SEALED, record::SEALED].concat()
}

/// How many steps there are, control's own included: what a prepared database has run.
pub fn migration_count() -> usize {
    control::MIGRATIONS.len() + MIGRATIONS.iter().map(|list: &&[Migration]| list.len()).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sealed_column_is_sealed_again_after_a_rotation() {
        let known = sealed_columns();
        for line in MIGRATIONS.iter().flat_map(|list| list.iter()).flat_map(|step| step.sql.lines()) {
            if let Some((stored, _)) = line.trim().split_once(' ').filter(|(name, _)| name.ends_with("_sealed")) {
                assert!(known.iter().any(|sealed| sealed.stored == stored), "{stored}");
            }
        }
        for sealed in known {
            let made = format!("create table {} (", sealed.column.0);
            let step = MIGRATIONS.iter().flat_map(|list| list.iter()).find(|step| step.sql.contains(&made));
            assert!(step.is_some_and(|step| step.sql.contains(&format!(" {} ", sealed.stored))), "{sealed:?}");
        }
    }
}
