//! `zhijian palm evaluate`.
//!
//! It refuses to write into the folder that it measures: what it writes goes to `--out`.

use crate::cli::progress;
use clap::Args;
use palm::Modality;
use palm::evaluate::{Named, Progress, Report, evaluate, read_names};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Measures on your own people how well palms are told apart: pictures of one day are enrolled, those of another are shown.
/// The last line is one JSON object; rates are in per cent.
#[derive(Debug, Args)]
pub(in crate::cli) struct Measure {
    /// The folder of pictures (PNG, JPEG, BMP), with its folders below.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Only the people with these numbers, such as 1-40.
    #[arg(long, value_name = "A-B", value_parser = range)]
    people: Option<(u32, u32)>,
    /// How files are named below the folder, without endings: {person}, {session}, {number}, and * for what says nothing.
    /// Guessed where it is not given; without sessions the first half of each person's numbers is the first day.
    #[arg(long)]
    pattern: Option<String>,
    /// The pictures are of visible prints, not of veins.
    #[arg(long)]
    print: bool,
    /// The folder for the curve (det.svg, det.json) and the thresholds to be installed (thresholds.toml).
    #[arg(long, value_name = "DIR", default_value = "palm-evaluation")]
    out: PathBuf,
}

fn range(text: &str) -> Result<(u32, u32), String> {
    let ends = text.split_once('-').and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
    ends.filter(|(first, last)| first <= last).ok_or_else(|| "a range is two numbers, such as 1-40".to_owned())
}

impl Measure {
    pub(super) fn run(self) -> Result<ExitCode, String> {
        let (paths, named) = self.pictures()?;
        let modality = if self.print { Modality::Print } else { Modality::Vein };
        let bar = progress::bar(u64::try_from(named.len()).unwrap_or(u64::MAX), "encoding");
        let tick = |progress: Progress| match progress {
            Progress::Encoded => bar.inc(1),
            Progress::Compared => {
                if bar.message() != "comparing" {
                    bar.set_message("comparing");
                }
            }
        };
        let read = |place: usize| paths.get(place).map_or_else(|| Ok(Vec::new()), std::fs::read);
        let report = evaluate(&named, modality, &read, &tick).map_err(|error| error.to_string());
        bar.finish_and_clear();
        let report = report?;
        self.write(&report)?;
        self.print_report(&report, &named);
        let summary = serde_json::to_string(&report.summary).map_err(|error| error.to_string())?;
        println!("{summary}");
        Ok(ExitCode::SUCCESS)
    }

    /// The pictures of those who take part, in the order of their names.
    fn pictures(&self) -> Result<(Vec<PathBuf>, Vec<Named>), String> {
        let mut paths = Vec::new();
        collect(&self.folder, &mut paths)
            .map_err(|error| format!("{} cannot be read: {error}", self.folder.display()))?;
        paths.sort();
        let below = |path: &PathBuf| {
            let path = path.strip_prefix(&self.folder).unwrap_or(path).with_extension("");
            path.to_string_lossy().replace('\\', "/")
        };
        let names: Vec<String> = paths.iter().map(below).collect();
        let named = read_names(&names, self.pattern.as_deref()).map_err(|error| error.to_string())?;
        let wanted = |name: &Named| match (self.people, name.ordinal) {
            (Some((first, last)), Some(number)) => (first..=last).contains(&number),
            (Some(_), None) => false,
            (None, _) => true,
        };
        let kept = paths.into_iter().zip(named).filter(|(_, name)| wanted(name));
        Ok(kept.unzip())
    }

    fn write(&self, report: &Report) -> Result<(), String> {
        let put = |name: &str, text: String| {
            let path = self.out.join(name);
            std::fs::write(&path, text).map_err(|error| format!("{} cannot be written: {error}", path.display()))
        };
        std::fs::create_dir_all(&self.out)
            .map_err(|error| format!("{} cannot be made: {error}", self.out.display()))?;
        let [single, three] = &report.curves;
        let curves = serde_json::json!({ "single": single, "three": three });
        put("det.svg", report.svg())?;
        put("det.json", curves.to_string())?;
        put("thresholds.toml", report.thresholds.to_text().map_err(|error| error.to_string())?)
    }

    fn print_report(&self, report: &Report, named: &[Named]) {
        let summary = &report.summary;
        let [(own, strangers), (own_three, strangers_three)] = report.pairs;
        println!("{} people, {} pictures", summary.people, summary.pictures);
        for (place, refusal) in &report.refusals {
            let who = named.get(*place).map_or("", |name| name.person.as_str());
            let number = named.get(*place).map_or(0, |name| name.number);
            println!("  refused: {who} picture {number}: {refusal}");
        }
        println!("                 own pairs  strangers'   EER %  FNMR@1e-3 %  FNMR@1e-4 %  rank-1 %");
        println!(
            "single          {own:>10}  {strangers:>10}  {:>6.2}  {:>11.2}  {:>11.2}",
            summary.eer_single, summary.fnmr_1e3_single, summary.fnmr_1e4_single
        );
        println!(
            "best of three   {own_three:>10}  {strangers_three:>10}  {:>6.2}               {:>11.2}  {:>8.1}",
            summary.eer_three, summary.fnmr_1e4_three, summary.rank1_three
        );
        let [low, high] = summary.interval;
        println!("95 % of draws of people: single EER {low:.2} to {high:.2} %");
        println!("curve and thresholds in {}", self.out.display());
    }
}

/// Gathers pictures in a folder and those below it. Links are not followed, so that no folder holds itself.
fn collect(folder: &Path, into: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let (kind, path) = (entry.file_type()?, entry.path());
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        if kind.is_dir() {
            collect(&path, into)?;
        } else if kind.is_file()
            && ending.is_some_and(|ending| ["png", "jpg", "jpeg", "bmp"].contains(&ending.as_str()))
        {
            into.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn a_range_of_people_is_two_numbers_in_order() {
        assert_eq!(range("1-40"), Ok((1, 40)));
        for wrong in ["", "7", "9-3", "a-b", "1-2-3"] {
            assert!(range(wrong).is_err(), "{wrong}");
        }
    }
}
