//! Passkeys (WebAuthn level 2, W3C 2021) as an agent's second factor: a key on a device that signs our challenge for our name
//! alone, so that a stolen password opens nothing and a copied page gets nothing.
//!
//! What is taken: keys of P-256 with SHA-256 (ES256) and RSA with SHA-256 (RS256), without attestation, for the device's maker
//! is none of our business. `verify` does the checks of sections 7.1 and 7.2 over `ring`; ADR 11 says why it is ours.

mod verify;

use crate::agent::{self, Agent};
use crate::session::{NewSession, Session, Whose, begin};
use crate::sign_in::{Caller, SignInError};
use crate::store;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use control::{Act, Action, Actor, Declined, Desk, Fault, FaultKind, Op, Subject, View};
use kernel::{AgentId, Timestamp};
use sea_orm::DbErr;

/// How long a challenge waits for its answer.
const MINUTES: i64 = 5;
/// Passkeys of one agent, at most.
const PASSKEYS_MAX: usize = 10;

kernel::sql_id! {
    /// One registration or sign-in with a passkey, from the challenge to its answer.
    CeremonyId,
}

kernel::words! {
    /// What a challenge is for.
    pub(crate) enum Purpose {
        /// A passkey is made.
        Register = "register",
        /// An agent signs in.
        SignIn = "sign_in",
    }
}

kernel::words! {
    /// How a passkey signs.
    pub(crate) enum Algorithm {
        /// ECDSA over P-256 with SHA-256 (COSE -7).
        Es256 = "es256",
        /// RSASSA-PKCS1-v1_5 with SHA-256 (COSE -257).
        Rs256 = "rs256",
    }
}

/// Who asks for passkeys: what a key is bound to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RelyingParty {
    /// The host, as in `zhijian.example`.
    pub id: String,
    /// The whole origin, as in `https://zhijian.example`.
    pub origin: String,
    /// What the browser shows.
    pub name: String,
}

/// A challenge that waits for its answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Ceremony {
    pub(crate) id: CeremonyId,
    pub(crate) agent: AgentId,
    pub(crate) purpose: Purpose,
    pub(crate) challenge: String,
    pub(crate) expires_at: Timestamp,
}

/// The public half of a passkey.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Credential {
    pub(crate) id: String,
    pub(crate) algorithm: Algorithm,
    /// The uncompressed point, or the modulus of an RSA key whose exponent is 65537.
    pub(crate) public_key: Vec<u8>,
    pub(crate) counter: i64,
}

/// A passkey as its owner sees it in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Passkey {
    /// The credential's id, base64url.
    pub id: String,
    /// What its owner calls it.
    pub label: String,
    /// Since when.
    pub made_at: Timestamp,
    /// Last used.
    pub used_at: Option<Timestamp>,
}

/// What the browser is asked for at sign-in. All bytes as base64url without padding.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Challenge {
    /// To be sent back with the answer.
    pub ceremony: CeremonyId,
    /// What is to be signed.
    pub challenge: String,
    /// The agent's credentials.
    pub credentials: Vec<String>,
    /// The relying party's id.
    pub rp_id: String,
}

/// What the browser is asked for to make a passkey. All bytes as base64url without padding.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Registration {
    /// To be sent back with the answer.
    pub ceremony: CeremonyId,
    /// What is to be signed.
    pub challenge: String,
    /// The relying party's id.
    pub rp_id: String,
    /// The relying party's name.
    pub rp_name: String,
    /// The agent's id.
    pub user_id: String,
    /// The agent's login.
    pub user_name: String,
    /// COSE's numbers of the algorithms that are taken.
    pub algorithms: [i64; 2],
    /// Credentials that the agent has already.
    pub exclude: Vec<String>,
}

/// The browser's answer with a new passkey. All bytes as base64url without padding.
#[derive(Clone, PartialEq, Eq, Debug, serde::Deserialize)]
pub struct Attested {
    /// From the [`Registration`].
    pub ceremony: CeremonyId,
    /// `response.clientDataJSON`.
    pub client_data_json: String,
    /// `response.getAuthenticatorData()`.
    pub authenticator_data: String,
    /// What its owner calls it.
    pub label: String,
}

