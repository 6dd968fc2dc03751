//! The outline of a hand, walked once around, and the valleys between its fingers.
#![allow(clippy::as_conversions, reason = "places in a picture are whole and real by turns; all are far below 2^24")]

use crate::map::Point;
use crate::parameters as set;
use crate::silhouette::Silhouette;

/// A closed outline in steps of one pixel of the halved picture.
#[derive(Clone, Debug)]
pub(crate) struct Contour {
    pub(crate) points: Vec<Point>,
    /// How far each point is from the middle of the palm.
    pub(crate) distances: Vec<f32>,
}

/// A place where the outline comes near the middle of the palm between two stretches that go away from it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Valley {
    /// Which point of the outline it is.
    pub(crate) place: usize,
    pub(crate) at: Point,
    /// How much farther the lower of the two fingers beside it reaches.
    pub(crate) rise: f32,
}

impl Contour {
    /// Walks around the hand.
    pub(crate) fn around(hand: &Silhouette) -> Self {
        let walked = walk(hand);
        let points = smoothed(&even(&walked), set::CONTOUR_SMOOTHING);
        let distances = points.iter().map(|point| point.minus(hand.centre).length()).collect();
        Self { points, distances }
    }

    /// The valleys in the order of the outline.
    pub(crate) fn valleys(&self, hand: &Silhouette) -> Vec<Valley> {
        let near = (set::VALLEY_WINDOW * hand.radius) as usize;
        let far = (set::FINGER_WINDOW * hand.radius) as usize;
        if self.points.len() < 2 * far + 2 {
            return Vec::new();
        }
        let mut found = Vec::new();
        for (place, (at, here)) in self.points.iter().zip(&self.distances).enumerate() {
            let lowest = |reach: usize, side: Side| self.fold(place, reach, side, f32::INFINITY, f32::min);
            let highest = |reach: usize, side: Side| self.fold(place, reach, side, 0.0, f32::max);
            // The first of equals, so that a flat floor is one valley.
            if lowest(near, Side::Before) <= *here || lowest(near, Side::After) < *here {
                continue;
            }
            let close = highest(near, Side::Before).min(highest(near, Side::After)) - here;
            let rise = highest(far, Side::Before).min(highest(far, Side::After)) - here;
            if close >= set::VALLEY_RISE_MIN * hand.radius && !at_edge(*at, hand) {
                found.push(Valley { place, at: *at, rise });
            }
        }
        found
    }

    fn fold(&self, place: usize, reach: usize, side: Side, start: f32, choose: fn(f32, f32) -> f32) -> f32 {
        let length = self.distances.len();
        let steps = 1..=reach;
        let away = |step: usize| match side {
            Side::Before => (place + length - step) % length,
            Side::After => (place + step) % length,
        };
        steps.fold(start, |best, step| choose(best, self.distances[away(step)]))
    }
}

#[derive(Clone, Copy)]
enum Side {
    Before,
    After,
}

fn at_edge(at: Point, hand: &Silhouette) -> bool {
    let rim = 3.0;
    at.x < rim || at.y < rim || at.x > hand.width as f32 - 1.0 - rim || at.y > hand.height as f32 - 1.0 - rim
}

/// The eight neighbours, turning from right to down.
const AROUND: [(i32, i32); 8] = [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)];

/// Follows the outer edge with the hand to the right (Moore's neighbours), from the first pixel of the hand.
fn walk(hand: &Silhouette) -> Vec<Point> {
    let Some(first) = hand.inside.iter().position(|inside| *inside) else { return Vec::new() };
    let start = ((first % hand.width) as i32, (first / hand.width) as i32);
    let (mut here, mut heading) = (start, 0_usize);
    let mut points = Vec::new();
    for _ in 0..4 * hand.inside.len() {
        points.push(Point { x: here.0 as f32, y: here.1 as f32 });
        // Looks first to where it came from and then round to the right.
        let next = (0..8).map(|turn| (heading + 5 + turn) % 8).find(|towards| {
            let (dx, dy) = AROUND[*towards];
            hand.holds(here.0 + dx, here.1 + dy)
        });
        let Some(towards) = next else { break };
        if here == start && points.len() > 1 && towards == heading_of_first(&points) {
            break;
        }
        here = (here.0 + AROUND[towards].0, here.1 + AROUND[towards].1);
        heading = towards;
    }
    points.pop();
    points
}

/// The direction of the very first step.
fn heading_of_first(points: &[Point]) -> usize {
    let [from, to, ..] = points else { return 0 };
    let step = to.minus(*from);
    AROUND.iter().position(|(dx, dy)| *dx == step.x as i32 && *dy == step.y as i32).unwrap_or_default()
}

/// The same closed line in steps of one pixel.
fn even(points: &[Point]) -> Vec<Point> {
    let mut out = Vec::with_capacity(points.len() * 3 / 2);
    let mut left = 0.0;
    let after = points.iter().cycle().skip(1);
    for (from, to) in points.iter().zip(after) {
        let step = to.minus(*from);
        let length = step.length();
        while left < length {
            out.push(from.plus(step.times(left / length)));
            left += 1.0;
        }
        left -= length;
    }
    out
}

/// Two means over windows of `2 * radius + 1` around the closed line.
fn smoothed(points: &[Point], radius: usize) -> Vec<Point> {
    let length = points.len();
    if length < 2 * radius + 1 {
        return points.to_vec();
    }
    let share = 1.0 / (2 * radius + 1) as f32;
    let mut line = points.to_vec();
    for _ in 0..2 {
        let mean = |place: usize| {
            let window = (0..=2 * radius).map(|step| line[(place + length + step - radius) % length]);
            window.fold(Point::default(), Point::plus).times(share)
        };
        line = (0..length).map(mean).collect();
    }
    line
}
