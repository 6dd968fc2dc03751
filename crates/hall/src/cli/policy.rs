//! `zhijian policy check` and `zhijian policy show NAME --on DATE`.

use clap::Subcommand;
use kernel::{AreaCode, Date};
use std::process::ExitCode;

/// The book of parameters.
#[derive(Debug, Subcommand)]
pub(super) enum PolicyCommand {
    /// Read every file of the book and list what the agency has still to confirm.
    Check,
    /// Show one parameter on one day, with its source.
    Show {
        /// The parameter, as in `pension/employer`.
        name: String,
        /// The day, as in 2026-07-01.
        #[arg(long, value_name = "DATE")]
        on: Date,
        /// The area whose rules hold.
        #[arg(long, default_value_t = AreaCode::HANDAN)]
        area: AreaCode,
    },
}

impl PolicyCommand {
    pub(super) fn run(self) -> ExitCode {
        match self {
            PolicyCommand::Check => {
                let report = ::policy::check();
                print!("{report}");
                if report.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
            }
            PolicyCommand::Show { name, on, area } => match ::policy::show(&name, on, area) {
                Ok(text) => {
                    print!("{text}");
                    ExitCode::SUCCESS
                }
                Err(error) => {
                    eprintln!("{error}");
                    ExitCode::FAILURE
                }
            },
        }
    }
}
