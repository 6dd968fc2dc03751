//! Silent orders: a lost notice is found by asking, an order that nobody paid is closed. Both run the same confirmation as a notice.

use crate::worker::system;
use crate::{Services, Settle, Settled};
use chrono::TimeDelta;
use control::Desk;
use payment::gateway::{Closing, Report};
use payment::{Attempt, CloseOrder, DailyRow, EndAttempt, GatewayKind, TidyAttempts};

/// An order is asked after when no word has come for so long.
const QUIET_SECONDS: i64 = 15;
/// So many orders are asked after in one round.
const ROUND: u64 = 20;

/// Asks a gateway about an attempt's number and settles what it reports. Answers what became of the money, if it had come.
///
/// # Errors
/// A line for the log: the gateway did not answer, or the desk declined.
pub async fn ask_gateway(
    desk: &Desk,
    services: &Services,
    gateway: GatewayKind,
    number: &str,
) -> Result<Option<Settled>, String> {
    match services.gateways.query(gateway, number).await.map_err(|error| error.to_string())? {
        Report::Paid(money) => {
            let settled = desk.perform(&system(), Settle { money }).await.map_err(|declined| declined.to_string())?;
            Ok(Some(settled))
        }
        Report::Waiting | Report::Closed | Report::Unknown => Ok(None),
    }
}

/// One round: asks after attempts without word, ends those that may no longer take money, closes orders past their time.
pub async fn watch_orders(desk: &Desk, services: &Services) {
    if let Err(error) = desk.perform(&system(), TidyAttempts).await {
        tracing::error!(error = %error, "attempts could not be tidied");
    }
    let quiet = payment::orders_without_word(&desk.view(), TimeDelta::seconds(QUIET_SECONDS), ROUND).await;
    for attempt in noted(quiet) {
        if let Err(error) = ask_gateway(desk, services, attempt.gateway, &attempt.number).await {
            tracing::warn!(attempt = %attempt.id, error, "a gateway could not be asked");
        }
    }
    for attempt in noted(payment::attempts_to_close(&desk.view(), ROUND).await) {
        if let Err(error) = end_at_gateway(desk, services, &attempt).await {
            tracing::warn!(attempt = %attempt.id, error, "an attempt could not be ended");
        }
    }
    close_expired(desk).await;
}

/// Ends an attempt at its gateway; where the gateway says that it is paid, the money is settled first.
async fn end_at_gateway(desk: &Desk, services: &Services, attempt: &Attempt) -> Result<(), String> {
    let closing = services.gateways.close(attempt.gateway, &attempt.number).await.map_err(|error| error.to_string())?;
    match closing {
        Closing::Closed => {}
        Closing::Paid => {
            ask_gateway(desk, services, attempt.gateway, &attempt.number).await?;
        }
    }
    desk.perform(&system(), EndAttempt { attempt: attempt.id }).await.map_err(|declined| declined.to_string())
}

/// Orders past their time whose attempts are all ended.
async fn close_expired(desk: &Desk) {
    let open = noted(payment::attempts_to_close(&desk.view(), ROUND).await);
    for order in noted(payment::expired(&desk.view(), ROUND).await) {
        if open.iter().any(|attempt| attempt.order == order.id) {
            continue;
        }
        if let Err(declined) = desk.perform(&system(), CloseOrder { order: order.id }).await {
            tracing::warn!(order = %order.id, error = %declined, "an order could not be closed");
        }
    }
}

/// What was read, or nothing and a line in the log.
fn noted<T>(read: Result<Vec<T>, sea_orm::DbErr>) -> Vec<T> {
    read.unwrap_or_else(|error| {
        tracing::error!(error = %error, "orders could not be read");
        Vec::new()
    })
}

/// A row of a gateway's bill of which nothing stands here: the lost notice is found by asking after its number.
pub(crate) async fn find_lost(desk: &Desk, services: &Services, gateway: GatewayKind, row: &DailyRow) {
    if let Err(error) = ask_gateway(desk, services, gateway, &row.number).await {
        tracing::warn!(number = row.number, error, "a lost notice could not be asked after");
    }
}
