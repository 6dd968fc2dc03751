//! The headers of every answer. The content security policy lets a page load its own style sheet, script and pictures
//! and nothing else; forms go to the hall itself and to the cashiers to which it redirects.

use crate::app::{Config, Cookies};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;

#[derive(Clone)]
pub(super) struct Headers(Arc<Vec<(HeaderName, HeaderValue)>>);

impl Headers {
    pub(super) fn of(config: &Config) -> Headers {
        let mut headers = vec![
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
            (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
            (
                HeaderName::from_static("permissions-policy"),
                HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            ),
        ];
        // Only an origin with letters that no header may hold is left out; the forms to that cashier then fail loudly.
        headers.extend(
            HeaderValue::from_str(&policy(config)).ok().map(|policy| (header::CONTENT_SECURITY_POLICY, policy)),
        );
        if config.cookies == Cookies::Secure {
            let year = HeaderValue::from_static("max-age=31536000");
            headers.push((header::STRICT_TRANSPORT_SECURITY, year));
        }
        Headers(Arc::new(headers))
    }
}

fn policy(config: &Config) -> String {
    let cashiers: String = config.cashiers.iter().map(|origin| format!(" {origin}")).collect();
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         form-action 'self'{cashiers}; frame-ancestors 'none'; base-uri 'none'"
    )
}

pub(super) async fn set(State(headers): State<Headers>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in headers.0.iter() {
        response.headers_mut().insert(name.clone(), value.clone());
    }
    // A page may show somebody's file; what may be kept says so itself.
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
