//! The tax office's detail (税务征收明细): where the tax office collects, employers declare and pay there, and the agency receives
//! what arrived, person by person, matches it to its registry and credits it. Who collects is dated policy.
//!
//! Nothing is refused, for the money has come: what fits nobody is kept, stands in temporary receipts and opens an item. The same
//! row told again does nothing.

use crate::month_rules::collector;
use crate::store::tax::{self, Kept, Place};
use crate::{EmployerPart, Line, LineKind, PaidBy, Parts, PensionPart, SharedPart, Sides, credit, policy_mark};
use control::idempotency::{self, First};
use control::{Act, Action, Column, Fault, FaultKind, IdempotencyKey, NewWorkItem, Op, Subject};
use kernel::{CreditCode, Date, EmployerId, Fen, Fund, IdNumber, Insurance, LineId, Month, PersonId, RelationId};
use ledger::{Journal, Source, account};
use policy::{Collector, Policy};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// The kind of work item that rows which fit nobody open.
pub const TAX_DETAIL_UNMATCHED: &str = "tax_detail_unmatched";

/// What the tax office collected for one person, month and insurance.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TaxRow {
    /// The number of its certificate (税票号码).
    pub voucher: String,
    /// Who paid, by unified credit code.
    pub credit_code: String,
    /// For whom, by identity number.
    pub id_number: String,
    /// The fee month.
    pub month: Month,
    /// For what.
    pub insurance: Insurance,
    /// 缴费基数.
    pub base: Fen,
    /// The worker's part.
    pub worker: Fen,
    /// The employer's part.
    pub unit: Fen,
    /// When it came into the treasury.
    pub received_on: Date,
}

kernel::words! {
    /// Why a row fits nobody.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum Unmatched {
        /// No employer has this code.
        UnknownEmployer = "unknown_employer",
        /// Nobody has this identity number, or more than one has.
        UnknownPerson = "unknown_person",
        /// The employer does not insure the person for this in the month.
        NotInsuredHere = "not_insured_here",
        /// The agency collects this, not the tax office.
        AgencyCollects = "agency_collects",
        /// An amount below nothing, or nothing at all.
        Amount = "amount",
    }
}

/// Takes in the tax office's detail.
#[derive(Clone, Debug)]
pub struct ImportTaxDetail {
    /// Chosen by whoever asks, for this one file.
    pub key: IdempotencyKey,
    /// Its rows.
    pub rows: Vec<TaxRow>,
}

/// What became of a file of the tax office.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Imported {
    /// Rows that stand in somebody's lines now.
    pub credited: usize,
    /// Rows that were told before.
    pub repeated: usize,
    /// Rows that fit nobody, by their place in the file.
    pub unmatched: Vec<(usize, Unmatched)>,
    /// What was credited.
    pub amount: Fen,
    /// What is kept.
    pub kept: Fen,
}

/// Why a file was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum ImportTaxDetailError {
    /// The key came before, with another file.
    #[error("this key was used for another file")]
    KeyReused,
    /// There is nothing in it.
    #[error("the file has no rows")]
    Empty,
    /// The database failed.
    #[error("the detail could not be written")]
    Database(#[from] DbErr),
}

impl Fault for ImportTaxDetailError {
    fn code(&self) -> &'static str {
        match self {
            ImportTaxDetailError::KeyReused => "key_reused",
            ImportTaxDetailError::Empty => "tax_detail_empty",
            ImportTaxDetailError::Database(_) => "database",
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            ImportTaxDetailError::KeyReused => FaultKind::KeyReused,
            ImportTaxDetailError::Empty => FaultKind::Invalid("rows"),
            ImportTaxDetailError::Database(_) => FaultKind::Internal,
        }
    }

    fn database(&self) -> Option<&DbErr> {
        match self {
            ImportTaxDetailError::Database(error) => Some(error),
            ImportTaxDetailError::KeyReused | ImportTaxDetailError::Empty => None,
        }
    }
}

impl Act for ImportTaxDetail {
    const ACTION: Action = Action::ImportTaxDetail;
    type Answer = Imported;
    type Error = ImportTaxDetailError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, ImportTaxDetailError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<Imported, ImportTaxDetailError> {
        let scope = Action::ImportTaxDetail.to_string();
        match idempotency::first(op, &scope, &self.key, &self.rows).await? {
            First::Done(imported) => return Ok(imported),
            First::Reused => return Err(ImportTaxDetailError::KeyReused),
            First::Time => {}
        }
        if self.rows.is_empty() {
            return Err(ImportTaxDetailError::Empty);
        }
        let imported = take(op, &self.rows).await?;
        idempotency::remember(op, &scope, &self.key, &imported).await?;
        Ok(imported)
    }

