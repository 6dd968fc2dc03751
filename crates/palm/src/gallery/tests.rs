//! Galleries on a real disk: found again, revoked, cut off, damaged, taken by two.

use super::*;
use crate::protect::{Key, Keys};
use crate::search::ENTRIES;
use crate::{Code, Modality};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::num::NonZero;

fn code(seed: u64) -> Code {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut plane = || std::array::from_fn(|_| random.next_u64());
    let planes = std::array::from_fn(|_| plane());
    let (ridge, other) = (plane(), plane());
    let mask =
        if seed.is_multiple_of(3) { other.map(|word: u64| word | 0x00ff_ffff_ffff_ffff) } else { [u64::MAX; 16] };
    Code::new(Modality::Vein, planes, ridge, mask)
}

fn entry(seed: u64) -> Entry {
    Entry {
        person: u128::from(seed),
        hand: if seed.is_multiple_of(2) { Hand::Left } else { Hand::Right },
        sample: 0,
        office: u32::try_from(seed % 58).unwrap(),
        born: u16::try_from(1930 + seed % 40).unwrap(),
        sex: if seed.is_multiple_of(5) { Sex::Male } else { Sex::Female },
    }
}

fn some(key: &Key, seeds: std::ops::Range<u64>) -> Vec<NewEntry> {
    seeds.map(|seed| key.enter(entry(seed), &code(seed)).unwrap()).collect()
}

fn way() -> Way {
    Way::best(NonZero::new(5).unwrap())
}

fn found(gallery: &Gallery, key: &Key, seed: u64, filter: &Filter) -> Option<u128> {
    let hits = gallery.search(&[key.plan(&code(seed))], filter, way());
    let hit = hits[0].first().filter(|hit| hit.distance.0 == 0)?;
    let entry = gallery.entry(hit.entry).unwrap();
    assert_eq!(key.open(entry, gallery.sealed(hit.entry).unwrap()), Some(code(seed)));
    Some(entry.person)
}

#[test]
fn generations_add_revoke_and_are_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let key = Keys::generate().unwrap().newest();
    let mut writer = Writer::open(folder.path()).unwrap();
    assert_eq!(writer.publish(some(&key, 0..1300), &[], key.under()).unwrap(), 1);
    let first = Gallery::open(folder.path()).unwrap();
    assert_eq!(first.count(), 1300);
    for seed in [0, 1, 600, 1299] {
        assert_eq!(found(&first, &key, seed, &Filter::default()), Some(u128::from(seed)));
    }
    let revoked: Vec<usize> = first.entries().filter(|(_, entry)| entry.person == 600).map(|(n, _)| n).collect();
    writer.publish(some(&key, 1300..1310), &revoked, key.under()).unwrap();
    for round in 0..3 {
        let seeds = 1310 + 600 * round..1910 + 600 * round;
        writer.publish(some(&key, seeds), &[], key.under()).unwrap();
    }
    // The first generation is still open and still has what was revoked later.
    assert_eq!(found(&first, &key, 600, &Filter::default()), Some(600));
    let last = Gallery::open(folder.path()).unwrap();
    assert_eq!((last.generation(), last.count()), (5, 3109));
    assert!(last.shards.len() <= 3, "{}", last.shards.len());
    for (seed, expected) in [(600, None), (1309, Some(1309)), (3109, Some(3109)), (3110, None)] {
        assert_eq!(found(&last, &key, seed, &Filter::default()), expected);
    }
    last.verify().unwrap();
    writer.publish(Vec::new(), &[last.entries().next().unwrap().0], key.under()).unwrap();
    assert_eq!(Gallery::open(folder.path()).unwrap().count(), 3108);
}

#[test]
fn a_filter_narrows() {
    let folder = tempfile::tempdir().unwrap();
    let key = Keys::generate().unwrap().newest();
    Writer::open(folder.path()).unwrap().publish(some(&key, 0..600), &[], key.under()).unwrap();
    let gallery = Gallery::open(folder.path()).unwrap();
    let (asked, own) = (entry(77), Filter { office: Some(77 % 58), ..Filter::default() });
    assert_eq!(found(&gallery, &key, 77, &own), Some(77));
    for filter in [
        Filter { office: Some(1), ..Filter::default() },
        Filter { sex: Some(Sex::Male), ..Filter::default() },
        Filter { hand: Some(Hand::Left), ..Filter::default() },
        Filter { born: Some(asked.born + 1..=2000), ..Filter::default() },
    ] {
        assert_eq!(found(&gallery, &key, 77, &filter), None, "{filter:?}");
    }
}

/// Writes a second generation, then lays the files of both together as a killed writer may have left them.
#[test]
fn whoever_is_killed_while_writing_leaves_the_last_generation() {
    let folder = tempfile::tempdir().unwrap();
    let key = Keys::generate().unwrap().newest();
    Writer::open(folder.path()).unwrap().publish(some(&key, 0..4), &[], key.under()).unwrap();
    let before: Vec<_> = files(folder.path());
    Writer::open(folder.path()).unwrap().publish(some(&key, 4..9), &[], key.under()).unwrap();
    let after = files(folder.path());
    let new: Vec<_> = after.iter().filter(|file| !before.iter().any(|old| old.0 == file.0)).collect();
    let manifest = after.iter().find(|file| file.0 == "manifest").unwrap();
    let halves = |bytes: &[u8]| [0, 1, 79, 80, 4095, 4096, 4097, bytes.len() / 2, bytes.len() - 1, bytes.len()];
    for (at, (name, bytes)) in new.iter().copied().chain([manifest]).enumerate() {
        for length in halves(bytes).into_iter().filter(|length| *length <= bytes.len()) {
            let killed = tempfile::tempdir().unwrap();
            let write = |name: &str, bytes: &[u8]| std::fs::write(killed.path().join(name), bytes).unwrap();
            before.iter().for_each(|(name, bytes)| write(name, bytes));
            new.iter().take(at).for_each(|(name, bytes)| write(name, bytes));
            write(if name == "manifest" { "manifest.new" } else { name }, &bytes[..length]);
            let gallery = Gallery::open(killed.path()).unwrap();
            assert_eq!((gallery.generation(), gallery.count()), (1, 4), "{name} cut at {length}");
            // And the next writer is not hindered by what lies there.
            let mut writer = Writer::open(killed.path()).unwrap();
            assert_eq!(writer.publish(some(&key, 4..9), &[], key.under()).unwrap(), 2);
            assert_eq!(Gallery::open(killed.path()).unwrap().count(), 9);
        }
    }
}

