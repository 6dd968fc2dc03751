//! Telling people: who a notice goes to is asked of the registry, and sending is a job of its own.

use crate::Services;
use crate::job::JobError;
use crate::worker::system;
use control::idempotency::{self, First, IdempotencyKey};
use control::{Act, Action, Desk, Fault, FaultKind, Op, Subject, View};
use kernel::PersonId;
use message::{Notice, Recipient, RecordSent, Sent};
use sea_orm::DbErr;

/// The person with the phone that the registry knows.
pub(crate) async fn recipient(view: &View, person: PersonId) -> Result<Recipient, DbErr> {
    Ok(Recipient { person, phone: registry::phone(view, person).await? })
}

/// Tells a person something once, however often the job that does it is run.
pub(crate) struct TellOnce {
    pub(crate) key: IdempotencyKey,
    pub(crate) person: PersonId,
    pub(crate) notice: Notice,
}

/// Why a person was not told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TellError {
    #[error("the message could not be written")]
    Database(#[from] DbErr),
}

impl Fault for TellError {
    fn code(&self) -> &'static str {
        "database"
    }
    fn kind(&self) -> FaultKind {
        FaultKind::Internal
    }
    fn database(&self) -> Option<&DbErr> {
        match self {
            TellError::Database(error) => Some(error),
        }
    }
}

impl Act for TellOnce {
    const ACTION: Action = Action::SendMessage;
    const AUDITED: bool = false;
    type Answer = ();
    type Error = TellError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, TellError> {
        Ok(Subject::Person(self.person))
    }

    async fn act(&self, op: &mut Op) -> Result<(), TellError> {
        match idempotency::first::<_, ()>(op, "tell", &self.key, &self.person).await? {
            First::Done(()) | First::Reused => Ok(()),
            First::Time => {
                let to = recipient(op, self.person).await?;
                message::tell(op, &to, &self.notice).await?;
                Ok(idempotency::remember(op, "tell", &self.key, &()).await?)
            }
        }
    }
}

/// Sends one text message and writes down its fate. Sent before: nothing happens.
pub(crate) async fn send(desk: &Desk, services: &Services, job: message::Job) -> Result<(), JobError> {
    let waiting = message::outgoing(&desk.view(), job.delivery).await.map_err(JobError::of)?;
    let Some(waiting) = waiting else { return Ok(()) };
    let sent = match services.sms.send(&waiting, desk.now()).await {
        Ok(number) => Sent::Taken(number),
        Err(error) if error.is_final() => Sent::Refused(error.to_string()),
        Err(error) => return Err(JobError::of(error)),
    };
    let record = RecordSent { delivery: job.delivery, sent };
    desk.perform(&system(), record).await.map_err(JobError::of)
}
