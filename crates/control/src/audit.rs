//! The audit: a line for every act, refusal and look, sealed into a chain. It names no personal data, only ids and codes.

use crate::chain::{Broken, Covered, Seal, line_hash};
use crate::store::{self, audit_line};
use crate::{Act, Action, Actor, Declined, Fault, FaultKind, Op, Subject, View};
use kernel::{PersonId, Timestamp};
use sea_orm::DbErr;
use std::collections::HashSet;
use uuid::Uuid;

kernel::words! {
    /// How a request ended.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum Outcome {
        /// The act was done.
        Done = "done",
        /// The act refused.
        Refused = "refused",
        /// The actor had no right.
        Denied = "denied",
        /// A file was looked at.
        Looked = "looked",
    }
}

kernel::words! {
    /// Why somebody looks at a person's file; shown to that person.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum Purpose {
        /// One's own file.
        OwnFile = "own_file",
        /// Business at the counter, with the person there.
        Counter = "counter",
        /// An employer looks at its own staff.
        Employer = "employer",
        /// Work on a work item.
        WorkItem = "work_item",
        /// Review of a colleague's work.
        Review = "review",
        /// The system prepares a paper or a message for the person.
        Service = "service",
    }
}

/// A line before it is written.
pub(crate) struct NewLine {
    pub(crate) id: Uuid,
    pub(crate) at: Timestamp,
    pub(crate) actor: Actor,
    pub(crate) action: Action,
    pub(crate) subject: Subject,
    pub(crate) outcome: Outcome,
    pub(crate) reason: Option<String>,
    pub(crate) detail: Option<String>,
}

/// One line of the audit, as it may be shown.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// When.
    pub at: Timestamp,
    /// What kind of actor: `person`, `staff`, `system`, `anonymous`.
    pub actor: String,
    /// The actor's id, where they have one.
    pub actor_id: Option<Uuid>,
    /// By which channel.
    pub channel: crate::Channel,
    /// What was asked.
    pub action: Action,
    /// How it ended.
    pub outcome: Outcome,
    /// Why: the purpose of a look, the code of a refusal.
    pub reason: Option<String>,
}

/// Who looked at a person's file and what was done in it, newest first.
///
/// # Errors
/// The database's.
pub async fn of_person(view: &View, person: PersonId, limit: u64) -> Result<Vec<Line>, DbErr> {
    let lines = store::audit_of_subject(view, person.uuid(), limit).await?;
    Ok(lines.into_iter().map(shown).collect())
}

fn shown(line: audit_line::Model) -> Line {
    Line {
        at: line.at,
        actor: line.actor,
        actor_id: line.actor_id,
        channel: line.channel,
        action: line.action,
        outcome: line.outcome,
        reason: line.reason,
    }
}

/// The SM3 of a line's canonical bytes.
fn hash_of(line: &audit_line::Model) -> [u8; 32] {
    line_hash(&[
        line.id.as_bytes(),
        &line.at.timestamp_micros().to_be_bytes(),
        line.actor.as_bytes(),
        line.actor_id.as_ref().map_or(&[][..], |id| id.as_bytes()),
        line.channel.as_str().as_bytes(),
        line.action.as_str().as_bytes(),
        line.subject.as_bytes(),
        line.subject_id.as_ref().map_or(&[][..], |id| id.as_bytes()),
        line.outcome.as_str().as_bytes(),
        line.reason.as_deref().unwrap_or_default().as_bytes(),
        line.detail.as_deref().unwrap_or_default().as_bytes(),
    ])
}

/// Seals the lines that no seal covers yet, at most a thousand at once; answers how many. The worker calls it.
pub struct SealAudit;

/// Why lines could not be sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The database failed.
    #[error("the lines could not be sealed")]
    Database(#[from] DbErr),
}

impl Fault for SealError {
    fn code(&self) -> &'static str {
        "database"
    }
    fn kind(&self) -> FaultKind {
        FaultKind::Internal
    }
    fn database(&self) -> Option<&DbErr> {
        match self {
            SealError::Database(error) => Some(error),
        }
    }
}

/// A transaction takes less than this: the server ends a statement or an idle transaction far earlier.
pub const SEAL_WINDOW_MINUTES: i64 = 1;
/// One seal covers at most so many lines.
pub const SEAL_LINES: usize = 1000;

