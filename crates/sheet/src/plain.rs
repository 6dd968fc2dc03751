//! Typing by other keyboards: full-width letters and digits, blanks of every kind, marks that are pasted along.

/// Half-width letters, digits and signs; invisible marks gone; blanks around gone.
pub(crate) fn half_width(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !invisible(*c)).map(narrow).collect();
    plain.trim().to_owned()
}

/// The same without any blank inside.
pub(crate) fn without_blanks(text: &str) -> String {
    half_width(text).chars().filter(|c| !c.is_whitespace()).collect()
}

/// Marks without width that web pages and chat programs paste along.
const fn invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}')
}

/// 全角 to 半角.
fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' | '\u{A0}' => ' ',
        '\u{2212}' | '\u{2010}'..='\u{2015}' => '-',
        _ => c,
    }
}
