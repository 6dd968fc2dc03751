//! `cargo xtask measure`: the size and shape of the code beside what we aim at. Figures to think about, not a gate.

use crate::lexer;
use crate::manifest::{self, Package};
use crate::sources::{self, RustFile, Source};
use std::path::Path;
use std::process::ExitCode;

const FUNCTION_LINES_MAX: usize = 70;

/// Prints the table.
pub(crate) fn print(root: &Path) -> ExitCode {
    let sources = sources::all(root);
    let rust = sources::rust(&sources);
    let packages = match manifest::packages(root) {
        Ok(packages) => packages,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    for (figure, value, aim) in table(&sources, &rust, &packages) {
        println!("{figure:<46}{value:<28}{aim}");
    }
    ExitCode::SUCCESS
}

/// A figure, its value, and what we aim at.
type Line = (&'static str, String, &'static str);

fn table(sources: &[Source], rust: &[RustFile], packages: &[Package]) -> Vec<Line> {
    let product: Vec<&RustFile> =
        rust.iter().filter(|file| file.path.starts_with("crates/") && !file.is_test()).collect();
    let files = Spread::of(product.iter().map(|file| file.text.lines().count()).collect());
    let functions = Spread::of(product.iter().flat_map(|file| function_lengths(file)).collect());
    let long = functions.share_over(FUNCTION_LINES_MAX);
    let volume = Volume::of(rust);
    let unwraps: usize = product.iter().map(|file| unwraps(file)).sum();
    let with_purpose = product.iter().filter(|file| file.text.starts_with("//!")).count();
    let crates: Vec<&Package> =
        packages.iter().filter(|package| !["testkit", "xtask"].contains(&&*package.name)).collect();
    let edges: usize = crates.iter().map(|package| package.arrows.len()).sum();
    vec![
        ("lines per file: median / p90 / longest", files.to_string(), "80-160 / <= 400 / <= 500"),
        ("lines per function: median / p90 / longest", functions.to_string(), "<= 15 / <= 45 / <= 70"),
        ("functions over 70 lines", format!("{} of {}", long, functions.0.len()), "0"),
        ("crates / longest chain", format!("{} / {}", crates.len(), longest_chain(packages)), "<= 20 / <= 8"),
        ("arrows per crate", tenths(edges, crates.len()), "<= 4.5"),
        ("modules that say what they are for", format!("{with_purpose} of {}", product.len()), "all"),
        ("comment lines per 100 code lines", percent(volume.comment, volume.code), "15-30"),
        ("unwrap and expect outside tests", unwraps.to_string(), "0"),
        ("product lines / test lines", format!("{} / {}", volume.product, volume.test), ""),
        ("test lines per 100 product lines", percent(volume.test, volume.product), "100-170"),
        ("lines of ARCHITECTURE.md", lines_of(sources, |path| path == "ARCHITECTURE.md"), "<= 200"),
        ("longest decision (docs/adr)", lines_of(sources, |path| path.starts_with("docs/adr/")), "<= 60"),
    ]
}

/// Numbers in order of size.
struct Spread(Vec<usize>);

impl Spread {
    fn of(mut numbers: Vec<usize>) -> Spread {
        numbers.sort_unstable();
        Spread(numbers)
    }

    /// The number below which so many hundredths of the others lie.
    fn at(&self, hundredths: usize) -> usize {
        self.0.get(self.0.len().saturating_sub(1) * hundredths / 100).copied().unwrap_or(0)
    }

    fn share_over(&self, limit: usize) -> usize {
        self.0.iter().filter(|number| **number > limit).count()
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} / {} / {}", self.at(50), self.at(90), self.at(100))
    }
}

/// Lines by what they are. A line of code with a comment behind it is code.
#[derive(Default)]
struct Volume {
    code: usize,
    comment: usize,
    product: usize,
    test: usize,
}

impl Volume {
    fn of(rust: &[RustFile]) -> Volume {
        let mut volume = Volume::default();
        for file in rust.iter().filter(|file| !file.path.starts_with("xtask/")) {
            let filled = |text: &str| text.lines().filter(|line| !line.trim().is_empty()).count();
            let product = filled(&file.product_part(&file.layers.code));
            volume.product += product;
            volume.test += filled(&file.layers.code) - product;
            if !file.is_test() {
                let lines = file.layers.code.lines().zip(file.layers.comments.lines());
                volume.comment +=
                    lines.filter(|(code, note)| code.trim().is_empty() && !note.trim().is_empty()).count();
                volume.code += filled(&file.layers.code);
            }
        }
        volume
    }
}

fn function_lengths(file: &RustFile) -> Vec<usize> {
    let code = file.product_part(&file.layers.code);
    let begins = |at: &usize| !code[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    let starts = code.match_indices("fn ").map(|(at, _)| at).filter(begins);
    let items = starts.map(|at| &code[at..at + lexer::item_length(&code[at..])]);
    // A declaration in a trait has no body, and neither has the type of a function.
    items
        .filter(|item| item.ends_with('}') && item["fn ".len()..].starts_with(|c: char| c.is_alphabetic() || c == '_'))
        .map(|item| item.lines().count())
        .collect()
}

fn unwraps(file: &RustFile) -> usize {
    let code = file.product_part(&file.layers.code);
    code.matches(".unwrap()").count() + code.matches(".expect(").count()
}

/// The most crates that one may pass through by following the arrows.
fn longest_chain(packages: &[Package]) -> usize {
    fn below(name: &str, packages: &[Package]) -> usize {
        let arrows = packages.iter().find(|package| package.name == name).map(|package| package.arrows.as_slice());
        1 + arrows.unwrap_or_default().iter().map(|arrow| below(arrow, packages)).max().unwrap_or(0)
    }
    packages.iter().map(|package| below(&package.name, packages)).max().unwrap_or(0)
}

fn tenths(sum: usize, count: usize) -> String {
    let tenths = sum * 10 / count.max(1);
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn percent(part: usize, whole: usize) -> String {
    (part * 100 / whole.max(1)).to_string()
}

fn lines_of(sources: &[Source], chosen: impl Fn(&str) -> bool) -> String {
    let lengths = sources.iter().filter(|source| chosen(&source.path)).map(|source| source.text.lines().count());
    lengths.max().map_or_else(|| "none yet".to_owned(), |lines| lines.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_measured_from_their_name_to_their_brace() {
        let text = "fn a(x: [u8; 2]) -> fn (u8) {\n    \"}\"\n}\ntrait T { fn b(); }\n#[cfg(test)]\nmod tests {\n    fn c() {}\n}\n";
        let file =
            RustFile { path: "crates/a/src/lib.rs".to_owned(), text: text.to_owned(), layers: lexer::split(text) };
        assert_eq!(function_lengths(&file), [3]);
    }

    #[test]
    fn the_middle_and_the_ends() {
        assert_eq!(Spread::of((1..=101).collect()).to_string(), "51 / 91 / 101");
        assert_eq!(Spread::of(Vec::new()).to_string(), "0 / 0 / 0");
    }
}
