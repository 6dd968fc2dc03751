//! The whole way with a gallery: synthetic hands enrolled under a key, found again among strangers on another day.

use super::captures;
use palm::gallery::{Entry, Filter, Gallery, GalleryError, Hand, Sex, Writer};
use palm::protect::{Keys, propose};
use palm::search::Way;
use std::num::NonZero;

fn entry(person: u32, sample: u8) -> Entry {
    Entry { person: person.into(), hand: Hand::Left, sample, office: person % 3, born: 1950, sex: Sex::Female }
}

#[test]
fn a_hand_is_proposed_another_day() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::generate().unwrap();
    let key = keys.newest();
    let mut new = Vec::new();
    for person in 0..6 {
        for (capture, sample) in captures(person, 1, 3).iter().zip(0..) {
            new.push(key.enter(entry(person, sample), &capture.code()).unwrap());
        }
    }
    Writer::open(folder.path()).unwrap().publish(new, &[], key.under()).unwrap();
    let gallery = Gallery::open(folder.path()).unwrap();
    let way = Way::best(NonZero::new(200).unwrap());
    for person in 0..3 {
        let probe = captures(person, 2, 1)[0].probe();
        let proposals = propose(&gallery, &key, &probe, &Filter::default(), way).unwrap();
        let [first, second, ..] = proposals.as_slice() else { panic!("{proposals:?}") };
        assert_eq!(first.entry.person, u128::from(person));
        assert!(first.distance < second.distance && second.entry.person != first.entry.person);
        // Another office does not have this person.
        let elsewhere = Filter { office: Some((person + 1) % 3), ..Filter::default() };
        let proposals = propose(&gallery, &key, &probe, &elsewhere, way).unwrap();
        assert!(proposals.iter().all(|proposal| proposal.entry.person != u128::from(person)));
    }
    let other = keys.rotated().unwrap().newest();
    let refused = propose(&gallery, &other, &captures(0, 2, 1)[0].probe(), &Filter::default(), way);
    assert!(matches!(refused, Err(GalleryError::OtherKey { sealed: 1, asked: 2 })));
}
