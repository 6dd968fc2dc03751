//! Somebody with a browser that keeps cookies, asking the hall's routes without a network in between.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use std::collections::BTreeMap;
use std::sync::Mutex;
use tower::ServiceExt;

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    pub(crate) fn to(&self) -> String {
        self.headers.get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default()
    }
}

/// Somebody with a browser that keeps cookies.
pub(crate) struct Visitor {
    router: Router,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Visitor {
    pub(crate) fn at(router: &Router) -> Visitor {
        Visitor { router: router.clone(), cookies: Mutex::default() }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path), Body::empty()).await
    }

    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = hall::page::address("", form.iter().copied());
        self.send(path, body.trim_start_matches('?').to_owned()).await
    }

    /// A body as it is, called a form, with its length told before, as browsers do.
    pub(crate) async fn send(&self, path: &str, body: String) -> Answer {
        let length = body.len();
        self.ask(form_to(path).header(header::CONTENT_LENGTH, length), Body::from(body)).await
    }

    /// A form with a file in it.
    pub(crate) async fn upload(&self, path: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            let head = format!("--limit\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(head.into_bytes());
        }
        body.extend(b"--limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.xlsx\"\r\n\r\n");
        body.extend(file);
        body.extend(b"\r\n--limit--\r\n");
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=limit")
            .header(header::CONTENT_LENGTH, body.len());
        self.ask(request, Body::from(body)).await
    }

    /// The same in one piece after another, so that nobody knows its length before its end.
    pub(crate) async fn pour(&self, path: &str, body: String) -> Answer {
        let pieces: Vec<Result<Vec<u8>, std::io::Error>> =
            body.into_bytes().chunks(64 << 10).map(|piece| Ok(piece.to_vec())).collect();
        self.ask(form_to(path), Body::from_stream(futures::stream::iter(pieces))).await
    }

    /// A page that must be there and have all its texts.
    pub(crate) async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.to());
        let text = answer.text();
        assert!(
            !text.contains('⟦'),
            "{path} lacks a text: {:?}",
            text.split('⟦').nth(1).map(|t| &t[..40.min(t.len())])
        );
        assert_eq!(text.matches("<h1").count(), 1, "{path} has one heading of the first rank");
        text
    }

    async fn ask(&self, request: axum::http::request::Builder, body: Body) -> Answer {
        let cookies: Vec<String> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(header::COOKIE, cookies.join("; ")).body(body).unwrap();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        for line in parts.headers.get_all(header::SET_COOKIE) {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            match value {
                "" => self.cookies.lock().unwrap().remove(name),
                value => self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned()),
            };
        }
        let bytes = to_bytes(body, 1 << 24).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    /// The cookie as a thief would keep it.
    pub(crate) fn stolen(&self) -> Visitor {
        Visitor { router: self.router.clone(), cookies: Mutex::new(self.cookies.lock().unwrap().clone()) }
    }
}

fn form_to(path: &str) -> axum::http::request::Builder {
    Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
}

/// The value of a hidden field.
pub(crate) fn hidden(page: &str, name: &str) -> String {
    let rest = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// The bill in the address of its page, or in the cashier's way back to it.
pub(crate) fn bill_of(address: &str) -> String {
    let rest = address.split("bill%2F").nth(1).or_else(|| address.split("/bill/").nth(1)).unwrap();
    rest[..36].to_owned()
}
