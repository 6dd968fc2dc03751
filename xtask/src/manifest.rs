//! What the manifests say: which crates there are, on whom each depends, whether it inherits the lints.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The members of the workspace outside `crates/`.
const TOOLS: &[&str] = &["testkit", "xtask"];

/// One crate of the workspace.
pub(crate) struct Package {
    pub(crate) name: String,
    /// The crates of this workspace that it depends on, tests apart.
    pub(crate) arrows: Vec<String>,
    pub(crate) inherits_lints: bool,
}

#[derive(Deserialize)]
struct Manifest {
    package: PackageTable,
    #[serde(default)]
    lints: Lints,
    #[serde(default)]
    dependencies: BTreeMap<String, toml::Value>,
    #[serde(default, rename = "build-dependencies")]
    build_dependencies: BTreeMap<String, toml::Value>,
}

#[derive(Deserialize)]
struct PackageTable {
    name: String,
}

#[derive(Deserialize, Default)]
struct Lints {
    #[serde(default)]
    workspace: bool,
}

/// Reads every manifest of the workspace; an unreadable one is an error that names it.
pub(crate) fn packages(root: &Path) -> Result<Vec<Package>, String> {
    let crates = fs::read_dir(root.join("crates")).map_err(|error| format!("crates: {error}"))?;
    let folders = crates.flatten().map(|entry| entry.path());
    let mut folders: Vec<_> = folders.chain(TOOLS.iter().map(|tool| root.join(tool))).collect();
    folders.retain(|folder| folder.join("Cargo.toml").exists());
    folders.sort();
    let read: Result<Vec<Manifest>, String> = folders.iter().map(|folder| read(&folder.join("Cargo.toml"))).collect();
    let manifests = read?;
    let names: Vec<String> = manifests.iter().map(|manifest| manifest.package.name.clone()).collect();
    let package = |manifest: Manifest| {
        let needed = manifest.dependencies.into_keys().chain(manifest.build_dependencies.into_keys());
        let arrows = needed.filter(|name| names.contains(name)).collect();
        Package { name: manifest.package.name, arrows, inherits_lints: manifest.lints.workspace }
    };
    Ok(manifests.into_iter().map(package).collect())
}

fn read(path: &Path) -> Result<Manifest, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}
