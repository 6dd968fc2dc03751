//! A text message on its way: read by the job, sent outside any transaction, its fate written down.

use crate::{DeliveryId, Template, store};
use control::{Act, Action, Fault, FaultKind, Op, Subject, View};
use sea_orm::DbErr;
use std::collections::BTreeMap;
use std::fmt;

/// A text message that waits to be sent. Its `Debug` shows neither phone nor variables.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Which one; the provider gives it back in its report.
    pub id: DeliveryId,
    /// 11 digits.
    pub phone: String,
    /// The template.
    pub template: Template,
    /// Its variables.
    pub params: BTreeMap<String, String>,
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outgoing({}, {})", self.id, self.template)
    }
}

/// A text message that still waits; `None` where it was sent before, so that a job run twice sends once.
///
/// # Errors
/// The database's, or a seal that does not open.
pub async fn outgoing(view: &View, delivery: DeliveryId) -> Result<Option<Outgoing>, DbErr> {
    store::outgoing(view, delivery).await
}

/// What the provider answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Sent {
    /// Taken, under the provider's own number.
    Taken(String),
    /// Refused for good, with the provider's code.
    Refused(String),
}

/// What the provider reported later.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reported {
    /// The handset has it.
    Delivered,
    /// It never arrived, with the provider's code.
    Failed(String),
}

/// Writes down what the provider answered.
pub struct RecordSent {
    /// Which text message.
    pub delivery: DeliveryId,
    /// What was answered.
    pub sent: Sent,
}

/// Writes down what the provider reported. The same again changes nothing.
pub struct RecordReport {
    /// Which text message.
    pub delivery: DeliveryId,
    /// What was reported.
    pub reported: Reported,
}

/// Why a fate was not written down.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// There is no such text message, or it is past this step.
    #[error("no such text message waits for this")]
    NotWaiting,
    /// The database failed.
    #[error("the delivery could not be written")]
    Database(#[from] DbErr),
}

impl Fault for DeliveryError {
    fn code(&self) -> &'static str {
        match self {
            DeliveryError::NotWaiting => "delivery_not_waiting",
            DeliveryError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            DeliveryError::NotWaiting => FaultKind::Conflict,
            DeliveryError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        if let DeliveryError::Database(error) = self { Some(error) } else { None }
    }
}

impl Act for RecordSent {
    const ACTION: Action = Action::SendMessage;
    const AUDITED: bool = false;
    type Answer = ();
    type Error = DeliveryError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, DeliveryError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<(), DeliveryError> {
        let (state, provider, error) = match &self.sent {
            Sent::Taken(number) => ("sent", Some(number.as_str()), None),
            Sent::Refused(code) => ("refused", None, Some(code.as_str())),
        };
        match store::record_sent(op, self.delivery, state, provider, error).await? {
            1 => Ok(()),
            _ => Err(DeliveryError::NotWaiting),
        }
    }
}

impl Act for RecordReport {
    const ACTION: Action = Action::SendMessage;
    const AUDITED: bool = false;
    type Answer = ();
    type Error = DeliveryError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, DeliveryError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<(), DeliveryError> {
        let (state, error) = match &self.reported {
            Reported::Delivered => ("delivered", None),
            Reported::Failed(code) => ("failed", Some(code.as_str())),
        };
        match store::record_report(op, self.delivery, state, error).await? {
            1 => Ok(()),
            _ => Err(DeliveryError::NotWaiting),
        }
    }
}
