//! One parameter: its heading, its rows by date, the law of each row.

mod dated;
mod leaf;
mod value;

pub use dated::{Dated, InForce, NotInForce};
pub use leaf::{Alternative, Citation, Heading, Leaf, Level, LoadError, Row, Status};
pub(crate) use value::{FromValue, word_from_value};
pub use value::{MonthDay, Unit, Value};
