//! The program `zhijian`.
fn main() {}
