//! `zhijian calc`: questions as JSON lines in, answers as JSON lines out, the summary on standard error.

use clap::Args;
use policy::calc::{Expect, Explain, Options, run};
use std::io;
use std::process::ExitCode;

/// Answers questions in JSON lines.
#[derive(Debug, Args)]
pub(super) struct Calc {
    /// Compare each answer with the `expect` of its question; exit 1 where one differs.
    #[arg(long)]
    check: bool,
    /// Leave the steps out of the answers.
    #[arg(long)]
    no_explain: bool,
}

impl Calc {
    pub(super) fn run(self) -> ExitCode {
        let options = Options {
            explain: if self.no_explain { Explain::Nothing } else { Explain::Steps },
            expect: if self.check { Expect::Compared } else { Expect::Ignored },
        };
        match run(io::stdin().lock(), io::BufWriter::new(io::stdout().lock()), options) {
            Ok(summary) => {
                eprintln!("{summary}");
                if summary.wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
            }
            // Whoever reads the answers has heard enough, as in `zhijian calc | head`.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("the stream broke off: {error}");
                ExitCode::FAILURE
            }
        }
    }
}
