//! A person's inbox.

use crate::{MessageId, Template, store};
use control::{Act, Action, Fault, FaultKind, Op, Subject, View};
use kernel::{PersonId, Timestamp};
use sea_orm::DbErr;
use std::collections::BTreeMap;

/// A message as it lies in the inbox.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Its template; the hall has the text.
    pub template: Template,
    /// The template's variables.
    pub params: BTreeMap<String, String>,
    /// When it was written.
    pub at: Timestamp,
    /// When it was read.
    pub read_at: Option<Timestamp>,
}

/// The latest messages of a person, newest first.
///
/// # Errors
/// The database's.
pub async fn inbox(view: &View, person: PersonId, limit: u64) -> Result<Vec<Message>, DbErr> {
    store::messages(view, person, limit).await
}

/// How many messages a person has not read.
///
/// # Errors
/// The database's.
pub async fn unread(view: &View, person: PersonId) -> Result<u64, DbErr> {
    store::unread(view, person).await
}

/// A person has read a message. The same again changes nothing.
pub struct MarkRead {
    /// Whose inbox.
    pub person: PersonId,
    /// Which message.
    pub message: MessageId,
}

/// Why a message was not marked.
#[derive(Debug, thiserror::Error)]
pub enum InboxError {
    /// This person has no such message.
    #[error("no such message")]
    NotFound,
    /// The database failed.
    #[error("the message could not be marked")]
    Database(#[from] DbErr),
}

impl Fault for InboxError {
    fn code(&self) -> &'static str {
        match self {
            InboxError::NotFound => "message_not_found",
            InboxError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            InboxError::NotFound => FaultKind::NotFound,
            InboxError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        if let InboxError::Database(error) = self { Some(error) } else { None }
    }
}

impl Act for MarkRead {
    const ACTION: Action = Action::ReadMessages;
    type Answer = ();
    type Error = InboxError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, InboxError> {
        Ok(Subject::Person(self.person))
    }

    async fn act(&self, op: &mut Op) -> Result<(), InboxError> {
        if store::mark_read(op, self.person, self.message).await? { Ok(()) } else { Err(InboxError::NotFound) }
    }
}
