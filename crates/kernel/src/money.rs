//! Money is a whole number of fen. How a fraction of a fen is settled is always named.

use crate::Rate;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};
use std::str::FromStr;

/// An amount in fen (0.01 yuan). `bigint` in the database, a string in yuan in JSON, never a float.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "sql", derive(sea_orm::DeriveValueType))]
pub struct Fen(i64);

/// How a fraction is settled. There is no default: the rule comes from the policy text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rounding {
    /// To the nearest fen, a half away from zero (四舍五入到分).
    HalfUpToFen,
    /// To the nearest yuan, a half away from zero (四舍五入到元).
    HalfUpToYuan,
    /// Up to the next whole jiao (见分进角).
    UpToJiao,
    /// What is less than a fen is dropped.
    DownToFen,
}

/// A result beyond what 64 bits of fen can hold. Refused, never wrapped.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the amount is too large to compute with")]
pub struct Overflow;

/// Why a text is not an amount of money.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FenError {
    /// Not digits with at most one point and at most two decimals.
    #[error("an amount is digits in yuan with at most two decimals, as in 3000.00")]
    NotMoney,
    /// Beyond [`Fen::LIMIT`].
    #[error("an amount must be below 10^13 yuan")]
    TooLarge,
}

impl Fen {
    /// Nothing.
    pub const ZERO: Fen = Fen(0);
    /// The largest amount that is accepted from outside: 10^13 yuan. Nine thousand of them still add up without overflow.
    pub const LIMIT: Fen = Fen(1_000_000_000_000_000);

    /// So many fen.
    #[inline]
    pub const fn new(fen: i64) -> Fen {
        Fen(fen)
    }

    /// So many whole yuan.
    ///
    /// # Panics
    /// At compile time or at run time beyond 9 x 10^16 yuan; meant for constants.
    pub const fn from_yuan(yuan: i64) -> Fen {
        Fen(yuan * 100)
    }

    /// The number of fen.
    #[inline]
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// Whether this is exactly nothing.
    #[inline]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Whether this is below nothing.
    #[inline]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The sum, or an error where 64 bits do not hold it.
    #[inline]
    pub fn checked_add(self, other: Fen) -> Result<Fen, Overflow> {
        self.0.checked_add(other.0).map(Fen).ok_or(Overflow)
    }

    /// The difference, or an error where 64 bits do not hold it.
    #[inline]
    pub fn checked_sub(self, other: Fen) -> Result<Fen, Overflow> {
        self.0.checked_sub(other.0).map(Fen).ok_or(Overflow)
    }

    /// So many times this amount.
    #[inline]
    pub fn times(self, count: i64) -> Result<Fen, Overflow> {
        self.0.checked_mul(count).map(Fen).ok_or(Overflow)
    }

    /// This amount multiplied by an exact rate and settled once by the named rounding.
    ///
    /// # Errors
    /// [`Overflow`] where the result does not fit.
    #[inline]
    pub fn portion(self, rate: Rate, rounding: Rounding) -> Result<Fen, Overflow> {
        let product = i128::from(self.0) * i128::from(rate.numerator());
        settle(product, i128::from(rate.denominator()), rounding)
    }

    /// `12345.60` as `12,345.60`, for people to read.
    pub fn grouped(self) -> String {
        let plain = self.to_string();
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
        let (yuan, fen) = digits.split_once('.').unwrap_or((digits, "00"));
        let mut grouped = String::with_capacity(plain.len() + 6);
        for (index, digit) in yuan.chars().enumerate() {
            if index > 0 && (yuan.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        format!("{sign}{grouped}.{fen}")
    }
}

/// `numerator / denominator` fen, settled by the rounding. The denominator is above zero.
#[inline]
fn settle(numerator: i128, denominator: i128, rounding: Rounding) -> Result<Fen, Overflow> {
    let unit: i128 = match rounding {
        Rounding::HalfUpToFen | Rounding::DownToFen => 1,
        Rounding::UpToJiao => 10,
        Rounding::HalfUpToYuan => 100,
    };
    let step = denominator * unit;
    let (sign, magnitude) = (numerator.signum(), numerator.abs());
    let whole = magnitude / step;
    let rest = magnitude % step;
    let up = match rounding {
        Rounding::HalfUpToFen | Rounding::HalfUpToYuan => rest * 2 >= step,
        Rounding::UpToJiao => rest > 0,
        Rounding::DownToFen => false,
    };
    let settled = (whole + i128::from(up)) * unit * sign;
    i64::try_from(settled).map(Fen).map_err(|_| Overflow)
}

impl Add for Fen {
    type Output = Fen;
    #[inline]
    fn add(self, other: Fen) -> Fen {
        Fen(self.0 + other.0)
    }
}

impl Sub for Fen {
    type Output = Fen;
    #[inline]
    fn sub(self, other: Fen) -> Fen {
        Fen(self.0 - other.0)
    }
}

impl Neg for Fen {
    type Output = Fen;
    #[inline]
    fn neg(self) -> Fen {
        Fen(-self.0)
    }
}

impl AddAssign for Fen {
    fn add_assign(&mut self, other: Fen) {
        *self = *self + other;
    }
}

impl SubAssign for Fen {
    fn sub_assign(&mut self, other: Fen) {
        *self = *self - other;
    }
}

impl Sum for Fen {
    fn sum<I: Iterator<Item = Fen>>(amounts: I) -> Fen {
        amounts.fold(Fen::ZERO, Add::add)
    }
}

impl<'a> Sum<&'a Fen> for Fen {
    fn sum<I: Iterator<Item = &'a Fen>>(amounts: I) -> Fen {
        amounts.copied().sum()
    }
}

/// In yuan with two decimals: `784.11`.
impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.written(&mut [0; WRITTEN_BYTES_MAX]))
    }
}

