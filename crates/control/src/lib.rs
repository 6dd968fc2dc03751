//! The desk: one transaction for one piece of business, and all that stands around it.
//!
//! Purpose: money and rights change in one place. A verb is a type that implements [`Act`]; [`Desk::perform`] checks the
//! permission, opens the transaction, runs the act, writes the audit line and commits. Reading a person's file goes through
//! [`Desk::look`], which leaves a line that the person can see.
//!
//! Law: order 765 of the State Council (社会保险经办条例, 2023) art. 36 to 38: business is controlled by level and each process
//! leaves its record in the system; 劳社部发〔2007〕2号: handling and review by different people.
//!
//! Invariants: only this crate begins or commits a transaction. Deny by default. Done: act, jobs and audit line are committed
//! together. Refused: the act is rolled back and its audit line is committed alone. An act may run again, so it has no side
//! effect outside the database; what must happen outside is a job ([`Op::promise`]) written in the same transaction.
//!
//! Tables owned: `control_*` (audit, audit seals, jobs, leases, idempotency keys, work items, migrations).
//!
//! ```text
//! let order = desk.perform(&actor, Pay { key, person, months, tier }).await?; // permission before; audit line and commit after
//! let view = desk.look(&actor, Purpose::OwnFile, person).await?;              // leaves a line
//! ```

mod act;
mod action;
mod actor;
mod areas;
pub mod audit;
pub mod chain;
mod checkpoint;
mod clock;
mod database;
mod desk;
mod group;
pub mod idempotency;
pub mod job;
mod key;
pub mod lease;
mod local;
pub mod measure;
mod migration;
mod op;
mod permission;
mod reseal;
mod row;
mod store;
mod transaction;
mod work_item;

pub use act::{Act, Declined, Fault, FaultKind};
pub use action::Action;
pub use actor::{Actor, Channel, Role, Who};
pub use areas::Areas;
pub use audit::{Outcome, Purpose};
pub use clock::{Clock, FixedClock, ShiftedClock, SystemClock};
pub use database::{Database, DatabaseError, Engine};
pub use desk::Desk;
pub use idempotency::{IdempotencyKey, KeyReused};
pub use key::{Column, KeyError, Keys};
pub use measure::Sent;
pub use migration::{Migration, Migrations, forget, migrate, pending_migrations};
pub use op::{Op, View};
pub use permission::{Reach, allowed, reach};
pub use reseal::{Sealed, reseal};
pub use row::Row;
pub use store::MIGRATIONS;
pub use work_item::{
    Confirmed, HandleWorkItem, NewWorkItem, ReviewWorkItem, WorkItem, WorkItemError, WorkItemState, work_item,
    work_items,
};

/// Whose file an act touches, so that the desk checks the actor's right to this one and not only to the kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    /// Nobody's: a public page, a sign-in not yet tied to a person.
    Nobody,
    /// One person's file.
    Person(kernel::PersonId),
    /// An employer's file.
    Employer(kernel::EmployerId),
    /// A person's file, as far as an employer that insures them may see and change it. That it does insure them, the act has
    /// made sure of before it says so; the line stands in the person's file.
    StaffOf(kernel::EmployerId, kernel::PersonId),
    /// The agency's own business: books, jobs, closing a day.
    Agency,
}
