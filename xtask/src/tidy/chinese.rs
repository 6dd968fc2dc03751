//! Chinese text takes full-width punctuation: an ASCII comma or bracket beside a Chinese character is a slip of the keyboard.

use crate::sources::Source;

const ENDINGS: &[&str] = &[".html", ".ftl", ".typ"];
const HALF_WIDTH: &[char] = &[',', '(', ')', ';', '?', '!'];

/// Looks through templates and texts.
pub(super) fn check(sources: &[Source]) -> Vec<String> {
    let texts = sources.iter().filter(|source| ENDINGS.iter().any(|ending| source.path.ends_with(ending)));
    let mut findings = Vec::new();
    for source in texts {
        let typst = source.path.ends_with(".typ"); // where brackets are also the language
        for (number, line) in (1..).zip(source.text.lines()) {
            if let Some(slip) = first_slip(line).filter(|slip| !(typst && slip.contains(['(', ')']))) {
                findings.push(format!("{}:{number}: `{slip}`: use full-width punctuation beside Chinese", source.path));
            }
        }
    }
    findings
}

/// The two characters of the first slip of a line.
fn first_slip(line: &str) -> Option<String> {
    let characters: Vec<char> = line.chars().collect();
    let mut pairs = characters.windows(2);
    let slip = pairs.find(|pair| {
        (is_chinese(pair[0]) && HALF_WIDTH.contains(&pair[1])) || (HALF_WIDTH.contains(&pair[0]) && is_chinese(pair[1]))
    });
    slip.map(|pair| pair.iter().collect())
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3134f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_width_marks_beside_chinese_are_found() {
        assert_eq!(first_slip("<p>您好,请缴费。</p>").as_deref(), Some("好,"));
        assert_eq!(first_slip("缴费(灵活就业)").as_deref(), Some("费("));
        assert_eq!(first_slip("缴费（灵活就业），f(x), \"中\""), None);
    }
}
