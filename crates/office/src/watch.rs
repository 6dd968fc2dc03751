//! Silent orders: a lost notice is found by asking, an order that nobody paid is closed. Both run the same confirmation as a notice.

use crate::worker::system;
use crate::{Services, Settle, Settled};
use chrono::TimeDelta;
use control::{Desk, View};
use payment::gateway::Report;
use payment::{Attempt, CloseOrder, DailyRow, EndAttempt};

/// An order is asked after when no word has come for so long.
const QUIET_SECONDS: i64 = 15;
/// So many orders are asked after in one round.
const ROUND: u64 = 20;

/// Asks the gateway about one attempt and settles what it reports. Answers what became of it, if money had come.
///
/// # Errors
/// A line for the log: the gateway did not answer, or the desk declined.
pub async fn ask_gateway(desk: &Desk, services: &Services, attempt: &Attempt) -> Result<Option<Settled>, String> {
    let report = services.gateways.query(attempt, desk.now()).await.map_err(|error| error.to_string())?;
    match report {
        Report::Paid(money) => {
            let settled = desk.perform(&system(), Settle { money }).await.map_err(|declined| declined.to_string())?;
            Ok(Some(settled))
        }
        Report::Unpaid => Ok(None),
        Report::Closed | Report::Unknown => {
            let end = EndAttempt { attempt: attempt.id };
            desk.perform(&system(), end).await.map_err(|declined| declined.to_string())?;
            Ok(None)
        }
    }
}

/// One round: asks after attempts without word, ends those that may no longer take money, closes orders past their time.
pub async fn watch_orders(desk: &Desk, services: &Services) {
    let quiet = payment::orders_without_word(&desk.view(), TimeDelta::seconds(QUIET_SECONDS), ROUND).await;
    for attempt in quiet.unwrap_or_default() {
        if let Err(error) = ask_gateway(desk, services, &attempt).await {
            tracing::warn!(attempt = %attempt.id, error, "a gateway could not be asked");
        }
    }
    for attempt in payment::attempts_to_close(&desk.view(), ROUND).await.unwrap_or_default() {
        if let Err(error) = end_at_gateway(desk, services, &attempt).await {
            tracing::warn!(attempt = %attempt.id, error, "an attempt could not be ended");
        }
    }
    close_expired(desk, &desk.view()).await;
}

/// Ends an attempt at its gateway; where the gateway says that it is paid, the money is settled instead.
async fn end_at_gateway(desk: &Desk, services: &Services, attempt: &Attempt) -> Result<(), String> {
    if services.gateways.close(attempt).await.is_err() {
        ask_gateway(desk, services, attempt).await?;
    }
    let end = EndAttempt { attempt: attempt.id };
    desk.perform(&system(), end).await.map_err(|declined| declined.to_string())
}

async fn close_expired(desk: &Desk, view: &View) {
    for order in payment::expired(view, ROUND).await.unwrap_or_default() {
        // An attempt may still hold money for it: it is asked after first, by the round above.
        let open = payment::attempts_to_close(view, ROUND).await.unwrap_or_default();
        if open.iter().any(|attempt| attempt.order == order.id) {
            continue;
        }
        if let Err(declined) = desk.perform(&system(), CloseOrder { order: order.id }).await {
            tracing::warn!(order = %order.id, error = %declined, "an order could not be closed");
        }
    }
}

/// A row of a gateway's bill of which nothing stands here: the lost notice is found by asking after its attempt.
pub(crate) async fn find_lost(desk: &Desk, services: &Services, row: &DailyRow) {
    let attempt = match payment::attempt_by_number(&desk.view(), &row.number).await {
        Ok(Some(attempt)) => attempt,
        Ok(None) => return,
        Err(error) => return tracing::error!(error = %error, "an attempt could not be read"),
    };
    if let Err(error) = ask_gateway(desk, services, &attempt).await {
        tracing::warn!(attempt = %attempt.id, error, "a lost notice could not be asked after");
    }
}
