//! What a key hides, and that it changes no distance.

use super::*;
use crate::gallery::{Entry, Filter, Gallery, GalleryError, Hand, Sex, Writer};
use crate::search::{BITS, Block, Layout, Plan, Row, Way, row};
use crate::{Code, Modality, Shift};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::num::NonZero;

/// A code whose neighbouring bits resemble each other, as those of palms do.
fn code(random: &mut ChaCha8Rng) -> Code {
    let planes = std::array::from_fn(|_| {
        let rough: [u64; 16] = std::array::from_fn(|_| random.next_u64());
        rough.map(|word| {
            (word & word.rotate_left(1)) | (word & word.rotate_left(33)) | (word.rotate_left(1) & word.rotate_left(33))
        })
    });
    let mask = std::array::from_fn(|word| if word == 0 { random.next_u64() } else { u64::MAX });
    Code::new(Modality::Vein, planes, [random.next_u64(); 16], mask)
}

fn entry(person: u128) -> Entry {
    Entry { person, hand: Hand::Left, sample: 0, office: 1, born: 1950, sex: Sex::Female }
}

/// A stored row as it lies in a block under a key: what a thief of the gallery sees.
fn seen(code: &Code, layout: &Layout) -> Row {
    Block::of(&[row(code)], layout).rows(&Layout::plain())[0]
}

fn apart(a: &Row, b: &Row) -> f64 {
    let differing: u32 = a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum();
    f64::from(differing) / f64::from(u32::try_from(BITS).unwrap())
}

fn mean(values: &[f64]) -> (f64, f64) {
    let count = f64::from(u32::try_from(values.len()).unwrap());
    let mean = values.iter().sum::<f64>() / count;
    (mean, (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt())
}

#[test]
fn distances_under_a_key_are_those_in_the_open() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let codes: Vec<Code> = (0..700).map(|_| code(&mut random)).collect();
    let asking = [codes[5].shifted(Shift { dx: -2, dy: 1 }), code(&mut random)];
    let way = Way::best(NonZero::new(40).unwrap());
    let key = Keys::generate().unwrap().newest();
    let search = |layout: &Layout| {
        let rows: Vec<Row> = codes.iter().map(row).collect();
        let blocks: Vec<Block> = rows.chunks(512).map(|rows| *Block::of(rows, layout)).collect();
        let whole: Vec<bool> = blocks.iter().map(|block| block.is_whole(layout)).collect();
        let mut live = [crate::search::Slice::ALL, crate::search::Slice::NONE];
        (0..188).for_each(|entry| live[1].set(entry));
        let segment = crate::search::Segment { first: 0, blocks: &blocks, whole: &whole, live: &live };
        let plans: Vec<Plan> = asking.iter().map(|code| Plan::new(code, layout)).collect();
        crate::search::search(&[segment], &plans, way)
    };
    let (open, hidden) = (search(&Layout::plain()), search(key.layout()));
    assert_eq!(open, hidden);
    assert_eq!(open[0][0].entry, 5);
}

#[test]
fn the_same_palm_under_two_keys_is_as_far_apart_as_two_palms() {
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let (one, two) = (Keys::generate().unwrap().newest(), Keys::generate().unwrap().newest());
    let codes: Vec<Code> = (0..120).map(|_| code(&mut random)).collect();
    let under_one: Vec<Row> = codes.iter().map(|code| seen(code, one.layout())).collect();
    let under_two: Vec<Row> = codes.iter().map(|code| seen(code, two.layout())).collect();
    let same: Vec<f64> = under_one.iter().zip(&under_two).map(|(a, b)| apart(a, b)).collect();
    let different: Vec<f64> = (0..120)
        .flat_map(|a| (0..120).filter(move |b| *b != a).map(move |b| (a, b)))
        .map(|(a, b)| apart(&under_one[a], &under_two[b]))
        .collect();
    let ((same, _), (different, spread)) = (mean(&same), mean(&different));
    // The mean of 120 comparisons may stray by a few of its own deviations, not more.
    assert!((same - different).abs() < 4.0 * spread / 120f64.sqrt(), "{same} {different} {spread}");
    // Under one key the same palm is itself: the test can tell when there is something to be told.
    assert!(apart(&under_one[0], &seen(&codes[0], one.layout())) < 1e-9);
}

