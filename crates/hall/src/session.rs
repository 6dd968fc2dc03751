//! Cookies and sign-in: the token in the visitor's cookie, and who stands behind it.
//!
//! The token itself is never stored: `account` keeps its hash. The cookie is `HttpOnly` and `SameSite=Lax`; behind TLS it
//! is also `Secure` and carries a `__Host-` name, so that no neighbour domain can set it.

use crate::app::{Caller, Cookies, Shared};
use crate::page::{Visit, Who, address};
use crate::problem::Problem;
use account::{NewSession, Session};
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use control::{Actor, Channel};
use kernel::{AgentId, EmployerId, PersonId, StaffId};
use std::net::SocketAddr;
use std::sync::Arc;

/// The cookie that holds the token.
const SESSION: &str = "session";
/// As long as a session can last (12 hours); the server ends it earlier.
const SESSION_SECONDS: u32 = 43_200;

/// A cookie to be set.
#[derive(Clone, Copy, Debug)]
pub struct Cookie<'a> {
    /// Its name, without the prefix.
    pub name: &'a str,
    /// Its value, of the letters that a cookie may hold.
    pub value: &'a str,
    /// For how many seconds it is kept; nought takes it back.
    pub seconds: u32,
}

impl Cookie<'_> {
    /// The header that sets it; nothing where the value holds letters that no header may hold.
    pub fn header(&self, cookies: Cookies) -> Option<HeaderValue> {
        let Cookie { name, value, seconds } = self;
        let common = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}");
        let text = match cookies {
            Cookies::Plain => common,
            Cookies::Secure => format!("__Host-{common}; Secure"),
        };
        HeaderValue::from_str(&text).ok()
    }
}

/// The value of a cookie. Behind TLS only the `__Host-` name counts, which no neighbour domain can set.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str, cookies: Cookies) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut named = pairs.filter(|(key, _)| match cookies {
        Cookies::Plain => *key == name,
        Cookies::Secure => key.strip_prefix("__Host-") == Some(name),
    });
    named.next().map(|(_, value)| value)
}

/// An answer that begins a session in the visitor's browser: set by the sign-in pages on their redirect.
pub fn begun(response: impl IntoResponse, new: &NewSession, cookies: Cookies) -> Response {
    with_cookie(response, Cookie { name: SESSION, value: new.token.reveal(), seconds: SESSION_SECONDS }, cookies)
}

/// An answer that takes the session's cookie back, after `account::SignOut`.
pub fn ended(response: impl IntoResponse, cookies: Cookies) -> Response {
    with_cookie(response, Cookie { name: SESSION, value: "", seconds: 0 }, cookies)
}

fn with_cookie(response: impl IntoResponse, cookie: Cookie<'_>, cookies: Cookies) -> Response {
    let mut response = response.into_response();
    response.headers_mut().extend(cookie.header(cookies).map(|value| (header::SET_COOKIE, value)));
    response
}

/// A person, signed in. Whoever is not is led to `/sign-in` and back; a program gets 401.
pub struct SignedIn {
    /// Who asks, for the desk.
    pub actor: Actor,
    /// Whose pages these are.
    pub person: PersonId,
    /// The session, to end it.
    pub session: Session,
}

/// A member of staff, signed in. To everybody else the address does not exist.
pub struct StaffIn {
    /// Who asks, for the desk.
    pub actor: Actor,
    /// Which member.
    pub staff: StaffId,
    /// The session, to end it.
    pub session: Session,
}

impl FromRequestParts<Shared> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<SignedIn, Response> {
        let session = recognised(parts, app).await.map_err(IntoResponse::into_response)?;
        let Some((session, person)) = session.and_then(|session| session.person.map(|person| (session, person))) else {
            return Err(sign_in_first(parts));
        };
        used(app, &session).await;
        Ok(SignedIn { actor: session.actor.clone(), person, session })
    }
}

impl FromRequestParts<Shared> for StaffIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<StaffIn, Problem> {
        let session = recognised(parts, app).await?;
        let found = session.and_then(|session| session.staff.map(|staff| (session, staff)));
        let (session, staff) = found.ok_or_else(Problem::not_found)?;
        used(app, &session).await;
        Ok(StaffIn { actor: session.actor.clone(), staff, session })
    }
}

/// The session of an agent of an employer, where one is signed in.
///
/// # Errors
/// The database's.
pub async fn agent_in(parts: &mut Parts, app: &Shared) -> Result<Option<(Session, AgentId, EmployerId)>, Problem> {
    let Some(session) = recognised(parts, app).await? else { return Ok(None) };
    let Some((agent, employer)) = session.agent.zip(session.employer) else { return Ok(None) };
    used(app, &session).await;
    Ok(Some((session, agent, employer)))
}

/// From where somebody asks, for what `account` limits by address.
pub struct CameFrom(pub account::Caller);

