//! Agents of an employer (单位经办人): several, each with a name, a login and rights of their own. The first is made with a code
//! from the counter or by the legal person themselves ([`crate::first_agent`]); a manager makes the others. One manager always
//! remains.

use crate::limit::{self, Forgive};
use crate::passkey::{self, Challenge, RelyingParty};
use crate::session::{NewSession, Whose, begin};
use crate::sign_in::{Caller, SignInError};
use crate::{PasswordHash, password, store};
use control::{Act, Action, Actor, Declined, Desk, Fault, FaultKind, Op, Role, Subject, View};
use kernel::{AgentId, EmployerId};
use sea_orm::DbErr;

/// What an agent may be given, all of which the first one gets.
pub const AGENT_ROLES: &[Role] = &[Role::AgentReader, Role::AgentDeclarer, Role::AgentPayer, Role::AgentManager];

/// An agent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Agent {
    /// Their id.
    pub id: AgentId,
    /// What they sign in with.
    pub login: String,
    /// Their name.
    pub name: String,
    /// For whom they act.
    pub employer: EmployerId,
    /// What they may do.
    pub roles: Vec<Role>,
    /// Whether they sign in with a passkey beside the password.
    pub has_passkey: bool,
}

/// An agent to be written.
pub(crate) struct NewAgent<'a> {
    pub(crate) employer: EmployerId,
    pub(crate) login: &'a str,
    pub(crate) name: &'a str,
    pub(crate) phone: Option<&'a str>,
    pub(crate) password: &'a PasswordHash,
    pub(crate) roles: &'a [Role],
    pub(crate) opened_by: &'static str,
}

/// Adds an agent.
pub struct AddAgent {
    /// For whom.
    pub employer: EmployerId,
    /// 3 to 32 of a-z, 0-9, hyphen.
    pub login: String,
    /// Their name.
    pub name: String,
    /// A mobile number, if they have one.
    pub phone: Option<String>,
    /// Their password.
    pub password: PasswordHash,
    /// What they may do.
    pub roles: Vec<Role>,
}

/// Changes what an agent may do; their sessions end.
pub struct ChangeAgentRights {
    /// For whom they act.
    pub employer: EmployerId,
    /// Whose rights.
    pub agent: AgentId,
    /// What they may do from now on.
    pub roles: Vec<Role>,
}

/// Takes an agent's access away; their sessions end.
pub struct RetireAgent {
    /// For whom they act.
    pub employer: EmployerId,
    /// Whose.
    pub agent: AgentId,
}

/// Why an agent was not changed, in the order in which it is asked.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// The login name cannot be one.
    #[error("a login name has 3 to 32 of a-z, 0-9 and hyphen")]
    Login,
    /// No name.
    #[error("an agent has a name")]
    Name,
    /// Not a mainland mobile number.
    #[error("a phone is 11 digits, as in 13900000001")]
    Phone,
    /// No role, or one that is no agent's.
    #[error("an agent has roles of an agent's")]
    NotAnAgentRole,
    /// The registry has no such employer.
    #[error("no such employer")]
    NoEmployer,
    /// There is nobody with this id at this employer, or their access was taken away.
    #[error("no such agent")]
    NotFound,
    /// Somebody has this login name.
    #[error("the login name is taken")]
    LoginTaken,
    /// Nobody would be left who could name agents.
    #[error("one manager remains")]
    LastManager,
    /// The database failed.
    #[error("the agent could not be changed")]
    Database(#[from] DbErr),
}