/// The browser's answer at sign-in. All bytes as base64url without padding.
#[derive(Clone, PartialEq, Eq, Debug, serde::Deserialize)]
pub struct Asserted {
    /// From the [`Challenge`].
    pub ceremony: CeremonyId,
    /// The credential's id.
    pub credential_id: String,
    /// `response.clientDataJSON`.
    pub client_data_json: String,
    /// `response.authenticatorData`.
    pub authenticator_data: String,
    /// `response.signature`.
    pub signature: String,
}

/// Why a passkey was not made, used or removed, in the order in which it is asked.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// Only an agent has passkeys.
    #[error("only an employer's agent has passkeys")]
    NotAnAgent,
    /// As many as there may be.
    #[error("an agent has {PASSKEYS_MAX} passkeys at most")]
    TooMany,
    /// The challenge is over, was used, or is another's.
    #[error("the challenge is over: begin again")]
    Expired,
    /// The answer cannot be read.
    #[error("the passkey's answer cannot be read: {0}")]
    Malformed(&'static str),
    /// The answer is for another challenge, origin or name.
    #[error("the passkey's answer is for another {0}")]
    Foreign(&'static str),
    /// A key of another kind.
    #[error("only keys of P-256 and RSA with SHA-256 are taken")]
    Unsupported,
    /// The signature does not fit, or the key is unknown, or it was copied.
    #[error("the passkey's answer does not fit")]
    Wrong,
    /// The credential is known already.
    #[error("the passkey is known already")]
    Known,
    /// There is none with this id.
    #[error("no such passkey")]
    NotFound,
    /// The database failed.
    #[error("the passkey could not be written")]
    Database(#[from] DbErr),
}

impl Fault for PasskeyError {
    fn code(&self) -> &'static str {
        match self {
            PasskeyError::NotAnAgent => "passkey_not_agent",
            PasskeyError::TooMany => "passkey_too_many",
            PasskeyError::Expired => "passkey_expired",
            PasskeyError::Malformed(_) => "passkey_malformed",
            PasskeyError::Foreign(_) => "passkey_foreign",
            PasskeyError::Unsupported => "passkey_unsupported",
            PasskeyError::Wrong => "passkey_wrong",
            PasskeyError::Known => "passkey_known",
            PasskeyError::NotFound => "passkey_not_found",
            PasskeyError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            PasskeyError::NotAnAgent | PasskeyError::NotFound => FaultKind::NotFound,
            PasskeyError::TooMany | PasskeyError::Expired | PasskeyError::Known => FaultKind::Conflict,
            PasskeyError::Malformed(_) | PasskeyError::Foreign(_) | PasskeyError::Unsupported | PasskeyError::Wrong => {
                FaultKind::Invalid("passkey")
            }
            PasskeyError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        if let PasskeyError::Database(error) = self { Some(error) } else { None }
    }
}

impl From<SignInError> for PasskeyError {
    fn from(error: SignInError) -> PasskeyError {
        match error {
            SignInError::Database(error) => PasskeyError::Database(error),
            SignInError::TooMany { .. } | SignInError::Wrong => PasskeyError::Wrong,
        }
    }
}

/// An agent's passkeys, oldest first.
///
/// # Errors
/// The database's.
pub async fn passkeys(view: &View, agent: AgentId) -> Result<Vec<Passkey>, DbErr> {
    store::passkeys(view, agent).await
}

async fn new_ceremony(op: &Op, agent: AgentId, purpose: Purpose) -> Result<Ceremony, DbErr> {
    let challenge = URL_SAFE_NO_PAD.encode(op.random::<32>()?);
    let expires_at = op.at() + TimeDelta::minutes(MINUTES);
    let ceremony = Ceremony { id: op.new_id(), agent, purpose, challenge, expires_at };
    store::insert_ceremony(op, &ceremony).await?;
    Ok(ceremony)
}

/// Asks for a passkey at sign-in, inside the act that checked the password.
pub(crate) async fn ask(op: &Op, agent: AgentId, party: &RelyingParty) -> Result<Challenge, DbErr> {
    let ceremony = new_ceremony(op, agent, Purpose::SignIn).await?;
    let credentials = store::passkeys(op, agent).await?.into_iter().map(|passkey| passkey.id).collect();
    Ok(Challenge { ceremony: ceremony.id, challenge: ceremony.challenge, credentials, rp_id: party.id.clone() })
}

/// Begins to make a passkey for the agent who is signed in.
///
/// # Errors
/// [`PasskeyError`].
pub async fn begin_registration(
    desk: &Desk,
    session: &Session,
    party: &RelyingParty,
) -> Result<Registration, Declined<PasskeyError>> {
    let agent = session.agent.ok_or(Declined::Refused(PasskeyError::NotAnAgent))?;
    desk.perform(&session.actor, BeginRegistration { agent, party: party.clone() }).await
}

/// Keeps the passkey that was made.
///
/// # Errors
/// [`PasskeyError`].
pub async fn finish_registration(
    desk: &Desk,
    session: &Session,
    party: &RelyingParty,
    answer: &Attested,
) -> Result<Passkey, Declined<PasskeyError>> {
    let agent = session.agent.ok_or(Declined::Refused(PasskeyError::NotAnAgent))?;
    let take = TakeCeremony { id: answer.ceremony, purpose: Purpose::Register };
    let ceremony = desk.perform(&session.actor, take).await?;
    if ceremony.agent != agent {
        return Err(Declined::Refused(PasskeyError::Expired));
    }
    let made = verify::attested(party, &ceremony.challenge, answer).map_err(Declined::Refused)?;
    desk.perform(&session.actor, KeepPasskey { agent, made, label: answer.label.trim().to_owned() }).await
}

/// Signs an agent in with the passkey that was asked for after the password.
///
/// # Errors
/// [`PasskeyError`]; the challenge is used up either way.
pub async fn finish_assertion(
    desk: &Desk,
    caller: &Caller,
    party: &RelyingParty,
    answer: &Asserted,
) -> Result<NewSession, Declined<PasskeyError>> {
    let anonymous = Actor::anonymous(caller.channel);
    let ceremony = desk.perform(&anonymous, TakeCeremony { id: answer.ceremony, purpose: Purpose::SignIn }).await?;
    let act = FinishAssertion { ceremony, party: party.clone(), answer: answer.clone(), caller: caller.clone() };
    desk.perform(&anonymous, act).await
}

/// Removes a passkey, as of a lost device.
pub struct RemovePasskey {
    /// Whose.
    pub agent: AgentId,
    /// The credential's id.
    pub passkey: String,
}

/// An agent's own passkeys are changed by that agent alone.
fn own(op: &Op, agent: AgentId) -> Result<(), PasskeyError> {
    if op.actor().id() == Some(agent.uuid()) { Ok(()) } else { Err(PasskeyError::NotAnAgent) }
}

impl Act for RemovePasskey {
    const ACTION: Action = Action::AgentSignIn;
    type Answer = ();
    type Error = PasskeyError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, PasskeyError> {
        Ok(Subject::Nobody)
    }

    async fn act(&self, op: &mut Op) -> Result<(), PasskeyError> {
        own(op, self.agent)?;
        if store::remove_passkey(op, self.agent, &self.passkey).await? { Ok(()) } else { Err(PasskeyError::NotFound) }
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "agent": self.agent }))
    }
}