impl FromRequestParts<Shared> for CameFrom {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<CameFrom, Problem> {
        let forwarded = parts.headers.get("x-forwarded-for").and_then(|list| list.to_str().ok());
        let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_string());
        let address = match app.config.caller {
            // The gateway appends the address that it saw; what stands before it anybody may have written.
            Caller::BehindGateway => {
                forwarded.and_then(|list| list.rsplit(',').next()).map(|last| last.trim().to_owned())
            }
            Caller::Direct => connected,
        };
        let address = address.unwrap_or_else(|| "unknown".to_owned());
        Ok(CameFrom(account::Caller { channel: Channel::Web, address }))
    }
}

/// Who is signed in, for the header of a page.
///
/// # Errors
/// The database's.
pub async fn who(parts: &mut Parts, app: &Shared) -> Result<Who, Problem> {
    let Some(session) = recognised(parts, app).await? else { return Ok(Who::Nobody) };
    let view = app.desk().view();
    if let Some(person) = session.person {
        let name = registry::name(&view, person).await?.map(|name| masked(&name));
        return Ok(Who::Person(name.unwrap_or_default()));
    }
    if let Some(agent) = session.agent {
        let name = account::agent(&view, agent).await?.map(|agent| agent.name);
        return Ok(Who::Agent(name.unwrap_or_default()));
    }
    match session.staff {
        Some(staff) => Ok(Who::Staff(account::staff(&view, staff).await?.map(|staff| staff.name).unwrap_or_default())),
        None => Ok(Who::Nobody),
    }
}

/// A name as others over the shoulder may see it: 王*国, 王*.
pub fn masked(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    match letters.as_slice() {
        [] => String::new(),
        [only] => only.to_string(),
        [first, _] => format!("{first}*"),
        [first, hidden @ .., last] => format!("{first}{}{last}", "*".repeat(hidden.len())),
    }
}

/// Where to go after signing in: only to an address of our own.
pub fn next_of(asked: Option<&str>) -> &str {
    next_after(asked.unwrap_or_default(), "/home")
}

/// The same, with a place of its own for whoever asked for none.
pub fn next_after<'a>(asked: &'a str, else_to: &'a str) -> &'a str {
    let ours = asked.starts_with('/') && !asked.starts_with("//") && !asked.contains(['\\', '\r', '\n']);
    if ours { asked } else { else_to }
}

/// What the first look-up of a request found, so that the second costs nothing.
#[derive(Clone)]
struct Recognised(Option<Session>);

async fn recognised(parts: &mut Parts, app: &Shared) -> Result<Option<Session>, Problem> {
    if let Some(Recognised(session)) = parts.extensions.get::<Recognised>() {
        return Ok(session.clone());
    }
    let session = match cookie(&parts.headers, SESSION, app.config.cookies) {
        Some(token) => account::session(&app.desk().view(), token).await?,
        None => None,
    };
    parts.extensions.insert(Recognised(session.clone()));
    Ok(session)
}

/// A session in use does not end. Where that cannot be written down the page is still answered.
async fn used(app: &Shared, session: &Session) {
    if let Err(error) = account::touch(app.desk(), session).await {
        tracing::warn!(%error, "a session's use was not written down");
    }
}

fn sign_in_first(parts: &Parts) -> Response {
    let visit = parts.extensions.get::<Arc<Visit>>();
    if visit.is_some_and(|visit| visit.wants_json()) {
        return Problem::new(StatusCode::UNAUTHORIZED, "not_signed_in").into_response();
    }
    let back = parts.uri.path_and_query().map(|path| path.as_str()).filter(|_| parts.method == Method::GET);
    Redirect::to(&address("/sign-in", back.map(|back| ("next", back)))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_ends() {
        for (name, shown) in [("王建国", "王*国"), ("李强", "李*"), ("欧阳建国", "欧**国"), ("卡", "卡"), ("", "")]
        {
            assert_eq!(masked(name), shown);
        }
    }

    #[test]
    fn after_signing_in_one_stays_in_the_hall() {
        assert_eq!(next_of(Some("/pay?year=2026")), "/pay?year=2026");
        for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example", "pay", "/a\r\nSet-Cookie: b"] {
            assert_eq!(next_of(Some(elsewhere)), "/home", "{elsewhere}");
        }
    }

    #[test]
    fn behind_tls_only_the_guarded_cookie_counts() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("session=planted; __Host-session=ours"));
        assert_eq!(cookie(&headers, SESSION, Cookies::Secure), Some("ours"));
        assert_eq!(cookie(&headers, SESSION, Cookies::Plain), Some("planted"));
        let set = Cookie { name: SESSION, value: "x", seconds: 1 }.header(Cookies::Secure).unwrap();
        assert!(set.to_str().unwrap().starts_with("__Host-session=x; Path=/; HttpOnly; SameSite=Lax"));
        assert!(set.to_str().unwrap().ends_with("; Secure"));
    }
}
