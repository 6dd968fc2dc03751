//! `zhijian palm synth`.

use crate::cli::progress;
use clap::Args;
use palm::Picture;
use palm::synth::{HEIGHT, Synth, WIDTH};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};

/// Draws hands that nobody has, as pictures for tests and the demo: PERSON_SESSION_SHOT.png. No accuracy is quoted from them.
#[derive(Debug, Args)]
pub(in crate::cli) struct Draw {
    /// How many people.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    people: u32,
    /// On how many days each.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=99))]
    sessions: u32,
    /// How many pictures each day.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=99))]
    shots: u32,
    /// Another number is another population.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The folder for the pictures; it is made if it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Draw {
    pub(super) fn run(self) -> Result<ExitCode, String> {
        let shown = self.out.display();
        std::fs::create_dir_all(&self.out).map_err(|error| format!("{shown} cannot be made: {error}"))?;
        let pictures = u64::from(self.people) * u64::from(self.sessions * self.shots);
        let bar = progress::bar(pictures, "drawing");
        let next = AtomicU32::new(1);
        let draw = || {
            loop {
                let person = next.fetch_add(1, Ordering::Relaxed);
                if person > self.people {
                    return Ok(());
                }
                for (session, shot) in (1..=self.sessions).flat_map(|day| (1..=self.shots).map(move |shot| (day, shot)))
                {
                    write(&self.out, Synth { seed: self.seed, person, session, shot })?;
                    bar.inc(1);
                }
            }
        };
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let drawn: Result<(), String> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..cores).map(|_| scope.spawn(draw)).collect();
            let stopped = || Err("a thread ended early".to_owned());
            threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|_| stopped()))
        });
        bar.finish_and_clear();
        drawn?;
        println!("{pictures} pictures of {} people in {shown}", self.people);
        Ok(ExitCode::SUCCESS)
    }
}

fn write(folder: &Path, synth: Synth) -> Result<(), String> {
    let Synth { person, session, shot, .. } = synth;
    let path = folder.join(format!("{person:04}_{session}_{shot}.png"));
    let picture = Picture::new(WIDTH, HEIGHT, synth.show().grey).ok_or("a drawn picture has another size")?;
    std::fs::write(&path, picture.to_png()).map_err(|error| format!("{} cannot be written: {error}", path.display()))
}