impl Fault for AgentError {
    fn code(&self) -> &'static str {
        match self {
            AgentError::Login => "login_malformed",
            AgentError::Name => "name_empty",
            AgentError::Phone => "phone_malformed",
            AgentError::NotAnAgentRole => "not_an_agent_role",
            AgentError::NoEmployer => "employer_not_found",
            AgentError::NotFound => "agent_not_found",
            AgentError::LoginTaken => "login_taken",
            AgentError::LastManager => "last_manager",
            AgentError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            AgentError::Login => FaultKind::Invalid("login"),
            AgentError::Name => FaultKind::Invalid("name"),
            AgentError::Phone => FaultKind::Invalid("phone"),
            AgentError::NotAnAgentRole => FaultKind::Invalid("roles"),
            AgentError::NoEmployer | AgentError::NotFound => FaultKind::NotFound,
            AgentError::LoginTaken | AgentError::LastManager => FaultKind::Conflict,
            AgentError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        if let AgentError::Database(error) = self { Some(error) } else { None }
    }
}

fn check_roles(roles: &[Role]) -> Result<(), AgentError> {
    let fits = !roles.is_empty() && roles.iter().all(|role| AGENT_ROLES.contains(role));
    if fits { Ok(()) } else { Err(AgentError::NotAnAgentRole) }
}

/// Checks and writes an agent.
pub(crate) async fn add(op: &Op, new: &NewAgent<'_>) -> Result<AgentId, AgentError> {
    crate::staff::check_login(new.login).map_err(|_| AgentError::Login)?;
    if new.name.trim().is_empty() || new.name.chars().count() > 100 {
        return Err(AgentError::Name);
    }
    if new.phone.is_some_and(|phone| !crate::code::is_phone(phone)) {
        return Err(AgentError::Phone);
    }
    check_roles(new.roles)?;
    if registry::employer(op, new.employer).await?.is_none() {
        return Err(AgentError::NoEmployer);
    }
    store::insert_agent(op, new).await?.ok_or(AgentError::LoginTaken)
}

impl Act for AddAgent {
    const ACTION: Action = Action::ManageAgents;
    type Answer = AgentId;
    type Error = AgentError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, AgentError> {
        Ok(Subject::Employer(self.employer))
    }

    async fn act(&self, op: &mut Op) -> Result<AgentId, AgentError> {
        let opened_by = if op.actor().kind() == "agent" { "manager" } else { "clerk" };
        let (employer, phone, password) = (self.employer, self.phone.as_deref(), &self.password);
        let (login, name, roles) = (&self.login, &self.name, &self.roles);
        add(op, &NewAgent { employer, login, name, phone, password, roles, opened_by }).await
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "login": self.login, "roles": self.roles }))
    }
}

/// The agent, if they act for this employer; refused where nobody could name agents without them.
async fn of_employer(op: &Op, employer: EmployerId, agent: AgentId, keeps: &[Role]) -> Result<Agent, AgentError> {
    store::lock_agents(op, employer).await?;
    let all = store::agents(op, employer).await?;
    let known = all.iter().find(|known| known.id == agent).ok_or(AgentError::NotFound)?;
    let others = all.iter().any(|other| other.id != agent && other.roles.contains(&Role::AgentManager));
    if known.roles.contains(&Role::AgentManager) && !keeps.contains(&Role::AgentManager) && !others {
        return Err(AgentError::LastManager);
    }
    Ok(known.clone())
}

impl Act for ChangeAgentRights {
    const ACTION: Action = Action::ManageAgents;
    type Answer = ();
    type Error = AgentError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, AgentError> {
        Ok(Subject::Employer(self.employer))
    }

    async fn act(&self, op: &mut Op) -> Result<(), AgentError> {
        check_roles(&self.roles)?;
        of_employer(op, self.employer, self.agent, &self.roles).await?;
        Ok(store::set_agent_roles(op, self.agent, &self.roles).await?)
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "agent": self.agent, "roles": self.roles }))
    }
}

impl Act for RetireAgent {
    const ACTION: Action = Action::ManageAgents;
    type Answer = ();
    type Error = AgentError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, AgentError> {
        Ok(Subject::Employer(self.employer))
    }

