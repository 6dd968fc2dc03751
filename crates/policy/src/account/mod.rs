//! The personal account (个人账户).

pub mod interest;
