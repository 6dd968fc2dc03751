//! Money in and out, and not why: orders, attempts at a gateway, receipts, refunds, daily bills.
//!
//! Purpose: whatever a gateway reports is checked, kept once and given a standing; `office` routes it to its purpose, which this
//! crate knows by kind and id only.
//!
//! Law: order 765 (社会保险经办条例) art. 36 to 40; the gateways' own protocols (`gateway`).
//!
//! Invariants: [`Verified`] can only be made by a gateway module that has checked the signature. A transaction of a gateway is one
//! receipt, however often it is reported. An order has at most one counted receipt; money beyond it is kept as a duplicate, money
//! for nothing that we know is kept as unmatched: both are refundable, neither is refused. What is refunded never exceeds what was
//! received. No call to a gateway happens inside an act.
//!
//! Tables owned: `payment_order`, `payment_attempt`, `payment_receipt`, `payment_refund`, `payment_day`.

mod attempt;
mod confirm;
pub mod gateway;
mod order;
mod receipt;
mod reconcile;
mod refund;
mod store;

pub use attempt::{
    Attempt, AttemptError, AttemptId, EndAttempt, RecordCashier, StartAttempt, StartDemandAttempt, StartError,
    TidyAttempts, attempt, attempts_of, attempts_to_close, orders_without_word,
};
pub use confirm::{Confirmed, Mismatch, assign, confirm, match_again};
pub use gateway::{GatewayError, GatewayKind, Gateways};
pub use order::{
    CloseError, CloseOrder, Event, NewOrder, NotPossible, Order, Payer, Purpose, State, close, expired, next, open,
    order, order_by_number, orders_of,
};
pub use receipt::{
    PayerAccount, Receipt, ReceiptId, Standing, Verified, booked, payer_of, receipt, receipts_of, unmatched,
};
pub use reconcile::{DailyRow, Day, DayId, Differing, Reconciliation, RowKind, day_kept, keep_day, reconcile};
pub use refund::{
    REFUND_FAILED, REFUND_JOB, RecordRefund, Refund, RefundError, RefundId, RefundJob, RefundOutcome, RefundState,
    carry_again, refund, refund_of, refunds_of,
};
pub use store::MIGRATIONS;
pub use store::SEALED;
