//! Where the hand is: what stands out from a dark background, its palm, and how it meets the edges of the picture.
//!
//! It works on the picture at half its size. It refuses pictures without a hand, with two, and in bad light.
#![allow(clippy::as_conversions, reason = "places in a picture are whole and real by turns; all are far below 2^24")]

use crate::map::{Map, Point};
use crate::parameters as set;
use crate::picture::Picture;
use crate::refusal::Refusal;

/// The hand as a set of pixels.
#[derive(Clone, Debug)]
pub(crate) struct Silhouette {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Whether a pixel belongs to the hand, row after row.
    pub(crate) inside: Vec<bool>,
    /// The middle of the palm: the place farthest from what is not hand.
    pub(crate) centre: Point,
    /// How far that is: half of the palm's width, in pixels of this size.
    pub(crate) radius: f32,
}

impl Silhouette {
    /// Finds the hand in a picture that was brought to half its size.
    pub(crate) fn find(half: &Picture) -> Result<Self, Refusal> {
        let threshold = threshold(half)?;
        let (width, height) = (half.width(), half.height());
        let bright = |grey: &u8| *grey >= threshold && *grey <= set::GLARE_MIN;
        let opened = opened(&half.grey().iter().map(bright).collect::<Vec<bool>>(), width, set::OPENING);
        let (labels, areas) = components(&opened, width);
        let mut order: Vec<usize> = (0..areas.len()).collect();
        order.sort_by_key(|label| std::cmp::Reverse(areas.get(*label).copied()));
        let area = |rank: usize| order.get(rank).and_then(|label| areas.get(*label)).copied().unwrap_or_default();
        if area(0) as f32 <= set::HAND_SHARE_MIN * (width * height) as f32 {
            return Err(no_hand(half));
        }
        if area(1) as f32 > set::SECOND_HAND_SHARE * area(0) as f32 {
            return Err(Refusal::TwoHands);
        }
        let hand = order.first().copied();
        let inside = filled(&labels.iter().map(|label| *label == hand).collect::<Vec<bool>>(), width);
        let (centre, radius) = palm(&inside, width);
        let hand = Self { width, height, inside, centre, radius };
        hand.exposed(half)
    }

    /// Checks the light on the palm.
    fn exposed(self, half: &Picture) -> Result<Self, Refusal> {
        if self.radius < set::PALM_RADIUS_MIN / 2.0 {
            return Err(no_hand(half));
        }
        let mut counts = [0_u32; 256];
        let reach = self.radius * 0.9;
        for (y, x) in (0..self.height).flat_map(|y| (0..self.width).map(move |x| (y, x))) {
            let from = Point { x: x as f32, y: y as f32 }.minus(self.centre);
            if from.dot(from) < reach * reach {
                let grey = half.row(y).get(x).copied().unwrap_or_default();
                if let Some(count) = counts.get_mut(usize::from(grey)) {
                    *count += 1;
                }
            }
        }
        let total: u32 = counts.iter().sum();
        let burnt: u32 = counts.iter().skip(usize::from(set::BURNT_MIN)).sum();
        if burnt as f32 > set::BURNT_SHARE_MAX * total as f32 {
            return Err(Refusal::OverExposed);
        }
        if quantile(&counts, 0.5) < set::PALM_MEDIAN_MIN {
            return Err(Refusal::TooDark);
        }
        Ok(self)
    }

    pub(crate) fn holds(&self, x: i32, y: i32) -> bool {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return false };
        x < self.width && self.inside.get(y * self.width + x).copied().unwrap_or_default()
    }

    /// How often the hand leaves the picture: the stretches of its edge that the hand covers. A hand that comes in by the
    /// wrist has one.
    pub(crate) fn exits(&self) -> usize {
        let (right, low) = (self.width.saturating_sub(1), self.height.saturating_sub(1));
        let at = |x: usize, y: usize| self.inside.get(y * self.width + x).copied().unwrap_or_default();
        let top = (0..right).map(|x| at(x, 0));
        let down = (0..low).map(|y| at(right, y));
        let bottom = (1..=right).rev().map(|x| at(x, low));
        let up = (1..=low).rev().map(|y| at(0, y));
        let edge: Vec<bool> = top.chain(down).chain(bottom).chain(up).collect();
        let before = edge.last().copied().into_iter().chain(edge.iter().copied());
        before.zip(&edge).filter(|(before, here)| !before && **here).count()
    }
}

