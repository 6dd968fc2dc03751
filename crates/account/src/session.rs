//! Sessions: a random token of which only a keyed hash is stored; over after 30 idle minutes, after 12 hours, at sign-out.

use crate::store;
use chrono::TimeDelta;
use control::{Act, Action, Actor, Channel, Declined, Desk, Fault, FaultKind, Op, Role, Subject, View, Who};
use kernel::{AgentId, EmployerId, PersonId, StaffId, Timestamp};
use sea_orm::DbErr;
use std::fmt;

/// Idle for longer, a session is over.
const IDLE_MINUTES: i64 = 30;
/// Older, a session is over however busy.
const HOURS_MAX: i64 = 12;
/// A use is written down once in so long, so that reading pages does not write.
const SEEN_EVERY_SECONDS: i64 = 60;

kernel::sql_id! {
    /// A session, as its owner sees it in a list; it opens nothing.
    SessionId,
}

/// The secret that a browser keeps: 256 random bits, base64url. Its `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(pub(crate) String);

impl Token {
    /// The 43 characters for the cookie.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// A session that stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Who asks, for the desk.
    pub actor: Actor,
    /// Whose session, where it is a person's.
    pub person: Option<PersonId>,
    /// Whose, where it is a member of staff's.
    pub staff: Option<StaffId>,
    /// Whose, where it is an employer's agent's.
    pub agent: Option<AgentId>,
    /// For which employer that agent acts.
    pub employer: Option<EmployerId>,
    /// Since when.
    pub begun_at: Timestamp,
    /// Last use that was written down.
    pub seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// A session that was just begun, with its secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewSession {
    /// For the cookie.
    pub token: Token,
    /// The session.
    pub session: Session,
}

impl Session {
    /// An actor's session: begun, last seen, over at the latest.
    pub(crate) fn of(actor: Actor, id: SessionId, times: (Timestamp, Timestamp, Timestamp)) -> Session {
        let (mut person, mut staff, mut agent, mut employer) = (None, None, None, None);
        match &actor.who {
            Who::Person(whose) => person = Some(*whose),
            Who::Staff(whose, _) => staff = Some(*whose),
            Who::Agent(whose, theirs, _) => (agent, employer) = (Some(*whose), Some(*theirs)),
            Who::Anonymous | Who::System => {}
        }
        let (begun_at, seen_at, expires_at) = times;
        Session { id, actor, person, staff, agent, employer, begun_at, seen_at, expires_at }
    }

    /// Whether it still stands at a moment.
    pub(crate) fn stands_at(&self, now: Timestamp) -> bool {
        now < self.expires_at && now - self.seen_at < TimeDelta::minutes(IDLE_MINUTES)
    }
}

/// The session that a token opens, if it still stands. One read by primary key.
///
/// # Errors
/// The database's.
pub async fn session(view: &View, token: &str) -> Result<Option<Session>, DbErr> {
    // Anything of another length was never given out.
    if token.len() != 43 {
        return Ok(None);
    }
    Ok(store::session(view, token).await?.filter(|session| session.stands_at(view.at())))
}

/// A person's sessions that stand, latest first.
///
/// # Errors
/// The database's.
pub async fn sessions(view: &View, person: PersonId) -> Result<Vec<Session>, DbErr> {
    let mut standing = store::sessions_of(view, person).await?;
    standing.retain(|session| session.stands_at(view.at()));
    Ok(standing)
}

/// Writes down that a session is in use, at most once a minute.
///
/// # Errors
/// The database's.
pub async fn touch(desk: &Desk, session: &Session) -> Result<(), Declined<SessionError>> {
    if desk.now() - session.seen_at < TimeDelta::seconds(SEEN_EVERY_SECONDS) {
        return Ok(());
    }
    desk.perform(&Actor::system(session.actor.channel), Touch(session.id)).await
}

/// Begins a session, inside the act that checked who it is.
pub(crate) async fn begin(op: &Op, whose: Whose<'_>, channel: Channel) -> Result<NewSession, DbErr> {
    use base64::Engine as _;
    let token = Token(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(op.random::<32>()?));
    let (begun_at, expires_at) = (op.at(), op.at() + TimeDelta::hours(HOURS_MAX));
    let actor = match whose {
        Whose::Person(person) => Actor::person(person, channel),
        Whose::Staff(staff, roles) => Actor::staff(staff, roles, channel),
        Whose::Agent(agent, employer, roles) => Actor::agent(agent, employer, roles, channel),
    };
    let session = Session::of(actor, op.new_id(), (begun_at, begun_at, expires_at));
    store::insert_session(op, &token, &session).await?;
    Ok(NewSession { token, session })
}

/// Whose session begins.
pub(crate) enum Whose<'a> {
    Person(PersonId),
    Staff(StaffId, &'a [Role]),
    Agent(AgentId, EmployerId, &'a [Role]),
}

struct Touch(SessionId);

/// Ends a session for ever: its owner signs out.
pub struct SignOut {
    /// Which.
    pub session: Session,
}

/// A person ends another of their sessions, as on a lost phone.
pub struct EndSession {
    /// Whose.
    pub person: PersonId,
    /// Which.
    pub session: SessionId,
}

/// Why a session was not ended.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// There is none with this id that stands.
    #[error("no such session")]
    NotFound,
    /// The database failed.
    #[error("the session could not be written")]
    Database(#[from] DbErr),
}

impl Fault for SessionError {
    fn code(&self) -> &'static str {
        match self {
            SessionError::NotFound => "session_not_found",
            SessionError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            SessionError::NotFound => FaultKind::NotFound,
            SessionError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        if let SessionError::Database(error) = self { Some(error) } else { None }
    }
}

impl Act for Touch {
    const ACTION: Action = Action::SignIn;
    const AUDITED: bool = false;
    type Answer = ();
    type Error = SessionError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, SessionError> {
        Ok(Subject::Nobody)
    }

    async fn act(&self, op: &mut Op) -> Result<(), SessionError> {
        Ok(store::touch(op, self.0).await?)
    }
}

impl Act for SignOut {
    const ACTION: Action = Action::SignOut;
    type Answer = ();
    type Error = SessionError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, SessionError> {
        Ok(self.session.person.map_or(Subject::Nobody, Subject::Person))
    }

    async fn act(&self, op: &mut Op) -> Result<(), SessionError> {
        // Ended twice is ended: two tabs may sign out at once.
        store::end_session(op, self.session.id, None).await?;
        Ok(())
    }
}

impl Act for EndSession {
    const ACTION: Action = Action::SignOut;
    type Answer = ();
    type Error = SessionError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, SessionError> {
        Ok(Subject::Person(self.person))
    }

    async fn act(&self, op: &mut Op) -> Result<(), SessionError> {
        match store::end_session(op, self.session, Some(self.person)).await? {
            1 => Ok(()),
            _ => Err(SessionError::NotFound),
        }
    }
}
