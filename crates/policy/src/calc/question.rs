//! The fields of a question, read strictly: money and dates are strings, whole numbers are numbers, nothing is passed over.

use super::json::{Fields, Json};
use super::refusal::Refusal;
use chrono::Datelike;
use kernel::{AreaCode, Date, Fen, FenError, Month, MonthError, Rate};

/// The fields of a question whose names have been checked.
pub(crate) struct Question<'a> {
    fields: &'a Fields<'a>,
}

/// The longest text that a message repeats.
const QUOTED_CHARACTERS_MAX: usize = 40;

impl<'a> Question<'a> {
    /// Refuses a field that the calculation does not have.
    pub(crate) fn new(fields: &'a Fields<'a>, known: &[&str]) -> Result<Question<'a>, Refusal> {
        match fields.names().filter(|name| !known.contains(name)).min() {
            Some(name) => {
                let message = format!("unknown field: put only {}", known.join(", "));
                Err(Refusal::new("unknown_field", Some(&quoted(name)), message))
            }
            None => Ok(Question { fields }),
        }
    }

    /// Whether a field is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.get(name).is_some()
    }

    fn get(&self, name: &'static str, example: &str) -> Result<&'a Json<'a>, Refusal> {
        let missing = || Refusal::new("missing_field", Some(name), format!("{name} is missing: put {example}"));
        self.fields.get(name).ok_or_else(missing)
    }

    /// A string.
    pub(crate) fn text(&self, name: &'static str, example: &str) -> Result<&'a str, Refusal> {
        match self.get(name, example)? {
            Json::Text(text) => Ok(text),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::List(_) | Json::Object(_) => {
                Err(Refusal::new("wrong_type", Some(name), format!("{name} must be a string: put {example}")))
            }
        }
    }

    /// A code of six digits.
    pub(crate) fn area(&self, name: &'static str) -> Result<AreaCode, Refusal> {
        let text = self.text(name, "\"130400\"")?;
        let wrong = |_| {
            Refusal::new(
                "bad_area",
                Some(name),
                format!("{} is no area code: put six digits, as in \"130400\"", quoted(text)),
            )
        };
        AreaCode::parse(text).map_err(wrong)
    }

    /// A month.
    pub(crate) fn month(&self, name: &'static str) -> Result<Month, Refusal> {
        let text = self.text(name, "\"2024-03\"")?;
        text.parse().map_err(|error| match error {
            MonthError::NotAMonth | MonthError::Backwards => Refusal::new(
                "bad_month",
                Some(name),
                format!("{} is no month: put YYYY-MM, as in \"2024-03\"", quoted(text)),
            ),
            MonthError::OutOfRange => {
                Refusal::new("out_of_range", Some(name), format!("{name} must lie in the years 1900 to 2199"))
            }
        })
    }

    /// A day.
    pub(crate) fn date(&self, name: &'static str) -> Result<Date, Refusal> {
        let text = self.text(name, "\"2017-07-31\"")?;
        let wrong = || {
            Refusal::new(
                "bad_date",
                Some(name),
                format!("{} is no day: put YYYY-MM-DD, as in \"2017-07-31\"", quoted(text)),
            )
        };
        let shape =
            |(index, byte): (usize, u8)| if index == 4 || index == 7 { byte == b'-' } else { byte.is_ascii_digit() };
        if text.len() != 10 || !text.bytes().enumerate().all(shape) {
            return Err(wrong());
        }
        let date = date_of(text).ok_or_else(wrong)?;
        if !(1900..=2199).contains(&date.year()) {
            return Err(Refusal::new("out_of_range", Some(name), format!("{name} must lie in the years 1900 to 2199")));
        }
        Ok(date)
    }

    /// An amount that is not negative.
    pub(crate) fn amount(&self, name: &'static str) -> Result<Fen, Refusal> {
        amount(name, self.get(name, AMOUNT)?)
    }

    /// A list, of at most so many items.
    fn list(&self, name: &'static str, example: &str, most: usize) -> Result<&'a [Json<'a>], Refusal> {
        let items = match self.get(name, example)? {
            Json::List(items) => items,
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) | Json::Object(_) => {
                return Err(Refusal::new("wrong_type", Some(name), format!("{name} must be a list: put {example}")));
            }
        };
        if items.len() > most {
            let message = format!("{name} holds {} items: put at most {most}", items.len());
            return Err(Refusal::new("out_of_range", Some(name), message));
        }
        Ok(items)
    }

    /// A list of amounts that are not negative.
    pub(crate) fn amounts(&self, name: &'static str, most: usize) -> Result<Vec<Fen>, Refusal> {
        self.list(name, "[\"36000.00\"]", most)?.iter().map(|item| amount(name, item)).collect()
    }

    /// A list of objects with these fields.
    pub(crate) fn objects(
        &self,
        name: &'static str,
        example: &str,
        known: &[&str],
        most: usize,
    ) -> Result<Vec<Question<'a>>, Refusal> {
        let object = |item: &'a Json<'a>| match item {
            Json::Object(fields) => Question::new(fields, known),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) | Json::List(_) => {
                Err(Refusal::new("wrong_type", Some(name), format!("{name} must be a list of objects: put {example}")))
            }
        };
        self.list(name, example, most)?.iter().map(object).collect()
    }

    /// An object with these fields.
    pub(crate) fn object(&self, name: &'static str, example: &str, known: &[&str]) -> Result<Question<'a>, Refusal> {
        match self.get(name, example)? {
            Json::Object(fields) => Question::new(fields, known),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) | Json::List(_) => {
                Err(Refusal::new("wrong_type", Some(name), format!("{name} must be an object: put {example}")))
            }
        }
    }

    /// A month, or the month of a day.
    pub(crate) fn month_or_day(&self, name: &'static str) -> Result<Month, Refusal> {
        if self.text(name, "\"1976-09\"")?.len() == 10 {
            let too_far =
                |_| Refusal::new("out_of_range", Some(name), format!("{name} must lie in the years 1900 to 2199"));
            return Month::of(self.date(name)?).map_err(too_far);
        }
        self.month(name)
    }

    /// A year of the calendar.
    pub(crate) fn year(&self, name: &'static str) -> Result<i32, Refusal> {
        let wrong = || Refusal::new("out_of_range", Some(name), format!("{name} must lie in the years 1900 to 2199"));
        let year = i32::try_from(self.whole(name, "a year, as in 2017")?).map_err(|_| wrong())?;
        if (1900..=2199).contains(&year) { Ok(year) } else { Err(wrong()) }
    }

    /// A decimal, always a string: a rate or an index.
    pub(crate) fn decimal(&self, name: &'static str, example: &str) -> Result<Rate, Refusal> {
        let text = self.text(name, example)?;
        let wrong = || Refusal::new("bad_number", Some(name), format!("{} is no decimal: put {example}", quoted(text)));
        if text.contains('/') {
            return Err(wrong());
        }
        text.parse().map_err(|_| wrong())
    }

    /// A whole number, or `null` where there is none; the field itself must be there.
    pub(crate) fn whole_or_null(&self, name: &'static str, example: &str) -> Result<Option<i64>, Refusal> {
        if *self.get(name, example)? == Json::Null { Ok(None) } else { self.whole(name, example).map(Some) }
    }

    /// A whole number.
    pub(crate) fn whole(&self, name: &'static str, example: &str) -> Result<i64, Refusal> {
        let number = match self.get(name, example)? {
            Json::Number(number) => number.as_i64(),
            Json::Null | Json::Bool(_) | Json::Text(_) | Json::List(_) | Json::Object(_) => None,
        };
        let wrong = || Refusal::new("wrong_type", Some(name), format!("{name} must be a whole number: put {example}"));
        number.ok_or_else(wrong)
    }

    /// A percentage: a number, or a decimal string for those who keep to exact texts.
    pub(crate) fn percent(&self, name: &'static str) -> Result<Rate, Refusal> {
        let value = self.get(name, "a number, as in 60")?;
        let text = match value {
            Json::Number(number) => &number.to_string(),
            Json::Text(text) => text.as_ref(),
            Json::Null | Json::Bool(_) | Json::List(_) | Json::Object(_) => {
                return Err(Refusal::new("wrong_type", Some(name), format!("{name} must be a number: put 60")));
            }
        };
        let decimal = |text: &str| if text.contains('/') { None } else { text.parse::<Rate>().ok() };
        let wrong = || {
            Refusal::new(
                "bad_number",
                Some(name),
                format!("{} is no percentage: put a decimal, as in 60", quoted(text)),
            )
        };
        decimal(text).ok_or_else(wrong)
    }

    /// One of our own words.
    pub(crate) fn word<T: std::str::FromStr>(&self, name: &'static str, words: &[&str]) -> Result<T, Refusal> {
        let allowed = || words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" or ");
        let text = match self.fields.get(name) {
            Some(Json::Text(text)) => text,
            Some(_) | None => self.text(name, &allowed())?,
        };
        let wrong =
            |_| Refusal::new("unknown_option", Some(name), format!("{} is unknown: put {}", quoted(text), allowed()));
        text.parse().map_err(wrong)
    }
}

