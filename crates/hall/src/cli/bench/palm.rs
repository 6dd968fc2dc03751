//! `zhijian bench palm`.

use super::{decimal, finish};
use crate::cli::home::one_line;
use crate::cli::progress;
use clap::Args;
use palm::bench::{Bench, Load, Searched};
use palm::search::{Kernel, Way};
use serde::Serialize;
use serde_json::Number;
use std::num::NonZero;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// One palm among many: exact, at 49 displacements, with masks, under a key. Bits of chance, nobody's palms.
#[derive(Debug, Args)]
pub(in crate::cli) struct Palm {
    /// How many stored palms are searched.
    #[arg(long, value_name = "N", default_value_t = 360_000, value_parser = clap::value_parser!(u32).range(1_000..=5_000_000))]
    gallery: u32,
    /// Of a hundred stored palms, how many lack some cells; those take longer.
    #[arg(long, value_name = "PERCENT", default_value_t = 10, value_parser = clap::value_parser!(u32).range(0..=100))]
    ragged: u32,
    /// How often each figure is taken; medians are reported.
    #[arg(long, value_name = "N", default_value_t = 21, value_parser = clap::value_parser!(u32).range(1..=1000))]
    rounds: u32,
    /// How many palms share a pass over the memory in the batched figure.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=64))]
    batch: u32,
    /// On how many threads; all cores without it.
    #[arg(long, value_name = "N")]
    threads: Option<NonZero<usize>>,
    /// With which instructions: avx512, avx2, popcnt, neon or portable; the fastest without it.
    #[arg(long, value_name = "NAME", value_parser = kernel)]
    kernel: Option<Kernel>,
    /// Entries of the gallery that is written to the disk and opened; 0 leaves it out.
    #[arg(long, value_name = "N", default_value_t = 2_000_000, value_parser = clap::value_parser!(u32).range(0..=5_000_000))]
    open: u32,
    /// Write the stored bits and the 49 queries into this folder as another library takes them, and stop.
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
}

/// The last line. Times are milliseconds; `limit_ms` is what adding up the same slices takes with nothing else to do.
#[derive(Serialize)]
struct Figures {
    entries: u32,
    ragged_percent: u32,
    kernel: &'static str,
    threads: usize,
    ms: Number,
    per_s: u64,
    one_core_ms: Number,
    batched_ms: Number,
    limit_ms: Number,
    ratio: Number,
    memory_ms: Number,
    planning_ms: Number,
    encode_ms: Number,
    entering_ms: Number,
    open_entries: u32,
    open_ms: Option<Number>,
}

impl Palm {
    pub(super) fn run(self) -> Result<ExitCode, String> {
        let making = progress::spinner("making palms");
        let bench = Bench::new(self.load()).map_err(|error| one_line(&error))?;
        making.finish_and_clear();
        if let Some(folder) = &self.write {
            let shown = folder.display();
            let written = std::fs::create_dir_all(folder).and_then(|()| bench.write_for_peer(folder));
            let mate = written.map_err(|error| format!("{shown} cannot be written: {error}"))?;
            println!("{mate}");
            return Ok(ExitCode::SUCCESS);
        }
        let best = Way::best(NonZero::new(200).unwrap_or(NonZero::<usize>::MIN));
        let way =
            Way { kernel: self.kernel.unwrap_or(best.kernel), threads: self.threads.unwrap_or(best.threads), ..best };
        if !bench.finds_the_mate(way) {
            return Err("the palm that was hidden in the gallery was not found: the program is at fault".to_owned());
        }
        let bar = progress::bar(self.rounds.into(), "searching");
        let searched = bench.search(way, || bar.inc(1));
        bar.finish_and_clear();
        let keys = palm::protect::Keys::generate().map_err(|error| one_line(&error))?;
        let entering = palm::bench::entering(&keys.newest(), 2000).map_err(|error| one_line(&error))?;
        let encoding = palm::bench::encoding(size(self.rounds)).map_err(|error| one_line(&error))?;
        drop(bench);
        finish("palm", self.figures(way, searched, [encoding, entering], self.opening()?))
    }

    fn load(&self) -> Load {
        Load {
            entries: size(self.gallery),
            ragged_percent: size(self.ragged),
            rounds: size(self.rounds),
            batch: size(self.batch),
        }
    }

    /// How long a gallery on the disk takes to open.
    fn opening(&self) -> Result<Option<Number>, String> {
        if self.open == 0 {
            return Ok(None);
        }
        let folder = std::env::temp_dir().join(format!("zhijian-bench-palm-{}", uuid::Uuid::now_v7()));
        let writing = progress::spinner("writing a gallery to open");
        let opened = palm::bench::opening(&folder, size(self.open), 11);
        writing.finish_and_clear();
        let removed = std::fs::remove_dir_all(&folder);
        let opened = opened.map_err(|error| one_line(&error))?;
        removed.map_err(|error| format!("{} cannot be removed: {error}", folder.display()))?;
        Ok(Some(milliseconds(opened)))
    }

    fn figures(
        &self,
        way: Way,
        searched: Searched,
        [encoding, entering]: [Duration; 2],
        open_ms: Option<Number>,
    ) -> Figures {
        let nanos = |time: Duration| time.as_nanos().max(1);
        let share = nanos(searched.limit) * 1000 / nanos(searched.one);
        let per_s = u128::from(self.gallery) * 1_000_000_000 / nanos(searched.one);
        Figures {
            entries: self.gallery,
            ragged_percent: self.ragged,
            kernel: way.kernel.name(),
            threads: way.threads.get(),
            ms: milliseconds(searched.one),
            per_s: u64::try_from(per_s).unwrap_or(u64::MAX),
            one_core_ms: milliseconds(searched.one_core),
            batched_ms: milliseconds(searched.batched),
            limit_ms: milliseconds(searched.limit),
            ratio: decimal(u64::try_from(share).unwrap_or(u64::MAX)),
            memory_ms: milliseconds(searched.memory),
            planning_ms: milliseconds(searched.planning),
            encode_ms: milliseconds(encoding),
            entering_ms: milliseconds(entering),
            open_entries: self.open,
            open_ms,
        }
    }
}

fn kernel(name: &str) -> Result<Kernel, String> {
    Kernel::named(name).ok_or_else(|| format!("this machine has no {name}"))
}

fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Milliseconds to three decimals.
fn milliseconds(time: Duration) -> Number {
    decimal(u64::try_from(time.as_micros()).unwrap_or(u64::MAX))
}
