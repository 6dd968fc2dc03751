//! What tests stand on: a fresh database for each test on either engine, a clock that stands where it is put, fresh keys.
//!
//! ```text
//! testkit::both_engines! {
//!     on [registry::MIGRATIONS, ledger::MIGRATIONS];
//!
//!     /// Runs as `a_month_counts_once::on_sqlite` and `a_month_counts_once::on_postgres`.
//!     async fn a_month_counts_once(kit: Kit) {
//!         let bill = kit.desk.perform(&actor, Declare { .. }).await.unwrap();
//!         assert_eq!(kit.number("select count(*) from contribution_bill").await, 1);
//!     }
//! }
//! ```
//! A dev-dependency only. It refuses to be part of the product: `cargo xtask tidy` finds any crate that asks for it.

#![expect(clippy::expect_used, reason = "test support: there is nobody to hand an error to")]

mod death;
mod kit;
pub mod postgres;
pub mod program;
mod template;

pub use control::Engine;
pub use kit::{Kit, run};

/// Makes two tests of each function: one on SQLite, one on PostgreSQL, each with a database of its own.
///
/// The list names the migrations of the crates that the test needs, in their order; control's own come by themselves. A
/// list that another crate has put together (`on office::MIGRATIONS;`) serves as well.
#[macro_export]
macro_rules! both_engines {
    (on $lists:expr; $($(#[$note:meta])* async fn $name:ident($kit:ident: Kit) $body:block)+) => {
        $(
            $(#[$note])*
            #[cfg(test)]
            mod $name {
                #[allow(unused_imports, reason = "a test may need nothing of what its file has imported")]
                use super::*;

                async fn body($kit: $crate::Kit) $body

                #[test]
                fn on_sqlite() {
                    $crate::run($crate::Engine::Sqlite, &$lists, body);
                }

                #[test]
                fn on_postgres() {
                    $crate::run($crate::Engine::Postgres, &$lists, body);
                }
            }
        )+
    };
}
