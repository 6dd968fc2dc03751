//! How many branches of the formulas a case that cites its law reaches: all of them, or the test names those missing.

use super::{FILES, REACHED, every_case};
use std::collections::BTreeSet;
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

#[test]
fn every_branch_of_every_formula_is_reached_by_a_case_with_its_law() {
    for (file, formula) in FILES.iter().copied().flatten() {
        every_case(file, *formula);
    }
    let reached: BTreeSet<String> = REACHED.with_borrow(|reached| reached.iter().map(ToString::to_string).collect());
    let mut all = BTreeSet::new();
    labels(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    assert!(reached.is_subset(&all), "a label that the source does not show: {:?}", reached.difference(&all));
    println!("reached {} of {} branches by cases that cite their law", reached.len(), all.len());
    assert!(all.len() >= 20, "{all:?}");
    assert_eq!(all.difference(&reached).collect::<Vec<_>>(), Vec::<&String>::new(), "not reached by any case");
}
