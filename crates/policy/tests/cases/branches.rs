//! How many branches of the formulas a case that cites its law reaches: all of them, or the test names those missing.

use super::{FILES, REACHED, every_case};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Every label of the source, by its key: a step's label names the branch that the formula took.
fn labels(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path: PathBuf = entry.path();
        if path.is_dir() {
            labels(&path, found);
        } else {
            let text = std::fs::read_to_string(&path).unwrap();
            for opening in ["Label { key:", "label!(", "Label::new("] {
                let keys = text.split(opening).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"'));
                found.extend(keys.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
            }
        }
    }
}

/// How many labels of each formula are reached, and how many there are; the first word of a key names the formula.
fn by_formula<'a>(all: &'a BTreeSet<String>, reached: &BTreeSet<String>) -> BTreeMap<&'a str, (usize, usize)> {
    let mut counts = BTreeMap::new();
    for key in all {
        let (here, there) = counts.entry(key.split('.').next().unwrap_or_default()).or_insert((0, 0));
        *here += usize::from(reached.contains(key));
        *there += 1;
    }
    counts
}

#[test]
fn every_branch_of_every_formula_is_reached_by_a_case_with_its_law() {
    for (file, formula) in FILES.iter().copied().flatten() {
        every_case(file, *formula);
    }
    let reached: BTreeSet<String> = REACHED.with_borrow(|reached| reached.iter().map(ToString::to_string).collect());
    let mut all = BTreeSet::new();
    labels(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    assert!(reached.is_subset(&all), "a label that the source does not show: {:?}", reached.difference(&all));
    // Written past the capture of the test runner, so that every run shows the count.
    let mut output = std::io::stdout().lock();
    for (formula, (here, there)) in by_formula(&all, &reached) {
        writeln!(output, "branches: {formula:<14} {here:>3} of {there:>3}").unwrap();
    }
    writeln!(output, "branches reached by cases that cite their law: {} of {}", reached.len(), all.len()).unwrap();
    assert!(all.len() >= 20, "{all:?}");
    assert_eq!(all.difference(&reached).collect::<Vec<_>>(), Vec::<&String>::new(), "not reached by any case");
}
