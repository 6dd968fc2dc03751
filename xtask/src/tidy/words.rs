//! Words that may not stand in code or comments: unfinished work, tests that do not run, waiting by the clock.

use crate::lexer;
use crate::sources::RustFile;

/// Never in code, tests included; each with what to do instead.
const IN_CODE: &[(&str, &str)] = &[
    ("todo!", "finish it or leave it out"),
    ("unimplemented!", "finish it or leave it out"),
    ("dbg!", "use tracing"),
    ("#[ignore", "a test that does not run tests nothing"),
    (
        "sleep(",
        "wait for the event, bounded by a time-out; a delay of the outside world is listed in xtask/src/tidy/words.rs",
    ),
];
/// Never in comments: a plan belongs in an issue.
const IN_COMMENTS: &[&str] = &["TODO", "FIXME", "XXX"];

/// Files that may wait by the clock, each with its reason.
const MAY_SLEEP: &[(&str, &str)] = &[
    ("crates/hall/src/worker.rs", "the worker's pause between looks at an empty queue"),
    ("crates/office/src/worker.rs", "the worker's pause between looks at an empty queue"),
    ("crates/control/src/desk.rs", "the growing pause before an act is done again after a serialization failure"),
    ("crates/outside/src/", "a stand-in that is told to answer late"),
    ("crates/hall/src/bench/", "the load generator's pace"),
];

/// Looks for the words.
pub(super) fn check(rust: &[RustFile]) -> Vec<String> {
    let mut findings = Vec::new();
    for file in rust {
        for (word, instead) in IN_CODE {
            if *word == "sleep(" && MAY_SLEEP.iter().any(|(path, _)| file.path.starts_with(path)) {
                continue;
            }
            for at in places(&file.layers.code, word) {
                findings.push(format!("{}:{at}: `{word}`: {instead}", file.path));
            }
        }
        for word in IN_COMMENTS {
            for at in places(&file.layers.comments, word) {
                findings.push(format!("{}:{at}: `{word}`: a plan belongs in an issue", file.path));
            }
        }
    }
    findings
}

/// The lines on which a word stands by itself.
fn places(text: &str, word: &str) -> Vec<usize> {
    let part_of_a_longer_one = |at: usize| {
        let before = text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_');
        let after = text[at + word.len()..].chars().next().is_some_and(char::is_alphanumeric);
        before || (after && word.ends_with(char::is_alphanumeric))
    };
    let found = text.match_indices(word).map(|(at, _)| at).filter(|at| !part_of_a_longer_one(*at));
    found.map(|at| lexer::line_of(text, at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> usize {
        let layers = lexer::split(text);
        check(&[RustFile { path: path.to_owned(), text: text.to_owned(), layers }]).len()
    }

    #[test]
    fn unfinished_work_is_found_where_it_counts() {
        assert_eq!(findings("crates/kernel/src/a.rs", "fn a() { todo!() }"), 1);
        assert_eq!(findings("crates/kernel/src/a.rs", "#[ignore]\nfn a() { thread::sleep(d); }"), 2);
        assert_eq!(findings("crates/kernel/src/a.rs", "// FIXME soon"), 1);
        assert_eq!(findings("crates/kernel/src/a.rs", "fn a() { \"todo! FIXME sleep(\" }"), 0);
        assert_eq!(findings("crates/kernel/src/a.rs", "fn no_sleep() { pg_sleep(1) } // XXXL"), 0);
    }

    #[test]
    fn a_listed_file_may_wait() {
        assert_eq!(findings("crates/outside/src/late.rs", "tokio::time::sleep(d)"), 0);
    }
}
