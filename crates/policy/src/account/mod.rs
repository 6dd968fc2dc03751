//! The personal account (个人账户): what is credited, the interest of a year, the balance of a life.

use crate::Policy;
use crate::parameter::NotInForce;
use kernel::Month;

pub mod interest;
pub mod life;
pub mod year;

kernel::words! {
    /// From when a month that is paid late bears interest.
    pub enum CreditFrom {
        /// 到账当月.
        ReceiptMonth = "receipt_month",
        /// 费款所属月.
        FeeMonth = "fee_month",
    }
}

kernel::words! {
    /// Whether accounts are kept (河北 from 1996); months before count as deemed years.
    pub enum Kept {
        /// Not yet: months are deemed.
        NotYet = "not_yet",
        /// They are.
        Kept = "kept",
    }
}

/// The month from which what was paid for a fee month bears interest: that of the receipt, unless the parameter says otherwise.
///
/// # Errors
/// A month before the first row.
pub fn interest_from(policy: &Policy, fee_month: Month, received: Month) -> Result<Month, NotInForce> {
    Ok(match policy.account.credit_from.on(received.first_day())?.value {
        CreditFrom::ReceiptMonth => fee_month.max(received),
        CreditFrom::FeeMonth => fee_month,
    })
}

/// Whether accounts are kept in a month; where they are not yet, paid and served months count as deemed ones.
///
/// # Errors
/// A month before the first row.
pub fn kept(policy: &Policy, month: Month) -> Result<Kept, NotInForce> {
    policy.account.kept.on(month.first_day()).map(|kept| *kept.value)
}