/// What an amount looks like.
const AMOUNT: &str = "yuan with two decimals, as in \"3000.00\"";

/// An amount that is not negative.
fn amount(name: &'static str, value: &Json<'_>) -> Result<Fen, Refusal> {
    let text = match value {
        Json::Text(text) => text,
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::List(_) | Json::Object(_) => {
            return Err(Refusal::new("wrong_type", Some(name), format!("{name} must be a string: put {AMOUNT}")));
        }
    };
    let amount: Fen = text.parse().map_err(|error| match error {
        FenError::NotMoney => {
            let message =
                format!("{} is no amount: put yuan with at most two decimals, as in \"3000.00\"", quoted(text));
            Refusal::new("bad_amount", Some(name), message)
        }
        FenError::TooLarge => {
            Refusal::new("amount_too_large", Some(name), format!("{name} must be at most {}", Fen::LIMIT))
        }
    })?;
    if amount.is_negative() {
        return Err(Refusal::new("negative_amount", Some(name), format!("{name} is negative: put 0.00 or more")));
    }
    Ok(amount)
}

/// The day of a text that is known to be of the form `YYYY-MM-DD`; nothing where the calendar has no such day.
fn date_of(text: &str) -> Option<Date> {
    let (year, month, day) = (text.get(..4)?, text.get(5..7)?, text.get(8..)?);
    Date::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// A text as a message repeats it: cut, so that a long line does not come back whole.
pub(crate) fn quoted(text: &str) -> String {
    let mut cut: String = text.chars().take(QUOTED_CHARACTERS_MAX).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}
