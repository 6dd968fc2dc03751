//! The words that people read, in Chinese and English, from the Fluent files under `locales/`.
//!
//! One look-up for all. A test compares the keys of both languages, so that no page falls back to the other one.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::borrow::Cow;

#[derive(rust_embed::RustEmbed)]
#[folder = "locales"]
struct Files;

/// A language of the hall.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lang {
    /// 简体中文.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Lang {
    /// Both.
    pub const ALL: [Lang; 2] = [Lang::Chinese, Lang::English];

    /// The language tag, also the folder of the texts.
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::Chinese => "zh-CN",
            Lang::English => "en",
        }
    }

    /// The language of a tag such as `zh`, `zh-Hans-CN` or `en-GB`.
    pub fn of_tag(tag: &str) -> Option<Lang> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("zh") {
            Some(Lang::Chinese)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Lang::English)
        } else {
            None
        }
    }

    /// The first of our languages that `Accept-Language` names; people here read Chinese unless they say otherwise.
    pub fn accepted(header: &str) -> Option<Lang> {
        header.split(',').filter_map(|part| part.split(';').next()).find_map(Lang::of_tag)
    }

    /// The other one, for the switch.
    pub const fn other(self) -> Lang {
        match self {
            Lang::Chinese => Lang::English,
            Lang::English => Lang::Chinese,
        }
    }
}

/// An argument of a text. Those named `count` and `months` choose the plural.
pub type Argument<'a> = (&'static str, &'a str);

/// The words of both languages.
pub struct Texts {
    chinese: FluentBundle<FluentResource>,
    english: FluentBundle<FluentResource>,
}

impl Texts {
    /// The texts that the program carries.
    pub fn embedded() -> Texts {
        Texts { chinese: bundle(Lang::Chinese), english: bundle(Lang::English) }
    }

