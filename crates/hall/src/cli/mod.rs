//! The command line of `zhijian`. One arm a command; each command has its own file.

mod calc;
mod policy;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// 至简: the agency side and the public side of a city's social insurance.
#[derive(Debug, Parser)]
#[command(name = "zhijian", version, about)]
pub struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer questions in JSON lines from standard input: what is owed, and why.
    Calc(calc::Calc),
    /// The book of parameters: check it, or show one value on one day.
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
}

/// Runs what was asked for.
pub fn run(line: CommandLine) -> ExitCode {
    match line.command {
        Command::Calc(calc) => calc.run(),
        Command::Policy(policy) => policy.run(),
    }
}
