//! The chain of seals: lines are covered in batches, each seal holding the ids and hashes of what it covers and the hash of
//! the seal before. Whoever changes, removes or adds a line, or a seal, breaks it.

use crate::key::sm3;
use kernel::Timestamp;
use uuid::Uuid;

/// One line that a seal covers: its id and the SM3 of its canonical bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Covered {
    /// The line's id.
    pub id: Uuid,
    /// SM3 of the line's canonical bytes.
    pub hash: [u8; 32],
}

/// A seal: one link of a chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seal {
    /// The number in its chain, from 1, without gaps.
    pub number: i64,
    /// When it was set.
    pub at: Timestamp,
    /// 48 bytes a line: id and hash.
    pub covers: Vec<u8>,
    /// The hash of the seal before; 32 noughts in the first.
    pub previous: Vec<u8>,
    /// SM3 over number, moment, previous hash and what it covers.
    pub hash: Vec<u8>,
}

/// Where a chain is broken.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Broken {
    /// A number is missing or doubled.
    #[error("seal {found} stands where seal {expected} should")]
    Gap {
        /// The number that should stand here.
        expected: i64,
        /// The number found.
        found: i64,
    },
    /// The seal does not name the hash of the one before.
    #[error("seal {0} does not follow from the one before it")]
    Unlinked(i64),
    /// The seal's own hash does not fit its content.
    #[error("seal {0} was changed")]
    Changed(i64),
    /// A line's hash does not fit its content.
    #[error("line {id} was changed after seal {seal} covered it")]
    Line {
        /// The line.
        id: Uuid,
        /// The seal that covers it.
        seal: i64,
    },
    /// A covered line is gone.
    #[error("line {id}, covered by seal {seal}, is missing")]
    Missing {
        /// The line.
        id: Uuid,
        /// The seal that covers it.
        seal: i64,
    },
    /// A line is covered twice.
    #[error("line {0} is covered twice")]
    Twice(Uuid),
}

impl Seal {
    /// The seal that follows `previous` (or begins a chain) and covers these lines.
    pub fn after(previous: Option<&Seal>, at: Timestamp, lines: &[Covered]) -> Seal {
        let number = previous.map_or(1, |seal| seal.number + 1);
        let before = previous.map_or_else(|| vec![0; 32], |seal| seal.hash.clone());
        let covers: Vec<u8> =
            lines.iter().flat_map(|line| line.id.as_bytes().iter().chain(&line.hash).copied()).collect();
        let hash = seal_hash(number, at, &before, &covers);
        Seal { number, at, covers, previous: before, hash }
    }

    /// The lines that this seal covers.
    pub fn lines(&self) -> impl Iterator<Item = Covered> {
        self.covers.chunks_exact(48).filter_map(|chunk| {
            let (id, hash) = chunk.split_at_checked(16)?;
            Some(Covered { id: Uuid::from_slice(id).ok()?, hash: hash.try_into().ok()? })
        })
    }

    /// Whether this seal follows from the one before and fits its own content.
    ///
    /// # Errors
    /// The first way in which it does not.
    pub fn check(&self, previous: Option<&Seal>) -> Result<(), Broken> {
        let expected = previous.map_or(1, |seal| seal.number + 1);
        if self.number != expected {
            return Err(Broken::Gap { expected, found: self.number });
        }
        let before = previous.map_or_else(|| vec![0; 32], |seal| seal.hash.clone());
        if self.previous != before {
            return Err(Broken::Unlinked(self.number));
        }
        if !self.covers.len().is_multiple_of(48) || seal_hash(self.number, self.at, &before, &self.covers) != self.hash
        {
            return Err(Broken::Changed(self.number));
        }
        Ok(())
    }
}

/// The SM3 of a line's fields, each preceded by its length so that no two lines share bytes.
pub fn line_hash(fields: &[&[u8]]) -> [u8; 32] {
    let lengths: Vec<[u8; 8]> =
        fields.iter().map(|field| u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes()).collect();
    let parts: Vec<&[u8]> = lengths.iter().zip(fields).flat_map(|(length, field)| [&length[..], field]).collect();
    sm3(&parts)
}

fn seal_hash(number: i64, at: Timestamp, previous: &[u8], covers: &[u8]) -> Vec<u8> {
    sm3(&[&number.to_be_bytes(), &at.timestamp_micros().to_be_bytes(), previous, covers]).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(n: u128) -> Covered {
        Covered { id: Uuid::from_u128(n), hash: line_hash(&[&n.to_be_bytes()]) }
    }

    #[test]
    fn a_chain_holds_until_one_byte_changes() {
        let at = Timestamp::from_timestamp_micros(1_700_000_000_000_000).unwrap();
        let first = Seal::after(None, at, &[line(1), line(2)]);
        let second = Seal::after(Some(&first), at, &[line(3)]);
        assert_eq!((first.check(None), second.check(Some(&first))), (Ok(()), Ok(())));
        assert_eq!(first.lines().collect::<Vec<_>>(), vec![line(1), line(2)]);

        let mut changed = first.clone();
        changed.covers[20] ^= 1;
        assert_eq!(changed.check(None), Err(Broken::Changed(1)));
        assert_eq!(second.check(Some(&Seal::after(None, at, &[line(1)]))), Err(Broken::Unlinked(2)));
        assert_eq!(second.check(None), Err(Broken::Gap { expected: 1, found: 2 }));
    }

    #[test]
    fn fields_cannot_slide_into_each_other() {
        assert_ne!(line_hash(&[b"ab", b"c"]), line_hash(&[b"a", b"bc"]));
    }
}
