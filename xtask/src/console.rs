//! Running other programs: shown as they go, counted where they report.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Runs a program with its output going straight to the terminal; whether it ended well.
pub(crate) fn run(command: &mut Command) -> bool {
    match command.status() {
        Ok(status) => status.success(),
        Err(error) => not_started(command, &error),
    }
}

/// As [`run`], and hands over each line of its standard output after printing it.
pub(crate) fn run_watched(command: &mut Command, mut watch: impl FnMut(&str)) -> bool {
    let mut child = match command.stdout(Stdio::piped()).spawn() {
        Ok(child) => child,
        Err(error) => return not_started(command, &error),
    };
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            watch(&line);
        }
    }
    child.wait().is_ok_and(|status| status.success())
}

fn not_started(command: &Command, error: &std::io::Error) -> bool {
    println!("{}: {error}", command.get_program().display());
    false
}

/// The first of these programs that is in `PATH`.
pub(crate) fn find_program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let candidates = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    candidates.into_iter().find(|file| is_file(file))
}

fn is_file(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| found.is_file())
}
