//! The picture side on synthetic hands and on what is no hand at all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_arithmetic, reason = "tests")]

mod bytes;
mod gallery;
mod measure;
mod refusals;

use palm::synth::{HEIGHT, Synth, WIDTH};
use palm::{Capture, Modality, Picture, Refusal};

/// A synthetic hand as a picture.
fn hand(person: u32, session: u32, shot: u32) -> Picture {
    let shown = Synth { seed: 5, person, session, shot }.show();
    Picture::new(WIDTH, HEIGHT, shown.grey).unwrap()
}

fn take(picture: Picture) -> Result<Capture, Refusal> {
    Capture::of(picture, Modality::Vein)
}

/// The first of a person's pictures that pass the gate.
fn captures(person: u32, session: u32, most: usize) -> Vec<Capture> {
    (0..12).filter_map(|shot| take(hand(person, session, shot)).ok()).take(most).collect()
}
