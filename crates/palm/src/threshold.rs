//! Up to which distance two palms are taken for one: a versioned file, each line named by the rate of strangers who pass and
//! the file by the data that it was measured on.
//!
//! The file that is shipped was measured on synthetic palms, so that the engine runs at once; an agency measures on its own
//! people (`zhijian palm evaluate`) and installs what that writes. It refuses a file of another encoder, for its distances
//! mean something else, and one whose distances do not fall with the rates.

use crate::code::{Code, Distance, Modality};

const SHIPPED: &str = include_str!("threshold/synthetic.toml");

/// A file of thresholds for one modality.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// Counts up with every file of an agency.
    pub version: u32,
    /// The version of the encoder whose distances they are.
    pub encoder: u8,
    /// `vein` or `print`.
    pub modality: Modality,
    /// Whose palms, when, how many.
    pub measured_on: String,
    /// The largest distance between the pictures of one enrolment, in 1/65536.
    pub agreement: u32,
    /// From the most lenient to the strictest.
    pub threshold: Vec<Threshold>,
}

/// One distance and what it lets pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// One stranger in so many passes a single comparison.
    pub one_in: u64,
    /// Up to this distance two palms are taken for one, in 1/65536.
    pub distance: u32,
    /// Whether the rate lies beyond what was counted, so that a fitted tail says it.
    pub extrapolated: bool,
}

/// Why a file of thresholds is refused.
#[derive(Debug, thiserror::Error)]
pub enum ThresholdsError {
    /// Not TOML, or not these fields.
    #[error("the file of thresholds does not read")]
    Unreadable(#[source] toml::de::Error),
    /// Measured with another encoder.
    #[error("the thresholds were measured with encoder {found}, not {}", Code::VERSION)]
    Encoder {
        /// The encoder that was named.
        found: u8,
    },
    /// A stricter rate with a distance that is not smaller, or no rate at all.
    #[error("the thresholds do not fall from the most lenient to the strictest")]
    Order,
}

impl Thresholds {
    /// The file that comes with the program, measured on synthetic palms.
    pub fn shipped() -> Result<Self, ThresholdsError> {
        Self::parse(SHIPPED)
    }

    /// Reads a file and checks that it can be used.
    pub fn parse(text: &str) -> Result<Self, ThresholdsError> {
        let file: Self = toml::from_str(text).map_err(ThresholdsError::Unreadable)?;
        if file.encoder != Code::VERSION {
            return Err(ThresholdsError::Encoder { found: file.encoder });
        }
        let falls = |a: &Threshold, b: &Threshold| a.one_in < b.one_in && a.distance >= b.distance;
        let ordered = file.threshold.is_sorted_by(falls) && !file.threshold.is_empty();
        if ordered { Ok(file) } else { Err(ThresholdsError::Order) }
    }

    /// The file's text.
    pub fn to_text(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }

    /// The threshold that lets at most one stranger in `one_in` pass: the most lenient that is strict enough.
    pub fn at(&self, one_in: u64) -> Option<Threshold> {
        self.threshold.iter().find(|threshold| threshold.one_in >= one_in).copied()
    }

    /// The strictest rate that a distance satisfies: at most one stranger in so many comes so near.
    pub fn rate_of(&self, distance: Distance) -> Option<u64> {
        let satisfied = self.threshold.iter().rev().find(|threshold| distance.0 <= threshold.distance);
        satisfied.map(|threshold| threshold.one_in)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_file_reads_and_says_what_it_was_measured_on() {
        let shipped = Thresholds::shipped().unwrap();
        assert!(shipped.measured_on.contains("synthetic"));
        assert_eq!(Thresholds::parse(&shipped.to_text().unwrap()).unwrap(), shipped);
    }

    #[test]
    fn a_rate_finds_its_distance_and_back() {
        let shipped = Thresholds::shipped().unwrap();
        let strict = shipped.at(10_000).unwrap();
        assert_eq!(shipped.rate_of(Distance(strict.distance)), Some(strict.one_in));
        assert_eq!(shipped.rate_of(Distance(1 << 16)), None);
        assert_eq!(shipped.at(u64::MAX), None);
    }

    #[test]
    fn a_file_that_cannot_be_trusted_is_refused() {
        let shipped = Thresholds::shipped().unwrap();
        let parse = |file: &Thresholds| Thresholds::parse(&file.to_text().unwrap());
        let other = Thresholds { encoder: 99, ..shipped.clone() };
        assert!(matches!(parse(&other), Err(ThresholdsError::Encoder { found: 99 })));
        let mut turned = shipped.clone();
        turned.threshold.reverse();
        assert!(matches!(parse(&turned), Err(ThresholdsError::Order)));
        assert!(matches!(Thresholds::parse("version = 1"), Err(ThresholdsError::Unreadable(_))));
    }
}
