//! `zhijian assess --month 2017-07`: a month of every employer. Broken off it goes on where it stood; again it writes what was put
//! right since, and says when and by whom the month was first assessed.

use super::home::{Home, one_line};
use super::progress;
use clap::Args;
use control::{Actor, Channel};
use kernel::{AreaCode, Month};
use std::process::ExitCode;

/// Assess a month of every employer.
#[derive(Debug, Args)]
pub(super) struct Assess {
    #[command(flatten)]
    home: Home,
    /// The fee month, as in 2017-07.
    #[arg(long, value_name = "MONTH")]
    month: Month,
    /// Leave it to the worker.
    #[arg(long)]
    by_worker: bool,
}

impl Assess {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let desk = self.home.desk(AreaCode::HANDAN).await?;
        let actor = Actor::system(Channel::CommandLine);
        if self.by_worker {
            let promise = office::PromiseAssessment { month: self.month };
            desk.perform(&actor, promise).await.map_err(|declined| declined.to_string())?;
            println!("{}: the worker will assess it", self.month);
            return Ok(ExitCode::SUCCESS);
        }
        let bar = progress::spinner("assessing");
        let told =
            |at: contribution::Progress| bar.set_message(format!("{} employers, {} dues", at.employers, at.lines));
        let ran = contribution::whole_city(&desk, &actor, self.month, &told).await;
        bar.finish_and_clear();
        let ran = ran.map_err(|declined| one_line(&declined))?;
        if let Some(first) = &ran.first {
            println!(
                "{} was first assessed at {} by {}; this run wrote the differences",
                self.month, first.at, first.by
            );
        }
        let run = &ran.run;
        println!("{} employers, {} dues, workers {}, employers {}", run.employers, run.lines, run.worker, run.unit);
        Ok(ExitCode::SUCCESS)
    }
}
