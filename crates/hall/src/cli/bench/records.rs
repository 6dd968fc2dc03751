//! `zhijian bench records`.

use super::finish;
use crate::cli::home::one_line;
use crate::cli::progress;
use clap::Args;
use record::bench::{Load, records};
use std::process::ExitCode;

/// Prints entitlement records of fictitious people.
#[derive(Debug, Args)]
pub(in crate::cli) struct Records {
    /// How many papers, each of another person.
    #[arg(long, value_name = "N", default_value_t = 5000, value_parser = clap::value_parser!(u32).range(10..))]
    count: u32,
    /// On how many threads.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=64))]
    threads: u32,
    /// Over how many years each; twenty years fill several pages.
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=30))]
    years: u32,
}

impl Records {
    pub(super) fn run(self) -> Result<ExitCode, String> {
        let bar = progress::bar(u64::from(self.count), "printing");
        let load = Load { count: self.count, threads: self.threads, years: self.years };
        let measured = records(load, || bar.inc(1));
        bar.finish_and_clear();
        finish("records", measured.map_err(|error| one_line(&error))?)
    }
}
