//! How fast a gallery is searched and opened, measured where it runs. Bits of chance, nobody's palms.
//!
//! Every figure is a median of rounds. The limit is measured in the same run: the same slices added up by the same adders,
//! out of the nearest cache and with nothing else to do.

use crate::gallery::{Entry, Gallery, GalleryError, Hand, NewEntry, SEALED_BYTES, Sex, Writer};
use crate::protect::{Key, KeyError, Keys};
use crate::search::{Block, ENTRIES, Layout, Plan, Row, Segment, Slice, Way, row, search};
use crate::synth::{HEIGHT, Synth, WIDTH};
use crate::{Capture, Code, Modality, Picture, Refusal, Shift};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::path::Path;
use std::time::{Duration, Instant};

/// What is searched.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Stored palms.
    pub entries: usize,
    /// Of a hundred stored palms, how many lack some cells.
    pub ragged_percent: usize,
    /// How often each figure is taken.
    pub rounds: usize,
    /// Palms that are looked for in one pass over the memory.
    pub batch: usize,
}

/// Stored palms of chance, a palm that was seen again displaced, and what is asked of the gallery.
pub struct Bench {
    load: Load,
    blocks: Vec<Block>,
    whole: Vec<bool>,
    live: Vec<Slice>,
    asking: Code,
    mate: usize,
    plans: Vec<Plan>,
    planning: Duration,
}

/// What was measured of searching.
#[derive(Clone, Copy, Debug)]
pub struct Searched {
    /// One palm, from its code to the nearest entries.
    pub one: Duration,
    /// The same on one core.
    pub one_core: Duration,
    /// Each of several palms that share a pass.
    pub batched: Duration,
    /// What adding up the slices takes at the least.
    pub limit: Duration,
    /// Reading the gallery once.
    pub memory: Duration,
    /// Of `one`, working out what to ask.
    pub planning: Duration,
}

impl Bench {
    /// Makes a gallery in memory, under a key as always.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn new(load: Load) -> Result<Self, KeyError> {
        let key = Keys::generate()?.newest();
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mate = load.entries / 2;
        let (mut blocks, mut live, mut asking) = (Vec::new(), Vec::new(), chance(&mut random, false));
        let mut waiting: [Vec<Row>; 2] = [Vec::new(), Vec::new()];
        for entry in 0..load.entries {
            let ragged = entry * 37 % 100 < load.ragged_percent;
            let code = chance(&mut random, ragged);
            if entry == mate {
                asking = again(&mut random, &code);
            }
            waiting[usize::from(ragged)].push(row(&code));
            let last = entry + 1 == load.entries;
            for rows in waiting.iter_mut().filter(|rows| rows.len() == ENTRIES || last && !rows.is_empty()) {
                blocks.push(*Block::of(rows, key.layout()));
                let mut full = Slice::NONE;
                (0..rows.len()).for_each(|entry| full.set(entry));
                live.push(full);
                rows.clear();
            }
        }
        let whole = blocks.iter().map(|block| block.is_whole(key.layout())).collect();
        let start = Instant::now();
        let mut plans = vec![key.plan(&asking)];
        let planning = start.elapsed();
        plans.extend((1..load.batch).map(|_| key.plan(&chance(&mut random, false))));
        Ok(Self { load, blocks, whole, live, asking, mate, plans, planning })
    }

    /// Measures searching. `step` is called after each round.
    pub fn search(&self, way: Way, mut step: impl FnMut()) -> Searched {
        let segment = [Segment { first: 0, blocks: &self.blocks, whole: &self.whole, live: &self.live }];
        let single = Way { threads: std::num::NonZero::<usize>::MIN, ..way };
        let mut times: [Vec<Duration>; 5] = std::array::from_fn(|_| Vec::new());
        for _ in 0..self.load.rounds.max(1) {
            times[0].push(timed(|| search(&segment, &self.plans[..1], way)));
            times[1].push(timed(|| search(&segment, &self.plans[..1], single)));
            times[2].push(timed(|| search(&segment, &self.plans, way)));
            times[3].push(timed(|| self.add_up(way)));
            times[4].push(timed(|| self.read_once(way)));
            step();
        }
        let [one, one_core, batched, limit, memory] = times.map(median);
        let planning = self.planning;
        let palms = u32::try_from(self.plans.len()).unwrap_or(u32::MAX).max(1);
        Searched { one: one + planning, one_core, batched: batched / palms + planning, limit, memory, planning }
    }

    /// Whether the palm that was seen again is found, and nearest.
    pub fn finds_the_mate(&self, way: Way) -> bool {
        let segment = [Segment { first: 0, blocks: &self.blocks, whole: &self.whole, live: &self.live }];
        let found = search(&segment, &self.plans[..1], way);
        let Some([nearest, next, ..]) = found.first().map(Vec::as_slice) else { return self.load.entries < 2 };
        nearest.distance.0 * 2 < next.distance.0
    }

    /// Writes the same question for another library: the stored bits, 384 bytes a palm, and 49 displaced palms as queries,
    /// without masks. Answers the number of the entry that is to be found.
    ///
    /// # Errors
    /// What the system says.
    pub fn write_for_peer(&self, folder: &Path) -> std::io::Result<usize> {
        let bits = |row: &Row| -> Vec<u8> { row[..48].iter().flat_map(|word| word.to_le_bytes()).collect() };
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let _ = chance(&mut random, false);
        let mut stored = Vec::with_capacity(self.load.entries * 384);
        for entry in 0..self.load.entries {
            let code = chance(&mut random, entry * 37 % 100 < self.load.ragged_percent);
            stored.extend(bits(&row(&code)));
            if entry == self.mate {
                let _ = again(&mut random, &code);
            }
        }
        let queries: Vec<u8> = Shift::all().flat_map(|shift| bits(&row(&self.asking.shifted(shift)))).collect();
        std::fs::write(folder.join("gallery.bin"), stored)?;
        std::fs::write(folder.join("queries.bin"), queries)?;
        Ok(self.mate)
    }

    /// Adds up as many slices as the search reads, out of sixteen kibibytes.
    fn add_up(&self, way: Way) {
        let reads = self.plans[0].reads();
        let slices: usize = self.whole.iter().map(|whole| if *whole { reads.0 } else { reads.1 }).sum();
        let list: Vec<u16> = (0..4096_u16).map(|place| place % 256 * 37 % 256).collect();
        let rounds = slices / way.threads.get() / list.len();
        spread(way, |_| {
            for _ in 0..rounds {
                std::hint::black_box(way.kernel.add_up(&self.blocks[0], std::hint::black_box(&list)));
            }
        });
    }

    /// Reads every word of the gallery once, on all cores.
    fn read_once(&self, way: Way) {
        spread(way, |thread| {
            let part = self.blocks.len().div_ceil(way.threads.get());
            for block in self.blocks.iter().skip(thread * part).take(part) {
                std::hint::black_box(block.sum_of_words());
            }
        });
    }
}

