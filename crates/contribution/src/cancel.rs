//! Giving up an unpaid bill. Money that comes for it all the same counts all the same.

use crate::{Event, State, TransitionError, store};
use control::{Act, Action, Fault, FaultKind, Op, Subject};
use kernel::BillId;
use sea_orm::DbErr;

/// Gives up a bill that is not paid, and closes its order.
#[derive(Clone, Copy, Debug)]
pub struct CancelBill {
    /// Which.
    pub bill: BillId,
}

/// Why a bill cannot be given up.
#[derive(Debug, thiserror::Error)]
pub enum CancelError {
    /// There is none with this id.
    #[error("no such bill")]
    NotFound,
    /// It is paid.
    #[error("the bill is paid")]
    Paid,
    /// It was given up before.
    #[error("the bill was given up before")]
    Void,
    /// The database failed.
    #[error("the bill could not be written")]
    Database(#[from] DbErr),
}

impl Fault for CancelError {
    fn code(&self) -> &'static str {
        match self {
            CancelError::NotFound => "bill_not_found",
            CancelError::Paid => "bill_already_paid",
            CancelError::Void => "bill_void",
            CancelError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            CancelError::NotFound => FaultKind::NotFound,
            CancelError::Paid | CancelError::Void => FaultKind::Conflict,
            CancelError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            CancelError::Database(error) => Some(error),
            CancelError::NotFound | CancelError::Paid | CancelError::Void => None,
        }
    }
}

impl From<TransitionError> for CancelError {
    fn from(error: TransitionError) -> CancelError {
        match error {
            TransitionError::Paid => CancelError::Paid,
            TransitionError::Void => CancelError::Void,
        }
    }
}

impl Act for CancelBill {
    const ACTION: Action = Action::CancelBill;
    type Answer = ();
    type Error = CancelError;

    async fn subject(&self, op: &mut Op) -> Result<Subject, CancelError> {
        let bill = store::bill::of_id(op, self.bill).await?.ok_or(CancelError::NotFound)?;
        Ok(Subject::Person(bill.person))
    }

    async fn act(&self, op: &mut Op) -> Result<(), CancelError> {
        let bill = store::bill::of_id(op, self.bill).await?.ok_or(CancelError::NotFound)?;
        let void = bill.state.after(Event::GivenUp)?;
        // The order first, as settling does, so that the two never wait for each other crosswise.
        if let State::Paying { order } = bill.state
            && let Some(payment::State::Paid { .. }) = payment::close(op, order).await?
        {
            return Err(CancelError::Paid);
        }
        match store::bill::change_state(op, bill.id, bill.state, void).await? {
            true => Ok(()),
            false => Err(CancelError::Paid),
        }
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "bill": self.bill }))
    }
}
