//! Who a stored palm belongs to, and by what a search may be narrowed. No name, no number of a document: the person is a
//! pseudonym that only the registry can resolve.

use std::ops::RangeInclusive;

/// Which hand.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Hand {
    /// The left one.
    Left,
    /// The right one.
    Right,
}

/// The sex on the person's document.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Sex {
    /// 女
    Female,
    /// 男
    Male,
}

/// A stored palm, apart from its bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Entry {
    /// The person's pseudonym.
    pub person: u128,
    /// Which hand.
    pub hand: Hand,
    /// Which of the pictures of the enrolment, from zero.
    pub sample: u8,
    /// The office that pays, as the caller numbers offices.
    pub office: u32,
    /// Year of birth.
    pub born: u16,
    /// Sex.
    pub sex: Sex,
}

impl Entry {
    /// Bytes of an entry in a file.
    pub const BYTES: usize = 32;

    /// The entry as bytes: it is what a sealed record is bound to.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..16].copy_from_slice(&self.person.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.office.to_le_bytes());
        bytes[20..22].copy_from_slice(&self.born.to_le_bytes());
        bytes[22] = match self.hand {
            Hand::Left => 1,
            Hand::Right => 2,
        };
        bytes[23] = match self.sex {
            Sex::Female => 1,
            Sex::Male => 2,
        };
        bytes[24] = self.sample;
        bytes
    }

    /// Reads an entry; nothing when the bytes are not one.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Option<Self> {
        let (person, rest) = bytes.split_first_chunk::<16>()?;
        let (office, rest) = rest.split_first_chunk::<4>()?;
        let (born, rest) = rest.split_first_chunk::<2>()?;
        let [hand, sex, sample, rest @ ..] = rest else { return None };
        let hand = [Hand::Left, Hand::Right].get(usize::from(*hand).checked_sub(1)?).copied()?;
        let sex = [Sex::Female, Sex::Male].get(usize::from(*sex).checked_sub(1)?).copied()?;
        let entry = Self {
            person: u128::from_le_bytes(*person),
            hand,
            sample: *sample,
            office: u32::from_le_bytes(*office),
            born: u16::from_le_bytes(*born),
            sex,
        };
        rest.iter().all(|byte| *byte == 0).then_some(entry)
    }
}

/// Narrows a search to some entries. It cuts the work and, by the same factor, the chance of a stranger being proposed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Only this office.
    pub office: Option<u32>,
    /// Only this sex.
    pub sex: Option<Sex>,
    /// Only these years of birth.
    pub born: Option<RangeInclusive<u16>>,
    /// Only this hand.
    pub hand: Option<Hand>,
}

impl Filter {
    /// Whether an entry is asked for.
    pub fn asks_for(&self, entry: &Entry) -> bool {
        self.office.is_none_or(|office| office == entry.office)
            && self.sex.is_none_or(|sex| sex == entry.sex)
            && self.born.as_ref().is_none_or(|born| born.contains(&entry.born))
            && self.hand.is_none_or(|hand| hand == entry.hand)
    }
}