impl Act for SealAudit {
    const ACTION: Action = Action::Seal;
    const AUDITED: bool = false;
    type Answer = usize;
    type Error = SealError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, SealError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<usize, SealError> {
        let last = store::last_audit_seal(op).await?;
        let since = last.as_ref().and_then(window_start);
        let covered: HashSet<Uuid> = match since {
            Some(since) => {
                store::audit_seals_since(op, since).await?.iter().flat_map(Seal::lines).map(|l| l.id).collect()
            }
            None => HashSet::new(),
        };
        let limit = SEAL_LINES + covered.len();
        let mut ids = store::audit_ids_since(op, since, limit).await?;
        ids.retain(|id| !covered.contains(id));
        ids.truncate(SEAL_LINES);
        let lines = store::audit_lines_by_id(op, ids.iter().copied()).await?;
        let open: Vec<Covered> = ids
            .iter()
            .filter_map(|id| lines.get(id))
            .map(|line| Covered { id: line.id, hash: hash_of(line) })
            .collect();
        if !open.is_empty() {
            store::insert_audit_seal(op, &Seal::after(last.as_ref(), op.at(), &open)).await?;
        }
        Ok(open.len())
    }
}

/// From when on lines may still lie outside every seal: shortly before the newest line that the last seal covers. A backlog is
/// sealed from its oldest line on, however old it is.
fn window_start(last: &Seal) -> Option<Timestamp> {
    let newest = last.lines().map(|line| line.id).max()?;
    let (seconds, nanos) = newest.get_timestamp()?.to_unix();
    let at = Timestamp::from_timestamp(i64::try_from(seconds).ok()?, nanos)?;
    Some(at - chrono::TimeDelta::minutes(2 * SEAL_WINDOW_MINUTES))
}

/// What a check of the whole audit found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Verified {
    /// Lines in the audit.
    pub lines: u64,
    /// Lines under a seal.
    pub sealed: u64,
    /// Seals in the chain.
    pub seals: u64,
}

/// Checks every seal and every line.
///
/// # Errors
/// The first break, or the database's error.
pub async fn verify(view: &View) -> Result<Result<Verified, Broken>, DbErr> {
    let mut found = Verified::default();
    let mut previous: Option<Seal> = None;
    let mut covered: HashSet<Uuid> = HashSet::new();
    while let Some(seal) = store::audit_seal(view, previous.as_ref().map_or(1, |seal| seal.number + 1)).await? {
        if let Err(broken) = seal.check(previous.as_ref()) {
            return Ok(Err(broken));
        }
        if let Err(broken) = check_lines(view, &seal, &mut covered).await? {
            return Ok(Err(broken));
        }
        found.seals += 1;
        previous = Some(seal);
    }
    found.sealed = u64::try_from(covered.len()).unwrap_or(u64::MAX);
    let (lines, seals) = store::audit_counts(view).await?;
    if seals != found.seals {
        let expected = previous.map_or(1, |seal| seal.number + 1);
        return Ok(Err(Broken::Gap { expected, found: expected + 1 }));
    }
    found.lines = lines;
    Ok(Ok(found))
}

async fn check_lines(view: &View, seal: &Seal, covered: &mut HashSet<Uuid>) -> Result<Result<(), Broken>, DbErr> {
    let wanted: Vec<Covered> = seal.lines().collect();
    let lines = store::audit_lines_by_id(view, wanted.iter().map(|line| line.id)).await?;
    for line in wanted {
        if !covered.insert(line.id) {
            return Ok(Err(Broken::Twice(line.id)));
        }
        match lines.get(&line.id) {
            None => return Ok(Err(Broken::Missing { id: line.id, seal: seal.number })),
            Some(found) if hash_of(found) != line.hash => {
                return Ok(Err(Broken::Line { id: line.id, seal: seal.number }));
            }
            Some(_) => {}
        }
    }
    Ok(Ok(()))
}

impl<E: Fault> Declined<E> {
    /// The outcome that the audit keeps; `None` where there is none to keep, for the database failed.
    pub(crate) fn outcome(&self) -> Option<Outcome> {
        match self {
            Declined::Denied => Some(Outcome::Denied),
            Declined::Refused(fault) if fault.database().is_none() => Some(Outcome::Refused),
            Declined::Broken => Some(Outcome::Refused),
            Declined::Refused(_) | Declined::Database(_) => None,
        }
    }
}
