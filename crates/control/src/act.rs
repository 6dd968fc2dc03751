//! What a verb is, and how it can fail.

use crate::{Action, Op, Purpose, Subject};
use sea_orm::DbErr;
use std::fmt;
use std::future::Future;

/// One piece of business: what is asked, whose permission it needs and how it is done stand together in one file.
///
/// It may be done again, so it takes itself by reference and has no side effect outside the database.
pub trait Act: Send + Sync + 'static {
    /// The row of the permission matrix and the name in the audit.
    const ACTION: Action;
    /// Whether a done act leaves an audit line. False only for the agency's own machinery (claiming a job).
    const AUDITED: bool = true;
    /// What is answered when it is done.
    type Answer: Send + 'static;
    /// Why it may be refused.
    type Error: Fault;

    /// Whose file this is.
    fn subject(&self, op: &mut Op) -> impl Future<Output = Result<Subject, Self::Error>> + Send;

    /// Does it, inside the transaction.
    fn act(&self, op: &mut Op) -> impl Future<Output = Result<Self::Answer, Self::Error>> + Send;

    /// Facts for the audit line, free of personal data: numbers of months, amounts, ids.
    fn detail(&self) -> Option<serde_json::Value> {
        None
    }

    /// The purpose, where the act is a look at a file and nothing more.
    #[doc(hidden)]
    fn look_purpose(&self) -> Option<Purpose> {
        None
    }
}

/// A reason why a verb was refused. Codes are stable: audit lines, problem pages and texts refer to them.
pub trait Fault: std::error::Error + From<DbErr> + Send + Sync + 'static {
    /// The stable code in snake case, as in `months_already_paid`.
    fn code(&self) -> &'static str;

    /// What kind of refusal this is.
    fn kind(&self) -> FaultKind;

    /// The database's error, if it is one, for the desk to decide on doing the act again.
    fn database(&self) -> Option<&DbErr>;
}

/// The kinds of refusal, as far as those who asked must tell them apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FaultKind {
    /// The input cannot be: the named field must be mended.
    Invalid(&'static str),
    /// There is no such thing, or it is somebody else's.
    NotFound,
    /// The thing is in another state, or the rules do not allow it now.
    Conflict,
    /// Too many tries; come back later.
    TooMany,
    /// The idempotency key came with other inputs before.
    KeyReused,
    /// An outside service did not answer.
    Unavailable,
    /// Ours: logged with its whole chain and shown as a faceless error.
    Internal,
}

/// Why the desk did not do it.
#[derive(Debug)]
pub enum Declined<E> {
    /// The actor has no right to do this to this subject. To a stranger it looks like "not found".
    Denied,
    /// The act itself refused.
    Refused(E),
    /// The database failed around the act; nothing was done, or the outcome is unknown and the same key finds it.
    Database(DbErr),
    /// The act panicked; nothing of it remains.
    Broken,
}

impl<E: Fault> Declined<E> {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Declined::Denied => "denied",
            Declined::Refused(fault) => fault.code(),
            Declined::Database(_) => "database",
            Declined::Broken => "broken",
        }
    }

    /// The kind of refusal; a denial is answered like something that is not there.
    pub fn kind(&self) -> FaultKind {
        match self {
            Declined::Denied => FaultKind::NotFound,
            Declined::Refused(fault) => fault.kind(),
            Declined::Database(_) | Declined::Broken => FaultKind::Internal,
        }
    }

    /// The act's own refusal, where it was that.
    pub fn refusal(self) -> Option<E> {
        match self {
            Declined::Refused(fault) => Some(fault),
            Declined::Denied | Declined::Database(_) | Declined::Broken => None,
        }
    }
}

impl<E: fmt::Display> fmt::Display for Declined<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Declined::Denied => f.write_str("not allowed"),
            Declined::Refused(fault) => fault.fmt(f),
            Declined::Database(_) => f.write_str("the database failed"),
            Declined::Broken => f.write_str("the act broke off"),
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for Declined<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Declined::Refused(fault) => Some(fault),
            Declined::Database(error) => Some(error),
            Declined::Denied | Declined::Broken => None,
        }
    }
}
