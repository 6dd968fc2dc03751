//! The table itself, read from `tables/debt_blocks.toml`: every cell there is, once, each with its source.

use super::{Act, Situation, Verdict};
use crate::parameter::{Citation, Heading, Level, LoadError, Status, Unit};
use crate::reform::Reform;
use kernel::Insurance;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One cell: what a debt means for an act, before and since a reform.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    /// What is asked for.
    pub act: Act,
    /// What is owed.
    pub insurance: Insurance,
    /// For whose months, and by what kind of employer.
    pub situation: Situation,
    /// The reform whose switch says which of the two holds.
    pub reform: Reform,
    /// Before it.
    pub old: Verdict,
    /// Since it.
    pub new: Verdict,
    /// The source.
    pub citation: Arc<Citation>,
    /// What the source says.
    pub remark: String,
    pub(crate) heading: Arc<Heading>,
}

/// Every cell, in the order of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// In Chinese.
    pub title: String,
    /// In English.
    pub title_en: String,
    cells: Vec<Cell>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableText {
    title: String,
    title_en: String,
    source: BTreeMap<String, SourceText>,
    act: Vec<ActText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceText {
    document: String,
    article: String,
    status: Status,
    tag: String,
    remark: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActText {
    act: Act,
    reform: Reform,
    cells: Vec<CellText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CellText {
    insurance: Insurance,
    situation: Situation,
    old: Verdict,
    new: Verdict,
    source: String,
}

impl Table {
    /// Reads the file.
    ///
    /// # Errors
    /// Not TOML, an unknown word or key, a source that is not there, a cell that is missing or stands twice.
    pub(crate) fn parse(name: &str, level: Level, text: &str) -> Result<Table, LoadError> {
        let unreadable = |fault: String| LoadError::Unreadable { name: name.to_owned(), fault };
        let file: TableText = toml::from_str(text).map_err(|fault| unreadable(fault.message().to_owned()))?;
        let mut cells = Vec::new();
        for act in &file.act {
            for cell in &act.cells {
                let source = file.source.get(&cell.source);
                let source = source.ok_or_else(|| unreadable(format!("no source is called {}", cell.source)))?;
                cells.push(read(name, level, &file, act, cell, source));
            }
        }
        let table = Table { title: file.title, title_en: file.title_en, cells };
        table.whole().map_err(unreadable)?;
        Ok(table)
    }

    /// Whether every cell that there must be stands in it once.
    fn whole(&self) -> Result<(), String> {
        for act in Act::ALL {
            for insurance in Insurance::ALL {
                for situation in Situation::ALL {
                    let count = self.find(*act, *insurance, *situation).count();
                    if count != 1 {
                        return Err(format!(
                            "{act}, {insurance}, {situation} stands {count} times and must stand once"
                        ));
                    }
                }
            }
        }
        Ok(())
    }

    fn find(&self, act: Act, insurance: Insurance, situation: Situation) -> impl Iterator<Item = &Cell> {
        let wanted = (act, insurance, situation);
        self.cells.iter().filter(move |cell| (cell.act, cell.insurance, cell.situation) == wanted)
    }

    /// One cell; a table that has loaded holds every one.
    pub fn cell(&self, act: Act, insurance: Insurance, situation: Situation) -> Option<&Cell> {
        self.find(act, insurance, situation).next()
    }

    /// Every cell.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// What the hash of a set is taken of, a line a cell.
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        self.cells.iter().map(|cell| {
            let Cell { act, insurance, situation, reform, old, new, citation, .. } = cell;
            format!(
                "{act}\t{insurance}\t{situation}\t{reform}\t{old}\t{new}\t{}\t{}\n",
                citation.document, citation.article
            )
        })
    }
}

fn read(name: &str, level: Level, file: &TableText, act: &ActText, cell: &CellText, source: &SourceText) -> Cell {
    let heading = Heading {
        name: format!("{name}#{}/{}/{}", act.act, cell.insurance, cell.situation),
        title: file.title.clone(),
        title_en: file.title_en.clone(),
        unit: Unit::Text,
        level,
    };
    let SourceText { document, article, status, tag, remark } = source;
    let citation = Citation { document: document.clone(), article: article.clone(), status: *status, tag: tag.clone() };
    Cell {
        act: act.act,
        insurance: cell.insurance,
        situation: cell.situation,
        reform: act.reform,
        old: cell.old,
        new: cell.new,
        citation: Arc::new(citation),
        remark: remark.clone(),
        heading: Arc::new(heading),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = include_str!("../../../../policy/handan/tables/debt_blocks.toml");

    #[test]
    fn a_table_with_a_cell_missing_twice_or_without_its_source_does_not_load() {
        let fault = |text: &str| Table::parse("tables/debt_blocks", Level::Handan, text).unwrap_err().to_string();
        let line = TEXT.lines().find(|line| line.contains("\"enrol\" }")).unwrap();
        assert!(fault(&TEXT.replacen(line, "", 1)).contains("stands 0 times"));
        assert!(fault(&TEXT.replacen(line, &format!("{line}\n{line}"), 1)).contains("stands 2 times"));
        assert!(fault(&TEXT.replacen("source = \"enrol\"", "source = \"nowhere\"", 1)).contains("nowhere"));
        assert!(fault(&TEXT.replacen("\"blocks\"", "\"maybe\"", 1)).contains("maybe"));
        assert!(fault(&TEXT.replacen("remark", "rumour", 1)).contains("rumour"));
        let whole = Table::parse("tables/debt_blocks", Level::Handan, TEXT).unwrap();
        assert_eq!(whole.cells().len(), Act::ALL.len() * Insurance::ALL.len() * Situation::ALL.len());
    }
}
