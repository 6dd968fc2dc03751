//! Work items: what needs a human, handled by one officer and reviewed by another (劳社部发〔2007〕2号).
//!
//! What a decision leads to is the business of whoever routes it (`office`); here stand the two halves and their separation,
//! by permission, by this code and by the database's own check.

use crate::store::{self};
use crate::{Act, Action, Fault, FaultKind, Op, Subject, View, Who};
use kernel::{PersonId, StaffId, Timestamp, WorkItemId};
use sea_orm::DbErr;

kernel::words! {
    /// Where a work item stands.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum WorkItemState {
        /// Waits for a clerk.
        Open = "open",
        /// A clerk decided; waits for a reviewer.
        Handled = "handled",
        /// Reviewed; over.
        Closed = "closed",
    }
}

/// A work item to be opened. The same key while an item is open finds that item.
pub struct NewWorkItem<'a> {
    /// What it is about, so that the same matter is not opened twice.
    pub key: &'a str,
    /// Its kind, as in `duplicate_payment`.
    pub kind: &'a str,
    /// Whose file it concerns.
    pub person: Option<PersonId>,
    /// Ids and amounts, as JSON.
    pub detail: serde_json::Value,
}

impl NewWorkItem<'_> {
    /// Opens it in this transaction.
    ///
    /// # Errors
    /// The database's.
    pub async fn open(self, op: &mut Op) -> Result<WorkItemId, DbErr> {
        store::open_work_item(op, self.key, self.kind, self.person, self.detail.to_string()).await
    }
}

/// A work item as officers see it.
#[derive(Clone, PartialEq, Debug)]
pub struct WorkItem {
    /// Its id.
    pub id: WorkItemId,
    /// Its kind.
    pub kind: String,
    /// Whose file it concerns.
    pub person: Option<PersonId>,
    /// Ids and amounts.
    pub detail: serde_json::Value,
    /// Where it stands.
    pub state: WorkItemState,
    /// Since when.
    pub opened_at: Timestamp,
    /// What the clerk decided.
    pub decision: Option<String>,
    /// Who decided.
    pub handled_by: Option<StaffId>,
}

/// Open items (or those in another state), oldest first.
///
/// # Errors
/// The database's.
pub async fn work_items(view: &View, state: WorkItemState, limit: u64) -> Result<Vec<WorkItem>, DbErr> {
    Ok(store::work_items(view, state, limit).await?.into_iter().map(WorkItem::from).collect())
}

/// One item.
///
/// # Errors
/// The database's.
pub async fn work_item(view: &View, id: WorkItemId) -> Result<Option<WorkItem>, DbErr> {
    Ok(store::work_item_plain(view, id).await?.map(WorkItem::from))
}

/// The clerk's half: decides what is to be done.
pub struct HandleWorkItem {
    /// Which item.
    pub item: WorkItemId,
    /// The decision's stable word, as in `refund`.
    pub decision: String,
}

/// The reviewer's half: confirms the decision, or gives the item back.
pub struct ReviewWorkItem {
    /// Which item.
    pub item: WorkItemId,
    /// Whether the decision stands.
    pub confirmed: Confirmed,
}

/// A reviewer's answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Confirmed {
    /// The decision stands and is carried out.
    Yes,
    /// The item goes back to the clerks.
    No,
}

/// Why an item was not handled or reviewed.
#[derive(Debug, thiserror::Error)]
pub enum WorkItemError {
    /// There is none with this id.
    #[error("no such work item")]
    NotFound,
    /// It does not wait for this half.
    #[error("the item is {0}")]
    WrongState(WorkItemState),
    /// Only a member of staff can.
    #[error("only a member of staff handles or reviews")]
    NotStaff,
    /// Whoever handled it does not review it.
    #[error("the same officer handled this item")]
    SameOfficer,
    /// The database failed.
    #[error("the item could not be written")]
    Database(#[from] DbErr),
}

impl Fault for WorkItemError {
    fn code(&self) -> &'static str {
        match self {
            WorkItemError::NotFound => "work_item_not_found",
            WorkItemError::WrongState(_) => "work_item_wrong_state",
            WorkItemError::NotStaff => "work_item_not_staff",
            WorkItemError::SameOfficer => "work_item_same_officer",
            WorkItemError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            WorkItemError::NotFound => FaultKind::NotFound,
            WorkItemError::WrongState(_) | WorkItemError::NotStaff | WorkItemError::SameOfficer => FaultKind::Conflict,
            WorkItemError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            WorkItemError::Database(error) => Some(error),
            WorkItemError::NotFound
            | WorkItemError::WrongState(_)
            | WorkItemError::NotStaff
            | WorkItemError::SameOfficer => None,
        }
    }
}

fn officer(op: &Op) -> Result<StaffId, WorkItemError> {
    match op.actor().who {
        Who::Staff(staff, _) => Ok(staff),
        Who::Anonymous | Who::Person(_) | Who::Agent(..) | Who::System => Err(WorkItemError::NotStaff),
    }
}

impl Act for HandleWorkItem {
    const ACTION: Action = Action::HandleWorkItem;
    type Answer = ();
    type Error = WorkItemError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, WorkItemError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<(), WorkItemError> {
        let by = officer(op)?;
        let item = store::work_item(op, self.item).await?.ok_or(WorkItemError::NotFound)?;
        if item.state != WorkItemState::Open {
            return Err(WorkItemError::WrongState(item.state));
        }
        Ok(store::mark_handled(op, item, by, &self.decision).await?)
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "item": self.item, "decision": self.decision }))
    }
}

impl Act for ReviewWorkItem {
    const ACTION: Action = Action::ReviewWorkItem;
    type Answer = WorkItem;
    type Error = WorkItemError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, WorkItemError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<WorkItem, WorkItemError> {
        let by = officer(op)?;
        let item = store::work_item(op, self.item).await?.ok_or(WorkItemError::NotFound)?;
        if item.state != WorkItemState::Handled {
            return Err(WorkItemError::WrongState(item.state));
        }
        if item.handled_by == Some(by) {
            return Err(WorkItemError::SameOfficer);
        }
        let shown = WorkItem::from(item.clone());
        match self.confirmed {
            Confirmed::Yes => store::mark_reviewed(op, item, by).await?,
            Confirmed::No => store::mark_returned(op, item).await?,
        }
        Ok(shown)
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "item": self.item, "confirmed": self.confirmed == Confirmed::Yes }))
    }
}
