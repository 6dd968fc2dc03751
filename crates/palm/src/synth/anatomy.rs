//! What a person's hand is made of: its outline, its creases, which resemble everybody's, and its veins, which nobody shares.

use super::pose::Pose;
use super::{Chance, Place};

/// A line under or in the skin.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) points: Vec<Place>,
    /// Half its width, in radii of the palm.
    pub(super) width: f32,
    /// By how much grey it is darker than the skin.
    pub(super) depth: f32,
}

/// A person's hand.
pub(super) struct Anatomy {
    /// Half the palm's width and length, in radii.
    breadth: f32,
    length: f32,
    /// Length, half width and bend of the fingers from the index finger on.
    fingers: [Finger; 4],
    thumb: f32,
    veins: Vec<Line>,
    creases: Vec<Line>,
    /// Seeds of the skin's blotches.
    blotches: [f32; 4],
}

#[derive(Clone, Copy)]
struct Finger {
    length: f32,
    width: f32,
    lean: f32,
}

/// A stretch of flesh: round at both ends, perhaps of two widths.
#[derive(Clone, Copy)]
pub(super) struct Limb {
    from: Place,
    to: Place,
    widths: (f32, f32),
}

/// The outline of a hand on a shot.
pub(super) struct Shape {
    breadth: f32,
    length: f32,
    limbs: Vec<Limb>,
    bases: [Place; 4],
}

impl Anatomy {
    pub(super) fn of(chance: &mut Chance) -> Self {
        let usual = [(1.62, 0.20, -0.12), (1.78, 0.205, -0.02), (1.66, 0.195, 0.06), (1.32, 0.175, 0.16)];
        let fingers = usual.map(|(length, width, lean)| Finger {
            length: length + chance.about(0.07),
            width: width + chance.about(0.008),
            lean: lean + chance.about(0.02),
        });
        Self {
            breadth: 0.96 + chance.about(0.03),
            length: 1.06 + chance.about(0.04),
            fingers,
            thumb: chance.about(0.08),
            veins: veins(chance),
            creases: creases(chance),
            blotches: std::array::from_fn(|_| chance.between(0.0, std::f32::consts::TAU)),
        }
    }

    /// The same hand on a day: fuller or emptier veins, a few that do not show, skin that is drier or not.
    pub(super) fn on_the_day(&self, chance: &mut Chance) -> Day {
        let (fullness, contrast) = (1.0 + chance.about(0.12), 1.0 + chance.about(0.15));
        let mut veins = self.veins.clone();
        veins.retain(|_| !chance.whether(0.06));
        for vein in &mut veins {
            vein.width *= fullness;
            vein.depth *= contrast * (1.0 + chance.about(0.08));
        }
        let mut creases = self.creases.clone();
        let dryness = 1.0 + chance.about(0.25);
        creases.iter_mut().for_each(|crease| crease.depth *= dryness);
        Day { veins, creases, blotches: self.blotches, brightness: 104.0 + chance.about(8.0) }
    }

    /// The outline with the fingers spread as on this shot.
    pub(super) fn shape(&self, pose: &Pose) -> Shape {
        let places = [-0.77, -0.265, 0.25, 0.75].map(|across| across * self.breadth);
        let bases: [Place; 4] = std::array::from_fn(|finger| Place::at(-0.78 * self.length, places[finger]));
        let mut limbs = Vec::new();
        for ((finger, base), spread) in self.fingers.iter().zip(bases).zip(pose.spread) {
            let lean = finger.lean * pose.opening + spread;
            let tip = base.towards(std::f32::consts::PI - lean, finger.length);
            limbs.push(Limb { from: base, to: tip, widths: (finger.width, finger.width * 0.86) });
        }
        let root = Place::at(0.45, -0.55);
        let knuckle = Place::at(-0.15 + self.thumb, -1.28);
        limbs.push(Limb { from: root, to: knuckle, widths: (0.46, 0.27) });
        limbs.push(Limb { from: knuckle, to: Place::at(-0.75 + self.thumb, -1.62), widths: (0.26, 0.22) });
        limbs.push(Limb { from: Place::at(0.5, 0.0), to: Place::at(9.0, pose.wrist), widths: (0.72, 0.80) });
        Shape { breadth: self.breadth, length: self.length, limbs, bases }
    }
}

/// A hand on a day.
pub(super) struct Day {
    pub(super) veins: Vec<Line>,
    pub(super) creases: Vec<Line>,
    pub(super) blotches: [f32; 4],
    pub(super) brightness: f32,
}

impl Shape {
    /// How far a place is outside the hand, in radii; negative within.
    pub(super) fn outside(&self, place: Place) -> f32 {
        let round = 0.42;
        let (along, across) = (place.along.abs() - (self.length - round), place.across.abs() - (self.breadth - round));
        let mut least = along.max(0.0).hypot(across.max(0.0)) + along.max(across).min(0.0) - round;
        for limb in &self.limbs {
            least = blended(least, limb.outside(place));
        }
        least
    }

