//! Administrative areas by their code of six digits (GB/T 2260).

use std::fmt;
use std::str::FromStr;

/// A code of six digits: two of the province, two of the city, two of the county. `130400` is Handan.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AreaCode([u8; 6]);

/// A text that is not six digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("an area code is six digits, as in 130400")]
pub struct AreaCodeError;

impl AreaCode {
    /// Handan (邯郸市).
    pub const HANDAN: AreaCode = AreaCode(*b"130400");

    /// Six digits, not beginning with a nought.
    ///
    /// # Errors
    /// [`AreaCodeError`] otherwise.
    pub fn parse(text: &str) -> Result<AreaCode, AreaCodeError> {
        let code = <[u8; 6]>::try_from(text.as_bytes()).map_err(|_| AreaCodeError)?;
        if code[0] == b'0' || !code.iter().all(u8::is_ascii_digit) {
            return Err(AreaCodeError);
        }
        Ok(AreaCode(code))
    }

    /// The six digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The province in which it lies: `130400` lies in `130000`.
    pub fn province(self) -> AreaCode {
        let [a, b, ..] = self.0;
        AreaCode([a, b, b'0', b'0', b'0', b'0'])
    }

    /// The city in which it lies: `130481` lies in `130400`.
    pub fn city(self) -> AreaCode {
        let [a, b, c, d, ..] = self.0;
        AreaCode([a, b, c, d, b'0', b'0'])
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AreaCode({self})")
    }
}

impl FromStr for AreaCode {
    type Err = AreaCodeError;
    fn from_str(text: &str) -> Result<AreaCode, AreaCodeError> {
        AreaCode::parse(text)
    }
}

impl serde::Serialize for AreaCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for AreaCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<AreaCode, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_county_lies_in_its_city_and_its_province() {
        let wuan = AreaCode::parse("130481").unwrap();
        assert_eq!((wuan.city(), wuan.province().as_str()), (AreaCode::HANDAN, "130000"));
        for text in ["", "13040", "1304000", "03040a", "030400", "１３０４００"] {
            assert_eq!(AreaCode::parse(text), Err(AreaCodeError), "{text}");
        }
    }
}
