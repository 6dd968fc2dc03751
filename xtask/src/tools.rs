//! What the tests need beside Rust. On Debian as root it is installed; otherwise the one line to run is printed.

use crate::console;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

const NODE_MAJOR_MIN: u32 = 18;
const CHROMIUM: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/// Names of font files that have Chinese; without one chromium draws empty boxes.
const CHINESE_FONTS: &[&str] = &["cjk", "wqy", "sourcehan", "droidsansfallback", "pingfang"];

/// What a part of the tests needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// A database server.
    Database,
    /// A database server, a browser and what drives it.
    DatabaseAndBrowser,
}

/// Makes sure that everything is there. When something stays missing it says so, and answers no.
pub(crate) fn provide(needs: Needs) -> bool {
    let packages = missing(needs);
    if packages.is_empty() {
        return true;
    }
    let install = format!("apt-get install -y --no-install-recommends {}", packages.join(" "));
    if !is_root() || console::find_program(&["apt-get"]).is_none() {
        println!("missing: {}. On Debian run:", packages.join(", "));
        println!("    sudo sh -c 'apt-get update && {install}'");
        return false;
    }
    println!("missing: {}; installing", packages.join(", "));
    let script = format!("apt-get -q update && {install}");
    let installed = console::run(Command::new("sh").args(["-c", &script]).env("DEBIAN_FRONTEND", "noninteractive"));
    let left = missing(needs);
    if !left.is_empty() {
        println!("still missing: {}", left.join(", "));
    }
    installed && left.is_empty()
}

/// The browser to drive.
pub(crate) fn chromium() -> Option<PathBuf> {
    console::find_program(CHROMIUM)
}

/// Debian packages for what is not there.
fn missing(needs: Needs) -> Vec<&'static str> {
    let mut packages = Vec::new();
    if !has_postgres() {
        packages.push("postgresql");
    }
    if needs == Needs::DatabaseAndBrowser {
        if chromium().is_none() {
            packages.push("chromium");
        }
        if !has_node() {
            packages.push("nodejs");
        }
        if console::find_program(&["npm"]).is_none() {
            packages.push("npm");
        }
        if !has_chinese_font() {
            packages.push("fonts-wqy-zenhei");
        }
    }
    packages
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// The server's binaries, where `testkit::postgres` looks for them.
fn has_postgres() -> bool {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut packaged = versions.map(|version| version.path().join("bin/initdb"));
    packaged.any(|initdb| initdb.exists()) || console::find_program(&["initdb"]).is_some()
}

fn has_node() -> bool {
    let Ok(output) = Command::new("node").arg("--version").output() else { return false };
    let version = String::from_utf8_lossy(&output.stdout).into_owned();
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    major.is_some_and(|major| major >= NODE_MAJOR_MIN)
}

fn has_chinese_font() -> bool {
    let own = std::env::var_os("HOME").map(|home| Path::new(&home).join(".local/share/fonts"));
    let folders = [Some(PathBuf::from("/usr/share/fonts")), Some(PathBuf::from("/usr/local/share/fonts")), own];
    folders.into_iter().flatten().any(|folder| holds_chinese_font(&folder))
}

fn holds_chinese_font(folder: &Path) -> bool {
    fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| {
        let name = entry.file_name().to_string_lossy().to_lowercase();
        let folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if folder { holds_chinese_font(&entry.path()) } else { CHINESE_FONTS.iter().any(|font| name.contains(font)) }
    })
}
