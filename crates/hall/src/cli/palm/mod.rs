//! `zhijian palm`: what is done with palms outside the hall.

mod evaluate;
mod explain;
mod rekey;
mod synth;

use clap::Subcommand;
use std::process::ExitCode;

/// Palms: how well they are told apart, what becomes of a picture, hands that nobody has, the gallery and its keys.
#[derive(Debug, Subcommand)]
pub(super) enum Palm {
    /// Measure on a folder of pictures how well palms are told apart.
    Evaluate(evaluate::Measure),
    /// Show every stage between a picture and its code.
    Explain(explain::Explain),
    /// Draw synthetic hands for tests, the demo and load.
    Synth(synth::Draw),
    /// Put a gallery under a fresh key and forget the old one.
    Rekey(rekey::Rekey),
}

impl Palm {
    pub(super) fn run(self) -> Result<ExitCode, String> {
        match self {
            Palm::Evaluate(evaluate) => evaluate.run(),
            Palm::Explain(explain) => explain.run(),
            Palm::Synth(synth) => synth.run(),
            Palm::Rekey(rekey) => rekey.run(),
        }
    }
}
