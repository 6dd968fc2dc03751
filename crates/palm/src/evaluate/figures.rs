//! What distances say: error rates, their interval, and the tail beyond what was counted.
#![allow(clippy::as_conversions, reason = "counts of pairs become rates; all are far below 2^53")]

/// The distance of one comparison and the two people it was between, by their places in the list of people.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Pair {
    pub(crate) enrolled: usize,
    pub(crate) shown: usize,
    /// In 1/65536; a pair that could not be compared is at the far end.
    pub(crate) distance: u32,
}

/// The farthest distance, taken for two palms that have too little in common.
pub(crate) const FARTHEST: u32 = 1 << 16;

/// Error rates at one threshold.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Point {
    /// Up to this distance, in 1/65536, two palms are taken for one.
    pub distance: u32,
    /// The share of strangers who pass.
    pub false_match: f64,
    /// The share of one's own who do not.
    pub false_non_match: f64,
}

/// Pairs from the nearest to the farthest.
pub(crate) struct Sorted {
    pairs: Vec<Pair>,
}

impl Sorted {
    pub(crate) fn new(mut pairs: Vec<Pair>) -> Self {
        pairs.sort_unstable_by_key(|pair| pair.distance);
        Self { pairs }
    }

    /// How many pairs are of one person, and how many of strangers.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let own = self.pairs.iter().filter(|pair| pair.enrolled == pair.shown).count();
        (own, self.pairs.len() - own)
    }

    /// The rates at every distance that occurred, from the nearest.
    pub(crate) fn points(&self) -> Vec<Point> {
        self.weighed(|_| 1)
    }

    /// The same with each pair as often as its people were drawn: one's own come from one draw, a stranger's from two.
    fn weighed(&self, drawn: impl Fn(usize) -> u64) -> Vec<Point> {
        let weight = |pair: &Pair| match (pair.enrolled == pair.shown, drawn(pair.shown)) {
            (true, times) => (times, 0),
            (false, times) => (0, times * drawn(pair.enrolled)),
        };
        let add = |sum: (u64, u64), more: (u64, u64)| (sum.0 + more.0, sum.1 + more.1);
        let (own, strangers) = self.pairs.iter().map(weight).fold((0, 0), add);
        let mut within = (0, 0);
        let mut points = Vec::new();
        for same in self.pairs.chunk_by(|a, b| a.distance == b.distance) {
            within = same.iter().map(weight).fold(within, add);
            points.push(Point {
                distance: same.first().map_or(FARTHEST, |pair| pair.distance),
                false_match: within.1 as f64 / strangers.max(1) as f64,
                false_non_match: (own - within.0) as f64 / own.max(1) as f64,
            });
        }
        points
    }

    /// The middle 95 % of the equal error rate when `people` are drawn anew with replacement, `draws` times.
    pub(crate) fn interval(&self, people: usize, draws: usize) -> (f64, f64) {
        let mut state = 0x5eed_u64;
        let mut rates = Vec::with_capacity(draws);
        for _ in 0..draws {
            let mut drawn = vec![0_u64; people];
            for _ in 0..people {
                // A linear congruence is enough to draw people, and anybody can draw the same again.
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                drawn[(state >> 33) as usize % people] += 1;
            }
            rates.push(equal_error_rate(&self.weighed(|person| drawn[person])));
        }
        rates.sort_by(f64::total_cmp);
        let at = |share: f64| rates.get((share * draws as f64) as usize).copied().unwrap_or_default();
        (at(0.025), at(0.975))
    }
}

/// The rate at which both errors are alike: the mean of the two where they lie closest.
pub(crate) fn equal_error_rate(points: &[Point]) -> f64 {
    let apart = |point: &&Point| (point.false_match - point.false_non_match).abs();
    let closest = points.iter().min_by(|a, b| apart(a).total_cmp(&apart(b)));
    closest.map_or(0.0, |point| f64::midpoint(point.false_match, point.false_non_match))
}

/// The share of one's own refused at the farthest distance that lets no more than `rate` of strangers pass. All of them,
/// where even the nearest distance lets more pass.
pub(crate) fn false_non_match_at(points: &[Point], rate: f64) -> f64 {
    threshold_at(points, rate).map_or(1.0, |point| point.false_non_match)
}

/// The farthest distance that lets no more than `rate` of strangers pass.
pub(crate) fn threshold_at(points: &[Point], rate: f64) -> Option<&Point> {
    points.iter().take_while(|point| point.false_match <= rate).last()
}

