//! What programs send, read strictly: JSON of the declared kind, known fields only, each of its type. What does not read is
//! refused with the name of the field, so that nobody has to guess.

use crate::app::Shared;
use crate::problem::Problem;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use control::IdempotencyKey;
use serde::de::DeserializeOwned;
use std::error::Error;
use uuid::Uuid;

/// The header that keeps a repeated request from being done twice.
pub(super) const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// A body of JSON.
pub(super) struct Body<T>(pub(super) T);

/// A body that says it is JSON, not yet read.
pub(super) struct RawBody(pub(super) Bytes);

/// The questions behind the question mark.
pub(super) struct Asked<T>(pub(super) T);

/// The one id in the path. What is no id names nothing.
pub(super) struct Id<T>(pub(super) T);

/// The key of a request that moves money.
pub(super) struct Key(pub(super) IdempotencyKey);

impl FromRequest<Shared> for RawBody {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Shared) -> Result<RawBody, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"));
        }
        match Bytes::from_request(request, app).await {
            Ok(bytes) => Ok(RawBody(bytes)),
            Err(refused) if refused.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large"))
            }
            Err(_) => Err(Problem::new(StatusCode::BAD_REQUEST, "unreadable")),
        }
    }
}

impl<T: DeserializeOwned> FromRequest<Shared> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Shared) -> Result<Body<T>, Problem> {
        let RawBody(bytes) = RawBody::from_request(request, app).await?;
        let mut reader = serde_json::Deserializer::from_slice(&bytes);
        let read = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let (path, inner) = (error.path().to_string(), error.inner());
            if inner.is_data() { invalid(&path, &inner.to_string()) } else { not_json(inner) }
        })?;
        reader.end().map_err(|error| not_json(&error))?;
        Ok(Body(read))
    }
}

impl<T: DeserializeOwned> FromRequestParts<Shared> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Asked<T>, Problem> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(asked)) => Ok(Asked(asked)),
            Err(refused) => {
                let (path, reason) = at_fault(&refused);
                Err(invalid(&path, &reason))
            }
        }
    }
}

impl<T: From<Uuid> + Send> FromRequestParts<Shared> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Id<T>, Problem> {
        let Path(id) = Path::<Uuid>::from_request_parts(parts, app).await.map_err(|_| Problem::not_found())?;
        Ok(Id(T::from(id)))
    }
}

impl FromRequestParts<Shared> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Key, Problem> {
        let refuse = |code| {
            let mut problem = Problem::new(StatusCode::BAD_REQUEST, code);
            problem.field = Some("Idempotency-Key");
            problem
        };
        let mut sent = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        let (Some(key), None) = (sent.next(), sent.next()) else {
            return Err(refuse("idempotency_key_missing"));
        };
        let key = key.to_str().ok().and_then(|key| IdempotencyKey::parse(key).ok());
        key.map(Key).ok_or_else(|| refuse("idempotency_key_malformed"))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn not_json(error: &serde_json::Error) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "not_json").with_input("", &error.to_string())
}

/// A field that is unknown, missing or of another type.
fn invalid(path: &str, reason: &str) -> Problem {
    let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_input");
    problem.with_input(&pointer(path, reason), reason)
}

/// The path of a reader (`months[0]`) as a JSON pointer (`/months/0`). A missing field stands in the reason alone.
fn pointer(path: &str, reason: &str) -> String {
    let path = path.trim_matches('.').replace(['[', '.'], "/").replace(']', "");
    let named = reason.strip_prefix("missing field `").or_else(|| reason.strip_prefix("unknown field `"));
    let missing = named
        .and_then(|rest| rest.split('`').next())
        .filter(|name| path != *name && !path.ends_with(&format!("/{name}")));
    [Some(path.as_str()).filter(|path| !path.is_empty()), missing]
        .into_iter()
        .flatten()
        .map(|part| format!("/{part}"))
        .collect()
}

/// Where the reader of a query stopped, and why.
fn at_fault(error: &(dyn Error + 'static)) -> (String, String) {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref::<serde_path_to_error::Error<serde::de::value::Error>>() {
            return (found.path().to_string(), found.inner().to_string());
        }
        cause = error.source();
    }
    (String::new(), error.to_string())
}

#[cfg(test)]
mod tests {
    use super::pointer;

    #[test]
    fn a_pointer_names_the_field() {
        for (path, reason, expected) in [
            ("months[0]", "not a month", "/months/0"),
            (".", "missing field `tier`", "/tier"),
            ("teir", "unknown field `teir`, expected `tier`", "/teir"),
            ("a.b", "missing field `c`", "/a/b/c"),
            (".", "not an object", ""),
        ] {
            assert_eq!(pointer(path, reason), expected, "{path}: {reason}");
        }
    }
}
