//! Contributions: what a person owes, why, and what became of the money.
//!
//! Purpose: quote and bill the months of a flexible worker, count what was paid, keep every line of every person, and credit
//! the personal accounts. Employees' lines are read here too; assessing employers comes later.
//!
//! Law: 社会保险法 (2010) art. 10, 12, 14, 16, 60, 86; 国发〔2005〕38号; 国办发〔2019〕13号; 人社部发〔2016〕132号;
//! 劳办发〔1997〕116号 and 人社部发〔2017〕31号 (interest).
//!
//! Invariants: lines are append-only. A month counts once for the pension, whoever pays and however often; money that comes
//! twice is held, flagged and refundable. The summary of a month is the sum of its lines and recomputable. The principal of an
//! account is the account column of the lines and stands nowhere else. Parts add up to the whole: the pooled part is always
//! the remainder. A bill keeps the hash of the parameters it was computed from. Settling refuses nothing: the money has come.
//!
//! Tables owned: `contribution_*` (line, account_entry: append-only; month: derived; bill, bill_month, refundable; of employers
//! declaration, wage, assessment, due, received: append-only; claim, demand, demand_claim, run, surplus, back_payment,
//! tax_detail, employer).

pub mod account;
pub mod arrears;
pub mod assess;
pub mod back_pay;
mod bill;
pub mod bulk;
mod calendar;
mod cancel;
mod claim;
mod credit;
pub mod declare;
pub mod demand;
mod difference;
mod due;
mod explain;
pub mod history;
mod interest;
mod line;
mod month_rules;
pub mod outline;
mod pay;
mod preview;
mod quote;
pub mod receive;
mod refund;
pub mod run;
mod set_off;
mod settle;
mod store;
mod supplement;
pub mod tax;
pub mod verify;

pub use account::{AccountEntry, AccountYear, EntryKind, Method, YearInterest};
pub use assess::{AssessEmployer, AssessError, Assessed, FirstRun, Owed, Preview};
pub use back_pay::{BackMonth, BackPay, BackPayError, BackPayKind, BackPaymentId, Proposed};
pub use bill::{Bill, BillKind, BilledMonth, Event, State, TransitionError};
pub use calendar::{Facts, MonthState, Standing, calendar, facts, menu};
pub use cancel::{CancelBill, CancelError};
pub use claim::{
    Claim, ClaimEvent, ClaimKey, ClaimKind, ClaimState, ClaimStays, ReceivedPart, Sides, receipts_of_demand,
    received_by,
};
pub use declare::{Declaration, Declare, DeclareError, Declared, Period, Prefilled};
pub use demand::{
    Demand, DemandError, DemandEvent, DemandState, DemandStays, IssueDemand, Owing, demand, demand_by_number, demands,
};
pub use due::{Due, DueLine, Parts, employer_lines, person_dues};
pub use explain::{Agreement, ExplainError, Explanation, explain_bill, explain_line, of_line};
pub use history::{Countdown, History, MonthLines, Totals, Year, history, lines};
pub use interest::{CreditInterest, CreditInterestError, Credited};
pub use line::{EmployerPart, IncomePart, Line, LineKind, MonthSummary, PaidBy, PensionPart, SharedPart, policy_mark};
pub use pay::{Pay, PayBill, PayBillError, PayError, Payable};
pub use quote::{Quote, QuoteError, QuotedMonth, Tier, assess, quote, quote_on};
pub use receive::{JOURNAL_OF_DEMAND, ReceivedForDemand, receive};
pub use refund::{
    RefundReason, RefundState, Refundable, RefundableId, left_over, refund_asked, refund_done, refund_failed,
    refundables,
};
pub use run::{Progress, Ran, Run, runs, whole_city};
pub use settle::{DUPLICATE_PAYMENT, JOURNAL_OF_RECEIPT, Settled, settle};
pub use store::MIGRATIONS;
pub use supplement::{AssessSupplement, LIMITS_FELL, SupplementDue, SupplementError, Supplemented, supplements_due};
pub use tax::{ImportTaxDetail, ImportTaxDetailError, Imported, TaxRow, Unmatched};

use control::View;
use kernel::{BillId, PersonId};
use sea_orm::DbErr;

/// A bill by its id. Whose it is, the caller compares before it is shown.
///
/// # Errors
/// The database's.
pub async fn bill(view: &View, id: BillId) -> Result<Option<Bill>, DbErr> {
    store::bill::of_id(view, id).await
}

/// Under which ids months of a person stand: somebody may have been entered twice and been joined since. An id that the registry
/// never gave stands for itself.
async fn entries(view: &View, person: PersonId) -> Result<Vec<PersonId>, DbErr> {
    let mut ids = registry::ids(view, person).await?;
    if ids.is_empty() {
        ids.push(person);
    }
    Ok(ids)
}

/// The latest bills of a person, newest first.
///
/// # Errors
/// The database's.
pub async fn bills(view: &View, person: PersonId, limit: u64) -> Result<Vec<Bill>, DbErr> {
    let mut bills = Vec::new();
    for entry in entries(view, person).await? {
        bills.append(&mut store::bill::of_person(view, entry, limit).await?);
    }
    // Ids are given in the order of time.
    bills.sort_by_key(|bill| std::cmp::Reverse(bill.id));
    bills.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(bills)
}

/// The bills of a person that are neither paid nor given up, newest first.
///
/// # Errors
/// The database's.
pub async fn open_bills(view: &View, person: PersonId) -> Result<Vec<Bill>, DbErr> {
    let mut bills = Vec::new();
    for entry in entries(view, person).await? {
        bills.append(&mut store::bill::open(view, entry).await?);
    }
    bills.sort_by_key(|bill| std::cmp::Reverse(bill.id));
    Ok(bills)
}
