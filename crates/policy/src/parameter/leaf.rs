//! A leaf: one file, one parameter. Refuses what has no unit, no citation, overlapping dates or an unreadable value.

use super::value::{Unit, Value};
use chrono::NaiveDate;
use kernel::Date;
use serde::Deserialize;
use std::sync::Arc;

kernel::words! {
    /// How far a figure is trusted.
    pub enum Status {
        /// Read in the full text of the document.
        Confirmed = "confirmed",
        /// Known from the document or from copies of it; the text was not read.
        Recalled = "recalled",
        /// Not certain: to be asked of the agency before production.
        Uncertain = "uncertain",
    }
}

kernel::words! {
    /// From where a row set comes; a later one replaces an earlier one.
    pub enum Level {
        /// 全国.
        National = "national",
        /// 河北省 (130000).
        Hebei = "hebei",
        /// 邯郸市 (130400).
        Handan = "handan",
        /// The worked example of the article, computed by the same formulas and never used for a bill.
        Seed = "seed",
    }
}

/// The law of a row.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// The document, by number or name.
    pub document: String,
    /// The article in it.
    pub article: String,
    /// How far the figure is trusted.
    pub status: Status,
    /// The note on the source: `S1`, `K`, `D`, `P`, `U`.
    pub tag: String,
}

/// What a parameter is called.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heading {
    /// The path in the book, such as `pension/employer`.
    pub name: String,
    /// In Chinese.
    pub title: String,
    /// In English.
    pub title_en: String,
    /// The unit of every value.
    pub unit: Unit,
    /// From where the rows come.
    pub level: Level,
}

/// Another reading of a row that the sources also give.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alternative<T> {
    /// The other value.
    pub value: T,
    /// Its law.
    pub citation: Arc<Citation>,
    /// What is to be known about it.
    pub remark: Option<String>,
}

/// A value from a day on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row<T> {
    /// The first day.
    pub from: Date,
    /// The last day, where it ends before the next row begins or is not known any more.
    pub to: Option<Date>,
    /// The value.
    pub value: T,
    /// Its law.
    pub citation: Arc<Citation>,
    /// What is to be known about it.
    pub remark: Option<String>,
    /// Other readings, kept because the sources disagree.
    pub alternatives: Vec<Alternative<T>>,
}

/// A parameter with all its rows, in order of date.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leaf {
    /// What it is called.
    pub heading: Arc<Heading>,
    /// Its rows, never empty.
    pub rows: Vec<Row<Value>>,
}

