//! `zhijian bench pensions`.

use super::finish;
use crate::cli::home::one_line;
use crate::cli::progress;
use clap::Args;
use policy::bench::pensions::{self, Load};
use std::process::ExitCode;

/// Recomputes whole lives of 480 months: average index, account with interest, pension.
#[derive(Debug, Args)]
pub(in crate::cli) struct Pensions {
    /// How many people.
    #[arg(long, value_name = "N", default_value_t = 360_000, value_parser = clap::value_parser!(u32).range(1000..=10_000_000))]
    people: u32,
    /// On how many threads.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=64))]
    threads: u32,
}

impl Pensions {
    pub(super) fn run(self) -> Result<ExitCode, String> {
        let bar = progress::bar(u64::from(self.people), "recomputing");
        let load = Load { people: self.people, threads: self.threads };
        let measured = pensions::pensions(load, |more| bar.inc(more));
        bar.finish_and_clear();
        finish("pensions", measured.map_err(|error| one_line(&error))?)
    }
}
