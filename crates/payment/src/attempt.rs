//! Attempts: an order is taken to a gateway under a number of its own. While one is open there, the same one is taken again.

use crate::gateway::GatewayKind;
use crate::{Payer, State, store};
use chrono::TimeDelta;
use control::{Act, Action, Fault, FaultKind, Op, Subject, View};
use kernel::{Fen, OrderId, Timestamp};
use sea_orm::DbErr;

kernel::sql_id! {
    /// An attempt to have an order paid at a gateway.
    AttemptId,
}

/// An attempt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attempt {
    /// Its id.
    pub id: AttemptId,
    /// The order.
    pub order: OrderId,
    /// Where.
    pub gateway: GatewayKind,
    /// The number under which the gateway knows it (`out_trade_no`, the number of the collection note).
    pub number: String,
    /// The order's amount.
    pub amount: Fen,
    /// The order's description.
    pub description: String,
    /// Until when it may be paid.
    pub expires_at: Timestamp,
    /// The page on which the payer confirms, once the gateway has answered.
    pub cashier: Option<String>,
}

/// Takes an order to a gateway: the row is written before the gateway is called, so that no answer is ever without one.
pub struct StartAttempt {
    /// Which order.
    pub order: OrderId,
    /// Where to.
    pub gateway: GatewayKind,
}

/// Why an order cannot be taken to a gateway.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is none with this id.
    #[error("no such order")]
    NotFound,
    /// It is paid.
    #[error("the order is paid")]
    Paid,
    /// It was closed.
    #[error("the order is closed")]
    Closed,
    /// Its time is over.
    #[error("the order could be paid until {0}")]
    Expired(Timestamp),
    /// The database failed.
    #[error("the attempt could not be written down")]
    Database(#[from] DbErr),
}

impl Fault for StartError {
    fn code(&self) -> &'static str {
        match self {
            StartError::NotFound => "order_not_found",
            StartError::Paid => "order_paid",
            StartError::Closed => "order_closed",
            StartError::Expired(_) => "order_expired",
            StartError::Database(_) => "database",
        }
    }
    fn kind(&self) -> FaultKind {
        match self {
            StartError::NotFound => FaultKind::NotFound,
            StartError::Paid | StartError::Closed | StartError::Expired(_) => FaultKind::Conflict,
            StartError::Database(_) => FaultKind::Internal,
        }
    }
    fn database(&self) -> Option<&DbErr> {
        match self {
            StartError::Database(error) => Some(error),
            StartError::NotFound | StartError::Paid | StartError::Closed | StartError::Expired(_) => None,
        }
    }
}

impl Act for StartAttempt {
    const ACTION: Action = Action::PayContribution;
    type Answer = Attempt;
    type Error = StartError;

    async fn subject(&self, op: &mut Op) -> Result<Subject, StartError> {
        match store::order(op, self.order).await?.map(|order| order.payer) {
            Some(Payer::Person(person)) => Ok(Subject::Person(person)),
            Some(Payer::Employer(_)) | None => Err(StartError::NotFound),
        }
    }

    async fn act(&self, op: &mut Op) -> Result<Attempt, StartError> {
        self.start(op).await
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "order": self.order, "gateway": self.gateway }))
    }
}

/// The same for the order of an employer's demand note.
pub struct StartDemandAttempt(pub StartAttempt);

impl Act for StartDemandAttempt {
    const ACTION: Action = Action::PayDemand;
    type Answer = Attempt;
    type Error = StartError;

    async fn subject(&self, op: &mut Op) -> Result<Subject, StartError> {
        match store::order(op, self.0.order).await?.map(|order| order.payer) {
            Some(Payer::Employer(employer)) => Ok(Subject::Employer(employer)),
            Some(Payer::Person(_)) | None => Err(StartError::NotFound),
        }
    }

    async fn act(&self, op: &mut Op) -> Result<Attempt, StartError> {
        self.0.start(op).await
    }

    fn detail(&self) -> Option<serde_json::Value> {
        self.0.detail()
    }
}

impl StartAttempt {
    async fn start(&self, op: &mut Op) -> Result<Attempt, StartError> {
        let order = store::lock_order(op, self.order).await?.ok_or(StartError::NotFound)?;
        match order.state {
            State::Open if order.expires_at <= op.at() => return Err(StartError::Expired(order.expires_at)),
            State::Open => {}
            State::Paid { .. } => return Err(StartError::Paid),
            State::Closed => return Err(StartError::Closed),
        }
        let known = store::attempts_of(op, self.order).await?;
        let at_gateway = known.iter().filter(|(attempt, _)| attempt.gateway == self.gateway);
        if let Some((attempt, _)) = at_gateway.clone().find(|(_, state)| *state == AttemptState::Open) {
            return Ok(attempt.clone());
        }
        let attempt = Attempt {
            id: op.new_id(),
            order: order.id,
            gateway: self.gateway,
            number: format!("{}{}{}", order.number, self.gateway.letter(), at_gateway.count() + 1),
            amount: order.amount,
            description: order.description,
            expires_at: order.expires_at,
            cashier: None,
        };
        store::insert_attempt(op, &attempt).await?;
        Ok(attempt)
    }
}

