//! The job handlers: kinds are matched exhaustively, each handler may be run twice.

use crate::clerk::BookRefund;
use crate::worker::system;
use crate::{Services, paper};
use control::job::Job;
use control::{Declined, Desk, Fault};
use kernel::BillId;
use message::{MESSAGE_JOB, MessageJob, Template};
use payment::{REFUND_JOB, RecordRefund, RefundJob, RefundOutcome};
use serde::{Deserialize, Serialize};

/// Issues the voucher of a paid bill and tells the person.
pub(crate) const VOUCHER: &str = "office.voucher";

/// What [`VOUCHER`] is told.
#[derive(Serialize, Deserialize)]
pub(crate) struct VoucherJob {
    pub(crate) bill: BillId,
}

/// Every kind that a handler here answers for. A test holds them against what the crates promise.
pub const KINDS: &[&str] = &[VOUCHER, REFUND_JOB, MESSAGE_JOB];

/// Why a job failed this time.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Nobody answers for the kind: a job of another version.
    #[error("no handler for jobs of kind {0}")]
    UnknownKind(String),
    /// The payload is not what the kind asks for.
    #[error("the payload does not fit its kind")]
    Payload(#[from] serde_json::Error),
    /// The desk declined, or a service did not answer; to be tried again.
    #[error("{0}")]
    Failed(String),
}

impl JobError {
    fn of(error: impl std::fmt::Display) -> JobError {
        JobError::Failed(error.to_string())
    }
}

/// Runs one job.
///
/// # Errors
/// [`JobError`]; the worker tries again later.
pub async fn run(desk: &Desk, services: &Services, job: &Job) -> Result<(), JobError> {
    match job.kind.as_str() {
        VOUCHER => issue_voucher(desk, services, &serde_json::from_str(&job.payload)?).await,
        REFUND_JOB => give_back(desk, services, serde_json::from_str(&job.payload)?).await,
        MESSAGE_JOB => {
            let message: MessageJob = serde_json::from_str(&job.payload)?;
            message::deliver(desk, &services.sms, message).await.map_err(JobError::of)
        }
        unknown => Err(JobError::UnknownKind(unknown.to_owned())),
    }
}

async fn issue_voucher(desk: &Desk, services: &Services, job: &VoucherJob) -> Result<(), JobError> {
    match paper::voucher(services, desk, &system(), job.bill).await {
        Ok(_) => {}
        // A name that no face can print: the person is told on the page, and no retry changes it.
        Err(error) if error.code().contains("rare") => tracing::warn!(bill = %job.bill, "a voucher cannot be printed"),
        Err(error) => return Err(JobError::of(error)),
    }
    tell_paid(desk, job.bill).await
}

async fn tell_paid(desk: &Desk, bill: BillId) -> Result<(), JobError> {
    let bill = contribution::bill(&desk.view(), bill).await.map_err(JobError::of)?;
    let Some(bill) = bill else { return Ok(()) };
    let template = Template::ContributionPaid { months: bill.months.len(), amount: bill.total };
    let tell = message::Tell { key: bill.id.uuid(), person: bill.person, template };
    desk.perform(&system(), tell).await.map_err(|declined: Declined<_>| JobError::of(declined))
}

/// Carries a refund to its gateway and books it once the payer has the money.
async fn give_back(desk: &Desk, services: &Services, job: RefundJob) -> Result<(), JobError> {
    let refund = payment::refund_of(&desk.view(), job.refund).await.map_err(JobError::of)?;
    let Some(refund) = refund else { return Ok(()) };
    let outcome = services.gateways.refund(&refund, &services.notice_url).await.map_err(JobError::of)?;
    let waiting = outcome == RefundOutcome::Processing;
    let record = RecordRefund { refund: refund.id, outcome };
    let refund = desk.perform(&system(), record).await.map_err(|declined: Declined<_>| JobError::of(declined))?;
    if refund.state == payment::RefundState::Done {
        desk.perform(&system(), BookRefund { refund }).await.map_err(|declined| JobError::of(declined))?;
    } else if waiting {
        // Asking again with the same number answers where it stands.
        return Err(JobError::Failed("the gateway is still at it".to_owned()));
    }
    Ok(())
}
