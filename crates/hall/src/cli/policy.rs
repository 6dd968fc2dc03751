//! `zhijian policy check`, `show NAME --on DATE`, `diff DATE1 DATE2` and `debts --on DATE`.

use clap::Subcommand;
use kernel::{AreaCode, Date};
use std::fmt::Display;
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
    /// Say in plain words what changed between two days, for whom, and by which document.
    Diff {
        /// The first day, as in 2019-04-30.
        #[arg(value_name = "DATE1")]
        from: Date,
        /// The second day, as in 2019-05-01.
        #[arg(value_name = "DATE2")]
        to: Date,
        /// The area whose rules hold.
        #[arg(long, default_value_t = AreaCode::HANDAN)]
        area: AreaCode,
    },
    /// Show which debt blocks which act on one day.
    Debts {
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
            PolicyCommand::Show { name, on, area } => printed(::policy::show(&name, on, area)),
            PolicyCommand::Diff { from, to, area } => printed(::policy::difference(from, to, area)),
            PolicyCommand::Debts { on, area } => printed(::policy::debts(on, area)),
        }
    }
}

/// The text on standard output, or why there is none on standard error.
fn printed(text: Result<impl Display, impl Display>) -> ExitCode {
    match text {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
