//! Closing a gateway's day: its bill, our receipts and refunds, and the books are compared. What agrees moves from transit to the
//! account where it belongs; each difference is a work item for two officers.

use crate::settle::{SERVED_FUND, Settle};
use crate::worker::system;
use crate::{Services, watch};
use chrono::{TimeDelta, Timelike};
use control::{Act, Action, Actor, Desk, Fault, FaultKind, NewWorkItem, Op, Subject};
use kernel::{Date, Fen, Fund, Insurance};
use ledger::{Code, Journal, JournalError, Line, Source, account};
use payment::{GatewayError, GatewayKind, Reconciliation};
use policy::{Collector, Payer, Policy};
use sea_orm::DbErr;
use serde_json::json;
use std::collections::BTreeMap;

/// The kind of a work item about a difference between a gateway's bill and ours.
pub const DIFFERENCE: &str = "reconciliation_difference";
/// What WeChat Pay answers for a day without business.
const NO_BILL: &str = "NO_STATEMENT_EXIST";
/// Gateways have their bill of a day ready at ten the next morning; we ask a little later.
const READY_AT: (u32, u32) = (10, 15);

/// Keeps the comparison of a day and books it.
pub struct CloseDay {
    /// The comparison.
    pub day: Reconciliation,
}

/// A day that was closed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DayClosed {
    /// Whether it was closed for the first time.
    pub is_new: bool,
    /// What moved from transit, by fund.
    pub moved: BTreeMap<Fund, Fen>,
    /// How many differences became work items.
    pub differences: usize,
}

/// Why a day was not closed.
#[derive(Debug, thiserror::Error)]
pub enum CloseDayError {
    /// A journal that does not balance: a bug, and nothing was written.
    #[error("the journal does not stand")]
    Journal(#[from] JournalError),
    /// The database failed.
    #[error("the day could not be closed")]
    Database(#[from] DbErr),
}

impl Fault for CloseDayError {
    fn code(&self) -> &'static str {
        match self {
            CloseDayError::Journal(_) => "day_journal",
            CloseDayError::Database(_) => "database",
        }
    }
    fn kind(&self) -> FaultKind {
        FaultKind::Internal
    }
    fn database(&self) -> Option<&DbErr> {
        match self {
            CloseDayError::Database(error) => Some(error),
            CloseDayError::Journal(_) => None,
        }
    }
}

impl Act for CloseDay {
    const ACTION: Action = Action::ReconcileDay;
    type Answer = DayClosed;
    type Error = CloseDayError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, CloseDayError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<DayClosed, CloseDayError> {
        let kept = payment::keep_day(op, &self.day).await?;
        let mut moved = net_by_fund(&self.day);
        // A day that is closed again moves only what has come to light since.
        *moved.entry(SERVED_FUND).or_default() -= kept.net_before;
        moved.retain(|_, amount| !amount.is_zero());
        let to = deposit(op, self.day.date);
        for (fund, amount) in &moved {
            let id = if kept.is_new { kept.id.uuid() } else { op.new_id() };
            let source = Source { kind: "payment.day", id };
            let journal = Journal::balanced(*fund, op.today(), source, transfer(to, *amount))?;
            ledger::post(op, journal).await?;
        }
        open_items(op, &self.day).await?;
        Ok(DayClosed { is_new: kept.is_new, moved, differences: self.day.differences() })
    }

