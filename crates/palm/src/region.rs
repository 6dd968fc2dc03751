//! The region of the palm: a square that hangs from the valleys between the four fingers.
//!
//! It holds at any turn of the hand, for left and right. It refuses rather than guesses: a wrong region is a wrong person.
#![allow(clippy::as_conversions, reason = "places in a picture are whole and real by turns; all are far below 2^24")]

use crate::contour::{Contour, Valley};
use crate::map::{Map, Point};
use crate::parameters as set;
use crate::picture::Picture;
use crate::refusal::Refusal;
use crate::silhouette::Silhouette;

/// Where the palm's square lies in the picture.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Frame {
    /// The middle of the square, in pixels of the picture.
    pub(crate) centre: Point,
    /// The direction of its rows, of length one.
    pub(crate) along: Point,
    /// Its side in pixels of the picture.
    pub(crate) side: f32,
}

/// What was found of a hand: its outline, its valleys and the frame that they give.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) hand: Silhouette,
    pub(crate) contour: Contour,
    pub(crate) valleys: Vec<Valley>,
    /// The three that were chosen.
    pub(crate) triple: [Valley; 3],
    pub(crate) frame: Frame,
}

/// Finds the region in a picture.
pub(crate) fn find(picture: &Picture) -> Result<Found, Refusal> {
    let hand = Silhouette::find(&picture.reduced(2))?;
    let contour = Contour::around(&hand);
    let valleys = contour.valleys(&hand);
    let Some(triple) = choose(&valleys, &hand) else { return Err(why_not(&valleys, &hand)) };
    let frame = frame(&triple, &hand);
    if !within(&frame, picture) {
        return Err(Refusal::CutOff);
    }
    Ok(Found { hand, contour, valleys, triple, frame })
}

/// The three valleys that lie most as those between four fingers do; nothing when none lie nearly so.
fn choose(valleys: &[Valley], hand: &Silhouette) -> Option<[Valley; 3]> {
    let mut best: Option<(f32, [Valley; 3])> = None;
    let count = valleys.len();
    for first in 0..count {
        // Around the outline once: those after the first, then those before it.
        let rest: Vec<Valley> = (1..count).map(|step| valleys[(first + step) % count]).collect();
        for (place, middle) in rest.iter().enumerate() {
            for last in rest.iter().skip(place + 1) {
                let triple = [valleys[first], *middle, *last];
                let Some(strange) = strangeness(&triple, hand) else { continue };
                if best.as_ref().is_none_or(|(least, _)| strange < *least) {
                    best = Some((strange, triple));
                }
            }
        }
    }
    best.filter(|(strange, _)| *strange <= set::STRANGENESS_MAX).map(|(_, triple)| triple)
}

/// How unlike other hands three valleys lie: the sum of squared deviations. Nothing when they turn away from the palm or a
/// finger beside them is too short. What differs between left and right counts alike for both.
pub(crate) fn strangeness(triple: &[Valley; 3], hand: &Silhouette) -> Option<f32> {
    let [a, b, c] = triple.map(|valley| valley.at);
    let line = c.minus(a);
    let (length, radius) = (line.length(), hand.radius);
    let along = line.times(1.0 / length);
    let (middle, palm) = (b.minus(a), hand.centre.minus(a));
    let inward = along.turned();
    let rise = triple.iter().map(|valley| valley.rise).fold(f32::INFINITY, f32::min);
    let possible = palm.dot(inward) > set::PALM_DEPTH_MIN * radius && rise >= set::FINGER_MIN * radius;
    let measures = [
        (length / radius, set::OUTER_VALLEYS),
        (middle.length() / radius, set::NEIGHBOURS),
        (c.minus(b).length() / radius, set::NEIGHBOURS),
        (-middle.dot(inward) / length, set::MIDDLE_BOW),
        ((middle.dot(along) / length - 0.5).abs(), set::MIDDLE_ASIDE),
        (palm.dot(inward) / length, set::PALM_DEPTH),
        ((palm.dot(along) / length - 0.5).abs(), set::PALM_ASIDE),
    ];
    let squared = |(found, (usual, deviation)): (f32, (f32, f32))| ((found - usual) / deviation).powi(2);
    possible.then(|| measures.into_iter().map(squared).sum())
}

/// The square below the line between the outer valleys.
fn frame(triple: &[Valley; 3], hand: &Silhouette) -> Frame {
    let [a, _, c] = triple.map(|valley| valley.at);
    let line = c.minus(a);
    let length = line.length();
    let along = line.times(1.0 / length);
    let size = length.powf(1.0 - set::RADIUS_SHARE) * (hand.radius * set::RADIUS_TO_LINE).powf(set::RADIUS_SHARE);
    let side = set::REGION_SIDE * size;
    let middle = a.plus(c).times(0.5).plus(along.turned().times(set::REGION_GAP * size + side / 2.0));
    // A pixel of the halved picture is the mean of two by two, so its middle lies half a pixel on.
    let half = Point { x: 0.5, y: 0.5 };
    Frame { centre: middle.times(2.0).plus(half), along, side: side * 2.0 }
}

