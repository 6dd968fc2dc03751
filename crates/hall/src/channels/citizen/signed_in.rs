//! Who is signed in, with the own file at hand; and the answers that lead on to another page.

use super::draft::Draft;
use crate::app::{App, Shared};
use crate::problem::Problem;
use crate::session;
use account::{NewSession, Session};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use control::{Actor, Purpose, View};
use kernel::PersonId;

/// A person who is signed in; others are led to the sign-in and back.
pub(crate) struct SignedIn {
    /// Their session.
    pub(crate) session: Session,
    /// Who they are.
    pub(crate) person: PersonId,
    app: Shared,
}

impl SignedIn {
    /// As the desk knows them.
    pub(crate) fn actor(&self) -> &Actor {
        &self.session.actor
    }

    /// Their own file, to read: it leaves a line in the audit.
    ///
    /// # Errors
    /// The desk's.
    pub(crate) async fn file(&self) -> Result<View, Problem> {
        self.file_of(self.person).await
    }

    /// The file of whoever owns a thing that was asked for by its id. Where that is somebody else, the desk refuses, writes
    /// the refusal down, and it looks as if there were no such thing.
    ///
    /// # Errors
    /// The desk's.
    pub(crate) async fn file_of(&self, owner: PersonId) -> Result<View, Problem> {
        Ok(self.app.desk().look(self.actor(), Purpose::OwnFile, owner).await?)
    }
}

impl FromRequestParts<Shared> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<SignedIn, Response> {
        let session::SignedIn { session, person, .. } = session::SignedIn::from_request_parts(parts, app).await?;
        Ok(SignedIn { session, person, app: app.clone() })
    }
}

/// The address from which somebody asks: what limits count, and what gateways want to know.
pub(crate) struct Address(pub(crate) String);

impl FromRequestParts<Shared> for Address {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Address, Problem> {
        let session::CameFrom(caller) = session::CameFrom::from_request_parts(parts, app).await?;
        Ok(Address(caller.address))
    }
}

/// On to another page after a form was taken, with cookies to be set.
pub(crate) fn see_other(to: &str, cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    // A target with letters that no header may hold was never ours.
    let to = HeaderValue::from_str(to).unwrap_or_else(|_| HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, to);
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// On to another page with the session that just began; what was typed on the way is forgotten.
pub(crate) fn begin_session(app: &App, begun: &NewSession, to: &str) -> Response {
    let mut response = session::begun(see_other(to, []), begun, app.config.cookies);
    // Appended: a cookie set before by the same answer must not be lost.
    if let Some(gone) = Draft::gone(app) {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    response
}
