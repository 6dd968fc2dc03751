//! The papers of an employer: its demand note as it stands today, and the voucher of each of its payments.
//!
//! Law: 社会保险费征缴暂行条例 art. 10 (what is to be paid is told), 社会保险法 art. 61, 74 (records of contributions for employers).

use crate::Services;
use crate::paper::{PaperError, gateway_name};
use contribution::{Demand, DemandState, ReceivedPart};
use control::{Actor, Declined, Desk, Purpose, View};
use kernel::{DemandId, EmployerId, Fen, Insurance, Month, RecordId};
use payment::{Receipt, ReceiptId};
use policy::Policy;
use record::{Body, DemandNote, EmployerLine, EmployerVoucher, Kind, Reserve, Unit};
use sea_orm::DbErr;
use std::collections::BTreeMap;

/// Issues a demand note as a paper, with the surcharge up to today. Asked for on another day it is another paper.
///
/// # Errors
/// [`PaperError`]; a note of which nothing is owed any more has none.
pub async fn demand_paper(
    services: &Services,
    desk: &Desk,
    actor: &Actor,
    demand: DemandId,
) -> Result<RecordId, PaperError> {
    let note = contribution::demand(&desk.view(), demand).await?.ok_or(PaperError::NotFound)?;
    let view = look(desk, actor, note.employer).await?;
    let body = Body::Demand(demand_note(&view, &note).await?);
    let asked = Reserve { holder: note.employer.into(), kind: Kind::Demand, about: Some(note.id.uuid()) };
    services.issuer.issue(desk, actor, asked, body).await.map_err(PaperError::Issue)
}

/// Issues the voucher of a payment for a demand note (单位缴费凭证), or finds the one that was issued before.
///
/// # Errors
/// [`PaperError`]; a receipt that paid nothing of this note is not found.
pub async fn employer_voucher(
    services: &Services,
    desk: &Desk,
    actor: &Actor,
    demand: DemandId,
    receipt: ReceiptId,
) -> Result<RecordId, PaperError> {
    let note = contribution::demand(&desk.view(), demand).await?.ok_or(PaperError::NotFound)?;
    let view = look(desk, actor, note.employer).await?;
    let receipts = contribution::receipts_of_demand(&view, demand).await?;
    let id = receipts.into_iter().find(|known| *known == receipt).ok_or(PaperError::NotFound)?;
    if let Some(issued) = record::about(&view, Kind::EmployerVoucher, id.uuid()).await? {
        return Ok(issued.id);
    }
    let receipt = payment::receipt(&view, id).await?.ok_or(PaperError::NotFound)?;
    let body = Body::EmployerVoucher(voucher_of(&view, &note, receipt).await?);
    let asked = Reserve { holder: note.employer.into(), kind: Kind::EmployerVoucher, about: Some(id.uuid()) };
    services.issuer.issue(desk, actor, asked, body).await.map_err(PaperError::Issue)
}

async fn look(desk: &Desk, actor: &Actor, employer: EmployerId) -> Result<View, PaperError> {
    match desk.look_at_employer(actor, Purpose::Service, employer).await {
        Ok(view) => Ok(view),
        Err(Declined::Database(error)) => Err(error.into()),
        Err(Declined::Denied | Declined::Refused(_) | Declined::Broken) => Err(PaperError::Denied),
    }
}

async fn unit(view: &View, employer: EmployerId) -> Result<Unit, PaperError> {
    let known = registry::employer(view, employer).await?.ok_or(PaperError::NotFound)?;
    let credit_code = known.credit_code.map(|code| code.as_str().to_owned()).unwrap_or_default();
    Ok(Unit { name: known.name, credit_code, unit_number: known.unit_number })
}

async fn demand_note(view: &View, note: &Demand) -> Result<DemandNote, PaperError> {
    if matches!(note.state, DemandState::Paid | DemandState::Void) {
        return Err(PaperError::Settled);
    }
    let policy = Policy::of(view.area()).map_err(|error| DbErr::Custom(error.to_string()))?;
    let owing = note.owing(policy, view.today()).map_err(|error| DbErr::Custom(error.to_string()))?;
    let lines = lines(owing.by_claim.into_iter().map(|(claim, surcharge)| ReceivedPart {
        sides: if claim.state.is_open() { claim.open() } else { contribution::Sides::default() },
        key: claim.key,
        surcharge,
    }));
    Ok(DemandNote {
        unit: unit(view, note.employer).await?,
        number: note.number.clone(),
        month: note.month,
        due: note.due,
        counted_to: view.today(),
        lines,
    })
}

async fn voucher_of(view: &View, note: &Demand, receipt: Receipt) -> Result<EmployerVoucher, PaperError> {
    let lines = lines(contribution::received_by(view, receipt.id).await?);
    let paid: Fen = lines.iter().map(EmployerLine::total).sum();
    Ok(EmployerVoucher {
        unit: unit(view, note.employer).await?,
        number: note.number.clone(),
        lines,
        held: receipt.amount - paid,
        paid_at: receipt.paid_at,
        transaction: receipt.transaction_id,
        gateway: gateway_name(receipt.gateway).to_owned(),
        journal: receipt.journal.map(|journal| journal.to_string()).unwrap_or_default(),
    })
}

/// A line for each month and insurance: what the differences of one month add up to.
fn lines(parts: impl IntoIterator<Item = ReceivedPart>) -> Vec<EmployerLine> {
    let mut lines: BTreeMap<(Month, Insurance), EmployerLine> = BTreeMap::new();
    for ReceivedPart { key, sides, surcharge } in parts {
        let (month, insurance) = (key.month, key.insurance);
        let nothing = || EmployerLine { month, insurance, unit: Fen::ZERO, worker: Fen::ZERO, surcharge: Fen::ZERO };
        let line = lines.entry((month, insurance)).or_insert_with(nothing);
        line.unit += sides.unit;
        line.worker += sides.worker;
        line.surcharge += surcharge;
    }
    lines.into_values().collect()
}
