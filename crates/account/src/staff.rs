//! Members of the agency's staff: a login name, a password, roles. Handling and reviewing never meet in one of them.

use crate::limit::{self, Forgive};
use crate::session::{NewSession, Whose, begin};
use crate::sign_in::{Caller, SignInError};
use crate::{PasswordHash, password, store};
use control::{Act, Action, Actor, Declined, Desk, Fault, FaultKind, Op, Role, Subject, View};
use kernel::StaffId;
use sea_orm::DbErr;

/// A member of staff.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Staff {
    /// Their id.
    pub id: StaffId,
    /// What they sign in with.
    pub login: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub roles: Vec<Role>,
}

/// Adds a member of staff.
pub struct AddStaff {
    /// 3 to 32 of a-z, 0-9, hyphen.
    pub login: String,
    /// Their name.
    pub name: String,
    /// Their password.
    pub password: PasswordHash,
    /// What they may do.
    pub roles: Vec<Role>,
}

/// Takes a member of staff's access away; their sessions end.
pub struct RetireStaff {
    /// Whose.
    pub staff: StaffId,
}

/// Why staff was not changed.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    /// The login name cannot be one.
    #[error("a login name has 3 to 32 of a-z, 0-9 and hyphen")]
    Login,
    /// No role, or one that is no member of staff's.
    #[error("a member of staff has roles of the staff's")]
    NotAStaffRole,
    /// 劳社部发〔2007〕2号: who handles does not review, and does not keep the books.
    #[error("{0} and {1} are never one person")]
    Incompatible(Role, Role),
    /// Somebody has this login name.
    #[error("the login name is taken")]
    LoginTaken,
    /// There is nobody with this id, or their access was taken away before.
    #[error("no such member of staff")]
    NotFound,
    /// The database failed.
    #[error("the staff could not be changed")]
    Database(#[from] DbErr),
}

impl Fault for StaffError {
    fn code(&self) -> &'static str {
        match self {
            StaffError::Login => "login_malformed",
            StaffError::NotAStaffRole => "not_a_staff_role",
            StaffError::Incompatible(..) => "roles_incompatible",
            StaffError::LoginTaken => "login_taken",
            StaffError::NotFound => "staff_not_found",
            StaffError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            StaffError::Login => FaultKind::Invalid("login"),
            StaffError::NotAStaffRole | StaffError::Incompatible(..) => FaultKind::Invalid("roles"),
            StaffError::LoginTaken => FaultKind::Conflict,
            StaffError::NotFound => FaultKind::NotFound,
            StaffError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        if let StaffError::Database(error) = self { Some(error) } else { None }
    }
}

/// Pairs of roles that must not meet in one person.
const APART: &[(Role, Role)] = &[(Role::Clerk, Role::Reviewer), (Role::Clerk, Role::Accountant)];

fn check_roles(roles: &[Role]) -> Result<(), StaffError> {
    let of_staff = |role: &Role| match role {
        Role::Clerk | Role::Reviewer | Role::Accountant | Role::Engineer => true,
        Role::Anonymous
        | Role::Person
        | Role::AgentReader
        | Role::AgentDeclarer
        | Role::AgentPayer
        | Role::AgentManager
        | Role::System => false,
    };
    if roles.is_empty() || !roles.iter().all(of_staff) {
        return Err(StaffError::NotAStaffRole);
    }
    match APART.iter().find(|(one, other)| roles.contains(one) && roles.contains(other)) {
        Some((one, other)) => Err(StaffError::Incompatible(*one, *other)),
        None => Ok(()),
    }
}

pub(crate) fn check_login(login: &str) -> Result<(), StaffError> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (3..=32).contains(&login.len()) && login.bytes().all(fits) { Ok(()) } else { Err(StaffError::Login) }
}

impl Act for AddStaff {
    const ACTION: Action = Action::ManageStaff;
    type Answer = StaffId;
    type Error = StaffError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, StaffError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<StaffId, StaffError> {
        check_login(&self.login)?;
        check_roles(&self.roles)?;
        store::insert_staff(op, self).await?.ok_or(StaffError::LoginTaken)
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "login": self.login, "roles": self.roles }))
    }
}

impl Act for RetireStaff {
    const ACTION: Action = Action::ManageStaff;
    type Answer = ();
    type Error = StaffError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, StaffError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<(), StaffError> {
        if store::retire_staff(op, self.staff).await? { Ok(()) } else { Err(StaffError::NotFound) }
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "staff": self.staff }))
    }
}

/// A member of staff by their id, retired ones too: old papers and audit lines name them.
///
/// # Errors
/// The database's.
pub async fn staff(view: &View, id: StaffId) -> Result<Option<Staff>, DbErr> {
    store::staff(view, id).await
}

/// Signs a member of staff in.
///
/// # Errors
/// [`SignInError`], the same for a login that nobody has.
pub async fn staff_sign_in(
    desk: &Desk,
    caller: &Caller,
    login: &str,
    typed: &str,
) -> Result<NewSession, Declined<SignInError>> {
    let anonymous = Actor::anonymous(caller.channel);
    let take = TakeStaffTry { login: login.to_owned(), caller: caller.clone() };
    let known: Vec<(Staff, String)> = desk.perform(&anonymous, take).await?.into_iter().collect();
    let failed = |error| Declined::Refused(SignInError::Database(error));
    let found = password::fitting(typed, known).await.map_err(failed)?;
    desk.perform(&anonymous, BeginStaff { found, caller: caller.clone() }).await
}

struct TakeStaffTry {
    login: String,
    caller: Caller,
}

impl Act for TakeStaffTry {
    const ACTION: Action = Action::StaffSignIn;
    const AUDITED: bool = false;
    type Answer = Option<(Staff, String)>;
    type Error = SignInError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, SignInError> {
        Ok(Subject::Nobody)
    }

    async fn act(&self, op: &mut Op) -> Result<Self::Answer, SignInError> {
        for (policy, whose) in [(limit::ADDRESS, &self.caller.address), (limit::STAFF, &self.login)] {
            if let Some(wait_seconds) = limit::take(op, policy, whose).await? {
                return Err(SignInError::TooMany { wait_seconds });
            }
        }
        Ok(store::staff_by_login(op, &self.login).await?)
    }
}

struct BeginStaff {
    found: Option<Staff>,
    caller: Caller,
}

impl Act for BeginStaff {
    const ACTION: Action = Action::StaffSignIn;
    type Answer = NewSession;
    type Error = SignInError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, SignInError> {
        Ok(Subject::Nobody)
    }

    async fn act(&self, op: &mut Op) -> Result<NewSession, SignInError> {
        let staff = self.found.as_ref().ok_or(SignInError::Wrong)?;
        limit::forgive(op, limit::ADDRESS, &self.caller.address, Forgive::One).await?;
        limit::forgive(op, limit::STAFF, &staff.login, Forgive::All).await?;
        Ok(begin(op, Whose::Staff(staff.id, &staff.roles), self.caller.channel).await?)
    }

    fn detail(&self) -> Option<serde_json::Value> {
        self.found.as_ref().map(|staff| serde_json::json!({ "staff": staff.id }))
    }
}
