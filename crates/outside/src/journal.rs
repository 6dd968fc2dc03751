//! What must survive a restart of the stand-in: JSON lines, appended, in the folder if one was given.
//!
//! Later lines win. A line torn by a kill is passed over. Nothing is synced: the stand-in outlives our program, not the machine.

use crate::StartError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;

/// The open file, or nothing where no folder was given.
#[derive(Debug)]
pub(crate) struct Journal(Option<File>);

impl Journal {
    /// Opens the file and hands back the lines that stand in it.
    pub(crate) fn open<T: DeserializeOwned>(
        folder: Option<&Path>,
        name: &str,
    ) -> Result<(Journal, Vec<T>), StartError> {
        let Some(folder) = folder else { return Ok((Journal(None), Vec::new())) };
        let path = folder.join(name);
        let failed = |source| StartError::Folder { path: path.display().to_string(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(failed(error)),
        };
        let lines = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let mut file = OpenOptions::new().create(true).append(true).open(&path).map_err(failed)?;
        if !text.is_empty() && !text.ends_with('\n') {
            file.write_all(b"\n").map_err(failed)?;
        }
        Ok((Journal(Some(file)), lines))
    }

    /// Appends one line.
    pub(crate) fn append<T: Serialize>(&mut self, line: &T) {
        let Some(file) = &mut self.0 else { return };
        let written = serde_json::to_vec(line).map_err(std::io::Error::other).and_then(|mut bytes| {
            bytes.push(b'\n');
            file.write_all(&bytes)
        });
        if let Err(error) = written {
            tracing::error!(%error, "a stand-in cannot keep its state");
        }
    }
}
