//! Which debt blocks which act (哪项欠费挡哪件事): one table, act x insurance x situation, each cell with its source; and
//! the function that decides by it and explains. Reforms 1, 8 and 9 turn its cells on their day.

mod table;

pub use table::{Cell, Table};

use crate::parameter::{InForce, NotInForce};
use crate::parameters::Rule;
use crate::reform::{self, Decision};
use crate::working::{Cited, Label, Word, Working};
use crate::{FormulaError, Policy};
use kernel::{Date, Fen, Insurance};

kernel::words! {
    /// What is asked for.
    pub enum Act {
        /// 新增参保.
        Enrol = "enrol",
        /// 退休.
        Retire = "retire",
        /// 转出养老保险关系.
        TransferOut = "transfer_out",
        /// 申领失业保险金.
        ClaimUnemployment = "claim_unemployment",
    }
}

kernel::words! {
    /// For whose months a debt is, and by what kind of employer.
    pub enum Situation {
        /// For the person's own months; the employer is in business.
        OwnMonths = "own_months",
        /// For others' months only; the employer is in business.
        OtherMonths = "other_months",
        /// For the person's own months; the employer is bankrupt.
        OwnMonthsBankrupt = "own_months_bankrupt",
        /// For others' months only; the employer is bankrupt.
        OtherMonthsBankrupt = "other_months_bankrupt",
    }
}

kernel::words! {
    /// What a debt means for an act, from the mildest to the gravest.
    pub enum Verdict {
        /// It does not matter.
        Free = "free",
        /// The act goes on, and the debt is shown.
        Warns = "warns",
        /// The act goes on; the months count once they are paid.
        Uncounted = "uncounted",
        /// The debt is to be paid first.
        Blocks = "blocks",
    }
}

/// A debt as far as an act looks at it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Debt {
    /// What is owed.
    pub insurance: Insurance,
    /// For whose months, and by what kind of employer.
    pub situation: Situation,
    /// How much.
    pub amount: Fen,
}

const NONE: Label = Label::new("debt.none", "没有欠费", "nothing is owed");
const FREE: Label = Label::new("debt.free", "此项欠费不影响", "this debt does not matter");
const WARNS: Label = Label::new("debt.warns", "照办，只提示欠费", "goes on; the debt is shown");
const UNCOUNTED: Label =
    Label::new("debt.uncounted", "照办，欠缴月份缴清后才计", "goes on; the months count once they are paid");
const BLOCKS: Label = Label::new("debt.blocks", "须先缴清此项欠费", "this debt is to be paid first");
const DECIDED: Label = Label::new("debt.decided", "结论", "decided");

impl Verdict {
    /// What it says, in plain words.
    pub const fn label(self) -> Label {
        match self {
            Verdict::Free => FREE,
            Verdict::Warns => WARNS,
            Verdict::Uncounted => UNCOUNTED,
            Verdict::Blocks => BLOCKS,
        }
    }
}

/// The table of an area.
///
/// # Errors
/// Where the area has none; the day is only named in the error.
pub fn table(policy: &Policy, on: Date) -> Result<&Table, NotInForce> {
    policy.debt_table().ok_or(NotInForce { parameter: "tables/debt_blocks", on })
}

/// What a cell says on a day, with the switch that chose between its two answers.
///
/// # Errors
/// A day on which the switch has no row.
pub fn read<'a>(policy: &'a Policy, cell: &Cell, on: Date) -> Result<(Verdict, InForce<'a, Rule>), NotInForce> {
    let switch = cell.reform.switch(policy).on(on)?;
    let verdict = match switch.value {
        Rule::Old => cell.old,
        Rule::New => cell.new,
    };
    Ok((verdict, switch))
}

/// Whether an act may go on, all debts together: the gravest answer decides. A debt of nothing is no debt.
///
/// # Errors
/// A negative debt; an area without the table; a day before the rules.
pub fn decide(policy: &Policy, on: Date, act: Act, debts: &[Debt]) -> Result<Decision<Verdict>, FormulaError> {
    let table = table(policy, on)?;
    let mut working = Working::default();
    let mut parts = working.branch();
    let (mut gravest, mut words) = (Verdict::Free, Vec::new());
    for debt in debts.iter().filter(|debt| !debt.amount.is_zero()) {
        if debt.amount.is_negative() {
            return Err(FormulaError::OutOfRange { fact: "amount", allowed: "0.00 or more".to_owned() });
        }
        let Some(cell) = table.cell(act, debt.insurance, debt.situation) else { continue };
        let (verdict, _) = read(policy, cell, on)?;
        let mut switch = parts.branch();
        reform::rule_on(policy, cell.reform, on, &mut switch)?;
        let since = cell.reform.switch(policy).on(on)?.from;
        let cited = Cited::of(&cell.heading, &cell.citation, since);
        let formula = format_args!("{} {} {}", debt.insurance, debt.situation, debt.amount);
        parts.made_of(switch).exact(verdict.label(), formula, Word(verdict.as_str()), [cited]);
        words.push(verdict.as_str());
        gravest = gravest.max(verdict);
    }
    let decided = Word(gravest.as_str());
    if words.is_empty() {
        working.exact(NONE, act, decided, []);
    } else {
        working.made_of(parts).exact(DECIDED, format_args!("{act}: {}", words.join(", ")), decided, []);
    }
    Ok(Decision { outcome: gravest, steps: working.into_steps() })
}

/// The whole table on a day, as text: a block an act, a line an insurance, a column a situation.
///
/// # Errors
/// An area without the table; a day before the rules.
pub fn show(policy: &Policy, on: Date) -> Result<String, NotInForce> {
    let table = table(policy, on)?;
    let mut text = format!("{} ({}), {on}\n\n", table.title, table.title_en);
    for act in Act::ALL {
        let columns = Situation::ALL.iter().map(|situation| situation.as_str());
        text.push_str(&line(act.as_str(), columns));
        for insurance in Insurance::ALL {
            let cells = Situation::ALL.iter().filter_map(|situation| table.cell(*act, *insurance, *situation));
            let verdicts = cells.map(|cell| Ok(read(policy, cell, on)?.0.as_str()));
            let verdicts = verdicts.collect::<Result<Vec<_>, NotInForce>>()?;
            text.push_str(&line(insurance.as_str(), verdicts.into_iter()));
        }
        text.push('\n');
    }
    Ok(text)
}

/// A line of the table: a name and its columns.
fn line<'a>(name: &str, columns: impl Iterator<Item = &'a str>) -> String {
    let columns: String = columns.map(|column| format!("  {column:<21}")).collect();
    format!("{name:<18}{}\n", columns.trim_end())
}