#[test]
fn a_sealed_record_opens_only_as_it_was_sealed() {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let keys = Keys::generate().unwrap().rotated().unwrap();
    let (old, new) = (keys.of(1).unwrap(), keys.newest());
    let code = code(&mut random);
    let sealed = new.enter(entry(1), &code).unwrap().sealed;
    assert_eq!(new.open(entry(1), &sealed), Some(code));
    assert_eq!(new.open(entry(2), &sealed), None);
    assert_eq!(new.open(Entry { hand: Hand::Right, ..entry(1) }, &sealed), None);
    assert_eq!(old.open(entry(1), &sealed), None);
    for place in [0, 11, 12, 500, sealed.len() - 1] {
        let mut wrong = sealed;
        wrong[place] ^= 1;
        assert_eq!(new.open(entry(1), &wrong), None);
    }
    assert_ne!(new.enter(entry(1), &code).unwrap().sealed, sealed);
}

#[test]
fn a_renewed_gallery_answers_the_same_and_forgets_the_old_key() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(4);
    let codes: Vec<Code> = (0..530).map(|_| code(&mut random)).collect();
    let keys = Keys::generate().unwrap();
    let old = keys.newest();
    let new = keys.rotated().unwrap();
    let entries = codes.iter().zip(0..).map(|(code, person)| old.enter(entry(person), code).unwrap());
    let mut writer = Writer::open(folder.path()).unwrap();
    writer.publish(entries.collect(), &[3], old.under()).unwrap();
    let revoked = writer.present().unwrap().entries().nth(9).unwrap().0;
    writer.publish(Vec::new(), &[revoked], old.under()).unwrap();
    drop(writer);
    let persons = |key: &Key, asking: &Code| -> Vec<(u128, u32)> {
        let gallery = Gallery::open(folder.path()).unwrap();
        let hits = gallery.search(&[key.plan(asking)], &Filter::default(), Way::best(NonZero::new(9).unwrap()));
        let mut found: Vec<_> =
            hits[0].iter().map(|hit| (gallery.entry(hit.entry).unwrap().person, hit.distance.0)).collect();
        found.sort_by_key(|(person, distance)| (*distance, *person));
        found
    };
    let before = persons(&old, &codes[20]);
    let mut seen = 0;
    let refused = rekey(folder.path(), &new.newest(), &old, || {});
    assert!(matches!(refused, Err(GalleryError::OtherKey { .. })));
    rekey(folder.path(), &old, &new.newest(), || seen += 1).unwrap();
    assert_eq!(seen, 529);
    assert_eq!(persons(&new.newest(), &codes[20]), before);
    assert_eq!(Gallery::open(folder.path()).unwrap().key(), 2);
    assert!(new.newest_alone().of(1).is_none());
    assert!(matches!(rekey(folder.path(), &old, &new.newest(), || {}), Err(GalleryError::OtherKey { .. })));
}

#[test]
fn the_file_is_private_and_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("palm-keys");
    let made = Keys::open_or_create(&path).unwrap();
    let sealed = made.newest().enter(entry(1), &code(&mut ChaCha8Rng::seed_from_u64(5))).unwrap().sealed;
    assert!(Keys::open_or_create(&path).unwrap().newest().open(entry(1), &sealed).is_some());
    made.rotated().unwrap().newest_alone().replace(&path).unwrap();
    let renewed = Keys::open_or_create(&path).unwrap();
    assert_eq!((renewed.newest().number(), renewed.of(1).is_none()), (2, true));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Keys::open_or_create(&path), Err(KeyError::Exposed(_))));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    std::fs::write(&path, "palm.1 = zz\n").unwrap();
    assert!(matches!(Keys::open_or_create(&path), Err(KeyError::Damaged { line: 1, .. })));
}
