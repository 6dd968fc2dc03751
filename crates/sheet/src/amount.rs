//! Amounts as people type them: `3,000`, `３０００．５０元`, `¥3000`, `1.2万`, or a number of the workbook.

use crate::decimal::Decimal;
use crate::plain::without_blanks;
use crate::table::Cell;
use kernel::{Fen, FenError};

/// Why a cell is no amount.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AmountFault {
    /// Not digits.
    NotMoney,
    /// More than two digits after the point.
    TooFine,
    /// Below nothing.
    Negative,
    /// Beyond [`Fen::LIMIT`].
    TooLarge,
}

/// The amount of a cell.
pub(crate) fn amount(cell: &Cell) -> Result<Fen, AmountFault> {
    let number = match cell {
        Cell::Number(text) => Decimal::parse(text).map(Decimal::settled),
        Cell::Text(text) => typed(text),
        Cell::Empty | Cell::Wrong(_) => None,
    };
    let number = number.ok_or(AmountFault::NotMoney)?;
    if number.part.len() > 2 {
        return Err(AmountFault::TooFine);
    }
    let nothing = number.part.is_empty() && number.whole == "0";
    if number.negative && !nothing {
        return Err(AmountFault::Negative);
    }
    Decimal { negative: false, ..number }.plain().parse().map_err(|error| match error {
        FenError::TooLarge => AmountFault::TooLarge,
        FenError::NotMoney => AmountFault::NotMoney,
    })
}

/// Units and marks around the digits taken off; 万 multiplies.
fn typed(text: &str) -> Option<Decimal> {
    let plain = without_blanks(text).to_lowercase().replace('，', ",");
    let plain = ["￥", "¥", "rmb", "cny"].iter().fold(plain.as_str(), |rest, mark| rest.trim_start_matches(mark));
    let plain = ["yuan", "rmb", "cny", "元", "圆"].iter().fold(plain, |rest, mark| rest.trim_end_matches(mark));
    let (digits, ten_thousands) = match plain.strip_suffix('万') {
        Some(rest) => (rest, "E4"),
        None => (plain, ""),
    };
    if digits.contains(['e', 'E']) {
        return None;
    }
    Decimal::parse(&format!("{}{ten_thousands}", ungrouped(digits)?))
}

/// `12,345.6` without its commas. A comma where no group ends is refused: `3,50` may mean either.
fn ungrouped(digits: &str) -> Option<String> {
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    if part.is_some_and(|part| part.contains(',')) {
        return None;
    }
    let groups: Vec<&str> = whole.split(',').collect();
    let grouped = groups.len() > 1;
    let first = groups.first().map_or("", |group| group.trim_start_matches('-'));
    let fits = !grouped || ((1..=3).contains(&first.len()) && groups.iter().skip(1).all(|group| group.len() == 3));
    // Chinese counts by ten thousands (万), so some group by four.
    let by_four = grouped && (1..=4).contains(&first.len()) && groups.iter().skip(1).all(|group| group.len() == 4);
    (fits || by_four).then(|| part.map_or_else(|| groups.concat(), |part| format!("{}.{part}", groups.concat())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: Cell, expected: Result<i64, AmountFault>) {
        assert_eq!(amount(&cell).map(Fen::fen), expected, "{cell:?}");
    }

    #[test]
    fn amounts_are_read_as_people_type_them() {
        for text in [
            "3000",
            "3,000",
            "3，000.00",
            "３０００",
            "３，０００．００",
            " ¥3000 ",
            "3000元",
            "3 000",
            "0.3万",
            "RMB 3,000",
        ] {
            check(Cell::Text(text.to_owned()), Ok(300_000));
        }
        check(Cell::Number("3000.0999999999999".to_owned()), Ok(300_010));
        check(Cell::Number("-0".to_owned()), Ok(0));
    }

    #[test]
    fn what_may_mean_something_else_is_refused() {
        check(Cell::Text("3,50".to_owned()), Err(AmountFault::NotMoney));
        check(Cell::Text("三千".to_owned()), Err(AmountFault::NotMoney));
        check(Cell::Text("3000.123".to_owned()), Err(AmountFault::TooFine));
        check(Cell::Text("-1".to_owned()), Err(AmountFault::Negative));
        check(Cell::Text("99999999999999".to_owned()), Err(AmountFault::TooLarge));
        check(Cell::Wrong("#N/A".to_owned()), Err(AmountFault::NotMoney));
    }
}