    fn detail(&self) -> Option<serde_json::Value> {
        let amount: Fen = self.rows.iter().map(|row| row.worker + row.unit).sum();
        Some(serde_json::json!({ "rows": self.rows.len(), "amount": amount }))
    }
}

async fn take(op: &mut Op, rows: &[TaxRow]) -> Result<Imported, DbErr> {
    let mut imported = Imported { credited: 0, repeated: 0, unmatched: Vec::new(), amount: Fen::ZERO, kept: Fen::ZERO };
    let marks: Vec<String> = rows.iter().map(|row| mark(op, row)).collect();
    let mut told = tax::told(op, &marks).await?;
    let places = Places::find(op, rows).await?;
    let (mut kept, mut lines) = (Vec::new(), BTreeMap::new());
    for (at, (row, mark)) in rows.iter().zip(marks).enumerate() {
        if !told.insert(mark.clone()) {
            imported.repeated += 1;
            continue;
        }
        let place = places.of(op, row).await?;
        let amount = row.worker + row.unit;
        let known = match place {
            Ok(found) => {
                let group =
                    (found.employer, row.month, found.person, found.relation, row.received_on, row.voucher.as_str());
                let parts: &mut Parts = lines.entry(group).or_default();
                *parts = parts.plus(parts_of(row));
                (imported.credited, imported.amount) = (imported.credited + 1, imported.amount + amount);
                Ok(Place { employer: found.employer, person: found.person })
            }
            Err(why) => {
                imported.unmatched.push((at, why));
                imported.kept += amount.max(Fen::ZERO);
                Err(why)
            }
        };
        kept.push(Kept { mark, row, place: known });
    }
    tax::insert(op, &kept).await?;
    post(op, &kept).await?;
    credit_all(op, lines).await?;
    ask(op, &kept).await?;
    Ok(imported)
}

/// The same row told again has the same mark; the identity number stands in it only as its index.
fn mark(op: &Op, row: &TaxRow) -> String {
    let whose = op.keys().index(Column("contribution_tax_detail", "row_mark"), &row.id_number);
    format!("{}:{}:{}:{}:{}", row.voucher, row.credit_code, hex::encode(whose), row.month, row.insurance)
}

/// Where a row belongs.
#[derive(Clone, Copy)]
struct Found {
    employer: EmployerId,
    person: PersonId,
    relation: RelationId,
}

/// The employers and persons that a file names.
struct Places {
    employers: HashMap<CreditCode, EmployerId>,
    persons: HashMap<String, PersonId>,
}

impl Places {
    async fn find(op: &Op, rows: &[TaxRow]) -> Result<Places, DbErr> {
        let codes: BTreeSet<&str> = rows.iter().map(|row| row.credit_code.as_str()).collect();
        let codes: Vec<CreditCode> = codes.iter().filter_map(|code| CreditCode::parse(code).ok()).collect();
        let employers = registry::employers_of_codes(op, &codes).await?;
        let mut persons = HashMap::new();
        let numbers: BTreeSet<&str> = rows.iter().map(|row| row.id_number.as_str()).collect();
        for number in numbers {
            let Ok(parsed) = IdNumber::parse(number) else { continue };
            if let [one] = registry::find_by_id_number(op, &parsed).await?.as_slice() {
                persons.insert(number.to_owned(), *one);
            }
        }
        Ok(Places { employers, persons })
    }

    async fn of(&self, op: &Op, row: &TaxRow) -> Result<Result<Found, Unmatched>, DbErr> {
        if row.worker.is_negative() || row.unit.is_negative() || row.worker + row.unit <= Fen::ZERO {
            return Ok(Err(Unmatched::Amount));
        }
        let policy = Policy::of(op.area()).map_err(|e| DbErr::Custom(e.to_string()))?;
        if collector(policy, row.insurance, row.month) != Some(Collector::TaxOffice) {
            return Ok(Err(Unmatched::AgencyCollects));
        }
        let code = CreditCode::parse(&row.credit_code).ok();
        let Some(employer) = code.and_then(|code| self.employers.get(&code).copied()) else {
            return Ok(Err(Unmatched::UnknownEmployer));
        };
        let Some(person) = self.persons.get(&row.id_number).copied() else {
            return Ok(Err(Unmatched::UnknownPerson));
        };
        let insured = registry::insured_person(op, employer, person, row.month).await?;
        let here = insured.filter(|insured| insured.insurances.has(row.insurance));
        Ok(here.map(|insured| Found { employer, person, relation: insured.relation }).ok_or(Unmatched::NotInsuredHere))
    }
}

