//! `zhijian bench NAME`: how fast it is, measured beside its limit in the same run. A bar while it runs, on the terminal;
//! the last line of the output is one JSON object.

mod assess;
mod pages;
mod palm;
mod payments;
mod pensions;
mod records;
mod roster;
mod rules;
mod year;

use clap::Subcommand;
use serde::Serialize;
use serde_json::Number;
use std::process::ExitCode;

/// What is measured.
#[derive(Debug, Subcommand)]
pub(super) enum Bench {
    /// A month of a city assessed and stored, beside a bare bulk insert of the same rows.
    Assess(assess::Assess),
    /// Home and payment page, or the employers' pages, under load: how long people wait, and the hall's memory.
    Pages(pages::Pages),
    /// One palm among many, and a gallery opened.
    Palm(palm::Palm),
    /// Whole payments settled, beside the same statements sent by the bare driver.
    Payments(payments::Payments),
    /// Whole lives computed again: index, account with interest, pension.
    Pensions(pensions::Pensions),
    /// A month of a city's employees assessed from columns in memory.
    Rules(rules::Rules),
    /// Entitlement records printed: papers a second and memory.
    Records(records::Records),
    /// A list of 5,000 people who join: how long until each row has its verdict, and until all are taken.
    Roster(roster::Roster),
    /// A year of a city's employers, lived through the verbs; the books are verified after it.
    Year(year::Year),
}

impl Bench {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        match self {
            Bench::Assess(assess) => assess.run().await,
            Bench::Pages(pages) => pages.run().await,
            Bench::Palm(palm) => palm.run(),
            Bench::Payments(payments) => payments.run().await,
            Bench::Pensions(pensions) => pensions.run(),
            Bench::Rules(rules) => rules.run(),
            Bench::Records(records) => records.run(),
            Bench::Roster(roster) => roster.run().await,
            Bench::Year(year) => year.run().await,
        }
    }
}

/// The last line of a benchmark: its name, and the figures that it gives.
#[derive(Serialize)]
struct Line<'a, T> {
    bench: &'a str,
    #[serde(flatten)]
    figures: T,
}

/// Prints the last line.
fn finish<T: Serialize>(bench: &str, figures: T) -> Result<ExitCode, String> {
    let line = serde_json::to_string(&Line { bench, figures }).map_err(|error| error.to_string())?;
    println!("{line}");
    Ok(ExitCode::SUCCESS)
}

/// A ratio to three decimals, as benchmarks state it.
fn ratio(part: u64, whole: u64) -> Number {
    decimal(part.saturating_mul(1000) / whole.max(1))
}

/// Thousandths as a JSON number.
fn decimal(thousandths: u64) -> Number {
    let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    text.parse().unwrap_or_else(|_| Number::from(thousandths / 1000))
}
