//! Comparing an answer with what was expected of it.

use serde::Serialize;
use serde_json::Value;

/// The path of the first key of `expected` that the answer does not hold exactly; nothing where it holds them all.
pub(crate) fn first_difference(expected: &Value, answer: &impl Serialize) -> Option<String> {
    match serde_json::to_value(answer) {
        Ok(answer) => difference(expected, &answer, ""),
        Err(_) => Some("result".to_owned()),
    }
}

fn difference(expected: &Value, answer: &Value, path: &str) -> Option<String> {
    match (expected, answer) {
        (Value::Object(expected), Value::Object(answer)) => expected.iter().find_map(|(key, value)| {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            match answer.get(key) {
                Some(found) => difference(value, found, &path),
                None => Some(path),
            }
        }),
        (expected, answer) if expected == answer => None,
        _ => Some(if path.is_empty() { "expect".to_owned() } else { path.to_owned() }),
    }
}
