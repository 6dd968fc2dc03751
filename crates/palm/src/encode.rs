//! From skin to bits: six oriented filters and the curvature, each asked only for its sign or its rank.
#![allow(clippy::as_conversions, reason = "places in a grid are whole and real by turns; all are far below 2^24")]

use crate::code::{Code, Modality, PLANES, Plane, SIDE, WORDS};
use crate::map::{Map, Point};
use crate::normalise::normalise;
use crate::parameters as set;
use crate::parameters::GRID;
use crate::region::Skin;
use crate::spectrum::Spectrum;
use std::sync::OnceLock;

/// Pixels of the grid along a side of a cell.
pub(crate) const CELL: usize = set::REGION_PIXELS / SIDE;
/// Pixels of the grid before the region.
const MARGIN: usize = (GRID - set::REGION_PIXELS) / 2;

/// What the filters say of a piece of skin, pixel by pixel.
#[derive(Clone, Debug)]
pub(crate) struct Answers {
    /// Six orientations, each the mean over a cell around the pixel; negative along a dark line.
    pub(crate) filters: [Map; PLANES],
    /// How sharply grey dips, the mean over a cell.
    pub(crate) ridge: Map,
    /// The part of a cell that is trusted.
    pub(crate) trust: Map,
}

/// A step within a cell, in pixels of the grid: -1, 0 or 1 each.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Step {
    pub(crate) x: i8,
    pub(crate) y: i8,
}

impl Answers {
    /// Asks all filters.
    pub(crate) fn of(skin: &Skin) -> Self {
        let spectrum = Spectrum::of(&normalise(skin));
        let bank = Bank::get();
        let pair = |first: &[f32], second: &[f32]| spectrum.answers(first, second);
        let [a, b, c, d, e, f] = &bank.oriented;
        let ((a, b), (c, d), (e, f)) = (pair(a, b), pair(c, d), pair(e, f));
        let (xx, yy) = pair(&bank.curvature[0], &bank.curvature[1]);
        let (xy, _) = pair(&bank.curvature[2], &bank.curvature[2]);
        // The larger eigenvalue of the second derivatives is the curvature across the line.
        let half = xx.with(&yy, |xx, yy| (xx - yy) / 2.0).with(&xy, f32::hypot);
        let sharp = xx.with(&yy, |xx, yy| (xx + yy) / 2.0).with(&half, |mean, half| (mean + half).max(0.0));
        Self { filters: [a, b, c, d, e, f], ridge: cell_means(&sharp), trust: cell_means(&skin.trust) }
    }

    /// The bits of the cells, seen from a step within the cell.
    pub(crate) fn code(&self, modality: Modality, step: Step) -> Code {
        let bits = |map: &Map, is: &dyn Fn(f32) -> bool| -> Plane {
            let mut plane = [0; WORDS];
            for (cell, at) in places(step).enumerate() {
                if is(map.values[at]) {
                    plane[cell / 64] |= 1 << (cell % 64);
                }
            }
            plane
        };
        let mask = bits(&self.trust, &|trust| trust >= set::TRUST_MIN);
        let planes = self.filters.each_ref().map(|filter| bits(filter, &|answer| answer < 0.0));
        let counts = |cell: usize| mask[cell / 64] >> (cell % 64) & 1 == 1;
        let sharpness = places(step).enumerate().filter(|(cell, _)| counts(*cell)).map(|(_, at)| self.ridge.values[at]);
        let mut sharpness: Vec<f32> = sharpness.collect();
        let rank = (sharpness.len() as f32 * (1.0 - set::RIDGE_SHARE)) as usize;
        let least = if rank < sharpness.len() {
            *sharpness.select_nth_unstable_by(rank, f32::total_cmp).1
        } else {
            f32::INFINITY
        };
        Code::new(modality, planes, bits(&self.ridge, &|sharp| sharp >= least), mask)
    }
}

/// The middle pixel of each cell in the order of the code.
fn places(step: Step) -> impl Iterator<Item = usize> {
    let first = |step: i8| MARGIN.saturating_add_signed(isize::from(step)) + CELL / 2;
    let (left, top) = (first(step.x), first(step.y));
    (0..SIDE).flat_map(move |y| (0..SIDE).map(move |x| (top + y * CELL) * GRID + left + x * CELL))
}

/// The mean over the cell around each pixel.
fn cell_means(map: &Map) -> Map {
    let across = |map: &Map| {
        let mut out = map.clone();
        for (row, out) in map.values.chunks_exact(GRID).zip(out.values.chunks_exact_mut(GRID)) {
            for (window, place) in row.windows(CELL).zip(out.iter_mut().skip(CELL / 2)) {
                *place = window.iter().sum::<f32>() / CELL as f32;
            }
        }
        out
    };
    across(&across(map).transposed()).transposed()
}

/// The spectra of the filters. All are even, so their spectra are real.
struct Bank {
    oriented: [Vec<f32>; PLANES],
    curvature: [Vec<f32>; 3],
}

impl Bank {
    fn get() -> &'static Self {
        static BANK: OnceLock<Bank> = OnceLock::new();
        BANK.get_or_init(|| {
            let cell = kernel(|at| if at.x.abs().max(at.y.abs()) <= (CELL / 2) as f32 { 1.0 } else { 0.0 });
            let area = (CELL * CELL) as f32;
            let cell: Vec<f32> = cell.into_iter().map(|value| value / area).collect();
            let oriented = std::array::from_fn(|plane| {
                let filter = oriented(30.0 * plane as f32);
                filter.iter().zip(&cell).map(|(filter, cell)| filter * cell).collect()
            });
            let width = set::RIDGE_WIDTH;
            let bell = move |at: Point| (-at.dot(at) / (2.0 * width * width)).exp();
            let curvature = [
                kernel(|at| (at.x * at.x / (width * width) - 1.0) * bell(at)),
                kernel(|at| (at.y * at.y / (width * width) - 1.0) * bell(at)),
                kernel(|at| at.x * at.y / (width * width) * bell(at)),
            ];
            Self { oriented, curvature }
        })
    }
}

/// A Gabor filter without a mean across lines that run at an angle (degrees, from right to down).
fn oriented(angle: f32) -> Vec<f32> {
    let (sine, cosine) = angle.to_radians().sin_cos();
    let bell = move |at: Point| {
        let along = at.x * cosine + at.y * sine;
        let across = at.y * cosine - at.x * sine;
        let bell = (-(across / set::ACROSS).powi(2) / 2.0 - (along / set::ALONG).powi(2) / 2.0).exp();
        (bell, bell * (std::f32::consts::TAU * across / set::WAVELENGTH).cos())
    };
    let sums = whole_grid().map(bell).fold((0.0, 0.0), |sums, (bell, wave)| (sums.0 + bell, sums.1 + wave));
    let mean = sums.1 / sums.0;
    kernel(|at| {
        let (bell, wave) = bell(at);
        wave - mean * bell
    })
}

/// The places of the grid around its origin, as it wraps around.
fn whole_grid() -> impl Iterator<Item = Point> {
    let signed = |place: usize| if place < GRID / 2 { place as f32 } else { place as f32 - GRID as f32 };
    (0..GRID).flat_map(move |y| (0..GRID).map(move |x| Point { x: signed(x), y: signed(y) }))
}

fn kernel(value: impl Fn(Point) -> f32) -> Vec<f32> {
    let values = whole_grid().map(value).collect();
    Spectrum::of(&Map { width: GRID, height: GRID, values }).real
}
