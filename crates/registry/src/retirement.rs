//! The statutory retirement age: until when one may register as a flexible worker.
//!
//! Law: 国发〔1978〕104号 before 2025; from 2025-01-01 the Standing Committee's decision of 2024-09-13 (渐进式延迟法定退休年龄):
//! one month later for every four months of birth (every two for women of 50), up to 63, 58 and 55. Pure: no clock.

use crate::Category;
use kernel::{Date, Month, MonthError, Sex};

/// The age and its delay, as the law orders them.
struct Age {
    /// The age before 2025, in years.
    old: i32,
    /// So many months of birth delay it by one month.
    step: i32,
    /// At most so many months.
    cap: i32,
}

/// The month index of 2025-01, where the delay begins.
const START: i32 = 2025 * 12;

/// The month in which a person reaches the statutory age.
///
/// # Errors
/// [`MonthError::OutOfRange`] for a birth outside the years that the house knows.
pub fn statutory_month(birth: Date, sex: Sex, category: Category) -> Result<Month, MonthError> {
    reached(birth, age(sex, category))
}

/// The month in which a flexible worker reaches the age: a woman who pays for herself retires by the age of a 干部, whatever
/// post she held before.
///
/// # Errors
/// As [`statutory_month`].
pub fn flexible_month(birth: Date, sex: Sex) -> Result<Month, MonthError> {
    statutory_month(birth, sex, Category::Cadre)
}

const fn age(sex: Sex, category: Category) -> Age {
    match (sex, category) {
        (Sex::Male, _) => Age { old: 60, step: 4, cap: 36 },
        (Sex::Female, Category::Cadre) => Age { old: 55, step: 4, cap: 36 },
        (Sex::Female, Category::Worker) => Age { old: 50, step: 2, cap: 60 },
    }
}

fn reached(birth: Date, age: Age) -> Result<Month, MonthError> {
    let original = Month::of(birth)?.plus(12 * age.old)?;
    let past = original.index() - START;
    let delay = if past < 0 { 0 } else { age.cap.min(past / age.step + 1) };
    original.plus(delay)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn whoever_is_born_later_never_retires_earlier(year in 1940i32..2060, month in 1i32..=12, later in 0i32..240) {
            let first = Month::new(year, month).unwrap();
            let second = first.plus(later).unwrap();
            for (sex, category) in
                [(Sex::Male, Category::Worker), (Sex::Female, Category::Cadre), (Sex::Female, Category::Worker)]
            {
                let (one, two) = (statutory_month(first.first_day(), sex, category).unwrap(), statutory_month(second.last_day(), sex, category).unwrap());
                prop_assert!(one <= two);
            }
        }
    }

    /// The worked lines F01 to F25 of the domain's rules: sex, category, birth, month of retirement.
    const WORKED: &str = "
        M 1957-08 2017-08|M 1964-12 2024-12|M 1965-01 2025-02|M 1965-04 2025-05|M 1965-05 2025-07|M 1969-12 2031-03
        M 1972-09 2034-09|M 1976-08 2039-07|M 1976-09 2039-09|M 1990-06 2053-06|C 1969-12 2024-12|C 1970-01 2025-02
        C 1971-04 2026-08|C 1975-03 2031-07|C 1981-08 2039-07|C 1981-09 2039-09|C 1988-03 2046-03|W 1974-12 2024-12
        W 1975-01 2025-02|W 1975-03 2025-05|W 1976-09 2027-08|W 1981-08 2034-12|W 1984-10 2039-09|W 1984-11 2039-11
        W 1990-06 2045-06";

    #[test]
    fn the_worked_lines_hold_on_the_first_and_the_last_day_of_the_month() {
        for line in WORKED.split(['|', '\n']).map(str::trim).filter(|line| !line.is_empty()) {
            let parts: Vec<&str> = line.split(' ').collect();
            let (sex, category) = match parts[0] {
                "M" => (Sex::Male, Category::Worker),
                "C" => (Sex::Female, Category::Cadre),
                _ => (Sex::Female, Category::Worker),
            };
            let birth: Month = parts[1].parse().unwrap();
            for day in [birth.first_day(), birth.last_day()] {
                assert_eq!(statutory_month(day, sex, category).unwrap().to_string(), parts[2], "{line}");
            }
        }
    }
}
