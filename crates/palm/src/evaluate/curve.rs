//! The curve of the two errors against each other (DET), as a drawing and as figures.

use super::figures::Point;
use std::fmt::Write;

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 64.0;
const BOTTOM: f64 = 48.0;
const MARGIN: f64 = 16.0;
/// Decades that are drawn: from one in a hundred thousand to all.
const DECADES: f64 = 5.0;

/// Draws curves with their names on logarithmic axes: strangers who pass to the right, one's own refused upwards.
pub(crate) fn svg(curves: &[(&str, &[Point])]) -> String {
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = write!(
        out,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif" font-size="11"><title>DET</title><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>"##
    );
    for decade in 0_u8..=5 {
        let rate = 10_f64.powi(-i32::from(decade));
        let (x, y) = (across(rate), up(rate));
        let (right, floor) = (WIDTH - MARGIN, HEIGHT - BOTTOM);
        let label = if decade < 3 { format!("{} %", 100.0 * rate) } else { format!("1e-{decade}") };
        let _ = write!(
            out,
            r##"<path d="M{x:.1} {MARGIN}V{floor}M{LEFT} {y:.1}H{right}" stroke="#ccc" fill="none"/><text x="{x:.1}" y="{:.1}" text-anchor="middle">{label}</text><text x="{:.1}" y="{:.1}" text-anchor="end">{label}</text>"##,
            floor + 14.0,
            LEFT - 6.0,
            y + 4.0,
        );
    }
    let _ = write!(
        out,
        r##"<text x="{:.1}" y="{:.1}" text-anchor="middle">FMR</text><text x="14" y="{:.1}" text-anchor="middle" transform="rotate(-90 14 {:.1})">FNMR</text>"##,
        f64::midpoint(LEFT, WIDTH - MARGIN),
        HEIGHT - 12.0,
        HEIGHT / 2.0,
        HEIGHT / 2.0,
    );
    // Two that are told apart without colour too.
    let strokes = [("#1d70b8", "none"), ("#b0431e", "6 3")];
    for ((place, (name, points)), (colour, dashes)) in (1_u8..).zip(curves).zip(strokes) {
        let y = MARGIN + 16.0 * f64::from(place);
        let _ = write!(
            out,
            r##"<path d="{}" stroke="{colour}" stroke-dasharray="{dashes}" stroke-width="2" fill="none"/><path d="M{:.1} {y:.1}h24" stroke="{colour}" stroke-dasharray="{dashes}" stroke-width="2"/><text x="{:.1}" y="{:.1}" text-anchor="end">{name}</text>"##,
            line(points),
            WIDTH - MARGIN - 30.0,
            WIDTH - MARGIN - 36.0,
            y + 4.0,
        );
    }
    out.push_str("</svg>\n");
    out
}

fn line(points: &[Point]) -> String {
    let mut path = String::new();
    let mut before = None;
    for point in points {
        let at = (format!("{:.1}", across(point.false_match)), format!("{:.1}", up(point.false_non_match)));
        if before.as_ref() != Some(&at) {
            let _ = write!(path, "{}{} {}", if before.is_none() { "M" } else { "L" }, at.0, at.1);
            before = Some(at);
        }
    }
    path
}

fn across(rate: f64) -> f64 {
    LEFT + (WIDTH - LEFT - MARGIN) * part(rate)
}

fn up(rate: f64) -> f64 {
    HEIGHT - BOTTOM - (HEIGHT - BOTTOM - MARGIN) * part(rate)
}

/// Where a rate stands on an axis, from 0 to 1; what is rarer than the axis shows stands at its beginning.
fn part(rate: f64) -> f64 {
    if rate <= 0.0 { 0.0 } else { (1.0 + rate.log10() / DECADES).clamp(0.0, 1.0) }
}
