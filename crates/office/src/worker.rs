//! The worker: seals each second, runs promised jobs, asks after silent orders, closes days. Several may run; leases keep them
//! from doing the same at once.

use crate::{Services, day, job, watch_orders};
use control::audit::SealAudit;
use control::job::{Claim, Ended, Finish, Job};
use control::{Actor, Channel, Desk, lease::Hold};
use ledger::SealJournals;
use std::time::Duration;
use tokio::sync::watch;
use uuid::Uuid;

/// How many jobs are run side by side: rendering and waiting for gateways overlap.
const JOBS_AT_ONCE: u64 = 8;
/// The worker looks for work at least so often.
const PAUSE: Duration = Duration::from_secs(1);
/// A worker that died is replaced after so long.
const LEASE_SECONDS: i64 = 15;

/// One worker of one area.
pub struct Worker {
    desk: Desk,
    services: Services,
    holder: Uuid,
}

impl Worker {
    /// A worker with an id of its own for its leases.
    pub fn new(desk: Desk, services: Services) -> Worker {
        Worker { desk, services, holder: Uuid::now_v7() }
    }

    /// Works until told to stop; what is under way is finished.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            self.round().await;
            tokio::select! {
                () = self.desk.wait_for_jobs(PAUSE) => {}
                _ = stop.changed() => {}
            }
        }
    }

    async fn round(&self) {
        let jobs = run_due_jobs(&self.desk, &self.services).await;
        if let Err(error) = jobs {
            tracing::error!(error = %error, "jobs could not be claimed");
        }
        if self.holds(control::lease::WORKER).await {
            tend(&self.desk, &self.services).await;
        }
    }

    async fn holds(&self, name: &'static str) -> bool {
        let hold = Hold { name, holder: self.holder, seconds: LEASE_SECONDS };
        self.desk.perform(&system(), hold).await.unwrap_or(false)
    }
}

pub(crate) const fn system() -> Actor {
    Actor::system(Channel::Worker)
}

/// Claims what is due and runs it, several side by side. Answers how many were run.
pub(crate) async fn run_due_jobs(
    desk: &Desk,
    services: &Services,
) -> Result<usize, Box<dyn std::error::Error + Send + Sync>> {
    let jobs = desk.perform(&system(), Claim { limit: JOBS_AT_ONCE }).await?;
    let count = jobs.len();
    let running = jobs.into_iter().map(|job| run_one(desk.clone(), services.clone(), job));
    futures::future::join_all(running).await;
    Ok(count)
}

async fn run_one(desk: Desk, services: Services, job: Job) {
    let ended = match job::run(&desk, &services, &job).await {
        Ok(()) => Ended::Done,
        Err(error) => {
            tracing::warn!(job = %job.id, kind = %job.kind, attempts = job.attempts, error = %error, "a job failed");
            Ended::Failed(error.to_string())
        }
    };
    if let Err(error) = desk.perform(&system(), Finish { job, ended }).await {
        // Its lease runs out and it is run again; every handler may be run twice.
        tracing::error!(error = %error, "a job's end could not be written down");
    }
}

/// What one worker of an area does in turn: seals, silent orders, the day that ended.
pub async fn tend(desk: &Desk, services: &Services) {
    if let Err(error) = desk.perform(&system(), SealJournals).await {
        tracing::error!(error = %error, "journals could not be sealed");
    }
    if let Err(error) = desk.perform(&system(), SealAudit).await {
        tracing::error!(error = %error, "audit lines could not be sealed");
    }
    watch_orders(desk, services).await;
    day::close_when_due(desk, services).await;
}
