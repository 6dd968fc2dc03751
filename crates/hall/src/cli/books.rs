//! `zhijian books verify` and `zhijian books balance --on DATE`.

use super::home::{Home, one_line};
use clap::Subcommand;
use kernel::{AreaCode, Date};
use std::process::ExitCode;

/// The books of the funds.
#[derive(Debug, Subcommand)]
pub(super) enum Books {
    /// Recompute every balance, chain, summary and account; stop at the first difference.
    Verify {
        #[command(flatten)]
        home: Home,
        /// Print the figures as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print the trial balance of a day.
    Balance {
        #[command(flatten)]
        home: Home,
        /// The day, as in 2026-11-23.
        #[arg(long, value_name = "DATE")]
        on: Date,
    },
}

impl Books {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        match self {
            Books::Verify { home, json } => verify(&home, json).await,
            Books::Balance { home, on } => balance(&home, on).await,
        }
    }
}

async fn verify(home: &Home, json: bool) -> Result<ExitCode, String> {
    let desk = home.desk(AreaCode::HANDAN).await?;
    let bar = super::progress::spinner("checking");
    let checked = office::books::verify(&desk.view(), &|what| bar.set_message(what)).await;
    bar.finish_and_clear();
    match checked.map_err(|error| one_line(&error))? {
        Ok(report) if json => println!("{}", serde_json::to_string(&report).map_err(|error| error.to_string())?),
        Ok(report) => print!("{report}"),
        Err(difference) => {
            eprintln!("first difference: {difference}");
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn balance(home: &Home, on: Date) -> Result<ExitCode, String> {
    let desk = home.desk(AreaCode::HANDAN).await?;
    let rows = ledger::balances(&desk.view(), on).await.map_err(|error| one_line(&error))?;
    println!("{:<20} {:<8} {:>20} {:>20} {:>20} {:>20}", "fund", "account", "opening", "debit", "credit", "closing");
    for row in rows {
        println!(
            "{:<20} {:<8} {:>20} {:>20} {:>20} {:>20}",
            row.fund,
            row.account,
            row.opening.grouped(),
            row.debit.grouped(),
            row.credit.grouped(),
            row.closing.grouped()
        );
    }
    Ok(ExitCode::SUCCESS)
}
