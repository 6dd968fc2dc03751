//! One log line and two figures a request. The route is its template (`/bill/{id}`), never the address itself: no line
//! carries an id, a name or a form's value.

use crate::page::Visit;
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;
use std::time::Instant;

pub(super) async fn write(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let begun = Instant::now();
    let response = next.run(request).await;
    let took = begun.elapsed();
    let status = response.status().as_u16();
    let case = response.extensions().get::<Arc<Visit>>().map(|visit| visit.number.clone()).unwrap_or_default();
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(%method, route, status, ms, case, "answered");
    let labels = [("method", method.to_string()), ("route", route.clone()), ("status", status.to_string())];
    metrics::counter!("zhijian_http_requests_total", &labels).increment(1);
    metrics::histogram!("zhijian_http_request_seconds", "route" => route).record(took.as_secs_f64());
    response
}
