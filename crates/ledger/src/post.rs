//! Posting: a journal and its lines are written once, in the transaction of the business that they belong to.

use crate::{Journal, Source, store};
use control::{Op, View};
use kernel::{Fund, JournalId};
use sea_orm::DbErr;

/// Posts a journal: two statements. The same event again finds the journal that stands, and writes nothing.
///
/// # Errors
/// The database's; also where the same event was posted before with other lines, which only a bug can ask for.
pub async fn post(op: &mut Op, journal: Journal) -> Result<JournalId, DbErr> {
    let id: JournalId = op.new_id();
    if store::insert_journal(op, id, &journal).await? {
        store::insert_lines(op, &[(id, &journal)]).await?;
        return Ok(id);
    }
    let known = posted(op, journal.fund, journal.source).await?;
    let known = known.ok_or_else(|| DbErr::RecordNotFound("a journal that was just there".to_owned()))?;
    if store::lines_of(op, known).await? != journal.lines {
        let Source { kind, id } = journal.source;
        return Err(DbErr::Custom(format!("{kind} {id} was posted before with other lines")));
    }
    Ok(known)
}

/// Posts many journals at once, for loading: none of their events may have been posted before.
///
/// # Errors
/// The database's.
pub async fn post_many(op: &mut Op, journals: &[Journal]) -> Result<Vec<JournalId>, DbErr> {
    let mut ids = Vec::with_capacity(journals.len());
    for chunk in journals.chunks(500) {
        let entries: Vec<(JournalId, &Journal)> = chunk.iter().map(|journal| (op.new_id(), journal)).collect();
        store::insert_journals(op, &entries).await?;
        store::insert_lines(op, &entries).await?;
        ids.extend(entries.iter().map(|(id, _)| *id));
    }
    Ok(ids)
}

/// The journal of an event in a fund, if it was posted.
///
/// # Errors
/// The database's.
pub async fn posted(view: &View, fund: Fund, source: Source) -> Result<Option<JournalId>, DbErr> {
    store::journal_of(view, fund, source).await
}
