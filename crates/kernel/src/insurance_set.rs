//! A set of insurances: what one relation with an employer covers.

use crate::{Insurance, UnknownWord};
use std::fmt;
use std::str::FromStr;

/// Some of the five insurances, a bit each in the order of [`Insurance::ALL`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(into = "Vec<Insurance>", from = "Vec<Insurance>")]
pub struct InsuranceSet(u8);

impl InsuranceSet {
    /// None of them.
    pub const NONE: InsuranceSet = InsuranceSet(0);
    /// All five.
    pub const ALL: InsuranceSet = InsuranceSet(0b1_1111);

    const fn bit(insurance: Insurance) -> u8 {
        match insurance {
            Insurance::Pension => 1,
            Insurance::Medical => 2,
            Insurance::Unemployment => 4,
            Insurance::Injury => 8,
            Insurance::Maternity => 16,
        }
    }

    /// These.
    pub fn of(insurances: &[Insurance]) -> InsuranceSet {
        insurances.iter().copied().collect()
    }

    /// The bits as they are stored.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// From stored bits; none where a bit names no insurance.
    pub const fn from_bits(bits: u8) -> Option<InsuranceSet> {
        if bits > InsuranceSet::ALL.0 { None } else { Some(InsuranceSet(bits)) }
    }

    /// Whether it holds this one.
    pub const fn has(self, insurance: Insurance) -> bool {
        self.0 & InsuranceSet::bit(insurance) != 0
    }

    /// With this one.
    #[must_use]
    pub const fn with(self, insurance: Insurance) -> InsuranceSet {
        InsuranceSet(self.0 | InsuranceSet::bit(insurance))
    }

    /// Without this one.
    #[must_use]
    pub const fn without(self, insurance: Insurance) -> InsuranceSet {
        InsuranceSet(self.0 & !InsuranceSet::bit(insurance))
    }

    /// What either holds.
    #[must_use]
    pub const fn union(self, other: InsuranceSet) -> InsuranceSet {
        InsuranceSet(self.0 | other.0)
    }

    /// What both hold.
    #[must_use]
    pub const fn common(self, other: InsuranceSet) -> InsuranceSet {
        InsuranceSet(self.0 & other.0)
    }

    /// What this holds and the other does not.
    #[must_use]
    pub const fn minus(self, other: InsuranceSet) -> InsuranceSet {
        InsuranceSet(self.0 & !other.0)
    }

    /// Whether it holds none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many it holds.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Each of them, in the order of [`Insurance::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Insurance> {
        Insurance::ALL.iter().copied().filter(move |insurance| self.has(*insurance))
    }
}

impl FromIterator<Insurance> for InsuranceSet {
    fn from_iter<I: IntoIterator<Item = Insurance>>(insurances: I) -> InsuranceSet {
        insurances.into_iter().fold(InsuranceSet::NONE, InsuranceSet::with)
    }
}

impl From<Insurance> for InsuranceSet {
    fn from(insurance: Insurance) -> InsuranceSet {
        InsuranceSet::NONE.with(insurance)
    }
}

impl From<Vec<Insurance>> for InsuranceSet {
    fn from(insurances: Vec<Insurance>) -> InsuranceSet {
        insurances.into_iter().collect()
    }
}

impl From<InsuranceSet> for Vec<Insurance> {
    fn from(set: InsuranceSet) -> Vec<Insurance> {
        set.iter().collect()
    }
}

impl fmt::Display for InsuranceSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.iter().map(Insurance::as_str).collect::<Vec<_>>().join(" "))
    }
}

impl fmt::Debug for InsuranceSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{self}}}")
    }
}

impl FromStr for InsuranceSet {
    type Err = UnknownWord;
    fn from_str(words: &str) -> Result<InsuranceSet, UnknownWord> {
        words.split_whitespace().map(str::parse::<Insurance>).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_written_and_read_and_counted() {
        for bits in 0..32 {
            let set = InsuranceSet::from_bits(bits).unwrap();
            assert_eq!(set.to_string().parse::<InsuranceSet>().unwrap(), set);
            assert_eq!(set.iter().collect::<InsuranceSet>(), set);
            assert_eq!(set.union(InsuranceSet::ALL.minus(set)), InsuranceSet::ALL);
            assert_eq!(usize::try_from(set.len()).unwrap(), set.iter().count());
        }
        assert_eq!(InsuranceSet::from_bits(32), None);
        assert!(InsuranceSet::of(&[Insurance::Injury]).has(Insurance::Injury));
        assert!("luck".parse::<InsuranceSet>().is_err());
    }
}
