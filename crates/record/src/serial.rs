//! What names an issued paper: its kind, its serial number and its verification code.
//!
//! The serial number is for the agency's own order and may be guessed; the verification code may not: it alone opens the
//! public page. Both stand on the paper.

use kernel::AreaCode;
use std::fmt;
use std::str::FromStr;

kernel::words! {
    /// A kind of paper.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum Kind {
        /// 个人权益记录.
        Entitlement = "entitlement",
        /// 缴费凭证.
        Voucher = "voucher",
        /// 缴费通知单, an employer's.
        Demand = "demand",
        /// 单位缴费凭证.
        EmployerVoucher = "employer_voucher",
    }
}

impl Kind {
    /// The two letters that begin its serial numbers: 权益, 凭证, 通知, 单位.
    pub const fn letters(self) -> &'static str {
        match self {
            Kind::Entitlement => "QY",
            Kind::Voucher => "PZ",
            Kind::Demand => "TZ",
            Kind::EmployerVoucher => "DW",
        }
    }

    /// What the paper is called.
    pub const fn chinese(self) -> &'static str {
        match self {
            Kind::Entitlement => "社会保险个人权益记录",
            Kind::Voucher => "社会保险缴费凭证",
            Kind::Demand => "社会保险费缴费通知单",
            Kind::EmployerVoucher => "单位社会保险缴费凭证",
        }
    }
}

/// A serial number, as in `QY-130400-2026-00000123`: monotone in its area, year and kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Serial {
    /// The kind of paper.
    pub kind: Kind,
    /// The area whose agency issued it.
    pub area: AreaCode,
    /// The business year in which it was taken.
    pub year: i32,
    /// Its place in that year, from 1.
    pub number: i64,
}

/// A text that is no serial number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a serial number looks like QY-130400-2026-00000123")]
pub struct NotASerial;

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}-{}-{:04}-{:08}", self.kind.letters(), self.area, self.year, self.number))
    }
}

impl FromStr for Serial {
    type Err = NotASerial;
    fn from_str(text: &str) -> Result<Serial, NotASerial> {
        let parts: Vec<&str> = text.trim().split('-').collect();
        let [letters, area, year, number] = parts.as_slice() else { return Err(NotASerial) };
        let digits = |part: &str, length: usize| part.len() >= length && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || year.len() > 4 || !digits(number, 8) {
            return Err(NotASerial);
        }
        Ok(Serial {
            kind: Kind::ALL.iter().copied().find(|kind| kind.letters() == *letters).ok_or(NotASerial)?,
            area: area.parse().map_err(|_| NotASerial)?,
            year: year.parse().map_err(|_| NotASerial)?,
            number: number.parse().map_err(|_| NotASerial)?,
        })
    }
}

impl serde::Serialize for Serial {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Serial {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Serial, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A verification code of 16 characters (80 random bits), printed in fours: `7K3M-0QX2-...`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct VerifyCode([u8; 16]);

/// A text that is no verification code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a verification code is 16 letters and digits in four groups")]
pub struct NotACode;

/// Letters and digits that a reader cannot mistake for each other (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl VerifyCode {
    /// The code of 80 random bits.
    pub fn from_random(random: [u8; 10]) -> VerifyCode {
        let mut bits = random.iter().fold(0u128, |bits, byte| (bits << 8) | u128::from(*byte));
        let mut code = [0; 16];
        for place in code.iter_mut().rev() {
            *place = usize::try_from(bits % 32).ok().and_then(|index| ALPHABET.get(index)).copied().unwrap_or(b'0');
            bits >>= 5;
        }
        VerifyCode(code)
    }

    /// The 16 characters without dashes, as stored.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// In four groups of four.
impl fmt::Display for VerifyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.as_str();
        f.pad(&format!("{}-{}-{}-{}", &text[..4], &text[4..8], &text[8..12], &text[12..]))
    }
}

/// The code opens a page: a log shows its first four characters only.
impl fmt::Debug for VerifyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyCode({}...)", &self.as_str()[..4])
    }
}

/// Dashes, spaces and small letters are forgiven; O is read as 0, I and L as 1.
impl FromStr for VerifyCode {
    type Err = NotACode;
    fn from_str(text: &str) -> Result<VerifyCode, NotACode> {
        let read = |c: char| match c.to_ascii_uppercase() {
            'O' => Ok(b'0'),
            'I' | 'L' => Ok(b'1'),
            c => u8::try_from(c).ok().filter(|byte| ALPHABET.contains(byte)).ok_or(NotACode),
        };
        let code: Vec<u8> = text.chars().filter(|c| !matches!(c, '-' | ' ')).map(read).collect::<Result<_, _>>()?;
        code.try_into().map(VerifyCode).map_err(|_| NotACode)
    }
}

impl serde::Serialize for VerifyCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for VerifyCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<VerifyCode, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_serial_prints_and_parses() {
        let serial = Serial { kind: Kind::Entitlement, area: AreaCode::HANDAN, year: 2026, number: 123 };
        assert_eq!(serial.to_string(), "QY-130400-2026-00000123");
        assert_eq!("QY-130400-2026-00000123".parse(), Ok(serial));
        for text in [
            "",
            "QY",
            "XX-130400-2026-00000123",
            "QY-1304-2026-00000123",
            "QY-130400-2026-123",
            "QY-130400-2026-0000012a",
        ] {
            assert_eq!(text.parse::<Serial>(), Err(NotASerial), "{text}");
        }
    }

    #[test]
    fn a_code_is_read_as_people_write_it() {
        let code = VerifyCode::from_random([0, 0, 0, 0, 0, 0, 0, 0, 0, 33]);
        assert_eq!(code.to_string(), "0000-0000-0000-0011");
        assert_eq!("oooo 0000-0000-00il".parse(), Ok(code));
        assert_eq!(format!("{code:?}"), "VerifyCode(0000...)");
        for text in ["", "0000-0000-0000-001", "0000-0000-0000-00110", "0000-0000-0000-00U1", "０000-0000-0000-0011"] {
            assert_eq!(text.parse::<VerifyCode>(), Err(NotACode), "{text}");
        }
    }

    proptest! {
        #[test]
        fn codes_of_different_bits_differ(a: [u8; 10], b: [u8; 10]) {
            let (left, right) = (VerifyCode::from_random(a), VerifyCode::from_random(b));
            prop_assert_eq!(a == b, left == right);
            prop_assert_eq!(left.to_string().parse::<VerifyCode>(), Ok(left));
        }
    }
}
