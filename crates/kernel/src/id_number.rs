//! The citizen's identity number (公民身份号码, GB 11643-1999), checked once and masked wherever it is shown.

use crate::{AreaCode, Date};
use std::fmt;
use std::str::FromStr;

/// An identity number of 18 characters: area, birthday, order, check digit. One of 15 digits is upgraded on the way in.
///
/// `Debug` is masked, so that a log cannot leak it; [`IdNumber::reveal`] is the one way to the characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdNumber([u8; 18]);

/// The sex that the order digits of an identity number name (GB/T 2261.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Sex {
    /// 男, code 1.
    Male,
    /// 女, code 2.
    Female,
}

/// Why a text is not an identity number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum IdNumberError {
    /// Neither 15 nor 18 characters.
    #[error("an identity number has 18 characters (15 before 1999)")]
    Length,
    /// Something other than digits, with an X only at the end.
    #[error("an identity number is digits, with an X only at the end")]
    Characters,
    /// The first two digits are no province.
    #[error("the first two digits name no province")]
    Province,
    /// The eight digits from the seventh on are no day.
    #[error("the digits seven to fourteen are no birthday")]
    Birthday,
    /// The last character does not fit the others.
    #[error("the last character does not fit the others: one of them is mistyped")]
    CheckDigit,
}

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";
/// The first two digits of GB/T 2260, with 81 to 83 for residents of Hong Kong, Macau and Taiwan and 91 for foreigners.
const PROVINCES: [u8; 36] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 71, 81, 82, 83, 91,
];

impl IdNumber {
    /// Checks length, characters, province, birthday and check digit; spaces around and full-width digits are forgiven,
    /// a 15-digit number gets its 19 and its check digit (upgrade of 1999).
    ///
    /// # Errors
    /// The first of [`IdNumberError`] that applies, in the order of its variants.
    pub fn parse(text: &str) -> Result<IdNumber, IdNumberError> {
        let plain: Vec<u8> =
            text.trim().chars().map(half_width).collect::<Option<_>>().ok_or(IdNumberError::Characters)?;
        let full = match plain.len() {
            18 => <[u8; 18]>::try_from(plain.as_slice()).map_err(|_| IdNumberError::Length)?,
            15 => upgraded(&plain)?,
            _ => return Err(IdNumberError::Length),
        };
        if !full[..17].iter().all(u8::is_ascii_digit) || !(full[17].is_ascii_digit() || full[17] == b'X') {
            return Err(IdNumberError::Characters);
        }
        let number = IdNumber(full);
        let province = (full[0] - b'0') * 10 + (full[1] - b'0');
        if !PROVINCES.contains(&province) {
            return Err(IdNumberError::Province);
        }
        number.birthday_on_it().ok_or(IdNumberError::Birthday)?;
        if check_of(&full) != full[17] {
            return Err(IdNumberError::CheckDigit);
        }
        Ok(number)
    }

    /// The number with this area, birthday and order (1 to 999, odd for men), its check digit computed.
    ///
    /// # Errors
    /// As [`IdNumber::parse`].
    pub fn compose(area: &AreaCode, birth: Date, order: u16) -> Result<IdNumber, IdNumberError> {
        let text = format!("{area}{}{order:03}0", birth.format("%Y%m%d"));
        let mut full = <[u8; 18]>::try_from(text.as_bytes()).map_err(|_| IdNumberError::Length)?;
        full[17] = check_of(&full);
        IdNumber::parse(std::str::from_utf8(&full).map_err(|_| IdNumberError::Characters)?)
    }

