//! The chart of accounts: read once from `chart.toml`. It refuses nothing at run time; a chart that does not read is empty, so
//! that no journal can be made, and a test keeps it from being so.

use crate::Code;
use kernel::Fund;
use std::collections::BTreeMap;
use std::sync::LazyLock;

kernel::words! {
    /// What an account counts.
    pub enum AccountKind {
        /// 资产.
        Asset = "asset",
        /// 负债.
        Liability = "liability",
        /// 净资产.
        NetAssets = "net_assets",
        /// 收入.
        Income = "income",
        /// 支出.
        Expense = "expense",
    }
}

/// An account of the chart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// Its code.
    pub code: Code,
    /// Its Chinese name.
    pub name: String,
    /// Its English name.
    pub english: String,
    /// What it counts.
    pub kind: AccountKind,
    /// Whether journals post to it; a heading with sub-accounts only sums them.
    pub takes_postings: bool,
    funds: Vec<Fund>,
}

impl Account {
    /// Whether the account is in this fund's chart.
    pub fn is_in(&self, fund: Fund) -> bool {
        self.funds.contains(&fund)
    }
}

/// The whole chart, by code, with where it comes from.
#[derive(Debug, Default)]
pub struct Chart {
    /// The document that prescribes it, as in 财会〔2017〕28号.
    pub document: String,
    /// How far the codes are trusted: `confirmed`, `recalled` or `uncertain`.
    pub status: String,
    accounts: BTreeMap<String, Account>,
}

impl Chart {
    /// The account with this code.
    pub fn find(&self, code: &str) -> Option<&Account> {
        self.accounts.get(code)
    }

    /// Every account, by code.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }
}

static CHART: LazyLock<Chart> = LazyLock::new(|| read(include_str!("../chart.toml")).unwrap_or_default());

/// The chart of accounts.
pub fn chart() -> &'static Chart {
    &CHART
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    document: String,
    #[serde(rename = "in_force")]
    _in_force: String,
    status: String,
    account: Vec<Entry>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    code: String,
    name: String,
    english: String,
    kind: AccountKind,
    funds: Option<Vec<Fund>>,
}

fn read(text: &str) -> Result<Chart, toml::de::Error> {
    let file: File = toml::from_str(text)?;
    let codes: Vec<String> = file.account.iter().map(|entry| entry.code.clone()).collect();
    let has_parts = |code: &str| codes.iter().any(|other| other != code && other.starts_with(code));
    let accounts = file.account.into_iter().map(|entry| {
        let account = Account {
            takes_postings: !has_parts(&entry.code),
            // The chart lives as long as the program, so its codes may.
            code: Code(String::leak(entry.code.clone())),
            name: entry.name,
            english: entry.english,
            kind: entry.kind,
            funds: entry.funds.unwrap_or_else(|| Fund::ALL.to_vec()),
        };
        (entry.code, account)
    });
    Ok(Chart { document: file.document, status: file.status, accounts: accounts.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chart_reads_and_every_code_stands_once_under_its_heading() {
        let text = include_str!("../chart.toml");
        let chart = read(text).unwrap();
        assert_eq!(chart.accounts.len(), text.matches("[[account]]").count(), "a code stands twice");
        assert_eq!((chart.document.as_str(), chart.status.as_str()), ("财会〔2017〕28号", "uncertain"));
        for account in chart.accounts().filter(|account| account.code.as_str().len() == 6) {
            let heading = chart.find(&account.code.as_str()[..4]).unwrap();
            assert_eq!(heading.kind, account.kind, "{}", account.code);
            assert!(!heading.takes_postings);
        }
    }
}
