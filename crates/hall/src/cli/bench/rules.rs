//! `zhijian bench rules`.

use super::{finish, ratio};
use crate::cli::home::one_line;
use crate::cli::progress;
use clap::Args;
use policy::bench::{Load, Measured, rules};
use serde::Serialize;
use serde_json::Number;
use std::process::ExitCode;

/// Assesses one month of a city's employees, from columns in memory to columns in memory, beside what the memory gives.
#[derive(Debug, Args)]
pub(in crate::cli) struct Rules {
    /// How many employees.
    #[arg(long, value_name = "N", default_value_t = 1_300_000, value_parser = clap::value_parser!(u32).range(10_000..=50_000_000))]
    people: u32,
    /// On how many threads; one alone is measured too.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=64))]
    threads: u32,
    /// How often; medians are reported.
    #[arg(long, value_name = "N", default_value_t = 31, value_parser = clap::value_parser!(u32).range(1..=1000))]
    rounds: u32,
}

/// The last line. `limit_per_s` is what the memory would allow.
#[derive(Serialize)]
struct Figures {
    #[serde(flatten)]
    measured: Measured,
    ratio: Number,
}

impl Rules {
    pub(super) fn run(self) -> Result<ExitCode, String> {
        let load = Load { people: self.people, threads: self.threads, rounds: self.rounds };
        let bar = progress::bar(u64::from(self.rounds) * if self.threads == 1 { 1 } else { 2 }, "assessing");
        let measured = rules(load, || bar.inc(1)).map_err(|error| one_line(&error))?;
        bar.finish_and_clear();
        let ratio = ratio(measured.per_s, measured.limit_per_s);
        finish("rules", Figures { measured, ratio })
    }
}