    /// All 18 characters. To be stored encrypted, shown to the person, sent to whom the law names; never logged.
    pub fn reveal(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// `1304**********0019`: first four, last four.
    pub fn masked(&self) -> String {
        let text = self.reveal();
        format!("{}**********{}", &text[..4], &text[14..])
    }

    /// The birthday on the document. Rules use the decided birthday of the registry, which may differ.
    pub fn birth(&self) -> Date {
        self.birthday_on_it().unwrap_or_default()
    }

    /// The sex that the order digits name.
    pub fn sex(&self) -> Sex {
        if self.0[16] % 2 == 1 { Sex::Male } else { Sex::Female }
    }

    /// The area in which the number was first given.
    pub fn area(&self) -> &str {
        &self.reveal()[..6]
    }

    fn birthday_on_it(&self) -> Option<Date> {
        let text = self.reveal();
        let part = |from: usize, to: usize| text.get(from..to)?.parse::<u32>().ok();
        let year = i32::try_from(part(6, 10)?).ok()?;
        if !(1850..=2199).contains(&year) {
            return None;
        }
        Date::from_ymd_opt(year, part(10, 12)?, part(12, 14)?)
    }
}

fn half_width(c: char) -> Option<u8> {
    match c {
        '0'..='9' => u8::try_from(c).ok(),
        '０'..='９' => u8::try_from(u32::from(c) - u32::from('０') + u32::from('0')).ok(),
        'x' | 'X' | 'ｘ' | 'Ｘ' => Some(b'X'),
        _ => None,
    }
}

fn upgraded(old: &[u8]) -> Result<[u8; 18], IdNumberError> {
    if !old.iter().all(u8::is_ascii_digit) {
        return Err(IdNumberError::Characters);
    }
    let mut full = [b'0'; 18];
    full[..6].copy_from_slice(&old[..6]);
    full[6..8].copy_from_slice(b"19");
    full[8..17].copy_from_slice(&old[6..15]);
    full[17] = check_of(&full);
    Ok(full)
}

fn check_of(full: &[u8; 18]) -> u8 {
    let sum: u32 = full.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    usize::try_from(sum % 11).ok().and_then(|rest| CHECKS.get(rest)).copied().unwrap_or(b'?')
}

impl Sex {
    /// `male` or `female`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Sex::Male => "male",
            Sex::Female => "female",
        }
    }
}

impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdNumber({})", self.masked())
    }
}

impl FromStr for IdNumber {
    type Err = IdNumberError;
    fn from_str(text: &str) -> Result<IdNumber, IdNumberError> {
        IdNumber::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_worked_numbers_are_right() {
        for number in ["130499195708150019", "13049919700101002X", "13049919650101003X", "130499197503010046"] {
            assert_eq!(IdNumber::parse(number).unwrap().reveal(), number);
        }
        let lower = IdNumber::parse(" 13049919700101002x ").unwrap();
        assert_eq!(lower.reveal(), "13049919700101002X");
        assert_eq!(lower.sex(), Sex::Female);
    }

    #[test]
    fn fifteen_digits_are_upgraded() {
        assert_eq!(IdNumber::parse("130499570815001").unwrap().reveal(), "130499195708150019");
        assert_eq!(IdNumber::parse("１３０４９９５７０８１５００１").unwrap().reveal(), "130499195708150019");
    }

    #[test]
    fn each_refusal_has_its_reason() {
        let check = |text: &str, error: IdNumberError| assert_eq!(IdNumber::parse(text), Err(error), "{text}");
        check("", IdNumberError::Length);
        check("13049919570815001", IdNumberError::Length);
        check("13049919570815001A", IdNumberError::Characters);
        check("1304991957081500X9", IdNumberError::Characters);
        check("990499195708150019", IdNumberError::Province);
        check("130499195713150019", IdNumberError::Birthday);
        check("130499195702300019", IdNumberError::Birthday);
        check("130499195708150018", IdNumberError::CheckDigit);
    }

    #[test]
    fn a_log_shows_no_number() {
        let shown = format!("{:?}", IdNumber::parse("130499195708150019").unwrap());
        assert_eq!(shown, "IdNumber(1304**********0019)");
    }

    proptest! {
        #[test]
        fn a_composed_number_is_a_number(days in 0i64..50_000, order in 1u16..=999) {
            let birth = Date::from_ymd_opt(1900, 1, 1).unwrap() + chrono::TimeDelta::days(days);
            let number = IdNumber::compose(&AreaCode::parse("130499").unwrap(), birth, order).unwrap();
            prop_assert_eq!(number.birth(), birth);
            prop_assert_eq!(number.sex() == Sex::Male, order % 2 == 1);
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = IdNumber::parse(&text);
        }

        #[test]
        fn one_changed_digit_is_noticed(place in 0usize..17, digit in 0u8..10) {
            let mut text = b"130499195708150019".to_vec();
            prop_assume!(text[place] != b'0' + digit);
            text[place] = b'0' + digit;
            prop_assert!(IdNumber::parse(std::str::from_utf8(&text).unwrap()).is_err());
        }
    }
}
