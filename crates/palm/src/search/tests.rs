//! Every kernel of this machine against the plain comparison of every pair.

use super::*;
use crate::{Code, Modality, Overlap};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// How much of a mask is missing.
#[derive(Clone, Copy)]
enum Mask {
    Whole,
    Edge,
    Ragged,
    Nearly(u32),
}

fn some(random: &mut ChaCha8Rng, mask: Mask) -> Code {
    let mut plane = || std::array::from_fn(|_| random.next_u64());
    let planes = std::array::from_fn(|_| plane());
    let ridge = plane();
    let mask = match mask {
        Mask::Whole => [u64::MAX; 16],
        Mask::Edge => std::array::from_fn(|word| if word < 2 { 0xffff_0000_ffff_ff00 } else { u64::MAX }),
        Mask::Ragged => std::array::from_fn(|_| random.next_u64() | random.next_u64()),
        Mask::Nearly(cells) => {
            std::array::from_fn(|word| if word < usize::try_from(cells / 64).unwrap() { u64::MAX } else { 0 })
        }
    };
    Code::new(Modality::Vein, planes, ridge, mask)
}

/// A palm seen again: displaced, with some bits changed.
fn again(random: &mut ChaCha8Rng, code: &Code, shift: Shift) -> Code {
    let seen = code.shifted(shift);
    let planes =
        seen.planes().map(|plane| plane.map(|word| word ^ (random.next_u64() & random.next_u64() & random.next_u64())));
    Code::new(Modality::Vein, planes, *seen.ridge(), *seen.mask())
}

/// The distance over the searched planes and its displacement, as the plain comparison says.
fn plain(stored: &Code, asking: &Code) -> Option<(Distance, Shift)> {
    let only = |code: &Code| {
        let [a, _, b, _, c, _] = *code.planes();
        Code::new(Modality::Vein, [a, [0; 16], b, [0; 16], c, [0; 16]], [0; 16], *code.mask())
    };
    let (stored, asking) = (only(stored), only(asking));
    let at = |shift| {
        let Overlap { differing, valid } = stored.overlap_at(&asking, shift);
        Some((Overlap { differing: 2 * differing, valid }.distance()?, shift))
    };
    Shift::all().filter_map(at).min_by_key(|(distance, _)| *distance)
}

fn expected(codes: &[Code], asking: &Code, most: usize) -> Vec<(Distance, usize, Shift)> {
    let near = codes.iter().enumerate().filter_map(|(entry, code)| plain(code, asking).map(|(d, s)| (d, entry, s)));
    let mut near: Vec<_> = near.collect();
    near.sort_by_key(|(distance, entry, _)| (*distance, *entry));
    near.truncate(most);
    near
}

struct Held {
    blocks: Vec<Block>,
    whole: Vec<bool>,
    live: Vec<Slice>,
}

fn hold(codes: &[Code], layout: &Layout) -> Held {
    let blocks: Vec<Block> =
        codes.chunks(ENTRIES).map(|codes| *Block::of(&codes.iter().map(row).collect::<Vec<_>>(), layout)).collect();
    let live = codes.chunks(ENTRIES).map(|codes| {
        let mut live = Slice::NONE;
        (0..codes.len()).for_each(|entry| live.set(entry));
        live
    });
    Held { whole: blocks.iter().map(|block| block.is_whole(layout)).collect(), live: live.collect(), blocks }
}

impl Held {
    fn search(&self, plans: &[Plan], way: Way) -> Vec<Vec<(Distance, usize, Shift)>> {
        let segment = Segment { first: 0, blocks: &self.blocks, whole: &self.whole, live: &self.live };
        let found = search(&[segment], plans, way);
        found.iter().map(|hits| hits.iter().map(|hit| (hit.distance, hit.entry, hit.shift())).collect()).collect()
    }
}

fn ways(most: usize) -> impl Iterator<Item = Way> {
    let most = NonZero::new(most).unwrap();
    let kernels = Kernel::ALL.into_iter().filter(|kernel| kernel.present());
    kernels.flat_map(move |kernel| [1, 3].map(|threads| Way { kernel, threads: NonZero::new(threads).unwrap(), most }))
}

