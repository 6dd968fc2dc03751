//! Statuses that decide what a person may do: retired, drawing unemployment benefit, dead. Dated, with their source.

use crate::{Source, store};
use control::{Op, View};
use kernel::{Date, PersonId};
use sea_orm::DbErr;

kernel::words! {
    /// A kind of status.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum StatusKind {
        /// Draws a pension.
        Retired = "retired",
        /// Draws unemployment benefit (社会保险法 art. 45 to 51).
        UnemploymentBenefit = "unemployment_benefit",
        /// Dead.
        Dead = "dead",
    }
}

/// A status of a person, for a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Status {
    /// What.
    pub kind: StatusKind,
    /// From this day.
    pub from: Date,
    /// Until this day; none where it lasts.
    pub until: Option<Date>,
}

impl Status {
    /// Whether it holds on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// A status to be written down by the crate that decided it.
#[derive(Clone, Copy, Debug)]
pub struct NewStatus {
    /// Whose.
    pub person: PersonId,
    /// What, from when to when.
    pub status: Status,
    /// Where it comes from.
    pub source: Source,
}

/// A person's statuses, oldest first.
///
/// # Errors
/// The database's.
pub async fn statuses(view: &View, person: PersonId) -> Result<Vec<Status>, DbErr> {
    let ids = store::ids_of(view, person).await?;
    let mut statuses = store::statuses(view, &ids).await?;
    statuses.sort_by_key(|status| status.from);
    Ok(statuses)
}

/// Writes a status down, inside the act that decided it.
///
/// # Errors
/// The database's.
pub async fn write_status(op: &mut Op, new: NewStatus) -> Result<(), DbErr> {
    store::insert_status(op, &new).await
}
