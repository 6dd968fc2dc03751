//! The personal account (个人账户): what is credited, the interest of a year, the balance of a life.

pub mod interest;
pub mod life;
pub mod year;

kernel::words! {
    /// Whether accounts are kept (河北 from 1996); months before count as deemed years.
    pub enum Kept {
        /// Not yet: months are deemed.
        NotYet = "not_yet",
        /// They are.
        Kept = "kept",
    }
}