#[test]
fn damaged_files_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let key = Keys::generate().unwrap().newest();
    Writer::open(folder.path()).unwrap().publish(some(&key, 0..4), &[], key.under()).unwrap();
    for (name, bytes) in files(folder.path()).iter().filter(|(name, _)| name != "lock") {
        let path = folder.path().join(name);
        for place in [0, 9, 20, 60, bytes.len() - 1] {
            let mut wrong = bytes.clone();
            wrong[place] ^= 1;
            std::fs::write(&path, &wrong).unwrap();
            let told = Gallery::open(folder.path()).and_then(|gallery| gallery.verify()).unwrap_err().to_string();
            assert!(told.contains(name.as_str()) && told.contains("damaged"), "{told}");
        }
        for length in [0, 100, bytes.len() - 1].into_iter().filter(|length| *length < bytes.len()) {
            std::fs::write(&path, &bytes[..length]).unwrap();
            let told = Gallery::open(folder.path()).err().unwrap().to_string();
            assert!(told.contains(name.as_str()), "{told}");
        }
        std::fs::remove_file(&path).unwrap();
        let told = Gallery::open(folder.path()).err().unwrap().to_string();
        assert!(told.contains(name.as_str()), "{told}");
        std::fs::write(&path, bytes).unwrap();
    }
    // A block that was changed is found by reading everything.
    let (name, bytes) = files(folder.path()).into_iter().find(|(name, _)| name.starts_with("shard")).unwrap();
    let mut wrong = bytes.clone();
    wrong[5000] ^= 1;
    std::fs::write(folder.path().join(name), &wrong).unwrap();
    let gallery = Gallery::open(folder.path()).unwrap();
    assert!(matches!(gallery.verify(), Err(GalleryError::Damaged { .. })));
}

#[test]
fn only_one_writes_and_only_under_the_same_key() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::generate().unwrap();
    let (key, other) = (keys.newest(), keys.rotated().unwrap().newest());
    let mut writer = Writer::open(folder.path()).unwrap();
    assert!(writer.present().is_none());
    assert!(matches!(Gallery::open(folder.path()), Err(GalleryError::File { .. })));
    writer.publish(some(&key, 0..1), &[], key.under()).unwrap();
    assert!(matches!(Writer::open(folder.path()), Err(GalleryError::Busy(_))));
    let refused = writer.publish(some(&other, 1..2), &[], other.under());
    assert!(matches!(refused, Err(GalleryError::OtherKey { sealed: 1, asked: 2 })));
}

#[test]
fn entries_come_back_as_they_went() {
    for seed in 0..200 {
        assert_eq!(Entry::from_bytes(&entry(seed).to_bytes()), Some(entry(seed)));
    }
    for place in [22, 23, 25, 31] {
        let mut bytes = entry(1).to_bytes();
        bytes[place] = 9;
        assert_eq!(Entry::from_bytes(&bytes), None);
    }
    assert!(ENTRIES.is_power_of_two());
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap())
        .map(|file| (file.file_name().into_string().unwrap(), std::fs::read(file.path()).unwrap()))
        .collect();
    // In the order in which they are written: the shard, the revoked, the manifest last.
    files.sort_by_key(|(name, _)| std::cmp::Reverse(name.starts_with("shard")));
    files
}

/// Where the child of the next test writes; it does nothing when it is run as a test like others.
const CHILD: &str = "ZHIJIAN_PALM_TEST_FOLDER";

#[test]
fn child_that_writes_until_it_is_killed() {
    let Ok(folder) = std::env::var(CHILD) else { return };
    let key = Keys::open_or_create(&Path::new(&folder).join("keys")).unwrap().newest();
    let mut writer = Writer::open(&Path::new(&folder).join("gallery")).unwrap();
    for round in 0.. {
        writer.publish(some(&key, 3 * round..3 * round + 3), &[], key.under()).unwrap();
    }
}

#[test]
fn a_process_killed_while_writing_leaves_a_whole_generation() {
    let folder = tempfile::tempdir().unwrap();
    let gallery = folder.path().join("gallery");
    let generation = || Gallery::open(&gallery).map_or(0, |gallery| gallery.generation());
    for _ in 0..6 {
        let before = generation();
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["gallery::tests::child_that_writes_until_it_is_killed", "--exact"])
            .env(CHILD, folder.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        while generation() < before + 3 {
            assert!(child.try_wait().unwrap().is_none(), "the child ended by itself");
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let left = Gallery::open(&gallery).unwrap();
        left.verify().unwrap();
        assert_eq!(u64::try_from(left.count()).unwrap(), 3 * left.generation());
    }
}
