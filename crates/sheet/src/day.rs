//! Days in five forms: 2017-07-01 (also / and .), 20170701, 2017年7月1日, a month alone (its first day), Excel's count.

use crate::decimal::Decimal;
use crate::plain::half_width;
use crate::table::Cell;
use kernel::Date;

/// From which day a workbook counts: Excel on old Macs began in 1904.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Epoch {
    /// Day 1 is 1 January 1900, and 1900 is wrongly held for a leap year.
    Of1900,
    /// Day 0 is 1 January 1904.
    Of1904,
}

/// Why a cell is no day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DayFault {
    /// None of the forms.
    NotADay,
    /// `03/04/2017`: two days it may be.
    Ambiguous(Date, Date),
    /// Outside the years 1900 to 2199.
    OutOfRange,
}

const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// The day of a cell.
pub(crate) fn day(cell: &Cell, epoch: Epoch) -> Result<Date, DayFault> {
    match cell {
        Cell::Number(text) => counted(text, epoch),
        Cell::Text(text) => typed(text, epoch),
        Cell::Empty | Cell::Wrong(_) => Err(DayFault::NotADay),
    }
}

/// A number: 20170701 written as one, or a count of days.
fn counted(text: &str, epoch: Epoch) -> Result<Date, DayFault> {
    // A time of the day stands behind the point.
    let days = Decimal::parse(text).filter(|number| !number.negative).ok_or(DayFault::NotADay)?.whole;
    let number: i64 = days.parse().map_err(|_| DayFault::NotADay)?;
    match days.len() {
        8 => written(&days),
        6 => written(&format!("{days}01")),
        _ => serial(number, epoch),
    }
}

fn serial(number: i64, epoch: Epoch) -> Result<Date, DayFault> {
    let first = match epoch {
        // After the day that never was, 29 February 1900, the count is one ahead.
        Epoch::Of1900 if number > 60 => Date::from_ymd_opt(1899, 12, 30),
        Epoch::Of1900 => Date::from_ymd_opt(1899, 12, 31),
        Epoch::Of1904 => Date::from_ymd_opt(1904, 1, 1),
    };
    let days = chrono::TimeDelta::try_days(number).ok_or(DayFault::OutOfRange)?;
    let date = first.and_then(|first| first.checked_add_signed(days)).ok_or(DayFault::OutOfRange)?;
    within(Some(date))
}

/// `20170701`.
fn written(digits: &str) -> Result<Date, DayFault> {
    let part = |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse::<u32>().ok());
    let year = digits.get(..4).and_then(|year| year.parse::<i32>().ok());
    match (year, part(4, 6), part(6, 8)) {
        (Some(year), Some(month), Some(day)) => within(Date::from_ymd_opt(year, month, day)),
        _ => Err(DayFault::NotADay),
    }
}

fn typed(text: &str, epoch: Epoch) -> Result<Date, DayFault> {
    let plain = half_width(text);
    let plain = plain.split([' ', 'T', 't']).next().unwrap_or_default();
    if plain.bytes().all(|byte| byte.is_ascii_digit()) && !plain.is_empty() {
        return counted(plain, epoch);
    }
    let marked: String = plain
        .chars()
        .map(|c| if matches!(c, '年' | '月' | '/' | '.' | '。' | '、' | '-') { '-' } else { c })
        .filter(|c| !matches!(c, '日' | '号'))
        .collect();
    let parts: Vec<&str> = marked.trim_end_matches('-').split('-').collect();
    if !parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(DayFault::NotADay);
    }
    match parts.as_slice() {
        [year, month] if year.len() == 4 => written(&format!("{year}{month:0>2}01")),
        [year, month, day] if year.len() == 4 => written(&format!("{year}{month:0>2}{day:0>2}")),
        [one, two, year] if year.len() == 4 => turned(one, two, year),
        _ => Err(DayFault::NotADay),
    }
}

/// `31/12/2017` is one day, `03/04/2017` two.
fn turned(one: &str, two: &str, year: &str) -> Result<Date, DayFault> {
    let day_first = written(&format!("{year}{two:0>2}{one:0>2}"));
    let month_first = written(&format!("{year}{one:0>2}{two:0>2}"));
    match (day_first, month_first) {
        (Ok(one), Ok(two)) if one != two => Err(DayFault::Ambiguous(two, one)),
        (Ok(date), _) | (_, Ok(date)) => Ok(date),
        (Err(fault), Err(_)) => Err(fault),
    }
}

fn within(date: Option<Date>) -> Result<Date, DayFault> {
    use chrono::Datelike;
    let date = date.ok_or(DayFault::NotADay)?;
    if YEARS.contains(&date.year()) { Ok(date) } else { Err(DayFault::OutOfRange) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Result<String, DayFault> {
        day(&Cell::Text(text.to_owned()), Epoch::Of1900).map(|date| date.to_string())
    }

    #[test]
    fn a_day_is_read_in_five_forms() {
        for form in [
            "2017-07-01",
            "2017/7/1",
            "2017.7.1",
            "20170701",
            "2017年7月1日",
            "２０１７年７月",
            "2017-07",
            "201707",
            "42917",
            "2017-07-01 00:00:00",
            "2017-7-1T08:00",
            "1/7/2017 ",
            "2017年07月01号",
        ] {
            let expected = if form.starts_with("1/7") { "ambiguous" } else { "2017-07-01" };
            let read = text(form).unwrap_or_else(|_| "ambiguous".to_owned());
            assert_eq!(read, expected, "{form}");
        }
        let number = |text: &str, epoch| day(&Cell::Number(text.to_owned()), epoch).map(|date| date.to_string());
        assert_eq!(number("42917", Epoch::Of1900), Ok("2017-07-01".to_owned()));
        assert_eq!(number("42917.75", Epoch::Of1900), Ok("2017-07-01".to_owned()));
        assert_eq!(number("41455", Epoch::Of1904), Ok("2017-07-01".to_owned()));
        assert_eq!(number("59", Epoch::Of1900), Ok("1900-02-28".to_owned()));
        assert_eq!(number("20170701", Epoch::Of1900), Ok("2017-07-01".to_owned()));
    }

    #[test]
    fn a_day_that_may_be_two_is_asked_about() {
        let date = |month, day| Date::from_ymd_opt(2017, month, day).unwrap();
        assert_eq!(text("03/04/2017"), Err(DayFault::Ambiguous(date(3, 4), date(4, 3))));
        assert_eq!(text("31/12/2017"), Ok("2017-12-31".to_owned()));
        assert_eq!(text("2017-02-30"), Err(DayFault::NotADay));
        assert_eq!(text("tomorrow"), Err(DayFault::NotADay));
        assert_eq!(text("17-7-1"), Err(DayFault::NotADay));
        assert_eq!(text("99999999999"), Err(DayFault::OutOfRange));
    }
}
