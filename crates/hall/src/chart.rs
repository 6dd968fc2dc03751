//! Pictures of figures, drawn by the server as SVG for pages without script. Coordinates are whole units; each picture
//! has a text label, and a table beside it says the same.

pub mod years;

use chrono::Datelike;
use kernel::{Date, Fen};

/// The length of a full bar.
const FULL: i64 = 1000;

/// A part of a whole as a piece of one bar.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bar {
    /// What it is, as a stable word.
    pub name: String,
    /// How much.
    pub amount: Fen,
    /// Where it begins, of 1000.
    pub x: i64,
    /// How long it is, of 1000.
    pub width: i64,
    /// Its place in the row of colours, from 1.
    pub colour: usize,
}

/// The parts of a whole, one after another. What a rounding leaves over goes to the last.
pub fn share(parts: &[(&str, Fen)], whole: Fen) -> Vec<Bar> {
    let mut before = 0;
    let place =
        |sum: i64| i64::try_from(i128::from(sum) * i128::from(FULL) / i128::from(whole.fen().max(1))).unwrap_or(FULL);
    let bar = |(index, (name, amount)): (usize, &(&str, Fen))| {
        let x = place(before);
        before += amount.fen();
        Bar { name: (*name).to_owned(), amount: *amount, x, width: place(before) - x, colour: index + 1 }
    };
    parts.iter().enumerate().map(bar).collect()
}

/// A column of a column chart, 100 units high at most.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// What stands under it.
    pub label: String,
    /// What stands on it.
    pub amount: Fen,
    /// Its left edge.
    pub x: i64,
    /// Its upper edge.
    pub y: i64,
    /// Its height.
    pub height: i64,
    /// Whether it is the chosen one.
    pub chosen: Chosen,
}

/// Whether something is the chosen one of several.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Chosen {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// The width that one column takes, with its gap.
pub const COLUMN_STEP: i64 = 66;

/// Columns side by side, the highest 100 units.
pub fn columns(values: &[(String, Fen, Chosen)]) -> Vec<Column> {
    let highest = values.iter().map(|(_, amount, _)| amount.fen()).max().unwrap_or(1).max(1);
    let column = |(index, (label, amount, chosen)): (usize, &(String, Fen, Chosen))| {
        let height = i64::try_from(i128::from(amount.fen()) * 100 / i128::from(highest)).unwrap_or(100).max(1);
        let x = i64::try_from(index).unwrap_or(0) * COLUMN_STEP + 8;
        Column { label: label.clone(), amount: *amount, x, y: 124 - height, height, chosen: *chosen }
    };
    values.iter().enumerate().map(column).collect()
}

/// A value over time, as one line of steps from the first day to the last.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Timeline {
    /// The path of the line.
    pub line: String,
    /// The path of the ground under it.
    pub ground: String,
    /// Years under the axis, with their places.
    pub years: Vec<(i64, i32)>,
    /// The lowest and the highest value drawn, as text.
    pub lowest: String,
    /// The highest.
    pub highest: String,
    /// Where the lowest value is drawn.
    pub lowest_y: i64,
}

/// A value that holds from a day to a day (both included).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Span {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// The value in any whole unit.
    pub height: i64,
    /// The value as people read it.
    pub text: String,
}

const WIDTH: i64 = 400;
const TOP: i64 = 8;
const BOTTOM: i64 = 110;

/// Draws spans; nothing where there are fewer than two values, for then a picture says nothing.
pub fn timeline(spans: &[Span]) -> Option<Timeline> {
    let (first, last) = (spans.first()?, spans.last()?);
    let lowest = spans.iter().min_by_key(|span| span.height)?;
    let highest = spans.iter().max_by_key(|span| span.height)?;
    let days = (last.to - first.from).num_days().max(1);
    if lowest.height == highest.height {
        return None;
    }
    let x = |day: Date| (day - first.from).num_days() * WIDTH / days;
    // Heights begin at nought, so that the picture does not exaggerate.
    let y = |height: i64| BOTTOM - height * (BOTTOM - TOP) / highest.height.max(1);
    let (mut line, mut ground) = (String::new(), String::new());
    let mut open: Option<Date> = None;
    for span in spans {
        let joined = open.is_some_and(|end| (span.from - end).num_days() <= 1);
        let (from, to, level) = (x(span.from), x(span.to), y(span.height));
        line.push_str(&if joined { format!("V{level}H{to}") } else { format!("M{from} {level}H{to}") });
        ground.push_str(&format!("M{from} {BOTTOM}V{level}H{to}V{BOTTOM}Z"));
        open = Some(span.to);
    }
    let (start, end) = (first.from.year(), last.to.year());
    let step = ((end - start) / 5 + 1).max(1);
    let year = |year: i32| Some((x(Date::from_ymd_opt(year, 1, 1)?).max(0), year));
    let years = (start..=end).filter(|year| (year - start) % step == 0).filter_map(year).collect();
    let (low, high) = (lowest.text.clone(), highest.text.clone());
    Some(Timeline { line, ground, years, lowest: low, highest: high, lowest_y: y(lowest.height) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_bar_fill_it() {
        let bars = share(
            &[("a", Fen::from_yuan(240)), ("b", Fen::from_yuan(60)), ("c", Fen::from_yuan(30))],
            Fen::from_yuan(330),
        );
        assert_eq!(bars.iter().map(|bar| bar.width).sum::<i64>(), FULL);
        assert_eq!(bars[1].x, bars[0].width);
        assert!(share(&[("a", Fen::ZERO)], Fen::ZERO).iter().all(|bar| bar.width == 0));
    }

    #[test]
    fn a_gap_breaks_the_line_and_one_value_draws_nothing() {
        let day = |year| Date::from_ymd_opt(year, 1, 1).unwrap();
        let span = |from, to, height: i64| Span { from: day(from), to: day(to), height, text: height.to_string() };
        let drawn = timeline(&[span(2010, 2012, 5), span(2014, 2016, 8)]).unwrap();
        assert_eq!(drawn.line.matches('M').count(), 2);
        assert_eq!(timeline(&[span(2010, 2012, 5)]), None);
    }
}