fn within(frame: &Frame, picture: &Picture) -> bool {
    let reach = frame.side / 2.0 * set::REGION_WITHIN;
    let corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)];
    corners.iter().all(|(x, y)| {
        let corner = frame.centre.plus(frame.along.times(x * reach)).plus(frame.along.turned().times(y * reach));
        (0.0..picture.width() as f32).contains(&corner.x) && (0.0..picture.height() as f32).contains(&corner.y)
    })
}

/// Names what is wrong with a hand that has no three valleys.
fn why_not(valleys: &[Valley], hand: &Silhouette) -> Refusal {
    let deep = valleys.iter().filter(|valley| valley.rise >= set::FINGER_MIN * hand.radius).count();
    match deep {
        _ if hand.exits() > 1 => Refusal::CutOff,
        0..=2 => Refusal::Fist,
        3..=6 => Refusal::Unclear,
        7.. => Refusal::TwoHands,
    }
}

/// The skin in a frame, and what of it can be trusted.
#[derive(Clone, Debug)]
pub(crate) struct Skin {
    pub(crate) grey: Map,
    /// One where a pixel is hand and not burnt out, else zero.
    pub(crate) trust: Map,
}

/// A frame that was moved a little, in units of its own side.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Pose {
    /// Degrees, from right to down.
    pub(crate) turn: f32,
    /// How much larger the frame is taken along its rows and across them.
    pub(crate) scale: (f32, f32),
    /// How far it is moved, in cells.
    pub(crate) moved: (f32, f32),
}

impl Pose {
    /// The frame as it was found.
    pub(crate) const STRAIGHT: Self = Self { turn: 0.0, scale: (1.0, 1.0), moved: (0.0, 0.0) };
}

/// Takes the skin out of a picture: the frame with its margin in the grid of the filters, four samples a pixel.
pub(crate) fn skin(picture: &Picture, found: &Found, pose: Pose) -> Skin {
    let grid = set::GRID;
    let pixel = found.frame.side / set::REGION_PIXELS as f32;
    let (sine, cosine) = pose.turn.to_radians().sin_cos();
    let along = found.frame.along.times(cosine).plus(found.frame.along.turned().times(sine));
    let (right, down) = (along.times(pixel * pose.scale.0), along.turned().times(pixel * pose.scale.1));
    let middle = (grid as f32 - 1.0) / 2.0;
    let cell = (set::REGION_PIXELS / crate::code::SIDE) as f32;
    let mut skin = Skin { grey: Map::new(grid, grid), trust: Map::new(grid, grid) };
    let places = skin.grey.values.chunks_exact_mut(grid).zip(skin.trust.values.chunks_exact_mut(grid));
    for (y, (greys, trusts)) in places.enumerate() {
        let down_by = y as f32 - middle + pose.moved.1 * cell;
        let line = found.frame.centre.plus(down.times(down_by));
        for (x, (grey, trust)) in greys.iter_mut().zip(trusts).enumerate() {
            let at = line.plus(right.times(x as f32 - middle + pose.moved.0 * cell));
            let mut sum = 0.0;
            for (u, v) in [(-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25)] {
                sum += sample(picture, at.plus(right.times(u)).plus(down.times(v)));
            }
            *grey = sum / 4.0;
            let known = found.hand.holds((at.x / 2.0) as i32, (at.y / 2.0) as i32) && at.x >= 0.0 && at.y >= 0.0;
            *trust = if known && *grey < f32::from(set::BURNT_MIN) { 1.0 } else { 0.0 };
        }
    }
    skin
}

/// The grey between four pixels; black outside.
fn sample(picture: &Picture, at: Point) -> f32 {
    if at.x < 0.0 || at.y < 0.0 {
        return 0.0;
    }
    let (x, y) = (at.x as usize, at.y as usize);
    let (width, grey) = (picture.width(), picture.grey());
    if x + 1 >= width || y + 1 >= picture.height() {
        return 0.0;
    }
    let (right, down) = (at.x - x as f32, at.y - y as f32);
    let place = y * width + x;
    let value = |place: usize| f32::from(grey[place]);
    let above = value(place) * (1.0 - right) + value(place + 1) * right;
    let below = value(place + width) * (1.0 - right) + value(place + width + 1) * right;
    above * (1.0 - down) + below * down
}
