//! A hall with one flexible worker who can sign in, asked as a program asks it.

use crate::world::World;
use account::{LoadAccount, PasswordHash};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use control::{Actor, Channel, Desk};
use hall::{App, Config};
use kernel::{AreaCode, IdNumber, Insurance, Month, PersonId};
use registry::flexible::Register;
use registry::{Category, NewPerson, RegisterPerson, Source};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;
use std::sync::Arc;
use testkit::Kit;
use tower::ServiceExt;

pub(crate) const PASSWORD: &str = "harvest-moon-7301";

/// What was answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!("{error}: {} {}", self.status, String::from_utf8_lossy(&self.body));
        })
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status, code and field of a problem, which must be one in every respect.
    pub(crate) fn problem(&self) -> (u16, String, Option<String>) {
        let json = self.json();
        assert_eq!(self.header("content-type"), "application/problem+json", "{json}");
        assert_eq!(self.header("cache-control"), "no-store", "{json}");
        assert_eq!(json["status"], self.status.as_u16(), "{json}");
        let code = json["code"].as_str().unwrap().to_owned();
        let kind = json["type"].as_str().unwrap();
        assert!(kind.ends_with(&format!("/problems/{}", code.replace('_', "-"))), "{kind}");
        for part in ["title", "detail", "instance"] {
            assert!(json[part].as_str().is_some_and(|text| !text.is_empty()), "{part} of {json}");
        }
        (self.status.as_u16(), code, json["field"].as_str().map(str::to_owned))
    }
}

/// JSON as a snapshot shows it.
pub(crate) fn shown(json: Value) -> String {
    serde_json::to_string_pretty(&json).unwrap()
}

/// A hall to be asked.
pub(crate) struct Hall {
    router: Router,
}

/// A hall in which money can be paid.
pub(crate) struct Paying {
    pub(crate) hall: Hall,
    pub(crate) world: World,
    pub(crate) services: office::Services,
}

impl Hall {
    /// A hall in a world of stand-ins, on a port where notices reach it.
    pub(crate) async fn paying(kit: &Kit) -> Paying {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let world = World::start(kit).await;
        let services = world.services(kit, &url);
        let mut app = App::new(kit.desk.clone(), Config::loopback(url));
        app.services = Some(services.clone());
        let router = hall::router(Arc::new(app));
        let served = router.clone();
        tokio::spawn(async move { axum::serve(listener, served).await });
        Paying { hall: Hall { router }, world, services }
    }

    pub(crate) fn over(desk: &Desk) -> Hall {
        let app = App::new(desk.clone(), Config::loopback("http://127.0.0.1:8080"));
        Hall { router: hall::router(Arc::new(app)) }
    }

    pub(crate) async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 24).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Asks with a token (or none), further headers and a body of JSON (or none).
    pub(crate) async fn send(
        &self,
        (method, path): (&str, &str),
        token: Option<&str>,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(json) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(json.to_string())
            }
            None => Body::empty(),
        };
        self.ask(request.body(body).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        self.send(("GET", path), token, &[], None).await
    }

    pub(crate) async fn post(&self, path: &str, token: Option<&str>, body: Value) -> Answer {
        self.send(("POST", path), token, &[], Some(body)).await
    }

    /// Issues a bill under a key.
    pub(crate) async fn bill(&self, token: &str, key: &str, body: Value) -> Answer {
        self.send(("POST", "/me/bills"), Some(token), &[("Idempotency-Key", key)], Some(body)).await
    }

    pub(crate) async fn sign_in(&self, id_number: &IdNumber) -> String {
        let asked = serde_json::json!({ "id_number": id_number.reveal(), "password": PASSWORD });
        let answer = self.post("/session", None, asked).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", String::from_utf8_lossy(&answer.body));
        answer.json()["token"].as_str().unwrap().to_owned()
    }
}

/// A fictitious person of the unassigned county 130499, born in 1988.
pub(crate) fn id_number(order: u16) -> IdNumber {
    let county = AreaCode::parse("130499").unwrap();
    IdNumber::compose(&county, kernel::Date::from_ymd_opt(1988, 6, 15).unwrap(), order).unwrap()
}

/// Enters a person who can sign in, and registers them as a flexible worker from January on.
pub(crate) async fn flexible_worker(desk: &Desk, order: u16) -> (PersonId, IdNumber) {
    let (number, system) = (id_number(order), Actor::system(Channel::CommandLine));
    let new = NewPerson {
        name: "王秀英".to_owned(),
        id_number: number,
        phone: None,
        category: Category::Worker,
        area: AreaCode::HANDAN,
        source: Source::Synthetic,
        decision: None,
    };
    let person = desk.perform(&system, RegisterPerson(new)).await.unwrap();
    let password = PasswordHash::of(PASSWORD).await.unwrap();
    desk.perform(&system, LoadAccount { person, password }).await.unwrap();
    let january = Month::new(2026, 1).unwrap();
    let register = Register { person, insurance: Insurance::Pension, from: january };
    desk.perform(&Actor::person(person, Channel::Counter), register).await.unwrap();
    (person, number)
}

/// The one text that a query answers with.
pub(crate) async fn text(kit: &Kit, query: &str) -> String {
    let connection = kit.desk.database().bulk();
    let asked = Statement::from_string(connection.get_database_backend(), query);
    connection.query_one_raw(asked).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}
