//! A program of our own as a process of its own: started, heard until it says that it is ready, killed without a warning.
//!
//! It refuses to outlive the test: it is killed when it is let go, and by the kernel when the thread that started it dies.

use crate::death;
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Error, Result};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// A running program.
#[derive(Debug)]
pub struct Program {
    child: Child,
    said: String,
    /// Kept, so that a further line does not break the program.
    _out: BufReader<ChildStdout>,
}

impl Program {
    /// Starts a program and waits for the line that it prints once it is ready; what it writes to standard error is appended
    /// to the log. Its standard input stays open as long as it is held.
    ///
    /// # Errors
    /// The system's; also where it ends without a word.
    pub fn start(command: &mut Command, log: &Path) -> Result<Program> {
        let log = OpenOptions::new().create(true).append(true).open(log)?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
        death::follow_parent(command, libc::SIGKILL);
        let mut child = command.spawn()?;
        let mut out = BufReader::new(child.stdout.take().ok_or_else(|| Error::other("no standard output"))?);
        let mut said = String::new();
        if out.read_line(&mut said)? == 0 {
            let status = child.wait()?;
            return Err(Error::other(format!("it ended without a word: {status}")));
        }
        Ok(Program { child, said, _out: out })
    }

    /// What it said when it was ready.
    pub fn said(&self) -> &str {
        self.said.trim_end()
    }

    /// Ends it as `kill -9` does, wherever it is, and waits until it is gone.
    ///
    /// # Errors
    /// The system's.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait().map(|_| ())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
