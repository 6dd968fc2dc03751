//! `cargo xtask states`: draws every noun's states from the one function that holds its transitions.
//!
//! Such a function is a `match (state, event)` without a catch-all for what succeeds, so its arms are the drawing. It reads
//! nothing else of Rust, and refuses to guess: an arm that it cannot read is a finding.

use crate::sources::{self, RustFile};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

const DRAWN: &str = "docs/states.md";
const HEAD: &str = "\
# States

Drawn by `cargo xtask states` from the functions named, which hold all transitions of their noun. What is not drawn is refused.
";

/// From a state by an event to a state.
type Transition = (String, String, String);

/// Writes the drawings.
pub(crate) fn print(root: &Path) -> ExitCode {
    match draw(&sources::rust(&sources::all(root))) {
        Ok(drawn) => match fs::write(root.join(DRAWN), drawn) {
            Ok(()) => {
                println!("{DRAWN} is drawn");
                ExitCode::SUCCESS
            }
            Err(error) => {
                eprintln!("{DRAWN}: {error}");
                ExitCode::FAILURE
            }
        },
        Err(finding) => {
            eprintln!("{finding}");
            ExitCode::FAILURE
        }
    }
}

/// What is wrong with the drawings that lie in the tree.
pub(crate) fn check(root: &Path, rust: &[RustFile]) -> Vec<String> {
    match draw(rust) {
        Ok(drawn) if fs::read_to_string(root.join(DRAWN)).is_ok_and(|lying| lying == drawn) => Vec::new(),
        Ok(_) => vec![format!("{DRAWN}: is not what the code says: run `cargo xtask states`")],
        Err(finding) => vec![finding],
    }
}

fn draw(rust: &[RustFile]) -> Result<String, String> {
    let mut drawn = HEAD.to_owned();
    for file in rust.iter().filter(|file| file.path.starts_with("crates/") && !file.is_test()) {
        let code = file.product_part(&file.layers.code);
        for machine in code.split("match (").skip(1).filter_map(arms_on_event) {
            let transitions = transitions(machine).map_err(|arm| format!("{}: cannot draw `{arm}`", file.path))?;
            let noun = file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
            let title = words(noun);
            let _ = write!(drawn, "\n## {title}\n\n`{}`\n\n```mermaid\nstateDiagram-v2\n", file.path);
            for (from, event, to) in transitions {
                let _ = writeln!(drawn, "    {from} --> {to}: {}", words(&event));
            }
            drawn.push_str("```\n");
        }
    }
    Ok(drawn)
}

/// The arms of a `match (state, event)`, from behind its opening parenthesis; none for another match.
fn arms_on_event(rest: &str) -> Option<&str> {
    let (matched, rest) = rest.split_once(')')?;
    let rest = matched.trim_end().ends_with(", event").then_some(rest)?.trim_start().strip_prefix('{')?;
    Some(&rest[..end_of_block(rest)])
}

/// Where the block that is open at the beginning ends.
fn end_of_block(text: &str) -> usize {
    let mut depth = 1_u32;
    let end = text.char_indices().find(|(_, sign)| {
        match sign {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    end.map_or(text.len(), |(at, _)| at)
}

/// Every transition that the arms allow, or the arm that cannot be read.
fn transitions(arms: &str) -> Result<BTreeSet<Transition>, String> {
    let mut found = BTreeSet::new();
    let mut rest = arms;
    while let Some((patterns, after)) = rest.split_once("=>") {
        let body_end = end_of_body(after);
        let body = after[..body_end].trim().trim_start_matches('{').trim();
        rest = after[body_end..].trim_start_matches(['}', ',']);
        let Some(to) = body.strip_prefix("Ok(") else { continue };
        for pair in split(patterns, '|') {
            let sides = pair.strip_prefix('(').and_then(|pair| pair.strip_suffix(')')).map(|pair| split(pair, ','));
            let Some([from, event]) = sides.as_deref() else { return Err(pair.to_owned()) };
            for from in split(from, '|') {
                for event in split(event, '|') {
                    found.insert((last_word(from)?, last_word(event)?, last_word(to)?));
                }
            }
        }
    }
    Ok(found)
}

/// Where an arm's body ends: at its comma, or with its block.
fn end_of_body(after: &str) -> usize {
    let start = after.len() - after.trim_start().len();
    if after[start..].starts_with('{') {
        return start + 1 + end_of_block(&after[start + 1..]);
    }
    start + split(&after[start..], ',').first().map_or(0, |body| body.len())
}

/// The parts between a sign that stands in no brackets.
fn split(text: &str, sign: char) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_i32, 0);
    for (at, next) in text.char_indices() {
        match next {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth -= 1,
            _ if next == sign && depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + next.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts
}

/// `Paid` of `State::Paid { receipt }`.
fn last_word(path: &str) -> Result<String, String> {
    let bare = path.split(['{', '(']).next().unwrap_or_default().trim().trim_end_matches(')');
    let word = bare.rsplit("::").next().unwrap_or_default();
    if word.starts_with(char::is_uppercase) { Ok(word.to_owned()) } else { Err(path.to_owned()) }
}

/// `whole came for persons` of `WholeCameForPersons`, `back pay` of `back_pay`.
fn words(name: &str) -> String {
    let mut words = String::new();
    for sign in name.chars() {
        if sign.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(if sign == '_' { ' ' } else { sign }.to_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const MACHINE: &str = "match (self, event) {
        (S::Open | S::Part { paid: (1, 2) }, Event::Money(x)) | (S::Closed, E::Money(x)) => Ok(S::Paid { x }),
        (S::Open, E::Close) => {
            Ok(S::Closed)
        }
        (S::Paid { .. }, _) => Err(Stays(self)),
        (S::Closed, E::Open) => Ok(S::Open),
    }
    fn other() { match (a, b) { _ => Ok(S::Never) } }";

    #[test]
    fn every_way_that_succeeds_is_drawn_and_nothing_else() {
        let machines: Vec<&str> = MACHINE.split("match (").skip(1).filter_map(arms_on_event).collect();
        let [machine] = machines.as_slice() else { panic!("one machine, not {}", machines.len()) };
        let drawn: Vec<String> =
            transitions(machine).unwrap().iter().map(|(from, event, to)| format!("{from} {event} {to}")).collect();
        assert_eq!(
            drawn,
            ["Closed Money Paid", "Closed Open Open", "Open Close Closed", "Open Money Paid", "Part Money Paid"]
        );
    }

    #[test]
    fn an_arm_that_cannot_be_read_is_named() {
        assert_eq!(transitions("(S::Open, anything) => Ok(S::Closed),"), Err("anything".to_owned()));
    }
}