/// `-92233720368547758.08`.
const WRITTEN_BYTES_MAX: usize = 21;

impl Fen {
    /// In yuan with two decimals, from the last digit to the first: amounts are written by the million.
    fn written(self, bytes: &mut [u8; WRITTEN_BYTES_MAX]) -> &str {
        let (mut left, mut at) = (self.0.unsigned_abs(), bytes.len());
        let mut put = |byte: u8| {
            at -= 1;
            bytes[at] = byte;
        };
        for place in 0.. {
            if place == 2 {
                put(b'.');
            }
            put(b'0' + u8::try_from(left % 10).unwrap_or_default());
            left /= 10;
            if left == 0 && place >= 2 {
                break;
            }
        }
        if self.0 < 0 {
            put(b'-');
        }
        std::str::from_utf8(&bytes[at..]).unwrap_or_default()
    }
}

impl fmt::Debug for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "¥{self}")
    }
}

/// Digits in yuan with at most two decimals and at most one leading minus.
impl FromStr for Fen {
    type Err = FenError;
    fn from_str(text: &str) -> Result<Fen, FenError> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (yuan, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !is_number(yuan) || !is_number(decimals) || decimals.len() > 2 {
            return Err(FenError::NotMoney);
        }
        let yuan: i64 = yuan.parse().map_err(|_| FenError::TooLarge)?;
        let scale = if decimals.len() == 1 { 10 } else { 1 };
        let fen: i64 = decimals.parse::<i64>().map_err(|_| FenError::NotMoney)? * scale;
        let amount = yuan.checked_mul(100).and_then(|y| y.checked_add(fen)).ok_or(FenError::TooLarge)?;
        if amount > Fen::LIMIT.0 {
            return Err(FenError::TooLarge);
        }
        Ok(Fen(if negative { -amount } else { amount }))
    }
}

impl serde::Serialize for Fen {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.written(&mut [0; WRITTEN_BYTES_MAX]))
    }
}

impl<'de> serde::Deserialize<'de> for Fen {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Fen, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn portion(fen: i64, rate: &str, rounding: Rounding) -> i64 {
        Fen::new(fen).portion(rate.parse().unwrap(), rounding).unwrap().fen()
    }

    #[test]
    fn a_half_goes_up_and_each_rounding_keeps_its_word() {
        assert_eq!(portion(324_125, "0.02", Rounding::HalfUpToFen), 6_483); // A15: 64.8250
        assert_eq!(portion(333_333, "0.08", Rounding::HalfUpToFen), 26_667); // A14
        assert_eq!(portion(345_678, "1", Rounding::HalfUpToYuan), 345_700); // A22
        assert_eq!(portion(101, "1", Rounding::UpToJiao), 110);
        assert_eq!(portion(199, "0.5", Rounding::DownToFen), 99);
        assert_eq!(portion(-324_125, "0.02", Rounding::HalfUpToFen), -6_483);
    }

    #[test]
    fn what_is_not_money_is_refused() {
        for text in ["", "-", "1.234", "1,000", "abc", "1.", ".5", "１", "1e3", "--1", "+1"] {
            assert_eq!(text.parse::<Fen>(), Err(FenError::NotMoney), "{text}");
        }
        for text in ["10000000000000.01", "999999999999999999", "99999999999999999999999"] {
            assert_eq!(text.parse::<Fen>(), Err(FenError::TooLarge), "{text}");
        }
    }

    #[test]
    fn overflow_is_an_error() {
        assert_eq!(Fen::new(i64::MAX).portion("3".parse().unwrap(), Rounding::HalfUpToFen), Err(Overflow));
        assert_eq!(Fen::new(i64::MAX).checked_add(Fen::new(1)), Err(Overflow));
    }

    #[test]
    fn the_smallest_and_the_largest_are_written_whole() {
        let check = |fen: i64, text: &str| assert_eq!(Fen(fen).to_string(), text);
        check(i64::MIN, "-92233720368547758.08");
        check(i64::MAX, "92233720368547758.07");
        check(0, "0.00");
        check(-5, "-0.05");
        check(1_000, "10.00");
        assert_eq!(format!("{:>8}|{:<6}|", Fen(784), Fen(-1)), "    7.84|-0.01 |");
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(Fen::new(123_456_789).grouped(), "1,234,567.89");
        assert_eq!(Fen::new(-100).grouped(), "-1.00");
    }

    proptest! {
        #[test]
        fn printing_and_parsing_agree(fen in -Fen::LIMIT.0..=Fen::LIMIT.0) {
            prop_assert_eq!(Fen(fen).to_string().parse::<Fen>(), Ok(Fen(fen)));
        }

        #[test]
        fn a_part_and_its_remainder_are_the_whole(fen in 0..Fen::LIMIT.0, num in 0i64..=1000, den in 1i64..=1000) {
            prop_assume!(num <= den);
            let whole = Fen(fen);
            let part = whole.portion(Rate::new(num, den).unwrap(), Rounding::HalfUpToFen).unwrap();
            prop_assert_eq!(part + (whole - part), whole);
            prop_assert!(part <= whole);
        }
    }
}
