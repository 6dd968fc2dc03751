//! Every text exists in both languages, with the same variables.

use crate::sources::Source;
use std::collections::{BTreeMap, BTreeSet};

const LANGUAGES: [&str; 2] = ["zh-CN", "en"];

/// Compares `locales/zh-CN/*.ftl` with `locales/en/*.ftl`.
pub(super) fn check(sources: &[Source]) -> Vec<String> {
    let [chinese, english] = LANGUAGES.map(|language| {
        let folder = format!("/locales/{language}/");
        let files = sources.iter().filter(|source| source.path.ends_with(".ftl") && source.path.contains(&folder));
        files.flat_map(|file| messages(&file.text)).collect::<BTreeMap<_, _>>()
    });
    let mut findings = Vec::new();
    for key in chinese.keys().chain(english.keys()).collect::<BTreeSet<_>>() {
        match (chinese.get(key), english.get(key)) {
            (Some(_), None) => findings.push(format!("locales/en: `{key}` is missing")),
            (None, Some(_)) => findings.push(format!("locales/zh-CN: `{key}` is missing")),
            (Some(one), Some(other)) if one != other => {
                findings.push(format!("locales: `{key}` uses {one:?} in Chinese and {other:?} in English"));
            }
            _ => {}
        }
    }
    findings
}

/// Each message (or `message.attribute`) with the variables that it uses.
fn messages(text: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut found: Vec<(String, BTreeSet<String>)> = Vec::new();
    let mut message = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let indented = line.starts_with([' ', '\t']);
        let name = line.split_once('=').map(|(name, _)| name.trim()).filter(|name| is_name(name));
        match name {
            Some(name) if !indented => {
                name.clone_into(&mut message);
                found.push((message.clone(), BTreeSet::new()));
            }
            Some(name) if name.starts_with('.') => found.push((format!("{message}{name}"), BTreeSet::new())),
            _ => {}
        }
        if let Some((_, variables)) = found.last_mut() {
            variables.extend(variables_of(line));
        }
    }
    found
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

fn variables_of(line: &str) -> impl Iterator<Item = String> + '_ {
    line.split('$').skip(1).map(|rest| {
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect::<String>()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(chinese: &str, english: &str) -> Vec<String> {
        let file = |language: &str, text: &str| Source {
            path: format!("crates/hall/locales/{language}/a.ftl"),
            text: text.to_owned(),
        };
        check(&[file("zh-CN", chinese), file("en", english)])
    }

    #[test]
    fn a_text_without_its_twin_is_found() {
        assert!(
            findings("a = 甲\nb =\n    乙 { $n }\n    .title = 题", "# c = x\na = A\nb = { $n } B\n    .title = T")
                .is_empty()
        );
        assert_eq!(findings("a = 甲", "b = B").len(), 2);
        assert_eq!(findings("a = 甲 { $sum }", "a = A { $total }").len(), 1);
        assert_eq!(findings("a = 甲\n    .title = 题", "a = A").len(), 1);
    }
}
