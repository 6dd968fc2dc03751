//! What stands around every route: who visits and how they read, refusals rendered, panics caught, forged forms turned
//! away, headers that forbid the rest, and a log line without personal data.

mod forgery;
mod headers;
mod journal;
mod refusal;
mod visit;

use crate::app::Shared;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::compression::CompressionLayer;

/// A form is small; what is larger is refused before it is read.
pub(crate) const FORM_BYTES_MAX: usize = 64 * 1024;
/// No page takes this long; what does is given up.
const SECONDS_MAX: u64 = 30;

/// The guards around the routes, the outermost last.
pub(crate) fn around(routes: Router<Shared>, app: &Shared) -> Router<Shared> {
    routes
        .layer(from_fn_with_state(app.clone(), forgery::refuse))
        .layer(from_fn_with_state(app.clone(), refusal::render))
        .layer(from_fn_with_state(app.clone(), visit::recognise))
        .layer(from_fn(journal::write))
        .layer(from_fn_with_state(headers::Headers::of(&app.config), headers::set))
        .layer(CompressionLayer::new().gzip(true))
}
