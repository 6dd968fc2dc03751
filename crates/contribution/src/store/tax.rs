//! What the tax office told.

use crate::tax::{TaxRow, Unmatched};
use control::{Op, View};
use kernel::{EmployerId, Fen, PersonId};
use sea_orm::{DbErr, Value};
use std::collections::BTreeSet;

/// Where a row belongs.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) employer: EmployerId,
    pub(crate) person: PersonId,
}

/// A row as it is kept.
pub(crate) struct Kept<'a> {
    pub(crate) mark: String,
    pub(crate) row: &'a TaxRow,
    pub(crate) place: Result<Place, Unmatched>,
}

/// Which of these rows were told before.
pub(crate) async fn told(view: &View, marks: &[String]) -> Result<BTreeSet<String>, DbErr> {
    let mut told = BTreeSet::new();
    for part in marks.chunks(500) {
        let places: Vec<String> = (1..=part.len()).map(|place| format!("${place}")).collect();
        let sql = format!("select row_mark from contribution_tax_detail where row_mark in ({})", places.join(", "));
        for row in view.fetch_all(sql, part.iter().map(|mark| Value::from(mark.clone()))).await? {
            told.insert(row.try_get_by_index(0)?);
        }
    }
    Ok(told)
}

pub(crate) async fn insert(op: &Op, kept: &[Kept<'_>]) -> Result<(), DbErr> {
    const NEW: &str = "insert into contribution_tax_detail (id, row_mark, voucher, employer_id, person_id, fee_month, \
        insurance, base, worker, unit, received_on, state, reason, imported_at)";
    for part in kept.chunks(300) {
        let mut values = Vec::with_capacity(14 * part.len());
        for Kept { mark, row, place } in part {
            let id: uuid::Uuid = op.new_id();
            values.extend([
                id.into(),
                mark.clone().into(),
                row.voucher.clone().into(),
                place.as_ref().ok().map(|place| place.employer).into(),
                place.as_ref().ok().map(|place| place.person).into(),
                row.month.number().into(),
                row.insurance.into(),
                row.base.into(),
                row.worker.max(Fen::ZERO).into(),
                row.unit.max(Fen::ZERO).into(),
                row.received_on.into(),
                if place.is_ok() { "credited" } else { "unmatched" }.into(),
                place.as_ref().err().copied().into(),
                op.at().into(),
            ]);
        }
        op.insert(NEW, 14, values).await?;
    }
    Ok(())
}
