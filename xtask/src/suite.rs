//! `cargo xtask test`: every check and test, fast things first, as CI runs them.
//!
//! It goes on after a failed stage, so that one run shows everything that is wrong; only what cannot be built is not run.
//! Every stage builds with the release profile, so that nothing is built twice.

use crate::tools::{self, Needs};
use crate::{console, tidy};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

/// Tests run side by side at most: each may hold a pool of connections.
const TEST_THREADS_MAX: usize = 4;
/// Tests that pull plugs for many rounds stand in modules of this name, and `--quick` leaves them out.
const STORM: &str = "storm::";

/// How much is run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Everything.
    Whole,
    /// Everything but browser journeys.
    NoBrowser,
    /// Neither browser journeys nor storms.
    Quick,
}

impl Extent {
    /// What the options on the command line ask for; nothing for an option that does not exist.
    pub(crate) fn parse(options: &[&str]) -> Option<Extent> {
        if options.iter().any(|option| !["--quick", "--no-browser"].contains(option)) {
            return None;
        }
        if options.contains(&"--quick") {
            return Some(Extent::Quick);
        }
        Some(if options.is_empty() { Extent::Whole } else { Extent::NoBrowser })
    }
}

/// How many things were found right and wrong.
#[derive(Clone, Copy, Default)]
struct Count {
    passed: u64,
    failed: u64,
}

impl Count {
    fn one(good: bool) -> Count {
        if good { Count { passed: 1, failed: 0 } } else { Count { passed: 0, failed: 1 } }
    }

    /// A program that ends badly without naming a failed test has failed all the same.
    fn of_program(self, ended_well: bool) -> Count {
        if ended_well || self.failed > 0 { self } else { Count { failed: 1, ..self } }
    }

    fn plus(self, other: Count) -> Count {
        Count { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

/// One run: where it builds, and what came of it so far.
struct Suite<'a> {
    root: &'a Path,
    target: PathBuf,
    done: Vec<String>,
    failed_tests: Vec<String>,
    total: Count,
}

/// Runs the stages and prints the summary, whose last line is `N passed, N failed`.
pub(crate) fn run(root: &Path, extent: Extent) -> ExitCode {
    let target = target_folder(root);
    let mut suite = Suite { root, target, done: Vec::new(), failed_tests: Vec::new(), total: Count::default() };
    let needs = if extent == Extent::Whole { Needs::DatabaseAndBrowser } else { Needs::Database };
    if !suite.stage("tools", |_| Count::one(tools::provide(needs))) {
        println!("\nnothing else was run; `--quick` needs no browser");
        return suite.summary();
    }
    suite.stage("format", |suite| suite.check(&["fmt", "--all", "--check"]));
    suite.stage("tidy", |suite| tidy(suite.root));
    suite.stage("lints", |suite| {
        suite.check(&["clippy", "--release", "--workspace", "--all-targets", "--", "-D", "warnings"])
    });
    if suite.stage("build", Suite::build) {
        suite.stage("tests", |suite| suite.tests(extent));
        if extent == Extent::Whole {
            suite.stage("journeys", Suite::journeys);
        }
    }
    suite.summary()
}

impl Suite<'_> {
    fn stage(&mut self, name: &str, work: impl FnOnce(&mut Self) -> Count) -> bool {
        println!("\n== {name}");
        let start = Instant::now();
        let count = work(self);
        let seconds = start.elapsed().as_secs();
        let line = format!("{name:<10}{:>6} passed {:>4} failed {seconds:>6} s", count.passed, count.failed);
        println!("== {line}");
        self.done.push(line);
        self.total = self.total.plus(count);
        count.failed == 0
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(arguments).current_dir(self.root).env("CARGO_TARGET_DIR", &self.target);
        command
    }

    fn check(&mut self, arguments: &[&str]) -> Count {
        Count::one(console::run(&mut self.cargo(arguments)))
    }

    /// The program as it is delivered, and every test.
    fn build(&mut self) -> Count {
        let program = console::run(&mut self.cargo(&["build", "--release", "--package", "hall"]));
        let tests = console::run(&mut self.cargo(&["test", "--release", "--workspace", "--no-run", "--quiet"]));
        Count::one(program && tests)
    }

    fn tests(&mut self, extent: Extent) -> Count {
        let mut command = self.cargo(&["test", "--release", "--workspace", "--no-fail-fast"]);
        if extent == Extent::Quick {
            command.args(["--", "--skip", STORM]);
        }
        if std::env::var_os("RUST_TEST_THREADS").is_none() {
            let cores = std::thread::available_parallelism().map_or(1, usize::from);
            command.env("RUST_TEST_THREADS", cores.min(TEST_THREADS_MAX).to_string());
        }
        let mut count = Count::default();
        let mut failed_tests = Vec::new();
        let ended_well = console::run_watched(&mut command, |line| {
            count = count.plus(rust_result(line).unwrap_or_default());
            failed_tests.extend(line.strip_suffix(" ... FAILED").map(str::to_owned));
        });
        self.failed_tests.append(&mut failed_tests);
        count.of_program(ended_well)
    }

    /// Journeys through the real program in a real browser.
    fn journeys(&mut self) -> Count {
        let folder = self.root.join("tests/browser");
        if !packages_installed(&folder)
            && !console::run(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder))
        {
            return Count::one(false);
        }
        let mut command = Command::new("node");
        command.args(["--test", "--test-concurrency=1", "--test-reporter=spec"]).args(journey_files(&folder));
        command.current_dir(&folder).env("ZHIJIAN_BIN", self.target.join("release/zhijian"));
        if let Some(chromium) = tools::chromium() {
            command.env("ZHIJIAN_CHROMIUM", chromium);
        }
        let mut count = Count::default();
        let mut failed_tests = Vec::new();
        let ended_well = console::run_watched(&mut command, |line| {
            count = count.plus(node_result(line).unwrap_or_default());
            // Node names each failed test twice, the second time under a heading of the same form.
            let failed = line.strip_prefix("✖ ").filter(|name| *name != "failing tests:").map(str::to_owned);
            failed_tests.extend(failed.filter(|name| !failed_tests.contains(name)));
        });
        self.failed_tests.append(&mut failed_tests);
        count.of_program(ended_well)
    }

