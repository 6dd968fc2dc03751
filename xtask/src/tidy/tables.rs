//! SQL lives in the store of its own crate, and a crate touches no table but its own.
//!
//! Strings are read, not parsed: a statement is a string that begins like one, a table is a name with a crate's prefix.

use crate::lexer;
use crate::sources::RustFile;

const STATEMENTS: &[&str] = &["select ", "insert into ", "update ", "delete from ", "create table ", "with "];

/// Where statements may stand apart from a store, each with its reason.
const MAY_HOLD_SQL: &[(&str, &str)] = &[
    ("crates/control/src/", "the desk is the way to the database"),
    ("crates/city/src/", "bulk loading"),
    ("crates/hall/src/bench/", "the bare driver as the limit to compare with"),
    ("testkit/", "makes databases"),
    ("xtask/src/tidy/tables.rs", "this table"),
];
/// Crates that may name another's tables, each with its reason.
const MAY_NAME_OTHERS: &[(&str, &str)] = &[
    ("city", "bulk loading; its rows are read back through the crates' own questions"),
    ("testkit", "looks behind the scenes"),
    ("xtask", "this table"),
];

/// Looks for statements outside the stores and for tables of others.
pub(super) fn check(rust: &[RustFile]) -> Vec<String> {
    let owners: Vec<&str> =
        rust.iter().filter(|file| file.path.starts_with("crates/")).map(RustFile::package).collect();
    let mut findings = Vec::new();
    for file in rust {
        let strings = file.product_part(&file.layers.strings);
        for (at, text) in literals(&strings, &file.layers.code) {
            let line = lexer::line_of(&strings, at);
            if is_statement(text) && !may_hold_sql(&file.path) {
                findings.push(format!("{}:{line}: SQL outside store.rs", file.path));
            }
            let foreign =
                if may_name_others(file.package()) { None } else { foreign_table(text, file.package(), &owners) };
            if let Some(table) = foreign {
                findings.push(format!("{}:{line}: `{table}` is another crate's table; ask that crate", file.path));
            }
        }
    }
    findings
}

fn may_hold_sql(path: &str) -> bool {
    // `bulk.rs` is the store's other door: loading many rows at once, beside the desk.
    let in_store = path.ends_with("/store.rs") || path.ends_with("/bulk.rs") || path.contains("/store/");
    in_store || MAY_HOLD_SQL.iter().any(|(allowed, _)| path.starts_with(allowed))
}

fn may_name_others(package: &str) -> bool {
    MAY_NAME_OTHERS.iter().any(|(allowed, _)| *allowed == package)
}

/// Each string literal: where it begins, and its inside. In the code layer a literal is `"`, blanks, `"`.
fn literals<'a>(strings: &'a str, code: &str) -> Vec<(usize, &'a str)> {
    let quotes: Vec<usize> = code.match_indices('"').map(|(at, _)| at).filter(|at| !is_character(code, *at)).collect();
    let pairs = quotes.chunks_exact(2).filter_map(|pair| Some((pair[0] + 1, strings.get(pair[0] + 1..pair[1])?)));
    pairs.collect()
}

fn is_character(code: &str, at: usize) -> bool {
    code[..at].ends_with('\'') && code[at + 1..].starts_with('\'') || code[..at].ends_with("'\\")
}

fn is_statement(text: &str) -> bool {
    let text = text.trim_start();
    let begins = |word: &str| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let has = |word: &str| words.iter().any(|own| own == word);
    // An English sentence may begin with "update" or "with"; a statement goes on as one.
    STATEMENTS.iter().any(|word| begins(word))
        && (has("from") || has("into") || has("set") || has("table") || has("values"))
}

/// A word `owner_something` after `from`, `into`, `update`, `join` or `table`.
fn foreign_table<'a>(text: &'a str, package: &str, owners: &[&str]) -> Option<&'a str> {
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
    let named = words.windows(2).filter(|pair| {
        ["from", "into", "update", "join", "table", "references"]
            .iter()
            .any(|before| pair[0].eq_ignore_ascii_case(before))
    });
    let mut tables = named.map(|pair| pair[1]);
    tables.find(|table| {
        let owner = table.split('_').next().unwrap_or_default();
        table.contains('_') && owner != package && owners.contains(&owner)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        let file = |path: &str, text: &str| RustFile {
            path: path.to_owned(),
            text: text.to_owned(),
            layers: lexer::split(text),
        };
        check(&[file(path, text), file("crates/registry/src/lib.rs", "")])
    }

    #[test]
    fn a_statement_outside_the_store_is_found() {
        let code = "fn a() { f('\"'); query(\"select id from ledger_line\") }";
        assert_eq!(findings("crates/ledger/src/post.rs", code).len(), 1);
        assert_eq!(findings("crates/ledger/src/store.rs", code).len(), 0);
        assert_eq!(findings("crates/ledger/src/post.rs", "const A: &str = \"update your phone\";").len(), 0);
    }

    #[test]
    fn a_table_of_another_crate_is_found() {
        let code = "query(\"select 1 from ledger_line join registry_person on true\")";
        assert_eq!(findings("crates/ledger/src/store.rs", code).len(), 1);
        assert_eq!(findings("crates/city/src/store.rs", code).len(), 0);
    }

    #[test]
    fn tests_may_look_behind_the_scenes() {
        let code = "#[cfg(test)]\nmod tests { fn a() { query(\"select id from registry_person\") } }";
        assert_eq!(findings("crates/ledger/src/post.rs", code).len(), 0);
    }
}
