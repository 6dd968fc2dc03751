//! The calculator under arbitrary bytes and mutated questions: nothing panics, every line gets one answer, a refusal has a
//! stable code, and leaving the explanation out changes no figure.
//!
//! A few thousand mutations run always. `ZHIJIAN_FUZZ_SECONDS=600` goes on for ten minutes from a seed of its own
//! (`ZHIJIAN_FUZZ_SEED`), and writes to `ZHIJIAN_FUZZ_CORPUS` a line for each kind of answer that it has met: what is
//! worth keeping goes to `corpus/calc.jsonl`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use policy::calc::{self, Expect, Explain, IMPLEMENTED, Options};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::panic::catch_unwind;
use std::time::{Duration, Instant};

const VECTORS: &str = include_str!("../../../policy/cases/calc.jsonl");
const CORPUS: &str = include_str!("corpus/calc.jsonl");

const CODES: [&str; 22] = [
    "amount_too_large",
    "bad_amount",
    "bad_area",
    "bad_date",
    "bad_month",
    "bad_number",
    "broken_parameters",
    "conflicting_fields",
    "line_too_long",
    "missing_field",
    "negative_amount",
    "not_an_object",
    "not_in_force",
    "not_json",
    "out_of_range",
    "unknown_area",
    "unknown_calc",
    "unknown_field",
    "unknown_option",
    "unknown_scheme",
    "wrong_type",
    "bad_id",
];

/// Figures that look like chance: the same on every run from the same seed (xorshift).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// What stands in place of a value.
fn odd(dice: &mut Dice) -> Value {
    let texts = [
        "",
        "0",
        "-1",
        "0.00",
        "0.01",
        "-0.01",
        "1.005",
        "9999999999999.99",
        "10000000000000.00",
        "99999999999999999999",
        "1e9",
        "0.0000000000001",
        "0.000000000001",
        "1",
        "3.0001",
        "9223372036854775807",
        "1/3",
        "100%",
        "１００",
        "1899-12",
        "1900-01",
        "2007-12",
        "2008-01",
        "2025-01",
        "2026-12",
        "2199-12",
        "2200-01",
        "2024-13",
        "2024-02-30",
        "1900-01-01",
        "2011-06-30",
        "2011-07-01",
        "2199-12-31",
        "130400",
        "130100",
        "110000",
        "000000",
        "M60",
        "F50",
        "annual",
        "monthly",
        "half_rate",
        "whole",
        "interpolated",
        "pooled_only",
        "\u{0}",
        "长长长",
        "null",
    ];
    let numbers = [0i64, 1, -1, 11, 12, 60, 179, 180, 240, 299, 300, 301, 480, 1200, 1201, 100_000, 1 << 31, 1 << 53];
    match dice.below(10) {
        0..=4 => json!(dice.one(&texts)),
        5 | 6 => json!(dice.one(&numbers)),
        7 => json!(*dice.one(&[i64::MAX, i64::MIN, 1_000_000_000_000_000_000, i64::MAX - 11])),
        8 => json!(*dice.one(&[0.5, -0.0, 1e300, 60.25, 18_446_744_073_709_551_615.0])),
        _ => dice.one(&[json!(null), json!([]), json!({}), json!(true), json!([[1]]), json!({"years": 60})]).clone(),
    }
}

/// Changes one value somewhere inside.
fn change(dice: &mut Dice, value: &mut Value) {
    let inside = dice.below(4) > 0;
    match value {
        Value::Object(fields) if inside && !fields.is_empty() => {
            let at = dice.below(fields.len());
            change(dice, fields.values_mut().nth(at).unwrap());
        }
        Value::Array(items) if inside && !items.is_empty() => {
            let at = dice.below(items.len());
            change(dice, &mut items[at]);
        }
        Value::Array(items) if !items.is_empty() => match dice.below(3) {
            0 => items.truncate(dice.below(items.len())),
            1 => items.extend(items.clone()),
            _ => items.push(items[0].clone()),
        },
        Value::String(text) if inside && text.is_ascii() && !text.is_empty() => {
            let at = dice.below(text.len());
            let with: &&str = dice.one(&["0", "1", "5", "9", ".", "-", "x", "00", ""]);
            text.replace_range(at..=at, with);
        }
        Value::Number(number) if inside && number.is_i64() => {
            let number = number.as_i64().unwrap();
            *value = json!(number.wrapping_add(*dice.one(&[1, -1, 12, -12, 100, i64::MAX, i64::MIN])));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            *value = odd(dice);
        }
    }
}

