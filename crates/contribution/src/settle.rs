//! Settling: money came for a bill. Every month counts once; what does not count is held, flagged and given back later.
//!
//! It refuses nothing, for the money has come: only the database can make it an error. The verified notice credits the months;
//! the journal debits what is in transit at the gateway, and the day's bill moves it to the income account (house.md 3, 5).

use crate::store::settle::{self, Credited, Payable, Posted};
use crate::{BillKind, BilledMonth, Event, RefundReason, RefundState, Refundable, store};
use control::{NewWorkItem, Op};
use kernel::{BillId, Date, Fen, Fund, JournalId, Month, OrderId, PersonId, SubAccountId, WorkItemId};
use ledger::{Journal, account};
use payment::{Receipt, ReceiptId};
use sea_orm::DbErr;
use serde::Serialize;

/// The kind of work item that money received twice opens.
pub const DUPLICATE_PAYMENT: &str = "duplicate_payment";
/// The kind of the journals that receipts lead to, as the books know it.
pub const JOURNAL_OF_RECEIPT: &str = "contribution_receipt";

/// What became of money that came for a bill.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Settled {
    /// The bill.
    pub bill: BillId,
    /// Whose months they are.
    pub person: PersonId,
    /// The months that this money let count.
    pub counted: Vec<Month>,
    /// The months that counted already.
    pub duplicate: Vec<Month>,
    /// What is held for them, to be given back.
    pub duplicate_amount: Fen,
    /// Where the money stands in the books.
    pub journal: JournalId,
    /// The work item for two officers, where something is held.
    pub work_item: Option<WorkItemId>,
}

/// Settles money on a bill: six statements where every month counts.
///
/// # Errors
/// The database's; also where there is no such bill or the amount is not the bill's, which `payment` has ruled out before.
pub async fn settle(op: &mut Op, bill: BillId, receipt: &Receipt, on: Date) -> Result<Settled, DbErr> {
    let order = receipt.order.ok_or_else(|| DbErr::Custom(format!("receipt {} of no order", receipt.id)))?;
    let money = Money { receipt: receipt.id, order, amount: receipt.amount, stands_on: stands_on(receipt) };
    let bill = settle::payable(op, bill).await?.ok_or_else(|| DbErr::RecordNotFound(format!("bill {bill}")))?;
    let counted = match bill.kind {
        BillKind::Normal | BillKind::Prepayment => settle::count_months(op, &bill).await?,
        BillKind::Supplement => settle::supplement_months(op, &bill).await?,
    };
    write_lines(op, &bill, &counted, money, on).await?;
    let split = split(&bill, &counted, money.amount)?;
    let journal = post(op, &bill, &split, money, on).await?;
    let received = Event::Received { order: money.order, journal, on };
    if bill.state.after(received).is_ok() {
        settle::mark_paid(op, bill.id, &Posted { order: money.order, journal, on }).await?;
    }
    let work_item = hold(op, &bill, &split, money).await?;
    let duplicate = split.duplicate.iter().map(|month| month.month).collect();
    let (bill, person, duplicate_amount) = (bill.id, bill.person, split.held);
    Ok(Settled { bill, person, counted, duplicate, duplicate_amount, journal, work_item })
}

/// Money that came, as far as settling asks.
#[derive(Clone, Copy)]
struct Money {
    receipt: ReceiptId,
    order: OrderId,
    amount: Fen,
    stands_on: ledger::Code,
}

/// Money that was kept as unmatched and booked so is taken from there; other money is in transit at the gateway.
fn stands_on(receipt: &Receipt) -> ledger::Code {
    match receipt.journal {
        Some(_) => account::UNMATCHED_RECEIPTS,
        None => account::GATEWAY_IN_TRANSIT,
    }
}

async fn write_lines(op: &Op, bill: &Payable, counted: &[Month], money: Money, on: Date) -> Result<(), DbErr> {
    let month = Month::of(on).map_err(|e| DbErr::Custom(format!("{on}: {e}")))?;
    let credited = Credited { receipt: Some(money.receipt), month };
    let written = if counted.len() == bill.months.len() {
        settle::insert_all_lines(op, bill, &credited).await?
    } else {
        let mut written = 0;
        for month in counted {
            written += settle::insert_line(op, bill, *month, &credited).await?;
        }
        written
    };
    if usize::try_from(written) == Ok(counted.len()) {
        Ok(())
    } else {
        Err(DbErr::Custom(format!("{written} lines for {} months", counted.len())))
    }
}

/// Where the money goes: parts that add up to it.
struct Split {
    account: Fen,
    pooled: Fen,
    held: Fen,
    duplicate: Vec<BilledMonth>,
}

fn split(bill: &Payable, counted: &[Month], amount: Fen) -> Result<Split, DbErr> {
    let (counts, duplicate): (Vec<BilledMonth>, Vec<BilledMonth>) =
        bill.months.iter().partition(|month| counted.contains(&month.month));
    let account: Fen = counts.iter().map(|month| month.account).sum();
    let pooled: Fen = counts.iter().map(BilledMonth::pooled).sum();
    // The remainder, so that not a fen of what came is left out of the books.
    let held = amount - account - pooled;
    if held != duplicate.iter().map(|month| month.total).sum() {
        return Err(DbErr::Custom(format!("{amount} came for bill {} of another amount", bill.id)));
    }
    Ok(Split { account, pooled, held, duplicate })
}

async fn post(op: &mut Op, bill: &Payable, split: &Split, money: Money, on: Date) -> Result<JournalId, DbErr> {
    let person = SubAccountId(bill.person.uuid());
    let credits = [
        ledger::Line::credit(account::CONTRIBUTION_FLEXIBLE_ACCOUNT, split.account).of(person),
        ledger::Line::credit(account::CONTRIBUTION_FLEXIBLE_POOLED, split.pooled),
        ledger::Line::credit(account::DUPLICATE_RECEIPTS, split.held).of(person),
    ];
    let mut lines = vec![ledger::Line::debit(money.stands_on, money.amount)];
    lines.extend(credits.into_iter().filter(|line| !line.amount().is_zero()));
    let source = ledger::Source { kind: JOURNAL_OF_RECEIPT, id: money.receipt.uuid() };
    let journal = Journal::balanced(Fund::EnterprisePension, on, source, lines);
    ledger::post(op, journal.map_err(|e| DbErr::Custom(format!("settling bill {}: {e}", bill.id)))?).await
}

/// Keeps what does not count to be given back, and asks two officers for it.
async fn hold(op: &mut Op, bill: &Payable, split: &Split, money: Money) -> Result<Option<WorkItemId>, DbErr> {
    if split.duplicate.is_empty() {
        return Ok(None);
    }
    let held = split.duplicate.iter().map(|month| Refundable {
        id: op.new_id(),
        person: bill.person,
        bill: bill.id,
        month: month.month,
        receipt: Some(money.receipt),
        reason: RefundReason::Duplicate,
        amount: month.total,
        held_at: op.at(),
        state: RefundState::Held,
        journal: None,
    });
    store::refundable::insert(op, held.collect()).await?;
    let months: Vec<Month> = split.duplicate.iter().map(|month| month.month).collect();
    let item = NewWorkItem {
        key: &format!("{DUPLICATE_PAYMENT}:{}", money.receipt),
        kind: DUPLICATE_PAYMENT,
        person: Some(bill.person),
        detail: serde_json::json!({
            "bill": bill.id, "receipt": money.receipt, "months": months, "amount": split.held
        }),
    };
    item.open(op).await.map(Some)
}
