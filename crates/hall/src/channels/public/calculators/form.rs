//! A question as its address carries it: fields that were typed, read with good will, and what could not be read.

use super::Choice;
use crate::channels::citizen::Fields;
use crate::page::{Mistakes, Page, address};
use crate::typed;
use kernel::{Date, Fen, Month, Rate};
use std::fmt::Display;

/// The fields of a calculator and the mistakes found while they were read.
pub(super) struct Form {
    fields: Fields,
    /// In the order in which the fields were read.
    pub(super) mistakes: Mistakes,
}

impl Form {
    /// What was asked.
    pub(super) fn of(fields: Fields) -> Form {
        Form { fields, mistakes: Mistakes::default() }
    }

    /// What stands in a field; empty where nothing does.
    pub(super) fn text(&self, name: &str) -> &str {
        self.fields.text(name)
    }

    /// Whether a field was sent, be it empty.
    pub(super) fn is_asked(&self, name: &str) -> bool {
        self.fields.has(name)
    }

    /// Puts a value in a field that was not sent.
    pub(super) fn fill(&mut self, name: &str, value: impl Display) {
        if !self.fields.has(name) {
            self.fields.0.push((name.to_owned(), value.to_string()));
        }
    }

    /// A field, read; where that fails the mistake stands beside it.
    pub(super) fn read<T>(
        &mut self,
        page: &Page,
        (name, mistake): (&'static str, &str),
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = read(self.text(name));
        if value.is_none() {
            self.mistakes.add(name, page.t(mistake));
        }
        value
    }

    /// The same for a field that may be left empty: `Some(None)` then.
    pub(super) fn read_if_any<T>(
        &mut self,
        page: &Page,
        (name, mistake): (&'static str, &str),
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<Option<T>> {
        if self.text(name).is_empty() { Some(None) } else { self.read(page, (name, mistake), read).map(Some) }
    }

    /// An amount in yuan.
    pub(super) fn yuan(&mut self, page: &Page, name: &'static str) -> Option<Fen> {
        self.read(page, (name, "mistake-money"), typed::yuan)
    }

    /// A month.
    pub(super) fn month(&mut self, page: &Page, name: &'static str) -> Option<Month> {
        self.read(page, (name, "mistake-month"), typed::month)
    }

    /// A month that may be left out.
    pub(super) fn month_if_any(&mut self, page: &Page, name: &'static str) -> Option<Option<Month>> {
        self.read_if_any(page, (name, "mistake-month"), typed::month)
    }

    /// A day.
    pub(super) fn date(&mut self, page: &Page, name: &'static str) -> Option<Date> {
        self.read(page, (name, "mistake-date"), typed::date)
    }

    /// A whole number, such as one of months.
    pub(super) fn count(&mut self, page: &Page, name: &'static str) -> Option<i64> {
        self.read(page, (name, "mistake-count"), typed::count)
    }

    /// A whole number that may be left out.
    pub(super) fn count_if_any(&mut self, page: &Page, name: &'static str) -> Option<Option<i64>> {
        self.read_if_any(page, (name, "mistake-count"), typed::count)
    }

    /// A percentage, or a number with decimals.
    pub(super) fn number(&mut self, page: &Page, name: &'static str, mistake: &str) -> Option<Rate> {
        self.read(page, (name, mistake), typed::percent)
    }

    /// The choices of a list, with the one that was chosen; their texts are `{key}-{word}`.
    pub(super) fn choices(&self, page: &Page, name: &str, (key, words): (&str, &[&str])) -> Vec<Choice> {
        let chosen = self.text(name);
        let choice = |word: &&str| Choice {
            value: (*word).to_owned(),
            label: page.t_of(&[key, word]).into_owned(),
            chosen: *word == chosen,
        };
        words.iter().map(choice).collect()
    }

    /// The address that asks the same again: the named fields that hold something.
    pub(super) fn link(&self, path: &str, names: &[&str]) -> String {
        self.link_with(path, names, &[])
    }

    /// The same with some fields changed; one that is changed to nothing is left out.
    pub(super) fn link_with(&self, path: &str, names: &[&str], changed: &[(&str, &str)]) -> String {
        let value = |name: &&str| changed.iter().find(|(key, _)| key == name).map(|(_, value)| *value);
        let fields = names.iter().map(|name| (*name, value(name).unwrap_or_else(|| self.text(name))));
        address(path, fields.filter(|(_, value)| !value.is_empty()))
    }
}
