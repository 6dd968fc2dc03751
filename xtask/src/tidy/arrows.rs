//! Who may depend on whom. A new arrow is a decision: it changes this table, ARCHITECTURE.md and an ADR.

use crate::manifest::Package;

/// A crate and the crates that it may name, in the order of their ranks: each arrow points upward in this table. Crates that
/// are not there yet have their row already, so that whoever makes them finds it.
const TABLE: &[(&str, &str)] = &[
    ("kernel", ""),
    ("palm", ""),
    ("policy", "kernel"),
    ("control", "kernel"),
    ("kiosk-wire", "kernel"),
    ("sheet", "kernel"),
    // It shares no code with our clients, so that both sides are checked against the protocol and not against each other.
    ("outside", "kernel"),
    ("ledger", "kernel control"),
    ("payment", "kernel control"),
    ("record", "kernel control"),
    ("registry", "kernel policy control"),
    ("message", "kernel control"),
    ("contribution", "kernel policy control registry ledger payment"),
    ("certification", "kernel policy control registry message palm"),
    ("account", "kernel control registry message"),
    ("benefit", "kernel policy control registry ledger payment contribution certification"),
    ("transfer", "kernel policy control registry ledger payment contribution"),
    ("office", EVERYTHING_ABOVE),
    ("city", EVERYTHING_ABOVE),
    ("hall", EVERYTHING_ABOVE),
    ("kiosk", "kernel palm kiosk-wire"),
    // Tools: no row names them, so only tests may.
    ("testkit", "kernel control"),
    ("xtask", ""),
];
const EVERYTHING_ABOVE: &str = "everything above";
/// The stand-ins belong to the demo, which only the hall has.
const ONLY_FOR_HALL: &str = "outside";

/// Whether the table lets one crate depend on another; nothing when it does not know the first.
fn allows(from: &str, to: &str) -> Option<bool> {
    let place = TABLE.iter().position(|(name, _)| *name == from)?;
    let (_, arrows) = TABLE.get(place)?;
    let above = TABLE.iter().take(place).any(|(name, _)| *name == to);
    let named = if *arrows == EVERYTHING_ABOVE {
        to != ONLY_FOR_HALL || from == "hall"
    } else {
        arrows.split(' ').any(|arrow| arrow == to)
    };
    Some(above && named)
}

/// Compares the manifests with the table.
pub(super) fn check(packages: &[Package]) -> Vec<String> {
    let mut findings = Vec::new();
    for package in packages {
        let name = &package.name;
        if !package.inherits_lints {
            findings.push(format!("{name}: its manifest lacks `[lints] workspace = true`"));
        }
        if !TABLE.iter().any(|(known, _)| known == name) {
            findings.push(format!("{name}: is not in the table of arrows (xtask/src/tidy/arrows.rs)"));
        }
        for arrow in package.arrows.iter().filter(|arrow| allows(name, arrow) == Some(false)) {
            findings.push(format!("{name}: may not depend on {arrow} (xtask/src/tidy/arrows.rs)"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_arrow_of_the_table_points_upward() {
        for (name, arrows) in TABLE.iter().filter(|(_, arrows)| *arrows != EVERYTHING_ABOVE) {
            for arrow in arrows.split_whitespace() {
                assert_eq!(allows(name, arrow), Some(true), "{name} -> {arrow}");
            }
        }
    }

    #[test]
    fn a_forbidden_arrow_is_found() {
        let package = |name: &str, arrow: &str| Package {
            name: name.to_owned(),
            arrows: vec![arrow.to_owned()],
            inherits_lints: true,
        };
        assert!(check(&[package("contribution", "ledger"), package("hall", "outside")]).is_empty());
        assert_eq!(
            check(&[package("ledger", "registry"), package("hall", "testkit"), package("city", "outside")]).len(),
            3
        );
        assert_eq!(check(&[package("common", "kernel")]).len(), 1);
    }
}