fn mutated(dice: &mut Dice, lines: &[Vec<u8>]) -> Vec<u8> {
    let line = dice.one(lines).clone();
    let question = serde_json::from_slice::<Map<String, Value>>(&line);
    match (dice.below(8), question) {
        (0..=4, Ok(mut question)) => {
            for _ in 0..=dice.below(3) {
                let names: Vec<String> =
                    question.keys().filter(|name| *name != "id" && *name != "expect").cloned().collect();
                if names.is_empty() {
                    break;
                }
                let name = dice.one(&names).clone();
                match dice.below(8) {
                    0 => drop(question.remove(&name)),
                    1 => drop(question.insert("calc".to_owned(), json!(dice.one(IMPLEMENTED)))),
                    2 => {
                        let other = dice.one(lines);
                        let other = serde_json::from_slice::<Map<String, Value>>(other).unwrap_or_default();
                        question.extend(other.into_iter().filter(|_| dice.below(2) == 0));
                    }
                    _ => change(dice, question.get_mut(&name).unwrap()),
                }
            }
            serde_json::to_vec(&question).unwrap()
        }
        (5, _) => (0..dice.below(64)).map(|_| u8::try_from(11 + dice.below(245)).unwrap()).collect(),
        _ => broken(dice, line, lines),
    }
}

/// Changes bytes, whatever they mean.
fn broken(dice: &mut Dice, mut line: Vec<u8>, lines: &[Vec<u8>]) -> Vec<u8> {
    for _ in 0..=dice.below(3) {
        let at = dice.below(line.len());
        match dice.below(5) {
            0 => line.truncate(at),
            1 => line.insert(at, u8::try_from(dice.below(256)).unwrap()),
            2 if !line.is_empty() => line[at] = *dice.one(b"{}[]\",:0123456789-.eE\\u \xff\x00tfn"),
            3 if !line.is_empty() => drop(line.remove(at)),
            _ => {
                let other = dice.one(lines);
                line.truncate(at);
                line.extend_from_slice(&other[dice.below(other.len())..]);
            }
        }
    }
    line.retain(|byte| *byte != b'\n');
    line
}

/// The answer without its explanation, and what kind of answer it is.
fn answer(line: &[u8]) -> (Value, String) {
    let of = |explain| {
        let (answer, _) = calc::answer(line, Options { explain, expect: Expect::Ignored });
        serde_json::from_str::<Value>(&answer).unwrap()
    };
    let (bare, mut explained) = (of(Explain::Nothing), of(Explain::Steps));
    if let Some(Value::Object(result)) = explained.get_mut("result") {
        result.remove("explain");
    }
    assert_eq!(bare, explained, "the explanation changed a figure");
    let ok = bare["ok"].as_bool().unwrap();
    assert_eq!((ok, !ok), (bare.get("result").is_some(), bare.get("error").is_some()));
    let kind = if ok {
        let asked: Value = serde_json::from_slice(line).unwrap();
        let keys: Vec<&String> = bare["result"].as_object().unwrap().keys().collect();
        format!("{} {keys:?}", asked["calc"])
    } else {
        let (code, message) = (bare["error"]["code"].as_str().unwrap(), bare["error"]["message"].as_str().unwrap());
        assert!(CODES.contains(&code), "{code} is no stable code");
        assert!(!message.is_empty());
        let asked = serde_json::from_slice::<Value>(line).unwrap_or_default();
        let calc = IMPLEMENTED.iter().find(|calc| asked["calc"] == **calc);
        let of = if code == "unknown_field" { None } else { calc };
        let field = if code == "unknown_field" { Value::Null } else { bare["error"]["field"].clone() };
        format!("{of:?} {code} {field}")
    };
    (bare, kind)
}

fn asked_for<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

