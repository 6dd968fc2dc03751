//! What people type, read with good will: spaces, commas, full-width digits and marks pasted from elsewhere are cleaned
//! before the value is checked. Nothing is guessed: what does not read is asked for again.

use kernel::{Date, Fen, IdNumber, Month, Rate};

/// Full-width digits and points become plain ones; spaces, commas and the marks of money go.
fn cleaned(text: &str) -> String {
    let plain = text.chars().filter_map(|letter| match letter {
        '０'..='９' => char::from_digit(u32::from(letter) - u32::from('０'), 10),
        '．' | '。' => Some('.'),
        '－' | '—' | '–' => Some('-'),
        '／' => Some('/'),
        '％' => Some('%'),
        ',' | '，' | '、' | '¥' | '￥' | '元' | '_' => None,
        letter if letter.is_whitespace() => None,
        letter => Some(letter),
    });
    plain.collect()
}

/// An amount in yuan: `3000`, `3,000.00 元`.
pub fn yuan(text: &str) -> Option<Fen> {
    cleaned(text).parse().ok()
}

/// A percentage: `60`, `60%`, `62.5 %`.
pub fn percent(text: &str) -> Option<Rate> {
    cleaned(text).trim_end_matches('%').parse().ok()
}

/// A whole number: `180`, `180 个月`.
pub fn count(text: &str) -> Option<i64> {
    let digits = cleaned(text);
    digits.trim_end_matches('月').trim_end_matches('个').parse().ok()
}

/// A month: `2026-07`, `2026/7`, `2026年7月`, `202607`.
pub fn month(text: &str) -> Option<Month> {
    match numbers(text).as_slice() {
        [year, month] => Month::new(*year, *month).ok(),
        [joined] if (190_001..=219_912).contains(joined) => Month::new(joined / 100, joined % 100).ok(),
        _ => None,
    }
}

/// A day: `2026-07-01`, `2026/7/1`, `2026年7月1日`, `20260701`.
pub fn date(text: &str) -> Option<Date> {
    let (year, month, day) = match numbers(text).as_slice() {
        [year, month, day] => (*year, *month, *day),
        [joined] => (joined / 10_000, joined / 100 % 100, joined % 100),
        _ => return None,
    };
    let year = (1900..=2199).contains(&year).then_some(year)?;
    Date::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

/// An identity number: spaces and full-width digits are forgiven, 15 digits are upgraded.
pub fn id_number(text: &str) -> Option<IdNumber> {
    IdNumber::parse(&cleaned(text)).ok()
}

/// A phone or a code: digits with whatever stands between them.
pub fn digits(text: &str) -> String {
    cleaned(text).chars().filter(char::is_ascii_digit).collect()
}

fn numbers(text: &str) -> Vec<i32> {
    let parts: Vec<String> = cleaned(text).split(|c: char| !c.is_ascii_digit()).map(str::to_owned).collect();
    parts.iter().filter(|part| !part.is_empty()).map(|part| part.parse().unwrap_or(-1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_as_people_paste_it() {
        for text in ["3000", "3,000.00 元", "３０００", " ¥3 000 ", "3，000．00"] {
            assert_eq!(yuan(text), Some(Fen::from_yuan(3000)), "{text}");
        }
        for text in ["", "three", "3.000.00", "3000.001", "1e9"] {
            assert_eq!(yuan(text), None, "{text}");
        }
    }

    #[test]
    fn months_and_days_are_read_in_every_usual_form() {
        for text in ["2026-07", "2026/7", "2026年7月", "202607", "２０２６．７"] {
            assert_eq!(month(text), Month::new(2026, 7).ok(), "{text}");
        }
        for text in ["2026-07-01", "2026/7/1", "2026年7月1日", "20260701"] {
            assert_eq!(date(text), Date::from_ymd_opt(2026, 7, 1), "{text}");
        }
        for text in ["", "7", "2026-13", "2026-07-01-02", "99999999999"] {
            assert_eq!((month(text), date(text)), (None, None), "{text}");
        }
    }

    #[test]
    fn a_number_of_months_may_carry_its_unit() {
        for text in ["180", "１８０", "180 个月", "180月"] {
            assert_eq!(count(text), Some(180), "{text}");
        }
        for text in ["", "15 年", "12.5", "many"] {
            assert_eq!(count(text), None, "{text}");
        }
    }

    #[test]
    fn a_percentage_may_carry_its_sign() {
        assert_eq!(percent("60％"), Rate::new(60, 1).ok());
        assert_eq!(percent("sixty"), None);
    }
}
