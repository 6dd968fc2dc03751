//! The rows of employers that can be loaded: what was declared, what an old system left open, dues.

use super::sealed::{Cells, alone, fen, month, number, shared};
use super::{Cell, Row};
use crate::{Claim, Due};
use kernel::{EmployerId, Fen, Month, PersonId, Timestamp};
use uuid::Uuid;

/// A wage as an employer declared it, from a month on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WageRow {
    /// By whom it is paid.
    pub employer: EmployerId,
    /// To whom.
    pub person: PersonId,
    /// From which fee month on.
    pub from: Month,
    /// The wage that counts, a month.
    pub wage: Fen,
}

/// That an employer declared its staff's wages for some months.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DeclarationRow {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub employer: EmployerId,
    /// The first month.
    pub first: Month,
    /// The last.
    pub last: Month,
    /// When.
    pub at: Timestamp,
}

/// That an old system assessed a month of an employer, whose claims are loaded with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OpeningRow {
    /// Whose.
    pub employer: EmployerId,
    /// The fee month.
    pub month: Month,
    /// The number of its claims.
    pub number: i32,
    /// When it was taken over.
    pub at: Timestamp,
}

impl Row for WageRow {}
impl Row for DeclarationRow {}
impl Row for OpeningRow {}
impl Row for Claim {}
impl Row for Due {}

impl Cells for WageRow {
    const TABLE: &'static str = "contribution_wage";
    const COLUMNS: &'static [&'static str] = &["employer_id", "person_id", "from_month", "number", "wage", "mark"];

    fn cells(&self, out: &mut Vec<Cell>) {
        out.extend([
            Cell::Id(self.employer.uuid()),
            Cell::Id(self.person.uuid()),
            month(self.from),
            number(0),
            Cell::Number(self.wage.fen()),
            Cell::Word("declared"),
        ]);
    }
}

impl Cells for DeclarationRow {
    const TABLE: &'static str = "contribution_declaration";
    const COLUMNS: &'static [&'static str] =
        &["id", "employer_id", "first_month", "last_month", "declared_at", "actor", "changed"];

    fn cells(&self, out: &mut Vec<Cell>) {
        out.extend([
            Cell::Id(self.id),
            Cell::Id(self.employer.uuid()),
            month(self.first),
            month(self.last),
            Cell::Moment(self.at),
            Cell::Word("system"),
            number(0),
        ]);
    }
}

impl Cells for OpeningRow {
    const TABLE: &'static str = "contribution_assessment";
    const COLUMNS: &'static [&'static str] =
        &["employer_id", "fee_month", "number", "kind", "assessed_at", "actor", "policy"];

    fn cells(&self, out: &mut Vec<Cell>) {
        out.extend([
            Cell::Id(self.employer.uuid()),
            month(self.month),
            number(self.number),
            Cell::Word("opening"),
            Cell::Moment(self.at),
            Cell::Word("system"),
            number(0),
        ]);
    }
}

impl Cells for Claim {
    const TABLE: &'static str = "contribution_claim";
    const COLUMNS: &'static [&'static str] = &[
        "employer_id",
        "fee_month",
        "number",
        "insurance",
        "kind",
        "worker",
        "unit",
        "worker_paid",
        "unit_paid",
        "rounding",
        "surcharge",
        "surcharge_paid",
        "due",
        "since",
        "state",
    ];

    fn cells(&self, out: &mut Vec<Cell>) {
        let amount = |amount: Fen| Cell::Number(amount.fen());
        out.extend([
            Cell::Id(self.employer.uuid()),
            month(self.key.month),
            number(self.key.number),
            Cell::Word(self.key.insurance.as_str()),
            Cell::Word(self.kind.as_str()),
            amount(self.worker),
            amount(self.unit),
            amount(self.worker_paid),
            amount(self.unit_paid),
            amount(self.rounding),
            amount(self.surcharge),
            amount(self.surcharge_paid),
            Cell::Day(self.due),
            Cell::Day(self.since),
            Cell::Word(self.state.as_str()),
        ]);
    }
}

impl Cells for Due {
    const TABLE: &'static str = "contribution_due";
    const COLUMNS: &'static [&'static str] = &[
        "employer_id",
        "fee_month",
        "person_id",
        "number",
        "relation_id",
        "policy",
        "pension_base",
        "pension_employer",
        "pension_personal",
        "pension_account",
        "medical_base",
        "medical_employer",
        "medical_personal",
        "unemployment_base",
        "unemployment_employer",
        "unemployment_personal",
        "injury_base",
        "injury_employer",
        "maternity_base",
        "maternity_employer",
    ];

    fn cells(&self, out: &mut Vec<Cell>) {
        let pension = self.parts.pension;
        out.extend([
            Cell::Id(self.employer.uuid()),
            month(self.month),
            Cell::Id(self.person.uuid()),
            number(self.number),
            Cell::Id(self.relation.uuid()),
            Cell::Number(self.policy),
            fen(pension.map(|p| p.base)),
            fen(pension.and_then(|p| p.employer)),
            fen(pension.map(|p| p.personal)),
            fen(pension.map(|p| p.account)),
        ]);
        out.extend(shared(self.parts.medical));
        out.extend(shared(self.parts.unemployment));
        out.extend(alone(self.parts.injury));
        out.extend(alone(self.parts.maternity));
    }
}
