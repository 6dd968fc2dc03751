//! How the hand lies on a shot: where, how large, how turned, tilted and cupped, how the fingers are spread, what else is in
//! the picture.

use super::{Chance, HEIGHT, Place, WIDTH};

/// A hand's pose.
pub(super) struct Pose {
    /// Where the middle of the palm is, in pixels.
    middle: (f32, f32),
    /// Pixels a radius.
    scale: f32,
    sine: f32,
    cosine: f32,
    /// How a tilt shortens the hand along and across.
    tilt: (f32, f32),
    /// How the palm's hollow draws places together, away from its middle.
    cup: f32,
    /// How each finger is spread besides its lean.
    pub(super) spread: [f32; 4],
    /// How much of their lean the fingers show.
    pub(super) opening: f32,
    /// How far the wrist bends, in radii at the edge of the picture.
    pub(super) wrist: f32,
    /// Where a sleeve begins, if there is one, and its grey.
    pub(super) sleeve: Option<(f32, f32)>,
    /// Where a window shines in, in pixels: left, top, right, bottom.
    pub(super) window: Option<[f32; 4]>,
    /// By how many pixels the hand trembles.
    pub(super) tremor: f32,
}

impl Pose {
    pub(super) fn of(chance: &mut Chance) -> Self {
        let scale = chance.between(66.0, 88.0);
        let turn = chance.about(0.16);
        let window = chance.whether(0.35).then(|| {
            let (top, height) = (chance.between(30.0, 380.0), chance.between(60.0, 160.0));
            [f32::from(720_u16), top, f32::from(768_u16), top + height]
        });
        Self {
            middle: (chance.between(405.0, 450.0), chance.between(268.0, 318.0)),
            scale,
            sine: turn.sin(),
            cosine: turn.cos(),
            tilt: (1.0 - chance.about(0.03).abs(), 1.0 - chance.about(0.03).abs()),
            cup: chance.between(0.0, 0.03),
            spread: std::array::from_fn(|_| chance.about(0.015)),
            opening: chance.between(1.1, 1.7),
            wrist: chance.about(1.2),
            sleeve: chance.whether(0.4).then(|| (chance.between(2.0, 2.8), chance.between(6.0, 120.0))),
            window,
            tremor: chance.between(0.0, 0.8),
        }
    }

    /// Pixels a radius.
    pub(super) fn scale(&self) -> f32 {
        self.scale
    }

    /// The place of the hand that a pixel shows.
    pub(super) fn place(&self, x: f32, y: f32) -> Place {
        let (x, y) = ((x - self.middle.0) / self.scale, (y - self.middle.1) / self.scale);
        let (along, across) = (x * self.cosine + y * self.sine, y * self.cosine - x * self.sine);
        let hollow = 1.0 + self.cup * (along * along + across * across).min(2.0);
        Place::at(along / self.tilt.0 * hollow, across / self.tilt.1 * hollow)
    }

    /// The pixel that shows a place: the way back, found by going towards it.
    pub(super) fn seen(&self, place: Place) -> (f32, f32) {
        let mut at = self.middle;
        for _ in 0..60 {
            let here = self.place(at.0, at.1);
            let miss = place.plus(here.times(-1.0)).times(self.scale * 0.8);
            at.0 += miss.along * self.cosine - miss.across * self.sine;
            at.1 += miss.along * self.sine + miss.across * self.cosine;
        }
        at
    }

    /// Every pixel with its place in the picture's rows.
    pub(super) fn pixels() -> impl Iterator<Item = (usize, f32, f32)> {
        let number = |value: usize| f32::from(u16::try_from(value).unwrap_or_default());
        (0..WIDTH * HEIGHT).map(move |pixel| (pixel, number(pixel % WIDTH), number(pixel / WIDTH)))
    }
}
