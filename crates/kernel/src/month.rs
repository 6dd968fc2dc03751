//! A month is a month and never a timestamp.

use crate::Date;
use chrono::Datelike;
use std::fmt;
use std::str::FromStr;

/// A calendar month, as in a fee month (费款所属期). An integer `YYYYMM` in the database, `YYYY-MM` in JSON.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "sql", derive(sea_orm::DeriveValueType))]
pub struct Month(i32);

/// Why something is not a month.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MonthError {
    /// Not of the form `YYYY-MM`.
    #[error("a month is written YYYY-MM, as in 2024-03")]
    NotAMonth,
    /// Outside the years 1900 to 2199.
    #[error("a month must lie in the years 1900 to 2199")]
    OutOfRange,
    /// A range that ends before it begins.
    #[error("the last month lies before the first")]
    Backwards,
}

impl Month {
    /// December 2199, after which there is no month.
    pub const LAST: Month = Month(219_912);

    /// The month `month` (1 to 12) of `year` (1900 to 2199).
    ///
    /// # Errors
    /// [`MonthError::OutOfRange`] outside these.
    pub const fn new(year: i32, month: i32) -> Result<Month, MonthError> {
        if year < 1900 || year > 2199 || month < 1 || month > 12 {
            return Err(MonthError::OutOfRange);
        }
        Ok(Month(year * 100 + month))
    }

    /// The month in which a day lies.
    ///
    /// # Errors
    /// [`MonthError::OutOfRange`] outside the years 1900 to 2199.
    pub fn of(date: Date) -> Result<Month, MonthError> {
        Month::new(date.year(), i32::try_from(date.month()).map_err(|_| MonthError::OutOfRange)?)
    }

    /// The year.
    #[inline]
    pub const fn year(self) -> i32 {
        self.0 / 100
    }

    /// The month of the year, 1 to 12.
    #[inline]
    pub const fn month(self) -> i32 {
        self.0 % 100
    }

    /// As `YYYYMM`, the form of the database.
    #[inline]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// Months since the year nought: differences of it count months.
    #[inline]
    pub const fn index(self) -> i32 {
        self.year() * 12 + self.month() - 1
    }

    /// The month so many months later (or earlier).
    ///
    /// # Errors
    /// [`MonthError::OutOfRange`] outside the years 1900 to 2199.
    pub const fn plus(self, months: i32) -> Result<Month, MonthError> {
        match self.index().checked_add(months) {
            Some(index) if index >= 0 => Month::new(index / 12, index % 12 + 1),
            Some(_) | None => Err(MonthError::OutOfRange),
        }
    }

    /// How many months this lies after the other; negative where before.
    #[inline]
    pub const fn since(self, other: Month) -> i32 {
        self.index() - other.index()
    }

    /// The first day.
    #[inline]
    pub fn first_day(self) -> Date {
        u32::try_from(self.month()).ok().and_then(|month| Date::from_ymd_opt(self.year(), month, 1)).unwrap_or_default()
    }

    /// The last day.
    pub fn last_day(self) -> Date {
        let next = if self.month() == 12 { Month((self.year() + 1) * 100 + 1) } else { Month(self.0 + 1) };
        next.first_day().pred_opt().unwrap_or_default()
    }

    /// January to December of a year.
    ///
    /// # Errors
    /// [`MonthError::OutOfRange`] outside the years 1900 to 2199.
    pub fn of_year(year: i32) -> Result<MonthRange, MonthError> {
        MonthRange::new(Month::new(year, 1)?, Month::new(year, 12)?)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-{:02}", self.year(), self.month()))
    }
}

impl fmt::Debug for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Month {
    type Err = MonthError;
    fn from_str(text: &str) -> Result<Month, MonthError> {
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let (year, month) = text.split_once('-').ok_or(MonthError::NotAMonth)?;
        if year.len() != 4 || month.len() != 2 || !digits(year) || !digits(month) {
            return Err(MonthError::NotAMonth);
        }
        let number = |part: &str| part.parse::<i32>().map_err(|_| MonthError::NotAMonth);
        match number(month)? {
            1..=12 => Month::new(number(year)?, number(month)?),
            _ => Err(MonthError::NotAMonth),
        }
    }
}

impl serde::Serialize for Month {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Month {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Month, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Months from the first to the last, both included; never empty.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct MonthRange {
    first: Month,
    last: Month,
}

impl MonthRange {
    /// From the first to the last, both included.
    ///
    /// # Errors
    /// [`MonthError::Backwards`] where the last lies before the first.
    pub fn new(first: Month, last: Month) -> Result<MonthRange, MonthError> {
        if last < first { Err(MonthError::Backwards) } else { Ok(MonthRange { first, last }) }
    }

    /// The first month.
    pub const fn first(self) -> Month {
        self.first
    }

    /// The last month.
    pub const fn last(self) -> Month {
        self.last
    }

    /// Whether the month lies inside.
    pub fn contains(self, month: Month) -> bool {
        self.first <= month && month <= self.last
    }

    /// How many months, at least one.
    pub const fn count(self) -> i32 {
        self.last.since(self.first) + 1
    }

    /// Every month in order.
    pub fn months(self) -> impl Iterator<Item = Month> {
        (0..self.count()).filter_map(move |offset| self.first.plus(offset).ok())
    }
}

impl fmt::Display for MonthRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_not_a_month_is_refused() {
        for text in
            ["", "2024", "2024-13", "2024-00", "2024-3", "24-03", "2024/03", "２０２４-03", "2024-03-01", "-024-03"]
        {
            assert_eq!(text.parse::<Month>(), Err(MonthError::NotAMonth), "{text}");
        }
        assert_eq!("1899-12".parse::<Month>(), Err(MonthError::OutOfRange));
    }

    #[test]
    fn a_leap_february_ends_on_its_29th() {
        let month: Month = "2024-02".parse().unwrap();
        assert_eq!(month.last_day().to_string(), "2024-02-29");
        assert_eq!("2024-12".parse::<Month>().unwrap().last_day().to_string(), "2024-12-31");
    }

    proptest! {
        #[test]
        fn going_and_coming_back_ends_where_it_began(year in 1950i32..2150, month in 1i32..=12, steps in -500i32..500) {
            let start = Month::new(year, month).unwrap();
            let there = start.plus(steps).unwrap();
            prop_assert_eq!(there.since(start), steps);
            prop_assert_eq!(there.plus(-steps).unwrap(), start);
            prop_assert_eq!(there.to_string().parse::<Month>().unwrap(), there);
        }

        #[test]
        fn a_range_counts_its_months(year in 1950i32..2150, length in 0i32..600) {
            let first = Month::new(year, 7).unwrap();
            prop_assume!(first.plus(length).is_ok());
            let range = MonthRange::new(first, first.plus(length).unwrap()).unwrap();
            prop_assert_eq!(i32::try_from(range.months().count()).unwrap(), range.count());
            prop_assert!(range.months().all(|m| range.contains(m)));
        }
    }
}
