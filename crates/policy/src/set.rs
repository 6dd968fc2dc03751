//! The embedded book of parameters and the set that holds in an area: national rows, replaced leaf by leaf by those of
//! the province and then of the city.

use crate::debt;
use crate::parameter::{Leaf, Level, LoadError, Value};
use crate::parameters::{Parameters, Rule};
use crate::reform::Reform;
use kernel::AreaCode;
use sm3::{Digest, Sm3};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

#[derive(rust_embed::RustEmbed)]
#[folder = "../../policy"]
struct Files;

/// The parameters that hold in an area. Reads like [`Parameters`]: `policy.pension.employer.on(day)`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    leaves: BTreeMap<String, Leaf>,
    debts: Option<Arc<debt::Table>>,
    parameters: Parameters,
    hash: String,
}

/// Why there is no policy for an area.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoPolicy {
    /// Outside Hebei, or no province's code at all.
    #[error("no parameters for the area {0}: use 130400 (Handan) or another code of Hebei")]
    UnknownArea(AreaCode),
    /// The embedded book does not load.
    #[error("the book of parameters does not load")]
    Broken(#[source] LoadError),
}

/// There is no other reading of a parameter.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0} has no other reading")]
pub struct NoAlternative(pub String);

struct Sets {
    hebei: Policy,
    handan: Policy,
    seed: Policy,
}

impl Policy {
    /// The parameters of an area: of Handan for its codes, of the province for other codes of Hebei.
    ///
    /// # Errors
    /// [`NoPolicy::UnknownArea`] elsewhere.
    pub fn of(area: AreaCode) -> Result<&'static Policy, NoPolicy> {
        let sets = sets()?;
        if area.city() == AreaCode::HANDAN {
            Ok(&sets.handan)
        } else if area.as_str().starts_with("13") {
            Ok(&sets.hebei)
        } else {
            Err(NoPolicy::UnknownArea(area))
        }
    }

    /// The figures of the article's worked example over those of Handan (base 3000.00 makes 330.00). Its unemployment
    /// rate of the worker, 1 %, contradicts the rule of its time (SF2), so it never makes a bill.
    ///
    /// # Errors
    /// [`NoPolicy::Broken`] where the book does not load.
    pub fn seed_example() -> Result<&'static Policy, NoPolicy> {
        sets().map(|sets| &sets.seed)
    }

    /// The hexadecimal SM3 of every value with its unit, dates and document: what a bill keeps to name its parameters.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Every leaf of the set, in order of name.
    pub fn leaves(&self) -> impl Iterator<Item = &Leaf> {
        self.leaves.values()
    }

    /// One leaf by its name, such as `pension/employer`.
    pub fn leaf(&self, name: &str) -> Option<&Leaf> {
        self.leaves.get(name)
    }

    /// This set with the first other reading of one parameter in place of its values: what the figures would be then.
    ///
    /// # Errors
    /// [`NoAlternative`] where the parameter is unknown or the sources agree on it.
    pub fn read_otherwise(&self, name: &str) -> Result<Policy, NoAlternative> {
        let refused = || NoAlternative(name.to_owned());
        let mut leaves = self.leaves.clone();
        let leaf = leaves.get_mut(name).ok_or_else(refused)?;
        let mut found = Err(refused());
        for row in &mut leaf.rows {
            if let Some(other) = row.alternatives.first().cloned() {
                (row.value, row.citation, row.remark) = (other.value, other.citation, other.remark);
                found = Ok(());
            }
        }
        found?;
        Policy::assemble(leaves, self.debts.clone(), &known()).map_err(|_| refused())
    }

    /// This set with one rule of a reform on every day of its switch: who would be helped, and what it would cost, with
    /// the reform and without it.
    ///
    /// # Errors
    /// [`NoAlternative`] where the area has no such switch.
    pub fn with_rule(&self, reform: Reform, rule: Rule) -> Result<Policy, NoAlternative> {
        let name = format!("reform/{reform}");
        let refused = || NoAlternative(name.clone());
        let mut leaves = self.leaves.clone();
        for row in &mut leaves.get_mut(&name).ok_or_else(refused)?.rows {
            row.value = Value::Word(rule.as_str().to_owned());
        }
        Policy::assemble(leaves, self.debts.clone(), &known()).map_err(|_| refused())
    }

    /// Every parameter, by branch; `const`, where the dereference is not.
    pub(crate) const fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// Which debt blocks which act, where the area has such a table.
    pub(crate) fn debt_table(&self) -> Option<&debt::Table> {
        self.debts.as_deref()
    }

    /// This set with another leaf in place of its own of that name.
    pub(crate) fn with(&self, leaf: Leaf) -> Result<Policy, LoadError> {
        let mut leaves = self.leaves.clone();
        leaves.insert(leaf.heading.name.clone(), leaf);
        Policy::assemble(leaves, self.debts.clone(), &known())
    }

    fn assemble(
        leaves: BTreeMap<String, Leaf>,
        debts: Option<Arc<debt::Table>>,
        known: &BTreeSet<String>,
    ) -> Result<Policy, LoadError> {
        let parameters = Parameters::read(&leaves, known)?;
        let hash = hash_of(&leaves, debts.as_deref());
        Ok(Policy { leaves, debts, parameters, hash })
    }
}

