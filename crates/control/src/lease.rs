//! Leases: a row that one process holds for a while, so that two workers never do the same work at once.

use crate::audit::SealError;
use crate::{Act, Action, Op, Subject, store};
use uuid::Uuid;

/// The lease that the worker holds as long as it is alive.
pub const WORKER: &str = "worker";

/// Whether some process holds a lease now.
///
/// # Errors
/// The database's.
pub async fn is_held(view: &crate::View, name: &str) -> Result<bool, sea_orm::DbErr> {
    store::lease_held(view, name).await
}

/// Takes or prolongs a lease; answers whether it is held now.
pub struct Hold {
    /// The lease's name.
    pub name: &'static str,
    /// Who holds it: one id a process.
    pub holder: Uuid,
    /// For how long from now.
    pub seconds: i64,
}

impl Act for Hold {
    const ACTION: Action = Action::RunJob;
    const AUDITED: bool = false;
    type Answer = bool;
    type Error = SealError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, SealError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<bool, SealError> {
        let till = op.at() + chrono::TimeDelta::seconds(self.seconds);
        Ok(store::hold_lease(op, self.name, self.holder, till).await?)
    }
}
