//! Exact fractions of any length, for reading formulas back.

use std::cmp::Ordering;

/// Whole numbers of any length, least digit first, in base 2³².
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Whole(pub(crate) Vec<u32>);

impl Whole {
    pub(crate) fn new(value: u128) -> Whole {
        Whole((0..4).map(|at| u32::try_from((value >> (32 * at)) & 0xffff_ffff).unwrap()).collect()).trimmed()
    }

    pub(crate) fn trimmed(mut self) -> Whole {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }

    pub(crate) fn digit(&self, at: usize) -> u64 {
        self.0.get(at).copied().unwrap_or(0).into()
    }

    pub(crate) fn plus(&self, other: &Whole) -> Whole {
        let (mut digits, mut carry) = (Vec::new(), 0u64);
        for at in 0..=self.0.len().max(other.0.len()) {
            let sum = self.digit(at) + other.digit(at) + carry;
            digits.push(u32::try_from(sum & 0xffff_ffff).unwrap());
            carry = sum >> 32;
        }
        Whole(digits).trimmed()
    }

    /// The difference; `other` is not larger.
    pub(crate) fn less(&self, other: &Whole) -> Whole {
        let (mut digits, mut borrow) = (Vec::new(), 0u64);
        for at in 0..self.0.len() {
            let (from, taken) = (self.digit(at), other.digit(at) + borrow);
            borrow = u64::from(from < taken);
            digits.push(u32::try_from(from + (borrow << 32) - taken).unwrap());
        }
        Whole(digits).trimmed()
    }

    pub(crate) fn times(&self, other: &Whole) -> Whole {
        let mut digits = vec![0u64; self.0.len() + other.0.len() + 1];
        for at in 0..self.0.len() {
            let mut carry = 0u64;
            for with in 0..=other.0.len() {
                let sum = digits[at + with] + self.digit(at) * other.digit(with) + carry;
                digits[at + with] = sum & 0xffff_ffff;
                carry = sum >> 32;
            }
        }
        Whole(digits.into_iter().map(|digit| u32::try_from(digit).unwrap()).collect()).trimmed()
    }

    pub(crate) fn order(&self, other: &Whole) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

/// An exact number: a sign and a fraction.
#[derive(Clone, Debug)]
pub(crate) struct Number {
    pub(crate) negative: bool,
    pub(crate) above: Whole,
    pub(crate) below: Whole,
}

impl Number {
    pub(crate) fn new(above: u128, below: u128) -> Number {
        Number { negative: false, above: Whole::new(above), below: Whole::new(below) }
    }

    pub(crate) fn whole(value: i64) -> Number {
        Number { negative: value < 0, ..Number::new(value.unsigned_abs().into(), 1) }
    }

    pub(crate) fn minus(self) -> Number {
        Number { negative: !self.negative, ..self }
    }

    pub(crate) fn plus(&self, other: &Number) -> Number {
        let (left, right) = (self.above.times(&other.below), other.above.times(&self.below));
        let below = self.below.times(&other.below);
        let (negative, above) = match (self.negative == other.negative, left.order(&right)) {
            (true, _) => (self.negative, left.plus(&right)),
            (false, Ordering::Less) => (other.negative, right.less(&left)),
            (false, Ordering::Equal | Ordering::Greater) => (self.negative, left.less(&right)),
        };
        Number { negative, above, below }
    }

    pub(crate) fn times(&self, other: &Number) -> Number {
        let negative = self.negative != other.negative;
        Number { negative, above: self.above.times(&other.above), below: self.below.times(&other.below) }
    }

    pub(crate) fn over(&self, other: &Number) -> Number {
        assert!(!other.above.0.is_empty(), "divided by nothing");
        self.times(&Number { negative: other.negative, above: other.below.clone(), below: other.above.clone() })
    }

    pub(crate) fn order(&self, other: &Number) -> Ordering {
        let difference = self.plus(&other.clone().minus());
        match (difference.above.0.is_empty(), difference.negative) {
            (true, _) => Ordering::Equal,
            (false, true) => Ordering::Less,
            (false, false) => Ordering::Greater,
        }
    }
}
