//! The house's own tools: `cargo xtask test | tidy | states | measure`. Only std, a TOML reader and serde, so that it builds in seconds.

mod console;
mod lexer;
mod manifest;
mod measure;
mod sources;
mod states;
mod suite;
mod tidy;
mod tools;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask test [--quick] [--no-browser]   every check and test, as CI runs them
    --quick        without browser journeys and without the tests in modules named `storm`
    --no-browser   without browser journeys
cargo xtask tidy                            the rules of the house that no compiler knows
cargo xtask states                          draws every noun's states into docs/states.md
cargo xtask measure                         figures on the size and shape of the code";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let root = root();
    match arguments.as_slice() {
        ["test", options @ ..] => match suite::Extent::parse(options) {
            Some(extent) => suite::run(&root, extent),
            None => usage(),
        },
        ["tidy"] => tidy::print(&root),
        ["states"] => states::print(&root),
        ["measure"] => measure::print(&root),
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    eprintln!("{HELP}");
    ExitCode::from(2)
}

/// The repository: the folder above this crate's own.
fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_owned()
}
