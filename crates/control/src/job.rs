//! Jobs: what must happen outside the database or later, promised in the transaction that needs it and run by the worker.
//!
//! At least once: a job whose worker died is run again when its lease has run out, so every handler may be run twice.
//! `control` knows a kind and its JSON; `office` matches the kinds exhaustively.

use crate::audit::SealError;
use crate::{Act, Action, Op, Subject, store};
use kernel::Timestamp;
use uuid::Uuid;

kernel::sql_id! {
    /// A job.
    JobId,
}

/// A promise before it is written.
pub(crate) struct NewJob {
    pub(crate) id: JobId,
    pub(crate) kind: &'static str,
    pub(crate) payload: String,
    pub(crate) due: Timestamp,
}

/// A job in the worker's hands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Job {
    /// Its id, which also serves handlers as an idempotency key.
    pub id: JobId,
    /// Its kind.
    pub kind: String,
    /// Its input as JSON.
    pub payload: String,
    /// How often it was tried before.
    pub attempts: i64,
}

/// How long a worker may take for a job before another takes it over.
const LEASE_SECONDS: i64 = 120;
/// After so many tries a job is given up and stays as failed, for the engineer.
pub const ATTEMPTS_MAX: i64 = 20;

/// Takes the jobs that are due, at most `limit`, and leases them.
pub struct Claim {
    /// How many at most.
    pub limit: u64,
}

impl Act for Claim {
    const ACTION: Action = Action::RunJob;
    const AUDITED: bool = false;
    type Answer = Vec<Job>;
    type Error = SealError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, SealError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<Vec<Job>, SealError> {
        let till = op.at() + chrono::TimeDelta::seconds(LEASE_SECONDS);
        Ok(store::claim_jobs(op, self.limit, till).await?)
    }
}

/// How a job ended.
pub enum Ended {
    /// Done.
    Done,
    /// To be tried again, later each time; given up after [`ATTEMPTS_MAX`] tries.
    Failed(String),
}

/// Writes down how a job ended.
pub struct Finish {
    /// Which job.
    pub job: Job,
    /// How.
    pub ended: Ended,
}

impl Act for Finish {
    const ACTION: Action = Action::RunJob;
    const AUDITED: bool = false;
    type Answer = ();
    type Error = SealError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, SealError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<(), SealError> {
        match &self.ended {
            Ended::Done => store::finish_job(op, self.job.id).await?,
            Ended::Failed(error) => {
                let attempts = self.job.attempts + 1;
                let due = (!self.job.is_last_try()).then(|| op.at() + pause_after(attempts));
                store::fail_job(op, self.job.id, attempts, due, error).await?;
            }
        }
        Ok(())
    }
}

/// 2, 4, 8 … seconds, at most an hour.
fn pause_after(attempts: i64) -> chrono::TimeDelta {
    let exponent = u32::try_from(attempts.clamp(1, 12)).unwrap_or(12);
    chrono::TimeDelta::seconds(2i64.pow(exponent).min(3600))
}

/// How many jobs wait, are due, and were given up: for `/metrics` and the engineer.
///
/// # Errors
/// The database's.
pub async fn counts(view: &crate::View) -> Result<(u64, u64), sea_orm::DbErr> {
    store::job_counts(view).await
}

impl Job {
    /// Whether it is given up where it fails once more.
    pub const fn is_last_try(&self) -> bool {
        self.attempts + 1 >= ATTEMPTS_MAX
    }

    /// The number of the job as the idempotency key of what it does: it stays the same when the job is run again.
    pub fn key(&self) -> Uuid {
        self.id.uuid()
    }
}
