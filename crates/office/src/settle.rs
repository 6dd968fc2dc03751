//! Settle: money that a gateway reports is routed to its purpose, in one transaction.
//!
//! It never fails on business grounds, for the money has come: it is counted, kept as a duplicate, or kept as unmatched.
//! 社会保险费征缴暂行条例 art. 13; 财会〔2017〕28号 (temporary receipts, 暂收款).

use crate::clerk::UNMATCHED_PAYMENT;
use crate::job::{VOUCHER, VoucherJob};
use crate::tell;
use control::{Act, Action, Fault, FaultKind, NewWorkItem, Op, Subject};
use kernel::{BillId, DemandId, Fen, Fund, Month};
use ledger::{Journal, JournalError, Line, Source, account};
use message::Notice;
use payment::{Confirmed, Mismatch, Order, Payer, Purpose, Receipt, Verified};
use sea_orm::DbErr;
use serde_json::json;

/// Settles money whose report was verified.
pub struct Settle {
    /// The report.
    pub money: Verified,
}

/// What became of the money.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Settled {
    /// It paid what it was for. Where some of the months had been paid before, those are kept as duplicates.
    Counted {
        /// The months that count now.
        months: Vec<Month>,
        /// The months that counted already.
        duplicate: Vec<Month>,
    },
    /// It went to an employer's demand note.
    Received {
        /// Which.
        demand: DemandId,
        /// What is held, for nothing more was owed.
        over: Fen,
    },
    /// All of it had been paid before; it is kept and can be given back.
    Duplicate,
    /// Nobody knows what it is for; it is kept and can be given back.
    Unmatched(Mismatch),
    /// It was reported before; nothing happened again.
    Repeated,
}

/// Why money could not be settled: never for what it is, only for the database or a bug.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// A journal that does not balance: a bug, and nothing was written.
    #[error("the journal does not stand")]
    Journal(#[from] JournalError),
    /// The database failed.
    #[error("the money could not be written down")]
    Database(#[from] DbErr),
}

impl Fault for SettleError {
    fn code(&self) -> &'static str {
        match self {
            SettleError::Journal(_) => "settle_journal",
            SettleError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        FaultKind::Internal
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            SettleError::Database(error) => Some(error),
            SettleError::Journal(_) => None,
        }
    }
}

impl Act for Settle {
    const ACTION: Action = Action::SettlePayment;
    type Answer = Settled;
    type Error = SettleError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, SettleError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<Settled, SettleError> {
        let confirmed = payment::confirm(op, &self.money).await?;
        route(op, confirmed).await
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(json!({
            "gateway": self.money.gateway(),
            "number": self.money.number(),
            "transaction": self.money.transaction_id(),
            "amount": self.money.amount(),
        }))
    }
}

/// Leads confirmed money to what it is for.
pub(crate) async fn route(op: &mut Op, confirmed: Confirmed) -> Result<Settled, SettleError> {
    match confirmed {
        Confirmed::Repeat { .. } => Ok(Settled::Repeated),
        Confirmed::Unmatched { receipt, why } => set_aside(op, &receipt, why).await,
        Confirmed::First { order, receipt } | Confirmed::Surplus { order, receipt } => match order.purpose {
            Purpose::Contribution(bill) => contribution(op, &order, bill, &receipt).await,
            Purpose::Demand(demand) => employers(op, demand, &receipt).await,
        },
    }
}

async fn contribution(op: &mut Op, order: &Order, bill: BillId, receipt: &Receipt) -> Result<Settled, SettleError> {
    let on = op.today();
    let settled = contribution::settle(op, bill, receipt, on).await?;
    if !settled.duplicate.is_empty() {
        let amount = settled.duplicate_amount;
        if let Payer::Person(person) = order.payer {
            let to = tell::recipient(op, person).await?;
            message::tell(op, &to, &Notice::PaidTwice { amount }).await?;
        }
    }
    if settled.counted.is_empty() {
        return Ok(Settled::Duplicate);
    }
    // The message that it is paid goes out with the voucher: the payment itself waits for as little as possible.
    op.promise(VOUCHER, &VoucherJob { bill })?;
    Ok(Settled::Counted { months: settled.counted, duplicate: settled.duplicate })
}

/// An employer's money is allocated to what its demand note asks for; what is over is held.
async fn employers(op: &mut Op, demand: DemandId, receipt: &Receipt) -> Result<Settled, SettleError> {
    let on = op.today();
    let received = contribution::receive(op, demand, receipt, on).await?;
    if received.principal.is_nothing() && received.surcharge.is_zero() {
        return Ok(Settled::Duplicate);
    }
    Ok(Settled::Received { demand, over: received.over })
}

/// Money of nobody: 暂收款——待查款项, with a work item for two officers. It stands in the fund that the gateway's account serves.
async fn set_aside(op: &mut Op, receipt: &Receipt, why: Mismatch) -> Result<Settled, SettleError> {
    let lines = vec![
        Line::debit(account::GATEWAY_IN_TRANSIT, receipt.amount),
        Line::credit(account::UNMATCHED_RECEIPTS, receipt.amount),
    ];
    let source = Source { kind: "payment.unmatched", id: receipt.id.uuid() };
    let journal = Journal::balanced(SERVED_FUND, op.today(), source, lines)?;
    let journal = ledger::post(op, journal).await?;
    payment::booked(op, receipt.id, journal).await?;
    let key = format!("{UNMATCHED_PAYMENT}:{}", receipt.id);
    let detail = json!({ "receipt": receipt.id, "amount": receipt.amount, "why": why });
    NewWorkItem { key: &key, kind: UNMATCHED_PAYMENT, person: None, detail }.open(op).await?;
    Ok(Settled::Unmatched(why))
}

/// The fund whose collection account stands behind the gateways.
pub(crate) const SERVED_FUND: Fund = Fund::EnterprisePension;