impl Deref for Policy {
    type Target = Parameters;
    fn deref(&self) -> &Parameters {
        &self.parameters
    }
}

fn sets() -> Result<&'static Sets, NoPolicy> {
    static SETS: OnceLock<Result<Sets, LoadError>> = OnceLock::new();
    SETS.get_or_init(load).as_ref().map_err(|fault| NoPolicy::Broken(fault.clone()))
}

fn load() -> Result<Sets, LoadError> {
    let leaves = embedded().into_iter().collect::<Result<Vec<_>, _>>()?;
    let known = known();
    let upto = |highest: Level| {
        let mut set = BTreeMap::new();
        for level in Level::ALL.iter().filter(|level| **level <= highest) {
            let of_level = leaves.iter().filter(|leaf| leaf.heading.level == *level);
            set.extend(of_level.map(|leaf| (leaf.heading.name.clone(), leaf.clone())));
        }
        let debts = DEBTS.iter().rfind(|(level, _)| *level <= highest).map(|(level, path)| debt_table(*level, path));
        Policy::assemble(set, debts.transpose()?.map(Arc::new), &known)
    };
    Ok(Sets { hebei: upto(Level::Hebei)?, handan: upto(Level::Handan)?, seed: upto(Level::Seed)? })
}

/// The tables of which debt blocks which act, by level; a higher level's replaces a lower one's.
const DEBTS: &[(Level, &str)] = &[(Level::Handan, "handan/tables/debt_blocks.toml")];

fn debt_table(level: Level, path: &str) -> Result<debt::Table, LoadError> {
    debt::Table::parse("tables/debt_blocks", level, &text(path)?)
}

/// Every file of the book but the cases and tables, read; in order of path.
pub(crate) fn embedded() -> Vec<Result<Leaf, LoadError>> {
    files().map(|(level, name, path)| read(level, &name, &path)).collect()
}

fn read(level: Level, name: &str, path: &str) -> Result<Leaf, LoadError> {
    Leaf::parse(name, level, &text(path)?)
}

fn text(path: &str) -> Result<String, LoadError> {
    let unreadable = |fault: &str| LoadError::Unreadable { name: path.to_owned(), fault: fault.to_owned() };
    let file = Files::get(path).ok_or_else(|| unreadable("the file is gone"))?;
    String::from_utf8(file.data.into_owned()).map_err(|_| unreadable("the file is not UTF-8"))
}

/// The names that any level holds.
pub(crate) fn known() -> BTreeSet<String> {
    files().map(|(_, name, _)| name).collect()
}

fn files() -> impl Iterator<Item = (Level, String, String)> {
    Files::iter().filter_map(|path| {
        let stem = path.strip_suffix(".toml").filter(|stem| !stem.starts_with("cases/"))?;
        let (folder, rest) = stem.split_once('/').unwrap_or(("", stem));
        let (level, name) = match folder.parse::<Level>() {
            Ok(level) => (level, rest),
            Err(_) => (Level::National, stem),
        };
        (!name.starts_with("tables/")).then(|| (level, name.to_owned(), path.to_string()))
    })
}

fn hash_of(leaves: &BTreeMap<String, Leaf>, debts: Option<&debt::Table>) -> String {
    let mut digest = Sm3::new();
    for (name, leaf) in leaves {
        for row in &leaf.rows {
            let to = row.to.map(|to| to.to_string()).unwrap_or_default();
            let (unit, citation) = (leaf.heading.unit, &row.citation);
            let line = format!(
                "{name}\t{unit}\t{}\t{to}\t{}\t{}\t{}\n",
                row.from, row.value, citation.document, citation.article
            );
            digest.update(line.as_bytes());
        }
    }
    for line in debts.into_iter().flat_map(debt::Table::lines) {
        digest.update(line.as_bytes());
    }
    hex::encode(digest.finalize())
}
