//! The job handlers: each may be run twice, and a kind that nobody answers for is an error, not a silence.

use crate::clerk::{AskAboutRefund, BookRefund};
use crate::day::take_arrivals;
use crate::roster::Remind;
use crate::tell::TellOnce;
use crate::worker::system;
use crate::{Services, paper, tell};
use contribution::AssessError;
use control::job::Job;
use control::{Act, Action, Desk, Fault, IdempotencyKey, Op, Subject};
use kernel::{BillId, Month};
use message::Notice;
use payment::{REFUND_JOB, RecordRefund, RefundJob, RefundOutcome, RefundState};
use registry::roster::{REMIND_OF_INSURANCES, RemindOfInsurances};
use serde::{Deserialize, Serialize};

/// Issues the voucher of a paid bill and tells the person.
pub(crate) const VOUCHER: &str = "office.voucher";

/// What [`VOUCHER`] is told.
#[derive(Serialize, Deserialize)]
pub(crate) struct VoucherJob {
    pub(crate) bill: BillId,
}

/// Assesses a month of the whole city. Two workers on one run take its stretches in turn.
pub(crate) const ASSESS: &str = "office.assess";

/// What [`ASSESS`] is told.
#[derive(Serialize, Deserialize)]
pub(crate) struct AssessJob {
    pub(crate) month: Month,
}

/// Every kind that a handler here answers for.
pub const KINDS: &[&str] = &[VOUCHER, ASSESS, REFUND_JOB, REMIND_OF_INSURANCES, message::JOB];

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
    pub(crate) fn of(error: impl std::fmt::Display) -> JobError {
        JobError::Failed(error.to_string())
    }
}

/// Runs one job.
///
/// # Errors
/// [`JobError`]; the worker tries again later.
pub async fn run(desk: &Desk, services: &Services, job: &Job) -> Result<(), JobError> {
    let done = handle(desk, services, job).await;
    if done.is_err() && job.is_last_try() && job.kind == REFUND_JOB {
        // Somebody's money waits for this: it is not given up in silence.
        let refund = serde_json::from_str::<RefundJob>(&job.payload)?.refund;
        desk.perform(&system(), AskAboutRefund { refund }).await.map_err(JobError::of)?;
    }
    done
}

async fn handle(desk: &Desk, services: &Services, job: &Job) -> Result<(), JobError> {
    match job.kind.as_str() {
        VOUCHER => issue_voucher(desk, services, &serde_json::from_str(&job.payload)?).await,
        ASSESS => assess(desk, serde_json::from_str(&job.payload)?).await,
        REFUND_JOB => give_back(desk, services, serde_json::from_str(&job.payload)?).await,
        REMIND_OF_INSURANCES => remind(desk, serde_json::from_str(&job.payload)?).await,
        message::JOB => tell::send(desk, services, serde_json::from_str(&job.payload)?).await,
        unknown => Err(JobError::UnknownKind(unknown.to_owned())),
    }
}

/// Reminds a firm of the insurances that it left for later.
async fn remind(desk: &Desk, job: RemindOfInsurances) -> Result<(), JobError> {
    desk.perform(&system(), Remind(job)).await.map(|_| ()).map_err(JobError::of)
}

async fn assess(desk: &Desk, job: AssessJob) -> Result<(), JobError> {
    contribution::whole_city(desk, &system(), job.month, &|_| {}).await.map(|_| ()).map_err(JobError::of)
}

/// Leaves the assessment of a month to the worker.
pub struct PromiseAssessment {
    /// Which month.
    pub month: Month,
}

impl Act for PromiseAssessment {
    const ACTION: Action = Action::AssessMonth;
    type Answer = ();
    type Error = AssessError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, AssessError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<(), AssessError> {
        if Month::of(op.today()).is_ok_and(|this| self.month > this) {
            return Err(AssessError::MonthInFuture(self.month));
        }
        Ok(op.promise(ASSESS, &AssessJob { month: self.month })?)
    }
}

async fn issue_voucher(desk: &Desk, services: &Services, job: &VoucherJob) -> Result<(), JobError> {
    match paper::voucher(services, desk, &system(), job.bill).await {
        Ok(_) => {}
        // A name that no face can print: the person is told so on the page, and no retry changes it.
        Err(error) if error.kind() != control::FaultKind::Internal => {
            tracing::warn!(bill = %job.bill, code = error.code(), "a voucher cannot be issued");
        }
        Err(error) => return Err(JobError::of(error)),
    }
    let bill = contribution::bill(&desk.view(), job.bill).await.map_err(JobError::of)?;
    let Some(bill) = bill else { return Ok(()) };
    let months = u32::try_from(bill.months.len()).unwrap_or(u32::MAX);
    let notice = Notice::PaymentReceived { amount: bill.total, months };
    let key = IdempotencyKey::parse(&bill.id.to_string()).map_err(JobError::of)?;
    desk.perform(&system(), TellOnce { key, person: bill.person, notice }).await.map_err(JobError::of)
}

/// Carries a refund to its gateway and books it once the payer has the money.
async fn give_back(desk: &Desk, services: &Services, job: RefundJob) -> Result<(), JobError> {
    let refund = payment::refund_of(&desk.view(), job.refund).await.map_err(JobError::of)?;
    let Some(refund) = refund else { return Ok(()) };
    let mut payer = payment::payer_of(&desk.view(), refund.receipt.id).await.map_err(JobError::of)?;
    if payer.is_none() {
        // A bank says only in its files of the day where a transfer came from.
        let date = kernel::business_date(refund.receipt.paid_at);
        take_arrivals(desk, services, refund.receipt.gateway, date).await.map_err(JobError::Failed)?;
        payer = payment::payer_of(&desk.view(), refund.receipt.id).await.map_err(JobError::of)?;
    }
    let asked = services.gateways.refund(&refund, payer.as_ref(), &services.refund_notice_url).await;
    let mut outcome = asked.map_err(JobError::of)?;
    if outcome == RefundOutcome::Processing {
        // A bank that is asked to pay out only ever says that it will; what became of it is another question.
        outcome = services.gateways.query_refund(&refund).await.map_err(JobError::of)?;
    }
    if outcome == RefundOutcome::Processing {
        // Asking again with the same number answers where it stands.
        return Err(JobError::Failed("the gateway is still at it".to_owned()));
    }
    let record = RecordRefund { refund: refund.id, outcome };
    let refund = desk.perform(&system(), record).await.map_err(JobError::of)?;
    if refund.state != RefundState::Asked {
        desk.perform(&system(), BookRefund { refund }).await.map_err(JobError::of)?;
    }
    Ok(())
}
