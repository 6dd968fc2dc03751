//! The books of the funds: chart of accounts, journals, balances, seals.
//!
//! Purpose: money of a fund is where its journals say. Each fund is an accounting entity of its own, mainly on a cash basis; the
//! ledger knows no citizen, only opaque sub-accounts.
//!
//! Law: 财会〔2017〕28号 (accounting of the social insurance funds, in force 2018-01-01); order 765 art. 36 to 38.
//!
//! Invariants: a [`Journal`] that does not balance cannot be made; its accounts are all in one fund's chart; amounts are above
//! nothing and sides are explicit. Journals and lines are written once: no update or delete on either engine; a correction is a
//! reversing journal. The same event is posted once to a fund. Journals are sealed into an SM3 chain in batches; the act that
//! seals them also folds them into the balances, which [`verify`] recomputes from the lines.
//!
//! Tables owned: `ledger_journal`, `ledger_line`, `ledger_seal` (all append-only), `ledger_balance` (derived).

pub mod account;
mod balance;
mod chart;
mod journal;
mod post;
mod seal;
mod store;
mod verify;

pub use account::Code;
pub use balance::{Balance, Total, balances, net, totals};
pub use chart::{Account, AccountKind, chart};
pub use journal::{Journal, JournalError, LINES_MAX, Line, Side, Source};
pub use post::{post, post_many, posted};
pub use seal::{SEAL_JOURNALS, SealJournals};
pub use store::MIGRATIONS;
pub use verify::{Difference, Verified, verify};