fn check(gallery: &[Mask], asking: Mask, entries: usize) {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let codes: Vec<Code> = (0..entries).map(|entry| some(&mut random, gallery[entry % gallery.len()])).collect();
    let asking = {
        let fresh = some(&mut random, asking);
        let mate = again(&mut random, &codes[entries / 2], Shift { dx: 2, dy: -3 });
        let mate = Code::new(
            Modality::Vein,
            *mate.planes(),
            *mate.ridge(),
            std::array::from_fn(|word| mate.mask()[word] & fresh.mask()[word]),
        );
        [fresh, mate]
    };
    let layout = Layout::plain();
    let held = hold(&codes, &layout);
    let plans: Vec<Plan> = asking.iter().map(|code| Plan::new(code, &layout)).collect();
    for way in ways(20) {
        let found = held.search(&plans, way);
        for (hits, asking) in found.iter().zip(&asking) {
            assert_eq!(*hits, expected(&codes, asking, 20), "{way:?}");
        }
    }
}

#[test]
fn whole_masks() {
    check(&[Mask::Whole], Mask::Whole, 1100);
}

#[test]
fn masks_that_lack_an_edge() {
    check(&[Mask::Whole, Mask::Edge], Mask::Edge, 1100);
}

#[test]
fn ragged_masks_on_both_sides() {
    check(&[Mask::Ragged, Mask::Edge, Mask::Whole], Mask::Ragged, 700);
}

#[test]
fn too_little_in_common_is_never_a_hit() {
    check(&[Mask::Nearly(512), Mask::Nearly(384), Mask::Ragged], Mask::Nearly(448), 600);
    check(&[Mask::Nearly(0)], Mask::Whole, 10);
}

#[test]
fn plain_codes_of_one_colour() {
    let full = Code::new(Modality::Vein, [[u64::MAX; 16]; 6], [0; 16], [u64::MAX; 16]);
    let none = Code::new(Modality::Vein, [[0; 16]; 6], [0; 16], [u64::MAX; 16]);
    let (codes, layout) = ([full, none], Layout::plain());
    let held = hold(&codes, &layout);
    for way in ways(2) {
        let found = held.search(&[Plan::new(&full, &layout), Plan::new(&none, &layout)], way);
        assert_eq!(found, [expected(&codes, &full, 2), expected(&codes, &none, 2)], "{way:?}");
    }
}

#[test]
fn who_is_not_asked_for_is_not_found() {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let codes: Vec<Code> = (0..520).map(|_| some(&mut random, Mask::Whole)).collect();
    let layout = Layout::plain();
    let mut held = hold(&codes, &layout);
    held.live[0].clear(100);
    held.live[1] = Slice::NONE;
    let found = held.search(&[Plan::new(&codes[100], &layout)], Way::best(NonZero::new(600).unwrap()));
    let entries: Vec<usize> = found[0].iter().map(|(_, entry, _)| *entry).collect();
    assert_eq!(entries.len(), 511);
    assert!(!entries.contains(&100) && entries.iter().all(|entry| *entry < 512));
}

#[test]
fn rows_come_back_as_they_went() {
    let mut random = ChaCha8Rng::seed_from_u64(4);
    let rows: Vec<Row> = (0..300).map(|_| row(&some(&mut random, Mask::Ragged))).collect();
    let layout = Layout::plain();
    assert_eq!(&Block::of(&rows, &layout).rows(&layout)[..300], &rows[..]);
}

#[test]
fn every_kernel_counts_two_codes_alike() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    for mask in [Mask::Whole, Mask::Edge, Mask::Ragged] {
        let (a, b) = (some(&mut random, mask), some(&mut random, Mask::Ragged));
        for kernel in Kernel::ALL.into_iter().filter(|kernel| kernel.present()) {
            let parts = kernel.parts(&a, &b);
            assert_eq!(parts.overlap(), a.overlap(&b), "{kernel:?}");
            assert_eq!(Kernel::named(kernel.name()), Some(kernel));
        }
    }
}

#[test]
fn the_benchmark_finds_what_it_hid() {
    let load = crate::bench::Load { entries: 1200, ragged_percent: 50, rounds: 1, batch: 2 };
    let bench = crate::bench::Bench::new(load).unwrap();
    for way in ways(20) {
        assert!(bench.finds_the_mate(way), "{way:?}");
    }
    let (mut rounds, way) = (0, Way::best(NonZero::new(20).unwrap()));
    let searched = bench.search(way, || rounds += 1);
    assert!(rounds == 1 && searched.one > searched.planning);
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(bench.write_for_peer(folder.path()).unwrap(), 600);
    let length = |name: &str| std::fs::metadata(folder.path().join(name)).unwrap().len();
    assert_eq!((length("gallery.bin"), length("queries.bin")), (1200 * 384, 49 * 384));
    let gallery = tempfile::tempdir().unwrap();
    assert!(crate::bench::opening(gallery.path(), 700, 1).is_ok());
    assert!(crate::bench::encoding(1).is_ok());
}
