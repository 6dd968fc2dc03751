//! The files that pages need beside their HTML: one style sheet, one script, the icon. Each is addressed by the hash of
//! its bytes, so that it may be kept for ever.

use crate::app::Shared;
use crate::problem::Problem;
use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::OnceLock;

#[derive(rust_embed::RustEmbed)]
#[folder = "static"]
struct Files;

/// `/static/{file}`.
pub fn routes() -> Router<Shared> {
    Router::new().route("/static/{file}", get(file))
}

/// The addresses of the files that every page links to.
#[derive(Clone, Debug)]
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The script of htmx.
    pub script: String,
    /// The ceremony of a passkey.
    pub passkey: String,
    /// The icon.
    pub icon: String,
}

/// The addresses with their hashes, computed once.
pub fn assets() -> &'static Assets {
    static ASSETS: OnceLock<Assets> = OnceLock::new();
    ASSETS.get_or_init(|| Assets {
        css: address("app.css"),
        script: address("htmx-4.0.1.min.js"),
        passkey: address("passkey.js"),
        icon: address("icon.svg"),
    })
}

fn address(name: &str) -> String {
    let tag = Files::get(name).map(|file| short(&file.metadata.sha256_hash())).unwrap_or_default();
    format!("/static/{name}?v={tag}")
}

fn short(hash: &[u8]) -> String {
    hex::encode(hash.get(..8).unwrap_or(hash))
}

async fn file(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let found = Files::get(&name).ok_or_else(Problem::not_found)?;
    let tag = format!("\"{}\"", short(&found.metadata.sha256_hash()));
    let caching =
        [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned())];
    if headers.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok()) == Some(tag.as_str()) {
        return Ok((StatusCode::NOT_MODIFIED, caching).into_response());
    }
    let kind = HeaderValue::from_static(kind_of(&name));
    Ok((caching, [(header::CONTENT_TYPE, kind)], found.data.into_owned()).into_response())
}

fn kind_of(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some(_) | None => "application/octet-stream",
    }
}