    /// The text of a key. A key without a text is shown as it is and logged: a test keeps this from happening.
    pub fn t<'a>(&'a self, lang: Lang, key: &str, arguments: &[Argument<'_>]) -> Cow<'a, str> {
        self.find(lang, key, arguments).unwrap_or_else(|| {
            tracing::error!(key, lang = lang.tag(), "there is no text for this key");
            Cow::Owned(format!("⟦{key}⟧"))
        })
    }

    /// The text of a key, where there is one.
    pub fn find<'a>(&'a self, lang: Lang, key: &str, arguments: &[Argument<'_>]) -> Option<Cow<'a, str>> {
        let bundle = self.bundle(lang);
        let pattern = bundle.get_message(key)?.value()?;
        let filled = (!arguments.is_empty()).then(|| arguments.iter().map(filled).collect::<FluentArgs<'static>>());
        let mut faults = Vec::new();
        let text = bundle.format_pattern(pattern, filled.as_ref(), &mut faults);
        if !faults.is_empty() {
            tracing::error!(key, lang = lang.tag(), ?faults, "a text could not be filled in");
        }
        Some(Cow::Owned(text.into_owned()))
    }

    fn bundle(&self, lang: Lang) -> &FluentBundle<FluentResource> {
        match lang {
            Lang::Chinese => &self.chinese,
            Lang::English => &self.english,
        }
    }
}

fn filled((name, value): &Argument<'_>) -> (&'static str, FluentValue<'static>) {
    match (*name, value.parse::<i64>()) {
        ("count" | "months", Ok(count)) => (name, FluentValue::from(count)),
        _ => (name, FluentValue::from((*value).to_owned())),
    }
}

/// Every file of a language in one bundle.
fn bundle(lang: Lang) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(lang.tag().parse().into_iter().collect());
    // The marks around arguments are for mixed directions; both languages run from left to right.
    bundle.set_use_isolating(false);
    for source in sources(lang) {
        let resource = FluentResource::try_new(source).unwrap_or_else(|(resource, faults)| {
            tracing::error!(lang = lang.tag(), ?faults, "a file of texts has lines that do not read");
            resource
        });
        if let Err(faults) = bundle.add_resource(resource) {
            tracing::error!(lang = lang.tag(), ?faults, "a text is given twice");
        }
    }
    bundle
}

fn sources(lang: Lang) -> impl Iterator<Item = String> {
    let folder = format!("{}/", lang.tag());
    Files::iter()
        .filter(move |path| path.starts_with(&folder) && path.ends_with(".ftl"))
        .filter_map(|path| Files::get(&path))
        .filter_map(|file| String::from_utf8(file.data.into_owned()).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The keys of a language, each with the names of its arguments. A key given twice, or a line that does not read,
    /// fails here.
    fn keys(lang: Lang) -> BTreeSet<(String, BTreeSet<String>)> {
        let mut keys = BTreeSet::new();
        let mut names = BTreeSet::new();
        for source in sources(lang) {
            assert!(FluentResource::try_new(source.clone()).is_ok(), "a file of {} does not read", lang.tag());
            let mut entry: Option<(String, BTreeSet<String>)> = None;
            for line in source.lines() {
                if let Some((key, _)) =
                    line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()))
                {
                    assert!(names.insert(key.to_owned()), "{key} is given twice in {}", lang.tag());
                    keys.extend(entry.replace((key.to_owned(), BTreeSet::new())));
                }
                if let Some((_, arguments)) = &mut entry {
                    let named = line.split('$').skip(1);
                    arguments
                        .extend(named.map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric()).collect()));
                }
            }
            keys.extend(entry);
        }
        keys
    }

    #[test]
    fn both_languages_have_the_same_keys_with_the_same_arguments() {
        let (chinese, english) = (keys(Lang::Chinese), keys(Lang::English));
        assert!(chinese.len() > 100);
        assert_eq!(chinese.difference(&english).collect::<Vec<_>>(), Vec::<&_>::new(), "only in Chinese");
        assert_eq!(english.difference(&chinese).collect::<Vec<_>>(), Vec::<&_>::new(), "only in English");
    }

    #[test]
    fn chinese_texts_use_full_width_punctuation() {
        for source in sources(Lang::Chinese) {
            for line in source.lines() {
                let letters: Vec<char> = line.chars().collect();
                let wrong = letters
                    .windows(2)
                    .any(|pair| is_han(pair[0]) && matches!(pair[1], ',' | ';' | ':' | '(' | '?' | '!'));
                assert!(!wrong, "half-width punctuation after a Chinese character: {line}");
            }
        }
    }

    fn is_han(letter: char) -> bool {
        ('\u{4e00}'..='\u{9fff}').contains(&letter)
    }

    #[test]
    fn every_branch_unit_and_word_of_the_parameters_has_its_text() {
        let texts = Texts::embedded();
        for leaf in ::policy::Policy::of(kernel::AreaCode::HANDAN).unwrap().leaves() {
            let branch = leaf.heading.name.split('/').next().unwrap_or_default();
            let mut keys = vec![format!("branch-{branch}"), format!("unit-{}", leaf.heading.unit)];
            for row in &leaf.rows {
                if let ::policy::Value::Word(word) = &row.value {
                    keys.push(format!("word-{word}"));
                }
            }
            for key in keys.iter().map(|key| key.replace('_', "-")) {
                for lang in Lang::ALL {
                    assert!(texts.find(lang, &key, &[]).is_some(), "{key} of {}", leaf.heading.name);
                }
            }
        }
    }

    #[test]
    fn a_language_is_chosen_by_the_first_that_is_ours() {
        assert_eq!(Lang::accepted("fr-FR, en-GB;q=0.8, zh;q=0.5"), Some(Lang::English));
        assert_eq!(Lang::accepted("zh-Hans-CN,zh;q=0.9"), Some(Lang::Chinese));
        assert_eq!(Lang::accepted("de, fr"), None);
    }

    #[test]
    fn a_missing_text_shows_its_key_and_an_argument_is_filled_in() {
        let texts = Texts::embedded();
        assert_eq!(texts.t(Lang::English, "no-such-key", &[]), "⟦no-such-key⟧");
        let text = texts.t(Lang::Chinese, "error-title", &[("title", "测算")]);
        assert_eq!(text, "出错：测算");
    }
}