/// Names why nothing of a hand's size is seen: where much is glare, that may have been the hand.
fn no_hand(half: &Picture) -> Refusal {
    let glare = half.grey().iter().filter(|grey| **grey > set::GLARE_MIN).count();
    let burnt = glare as f32 > set::HAND_SHARE_MIN * half.grey().len() as f32;
    if burnt { Refusal::OverExposed } else { Refusal::NoHand }
}

/// The grey from which a pixel counts as hand: Otsu's threshold with bright skin taken as one, lowered to keep the dim
/// edges of the fingers.
fn threshold(half: &Picture) -> Result<u8, Refusal> {
    let mut counts = [0_u32; 256];
    for grey in half.grey() {
        let place = usize::from((*grey).min(set::CLIP));
        if let Some(count) = counts.get_mut(place) {
            *count += 1;
        }
    }
    let brightest = quantile(&counts, 0.995);
    if brightest < set::LIGHT_MIN {
        return Err(Refusal::TooDark);
    }
    if brightest.saturating_sub(quantile(&counts, 0.05)) < set::CONTRAST_MIN {
        let flat = quantile(&counts, 0.5) >= set::CLIP;
        return Err(if flat { Refusal::OverExposed } else { Refusal::NoHand });
    }
    Ok((set::THRESHOLD_SHARE * f32::from(otsu(&counts))) as u8)
}

/// The smallest value that a share of all counts does not pass.
fn quantile(counts: &[u32; 256], share: f32) -> u8 {
    let total: u32 = counts.iter().sum();
    let mut below = 0;
    for (value, count) in (0_u8..=u8::MAX).zip(counts) {
        below += count;
        if below as f32 >= share * total as f32 {
            return value;
        }
    }
    u8::MAX
}

/// The grey that parts the counts into two classes whose means lie farthest apart, weighed by their sizes.
fn otsu(counts: &[u32; 256]) -> u8 {
    let total: f64 = counts.iter().map(|count| f64::from(*count)).sum();
    let whole: f64 = (0_u8..=u8::MAX).zip(counts).map(|(value, count)| f64::from(value) * f64::from(*count)).sum();
    let (mut below, mut weight, mut best, mut found) = (0.0, 0.0, 0.0, (0, 0));
    for (value, count) in (0_u8..=u8::MAX).zip(counts) {
        below += f64::from(*count);
        weight += f64::from(value) * f64::from(*count);
        let above = total - below;
        if below > 0.0 && above > 0.0 {
            let apart = weight / below - (whole - weight) / above;
            let spread = below * above * apart * apart;
            // Between two heaps with nothing between them each value parts alike: the middle is meant.
            if spread > best * (1.0 + 1e-9) {
                (best, found) = (spread, (value, value));
            } else if spread > best * (1.0 - 1e-9) {
                found.1 = value;
            }
        }
    }
    found.0.midpoint(found.1)
}

/// Takes away what is narrower than a square of `2 * radius + 1`: worn down, then grown again.
fn opened(bits: &[bool], width: usize, radius: usize) -> Vec<bool> {
    grown(&grown(bits, width, radius, false), width, radius, true)
}

/// Spreads a value over a square around each pixel that has it; the picture ends at its edges.
fn grown(bits: &[bool], width: usize, radius: usize, value: bool) -> Vec<bool> {
    let height = bits.len() / width.max(1);
    let mut across = vec![!value; bits.len()];
    for (row, out) in bits.chunks_exact(width).zip(across.chunks_exact_mut(width)) {
        spread(row.iter().copied(), out.iter_mut(), radius, value);
    }
    let mut both = vec![!value; bits.len()];
    for x in 0..width {
        let column = across.iter().copied().skip(x).step_by(width).take(height);
        spread(column, both.iter_mut().skip(x).step_by(width), radius, value);
    }
    both
}

fn spread<'a>(
    line: impl Iterator<Item = bool> + Clone,
    out: impl Iterator<Item = &'a mut bool>,
    radius: usize,
    value: bool,
) {
    // Ahead by `radius`, it counts down since the last pixel that had the value.
    let mut left = 0_usize;
    let mut ahead = line;
    for _ in 0..radius {
        left = if ahead.next() == Some(value) { 2 * radius + 1 } else { left.saturating_sub(1) };
    }
    for place in out {
        left = if ahead.next() == Some(value) { 2 * radius + 1 } else { left.saturating_sub(1) };
        if left > 0 {
            *place = value;
        }
    }
}

