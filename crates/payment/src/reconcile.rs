//! Reconciling a day: what the gateway says that it took and gave back, against our receipts and refunds.

use crate::gateway::GatewayKind;
use crate::store;
use control::{Op, View};
use kernel::{Date, Fen, Fund, Timestamp};
use sea_orm::DbErr;
use std::collections::BTreeMap;

kernel::sql_id! {
    /// A reconciled day of a gateway.
    DayId,
}

/// Which way money went.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RowKind {
    /// To us.
    Payment,
    /// Back to the payer.
    Refund,
}

/// A row of a gateway's daily bill.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DailyRow {
    /// Which way.
    pub kind: RowKind,
    /// The gateway's own number: of the transaction, or our number of the refund.
    pub reference: String,
    /// The number that the payment named.
    pub number: String,
    /// How much.
    pub amount: Fen,
    /// When.
    pub at: Timestamp,
}

/// Two sides that name the same and disagree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Differing {
    /// Which way.
    pub kind: RowKind,
    /// The gateway's own number.
    pub reference: String,
    /// What stands here.
    pub here: Fen,
    /// What stands there.
    pub there: Fen,
}

/// A day compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reconciliation {
    /// Whose bill.
    pub gateway: GatewayKind,
    /// Of which day (+08:00).
    pub date: Date,
    /// How many rows agree.
    pub matched: u64,
    /// What was received and agrees, by fund; under `None` what fits no order.
    pub received: BTreeMap<Option<Fund>, Fen>,
    /// What was refunded and agrees, by fund.
    pub refunded: BTreeMap<Option<Fund>, Fen>,
    /// Rows of the bill of which nothing stands here.
    pub missing_here: Vec<DailyRow>,
    /// What stands here and not in the bill.
    pub missing_there: Vec<DailyRow>,
    /// What stands on both sides with other amounts.
    pub differing: Vec<Differing>,
}

impl Reconciliation {
    /// How many differences there are.
    pub fn differences(&self) -> usize {
        self.missing_here.len() + self.missing_there.len() + self.differing.len()
    }
}

/// Our side of a row.
pub(crate) struct OurRow {
    pub(crate) row: DailyRow,
    pub(crate) fund: Option<Fund>,
}

/// Compares the gateway's bill of a day with our receipts and refunds of that day.
///
/// # Errors
/// The database's.
pub async fn reconcile(
    view: &View,
    gateway: GatewayKind,
    date: Date,
    rows: &[DailyRow],
) -> Result<Reconciliation, DbErr> {
    let ours = store::rows_of_day(view, gateway, date).await?;
    let mut ours: BTreeMap<(RowKind, String), OurRow> =
        ours.into_iter().map(|our| ((our.row.kind, our.row.reference.clone()), our)).collect();
    let mut found = Reconciliation {
        gateway,
        date,
        matched: 0,
        received: BTreeMap::new(),
        refunded: BTreeMap::new(),
        missing_here: Vec::new(),
        missing_there: Vec::new(),
        differing: Vec::new(),
    };
    for row in rows {
        match ours.remove(&(row.kind, row.reference.clone())) {
            None => found.missing_here.push(row.clone()),
            Some(our) if our.row.amount == row.amount => found.agree(&our),
            Some(our) => found.differing.push(Differing {
                kind: row.kind,
                reference: row.reference.clone(),
                here: our.row.amount,
                there: row.amount,
            }),
        }
    }
    found.missing_there = ours.into_values().map(|our| our.row).collect();
    Ok(found)
}

impl Reconciliation {
    fn agree(&mut self, our: &OurRow) {
        self.matched += 1;
        let side = match our.row.kind {
            RowKind::Payment => &mut self.received,
            RowKind::Refund => &mut self.refunded,
        };
        *side.entry(our.fund).or_default() += our.row.amount;
    }
}

/// A day as it was kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Day {
    /// Its id, the source of the journal that moves its money.
    pub id: DayId,
    /// Whether it was kept for the first time just now.
    pub is_new: bool,
    /// What was received less what was refunded when it was kept before; nothing the first time.
    pub net_before: Fen,
}

/// Keeps the result of a day; kept again, its figures are replaced and its id stays.
///
/// # Errors
/// The database's.
pub async fn keep_day(op: &mut Op, day: &Reconciliation) -> Result<Day, DbErr> {
    store::keep_day(op, day).await
}

/// Whether a day was kept.
///
/// # Errors
/// The database's.
pub async fn day_kept(view: &View, gateway: GatewayKind, date: Date) -> Result<bool, DbErr> {
    store::day_kept(view, gateway, date).await
}
