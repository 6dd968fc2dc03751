//! `/bill/{id}`: the last page of a payment and, later, its receipt: waiting, paid, given up or run out. Where no notice came
//! it asks the gateway itself. The page bears being kept as a bookmark.

use super::cashier::id_of;
use crate::app::Shared;
use crate::channels::citizen::SignedIn;
use crate::page::{Page, html};
use crate::problem::Problem;
use crate::working::{StepWords, words};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use contribution::{Bill, BilledMonth, Refundable, State as BillState};
use control::View;
use payment::{Attempt, GatewayKind, Order, Receipt, State as OrderState};
use std::time::Duration;

/// Somebody waits for the page, so the gateway is not waited for longer.
const ASK_FOR: Duration = Duration::from_secs(3);

#[derive(Template)]
#[template(path = "citizen/bill.html")]
struct BillPage {
    page: Page,
    bill: Bill,
    stage: Stage,
    gateways: Vec<GatewayKind>,
    owed_back: Vec<Refundable>,
    /// How each month came about.
    steps: Vec<Vec<StepWords>>,
}

impl BillPage {
    /// Each month with how it was computed.
    fn months(&self) -> impl Iterator<Item = (&BilledMonth, &Vec<StepWords>)> {
        self.bill.months.iter().zip(&self.steps)
    }
}

/// How the bill stands, for the person.
enum Stage {
    /// An order is open: the payer is at the cashier, or left it.
    Waiting { order: Order, attempts: Vec<Attempt> },
    /// It can be paid, and nobody is at it.
    Unpaid,
    /// The money came.
    Paid { order: Order, receipt: Option<Receipt> },
    /// Given up.
    Void,
}

#[derive(Template)]
#[template(path = "citizen/no_answer.html")]
struct NoAnswerPage {
    page: Page,
    bill: Bill,
    gateways: Vec<GatewayKind>,
}

pub(super) async fn bill(
    State(app): State<Shared>,
    page: Page,
    me: SignedIn,
    Path(id): Path<String>,
) -> Result<Html<String>, Problem> {
    let (bill, view) = own(&app, &me, &id).await?;
    let found = ask_where_silent(&app, &view, &bill).await?;
    let bill = if found { contribution::bill(&app.desk().view(), bill.id).await?.unwrap_or(bill) } else { bill };
    let view = app.desk().view();
    let stage = stage(&view, &bill).await?;
    let refundables = contribution::refundables(&view, bill.person).await?;
    let owed_back = refundables.into_iter().filter(|refundable| refundable.bill == bill.id).collect();
    let gateways = app.services()?.gateways.offered().collect();
    let explained = contribution::explain_bill(&view, &bill).map_err(|error| Problem::internal(&error))?;
    let steps = explained.iter().map(|month| words(&page, &month.steps)).collect();
    html(&BillPage { page, bill, stage, gateways, owed_back, steps })
}

pub(super) async fn no_answer(
    State(app): State<Shared>,
    page: Page,
    me: SignedIn,
    Path(id): Path<String>,
) -> Result<Html<String>, Problem> {
    let (bill, _) = own(&app, &me, &id).await?;
    let gateways = app.services()?.gateways.offered().collect();
    html(&NoAnswerPage { page, bill, gateways })
}

/// The bill of an address with its owner's file, which the desk opens to the owner only.
async fn own(app: &Shared, me: &SignedIn, id: &str) -> Result<(Bill, View), Problem> {
    let found = contribution::bill(&app.desk().view(), id_of(id)?).await?;
    let bill = found.ok_or_else(Problem::not_found)?;
    let view = me.file_of(bill.person).await?;
    Ok((bill, view))
}

async fn stage(view: &View, bill: &Bill) -> Result<Stage, Problem> {
    Ok(match bill.state {
        BillState::Issued => Stage::Unpaid,
        BillState::Void => Stage::Void,
        BillState::Paying { order } => {
            let order = payment::order(view, order).await?.ok_or_else(Problem::not_found)?;
            if order.state == OrderState::Open && view.at() < order.expires_at {
                let attempts = payment::attempts_of(view, order.id).await?;
                Stage::Waiting { order, attempts }
            } else {
                Stage::Unpaid
            }
        }
        BillState::Paid { order, .. } => {
            let order = payment::order(view, order).await?.ok_or_else(Problem::not_found)?;
            let receipts = payment::receipts_of(view, order.id).await?;
            let receipt = receipts.into_iter().find(|receipt| receipt.standing == payment::Standing::Counted);
            Stage::Paid { order, receipt }
        }
    })
}

/// A notice may be lost or late, so whoever looks lets the gateways be asked. Says whether money was found.
async fn ask_where_silent(app: &Shared, view: &View, bill: &Bill) -> Result<bool, Problem> {
    let BillState::Paying { order } = bill.state else { return Ok(false) };
    let services = app.services()?;
    let mut found = false;
    for attempt in payment::attempts_of(view, order).await?.iter().filter(|attempt| attempt.cashier.is_some()) {
        let asked = office::ask_gateway(app.desk(), services, attempt.gateway, &attempt.number);
        match tokio::time::timeout(ASK_FOR, asked).await {
            Ok(Ok(settled)) => found |= settled.is_some(),
            Ok(Err(error)) => tracing::warn!(attempt = %attempt.id, error, "a gateway could not be asked"),
            Err(_) => tracing::warn!(attempt = %attempt.id, "a gateway was too slow"),
        }
    }
    Ok(found)
}