/// Numbers the connected parts (by sides) and counts their pixels.
fn components(bits: &[bool], width: usize) -> (Vec<Option<usize>>, Vec<usize>) {
    let mut labels: Vec<Option<usize>> = vec![None; bits.len()];
    let mut areas = Vec::new();
    let mut open = Vec::new();
    for start in 0..bits.len() {
        if !bits[start] || labels[start].is_some() {
            continue;
        }
        let label = areas.len();
        let mut area = 0;
        labels[start] = Some(label);
        open.push(start);
        while let Some(place) = open.pop() {
            area += 1;
            for next in beside(place, width, bits.len()) {
                if bits[next] && labels[next].is_none() {
                    labels[next] = Some(label);
                    open.push(next);
                }
            }
        }
        areas.push(area);
    }
    (labels, areas)
}

/// The places beside a place, by sides.
fn beside(place: usize, width: usize, length: usize) -> impl Iterator<Item = usize> {
    let x = place % width;
    let left = (x > 0).then(|| place - 1);
    let right = (x + 1 < width).then_some(place + 1);
    let above = place.checked_sub(width);
    let below = (place + width < length).then_some(place + width);
    [left, right, above, below].into_iter().flatten()
}

/// Closes the holes: what the background does not reach from the edges is hand, such as a burnt spot within it.
fn filled(bits: &[bool], width: usize) -> Vec<bool> {
    let height = bits.len() / width.max(1);
    let mut outside = vec![false; bits.len()];
    let rim = |place: &usize| {
        let (x, y) = (place % width, place / width);
        x == 0 || y == 0 || x + 1 == width || y + 1 == height
    };
    let mut open: Vec<usize> = (0..bits.len()).filter(rim).filter(|place| !bits[*place]).collect();
    for place in &open {
        outside[*place] = true;
    }
    while let Some(place) = open.pop() {
        for next in beside(place, width, bits.len()) {
            if !bits[next] && !outside[next] {
                outside[next] = true;
                open.push(next);
            }
        }
    }
    outside.iter().map(|outside| !outside).collect()
}

/// The place within that is farthest from all that is not, and how far; the picture's surroundings are not hand.
fn palm(inside: &[bool], width: usize) -> (Point, f32) {
    let distances = squared_distances(inside, width);
    let mut best = (0, 0.0);
    for (place, distance) in distances.values.iter().enumerate() {
        if *distance > best.1 {
            best = (place, *distance);
        }
    }
    (Point { x: (best.0 % width) as f32, y: (best.0 / width) as f32 }, best.1.sqrt())
}

/// The square of the distance to the nearest pixel outside (Felzenszwalb's lower envelope of parabolas, rows then columns).
fn squared_distances(inside: &[bool], width: usize) -> Map {
    let height = inside.len() / width.max(1);
    let far = (width * width + height * height) as f32;
    let mut map = Map::new(width, height);
    for (place, inside) in map.values.iter_mut().zip(inside) {
        *place = if *inside { far } else { 0.0 };
    }
    for _ in 0..2 {
        for row in map.values.chunks_exact_mut(map.width) {
            nearest_along(row);
        }
        map = map.transposed();
    }
    map
}

fn nearest_along(line: &mut [f32]) {
    // What lies beyond both ends is outside at distance zero.
    let mut heights = Vec::with_capacity(line.len() + 2);
    heights.push(0.0);
    heights.extend_from_slice(line);
    heights.push(0.0);
    let mut hull: Vec<(usize, f32)> = Vec::with_capacity(heights.len());
    for (place, height) in heights.iter().enumerate() {
        let mut from = f32::NEG_INFINITY;
        while let Some(&(other, begin)) = hull.last() {
            let (p, q) = (place as f32, other as f32);
            let cross = ((height + p * p) - (heights[other] + q * q)) / (2.0 * (p - q));
            if cross > begin {
                from = cross;
                break;
            }
            hull.pop();
        }
        hull.push((place, from));
    }
    let mut part = 0;
    for (x, out) in line.iter_mut().enumerate() {
        let here = (x + 1) as f32;
        while hull.get(part + 1).is_some_and(|(_, begin)| *begin < here) {
            part += 1;
        }
        if let Some((place, _)) = hull.get(part) {
            let away = here - *place as f32;
            *out = heights[*place] + away * away;
        }
    }
}
