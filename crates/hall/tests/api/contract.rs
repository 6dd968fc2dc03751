//! The OpenAPI document and the router say the same.

use crate::kit::Hall;
use axum::http::StatusCode;
use hall::channels::api;
use serde_json::Value;
use std::collections::BTreeSet;

const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];
/// An id that nothing has.
const NOTHING: &str = "018f0000-0000-7000-8000-000000000001";

fn document() -> Value {
    serde_json::to_value(api::document()).unwrap()
}

/// Every operation: method, path, and what is said of it.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let of_path = |(path, item): (&String, &Value)| {
        let item = item.as_object().unwrap().clone();
        let path = path.clone();
        item.into_iter().map(move |(method, operation)| (method, path.clone(), operation))
    };
    paths.flat_map(of_path).filter(|(method, ..)| METHODS.contains(&method.as_str())).collect()
}

/// The paths of the router itself, as its `Debug` lists them.
fn routed() -> BTreeSet<String> {
    let text = format!("{:?}", api::routes());
    let quoted = text.split('"').skip(1).step_by(2);
    quoted.filter(|text| text.starts_with("/api/")).map(str::to_owned).collect()
}

#[test]
fn every_route_is_described_and_every_description_is_a_route() {
    let described: BTreeSet<String> = operations(&document()).into_iter().map(|(_, path, _)| path).collect();
    assert!(described.len() > 20, "{described:?}");
    assert_eq!(routed(), described);
}

testkit::both_engines! {
    on [];

    /// Asks each path by each method: what is described is there, what is not is refused as such.
    async fn each_method_is_served_or_refused_as_described(kit: Kit) {
        let (hall, document) = (Hall::over(&kit.desk), document());
        let described: BTreeSet<(String, String)> =
            operations(&document).into_iter().map(|(method, path, _)| (method, path)).collect();
        for path in document["paths"].as_object().unwrap().keys() {
            let concrete = path.strip_prefix("/api/v1").unwrap().replace("{id}", NOTHING);
            let concrete = concrete.replace("{receipt}", NOTHING).replace("{branch}", "pension").replace("{name}", "employer").replace("{code}", "X");
            for method in METHODS {
                let answer = hall.send((&method.to_uppercase(), &concrete), None, &[], None).await;
                let there = answer.status != StatusCode::METHOD_NOT_ALLOWED;
                assert_eq!(there, described.contains(&(method.to_owned(), path.clone())), "{method} {path}");
                if !there {
                    assert_eq!(answer.problem().1, "method_not_allowed");
                }
            }
        }
    }

    /// Without a token every personal operation is 401, and the document says so; the others need none.
    async fn what_is_personal_asks_for_a_token(kit: Kit) {
        let hall = Hall::over(&kit.desk);
        for (method, path, operation) in operations(&document()) {
            let own_file = path.starts_with("/api/v1/me") || path.starts_with("/api/v1/employer");
            let personal = own_file || (path == "/api/v1/session" && method == "delete");
            assert_eq!(operation.get("security").is_some(), personal, "{method} {path}");
            let concrete = path.strip_prefix("/api/v1").unwrap().replace("{id}", NOTHING).replace("{receipt}", NOTHING);
            for headers in [&[][..], &[("cookie", "session=0123456789012345678901234567890123456789012")]] {
                let answer = hall.send((&method.to_uppercase(), &concrete), None, headers, None).await;
                assert_eq!(answer.status == StatusCode::UNAUTHORIZED, personal, "{method} {path}");
                if personal {
                    assert_eq!(answer.problem().1, "not_signed_in");
                    assert_eq!(answer.header("www-authenticate"), "Bearer");
                }
            }
        }
    }
}

#[test]
fn the_document_says_what_programs_must_know() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    assert_eq!(document["components"]["schemas"]["Yuan"]["type"], "string");
    assert_eq!(document["components"]["schemas"]["Month"]["pattern"], r"^\d{4}-(0[1-9]|1[0-2])$");
    let content = &document["components"]["responses"]["Problem"]["content"];
    assert_eq!(content["application/problem+json"]["schema"]["$ref"], "#/components/schemas/Problem");
    let issue = &document["paths"]["/api/v1/me/bills"]["post"];
    assert_eq!(issue["parameters"][0]["name"], "Idempotency-Key");
    assert_eq!(issue["parameters"][0]["required"], true);
    assert_eq!(issue["responses"]["default"]["$ref"], "#/components/responses/Problem");
    assert!(issue["responses"]["413"].is_object() && issue["responses"]["415"].is_object());
}

/// A reference that leads nowhere, or an operation without a name of its own, breaks every generated client.
#[test]
fn references_lead_somewhere_and_names_are_unique() {
    let document = document();
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
    let operations = operations(&document);
    let names: BTreeSet<&str> = operations.iter().map(|(.., it)| it["operationId"].as_str().unwrap()).collect();
    assert_eq!(names.len(), operations.len());
}

/// The operations in short, to see in a review what was added and what was taken from programs that rely on it.
#[test]
fn the_operations_are_as_promised() {
    let line = |(method, path, it): &(String, String, Value)| {
        let statuses: Vec<&str> = it["responses"].as_object().unwrap().keys().map(String::as_str).collect();
        format!(
            "{:<7}{path:<40} {:<20} {}",
            method.to_uppercase(),
            it["operationId"].as_str().unwrap(),
            statuses.join(" ")
        )
    };
    let lines: Vec<String> = operations(&document()).iter().map(line).collect();
    insta::assert_snapshot!("operations", lines.join("\n"));
}
