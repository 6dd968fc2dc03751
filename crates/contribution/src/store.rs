//! Every query and every table of this crate, and nothing else knows them.

pub(crate) mod account;
pub(crate) mod back_pay;
pub(crate) mod bill;
pub(crate) mod claim;
pub(crate) mod credited;
pub(crate) mod demand;
pub(crate) mod due;
mod entity;
pub(crate) mod line;
pub(crate) mod outline;
pub(crate) mod refundable;
pub(crate) mod run;
pub(crate) mod settle;
pub(crate) mod supplement;
pub(crate) mod tax;
pub(crate) mod verify;
pub(crate) mod wage;

use control::Migration;

/// The migrations of this crate's tables.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        id: "contribution/0001",
        sql: include_str!("store/schema_0001.sql"),
        append_only: &["contribution_line", "contribution_account_entry"],
    },
    Migration {
        id: "contribution/0002",
        sql: include_str!("store/schema_0002.sql"),
        append_only: &[
            "contribution_declaration",
            "contribution_wage",
            "contribution_assessment",
            "contribution_due",
            "contribution_received",
        ],
    },
];
