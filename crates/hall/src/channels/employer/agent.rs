//! Who is signed in for an employer, with the employer's file at hand.

use crate::app::Shared;
use crate::page::{Visit, address};
use crate::problem::Problem;
use crate::session;
use account::Session;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use control::{Act, Action, Actor, Purpose, Subject, View};
use kernel::EmployerId;
use std::sync::Arc;

/// An agent of an employer who is signed in; others are led to the employers' sign-in and back.
pub(crate) struct Agent {
    /// Their session.
    pub(crate) session: Session,
    /// For whom they act: the one employer whose things they can reach.
    pub(crate) employer: EmployerId,
    app: Shared,
}

impl Agent {
    /// As the desk knows them.
    pub(crate) fn actor(&self) -> &Actor {
        &self.session.actor
    }

    /// The employer's file, to read: it leaves a line in the audit.
    ///
    /// # Errors
    /// The desk's.
    pub(crate) async fn file(&self) -> Result<View, Problem> {
        self.file_of(self.employer).await
    }

    /// The file of whichever employer owns a thing that was asked for by its id. Where that is another one, the desk
    /// refuses, writes the refusal down, and it looks as if there were no such thing.
    ///
    /// # Errors
    /// The desk's.
    pub(crate) async fn file_of(&self, owner: EmployerId) -> Result<View, Problem> {
        Ok(self.app.desk().look_at_employer(self.actor(), Purpose::Employer, owner).await?)
    }

    /// Does a verb in their name. What is not there and what is somebody else's look the same.
    ///
    /// # Errors
    /// The verb's.
    pub(crate) async fn perform<A: Act>(&self, act: A) -> Result<A::Answer, Problem> {
        self.app.desk().perform(self.actor(), act).await.map_err(hidden)
    }

    /// Whether this agent has the right.
    pub(crate) fn may(&self, action: Action) -> bool {
        control::allowed(self.actor(), action, Subject::Employer(self.employer))
    }

    /// Whoever lacks the right finds nothing here.
    ///
    /// # Errors
    /// A problem that says that there is nothing.
    pub(crate) fn only(&self, action: Action) -> Result<(), Problem> {
        if self.may(action) { Ok(()) } else { Err(Problem::not_found()) }
    }
}

/// That there is no such thing reads as that it is somebody else's.
pub(super) fn hidden<E: control::Fault>(declined: control::Declined<E>) -> Problem {
    let problem = Problem::from(declined);
    if problem.status == StatusCode::NOT_FOUND { Problem::not_found() } else { problem }
}

impl FromRequestParts<Shared> for Agent {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Agent, Response> {
        let found = session::agent_in(parts, app).await.map_err(IntoResponse::into_response)?;
        let Some((session, _, employer)) = found else {
            return Err(sign_in_first(parts));
        };
        Ok(Agent { session, employer, app: app.clone() })
    }
}

fn sign_in_first(parts: &Parts) -> Response {
    let visit = parts.extensions.get::<Arc<Visit>>();
    if visit.is_some_and(|visit| visit.wants_json()) {
        return Problem::new(StatusCode::UNAUTHORIZED, "not_signed_in").into_response();
    }
    let back = parts.uri.path_and_query().map(|path| path.as_str()).filter(|_| parts.method == Method::GET);
    Redirect::to(&address("/employer/sign-in", back.map(|back| ("next", back)))).into_response()
}