struct BeginRegistration {
    agent: AgentId,
    party: RelyingParty,
}

impl Act for BeginRegistration {
    const ACTION: Action = Action::AgentSignIn;
    type Answer = Registration;
    type Error = PasskeyError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, PasskeyError> {
        Ok(Subject::Nobody)
    }

    async fn act(&self, op: &mut Op) -> Result<Registration, PasskeyError> {
        own(op, self.agent)?;
        let known: Agent = store::agent(op, self.agent).await?.ok_or(PasskeyError::NotAnAgent)?;
        let exclude: Vec<String> = store::passkeys(op, self.agent).await?.into_iter().map(|key| key.id).collect();
        if exclude.len() >= PASSKEYS_MAX {
            return Err(PasskeyError::TooMany);
        }
        let ceremony = new_ceremony(op, self.agent, Purpose::Register).await?;
        Ok(Registration {
            ceremony: ceremony.id,
            challenge: ceremony.challenge,
            rp_id: self.party.id.clone(),
            rp_name: self.party.name.clone(),
            user_id: URL_SAFE_NO_PAD.encode(self.agent.uuid().as_bytes()),
            user_name: known.login,
            algorithms: [-7, -257],
            exclude,
        })
    }
}

/// Uses a challenge up, in an act of its own: an answer that does not fit does not get a second try.
struct TakeCeremony {
    id: CeremonyId,
    purpose: Purpose,
}

