//! The rules of the house that no compiler knows. Run as `cargo xtask tidy`, and as a test.
//!
//! Each rule answers with findings, a line each, that name the place and say what to do. It refuses to judge taste.

mod arrows;
mod chinese;
mod fluent;
mod tables;
mod words;

use crate::manifest;
use crate::sources::{self, RustFile, Source};
use crate::states;
use std::path::Path;
use std::process::ExitCode;

const LINES_MAX: usize = 500;

/// What a look at the whole tree brought.
pub(crate) struct Report {
    /// What must be put right; the tree is tidy when there is none.
    pub(crate) findings: Vec<String>,
    /// What is worth knowing.
    pub(crate) notes: Vec<String>,
    /// What was looked at.
    pub(crate) figures: String,
}

/// Looks at everything.
pub(crate) fn look(root: &Path) -> Report {
    let sources = sources::all(root);
    let rust = sources::rust(&sources);
    let mut findings = Vec::new();
    let packages = manifest::packages(root).unwrap_or_else(|error| {
        findings.push(error);
        Vec::new()
    });
    findings.extend(arrows::check(&packages));
    findings.extend(words::check(&rust));
    findings.extend(machine_paths(&sources));
    findings.extend(tables::check(&rust));
    findings.extend(chinese::check(&sources));
    findings.extend(fluent::check(&sources));
    findings.extend(states::check(root, &rust));
    findings.extend(rust.iter().filter(|file| !opens_with_purpose(file)).map(|file| {
        format!("{}: does not open with `//!`: say what the module is for and what it refuses", file.path)
    }));
    let lines: usize = rust.iter().map(|file| file.text.lines().count()).sum();
    let figures = format!(
        "{} crates, {} arrows, {} text files, {} Rust files of {lines} lines",
        packages.len(),
        packages.iter().map(|package| package.arrows.len()).sum::<usize>(),
        sources.len(),
        rust.len(),
    );
    Report { findings, notes: long_files(&rust), figures }
}

/// Prints a look at everything; fails when something is found.
pub(crate) fn print(root: &Path) -> ExitCode {
    let report = look(root);
    for finding in &report.findings {
        println!("{finding}");
    }
    for note in &report.notes {
        println!("note: {note}");
    }
    println!("{}; {} findings", report.figures, report.findings.len());
    if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn opens_with_purpose(file: &RustFile) -> bool {
    let first = file.text.lines().find(|line| !line.trim().is_empty());
    first.is_some_and(|line| line.starts_with("//! ") && line.len() > "//! ".len())
}

fn long_files(rust: &[RustFile]) -> Vec<String> {
    let lengths = rust.iter().map(|file| (file.text.lines().count(), &file.path));
    let long = lengths.filter(|(lines, _)| *lines > LINES_MAX);
    long.map(|(lines, path)| format!("{path}: {lines} lines, over {LINES_MAX}: is it two modules?")).collect()
}

/// Nothing in the project may name a folder of the machine on which it was written, nor a package registry's host.
fn machine_paths(sources: &[Source]) -> Vec<String> {
    let foreign =
        [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("registry.npm", "js.org")];
    let mut findings = Vec::new();
    for source in sources {
        for (number, line) in (1..).zip(source.text.lines()) {
            if let Some(name) = foreign.iter().find(|name| line.contains(**name)) {
                findings.push(format!("{}:{number}: names `{name}`, which is another machine's", source.path));
            }
        }
        if source.path.ends_with("package-lock.json") && source.text.contains("\"resolved\"") {
            findings.push(format!("{}: run npm with omit-lockfile-registry-resolved=true", source.path));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_tree_is_tidy() {
        let report = super::look(&crate::root());
        assert!(report.findings.is_empty(), "{}", report.findings.join("\n"));
    }
}
