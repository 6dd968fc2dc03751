//! Sealing: journals are covered in batches by a chain of seals, and folded into the balances by the same act.
//!
//! A seal takes the oldest journals that none covers yet. Ids are UUIDv7, so the search begins shortly before the newest journal
//! that any seal covers: a transaction that began earlier and committed later lies within that window.

use crate::store::{self, From, balance, journal, line};
use crate::{Side, store::seal as seal_row};
use control::audit::{SEAL_WINDOW_MINUTES, SealError};
use control::chain::{Covered, Seal, line_hash};
use control::{Act, Action, Op, Subject, View};
use kernel::{Date, Fen, Fund, JournalId};
use sea_orm::DbErr;
use std::collections::{BTreeMap, HashMap, HashSet};

/// One seal covers at most so many journals.
pub const SEAL_JOURNALS: usize = 1000;

/// Seals the journals that no seal covers yet, at most [`SEAL_JOURNALS`] at once, and folds them into the balances; answers how
/// many. The worker calls it again while it answers the full number.
pub struct SealJournals;

impl Act for SealJournals {
    const ACTION: Action = Action::Seal;
    const AUDITED: bool = false;
    type Answer = usize;
    type Error = SealError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, SealError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<usize, SealError> {
        let last = store::last_seal(op).await?;
        let window = Window::after(op, last.as_ref()).await?;
        let open = window.open_journals(op, window.start(), SEAL_JOURNALS + window.covered.len()).await?;
        let open = &open[..open.len().min(SEAL_JOURNALS)];
        let Some(newest) = open.iter().map(|journal| journal.id).max() else { return Ok(0) };
        let reach = last.as_ref().map_or(newest, |last| last.reach.max(newest));
        let lines = store::lines_by_journal(op, open.iter().map(|journal| journal.id)).await?;
        let covers: Vec<Covered> = open.iter().map(|journal| covered(journal, lines.get(&journal.id))).collect();
        // The seal comes first: where two workers seal at once, its number decides and the other rolls back.
        let previous = last.map(Seal::from);
        store::insert_seal(op, &Seal::after(previous.as_ref(), op.at(), &covers), reach).await?;
        let mut sums = Sums::default();
        for journal in open {
            sums.add(journal, lines.get(&journal.id).map_or(&[], Vec::as_slice));
        }
        fold(op, sums).await?;
        Ok(open.len())
    }
}

/// The part of the books in which a journal may lie that no seal covers.
pub(crate) struct Window {
    since: Option<JournalId>,
    pub(crate) covered: HashSet<JournalId>,
}

impl Window {
    pub(crate) async fn after(view: &View, last: Option<&seal_row::Model>) -> Result<Window, DbErr> {
        let since = last.map(|last| before(last.reach));
        let covered = match since {
            Some(since) => {
                let seals = store::seals_reaching(view, since).await?;
                seals.iter().flat_map(Seal::lines).map(|covered| JournalId(covered.id)).collect()
            }
            None => HashSet::new(),
        };
        Ok(Window { since, covered })
    }

    pub(crate) fn start(&self) -> From {
        self.since.map_or(From::TheFirst, From::At)
    }

    /// Whether a journal that no seal covers lies too far back to be covered ever.
    pub(crate) fn is_past(&self, journal: JournalId) -> bool {
        self.since.is_some_and(|since| journal < since)
    }

    /// Of the next `limit` journals those that no seal covers.
    pub(crate) async fn open_journals(
        &self,
        view: &View,
        from: From,
        limit: usize,
    ) -> Result<Vec<journal::Model>, DbErr> {
        let mut journals = store::journals_from(view, from, limit).await?;
        journals.retain(|journal| !self.covered.contains(&journal.id));
        Ok(journals)
    }
}

/// The first id of the moment a window before this one.
fn before(id: JournalId) -> JournalId {
    let seconds = id.uuid().get_timestamp().map_or(0, |timestamp| timestamp.to_unix().0);
    let window = u64::try_from(2 * 60 * SEAL_WINDOW_MINUTES).unwrap_or(0);
    let millis = seconds.saturating_sub(window) * 1000;
    JournalId(uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid())
}

/// What a seal keeps of a journal: its id and the SM3 over its row and all its lines.
pub(crate) fn covered(journal: &journal::Model, lines: Option<&Vec<line::Model>>) -> Covered {
    let mut fields: Vec<Vec<u8>> = vec![
        journal.id.uuid().as_bytes().to_vec(),
        journal.fund.as_str().into(),
        journal.on_day.to_string().into(),
        journal.source_kind.clone().into(),
        journal.source_id.as_bytes().to_vec(),
        journal.recorded_at.timestamp_micros().to_be_bytes().to_vec(),
    ];
    for line in lines.into_iter().flatten() {
        fields.push(line.number.to_be_bytes().to_vec());
        fields.push(line.account.clone().into());
        fields.push(line.side.as_str().into());
        fields.push(line.amount.fen().to_be_bytes().to_vec());
        fields.push(line.sub_account.map(|sub| sub.uuid().as_bytes().to_vec()).unwrap_or_default());
    }
    let fields: Vec<&[u8]> = fields.iter().map(Vec::as_slice).collect();
    Covered { id: journal.id.uuid(), hash: line_hash(&fields) }
}

/// Debits and credits by fund, account and day.
#[derive(Default)]
pub(crate) struct Sums(pub(crate) BTreeMap<(Fund, String, Date), (Fen, Fen)>);

impl Sums {
    pub(crate) fn add(&mut self, journal: &journal::Model, lines: &[line::Model]) {
        for line in lines {
            let sum = self.0.entry((journal.fund, line.account.clone(), journal.on_day)).or_default();
            match line.side {
                Side::Debit => sum.0 += line.amount,
                Side::Credit => sum.1 += line.amount,
            }
        }
    }
}

/// Adds sums to the stored balances: read, added, written as whole values.
async fn fold(op: &Op, sums: Sums) -> Result<(), DbErr> {
    let days: HashSet<Date> = sums.0.keys().map(|(_, _, day)| *day).collect();
    let known = store::balances_of_days(op, days).await?;
    let known: HashMap<_, _> =
        known.into_iter().map(|row| ((row.fund, row.account, row.on_day), (row.debit, row.credit))).collect();
    let rows = sums.0.into_iter().map(|(key, (debit, credit))| {
        let (was_debit, was_credit) = known.get(&key).copied().unwrap_or_default();
        let (fund, account, on_day) = key;
        balance::Model { fund, account, on_day, debit: was_debit + debit, credit: was_credit + credit }
    });
    store::put_balances(op, rows.collect()).await
}
