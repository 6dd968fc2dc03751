//! How well the engine tells people apart on a folder of pictures. Every agency must measure on its own people, so this is a
//! feature and not a script.
//!
//! The protocol: pictures of the first session are enrolled, those of later sessions are shown, and only such pairs count,
//! for pictures of one minute flatter. Single: each pair by itself. Three: the best of up to three enrolled pictures.
//! It refuses names that do not show who is who, and sets in which nothing is left to compare.
#![allow(clippy::as_conversions, reason = "counts of pairs become rates; all are far below 2^53")]

mod curve;
mod figures;
mod names;

use crate::capture::Capture;
use crate::code::{Code, Modality};
use crate::compare::{Enrolled, Probe};
use crate::refusal::Refusal;
use crate::threshold::{Threshold, Thresholds};
use figures::{FARTHEST, Pair, Sorted, Tail};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

pub use figures::Point;
pub use names::{Named, NamesError, read as read_names};

/// Enrolled pictures of a person that count in the second protocol.
const THREE: usize = 3;
/// How often people are drawn anew for the interval.
const DRAWS: usize = 1_000;

/// Why nothing was measured.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// A picture's file could not be read.
    #[error("a picture cannot be read")]
    Unreadable(#[from] std::io::Error),
    /// Nobody is left with pictures of both kinds, or only one person is.
    #[error("fewer than two people are left with an enrolled and a shown picture")]
    NobodyLeft,
}

/// What is being done, for whoever shows progress.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// A picture was encoded.
    Encoded,
    /// A shown picture was compared with all enrolled ones.
    Compared,
}

/// What was measured.
#[derive(Clone, Debug)]
pub struct Report {
    /// The figures, in the order and under the names of the summary.
    pub summary: Summary,
    /// Which pictures were refused (places in the list), and why.
    pub refusals: Vec<(usize, Refusal)>,
    /// Pairs of one person and of strangers: single, then three.
    pub pairs: [(usize, usize); 2],
    /// The curves: single, then three.
    pub curves: [Vec<Point>; 2],
    /// A file of thresholds that an agency may install.
    pub thresholds: Thresholds,
}

/// The figures in one line. Rates are in per cent.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Summary {
    /// Who took part.
    pub people: usize,
    /// Their pictures.
    pub pictures: usize,
    /// Those that the gate refused: failures to enrol or to acquire.
    pub refused: usize,
    /// Equal error rate, picture to picture.
    pub eer_single: f64,
    /// One's own refused where one stranger in a thousand passes, picture to picture.
    pub fnmr_1e3_single: f64,
    /// The same where one in ten thousand passes.
    pub fnmr_1e4_single: f64,
    /// Equal error rate against the best of three.
    pub eer_three: f64,
    /// One's own refused where one stranger in ten thousand passes, best of three.
    pub fnmr_1e4_three: f64,
    /// How often one's own is the nearest of all, best of three.
    pub rank1_three: f64,
    /// The middle 95 % of the single equal error rate when people are drawn anew.
    pub interval: [f64; 2],
}

impl Report {
    /// The curves as a drawing.
    pub fn svg(&self) -> String {
        let [single, three] = &self.curves;
        curve::svg(&[("1", single), ("best of 3", three)])
    }
}

struct Shown {
    person: usize,
    number: u32,
    probe: Probe,
}

/// Measures. `read` gives the bytes of a picture by its place; `tick` hears of progress from many threads.
pub fn evaluate(
    named: &[Named],
    modality: Modality,
    read: &(dyn Fn(usize) -> std::io::Result<Vec<u8>> + Sync),
    tick: &(dyn Fn(Progress) + Sync),
) -> Result<Report, EvaluateError> {
    let people: BTreeSet<&str> = named.iter().map(|name| name.person.as_str()).collect();
    let people: BTreeMap<&str, usize> = people.into_iter().zip(0..).collect();
    let first: BTreeMap<&str, u32> = named.iter().rev().fold(BTreeMap::new(), |mut first, name| {
        let session: &mut u32 = first.entry(&name.person).or_insert(name.session);
        *session = name.session.min(*session);
        first
    });
    let is_first = |name: &Named| first.get(name.person.as_str()) == Some(&name.session);
    let taken = take(named, modality, read, tick, &is_first)?;
    let mut refusals = Vec::new();
    let (mut enrolled, mut shown) = (Vec::new(), Vec::new());
    for (place, (name, taken)) in named.iter().zip(taken).enumerate() {
        let person = people.get(name.person.as_str()).copied().unwrap_or_default();
        match taken {
            Err(refusal) => refusals.push((place, refusal)),
            Ok(probe) if is_first(name) => enrolled.push((person, name.number, *probe.code())),
            Ok(probe) => shown.push(Shown { person, number: name.number, probe }),
        }
    }
    enrolled.sort_by_key(|(person, number, _)| (*person, *number));
    shown.sort_by_key(|shown| (shown.person, shown.number));
    let matrix = compare(&enrolled, &shown, tick);
    let set = Set { people: people.len(), pictures: named.len(), modality };
    figures_of(&set, &enrolled, &shown, &matrix, refusals)
}

