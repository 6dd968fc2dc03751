//! `zhijian palm`: what is done with palms outside the hall.

mod rekey;

use clap::Subcommand;
use std::process::ExitCode;

/// Palms: their gallery and its keys.
#[derive(Debug, Subcommand)]
pub(super) enum Palm {
    /// Put a gallery under a fresh key and forget the old one.
    Rekey(rekey::Rekey),
}

impl Palm {
    pub(super) fn run(self) -> Result<ExitCode, String> {
        match self {
            Palm::Rekey(rekey) => rekey.run(),
        }
    }
}