/// Builds a gallery of so many entries in a folder and measures how long opening it takes.
///
/// # Errors
/// [`GalleryError`].
pub fn opening(folder: &Path, entries: usize, rounds: usize) -> Result<Duration, GalleryError> {
    let layout = Layout::plain();
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let all = (0..entries).zip(0..).map(|(_, person)| {
        let entry = Entry { person, hand: Hand::Left, sample: 0, office: 1, born: 1950, sex: Sex::Female };
        Ok(NewEntry { entry, row: row(&chance(&mut random, false)), sealed: [0; SEALED_BYTES] })
    });
    Writer::open(folder)?.replace(entries, all, (1, &layout))?;
    let mut times = Vec::new();
    for _ in 0..rounds.max(1) {
        let start = Instant::now();
        let gallery = Gallery::open(folder)?;
        times.push(start.elapsed());
        drop(gallery);
    }
    Ok(median(times))
}

/// How long one palm takes from its code to being ready for the gallery: scrambled and sealed.
///
/// # Errors
/// [`GalleryError::NoRandomness`].
pub fn entering(key: &Key, times: u32) -> Result<Duration, GalleryError> {
    let code = chance(&mut ChaCha8Rng::seed_from_u64(3), false);
    let start = Instant::now();
    for person in 0..times {
        let entry =
            Entry { person: person.into(), hand: Hand::Left, sample: 0, office: 1, born: 1950, sex: Sex::Female };
        std::hint::black_box(key.enter(entry, &code)?);
    }
    Ok(start.elapsed() / times.max(1))
}

/// How long a picture of 768 by 576 takes to become a code, on one core.
///
/// # Errors
/// [`Refusal`], if the synthetic hand is refused: the program is at fault.
pub fn encoding(rounds: usize) -> Result<Duration, Refusal> {
    let grey = Synth { seed: 5, person: 0, session: 1, shot: 0 }.show().grey;
    let picture = Picture::new(WIDTH, HEIGHT, grey).ok_or(Refusal::NotAPicture)?;
    let mut times = Vec::new();
    for _ in 0..rounds.max(1) {
        let picture = picture.clone();
        let start = Instant::now();
        std::hint::black_box(Capture::of(picture, Modality::Vein)?.code());
        times.push(start.elapsed());
    }
    Ok(median(times))
}

fn spread(way: Way, work: impl Fn(usize) + Sync) {
    std::thread::scope(|scope| {
        for thread in 1..way.threads.get() {
            let work = &work;
            scope.spawn(move || work(thread));
        }
        work(0);
    });
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    std::hint::black_box(work());
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// A palm of chance; a ragged one lacks the cells of a corner.
fn chance(random: &mut ChaCha8Rng, ragged: bool) -> Code {
    let mut plane = || std::array::from_fn(|_| random.next_u64());
    let planes = std::array::from_fn(|_| plane());
    let mask = if ragged {
        std::array::from_fn(|word| if word < 3 { u64::MAX << 6 } else { u64::MAX })
    } else {
        [u64::MAX; 16]
    };
    Code::new(Modality::Vein, planes, [0; 16], mask)
}

/// The palm seen again: displaced, and every eighth bit another.
fn again(random: &mut ChaCha8Rng, code: &Code) -> Code {
    let seen = code.shifted(Shift { dx: 1, dy: -2 });
    let mut other = || random.next_u64() & random.next_u64() & random.next_u64();
    let planes = seen.planes().map(|plane| plane.map(|word| word ^ other()));
    Code::new(Modality::Vein, planes, *seen.ridge(), *seen.mask())
}
