//! A rate is an exact fraction.

use std::fmt;
use std::str::FromStr;

/// An exact fraction in lowest terms: 8 % is 2/25, one twelfth of 7.12 % is 89/15000. Multiplied in 128 bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rate {
    numerator: i64,
    denominator: i64,
}

/// Why something is not a rate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RateError {
    /// Not a decimal such as `0.08`, with at most twelve decimals.
    #[error("a rate is a decimal such as 0.08, with at most twelve decimals")]
    NotDecimal,
    /// A fraction over nothing, or one that 64 bits do not hold.
    #[error("the fraction cannot be held exactly")]
    NotExact,
}

impl Rate {
    /// One: the whole.
    pub const ONE: Rate = Rate { numerator: 1, denominator: 1 };

    /// The fraction `numerator / denominator`, brought to lowest terms.
    ///
    /// # Errors
    /// [`RateError::NotExact`] unless the denominator is above zero.
    pub fn new(numerator: i64, denominator: i64) -> Result<Rate, RateError> {
        Rate::reduced(i128::from(numerator), i128::from(denominator))
    }

    /// So many percent: `percent(8)` is 8 %.
    pub fn percent(percent: i64) -> Rate {
        Rate::new(percent, 100).unwrap_or(Rate { numerator: percent, denominator: 100 })
    }

    /// The number above the line, in lowest terms.
    #[inline]
    pub const fn numerator(self) -> i64 {
        self.numerator
    }

    /// The number below the line, above zero.
    #[inline]
    pub const fn denominator(self) -> i64 {
        self.denominator
    }

    /// The product of two rates, exact.
    ///
    /// # Errors
    /// [`RateError::NotExact`] where lowest terms do not fit in 64 bits.
    pub fn times(self, other: Rate) -> Result<Rate, RateError> {
        Rate::reduced(
            i128::from(self.numerator) * i128::from(other.numerator),
            i128::from(self.denominator) * i128::from(other.denominator),
        )
    }

    /// The sum of two rates, exact.
    ///
    /// # Errors
    /// [`RateError::NotExact`] where lowest terms do not fit in 64 bits.
    pub fn plus(self, other: Rate) -> Result<Rate, RateError> {
        let (a, b) = (i128::from(self.denominator), i128::from(other.denominator));
        let sum = (i128::from(self.numerator) * b).checked_add(i128::from(other.numerator) * a);
        Rate::reduced(sum.ok_or(RateError::NotExact)?, a * b)
    }

    /// The rate in percent as people write it: `8 %`, `0.3 %`, `1/3` where no decimal is exact.
    pub fn in_percent(self) -> String {
        match self.times(Rate { numerator: 100, denominator: 1 }).ok().and_then(Rate::decimal) {
            Some(decimal) => format!("{decimal}%"),
            None => format!("{self}"),
        }
    }

    fn reduced(numerator: i128, denominator: i128) -> Result<Rate, RateError> {
        if denominator <= 0 {
            return Err(RateError::NotExact);
        }
        let divisor = greatest_common_divisor(numerator.unsigned_abs(), denominator.unsigned_abs());
        let divisor = i128::try_from(divisor).map_err(|_| RateError::NotExact)?.max(1);
        let fits = |n: i128| i64::try_from(n / divisor).map_err(|_| RateError::NotExact);
        Ok(Rate { numerator: fits(numerator)?, denominator: fits(denominator)? })
    }

    /// The exact decimal, if there is one with at most twelve decimals.
    fn decimal(self) -> Option<String> {
        let places = (0..=12u32).find(|&p| 10i128.pow(p) % i128::from(self.denominator) == 0)?;
        let scaled = i128::from(self.numerator) * (10i128.pow(places) / i128::from(self.denominator));
        let (sign, magnitude) = (if scaled < 0 { "-" } else { "" }, scaled.unsigned_abs());
        let unit = 10u128.pow(places);
        if places == 0 {
            return Some(format!("{sign}{magnitude}"));
        }
        let width = usize::try_from(places).ok()?;
        Some(format!("{sign}{}.{:0width$}", magnitude / unit, magnitude % unit))
    }
}

fn greatest_common_divisor(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        // Nearly always both fit, and then each step costs a tenth.
        if let (Ok(mut a), Ok(mut b)) = (u64::try_from(a), u64::try_from(b)) {
            while b != 0 {
                (a, b) = (b, a % b);
            }
            return u128::from(a);
        }
        (a, b) = (b, a % b);
    }
    a
}

/// The exact decimal (`0.08`), or the fraction (`1/3`) where no decimal is exact.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.decimal() {
            Some(decimal) => f.pad(&decimal),
            None => f.pad(&format!("{}/{}", self.numerator, self.denominator)),
        }
    }
}

impl fmt::Debug for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rate({self})")
    }
}

impl PartialOrd for Rate {
    fn partial_cmp(&self, other: &Rate) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rate {
    fn cmp(&self, other: &Rate) -> std::cmp::Ordering {
        let left = i128::from(self.numerator) * i128::from(other.denominator);
        let right = i128::from(other.numerator) * i128::from(self.denominator);
        left.cmp(&right)
    }
}

/// A decimal such as `0.08` or `-1.5`, or a fraction such as `1/12`.
impl FromStr for Rate {
    type Err = RateError;
    fn from_str(text: &str) -> Result<Rate, RateError> {
        let whole = |part: &str| -> Result<i64, RateError> {
            if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
                return Err(RateError::NotDecimal);
            }
            part.parse().map_err(|_| RateError::NotExact)
        };
        if let Some((above, below)) = text.split_once('/') {
            return Rate::new(whole(above)?, whole(below)?);
        }
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (units, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
        if decimals.len() > 12 {
            return Err(RateError::NotDecimal);
        }
        let places = u32::try_from(decimals.len()).map_err(|_| RateError::NotDecimal)?;
        let scale = 10i128.pow(places);
        Rate::reduced((i128::from(whole(units)?) * scale + i128::from(whole(decimals)?)) * sign, scale)
    }
}

impl serde::Serialize for Rate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Rate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Rate, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decimals_and_percents_print_as_people_write_them() {
        let check = |text: &str, decimal: &str, percent: &str| {
            let rate: Rate = text.parse().unwrap();
            assert_eq!((rate.to_string().as_str(), rate.in_percent().as_str()), (decimal, percent));
        };
        check("0.08", "0.08", "8%");
        check("0.003", "0.003", "0.3%");
        check("1", "1", "100%");
        check("0.0005", "0.0005", "0.05%");
        check("1/3", "1/3", "1/3");
        check("-0.5", "-0.5", "-50%");
    }

    #[test]
    fn what_is_not_a_rate_is_refused() {
        for text in ["", ".", "8%", "0.0000000000001", "1/0", "a", "1/-2", "1e2"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn printing_and_parsing_agree(n in -1_000_000_000i64..1_000_000_000, places in 0u32..=9) {
            let rate = Rate::new(n, 10i64.pow(places)).unwrap();
            prop_assert_eq!(rate.to_string().parse::<Rate>(), Ok(rate));
        }

        #[test]
        fn order_is_that_of_the_fractions(a in -1000i64..1000, b in 1i64..1000, c in 1i64..1000) {
            let (low, high) = (Rate::new(a, b).unwrap(), Rate::new(a, b).unwrap().plus(Rate::new(1, c).unwrap()).unwrap());
            prop_assert!(low < high);
        }
    }
}
