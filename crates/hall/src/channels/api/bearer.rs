//! Who asks: the token of a session in the `Authorization` header, and nothing else. A cookie opens nothing here.

use crate::app::Shared;
use crate::problem::Problem;
use account::Session;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use control::{Act, Action, Actor, Channel, Declined, Purpose, Subject, View};
use kernel::{EmployerId, PersonId};

/// A person with their session.
pub(super) struct Me {
    /// Who they are.
    pub(super) person: PersonId,
    /// As the desk knows them: by this channel, wherever the session began.
    pub(super) actor: Actor,
    /// The session.
    pub(super) session: Session,
    app: Shared,
}

impl Me {
    /// Their own file, to read. It leaves a line that they can see.
    ///
    /// # Errors
    /// The desk's.
    pub(super) async fn file(&self) -> Result<View, Problem> {
        self.file_of(self.person).await
    }

    /// The file of whoever owns a thing that was asked for by its id. Where that is somebody else the desk refuses and
    /// writes the refusal down, and it looks as if there were no such thing.
    ///
    /// # Errors
    /// The desk's.
    pub(super) async fn file_of(&self, owner: PersonId) -> Result<View, Problem> {
        Ok(self.app.desk().look(&self.actor, Purpose::OwnFile, owner).await?)
    }

    /// Does a verb in their name.
    ///
    /// # Errors
    /// The verb's. What is not there and what is somebody else's look the same.
    pub(super) async fn perform<A: Act>(&self, act: A) -> Result<A::Answer, Problem> {
        self.app.desk().perform(&self.actor, act).await.map_err(hidden)
    }

    /// The hall.
    pub(super) fn app(&self) -> &Shared {
        &self.app
    }
}

/// An agent of an employer with their session.
pub(super) struct OfEmployer {
    /// For whom they act: the one employer whose things they reach.
    pub(super) employer: EmployerId,
    /// As the desk knows them, by this channel.
    pub(super) actor: Actor,
    app: Shared,
}

impl OfEmployer {
    /// The employer's file, to read. It leaves a line.
    ///
    /// # Errors
    /// The desk's.
    pub(super) async fn file(&self) -> Result<View, Problem> {
        self.file_of(self.employer).await
    }

    /// The file of whichever employer owns a thing that was asked for by its id; another's is refused, written down, and looks
    /// as if there were no such thing.
    ///
    /// # Errors
    /// The desk's.
    pub(super) async fn file_of(&self, owner: EmployerId) -> Result<View, Problem> {
        self.app.desk().look_at_employer(&self.actor, Purpose::Employer, owner).await.map_err(hidden)
    }

    /// Does a verb in their name.
    ///
    /// # Errors
    /// The verb's. What is not there and what is somebody else's look the same.
    pub(super) async fn perform<A: Act>(&self, act: A) -> Result<A::Answer, Problem> {
        self.app.desk().perform(&self.actor, act).await.map_err(hidden)
    }

    /// Whoever lacks the right finds nothing here.
    ///
    /// # Errors
    /// A problem that says that there is nothing.
    pub(super) fn only(&self, action: Action) -> Result<(), Problem> {
        let may = control::allowed(&self.actor, action, Subject::Employer(self.employer));
        if may { Ok(()) } else { Err(Problem::not_found()) }
    }

    /// The hall.
    pub(super) fn app(&self) -> &Shared {
        &self.app
    }
}

/// A verb's refusal; that a thing is not there has one code, whoever asks, so that nobody learns what others have.
pub(super) fn hidden<E: control::Fault>(declined: Declined<E>) -> Problem {
    let problem = Problem::from(declined);
    if problem.status == StatusCode::NOT_FOUND { Problem::not_found() } else { problem }
}

/// A refusal with the header that belongs to it.
pub(super) struct Refused {
    problem: Problem,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Refused {
    /// To be tried again after so many seconds.
    pub(super) fn after_seconds(problem: Problem, seconds: i64) -> Refused {
        Refused { problem, header: Some((header::RETRY_AFTER, HeaderValue::from(seconds.max(1)))) }
    }

    fn not_signed_in() -> Refused {
        let challenge = (header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        Refused { problem: Problem::new(StatusCode::UNAUTHORIZED, "not_signed_in"), header: Some(challenge) }
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Refused {
        Refused { problem, header: None }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = self.problem.into_response();
        response.headers_mut().extend(self.header);
        response
    }
}

impl FromRequestParts<Shared> for Me {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Me, Refused> {
        let session = session(parts, app).await?;
        let person = session.person.ok_or(Problem::new(StatusCode::FORBIDDEN, "persons_only"))?;
        let actor = Actor { channel: Channel::Api, ..session.actor.clone() };
        Ok(Me { person, actor, session, app: app.clone() })
    }
}

impl FromRequestParts<Shared> for OfEmployer {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<OfEmployer, Refused> {
        let session = session(parts, app).await?;
        let employer = session.employer.ok_or(Problem::new(StatusCode::FORBIDDEN, "agents_only"))?;
        let actor = Actor { channel: Channel::Api, ..session.actor };
        Ok(OfEmployer { employer, actor, app: app.clone() })
    }
}

/// The session behind the token, which is in use by this.
async fn session(parts: &Parts, app: &Shared) -> Result<Session, Refused> {
    let token = token(&parts.headers).ok_or_else(Refused::not_signed_in)?;
    let found = account::session(&app.desk().view(), token).await.map_err(Problem::from)?;
    let session = found.ok_or_else(Refused::not_signed_in)?;
    // That it was used is worth a line; that the line could not be written is no reason to turn anybody away.
    if let Err(declined) = account::touch(app.desk(), &session).await {
        tracing::warn!(error = %declined, "a session's use was not written down");
    }
    Ok(session)
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