impl Act for TakeCeremony {
    const ACTION: Action = Action::AgentSignIn;
    const AUDITED: bool = false;
    type Answer = Ceremony;
    type Error = PasskeyError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, PasskeyError> {
        Ok(Subject::Nobody)
    }

    async fn act(&self, op: &mut Op) -> Result<Ceremony, PasskeyError> {
        store::take_ceremony(op, self.id, self.purpose).await?.ok_or(PasskeyError::Expired)
    }
}

struct KeepPasskey {
    agent: AgentId,
    made: Credential,
    label: String,
}

impl Act for KeepPasskey {
    const ACTION: Action = Action::AgentSignIn;
    type Answer = Passkey;
    type Error = PasskeyError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, PasskeyError> {
        Ok(Subject::Nobody)
    }

    async fn act(&self, op: &mut Op) -> Result<Passkey, PasskeyError> {
        own(op, self.agent)?;
        let label: String = self.label.chars().filter(|c| !c.is_control()).take(60).collect();
        if !store::insert_passkey(op, self.agent, &self.made, &label).await? {
            return Err(PasskeyError::Known);
        }
        Ok(Passkey { id: self.made.id.clone(), label, made_at: op.at(), used_at: None })
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "agent": self.agent }))
    }
}

struct FinishAssertion {
    ceremony: Ceremony,
    party: RelyingParty,
    answer: Asserted,
    caller: Caller,
}

impl Act for FinishAssertion {
    const ACTION: Action = Action::AgentSignIn;
    type Answer = NewSession;
    type Error = PasskeyError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, PasskeyError> {
        Ok(Subject::Nobody)
    }

    async fn act(&self, op: &mut Op) -> Result<NewSession, PasskeyError> {
        let found = store::credential(op, self.ceremony.agent, &self.answer.credential_id).await?;
        let known = found.ok_or(PasskeyError::Wrong)?;
        let counter = verify::asserted(&self.party, &self.ceremony.challenge, &known, &self.answer)?;
        // A counter that does not grow is a key that was copied (section 7.2, step 21); many devices count nothing at all.
        if (counter != 0 || known.counter != 0) && counter <= known.counter {
            return Err(PasskeyError::Wrong);
        }
        if !store::use_credential(op, &known, counter).await? {
            return Err(PasskeyError::Wrong);
        }
        let agents = store::agent(op, self.ceremony.agent).await?.ok_or(PasskeyError::Wrong)?;
        let standing = store::agents(op, agents.employer).await?.into_iter().find(|one| one.id == agents.id);
        let agent = standing.ok_or(PasskeyError::Wrong)?;
        agent::forgive(op, &self.caller, &agent).await?;
        let whose = Whose::Agent(agent.id, agent.employer, &agent.roles);
        Ok(begin(op, whose, self.caller.channel).await?)
    }

    fn detail(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "agent": self.ceremony.agent, "passkey": true }))
    }
}
