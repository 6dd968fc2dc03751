//! What a parameter may hold, by its unit. A value is always a text in the file and is read exactly.

use kernel::{Fen, Rate};
use std::fmt;

kernel::words! {
    /// The unit of a parameter, which decides how its values are read.
    pub enum Unit {
        /// An exact fraction: `0.08` is 8 %.
        Ratio = "ratio",
        /// Several fractions, the first for class 1.
        Ratios = "ratios",
        /// Yuan a month.
        YuanMonth = "yuan_month",
        /// Yuan a year.
        YuanYear = "yuan_year",
        /// A number of months.
        Months = "months",
        /// Several numbers of months, the first for the first class, grade or band.
        MonthsList = "months_list",
        /// A number of days of the calendar.
        Days = "days",
        /// A number of working days.
        WorkingDays = "working_days",
        /// A whole number of times.
        Times = "times",
        /// A whole percentage.
        Percent = "percent",
        /// Several whole percentages.
        Percents = "percents",
        /// A day of each year, `MM-DD`.
        MonthDay = "month_day",
        /// A word.
        Text = "text",
    }
}

/// A day of each year.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MonthDay {
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31, a day that the month has in every year.
    pub day: u32,
}

/// A value as its unit demands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// Of [`Unit::Ratio`].
    Ratio(Rate),
    /// Of [`Unit::Ratios`].
    Ratios(Vec<Rate>),
    /// Of [`Unit::YuanMonth`] and [`Unit::YuanYear`].
    Money(Fen),
    /// Of [`Unit::Months`], [`Unit::Days`], [`Unit::WorkingDays`], [`Unit::Times`] and [`Unit::Percent`].
    Count(i64),
    /// Of [`Unit::MonthsList`] and [`Unit::Percents`].
    Counts(Vec<i64>),
    /// Of [`Unit::MonthDay`].
    MonthDay(MonthDay),
    /// Of [`Unit::Text`].
    Word(String),
}

impl Value {
    /// Reads the texts of a row as the unit demands; `None` where they are not of it.
    pub(crate) fn read(unit: Unit, texts: &[String]) -> Option<Value> {
        let one = || if let [text] = texts { Some(text.as_str()) } else { None };
        match unit {
            Unit::Ratio => ratio(one()?).map(Value::Ratio),
            Unit::Ratios => some_of(texts.iter().map(|text| ratio(text)).collect::<Option<_>>()?).map(Value::Ratios),
            Unit::YuanMonth | Unit::YuanYear => money(one()?).map(Value::Money),
            Unit::Months | Unit::Days | Unit::WorkingDays | Unit::Times | Unit::Percent => {
                count(one()?).map(Value::Count)
            }
            Unit::MonthsList | Unit::Percents => {
                some_of(texts.iter().map(|text| count(text)).collect::<Option<_>>()?).map(Value::Counts)
            }
            Unit::MonthDay => MonthDay::read(one()?).map(Value::MonthDay),
            Unit::Text => one().filter(|text| !text.trim().is_empty()).map(|text| Value::Word(text.to_owned())),
        }
    }
}

fn some_of<T>(values: Vec<T>) -> Option<Vec<T>> {
    if values.is_empty() { None } else { Some(values) }
}

/// A fraction that is not negative.
fn ratio(text: &str) -> Option<Rate> {
    text.parse::<Rate>().ok().filter(|rate| rate.numerator() >= 0)
}

fn money(text: &str) -> Option<Fen> {
    text.parse::<Fen>().ok().filter(|amount| !amount.is_negative())
}

fn count(text: &str) -> Option<i64> {
    text.parse::<i64>().ok().filter(|count| *count >= 0)
}

impl MonthDay {
    fn read(text: &str) -> Option<MonthDay> {
        let (month, day) = text.split_once('-')?;
        let read = MonthDay { month: month.parse().ok()?, day: day.parse().ok()? };
        // 2023 has no 29 February, so what it accepts exists in every year.
        kernel::Date::from_ymd_opt(2023, read.month, read.day).map(|_| read)
    }
}

/// As a person reads it: rates in percent, lists with commas.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |items: Vec<String>| items.join(", ");
        match self {
            Value::Ratio(rate) => f.pad(&rate.in_percent()),
            Value::Ratios(rates) => f.pad(&list(rates.iter().map(|rate| rate.in_percent()).collect())),
            Value::Money(amount) => f.pad(&amount.to_string()),
            Value::Count(count) => f.pad(&count.to_string()),
            Value::Counts(counts) => f.pad(&list(counts.iter().map(i64::to_string).collect())),
            Value::MonthDay(MonthDay { month, day }) => f.pad(&format!("{month:02}-{day:02}")),
            Value::Word(word) => f.pad(word),
        }
    }
}

/// A type that a formula reads out of a [`Value`].
pub trait FromValue: Sized {
    /// The value as this type, or nothing where the unit is another.
    fn from_value(value: &Value) -> Option<Self>;
}

/// Reads one variant of [`Value`] as a type.
macro_rules! from_value {
    ($($Type:ty = $Variant:ident),+ $(,)?) => { $(
        impl FromValue for $Type {
            fn from_value(value: &Value) -> Option<$Type> {
                if let Value::$Variant(inner) = value { Some(inner.clone()) } else { None }
            }
        }
    )+ };
}

from_value! { Rate = Ratio, Vec<Rate> = Ratios, Fen = Money, i64 = Count, Vec<i64> = Counts, MonthDay = MonthDay }

/// Reads the words of a parameter as one of our own enums; an unknown word does not load.
macro_rules! word_from_value {
    ($($Type:ty),+ $(,)?) => { $(
        impl $crate::parameter::FromValue for $Type {
            fn from_value(value: &$crate::parameter::Value) -> Option<$Type> {
                if let $crate::parameter::Value::Word(word) = value { word.parse().ok() } else { None }
            }
        }
    )+ };
}
pub(crate) use word_from_value;
