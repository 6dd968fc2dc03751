//! The whole way on synthetic hands: enrolled one day, shown on another. Their error rates are a ratchet against mistakes of
//! ours, not a claim about anybody.

use super::{captures, hand};
use palm::evaluate::{Named, evaluate, read_names};
use palm::{Modality, Thresholds, enrol, identify, verify};

const PEOPLE: u32 = 8;

fn measured() -> palm::evaluate::Report {
    let names: Vec<String> = (0..PEOPLE)
        .flat_map(|person| {
            (1..=2).flat_map(move |session| (0..3).map(move |shot| format!("{person:03}_s{session}_{shot}")))
        })
        .collect();
    let named: Vec<Named> = read_names(&names, None).unwrap();
    let read = |place: usize| {
        let name = &named[place];
        Ok(hand(name.person.parse().unwrap(), name.session, name.number).to_png())
    };
    evaluate(&named, Modality::Vein, &read, &|_| {}).unwrap()
}

#[test]
fn a_folder_of_synthetic_hands_is_measured() {
    let report = measured();
    let summary = report.summary;
    assert_eq!((summary.people, summary.pictures), (8, 48));
    assert!(summary.refused <= 4, "{:?}", report.refusals);
    assert!(summary.eer_single <= 6.0 && summary.rank1_three >= 95.0, "{summary:?}");
    assert!(summary.interval[0] <= summary.eer_single && summary.eer_single <= summary.interval[1]);
    assert!(report.svg().starts_with("<svg"));
    let keys: Vec<String> = serde_json::to_value(summary).unwrap().as_object().unwrap().keys().cloned().collect();
    let mut expected = [
        "people",
        "pictures",
        "refused",
        "eer_single",
        "fnmr_1e3_single",
        "fnmr_1e4_single",
        "eer_three",
        "fnmr_1e4_three",
        "rank1_three",
        "interval",
    ];
    expected.sort_unstable();
    let mut keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, expected);
    let installed = Thresholds::parse(&report.thresholds.to_text().unwrap()).unwrap();
    assert_eq!(installed, report.thresholds);
}

#[test]
fn one_who_was_enrolled_is_known_another_day() {
    let thresholds = Thresholds::shipped().unwrap();
    let people: Vec<(u32, palm::Template)> =
        (0..4).filter_map(|person| Some((person, enrol(&captures(person, 1, 3), &thresholds).ok()?))).collect();
    assert!(people.len() >= 3, "{} of 4 could be enrolled", people.len());
    for (person, template) in &people {
        let probe = captures(*person, 2, 1)[0].probe();
        assert_eq!(identify(&probe, &people, 1)[0].whose, *person);
        let other = people.iter().find(|(other, _)| other != person).unwrap();
        assert!(!verify(&probe, &other.1, &thresholds, 1_000).accepted);
        let own = verify(&probe, template, &thresholds, 100);
        assert!(own.accepted, "{person}: {own:?}");
    }
}
