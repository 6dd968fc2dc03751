//! Two entries of one person: linked, never melted together, and unlinked again where it was an error.
//!
//! The link points from one entry to the other; every id given before resolves through it for ever. What was entered under
//! the old id stays under it, so that taking the link away takes nothing else with it.

use crate::store;
use control::{Act, Action, Fault, FaultKind, Op, Subject};
use kernel::PersonId;
use sea_orm::DbErr;

/// Links an entry to another of the same person.
pub struct MergePersons {
    /// The entry that is given up.
    pub from: PersonId,
    /// The entry to which it leads from now on.
    pub into: PersonId,
    /// Why they are one person.
    pub reason: String,
}

/// Takes the link away again.
pub struct UnmergePersons {
    /// The entry that was given up.
    pub from: PersonId,
    /// Why they are two persons after all.
    pub reason: String,
}

/// Why entries were not linked or unlinked.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// A reason is what makes it understandable years later.
    #[error("a reason must be given")]
    NoReason,
    /// One of the ids was never given.
    #[error("no such person")]
    NotFound,
    /// Both lead to the same entry.
    #[error("both are one entry")]
    SameEntry,
    /// The entry leads to another already.
    #[error("the entry leads to {0} already")]
    AlreadyMerged(PersonId),
    /// The entry leads nowhere else.
    #[error("the entry is not merged")]
    NotMerged,
    /// The database failed.
    #[error("the entries could not be linked")]
    Database(#[from] DbErr),
}

impl Fault for MergeError {
    fn code(&self) -> &'static str {
        match self {
            MergeError::NoReason => "no_reason",
            MergeError::NotFound => "person_not_found",
            MergeError::SameEntry => "same_entry",
            MergeError::AlreadyMerged(_) => "already_merged",
            MergeError::NotMerged => "not_merged",
            MergeError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            MergeError::NoReason => FaultKind::Invalid("reason"),
            MergeError::NotFound => FaultKind::NotFound,
            MergeError::SameEntry | MergeError::AlreadyMerged(_) | MergeError::NotMerged => FaultKind::Conflict,
            MergeError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        if let MergeError::Database(error) = self { Some(error) } else { None }
    }
}

impl Act for MergePersons {
    const ACTION: Action = Action::MergePersons;
    type Answer = ();
    type Error = MergeError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, MergeError> {
        Ok(Subject::Person(self.into))
    }

    async fn act(&self, op: &mut Op) -> Result<(), MergeError> {
        if self.reason.trim().is_empty() {
            return Err(MergeError::NoReason);
        }
        // One merge at a time in the whole area: two at once could lead in a circle.
        store::next_number(op, store::Counter::Merge).await?;
        let into = store::person(op, self.into).await?.ok_or(MergeError::NotFound)?.id;
        let from = store::person(op, self.from).await?.ok_or(MergeError::NotFound)?.id;
        if from == into {
            return Err(MergeError::SameEntry);
        }
        if from != self.from {
            return Err(MergeError::AlreadyMerged(from));
        }
        Ok(store::insert_merge(op, from, into, &self.reason).await?)
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "from": self.from, "into": self.into }))
    }
}

impl Act for UnmergePersons {
    const ACTION: Action = Action::MergePersons;
    type Answer = ();
    type Error = MergeError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, MergeError> {
        Ok(Subject::Person(self.from))
    }

    async fn act(&self, op: &mut Op) -> Result<(), MergeError> {
        if self.reason.trim().is_empty() {
            return Err(MergeError::NoReason);
        }
        store::person(op, self.from).await?.ok_or(MergeError::NotFound)?;
        if store::undo_merge(op, self.from, &self.reason).await? { Ok(()) } else { Err(MergeError::NotMerged) }
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "from": self.from }))
    }
}