    fn detail(&self) -> Option<serde_json::Value> {
        let Reconciliation { gateway, date, matched, .. } = &self.day;
        Some(json!({ "gateway": gateway, "date": date, "matched": matched, "differences": self.day.differences() }))
    }
}

/// What came less what went back, by fund; money of nobody stands in the fund that the gateways serve.
fn net_by_fund(day: &Reconciliation) -> BTreeMap<Fund, Fen> {
    let mut net: BTreeMap<Fund, Fen> = BTreeMap::new();
    for (fund, amount) in &day.received {
        *net.entry(fund.unwrap_or(SERVED_FUND)).or_default() += *amount;
    }
    for (fund, amount) in &day.refunded {
        *net.entry(fund.unwrap_or(SERVED_FUND)).or_default() -= *amount;
    }
    net
}

fn transfer(to: Code, amount: Fen) -> Vec<Line> {
    if amount.is_negative() {
        // More went back than came: the gateway took it from the account.
        return vec![Line::debit(account::GATEWAY_IN_TRANSIT, -amount), Line::credit(to, -amount)];
    }
    vec![Line::debit(to, amount), Line::credit(account::GATEWAY_IN_TRANSIT, amount)]
}

/// Where a gateway's money arrives: the treasury where the tax office collects, else the agency's income account.
fn deposit(op: &Op, date: Date) -> Code {
    let collector = Policy::of(op.area())
        .ok()
        .and_then(|policy| policy.collection.of(Payer::FlexibleWorker, Insurance::Pension))
        .and_then(|collector| collector.on(date).ok().map(|in_force| *in_force.value));
    match collector {
        Some(Collector::TaxOffice) => account::TREASURY_DEPOSIT,
        Some(Collector::Agency) | None => account::INCOME_DEPOSIT,
    }
}

async fn open_items(op: &mut Op, day: &Reconciliation) -> Result<(), DbErr> {
    let rows = day.missing_here.iter().map(|row| ("missing_here", &row.reference, None, Some(row.amount)));
    let ours = day.missing_there.iter().map(|row| ("missing_there", &row.reference, Some(row.amount), None));
    let both = day.differing.iter().map(|both| ("differing", &both.reference, Some(both.here), Some(both.there)));
    for (side, reference, here, there) in rows.chain(ours).chain(both) {
        let key = format!("{DIFFERENCE}:{}:{side}:{reference}", day.gateway);
        let detail = json!({
            "gateway": day.gateway, "date": day.date, "side": side, "reference": reference, "here": here, "there": there,
        });
        NewWorkItem { key: &key, kind: DIFFERENCE, person: None, detail }.open(op).await?;
    }
    Ok(())
}

/// Closes a gateway's day: fetches the bill, finds lost notices by asking, compares, books.
///
/// # Errors
/// A line for the log or the accountant.
pub async fn close_day(
    desk: &Desk,
    services: &Services,
    actor: &Actor,
    gateway: GatewayKind,
    date: Date,
) -> Result<DayClosed, String> {
    let bill = services.gateways.daily_bill(gateway, date).await;
    let rows = match bill {
        Ok(rows) => rows,
        // A day without business has no bill, and neither has a day whose bill is not ready: our own side tells which.
        Err(GatewayError::Refused { code, .. }) if code == NO_BILL && nothing_here(desk, gateway, date).await? => {
            Vec::new()
        }
        Err(error) => return Err(error.to_string()),
    };
    take_arrivals(desk, services, gateway, date).await?;
    let first = payment::reconcile(&desk.view(), gateway, date, &rows).await.map_err(|error| error.to_string())?;
    for row in &first.missing_here {
        watch::find_lost(desk, services, gateway, row).await;
    }
    let day = payment::reconcile(&desk.view(), gateway, date, &rows).await.map_err(|error| error.to_string())?;
    desk.perform(actor, CloseDay { day }).await.map_err(|declined| declined.to_string())
}

/// Settles what a gateway tells of a day without being asked after an order: transfers that name no note of ours, and where
/// those came from that are known already.
pub(crate) async fn take_arrivals(
    desk: &Desk,
    services: &Services,
    gateway: GatewayKind,
    date: Date,
) -> Result<(), String> {
    for money in services.gateways.arrivals(gateway, date).await.map_err(|error| error.to_string())? {
        desk.perform(&system(), Settle { money }).await.map_err(|declined| declined.to_string())?;
    }
    Ok(())
}

/// Whether nothing was received or refunded here on a gateway's day.
async fn nothing_here(desk: &Desk, gateway: GatewayKind, date: Date) -> Result<bool, String> {
    let ours = payment::reconcile(&desk.view(), gateway, date, &[]).await.map_err(|error| error.to_string())?;
    Ok(ours.differences() == 0)
}

/// Closes yesterday once its bills are ready and it was not closed yet.
pub(crate) async fn close_when_due(desk: &Desk, services: &Services) {
    let now = desk.now() + TimeDelta::hours(8);
    let ready = (now.hour(), now.minute()) >= READY_AT;
    let Some(yesterday) = now.date_naive().pred_opt().filter(|_| ready) else { return };
    for gateway in services.gateways.offered() {
        match payment::day_kept(&desk.view(), gateway, yesterday).await {
            Ok(false) => {
                if let Err(error) = close_day(desk, services, &system(), gateway, yesterday).await {
                    tracing::warn!(%gateway, date = %yesterday, error, "a day could not be closed");
                }
            }
            Ok(true) => {}
            Err(error) => tracing::error!(error = %error, "the days could not be read"),
        }
    }
}
