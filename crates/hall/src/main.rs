//! The program `zhijian`.

use clap::Parser;
use hall::cli::CommandLine;
use std::process::ExitCode;

fn main() -> ExitCode {
    hall::cli::run(CommandLine::parse())
}
