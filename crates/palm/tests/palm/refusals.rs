//! Each refusal of the gate once, on pictures that a terminal might send.
#![allow(clippy::as_conversions, reason = "tests")]

use super::{captures, hand, take};
use palm::synth::{HEIGHT, Synth, WIDTH};
use palm::{EnrolError, Modality, Picture, Refusal, Thresholds, enrol, explain};

/// A picture with a grey for each place.
fn drawn(grey: impl Fn(usize, usize) -> u8) -> Picture {
    let places = (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (x, y)));
    Picture::new(WIDTH, HEIGHT, places.map(|(x, y)| grey(x, y)).collect()).unwrap()
}

fn within(x: usize, y: usize, middle: (usize, usize), radius: usize) -> bool {
    x.abs_diff(middle.0).pow(2) + y.abs_diff(middle.1).pow(2) < radius * radius
}

/// A good hand with its greys changed, place by place.
fn changed(change: impl Fn(usize, usize, u8) -> u8) -> Picture {
    let hand = hand(1, 1, 0);
    drawn(|x, y| change(x, y, hand.grey()[y * WIDTH + x]))
}

#[track_caller]
fn check(picture: Picture, expected: Refusal) {
    assert_eq!(take(picture).err(), Some(expected));
}

#[test]
fn an_empty_box_has_no_hand() {
    check(drawn(|x, _| if x < 20 { 60 } else { 12 }), Refusal::NoHand);
    check(drawn(|x, y| if within(x, y, (380, 280), 30) { 90 } else { 12 }), Refusal::NoHand);
}

#[test]
fn hardly_any_light_is_too_dark() {
    check(drawn(|_, _| 4), Refusal::TooDark);
    check(changed(|_, _, grey| grey / 6), Refusal::TooDark);
}

#[test]
fn burnt_out_skin_is_over_exposed() {
    check(drawn(|_, _| 255), Refusal::OverExposed);
    check(changed(|_, _, grey| grey.saturating_mul(5)), Refusal::OverExposed);
    let (x, y) = Synth { seed: 5, person: 1, session: 1, shot: 0 }.show().valleys[1];
    let palm = (x.round() as usize + 80, y.round() as usize);
    check(changed(|x, y, grey| if within(x, y, palm, 30) { 255 } else { grey }), Refusal::OverExposed);
}

#[test]
fn a_fist_shows_no_valleys() {
    check(drawn(|x, y| if within(x, y, (400, 290), 150) { 90 } else { 12 }), Refusal::Fist);
}

#[test]
fn two_hands_are_one_too_many() {
    let two = |x: usize, y: usize| within(x, y, (200, 290), 120) || within(x, y, (560, 290), 120);
    check(drawn(|x, y| if two(x, y) { 90 } else { 12 }), Refusal::TwoHands);
}

#[test]
fn a_hand_that_leaves_by_two_sides_is_cut_off() {
    // A bar across the whole picture.
    check(drawn(|_, y| if (180..400).contains(&y) { 90 } else { 12 }), Refusal::CutOff);
}

#[test]
fn a_blurred_hand_is_refused() {
    let hand = hand(1, 1, 0);
    let mean = |x: usize, y: usize| {
        let near = |middle: usize, most: usize| middle.saturating_sub(7)..(middle + 8).min(most);
        let places = near(y, HEIGHT).step_by(2).flat_map(|v| near(x, WIDTH).step_by(2).map(move |u| v * WIDTH + u));
        let (sum, count) =
            places.fold((0_u32, 0_u32), |(sum, count), at| (sum + u32::from(hand.grey()[at]), count + 1));
        u8::try_from(sum / count).unwrap()
    };
    check(drawn(mean), Refusal::Blurred);
}

#[test]
fn every_reason_has_its_own_code() {
    let mut codes = [
        Refusal::NotAPicture,
        Refusal::Truncated,
        Refusal::TooLarge { width: 1, height: 1 },
        Refusal::TooSmall { width: 1, height: 1 },
        Refusal::TooDark,
        Refusal::OverExposed,
        Refusal::NoHand,
        Refusal::TwoHands,
        Refusal::CutOff,
        Refusal::Fist,
        Refusal::Unclear,
        Refusal::Blurred,
    ]
    .map(Refusal::code);
    codes.sort_unstable();
    assert!(codes.windows(2).all(|pair| pair[0] != pair[1]));
}

#[test]
fn pictures_of_two_hands_are_no_enrolment() {
    let thresholds = Thresholds::shipped().unwrap();
    let mut mixed = captures(2, 1, 2);
    mixed.extend(captures(3, 1, 1));
    assert!(matches!(enrol(&mixed, &thresholds), Err(EnrolError::Disagree { second: 3, .. })));
    let mut doubled = captures(2, 1, 2);
    doubled.push(doubled[0].clone());
    assert_eq!(enrol(&doubled, &thresholds), Err(EnrolError::Same { first: 1, second: 3 }));
    let many: Vec<_> = std::iter::repeat_with(|| doubled[0].clone()).take(6).collect();
    assert_eq!(enrol(&many, &thresholds), Err(EnrolError::TooMany { found: 6 }));
}

#[test]
fn the_stages_of_a_picture_can_be_looked_at() {
    let good = explain(hand(1, 1, 0), Modality::Vein);
    assert_eq!(good.refusal, None);
    assert_eq!(good.stages.len(), 9);
    assert!(good.stages.iter().all(|stage| Picture::decode(&stage.picture.to_png()) != Err(Refusal::NotAPicture)));
    let dark = explain(drawn(|_, _| 4), Modality::Vein);
    assert_eq!((dark.stages.len(), dark.refusal), (1, Some(Refusal::TooDark)));
}