/// Why a book of parameters does not load.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LoadError {
    /// Not TOML, or a key is missing or unknown (a unit, a citation).
    #[error("{name}: {fault}")]
    Unreadable {
        /// The path of the file.
        name: String,
        /// What the reader said.
        fault: String,
    },
    /// A title, a document, an article or a tag is empty, or there is no row.
    #[error("{name}: {part} is empty")]
    Empty {
        /// The path of the file.
        name: String,
        /// Which part.
        part: &'static str,
    },
    /// A day is not written `YYYY-MM-DD`.
    #[error("{name}: {text} is not a day")]
    NotADay {
        /// The path of the file.
        name: String,
        /// What stands there.
        text: String,
    },
    /// A value is not of the unit.
    #[error("{name}: the value from {from} is not of the unit {unit}")]
    NotOfUnit {
        /// The path of the file.
        name: String,
        /// The first day of the row.
        from: Date,
        /// The unit.
        unit: Unit,
    },
    /// Two rows overlap, or are not in order, or one ends before it begins.
    #[error("{name}: the row from {from} does not follow the one before it")]
    Overlapping {
        /// The path of the file.
        name: String,
        /// The first day of the row.
        from: Date,
    },
    /// A formula reads a parameter that no file holds.
    #[error("{name}: no file holds this parameter")]
    Absent {
        /// The path of the file.
        name: String,
    },
    /// A file that no formula reads: misspelt, or in the wrong folder.
    #[error("{name}: no formula reads this parameter")]
    Unread {
        /// The path of the file.
        name: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileText {
    title: String,
    title_en: String,
    unit: Unit,
    value: Vec<RowText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowText {
    from: String,
    to: Option<String>,
    value: ValueText,
    cite: Citation,
    remark: Option<String>,
    #[serde(default)]
    alternative: Vec<AlternativeText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AlternativeText {
    value: ValueText,
    cite: Citation,
    remark: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ValueText {
    One(String),
    Several(Vec<String>),
}

impl ValueText {
    fn texts(&self) -> &[String] {
        match self {
            ValueText::One(text) => std::slice::from_ref(text),
            ValueText::Several(texts) => texts,
        }
    }
}

impl Leaf {
    /// Reads one file.
    ///
    /// # Errors
    /// The first [`LoadError`] that applies.
    pub fn parse(name: &str, level: Level, text: &str) -> Result<Leaf, LoadError> {
        let file: FileText = toml::from_str(text)
            .map_err(|fault| LoadError::Unreadable { name: name.to_owned(), fault: fault.message().to_owned() })?;
        let filled = |part: &'static str, text: &str| {
            if text.trim().is_empty() { Err(LoadError::Empty { name: name.to_owned(), part }) } else { Ok(()) }
        };
        filled("title", &file.title)?;
        filled("title_en", &file.title_en)?;
        filled("value", if file.value.is_empty() { "" } else { "rows" })?;
        for cite in file.value.iter().flat_map(|row| row.alternative.iter().map(|a| &a.cite).chain([&row.cite])) {
            filled("document", &cite.document)?;
            filled("article", &cite.article)?;
            filled("tag", &cite.tag)?;
        }
        let heading =
            Heading { name: name.to_owned(), title: file.title, title_en: file.title_en, unit: file.unit, level };
        let rows = file.value.into_iter().map(|row| heading.row(row)).collect::<Result<Vec<_>, _>>()?;
        heading.in_order(&rows)?;
        Ok(Leaf { heading: Arc::new(heading), rows })
    }

    /// The row in force on a day.
    pub(crate) fn row_on(&self, on: Date) -> Option<&Row<Value>> {
        let begun = self.rows.partition_point(|row| row.from <= on);
        let row = begun.checked_sub(1).and_then(|last| self.rows.get(last));
        row.filter(|row| row.to.is_none_or(|to| on <= to))
    }
}

impl Heading {
    fn row(&self, text: RowText) -> Result<Row<Value>, LoadError> {
        let from = self.day(&text.from)?;
        let value = self.value(&text.value, from)?;
        let alternatives = text.alternative.into_iter().map(|other| {
            let value = self.value(&other.value, from)?;
            Ok(Alternative { value, citation: Arc::new(other.cite), remark: other.remark })
        });
        Ok(Row {
            from,
            to: text.to.as_deref().map(|to| self.day(to)).transpose()?,
            value,
            citation: Arc::new(text.cite),
            remark: text.remark,
            alternatives: alternatives.collect::<Result<_, LoadError>>()?,
        })
    }

    fn value(&self, text: &ValueText, from: Date) -> Result<Value, LoadError> {
        let refused = || LoadError::NotOfUnit { name: self.name.clone(), from, unit: self.unit };
        Value::read(self.unit, text.texts()).ok_or_else(refused)
    }

    fn day(&self, text: &str) -> Result<Date, LoadError> {
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map_err(|_| LoadError::NotADay { name: self.name.clone(), text: text.to_owned() })
    }

    fn in_order(&self, rows: &[Row<Value>]) -> Result<(), LoadError> {
        let refused = |row: &Row<Value>| LoadError::Overlapping { name: self.name.clone(), from: row.from };
        if let Some(row) = rows.iter().find(|row| row.to.is_some_and(|to| to < row.from)) {
            return Err(refused(row));
        }
        for (earlier, later) in rows.iter().zip(rows.iter().skip(1)) {
            if later.from <= earlier.to.unwrap_or(earlier.from) {
                return Err(refused(later));
            }
        }
        Ok(())
    }
}
