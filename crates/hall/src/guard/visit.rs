//! Recognises how a visitor reads: language and mode by `?lang=` and `?mode=` (kept in a cookie), by cookie, by the
//! browser's own languages. Gives the request its number, which is also the case number of an error page.

use crate::app::{Cookies, Shared};
use crate::page::{Mode, Visit};
use crate::session::{Cookie, cookie};
use crate::texts::Lang;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;

const LANG: &str = "lang";
const MODE: &str = "mode";
const YEAR_SECONDS: u32 = 31_536_000;

pub(super) async fn recognise(State(app): State<Shared>, mut request: Request, next: Next) -> Response {
    let visit = Arc::new(visit(request.uri(), request.headers(), app.config.cookies));
    request.extensions_mut().insert(visit.clone());
    let chosen: Vec<(&str, String)> = chosen(request.uri());
    let mut response = next.run(request).await;
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Cookie, Accept-Language"));
    let kept =
        chosen.iter().map(|(name, value)| Cookie { name, value, seconds: YEAR_SECONDS }.header(app.config.cookies));
    for value in kept.flatten() {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response.extensions_mut().insert(visit);
    response
}

fn visit(uri: &Uri, headers: &HeaderMap, cookies: Cookies) -> Visit {
    let query = pairs(uri);
    let asked = |name: &str| query.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let lang = asked(LANG).and_then(Lang::of_tag).or_else(|| cookie(headers, LANG, cookies).and_then(Lang::of_tag));
    let mode = asked(MODE).and_then(Mode::of_word).or_else(|| cookie(headers, MODE, cookies).and_then(Mode::of_word));
    let accept = text(header::ACCEPT).to_owned();
    Visit {
        lang: lang.or_else(|| Lang::accepted(text(header::ACCEPT_LANGUAGE))).unwrap_or_default(),
        mode: mode.unwrap_or_default(),
        path: uri.path().to_owned(),
        query: query.into_iter().filter(|(key, _)| key != LANG && key != MODE).collect(),
        number: number(),
        accept,
    }
}

/// What the address itself chooses, in our own words, to be kept in a cookie.
fn chosen(uri: &Uri) -> Vec<(&'static str, String)> {
    let of = |(key, value): (String, String)| match key.as_str() {
        LANG => Lang::of_tag(&value).map(|lang| (LANG, lang.tag().to_owned())),
        MODE => Mode::of_word(&value).map(|mode| (MODE, mode.word().to_owned())),
        _ => None,
    };
    pairs(uri).into_iter().filter_map(of).collect()
}

fn pairs(uri: &Uri) -> Vec<(String, String)> {
    axum::extract::Query::try_from_uri(uri).map(|axum::extract::Query(pairs)| pairs).unwrap_or_default()
}

/// A number that means nothing, for the log and for whoever calls about an error: `7F3A-90C1`.
fn number() -> String {
    let mut bytes = [0u8; 4];
    // Without randomness the number is only less telling; nothing rests on it.
    let _ = getrandom::fill(&mut bytes);
    let digits = hex::encode_upper(bytes);
    format!("{}-{}", digits.get(..4).unwrap_or_default(), digits.get(4..).unwrap_or_default())
}
