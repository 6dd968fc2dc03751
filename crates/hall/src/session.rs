//! Cookies and sign-in: the token in the visitor's cookie, and who stands behind it.
//!
//! The token itself is never stored: `account` keeps its hash. The cookie is `HttpOnly` and `SameSite=Lax`; behind TLS it
//! is also `Secure` and carries a `__Host-` name, so that no neighbour domain can set it.

use crate::app::{Cookies, Shared};
use crate::page::Who;
use crate::problem::Problem;
use axum::http::{HeaderMap, HeaderValue, header};

/// A cookie to be set. No seconds: it is taken back.
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

/// Who is signed in, for the header of a page.
///
/// # Errors
/// The database's.
pub async fn who(_app: &Shared, _headers: &HeaderMap) -> Result<Who, Problem> {
    Ok(Who::Nobody)
}