/// The near tail of the strangers' distances as a generalised Pareto distribution (Pickands; fitted by Hosking's weighted
/// moments), for rates below what was counted. Whatever it says is extrapolated.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Tail {
    start: f64,
    share: f64,
    shape: f64,
    scale: f64,
}

impl Tail {
    /// The share of the strangers that make the tail.
    const SHARE: f64 = 0.01;
    /// The fewest strangers' pairs in a tail that can be fitted.
    const PAIRS_MIN: usize = 50;

    /// Fits the nearest hundredth of the strangers' distances.
    pub(crate) fn fit(sorted: &Sorted) -> Option<Self> {
        let strangers = sorted.pairs.iter().filter(|pair| pair.enrolled != pair.shown);
        let distances: Vec<u32> = strangers.map(|pair| pair.distance).collect();
        let count = (distances.len() as f64 * Self::SHARE) as usize;
        if count < Self::PAIRS_MIN {
            return None;
        }
        let start = f64::from(*distances.get(count)?);
        let beyond: Vec<f64> = distances[..count].iter().rev().map(|distance| start - f64::from(*distance)).collect();
        let number = count as f64;
        let mean = beyond.iter().sum::<f64>() / number;
        let weigh = |(place, value): (usize, &f64)| (1.0 - (place as f64 + 0.65) / number) * value;
        let weighed = beyond.iter().enumerate().map(weigh).sum::<f64>() / number;
        let apart = mean - 2.0 * weighed;
        (apart > 0.0 && mean > 0.0).then(|| Self {
            start,
            share: number / distances.len() as f64,
            shape: 2.0 - mean / apart,
            scale: 2.0 * mean * weighed / apart,
        })
    }

    /// The distance that lets a rate of strangers pass.
    pub(crate) fn distance_at(&self, rate: f64) -> Option<u32> {
        let ratio = rate / self.share;
        let away = if self.shape.abs() < 1e-6 {
            -self.scale * ratio.ln()
        } else {
            self.scale / self.shape * (ratio.powf(-self.shape) - 1.0)
        };
        let distance = self.start - away;
        (distance > 0.0 && ratio < 1.0).then_some(distance as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(enrolled: usize, shown: usize, distance: u32) -> Pair {
        Pair { enrolled, shown, distance }
    }

    /// Two people: own distances 10, 20, 30 and 90; strangers' 40, 80, 85, 95.
    fn some() -> Sorted {
        let own = [(0, 10), (0, 20), (1, 30), (1, 90)].map(|(person, distance)| pair(person, person, distance));
        let strange = [40, 80, 85, 95].map(|distance| pair(0, 1, distance));
        Sorted::new(own.into_iter().chain(strange).collect())
    }

    #[test]
    fn rates_are_counted_at_each_distance() {
        let points = some().points();
        let at = |distance: u32| *points.iter().find(|point| point.distance == distance).unwrap();
        assert_eq!((at(30).false_match, at(30).false_non_match), (0.0, 0.25));
        assert_eq!((at(40).false_match, at(40).false_non_match), (0.25, 0.25));
        assert!((equal_error_rate(&points) - 0.25).abs() < 1e-12);
        assert!((false_non_match_at(&points, 1e-3) - 0.25).abs() < 1e-12);
        assert!((false_non_match_at(&points, 0.74) - 0.25).abs() < 1e-12);
        assert!(false_non_match_at(&points, 1.0) < 1e-12);
    }

    #[test]
    fn a_stranger_in_front_of_everyone_refuses_all() {
        let points = Sorted::new(vec![pair(0, 0, 50), pair(0, 1, 5)]).points();
        assert!((false_non_match_at(&points, 1e-3) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_interval_holds_the_rate_and_repeats() {
        let (low, high) = some().interval(2, 200);
        assert!(low <= 0.25 && 0.25 <= high, "{low} {high}");
        assert_eq!(some().interval(2, 200), (low, high));
    }

    #[test]
    fn the_tail_agrees_with_an_even_spread() {
        // Distances 1 to 100,000 evenly: one in ten thousand of them is within 10.
        let pairs: Vec<Pair> = (1..=100_000).map(|distance| pair(0, 1, distance)).collect();
        let distance = Tail::fit(&Sorted::new(pairs)).unwrap().distance_at(1e-4).unwrap();
        assert!((5..=15).contains(&distance), "{distance}");
    }
}
