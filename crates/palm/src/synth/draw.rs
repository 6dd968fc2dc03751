//! From a hand and its pose to the light that comes back from it.
#![allow(clippy::as_conversions, reason = "places in a picture are whole and real by turns; all are far below 2^24")]

use super::anatomy::{Day, Line, Shape};
use super::pose::Pose;
use super::{Chance, HEIGHT, Place, WIDTH};

/// A map of the palm's square from -1.5 to 1.5 radii: how much darker the lines make the skin.
pub(super) struct Chart {
    veins: Vec<f32>,
    creases: Vec<f32>,
}

const SIDE: usize = 480;
const REACH: f32 = 1.5;
/// Grey from which a vein counts as one in the truth.
const VEIN_MIN: f32 = 4.0;

/// Draws veins and creases on a chart of the palm. Deep veins are wide and soft: skin scatters the light.
pub(super) fn veins(day: &Day) -> Chart {
    let mut chart = Chart { veins: vec![0.0; SIDE * SIDE], creases: vec![0.0; SIDE * SIDE] };
    day.veins.iter().for_each(|vein| stamp(&mut chart.veins, vein));
    day.creases.iter().for_each(|crease| stamp(&mut chart.creases, crease));
    chart
}

fn stamp(chart: &mut [f32], line: &Line) {
    let pixel = 2.0 * REACH / SIDE as f32;
    let reach = (line.width * 3.0 / pixel).ceil() as i32;
    for pair in line.points.windows(2) {
        let [from, to] = pair else { continue };
        let steps = (from.distance(*to) / pixel).ceil().max(1.0);
        for step in 0..steps as i32 {
            let at = from.plus(to.plus(from.times(-1.0)).times(step as f32 / steps));
            let (x, y) = (((at.along + REACH) / pixel) as i32, ((at.across + REACH) / pixel) as i32);
            for (y, x) in (y - reach..=y + reach).flat_map(|y| (x - reach..=x + reach).map(move |x| (y, x))) {
                let (Ok(column), Ok(row)) = (usize::try_from(x), usize::try_from(y)) else { continue };
                if column >= SIDE || row >= SIDE {
                    continue;
                }
                let place = Place::at((x as f32 + 0.5) * pixel - REACH, (y as f32 + 0.5) * pixel - REACH);
                let away = place.distance(at) / line.width;
                let darker = line.depth * (-0.5 * away * away).exp();
                let here = &mut chart[row * SIDE + column];
                *here = here.max(darker);
            }
        }
    }
}

fn read(chart: &[f32], place: Place) -> f32 {
    let pixel = 2.0 * REACH / SIDE as f32;
    let (x, y) = ((place.along + REACH) / pixel - 0.5, (place.across + REACH) / pixel - 0.5);
    if x < 0.0 || y < 0.0 || x >= (SIDE - 1) as f32 || y >= (SIDE - 1) as f32 {
        return 0.0;
    }
    let (column, row) = (x as usize, y as usize);
    let (right, down) = (x - column as f32, y - row as f32);
    let at = |row: usize, column: usize| chart[row * SIDE + column];
    let above = at(row, column) * (1.0 - right) + at(row, column + 1) * right;
    let below = at(row + 1, column) * (1.0 - right) + at(row + 1, column + 1) * right;
    above * (1.0 - down) + below * down
}

/// The light of every pixel, in grey levels, and where a vein lies.
pub(super) fn hand(shape: &Shape, pose: &Pose, chart: &Chart, day: &Day, chance: &mut Chance) -> (Vec<f32>, Vec<bool>) {
    let mut light = vec![0.0; WIDTH * HEIGHT];
    let mut truth = vec![false; WIDTH * HEIGHT];
    let hot = (chance.between(360.0, 440.0), chance.between(250.0, 330.0));
    for (pixel, x, y) in Pose::pixels() {
        let place = pose.place(x, y);
        let outside = shape.outside(place);
        let cover = (0.5 - outside * pose.scale() / 1.6).clamp(0.0, 1.0);
        let dark = 7.0 + 3.0 * ((x * 0.01).sin() * (y * 0.013).cos());
        let far = ((x - hot.0).powi(2) + (y - hot.1).powi(2)) / (240.0 * 240.0);
        // Round flesh turns away from the light towards its edges.
        let round = (1.0 - (-outside / 0.30).clamp(0.0, 1.0)).powi(2);
        let vein = read(&chart.veins, place);
        let mut skin = day.brightness * (1.0 - 0.30 * round) + 16.0 * (-far).exp();
        skin += blotches(day.blotches, place) - vein - read(&chart.creases, place);
        if let Some((from, grey)) = pose.sleeve.filter(|(from, _)| place.along > *from) {
            skin = grey + 4.0 * ((place.along - from) * 60.0).sin();
        }
        light[pixel] = dark + (skin - dark) * cover;
        truth[pixel] = cover > 0.5 && vein > VEIN_MIN;
        let shines =
            |[left, top, right, bottom]: &[f32; 4]| (*left..*right).contains(&x) && (*top..*bottom).contains(&y);
        if pose.window.as_ref().is_some_and(shines) {
            light[pixel] = 252.0;
        }
    }
    (blurred(&light, 0.7 + pose.tremor), truth)
}

/// Uneven skin: slow waves that belong to the person.
fn blotches(phases: [f32; 4], place: Place) -> f32 {
    let [a, b, c, d] = phases;
    2.5 * ((place.along * 3.1 + a).sin() * (place.across * 2.7 + b).sin())
        + 1.5 * ((place.along * 7.3 + c).sin() * (place.across * 6.1 + d).sin())
}

/// A lens that is not perfectly sharp, or a hand that trembles: three weights along, then across; edges repeat.
fn blurred(light: &[f32], amount: f32) -> Vec<f32> {
    let side = amount / (1.0 + 2.0 * amount);
    let mix = |before: f32, here: f32, after: f32| here * (1.0 - 2.0 * side) + (before + after) * side;
    let mut along = Vec::with_capacity(light.len());
    for row in light.chunks_exact(WIDTH) {
        along.extend((0..WIDTH).map(|x| mix(row[x.saturating_sub(1)], row[x], row[(x + 1).min(WIDTH - 1)])));
    }
    let at = |x: usize, y: usize| along[y * WIDTH + x];
    let both = |pixel: usize| {
        let (x, y) = (pixel % WIDTH, pixel / WIDTH);
        mix(at(x, y.saturating_sub(1)), at(x, y), at(x, (y + 1).min(HEIGHT - 1)))
    };
    (0..light.len()).map(both).collect()
}