    async fn act(&self, op: &mut Op) -> Result<(), AgentError> {
        of_employer(op, self.employer, self.agent, &[]).await?;
        Ok(store::retire_agent(op, self.agent).await?)
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "agent": self.agent }))
    }
}

/// The agents of an employer who have access.
///
/// # Errors
/// The database's.
pub async fn agents(view: &View, employer: EmployerId) -> Result<Vec<Agent>, DbErr> {
    store::agents(view, employer).await
}

/// An agent by their id, retired ones too: old audit lines name them.
///
/// # Errors
/// The database's.
pub async fn agent(view: &View, id: AgentId) -> Result<Option<Agent>, DbErr> {
    store::agent(view, id).await
}

// -- signing in ----------------------------------------------------------------------------------------------------------

/// How far a sign-in with a password came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AgentSignedIn {
    /// All the way.
    Session(NewSession),
    /// A passkey is asked for as well.
    SecondFactor(Challenge),
}

/// Signs an agent in with the password; where they have a passkey, it is asked for next.
///
/// # Errors
/// [`SignInError`], the same for a login that nobody has.
pub async fn agent_sign_in(
    desk: &Desk,
    caller: &Caller,
    party: &RelyingParty,
    login: &str,
    typed: &str,
) -> Result<AgentSignedIn, Declined<SignInError>> {
    let anonymous = Actor::anonymous(caller.channel);
    let take = TakeAgentTry { login: login.to_owned(), caller: caller.clone() };
    let known: Vec<(Agent, String)> = desk.perform(&anonymous, take).await?.into_iter().collect();
    let failed = |error| Declined::Refused(SignInError::Database(error));
    let found = password::fitting(typed, known).await.map_err(failed)?;
    let act = BeginAgent { found, caller: caller.clone(), party: party.clone() };
    desk.perform(&anonymous, act).await
}

struct TakeAgentTry {
    login: String,
    caller: Caller,
}

impl Act for TakeAgentTry {
    const ACTION: Action = Action::AgentSignIn;
    const AUDITED: bool = false;
    type Answer = Option<(Agent, String)>;
    type Error = SignInError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, SignInError> {
        Ok(Subject::Nobody)
    }

    async fn act(&self, op: &mut Op) -> Result<Self::Answer, SignInError> {
        for (policy, whose) in [(limit::ADDRESS, &self.caller.address), (limit::AGENT, &self.login)] {
            if let Some(wait_seconds) = limit::take(op, policy, whose).await? {
                return Err(SignInError::TooMany { wait_seconds });
            }
        }
        Ok(store::agent_by_login(op, &self.login).await?)
    }
}

struct BeginAgent {
    found: Option<Agent>,
    caller: Caller,
    party: RelyingParty,
}

impl Act for BeginAgent {
    const ACTION: Action = Action::AgentSignIn;
    type Answer = AgentSignedIn;
    type Error = SignInError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, SignInError> {
        Ok(Subject::Nobody)
    }

    async fn act(&self, op: &mut Op) -> Result<AgentSignedIn, SignInError> {
        let agent = self.found.as_ref().ok_or(SignInError::Wrong)?;
        if agent.has_passkey {
            return Ok(AgentSignedIn::SecondFactor(passkey::ask(op, agent.id, &self.party).await?));
        }
        forgive(op, &self.caller, agent).await?;
        let whose = Whose::Agent(agent.id, agent.employer, &agent.roles);
        Ok(AgentSignedIn::Session(begin(op, whose, self.caller.channel).await?))
    }

    fn detail(&self) -> Option<serde_json::Value> {
        self.found.as_ref().map(|agent| serde_json::json!({ "agent": agent.id }))
    }
}

/// Takes the tries back after a success.
pub(crate) async fn forgive(op: &Op, caller: &Caller, agent: &Agent) -> Result<(), DbErr> {
    limit::forgive(op, limit::ADDRESS, &caller.address, Forgive::One).await?;
    limit::forgive(op, limit::AGENT, &agent.login, Forgive::All).await
}
