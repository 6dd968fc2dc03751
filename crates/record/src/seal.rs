//! The agency's visible business seal (业务专用章), a vector image.
//!
//! It is what a bank or a neighbourhood looks for; what proves a paper is the signature (`sign`). Refused: an image that
//! is not SVG, or that carries scripts or fetches anything.

use std::fmt::Write;
use std::path::Path;

/// A seal and what it shows, which is its alternative text in the tagged PDF.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seal {
    svg: String,
    description: String,
}

/// Why an image cannot be the seal.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The file cannot be read.
    #[error("the seal cannot be read from {path}")]
    Unreadable {
        /// Where it was looked for.
        path: String,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// Not an SVG image.
    #[error("the seal is not an SVG image")]
    NotSvg,
    /// It holds what a printed seal has no use for.
    #[error("the seal holds {0:?}, which a printed seal must not")]
    Forbidden(&'static str),
}

/// What an image may not hold: code, other files, and declarations by which a small file grows without bound.
const FORBIDDEN: [&str; 6] = ["<script", "<!doctype", "<!entity", "<foreignobject", "href=\"http", "href=\"file"];

/// The star's ten corners would need sines; its five points suffice, drawn in one line with every second skipped.
const STAR: &str = "210,140 248.2,257.6 148.1,184.9 271.9,184.9 171.8,257.6";

impl Seal {
    /// A seal from the configuration.
    ///
    /// # Errors
    /// As [`SealError`].
    pub fn from_file(path: &Path, description: &str) -> Result<Seal, SealError> {
        let unreadable = |source| SealError::Unreadable { path: path.display().to_string(), source };
        Seal::from_svg(std::fs::read_to_string(path).map_err(unreadable)?, description)
    }

    /// A seal from an SVG image.
    ///
    /// # Errors
    /// [`SealError::NotSvg`], [`SealError::Forbidden`].
    pub fn from_svg(svg: String, description: &str) -> Result<Seal, SealError> {
        let lower = svg.to_ascii_lowercase();
        if !lower.contains("<svg") || !lower.trim_end().ends_with("</svg>") {
            return Err(SealError::NotSvg);
        }
        match FORBIDDEN.into_iter().find(|part| lower.contains(part)) {
            Some(part) => Err(SealError::Forbidden(part)),
            None => Ok(Seal { svg, description: description.to_owned() }),
        }
    }

    /// The fictitious seal of the demonstration: round, red, a star, the agency on the arc, 演示 beneath.
    pub fn demo(agency: &str) -> Seal {
        let mut svg = String::from(
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="420" height="420" viewBox="0 0 420 420"><g fill="#d0161b" fill-opacity="0.88" font-family="Noto Serif SC" font-weight="700" text-anchor="middle"><circle cx="210" cy="210" r="201" fill="none" stroke="#d0161b" stroke-opacity="0.88" stroke-width="12"/>"##,
        );
        let characters: Vec<char> = agency.chars().collect();
        let step = arc_step(characters.len());
        for (index, character) in characters.iter().enumerate() {
            // Twice the angle, so that an even number of characters also stands symmetrical.
            let twice =
                (2 * i64::try_from(index).unwrap_or(0) + 1 - i64::try_from(characters.len()).unwrap_or(0)) * step;
            let sign = if twice < 0 { "-" } else { "" };
            let (degrees, tenths) = (twice.abs() / 20, twice.abs() / 2 % 10);
            let size = if characters.len() > 15 { 38 } else { 46 };
            // Writing to a string cannot fail.
            let _ = write!(
                svg,
                r#"<text x="210" y="66" font-size="{size}" transform="rotate({sign}{degrees}.{tenths} 210 210)">{}</text>"#,
                escaped(*character)
            );
        }
        svg.push_str(&format!(
            r#"<polygon points="{STAR}"/><text x="210" y="316" font-size="35">业务专用章</text><text x="210" y="352" font-size="26">（演示）</text></g></svg>"#
        ));
        Seal { svg, description: format!("印章：{agency}业务专用章（演示）") }
    }

    /// The image.
    pub fn svg(&self) -> &str {
        &self.svg
    }

    /// What it shows.
    pub fn description(&self) -> &str {
        &self.description
    }
}

/// Tenths of a degree from one character to the next: at most 28 degrees, and at most 240 in all.
fn arc_step(characters: usize) -> i64 {
    let gaps = i64::try_from(characters.saturating_sub(1)).unwrap_or(i64::MAX).max(1);
    (2_400 / gaps).min(280)
}

fn escaped(character: char) -> String {
    match character {
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '&' => "&amp;".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_seal_stands_symmetrical() {
        let seal = Seal::demo("甲乙丙丁");
        for angle in ["rotate(-42.0 ", "rotate(-14.0 ", "rotate(14.0 ", "rotate(42.0 "] {
            assert!(seal.svg().contains(angle), "{angle} in {}", seal.svg());
        }
        assert!(seal.svg().contains("业务专用章") && seal.svg().contains("演示"));
        assert_eq!(Seal::from_svg(seal.svg().to_owned(), seal.description()).unwrap(), seal);
    }

    #[test]
    fn what_is_no_seal_is_refused() {
        let refused = |svg: &str| Seal::from_svg(svg.to_owned(), "").unwrap_err().to_string();
        assert!(refused("").contains("not an SVG"));
        assert!(refused("<svg>").contains("not an SVG"));
        assert!(refused("<svg><SCRIPT/></svg>").contains("<script"));
        assert!(refused("<!DOCTYPE x><svg></svg>").contains("<!doctype"));
        assert!(refused(r#"<svg><image href="http://127.0.0.1/x"/></svg>"#).contains("href"));
        assert!(matches!(Seal::from_file(Path::new("absent.svg"), ""), Err(SealError::Unreadable { .. })));
    }
}
