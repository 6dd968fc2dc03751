//! `/pay` in four pages: choose, check, the gateway's own cashier, and the bill with its outcome.

mod bill;
mod cashier;
mod check;
mod choice;
mod choose;

use crate::app::Shared;
use axum::Router;
use axum::routing::{get, post};

pub(crate) use cashier::cashier_of;
pub(crate) use check::new_key;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/pay", get(choose::choose).post(cashier::pay))
        .route("/pay/quote", get(choose::quote_again))
        .route("/pay/check", get(check::check))
        .route("/bill/{id}", get(bill::bill))
        .route("/bill/{id}/no-answer", get(bill::no_answer))
        .route("/bill/{id}/pay", post(cashier::pay_bill))
        .route("/bill/{id}/give-up", post(cashier::give_up))
        .route("/bill/{id}/voucher", post(cashier::voucher))
}