#[test]
fn mutated_questions_never_panic_and_every_answer_holds_together() {
    let mut lines: Vec<Vec<u8>> = VECTORS.lines().chain(CORPUS.lines()).map(|line| line.as_bytes().to_vec()).collect();
    let seconds = asked_for::<u64>("ZHIJIAN_FUZZ_SECONDS");
    let mut dice = Dice(asked_for("ZHIJIAN_FUZZ_SEED").unwrap_or(20_260_101));
    let mut kinds: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for line in &lines {
        kinds.entry(answer(line).1).or_insert_with(|| line.clone());
    }
    let (start, mut count) = (Instant::now(), 0u64);
    while seconds.map_or(count < 5_000, |seconds| start.elapsed() < Duration::from_secs(seconds)) {
        let line = mutated(&mut dice, &lines);
        let (_, kind) = catch_unwind(|| answer(&line))
            .unwrap_or_else(|_| panic!("after {count} mutations: {}", String::from_utf8_lossy(&line)));
        if line.len() < 600 && !kinds.contains_key(&kind) {
            kinds.insert(kind, line.clone());
            lines.push(line);
        }
        count += 1;
    }
    println!("{count} mutations, {} kinds of answers", kinds.len());
    if let Some(path) = asked_for::<String>("ZHIJIAN_FUZZ_CORPUS") {
        let known: Vec<&[u8]> = VECTORS.lines().map(str::as_bytes).collect();
        let kept = kinds.values().filter(|line| !known.contains(&line.as_slice()) && std::str::from_utf8(line).is_ok());
        std::fs::write(path, kept.flat_map(|line| line.iter().copied().chain([b'\n'])).collect::<Vec<u8>>()).unwrap();
    }
}

#[test]
fn a_stream_gives_each_line_the_answer_it_would_get_alone_and_in_order() {
    let lines: Vec<Vec<u8>> = VECTORS.lines().chain(CORPUS.lines()).map(|line| line.as_bytes().to_vec()).collect();
    let mut dice = Dice(7);
    let stream: Vec<Vec<u8>> = (0..2_000).map(|_| mutated(&mut dice, &lines)).collect();
    for options in [Explain::Nothing, Explain::Steps].map(|explain| Options { explain, expect: Expect::Compared }) {
        let alone: Vec<u8> = stream
            .iter()
            .flat_map(|line| calc::answer(line, options).0.into_bytes().into_iter().chain([b'\n']))
            .collect();
        let mut together = Vec::new();
        let summary = calc::run(stream.join(&b'\n').as_slice(), &mut together, options).unwrap();
        let count = summary.answered + summary.refused + summary.right + summary.wrong;
        // The last line, if nothing stands in it, is none.
        let lines = stream.len() - usize::from(stream.last().unwrap().is_empty());
        assert_eq!(count, u64::try_from(lines).unwrap());
        assert!(alone.starts_with(&together) && together.len() + 200 > alone.len());
    }
}

/// Gives one line at a time, and looks whether it has been answered before it gives the next.
struct OneAtATime<'a> {
    lines: std::slice::Iter<'a, &'static str>,
    asked: usize,
    answered: &'a std::cell::Cell<usize>,
}

impl std::io::Read for OneAtATime<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        assert_eq!(self.asked, self.answered.get(), "what was asked is answered before more is waited for");
        let Some(line) = self.lines.next() else { return Ok(0) };
        self.asked += 1;
        buffer[..line.len()].copy_from_slice(line.as_bytes());
        Ok(line.len())
    }
}

struct Counted<'a>(&'a std::cell::Cell<usize>);

impl std::io::Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.set(self.0.get() + bytes.iter().filter(|byte| **byte == b'\n').count());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn whoever_asks_one_question_at_a_time_is_answered_at_once() {
    let answered = std::cell::Cell::new(0);
    let lines = ["{}\n", "[1]\n", "{\"calc\":\"credit_code\",\"credit_code\":\"x\"}\n"];
    let input = OneAtATime { lines: lines.iter(), asked: 0, answered: &answered };
    let options = Options { explain: Explain::Steps, expect: Expect::Ignored };
    let output = std::io::BufWriter::new(Counted(&answered));
    let summary = calc::run(std::io::BufReader::new(input), output, options).unwrap();
    assert_eq!((summary.refused, summary.answered, answered.get()), (2, 1, 3));
}
