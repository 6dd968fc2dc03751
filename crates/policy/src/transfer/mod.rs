//! Moving the pension relation (关系转移接续): 国办发〔2009〕66号. Where the pension is decided, and how much money moves.

pub mod amount;
pub mod place;