/// Takes the palms out of all pictures, on all cores. What is only enrolled needs no further poses.
fn take(
    named: &[Named],
    modality: Modality,
    read: &(dyn Fn(usize) -> std::io::Result<Vec<u8>> + Sync),
    tick: &(dyn Fn(Progress) + Sync),
    is_first: &(dyn Fn(&Named) -> bool + Sync),
) -> Result<Vec<Result<Probe, Refusal>>, EvaluateError> {
    let one = |(place, name): (usize, &Named)| -> std::io::Result<Result<Probe, Refusal>> {
        let capture = Capture::decode(&read(place)?, modality);
        let first = is_first(name);
        let probe = capture.map(|capture| if first { Probe::of_code(capture.code()) } else { capture.probe() });
        tick(Progress::Encoded);
        Ok(probe)
    };
    let all: std::io::Result<Vec<Result<Probe, Refusal>>> =
        named.par_iter().enumerate().map(|(place, name)| one((place, name))).collect();
    Ok(all?)
}

/// The distance of each shown picture to each enrolled one.
fn compare(enrolled: &[(usize, u32, Code)], shown: &[Shown], tick: &(dyn Fn(Progress) + Sync)) -> Vec<Vec<u32>> {
    let displaced: Vec<Enrolled> = enrolled.iter().map(|(_, _, code)| Enrolled::new(code)).collect();
    let row = |shown: &Shown| -> Vec<u32> {
        let distance = |enrolled: &Enrolled| shown.probe.distance(enrolled).map_or(FARTHEST, |distance| distance.0);
        let row = displaced.iter().map(distance).collect();
        tick(Progress::Compared);
        row
    };
    shown.par_iter().map(row).collect()
}

struct Set {
    people: usize,
    pictures: usize,
    modality: Modality,
}

fn figures_of(
    set: &Set,
    enrolled: &[(usize, u32, Code)],
    shown: &[Shown],
    matrix: &[Vec<u32>],
    refusals: Vec<(usize, Refusal)>,
) -> Result<Report, EvaluateError> {
    let (mut single, mut three) = (Vec::new(), Vec::new());
    let (mut first, mut asked) = (0_usize, 0_usize);
    for (shown, row) in shown.iter().zip(matrix) {
        let mut best: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        for ((person, _, _), distance) in enrolled.iter().zip(row) {
            single.push(Pair { enrolled: *person, shown: shown.person, distance: *distance });
            best.entry(*person).or_default().push(*distance);
        }
        let nearest = |distances: &Vec<u32>| distances.iter().take(THREE).copied().min().unwrap_or(FARTHEST);
        let best: BTreeMap<usize, u32> = best.iter().map(|(person, distances)| (*person, nearest(distances))).collect();
        let Some(own) = best.get(&shown.person) else { continue };
        asked += 1;
        first += usize::from(best.iter().all(|(person, distance)| *person == shown.person || distance > own));
        three.extend(best.iter().map(|(person, distance)| Pair {
            enrolled: *person,
            shown: shown.person,
            distance: *distance,
        }));
    }
    let (single, three) = (Sorted::new(single), Sorted::new(three));
    let pairs = [single.counts(), three.counts()];
    if pairs.iter().any(|(own, strangers)| *own == 0 || *strangers == 0) {
        return Err(EvaluateError::NobodyLeft);
    }
    let curves = [single.points(), three.points()];
    let (low, high) = single.interval(set.people, DRAWS);
    let percent = |rate: f64| (rate * 100_000.0).round() / 1_000.0;
    let missed = |curve: usize, rate: f64| percent(figures::false_non_match_at(&curves[curve], rate));
    let summary = Summary {
        people: set.people,
        pictures: set.pictures,
        refused: refusals.len(),
        eer_single: percent(figures::equal_error_rate(&curves[0])),
        fnmr_1e3_single: missed(0, 1e-3),
        fnmr_1e4_single: missed(0, 1e-4),
        eer_three: percent(figures::equal_error_rate(&curves[1])),
        fnmr_1e4_three: missed(1, 1e-4),
        rank1_three: percent(first as f64 / asked as f64),
        interval: [percent(low), percent(high)],
    };
    let thresholds = thresholds(set, &single, &curves[0]);
    Ok(Report { summary, refusals, pairs, curves, thresholds })
}

/// What an agency may install: counted as far as thirty strangers' pairs carry, by the fitted tail beyond.
fn thresholds(set: &Set, single: &Sorted, points: &[Point]) -> Thresholds {
    const RATES: [u64; 6] = [1_000, 10_000, 100_000, 300_000, 1_000_000, 10_000_000];
    let (_, strangers) = single.counts();
    let tail = Tail::fit(single);
    let mut threshold: Vec<Threshold> = Vec::new();
    for one_in in RATES {
        let rate = 1.0 / one_in as f64;
        let counted = figures::threshold_at(points, rate).map(|point| point.distance);
        // The rule of thirty: fewer errors say too little of a rate.
        let enough = strangers as f64 * rate >= 30.0;
        let fitted = tail.as_ref().and_then(|tail| tail.distance_at(rate));
        let distance = if enough { counted } else { fitted.or(counted) };
        let before = threshold.last().map_or(FARTHEST, |threshold| threshold.distance);
        threshold.extend(distance.map(|distance| Threshold {
            one_in,
            distance: distance.min(before),
            extrapolated: !enough,
        }));
    }
    // Pictures of one enrolment agree as strangers in a thousand would not.
    let agreement = threshold.first().map_or(0, |threshold| threshold.distance);
    Thresholds {
        version: 1,
        encoder: Code::VERSION,
        modality: set.modality,
        measured_on: format!("{} people, {} pictures, {strangers} pairs of strangers", set.people, set.pictures),
        agreement,
        threshold,
    }
}
