//! The pictures are what they say, and always the same.
#![allow(clippy::as_conversions, reason = "tests")]

use super::*;

fn show(person: u32, session: u32, shot: u32) -> Shown {
    Synth { seed: 1, person, session, shot }.show()
}

#[test]
fn a_picture_follows_from_its_numbers() {
    let (one, again) = (show(1, 1, 1), show(1, 1, 1));
    assert_eq!((one.grey.len(), &one.grey), (WIDTH * HEIGHT, &again.grey));
    for other in [show(2, 1, 1), show(1, 2, 1), show(1, 1, 2)] {
        assert_ne!(other.grey, one.grey);
    }
}

#[test]
fn the_truth_lies_in_the_picture() {
    for person in 0..12 {
        let shown = show(person, 0, 0);
        let veins = shown.veins.iter().filter(|vein| **vein).count();
        assert!((2_000..60_000).contains(&veins), "{veins} pixels of veins");
        // Over a vein the skin is darker than a little beside it.
        let beside = |pixel: usize| [pixel - 12 * WIDTH, pixel + 12 * WIDTH].into_iter().find(|at| !shown.veins[*at]);
        let pairs = (0..shown.veins.len()).filter(|pixel| shown.veins[*pixel]).filter_map(|at| Some((at, beside(at)?)));
        let (all, darker) = pairs.fold((0, 0), |(all, darker), (vein, skin)| {
            (all + 1, darker + u32::from(shown.grey[vein] < shown.grey[skin]))
        });
        assert!(darker * 10 > all * 6, "person {person}: {darker} of {all}");
        // Below a valley there is skin, above it none: fingers point to the left.
        for (x, y) in shown.valleys {
            let at = |x: f32| shown.grey[y.round() as usize * WIDTH + x.round() as usize];
            assert!(at(x + 8.0) > 55 && at(x - 4.0) < at(x + 8.0), "person {person}: {} {}", at(x + 8.0), at(x - 4.0));
        }
    }
}
