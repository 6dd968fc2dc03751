//! Every query and every table of this crate, and nothing else knows them.

pub(crate) mod account;
pub(crate) mod bill;
mod entity;
pub(crate) mod line;
pub(crate) mod outline;
pub(crate) mod refundable;
pub(crate) mod settle;
pub(crate) mod supplement;
pub(crate) mod verify;

use control::Migration;

/// The migrations of this crate's tables.
pub const MIGRATIONS: &[Migration] = &[Migration {
    id: "contribution/0001",
    sql: include_str!("store/schema_0001.sql"),
    append_only: &["contribution_line", "contribution_account_entry"],
}];
