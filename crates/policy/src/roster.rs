//! Joining and leaving within a month (增减员截止日): which month is the first that an employer owes, and which the last.
//!
//! One day decides both: who joins by it owes this month, and the day after somebody's last day at work is read as the day
//! on which another employer might have them join. So two employers in a row never owe the same month, and never skip one.

use crate::parameter::InForce;
use crate::{FormulaError, Policy};
use chrono::{Datelike, Days};
use kernel::{Date, Month};

fn beyond(fact: &'static str) -> FormulaError {
    FormulaError::OutOfRange { fact, allowed: "a day of the years 1900 to 2199".to_owned() }
}

/// The cut-off day in force on a day.
///
/// # Errors
/// A day before the first row.
pub fn cut_off(policy: &Policy, on: Date) -> Result<InForce<'_, i64>, FormulaError> {
    Ok(policy.roster.cut_off_day.on(on)?)
}

/// The first fee month of somebody who joins on a day.
///
/// # Errors
/// A day before the rules, or outside the calendar.
pub fn first_month(policy: &Policy, from: Date) -> Result<Month, FormulaError> {
    let month = Month::of(from).map_err(|_| beyond("from"))?;
    if i64::from(from.day()) <= *cut_off(policy, from)?.value {
        Ok(month)
    } else {
        month.plus(1).map_err(|_| beyond("from"))
    }
}

/// The last fee month of somebody whose last day at work this was.
///
/// # Errors
/// As [`first_month`].
pub fn last_month(policy: &Policy, last_day: Date) -> Result<Month, FormulaError> {
    let after = last_day.checked_add_days(Days::new(1)).ok_or_else(|| beyond("last_day"))?;
    first_month(policy, after)?.plus(-1).map_err(|_| beyond("last_day"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::AreaCode;

    fn months(from: &str, last_day: &str) -> (String, String) {
        let policy = Policy::of(AreaCode::HANDAN).unwrap();
        let day = |text: &str| text.parse::<Date>().unwrap();
        let (first, last) = (first_month(policy, day(from)).unwrap(), last_month(policy, day(last_day)).unwrap());
        (first.to_string(), last.to_string())
    }

    #[test]
    fn the_cut_off_day_itself_still_counts() {
        assert_eq!(months("2017-07-15", "2017-07-14"), ("2017-07".to_owned(), "2017-06".to_owned()));
        assert_eq!(months("2017-07-16", "2017-07-15"), ("2017-08".to_owned(), "2017-07".to_owned()));
        assert_eq!(months("2017-12-31", "2017-12-31"), ("2018-01".to_owned(), "2017-12".to_owned()));
    }

    #[test]
    fn two_employers_in_a_row_owe_each_month_once() {
        let policy = Policy::of(AreaCode::HANDAN).unwrap();
        let mut day: Date = "2015-12-20".parse().unwrap();
        for _ in 0..800 {
            let next = day.succ_opt().unwrap();
            assert_eq!(last_month(policy, day).unwrap().plus(1).unwrap(), first_month(policy, next).unwrap());
            day = next;
        }
    }

    #[test]
    fn before_the_rules_there_is_no_month() {
        let policy = Policy::of(AreaCode::HANDAN).unwrap();
        assert!(matches!(first_month(policy, "1998-01-01".parse().unwrap()), Err(FormulaError::NotInForce(_))));
    }
}