fn parts_of(row: &TaxRow) -> Parts {
    let TaxRow { base, worker, unit, .. } = *row;
    let shared = SharedPart { base, employer: Some(unit), personal: Some(worker) };
    let alone = EmployerPart { base, employer: unit + worker };
    match row.insurance {
        Insurance::Pension => {
            // 国发〔2005〕38号: the account is the worker's own part.
            let pension = PensionPart { base, employer: Some(unit), personal: worker, account: worker };
            Parts { pension: Some(pension), ..Parts::default() }
        }
        Insurance::Medical => Parts { medical: Some(shared), ..Parts::default() },
        Insurance::Unemployment => Parts { unemployment: Some(shared), ..Parts::default() },
        Insurance::Injury => Parts { injury: Some(alone), ..Parts::default() },
        Insurance::Maternity => Parts { maternity: Some(alone), ..Parts::default() },
    }
}

type Group<'a> = (EmployerId, Month, PersonId, RelationId, Date, &'a str);

/// Each certificate's part for one person and month becomes a line, a person once a call.
async fn credit_all(op: &mut Op, groups: BTreeMap<Group<'_>, Parts>) -> Result<(), DbErr> {
    let policy = Policy::of(op.area()).map_err(|e| DbErr::Custom(e.to_string()))?;
    let policy = policy_mark(policy.hash());
    let settlement = Month::of(op.today()).map_err(|e| DbErr::Custom(e.to_string()))?;
    let mut calls: BTreeMap<(EmployerId, Month, usize), Vec<Line>> = BTreeMap::new();
    let mut of_person: BTreeMap<(EmployerId, Month, PersonId), usize> = BTreeMap::new();
    for ((employer, month, person, relation, received_on, _), parts) in groups {
        let turn = of_person.entry((employer, month, person)).or_default();
        let line = Line {
            id: op.new_id::<LineId>(),
            person,
            month,
            relation,
            payer: PaidBy::Employer,
            kind: if month == Month::of(received_on).unwrap_or(month) {
                LineKind::Normal
            } else {
                LineKind::BackPayment
            },
            settlement,
            credited: settlement,
            bill: None,
            receipt: None,
            policy,
            pension: parts.pension,
            medical: parts.medical,
            unemployment: parts.unemployment,
            injury: parts.injury,
            maternity: parts.maternity,
        };
        calls.entry((employer, month, *turn)).or_default().push(line);
        *turn += 1;
    }
    for ((employer, month, _), lines) in calls {
        credit::write(op, employer, month, lines).await?;
    }
    Ok(())
}

/// Dr 国库存款 / Cr 社会保险费收入, or temporary receipts for what fits nobody; a journal a fund and day.
async fn post(op: &mut Op, kept: &[Kept<'_>]) -> Result<(), DbErr> {
    let mut sums: BTreeMap<(Fund, Date), (Sides, Fen)> = BTreeMap::new();
    for Kept { row, place, .. } in kept {
        let sum = sums.entry((row.insurance.fund(), row.received_on)).or_default();
        match place {
            Ok(_) => {
                let sides = parts_of(row).sides(row.insurance).unwrap_or_default();
                sum.0 = sum.0.plus(sides);
            }
            Err(_) => sum.1 += (row.worker + row.unit).max(Fen::ZERO),
        }
    }
    for ((fund, on), (sides, unmatched)) in sums {
        let total = sides.total() + unmatched;
        let credits = [
            (account::CONTRIBUTION_UNIT, sides.unit),
            (account::CONTRIBUTION_WORKER, sides.worker),
            (account::UNMATCHED_RECEIPTS, unmatched),
        ];
        let mut lines = vec![ledger::Line::debit(account::TREASURY_DEPOSIT, total)];
        let credits = credits.into_iter().filter(|(_, amount)| !amount.is_zero());
        lines.extend(credits.map(|(code, amount)| ledger::Line::credit(code, amount)));
        if total.is_zero() {
            continue;
        }
        let id: Uuid = op.new_id();
        let journal = Journal::balanced(fund, on, Source { kind: "contribution_tax_detail", id }, lines);
        ledger::post(op, journal.map_err(|e| DbErr::Custom(e.to_string()))?).await?;
    }
    Ok(())
}

/// One item a certificate, whatever the number of its rows that fit nobody.
async fn ask(op: &mut Op, kept: &[Kept<'_>]) -> Result<(), DbErr> {
    let mut vouchers: BTreeMap<&str, Vec<serde_json::Value>> = BTreeMap::new();
    for Kept { row, place, .. } in kept {
        if let Err(why) = place {
            let about = serde_json::json!({
                "why": why, "month": row.month, "insurance": row.insurance, "amount": row.worker + row.unit,
            });
            vouchers.entry(row.voucher.as_str()).or_default().push(about);
        }
    }
    for (voucher, rows) in vouchers {
        let key = format!("{TAX_DETAIL_UNMATCHED}:{voucher}");
        let detail = serde_json::json!({ "voucher": voucher, "rows": rows });
        NewWorkItem { key: &key, kind: TAX_DETAIL_UNMATCHED, person: None, detail }.open(op).await?;
    }
    Ok(())
}
