//! The words that everyone speaks: money, rates, months, ids, identity numbers, codes.
//!
//! Purpose: one meaning for each word of the house, checked once where it enters and carried by its type from there on.
//! Invariants: no I/O, no clock, no random source, no floating point. A value of these types is always well formed.
//! With the feature `sql` the words are also database values: money is `bigint` fen, a month is an integer `YYYYMM`,
//! an id is a UUIDv7 and a named word is text.

mod area;
mod credit_code;
mod id;
mod id_number;
mod insurance;
mod insurance_set;
mod money;
mod month;
mod rate;
mod words;

pub use area::{AreaCode, AreaCodeError};
pub use credit_code::{CreditCode, CreditCodeError};
pub use id::{
    AgentId, BillId, DemandId, EmployerId, JournalId, LineId, OrderId, PersonId, RecordId, RelationId, StaffId,
    SubAccountId, WorkItemId,
};
pub use id_number::{IdNumber, IdNumberError, Sex};
pub use insurance::{Fund, Insurance, Scheme};
pub use insurance_set::InsuranceSet;
pub use money::{Fen, FenError, Overflow, Rounding};
pub use month::{Month, MonthError, MonthRange};
pub use rate::{Rate, RateError};
pub use words::UnknownWord;

#[doc(hidden)]
pub use {serde, uuid};

/// A civil date of the agency's time zone (+08:00): a day on paper, never an instant.
pub type Date = chrono::NaiveDate;
/// An instant in UTC, cut to microseconds by `control::clock`.
pub type Timestamp = chrono::DateTime<chrono::Utc>;

/// The business day on which an instant falls: the agency keeps the time of +08:00.
pub fn business_date(at: Timestamp) -> Date {
    (at + chrono::TimeDelta::hours(8)).date_naive()
}