kernel::words! {
    /// Whether the gateway may still take money for an attempt.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub(crate) enum AttemptState {
        /// As far as we know, yes.
        Open = "open",
        /// No: paid, or closed at the gateway.
        Ended = "ended",
    }
}

/// Writes down where the payer confirms.
pub struct RecordCashier {
    /// Which attempt.
    pub attempt: AttemptId,
    /// The page.
    pub url: String,
}

/// Writes down that the gateway has closed an attempt.
pub struct EndAttempt {
    /// Which attempt.
    pub attempt: AttemptId,
}

/// Ends the attempts that were paid. The worker calls it now and then, so that a payment need not.
pub struct TidyAttempts;

/// Why nothing could be written down about an attempt.
#[derive(Debug, thiserror::Error)]
pub enum AttemptError {
    /// There is none with this id.
    #[error("no such attempt")]
    NotFound,
    /// The database failed.
    #[error("the attempt could not be changed")]
    Database(#[from] DbErr),
}

impl Fault for AttemptError {
    fn code(&self) -> &'static str {
        match self {
            AttemptError::NotFound => "attempt_not_found",
            AttemptError::Database(_) => "database",
        }
    }
    fn kind(&self) -> FaultKind {
        match self {
            AttemptError::NotFound => FaultKind::NotFound,
            AttemptError::Database(_) => FaultKind::Internal,
        }
    }
    fn database(&self) -> Option<&DbErr> {
        match self {
            AttemptError::NotFound => None,
            AttemptError::Database(error) => Some(error),
        }
    }
}

impl Act for RecordCashier {
    const ACTION: Action = Action::RecordAttempt;
    const AUDITED: bool = false;
    type Answer = ();
    type Error = AttemptError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, AttemptError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<(), AttemptError> {
        let known = store::record_cashier(op, self.attempt, &self.url).await?;
        if known { Ok(()) } else { Err(AttemptError::NotFound) }
    }
}

impl Act for EndAttempt {
    const ACTION: Action = Action::RecordAttempt;
    type Answer = ();
    type Error = AttemptError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, AttemptError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<(), AttemptError> {
        let known = store::end_attempt(op, self.attempt).await?;
        if known { Ok(()) } else { Err(AttemptError::NotFound) }
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "attempt": self.attempt }))
    }
}

impl Act for TidyAttempts {
    const ACTION: Action = Action::RecordAttempt;
    const AUDITED: bool = false;
    type Answer = u64;
    type Error = AttemptError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, AttemptError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<u64, AttemptError> {
        Ok(store::end_paid_attempts(op).await?)
    }
}

/// One attempt.
///
/// # Errors
/// The database's.
pub async fn attempt(view: &View, id: AttemptId) -> Result<Option<Attempt>, DbErr> {
    store::attempt(view, id).await
}

/// All attempts of an order, oldest first.
///
/// # Errors
/// The database's.
pub async fn attempts_of(view: &View, order: OrderId) -> Result<Vec<Attempt>, DbErr> {
    Ok(store::attempts_of(view, order).await?.into_iter().map(|(attempt, _)| attempt).collect())
}

/// Attempts at a gateway from which no word has come for so long, on orders that may still be paid: to be asked after.
///
/// # Errors
/// The database's.
pub async fn orders_without_word(view: &View, quiet_for: TimeDelta, limit: u64) -> Result<Vec<Attempt>, DbErr> {
    let before = view.at() - quiet_for;
    // The clock turns a window over them: in a crowd each is asked after in its turn, not the oldest again and again.
    let windows = store::count_silent_attempts(view, before).await?.div_ceil(limit.max(1)).max(1);
    let turn = u64::try_from(view.at().timestamp()).unwrap_or(0) % windows;
    store::silent_attempts(view, before, (limit, turn * limit)).await
}

/// Attempts that may still take money although their order is paid, closed or past its time: to be closed at the gateway, asked
/// after once more where it says that they are paid, then ended.
///
/// # Errors
/// The database's.
pub async fn attempts_to_close(view: &View, limit: u64) -> Result<Vec<Attempt>, DbErr> {
    store::attempts_to_close(view, limit).await
}