    /// The lowest places between the fingers: the first that is not skin on the way from the palm to the tips.
    pub(super) fn valleys(&self) -> [Place; 3] {
        std::array::from_fn(|gap| {
            let (from, to) = (self.bases[gap].across, self.bases[gap + 1].across);
            let row = |step: u16| -0.3 - f32::from(step) * 0.01;
            let places = (0..200).flat_map(|step| (0..=20_u16).map(move |part| (row(step), f32::from(part) / 20.0)));
            let mut places = places.map(|(along, share)| Place::at(along, from + (to - from) * share));
            places.find(|place| self.outside(*place) >= 0.0).unwrap_or(self.bases[gap])
        })
    }
}

impl Limb {
    fn outside(&self, place: Place) -> f32 {
        let line = self.to.plus(self.from.times(-1.0));
        let from = place.plus(self.from.times(-1.0));
        let square = line.along * line.along + line.across * line.across;
        let share = ((from.along * line.along + from.across * line.across) / square).clamp(0.0, 1.0);
        let (near, far) = self.widths;
        place.distance(self.from.plus(line.times(share))) - (near + (far - near) * share)
    }
}

/// The smaller of two distances, with the corner between them rounded as skin rounds it.
fn blended(a: f32, b: f32) -> f32 {
    let reach = 0.09;
    let near = (reach - (a - b).abs()).max(0.0) / reach;
    a.min(b) - near * near * reach * 0.25
}

/// Veins: a few trunks from the wrist, which bend as they like and fork towards the fingers. Where trunks run resembles
/// other people; the rest is chance.
fn veins(chance: &mut Chance) -> Vec<Line> {
    let mut lines = Vec::new();
    for start in [-0.62, -0.25, 0.08, 0.42, 0.74] {
        let from = Place::at(1.25, start * 0.8 + chance.about(0.09));
        let direction = std::f32::consts::PI - start * 0.35 + chance.about(0.16);
        let length = chance.between(1.5, 2.3);
        grow(&mut lines, chance, Sprout { from, direction, length, width: 0.036, forks: 2 });
    }
    // Arches across the palm, which join trunks.
    for _ in 0..3 {
        let from = Place::at(chance.between(-0.75, 0.75), -0.85 + chance.about(0.08));
        let direction = std::f32::consts::FRAC_PI_2 + chance.about(0.45);
        let length = chance.between(0.7, 1.5);
        grow(&mut lines, chance, Sprout { from, direction, length, width: 0.027, forks: 1 });
    }
    lines
}

/// Where a vein begins.
struct Sprout {
    from: Place,
    direction: f32,
    length: f32,
    width: f32,
    forks: u32,
}

fn grow(lines: &mut Vec<Line>, chance: &mut Chance, sprout: Sprout) {
    const STEP: f32 = 0.05;
    let depth = chance.between(8.0, 18.0);
    let (mut place, mut direction, mut bend, mut gone) = (sprout.from, sprout.direction, 0.0, 0.0);
    let mut points = vec![place];
    let mut forks = sprout.forks;
    while gone < sprout.length && points.len() < 200 {
        bend = bend * 0.8 + chance.about(0.08);
        direction += bend;
        place = place.towards(direction, STEP);
        gone += STEP;
        points.push(place);
        if forks > 0 && gone > 0.3 && chance.whether(0.09) {
            forks -= 1;
            let turn = if chance.whether(0.5) { 0.6 } else { -0.6 } + chance.about(0.2);
            let (width, length) = (sprout.width * 0.75, (sprout.length - gone) * chance.between(0.5, 0.9));
            grow(
                lines,
                chance,
                Sprout { from: place, direction: direction + turn, length, width, forks: forks.min(1) },
            );
        }
    }
    lines.push(Line { points, width: sprout.width + chance.about(0.004), depth });
}

/// The creases of the palm: heart, head and life line, alike in all people but for a little.
fn creases(chance: &mut Chance) -> Vec<Line> {
    let usual = [
        [Place::at(-0.55, 0.85), Place::at(-0.42, 0.3), Place::at(-0.55, -0.25), Place::at(-0.80, -0.45)],
        [Place::at(-0.30, -0.92), Place::at(-0.28, -0.35), Place::at(-0.08, 0.2), Place::at(0.12, 0.65)],
        [Place::at(-0.34, -0.92), Place::at(-0.15, -0.35), Place::at(0.35, -0.15), Place::at(0.95, -0.22)],
    ];
    usual
        .map(|corners| {
            let corners = corners.map(|corner| corner.plus(Place::at(chance.about(0.05), chance.about(0.05))));
            let points = (0u8..=40).map(|step| bent(corners, f32::from(step) / 40.0)).collect();
            Line { points, width: 0.014, depth: chance.between(6.0, 11.0) }
        })
        .into()
}

/// A place on the curve of four corners (Bézier's), at a share of its way.
fn bent(corners: [Place; 4], share: f32) -> Place {
    let rest = 1.0 - share;
    let weights = [rest.powi(3), 3.0 * share * rest * rest, 3.0 * share * share * rest, share.powi(3)];
    corners.iter().zip(weights).fold(Place::at(0.0, 0.0), |sum, (corner, weight)| sum.plus(corner.times(weight)))
}
