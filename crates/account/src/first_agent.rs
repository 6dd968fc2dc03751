//! An employer's first agent: by a code that a clerk gave for the licence, or by the legal person, who is signed in under a name
//! that was checked. All rights; the next ones it makes itself.

use crate::agent::{AGENT_ROLES, AgentError, NewAgent, add};
use crate::code::{About, SmsCodeId, tried};
use crate::session::{NewSession, Whose, begin};
use crate::sign_in::Caller;
use crate::{OpenError, PasswordHash, limit, password, store};
use control::{Act, Action, Actor, Declined, Desk, Op, Subject};
use kernel::{CreditCode, EmployerId, PersonId};
use sea_orm::DbErr;
use std::fmt;

/// What somebody types to become an employer's first agent. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct OpeningAgent {
    /// 3 to 32 of a-z, 0-9, hyphen.
    pub login: String,
    /// Their name.
    pub name: String,
    /// A mobile number, if they have one.
    pub phone: Option<String>,
    /// The password for later.
    pub password: String,
}

impl fmt::Debug for OpeningAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpeningAgent")
    }
}

impl From<AgentError> for OpenError {
    fn from(error: AgentError) -> OpenError {
        match error {
            AgentError::Database(error) => OpenError::Database(error),
            other @ (AgentError::Login
            | AgentError::Name
            | AgentError::Phone
            | AgentError::NotAnAgentRole
            | AgentError::NoEmployer
            | AgentError::NotFound
            | AgentError::LoginTaken
            | AgentError::LastManager) => OpenError::Agent(other),
        }
    }
}

/// Makes the first agent by a code that a clerk gave at the counter; all rights.
///
/// # Errors
/// [`OpenError`].
pub async fn open_agent_by_counter_code(
    desk: &Desk,
    caller: &Caller,
    credit_code: &CreditCode,
    code: &str,
    opening: &OpeningAgent,
) -> Result<NewSession, Declined<OpenError>> {
    let refused = Declined::Refused;
    password::check_agent_rules(&opening.password, &opening.login).map_err(|e| refused(e.into()))?;
    let anonymous = Actor::anonymous(caller.channel);
    let take = TakeEmployerCode { credit_code: *credit_code, code: code.to_owned(), caller: caller.clone() };
    let Some((employer, code)) = desk.perform(&anonymous, take).await? else {
        return Err(refused(OpenError::WrongCode));
    };
    let password = PasswordHash::of(&opening.password).await.map_err(|e| refused(e.into()))?;
    let by = By::CounterCode(code);
    let act = OpenAgent { employer, by, opening: opening.clone(), password, caller: caller.clone() };
    desk.perform(&anonymous, act).await
}

/// Makes an agent of the legal person themselves, who is signed in as a person under a name that was checked; all rights.
///
/// # Errors
/// [`OpenError::Mismatch`] where the signed-in person is not the employer's legal person.
pub async fn open_agent_as_legal_person(
    desk: &Desk,
    caller: &Caller,
    person: PersonId,
    employer: EmployerId,
    opening: &OpeningAgent,
) -> Result<NewSession, Declined<OpenError>> {
    let refused = Declined::Refused;
    password::check_agent_rules(&opening.password, &opening.login).map_err(|e| refused(e.into()))?;
    let password = PasswordHash::of(&opening.password).await.map_err(|e| refused(e.into()))?;
    let by = By::LegalPerson(person);
    let act = OpenAgent { employer, by, opening: opening.clone(), password, caller: caller.clone() };
    desk.perform(&Actor::anonymous(caller.channel), act).await
}

/// Counts a try and checks the code.
struct TakeEmployerCode {
    credit_code: CreditCode,
    code: String,
    caller: Caller,
}

impl Act for TakeEmployerCode {
    const ACTION: Action = Action::OpenAccount;
    const AUDITED: bool = false;
    type Answer = Option<(EmployerId, SmsCodeId)>;
    type Error = OpenError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, OpenError> {
        Ok(Subject::Nobody)
    }

    async fn act(&self, op: &mut Op) -> Result<Self::Answer, OpenError> {
        for (policy, whose) in
            [(limit::ADDRESS, self.caller.address.as_str()), (limit::AGENT, self.credit_code.as_str())]
        {
            if let Some(wait_seconds) = limit::take(op, policy, whose).await? {
                return Err(OpenError::TooMany { wait_seconds });
            }
        }
        let Some(employer) = registry::employer_by_code(op, &self.credit_code).await? else { return Ok(None) };
        Ok(tried(op, About::Employer(employer), &self.code).await?.map(|code| (employer, code)))
    }
}

enum By {
    CounterCode(SmsCodeId),
    LegalPerson(PersonId),
}

struct OpenAgent {
    employer: EmployerId,
    by: By,
    opening: OpeningAgent,
    password: PasswordHash,
    caller: Caller,
}

impl Act for OpenAgent {
    const ACTION: Action = Action::OpenAccount;
    type Answer = NewSession;
    type Error = OpenError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, OpenError> {
        // Nobody's yet: what opens the door is the code, or being the legal person, and the act checks it.
        Ok(Subject::Nobody)
    }

    async fn act(&self, op: &mut Op) -> Result<NewSession, OpenError> {
        let opened_by = match self.by {
            By::CounterCode(code) if store::use_code(op, code).await? => "counter_code",
            By::CounterCode(_) => return Err(OpenError::WrongCode),
            By::LegalPerson(person) if is_legal_person(op, self.employer, person).await? => "legal_person",
            By::LegalPerson(_) => return Err(OpenError::Mismatch),
        };
        let OpeningAgent { login, name, phone, .. } = &self.opening;
        let (employer, phone, password, roles) = (self.employer, phone.as_deref(), &self.password, AGENT_ROLES);
        let agent = add(op, &NewAgent { employer, login, name, phone, password, roles, opened_by }).await?;
        Ok(begin(op, Whose::Agent(agent, employer, roles), self.caller.channel).await?)
    }

    fn detail(&self) -> Option<serde_json::Value> {
        let legal_person = match self.by {
            By::CounterCode(_) => None,
            By::LegalPerson(person) => Some(person),
        };
        Some(
            serde_json::json!({ "employer": self.employer, "login": self.opening.login, "legal_person": legal_person }),
        )
    }
}

async fn is_legal_person(op: &Op, employer: EmployerId, person: PersonId) -> Result<bool, DbErr> {
    let Some(legal) = registry::legal_person(op, employer).await? else { return Ok(false) };
    let Some(known) = registry::person(op, person).await? else { return Ok(false) };
    let holders = registry::find_by_id_number(op, &legal.id_number).await?;
    Ok(holders == [known.id] && known.name == legal.name)
}
