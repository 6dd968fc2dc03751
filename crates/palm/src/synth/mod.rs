//! Hands that nobody has: whole hands in near infrared for tests, the demo and load.
//!
//! A picture follows from a seed, a person, a session and a shot, always the same one. It shows five fingers, the wrist, at
//! times a sleeve and a window's glare; veins of different depth over creases that all people share; a hand that lies
//! otherwise each time; a session with other blood, other skin; and a sensor with its hot spot, its dark corners, its noise
//! and its compression. The truth is known with it. No accuracy is ever quoted from these pictures: they are easier in some
//! ways than real ones and harder in others.

mod anatomy;
mod draw;
mod pose;
mod sensor;

use anatomy::Anatomy;
use pose::Pose;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Pixels across.
pub const WIDTH: usize = 768;
/// Pixels down.
pub const HEIGHT: usize = 576;

/// Which picture of which hand.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Synth {
    /// Of the whole population.
    pub seed: u64,
    /// Of the person; each has one hand here.
    pub person: u32,
    /// Of the day.
    pub session: u32,
    /// Of the picture on that day.
    pub shot: u32,
}

/// A synthetic picture and the truth about it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Grey, row after row: 768 by 576.
    pub grey: Vec<u8>,
    /// The valleys between the four fingers in pixels (x, y), from the index finger to the little one.
    pub valleys: [(f32, f32); 3],
    /// Where a vein lies under the skin, pixel by pixel.
    pub veins: Vec<bool>,
}

impl Synth {
    /// Draws the picture.
    pub fn show(self) -> Shown {
        let anatomy = Anatomy::of(&mut self.random(1));
        let session = anatomy.on_the_day(&mut self.random(2));
        let pose = Pose::of(&mut self.random(3));
        let shape = anatomy.shape(&pose);
        let veins = draw::veins(&session);
        let (mut light, truth) = draw::hand(&shape, &pose, &veins, &session, &mut self.random(4));
        let grey = sensor::expose(&mut light, &mut self.random(5));
        Shown { grey, valleys: shape.valleys().map(|valley| pose.seen(valley)), veins: truth }
    }

    /// Chance of its own for each part: what belongs to the person does not change with the day, nor the day with the shot.
    fn random(self, part: u8) -> Chance {
        let mut seed = [0; 32];
        let (session, shot) = match part {
            1 => (0, 0),
            2 => (self.session, 0),
            _ => (self.session, self.shot),
        };
        seed[..8].copy_from_slice(&self.seed.to_le_bytes());
        seed[8..12].copy_from_slice(&self.person.to_le_bytes());
        seed[12..16].copy_from_slice(&u32::to_le_bytes(session));
        seed[16..20].copy_from_slice(&u32::to_le_bytes(shot));
        seed[20] = part;
        Chance(ChaCha8Rng::from_seed(seed))
    }
}

/// Where chance comes from.
struct Chance(ChaCha8Rng);

impl Chance {
    /// Between two bounds, all as likely.
    fn between(&mut self, low: f32, high: f32) -> f32 {
        // 24 bits are what a number of this kind holds.
        let bits = u16::try_from(self.0.next_u32() >> 16).unwrap_or_default();
        low + (high - low) * f32::from(bits) / 65536.0
    }

    /// About zero, mostly within one: a sum of four.
    fn about(&mut self, deviation: f32) -> f32 {
        let sum: f32 = (0..4).map(|_| self.between(-1.0, 1.0)).sum();
        sum * deviation * 0.866
    }

    fn whether(&mut self, share: f32) -> bool {
        self.between(0.0, 1.0) < share
    }
}

/// A place on the hand in radii of the palm: along from the fingers (negative) to the wrist, across from the index finger's
/// side (negative) to the little finger's; or a place in the picture in pixels.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Place {
    along: f32,
    across: f32,
}

impl Place {
    const fn at(along: f32, across: f32) -> Self {
        Self { along, across }
    }

    fn plus(self, other: Self) -> Self {
        Self::at(self.along + other.along, self.across + other.across)
    }

    fn times(self, factor: f32) -> Self {
        Self::at(self.along * factor, self.across * factor)
    }

    fn distance(self, other: Self) -> f32 {
        (self.along - other.along).hypot(self.across - other.across)
    }

    /// One further on in a direction, in radians; zero points to the wrist.
    fn towards(self, direction: f32, length: f32) -> Self {
        self.plus(Self::at(direction.cos(), direction.sin()).times(length))
    }
}

#[cfg(test)]
mod tests;
