//! Confirming: what a gateway reports becomes a receipt, once, whoever reports it: notice, query, return file or bill.
//!
//! It never refuses, for the money has come. Three statements on the good path.

use crate::order::{Event, next};
use crate::receipt::Standing;
use crate::store::{self, NewReceipt};
use crate::{Order, Receipt, ReceiptId, State, Verified};
use control::Op;
use kernel::OrderId;
use sea_orm::DbErr;

/// What a report of money turned out to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Confirmed {
    /// It pays its order. The receipt names a journal only where it was kept as unmatched before and booked so.
    First {
        /// The order, now paid.
        order: Order,
        /// The receipt that counts.
        receipt: Receipt,
    },
    /// It was reported before; nothing happens again.
    Repeat {
        /// The receipt as it stands.
        receipt: Receipt,
    },
    /// Another transaction paid the order before: a duplicate, kept and refundable.
    Surplus {
        /// The order, which another receipt pays.
        order: Order,
        /// The receipt of the duplicate.
        receipt: Receipt,
    },
    /// It fits no order: kept and refundable.
    Unmatched {
        /// The receipt.
        receipt: Receipt,
        /// Why it does not fit.
        why: Mismatch,
    },
}

kernel::words! {
    /// Why money fits no order.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum Mismatch {
        /// No attempt has the number that it names. It may still come: see [`match_again`].
        UnknownNumber = "unknown_number",
        /// The order asks for another amount.
        WrongAmount = "wrong_amount",
        /// The number was given to another gateway or merchant.
        WrongMerchant = "wrong_merchant",
    }
}

/// Confirms money that a gateway reports.
///
/// # Errors
/// The database's, and nothing else.
pub async fn confirm(op: &mut Op, money: &Verified) -> Result<Confirmed, DbErr> {
    match matching(op, money).await? {
        Ok(order) => take(op, order, money).await,
        Err((why, order)) => set_aside(op, money, why, order).await,
    }
}

/// Looks again for the order of a receipt that named an unknown number. Where it has come since, the receipt pays it (or is a
/// duplicate); otherwise nothing changes.
///
/// # Errors
/// The database's.
pub async fn match_again(op: &mut Op, receipt: ReceiptId) -> Result<Option<Confirmed>, DbErr> {
    let Some(receipt) = store::lock_receipt(op, receipt).await? else { return Ok(None) };
    let found = store::order_of_number(op, &receipt.number).await?;
    match found {
        Some((gateway, order))
            if gateway == receipt.gateway && (order.amount == receipt.amount || order.purpose.takes_any_amount()) =>
        {
            resolve(op, order.id, receipt).await.map(Some)
        }
        Some(_) | None => Ok(Some(Confirmed::Repeat { receipt })),
    }
}

type Unfit = (Mismatch, Option<OrderId>);

async fn matching(op: &Op, money: &Verified) -> Result<Result<Order, Unfit>, DbErr> {
    Ok(match store::order_of_number(op, &money.number).await? {
        None => Err((Mismatch::UnknownNumber, None)),
        Some((gateway, order)) if gateway != money.gateway => Err((Mismatch::WrongMerchant, Some(order.id))),
        Some((_, order)) if order.amount != money.amount && !order.purpose.takes_any_amount() => {
            Err((Mismatch::WrongAmount, Some(order.id)))
        }
        Some((_, order)) => Ok(order),
    })
}

/// Money of the right amount for an order that is there.
async fn take(op: &mut Op, mut order: Order, money: &Verified) -> Result<Confirmed, DbErr> {
    let counted = NewReceipt::of(op, money, Some(order.id), Standing::Counted, None)?;
    if let Ok(paid) = next(order.state, Event::Money(counted.receipt.id))
        && store::insert_receipt(op, &counted).await?
    {
        // The order has no other counted receipt, so it is open or closed, whatever it was when we read it.
        if !store::move_order(op, order.id, order.state, paid).await? {
            let now = store::lock_order(op, order.id).await?.map_or(State::Open, |order| order.state);
            store::move_order(op, order.id, now, paid).await?;
        }
        order.state = paid;
        return Ok(Confirmed::First { order, receipt: counted.receipt });
    }
    if let Some(known) = store::receipt_of_transaction(op, money).await? {
        return again(op, order.id, known, money).await;
    }
    let duplicate = NewReceipt::of(op, money, Some(order.id), Standing::Duplicate, None)?;
    if store::insert_receipt(op, &duplicate).await? {
        return Ok(Confirmed::Surplus { order, receipt: duplicate.receipt });
    }
    repeat(op, money).await
}