    fn summary(self) -> ExitCode {
        println!();
        for line in &self.done {
            println!("{line}");
        }
        for test in &self.failed_tests {
            println!("failed: {test}");
        }
        println!("{} passed, {} failed", self.total.passed, self.total.failed);
        if self.total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// CI starts from a fresh clone each time, so it keeps what it built in the home folder's cache.
fn target_folder(root: &Path) -> PathBuf {
    if let Some(chosen) = std::env::var_os("CARGO_TARGET_DIR") {
        return root.join(chosen);
    }
    match std::env::var_os("HOME") {
        Some(home) if std::env::var_os("CI").is_some() => Path::new(&home).join(".cache/zhijian/target"),
        _ => root.join("target"),
    }
}

fn tidy(root: &Path) -> Count {
    let report = tidy::look(root);
    for line in report.findings.iter().chain(&report.notes) {
        println!("{line}");
    }
    println!("{}", report.figures);
    Count::one(report.findings.is_empty())
}

/// `npm ci` is left out when its last run is younger than the lock file, so that a second run needs no network.
fn packages_installed(folder: &Path) -> bool {
    let changed = |path: &str| fs::metadata(folder.join(path)).and_then(|found| found.modified()).ok();
    match (changed("node_modules/.package-lock.json"), changed("package-lock.json")) {
        (Some(installed), Some(locked)) => installed >= locked,
        _ => false,
    }
}

fn journey_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("journeys")).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    files
}

/// `test result: ok. 12 passed; 0 failed; 0 ignored; …`
fn rust_result(line: &str) -> Option<Count> {
    let (_, figures) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let figure = |word: &str| figures.split("; ").find_map(|part| part.strip_suffix(word)?.trim().parse::<u64>().ok());
    Some(Count { passed: figure("passed")?, failed: figure("failed")? })
}

/// `ℹ pass 12` and `ℹ fail 0`, a line each.
fn node_result(line: &str) -> Option<Count> {
    let (word, figure) = line.strip_prefix("ℹ ")?.split_once(' ')?;
    let figure = figure.trim().parse::<u64>().ok()?;
    match word {
        "pass" => Some(Count { passed: figure, failed: 0 }),
        "fail" | "cancelled" => Some(Count { passed: 0, failed: figure }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(count: Option<Count>) -> Option<(u64, u64)> {
        count.map(|count| (count.passed, count.failed))
    }

    #[test]
    fn results_are_read_from_both_kinds_of_tests() {
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 1 filtered out; finished in 0.10s";
        assert_eq!(figures(rust_result(line)), Some((12, 3)));
        assert_eq!(figures(rust_result("running 12 tests")), None);
        assert_eq!(figures(node_result("ℹ pass 5")), Some((5, 0)));
        assert_eq!(figures(node_result("ℹ fail 2")), Some((0, 2)));
        assert_eq!(figures(node_result("ℹ duration_ms 2")), None);
    }

    #[test]
    fn a_program_that_ends_badly_has_failed() {
        assert_eq!(Count::default().of_program(false).failed, 1);
        assert_eq!(Count { passed: 1, failed: 2 }.of_program(false).failed, 2);
        assert_eq!(Count::one(true).of_program(true).failed, 0);
    }

    #[test]
    fn an_unknown_option_is_refused() {
        assert!(Extent::parse(&[]) == Some(Extent::Whole));
        assert!(Extent::parse(&["--no-browser"]) == Some(Extent::NoBrowser));
        assert!(Extent::parse(&["--no-browser", "--quick"]) == Some(Extent::Quick));
        assert!(Extent::parse(&["--fast"]).is_none());
    }
}
