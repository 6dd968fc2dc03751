//! What is owed for a month, by kind of payer.

pub mod employee;
pub mod flexible;
pub mod housing_fund;
pub mod injury;
pub mod medical_flexible;
pub mod relief;
pub mod special_base;
pub mod undeclared;