/// Money that fits no order.
async fn set_aside(op: &mut Op, money: &Verified, why: Mismatch, order: Option<OrderId>) -> Result<Confirmed, DbErr> {
    let unmatched = NewReceipt::of(op, money, order, Standing::Unmatched, Some(why))?;
    if store::insert_receipt(op, &unmatched).await? {
        return Ok(Confirmed::Unmatched { receipt: unmatched.receipt, why });
    }
    repeat(op, money).await
}

async fn repeat(op: &Op, money: &Verified) -> Result<Confirmed, DbErr> {
    let known = store::receipt_of_transaction(op, money).await?;
    let receipt = known.ok_or_else(|| DbErr::RecordNotFound("a receipt that was just there".to_owned()))?;
    store::learn_payer(op, receipt.id, money).await?;
    Ok(Confirmed::Repeat { receipt })
}

/// The transaction was reported before. Where its number was unknown then, it finds its order now.
async fn again(op: &mut Op, order: OrderId, known: Receipt, money: &Verified) -> Result<Confirmed, DbErr> {
    store::learn_payer(op, known.id, money).await?;
    match known.standing {
        Standing::Counted | Standing::Duplicate => Ok(Confirmed::Repeat { receipt: known }),
        Standing::Unmatched => match store::lock_receipt(op, known.id).await? {
            Some(receipt) => resolve(op, order, receipt).await,
            None => Ok(Confirmed::Repeat { receipt: known }),
        },
    }
}

/// A locked receipt whose number was unknown meets its order.
async fn resolve(op: &mut Op, order: OrderId, mut receipt: Receipt) -> Result<Confirmed, DbErr> {
    if receipt.mismatch != Some(Mismatch::UnknownNumber) {
        return Ok(Confirmed::Repeat { receipt });
    }
    let order = store::lock_order(op, order).await?;
    let mut order = order.ok_or_else(|| DbErr::RecordNotFound("an order that was just there".to_owned()))?;
    receipt.order = Some(order.id);
    receipt.mismatch = None;
    let moved = next(order.state, Event::Money(receipt.id));
    receipt.standing = if moved.is_ok() { Standing::Counted } else { Standing::Duplicate };
    store::resolve_receipt(op, &receipt).await?;
    match moved {
        Ok(paid) => {
            store::move_order(op, order.id, order.state, paid).await?;
            order.state = paid;
            Ok(Confirmed::First { order, receipt })
        }
        Err(_) => Ok(Confirmed::Surplus { order, receipt }),
    }
}

/// Officers found what money without an order was for: its receipt pays the order that was opened for it. Nothing where the
/// receipt has found its order since, or is on its way back.
///
/// # Errors
/// The database's.
pub async fn assign(op: &mut Op, receipt: ReceiptId, order: OrderId) -> Result<Option<Receipt>, DbErr> {
    let Some(mut receipt) = store::lock_receipt(op, receipt).await? else { return Ok(None) };
    let refunds = store::refunds_of(op, &receipt).await?;
    let going_back = refunds.iter().any(|refund| refund.state != crate::RefundState::Failed);
    if receipt.standing != Standing::Unmatched || going_back {
        return Ok(None);
    }
    let found = store::lock_order(op, order).await?;
    let found = found.ok_or_else(|| DbErr::RecordNotFound(format!("order {order}")))?;
    let paid = next(found.state, Event::Money(receipt.id)).map_err(|e| DbErr::Custom(e.to_string()))?;
    (receipt.order, receipt.mismatch, receipt.standing) = (Some(order), None, Standing::Counted);
    store::resolve_receipt(op, &receipt).await?;
    store::move_order(op, order, found.state, paid).await?;
    Ok(Some(receipt))
}
