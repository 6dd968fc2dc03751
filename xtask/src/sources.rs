//! The files of the project, as a fresh clone has them. It needs no git, for a machine may have none.

use crate::lexer::{self, Layers};
use std::fs;
use std::path::Path;

/// What is built, installed or made by running, and therefore ignored by git as well.
const IGNORED: &[&str] = &[".git", "target", "node_modules"];
const IGNORED_AT_THE_ROOT: &[&str] = &[".scratch", "data", "zhijian-data"];

/// One text file of the project.
pub(crate) struct Source {
    /// Its path from the root, with slashes.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// One Rust file, split into its layers.
pub(crate) struct RustFile {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) layers: Layers,
}

impl RustFile {
    /// The crate's folder name, `kernel` for `crates/kernel/src/lib.rs`.
    pub(crate) fn package(&self) -> &str {
        let path = self.path.strip_prefix("crates/").unwrap_or(&self.path);
        path.split('/').next().unwrap_or_default()
    }

    /// Whether the whole file serves tests only.
    pub(crate) fn is_test(&self) -> bool {
        self.path.starts_with("testkit/") || self.path.contains("/tests/") || self.path.ends_with("/tests.rs")
    }

    /// The same places in a layer, with what is compiled only for tests blanked.
    pub(crate) fn product_part(&self, layer: &str) -> String {
        if self.is_test() {
            return String::new();
        }
        let regions = lexer::test_regions(&self.layers.code);
        let mut product = String::with_capacity(layer.len());
        for (at, c) in layer.char_indices() {
            if c != '\n' && regions.iter().any(|region| region.contains(&at)) {
                product.extend(std::iter::repeat_n(' ', c.len_utf8()));
            } else {
                product.push(c);
            }
        }
        product
    }
}

/// Every text file of the project, in the order of their paths.
pub(crate) fn all(root: &Path) -> Vec<Source> {
    let mut found = Vec::new();
    walk(root, "", &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Every Rust file among them.
pub(crate) fn rust(sources: &[Source]) -> Vec<RustFile> {
    let rust = sources.iter().filter(|source| source.path.ends_with(".rs"));
    rust.map(|source| RustFile {
        path: source.path.clone(),
        text: source.text.clone(),
        layers: lexer::split(&source.text),
    })
    .collect()
}

fn walk(folder: &Path, path: &str, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let Ok(kind) = entry.file_type() else { continue };
        let own = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        if IGNORED.contains(&name.as_str()) || IGNORED_AT_THE_ROOT.contains(&own.as_str()) {
            continue;
        } else if kind.is_dir() {
            walk(&entry.path(), &own, found);
        } else if let Some(text) = kind.is_file().then(|| fs::read_to_string(entry.path()).ok()).flatten() {
            found.push(Source { path: own, text });
        }
    }
}
