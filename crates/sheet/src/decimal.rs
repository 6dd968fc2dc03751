//! Decimal digits without floating point: a workbook writes 3000.1 as 3000.0999999999999 and a large number as 1.2E+10.

/// How many digits an exponent may add.
const EXPONENT_MAX: i32 = 40;
/// Digits after the point that a number of a workbook is worth: what lies beyond is noise of its binary form.
const DIGITS_WORTH: usize = 8;

/// A number as sign, whole digits and digits after the point.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Decimal {
    pub(crate) negative: bool,
    pub(crate) whole: String,
    pub(crate) part: String,
}

impl Decimal {
    /// Reads `-12.50` or `1.2E+4`; nothing else.
    pub(crate) fn parse(text: &str) -> Option<Decimal> {
        let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (rest, 0),
        };
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && part.is_empty()) || !digits(whole) || !digits(part) || exponent.abs() > EXPONENT_MAX {
            return None;
        }
        let (whole, part) = shifted(whole, part, exponent)?;
        let whole = whole.trim_start_matches('0');
        let whole = if whole.is_empty() { "0" } else { whole };
        Some(Decimal { negative, whole: whole.to_owned(), part: part.trim_end_matches('0').to_owned() })
    }

    /// Without the noise of a binary number: 3000.0999999999999 becomes 3000.1.
    pub(crate) fn settled(mut self) -> Decimal {
        let Some(next) = self.part.as_bytes().get(DIGITS_WORTH).copied() else { return self };
        let mut digits: Vec<u8> = self.whole.bytes().chain(self.part.bytes().take(DIGITS_WORTH)).collect();
        if next >= b'5' {
            raise(&mut digits);
        }
        let point = digits.len().saturating_sub(DIGITS_WORTH);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        self.whole = text(digits.get(..point).unwrap_or_default());
        self.part = text(digits.get(point..).unwrap_or_default()).trim_end_matches('0').to_owned();
        self
    }

    /// As plain digits.
    pub(crate) fn plain(&self) -> String {
        let sign = if self.negative { "-" } else { "" };
        let point = if self.part.is_empty() { "" } else { "." };
        format!("{sign}{}{point}{}", self.whole, self.part)
    }
}

/// The point moved by an exponent.
fn shifted(whole: &str, part: &str, exponent: i32) -> Option<(String, String)> {
    let places = usize::try_from(exponent.unsigned_abs()).ok()?;
    if exponent >= 0 {
        let moved = part.len().min(places);
        let zeros = "0".repeat(places - moved);
        return Some((format!("{whole}{}{zeros}", &part[..moved]), part[moved..].to_owned()));
    }
    let moved = whole.len().min(places);
    let zeros = "0".repeat(places - moved);
    let rest = &whole[whole.len() - moved..];
    Some((whole[..whole.len() - moved].to_owned(), format!("{zeros}{rest}{part}")))
}

/// One more in the last place.
fn raise(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
    digits.insert(0, b'1');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, plain: &str) {
        assert_eq!(Decimal::parse(text).map(|number| number.settled().plain()).as_deref(), Some(plain), "{text}");
    }

    #[test]
    fn numbers_of_a_workbook_are_read_without_noise() {
        check("3000", "3000");
        check("3000.0999999999999", "3000.1");
        check("999.99999999999", "1000");
        check("1.2E+4", "12000");
        check("12.5E-1", "1.25");
        check("-0.50", "-0.5");
        check(".5", "0.5");
        check("0", "0");
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "-", ".", "1,000", "1e", "1e99", "0x10", "１", "1.2.3", "+1"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }
}
